"""Parts that split words into tokens: each model of `tokenizers`, empty, with its options."""
