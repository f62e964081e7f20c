"""Text in, neighbours out: documents, their passages and sentences, and the indexes that find them."""
