"""Pipelines, and where text may be cut before each: what the counting tests run over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer, models
from tokenizers import normalizers as n
from tokenizers import pre_tokenizers as p

from tokbench.contracts import Cut
from tokbench.pre_tokenizers import named


@dataclass(frozen=True)
class Case:
    normalizer: Any
    pre_tokenizer: Any
    cut: Cut

    @property
    def json(self) -> str:
        tokenizer = Tokenizer(models.BPE())
        if self.normalizer is not None:
            tokenizer.normalizer = self.normalizer
        if self.pre_tokenizer is not None:
            tokenizer.pre_tokenizer = self.pre_tokenizer
        return str(tokenizer.to_str())


CASES = {
    "none": Case(None, None, "never"),
    "gpt2": Case(None, p.ByteLevel(add_prefix_space=False), "space"),
    "gpt2-prefix": Case(None, p.ByteLevel(add_prefix_space=True), "space"),
    "cl100k": Case(None, named.Cl100k().build(), "space"),
    "qwen2": Case(n.NFC(), named.Qwen2().build(), "space"),
    "o200k": Case(None, named.O200k().build(), "space"),
    "deepseek-v3": Case(None, named.DeepseekV3().build(), "space"),
    "starcoder": Case(None, p.Sequence([p.Digits(True), p.ByteLevel(add_prefix_space=False)]), "space"),
    "bert": Case(n.BertNormalizer(), p.BertPreTokenizer(), "space"),
    "bert-cased": Case(n.BertNormalizer(lowercase=False), p.BertPreTokenizer(), "space"),
    "whitespace": Case(n.NFKC(), p.Whitespace(), "space"),
    "whitespace-split": Case(n.Nmt(), p.WhitespaceSplit(), "space"),
    "metaspace-always": Case(None, p.Metaspace(), "space"),
    "metaspace-first": Case(n.NFKC(), p.Metaspace(prepend_scheme="first"), "space"),
    "metaspace-behind": Case(n.NFKC(), p.Sequence([p.Punctuation(), p.Metaspace(prepend_scheme="first")]), "space"),
    "prepend": Case(n.Sequence([n.Prepend("_"), n.NFC()]), p.ByteLevel(add_prefix_space=False), "space"),
    "nmt-gpt2": Case(n.Nmt(), p.ByteLevel(add_prefix_space=False), "space"),
    "strip": Case(n.Strip(), p.ByteLevel(add_prefix_space=False), "space"),
    "metaspace-never": Case(n.Nmt(), p.Metaspace(prepend_scheme="never"), "space"),
    "run-of-digits": Case(None, p.Sequence([p.WhitespaceSplit(), p.Digits(False)]), "space"),
    "replace": Case(n.Replace("x", " "), p.WhitespaceSplit(), "space"),
    "digits": Case(n.Lowercase(), p.Sequence([p.WhitespaceSplit(), p.Punctuation(), p.Digits(True)]), "space"),
    "strip-accents": Case(n.Sequence([n.NFD(), n.StripAccents()]), p.ByteLevel(add_prefix_space=False), "ascii-space"),
}

FALSE_CLAIMS = {
    "punctuation": Case(None, p.Sequence([p.Punctuation(), p.Digits(True)]), "space"),
    "scripts": Case(None, p.UnicodeScripts(), "space"),
    "unsplit": Case(None, p.Metaspace(split=False), "space"),
    "accents": Case(n.Sequence([n.NFD(), n.StripAccents()]), p.ByteLevel(add_prefix_space=False), "space"),
    "none": Case(None, None, "space"),
    "fixed": Case(None, p.FixedLength(5), "space"),
}
