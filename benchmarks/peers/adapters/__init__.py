"""One script for each peer, run by the Python of an environment in which only that peer is installed."""
