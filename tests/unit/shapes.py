"""Small tokenizers of the common families, trained with stock `tokenizers`, and how their recipes would wrap them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from tokbench.artifact import Draft, new_artifact
from tokbench.checks.expected import Promised
from tokbench.contracts import Tally
from tokbench.manifest import Built, describe
from tokbench.recipe.tables import RoundTrip, SpecialTokens, Token, Wrapper
from tokbench.wrapping import mark, wrap

TEXTS = [
    "the quick brown fox jumps over the lazy dog, and it's 12345 days since the fox slept",
    "a naïve café served crème brûlée to the dog; the dog didn't pay",
    "words and words and more words make a vocabulary of words",
] * 3


@dataclass(frozen=True)
class Shape:
    """A trained tokenizer, what its recipe says of special tokens, and what it promises."""

    tokenizer: Tokenizer
    special: SpecialTokens
    round_trip: RoundTrip
    type_ids: bool = False

    @property
    def promised(self) -> Promised:
        """Return what its artifact is held to."""
        return Promised(self.round_trip, self.tokenizer.get_vocab_size(False), self.special.contents)


def roles(**contents: str) -> SpecialTokens:
    """Return special tokens by role: ``roles(unk="[UNK]")``."""
    return SpecialTokens(tuple((role, Token(content)) for role, content in contents.items()))


def byte_level() -> Shape:
    """Return byte-level BPE, as GPT-2."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = roles(bos="<s>", eos="</s>", pad="<pad>", extra="<|sys|>")
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    _train(tokenizer, trainers.BpeTrainer, special, vocab_size=320, initial_alphabet=alphabet)
    return Shape(tokenizer, special, "exact")


def word_piece() -> Shape:
    """Return WordPiece with a template, as BERT."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = roles(unk="[UNK]", pad="[PAD]", cls="[CLS]", sep="[SEP]", mask="[MASK]")
    _train(tokenizer, trainers.WordPieceTrainer, special, vocab_size=150)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return Shape(tokenizer, special, "spaces", type_ids=True)


def unigram() -> Shape:
    """Return Unigram with Metaspace, as T5."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    special = roles(unk="<unk>", pad="<pad>", eos="</s>")
    _train(tokenizer, trainers.UnigramTrainer, special, vocab_size=80, unk_token="<unk>")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 2)]
    )
    return Shape(tokenizer, special, "spaces")


def word_level() -> Shape:
    """Return whole words, without decoder or post-processor."""
    tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    special = roles(unk="<unk>", pad="<pad>")
    _train(tokenizer, trainers.WordLevelTrainer, special, vocab_size=60)
    return Shape(tokenizer, special, "spaces")


SHAPES: dict[str, Callable[[], Shape]] = {
    "byte-level": byte_level,
    "unigram": unigram,
    "word-level": word_level,
    "word-piece": word_piece,
}


def build(
    shape: Shape, target: Path, *, wrapper: Wrapper | None = None, force: bool = False, checks: Any = None
) -> Path:
    """Write the artifact of a shape, as a build does, and return its folder."""
    with new_artifact(target, force=force) as draft:
        wrapped = wrap(shape.tokenizer, shape.special, (), wrapper or Wrapper(), type_ids=shape.type_ids)
        draft.save_tokenizer(wrapped)
        draft.write("recipe.toml", 'name = "small"\n')
        draft.write("README.md", "# small\n")
        built = Built("small", shape.promised, Tally(9, 900, digests={"a.txt": "0f"}), 0, ("a.txt",), checks=checks)
        draft.seal(describe(built))
    return target


def stock_files(folder: Path, shape: Shape, added: Sequence[Token], wrapper: Wrapper) -> dict[str, bytes]:
    """Return the files of a shape as `transformers` writes them; what the recipe says is put to it here once more."""
    from transformers import PreTrainedTokenizerFast

    mark(shape.tokenizer, shape.special, added)
    named = dict.fromkeys(f"{role}_token" for role in ("unk", "bos", "eos", "pad", "cls", "sep", "mask"))
    tokens = [(role, AddedToken(token.content, special=True, normalized=False)) for role, token in shape.special.tokens]
    told: dict[str, Any] = {**named, **{f"{role}_token": token for role, token in tokens if role != "extra"}}
    if extra := [token for role, token in tokens if role == "extra"]:
        told["extra_special_tokens"] = extra
    types = ["input_ids", "token_type_ids", "attention_mask"] if shape.type_ids else ["input_ids", "attention_mask"]
    told["model_input_names"] = list(wrapper.model_input_names or types)
    for name in ("padding_side", "truncation_side", "clean_up_tokenization_spaces", "model_max_length"):
        if getattr(wrapper, name) is not None:
            told[name] = getattr(wrapper, name)
    if wrapper.chat_template is not None:
        told["chat_template"] = wrapper.chat_template.read_text(encoding="utf-8")
    folder.mkdir()
    Draft(folder).save_tokenizer(PreTrainedTokenizerFast(tokenizer_object=shape.tokenizer, **told))
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _train(tokenizer: Tokenizer, trainer: Any, special: SpecialTokens, **options: Any) -> None:
    made = trainer(special_tokens=list(special.contents), show_progress=False, **options)
    tokenizer.train_from_iterator(TEXTS, made)
