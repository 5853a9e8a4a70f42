"""What every trainer asks of its input and of the vocabulary that it made."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from tokbench import machine
from tokbench.contracts import Note, Report
from tokbench.errors import TrainingError

if TYPE_CHECKING:
    from tokenizers import models

    from tokbench.counting.words import WordCounts

Built = TypeVar("Built", bound="models.Model")


def empty_model(part: Any, kind: type[Built]) -> Built:
    """Return the empty model of a model part; one of another kind is a `TrainingError`."""
    built = part.build()
    if not isinstance(built, kind):
        raise TrainingError(
            f"trainer: it makes a {kind.__name__} model, and the recipe's model is a {type(built).__name__};"
            " choose a trainer and a model that fit"
        )
    return built


def given(**options: Any) -> dict[str, Any]:
    """Return the options that are not None: HF takes an option that is absent, and none that is None."""
    return {name: value for name, value in options.items() if value is not None}


def require_words(count: int) -> None:
    """Refuse to train on nothing: an empty corpus would make an empty model, in silence."""
    if not count:
        raise TrainingError(
            "trainer: there are no words to train on; look at the corpus, its filters and the pre-tokenizer"
        )


def note_memory(words: WordCounts, per_byte: int, report: Report) -> None:
    """Report that training may take more memory than there is, before the system ends the process without a word.

    `per_byte` is what training takes for each byte of the distinct words: all of them are held at once.
    """
    size = words.words.size
    free = machine.free_memory()
    if free is not None and per_byte * size > free:
        report(
            Note(
                f"trainer: {len(words):,} distinct words may take {per_byte * size / 1e9:.1f} GB to train on, and"
                f" {free / 1e9:.1f} GB are free; if that is not enough, leave out rare words: 'tokbench count' writes"
                " all of them, and --counts takes those that are left"
            )
        )


def require_room(vocab_size: int, reserved: int, least: int, what: str, more: str = "") -> None:
    """Refuse a `vocab_size` that reserved tokens and what must come after them pass already.

    HF goes on without a word, and gives a vocabulary that is larger than was asked for.
    """
    if reserved + least > vocab_size:
        things = f"{least:,} {what}" if least == 1 else f"{least:,} {what}s"
        raise TrainingError(
            f"trainer.vocab_size: {vocab_size:,} is too small for {reserved:,} reserved tokens and {things};"
            f" ask for {reserved + least:,} or more{more}"
        )


def note_size(size: int, vocab_size: int, report: Report, reason: str) -> None:
    """Report that a vocabulary came out smaller than was asked for."""
    if size < vocab_size:
        report(Note(f"trainer.vocab_size: {vocab_size:,} tokens were asked for, and the words make {size:,}: {reason}"))


def require_fit(size: int, vocab_size: int, reserved: Sequence[str], report: Report, reason: str) -> None:
    """Hold a vocabulary of characters and merges against the size that was asked for."""
    first = len(set(reserved))
    if size > vocab_size:
        require_room(vocab_size, first, size - first, "character", ", or set limit_alphabet")
    note_size(size, vocab_size, report, reason)


def initial_characters(alphabet: tuple[str, ...] | str) -> tuple[str, ...]:
    """Return the characters that an `initial_alphabet` option stands for; "byte-level" is the 256 of `ByteLevel`."""
    if alphabet == "byte-level":
        from tokenizers.pre_tokenizers import ByteLevel

        return tuple(sorted(ByteLevel.alphabet()))
    return tuple(alphabet)


def check_sizes(trainer: Any) -> None:
    """Raise `ValueError` where an integer option is below its least value: 0 for `min_frequency`, else 1."""
    for option in dataclasses.fields(trainer):
        value = getattr(trainer, option.name)
        least = 0 if option.name == "min_frequency" else 1
        if isinstance(value, int) and not isinstance(value, bool) and value < least:
            raise ValueError(f"{option.name}: {value} is below {least}")


def check_alphabet(trainer: Any) -> None:
    """Raise `ValueError` where `initial_alphabet` holds more than single characters; HF keeps the first of each."""
    alphabet = trainer.initial_alphabet
    for text in () if isinstance(alphabet, str) else alphabet:
        if len(text) != 1:
            raise ValueError(f"initial_alphabet: {text!r} is not one character")
