"""Proofs that are run on every artifact, in a fresh process, with stock `transformers` and `tokenizers`."""
