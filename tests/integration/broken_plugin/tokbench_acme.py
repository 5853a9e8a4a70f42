"""A module that cannot be imported."""

import sentencepieze  # noqa: F401
