"""Parity-aware BPE for tokbench."""

from tokbench_parity.trainer import ParityBPETrainer

__all__ = ["ParityBPETrainer"]
