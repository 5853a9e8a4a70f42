"""Labelled sets: sentences of words with a tag each, read from what people publish; no torch is needed here."""
