"""The edge: HTTP, the command line and the settings."""
