"""What a checked recipe is: its parts made, its tables read, nothing built yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokbench.errors import RecipeError
from tokbench.recipe.tables import Base, Card, HubTarget, Promises, SpecialTokens, Token, Wrapper
from tokbench.recipe.toml import Places
from tokbench.recipe.use import Use
from tokbench.registry import OWN_PACKAGE, find

if TYPE_CHECKING:
    from tokbench.corpora.source import Mix, Source, SourceSettings
    from tokbench.manifest import Origin
    from tokbench.recipe.validation import Validation

LISTS = {
    "normalizer": "normalizers",
    "pre_tokenizer": "pre_tokenizers",
    "decoder": "decoders",
    "post_processor": "post_processors",
    "metric": "metrics",
}
"""The tables that hold one part or a list of parts, and the kind of these parts."""

SINGLES = {"model": "models", "trainer": "trainers"}
"""The tables that hold exactly one part."""


@dataclass(frozen=True)
class CorpusUse:
    """A source of text: the part that reads it, the settings that every source has, and its maps."""

    use: Use
    settings: SourceSettings
    table: Mapping[str, Any]
    """The settings as the recipe has them."""
    maps: tuple[Use, ...]

    def filled(self) -> dict[str, Any]:
        """Return the `[[corpus]]` table with every default written in."""
        from tokbench.options import fill

        written = {"map": [use.filled() for use in self.maps]} if self.maps else {}
        return {**self.use.filled(), **fill(type(self.settings), self.table), **written}

    def origin(self) -> Origin:
        """Return what the card and the manifest say of where the text came from."""
        from tokbench.manifest import Origin

        part, options = self.use.part, self.use.options
        path = options.get("path", self.use.name)
        paths = [Path(name) for name in (path if isinstance(path, list) else [path])]
        shown = ", ".join(each.name if each.is_absolute() else each.as_posix() for each in paths)
        dataset = getattr(part, "dataset", None)
        found = None if dataset is None or Path(dataset).is_dir() else str(dataset)
        return Origin(getattr(part, "title", shown), self.settings.license, self.settings.language, found)

    def source(self) -> Source:
        """Return the source, ready to be read."""
        from tokbench.corpora.source import Source

        return Source(self.use.part, self.settings, tuple(use.part for use in self.maps))


@dataclass(frozen=True)
class Recipe:
    """A recipe that was checked as a whole; `loader.load` makes one from a file."""

    name: str
    tables: Mapping[str, Any]
    """The recipe as TOML has it, with the choices made where it was silent."""
    choices: tuple[str, ...]
    """What was chosen where the recipe was silent, a sentence each."""
    corpora: tuple[CorpusUse, ...]
    mix: Mix
    normalizers: tuple[Use, ...]
    pre_tokenizers: tuple[Use, ...]
    model: Use | None
    """None where `base` gives the model."""
    trainer: Use | None
    """None where `base` gives the model and the recipe leaves its trainer open."""
    decoders: tuple[Use, ...]
    post_processors: tuple[Use, ...]
    metrics: tuple[Use, ...]
    special_tokens: SpecialTokens
    added_tokens: tuple[Token, ...]
    wrapper: Wrapper
    base: Base | None
    promises: Promises
    card: Card
    validation: Validation | None
    """None where it names no task."""
    hub: HubTarget | None
    """None where it is published nowhere."""
    folder: Path
    """Where its relative paths start."""
    places: Places
    """Where each of its keys was said, for problems found later."""

    def error(self, key: str, what: str) -> RecipeError:
        """Return the error that says what is wrong with a key, such as `trainer.vocab_size`, and where it stands."""
        return RecipeError([self.places.problem(tuple(key.split(".")), what)])

    def uses(self) -> Iterator[Use]:
        """Yield every part of the recipe, in the order of the pipeline."""
        for corpus in self.corpora:
            yield corpus.use
            yield from corpus.maps
        yield from self.normalizers
        yield from self.pre_tokenizers
        yield from (use for use in (self.model, self.trainer) if use)
        yield from self.decoders
        yield from self.post_processors
        yield from self.metrics

    def packages(self) -> dict[str, str]:
        """Return the packages whose parts it uses, tokbench apart, and their versions."""
        entries = (find(use.kind, use.name) for use in self.uses())
        return {entry.package: entry.version for entry in entries if entry.package != OWN_PACKAGE}

    def toml(self) -> str:
        """Return the recipe with every default written in: reading it again gives this recipe."""
        import tomli_w

        return tomli_w.dumps(self._filled(), multiline_strings=True)

    def _filled(self) -> dict[str, Any]:
        from tokbench.options import fill

        filled: dict[str, Any] = {"name": self.name}
        tables = {"card": Card, "hub": HubTarget, "base": Base, "mix": type(self.mix), "tokenizer": Wrapper}
        for key, table in tables.items():
            if key in self.tables:
                filled[key] = fill(table, self.tables[key])
        filled["checks"] = {key: value for key, value in vars(self.promises).items() if value is not None}
        for key in ("special_tokens", "added_tokens"):
            if key in self.tables:
                filled[key] = self.tables[key]
        filled["corpus"] = [corpus.filled() for corpus in self.corpora]
        for key in LISTS:
            uses = [use.filled() for use in getattr(self, f"{key}s")]
            filled[key] = uses[0] if len(uses) == 1 else uses
        for key in SINGLES:
            if use := getattr(self, key):
                filled[key] = use.filled()
        if self.validation:
            filled["validation"] = self.validation.filled()
        # No metric at all is a choice; silence would be the usual ones.
        return {key: value for key, value in filled.items() if key == "metric" or value not in ({}, [], None)}
