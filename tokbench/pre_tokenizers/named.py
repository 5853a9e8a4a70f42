"""The splits of published models, by name: each gives what the model's own tokenizer.json has.

The expressions are facts about the models; where each was read stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tokenizers import Regex, pre_tokenizers

from tokbench.contracts import Place

if TYPE_CHECKING:
    from tokbench.contracts import Suggestions

GPT2_PATTERN = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
"""tiktoken 0.3.0, tiktoken_ext/openai_public.py, `gpt2`; `tokenizers` has it built in, as `ByteLevel`."""

_ENDINGS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_REST = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"

CL100K_PATTERN = rf"{_ENDINGS}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{{1,3}}|{_REST}"
"""tiktoken 0.3.0, `cl100k_base`, as it is converted for `tokenizers`.

Later versions of tiktoken differ where text ends in white space: they take that whole, also across a line end.
"""

LLAMA3_PATTERN = CL100K_PATTERN
"""The tokenizer.json of meta-llama/Meta-Llama-3-8B has the expression of cl100k."""

QWEN2_PATTERN = rf"{_ENDINGS}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}|{_REST}"
"""transformers, models/qwen2/tokenization_qwen2.py, `PRETOKENIZE_REGEX`: every digit is a word."""

_UPPER = r"\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}"
_LOWER = r"\p{Ll}\p{Lm}\p{Lo}\p{M}"

O200K_PATTERN = (
    rf"[^\r\n\p{{L}}\p{{N}}]?[{_UPPER}]*[{_LOWER}]+{_ENDINGS}?|[^\r\n\p{{L}}\p{{N}}]?[{_UPPER}]+[{_LOWER}]*{_ENDINGS}?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""tiktoken, `o200k_base`; the tokenizer.json of openai/gpt-oss-20b."""

DEEPSEEK_V3_PATTERNS = (
    r"\p{N}{1,3}",
    "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
    "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
)
"""The tokenizer.json of deepseek-ai/DeepSeek-V3: three splits, one after another, with line ends as they are."""

PATTERNS = frozenset({GPT2_PATTERN, CL100K_PATTERN, QWEN2_PATTERN, O200K_PATTERN, DEEPSEEK_V3_PATTERNS[2]})
"""The expressions that always split before a space that follows a solid character, and never look across it."""


@dataclass(frozen=True)
class _BytesOfSplits:
    """Splits by expressions, one after another, each match a word; then words as bytes."""

    patterns: ClassVar[tuple[str, ...]]
    trim_offsets: ClassVar[bool] = True
    cut: ClassVar[Place] = "space"
    keeps: ClassVar[tuple[Place, ...]] = ("word",)

    def build(self) -> pre_tokenizers.PreTokenizer:
        """Return the component."""
        splits = [pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in self.patterns]
        as_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=self.trim_offsets, use_regex=False)
        return pre_tokenizers.Sequence([*splits, as_bytes])

    def suggests(self) -> Suggestions:
        """Return the decoder that turns the characters into bytes again, and the alphabet of all 256."""
        return {"decoder": [{"use": "byte-level"}], "trainer": {"initial_alphabet": "byte-level"}}


@dataclass(frozen=True)
class Gpt2(_BytesOfSplits):
    """Split as GPT-2 does: "I've 2024 ways" becomes "I" "'ve" "Ġ2024" "Ġways"."""

    patterns: ClassVar[tuple[str, ...]] = (GPT2_PATTERN,)

    def build(self) -> pre_tokenizers.PreTokenizer:
        """Return the component, which `tokenizers` has built in."""
        return pre_tokenizers.ByteLevel(add_prefix_space=False)


@dataclass(frozen=True)
class Cl100k(_BytesOfSplits):
    """Split as GPT-3.5 and GPT-4 do, digits by threes: "I'VE 2024 ways" becomes "I" "'VE" "Ġ" "202" "4" "Ġways"."""

    patterns: ClassVar[tuple[str, ...]] = (CL100K_PATTERN,)


@dataclass(frozen=True)
class O200k(_BytesOfSplits):
    """Split as GPT-4o and gpt-oss do, also where case changes: "I've camelCase" becomes "I've" "Ġcamel" "Case"."""

    patterns: ClassVar[tuple[str, ...]] = (O200K_PATTERN,)


@dataclass(frozen=True)
class Llama3(_BytesOfSplits):
    """Split as Llama 3 does, which is as cl100k does: "2024 ways" becomes "202" "4" "Ġways"."""

    patterns: ClassVar[tuple[str, ...]] = (LLAMA3_PATTERN,)


@dataclass(frozen=True)
class Qwen2(_BytesOfSplits):
    """Split as Qwen 2, 2.5 and 3 do, each digit by itself: "2024 ways" becomes "2" "0" "2" "4" "Ġways"."""

    patterns: ClassVar[tuple[str, ...]] = (QWEN2_PATTERN,)
    trim_offsets: ClassVar[bool] = False


@dataclass(frozen=True)
class DeepseekV3(_BytesOfSplits):
    """Split as DeepSeek V3 and R1 do, Chinese and Japanese apart: "2024年 is_on" is "202" "4" "å¹´" "Ġis" "_on"."""

    patterns: ClassVar[tuple[str, ...]] = DEEPSEEK_V3_PATTERNS
