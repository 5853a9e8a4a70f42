"""One counting and, where the trainer can, one training for several sizes of the vocabulary.

recipe, sizes 4,000 8,000 → name-4000, name-8000     each what `build` makes of that size alone
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tokbench.artifact import Artifact, new_artifact, require_vacant
from tokbench.contracts import EnginePart, Note, Report, silent
from tokbench.errors import UserError
from tokbench.making import Making
from tokbench.order import Order

if TYPE_CHECKING:
    from tokenizers import models


def build_sizes(
    recipe: str | os.PathLike[str] | Mapping[str, Any],
    sizes: Sequence[int],
    output: str | os.PathLike[str] | None = None,
    *,
    corpus: Any = None,
    counts: str | os.PathLike[str] | None = None,
    overrides: Sequence[str] = (),
    force: bool = False,
    checks: bool = True,
    threads: int | None = None,
    memory: int | None = None,
    engine: str | EnginePart = "local",
    trust_remote_code: bool = False,
    report: Report = silent,
) -> list[Artifact]:
    """Build a recipe at several sizes of the vocabulary, each into the folder `output-SIZE`, and prove them.

    Every artifact is, file by file, what `build` makes with the override `trainer.vocab_size=SIZE`. Text is counted
    once, and trainers that can (`bpe`, `wordpiece`) train once, at the largest size; others train each size on the
    same counts. The arguments are those of `build`; `[hub]`, which names one repository, is left alone. What was
    finished when an error is raised stays.
    """
    if not sizes:
        raise UserError("sizes: there are none; give at least one size of the vocabulary")
    order = Order(recipe, overrides, corpus, counts, threads, memory, engine, trust_remote_code, report)
    sweep = _sweep(order, sizes)
    folders = [Path(f"{output or making.drawn.recipe.name}-{size}") for size, making in sweep.items()]
    for folder in folders:
        require_vacant(folder, force=force)
    makings = list(sweep.values())
    makings[0].say_choices()
    makings[0].load_compared()
    for making in makings[1:]:
        making.compared = makings[0].compared
    for making, model, folder in zip(makings, _train(order, makings), folders, strict=True):
        with new_artifact(folder, force=force) as draft:
            making.complete(draft, model, checks=checks)
    return [Artifact.open(folder, trust_remote_code=True) for folder in folders]


def _sweep(order: Order, sizes: Sequence[int]) -> dict[int, Making]:
    """Return a build for each size; what is said of the first holds for all."""
    sweep: dict[int, Making] = {}
    for size in dict.fromkeys(sizes):
        sweep[size] = order.making(f"trainer.vocab_size={size}", report=silent if sweep else None)
    for making in sweep.values():
        making.report = order.report
    return sweep


def _train(order: Order, makings: Sequence[Making]) -> Iterator[models.Model]:
    """Yield the model of each size: of one training where the trainer can, else trained when it is asked for."""
    first = makings[0]
    at_once = hasattr(first.drawn.trainer, "train_sizes")
    if len(makings) > 1 and not at_once:
        _say_one_by_one(first)
    if first.reads and not order.counts:
        yield from map(order.train, makings)
        return
    words = order.words(first)
    for making in makings[1:]:
        making.follow(first)
    if not at_once:
        yield from (making.train_words(words) for making in makings)
        return
    drawn, sizes = first.drawn, [making.drawn.trainer.vocab_size for making in makings]
    with first.stage("train"):
        trained = iter(drawn.trainer.train_sizes(words, drawn.model, drawn.reserved, sizes, first.report))
    del words  # before anything else takes memory
    for making in makings:
        with making.stage("train"):
            model = cast("models.Model", next(trained))
        yield model


def _say_one_by_one(making: Making) -> None:
    use = making.drawn.recipe.trainer
    what = "text is read for" if making.reads else "the same counts train"
    making.report(Note(f"trainer: {use.name if use else ''} cannot be cut to smaller sizes; {what} each of them"))
