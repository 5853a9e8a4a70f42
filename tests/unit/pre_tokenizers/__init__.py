"""Tests of tokbench.pre_tokenizers."""
