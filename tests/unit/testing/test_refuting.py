"""Parts that break their promises are found out, and the smallest text that shows it is named."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from tokbench import testing
from tokbench.contracts import Tally, Unit
from tokbench.counting.splitter import Splitter
from tokbench.counting.words import WordCounts
from tokbench.documents import Documents
from tokbench.engines.local import Local
from tokbench.errors import TrainingError
from tokbench.testing import Refuted, values


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    """Let every part of this file pass as declared by a package, and no build begin: what fails, fails before."""
    monkeypatch.setattr(values, "name_of", lambda part, kind: part.__name__)
    for module in ("stages", "trainers"):
        monkeypatch.setattr(f"tokbench.testing.{module}.prove_build", lambda *_: None)


def refuted(prove, part, **options):
    with pytest.raises(Refuted) as caught:
        prove(part, **options)
    return str(caught.value)


def part(**attributes):
    """Return the only instance of a new part without options, with these methods and claims."""
    made = dataclass(frozen=True)(type("Part", (), {"__doc__": "Break a promise.", **attributes}))
    globals()["Part"] = made  # where pickle looks for it
    return made()


def test_a_part_must_be_a_frozen_dataclass_with_a_sentence():
    """What is no value cannot be compared, kept or described."""

    class Plain:
        """Break a promise."""

    @dataclass
    class Loose:
        """Break a promise."""

    @dataclass(frozen=True)
    class Silent:
        pass

    assert "Silent is a class; give a part of it, with its options: " in refuted(testing.prove_map, Silent)
    assert "Plain is not a dataclass" in refuted(testing.prove_map, Plain())
    assert "Loose is not frozen" in refuted(testing.prove_map, Loose())
    assert "Silent: its docstring begins with no sentence" in refuted(testing.prove_map, Silent())


def test_pytest_shows_the_test_and_the_sentence(tmp_path):
    """None of the kit's own lines stand between."""
    test = tmp_path / "test_plain.py"
    test.write_text("from tokbench.testing import prove_map\n\ndef test_plain():\n    prove_map(object())\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(test)]
    shown = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path).stdout
    assert "Refuted: object is not a dataclass" in shown
    assert "prove_map(object())" in shown
    assert "def require" not in shown
    assert "proving.py" not in shown


@dataclass(frozen=True)
class Untold:
    """Have an option that no recipe can say."""

    table: object = frozenset({1})

    def apply(self, text):
        return text


def test_options_must_come_back_from_toml():
    """An option that TOML cannot hold is told before a user finds it."""
    assert "Untold" in refuted(testing.prove_map, Untold())


def test_a_part_must_be_declared(monkeypatch):
    """A package that forgot its entry point is told what to write."""
    monkeypatch.undo()
    message = refuted(testing.prove_map, part(apply=lambda self, text: text))
    assert 'below [project.entry-points."tokbench.maps"]' in message


def test_a_map_that_counts_its_calls():
    """Results may not depend on what came before."""
    calls = itertools.count()
    assert "a second time" in refuted(testing.prove_map, part(apply=lambda self, text: text + str(next(calls))))


def test_a_map_that_gives_no_text():
    """What is given is text; the smallest text for which it is not is named."""
    assert "apply('') gives None" in refuted(testing.prove_map, part(apply=lambda self, text: text or None))


def test_a_map_that_fails_on_a_text():
    """An error of the part's own is told with the smallest text that raises it."""

    def apply(self, text):
        if "中" in text:
            raise KeyError("no such letter")
        return text

    assert refuted(testing.prove_map, part(apply=apply)) == "'中': KeyError: 'no such letter'"


def test_results_that_depend_on_what_came_before():
    """Texts that come in another order give the same."""
    longest = [""]

    def work(text):
        longest.append(max(longest[-1], text, key=len))
        return longest[-1]

    with pytest.raises(Refuted, match="the text of 'b' depends on the order in which texts come: 'aaa', not 'b'"):
        values.prove_steady(work, ["b", "aaa"], "the text")


