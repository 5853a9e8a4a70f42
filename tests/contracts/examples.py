"""Built-in parts with the options that matter, by kind."""

from __future__ import annotations

import dataclasses
from typing import Any

from tokbench.decoders import bytes as decoded_bytes
from tokbench.decoders import rewriting as decoded_rewriting
from tokbench.decoders import words as decoded_words
from tokbench.models.bpe import BPE
from tokbench.models.unigram import Unigram
from tokbench.models.wordlevel import WordLevel
from tokbench.models.wordpiece import WordPiece
from tokbench.normalizers import cleaning, rewriting, unicode
from tokbench.normalizers.precompiled import Precompiled
from tokbench.post_processors import pairs, template
from tokbench.pre_tokenizers import named, patterns, spaces, words

NORMALIZERS: list[Any] = [
    cleaning.BertNormalizer(),
    cleaning.BertNormalizer(handle_chinese_chars=False, strip_accents=False),
    cleaning.BertNormalizer(clean_text=False, lowercase=False, strip_accents=True),
    cleaning.Lowercase(),
    cleaning.Nmt(),
    cleaning.Strip(),
    cleaning.Strip(left=False),
    Precompiled(rule="nmt_nfkc"),
    rewriting.ByteLevel(),
    rewriting.Prepend(),
    rewriting.Replace(content='"', pattern="``"),
    rewriting.Replace(content="", pattern="a"),
    rewriting.Replace(content=" ", pattern="."),
    rewriting.Replace(content="▁", pattern=" "),
    rewriting.Replace(content=" ", regex=" {2,}"),
    unicode.NFC(),
    unicode.NFD(),
    unicode.NFKC(),
    unicode.NFKD(),
    unicode.StripAccents(),
]

PRE_TOKENIZERS: list[Any] = [
    named.Cl100k(),
    named.DeepseekV3(),
    named.Gpt2(),
    named.Llama3(),
    named.O200k(),
    named.Qwen2(),
    patterns.CharDelimiterSplit(" "),
    patterns.CharDelimiterSplit("-"),
    patterns.FixedLength(3),
    *(patterns.Split(pattern=" ", behavior=behavior) for behavior in words.BEHAVIORS),
    *(patterns.Split(pattern="a", behavior=behavior) for behavior in words.BEHAVIORS),
    *(patterns.Split(pattern="'s", behavior=behavior, invert=True) for behavior in words.BEHAVIORS),
    *(patterns.Split(regex=named.O200K_PATTERN, behavior=behavior) for behavior in words.BEHAVIORS),
    *(patterns.Split(regex=pattern) for pattern in sorted(named.PATTERNS)),
    *(patterns.Split(regex=pattern, behavior="removed", invert=True) for pattern in sorted(named.PATTERNS)),
    patterns.Split(regex="[0-9]{3}"),
    spaces.ByteLevel(),
    spaces.ByteLevel(add_prefix_space=False),
    spaces.ByteLevel(use_regex=False, trim_offsets=False),
    spaces.Metaspace(),
    spaces.Metaspace(prepend_scheme="first"),
    spaces.Metaspace(replacement="_", prepend_scheme="never"),
    spaces.Metaspace(split=False),
    words.BertPreTokenizer(),
    words.Digits(),
    words.Digits(individual_digits=True),
    *(words.Punctuation(behavior) for behavior in words.BEHAVIORS),
    words.UnicodeScripts(),
    words.Whitespace(),
    words.WhitespaceSplit(),
]

MODELS: list[Any] = [
    BPE(),
    BPE(dropout=0.1, unk_token="<unk>", fuse_unk=True, byte_fallback=True, ignore_merges=True),
    BPE(continuing_subword_prefix="##", end_of_word_suffix="</w>"),
    Unigram(),
    Unigram(unk_token="[UNK]", byte_fallback=True),
    WordLevel(),
    WordLevel(unk_token="[UNK]"),
    WordPiece(),
    WordPiece(unk_token="<unk>", continuing_subword_prefix="@@", max_input_chars_per_word=20),
]

