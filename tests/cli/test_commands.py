"""Each command from its options to what it prints, on a small recipe and the artifact built from it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest


def test_build_makes_the_folder_and_says_where(tokbench, recipe, tmp_path):
    """Choices go to standard error as plain lines, the result to standard output."""
    result = tokbench("build", recipe, "-o", tmp_path / "out", "--no-checks")
    assert result.stdout.startswith(f"{tmp_path / 'out'}: 60 tokens from 6 documents")
    assert all(line.startswith("note: ") for line in result.stderr.splitlines())
    assert (tmp_path / "out" / "tokenizer.json").exists()


def test_build_sets_keys(tokbench, recipe, tmp_path):
    """`--set` may be given again and again."""
    options = ("--no-checks", "--set", "trainer.vocab_size=58", "--set", "special_tokens.pad='[PAD]'")
    result = tokbench("build", recipe, "-o", tmp_path / "out", *options)
    assert result.stdout.startswith(f"{tmp_path / 'out'}: 58 tokens from 6 documents")


def test_build_does_not_overwrite(tokbench, recipe, artifact):
    """Without `--force` an artifact stays."""
    result = tokbench("build", recipe, "-o", artifact, "--no-checks")
    assert result.exit_code == 2
    assert "--force" in result.stderr


def test_build_reports_every_error_with_its_line(tokbench, recipe, tmp_path):
    """All at once, each marked."""
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(recipe.read_text().replace("vocab_size", "vocab_sise").replace("lowercase", "lowercas"))
    result = tokbench("build", wrong)
    assert result.exit_code == 2
    first, second = result.stderr.splitlines()
    assert first.startswith(f"error: {wrong}:9: normalizer.0.use: ")
    assert second.startswith(f"error: {wrong}:16: trainer.vocab_sise: ")


def test_check_says_what_is_known_of_a_recipe(tokbench, recipe):
    """What it reads, and what decoding will keep."""
    result = tokbench("check", recipe)
    assert "round trip      spaces" in result.stdout
    assert "text.txt" in result.stdout
    assert "note: decoder: wordpiece" in result.stderr


def test_check_of_a_recipe_as_json(tokbench, recipe):
    """For programs."""
    found = json.loads(tokbench("check", recipe, "--json").stdout)
    assert found["special_tokens"] == ["[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def test_check_finds_a_missing_corpus(tokbench, recipe):
    """Before anybody waits for a build."""
    result = tokbench("check", recipe, "--set", "corpus.path='nowhere/*.txt'")
    assert result.exit_code == 2
    assert "nowhere/*.txt" in result.stderr


def test_check_repeats_the_checks_of_an_artifact(tokbench, artifact):
    """A line for each, and exit code 0."""
    result = tokbench("check", artifact)
    assert result.exit_code == 0, result.stderr
    assert "passed  ids" in result.stdout


def test_check_fails_on_an_artifact_that_was_changed(tokbench, artifact, tmp_path):
    """Exit code 1, and what failed is said on standard error."""
    spoiled = tmp_path / "spoiled"
    shutil.copytree(artifact, spoiled)
    text = (spoiled / "tokenizer.json").read_text().replace('"dog"', '"dot"')
    (spoiled / "tokenizer.json").write_text(text)
    result = tokbench("check", spoiled, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["passed"] is False
    assert "error: files: tokenizer.json: missing, or not what the build wrote" in result.stderr


def test_check_of_an_artifact_takes_no_overrides(tokbench, artifact):
    """An artifact is as it was built."""
    assert tokbench("check", artifact, "--set", "name=x").exit_code == 2


def test_inspect_shows_the_stages_of_an_artifact(tokbench, artifact, golden):
    """Normalized text, words, tokens with ids and offsets, and what comes back."""
    result = tokbench("inspect", artifact, "The lazy\tFOX [MASK] éé!")
    assert result.exit_code == 0, result.stderr
    golden("cli/inspect/artifact", result.stdout)


def test_inspect_shows_what_a_recipe_does_before_its_model(tokbench, recipe, golden):
    """Nothing is trained for that."""
    golden("cli/inspect/recipe", tokbench("inspect", recipe, "The lazy FOX").stdout)


def test_inspect_folds_long_text(tokbench, artifact, golden):
    """Blocks stay within the width of the console, and a word that is wider is cropped."""
    result = tokbench("inspect", artifact, "dog " * 30 + "o" * 200)
    assert max(map(len, result.stdout.splitlines())) <= 80
    golden("cli/inspect/long", result.stdout)


def test_inspect_escapes_what_cannot_be_seen(tokbench, recipe):
    """Control characters reach no terminal."""
    result = tokbench("inspect", recipe, "-", input="a\x1b[31mred\x00\u200b\n")
    assert "\x1b" not in result.stdout
    assert r"a\x1b[31mred\x00\u200b\n" in result.stdout


def test_inspect_refuses_input_that_is_not_text(tokbench, recipe):
    """The position is named."""
    result = tokbench("inspect", recipe, "-", input=b"ab\xff")
    assert result.exit_code == 2
    assert "standard input is not UTF-8 at byte 2" in result.stderr
    result = tokbench("inspect", recipe, "ab\udcff")  # what Python makes of such an argument
    assert result.exit_code == 2
    assert "TEXT is not UTF-8" in result.stderr


def test_inspect_as_json(tokbench, artifact):
    """For programs: the text as it is, nothing escaped."""
    found = json.loads(tokbench("inspect", artifact, "the\tdog", "--json").stdout)
    assert found["text"] == "the\tdog"
    assert [token["text"] for token in found["tokens"]] == ["[CLS]", "the", "dog", "[SEP]"]
    assert [token["word"] for token in found["tokens"]] == [None, 0, 1, None]
    assert found["round_trip"] == "spaces"


def test_inspect_of_nothing_is_a_users_mistake(tokbench):
    """The message says what was expected."""
    result = tokbench("inspect", "nowhere", "text")
    assert (result.exit_code, result.stderr) == (
        2,
        "error: nowhere: there is no such file; give the path of a recipe\n",
    )


def test_schema_is_json_schema(tokbench):
    """With the options of the parts."""
    schema = json.loads(tokbench("schema").stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "trainer" in schema["properties"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_command(tokbench, shell):
    """The script asks tokbench itself."""
    script = tokbench("completion", shell).output
    assert "_TOKBENCH_COMPLETE" in script
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("bu", ["build"]),
        ("build --for", ["--force"]),
        ("parts show wordp", ["wordpiece"]),
        ("parts list pre", ["pre-tokenizers"]),
        ("new recipe my --like xl", ["xlm-r"]),
    ],
)
def test_completion_knows_commands_options_and_parts(words, completed):
    """What a shell asks when the user presses TAB."""
    script = {"_TOKBENCH_COMPLETE": "fish_complete", "COMP_WORDS": f"tokbench {words}", "COMP_CWORD": words.split()[-1]}
    run = subprocess.run(
        [sys.executable, "-c", "from tokbench.cli.main import main; main(prog_name='tokbench')"],
        env={**os.environ, **script},
        capture_output=True,
        text=True,
        check=True,
    )
    assert [line.partition(",")[2].partition("\t")[0] for line in run.stdout.splitlines() if "," in line] == completed


def test_an_empty_path_of_counts_is_no_folder(tokbench, recipe):
    """A variable that was not set is told as what it is."""
    result = tokbench("build", str(recipe), "--counts", "")
    assert result.exit_code == 2
    assert "'--counts': the path is empty; name a file, or leave the option out" in result.output
