"""Words and options for the tests of training, and HF's own trainer to hold against."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st
from tokenizers import Tokenizer, models, trainers
from tokenizers.pre_tokenizers import WhitespaceSplit

from tokbench.kernels.training import MergeOptions, Merges

CHARACTERS = "ab#é中😀\x00"
LARGE = 2**40

Counts = dict[str, int]

words = st.one_of(
    st.text("ab", min_size=1, max_size=12),
    st.text("abc", min_size=1, max_size=8),
    st.text(CHARACTERS, min_size=1, max_size=6),
    st.sampled_from(["low", "lower", "newest", "widest", "new", "wide", "aaaa", "abab", "abcabcabc"]),
)


def counts(largest: int = LARGE) -> st.SearchStrategy[Counts]:
    """Return distinct words with their counts; small counts make ties."""
    some = st.one_of(st.integers(1, 3), st.integers(1, 60), st.integers(1, largest))
    return st.dictionaries(words, some, min_size=1, max_size=25)


@st.composite
def options(draw: st.DrawFn, *, marked: bool = True) -> MergeOptions:
    """Return options; `marked` ones may have a prefix or a suffix."""
    maybe = st.none() | st.integers(1, 8)
    return MergeOptions(
        vocab_size=draw(st.integers(1, 80)),
        reserved=tuple(draw(st.lists(st.sampled_from(["[UNK]", "ab", "a", "aab", "bab", "##a"]), max_size=3))),
        min_frequency=draw(st.sampled_from([0, 1, 2, 5, 50])),
        initial_alphabet=tuple(draw(st.lists(st.sampled_from("abzé"), max_size=3))),
        limit_alphabet=draw(maybe) if marked else None,
        max_token_length=draw(maybe),
        prefix=draw(st.sampled_from(["", "", "##", "#"])) if marked else "",
        suffix=draw(st.sampled_from(["", "", "</w>", "b"])) if marked else "",
        scoring=draw(st.sampled_from(["frequency", "frequency", "likelihood"])) if marked else "frequency",
    )


def by_hugging_face(counted: Counts, options: MergeOptions) -> Merges:
    """Train with HF's BpeTrainer, fed every word as often as it occurs."""
    given = {"limit_alphabet": options.limit_alphabet, "max_token_length": options.max_token_length}
    trainer = trainers.BpeTrainer(
        vocab_size=options.vocab_size,
        min_frequency=options.min_frequency,
        special_tokens=list(options.reserved),
        initial_alphabet=list(options.initial_alphabet),
        show_progress=False,
        **{name: value for name, value in given.items() if value is not None},
    )
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.train_from_iterator((" ".join([word] * count) for word, count in counted.items()), trainer)
    saved: dict[str, Any] = json.loads(tokenizer.model.__getstate__())
    tokens = sorted(saved["vocab"], key=saved["vocab"].__getitem__)
    ids = saved["vocab"]
    return Merges.of(tokens, [(ids[left], ids[right]) for left, right in saved["merges"]])
