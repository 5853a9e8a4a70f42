"""The splits of known models are theirs: by the files that publish them, and by another engine of expressions."""

from __future__ import annotations

import inspect
import json
import unicodedata
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import regex  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from tokbench.pre_tokenizers import named

SPLITS: list[Any] = [
    named.Cl100k(),
    named.DeepseekV3(),
    named.Gpt2(),
    named.Llama3(),
    named.O200k(),
    named.Qwen2(),
]
NAMES = [type(part).__name__ for part in SPLITS]

_VISIBLE = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
_HIDDEN = [byte for byte in range(0x100) if byte not in _VISIBLE]
BYTES = {byte: chr(byte) for byte in _VISIBLE} | {byte: chr(0x100 + index) for index, byte in enumerate(_HIDDEN)}
"""GPT-2's table of bytes (encoder.py, `bytes_to_unicode`): visible ones as they are, the others from U+0100 on."""

# Version 3.2 of Unicode is older than both engines; U+0295 became another kind of letter between theirs.
known = st.characters(codec="utf-8").filter(lambda c: c != "ʕ" and unicodedata.ucd_3_2_0.category(c) != "Cn")
pieces = st.sampled_from(
    [
        "'s",
        "'LL",
        "'ſ",
        "12345",
        "camelCase",
        "HTML's",
        "ǅa",
        " ",
        "  ",
        "\t",
        "\r\n",
        "\n",
        "/",
        "中文",
        "あ",
        "é",
        "e\u0301",
        "²",
    ]
)
texts = st.lists(pieces | known, max_size=20).map("".join)


def by_another_engine(part: Any, text: str) -> list[str]:
    """Return the words that the `regex` package finds, in visible bytes, for expressions that are applied in turn."""
    words = [text] if text else []
    for pattern in part.patterns:
        words = [word for old in words for word in _isolated(pattern, old)]
    return ["".join(BYTES[byte] for byte in word.encode()) for word in words]


def _isolated(pattern: str, text: str) -> list[str]:
    """Return the matches of a pattern and what lies between them."""
    found, end = [], 0
    for match in regex.finditer(pattern, text):
        found += [text[end : match.start()], match.group()]
        end = match.end()
    return [piece for piece in [*found, text[end:]] if piece]


@pytest.mark.parametrize("part", SPLITS, ids=NAMES)
@given(text=texts)
def test_another_engine_finds_the_same_words(part: Any, text: str) -> None:
    """The `regex` package, which tiktoken's own reference uses, splits text of every kind the same."""
    assert [word for word, _ in part.build().pre_tokenize_str(text)] == by_another_engine(part, text)


@pytest.mark.parametrize("part", SPLITS, ids=NAMES)
def test_another_engine_finds_the_same_words_in_real_text(part: Any, shared: Path) -> None:
    """Text in many languages, and code, is split the same; but for characters that are newer than an engine."""
    component = part.build()
    for name in ("en", "multilingual", "python"):
        with pa.input_stream(shared / "data" / "corpora" / f"{name}.jsonl.zst", compression="zstd") as stream:
            lines = stream.read(3_000_000).splitlines()[:-1]
        for line in lines[::20]:
            text = json.loads(line)["text"][:5_000]
            assert [word for word, _ in component.pre_tokenize_str(text)] == by_another_engine(part, text)


@pytest.mark.parametrize(
    ("part", "text", "words"),
    [
        (named.Gpt2(), "I've 2024 ways", "I 've Ġ2024 Ġways"),
        (named.Gpt2(), "I'VE", "I ' VE"),
        (named.Cl100k(), "I'VE 2024 ways", "I 'VE Ġ 202 4 Ġways"),
        (named.O200k(), "I've camelCase", "I've Ġcamel Case"),
        (named.Llama3(), "2024 ways", "202 4 Ġways"),
        (named.Qwen2(), "2024 ways", "2 0 2 4 Ġways"),
        (named.DeepseekV3(), "2024年 is_on", "202 4 å¹´ Ġis _on"),
    ],
)
def test_named_splits_do_what_they_say(part: Any, text: str, words: str) -> None:
    """Each example of a docstring is true."""
    assert [word for word, _ in part.build().pre_tokenize_str(text)] == words.split()


def test_the_expressions_are_those_that_transformers_has() -> None:
    """Where transformers builds these pre-tokenizers itself, it does so with the same expressions."""
    from transformers.convert_slow_tokenizer import TikTokenConverter
    from transformers.integrations.gguf import gguf_tokenizer_mapping
    from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX

    llama3 = inspect.signature(TikTokenConverter).parameters["pattern"].default
    assert llama3 == named.LLAMA3_PATTERN == named.CL100K_PATTERN
    assert named.QWEN2_PATTERN == PRETOKENIZE_REGEX
    assert gguf_tokenizer_mapping.GGUF_PRE_TOKENIZER_SPLITS["gpt-4o"] == named.O200K_PATTERN


GPT2 = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}


def saved(patterns: list[str], trim_offsets: bool = True) -> dict[str, Any]:
    """Return the `pre_tokenizer` of a tokenizer.json: isolated splits, then bytes."""
    splits = [{"type": "Split", "pattern": {"Regex": p}, "behavior": "Isolated", "invert": False} for p in patterns]
    as_bytes = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": trim_offsets, "use_regex": False}
    return {"type": "Sequence", "pretokenizers": [*splits, as_bytes]}


LLAMA3 = (
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
    "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
)
GPT_OSS = (
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
)
DEEPSEEK = [
    "\\p{N}{1,3}",
    "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
    "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
]


@pytest.mark.parametrize(
    ("part", "published"),
    [
        (named.Gpt2(), GPT2),
        (named.Cl100k(), saved([LLAMA3])),
        (named.Llama3(), saved([LLAMA3])),
        (named.O200k(), saved([GPT_OSS])),
        (named.Qwen2(), saved([LLAMA3.replace("{1,3}", "")], trim_offsets=False)),
        (named.DeepseekV3(), saved(DEEPSEEK)),
    ],
    ids=["gpt2", "cl100k", "llama3", "o200k", "qwen2", "deepseek-v3"],
)
def test_tokenizer_json_has_what_the_model_publishes(part: Any, published: dict[str, Any]) -> None:
    """The part is written as the tokenizer.json of openai-community/gpt2, meta-llama/Meta-Llama-3-8B,
    openai/gpt-oss-20b, Qwen/Qwen2-7B and deepseek-ai/DeepSeek-V3 has it; cl100k as transformers converts it.
    """
    assert json.loads(part.build().__getstate__()) == published


def test_every_named_split_suggests_bytes() -> None:
    """The decoder and the alphabet of all bytes come with the split."""
    for part in SPLITS:
        assert part.suggests() == {"decoder": [{"use": "byte-level"}], "trainer": {"initial_alphabet": "byte-level"}}
