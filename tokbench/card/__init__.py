"""The model card, README.md of an artifact: what the build knows, and what a validation adds later."""
