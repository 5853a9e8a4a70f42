"""Runs of one script in a text, and the words that a segmenter finds in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from tokenizers import PreTokenizedString

THAI = re.compile("[\u0e00-\u0e7f]+")
HAN = re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+")
JAPANESE = re.compile(
    "[\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+"
)


def spans(text: str, runs: re.Pattern[str], segment: Callable[[str], Sequence[str]]) -> list[tuple[int, int]]:
    """Return where the words of every run stand, and what is between runs: ``"กขค ab" → 0-2 2-3 3-6``.

    The spans cover the text. Raises `ValueError` where the words of a run do not make up the run.
    """
    found: list[tuple[int, int]] = []
    end = 0
    for run in runs.finditer(text):
        if end < run.start():
            found.append((end, run.start()))
        words = [word for word in segment(run[0]) if word]
        if "".join(words) != run[0]:
            raise ValueError(f"the words {words!r} of the segmenter do not make up {run[0]!r}")
        end = run.start()
        for word in words:
            found.append((end, end + len(word)))
            end += len(word)
    return [*found, (end, len(text))] if end < len(text) else found


class Runs:
    """A pre-tokenizer that splits the runs of one script into words, and leaves other text as it is.

    No run holds a space, so nothing is looked for across one: text may be cut wherever the parts behind it allow.
    """

    keeps: ClassVar[tuple[str, ...]] = ("any-space", "space", "ascii-space", "word")
    runs: ClassVar[re.Pattern[str]]

    def words(self, run: str) -> Sequence[str]:
        """Return the words of a run, which make it up."""
        raise NotImplementedError

    def build(self) -> Any:
        """Return the part itself: it has the method that `tokenizers` calls."""
        return self

    def pre_tokenize(self, text: PreTokenizedString) -> None:
        """Split every piece of the text that there is by now."""
        text.split(lambda _, piece: [piece[start:end] for start, end in self.spans(str(piece.normalized))])

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return the spans of the words, and of what is between runs, which cover the text."""
        return spans(text, self.runs, self.words)
