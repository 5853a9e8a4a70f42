"""The compiled core in plain Python: slow, short, and the specification of what the core must give."""

from tokbench.kernels.reference.merging import learn_merges
from tokbench.kernels.reference.unigram import learn_unigram

__all__ = ["learn_merges", "learn_unigram"]
