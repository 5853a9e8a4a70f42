"""`tokbench parts` lists what is installed without importing it, and shows one part with its options."""

from __future__ import annotations

import json
import subprocess
import sys


def test_all_parts_are_listed_one_a_line(tokbench):
    """Piped, each line is whole: kind, name, package and what the part does."""
    lines = tokbench("parts").output.splitlines()
    assert lines[0].split() == ["kind", "name", "package", "what", "it", "does"]
    assert any(line.startswith("trainers         bpe  ") and "Merge the most frequent pair" in line for line in lines)
    assert not any(line.endswith(" ") for line in lines)


def test_a_kind_may_be_spelled_as_in_a_recipe_or_a_sentence(tokbench):
    """`pre_tokenizer`, `pre-tokenizer` and `pre-tokenizers` are the same kind."""
    listings = {tokbench("parts", kind).output for kind in ("pre_tokenizer", "pre-tokenizer", "pre-tokenizers")}
    assert len(listings) == 1
    assert "byte-level" in listings.pop()


def test_an_unknown_kind_gets_the_nearest_name(tokbench):
    """The sentence says how to mend it."""
    result = tokbench("parts", "trainer-s")
    assert (result.exit_code, result.stderr) == (
        2,
        "error: there is no kind of part 'trainer-s'; did you mean 'trainers'?\n",
    )


def test_json_has_where_each_part_is_found(tokbench):
    """For programs: module and class too."""
    listed = json.loads(tokbench("parts", "trainers", "--json").stdout)
    bpe = next(part for part in listed if part["name"] == "bpe")
    assert bpe["target"] == "tokbench.trainers.bpe:BPETrainer"
    assert {part["kind"] for part in listed} == {"trainers"}


def test_show_has_documentation_and_options(tokbench):
    """Types and defaults as a recipe would write them."""
    page = tokbench("parts", "show", "bpe", "--kind", "trainer").output
    assert page.startswith("bpe: trainer, tokbench.trainers.bpe:BPETrainer (package tokbench ")
    assert "vocab_size        an integer = 30000" in page
    assert "limit_alphabet    an integer, not set" in page


def test_show_has_every_kind_of_a_name(tokbench):
    """`bert` is a normalizer, a pre-tokenizer and a post-processor."""
    page = tokbench("parts", "show", "bert").output
    assert all(f"bert: {kind}, " in page for kind in ("normalizer", "pre-tokenizer", "post-processor"))
    assert "No options." in page


def test_show_suggests_the_nearest_part(tokbench):
    """A misspelt name is a user's mistake."""
    result = tokbench("parts", "show", "wordpeice")
    assert (result.exit_code, result.stderr) == (
        2,
        "error: there is no part 'wordpeice'; did you mean 'wordpiece'?\n",
    )


def test_listing_imports_no_part():
    """Not even the built-in ones: they come through the same door."""
    script = (
        "import sys; from tokbench.cli.main import main\n"
        "try: main(['parts'], prog_name='tokbench')\n"
        "finally: print(*sorted(sys.modules), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    modules = set(run.stderr.split())
    kinds = ("normalizers", "trainers", "models", "corpora", "decoders", "post_processors", "pre_tokenizers")
    assert not {module for module in modules if module.startswith(tuple(f"tokbench.{kind}" for kind in kinds))}
    assert modules.isdisjoint({"tokenizers", "pyarrow", "transformers", "datasets"})
