"""Save a fine-tuned model with its tokenizer, and prove that stock `transformers` reads both as they were."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from transformers import AutoConfig, AutoTokenizer

from tokbench.carried.consent import code_beside
from tokbench.checks.probes import PROBES
from tokbench.errors import CheckFailed
from tokbench.recipe.tables import ROLES
from tokbench.validation.loading import quiet
from tokbench.validation.windows import laid_out

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from tokbench.validation.learner import Learner

PROVED = 50
"""How many sentences the saved tokenizer is tried on."""


def save(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, size: int, texts: Sequence[str], folder: Path
) -> None:
    """Write both to `folder`, for `pipeline("token-classification", folder)`; `size` is the longest input.

    Raises `CheckFailed` where the tokenizer, loaded again with the model's config.json beside it, gives other ids, or
    the configuration names others.
    """
    tokenizer.model_max_length = size
    with quiet():
        model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    _prove_ids(tokenizer, [*PROBES, *texts], folder)
    _prove_config(tokenizer, folder)


def save_learned(learner: Learner, folder: Path) -> None:
    """Save what has learned, and try the tokenizer on some of what it learned from."""
    texts = [laid_out(sentence)[0] for sentence in learner.data.train[:PROVED]]
    save(learner.model, learner.tokenizer, learner.windowing.size, texts, folder)


def _prove_ids(tokenizer: PreTrainedTokenizerFast, texts: Sequence[str], folder: Path) -> None:
    """Raise where the config.json, which can change the class of a tokenizer, changed its ids."""
    carries = code_beside(folder) is not None  # which runs already, or nothing would have been saved
    loaded = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=carries)
    for text in texts:
        if loaded.backend_tokenizer.encode(text).ids != tokenizer.backend_tokenizer.encode(text).ids:
            raise CheckFailed(
                f"{folder}: beside the model's config.json, the tokenizer loads as a {type(loaded).__name__}, and gives"
                f" other ids for {text[:60]!r}"
            )


def _prove_config(tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    highest = max(tokenizer.get_vocab().values())
    if highest >= config.vocab_size:
        raise CheckFailed(f"{folder}: the tokenizer has the id {highest}, and the model {config.vocab_size} vectors")
    for role in ROLES:
        told, own = getattr(config, f"{role}_token_id", None), getattr(tokenizer, f"{role}_token_id")
        if told is not None and told != own:
            raise CheckFailed(f"{folder}: config.json gives {role} the id {told}, and the tokenizer {own}")
