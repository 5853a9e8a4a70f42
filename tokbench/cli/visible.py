r"""Text as a terminal can show it: what has no picture of its own is escaped.

"a\tb" → "a\\tb"; "👩" ZWJ "👧" → "👩\\u200d👧"; a lone accent → the accent on a dotted circle
"""

from __future__ import annotations

import unicodedata

NAMED = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
WITHOUT_PICTURE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
VARIATION_SELECTORS = range(0xFE00, 0xFE10)
SKIN_TONES = range(0x1F3FB, 0x1F400)
"""Both change the picture before them, and terminals do not agree on how wide it is then."""
CIRCLE = "◌"


def visible(text: str) -> str:
    """Return text of which every character can be seen; line breaks and tabs are escaped."""
    shown = "".join(map(_character, text))
    return CIRCLE + shown if shown and unicodedata.category(shown[0]).startswith("M") else shown


def visible_token(text: str) -> str:
    """Return a word or a token so that its spaces are seen too: ``" the"`` → ``␣the``."""
    return visible(text).replace(" ", "␣")


def _character(character: str) -> str:
    if character in NAMED:
        return NAMED[character]
    code, category = ord(character), unicodedata.category(character)
    changes_another = code in VARIATION_SELECTORS or code in SKIN_TONES
    if not (category in WITHOUT_PICTURE or changes_another or (category == "Zs" and character != " ")):
        return character
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
