"""Sources become work units: their order, their limits, their mixture, and how they are told apart."""

from __future__ import annotations

import gzip
import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokbench.contracts import Tally
from tokbench.corpora.files import Files
from tokbench.corpora.python import from_python
from tokbench.corpora.source import Mix, Source, SourceSettings
from tokbench.corpora.stream import refuse_nothing, texts, work_units
from tokbench.corpora.table import Table
from tokbench.errors import CorpusError
from tokbench.maps.mending import Replace, Strip

NUMBERS = [str(number) for number in range(50)]


def read(*sources: Source, mix: Mix | None = None) -> list[str]:
    return list(texts(work_units(sources, mix), Tally()))


def source(rows: list[str], **table: object) -> Source:
    return Source(from_python(rows), SourceSettings(**table))  # type: ignore[arg-type]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.none() | st.integers(0, 120))
def test_skip_and_take_are_slices(skip: int, take: int, limit: int | None) -> None:
    """Documents are passed over, taken, and cut at the last one that fits the bytes."""
    expected = NUMBERS[skip : skip + take]
    while limit is not None and sum(map(len, expected)) > limit:
        expected.pop()
    assert read(source(NUMBERS, skip=skip, take=take, max_bytes=limit)) == expected


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 60), st.integers(0, 3))
def test_shuffling_is_that_of_datasets(buffer: int, seed: int) -> None:
    """The order is a permutation, is given by the seed, and is the one that `datasets` makes of the same batches."""
    shuffled = read(source(NUMBERS, shuffle_buffer=buffer, seed=seed))
    assert sorted(shuffled) == sorted(NUMBERS)
    assert shuffled == read(source(NUMBERS, shuffle_buffer=buffer, seed=seed))
    stream = datasets.Dataset.from_dict({"text": NUMBERS}).to_iterable_dataset().with_format("arrow")
    batches = stream.shuffle(seed=seed, buffer_size=buffer).iter(1000)
    assert shuffled == [text for batch in batches for text in batch["text"].to_pylist()]


STOPS = ["first_exhausted", "all_exhausted", "all_exhausted_without_replacement"]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 12), st.floats(0.1, 10)), min_size=2, max_size=4),
    st.sampled_from(STOPS),
    st.integers(0, 3),
)
def test_mixing_is_that_of_datasets(sizes: list[tuple[int, float]], stop: str, seed: int) -> None:
    """Sources are drawn by their weights, document by document, as `datasets.interleave_datasets` draws them."""
    assert_mixed_as_by_datasets(sizes, stop, seed)


@pytest.mark.parametrize("stop", STOPS)
def test_mixing_goes_on_over_many_draws(stop: str) -> None:
    """The blocks in which sources are drawn leave no trace, also where batches end elsewhere."""
    assert_mixed_as_by_datasets([(2500, 3.0), (1500, 2.0), (300, 0.5)], stop, seed=1)


def assert_mixed_as_by_datasets(sizes: list[tuple[int, float]], stop: str, seed: int) -> None:
    rows = [[f"{number}.{row}" for row in range(size)] for number, (size, _) in enumerate(sizes)]
    weights = [weight for _, weight in sizes]
    sources = [source(row, weight=weight) for row, weight in zip(rows, weights, strict=True)]
    features = datasets.Features({"text": datasets.Value("string")})
    streams = [datasets.Dataset.from_dict({"text": row}, features).to_iterable_dataset() for row in rows]
    chances = [weight / sum(weights) for weight in weights]
    drawn = datasets.interleave_datasets(streams, chances, seed=seed, stopping_strategy=stop)
    assert read(*sources, mix=Mix(stop, seed)) == [row["text"] for row in drawn]  # type: ignore[arg-type]


@pytest.mark.parametrize("stop", STOPS)
def test_a_source_without_documents_is_not_mixed(stop: str) -> None:
    """A source of which nothing is left is a mistake, and not the end of the others."""
    with pytest.raises(CorpusError, match="corpus 2: iterable: no documents are left of this corpus to mix"):
        read(source(["a"] * 9, weight=1.0), source(["b"], weight=9.0, min_length=2), mix=Mix(stop))  # type: ignore[arg-type]


def test_only_some_weights_are_refused() -> None:
    """A source without a weight among others with one is a mistake, and the message says which."""
    with pytest.raises(CorpusError, match="corpus 2: weight: others have one"):
        work_units([source(["a"], weight=1.0), source(["b"])])


