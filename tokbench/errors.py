"""Every error that tokbench raises on purpose.

    TokbenchError
    ├── UserError            the user can mend it: one clear sentence, exit code 2
    │   ├── RecipeError      the recipe has problems; carries all of them
    │   ├── PartError        a part is unknown, doubled, or its package is broken
    │   │   └── MetricFailed a metric could not measure a tokenizer; carries its name
    │   ├── CorpusError      the text is missing, unreadable, or not what the recipe says
    │   ├── DataError        the labelled data are missing, unreadable, or not what the task can learn from
    │   ├── TrainingError    the words cannot make the vocabulary that was asked for
    │   ├── ArtifactError    an artifact is missing, in the way, or not an artifact
    │   ├── CoreMissing      tokbench runs from its source, beside which there is no compiled core
    │   └── HubError         the Hub, or the way to it, refuses
    └── CheckFailed          the artifact was made, and a proof on it failed: exit code 1

Messages follow one grammar: *where: which key: what is wrong; how to mend it*.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class TokbenchError(Exception):
    """The root: catching it catches all that tokbench raises on purpose."""

    exit_code = 2


class UserError(TokbenchError):
    """Something that the user can mend; the message says how."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with a recipe, where it stands.

    `line` is 1-based, 0 for the recipe as a whole; `where` is the file or the `--set` that said it.
    """

    line: int
    where: str
    key: str
    what: str

    def __str__(self) -> str:
        """Return ``finnish.toml:7: trainer.vocab_sise: bpe has no such option; did you mean 'vocab_size'?``."""
        place = f"{self.where}:{self.line}" if self.line else self.where
        return ": ".join(piece for piece in (place, self.key, self.what) if piece)


class RecipeError(UserError):
    """A recipe that cannot be built, with every problem found, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class PartError(UserError):
    """A part that is unknown, claimed by two packages, or that its package could not deliver."""


class MetricFailed(PartError):
    """A metric that raised an error of its own while it measured a tokenizer."""

    def __init__(self, metric: str, cause: Exception) -> None:
        self.metric = metric
        super().__init__(f"metric '{metric}': {type(cause).__name__}: {cause}")


class CorpusError(UserError):
    """Text that is missing, unreadable, or not of the shape that the recipe says."""


class DataError(UserError):
    """Labelled data that are missing, unreadable, or from which nothing can be learned."""


class CoreMissing(UserError, ImportError):
    """Tokbench runs from its source, beside which there is no compiled core."""


class TrainingError(UserError):
    """Words from which the vocabulary that was asked for cannot be trained."""


class ArtifactError(UserError):
    """A folder that is not an artifact, or one that stands where a new artifact should go."""


class HubError(UserError):
    """What the Hub refuses, or the way to it; no token is ever in its message."""


class CheckFailed(TokbenchError):
    """An artifact on which at least one proof failed."""

    exit_code = 1
