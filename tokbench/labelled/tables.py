"""Rows from Parquet files and from `datasets`, with the names of their numbered labels."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tokbench.errors import DataError
from tokbench.labelled.rows import Row

FEATURES = b"huggingface"
"""The key of a Parquet schema under which `datasets` keeps what its columns are."""


def parquet_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a Parquet file."""
    with _opened(path) as file:
        number = 0
        for batch in file.iter_batches():
            for values in batch.to_pylist():
                number += 1
                yield Row(f"{path}: row {number}", values)


def parquet_names(path: Path) -> Mapping[str, Sequence[str]]:
    """Return the labels of each column of numbers, where `datasets` wrote them into the file."""
    with _opened(path) as file:
        metadata = file.schema_arrow.metadata or {}
    return _names(json.loads(metadata.get(FEATURES, b"{}")).get("info", {}).get("features", {}))


def _opened(path: Path) -> Any:
    import pyarrow.parquet as pq
    from pyarrow.lib import ArrowException

    try:
        return pq.ParquetFile(path)
    except FileNotFoundError as error:
        raise DataError(f"{path}: there is no such file; relative paths start where the recipe stands") from error
    except (ArrowException, OSError) as error:
        raise DataError(f"{path}: not a Parquet file that can be read: {error}") from error


def _names(features: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    """Return the labels of columns, wherever they are nested: ``{"feature": {"names": ["O"]}} → ["O"]``."""
    found: dict[str, Sequence[str]] = {}
    for column, feature in features.items():
        nested = feature
        while isinstance(nested, Mapping) and "names" not in nested:
            nested = nested.get("feature")
        if nested is not None:
            found[column] = list(nested["names"])
    return found


def dataset_splits(source: str, subset: str | None, revision: str | None) -> Mapping[str, Any]:
    """Return the splits of a dataset, by name: of a folder that `save_to_disk` left, a folder of files, or the Hub."""
    import datasets

    saved = {"dataset_dict.json", "state.json"}
    try:
        if os.path.isdir(source) and saved & set(os.listdir(source)):
            found = datasets.load_from_disk(source)
        else:
            found = datasets.load_dataset(source, subset, revision=revision)
    except Exception as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise DataError(f"the dataset '{source}' cannot be loaded: {reason}") from error
    return found if isinstance(found, Mapping) else {"train": found}


def dataset_rows(split: Any, where: str) -> Iterator[Row]:
    """Yield the rows of a split of a dataset."""
    for number, values in enumerate(split, 1):
        yield Row(f"{where}: row {number}", values)


def dataset_names(split: Any) -> Mapping[str, Sequence[str]]:
    """Return the labels of each column of numbers (`ClassLabel`)."""
    return _names(split.features.to_dict() if split.features else {})
