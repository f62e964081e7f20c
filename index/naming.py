"""What the default model is called, for those who name it without opening it."""

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
