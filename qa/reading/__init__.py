"""Reading the passages that were found, word by word beside the question."""
