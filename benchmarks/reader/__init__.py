"""Training of the reader: not part of what is installed."""
