"""The image, run for real; started by ``make container``, which builds it."""
