"""The path of the data, from recipe to proven artifact.

corpora → word counts → model → tokenizer → artifact → checks
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokbench.artifact import Artifact, new_artifact
from tokbench.contracts import EnginePart, Report, silent
from tokbench.hub.after_build import publish, require_login
from tokbench.order import Order

if TYPE_CHECKING:
    from tokbench.counting.words import WordCounts
    from tokbench.recipe.recipe import Recipe


def build(
    recipe: str | os.PathLike[str] | Mapping[str, Any] | Recipe,
    output: str | os.PathLike[str] | None = None,
    *,
    corpus: Any = None,
    counts: str | os.PathLike[str] | None = None,
    overrides: Sequence[str] = (),
    force: bool = False,
    checks: bool = True,
    push: bool = True,
    threads: int | None = None,
    memory: int | None = None,
    engine: str | EnginePart = "local",
    trust_remote_code: bool = False,
    report: Report = silent,
) -> Artifact:
    """Build the tokenizer of a recipe into the folder `output`, by default the recipe's name, and prove it.

    Where the recipe has a table `[hub]`, the artifact is then published as it says, unless `push` is false.

    `recipe` is a TOML file, its tables, or a `Recipe`. `corpus`, an iterable of strings or a `datasets` object, stands
    for the recipe's own corpora; `counts`, a Parquet file of words and counts, for the counting too. `overrides` are
    changes such as `trainer.vocab_size=8000`. Without `checks` nothing is proved, and the manifest says so. `threads`,
    by default the machine's cores, `memory`, the bytes that counts may take before they go to disk, by default a
    quarter of the machine's, and `engine`, the part that counts or its name, do not change the result. Python that a
    tokenizer in `[base]` brings along runs only with `trust_remote_code`.

    Raises `UserError` where something must be mended, and `CheckFailed` where a proof failed; either way the folder
    is as it was, unless only the push failed.
    """
    order = Order(recipe, overrides, corpus, counts, threads, memory, engine, trust_remote_code, report)
    making = order.making()
    folder = Path(output or making.drawn.recipe.name)
    published = making.drawn.recipe.hub if push else None
    if published:
        require_login(report)  # now, and not when the training is done
    making.load_compared()
    with new_artifact(folder, force=force) as draft:
        making.say_choices()
        model = order.train(making)
        making.complete(draft, model, checks=checks)
    artifact = Artifact.open(folder, trust_remote_code=True)  # its code is what was built here
    if published:
        publish(artifact, published, report)
    return artifact


def count(
    recipe: str | os.PathLike[str] | Mapping[str, Any] | Recipe,
    output: str | os.PathLike[str],
    *,
    corpus: Any = None,
    overrides: Sequence[str] = (),
    threads: int | None = None,
    memory: int | None = None,
    engine: str | EnginePart = "local",
    trust_remote_code: bool = False,
    report: Report = silent,
) -> WordCounts:
    """Write the counts of a recipe's words to the Parquet file `output`, and return them; `build` trains from it.

    The arguments are those of `build`.
    """
    from tokbench.counting.files import require_file, write_counts

    require_file(Path(output))
    order = Order(recipe, overrides, corpus, None, threads, memory, engine, trust_remote_code, report)
    making = order.making()
    words = order.words(making)
    write_counts(words, Path(output), making.drawn.pipeline)
    return words
