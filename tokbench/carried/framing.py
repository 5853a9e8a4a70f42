"""Post-processors in Python. `tokenizers` has no place for one, so they run behind its `encode`, in the place of it.

    text → tokens, cut to length → post-processors in their order → padding

The first and the last are done by `tokenizers` itself, as are its own post-processors in the list. What is put in the
place of a method lies in the tokenizer's `__dict__`: whatever encodes with this object runs the Python, and what would
make another object without it is refused.

It travels with the tokenizer, and needs `tokenizers` only.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from tokenizers import Encoding, Tokenizer, processors

from tokbench.carried.spans import Item, Sequenced, Span, divided, joined, special_token, with_windows

PLAIN = ("$A:0", "$A:0 $B:1")
"""The templates of a post-processor that does nothing."""
NEEDS_TEXT = "a tokenizer with a post-processor in Python needs the text for that; call encode or encode_batch"
HIDES = "a tokenizer with a post-processor in Python is saved by the tokenizer of transformers around it"


class Framing:
    """The post-processors of a tokenizer, some in Python, and what runs them where it encodes."""

    def __init__(self, tokenizer: Tokenizer, items: Sequence[Any]) -> None:
        self.tokenizer = tokenizer
        before = list(itertools.takewhile(_is_stock, items))
        self._steps = [*_grouped(items[len(before) :])]
        self._type_ids = any(getattr(step, "type_ids", False) for step in self._steps)
        self.lock = threading.RLock()  # padding and truncation are set aside while the text becomes tokens
        self.windows = True
        """Whether what overflows a text that is cut to length is wanted; a long text has thousands of windows."""
        tokenizer.post_processor = _in_turn(before)
        self._state = tokenizer.post_processor.__getstate__()
        self._special = lru_cache(maxsize=None)(self._special_token)

    @property
    def active(self) -> bool:
        """Whether these are still the post-processors; a user may have put one of `tokenizers` in their place."""
        found = self.tokenizer.post_processor
        return found is not None and found.__getstate__() == self._state

    # ------------------------------------------------------------ in the place of the tokenizer's methods

    def encode(
        self, sequence: Any, pair: Any = None, is_pretokenized: bool = False, add_special_tokens: bool = True
    ) -> Encoding:
        """Return the encoding of a text, or of a pair of them."""
        given = sequence if pair is None else (sequence, pair)
        return self.encode_batch([given], is_pretokenized, add_special_tokens)[0]

    def encode_batch(
        self,
        input: Sequence[Any],  # noqa: A002  as tokenizers calls it
        is_pretokenized: bool = False,
        add_special_tokens: bool = True,
    ) -> list[Encoding]:
        """Return the encodings of texts, or of pairs of them."""
        if not self.active:
            return Tokenizer.encode_batch(self.tokenizer, input, is_pretokenized, add_special_tokens)
        return self._batch(input, is_pretokenized, add_special_tokens)

    def num_special_tokens_to_add(self, is_pair: bool) -> int:
        """Return for how many tokens truncation leaves room."""
        own = Tokenizer.num_special_tokens_to_add(self.tokenizer, is_pair)
        return own + (self._added(is_pair) if self.active else 0)

    # ------------------------------------------------------------ how it works

    def _batch(self, given: Sequence[Any], is_pretokenized: bool, add_special_tokens: bool) -> list[Encoding]:
        encode = Tokenizer.encode_batch
        texts = [_texts(each, is_pretokenized) for each in given]
        made: dict[int, Encoding] = {}
        with self.lock:
            for size in {len(each) for each in texts}:  # pairs need more room than single texts
                places = [place for place, each in enumerate(texts) if len(each) == size]
                with self._set_aside(self._added(size == 2) if add_special_tokens else 0):
                    chosen = [given[place] for place in places]
                    raw = encode(self.tokenizer, chosen, is_pretokenized, add_special_tokens)
                for place, encoding in zip(places, raw, strict=True):
                    made[place] = self._framed(encoding, texts[place], add_special_tokens)
            return self._padded([made[place] for place in range(len(texts))])

    def _added(self, is_pair: bool) -> int:
        return sum(step.num_special_tokens_to_add(is_pair) for step in self._steps)

    @contextmanager
    def _set_aside(self, added: int) -> Iterator[None]:
        """Let the tokenizer neither pad nor use the room of tokens that are added later."""
        truncation, padding = self.tokenizer.truncation, self.tokenizer.padding
        if truncation and added > truncation["max_length"]:
            raise ValueError(f"max_length={truncation['max_length']} has no room for {added} special tokens; raise it")
        try:
            if padding:
                self.tokenizer.no_padding()
            if truncation and added:
                self.tokenizer.enable_truncation(**{**truncation, "max_length": truncation["max_length"] - added})
            yield
        finally:
            if padding:
                self.tokenizer.enable_padding(**padding)
            if truncation and added:
                self.tokenizer.enable_truncation(**truncation)

    def _framed(self, encoding: Encoding, texts: Sequence[Any], add_special_tokens: bool) -> Encoding:
        others = encoding.overflowing
        wanted = [encoding, *(others if self.windows else ())]
        made = [self._through(window, texts, add_special_tokens) for window in wanted]
        return with_windows(made) if others else made[0]

    def _through(self, encoding: Encoding, texts: Sequence[Any], add_special_tokens: bool) -> Encoding:
        """Return a window of a text, or of a pair, behind all steps."""
        parts = list(divided(encoding, texts, self._type_ids))
        for step in self._steps:
            if not _is_stock(step):
                parts = list(self._taken(step, parts, add_special_tokens))
                continue
            whole = step.process(*(part.encoding for part in parts), add_special_tokens=add_special_tokens)
            parts = list(divided(whole, texts, self._type_ids))
        return parts[0].encoding if len(parts) == 1 else Encoding.merge([part.encoding for part in parts], False)

    def _taken(self, step: Any, parts: Sequence[Sequenced], add_special_tokens: bool) -> Iterator[Sequenced]:
        """Yield what a step in Python makes of the sequences."""
        spans = [Span(part, 0, len(part.encoding)) for part in parts]
        made = [list(items) for items in step.process(spans[0], spans[1] if len(spans) == 2 else None)]
        _check(step, made, spans)
        for number, items in enumerate(made):
            kept = [item for item in items if add_special_tokens or isinstance(item, Span)]
            type_id = number * self._type_ids
            encoding = joined(kept, lambda token, type_id=type_id: self._special(token, type_id), number)  # type: ignore[misc]
            yield Sequenced(encoding, parts[number].text, number)

    def _special_token(self, token: str, type_id: int) -> Encoding:
        number = self.tokenizer.token_to_id(token)
        if number is None:
            raise ValueError(f"a post-processor adds the token {token!r}, which the vocabulary lacks")
        return special_token(token, number, type_id)

    def _padded(self, encodings: list[Encoding]) -> list[Encoding]:
        padding = self.tokenizer.padding
        if padding:
            length = padding["length"] or max(map(len, encodings), default=0)
            length += -length % (padding["pad_to_multiple_of"] or 1)
            told = {key: padding[key] for key in ("direction", "pad_id", "pad_type_id", "pad_token")}
            for encoding in encodings:
                encoding.pad(length, **told)
        return encodings


def attach(tokenizer: Tokenizer, items: Sequence[Any]) -> None:
    """Let a tokenizer run these post-processors, each one of `tokenizers` or an object in Python."""
    framing = Framing(tokenizer, items)
    own = vars(tokenizer)
    for name in ("encode", "encode_batch", "num_special_tokens_to_add"):
        own[name] = getattr(framing, name)
    own["encode_batch_fast"] = framing.encode_batch  # which leaves out offsets, and the Python may need them
    for name in ("post_process", "async_encode", "async_encode_batch", "async_encode_batch_fast"):
        own[name] = _Refused(framing, name, NEEDS_TEXT)
    for name in ("to_str", "save", "__getstate__"):
        own[name] = _Refused(framing, name, HIDES)
    own["framing"] = framing


def framing_of(tokenizer: Tokenizer) -> Framing | None:
    """Return what runs the post-processors of a tokenizer, None where they are those of `tokenizers`."""
    framing = vars(tokenizer).get("framing")
    return framing if isinstance(framing, Framing) and framing.active else None


class _Refused:
    """A method that would leave the Python out."""

    def __init__(self, framing: Framing, name: str, why: str) -> None:
        self._framing, self._name, self._why = framing, name, why

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        if self._framing.active:
            raise NotImplementedError(f"{self._name}: {self._why}")
        return getattr(Tokenizer, self._name)(self._framing.tokenizer, *arguments, **options)


def _is_stock(item: Any) -> bool:
    return isinstance(item, processors.PostProcessor)


def _grouped(items: Sequence[Any]) -> Iterator[Any]:
    """Yield the steps, those of `tokenizers` that follow one another as one."""
    for stock, group in itertools.groupby(items, _is_stock):
        own = list(group)
        yield from [_in_turn(own)] if stock else own


def _in_turn(items: Sequence[Any]) -> Any:
    if not items:
        return processors.TemplateProcessing(*PLAIN, special_tokens=[])
    return items[0] if len(items) == 1 else processors.Sequence(list(items))


def _texts(given: Any, is_pretokenized: bool) -> tuple[Any, ...]:
    """Return the text, or both of a pair: a list of two words is a text, a list of two lists is a pair."""
    two = isinstance(given, tuple | list) and len(given) == 2
    return tuple(given) if two and not (is_pretokenized and isinstance(given[0], str)) else (given,)


def _check(step: Any, made: Sequence[Sequence[Item]], spans: Sequence[Span]) -> None:
    """Refuse what is no sequence of its own tokens and others, or has more of them than there is room for."""
    name = type(step).__name__
    if len(made) != len(spans):
        raise ValueError(f"{name} makes {len(made)} sequences of {len(spans)}; process returns a list for each")
    if any(item.of is not span.of for items, span in zip(made, spans, strict=True) for item in _spans(items)):
        raise ValueError(f"{name} puts tokens of one sequence into another")
    room = step.num_special_tokens_to_add(len(spans) == 2)
    added = sum(isinstance(item, str) for items in made for item in items)
    if added > room:
        raise ValueError(f"{name} adds more tokens, {added}, than num_special_tokens_to_add says, {room}")
    if sum(len(item) for items in made for item in _spans(items)) > sum(map(len, spans)):
        raise ValueError(f"{name} repeats tokens, for which there may be no room")


def _spans(items: Sequence[Item]) -> list[Span]:
    return [item for item in items if isinstance(item, Span)]
