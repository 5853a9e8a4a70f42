"""What words of Thai do for a tokenizer: figures on text, and the names that a small model learns to find.

    python plugins/tokbench-segment/bench/thainer.py ../shared/data/ner/thainer-th/data.conll --out thainer

Byte-level BPE tokenizers of equal size are trained on the training text of thainer, split by `o200k` alone, and by
`thai-words` before it. A tenth of the sentences each is kept for dev and test. The model reads running text, as it is
written: the words of the set are joined, and only where its names stand is told. `--no-learning` stops at the figures
on text. Models and the whole answer go to `--out`; a run that was cut off goes on when it is started again.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tokenizers import Encoding

import tokbench
from tokbench.artifact import Artifact
from tokbench.labelled.data import Data
from tokbench.labelled.reading import read
from tokbench.labelled.sentences import SPLITS, LabelledSet, Sentence
from tokbench.tasks.words import NamedEntities
from tokbench.validation.tables import tables

SPLITTERS: dict[str, list[dict[str, Any]]] = {
    "thai-words": [{"use": "thai-words"}, {"use": "o200k"}],
    "o200k": [{"use": "o200k"}],
}
"""The tokenizer that is validated, then its baseline."""
TABLE = """\
[validation]
task = "ner"
seeds = {seeds}

[validation.data]
train = "train.jsonl"
dev = "dev.jsonl"
test = "test.jsonl"

[validation.model]
architecture = "bert"
size = "tiny"

[validation.training]
epochs = {epochs}
batch_size = 16
learning_rate = 1e-3
"""


def main() -> None:
    """Build both tokenizers, print what they do to text, and what a model learns with each."""
    arguments = parsed()
    arguments.out.mkdir(parents=True, exist_ok=True)
    data = read(Data(train=str(arguments.data), dev_share=0.1, test_share=0.1), NamedEntities(), Path())
    for split in SPLITS:
        lines = (json.dumps(running(sentence), ensure_ascii=False) + "\n" for sentence in data.split(split))
        (arguments.out / f"{split}.jsonl").write_text("".join(lines), encoding="utf-8")
    for name in SPLITTERS:
        build(name, data, arguments.vocabulary, arguments.out / name)
    print_figures(data.test, arguments.out)
    if not arguments.no_learning:
        table = TABLE.format(seeds=arguments.seeds, epochs=arguments.epochs)
        (arguments.out / "validation.toml").write_text(table, encoding="utf-8")
        learn(arguments.out)


def parsed() -> argparse.Namespace:
    """Return the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="thainer's one file of columns")
    parser.add_argument("--out", type=Path, required=True, help="a folder for tokenizers, models and the answer")
    parser.add_argument("--vocabulary", type=int, default=8000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--no-learning", action="store_true", help="print the figures on text alone")
    return parser.parse_args()


def running(sentence: Sentence) -> dict[str, Any]:
    """Return a sentence as it is written, spaces being words of the set, and its names as spans of characters."""
    starts = [0, *itertools.accumulate(map(len, sentence.words))]
    found = NamedEntities().found(sentence.tags)
    spans = [{"start": starts[first], "end": starts[end], "label": label} for label, first, end in found]
    return {"text": "".join(sentence.words), "spans": spans}


def build(name: str, data: LabelledSet, vocabulary: int, folder: Path) -> None:
    """Train a tokenizer on the training text."""
    recipe = {
        "name": name,
        "pre_tokenizer": SPLITTERS[name],
        "trainer": {"use": "bpe", "vocab_size": vocabulary},
        "special_tokens": {"pad": "[PAD]", "cls": "[CLS]", "sep": "[SEP]"},
        "post_processor": {"use": "template", "single": "[CLS] $A [SEP]", "pair": "[CLS] $A [SEP] $B [SEP]"},
    }
    if not (folder / "manifest.json").is_file():
        tokbench.build(recipe, folder, corpus=["".join(sentence.words) for sentence in data.train], checks=False)


# ---------------------------------------------------------------- figures on text


def print_figures(sentences: Sequence[Sentence], out: Path) -> None:
    """Print what each tokenizer does to held-out text, beside the words of the set, of which spaces are left out."""
    print(f"{'':10} {'tokens/word':>11} {'characters/token':>16} {'tokens across words':>19} {'word edges kept':>15}")
    texts = ["".join(sentence.words) for sentence in sentences]
    words = sum(not word.isspace() for sentence in sentences for word in sentence.words)
    edges = [between(sentence.words) for sentence in sentences]
    for name in SPLITTERS:
        tokenizer = Artifact.open(out / name, trust_remote_code=True).tokenizer.backend_tokenizer
        encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
        tokens = sum(map(len, encodings))
        hidden = [[inside & here for inside in within(each)] for here, each in zip(edges, encodings, strict=True)]
        across = sum(bool(places) for each in hidden for places in each)
        lost = sum(len(set().union(*each)) for each in hidden)
        print(
            f"{name:10} {tokens / words:>11.3f} {sum(map(len, texts)) / tokens:>16.3f}"
            f" {across / tokens:>19.1%} {1 - lost / sum(map(len, edges)):>15.1%}",
            flush=True,
        )


def within(encoding: Encoding) -> Iterator[set[int]]:
    """Yield, for each token, the places strictly inside it."""
    for start, end in encoding.offsets:
        yield set(range(start + 1, end))


def between(words: Sequence[str]) -> set[int]:
    """Return the places between two words neither of which is a space: ``["ab", "c", " ", "d"] → {2}``."""
    ends = itertools.accumulate(map(len, words))
    pairs = zip(ends, words, words[1:], strict=False)
    return {end for end, left, right in pairs if not left.isspace() and not right.isspace()}


# ---------------------------------------------------------------- learning


def learn(out: Path) -> None:
    """Fine-tune a new small model with each tokenizer, and print what it finds in the test split."""
    first, *others = (str(out / name) for name in SPLITTERS)
    answer = tokbench.validate(
        first, out / "validation.toml", baselines=others, output=out / "validation", trust_remote_code=True
    )
    table = tables(answer)[0]
    for row in [table.headings, *table.rows]:
        print(f"{row[0]:24} {row[1]:>32} {row[2]:>32}")
    print(answer.verdict)


if __name__ == "__main__":
    main()