def test_results_that_depend_on_the_thread():
    """So do those of several threads."""
    home = threading.get_ident()
    with pytest.raises(Refuted, match="the thread of 'a' differs between threads: False, not True"):
        values.prove_steady(lambda text: threading.get_ident() == home, ["a"], "the thread")


def test_a_part_that_cannot_be_pickled():
    """Parts go to other processes."""
    held = part(apply=lambda self, text: text, __reduce__=lambda self: (lambda: None, ()))
    assert "Part cannot be pickled" in refuted(testing.prove_map, held)


def test_a_normalizer_that_claims_too_much():
    """A claim to be cut anywhere is refuted by the smallest text that needs its neighbor."""
    joins = part(keeps=("space",), build=lambda self: normalizers.Replace("brown fox", "brownfox"))
    message = refuted(testing.prove_normalizer, joins)
    assert message.startswith("keeps 'space': 'brown fox', cut before ' fox', is normalized to other text than whole")


def test_a_pre_tokenizer_that_claims_too_much():
    """So is a claim to end a word at every space."""
    keeps_spaces = part(cut="space", build=lambda self: pre_tokenizers.Punctuation())
    message = refuted(testing.prove_pre_tokenizer, keeps_spaces)
    assert message.startswith("cut = 'space': ")
    assert "has other words than whole" in message


def test_a_pre_tokenizer_that_splits_around_spaces():
    """A claim to keep a place is refuted by text that is split otherwise where it is cut there."""
    around = part(keeps=("space",), build=lambda self: pre_tokenizers.Split("a b", "isolated"))
    assert "keeps 'space': 'k br', cut before ' br', is split in other places" in refuted(
        testing.prove_pre_tokenizer, around
    )


def test_a_pre_tokenizer_that_looks_at_other_words():
    """Words that an earlier part made are split by themselves."""

    def pre_tokenize(self, text):
        halved = lambda place, word: [word[:1], word[1:]] if place % 2 and len(str(word.normalized)) > 1 else [word]  # noqa: E731
        text.split(halved)

    every_second = part(keeps=("word",), build=lambda self: self, pre_tokenize=pre_tokenize)
    assert "keeps 'word': the words" in refuted(testing.prove_pre_tokenizer, every_second)


def test_a_pre_tokenizer_that_drops_text():
    """Text that belongs to no word is named, unless that was said."""
    drops = part(build=lambda self: pre_tokenizers.Split("e", "removed"))
    assert refuted(testing.prove_pre_tokenizer, drops).startswith("the offsets [] of 'e' leave out ['e']")
    testing.prove_pre_tokenizer(drops, drops="e")


def test_a_model_that_requires_a_token_twice():
    """What a model requires is a set of strings."""
    twice = part(build=lambda self: models.BPE(), requires=lambda self: ["<unk>", "<unk>"])
    assert "distinct strings" in refuted(testing.prove_model, twice, trainer={"use": "bpe"})


def test_a_post_processor_that_hides_a_token():
    """A token that is added and not named may be missing from a vocabulary."""
    build = lambda self, ids: processors.TemplateProcessing(single="$A <s>", special_tokens=[("<s>", ids["<s>"])])  # noqa: E731
    message = refuted(testing.prove_post_processor, part(build=build), special_tokens={"bos": "<s>"})
    assert "it adds ['<s>'], which tokens() does not name" in message


class Crowding:
    """A post-processor in Python that no part is, only what one builds: longer text gets a token that has no room."""

    def num_special_tokens_to_add(self, is_pair):
        return 0

    def process(self, first, second):
        return [[each, *["<s>"] * (len(each) > 2)] for each in (first, second) if each is not None]


def test_a_post_processor_in_python_is_tried_on_any_text():
    """Also where the part builds it and is none itself; the smallest text that refutes it is told."""
    crowds = part(build=lambda self, ids: Crowding(), tokens=lambda self: ("<s>",))
    message = refuted(testing.prove_post_processor, crowds, special_tokens={"bos": "<s>"})
    assert "Crowding adds more tokens, 1, than num_special_tokens_to_add says, 0" in message


