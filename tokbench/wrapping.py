"""A trained tokenizer as `transformers` wants it, with every id as it was.

wrap(tokenizer, special, (), Wrapper(model_max_length=512), type_ids=True)
    → the tokenizer with [CLS] marked, and what tokenizer_config.json says: `cls_token`, `token_type_ids` as an input

Its files are written without `transformers`, whose import takes longer than a small training: a test holds them equal,
byte for byte, to what `save_pretrained` writes, and the checks load them with stock `transformers`, save them again and
compare. A tokenizer with parts in Python is saved by its own class of `transformers` (`in_transformers`).

The constructor of `PreTrainedTokenizerFast` adds, silently and at the end, every special token that it does not
find. So the tokens are marked in the tokenizer first.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokenizers import AddedToken
from tokenizers.models import Model, Unigram
from tokenizers.processors import TemplateProcessing

from tokbench.checks.probes import PROBES
from tokbench.errors import TrainingError, UserError
from tokbench.recipe.tables import ROLES, SpecialTokens, Token, Wrapper

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

INPUT_NAMES = ("input_ids", "attention_mask")
INPUT_NAMES_WITH_TYPES = ("input_ids", "token_type_ids", "attention_mask")


@dataclass(frozen=True)
class Wrapped:
    """A tokenizer, and what `transformers` is told beside it."""

    backend_tokenizer: Tokenizer
    told: Mapping[str, Any]
    """The arguments of `PreTrainedTokenizerFast`, special tokens as `AddedToken`."""

    def __len__(self) -> int:
        """Return how many tokens there are, added ones too."""
        return self.backend_tokenizer.get_vocab_size(with_added_tokens=True)

    def save_pretrained(self, folder: Path) -> None:
        """Write the files that `transformers` loads, as its `save_pretrained` does."""
        config = {name: _as_json(value) for name, value in self.told.items()}
        template = config.pop("chat_template", None)
        if template is not None:
            (folder / "chat_template.jinja").write_bytes(template.encode())
        text = json.dumps({**config, "tokenizer_class": "TokenizersBackend"}, indent=2, sort_keys=True)
        (folder / "tokenizer_config.json").write_bytes(text.encode())
        self.backend_tokenizer.save(str(folder / "tokenizer.json"))

    def in_transformers(self, make: Callable[..., PreTrainedTokenizerFast] | None = None) -> PreTrainedTokenizerFast:
        """Return the tokenizer of `transformers`; `make` is the class that wraps one with parts in Python.

        Raises `TrainingError` where it has other ids.
        """
        from transformers import PreTrainedTokenizerFast

        trained = self.backend_tokenizer
        wrapped = (make or PreTrainedTokenizerFast)(tokenizer_object=trained, **self.told)
        _same_vocabulary(trained.get_vocab(with_added_tokens=True), wrapped.get_vocab())
        _same_encodings(trained, wrapped)
        return wrapped


def wrap(
    tokenizer: Tokenizer,
    special: SpecialTokens,
    added: Sequence[Token],
    wrapper: Wrapper,
    *,
    type_ids: bool,
    python: bool = False,
) -> Wrapped:
    """Return the tokenizer wrapped; it gets the special and added tokens marked.

    Special tokens must have the first ids of the vocabulary, in their order. Added tokens that the vocabulary lacks
    get the next free ids. `type_ids` says that the post-processor tells the sequences of a pair apart, `python`
    that there are parts in Python, which no copy has. Raises `TrainingError` where an id is not what it must be, and
    `UserError` where the chat template cannot be read.
    """
    mark(tokenizer, special, added)
    if tokenizer.post_processor is None:  # transformers puts this one in its place
        tokenizer.post_processor = TemplateProcessing(single="$A:0", pair="$A:0 $B:1", special_tokens=[])
    # Scores of Unigram may change in their last bit where JSON is read.
    if isinstance(tokenizer.model, Unigram) and not python:
        tokenizer = copy.deepcopy(tokenizer)
    return Wrapped(tokenizer, {**_roles(special), **_told(wrapper, type_ids=type_ids)})


def _as_json(value: Any) -> Any:
    """Return an argument as tokenizer_config.json has it: tokens are strings there."""
    if isinstance(value, AddedToken):
        return value.content
    return [_as_json(item) for item in value] if isinstance(value, list) else value


def mark(tokenizer: Tokenizer, special: SpecialTokens, added: Sequence[Token]) -> None:
    """Tell the tokenizer which tokens it must find in text before its model does."""
    _first_ids(tokenizer.model, special)
    tokenizer.add_special_tokens([_added_token(token, special=True) for token in special])
    tokenizer.add_tokens([_added_token(token, special=False) for token in added])


def _added_token(token: Token, *, special: bool) -> AddedToken:
    return AddedToken(
        token.content,
        lstrip=token.lstrip,
        rstrip=token.rstrip,
        single_word=token.single_word,
        normalized=token.normalized,
        special=special,
    )


def _roles(special: SpecialTokens) -> dict[str, Any]:
    """Return the arguments that name the special tokens.

    A role without a token is None, said aloud: beside the `config.json` of some model types, transformers builds a
    class of its own whose defaults for silent roles would grow the vocabulary.
    """
    named = {f"{role}_token": special.role(role) for role in ROLES}
    roles: dict[str, Any] = {
        name: None if token is None else _added_token(token, special=True) for name, token in named.items()
    }
    if special.extra:
        roles["extra_special_tokens"] = [_added_token(token, special=True) for token in special.extra]
    return roles


def _told(wrapper: Wrapper, *, type_ids: bool) -> dict[str, Any]:
    """Return what else the recipe tells transformers."""
    told: dict[str, Any] = {
        "padding_side": wrapper.padding_side,
        "truncation_side": wrapper.truncation_side,
        "clean_up_tokenization_spaces": wrapper.clean_up_tokenization_spaces,
        "model_input_names": list(wrapper.model_input_names or (INPUT_NAMES_WITH_TYPES if type_ids else INPUT_NAMES)),
    }
    if wrapper.model_max_length is not None:
        told["model_max_length"] = wrapper.model_max_length
    if wrapper.chat_template is not None:
        told["chat_template"] = read_template(wrapper)
    return told


def read_template(wrapper: Wrapper) -> str:
    """Return the text of the chat template, empty where there is none; raises `UserError` if it cannot be read."""
    path = wrapper.chat_template
    try:
        return "" if path is None else path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}; name a UTF-8 text file") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 at byte {error.start}; name a UTF-8 text file") from error


def _first_ids(model: Model, special: SpecialTokens) -> None:
    for expected, content in enumerate(dict.fromkeys(special.contents)):  # one token may have several roles
        found = model.token_to_id(content)
        if found != expected:
            place = "is not in the vocabulary" if found is None else f"has the id {found}"
            raise TrainingError(
                f"special_tokens: {content!r} {place}, and must have the id {expected}; the trainer must give"
                " the reserved tokens the first ids, in their order"
            )


def _same_vocabulary(before: Mapping[str, int], after: Mapping[str, int]) -> None:
    if before == after:
        return
    moved = sorted(token for token in before.keys() | after.keys() if before.get(token) != after.get(token))
    shown = ", ".join(f"{token!r}: {before.get(token)} → {after.get(token)}" for token in moved[:3])
    raise TrainingError(f"wrapping: transformers changed the ids of {len(moved)} tokens ({shown}); please report this")


def _same_encodings(trained: Tokenizer, wrapped: PreTrainedTokenizerFast) -> None:
    """Raise where the wrapped tokenizer, which is a copy by way of JSON, splits a probe text in another way."""
    copied = wrapped.backend_tokenizer
    for text in PROBES:
        one, other = trained.encode(text), copied.encode(text)
        if (one.ids, one.offsets) != (other.ids, other.offsets):
            raise TrainingError(f"wrapping: transformers encodes {text[:60]!r} differently; please report this")
