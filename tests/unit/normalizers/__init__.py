"""Tests of tokbench.normalizers."""
