"""Load what is fine-tuned: tokenizers, and models that label tokens, from a checkpoint or new ones."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch
from transformers import (
    AutoConfig,
    AutoModelForMaskedLM,
    AutoModelForTokenClassification,
    AutoTokenizer,
    BertConfig,
    ModernBertConfig,
    PreTrainedConfig,
    PreTrainedTokenizerFast,
)
from transformers.models.auto.configuration_auto import CONFIG_MAPPING
from transformers.models.auto.modeling_auto import MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING
from transformers.utils import logging
from transformers.utils.hub import cached_file

from tokbench.carried.consent import require_consent
from tokbench.errors import UserError
from tokbench.recipe.tables import ROLES

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from tokbench.validation.outcome import Candidate
    from tokbench.validation.settings import ModelSettings

DROPOUTS = (
    *("hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout"),  # BERT's and its kin's
    *("attention_dropout", "embedding_dropout", "mlp_dropout"),  # ModernBERT's
    *("dropout", "activation_dropout", "hidden_dropout", "seq_classif_dropout"),
)
BERT_SIZES = {
    "tiny": {"num_hidden_layers": 2, "hidden_size": 128, "num_attention_heads": 2, "intermediate_size": 512},
    "small": {"num_hidden_layers": 4, "hidden_size": 512, "num_attention_heads": 8, "intermediate_size": 2048},
    "base": {"num_hidden_layers": 12, "hidden_size": 768, "num_attention_heads": 12, "intermediate_size": 3072},
}
"""Those of Turc, Chang, Lee and Toutanova, "Well-Read Students Learn Better", 2019."""
MODERN_BERT_SIZES = {
    "tiny": {"num_hidden_layers": 4, "hidden_size": 128, "num_attention_heads": 2, "intermediate_size": 192},
    "small": {"num_hidden_layers": 10, "hidden_size": 384, "num_attention_heads": 6, "intermediate_size": 576},
    "base": {"num_hidden_layers": 22, "hidden_size": 768, "num_attention_heads": 12, "intermediate_size": 1152},
}
"""`base` is that of Warner et al., "Smarter, Better, Faster, Longer", 2024; the others are as wide for their depth."""


def load_tokenizer(
    source: str, revision: str | None = None, *, trust_remote_code: bool = False
) -> PreTrainedTokenizerFast:
    """Return the fast tokenizer of a folder or a repository of the Hub, as stock `transformers` loads it.

    Python that it carries runs only with `trust_remote_code`; raises `ArtifactError` where it carries some without.
    """
    with _explained(source, "tokenizer"):
        carries = require_consent(_folder_of(source, revision), trust_remote_code, source)
        tokenizer = AutoTokenizer.from_pretrained(source, revision=revision, trust_remote_code=carries)
    if not isinstance(tokenizer, PreTrainedTokenizerFast):
        raise UserError(
            f"'{source}' loads as a {type(tokenizer).__name__}, which does not tell where its tokens stand in the text;"
            " name a tokenizer that has a tokenizer.json"
        )
    return tokenizer


def tokenizer_of(candidate: Candidate) -> PreTrainedTokenizerFast:
    """Return the tokenizer of a candidate."""
    return load_tokenizer(candidate.source, candidate.revision, trust_remote_code=candidate.trusted)


def _folder_of(source: str, revision: str | None) -> Path:
    """Return where the files of a tokenizer lie: its folder, or the one of the Hub's cache, where nothing runs."""
    if os.path.isdir(source):
        return Path(source)
    found = cached_file(source, "tokenizer_config.json", revision=revision, _raise_exceptions_for_missing_entries=False)
    return Path(found).parent if found else Path(source)


def load_model(
    settings: ModelSettings, labels: Sequence[str], tokenizer: PreTrainedTokenizerFast, positions: int
) -> PreTrainedModel:
    """Return a model that labels tokens with `labels`: the checkpoint, its vocabulary as it is, or a new model.

    A new model has the tokenizer's vocabulary, and room for `positions` tokens. Raises `UserError` where the checkpoint
    cannot be loaded, has no token-classification head in `transformers`, or lacks weights of its encoder.
    """
    if not settings.checkpoint:
        return _new(settings, labels, tokenizer, positions)
    config = _config(settings)
    old_labels = config.id2label
    _label(config, labels)
    with _explained(settings.checkpoint, "model"):
        model, found = AutoModelForTokenClassification.from_pretrained(
            settings.checkpoint,
            revision=settings.revision,
            config=config,
            dtype=torch.float32,
            ignore_mismatched_sizes=True,
            output_loading_info=True,
        )
    unlike = [key for key, *_ in found["mismatched_keys"]]
    _refuse_gaps(settings.checkpoint, model, [*found["missing_keys"], *unlike])
    if old_labels != config.id2label:
        _forget_head(model)
    return model  # type: ignore[no-any-return]


def load_masked_model(settings: ModelSettings) -> PreTrainedModel:
    """Return the checkpoint as a masked language model."""
    with _explained(settings.checkpoint, "masked language model"):
        return AutoModelForMaskedLM.from_pretrained(  # type: ignore[no-any-return]
            settings.checkpoint, revision=settings.revision, dtype=torch.float32
        )


