"""Post-processors, written in Python, that look at the text: what no template of `tokenizers` can do."""
