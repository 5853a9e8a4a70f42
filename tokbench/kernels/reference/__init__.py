"""The compiled core in plain Python: slow, short, and the specification of what the core must give."""

from tokbench.kernels.reference.merging import learn_merges

__all__ = ["learn_merges"]
