"""The expressions that split text, for the two engines that run them: fancy-regex in tiktoken, Oniguruma in tokenizers.

Both follow Unicode, each in its own version: with tiktoken 0.14 and tokenizers 0.23.3 they agree on every code point
(`tests/test_patterns.py` asks them), which another pair of versions may not.
"""

from __future__ import annotations

import re

GPT2 = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"
CL100K = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]"
    r"|\s+(?!\S)|\s"
)
_UPPER, _LOWER = r"\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}", r"\p{Ll}\p{Lm}\p{Lo}\p{M}"
_ENDING = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
O200K = (
    rf"[^\r\n\p{{L}}\p{{N}}]?[{_UPPER}]*[{_LOWER}]+{_ENDING}|[^\r\n\p{{L}}\p{{N}}]?[{_UPPER}]+[{_LOWER}]*{_ENDING}"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
PATTERNS = {"gpt2": GPT2, "r50k": GPT2, "p50k": GPT2, "cl100k": CL100K, "o200k": O200K}
"""tiktoken 0.14, tiktoken_ext/openai_public.py, by the names of its encodings without `_base`."""

_ONE = r"\\[pP]\{\w+\}|\\.|\[(?:\\.|[^\]\\])*\]|[^\\()\[\]|]"
_PIECES = re.compile(rf"(?P<one>{_ONE})(?P<times>\{{\d+(?:,\d*)?\}})\+|(?P<group>\)\{{[\d,]+\}}\+)|(?P<rest>{_ONE}|.)")


def for_tokenizers(pattern: str) -> str:
    r"""Return a tiktoken expression as Oniguruma reads it: ``\p{N}{1,3}+|\s++$ → (?>\p{N}{1,3})|\s++\z``.

    There `{1,3}+` repeats, and does not forbid to give back; and `$` is the end of any line. Raises `ValueError` for a
    group with such a repetition.
    """
    return "".join(_translated(piece) for piece in _PIECES.finditer(pattern))


def _translated(piece: re.Match[str]) -> str:
    if piece["group"]:
        raise ValueError(f"pattern: {piece['group']!r} cannot be told to tokenizers; write it without the last +")
    if piece["one"]:
        return f"(?>{piece['one']}{piece['times']})"
    return r"\z" if piece["rest"] == "$" else piece["rest"]
