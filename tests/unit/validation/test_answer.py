"""The answer holds every figure, and file, tables, card and figures say the same."""

from __future__ import annotations

import dataclasses
import json
import random
import xml.etree.ElementTree as ElementTree

import pytest
from huggingface_hub import ModelCard

from tokbench.card.validation import validation_of, with_validation
from tokbench.errors import UserError
from tokbench.labelled.data import Data
from tokbench.labelled.reading import read
from tokbench.tasks.words import NamedEntities
from tokbench.validation.answer import FILE, read_answer
from tokbench.validation.edges import cut_spans
from tokbench.validation.figures import curves, label_bars
from tokbench.validation.judging import Judged, judge
from tokbench.validation.outcome import Candidate, Costs, Point, Run
from tokbench.validation.section import card_section, index_results
from tokbench.validation.tables import tables

COSTS = Costs(1.5, 12.0, 40, 2, 1000, 200.0, 900.0)
CARD = "---\nlibrary_name: transformers\n---\n\n# mine\n\n## Validation\n\nNone.\n\n## Proofs\n\nMany.\n"
SETTINGS = {
    "model": {"checkpoint": "", "architecture": "bert", "size": "tiny"},
    "data": {"train": "train.conll", "test": "test.conll"},
}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Return a labelled set of 60 sentences a split."""
    folder = tmp_path_factory.mktemp("names", numbered=False)
    for split in ("train", "dev", "test"):
        lines = (f"Ada{n % 7} B-PER\nof O\nRome{n % 5} B-LOC\n" for n in range(60))
        (folder / f"{split}.conll").write_text("\n".join(lines), encoding="utf-8")
    return read(Data(train="train.conll", dev="dev.conll", test="test.conll"), NamedEntities(), folder)


def run(data, name, seed, right):
    """Return a run that tags a share of the sentences rightly, and leaves the others alone."""
    chance = random.Random(f"{name} {seed}")
    tags = [sentence.tags if chance.random() < right else ("O", "O", "O") for sentence in data.test]
    pieces = [(2, 1, 3) for _ in data.test]
    curve = [Point(10, 0.5, 1.2), Point(20, 1.0, 0.7, right / 2), Point(40, 2.0, 0.3, right)]
    return Run(name, seed, tags, pieces, curve, COSTS, 40, f"{name}/seed-{seed}/model")


@pytest.fixture(scope="module")
def answer(data):
    """Return the answer about a good tokenizer and a poor one, with two seeds."""
    judged = [
        Judged(Candidate(name, name), [run(data, name, seed, right) for seed in (1, 2)], cut_spans=3)
        for name, right in (("mine", 0.9), ("theirs", 0.4))
    ]
    return judge(judged, data, NamedEntities(), task_name="ner", settings=SETTINGS, notes=data.notes)


def test_the_validated_tokenizer_comes_first(answer):
    """With its score, its spread over seeds, and its difference to each baseline."""
    mine, theirs = answer.results
    assert (mine.name, theirs.name) == ("mine", "theirs")
    assert mine.score.low < mine.score.value < mine.score.high
    assert mine.score.value == pytest.approx(mine.f1.mean)
    (comparison,) = answer.comparisons
    assert comparison.difference.value == pytest.approx(mine.f1.mean - theirs.f1.mean)
    assert answer.verdict.startswith(f"mine reaches F1 {100 * mine.f1.mean:.1f} (")
    assert "which is better than theirs by" in answer.verdict
    assert mine.mistakes["missed"] == pytest.approx((1 - mine.recall.mean) * mine.spans)
    assert mine.precision.mean == 1.0
    assert set(mine.by_label) == {"LOC", "PER"}
    assert set(mine.by_pieces) == {"2", "3"}
    assert set(mine.by_seen) == {"seen"}


def test_the_file_is_read_back(answer, tmp_path):
    """As JSON; a folder without one is told."""
    (tmp_path / FILE).write_text(answer.to_json(), encoding="utf-8")
    found = read_answer(tmp_path)
    assert found["verdict"] == answer.verdict
    assert found["results"][0]["trials"][1]["model"] == "mine/seed-2/model"
    assert found["comparisons"][0]["baseline"] == "theirs"
    with pytest.raises(UserError, match="holds no validation; run 'tokbench validate' first"):
        read_answer(tmp_path / "none")
    (tmp_path / FILE).write_text(json.dumps({"format": 99}), encoding="utf-8")
    with pytest.raises(UserError, match="is not of the format 1"):
        read_answer(tmp_path)


def test_tables_have_a_column_for_each_tokenizer(answer):
    """Whatever they tell of."""
    drawn = tables(answer)
    for table in drawn:
        assert table.headings[1:] == ["mine", "theirs"]
        assert {len(row) for row in table.rows} == {3}
    rows = {row[0].strip(): row[1:] for table in drawn for row in table.rows}
    assert rows["edges inside a token"] == ["3 of 120", "3 of 120"]
    assert rows["pieces a word"] == ["1.50", "1.50"]
    assert rows["difference"][0] == ""
    assert rows["difference"][1].startswith("-")
    assert rows["difference"][1].endswith("p < 0.001")


@pytest.mark.parametrize("metric", ["F1", "accuracy"])
def test_tables_are_called_after_what_they_tell(answer, metric):
    """Words of some pieces, each with a label of its own, have an accuracy; those of a label have F1."""
    _, _, *parts = tables(dataclasses.replace(answer, metric=metric))
    assert [table.headings[0] for table in parts] == ["F1 by label", f"{metric} by pieces", f"{metric} by words"]


def test_words_without_a_token_are_told(data, answer):
    """In the file, the table and the card, with the spans that are lost by them; where there are none, nowhere."""
    left = [(2, 0, 0), *[(2, 1, 3)] * 59]
    judged = [Judged(Candidate("mine", "mine"), [dataclasses.replace(run(data, "mine", 1, 0.9), pieces=left)])]
    told = judge(judged, data, NamedEntities(), task_name="ner", settings=SETTINGS)
    assert json.loads(told.to_json())["results"][0]["emptied"] == {"words": 2, "in_spans": 1, "spans": 1}
    rows = {row[0].strip(): row[1:] for row in tables(told)[0].rows}
    assert rows["words without a token"] == ["2"]
    assert rows["in spans"] == ["1, in 1 of 120"]
    assert "\n- mine: 2 words, 1 of them in 1 of 120 spans\n" in card_section(told, "curve.svg", "labels.svg")
    assert "without a token" not in {row[0] for row in tables(answer)[0].rows}
    assert "emits no token" not in card_section(answer, "curve.svg", "labels.svg")


def test_labels_that_no_model_could_learn_are_told(data):
    """In the file, the table and the card, with how many there are; see also the notes."""
    findings = {**data.findings, "test": dataclasses.replace(data.findings["test"], unlearned={"EVENT": 3, "WORK": 1})}
    judged = [Judged(Candidate("mine", "mine"), [run(data, "mine", 1, 0.9)])]
    told = judge(
        judged, dataclasses.replace(data, findings=findings), NamedEntities(), task_name="ner", settings=SETTINGS
    )
    assert json.loads(told.to_json())["data"]["test"]["unlearned"] == {"EVENT": 3, "WORK": 1}
    assert ["labels that train lacks", "4 of 120"] in tables(told)[0].rows
    assert "4 of 120 in the test split (`EVENT` 3, `WORK` 1)." in card_section(told, "curve.svg", "labels.svg")
    plain = judge(judged, data, NamedEntities(), task_name="ner", settings=SETTINGS)
    assert "labels that train lacks" not in {row[0] for row in tables(plain)[0].rows}
    assert "No model can find" not in card_section(plain, "curve.svg", "labels.svg")


def test_the_card_tells_of_it(answer):
    """The section has verdict, table and figures; the Hub reads the results from the metadata."""
    card = with_validation(CARD, card_section(answer, "curve.svg", "labels.svg"), index_results(answer))
    section, results = validation_of(card)
    assert section.startswith(f"**{answer.verdict}**")
    assert "| mine | 9" in section
    assert "![Learning curves](curve.svg)" in section
    (result, *_) = ModelCard(card).data.eval_results
    assert (result.task_type, result.dataset_name, result.metric_type) == ("token-classification", "names", "f1")
    assert result.metric_value == pytest.approx(answer.results[0].f1.mean, abs=1e-4)
    assert results[0]["metrics"][0]["type"] == "f1"
    assert "## Proofs\n\nMany." in card


def test_figures_are_svg(answer):
    """A line for each run, a bar for each label of each tokenizer, and nothing outside."""
    lines = ElementTree.fromstring(curves({one.name: one.trials for one in answer.results}, "F1"))
    assert len(lines.findall("{*}polyline")) == 4
    for dot in lines.findall("{*}circle"):
        assert 0 <= float(dot.attrib["cx"]) <= 640
        assert 0 <= float(dot.attrib["cy"]) <= 360
    bars = ElementTree.fromstring(label_bars({one.name: one.by_label for one in answer.results}, "F1"))
    texts = [text.text for text in bars.findall("{*}text")]
    assert {"LOC (60)", "PER (60)", "mine", "theirs"} <= set(texts)


def test_figures_of_nothing_are_svg_too():
    """A run that was never looked at has no line; a name may hold what XML does not allow."""
    lines = ElementTree.fromstring(curves({"a<b>": []}, "F1"))
    assert not lines.findall("{*}polyline")
    assert "a<b>" in [text.text for text in lines.findall("{*}text")]
    bars = ElementTree.fromstring(label_bars({"a&b": {}}, "F1"))
    assert "a&b" in [text.text for text in bars.findall("{*}text")]


# ---------------------------------------------------------------- edges


class Cutter:
    """A tokenizer whose tokens stand where it is told."""

    def __init__(self, *offsets):
        self.offsets = offsets

    def __call__(self, texts, **_options):
        return {"offset_mapping": [self.offsets for _ in texts]}


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ([(0, 2), (2, 3), (3, 8)], 0),
        ([(0, 2), (2, 5), (5, 8)], 1),
        ([(0, 8)], 1),
        ([(0, 3), (3, 9)], 1),
        ([], 0),
    ],
)
def test_spans_with_an_edge_inside_a_token_are_counted(tmp_path, tokens, expected):
    """`un-Roman!`, of which `Roman` is labelled; a space at the edge of a token is not of it."""
    row = {"text": "un-Roman!", "spans": [[3, 8, "LOC"]]}
    (tmp_path / "a.jsonl").write_text(json.dumps(row), encoding="utf-8")
    found = read(Data(train="a.jsonl", dev="a.jsonl"), NamedEntities(), tmp_path)
    assert cut_spans(NamedEntities(), found.dev, Cutter(*tokens)) == expected


def test_a_space_at_the_edge_of_a_token_cuts_nothing(tmp_path):
    """Byte-level tokens hold the space before them."""
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": "in Rome", "spans": [[3, 7, "LOC"]]}), encoding="utf-8")
    found = read(Data(train="a.jsonl", dev="a.jsonl"), NamedEntities(), tmp_path)
    assert cut_spans(NamedEntities(), found.dev, Cutter((0, 2), (2, 7))) == 0


def test_words_without_a_text_are_parted_by_spaces(data):
    """As the model sees them: `Ada0 of Rome0`."""
    assert cut_spans(NamedEntities(), data.test[:1], Cutter((0, 4), (4, 7), (7, 13))) == 0
    assert cut_spans(NamedEntities(), data.test[:1], Cutter((0, 6), (7, 13))) == 1
