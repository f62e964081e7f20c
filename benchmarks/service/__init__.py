"""What the service does when more is asked than it can answer, and after a long time of work."""
