"""SuperBPE for tokbench: a trainer whose tokens may reach across spaces."""

from tokbench_superbpe.trainer import SuperBPETrainer

__all__ = ["SuperBPETrainer"]
