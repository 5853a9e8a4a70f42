"""`--set` changes a recipe as an edit of its file would."""

import pytest

from tokbench.errors import RecipeError
from tokbench.recipe.overrides import apply


def test_sets_values_makes_tables_and_tells_where_they_came_from():
    """A key may be new, and its table too."""
    tables = {"trainer": {"use": "bpe"}}
    places = apply(tables, ["trainer.vocab_size=8000", "checks.round_trip=exact"])
    assert tables == {"trainer": {"use": "bpe", "vocab_size": 8000}, "checks": {"round_trip": "exact"}}
    assert places[("trainer", "vocab_size")] == "--set trainer.vocab_size=8000"


def test_the_last_one_wins():
    """The same key twice: as on any command line."""
    tables = {}
    apply(tables, ["name=a", "name=b"])
    assert tables == {"name": "b"}


def test_reaches_into_lists_by_position_or_when_there_is_only_one():
    """`corpus.path` is enough where there is one corpus."""
    tables = {"corpus": [{"use": "files"}]}
    apply(tables, ["corpus.path=a.txt", "corpus.0.by=line"])
    assert tables == {"corpus": [{"use": "files", "path": "a.txt", "by": "line"}]}


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("vocab_size", "write it as key=value"),
        ("=3", "write it as key=value"),
        ("a..b=3", "write it as key=value"),
        ("name.first=x", "'name' is a value and has no keys"),
        ("corpus.path=x", "'corpus' has 2 tables; say which, as in corpus.0.…"),
        ("corpus.2.path=x", "'corpus' has 2 tables, counted from 0"),
        ("corpus.2=x", "'corpus' has 2 tables, counted from 0"),
    ],
)
def test_says_what_cannot_be_set(override, said):
    """Each mistake names the override and the way out."""
    with pytest.raises(RecipeError) as error:
        apply({"name": "x", "corpus": [{}, {}]}, [override])
    assert str(error.value).startswith(f"--set {override}: ")
    assert said in str(error.value)


def test_sets_a_whole_table_of_a_list():
    """As `[[corpus]]` would be written anew."""
    tables = {"corpus": [{"use": "files", "path": "a.txt"}]}
    apply(tables, ['corpus.0={use = "hub"}'])
    assert tables == {"corpus": [{"use": "hub"}]}


def test_quotes_hold_a_key_with_dots_together():
    """A column may be called anything."""
    tables = {}
    apply(tables, ['corpus.where."a.b"=x', "corpus.where.'c d'=y"])
    assert tables == {"corpus": {"where": {"a.b": "x", "c d": "y"}}}
