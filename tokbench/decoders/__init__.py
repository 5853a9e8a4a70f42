"""Parts that put tokens back into text: each component of `tokenizers.decoders`, and its options."""
