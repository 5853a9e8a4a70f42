"""The parts for numbers, alone: none needs tokbench to be tested."""

import pytest
from tokbench_numbers.parts import NumberGroups, ReversedNumbers, ReversedNumbersDecoder
from tokenizers import NormalizedString, Tokenizer, decoders, models, normalizers, pre_tokenizers


def words(text, **options):
    """Return the words that the pre-tokenizer makes, with their offsets."""
    splitter = pre_tokenizers.PreTokenizer.custom(NumberGroups(**options).build())
    return splitter.pre_tokenize_str(text)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("1234567", ["1", "234", "567"]),
        ("123456", ["123", "456"]),
        ("12", ["12"]),
        ("a1234b", ["a", "1", "234", "b"]),
        ("1234.5678", ["1", "234", ".", "5", "678"]),
        ("no digits", ["no digits"]),
        ("٣٤٥٦", ["٣٤٥٦"]),
        ("", []),
    ],
)
def test_groups_are_full_from_the_right(text, groups):
    """Every run of ASCII digits is split, all else stays whole, and together they are the text."""
    assert [word for word, _ in words(text)] == groups
    assert "".join(groups) == text


def test_the_size_is_an_option():
    """One digit a group is every digit alone; none is refused."""
    assert [word for word, _ in words("1234", size=1)] == ["1", "2", "3", "4"]
    with pytest.raises(ValueError, match="size must be 1 or more"):
        NumberGroups(size=0)


def test_groups_know_where_they_stand():
    """Offsets point into the text."""
    assert words("x 12345") == [("x ", (0, 2)), ("12", (2, 4)), ("345", (4, 7))]


@pytest.mark.parametrize("text", ["in 1984", "7", "", "12 345 6", "Straße 10"])
def test_what_is_turned_is_turned_back(text):
    """The decoder undoes the normalizer."""
    turned = normalizers.Normalizer.custom(ReversedNumbers().build()).normalize_str(text)
    assert len(turned) == len(text)
    assert decoders.Decoder.custom(ReversedNumbersDecoder().build()).decode([turned]) == text


def test_numbers_begin_with_their_last_digit():
    """Every run of digits is turned in its place, in tokens too that hold only some of it."""
    text = NormalizedString("in 1984 and 10")
    ReversedNumbers().normalize(text)
    assert text.normalized == "in 4891 and 01"
    assert ReversedNumbersDecoder().decode_chain(["in", " 48", "91"]) == ["in 1984"]


def test_they_work_inside_a_tokenizer():
    """In batches, too."""
    tokenizer = Tokenizer(models.WordLevel({"1": 0, "234": 1, "?": 2}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.PreTokenizer.custom(NumberGroups().build())
    assert [encoding.ids for encoding in tokenizer.encode_batch(["1234", "x1"] * 50)] == [[0, 1], [2, 0]] * 50
