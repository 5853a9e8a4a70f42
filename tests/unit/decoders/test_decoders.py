"""What the decoders do, on the examples of their docstrings, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from tokbench.decoders.bytes import ByteFallback, ByteLevel, Fuse
from tokbench.decoders.rewriting import Replace, Strip
from tokbench.decoders.words import CTC, BPEDecoder, Metaspace, WordPiece
from tokbench.options import make


@pytest.mark.parametrize(
    ("part", "tokens", "text"),
    [
        (BPEDecoder(), ["low", "er</w>", "tide</w>"], "lower tide"),
        (ByteFallback(), ["<0xC3>", "<0xA9>"], "é"),
        (ByteFallback(), ["a", "<0xC3>"], "a\ufffd"),
        (ByteLevel(), ["HÃ©", "Ġyou"], "Hé you"),
        (CTC(), ["h", "h", "<pad>", "i", "|"], "hi "),
        (CTC(cleanup=False), ["h", "|"], "h|"),
        (Fuse(), ["a", "b"], "ab"),
        (Metaspace(), ["▁Hi", "▁you"], "Hi you"),
        (Metaspace(prepend_scheme="never"), ["▁Hi", "▁you"], " Hi you"),
        (Metaspace(replacement="_"), ["_Hi", "_you"], "Hi you"),
        (Replace(content=" ", pattern="▁"), ["▁Hi"], " Hi"),
        (Replace(content="", regex="@@$"), ["ta@@", "sk"], "task"),
        (Strip(left=1), ["  Hi"], " Hi"),
        (Strip(content="_", right=2), ["a___"], "a_"),
        (WordPiece(), ["play", "##ing", "now"], "playing now"),
        (WordPiece(cleanup=False), ["so", "."], "so ."),
        (WordPiece(), ["so", "."], "so."),
    ],
)
def test_decoders_do_what_they_say(part: Any, tokens: list[str], text: str) -> None:
    """Each example of a docstring is true."""
    assert part.build().decode(tokens) == text


@pytest.mark.parametrize(
    ("part", "options", "what"),
    [
        (Metaspace, {"replacement": ""}, "replacement: must be one character, not ''"),
        (Replace, {"content": ""}, "give either 'pattern'"),
        (Strip, {"content": "ab"}, "content: must be one character, not 'ab'"),
        (Strip, {"left": -1}, "left and right: must be 0 or more"),
    ],
)
def test_options_that_cannot_be_are_refused_when_they_are_read(part: type, options: dict[str, Any], what: str) -> None:
    """No such option waits for tokens to fail on."""
    with pytest.raises(ValueError, match=what):
        make(part, options)
