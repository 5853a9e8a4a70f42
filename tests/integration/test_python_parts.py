"""A tokenizer with parts in Python, from the recipe to a machine that has neither tokbench nor the parts' package."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tokbench
from tests.integration.clean import clean_environment
from tokbench import checking, registry
from tokbench.artifact import Artifact
from tokbench.blueprint import draw, splitter
from tokbench.checks.probes import PROBES
from tokbench.errors import ArtifactError, RecipeError
from tokbench.inspection import inspect_at
from tokbench.recipe.loader import load
from tokbench.validation.running import validate
from tokbench.validation.trying import find

ROOT = Path(__file__).parents[2]
OFFLINE = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check")
TEXTS = [f"In {year * 7919} there were {year} of them, and {year % 13} more." for year in range(1, 400)]
RECIPE = {
    "name": "numbers",
    "normalizer": {"use": "reversed-numbers"},
    "pre_tokenizer": [{"use": "number-groups", "size": 2}, {"use": "byte-level", "add_prefix_space": False}],
    "decoder": [{"use": "byte-level"}, {"use": "reversed-numbers"}],
    "trainer": {"use": "bpe", "vocab_size": 400},
    "special_tokens": {"pad": "<pad>", "eos": "</s>", "extra": ["<digits>", "<words>"]},
    "post_processor": [
        {"use": "script-tag", "tags": {"<digits>": "0-9"}, "otherwise": "<words>"},
        {"use": "template", "single": "$A </s>", "pair": "$A </s> $B </s>"},
    ],
}
LOAD = """
import json, sys
from transformers import AutoTokenizer

folder, texts = json.load(sys.stdin)
for absent in ("tokbench", "tokbench_numbers", "tokbench_marks"):
    try:
        __import__(absent)
    except ModuleNotFoundError:
        continue
    raise SystemExit(f"{absent} is installed here")
try:
    AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    refusal = "none"
except ValueError as error:
    refusal = str(error)
tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=True)
encoded = tokenizer(texts, return_offsets_mapping=True)
decoded = [tokenizer.decode(ids, skip_special_tokens=True) for ids in encoded["input_ids"]]
print(json.dumps([refusal, encoded["input_ids"], encoded["offset_mapping"], decoded]))
"""


@pytest.fixture(scope="module")
def plugin(tmp_path_factory):
    """Install the plugins as pip does for a user, and let this process see them."""
    target = tmp_path_factory.mktemp("plugins")
    sources = [tmp_path_factory.mktemp("source") / name for name in ("tokbench-numbers", "tokbench-marks")]
    for source in sources:
        shutil.copytree(ROOT / "plugins" / source.name, source)
    command = [sys.executable, "-m", "pip", "install", *OFFLINE, "--target", str(target), *map(str, sources)]
    subprocess.run(command, check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(target))
        registry._scan.cache_clear()
        yield target
    registry._scan.cache_clear()


@pytest.fixture(scope="module")
def built(plugin, tmp_path_factory):
    """Build the recipe, with all of its checks."""
    with pytest.MonkeyPatch.context() as patch:
        modules = str(tmp_path_factory.mktemp("modules"))
        patch.setattr("transformers.dynamic_module_utils.HF_MODULES_CACHE", modules)
        patch.setattr(sys, "path", list(sys.path))  # where transformers puts it
        yield tokbench.build(RECIPE, tmp_path_factory.mktemp("built") / "numbers", corpus=TEXTS)


@pytest.fixture(scope="module")
def tokenizer(built):
    """Load it as its users do."""
    return built.tokenizer


def test_it_is_proved_with_its_code(built):
    """Every check passed, and one says that nobody gets it without its code; the manifest and the card tell of it."""
    checks = {result["name"]: result for result in built.manifest["checks"]["results"]}
    assert all(result["passed"] for result in checks.values())
    assert checks["code"]["detail"] == "8 files, refused without trust_remote_code=True"
    assert built.manifest["promises"]["round_trip"] == "exact"
    parts = {part["class"]: part for part in built.manifest["code"]["parts"]}
    numbers = [
        f"tokbench_numbers_parts:{name}" for name in ("NumberGroups", "ReversedNumbers", "ReversedNumbersDecoder")
    ]
    assert set(parts) == {*numbers, "tokbench_marks_scripts:ScriptTag"}
    assert {(part["package"], part["license"]) for part in parts.values()} == {
        (package, "Apache-2.0") for package in ("tokbench-numbers", "tokbench-marks")
    }
    assert built.manifest["code"]["requirements"] == {}
    card = (built.path / "README.md").read_text(encoding="utf-8")
    assert 'AutoTokenizer.from_pretrained("<this repository>", trust_remote_code=True)' in card
    assert "## Code" in card


def test_a_machine_without_tokbench_gives_the_same(built, tokenizer, tmp_path):
    """With transformers and tokenizers alone: equal ids, offsets and text; without trust it refuses, and says why."""
    python = clean_environment(tmp_path / "clean")
    texts = [*PROBES, *TEXTS[:20]]
    environment = {"HF_MODULES_CACHE": str(tmp_path / "modules"), "HF_HUB_OFFLINE": "1", "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [str(python), "-I", "-c", LOAD],
        input=json.dumps([str(built.path), texts]),
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    refusal, ids, offsets, decoded = json.loads(done.stdout)
    assert "contains custom code" in refusal
    assert "trust_remote_code=True" in refusal
    here = tokenizer(texts, return_offsets_mapping=True)
    assert ids == here["input_ids"]
    assert offsets == [[list(span) for span in spans] for spans in here["offset_mapping"]]
    assert decoded == texts


def test_options_travel(tokenizer):
    """Groups have two digits, as the recipe says, and stand backwards from the normalizer."""
    assert [word for word, _ in tokenizer.backend_tokenizer.pre_tokenizer.pre_tokenize_str("12345")] == [
        "1",
        "23",
        "45",
    ]
    assert tokenizer.backend_tokenizer.normalizer.normalize_str("in 1984") == "in 4891"


def test_the_text_chooses_its_tag(tokenizer):
    """The post-processor in Python and the template behind it frame each text, of a pair and each of its windows."""
    texts, options = ["on 1 day", "on no day"], {"max_length": 5, "return_overflowing_tokens": True}
    batch = tokenizer(texts, truncation=True, return_special_tokens_mask=True, **options)
    rows = zip(batch["input_ids"], batch["special_tokens_mask"], batch["overflow_to_sample_mapping"], strict=True)
    for ids, special, sample in rows:
        tag = ["<digits>", "<words>"][sample]
        assert tokenizer.convert_ids_to_tokens([ids[0], ids[-1]]) == [tag, "</s>"]
        assert special == [1, *[0] * (len(ids) - 2), 1]
    pair = tokenizer.convert_ids_to_tokens(tokenizer(*texts)["input_ids"])
    assert [token for token in pair if token.startswith("<")] == ["<digits>", "</s>", "<words>", "</s>"]


def test_offsets_point_into_the_text(tokenizer):
    """The numbers' digits stand where the number stood, whatever their order is."""
    encoding = tokenizer("on 12345 days", return_offsets_mapping=True)
    spans = encoding["offset_mapping"]
    assert [place for start, end in spans for place in range(start, end)] == list(range(13))


