"""The stages of a tokenizer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from tokenizers import decoders, models, normalizers, pre_tokenizers, processors


class NormalizerPart(Protocol):
    """Changes text before it is split: `"Straße" → "strasse"`.

    In Python: `normalize(text: NormalizedString)`, which changes the text in place.

    Optional: `keeps: tuple[Place, ...]`, the places across which it does not look, and that are such places still
    in what it gives (silence: none); `suggests()`, see `Suggestions`.
    """

    def build(self) -> normalizers.Normalizer:
        """Return the component."""


class PreTokenizerPart(Protocol):
    """Splits text into words: `"a word" → ["a", "Ġword"]`.

    In Python: `pre_tokenize(text: PreTokenizedString)`, which splits the text in place, piece by piece.

    Optional: `cut: Place`, the widest place where it always ends a word, and across which it does not look
    (silence: never); `keeps`, as a normalizer's, for a part that does not always split there; `suggests()`: the
    decoder and the alphabet that fit.
    """

    def build(self) -> pre_tokenizers.PreTokenizer:
        """Return the component."""


class ModelPart(Protocol):
    """Splits words into tokens: `"Ġword" → ["Ġw", "ord"]`.

    An option called `unk_token` is filled from `[special_tokens] unk` where the recipe is silent.
    Optional: `requires()`, the tokens that its vocabulary must hold whatever the words are (its unknown token, the
    256 byte tokens); `suggests()`: the decoder that fits; `trained_as: ClassVar[str]`, the name of the built-in model
    whose trainers can fill it too: `"bpe"` for a plugin's BPE with other options.
    """

    def build(self) -> models.Model:
        """Return the model with its options and an empty vocabulary."""


class DecoderPart(Protocol):
    """Puts tokens back into text: `["Ġw", "ord"] → " word"`.

    In Python: `decode_chain(tokens: list[str]) -> list[str]`, or `decode(tokens: list[str]) -> str`. Behind decoders of
    `tokenizers` in a list, `tokens` is their text, as one string.
    """

    def build(self) -> decoders.Decoder:
        """Return the component."""


class TokenSpan(Protocol):
    """Tokens of a text that follow one another, as a post-processor in Python sees them."""

    @property
    def text(self) -> Any:
        """Return the whole text, as it was given; its words where `is_split_into_words` was said."""

    @property
    def ids(self) -> list[int]:
        """Return the id of each token."""

    @property
    def tokens(self) -> list[str]:
        """Return the tokens."""

    @property
    def offsets(self) -> list[tuple[int, int]]:
        """Return which characters of the text, or of its word, each token stands for."""

    @property
    def words(self) -> list[int | None]:
        """Return which word of the text each token is from; None for what another post-processor added."""

    def __len__(self) -> int:
        """Return how many tokens there are."""

    def __getitem__(self, places: slice) -> TokenSpan:
        """Return some of them, in their order."""


class PostProcessorPart(Protocol):
    """Adds what a model expects around a sequence: `[CLS] … [SEP]`.

    In Python, the part itself has `process(first: TokenSpan, second: TokenSpan | None)`, which returns for each of the
    sequences a list of what it is made of, in its order: special tokens as strings, and the span or slices of it. It is
    called for each window of a text that is cut to length; where no special tokens are asked for, the strings are left
    out. And it has `num_special_tokens_to_add(is_pair: bool) -> int`: how many strings it returns at most, for which
    truncation leaves room. `build` returns the part.

        def process(self, first, second):
            texts = [first] if second is None else [first, second]
            tags = ["<th>" if "ก" <= text.text[:1] <= "๛" else "<en>" for text in texts]
            return [[tag, text] for tag, text in zip(tags, texts)]

    Optional: `tokens()`, the tokens it names, which the vocabulary must hold; `type_ids: ClassVar[bool]`, that it
    tells the sequences of a pair apart.
    """

    def build(self, ids: Mapping[str, int]) -> processors.PostProcessor:
        """Return the component; `ids` maps each token of the trained vocabulary to its id."""
