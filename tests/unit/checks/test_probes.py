"""The probe texts are what they say they are."""

from __future__ import annotations

import unicodedata

from tokbench.checks.probes import PROBES, RUNS, WRITTEN


def test_each_is_tried_once() -> None:
    """No text stands twice in the list."""
    assert len(PROBES) == len(set(PROBES))


def test_they_can_be_written() -> None:
    """All are UTF-8: tokenizers takes nothing else."""
    assert all(text.encode().decode() == text for text in PROBES)


def test_many_scripts() -> None:
    """At least thirty scripts occur, told by the first word of their letters' names."""
    scripts = {unicodedata.name(letter).split()[0] for text in WRITTEN for letter in text if letter.isalpha()}
    assert len(scripts) >= 30


def test_what_tokenizers_stumble_over_is_there() -> None:
    """NULs, joiners, combining marks, emoji, non-characters, and nothing at all."""
    everything = "".join(PROBES)
    assert all(character in everything for character in "\x00\u200d\u200c\ufeff\u0301\U0001f469\uffff\u2028\t\r")
    assert "" in PROBES
    assert max(map(len, RUNS)) >= 500
