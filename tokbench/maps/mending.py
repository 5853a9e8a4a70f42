"""Mending that raw text often needs; none of it becomes part of the tokenizer."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class HtmlUnescape:
    """Put characters for the entities of HTML: "caf&eacute; &amp; bar" becomes "café & bar"."""

    def apply(self, text: str) -> str:
        """Return the text with every entity of HTML 5 as the character that it names."""
        return html.unescape(text) if "&" in text else text


@dataclass(frozen=True)
class Nfc:
    """Compose characters (Unicode NFC): an "e" with a combining acute becomes "é"."""

    def apply(self, text: str) -> str:
        """Return the text in Normalization Form C."""
        return unicodedata.normalize("NFC", text)


@dataclass(frozen=True)
class Strip:
    """Remove white space at both ends of a document: "  text " becomes "text"."""

    def apply(self, text: str) -> str:
        """Return the text without white space at its ends."""
        return text.strip()


@dataclass(frozen=True)
class Replace:
    r"""Replace what a regular expression matches: `\[\d+\]` by "" turns "a fact[12]" into "a fact".

    pattern: what to replace, as Python's `re` reads it
    content: what to put there; `\1` stands for the first group
    """

    pattern: str
    content: str = ""

    def __post_init__(self) -> None:
        try:
            re.sub(f"{self.pattern}|", self.content, "")
        except (re.error, IndexError) as error:
            raise ValueError(f"pattern: not a regular expression: {error}") from error

    def apply(self, text: str) -> str:
        """Return the text with every match replaced."""
        return re.sub(self.pattern, self.content, text)
