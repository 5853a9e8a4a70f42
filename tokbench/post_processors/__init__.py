"""Parts that add what a model expects around a sequence: each component of `tokenizers.processors`."""
