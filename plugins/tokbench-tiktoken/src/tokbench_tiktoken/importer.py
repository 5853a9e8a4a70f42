"""From a file of tiktoken's to a tokenizer that `transformers` loads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

from tokbench.merging import merges_of
from tokbench_tiktoken import files
from tokbench_tiktoken.patterns import PATTERNS, for_tokenizers
from tokbench_tiktoken.spelling import byte_characters, spelled

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from tokbench.contracts import Encode


@dataclass(frozen=True)
class TiktokenImporter:
    """Read a .tiktoken file, or the folder of an export: "IHdvcmQ= 1917" becomes "Ġword" with the id 1917.

    pattern: the expression that splits text, or the name of one: gpt2, r50k, p50k, cl100k, o200k
    special_tokens: the special tokens and their ids
    roles: what transformers calls them, as in {eos_token = "<|endoftext|>"}
    """

    pattern: str = ""
    special_tokens: dict[str, int] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)

    def read(self, path: Path) -> PreTrainedTokenizerFast:
        """Return the tokenizer; raises `ValueError` where nobody says how text is split, `OSError` for no file."""
        from transformers import PreTrainedTokenizerFast

        described = self._described(path)
        tokenizer = tokenizer_of(files.read_ranks(_ranks(path)), described)
        extra = [token for token in described.special_tokens if token not in described.roles.values()]
        return PreTrainedTokenizerFast(
            tokenizer_object=tokenizer,
            **described.roles,
            extra_special_tokens=extra,
            clean_up_tokenization_spaces=False,
        )

    def encoder(self, path: Path) -> Encode:
        """Return tiktoken's own encoding of plain text."""
        encode = files.encoding(files.read_ranks(_ranks(path)), self._described(path)).encode_ordinary
        return lambda text: encode(text)

    def _described(self, path: Path) -> files.Description:
        if path.is_dir() and not self.pattern:
            return files.read_description(path)
        if not self.pattern:
            raise ValueError("the file does not say how text is split; give --set pattern=cl100k, or another")
        pattern = PATTERNS.get(self.pattern, self.pattern)
        return files.Description(path.stem, pattern, self.special_tokens, self.roles)


def tokenizer_of(ranks: Mapping[bytes, int], described: files.Description) -> Tokenizer:
    """Return the tokenizer whose ids are the ranks."""
    characters = byte_characters()
    vocabulary = {spelled(token, characters): rank for token, rank in ranks.items()}
    merges = [(spelled(left, characters), spelled(right, characters)) for left, right in merges_of(ranks).values()]
    tokenizer = Tokenizer(models.BPE({**vocabulary, **described.special_tokens}, merges, ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(for_tokenizers(described.pat_str)), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(_in_order(described.special_tokens))
    return tokenizer


def _in_order(special_tokens: Mapping[str, int]) -> Sequence[str]:
    return sorted(special_tokens, key=special_tokens.__getitem__)


def _ranks(path: Path) -> Path:
    return path / files.RANKS if path.is_dir() else path
