"""What a part of each kind must do: the page that a plugin author reads.

A part is a frozen dataclass. Its fields are its options; their types and defaults are what a recipe may say, and
the field's own docstring-like comment is found in the class docstring. Construction is cheap and does no I/O; work
begins in the one method below. A part imports nothing of tokbench unless it wants to: these are Protocols, checked
by shape.

    @dataclass(frozen=True)
    class GermanFold:
        '''Spell German letters in ASCII: "Straße" becomes "Strasse".'''

        sharp_s: str = "ss"

        def build(self) -> Normalizer:
            folds = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": self.sharp_s}
            return Sequence([Replace(old, new) for old, new in folds.items()])

and, in its package's pyproject.toml:

    [project.entry-points."tokbench.normalizers"]
    german-fold = "tokbench_german:GermanFold"

Options are strings, integers, floats, booleans, lists of them (typed `tuple[str, ...]`), tables (typed
`dict[str, str]`), or `pathlib.Path` (resolved against the recipe's folder). A wrong value is refused by its type;
what types cannot say, `__post_init__` says with a `ValueError`.

Where no component of `tokenizers` will do, `build` of a normalizer, a pre-tokenizer, a decoder or a post-processor
returns an object with the method that is said there, often the part itself. Its source then travels with every
tokenizer that is built with it, so that this loads where neither the package nor tokbench is installed:

    @dataclass(frozen=True)
    class Syllables:
        '''Split words after vowels: "token" becomes "to", "ke", "n".'''

        vowels: str = "aeiou"
        keeps: ClassVar = ("any-space", "space", "ascii-space", "word")

        def build(self) -> Syllables:
            return self

        def pre_tokenize(self, text: PreTokenizedString) -> None:
            text.split(lambda _, piece: self.pieces(piece))

        def pieces(self, piece: NormalizedString) -> list[NormalizedString]:
            spans = self.spans(str(piece.normalized))
            return [piece[start:end] for start, end in spans]

The module of the class travels with the modules of its package that it imports. Of other packages it becomes known what
must be installed; tokbench may be imported under TYPE_CHECKING only. Options are JSON's: strings, numbers, tuples,
dictionaries. What cannot travel so (a package with data files, compiled code, or a hundred modules) says
`travels: ClassVar[bool] = False`, and its package must be installed where such a tokenizer is loaded. Ids must not
depend on the version of Python: `unicodedata` and `str.isdigit` do.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    from tokenizers import Encoding, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    from tokbench.counting.words import WordCounts
    from tokbench.documents import Documents

Cut = Literal["space", "ascii-space", "never"]
"""Where a pipeline lets text be cut: the widest place that its parts together allow; `never` is whole documents."""

Place = Literal["any-space", "space", "ascii-space", "word", "never"]
"""A place in text, as a part sees it, where the words before it may be found apart from the words behind it.

`any-space`: before a U+0020, whatever precedes it. `space`: the same, where a solid character precedes it (neither
white space nor anything that a normalizer may drop; `tokbench.counting.cuts` lists them). `ascii-space`: the same,
where that is printable ASCII. `word`: between two words that an earlier pre-tokenizer made. `never`: nowhere.
"""

EVERYWHERE: tuple[Place, ...] = ("any-space", "space", "ascii-space", "word")
"""Every place: what a part keeps that changes or splits text without a look at the spaces."""

Suggestions = Mapping[str, Any]
"""Pieces of a recipe that fit a part, used where the recipe is silent: `{"decoder": [{"use": "byte-level"}]}`."""


# ---------------------------------------------------------------- progress


@dataclass(frozen=True)
class Progress:
    """How far a stage is: `done` of `total` (None: unknown), counted in `unit` ("documents", "bytes", "merges")."""

    stage: str
    done: int
    total: int | None
    unit: str
    told: str = ""
    """What is worth a look beside it: a loss, a score."""


@dataclass(frozen=True)
class Note:
    """Something the user should know: a default that was chosen, text that was skipped."""

    text: str


Report: TypeAlias = "Callable[[Progress | Note], None]"
"""Where long work says how it goes; the command line draws it, a library's caller may ignore it."""


def silent(event: Progress | Note) -> None:
    """Report to nobody: the default of every function that reports."""


# ---------------------------------------------------------------- the stages of a tokenizer


class NormalizerPart(Protocol):
    """Changes text before it is split: `"Straße" → "strasse"`.

    In Python: `normalize(text: NormalizedString)`, which changes the text in place.

    Optional: `keeps: tuple[Place, ...]`, the places across which it does not look, and that are such places still
    in what it gives (silence: none); `suggests()`, see `Suggestions`.
    """

    def build(self) -> normalizers.Normalizer:
        """Return the component."""


