"""What SentencePiece does to text before it looks for pieces, with the components of `tokenizers`.

"  a ﬁne  day " → "▁a▁fine▁day"
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tokenizers import Regex, normalizers

from tokbench.contracts import Place, Suggestions

SPACE = "▁"
Rule = Literal["identity", "nfkc", "nfkc_cf", "nmt_nfkc", "nmt_nfkc_cf"]


@dataclass(frozen=True)
class SentencePieceNormalizer:
    """Normalize and write spaces as SentencePiece does: "  a ﬁne  day " becomes "▁a▁fine▁day".

    To be followed by the pre-tokenizer metaspace with prepend_scheme = "never".

    rule: the name of its table of replacements; "identity" replaces nothing
    remove_extra_whitespaces: whether spaces at the ends go, and several become one
    add_dummy_prefix: whether the text begins with a space
    """

    rule: Rule = "identity"
    remove_extra_whitespaces: bool = True
    add_dummy_prefix: bool = True

    @property
    def keeps(self) -> tuple[Place, ...]:
        """Where text may be cut before it: nowhere, as it looks at the ends of the text."""
        return ()

    def suggests(self) -> Suggestions:
        """Return the decoders that undo it."""
        start = [{"use": "strip", "content": " ", "left": 1, "right": 0}] if self.add_dummy_prefix else []
        undone = [{"use": "replace", "pattern": SPACE, "content": " "}, {"use": "byte-fallback"}, {"use": "fuse"}]
        return {"decoder": [*undone, *start]}

    def build(self) -> normalizers.Normalizer:
        """Return the components, one after another."""
        import sentencepiece
        from sentencepiece import sentencepiece_model_pb2

        table = b""
        if self.rule != "identity":
            model = sentencepiece_model_pb2.ModelProto()
            rules = sentencepiece.SentencePieceNormalizer(rule_name=self.rule)
            model.ParseFromString(rules.serialized_model_proto())
            table = model.normalizer_spec.precompiled_charsmap
        return normalizer_of(
            table, remove_extra_whitespaces=self.remove_extra_whitespaces, add_dummy_prefix=self.add_dummy_prefix
        )


def normalizer_of(table: bytes, *, remove_extra_whitespaces: bool, add_dummy_prefix: bool) -> normalizers.Normalizer:
    """Return the components for a table of replacements, which may be empty, and the two settings."""
    steps: list[normalizers.Normalizer] = [normalizers.Precompiled(table)] if table else []
    if remove_extra_whitespaces:
        steps += [normalizers.Replace(Regex(" {2,}"), " "), normalizers.Replace(Regex(rf"\A +|[ {SPACE}]+\z"), "")]
    if add_dummy_prefix:
        steps.append(normalizers.Prepend(SPACE))
    return normalizers.Sequence([*steps, normalizers.Replace(" ", SPACE)])


@dataclass(frozen=True)
class Settings:
    """What a normalizer of a tokenizer.json says, in the words of SentencePiece."""

    table: bytes
    remove_extra_whitespaces: bool
    add_dummy_prefix: bool


def settings_of(saved: dict[str, Any] | None) -> Settings:
    """Return the settings of a normalizer that `normalizer_of` made; any other is a `ValueError`."""
    steps: Sequence[dict[str, Any]] = (saved or {}).get("normalizers", [])
    table = base64.b64decode(steps[0]["precompiled_charsmap"]) if steps and steps[0]["type"] == "Precompiled" else b""
    for extra in (True, False):
        for prefix in (True, False):
            made = normalizer_of(table, remove_extra_whitespaces=extra, add_dummy_prefix=prefix)
            if json.loads(made.__getstate__()) == saved:
                return Settings(table, extra, prefix)
    raise ValueError(
        "SentencePiece normalizes in a way of its own, and this tokenizer in another; train with the normalizer"
        " 'sentencepiece'"
    )
