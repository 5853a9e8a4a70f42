"""From a TOML file to a checked recipe: every error at once, in file order, before any text is read."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokbench.corpora.source import Mix
from tokbench.errors import Problem, RecipeError
from tokbench.recipe import choices, overrides
from tokbench.recipe.reader import Reader
from tokbench.recipe.recipe import LISTS, CorpusUse, Recipe
from tokbench.recipe.tables import Base, Card, HubTarget, Promises, Wrapper
from tokbench.recipe.toml import KeyPath, Places, parse
from tokbench.recipe.use import Use
from tokbench.registry import suggestion

if TYPE_CHECKING:
    from tokbench.recipe.validation import Validation

KEYS = {
    "name": "what the tokenizer is called, and its folder",
    "card": "what the model card says",
    "corpus": "where the text comes from",
    "mix": "how several corpora are interleaved",
    "base": "the existing tokenizer to retrain",
    "normalizer": "what changes the text first",
    "pre_tokenizer": "what splits it into words",
    "model": "what splits words into tokens",
    "trainer": "what makes the model's vocabulary",
    "decoder": "what puts tokens back into text",
    "post_processor": "what goes around a sequence",
    "metric": "what is measured of it on the beginning of its corpus, for the card and the manifest",
    "special_tokens": "the tokens with a role, by the order of their ids",
    "added_tokens": "further tokens that are matched as they stand",
    "tokenizer": "what transformers is told",
    "checks": "what the artifact must keep",
    "validation": "the labelled task on which it is proved",
    "hub": "where the artifact is published after a build",
}
"""The top-level keys of a recipe and what each is for."""

METRICS = ("compression", "fertility", "unknown")
"""What is measured where a recipe is silent."""

LONGEST_NAME = 200
"""In bytes: a file system takes 255, and a draft's name is longer than its artifact's."""


def load(
    source: str | os.PathLike[str] | Mapping[str, Any],
    changes: Sequence[str] = (),
    *,
    corpus_given: bool = False,
    folder: Path | None = None,
) -> Recipe:
    """Return the checked recipe of a TOML file, or of the tables that one would hold.

    `changes` are overrides such as `trainer.vocab_size=8000`; with `corpus_given` the recipe may name no corpus.
    Relative paths start in `folder`, by default that of the file.
    Raises `RecipeError` with every problem found.
    """
    tables, lines, where, home = _read(source)
    overridden = overrides.apply(tables, changes)
    reader = Reader(tables, Places(where, lines, overridden))
    recipe = _recipe(reader, home if folder is None else folder, corpus_given)
    if recipe is None or reader.problems:
        raise RecipeError(reader.problems)
    return recipe


def _read(source: str | os.PathLike[str] | Mapping[str, Any]) -> tuple[dict[str, Any], dict[KeyPath, int], str, Path]:
    if isinstance(source, Mapping):
        return copy.deepcopy(dict(source)), {}, "recipe", Path()
    path = Path(source)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise RecipeError([Problem(0, str(source), "", "there is no such file; give the path of a recipe")]) from error
    except IsADirectoryError as error:
        raise RecipeError([Problem(0, str(source), "", "this is a folder; give the path of a recipe")]) from error
    except UnicodeDecodeError as error:
        what = f"not UTF-8 at byte {error.start}; a TOML file is UTF-8"
        raise RecipeError([Problem(0, str(source), "", what)]) from error
    except OSError as error:
        raise RecipeError([Problem(0, str(source), "", f"cannot be read: {error.strerror}")]) from error
    tables, lines = parse(text.removeprefix("\ufeff"), str(source))
    return tables, lines, str(source), path.parent


def _recipe(reader: Reader, folder: Path, corpus_given: bool) -> Recipe | None:
    tables = reader.tables
    for key in tables.keys() - KEYS.keys():
        reader.problem((key,), f"a recipe has no such key; {suggestion(key, KEYS)}")
    name = _name(reader)
    corpora = _corpora(reader, folder, corpus_given)
    special = reader.special_tokens(tables.get("special_tokens", {}))
    added = reader.tokens(("added_tokens",), tables.get("added_tokens", []))
    wrapper = reader.table(("tokenizer",), Wrapper, tables.get("tokenizer", {}), folder)
    base = _base(reader)
    promises = reader.table(("checks",), Promises, tables.get("checks", {}))
    card = reader.table(("card",), Card, tables.get("card", {}))
    mix = reader.table(("mix",), Mix, tables.get("mix", {}))
    hub = reader.table(("hub",), HubTarget, tables["hub"]) if "hub" in tables else None
    usual = {"metric": [{"use": name} for name in METRICS]}
    lists = {key: reader.uses(key, kind, tables.get(key, usual.get(key, [])), folder) for key, kind in LISTS.items()}
    _refuse_doubles(reader, lists["metric"])
    task = _validation(reader, folder) if "validation" in tables else None
    chosen = choices.complete(reader, lists, special, added, base is not None, folder)
    if chosen is None or not (wrapper and promises and card and mix) or name is None:
        return None
    return Recipe(
        name=name,
        tables=tables,
        choices=tuple(chosen.notes),
        corpora=corpora,
        mix=mix,
        normalizers=lists["normalizer"],
        pre_tokenizers=lists["pre_tokenizer"],
        model=chosen.model,
        trainer=chosen.trainer,
        decoders=chosen.decoders,
        post_processors=lists["post_processor"],
        metrics=lists["metric"],
        special_tokens=special,
        added_tokens=tuple(added),
        wrapper=wrapper,
        base=base,
        promises=promises,
        card=card,
        validation=task,
        hub=hub,
        folder=folder,
        places=reader.places,
    )


def _name(reader: Reader) -> str | None:
    name = reader.tables.get("name")
    if name is None:
        reader.problem((), 'name: must be given, as in name = "wordpiece-30k"')
    elif not isinstance(name, str) or not _names_a_folder(name):
        reader.problem(("name",), "must be a name that a folder can have")
    else:
        return name
    return None


def _names_a_folder(name: str) -> bool:
    if not name.strip() or name in {".", ".."} or any(character in "/\\" or character < " " for character in name):
        return False
    return len(name.encode(errors="replace")) <= LONGEST_NAME


def _refuse_doubles(reader: Reader, metrics: Sequence[Use]) -> None:
    """Note a metric that is named twice: its figures would have one name."""
    names = [use.name for use in metrics]
    for index, name in enumerate(names):
        if name in names[:index]:
            reader.problem(("metric", index, "use"), f"'{name}' is measured already; name it once")


def _validation(reader: Reader, folder: Path) -> Validation | None:
    from tokbench.recipe.validation import read

    return read(reader, folder)


def _base(reader: Reader) -> Base | None:
    if "base" not in reader.tables:
        return None
    base = reader.table(("base",), Base, reader.tables["base"])
    for key in ("normalizer", "pre_tokenizer", "model", "decoder", "post_processor"):
        if key in reader.tables:
            reader.problem((key,), "comes from the tokenizer in [base]; leave it out, or leave out [base]")
    return base


def _corpora(reader: Reader, folder: Path, given: bool) -> tuple[CorpusUse, ...]:
    value = reader.tables.get("corpus", [])
    tables = value if isinstance(value, list) else [value]
    if not tables and not given:
        reader.problem((), "corpus: a recipe needs at least one [[corpus]]")
    found = (_corpus(reader, ("corpus", index), table, folder) for index, table in enumerate(tables))
    return tuple(corpus for corpus in found if corpus)


def _corpus(reader: Reader, path: KeyPath, table: Any, folder: Path) -> CorpusUse | None:
    """Return a corpus: the keys of `SourceSettings` are the same for every source, the others its part's options."""
    import dataclasses

    from tokbench.corpora.source import SourceSettings

    found = reader.part_class(path, "corpora", table)
    if found is None:
        return None
    shared = {field.name for field in dataclasses.fields(SourceSettings)}
    known = {"use", *shared, *getattr(found[1], "__dataclass_fields__", ())}
    for key in table.keys() - known:
        reader.problem((*path, key), f"{found[0]} has no such option; {suggestion(key, known)}")
    own = {key: value for key, value in table.items() if key in known - shared - {"use"}}
    common = {key: value for key, value in table.items() if key in shared}
    settings = reader.table(path, SourceSettings, common, folder)
    use = reader.made(path, "corpora", found, own, folder)
    maps = _maps(reader, path, table.get("map", []), folder)
    return CorpusUse(use, settings, common, maps) if use and settings else None


def _maps(reader: Reader, path: KeyPath, value: Any, folder: Path) -> tuple[Use, ...]:
    names: Iterable[Any] = value if isinstance(value, list) else []
    tables = ({"use": item} if isinstance(item, str) else item for item in names)
    found = (reader.use((*path, "map", index), "maps", table, folder) for index, table in enumerate(tables))
    return tuple(use for use in found if use)
