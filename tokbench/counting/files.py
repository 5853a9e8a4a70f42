"""Word counts on disk: a Parquet file of two columns, `word` and `count`, from this machine or from a cluster.

Files that tokbench wrote carry, as metadata, the sha256 of the pipeline that split the text, so that counts of other
words are refused; files from elsewhere have none, and their words are taken as they are.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tokbench.counting.words import WordCounts
from tokbench.errors import CorpusError

COLUMNS = ("word", "count")
PIPELINE = b"tokbench.pipeline"
"""The key of the metadata that says how the text was split."""


def require_file(path: Path) -> None:
    """Refuse a folder as the file to write, before anything is counted."""
    if path.is_dir():
        raise CorpusError(f"{path} is a folder; give -o for a file, such as words.parquet")


def write_counts(words: WordCounts, path: Path, pipeline: str) -> None:
    """Write the counts beside `path` and rename them into place; `pipeline` is the JSON that split the text."""
    schema = pa.schema({"word": pa.large_string(), "count": pa.int64()}, {PIPELINE: _fingerprint(pipeline)})
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with pq.ParquetWriter(partial, schema, compression="zstd") as writer:
            for piece in words.pieces():
                writer.write_table(pa.Table.from_batches([piece.arrow()]).cast(schema))
        os.replace(partial, path)
    except OSError as error:
        raise CorpusError(f"{path} cannot be written: {error.strerror or error}; give -o for another file") from error
    finally:
        if partial.exists():
            partial.unlink()


def read_counts(path: Path, pipeline: str) -> WordCounts:
    """Return the counts of a file; words that come twice are summed.

    Raises `CorpusError` where it is no such table, or holds the words of another normalizer or pre-tokenizer.
    """
    try:
        table = pq.read_table(path)
    except FileNotFoundError as error:
        raise CorpusError(f"{path}: there is no such file; 'tokbench count' writes one") from error
    except (OSError, pa.ArrowInvalid) as error:
        raise CorpusError(f"{path} is not a Parquet file that can be read: {error}; write it again") from error
    if missing := [name for name in COLUMNS if name not in table.column_names]:
        names = ", ".join(table.column_names)
        raise CorpusError(f"{path} has no column '{missing[0]}'; it has {names}; name its columns word and count")
    said = (table.schema.metadata or {}).get(PIPELINE)
    if said is not None and said != _fingerprint(pipeline):
        raise CorpusError(
            f"{path} holds the words of another normalizer or pre-tokenizer; count again with this recipe"
        )
    return _checked(table.select(COLUMNS), path)


def _checked(table: pa.Table, path: Path) -> WordCounts:
    try:
        typed = table.cast(pa.schema([("word", pa.large_string()), ("count", pa.int64())]))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise CorpusError(f"{path}: words must be text and counts whole numbers: {error}; mend the table") from error
    if typed["word"].null_count or typed["count"].null_count:
        raise CorpusError(f"{path}: a word or a count is null; leave such rows out")
    if typed.num_rows and pc.min(typed["count"]).as_py() < 1:
        raise CorpusError(f"{path}: a count is below 1; leave such rows out")
    # Arrow's sums of 64 bits go round, more than once even.
    wide = typed.set_column(1, "count", typed["count"].cast(pa.decimal128(38)))
    summed = wide.group_by("word").aggregate([("count", "sum")])
    try:
        summed = pa.table({"word": summed["word"], "count_sum": summed["count_sum"].cast(pa.int64())})
    except pa.ArrowInvalid as error:
        raise CorpusError(f"{path}: the counts of a word are over 2⁶³ - 1 in sum; scale the counts down") from error
    ordered = summed.sort_by("word").combine_chunks()
    if not ordered.num_rows:
        return WordCounts.of(())
    return WordCounts.of_arrow(pa.concat_arrays(ordered["word"].chunks), pa.concat_arrays(ordered["count_sum"].chunks))


def _fingerprint(pipeline: str) -> bytes:
    return hashlib.sha256(pipeline.encode()).hexdigest().encode()
