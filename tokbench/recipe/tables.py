"""The tables of a recipe that are not parts: their fields are the keys that a recipe may set.

Each is a frozen dataclass and is checked by the same code as the options of a part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

HUB_ID = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")
"""The id of a repository on the Hub, with its owner."""

ROLES = ("unk", "bos", "eos", "pad", "cls", "sep", "mask")
"""The roles that `transformers` knows; each becomes `<role>_token` there."""

RoundTrip = Literal["exact", "normalized", "spaces", "none"]
"""What decoding promises: the text itself, the normalized text, the latter up to white space, or nothing."""


@dataclass(frozen=True)
class Token:
    """A token that is matched in text before the model sees it, as `tokenizers.AddedToken` describes it.

    content: what it looks like
    lstrip: that it takes the white space before it
    rstrip: that it takes the white space behind it
    single_word: that it is matched only where no letter or digit touches it
    normalized: that it is looked for in the text behind the normalizer
    """

    content: str
    lstrip: bool = False
    rstrip: bool = False
    single_word: bool = False
    normalized: bool = False

    def __post_init__(self) -> None:
        if not self.content:
            raise ValueError("a token needs at least one character")


@dataclass(frozen=True)
class SpecialTokens:
    """The special tokens, which take the first ids in the order in which the recipe writes them."""

    tokens: tuple[tuple[str, Token], ...] = ()
    """(role, token) pairs; the role of a token without one is `extra`."""

    def __iter__(self) -> Iterator[Token]:
        """Yield the tokens in the order of their ids."""
        return (token for _, token in self.tokens)

    def role(self, role: str) -> Token | None:
        """Return the token with that role, or None."""
        return next((token for name, token in self.tokens if name == role), None)

    @property
    def contents(self) -> tuple[str, ...]:
        """Return what the tokens look like, in the order of their ids."""
        return tuple(token.content for token in self)

    @property
    def extra(self) -> tuple[Token, ...]:
        """Return the tokens without a role."""
        return tuple(token for name, token in self.tokens if name == "extra")


@dataclass(frozen=True)
class Wrapper:
    """What `transformers` is told about the tokenizer: the keys of `[tokenizer]`.

    model_max_length: how many tokens the model takes; longer input is cut where truncation is asked for
    padding_side: at which end of a sequence padding is put
    truncation_side: at which end of a sequence tokens are cut off
    model_input_names: what the tokenizer gives; where not given, `input_ids`, `attention_mask`, and `token_type_ids`
      where the post-processor makes them
    chat_template: a file with the Jinja template of a conversation
    clean_up_tokenization_spaces: that decoding drops spaces before punctuation
    """

    model_max_length: int | None = None
    padding_side: Literal["left", "right"] = "right"
    truncation_side: Literal["left", "right"] = "right"
    model_input_names: tuple[str, ...] | None = None
    chat_template: Path | None = None
    clean_up_tokenization_spaces: bool = False

    def __post_init__(self) -> None:
        if self.model_max_length is not None and self.model_max_length < 1:
            raise ValueError("model_max_length must be at least 1")


@dataclass(frozen=True)
class Base:
    """The existing tokenizer that a recipe retrains: the keys of `[base]`."""

    tokenizer: str
    """A folder, or the id of a repository on the Hub."""
    revision: str | None = None
    """A branch, a tag or a commit of that repository."""


@dataclass(frozen=True)
class Promises:
    """What the checks hold the artifact to: the keys of `[checks]`."""

    round_trip: RoundTrip | None = None
    """What decoding must give back: the text itself (exact), the normalized text (normalized), the latter up to white
    space (spaces), or no matter what (none). Not given: as strong as the parts allow, found out before any text is
    read."""


@dataclass(frozen=True)
class HubTarget:
    """Where an artifact is published: the keys of `[hub]`."""

    repository: str
    """Its id on the Hub, with its owner, a user or an organization: ``me/finnish``."""
    private: bool = False
    """That it must be private, also where it exists."""
    revision: str | None = None
    """A branch, made where it is missing; not given: main."""
    pull_request: bool = False
    """Propose it, as who may not write there does."""

    def __post_init__(self) -> None:
        if not HUB_ID.fullmatch(self.repository):
            raise ValueError("repository must say whose it is, as owner/name: me/finnish")


@dataclass(frozen=True)
class Card:
    """What the model card says beyond what the build knows: the keys of `[card]`."""

    description: str | None = None
    """What it is for, in a sentence or two."""
    language: tuple[str, ...] = ()
    """BCP 47 codes, as the Hub's metadata wants them."""
    license: str | None = None
    """An identifier of the Hub, such as apache-2.0 or cc-by-4.0."""
    tags: tuple[str, ...] = ()
    """Further tags of the Hub."""
    compare: tuple[str, ...] = ()
    """Tokenizers whose figures stand beside its own: folders, or ids of the Hub, with @revision or without."""
