"""The shapes of tokenizers that people retrain, each saved once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tokbench.base import BaseTokenizer, load_base

from .shapes import SHAPES


@pytest.fixture(scope="session", params=sorted(SHAPES))
def shape(request: pytest.FixtureRequest) -> str:
    """Return the name of each shape in turn."""
    return str(request.param)


@pytest.fixture(scope="session")
def folder_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that saves a shape, once, and gives its folder."""
    saved: dict[str, Path] = {}

    def folder(shape: str) -> Path:
        if shape not in saved:
            saved[shape] = tmp_path_factory.mktemp(shape)
            SHAPES[shape]().save_pretrained(saved[shape])
        return saved[shape]

    return folder


@pytest.fixture(scope="session")
def base_of(folder_of: Callable[[str], Path]) -> Callable[[str], BaseTokenizer]:
    """Return a function that loads a shape as a base."""
    return lambda shape: load_base(str(folder_of(shape)))