DECODERS: list[Any] = [
    decoded_bytes.ByteFallback(),
    decoded_bytes.ByteLevel(),
    decoded_bytes.Fuse(),
    decoded_rewriting.Replace(content=" ", pattern="▁"),
    decoded_rewriting.Replace(content="", regex="@@ ?"),
    decoded_rewriting.Strip(),
    decoded_rewriting.Strip(content="_", left=1, right=2),
    decoded_words.BPEDecoder(),
    decoded_words.BPEDecoder(suffix="@"),
    decoded_words.CTC(),
    decoded_words.CTC(pad_token="_", word_delimiter_token=" ", cleanup=False),
    decoded_words.Metaspace(),
    decoded_words.Metaspace(replacement="_", prepend_scheme="never", split=False),
    decoded_words.WordPiece(),
    decoded_words.WordPiece(prefix="@@", cleanup=False),
]

POST_PROCESSORS: list[Any] = [
    pairs.BertProcessing(),
    pairs.BertProcessing(sep="</s>", cls="<s>"),
    pairs.ByteLevel(),
    pairs.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False),
    pairs.RobertaProcessing(),
    pairs.RobertaProcessing(sep="[SEP]", cls="[CLS]", trim_offsets=False, add_prefix_space=False),
    template.TemplateProcessing(),
    template.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1"),
    template.TemplateProcessing(single="$0 </s>:2", pair="$ </s> $B:3 </s>"),
]

KINDS: dict[str, list[Any]] = {
    "normalizers": NORMALIZERS,
    "pre_tokenizers": PRE_TOKENIZERS,
    "models": MODELS,
    "decoders": DECODERS,
    "post_processors": POST_PROCESSORS,
}

PATTERN_NAMES: dict[Any, str] = {
    named.GPT2_PATTERN: "gpt2",
    named.CL100K_PATTERN: "cl100k",
    named.O200K_PATTERN: "o200k",
    named.QWEN2_PATTERN: "qwen2",
    named.DEEPSEEK_V3_PATTERNS[2]: "deepseek-v3",
}

IDS = {"<s>": 0, "</s>": 1, "[CLS]": 2, "[SEP]": 3}
"""A vocabulary that has the tokens of the post-processors above."""

SENTENCES = (
    "We've paid $1,234.50 for it -- on 3/4, at 10 o'clock.",
    "Größe und Straße; l'été à Łódź, naïve façade.",
    "Съешь же ещё этих мягких булок, да выпей чаю.",
    "Η γρήγορη αλεπού πήδηξε πάνω από το σκυλί.",
    "今日は天気がいいです。東京へ行きますか？",
    "한국어 문장입니다. 띄어쓰기가 있어요!",
    "เมื่อวานนี้ฉันไปตลาดกับเพื่อน 2 คน",
    "כל בני האדם נולדו בני חורין ושווים",
    "وُلِد جميع الناس أحرارًا ومتساوين",
    "हम सब साथ में चलेंगे १२३",
    "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ, ⲙⲉⲧⲣⲉⲙⲛ̀ⲭⲏⲙⲓ",
    "def camelCase(self, x_y=0x1F):\r\n\treturn  HTTPServer's  \n\n",
    "👩‍👩‍👧 🇫🇮 ❤️ ¡hola! ﬁn ①②③ ½ ㎏",
)
"""Text in many scripts, with what splits care for: endings, digits, case, line ends, runs of spaces."""


def shown(part: Any) -> str:
    """Return a part with what it does not have by default, as the name of a test case: ``Digits(True)``."""
    given = [getattr(part, field.name) for field in dataclasses.fields(part)]
    told = [value for value, field in zip(given, dataclasses.fields(part), strict=True) if value != field.default]
    return f"{type(part).__name__}({', '.join(PATTERN_NAMES.get(value, repr(value)) for value in told)})"