class PreTokenizerPart(Protocol):
    """Splits text into words: `"a word" → ["a", "Ġword"]`.

    In Python: `pre_tokenize(text: PreTokenizedString)`, which splits the text in place, piece by piece.

    Optional: `cut: Place`, the widest place where it always ends a word, and across which it does not look
    (silence: never); `keeps`, as a normalizer's, for a part that does not always split there; `suggests()`: the
    decoder and the alphabet that fit.
    """

    def build(self) -> pre_tokenizers.PreTokenizer:
        """Return the component."""


class ModelPart(Protocol):
    """Splits words into tokens: `"Ġword" → ["Ġw", "ord"]`.

    An option called `unk_token` is filled from `[special_tokens] unk` where the recipe is silent.
    Optional: `requires()`, the tokens that its vocabulary must hold whatever the words are (its unknown token, the
    256 byte tokens); `suggests()`: the decoder that fits; `trained_as: ClassVar[str]`, the name of the built-in model
    whose trainers can fill it too: `"bpe"` for a plugin's BPE with other options.
    """

    def build(self) -> models.Model:
        """Return the model with its options and an empty vocabulary."""


class DecoderPart(Protocol):
    """Puts tokens back into text: `["Ġw", "ord"] → " word"`.

    In Python: `decode_chain(tokens: list[str]) -> list[str]`, or `decode(tokens: list[str]) -> str`. Behind decoders of
    `tokenizers` in a list, `tokens` is their text, as one string.
    """

    def build(self) -> decoders.Decoder:
        """Return the component."""


class TokenSpan(Protocol):
    """Tokens of a text that follow one another, as a post-processor in Python sees them."""

    @property
    def text(self) -> Any:
        """Return the whole text, as it was given; its words where `is_split_into_words` was said."""

    @property
    def ids(self) -> list[int]:
        """Return the id of each token."""

    @property
    def tokens(self) -> list[str]:
        """Return the tokens."""

    @property
    def offsets(self) -> list[tuple[int, int]]:
        """Return which characters of the text, or of its word, each token stands for."""

    @property
    def words(self) -> list[int | None]:
        """Return which word of the text each token is from; None for what another post-processor added."""

    def __len__(self) -> int:
        """Return how many tokens there are."""

    def __getitem__(self, places: slice) -> TokenSpan:
        """Return some of them, in their order."""


class PostProcessorPart(Protocol):
    """Adds what a model expects around a sequence: `[CLS] … [SEP]`.

    In Python, the part itself has `process(first: TokenSpan, second: TokenSpan | None)`, which returns for each of the
    sequences a list of what it is made of, in its order: special tokens as strings, and the span or slices of it. It is
    called for each window of a text that is cut to length; where no special tokens are asked for, the strings are left
    out. And it has `num_special_tokens_to_add(is_pair: bool) -> int`: how many strings it returns at most, for which
    truncation leaves room. `build` returns the part.

        def process(self, first, second):
            texts = [first] if second is None else [first, second]
            tags = ["<th>" if "ก" <= text.text[:1] <= "๛" else "<en>" for text in texts]
            return [[tag, text] for tag, text in zip(tags, texts)]

    Optional: `tokens()`, the tokens it names, which the vocabulary must hold; `type_ids: ClassVar[bool]`, that it
    tells the sequences of a pair apart.
    """

    def build(self, ids: Mapping[str, int]) -> processors.PostProcessor:
        """Return the component; `ids` maps each token of the trained vocabulary to its id."""


# ---------------------------------------------------------------- training


class TrainerPart(Protocol):
    """Makes a vocabulary from word counts.

    `words` gives (word, count) when iterated, each word once, in an order that depends on nothing but the words, and
    spelled as the pre-tokenizer left them (byte-level: "Ġword"). The options of the model part are its attributes:
    `model.unk_token`. No words are a `tokbench.errors.TrainingError`; what the user should know is a `Note`.
    `makes` names the model parts that it trains, the first being the one a recipe gets when it names none.
    `reserved` are the tokens that take the first ids, in this order: the special tokens, then what the model
    requires. `len(result vocabulary)` is `vocab_size`, or the trainer says by `report` why it is smaller.

    Optional: `train_sizes(words, model, reserved, sizes, report)`, a list of what `train` returns at each of several
    values of `vocab_size`, for a trainer that need not train each.
    """

    makes: ClassVar[tuple[str, ...]]

    def train(self, words: WordCounts, model: Any, reserved: Sequence[str], report: Report) -> models.Model:
        """Return the trained model, of the options that the model part `model` has."""


