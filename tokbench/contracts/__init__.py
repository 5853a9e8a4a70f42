"""What a part of each kind must do: the place that a plugin author reads.

A part is a frozen dataclass. Its fields are its options; their types and defaults are what a recipe may say, and a
line `option: what it does` of the class docstring is what users read of each. Construction is cheap and does no I/O;
work begins in the one method that the Protocol of its kind has. A part imports nothing of tokbench unless it wants to:
Protocols are checked by shape.

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

Every name is imported from here, `from tokbench.contracts import Place`. What the words mean that several kinds use is
in `places.py` and `progress.py`; the Protocols are in `stages.py` (normalizer, pre-tokenizer, model, decoder,
post-processor), `training.py`, `text.py` (corpus, map), `counting.py` (engine) and `using.py` (metric, task, exporter,
importer).
"""

from tokbench.contracts.counting import CountingPlan, EnginePart, WorkUnit
from tokbench.contracts.places import EVERYWHERE, Cut, Place, Suggestions
from tokbench.contracts.progress import Note, Progress, Report, silent
from tokbench.contracts.stages import (
    DecoderPart,
    ModelPart,
    NormalizerPart,
    PostProcessorPart,
    PreTokenizerPart,
    TokenSpan,
)
from tokbench.contracts.text import CorpusPart, MapPart, Tally, Unit
from tokbench.contracts.training import CorpusTrainerPart, TextTrainerPart, TrainerPart, TrainingCorpus
from tokbench.contracts.using import Encode, ExporterPart, ImporterPart, Measurement, MetricPart, TaskPart

__all__ = [
    "EVERYWHERE",
    "CorpusPart",
    "CorpusTrainerPart",
    "CountingPlan",
    "Cut",
    "DecoderPart",
    "Encode",
    "EnginePart",
    "ExporterPart",
    "ImporterPart",
    "MapPart",
    "Measurement",
    "MetricPart",
    "ModelPart",
    "NormalizerPart",
    "Note",
    "Place",
    "PostProcessorPart",
    "PreTokenizerPart",
    "Progress",
    "Report",
    "Suggestions",
    "Tally",
    "TaskPart",
    "TextTrainerPart",
    "TokenSpan",
    "TrainerPart",
    "TrainingCorpus",
    "Unit",
    "WorkUnit",
    "silent",
]
