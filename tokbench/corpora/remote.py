"""A dataset opened by `datasets`: what it streams, what tells that it changed, and what can go wrong, in our words."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import datasets
import datasets.exceptions
import pyarrow as pa

from tokbench.corpora.columns import roots
from tokbench.errors import CorpusError

ROWS = 1000
"""Documents in a batch."""


@dataclass(frozen=True)
class Remote:
    """A split of a dataset, with the builder that found its files."""

    hub: Any
    """The part `Hub`, which reads by this module."""
    builder: Any
    stream: Any

    def fingerprint(self, number: int, of: int) -> str:
        """Return what changes with the files: their addresses with the commit, or the times of local ones."""
        files = self.builder.config.data_files
        if not files:
            return ""
        known = [(str(split), list(found), list(found.origin_metadata)) for split, found in files.items()]
        asked = (self.builder.config_id, self.hub.split, number, of)
        return hashlib.sha256(repr((datasets.__version__, known, asked)).encode()).hexdigest()

    def batches(self, number: int, of: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield batches of the columns from the `number`th of `of` equal parts of the shards."""
        with said_clearly(self.hub):
            part = self._only(columns).shard(of, number)
            for table in part.with_format("arrow").iter(ROWS):
                yield from table.combine_chunks().to_batches()

    def _only(self, columns: Sequence[str]) -> Any:
        """Return the stream with no other columns; those of Parquet files are not even fetched."""
        names = self.stream.column_names or list(next(self.stream.with_format("arrow").iter(1)).column_names)
        wanted = roots(columns, names, self.hub.title)
        config = self.builder.config
        if not hasattr(config, "columns") or not hasattr(config, "batch_size"):
            return self.stream.select_columns(wanted)
        config.columns, config.batch_size = wanted, ROWS
        return self.builder.as_streaming_dataset(split=self.hub.split)


@functools.lru_cache(maxsize=8)
def opened(hub: Any) -> Remote:
    """Return the dataset, found once for all of its units; raises `CorpusError` where it is not there."""
    with said_clearly(hub):
        builder = datasets.load_dataset_builder(hub.dataset, hub.subset, revision=hub.revision)
        return Remote(hub, builder, builder.as_streaming_dataset(split=hub.split))


@contextlib.contextmanager
def said_clearly(hub: Any) -> Iterator[None]:
    """Raise `CorpusError` for what `datasets` and the network raise."""
    try:
        yield
    except datasets.exceptions.DatasetNotFoundError as error:
        remedy = "check the id and the revision, and log in with 'hf auth login' if it is private or gated"
        raise CorpusError(f"{hub.title}: the Hub has no such dataset ({_line(error)}); {remedy}") from error
    except ConnectionError as error:
        reason = _line(error.__cause__ or error).rpartition("(")[2].rstrip(")")
        remedy = "check the network, HF_ENDPOINT and HF_HUB_OFFLINE"
        raise CorpusError(f"{hub.title}: the Hub cannot be reached ({reason}); {remedy}") from error
    except FileNotFoundError as error:
        remedy = "give the id of a dataset on the Hub, or a folder with data files"
        raise CorpusError(f"{hub.title}: there are no files that 'datasets' can load; {remedy}") from error
    except ValueError as error:
        raise CorpusError(_unknown(hub, str(error)) or _unreadable(hub, error)) from error
    except (OSError, RuntimeError, KeyError, pa.ArrowException, datasets.exceptions.DatasetsError) as error:
        raise CorpusError(_unreadable(hub, error)) from error


def _unknown(hub: Any, said: str) -> str | None:
    """Return the sentence for a split or a subset that does not exist, with those that do."""
    for pattern, key in (
        (r"Bad split: .*Available splits: \[(.*)\]", "split"),
        (r"BuilderConfig .*\[(.*)\]", "subset"),
    ):
        if found := re.search(pattern, said, re.DOTALL):
            there = ", ".join(re.findall(r"'([^']+)'", found[1]))
            return f"{hub.title}: there is no {key} '{getattr(hub, key)}'; there are: {there}"
    return None


def _unreadable(hub: Any, error: Exception) -> str:
    return f"{hub.title}: the data cannot be read ({type(error).__name__}: {_line(error)}); look at the dataset's page"


def _line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
