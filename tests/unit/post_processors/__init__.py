"""Tests of tokbench.post_processors."""
