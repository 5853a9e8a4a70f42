"""Python that an artifact carries: the parts of a tokenizer that `tokenizers` cannot save, as code that travels."""
