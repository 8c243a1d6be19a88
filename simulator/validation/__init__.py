"""One rule for each kind of input."""