class TextTrainerPart(Protocol):
    """Makes a vocabulary from running text, where counts of words do not tell enough."""

    makes: ClassVar[tuple[str, ...]]

    def train_text(
        self, texts: Iterable[str], tokenizer: Tokenizer, model: Any, reserved: Sequence[str], report: Report
    ) -> models.Model:
        """Return the trained model; `tokenizer` carries the recipe's normalizer and pre-tokenizer."""


class TrainingCorpus(Protocol):
    """The corpora of a build, for a trainer that needs more of them than the counts of all words.

    Nothing is read before it is asked for, and words that were counted before come from what was kept. Where the build
    starts from a file of counts there are `words` and nothing else, and asking for more is a `RecipeError`.
    """

    @property
    def words(self) -> WordCounts:
        """Return the counts of the words of all corpora."""

    @property
    def bytes(self) -> int:
        """Return how much text there is, in UTF-8."""

    @property
    def tokenizer(self) -> Tokenizer:
        """Return a tokenizer with the normalizer and pre-tokenizer that made the words, and an empty model."""

    def languages(self) -> Mapping[str, WordCounts]:
        """Return the counts of the words of each language, sorted; a corpus without one is a `CorpusError`."""

    def texts(self) -> Iterator[str]:
        """Return the documents, streamed from the beginning at each call."""


class CorpusTrainerPart(Protocol):
    """Makes a vocabulary from more than word counts, or from other than all of them together.

    Optional, of any trainer: `finished(pre_tokenizer)`, which returns the pre-tokenizer of the finished tokenizer,
    where that is not the one whose words were counted.
    """

    makes: ClassVar[tuple[str, ...]]

    def train_corpus(self, corpus: TrainingCorpus, model: Any, reserved: Sequence[str], report: Report) -> models.Model:
        """Return the trained model, of the options that the model part `model` has."""


# ---------------------------------------------------------------- text


@dataclass(frozen=True)
class Unit:
    """A piece of a corpus that is read as a whole, and apart from the others: a file, a shard, a range.

    `name` is shown in messages and is the same on every machine; `fingerprint` changes when the text may have
    changed, and is empty where nobody can tell, so that nothing is kept; `handle` is the part's own and can be pickled.
    `size` is what `Tally.stored` grows by when all of it is read, where the part can tell.
    """

    name: str
    fingerprint: str
    handle: Any = None
    size: int | None = None


@dataclass
class Tally:
    """What was read and what was not: documents, UTF-8 bytes of text, and documents skipped by reason."""

    documents: int = 0
    bytes: int = 0
    stored: int = field(default=0, compare=False)
    """Bytes read as they are stored, compressed or not: with the units' sizes, how far the reading is."""
    replaced: int = 0
    """Documents in which something that is not text became U+FFFD, as the recipe asked."""
    skipped: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    """sha256 of the content of each unit, by the unit's name, where the part could tell."""
    samples: list[str] = field(default_factory=list)
    """The beginnings of the first documents, on which the checks try the tokenizer."""

    SAMPLES: ClassVar[int] = 64
    SAMPLE_LENGTH: ClassVar[int] = 2000

    def sample(self, texts: Iterable[str]) -> None:
        """Keep the beginnings of documents, as long as there is room for them."""
        room = self.SAMPLES - len(self.samples)
        self.samples += (text[: self.SAMPLE_LENGTH] for text in itertools.islice(texts, room))

    def skip(self, reason: str, documents: int = 1) -> None:
        """Count documents that were left out, as the recipe asked."""
        self.skipped[reason] = self.skipped.get(reason, 0) + documents

    def add(self, other: Tally) -> None:
        """Add what another part of the work read."""
        self.documents += other.documents
        self.bytes += other.bytes
        self.stored += other.stored
        self.replaced += other.replaced
        for reason, documents in other.skipped.items():
            self.skip(reason, documents)
        self.digests.update(other.digests)
        self.sample(other.samples)


class CorpusPart(Protocol):
    """Gives text, in Arrow batches, never held whole.

    Optional: `counted: ClassVar[bool]`, that its rows carry a `count`; `read_documents(unit, tally)`, which yields the
    same text as `Documents` where no other columns are asked for, and need not import Arrow. A subclass that overrides
    `read` alone is read by it.
    """

    def units(self) -> Sequence[Unit]:
        """Return the pieces of the corpus, in a fixed order, without reading their text."""

    def read(self, unit: Unit, columns: Sequence[str], tally: Tally) -> Iterator[pa.RecordBatch]:
        """Yield batches with a column `text` (any string type), one document a row, and the other `columns` asked for.

        `columns` are those that `where` in the recipe looks at; one that is not there is a `CorpusError`, and so is
        text that is missing, unreadable or not text. A batch has some thousand documents, or some megabytes. A column
        `count` (int64), where there is one, says how often a row stands for itself. Skipped documents go to
        `tally.skip`; documents and bytes read are counted by the caller.
        """


