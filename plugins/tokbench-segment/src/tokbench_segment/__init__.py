"""Words of Thai, Chinese and Japanese: pre-tokenizers in Python, whose code travels with the tokenizers built."""
