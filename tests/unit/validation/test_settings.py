"""Settings of a fine-tuning are refused by their table, with a sentence that begins with the key."""

from __future__ import annotations

import pytest

from tokbench.options import OptionErrors, make
from tokbench.validation.settings import ModelSettings, TrainingSettings, TransferSettings


@pytest.mark.parametrize(
    ("table", "given", "key", "what"),
    [
        (TrainingSettings, {"epochs": 0}, "epochs", "must be above 0"),
        (TrainingSettings, {"stride": 512}, "stride", "must be smaller than the window"),
        (TrainingSettings, {"warmup": 1.5}, "warmup", "must be from 0 to 1, a share of the updates"),
        (TrainingSettings, {"early_stopping": -1}, "early_stopping", "must be 0 or more"),
        (TrainingSettings, {"pieces": "last"}, "pieces", "must be 'first' or 'all', not \"last\""),
        (TransferSettings, {"masked_share": 1.0}, "masked_share", "must be between 0 and 1"),
        (TransferSettings, {"method": "magic"}, "method", "must be 'fvt' or 'mean' or 'random' or 'distillation'"),
        (ModelSettings, {"revision": "main"}, "revision", "needs a checkpoint"),
        (ModelSettings, {"dropout": 1.0}, "dropout", "must be from 0 to below 1"),
    ],
)
def test_wrong_settings_are_told(table, given, key, what):
    """What types cannot say, the class says."""
    with pytest.raises(OptionErrors) as caught:
        make(table, given)
    [(name, sentence)] = caught.value.errors
    assert f"{name} {sentence}".strip().startswith(f"{key} {what}")


def test_defaults_are_settings():
    """Every table may be left out."""
    assert make(TrainingSettings, {}).batch_size == 32
