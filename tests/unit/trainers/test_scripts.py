"""Characters by script, as `tokenizers` tells them apart."""

from __future__ import annotations

from tokenizers.pre_tokenizers import UnicodeScripts

from tokbench.counting.words import WordCounts
from tokbench.trainers.scripts import by_script, characters_of


def test_by_script() -> None:
    """Kana and Han are one, digits and punctuation are one; marks, spaces and what has no script are left out."""
    found = by_script({*"ab яé中ひー1!▁\u0301\u200d\U000e0080"})
    assert found == ("!1", "abé", "я", "ひー中")


def test_every_character_of_a_set_has_its_script() -> None:
    """Over much of Unicode, the splitter cuts between two sets and never within one."""
    sets = by_script(map(chr, range(0x20, 0x3100)))
    assert len(sets) > 50
    splitter = UnicodeScripts()
    for characters in sets:
        assert len(splitter.pre_tokenize_str(characters)) == 1
    firsts = "".join(characters[0] for characters in sets)
    assert len(splitter.pre_tokenize_str(firsts)) == len(sets)
    assert len(set("".join(sets))) == sum(map(len, sets))


def test_characters_of() -> None:
    """All characters of all words."""
    assert characters_of(WordCounts.of([("ab", 1), ("bc中", 2)])) == set("abc中")
