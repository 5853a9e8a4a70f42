"""The documentation site builds without a warning, and says something of every kind, part, option and command."""

from __future__ import annotations

import ast
import html
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import tokbench
from tokbench import contracts, describing
from tokbench.cli.main import main
from tokbench.recipe.loader import KEYS
from tokbench.registry import KINDS

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "pages"
CONTRACTS = ROOT / "tokbench" / "contracts"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return the folder of the site, built as strictly as MkDocs can."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(ROOT / "docs" / "mkdocs.yml"), "-d"]
    # The note about what comes after MkDocs 1 is no finding about these pages.
    settings = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "TOKBENCH_PLUGINS": ""}
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, env=settings, check=False)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


def page(site: Path, name: str) -> str:
    """Return the words of a page, as a reader sees them."""
    text = (site / "reference" / f"{name}.html").read_text(encoding="utf-8")
    return html.unescape(re.sub(r"<[^>]+>", " ", text[text.index("<article") : text.index("</article")]))


def test_every_key_of_a_recipe_is_on_its_page(site):
    """The reference of the recipe has a heading for each key."""
    text = (site / "reference" / "recipe.html").read_text(encoding="utf-8")
    assert [key for key in KEYS if f'id="{key}"' not in text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_part_and_option_is_on_its_page(site, kind):
    """Each part of tokbench has a heading, its sentence, and a row for each option that says what it does."""
    text = page(site, "parts")
    for line in describing.lines(kind):
        if line.package == "tokbench":
            assert line.name in text
            part = next(each for each in describing.described(line.name, kind))
            words = " ".join(part.documentation.split())
            assert [option.name for option in part.options if f"{option.name}" not in words] == []
            assert [option.name for option in part.options if option.name not in text] == []


def test_every_row_says_what_its_option_does(site):
    """No option of a recipe or a part is named without a word about it."""
    rows = []
    for name in ("recipe", "parts"):
        text = (site / "reference" / f"{name}.html").read_text(encoding="utf-8")
        rows += re.findall(r"<tr>\s*<td><code>(\w+)</code></td>.*?<td>(.*?)</td>\s*</tr>", text, re.DOTALL)
    assert len(rows) > 150
    assert [name for name, words in rows if not re.sub(r"<[^>]+>", "", words.rpartition("<td>")[2]).strip()] == []


def test_options_can_be_read_on_a_telephone(site):
    """Each table of options is one whose rows become blocks where there is no room for columns."""
    for name in ("recipe", "parts"):
        text = (site / "reference" / f"{name}.html").read_text(encoding="utf-8")
        tables = text.split("<th>option</th>")[:-1]
        assert len(tables) > 10
        assert all(before.rstrip().endswith('<div class="rows options">\n<table>\n<thead>\n<tr>') for before in tables)
    assert ".rows tr" in (site / "extra.css").read_text(encoding="utf-8")


def test_every_command_is_on_its_page(site):
    """The page of commands has the help of each, of those below a group too."""
    text = page(site, "commands")
    names = main.list_commands(click.Context(main))
    assert [name for name in names if f"tokbench {name}" not in text] == []
    assert "tokbench parts show" in text
    assert "tokbench new plugin" in text


def test_every_contract_is_on_its_page(site):
    """What a part of each kind must do is there in full."""
    text = page(site, "contracts")
    protocols = [name for name in vars(contracts) if name.endswith("Part")]
    assert len(protocols) >= len(KINDS)
    assert [name for name in protocols if name not in text] == []


def test_every_word_of_the_contracts_is_explained(site):
    """Every name is there under a heading, and what each class and method says up to its first sign."""
    written = (site / "reference" / "contracts.html").read_text(encoding="utf-8")
    assert [name for name in contracts.__all__ if f'id="{name.lower()}"' not in written] == []
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in CONTRACTS.glob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    said = [" ".join((ast.get_docstring(node) or "").split()).partition("`")[0] for node in nodes]
    text = " ".join(page(site, "contracts").split())
    assert len(said) > 40
    assert [words for words in said if words not in text] == []


def test_every_kind_has_its_proof_on_the_page_for_plugins():
    """Whoever writes a part finds the call that proves it."""
    text = (PAGES / "plugins.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS.values() if f"| {kind} | `prove_{kind.replace('-', '_')}(" not in text] == []


def test_every_kind_is_told_where_it_is_declared_and_named():
    """Its group of entry points, and the place in a recipe or on the command line."""
    text = (PAGES / "plugins.md").read_text(encoding="utf-8")
    assert [kind for group, kind in KINDS.items() if f"| {kind} | `tokbench.{group}` | " not in text] == []


def test_recipes_are_recipes(tmp_path):
    """Every recipe that a page shows is checked as one."""
    recipes = [
        found[2]
        for path in sorted(PAGES.rglob("*.md"))
        for found in BLOCK.finditer(path.read_text(encoding="utf-8"))
        if found[1] == "toml" and found[2].startswith("name")
    ]
    assert len(recipes) >= 4
    for number, recipe in enumerate(recipes):
        (tmp_path / f"{number}.toml").write_text(recipe, encoding="utf-8")
        assert tokbench.load(tmp_path / f"{number}.toml").name


def test_no_sign_is_taken_for_markup(site):
    """Tokens in angle brackets are shown, and code in docstrings is shown as it is written."""
    assert 'an unseen "playing" becomes "<unk>"' in page(site, "parts")
    assert '"caf&eacute; &amp; bar" becomes "café & bar"' in page(site, "parts")
    contracts_page = page(site, "contracts")
    assert "texts = [first] if second is None else [first, second]" in contracts_page
    assert "\\[" not in contracts_page
