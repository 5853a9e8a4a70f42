"""Tasks: what is learned from a labelled set."""
