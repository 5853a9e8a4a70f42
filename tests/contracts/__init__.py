"""What every built-in part promises, tested over all of them."""
