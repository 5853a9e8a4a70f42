"""The tokens of a text as a post-processor in Python sees them, and the encoding of what it makes of them.

    [<th>, span, </s>]   →   an `Encoding` of these tokens, in which the span's keep their offsets, words and sequence

It travels with the tokenizer, and needs `tokenizers` only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from tokenizers import Encoding

COLUMNS = ("ids", "type_ids", "tokens", "words", "offsets", "special_tokens_mask", "attention_mask")
"""What an `Encoding` has for each of its tokens, as its JSON calls it."""


class Sequenced:
    """The tokens of one of the sequences that are encoded together, and the text that they are from."""

    def __init__(self, encoding: Encoding, text: Any, number: int) -> None:
        self.encoding = encoding
        self.text = text
        self.number = number
        """0, or 1 for the second of a pair."""

    @cached_property
    def columns(self) -> dict[str, Any]:
        """The encoding's JSON."""
        return described(self.encoding)


class Span:
    """Some tokens of a text that follow one another; a slice of it is a span, too."""

    def __init__(self, of: Sequenced, start: int, end: int) -> None:
        self.of = of
        self.start, self.end = start, end

    @property
    def text(self) -> Any:
        """Return the whole text, as it was given; its words where `is_split_into_words` was said."""
        return self.of.text

    @property
    def ids(self) -> list[int]:
        """Return the id of each token."""
        return self.of.encoding.ids[self.start : self.end]

    @property
    def tokens(self) -> list[str]:
        """Return the tokens."""
        return self.of.encoding.tokens[self.start : self.end]

    @property
    def offsets(self) -> list[tuple[int, int]]:
        """Return which characters of the text, or of its word, each token stands for."""
        return self.of.encoding.offsets[self.start : self.end]

    @property
    def words(self) -> list[int | None]:
        """Return which word of the text each token is from; None for what another post-processor added."""
        return self.of.encoding.word_ids[self.start : self.end]

    @property
    def whole(self) -> bool:
        """Whether these are all the tokens of the text."""
        return self.end - self.start == len(self.of.encoding)

    def __len__(self) -> int:
        return self.end - self.start

    def __getitem__(self, places: slice) -> Span:
        if not isinstance(places, slice):  # what a list of items, in the place of a list of lists, comes to
            raise TypeError("a span is taken in slices; process returns a list of spans and tokens for each sequence")
        start, end, step = places.indices(len(self))
        if step != 1:
            raise ValueError("tokens of a span are taken one after the other; the step of a slice must be 1")
        return Span(self.of, self.start + start, self.start + max(start, end))


Item = str | Span
"""A special token, or tokens of a text."""


def joined(items: Sequence[Item], special: Callable[[str], Encoding], number: int) -> Encoding:
    """Return the encoding of special tokens and spans of one sequence, in their order.

    The spans keep all that was known of them; a special token belongs to no word and to no sequence.
    """
    spans = [item for item in items if isinstance(item, Span)]
    if len(spans) == 1 and spans[0].whole:  # tokenizers can do that, and ten times as fast
        return Encoding.merge([special(item) if isinstance(item, str) else item.of.encoding for item in items], False)
    rows = [described(special(item)) if isinstance(item, str) else _cut(item) for item in items]
    columns = {name: [value for row in rows for value in row[name]] for name in COLUMNS}
    own = [place for place, word in enumerate(columns["words"]) if word is not None]
    return encoding_of(columns, {number: (own[0], own[-1] + 1) if own else (0, 0)})


def _cut(span: Span) -> dict[str, Any]:
    return {name: span.of.columns[name][span.start : span.end] for name in COLUMNS}


def described(encoding: Encoding) -> dict[str, Any]:
    """Return the JSON of an encoding."""
    return dict(json.loads(encoding.__getstate__()))


def encoding_of(columns: Mapping[str, Any], sequences: Mapping[int, tuple[int, int]]) -> Encoding:
    """Return the encoding of columns, and of the sequences between these bounds."""
    ranges = {str(number): {"start": start, "end": end} for number, (start, end) in sequences.items()}
    encoding = Encoding()
    encoding.__setstate__(json.dumps({**columns, "overflowing": [], "sequence_ranges": ranges}).encode())
    return encoding


def special_token(token: str, number: int, type_id: int) -> Encoding:
    """Return the encoding of a special token alone."""
    values = (number, type_id, token, None, (0, 0), 1, 1)
    return encoding_of({name: [value] for name, value in zip(COLUMNS, values, strict=True)}, {})


def divided(encoding: Encoding, texts: Sequence[Any], type_ids: bool) -> Iterator[Sequenced]:
    """Yield the sequences of an encoding, which stand one behind the other; what was added belongs to the one before.

    Without `type_ids`, those of a second sequence are 0.
    """
    if len(texts) == 1:
        yield Sequenced(encoding, texts[0], 0)
        return
    columns = described(encoding)
    ranges = [columns["sequence_ranges"].get(number) for number in ("0", "1")]
    bound = ranges[1]["start"] if ranges[1] else len(columns["ids"])
    for number, (start, end) in enumerate(((0, bound), (bound, len(columns["ids"])))):
        row = {name: columns[name][start:end] for name in COLUMNS}
        row["type_ids"] = [number * type_ids] * (end - start)
        own = ranges[number] or {"start": start, "end": start}
        part = encoding_of(row, {number: (own["start"] - start, own["end"] - start)})
        yield Sequenced(part, texts[number], number)


def with_windows(windows: Iterable[Encoding]) -> Encoding:
    """Return the first of the windows of a text, and the others as what overflows it."""
    first, *others = ({**described(window), "overflowing": []} for window in windows)
    encoding = Encoding()
    encoding.__setstate__(json.dumps({**first, "overflowing": others}).encode())
    return encoding
