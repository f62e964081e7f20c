"""What this machine can do at best, and how far from it Pincite is."""
