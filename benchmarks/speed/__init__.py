"""How long Pincite takes to start, answer and add, and how that grows with what it holds."""
