"""Proofs for the stages of a tokenizer: normalizers, pre-tokenizers, models, decoders, post-processors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from tokenizers import PreTokenizedString, Tokenizer, models, pre_tokenizers

from tokbench.carried import framing
from tokbench.carried.building import is_python
from tokbench.carried.stages import STAGES
from tokbench.checks.probes import PROBES
from tokbench.testing.building import prove_build
from tokbench.testing.claims import (
    claimed,
    normalizer_keeps,
    pre_tokenizer_cuts,
    pre_tokenizer_keeps,
    prove_place,
    prove_words_apart,
)
from tokbench.testing.proving import for_any, for_each, require, require_equal, when_refuted
from tokbench.testing.texts import texts
from tokbench.testing.values import prove_steady, prove_value

if TYPE_CHECKING:
    from tokbench.contracts import DecoderPart, ModelPart, NormalizerPart, PostProcessorPart, PreTokenizerPart

__tracebackhide__ = when_refuted

SEED = ("a", "b", "##c", "▁d", "Ġe", "f</w>", "<0xC3>", "<0xA9>", "[UNK]", "é", "中", "")
"""Tokens as models of every family emit them."""
MOST = 200
"""How many characters of a text are cut into windows: each token may be one."""


def prove_normalizer(part: NormalizerPart, *, recipe: Mapping[str, Any] | None = None) -> None:
    """Prove a normalizer: steady results, offsets into the original text, its claim `keeps`, a build and its reload.

    `recipe` has more tables for the recipe that is built, where the part needs company. Raises `AssertionError` with
    the smallest text that refutes a promise.
    """
    name = prove_value(part, "normalizers")
    normalizer = STAGES["normalizer"].in_turn([part.build()])
    for_each(lambda text: _offsets(normalizer, None, text, drops=None), PROBES)
    for_any(lambda text: _offsets(normalizer, None, text, drops=None), texts)
    prove_steady(normalizer.normalize_str, PROBES, "what the normalizer makes")
    for _, place in claimed(part):
        prove_place(normalizer_keeps, normalizer, place)
    prove_build("normalizer", name, part, recipe)


def prove_pre_tokenizer(part: PreTokenizerPart, *, drops: str = "", recipe: Mapping[str, Any] | None = None) -> None:
    """Prove a pre-tokenizer: steady words whose offsets cover the text, its claims `cut` and `keeps`, a build.

    White space and the characters `drops` may belong to no word. `recipe` as for `prove_normalizer`.
    """
    name = prove_value(part, "pre_tokenizers")
    component = STAGES["pre_tokenizer"].in_turn([part.build()])
    for_each(lambda text: _offsets(None, component, text, drops=drops), PROBES)
    for_any(lambda text: _offsets(None, component, text, drops=drops), texts)
    prove_steady(component.pre_tokenize_str, PROBES, "the words")
    for attribute, place in claimed(part):
        prove_place(pre_tokenizer_cuts if attribute == "cut" else pre_tokenizer_keeps, component, place)
    if "word" in getattr(part, "keeps", ()):
        prove_words_apart(component)
    prove_build("pre_tokenizer", name, part, recipe)


def prove_decoder(part: DecoderPart, *, recipe: Mapping[str, Any] | None = None) -> None:
    """Prove a decoder: it takes any tokens, gives the same text for them every time, and survives a build."""
    name = prove_value(part, "decoders")
    decoder = STAGES["decoder"].in_turn([part.build()])

    def check(tokens: list[str]) -> None:
        found = decoder.decode(list(tokens))
        require(isinstance(found, str), f"decoding {tokens!r} gives {found!r}, which is no string")
        require_equal(decoder.decode(list(tokens)), found, f"decoding {tokens!r} a second time")

    for_any(check, st.lists(st.sampled_from(SEED), max_size=8))
    prove_steady(lambda text: decoder.decode(text.split()), PROBES, "the decoded text")
    prove_build("decoder", name, part, {"checks": {"round_trip": "none"}, **(recipe or {})})


def prove_model(part: ModelPart, *, trainer: Mapping[str, Any], recipe: Mapping[str, Any] | None = None) -> None:
    """Prove a model part: an empty model with its options, tokens that it requires as strings, and a build.

    `trainer` is the table of a trainer that makes this model: ``{"use": "bpe", "vocab_size": 400}``.
    """
    name = prove_value(part, "models")
    built = part.build()
    require(isinstance(built, models.Model), f"build() gives {built!r}, which is no model of 'tokenizers'")
    saved = Tokenizer(built).to_str()
    require_equal(Tokenizer.from_str(saved).to_str(), saved, "the empty model after saving")
    required = part.requires() if hasattr(part, "requires") else ()
    strings = all(isinstance(token, str) for token in required) and len(set(required)) == len(required)
    require(strings, f"requires() gives {required!r}; it must give distinct strings")
    prove_build("model", name, part, {"trainer": trainer, **(recipe or {})})


def prove_post_processor(
    part: PostProcessorPart, *, special_tokens: Mapping[str, Any], recipe: Mapping[str, Any] | None = None
) -> None:
    """Prove a post-processor: it names its tokens, adds special ones only, keeps the text's own, and survives a build.

    One in Python is also tried on any text, and cut to any length.

    `special_tokens` is that table of a recipe, with every token that the part names: ``{"cls": "[CLS]"}``.
    """
    name = prove_value(part, "post_processors")
    ids = {token: number for number, token in enumerate(dict.fromkeys(_contents(special_tokens)))}
    named = tuple(part.tokens()) if hasattr(part, "tokens") else ()
    require(set(named) <= set(ids), f"tokens() gives {named!r}, and special_tokens has {sorted(ids)}")
    tokenizer = Tokenizer(models.WordLevel({**ids, "a": len(ids), "b": len(ids) + 1}, unk_token="a"))  # noqa: S106
    built = part.build(ids)
    _framed(tokenizer, built)
    for pair in (None, "b"):
        encoding = tokenizer.encode("a", pair)
        own = [token for token, special in _marked(encoding) if not special]
        require_equal(own, ["a"] if pair is None else ["a", "b"], f"the tokens of 'a' and {pair!r} themselves")
        added = {token for token, special in _marked(encoding) if special}
        require(added <= set(named), f"it adds {sorted(added - set(named))}, which tokens() does not name")
    if not getattr(part, "type_ids", False):
        require_equal(set(encoding.type_ids), {0}, "type_ids is not claimed, and the type ids of a pair are")
    if is_python("post_processor", built):
        tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
        for_each(lambda text: _frames(tokenizer, set(named), text), [text[:MOST] for text in PROBES])
        for_any(lambda text: _frames(tokenizer, set(named), text), texts)
    prove_build("post_processor", name, part, {"special_tokens": dict(special_tokens), **(recipe or {})})


def _framed(tokenizer: Tokenizer, built: Any) -> None:
    if is_python("post_processor", built):
        framing.attach(tokenizer, [built])
    else:
        tokenizer.post_processor = built


def _frames(tokenizer: Tokenizer, named: set[str], text: str) -> None:
    """Prove that only named tokens are added to a text, the same each time, and that truncation has left room."""
    encoding = tokenizer.encode(text)
    own = [token for token, special in _marked(encoding) if not special]
    require_equal(own, tokenizer.encode(text, add_special_tokens=False).tokens, f"the tokens of {text!r} themselves")
    added = {token for token, special in _marked(encoding) if special}
    require(added <= named, f"it adds {sorted(added - named)} to {text!r}, which tokens() does not name")
    require_equal(tokenizer.encode(text).ids, encoding.ids, f"the ids of {text!r} a second time")
    room = tokenizer.num_special_tokens_to_add(False)
    for length in (room + 1, room + 2):
        tokenizer.enable_truncation(length)
        windows = [found := tokenizer.encode(text), *found.overflowing]
        tokenizer.no_truncation()
        longest = max(map(len, windows))
        require(longest <= length, f"{text!r}, cut to {length} tokens, has {longest}")


def _contents(special_tokens: Mapping[str, Any]) -> list[str]:
    values = [token for value in special_tokens.values() for token in (value if isinstance(value, list) else [value])]
    return [token["content"] if isinstance(token, Mapping) else str(token) for token in values]


def _marked(encoding: Any) -> Sequence[tuple[str, int]]:
    return list(zip(encoding.tokens, encoding.special_tokens_mask, strict=True))


def _offsets(normalizer: Any, pre_tokenizer: Any, text: str, *, drops: str | None) -> None:
    """Prove that words stand in the text in order, within it, and cover it but for white space and `drops`."""
    split = PreTokenizedString(text)
    if normalizer is not None:
        split.normalize(normalizer.normalize)
    if pre_tokenizer is not None:
        pre_tokenizer.pre_tokenize(split)
    places = [place for word, place, _ in split.get_splits(offset_referential="original") if word]
    seen = f"the offsets {places} of {text!r}"
    ends = [0]
    for start, end in places:
        require(0 <= start <= end <= len(text), f"{seen} leave the text, which has {len(text)} characters")
        require(start >= ends[-1] or start == end, f"{seen} overlap, or go back")
        ends.append(end)
    if drops is not None:
        covered = {index for start, end in places for index in range(start, end)}
        lost = [index for index, character in enumerate(text) if not character.isspace() and character not in drops]
        lost = [index for index in lost if index not in covered]
        require(not lost, f"{seen} leave out {[text[index] for index in lost]!r}; name what is dropped in `drops`")
