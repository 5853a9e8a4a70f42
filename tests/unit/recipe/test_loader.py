"""A recipe is checked as a whole: every mistake at once, where it stands, with the way out."""

from __future__ import annotations

import textwrap

import pytest

from tokbench.assembly import assemble
from tokbench.errors import RecipeError
from tokbench.recipe.loader import load
from tokbench.registry import SWITCH

GOOD = """\
    name = "small"

    [[corpus]]
    use = "files"
    path = "text.txt"

    [[pre_tokenizer]]
    use = "byte-level"

    [trainer]
    use = "bpe"
    vocab_size = 300
"""

BAD = {
    "unknown-keys": """\
        name = "x"
        nmae = "y"
        [[corpus]]
        use = "files"
        path = "a.txt"
        pth = "b.txt"
        [pre_tokenizer]
        use = "byte-level"
        add_prefix_spaces = true
        [trainer]
        use = "bpe"
        vocab_sise = 3
        [special_tokens]
        ubk = "[UNK]"
        [tokenizer]
        model_max_lenght = 512
        """,
    "wrong-types": """\
        name = "x"
        added_tokens = "a"
        [[corpus]]
        use = "files"
        path = 3
        [pre_tokenizer]
        use = "byte-level"
        add_prefix_space = "yes"
        [trainer]
        use = "bpe"
        vocab_size = "8000"
        [special_tokens]
        unk = ["[UNK]"]
        extra = "<a>"
        mask = { content = "<mask>", lstrip = "left" }
        [tokenizer]
        padding_side = "top"
        model_max_length = 0
        """,
    "unknown-parts": """\
        name = "x"
        [[corpus]]
        use = "file"
        path = "a.txt"
        [[normalizer]]
        use = "nfkd"
        [[normalizer]]
        use = "lowercse"
        [pre_tokenizer]
        name = "byte-level"
        [trainer]
        use = "best"
        """,
    "nothing-in-it": "",
    "empty-tables": """\
        name = ""
        corpus = []
        normalizer = "nfc"
        trainer = "bpe"
        special_tokens = ["[UNK]"]
        """,
    "folder-name": GOOD.replace('"small"', '"a/b"'),
    "model-of-another-trainer": GOOD + '[model]\nuse = "unigram"\n',
    "lost-characters": GOOD.replace("byte-level", "whitespace"),
    "lost-bytes": GOOD + 'initial_alphabet = ["a"]\n',
    "unknown-token-missing": GOOD.replace('"bpe"', '"wordpiece"').replace("byte-level", "bert"),
    "template-token-missing": GOOD + '[post_processor]\nuse = "template"\nsingle = "<s> $A"\npair = "<s> $A $B"\n',
    "decoder-does-not-fit": GOOD + '[decoder]\nuse = "wordpiece"\n',
    "no-decoder-fits": GOOD.replace('"bpe"', '"wordpiece"') + '[special_tokens]\nunk = "[UNK]"\n',
    "promise-too-strong": GOOD.replace("byte-level", "metaspace")
    + '[special_tokens]\nunk = "<unk>"\n[checks]\nround_trip = "exact"\n',
    "too-small": GOOD.replace("300", "2") + '[special_tokens]\nunk = "a"\npad = "b"\nbos = "c"\n',
    "bad-expression": GOOD.replace("byte-level", 'split"\nregex = "((') + '[special_tokens]\nunk = "<unk>"\n',
    "base-and-parts": GOOD + '[base]\ntokenizer = "somewhere"\n',
    "bad-syntax": GOOD + "vocab_size = = 3\n",
    "a-key-twice": GOOD + "vocab_size = 301\n",
    "no-text-file-for-the-template": GOOD + '[tokenizer]\nchat_template = "nowhere.jinja"\n',
}


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write a recipe to `recipe.toml`, in a folder of its own that is the current one."""
    monkeypatch.chdir(tmp_path)

    def write(text: str) -> str:
        (tmp_path / "recipe.toml").write_text(textwrap.dedent(text), encoding="utf-8")
        return "recipe.toml"

    return write


@pytest.mark.parametrize("name", BAD)
def test_says_what_is_wrong(name, written, golden, monkeypatch):
    """Each mistake has its sentence: file and line, key, what, and how to mend it."""
    from tokbench.errors import UserError

    monkeypatch.setenv(SWITCH, "")  # suggestions name the parts of plugins too
    with pytest.raises(UserError) as error:
        assemble(load(written(BAD[name])))
    golden(f"recipes/{name}", str(error.value))


@pytest.mark.parametrize("path", ["nowhere.toml", "."])
def test_says_that_there_is_no_recipe(path):
    """A path that is no file is told so."""
    with pytest.raises(RecipeError, match=r"give the path of a recipe"):
        load(path)


def test_refuses_a_recipe_that_is_not_utf8(tmp_path):
    """TOML is UTF-8; the byte is named."""
    (tmp_path / "r.toml").write_bytes(b'name = "caf\xe9"\n')
    with pytest.raises(RecipeError, match="not UTF-8 at byte 11"):
        load(tmp_path / "r.toml")


def test_an_override_is_named_where_it_is_wrong(written):
    """A problem that `--set` brought points at the command line, not at the file."""
    with pytest.raises(RecipeError, match=r"^--set trainer.vocab_sise=3: trainer.vocab_sise: bpe has no such option"):
        load(written(GOOD), ["trainer.vocab_sise=3"])


def test_chooses_what_fits_and_says_so(written):
    """A silent recipe gets the model, alphabet and decoder of its parts, each with a note."""
    recipe = load(written(GOOD))
    assert recipe.model.name == "bpe"
    assert [use.name for use in recipe.decoders] == ["byte-level"]
    assert recipe.trainer.part.initial_alphabet == "byte-level"
    assert len(recipe.choices) == 3


def test_keeps_what_the_recipe_says(written):
    """A decoder that was given is not replaced."""
    text = GOOD.replace("byte-level", "metaspace") + '[decoder]\nuse = "fuse"\n[special_tokens]\nunk = "<unk>"\n'
    recipe = load(written(text + '[checks]\nround_trip = "none"\n'))
    assert [use.name for use in recipe.decoders] == ["fuse"]
    assert assemble(recipe).recipe.promises.round_trip == "none"


def test_the_unknown_token_goes_to_the_model(written):
    """What `[special_tokens]` calls unk is the model's unknown token."""
    recipe = load(written(GOOD.replace("byte-level", "whitespace") + '[special_tokens]\nunk = "<?>"\n'))
    assert recipe.model.part.unk_token == "<?>"


