"""The compiled splits, held to `tokenizers`: the same words for the same text, for every pipeline with a kernel."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.counting.pipelines import CASES, Case
from tokbench.counting.recognition import Recognized, recognize
from tokbench.counting.splitter import Splitter
from tokbench.kernels import _kernels, generate_classes
from tokbench.strings import Strings

WITHOUT_KERNEL = {"none", "metaspace-behind", "prepend", "strip", "replace"}
KERNELS = {name: case for name, case in CASES.items() if name not in WITHOUT_KERNEL}
SPECIAL = [*"  \t\n\r\r\n''''sStTrReEvVmMlLdDaAzZ019/_-.!$▁", "\u017f", "\u4e00", "\u9fa5", "\u9fa6", "\u303f"]
SPECIAL += [
    "\u3040",
    "\u30ff",
    "\u3100",
    "\x00",
    "\x7f",
    "\x1f",
    "\x80",
    "\u200c",
    "²",
    "İ",
    "ﬁ",
    "각",
    "😀",
    *"–—‘’“”…‚",
]


def representatives() -> list[str]:
    """Return two characters of each class that the kernels tell apart, as far apart as they come."""
    text = Path(generate_classes.__file__).with_name("classes.inc").read_text(encoding="ascii")
    firsts: dict[str, list[int]] = {}
    for first, value in re.findall(r"\{(\w+), (\w+)\}", text):
        firsts.setdefault(value, []).append(int(first, 16))
    codes = {code for found in firsts.values() for code in (found[0], found[len(found) // 2], found[-1])}
    return [chr(code) for code in sorted(codes) if not 0xD800 <= code < 0xE000]


TEXT = st.text(st.sampled_from(SPECIAL + representatives()), max_size=24)


def kernel_words(recognized: Recognized, text: str) -> Counter[str]:
    words = _kernels.WordCounter()
    words.add_text(text, recognized.kernel(), True, 1)
    offsets, data, counts = words.sorted(recognized.as_bytes)
    found = list(Strings(offsets, data))
    assert found == sorted(found)
    return Counter(dict(zip(found, counts, strict=True)))


@pytest.mark.parametrize("name", CASES)
def test_the_pipelines_with_a_kernel_are_recognized(name: str) -> None:
    """All pipelines of the tests but the named few run in compiled code."""
    assert (recognize(CASES[name].json) is None) == (name in WITHOUT_KERNEL)


@pytest.mark.parametrize("case", KERNELS.values(), ids=KERNELS)
@given(text=st.text(max_size=12) | TEXT)
@settings(max_examples=400, deadline=None)
def test_words_are_those_of_tokenizers(case: Case, text: str) -> None:
    """Characters of every class, in any order, split as `tokenizers` splits them."""
    recognized = recognize(case.json)
    assert recognized is not None
    splitter = Splitter.of(case.json)
    assert kernel_words(recognized, splitter.normalized(text)) == Counter(splitter.words(text))


def test_every_byte_of_the_alphabet_is_spelled_as_gpt2_spells_it() -> None:
    """Words of all 256 bytes, as far as UTF-8 has them, come out in the alphabet of `tokenizers`, sorted by it."""
    case = CASES["gpt2"]
    recognized = recognize(case.json)
    assert recognized is not None
    text = " ".join(
        chr(code) for code in [*range(0x180), *range(0x800, 0x100000, 0xFFF)] if not 0xD800 <= code < 0xE000
    )
    assert kernel_words(recognized, text) == Counter(Splitter.of(case.json).words(text))


def test_an_unknown_split_is_an_error() -> None:
    """A name that no kernel has is refused."""
    with pytest.raises(ValueError, match="there is no split nonsense"):
        _kernels.Pipeline(["nonsense"], "none", None)
