"""Keys are found on the lines on which they stand."""

import pytest
import tomli_w
import tomllib
from hypothesis import given
from hypothesis import strategies as st

from tokbench.errors import RecipeError
from tokbench.recipe.toml import Places, parse, parse_value

TEXT = '''\
# a comment with [brackets] = and "quotes"
name = "x#y" # another
a."b c".d = [1, "]", { k = 3 }, # here
  """many
  lines = 1""", 4
]
[[corpus]]
use = 'files'
path = ["a",
  "b"]
  [corpus.filter]
  x = 1
[[corpus]]
use = "hub"
[special_tokens]
mask = { content = "<mask>", lstrip = true }
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 2),
        (("a", "b c", "d"), 3),
        (("a", "b c", "d", 2, "k"), 3),
        (("a", "b c", "d", 3), 4),
        (("a", "b c", "d", 4), 5),
        (("corpus",), 7),
        (("corpus", 0, "use"), 8),
        (("corpus", 0, "path", 1), 10),
        (("corpus", 0, "filter", "x"), 12),
        (("corpus", 1), 13),
        (("corpus", 1, "use"), 14),
        (("special_tokens", "mask", "lstrip"), 16),
    ],
)
def test_finds_the_line_of_a_key(path, line):
    """Comments, strings over several lines, inline tables and arrays of tables do not lead it astray."""
    assert parse(TEXT, "r.toml")[1][path] == line


def test_reads_windows_line_ends():
    """A file written on Windows has the same lines."""
    assert parse(TEXT.replace("\n", "\r\n"), "r.toml")[1] == parse(TEXT, "r.toml")[1]


def paths(value, path=()):
    """Yield the way to every value inside tables and lists."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        yield (*path, step)
        yield from paths(item, (*path, step))


SCALARS = st.one_of(
    st.integers(-(2**63), 2**63 - 1), st.booleans(), st.floats(allow_nan=False), st.text(), st.datetimes()
)
TABLES = st.dictionaries(
    st.text(),
    st.recursive(
        SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
    ),
    max_size=4,
)


@given(TABLES)
def test_every_key_of_any_toml_has_a_line(tables):
    """Whatever TOML says, each of its values is found; a table that only holds tables has no line of its own."""
    text = tomli_w.dumps(tables)
    read, lines = parse(text, "r.toml")
    assert read == tomllib.loads(text)
    for path in paths(read):
        assert any(found[: len(path)] == path for found in lines)


def test_syntax_errors_name_the_line():
    """Text that is no TOML is refused with its line."""
    with pytest.raises(RecipeError, match=r"^r.toml:2: this is not TOML: .*; mend the line$"):
        parse("a = 1\nb = = 2\n", "r.toml")


def test_an_unfinished_file_is_refused_at_its_end():
    """A bracket that never closes is reported where the text ends."""
    with pytest.raises(RecipeError, match=r"^r.toml:\d: this is not TOML"):
        parse("a = 1\nb = [1,\n", "r.toml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8000", 8000),
        ("8_000", 8000),
        ("true", True),
        ('["a"]', ["a"]),
        ("byte-level", "byte-level"),
        ("1\nb=2", "1\nb=2"),
    ],
)
def test_values_are_toml_or_text(text, value):
    """What is no TOML value is a string, so that quotes can be left out on a command line."""
    assert parse_value(text) == value


def test_a_missing_key_stands_at_its_table():
    """A problem with something that is not written down points at the nearest table that is."""
    places = Places("r.toml", {("trainer",): 4})
    assert (
        str(places.problem(("trainer", "vocab_size"), "must be given")) == "r.toml:4: trainer.vocab_size: must be given"
    )
