"""The workbench for people who build tokenizers."""
