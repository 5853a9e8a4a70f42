"""Tests of tokbench.models."""