def test_map_in_two_processes(tokenizer):
    """`datasets.map(num_proc=2)` gives what this process gives, and knows the tokenizer again after its use."""
    import datasets
    from datasets.fingerprint import Hasher

    before = Hasher.hash(tokenizer)
    texts = datasets.Dataset.from_dict({"text": TEXTS})
    mapped = texts.map(lambda batch: tokenizer(batch["text"]), batched=True, batch_size=50, num_proc=2)
    assert mapped["input_ids"][:] == tokenizer(TEXTS)["input_ids"]
    assert Hasher.hash(tokenizer) == before


def test_workers_of_a_data_loader(tokenizer):
    """Workers that are started anew, and share nothing with this process, give the same ids."""
    data = pytest.importorskip("torch.utils.data")
    loader = data.DataLoader(TEXTS[:64], batch_size=16, num_workers=2, collate_fn=tokenizer)
    seen = [ids for batch in loader for ids in batch["input_ids"]]
    assert seen == tokenizer(TEXTS[:64])["input_ids"]


def test_a_saved_copy_of_a_pickled_one_has_the_code(built, tokenizer, tmp_path):
    """Whoever saves it, also one that came out of a pickle, saves its code; the copy loads and saves again."""
    from transformers import AutoTokenizer

    found = pickle.loads(pickle.dumps(tokenizer))
    for folder in (tmp_path / "first", tmp_path / "second"):
        found.save_pretrained(folder)
        assert {path.name for path in folder.glob("*.py")} == {path.name for path in built.path.glob("*.py")}
        found = AutoTokenizer.from_pretrained(folder, trust_remote_code=True)
        assert found(TEXTS)["input_ids"] == tokenizer(TEXTS)["input_ids"]
    assert (tmp_path / "second" / "tokenizer.json").read_bytes() == (tmp_path / "first" / "tokenizer.json").read_bytes()


