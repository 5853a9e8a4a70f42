"""What every source can say besides its part: filters and maps, counted by name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench import options
from tokbench.contracts import Tally, Unit
from tokbench.corpora.files import Files
from tokbench.corpora.python import from_python
from tokbench.corpora.source import Source, SourceSettings
from tokbench.corpora.stream import texts, work_units
from tokbench.corpora.table import Table
from tokbench.maps.mending import HtmlUnescape, Strip
from tokbench.scaffold.parts.corpora import Example

ROWS = [
    {"text": "yksi", "lang": "fi", "n": 1, "checked": True},
    {"text": "one", "lang": "en", "n": 1, "checked": False},
    {"text": "uno", "lang": "es", "n": 2, "checked": True},
    {"text": "kaksi", "lang": "fi", "n": 2, "checked": False},
]

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Return a folder with the rows in several formats."""
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    header, *cells = [list(ROWS[0]), *([json.dumps(cell).strip('"') for cell in row.values()] for row in ROWS)]
    (tmp_path / "rows.csv").write_text("\n".join(",".join(row) for row in [header, *cells]))
    return tmp_path


class Loud(Files):
    """Overrides `read` alone."""

    def read(self, unit: Unit, columns: Sequence[str], tally: Tally) -> Iterator[pa.RecordBatch]:
        """Yield the documents of a file in capitals."""
        for batch in super().read(unit, columns, tally):
            yield pa.record_batch({"text": pc.utf8_upper(batch["text"])})


def test_a_subclass_is_read_by_what_it_overrides(rows: Path, documents: Callable) -> None:
    """The faster road of a class that it comes from does not go round it."""
    assert documents(Loud(rows / "rows.jsonl"), Tally()) == [row["text"].upper() for row in ROWS]


def test_an_option_may_be_called_as_what_is_optional(documents: Callable) -> None:
    """The corpus that `tokbench new plugin` writes holds documents, and is read by `read`."""
    assert documents(Example(("one", "two")), Tally()) == ["one", "two"]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv"])
@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ({"lang": "fi"}, ["yksi", "kaksi"]),
        ({"lang": ("fi", "es")}, ["yksi", "uno", "kaksi"]),
        ({"n": 2}, ["uno", "kaksi"]),
        ({"checked": True, "n": 1}, ["yksi"]),
        ({"lang": "sv"}, []),
    ],
)
def test_where_keeps_rows_with_the_value(
    rows: Path, documents: Callable, name: str, where: dict, kept: list[str]
) -> None:
    """A column equals a value, or one of several; the cells of CSV files are spelt as in JSON."""
    tally = Tally()
    assert documents(Files(rows / name), tally, where=where) == kept
    assert tally.skipped.get("where", 0) == len(ROWS) - len(kept)


@given(st.lists(WORDS), st.integers(0, 5), st.integers(0, 5), st.sampled_from([None, "a", r"\w", "^$", "[aeiou]"]))
def test_filters_are_those_of_python(rows: list[str], least: int, more: int, expression: str | None) -> None:
    """Lengths are in characters, and expressions are searched as Python's `re` does."""
    import re

    settings = SourceSettings(min_length=least, max_length=least + more, matches=expression, not_matches="b")
    tally = Tally()
    found = list(texts(work_units([Source(from_python(rows), settings)]), tally))
    expected = [row for row in rows if least <= len(row) <= least + more and "b" not in row]
    assert found == [row for row in expected if expression is None or re.search(expression, row)]
    assert tally.documents == len(found)
    assert tally.documents + sum(tally.skipped.values()) == len(rows)
    assert tally.bytes == sum(len(text.encode()) for text in found)


def test_maps_come_before_filters() -> None:
    """A document is mended, by one map after the other, and then judged."""
    source = Source(from_python([" &amp; ", "&nbsp;"]), SourceSettings(min_length=1), (HtmlUnescape(), Strip()))
    tally = Tally()
    assert list(texts(work_units([source]), tally)) == ["&"]
    assert tally.skipped == {"min_length": 1}


def test_words_keep_their_counts(tmp_path: Path) -> None:
    """Filters and maps apply to the words of a table, whose counts stay with them."""
    (tmp_path / "words.tsv").write_text("the\t27\nof\t3\n&amp;\t2\n")
    source = Source(Table(tmp_path / "words.tsv", prefix=" "), SourceSettings(max_length=3), (HtmlUnescape(),))
    (unit,) = work_units([source])
    assert [pair for documents in unit.read(Tally()) for pair in documents] == [(" of", 3), (" &", 2)]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"min_length": -1}, "min_length: must not be negative"),
        ({"min_length": 5, "max_length": 3}, "max_length: must not be below min_length"),
        ({"weight": 0.0}, "weight: must be above 0"),
        ({"matches": "("}, "matches: not a regular expression"),
        ({"where": {"lang": 1.5}}, "where"),
    ],
)
def test_wrong_settings_are_refused_before_any_text(table: dict, said: str) -> None:
    """What types cannot say, the settings say when a recipe is checked."""
    with pytest.raises(options.OptionErrors, match=said):
        options.make(SourceSettings, table)


def test_settings_come_from_toml_tables() -> None:
    """Lists stand for tuples, and any scalar can be asked of a column."""
    made = options.make(SourceSettings, {"where": {"lang": ["fi", "en"], "n": 3, "checked": True}, "take": 5})
    assert made == SourceSettings(where={"lang": ("fi", "en"), "n": 3, "checked": True}, take=5)
