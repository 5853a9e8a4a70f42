"""Where counting runs: the built-in engines."""
