"""What is done with a finished tokenizer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    from tokenizers import Encoding, Tokenizer
    from transformers import PreTrainedTokenizerFast


class Measurement(Protocol):
    """A metric at work on one tokenizer; all metrics of a run share one stream of encodings."""

    def observe(self, texts: Sequence[str], encodings: Sequence[Encoding]) -> None:
        """Take in a batch of documents and their encodings, without special tokens."""

    def result(self) -> Mapping[str, float]:
        """Return the figures, by name; none where nothing was seen that has one."""


class MetricPart(Protocol):
    """Measures a tokenizer on text: a table `[[metric]]` of a recipe, whose figures the card and the manifest show.

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