def test_a_decoder_is_tried():
    """A decoder that is right passes, and was asked for."""
    built = []

    def build(self):
        built.append(decoders.Fuse())
        return built[-1]

    testing.prove_decoder(part(build=build))
    assert built


def test_a_corpus_that_reads_once():
    """A second reading gives the same text, or kept counts would lie."""
    import pyarrow as pa

    left = iter(["a text"])

    def read(self, unit, columns, tally):
        for text in left:
            yield pa.record_batch({"text": pa.array([text])})

    once = part(units=lambda self: [Unit("text", "")], read=read)
    assert "text read again" in refuted(testing.prove_corpus, once)


def test_a_corpus_whose_faster_road_leads_elsewhere():
    """What a build reads is what `read` gives."""
    import pyarrow as pa

    def read(self, unit, columns, tally):
        yield pa.record_batch({"text": pa.array(["a text"])})

    other = part(
        units=lambda self: [Unit("text", "")],
        read=read,
        read_documents=lambda self, unit, tally: iter([Documents.of(["another"])]),
    )
    assert "text: the documents that a build reads" in refuted(testing.prove_corpus, other)


def test_a_corpus_that_one_thread_alone_can_read():
    """A part that says that its units may be read side by side is read so."""
    import pyarrow as pa

    owner = threading.get_ident()

    def read(self, unit, columns, tally):
        yield pa.record_batch({"text": pa.array(["a text" if threading.get_ident() == owner else "another"])})

    def units(self):
        return [Unit("text", "", size=6)]

    testing.prove_corpus(part(units=units, read=read))
    bound = part(units=units, read=read, beside=lambda self, unit: unit)
    assert "text: the documents that a thread reads while others read" in refuted(testing.prove_corpus, bound)


def test_a_corpus_whose_units_cannot_be_shared_out():
    """Builds share units out by their sizes."""
    import pyarrow as pa

    def read(self, unit, columns, tally):
        yield pa.record_batch({"text": pa.array(["a text"])})

    unsized = part(units=lambda self: [Unit("text", "")], read=read, beside=lambda self, unit: unit)
    assert "text: beside() needs units with a size" in refuted(testing.prove_corpus, unsized)


def test_an_engine_that_forgets():
    """An engine gives the counts of every word."""

    def count(self, units, plan, report):
        return WordCounts.of([]), Tally()

    assert "the word counts of text that may be cut, with 1 thread" in refuted(testing.prove_engine, part(count=count))


def test_an_engine_that_reads_one_unit():
    """Every unit counts."""

    def count(self, units, plan, report):
        return Local().count(units[:1], plan, report)

    assert "the word counts of text that may be cut" in refuted(testing.prove_engine, part(count=count))


def test_an_engine_that_cuts_where_it_must_not():
    """Text is cut where the plan says, and else seen whole."""

    def count(self, units, plan, report):
        splitter = Splitter.of(plan.pipeline, plan.classes, plain_strings=False)
        tally, found = Tally(), Counter()
        for text, times in (row for unit in units for documents in unit.read(tally) for row in documents):
            for chunk in re.split(r"(?<=[!-~])(?= )", text):
                for word in splitter.words(chunk):
                    found[word] += times
        return WordCounts.of(found.items()), tally

    assert "the word counts of whole documents" in refuted(testing.prove_engine, part(count=count))


def test_an_engine_that_counts_each_document_once():
    """Some stand for themselves more often, and nobody reads them so often."""

    def count(self, units, plan, report):
        found, tally = Local().count(units, plan, report)
        return WordCounts.of((word, min(times, 99)) for word, times in found), tally

    assert "the word counts of text that may be cut" in refuted(testing.prove_engine, part(count=count))


def test_an_engine_that_cannot_do_python():
    """Parts in Python are in a plan by their classes."""

    def count(self, units, plan, report):
        return Local().count(units, replace(plan, classes={}), report)

    assert "a part in Python, with 1 thread and unbounded bytes: ValueError" in refuted(
        testing.prove_engine, part(count=count)
    )


