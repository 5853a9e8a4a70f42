"""A base is loaded from a folder or the Hub, or the reason why not is one sentence."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, processors
from transformers import BertTokenizer

from tokbench.base import load_base
from tokbench.contracts import Note, Progress
from tokbench.errors import ArtifactError

FolderOf = Callable[[str], Path]


def test_a_folder_is_relative_to_the_recipe(folder_of: FolderOf) -> None:
    """A path is read from the recipe's folder, and an absolute one as it is."""
    folder = folder_of("bert")
    relative = load_base(folder.name, folder=folder.parent)
    assert relative.document == load_base(str(folder)).document
    assert relative.commit is None


def test_a_tokenizer_json_alone_is_enough(folder_of: FolderOf, tmp_path: Path) -> None:
    """A folder without a tokenizer_config.json loads as `transformers` loads it."""
    shutil.copy(folder_of("llama3") / "tokenizer.json", tmp_path)
    assert load_base(str(tmp_path)).beyond == load_base(str(folder_of("llama3"))).beyond


def test_options_of_a_class_are_noted(tmp_path: Path) -> None:
    """A class of `transformers` has options that its stages already show; leaving them out is said."""
    vocabulary = {token: index for index, token in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"])}
    BertTokenizer(vocab=vocabulary, do_lower_case=False).save_pretrained(tmp_path)
    notes: list[str] = []

    def report(event: Progress | Note) -> None:
        assert isinstance(event, Note)
        notes.append(event.text)

    base = load_base(str(tmp_path), report=report)
    assert base.document["normalizer"]["lowercase"] is False
    assert len(notes) == 1
    assert "do_lower_case" in notes[0]
    assert "options of BertTokenizer" in notes[0]


def test_the_cut_of_words_is_noted(folder_of: FolderOf) -> None:
    """Where words to learn from are not those of the base, the user is told."""
    notes: list[Progress | Note] = []
    load_base(str(folder_of("llama2")), report=notes.append)
    assert [isinstance(note, Note) and "cut before each mark of a space" in note.text for note in notes] == [True]


def write(folder: Path, name: str, table: object) -> str:
    """Write a JSON file into a folder and return the folder's path."""
    (folder / name).write_text(table if isinstance(table, str) else json.dumps(table), encoding="utf-8")
    return str(folder)


def empty(folder: Path) -> str:
    """Make a folder with nothing in it."""
    return str(folder)


def custom_code(folder: Path) -> str:
    """Make a folder whose tokenizer is a class of its own."""
    Tokenizer(models.BPE()).save(str(folder / "tokenizer.json"))
    return write(folder, "tokenizer_config.json", {"auto_map": {"AutoTokenizer": [None, "tokenization.MyTokenizer"]}})


def broken_json(folder: Path) -> str:
    """Make a folder whose tokenizer.json ends in the middle."""
    return write(folder, "tokenizer.json", '{"version": "1.0", "added_tok')


def broken_config(folder: Path) -> str:
    """Make a folder whose tokenizer_config.json ends in the middle."""
    Tokenizer(models.BPE()).save(str(folder / "tokenizer.json"))
    return write(folder, "tokenizer_config.json", "{")


def unknown_token(folder: Path) -> str:
    """Make a tokenizer whose post-processor names a token that it does not have."""
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 1), ("[CLS]", 2))
    tokenizer.save(str(folder / "tokenizer.json"))
    return str(folder)


def not_there(folder: Path) -> str:
    """Name a folder that does not exist."""
    return str(folder / "nowhere")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (empty, "transformers finds no tokenizer in"),
        (custom_code, r"carries Python code \(tokenization.MyTokenizer\), which runs only when you trust it"),
        (broken_json, "transformers finds no tokenizer in"),
        (broken_config, "has a tokenizer_config.json that is no JSON"),
        (unknown_token, r"post_processor.sep names '\[SEP\]', which is not in its vocabulary"),
        (not_there, "there is no folder .*nowhere', and .* is no id of the Hub"),
    ],
)
def test_what_cannot_be_a_base_says_why(make: Callable[[Path], str], sentence: str, tmp_path: Path) -> None:
    """Each mistake ends in one sentence, and none of them runs code or asks the Hub."""
    with pytest.raises(ArtifactError, match=sentence) as caught:
        load_base(make(tmp_path))
    assert "\n" not in str(caught.value)


def test_a_folder_has_no_revision(tmp_path: Path) -> None:
    """A revision beside a folder is a mistake, not something to ignore."""
    with pytest.raises(ArtifactError, match="a folder has no revisions"):
        load_base(str(tmp_path), revision="main")


# ---------------------------------------------------------------- the Hub, without a network


COMMIT = "0123456789abcdef0123456789abcdef01234567"


def offline(code: str, cache: Path, **variables: str) -> str:
    """Run code in a new process that may not use the network and has only this cache; return what it prints."""
    environment = {**os.environ, "HF_HOME": str(cache), "PYTHONWARNINGS": "error"}
    environment |= variables or {"HF_HUB_OFFLINE": "1"}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_a_repository_in_the_cache_needs_no_network(folder_of: FolderOf, tmp_path: Path) -> None:
    """An id of the Hub loads from the local cache, at the commit that it was downloaded at."""
    repository = tmp_path / "hub" / "models--someone--something"
    shutil.copytree(folder_of("llama3"), repository / "snapshots" / COMMIT)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(COMMIT)
    code = (
        "from tokbench.base import retrain; from tokbench.recipe.loader import load\n"
        "tables = {'name': 'again', 'base': {'tokenizer': 'someone/something'}}\n"
        "drawn = retrain(load(tables, corpus_given=True)); print(drawn.base.commit, *drawn.base.beyond)\n"
        "assert f'revision = \"{drawn.base.commit}\"' in drawn.recipe.toml()"
    )
    commit, *beyond = offline(code, tmp_path).split()
    assert commit == COMMIT
    assert beyond == list(load_base(str(folder_of("llama3"))).beyond)


ASK = (
    "from tokbench.base import load_base\nfrom tokbench.errors import ArtifactError\n"
    "try: load_base('someone/something', revision='v1')\nexcept ArtifactError as error: print(error)"
)


def test_a_hub_that_cannot_be_asked_is_said(tmp_path: Path) -> None:
    """Without network and cache, the message names both things that were tried."""
    sentence = offline(ASK, tmp_path)
    assert sentence.startswith("there is no folder 'someone/something', and the Hub could not be asked")
    assert sentence.endswith("go online, or name a folder")


@contextlib.contextmanager
def hub(status: int, code: str) -> Iterator[str]:
    """Serve a Hub that refuses everything in this way, on this machine alone; give its address."""

    class Refuse(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refuse) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (
            401,
            "RepoNotFound",
            "'someone/something' at 'v1' is neither a folder nor a repository on the Hub that you may",
        ),
        (403, "GatedRepo", "'someone/something' at 'v1' is gated on the Hub; ask for access there, and log in with"),
        (404, "RevisionNotFound", "the Hub has 'someone/something', but not its revision 'v1'"),
        (500, "", "the Hub could not be asked for 'someone/something' at 'v1': "),
    ],
)
def test_what_the_hub_refuses_is_said(status: int, code: str, sentence: str, tmp_path: Path) -> None:
    """Each refusal is a sentence of its own, with what helps."""
    with hub(status, code) as address:
        said = offline(ASK, tmp_path, HF_ENDPOINT=address, HF_HUB_OFFLINE="0")
    assert sentence in said
    assert "\n" not in said
