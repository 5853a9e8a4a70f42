"""A pre-tokenizer for each language: runs of its script become words, and other text stays as it is.

No run holds a space, so nothing is looked for across one: text may be cut wherever the parts behind these allow.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from .runs import HAN, JAPANESE, THAI, Runs


@dataclass(frozen=True)
class ThaiWords(Runs):
    """Split Thai into words as PyThaiNLP does: "ภาษาไทยเขียนติดกัน" becomes "ภาษาไทย", "เขียน", "ติดกัน".

    engine: PyThaiNLP's algorithm over its dictionary: maximal matching ("newmm", or "newmm-safe", which stays quick on
        long text that can be read in many ways), or the longest word first ("longest")
    """

    engine: Literal["newmm", "newmm-safe", "longest"] = "newmm"

    runs: ClassVar[re.Pattern[str]] = THAI

    def words(self, run: str) -> Sequence[str]:
        """Return the words of a run of Thai."""
        from pythainlp.tokenize import word_tokenize

        return list(word_tokenize(run, engine=self.engine))


@dataclass(frozen=True)
class ChineseWords(Runs):
    """Split Chinese into words as jieba does, by its Rust port: "我们学习分词" becomes "我们", "学习", "分词".

    unknown: look for words outside the dictionary too, by a hidden Markov model of characters
    """

    unknown: bool = True

    runs: ClassVar[re.Pattern[str]] = HAN

    def words(self, run: str) -> Sequence[str]:
        """Return the words of a run of Chinese."""
        import rjieba

        return list(rjieba.cut(run, hmm=self.unknown))


@dataclass(frozen=True)
class JapaneseWords(Runs):
    """Split Japanese into words as MeCab does with UniDic: "言葉を学ぶ" becomes "言葉", "を", "学ぶ"."""

    runs: ClassVar[re.Pattern[str]] = JAPANESE

    def words(self, run: str) -> Sequence[str]:
        """Return the words of a run of Japanese."""
        return [word.surface for word in _tagger()(run)]


@functools.lru_cache(maxsize=1)
def _tagger() -> Any:
    """Return MeCab with UniDic, loaded once."""
    import fugashi
    import unidic_lite

    return fugashi.Tagger(f"-d {unidic_lite.DICDIR}")