def test_words_with_counts_mix_with_text(tmp_path: Path) -> None:
    """A document of a text counts once beside the words of a table."""
    (tmp_path / "words.tsv").write_text("the\t27\n")
    table = Source(Table(tmp_path / "words.tsv"), SourceSettings(weight=1))
    mix = Mix("all_exhausted_without_replacement")
    (unit,) = work_units([table, source(["one"], weight=1.0)], mix)
    assert sorted(pair for documents in unit.read(Tally()) for pair in documents) == [("one", 1), ("the", 27)]


def test_running_text_refuses_counts(tmp_path: Path) -> None:
    """A trainer that needs running text is not given a list of words."""
    (tmp_path / "words.tsv").write_text("the\t27\n")
    with pytest.raises(CorpusError, match=r"words.tsv: this is a list of words with counts, not running text"):
        read(Source(Table(tmp_path / "words.tsv")))


def test_units_can_be_pickled_and_read_elsewhere(tmp_path: Path, documents: Callable) -> None:
    """A unit that went through a pickle gives the same documents and the same tally."""
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text("".join(f"{name} {number}\n" for number in range(20)))
    for chosen in (SourceSettings(), SourceSettings(shuffle_buffer=5, take=7)):
        units = work_units([Source(Files(tmp_path), chosen, (Strip(),))])
        here, there = Tally(), Tally()
        again = pickle.loads(pickle.dumps(units))
        assert list(texts(units, here)) == list(texts(again, there))
        assert here == there
        assert [unit.fingerprint for unit in units] == [unit.fingerprint for unit in again]