class MapPart(Protocol):
    """Mends the text of a document before anything else sees it: `"&amp;" → "&"`."""

    def apply(self, text: str) -> str:
        """Return the mended text."""


class WorkUnit(Protocol):
    """A piece of the corpora as an engine sees it: filtered, mapped, ready to count; it can be pickled.

    Equal fingerprints, equal text; an empty one means that nobody can tell, and nothing is kept.
    """

    @property
    def name(self) -> str:
        """Return what messages call it."""

    @property
    def fingerprint(self) -> str:
        """Return what changes when the text may have changed."""

    @property
    def size(self) -> int | None:
        """Return how much `Tally.stored` grows by when all of it is read; None where nobody can tell."""

    @property
    def language(self) -> str | None:
        """Return the language that the recipe says its text is in; None where it says none, or several."""

    def read(self, tally: Tally) -> Iterator[Documents]:
        """Yield its documents, some at a time, weighted or not; adds to `tally`."""


@dataclass(frozen=True)
class CountingPlan:
    """How text becomes words: the normalizer and pre-tokenizer, and where text may be cut before them.

    `pipeline` is the JSON of a `tokenizers.Tokenizer` that has both and an empty model; of parts in Python it has the
    names, and `classes` their classes (`tokbench.carried.stages.load` makes the tokenizer of the two). `memory` is how
    many bytes the counts may take before they go to disk; 0 leaves it to the engine. `plain_strings` lets parts in
    Python be run on plain strings, once these have given the same words.
    """

    pipeline: str
    cut: Cut
    threads: int
    memory: int = 0
    classes: Mapping[str, type] = field(default_factory=dict)
    plain_strings: bool = True


class EnginePart(Protocol):
    """Counts words, wherever the work runs."""

    def count(self, units: Sequence[WorkUnit], plan: CountingPlan, report: Report) -> tuple[WordCounts, Tally]:
        """Return the counts of the words of all units, and what was read."""


# ---------------------------------------------------------------- after the build


class Measurement(Protocol):
    """A metric at work on one tokenizer; all metrics of a run share one stream of encodings."""

    def observe(self, texts: Sequence[str], encodings: Sequence[Encoding]) -> None:
        """Take in a batch of documents and their encodings, without special tokens."""

    def result(self) -> Mapping[str, float]:
        """Return the figures, by name; none where nothing was seen that has one."""


class MetricPart(Protocol):
    """Measures a tokenizer on text.

    Optional: `offsets: ClassVar[bool]`, that the encodings must know where their tokens stand in the text; without
    it they may not, which is faster.
    """

    def begin(self, tokenizer: Tokenizer) -> Measurement:
        """Return a measurement of this tokenizer that has seen no text yet."""


class TaskPart(Protocol):
    """Says what is learned from a labelled set: which tags are read, and what counts as found in a sentence.

    Everything else, from batches to the bootstrap, is the same for every task. `spans`: tags are IOB2 and mark spans
    of words; else each word has a label of its own. `metric` is what its score is called ("F1", "accuracy"); `columns`
    is what to read where the recipe does not say, by the format of the file: `conll`, `conllu`, `rows`.
    """

    spans: ClassVar[bool]
    metric: ClassVar[str]
    columns: ClassVar[Mapping[str, str]]

    def found(self, tags: Sequence[str]) -> Sequence[tuple[str, int, int]]:
        """Return what the tags of a sentence say: (label, first word, word after the last), in order."""


Encode: TypeAlias = "Callable[[str], Sequence[int]]"
"""Text → ids, without special tokens around it, and with none of them found in it."""


class ExporterPart(Protocol):
    """Writes a tokenizer in the format of another library: `tokbench export … --to NAME --set OPTION=VALUE`.

    `folder` is there, and empty. `tokenizer.backend_tokenizer.to_str()` has all there is to know, as tokenizer.json.
    Optional: `encoder(folder) -> Encode`, what the other library makes of the files; the export is then proved.
    """

    def export(self, tokenizer: PreTrainedTokenizerFast, folder: Path) -> Sequence[Path]:
        """Return the files written; a tokenizer that the format cannot express is a `ValueError`."""


class ImporterPart(Protocol):
    """Reads a tokenizer in the format of another library: `tokbench import PATH --from NAME --set OPTION=VALUE`.

    `path` is what the user named, a file or a folder, which may not be there.
    Optional: `encoder(path) -> Encode`, what the other library makes of the file; the import is then proved.
    """

    def read(self, path: Path) -> PreTrainedTokenizerFast:
        """Return the tokenizer; a file that cannot be read, or says too little, is a `ValueError`."""
