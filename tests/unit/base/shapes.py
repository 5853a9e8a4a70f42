"""Tokenizers of the shapes that people retrain, small, made with stock `tokenizers` and `transformers`."""

from __future__ import annotations

import json
from collections.abc import Callable

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from tokenizers.models import Model
from transformers import PreTrainedTokenizerFast

from tokbench.base import BaseTokenizer
from tokbench.models.tokens import BYTE_TOKENS
from tokbench.pre_tokenizers.named import LLAMA3_PATTERN

OLD_TEXT = [
    "The harbor was quiet when the ferry came in, and nobody waited on the pier.",
    "She counted the ropes twice, wrote the number down, and went back to the office.",
    "In winter the boats stay ashore; in summer they leave before the sun is up.",
    "Nobody waited, nobody counted, and the number was never written down again.",
] * 3
NEW_TEXT = [
    "Der Garten liegt hinter dem Haus, und die Kinder spielen jeden Nachmittag darin.",
    "Wenn es regnet, sitzen sie in der Küche und zählen die Tropfen am Fenster.",
    "Die Großmutter erzählt von früher, von Gärten hinter anderen Häusern und von Schnee.",
    "Jeden Nachmittag zählen die Kinder hinter dem Haus die Tropfen, wenn es regnet.",
] * 3
TEMPLATE = "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}{% endfor %}"


def bert() -> PreTrainedTokenizerFast:
    """Specials first in the vocabulary, a mask that takes the space before it, a word added by hand."""
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=50))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(cleanup=False)
    tokenizer.train_from_iterator(OLD_TEXT, trainers.WordPieceTrainer(vocab_size=120, special_tokens=specials))
    tokenizer.add_special_tokens([AddedToken("[MASK]", lstrip=True, special=True)])
    tokenizer.add_tokens([AddedToken("quokka", single_word=True)])
    tokenizer.post_processor = _template(tokenizer, "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ["[CLS]", "[SEP]"])
    tokenizer.enable_padding(pad_token="[PAD]", pad_id=tokenizer.token_to_id("[PAD]"), length=None)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=64,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        **{f"{token.strip('[]').lower()}_token": token for token in specials},
    )


def gpt2() -> PreTrainedTokenizerFast:
    """Byte-level, its one special token the last of the vocabulary, "" where later files have null."""
    tokenizer = _byte_level_bpe(["<|endoftext|>"], last=True)
    saved = json.loads(tokenizer.to_str())
    saved["model"] |= {"continuing_subword_prefix": "", "end_of_word_suffix": ""}
    tokenizer = Tokenizer.from_str(json.dumps(saved))
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    roles = dict.fromkeys(["bos_token", "eos_token", "unk_token"], "<|endoftext|>")
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=1024, **roles)


def roberta() -> PreTrainedTokenizerFast:
    """The mask stands last, and takes the space before it."""
    tokenizer = _byte_level_bpe(["<s>", "<pad>", "</s>", "<unk>"])
    _append(tokenizer, ["<mask>"])
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    ends = [(token, tokenizer.token_to_id(token)) for token in ("</s>", "<s>")]
    tokenizer.post_processor = processors.RobertaProcessing(*ends, add_prefix_space=False)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", cls_token="<s>", eos_token="</s>", sep_token="</s>",
        pad_token="<pad>", unk_token="<unk>", mask_token="<mask>", padding_side="left",
    )  # fmt: skip


def llama3() -> PreTrainedTokenizerFast:
    """Special tokens after the vocabulary, and a template inside a sequence of post-processors."""
    tokenizer = _byte_level_bpe([], ignore_merges=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(LLAMA3_PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    specials = ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|eot_id|>"]
    tokenizer.add_special_tokens(specials)
    template = _template(tokenizer, "<|begin_of_text|> $A", "<|begin_of_text|> $A $B:1", specials[:1])
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=True), template])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=specials[0], eos_token=specials[3], chat_template=TEMPLATE,
        model_max_length=8192, truncation_side="left",
    )  # fmt: skip


def llama2() -> PreTrainedTokenizerFast:
    """Bytes for what the vocabulary lacks, and spaces as "▁" by a normalizer."""
    specials = ["<unk>", "<s>", "</s>"]
    model = models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    texts = [word for text in OLD_TEXT for word in text.split()]
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=[*specials, *BYTE_TOKENS])
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer = _without_added(tokenizer, BYTE_TOKENS)
    tokenizer.post_processor = _template(tokenizer, "<s> $A", "<s> $A <s>:1 $B:1", ["<s>"])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<s>", eos_token="</s>")


def t5() -> PreTrainedTokenizerFast:
    """Unigram, with its sentinels last in the vocabulary, counting down."""
    tokenizer = _unigram(["<pad>", "</s>", "<unk>"])
    sentinels = [f"<extra_id_{number}>" for number in (2, 1, 0)]
    _append(tokenizer, sentinels)
    tokenizer.add_special_tokens(sentinels)
    tokenizer.post_processor = _template(tokenizer, "$A </s>", "$A </s> $B </s>", ["</s>"])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>",
        extra_special_tokens=sentinels[::-1],
    )  # fmt: skip


