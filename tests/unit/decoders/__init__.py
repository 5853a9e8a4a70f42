"""Tests of tokbench.decoders."""
