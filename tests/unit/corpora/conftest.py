"""What the tests of corpora share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tokbench.contracts import CorpusPart, Tally
from tokbench.corpora.source import Mix, Source, SourceSettings
from tokbench.corpora.stream import texts, work_units

Reader = Callable[..., list[str]]


@pytest.fixture
def mixed() -> Reader:
    """Return ``mixed(sources, tally, mix)``, every document of several sources."""

    def read(sources: list[Source], tally: Tally | None = None, mix: Mix | None = None) -> list[str]:
        return list(texts(work_units(sources, mix), Tally() if tally is None else tally))

    return read


@pytest.fixture
def documents(mixed: Reader) -> Reader:
    """Return ``documents(part, tally, **settings)``, every document of one source, in the order in which it comes."""

    def read(part: CorpusPart, tally: Tally | None = None, **settings: Any) -> list[str]:
        return mixed([Source(part, SourceSettings(**settings))], tally)

    return read
