"""Proofs for the parts of a plugin: one call a kind, in a test of its own package.

    from tokbench import testing
    from tokbench_german import GermanFold

    def test_german_fold_keeps_its_promises():
        testing.prove_normalizer(GermanFold())

Each call tries the part on text that tells false promises, and ends in a build whose artifact is proved in a fresh
process. What fails is an `AssertionError` with the smallest text that refutes a promise. Needs `pip install
'tokbench[kit]'`.
"""

from tokbench.testing.counting import prove_engine
from tokbench.testing.proving import Refuted
from tokbench.testing.reading import prove_corpus, prove_map
from tokbench.testing.stages import (
    prove_decoder,
    prove_model,
    prove_normalizer,
    prove_post_processor,
    prove_pre_tokenizer,
)
from tokbench.testing.trainers import prove_text_trainer, prove_trainer
from tokbench.testing.using import prove_exporter, prove_importer, prove_metric, prove_task

__all__ = [
    "Refuted",
    "prove_corpus",
    "prove_decoder",
    "prove_engine",
    "prove_exporter",
    "prove_importer",
    "prove_map",
    "prove_metric",
    "prove_model",
    "prove_normalizer",
    "prove_post_processor",
    "prove_pre_tokenizer",
    "prove_task",
    "prove_text_trainer",
    "prove_trainer",
]
