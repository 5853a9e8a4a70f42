"""The built-in trainers: from word counts, and HF's own from running text."""
