"""Plugins installed by pip beside tokbench: a real one is used, a broken one hurts only who names it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

OFFLINE = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check")
ROOT = Path(__file__).parents[2]
RECIPE = """\
name = "german"

[[corpus]]
use = "files"
path = "text.txt"

[[normalizer]]
use = "{normalizer}"

[[pre_tokenizer]]
use = "byte-level"
add_prefix_space = false

[trainer]
use = "{trainer}"
vocab_size = 300
"""


@pytest.fixture(scope="module")
def plugins(tmp_path_factory):
    """Install both plugins into a folder of their own, as pip does for a user."""
    target = tmp_path_factory.mktemp("plugins")
    packages = [ROOT / "plugins" / "tokbench-german", Path(__file__).parent / "broken_plugin"]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *OFFLINE, "--target", str(target), *map(str, packages)], check=True
    )
    return target


@pytest.fixture
def tokbench(plugins, tmp_path):
    """Run the command line beside the plugins, in a folder with a text."""
    (tmp_path / "text.txt").write_text("Äpfel auf der Straße\n" * 50, encoding="utf-8")

    def run(*arguments, **environment):
        settings = {**os.environ, "PYTHONPATH": str(plugins), **environment}
        command = [sys.executable, "-m", "tokbench", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=settings, check=False)

    def write(normalizer="german-fold", trainer="bpe"):
        (tmp_path / "r.toml").write_text(RECIPE.format(normalizer=normalizer, trainer=trainer), encoding="utf-8")
        return "r.toml"

    run.write = write
    return run


def test_a_plugins_part_is_used_by_a_recipe(tokbench, tmp_path):
    """The part is named, built, kept in the artifact, and noted with its package's version."""
    done = tokbench("build", tokbench.write())
    assert done.returncode == 0, done.stderr
    tokenizer = json.loads((tmp_path / "german" / "tokenizer.json").read_text(encoding="utf-8"))
    assert tokenizer["normalizer"]["type"] == "Sequence"
    assert "ĠStrasse" in tokenizer["model"]["vocab"]
    manifest = json.loads((tmp_path / "german" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["packages"] == {"tokbench-german": "0.1.0"}


def test_parts_lists_every_package_without_importing_one(tokbench):
    """The broken plugin is listed like any other: nothing was imported."""
    listed = tokbench("parts", "--json")
    assert listed.returncode == 0, listed.stderr
    found = {(part["name"], part["package"], part["version"]) for part in json.loads(listed.stdout)}
    assert {("german-fold", "tokbench-german", "0.1.0"), ("broken", "tokbench-acme", "0.3.1")} <= found


def test_a_broken_plugin_hurts_only_the_recipe_that_names_it(tokbench):
    """The error names the part, the package, its version and what happened; exit code 2."""
    refused = tokbench("check", tokbench.write(trainer="broken"))
    assert refused.returncode == 2
    assert refused.stderr == (
        "error: r.toml:15: trainer.use: the trainer 'broken' could not be loaded from tokbench_acme:Trainer"
        " (package tokbench-acme 0.3.1): ModuleNotFoundError: No module named 'sentencepieze'\n"
    )


def test_a_doubled_name_names_both_packages(tokbench):
    """A name that two packages claim is an error for the recipe that uses it, and says how to go on."""
    refused = tokbench("check", tokbench.write(normalizer="nfc"))
    assert refused.returncode == 2
    assert "two packages claim the normalizer 'nfc'" in refused.stderr
    assert "package tokbench-acme 0.3.1" in refused.stderr
    assert "package tokbench " in refused.stderr
    allowed = tokbench("check", "r.toml", TOKBENCH_PLUGINS="tokbench-german")
    assert allowed.returncode == 0, allowed.stderr


def test_third_parties_can_be_turned_off(tokbench):
    """With an empty list of packages there are tokbench's own parts and no others."""
    listed = tokbench("parts", "--json", TOKBENCH_PLUGINS="")
    assert {part["package"] for part in json.loads(listed.stdout)} == {"tokbench"}
    assert tokbench("check", tokbench.write(), TOKBENCH_PLUGINS="").returncode == 2


def test_the_schema_knows_the_plugins(tokbench):
    """Editors complete a plugin's options; a broken one is known by name alone."""
    schema = json.loads(tokbench("schema").stdout)
    normalizers = schema["properties"]["normalizer"]["anyOf"][0]
    options = {part["properties"]["use"]["const"]: part["properties"] for part in normalizers["oneOf"]}
    assert "sharp_s" in options["german-fold"]
    assert "broken" in schema["properties"]["trainer"]["properties"]["use"]["enum"]
