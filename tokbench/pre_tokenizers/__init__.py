"""Parts that split text into words: each component of `tokenizers.pre_tokenizers`, and the splits of known models."""
