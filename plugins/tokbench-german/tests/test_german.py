"""The German normalizers, alone: neither needs tokbench to be tested."""

import pytest
from tokbench_german import GermanFold, GermanSwiss
from tokenizers import Tokenizer, models


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Äpfel auf der Straße", "Aepfel auf der Strasse"),
        ("ÜBER Öl", "UeBER Oel"),
        ("GROẞ", "GROSS"),
        ("plain", "plain"),
    ],
)
def test_fold_spells_german_in_ascii(text, folded):
    """Every German letter outside ASCII is spelled with ASCII letters."""
    assert GermanFold().build().normalize_str(text) == folded


def test_sharp_s_is_an_option():
    """The spelling of the sharp s is the user's choice."""
    assert GermanFold(sharp_s="sz").build().normalize_str("Straße") == "Strasze"


def test_swiss_keeps_umlauts():
    """Swiss spelling changes the sharp s alone."""
    assert GermanSwiss().build().normalize_str("große Äpfel") == "grosse Äpfel"


def test_offsets_point_into_the_original_text():
    """A tokenizer with the part finds its words in the text as it was written."""
    tokenizer = Tokenizer(models.WordLevel({"Strasse": 0, "[UNK]": 1}, unk_token="[UNK]"))
    tokenizer.normalizer = GermanFold().build()
    assert tokenizer.encode("Straße").offsets == [(0, 6)]


@pytest.mark.parametrize("part", [GermanFold(), GermanSwiss()])
def test_survives_saving(part):
    """The component is made of stock ones: it survives a round trip through JSON."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = part.build()
    again = Tokenizer.from_str(tokenizer.to_str())
    assert again.normalizer.normalize_str("Größe") == part.build().normalize_str("Größe")
