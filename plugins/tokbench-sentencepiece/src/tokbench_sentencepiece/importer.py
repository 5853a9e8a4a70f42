"""From a .model to a tokenizer that `transformers` loads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers

from tokbench.contracts import Encode
from tokbench_sentencepiece import models
from tokbench_sentencepiece.models import Piece
from tokbench_sentencepiece.normalizer import SPACE, normalizer_of

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


@dataclass(frozen=True)
class SentencePieceImporter:
    """Read a .model of SentencePiece, Unigram or BPE: every piece keeps its id.

    roles: what transformers calls special pieces, beside unk, bos, eos and pad, as in {mask_token = "<mask>"}
    """

    roles: dict[str, str] = field(default_factory=dict)

    def read(self, path: Path) -> PreTrainedTokenizerFast:
        """Return the tokenizer; raises `ValueError` where `tokenizers` cannot do what the model does."""
        from transformers import PreTrainedTokenizerFast

        proto = parsed(path)
        tokenizer = tokenizer_of(proto)
        named = {f"{role}_token": proto.pieces[index].piece for role, index in _ids(proto) if index >= 0} | self.roles
        control = [piece.piece for piece in proto.pieces if piece.type == models.CONTROL]
        extra = [token for token in control if token not in named.values()]
        return PreTrainedTokenizerFast(
            tokenizer_object=tokenizer, **named, extra_special_tokens=extra, clean_up_tokenization_spaces=False
        )

    def encoder(self, path: Path) -> Encode:
        """Return what SentencePiece makes of plain text."""
        return encoder_of(path)


def encoder_of(path: Path) -> Encode:
    """Return the encoding of SentencePiece itself."""
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
    return lambda text: processor.encode(text)


def parsed(path: Path) -> Any:
    """Return the ModelProto of a file; one that is none is a `ValueError`."""
    from google.protobuf.message import DecodeError
    from sentencepiece import sentencepiece_model_pb2

    proto = sentencepiece_model_pb2.ModelProto()
    try:
        proto.ParseFromString(path.read_bytes())
    except DecodeError as error:
        raise ValueError(f"not a model of SentencePiece: {error}") from error
    if not proto.pieces:
        raise ValueError("not a model of SentencePiece: it has no pieces")
    return proto


def tokenizer_of(proto: Any) -> Tokenizer:
    """Return the tokenizer whose ids are the model's."""
    for problem in _refused(proto):
        raise ValueError(problem)
    pieces = [Piece(piece.piece, piece.score, piece.type) for piece in proto.pieces]
    unknown = next(piece.text for piece in pieces if piece.kind == models.UNKNOWN)
    make = models.unigram if proto.trainer_spec.model_type == models.UNIGRAM else models.bpe
    tokenizer = Tokenizer(make(pieces, unknown, byte_fallback=proto.trainer_spec.byte_fallback))
    spec = proto.normalizer_spec
    tokenizer.normalizer = normalizer_of(
        spec.precompiled_charsmap,
        remove_extra_whitespaces=spec.remove_extra_whitespaces,
        add_dummy_prefix=spec.add_dummy_prefix,
    )
    if not models.reach_across(pieces):
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(SPACE, prepend_scheme="never")
    start = [decoders.Strip(" ", 1, 0)] if spec.add_dummy_prefix else []
    steps = [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse(), *start]
    tokenizer.decoder = decoders.Sequence(steps)
    special = [piece.text for piece in pieces if piece.kind in (models.CONTROL, models.UNKNOWN)]
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in special])
    return tokenizer


def _ids(proto: Any) -> Iterator[tuple[str, int]]:
    spec = proto.trainer_spec
    yield from (("unk", spec.unk_id), ("bos", spec.bos_id), ("eos", spec.eos_id), ("pad", spec.pad_id))


def _refused(proto: Any) -> Iterator[str]:
    """Yield what a model has that `tokenizers` has not."""
    kinds = {piece.type for piece in proto.pieces}
    if proto.trainer_spec.model_type not in (models.UNIGRAM, models.BPE):
        yield "only Unigram and BPE models can be imported, and this one splits words or characters"
    if models.UNUSED in kinds:
        yield "it has pieces that are marked unused, and tokenizers would use them"
    if models.USER_DEFINED in kinds:
        yield "it has user-defined symbols, which SentencePiece finds before it normalizes; tokenizers cannot"
    if proto.trainer_spec.treat_whitespace_as_suffix or not proto.normalizer_spec.escape_whitespaces:
        yield "it writes spaces behind words, or as they are; tokenizers has nothing like it"
    if proto.HasField("denormalizer_spec") and proto.denormalizer_spec.precompiled_charsmap:
        yield "it changes text when it decodes; tokenizers has nothing like it"
