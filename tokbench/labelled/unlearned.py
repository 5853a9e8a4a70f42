"""Labels that another split has and the training split lacks.

No model can find them, whatever its tokenizer. Where they are some of many, all tokenizers lose the same by them, and
what they lose is told; where they are all there is to find, the splits do not belong together, and are refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from tokbench.errors import DataError
from tokbench.labelled.sentences import SPLITS, Sentence, Split
from tokbench.wording import counted

if TYPE_CHECKING:
    from tokbench.contracts import TaskPart

Labels = Mapping[Split, Counter[str]]
"""How many spans, or words where each has a label of its own, have which label."""


def labels_of(task: TaskPart, splits: Mapping[Split, Sequence[Sentence]]) -> dict[Split, Counter[str]]:
    """Return how often each label is there to find in each split: ``B-PER I-PER O → PER 1``."""
    return {
        split: Counter(label for sentence in sentences for label, _, _ in task.found(sentence.tags))
        for split, sentences in splits.items()
    }


def unlearned(labels: Labels, split: Split) -> dict[str, int]:
    """Return how often each label is there that the training split lacks, sorted."""
    return {label: times for label, times in sorted(labels[split].items()) if label not in labels["train"]}


def refuse_strangers(labels: Labels, sources: Mapping[Split, str]) -> None:
    """Raise `DataError` where a split has no label of the training split."""
    for split in SPLITS[1:]:
        if labels.get(split) and not labels[split].keys() & labels["train"].keys():
            raise DataError(
                f"{sources[split]}: none of its labels ({_named(labels[split])}) is one of {sources['train']}"
                f" ({_named(labels['train'])}), so no model can find any; name splits of one set, or mend the labels"
            )


def unlearned_notes(labels: Labels, sources: Mapping[Split, str], *, spans: bool) -> Iterator[str]:
    """Yield a sentence for each split that has such labels: which, where, how often."""
    for split in SPLITS[1:]:
        lacking = unlearned(labels, split) if split in labels else {}
        if lacking:
            whole = counted(labels[split].total(), "span" if spans else "word")
            shown = ", ".join(f"'{label}' {times:,}" for label, times in lacking.items())
            yield (
                f"{sources[split]}: {sum(lacking.values()):,} of {whole} have a label that {sources['train']} lacks"
                f" ({shown}); no model can find them, and each is an error; mend the labels if that is not meant"
            )


def _named(labels: Mapping[str, int]) -> str:
    names = sorted(labels)
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
