"""Column files and CoNLL-U are read as they are: no word is taken for a comment, a separator or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench.errors import DataError
from tokbench.labelled.conll import Columns, read_columns
from tokbench.labelled.conllu import read_conllu

WORD = st.text(st.characters(exclude_characters="\n\r\t", exclude_categories=("Cs",)), min_size=1).filter(
    lambda word: not word.startswith("-DOCSTART-")
)
SENTENCES = st.lists(st.lists(st.tuples(WORD, st.sampled_from(["O", "B-X", "I-X"])), min_size=1), min_size=1)


@pytest.fixture
def file(tmp_path):
    """Return a function that writes a file and returns its path."""

    def write(text, name="a.conll"):
        (tmp_path / name).write_bytes(text.encode())
        return tmp_path / name

    return write


def words_and_tags(sentences):
    """Return sentences as lists of pairs."""
    return [list(zip(sentence.words, sentence.tags, strict=True)) for sentence in sentences]


@given(SENTENCES, st.sampled_from(["\n", "\r\n"]))
def test_words_between_tabs_come_back(tmp_path_factory, sentences, end):
    """Any word: with spaces, `#`, no-break spaces and separators of lines that are no line feed."""
    path = tmp_path_factory.mktemp("columns") / "a.conll"
    blocks = ["".join(f"{word}\t{tag}{end}" for word, tag in sentence) for sentence in sentences]
    path.write_bytes(end.join(blocks).encode())
    assert words_and_tags(read_columns(path, Columns())) == sentences


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("a b\nc d\n\ne f", Columns(), [[("a", "b"), ("c", "d")], [("e", "f")]]),
        ("a  NN\tO \nc NN X\n", Columns(), [[("a", "O"), ("c", "X")]]),
        (" \tO\n#\tO\n\t\nx\tB-X\n", Columns(), [[(" ", "O"), ("#", "O")], [("x", "B-X")]]),
        ("1\ta\tB-X\n", Columns(word=1), [[("a", "B-X")]]),
        ("a\tB-X\tNN\n", Columns(tag=1), [[("a", "B-X")]]),
        ("a,O\nb,X\n", Columns(separator=","), [[("a", "O"), ("b", "X")]]),
        ("# id 1\na O\n", Columns(comment="# "), [[("a", "O")]]),
        ("\ufeffa O\n", Columns(), [[("a", "O")]]),
        ("", Columns(), []),
    ],
)
def test_columns_as_people_write_them(file, text, columns, expected):
    """Any separator, any columns, a line of blanks between sentences."""
    assert words_and_tags(read_columns(file(text), columns)) == expected


def test_documents_are_counted(file):
    """`-DOCSTART-` is no word, whatever stands beside it."""
    path = file("-DOCSTART- -X- O\n\na O\n\nb O\n-DOCSTART-\nc O\n")
    assert [(one.words, one.document) for one in read_columns(path, Columns())] == [
        (("a",), 1),
        (("b",), 1),
        (("c",), 2),
    ]


@pytest.mark.parametrize(
    ("text", "columns", "sentence"),
    [
        ("a O\nb\n", Columns(), "a.conll:2: has one column, and a word and its tag are two; mend the line"),
        ("a\tO\nb\t\n", Columns(), "a.conll:2: has one column"),
        ("a O\n", Columns(tag=3), "a.conll:1: has 2 columns, and no column 3; count them from 0"),
    ],
)
def test_a_missing_column_is_named_with_its_line(file, text, columns, sentence):
    """File and line."""
    with pytest.raises(DataError, match=sentence):
        list(read_columns(file(text), columns))


def test_files_that_cannot_be_read_are_told(file, tmp_path):
    """Missing, a folder, not UTF-8."""
    with pytest.raises(DataError, match="there is no such file"):
        list(read_columns(tmp_path / "none.conll", Columns()))
    with pytest.raises(DataError, match="this is a folder"):
        list(read_columns(tmp_path, Columns()))
    (tmp_path / "latin.conll").write_bytes("Straße O\n".encode("latin-1"))
    with pytest.raises(DataError, match="not UTF-8"):
        list(read_columns(tmp_path / "latin.conll", Columns()))


CONLLU = """# newdoc id = 1
# text = Au lac.
1-2\tAu\t_\t_\t_\t_\t_\t_\t_\t_
1\tà\tà\tADP\tP\t_\t3\tcase\t_\t_
2\tle\tle\tDET\tD\tGender=Masc|Number=Sing\t3\tdet\t_\t_
3\tlac\tlac\tNOUN\tN\tNumber=Sing\t0\troot\t_\tSpaceAfter=No|NER=B-LOC
3.1\tvide\t_\t_\t_\t_\t_\t_\t_\t_
4\t.\t.\tPUNCT\t.\t_\t3\tpunct\t_\t_

# newdoc
1\t#\t#\tSYM\tS\t_\t0\troot\t_\t_
"""


@pytest.mark.parametrize(
    ("column", "first"),
    [
        ("UPOS", ("ADP", "DET", "NOUN", "PUNCT")),
        ("XPOS", ("P", "D", "N", ".")),
        ("FEATS:Number", ("_", "Sing", "Sing", "_")),
        ("MISC:NER", ("O", "O", "B-LOC", "O")),
    ],
)
def test_conllu_gives_the_column_that_is_asked_for(file, column, first):
    """Ranges and empty nodes are no words, comments none either, a word `#` is one."""
    sentences = list(read_conllu(file(CONLLU, "a.conllu"), column))
    assert [sentence.words for sentence in sentences] == [("à", "le", "lac", "."), ("#",)]
    assert sentences[0].tags == first
    assert [sentence.document for sentence in sentences] == [1, 2]


def test_conllu_has_ten_columns_of_known_names(file):
    """What is missing is named."""
    with pytest.raises(DataError, match=r"a\.conllu:2: has 4 columns, and CoNLL-U has 10"):
        list(read_conllu(file("# text = a\n1\ta\tb\tc\n", "a.conllu"), "UPOS"))
    with pytest.raises(DataError, match="no column 'UPOSS'; did you mean 'UPOS'"):
        list(read_conllu(file("", "a.conllu"), "UPOSS"))