def test_words_are_those_of_whole_documents(plugin, tmp_path):
    """Cut where the parts allow it and counted by distinct chunk, or document by document: the same words."""
    documents = [*TEXTS, *(text for text in PROBES if "\0" not in text), "a 1234567  8 9\n10 1112"]
    counted = tokbench.count(RECIPE, tmp_path / "cut.parquet", corpus=documents)
    words: dict[str, int] = {}
    reference = splitter(draw(load(RECIPE, corpus_given=True)))
    for text in documents:
        normalized = reference.normalizer.normalize_str(text)
        for word, _ in reference.pre_tokenizer.pre_tokenize_str(normalized):
            words[word] = words.get(word, 0) + 1
    assert dict(counted) == words


def test_nothing_runs_unasked(built):
    """The code of an artifact runs only for who says so; whatever asks for it names the option."""
    for ask in (
        lambda: Artifact.open(built.path).tokenizer,
        lambda: checking.check_artifact(built.path),
        lambda: inspect_at(built.path, "1984"),
    ):
        with pytest.raises(ArtifactError, match=r"carries Python code .* or --trust-remote-code on the command line"):
            ask()


def test_check_shows_the_code_and_repeats_the_proofs(built):
    """The files with their origin, license and digest are there without running them; with trust all checks pass."""
    code = checking.carried_code(built.path)
    assert code is not None
    origins = {file.name: (file.origin, file.license) for file in code.files}
    assert origins["tokbench_numbers_parts.py"] == ("tokbench-numbers 0.1.0", "Apache-2.0")
    assert {file.name: file.sha256 for file in code.files}.items() <= built.manifest["files"].items()
    shown = (ROOT / "README.md").read_text(encoding="utf-8")
    of_numbers = [file for file in code.files if not file.name.startswith("tokbench_marks")]
    assert all(f"{file.name:31}{file.origin:24}{file.license}  …\n" in shown for file in of_numbers)
    found = checking.check_artifact(built.path, trust_remote_code=True)
    assert not found.failed


def test_inspect_shows_its_stages(built):
    """With trust, every stage is shown; a recipe shows its own before anything is trained."""
    seen = inspect_at(built.path, "in 12345", trust_remote_code=True)
    assert seen.normalized == "in 54321"
    assert [word.text for word in seen.words] == ["in", "Ġ", "5", "43", "21"]
    assert seen.decoded == "in 12345"


def test_a_base_keeps_its_python(built, tmp_path):
    """Retrained with consent, the code travels on, byte for byte; without, nothing runs."""
    recipe = {"name": "again", "base": {"tokenizer": str(built.path)}, "trainer": {"use": "bpe", "vocab_size": 350}}
    with pytest.raises(RecipeError, match=r"base\.tokenizer: .* carries Python code"):
        tokbench.build(recipe, tmp_path / "again", corpus=TEXTS)
    again = tokbench.build(recipe, tmp_path / "again", corpus=TEXTS[:200], trust_remote_code=True, checks=False)
    for path in built.path.glob("*.py"):
        assert (again.path / path.name).read_bytes() == path.read_bytes()
    assert again.tokenizer.decode(again.tokenizer("in 1984")["input_ids"]) == "<digits>in 1984</s>"
    assert again.manifest["code"] == built.manifest["code"]


def test_it_is_validated_with_consent(built, tmp_path, torch_threads):
    """As the tokenizer and as a baseline; the model that is left carries the code too, and runs only when trusted."""
    for name in ("mine", "theirs"):
        shutil.copytree(built.path, tmp_path / name)
    labelled = "".join(f"in O\n{year} B-DATE\n. O\n\n" for year in range(1900, 1940))
    (tmp_path / "dates.conll").write_text(labelled, encoding="utf-8")
    file = tmp_path / "dates.toml"
    file.write_text('[validation]\ntask = "ner"\n[validation.data]\ntrain = "dates.conll"\n', encoding="utf-8")
    mine, given = tmp_path / "mine", {"overrides": ["validation.training.epochs=0.1"], "baselines": ["theirs"]}
    with pytest.raises(ArtifactError, match=r"mine' carries Python code .* or --trust-remote-code on the command line"):
        validate(mine, file, **given)
    answer = validate(mine, file, **given, trust_remote_code=True)
    assert [result.name for result in answer.results] == ["mine", "theirs"]
    assert answer.comparisons[0].difference.value == 0  # the same tokenizer twice
    with pytest.raises(ArtifactError, match="carries Python code"):
        find(tmp_path / "mine-validation", "in 1984")
    assert isinstance(find(tmp_path / "mine-validation", "in 1984", trust_remote_code=True), list)


@pytest.fixture
def torch_threads():
    """Let torch have one thread: more would wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