def xlm_r() -> PreTrainedTokenizerFast:
    """Unigram whose unknown token is the fourth, and whose mask is the last."""
    tokenizer = _unigram(["<s>", "<pad>", "</s>", "<unk>"])
    _append(tokenizer, ["<mask>"])
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    tokenizer.post_processor = _template(tokenizer, "<s> $A </s>", "<s> $A </s> </s> $B </s>", ["<s>", "</s>"])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", cls_token="<s>", eos_token="</s>", sep_token="</s>",
        pad_token="<pad>", unk_token="<unk>", mask_token="<mask>",
    )  # fmt: skip


def qwen() -> PreTrainedTokenizerFast:
    """Special tokens after the vocabulary, and tokens after them that are not special."""
    tokenizer = _byte_level_bpe([])
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    tokenizer.add_tokens([AddedToken(token, normalized=False) for token in ("<tool_call>", "</tool_call>", "<think>")])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>", chat_template=TEMPLATE,
        image_token="<|im_start|>",
    )  # fmt: skip


def words() -> PreTrainedTokenizerFast:
    """Whole words, and a post-processor that names its two tokens itself."""
    tokenizer = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.WordLevelTrainer(vocab_size=40, special_tokens=["[CLS]", "[SEP]", "[UNK]"])
    tokenizer.train_from_iterator(OLD_TEXT, trainer)
    ends = [(token, tokenizer.token_to_id(token)) for token in ("[SEP]", "[CLS]")]
    tokenizer.post_processor = processors.BertProcessing(*ends)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]")


SHAPES: dict[str, Callable[[], PreTrainedTokenizerFast]] = {
    shape.__name__: shape for shape in (bert, gpt2, roberta, llama3, llama2, t5, xlm_r, qwen, words)
}
TRAINERS = {
    "BPE": trainers.BpeTrainer,
    "WordPiece": trainers.WordPieceTrainer,
    "Unigram": trainers.UnigramTrainer,
    "WordLevel": trainers.WordLevelTrainer,
}


def train(base: BaseTokenizer, vocab_size: int = 420) -> Model:
    """Train the base's kind of model on the new text, as a trainer part would, with `tokenizers`' own trainer."""
    saved = json.loads(base.pipeline)
    kind = base.document["model"]["type"]
    tokenizer = Tokenizer.from_str(json.dumps(saved))
    tokenizer.model = getattr(models, kind)()
    options = {"continuing_subword_prefix", "end_of_word_suffix"} if kind in ("BPE", "WordPiece") else set()
    given = {key: value for key, value in base.model_options.items() if key in options}
    if base.alphabet:
        given["initial_alphabet"] = list(base.alphabet)
    if kind == "Unigram":
        given["unk_token"] = base.unknown
    trainer = TRAINERS[kind](vocab_size=vocab_size, special_tokens=list(base.reserved), show_progress=False, **given)
    tokenizer.train_from_iterator(NEW_TEXT, trainer)
    return tokenizer.model


def _byte_level_bpe(specials: list[str], last: bool = False, **options: bool) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(**options))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    first = [] if last else specials
    tokenizer.train_from_iterator(
        OLD_TEXT, trainers.BpeTrainer(vocab_size=330, special_tokens=first, initial_alphabet=alphabet)
    )
    if last:
        _append(tokenizer, specials)
        tokenizer.add_special_tokens(specials)
    return tokenizer


def _unigram(specials: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=110, special_tokens=specials, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator(OLD_TEXT, trainer)
    return tokenizer


def _template(tokenizer: Tokenizer, single: str, pair: str, tokens: list[str]) -> processors.PostProcessor:
    ids = [(token, tokenizer.token_to_id(token)) for token in tokens]
    return processors.TemplateProcessing(single=single, pair=pair, special_tokens=ids)


def _append(tokenizer: Tokenizer, tokens: list[str]) -> None:
    """Put tokens at the end of the model's own vocabulary."""
    saved = json.loads(tokenizer.to_str())
    vocabulary = saved["model"]["vocab"]
    for token in tokens:
        if isinstance(vocabulary, list):
            vocabulary.append([token, 0.0])
        else:
            vocabulary[token] = len(vocabulary)
    tokenizer.model = Tokenizer.from_str(json.dumps(saved)).model


def _without_added(tokenizer: Tokenizer, tokens: tuple[str, ...]) -> Tokenizer:
    """Return the tokenizer whose model still knows the tokens, but which does not look for them in text."""
    saved = json.loads(tokenizer.to_str())
    saved["added_tokens"] = [token for token in saved["added_tokens"] if token["content"] not in tokens]
    return Tokenizer.from_str(json.dumps(saved))