def test_names_are_distinct_and_the_same_on_every_machine(tmp_path: Path) -> None:
    """Units are named from the folder that their files share; equal names of two sources are told apart."""
    for name in ("en/a.txt", "fi/a.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("text\n")
    whole, part = Source(Files(tmp_path)), Source(Files(tmp_path / "en"))
    assert [unit.name for unit in work_units([whole])] == ["en/a.txt", "fi/a.txt"]
    assert [unit.name for unit in work_units([part, part])] == ["corpus 1: a.txt", "corpus 2: a.txt"]
    tally = Tally()
    list(texts(work_units([part, part]), tally))
    assert len(tally.digests) == 2


def test_fingerprints_change_with_what_changes_the_text(tmp_path: Path) -> None:
    """Options, settings, maps and files count; weights alone and languages do not; iterators have none."""
    path = tmp_path / "a.txt"
    path.write_text("text\n")

    def fingerprint(part: object, *maps: object, **table: object) -> str:
        made = Source(part, SourceSettings(**table), maps)  # type: ignore[arg-type]
        return work_units([made])[0].fingerprint

    plain = fingerprint(Files(path))
    assert plain == fingerprint(Files(path), language="fi")
    others = [
        fingerprint(Files(path, by="document")),
        fingerprint(Files(path), min_length=1),
        fingerprint(Files(path), take=1),
        fingerprint(Files(path), take=2),
        fingerprint(Files(path), Strip()),
        fingerprint(Files(path), Replace("a")),
        fingerprint(Files(path), Replace("b")),
        fingerprint(from_python(["text"])),
        fingerprint(from_python(["other"])),
    ]
    path.write_text("text again\n")
    assert len({plain, *others, fingerprint(Files(path))}) == len(others) + 2
    assert fingerprint(from_python(iter(["text"]))) == ""


def test_an_iterator_is_not_read_twice_by_mistake() -> None:
    """A generator gives its text once; asking again is an error, not an empty corpus."""
    units = work_units([Source(from_python(iter(["a", ["b", "c"]])))])
    assert list(texts(units, Tally())) == ["a", "b", "c"]
    with pytest.raises(CorpusError, match="an iterator that was read already"):
        list(texts(units, Tally()))


def test_nothing_to_train_on_is_refused() -> None:
    """An empty corpus trains nothing; the refusal says what was left out."""
    tally = Tally()
    list(texts(work_units([source(["a", ""], min_length=2)]), tally))
    with pytest.raises(CorpusError, match=r"0 documents, and no text in them .left out: 2 by 'min_length'"):
        refuse_nothing(tally)


SCRIPT = """
import json, re, sys
from pathlib import Path
from tokbench.contracts import Tally
from tokbench.corpora.files import Files
from tokbench.corpora.source import Mix, Source, SourceSettings
from tokbench.corpora.stream import work_units

def peak(name, **table):
    tally = Tally()
    for unit in work_units([Source(Files(Path(name), **options), SourceSettings(**table))]):
        for batch in unit.read(tally):
            pass
    # Not ru_maxrss, which a process inherits from the one that started it.
    return tally.bytes, int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024

table, options = map(json.loads, sys.argv[1:3])
print(json.dumps([peak(name, **table) for name in sys.argv[3:]]))
"""


LINUX = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is read from /proc")


@LINUX
@pytest.mark.parametrize(
    ("suffix", "table"),
    [
        ("jsonl.zst", {}),
        ("jsonl.zst", {"shuffle_buffer": 1000, "min_length": 1}),
        ("txt.gz", {}),
        ("parquet", {}),
        ("one.parquet", {}),
        ("csv", {}),
        ("json", {}),
    ],
)
def test_memory_does_not_grow_with_the_corpus(tmp_path: Path, suffix: str, table: dict[str, object]) -> None:
    """The peak after 180 MB of text is that after 30 MB of the same, but for what an allocator keeps.

    Shuffling, that is 35 MB, and 55 where it happens to keep less after the first: 150 MB more of text are read.
    """
    small, large = tmp_path / f"small.{suffix}", tmp_path / f"large.{suffix}"
    write(small, 3)
    write(large, 18)
    (few, before), (many, after) = peaks(table, small, large)
    assert many == 6 * few > 180e6
    assert after - before < 75


@LINUX
@pytest.mark.parametrize(("name", "before", "after"), [("a.txt.zst", "", ""), ("a.jsonl.zst", '{"text": "', '"}')])
def test_a_line_of_1_gb_is_left_out_in_bounded_memory(tmp_path: Path, name: str, before: str, after: str) -> None:
    """A line over the limit is neither kept nor cut; the lines around it are read."""
    path = tmp_path / name
    piece = b"word " * 200_000
    with pa.output_stream(str(path), compression="zstd") as stream:
        stream.write(f"{before}one{after}\n{before}".encode())
        for _ in range(1074):
            stream.write(piece)
        stream.write(f"{after}\n{before}two{after}\n".encode())
    ((read_bytes, peak),) = peaks({}, path, errors="skip")
    assert read_bytes == len("onetwo")
    assert peak < 350
    with pytest.raises(CorpusError, match=r"line 2: the document is longer than max_document_bytes = 67,108,864"):
        read(Source(Files(path)))


def peaks(table: dict[str, object], *paths: Path, **options: object) -> list[tuple[int, float]]:
    """Return, after each file was read in one process, its bytes of text and the process' peak memory in MB."""
    command = [sys.executable, "-c", SCRIPT, json.dumps(table), json.dumps(options), *map(str, paths)]
    found: list[tuple[int, float]] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


def write(path: Path, times: int) -> None:
    """Write 1,000 rows of about 10 kB so many times, all in one row group where the name says `one`."""
    rows = ["".join(f"word{number * row} " for number in range(1000)) for row in range(1000)]
    arrow = pa.table({"text": rows})
    if path.name.endswith(".one.parquet"):
        pq.write_table(pa.concat_tables([arrow] * times), path, compression="none", use_dictionary=False)
    elif path.suffix == ".parquet":
        with pq.ParquetWriter(path, arrow.schema) as writer:
            for _ in range(times):
                writer.write_table(arrow)
    elif path.suffix == ".csv":
        path.write_text("text\n" + "\n".join(rows * times))
    elif path.suffix == ".json":
        path.write_text(json.dumps([{"text": row} for row in rows * times]))
    else:
        lines = [json.dumps({"text": row}) if "jsonl" in path.name else row for row in rows]
        text = "".join(f"{line}\n" for line in lines).encode()
        path.write_bytes((zstd(text) if path.suffix == ".zst" else gzip.compress(text, 1)) * times)


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


def test_stored_bytes_add_up_to_the_sizes_of_the_units(tmp_path):
    """Progress can be told in parts of the whole: what was read, as stored, ends at what the units said."""
    (tmp_path / "a.txt").write_text("one\ntwo\n" * 1000, encoding="utf-8")
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(b"three\nfour\n" * 1000))
    units = work_units([Source(Files(tmp_path))])
    tally = Tally()
    for unit in units:
        for _ in unit.read(tally):
            assert tally.stored > 0
    assert tally.stored == sum(unit.size for unit in units)
    assert work_units([Source(Files(tmp_path), SourceSettings(take=1))])[0].size is None
