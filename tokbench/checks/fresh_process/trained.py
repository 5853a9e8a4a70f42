"""Proofs that the loaded tokenizer is the trained one: tokens, ids, offsets, text, special tokens, pairs."""

from __future__ import annotations

import hashlib
import json

from .proofs import Failed, Loaded, ids_of, same


def check_vocabulary(loaded: Loaded) -> str:
    """Check that every token has the id it was trained with, without holes, and that sizes are as asked for."""
    tokenizer, job = loaded.tokenizer, loaded.job
    vocabulary = tokenizer.get_vocab()
    if len(tokenizer) != job["length"]:
        raise Failed(f"len(tokenizer) is {len(tokenizer)}, and must be {job['length']}")
    if holes := sorted(set(range(len(tokenizer))) - set(vocabulary.values())):
        raise Failed(f"{len(holes)} ids have no token, the first is {holes[0]}")
    if vocabulary_digest(vocabulary) != job["vocabulary"]:
        raise Failed("the tokens and their ids are not those of the trained tokenizer")
    asked = job["vocab_size"]
    if asked is not None and tokenizer.vocab_size > asked:
        raise Failed(f"vocab_size is {tokenizer.vocab_size}, and {asked} was asked for")
    fewer = "" if asked in (None, tokenizer.vocab_size) else f", {asked} at most were asked for"
    return f"{len(tokenizer)} tokens{fewer}"


def vocabulary_digest(vocabulary: dict[str, int]) -> str:
    """Return the sha256 of the vocabulary, whatever order it comes in."""
    return hashlib.sha256(json.dumps(sorted(vocabulary.items())).encode()).hexdigest()


def check_ids(loaded: Loaded) -> str:
    """Check that ids are those of the trained tokenizer, with special tokens around the text and without."""
    same("ids", loaded.texts, ids_of(loaded.tokenizer, loaded.texts), loaded.job["ids"])
    return same("ids", loaded.texts, loaded.tokenizer(loaded.texts)["input_ids"], loaded.job["framed"])


def check_offsets(loaded: Loaded) -> str:
    """Check that offsets are those of the trained tokenizer."""
    encoded = loaded.tokenizer(loaded.texts, add_special_tokens=False, return_offsets_mapping=True)
    found = [[list(span) for span in spans] for spans in encoded["offset_mapping"]]
    return same("offsets", loaded.texts, found, loaded.job["offsets"])


def check_decoding(loaded: Loaded) -> str:
    """Check that decoded text is that of the trained tokenizer; keep what a user gets, for the round trip."""
    tokenizer = loaded.tokenizer
    loaded.decoded = [tokenizer.decode(ids) for ids in loaded.job["ids"]]
    plain = [tokenizer.decode(ids, clean_up_tokenization_spaces=False) for ids in loaded.job["ids"]]
    return same("text", loaded.texts, plain, loaded.job["decoded"])


def check_special_tokens(loaded: Loaded) -> str:
    """Check roles and ids of special tokens, and that with `split_special_tokens` they never come from text."""
    tokenizer, job = loaded.tokenizer, loaded.job
    special: dict[str, int] = job["special_tokens"]
    found = {token: tokenizer.convert_tokens_to_ids(token) for token in special}
    if found != special:
        raise Failed(f"special tokens have the ids {found}, and must have {special}")
    if strangers := sorted(set(tokenizer.all_special_tokens) ^ set(special)):
        raise Failed(f"{strangers} are special in the folder or in the recipe, and not in both")
    texts: list[str] = job["spelled"]
    split = ids_of(tokenizer, texts, split_special_tokens=True)
    same("ids with split_special_tokens=True", texts, split, job["split"])
    may = {job["unknown_id"]}  # text outside the alphabet is what the unknown token is for
    if leaked := [token for token, number in special.items() if any(number in set(ids) - may for ids in split)]:
        loaded.limitations.append(
            f"with split_special_tokens=True, the text of {', '.join(leaked)} still becomes the special token: the"
            " model's own vocabulary holds it as a word"
        )
    return f"{len(special)} special tokens, spelled out in {len(texts)} texts"


def check_pairs(loaded: Loaded) -> str:
    """Check that pairs give the ids and type ids of the trained tokenizer, alone and in a batch."""
    pairs = [tuple(pair) for pair in loaded.job["pairs"]]
    firsts, seconds = [first for first, _ in pairs], [second for _, second in pairs]
    batch = loaded.tokenizer(firsts, seconds, return_token_type_ids=True)
    same("ids", pairs, batch["input_ids"], [expected["ids"] for expected in loaded.job["paired"]])
    if loaded.job["types"]:
        same("type ids", pairs, batch["token_type_ids"], [expected["type_ids"] for expected in loaded.job["paired"]])
    alone = [loaded.tokenizer(first, second)["input_ids"] for first, second in pairs]
    same("ids", pairs, alone, batch["input_ids"])
    return f"{len(pairs)} pairs"
