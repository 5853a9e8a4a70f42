"""The recipe: one TOML file that describes a tokenizer, checked as a whole before anything is read."""
