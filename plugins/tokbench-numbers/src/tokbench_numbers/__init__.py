"""Parts for numbers, written in Python: a plugin whose code travels with the tokenizers that are built with it."""