@pytest.mark.parametrize(
    ("changes", "promise"),
    [
        (["pre_tokenizer.add_prefix_space=false"], "exact"),
        (["pre_tokenizer.add_prefix_space=false", "normalizer.use=lowercase"], "normalized"),
        (["pre_tokenizer.add_prefix_space=true"], "spaces"),
    ],
)
def test_promises_as_much_as_the_parts_allow(changes, promise, written):
    """The round trip is tried before any text is read."""
    assert assemble(load(written(GOOD), changes)).recipe.promises.round_trip == promise


def test_special_tokens_keep_their_order_and_take_the_first_ids(written):
    """Ids follow the recipe, then come the tokens that the model needs."""
    text = GOOD.replace("byte-level", "metaspace") + textwrap.dedent("""
        [model]
        use = "bpe"
        byte_fallback = true
        [special_tokens]
        pad = "<pad>"
        unk = "<unk>"
        extra = ["<b>", { content = "<a>", lstrip = true }]
        """)
    reserved = assemble(load(written(textwrap.dedent(text)))).reserved
    assert reserved[:4] == ("<pad>", "<unk>", "<b>", "<a>")
    assert reserved[4:] == tuple(f"<0x{byte:02X}>" for byte in range(256))


def test_a_filled_recipe_gives_itself_again(written, tmp_path):
    """What is written back has every default, loads without a choice left, and fills to the same text."""
    text = GOOD + '[special_tokens]\nextra = ["<a>"]\n[card]\nlicense = "mit"\n'
    filled = assemble(load(written(text))).recipe.toml()
    again = load(written(filled))
    assert again.choices == ()
    assert assemble(again).recipe.toml() == filled
    assert "add_prefix_space" in filled
    assert str(tmp_path) not in filled


def test_paths_start_at_the_recipe(tmp_path):
    """A recipe finds its corpus from wherever it is built."""
    (tmp_path / "r.toml").write_text(textwrap.dedent(GOOD))
    recipe = load(tmp_path / "r.toml")
    assert recipe.corpora[0].use.part.path == tmp_path / "text.txt"
    assert recipe.corpora[0].filled()["path"] == "text.txt"


def test_tables_are_a_recipe_too():
    """Python callers need no file."""
    recipe = load({"name": "x", "trainer": {"use": "bpe"}, "pre_tokenizer": {"use": "gpt2"}}, corpus_given=True)
    assert recipe.trainer.name == "bpe"


@pytest.mark.parametrize("name", ["", " ", "..", "a/b", "a\\b", "a\nb", "x" * 300])
def test_refuses_a_name_that_no_folder_can_have(name):
    """Found before anything is read, not when the folder is made."""
    with pytest.raises(RecipeError, match="must be a name that a folder can have"):
        load({"name": name})


def test_refuses_a_limit_that_would_leave_bytes_out(written):
    """A byte-level vocabulary without some of the bytes loses text in silence."""
    recipe = load(written(GOOD), ["trainer.limit_alphabet=100"])
    with pytest.raises(RecipeError, match=r"trainer\.limit_alphabet: 100 leaves out some of the 256 bytes"):
        assemble(recipe)
    assert assemble(load(written(GOOD), ["trainer.limit_alphabet=256"]))


def test_an_option_out_of_range_stands_where_it_was_said(written):
    """On the command line, not on the line of its table."""
    with pytest.raises(RecipeError, match=r"^--set trainer.vocab_size=0: trainer.vocab_size: 0 is below 1$"):
        load(written(GOOD), ["trainer.vocab_size=0"])
