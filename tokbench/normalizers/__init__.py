"""Parts that change text before it is split: each component of `tokenizers.normalizers`, and its options."""
