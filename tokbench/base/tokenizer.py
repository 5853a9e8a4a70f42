"""An existing tokenizer, as what a build needs of it: its stages, its model's options, and the tokens to keep."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tokbench.base import words
from tokbench.base.named_ids import Document, named_ids
from tokbench.carried.stages import Classes, load
from tokbench.errors import ArtifactError
from tokbench.models.tokens import required

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from tokbench.carried.code import Code
    from tokbench.contracts import Cut

MODELS = {"BPE": "bpe", "WordPiece": "wordpiece", "Unigram": "unigram", "WordLevel": "wordlevel"}
"""The models of `tokenizers`, and the part that is each."""


@dataclass(frozen=True)
class BaseTokenizer:
    """A tokenizer whose vocabulary is to be learned anew, and all else kept."""

    name: str
    """As the recipe wrote it."""
    document: Document
    """The JSON of its `tokenizers.Tokenizer`, read."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What `PreTrainedTokenizerFast` is told beside it: sides, lengths, the chat template."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """Attributes that name a token: ``{"bos_token": "<s>", "image_token": "<image>"}``."""
    extra: tuple[str, ...] = ()
    """Special tokens without a role."""
    commit: str | None = None
    """The commit on the Hub that it came from."""
    code: Code | None = None
    """The Python that it carries."""

    def __post_init__(self) -> None:
        kind = self.document["model"].get("type")
        if kind not in MODELS:
            raise ArtifactError(f"{self.name}: its model is a '{kind}'; one of {', '.join(MODELS)} can be retrained")
        for named in named_ids(self.document):
            if named.token not in self.ids:
                raise ArtifactError(
                    f"{self.name}: {named.place} names '{named.token}', which is not in its vocabulary; add the token"
                    " to the base, or take it out there"
                )

    @functools.cached_property
    def fingerprint(self) -> str:
        """The sha256 of all that a build takes from it."""
        parts = [self.document, self.settings, self.roles, self.extra]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    @functools.cached_property
    def tokenizer(self) -> Tokenizer:
        """The base itself, to encode and decode with."""
        return load(self.document, self.classes)

    @property
    def classes(self) -> Classes:
        """The class of each of its parts in Python, by the name that its JSON has for it."""
        return self.code.classes if self.code else {}

    # ------------------------------------------------------------ its stages

    @property
    def pipeline(self) -> str:
        """The JSON of a tokenizer with the stages that make the words to learn from, and an empty model."""
        return words.pipeline(self.document)

    @property
    def word_splitter(self) -> Mapping[str, Any] | None:
        """The JSON of the pre-tokenizer that makes the words to learn from; None: a document is one word."""
        return words.stages(self.document)[1]

    @functools.cached_property
    def cut(self) -> Cut:
        """Where text may be cut before these stages, as the built-in parts that build the same say."""
        from tokbench.base.recognition import cut_before

        return cut_before(*words.stages(self.document), self.classes)

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The characters that its vocabulary must hold whatever the text: the 256 of a byte-level tokenizer."""
        return words.alphabet(self.document)

    # ------------------------------------------------------------ its model

    @property
    def model_name(self) -> str:
        """The name of the model part: ``wordpiece``."""
        return MODELS[self.document["model"]["type"]]

    @functools.cached_property
    def model_options(self) -> dict[str, Any]:
        """The options of its model, without those that are unset: ``{"unk_token": "[UNK]", …}``."""
        saved = self.document["model"]
        options = {key: value for key, value in saved.items() if key not in ("type", "vocab", "merges", "unk_id")}
        if self.model_name == "unigram":
            options["unk_token"] = self.unknown
        if self.model_name == "bpe":  # early files of GPT-2 say "" where they mean none
            options |= {key: saved[key] or None for key in ("continuing_subword_prefix", "end_of_word_suffix")}
        return {key: value for key, value in options.items() if value is not None}

    def model(self) -> Any:
        """Return the model part with the base's options, which a trainer is handed."""
        from tokbench import options, registry

        part = registry.load("models", self.model_name)
        known = {option.name for option in options.options_of(part)}
        return options.make(part, {key: value for key, value in self.model_options.items() if key in known})

    @property
    def unknown(self) -> str | None:
        """The token that its model gives for what it does not know."""
        model = self.document["model"]
        if model["type"] != "Unigram":
            return model["unk_token"] or None
        return None if model["unk_id"] is None else model["vocab"][model["unk_id"]][0]

    # ------------------------------------------------------------ its tokens

    @functools.cached_property
    def vocabulary(self) -> dict[str, int]:
        """The tokens of its model, with their ids."""
        vocabulary = self.document["model"]["vocab"]
        if isinstance(vocabulary, list):
            return {token: index for index, (token, _) in enumerate(vocabulary)}
        return dict(vocabulary)

    @functools.cached_property
    def ids(self) -> dict[str, int]:
        """All of its tokens, the added ones too, with their ids."""
        return self.vocabulary | {token["content"]: token["id"] for token in self.document["added_tokens"]}

    @functools.cached_property
    def reserved(self) -> tuple[str, ...]:
        """The tokens that the new vocabulary must hold, in the order of their ids.

        These are the added tokens that its model knows, the unknown token, the byte tokens of `byte_fallback`, and
        what its post-processor and padding name; those that the base itself lacks come last.
        """
        named = [named.token for named in named_ids(self.document) if named.token in self.vocabulary]
        needed = required(self.unknown, bool(self.document["model"].get("byte_fallback")))
        tokens = dict.fromkeys([*needed, *named])
        return tuple(sorted(tokens, key=lambda token: self.vocabulary.get(token, len(self.ids) + 1)))

    @functools.cached_property
    def trailing(self) -> tuple[str, ...]:
        """The reserved tokens that stand after all that was learned, and stay there: T5's ``<extra_id_0>``."""
        kept = set(self.reserved)
        learned = [index for token, index in self.vocabulary.items() if token not in kept]
        if not learned:
            return ()
        return tuple(token for token in self.reserved if self.vocabulary.get(token, -1) > max(learned))

    @functools.cached_property
    def beyond(self) -> tuple[str, ...]:
        """The added tokens that its model does not know; they follow the new vocabulary too, in their order."""
        kept = set(self.reserved)
        added = sorted(self.document["added_tokens"], key=lambda token: int(token["id"]))
        return tuple(token["content"] for token in added if token["content"] not in kept)