class Longest:
    """A measurement that remembers the last batch only."""

    size = 0

    def observe(self, texts, encodings):
        self.size = sum(map(len, texts))

    def result(self):
        return {"size": self.size} if self.size else {}


def test_a_metric_that_depends_on_batches():
    """Figures are the same however text comes."""
    assert "one text a batch" in refuted(testing.prove_metric, part(begin=lambda self, tokenizer: Longest()))


def test_a_task_that_leaves_its_sentence():
    """What is found lies within the sentence; the shortest for which it does not is named."""
    found = lambda self, tags: [("X", 0, len(tags) + 1)]  # noqa: E731
    bad = part(spans=False, metric="accuracy", columns={}, found=found)
    assert "found([]) leaves the sentence" in refuted(testing.prove_task, bad)


def test_an_exporter_that_writes_the_hour(tmp_path):
    """The same artifact gives the same bytes."""
    hours = itertools.count()

    def export(self, tokenizer, folder):
        (folder / "file").write_text(str(next(hours)), encoding="utf-8")
        return [folder / "file"]

    assert "a second export" in refuted(testing.prove_exporter, part(export=export), tokenizer=object())
    nothing = part(export=lambda self, tokenizer, folder: [])
    assert refuted(testing.prove_exporter, nothing, tokenizer=object()) == "export() names no file"


def test_an_importer_that_reads_anything(tmp_path):
    """A file of another format is refused, not guessed at."""
    from transformers import PreTrainedTokenizerFast

    empty = part(read=lambda self, path: PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE())))
    assert "without a word" in refuted(testing.prove_importer, empty, path=tmp_path / "file.bin")


CLOCK = itertools.count()


@dataclass(frozen=True)
class Words:
    """Train a model of whole words, with one fault."""

    makes: ClassVar[tuple[str, ...]] = ("wordlevel",)
    fault: str = ""
    vocab_size: int = 20

    def train(self, words, model, reserved, report):
        pairs = Counter({word: float(count) if self.fault == "doubles" else count for word, count in words})
        if not pairs and self.fault != "empty":
            raise TrainingError("trainer: there are no words to train on")
        if self.fault == "order":
            reserved = reserved[::-1]
        if self.fault == "seldom":
            pairs = {word: count for word, count in pairs.items() if count > 2}
        ranked = [word for word, _ in sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))]
        if self.fault == "doubles":
            ranked = sorted(ranked, key=lambda word: -pairs[word])
        if self.fault == "clock":
            ranked = ranked[next(CLOCK) % 2 :]
        tokens = list(dict.fromkeys([*reserved, *ranked]))[: self.vocab_size + (self.fault == "large")]
        return models.WordLevel({token: number for number, token in enumerate(tokens)}, unk_token="<unk>")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("order", "the first ids, which are for the reserved tokens"),
        ("large", "vocab_size: 20 tokens were asked for, and there are 21"),
        ("empty", "no words at all: it trains"),
        ("clock", "the model trained again on the same words"),
        ("seldom", "one word, 'cd', gives no token of its own: ['[PAD]', '<unk>', 'ab']"),
        ("doubles", "the vocabulary from counts above 2⁵³"),
    ],
)
def test_a_trainer_with_a_fault(fault, said):
    """Each fault of a trainer is found by the proof that is meant for it."""
    assert said in refuted(testing.prove_trainer, Words(fault))


def test_a_trainer_that_is_right_passes(monkeypatch):
    """The same trainer without a fault passes, and was asked to train."""
    trained, train = [], Words.train
    monkeypatch.setattr(Words, "train", lambda self, *given: trained.append(self) or train(self, *given))
    testing.prove_trainer(Words())
    assert trained


def test_a_trainer_that_is_too_small_in_silence():
    """A vocabulary that is smaller than was asked for has a reason."""
    assert "and no note says why" in refuted(testing.prove_trainer, Words(vocab_size=1000))
