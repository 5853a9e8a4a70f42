"""Learn the pieces of a Unigram model from word counts.

Kudo (2018), "Subword Regularization: Improving Neural Network Translation Models with Multiple Subword Candidates",
section 3.2, as sentencepiece does it (unigram_model_trainer.cc): a large vocabulary of strings that occur often;
rounds of expectation maximization; pruning of the pieces whose loss costs the least likelihood; and so on until
few more pieces are left than were asked for, of which the likeliest are kept.

Four things differ from sentencepiece. Words are weighted by their counts from the start. All characters that are kept
stay pieces throughout. Pieces are dropped only as long as enough are left. And every choice is a total order: of equal
pieces, the one that was the better seed is kept.

Ids are given to the reserved tokens, then to the user-defined pieces, then to the learned ones by falling score, equal
scores by code point.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from tokbench.kernels.reference.lattice import Model, add_expected, likeliest
from tokbench.kernels.reference.numbers import digamma, exponential, logarithm
from tokbench.kernels.reference.seeds import Stretch, covered, seeds, stretches
from tokbench.kernels.unigram import DECIMALS, Pieces, UnigramOptions, numbered

FINEST = 32
"""Bits of the fraction in which expected counts are held, at most."""
BLOCK = 1 << 12
"""How many places the texts have whose expected counts are found together, or one text has more."""
LEAST_EXPECTED = 0.5
"""A piece that is expected less often than this is dropped; what must stay counts as this."""


def learn_unigram(words: Iterable[tuple[str, int]], options: UnigramOptions) -> Pieces:
    """Return the vocabulary that the words make: ``low 5, lower 2 → … low, er, …``.

    The vocabulary passes `vocab_size` where fixed tokens and characters alone do, and is then not trained: refusing
    is the caller's part.
    """
    words = list(words)
    alphabet = covered(words, options)
    fixed = {*options.reserved, *options.user_defined}
    size = options.vocab_size - len(fixed - alphabet)
    if size < len(alphabet):
        return numbered(options, alphabet, {})
    texts = stretches(words, alphabet, options)
    absent = alphabet.difference(*(text for text, _ in texts))
    return numbered(options, alphabet, train(texts, size - len(absent), options))


def train(texts: list[Stretch], size: int, options: UnigramOptions) -> dict[str, float]:
    """Return `size` pieces, or as many as the texts make, with their scores."""
    if not texts:
        return {}
    weighted = seeds(texts, options)
    total = float(sum(weight for _, weight in weighted))
    model = Model([piece for piece, _ in weighted], [], [float(weight) / total for _, weight in weighted])
    enough = size * 11 // 10
    while True:
        for _ in range(options.n_sub_iterations):
            model = maximized(model, expected(model, texts), fraction_bits(texts), size)
        if len(model.pieces) <= enough:
            break
        model = pruned(model, texts, max(enough, int(len(model.pieces) * options.shrinking_factor)), size)
    return cut(model, size)


def cut(model: Model, size: int) -> dict[str, float]:
    """Keep the characters and the pieces of the highest scores, up to `size` in all; round the scores."""
    ranked = sorted(zip(model.pieces, model.scores, strict=True), key=lambda piece: (len(piece[0]) > 1, -piece[1]))
    return {piece: round(score, DECIMALS) for piece, score in ranked[:size]}


def fraction_bits(texts: list[Stretch]) -> int:
    """Return how many bits of a 64-bit number are left for the fraction of an expected count."""
    return min(FINEST, 62 - sum(len(text) * count for text, count in texts).bit_length())


def expected(model: Model, texts: list[Stretch]) -> list[int]:
    """Return how often each piece is expected in the texts, in units of 2^-`fraction_bits`."""
    counts = [0] * len(model.pieces)
    unit = 2.0 ** fraction_bits(texts)
    for block in blocks(texts):
        add_expected(model, [(text, float(count) * unit) for text, count in block], counts)
    return counts


def blocks(texts: list[Stretch]) -> Iterator[list[Stretch]]:
    """Yield neighboring texts, as many as have `BLOCK` places; what a text shares with the one before counts once."""
    block: list[Stretch] = []
    places = 0
    for text, count in texts:
        shared = shared_end(block[-1][0], text) if block else 0
        if block and places + len(text) - shared > BLOCK:
            yield block
            block, places, shared = [], 0, 0
        block.append((text, count))
        places += len(text) - shared
    if block:
        yield block


def shared_end(one: str, other: str) -> int:
    """Return how many characters two texts share at their ends: ``lower, newer → 2``."""
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(reversed(one), reversed(other), strict=False))
    return sum(1 for _ in same)


def maximized(model: Model, counts: list[int], bits: int, size: int) -> Model:
    """Return the model under which the expected counts are likeliest, without the pieces that are hardly expected.

    Not their shares are taken but exp ψ of them, as if they had been drawn under a Dirichlet prior that wants few
    pieces (Liang and Klein 2007, "Structured Bayesian Nonparametric Models with Variational Inference").
    """
    least = int(LEAST_EXPECTED * 2**bits)
    order = sorted(range(len(counts)), key=lambda i: (len(model.pieces[i]) > 1, -counts[i]))
    kept = sorted(i for rank, i in enumerate(order) if rank < size or counts[i] >= least)
    floored = [max(counts[i], least) for i in kept]
    whole = digamma(_in_units(sum(floored), bits))
    scores = [digamma(_in_units(count, bits)) - whole for count in floored]
    return Model([model.pieces[i] for i in kept], scores, [exponential(score) for score in scores])


def _in_units(count: int, bits: int) -> float:
    return float(count) / 2.0**bits


def pruned(model: Model, texts: list[Stretch], most: int, least: int) -> Model:
    """Return a model of at most `most` pieces, the ones that the texts would miss the most.

    Pieces that no text's likeliest spelling uses go at once, so long as `least` are left.
    """
    used = [0] * len(model.pieces)
    for text, count in texts:
        for piece in likeliest(model, text)[1]:
            used[piece] += count
    losses = {i: loss(model, used, i) for i, piece in enumerate(model.pieces) if len(piece) > 1}
    order = sorted(losses, key=lambda i: (losses[i] is None, -(losses[i] or 0.0)))
    characters = len(model.pieces) - len(losses)
    missed = sum(loss is not None for loss in losses.values())
    keep = {*order[: max(min(missed, most - characters), least - characters)]}
    kept = [i for i in range(len(model.pieces)) if i in keep or i not in losses]
    return Model([model.pieces[i] for i in kept], [model.scores[i] for i in kept], [model.chances[i] for i in kept])


def loss(model: Model, used: list[int], piece: int) -> float | None:
    """Return what the logarithm of the texts' likelihood loses without a piece, None where it is of no use.

    Wherever the piece is used, its own likeliest spelling with other pieces is taken to stand in its place.
    """
    score, instead = likeliest(model, model.pieces[piece], without=piece)
    if not used[piece] or score > model.scores[piece]:
        return None
    count, total = float(used[piece]), float(sum(used))
    with_it = logarithm(count) - logarithm(total)
    total_without = logarithm(total + count * float(len(instead) - 1))
    without_it = 0.0
    for other in instead:
        without_it += logarithm(float(used[other]) + count) - total_without
    return count * (with_it - without_it)
