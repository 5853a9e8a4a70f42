"""Proofs for trainers: from word counts, and from running text."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokenizers import Tokenizer

from tokbench import registry
from tokbench.checks.probes import WRITTEN
from tokbench.contracts import Note, Progress, Report
from tokbench.counting.words import WordCounts
from tokbench.errors import TrainingError, UserError
from tokbench.testing.building import TEXT, built, prove_build
from tokbench.testing.proving import Refuted, require, require_equal, when_refuted
from tokbench.testing.values import prove_value, written

if TYPE_CHECKING:
    from tokbench.contracts import CorpusTrainerPart, TextTrainerPart, TrainerPart

__tracebackhide__ = when_refuted


def prove_trainer(
    part: TrainerPart, *, models: Mapping[str, Mapping[str, Any]] | None = None, recipe: Mapping[str, Any] | None = None
) -> None:
    """Prove a trainer that takes word counts.

    Reserved tokens get the first ids; `vocab_size` is reached, or the trainer says why not, and never passed; the same
    words give the same model; one word trains, none are refused, counts above 2⁵³ are kept apart; a build with it
    reloads. `models` has the options of the models it makes: ``{"bpe": {"unk_token": "[UNK]"}}``.
    """
    name = prove_value(part, "trainers")
    require(part.makes, f"{name}: makes is empty; name the models that it trains")
    for kind in part.makes:
        model = _model(kind, models)
        _Trial(part, model).prove()
        options = dict((models or {}).get(kind, {}))
        prove_build("trainer", name, part, {"model": {"use": kind, **options}, **(recipe or {})})


def prove_text_trainer(part: TextTrainerPart | CorpusTrainerPart, *, recipe: Mapping[str, Any] | None = None) -> None:
    """Prove a trainer that takes running text, or more of its corpora than word counts, by what builds with it give.

    `vocab_size` is reached, or the trainer says why not, and never passed; a second build gives the same tokenizer; one
    word trains, or is refused in a sentence. (A build itself refuses a corpus without text, and special tokens that do
    not have the first ids.) `recipe` has what it needs of the other tables; where it must know languages, `[[corpus]]`.
    """
    name = prove_value(part, "trainers")
    require(part.makes, f"{name}: makes is empty; name the models that it trains")
    for kind in part.makes:
        _prove_builds(name, part, {"model": {"use": kind}, **(recipe or {})})


def _prove_builds(name: str, part: TextTrainerPart | CorpusTrainerPart, tables: dict[str, Any]) -> None:
    notes: list[str] = []
    tokenizer = prove_build("trainer", name, part, tables, _noting(notes))
    _prove_size(part, len(tokenizer), notes)
    tables = {**tables, "trainer": {"use": name, **written(part)}}
    again = _trained_on(TEXT, tables)
    require_equal(again, tokenizer.backend_tokenizer.to_str(), "the tokenizer of a second build")
    try:
        _trained_on(["cd"], tables)
    except UserError:  # a sentence is an answer, too
        return
    except Exception as error:
        raise Refuted(f"a corpus of one word, 'cd': {type(error).__name__}: {error}") from error


def _trained_on(texts: Sequence[str], tables: Mapping[str, Any]) -> str:
    """Return the tokenizer that a build on these texts gives."""
    with tempfile.TemporaryDirectory(prefix="tokbench-proof-") as folder:
        tokenizer = built(tables, Path(folder) / "again", corpus=texts, checks=False).tokenizer
        return str(tokenizer.backend_tokenizer.to_str())


def _prove_size(part: Any, size: int, notes: Sequence[str]) -> None:
    asked = getattr(part, "vocab_size", None)
    if asked is not None:
        require(size <= asked, f"vocab_size: {asked} tokens were asked for, and there are {size}")
        require(size == asked or notes, f"vocab_size: {size} tokens instead of {asked}, and no note says why")


def _noting(notes: list[str]) -> Report:
    """Return a report that keeps what the user should know."""

    def report(event: Progress | Note) -> None:
        if isinstance(event, Note):
            notes.append(event.text)

    return report


@dataclasses.dataclass(frozen=True)
class _Trial:
    """One trainer on words whose vocabulary can be foretold in part."""

    part: TrainerPart
    model: Any

    def prove(self) -> None:
        reserved = _reserved(self.model)
        words = WordCounts.of((word, 3 + index % 5) for index, word in enumerate(" ".join(WRITTEN[:2]).split()))
        notes: list[str] = []
        trained = self._trained(words, reserved, notes)
        vocabulary = _vocabulary(trained)
        require_equal(vocabulary[: len(reserved)], list(reserved), "the first ids, which are for the reserved tokens")
        require_equal(len(set(vocabulary)), len(vocabulary), "how many tokens are distinct")
        _prove_size(self.part, len(vocabulary), notes)
        again = self._trained(WordCounts.of(reversed(list(words))), reserved, [])
        require_equal(_state(again), _state(trained), "the model trained again on the same words")
        self._few_words(reserved)
        self._large_counts(reserved)

    def _few_words(self, reserved: Sequence[str]) -> None:
        try:
            self._trained(WordCounts.of([]), reserved, [])
        except TrainingError:
            pass
        else:
            raise Refuted("no words at all: it trains; raise TrainingError and say that there is nothing to train on")
        one = _vocabulary(self._trained(WordCounts.of([("cd", 2)]), reserved, []))
        require(len(one) > len(reserved), f"one word, 'cd', gives no token of its own: {one}")

    def _large_counts(self, reserved: Sequence[str]) -> None:
        """Prove that counts that a double cannot tell apart train what small ones do, or are refused in a sentence."""
        small = WordCounts.of([("cd", 2), ("gh", 3), ("ij", 5), ("kl", 4)])
        large = WordCounts.of(
            [("cd", 2**53), ("gh", 2**53 + 1), ("ij", 2**54 + 2), ("kl", 2**54)]  # in pairs that doubles take for one
        )
        expected = _vocabulary(self._trained(small, reserved, []))
        try:
            found = _vocabulary(self._trained(large, reserved, []))
        except TrainingError:
            return
        require_equal(found, expected, "the vocabulary from counts above 2⁵³, whose order small counts have too")

    def _trained(self, words: WordCounts, reserved: Sequence[str], notes: list[str]) -> Any:
        return self.part.train(words, self.model, reserved, _noting(notes))


def _model(kind: str, options: Mapping[str, Mapping[str, Any]] | None) -> Any:
    return registry.load("models", kind)(**(options or {}).get(kind, {}))


def _reserved(model: Any) -> tuple[str, ...]:
    required = model.requires() if hasattr(model, "requires") else ()
    return tuple(dict.fromkeys(("[PAD]", *required, "ab")))


def _vocabulary(model: Any) -> list[str]:
    ids = Tokenizer(model).get_vocab(with_added_tokens=False)
    return sorted(ids, key=ids.__getitem__)


def _state(model: Any) -> Any:
    return json.loads(Tokenizer(model).to_str())["model"]