def new_masked_model(config: PreTrainedConfig) -> PreTrainedModel:
    """Return an untrained masked language model."""
    return AutoModelForMaskedLM.from_config(config)  # type: ignore[no-any-return, no-untyped-call]


def longest_input(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, wanted: int) -> int:
    """Return how many tokens the model may see at once: what is wanted, the model has positions for, and was told."""
    room = [wanted, int(tokenizer.model_max_length)]
    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, torch.nn.Embedding):
            taken = 0 if module.padding_idx is None else module.padding_idx + 1  # as RoBERTa counts
            room.append(module.num_embeddings - taken)
    return min(room)


def encoder_of(model: PreTrainedModel) -> torch.nn.Module:
    """Return the model without its head."""
    return getattr(model, model.base_model_prefix, model)


def table_of(model: PreTrainedModel) -> torch.Tensor:
    """Return the vectors of the model's tokens: (vocabulary, dimensions)."""
    try:
        table = model.get_input_embeddings().weight
    except (NotImplementedError, AttributeError) as error:
        raise UserError(
            f"model.checkpoint: a {type(model).__name__} has no table of token vectors, so it cannot take another"
            " vocabulary; name a checkpoint that has one"
        ) from error
    return cast(torch.Tensor, table)


# ---------------------------------------------------------------- a checkpoint


def _config(settings: ModelSettings) -> PreTrainedConfig:
    with _explained(settings.checkpoint, "model"):
        _refuse_code(settings)
        config = AutoConfig.from_pretrained(settings.checkpoint, revision=settings.revision, trust_remote_code=False)
    if type(config) not in MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING:
        raise UserError(
            f"model.checkpoint: '{settings.checkpoint}' is a '{config.model_type}', for which transformers has no"
            " token-classification head; name an encoder such as a BERT, RoBERTa, DeBERTa or ModernBERT"
        )
    _set_dropout(config, settings.dropout)
    return config  # type: ignore[no-any-return]


def _refuse_code(settings: ModelSettings) -> None:
    """Raise where `transformers` has the model only as Python beside it, which it would ask on the terminal to run."""
    told, _ = PreTrainedConfig.get_config_dict(settings.checkpoint, revision=settings.revision)
    kind = told.get("model_type")
    if "auto_map" in told and kind not in CONFIG_MAPPING:
        raise UserError(
            f"model.checkpoint: '{settings.checkpoint}' is a '{kind}', a model in Python code of its own, which is not"
            " run here; name a checkpoint whose architecture transformers has"
        )


def _refuse_gaps(name: str, model: PreTrainedModel, missing: Sequence[str]) -> None:
    """Raise where the encoder would start at random without anyone's wish."""
    gaps = sorted(key for key in missing if key.startswith(f"{model.base_model_prefix}."))
    if gaps:
        raise UserError(
            f"model.checkpoint: '{name}' lacks {len(gaps)} weights of a {type(model).__name__} ('{gaps[0]}' is one);"
            " they would be random; name a complete checkpoint"
        )


def _forget_head(model: PreTrainedModel) -> None:
    """Start the head anew: one that was trained for other labels would know them by the wrong names."""
    spread = getattr(model.config, "initializer_range", 0.02)
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear) and not name.startswith(f"{model.base_model_prefix}."):
            torch.nn.init.normal_(module.weight, std=spread)
            if module.bias is not None:
                torch.nn.init.zeros_(module.bias)


# ---------------------------------------------------------------- a new model


def _new(
    settings: ModelSettings, labels: Sequence[str], tokenizer: PreTrainedTokenizerFast, positions: int
) -> PreTrainedModel:
    kind, sizes = {"bert": (BertConfig, BERT_SIZES), "modernbert": (ModernBertConfig, MODERN_BERT_SIZES)}[
        settings.architecture
    ]
    ids = {f"{role}_token_id": getattr(tokenizer, f"{role}_token_id") for role in ROLES}
    config: Any = kind(vocab_size=max(tokenizer.get_vocab().values()) + 1, **sizes[settings.size])
    config.max_position_embeddings = positions
    for name, number in ids.items():
        if hasattr(config, name):
            setattr(config, name, number)
    _set_dropout(config, settings.dropout)
    _label(config, labels)
    return AutoModelForTokenClassification.from_config(config)  # type: ignore[no-any-return, no-untyped-call]


def _label(config: PreTrainedConfig, labels: Sequence[str]) -> None:
    config.id2label = dict(enumerate(labels))
    config.label2id = {label: number for number, label in enumerate(labels)}


def _set_dropout(config: PreTrainedConfig, dropout: float | None) -> None:
    for name in DROPOUTS:
        if dropout is not None and hasattr(config, name):
            setattr(config, name, dropout)


# ---------------------------------------------------------------- what transformers says


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the tables and bars of `transformers` from the terminal."""
    before, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(before)
        if bars:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


@contextmanager
def _explained(source: str, what: str) -> Iterator[None]:
    """Tell in a sentence what `transformers` cannot load."""
    try:
        with quiet():
            yield
    except (OSError, ValueError, KeyError) as error:
        place = "" if Path(source).is_dir() else ", a folder or an id of the Hub"
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        raise UserError(f"no {what} can be loaded from '{source}' ({reason}); name one that has it{place}") from error
