"""From text to the counts of its words."""
