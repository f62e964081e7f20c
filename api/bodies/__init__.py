"""The bodies of version 1: what requests and responses look like as JSON."""
