"""The same questions of the same library, kept by one engine and by the other."""
