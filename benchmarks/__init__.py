"""Measurements, one command each; their results are committed beside them."""
