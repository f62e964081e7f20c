"""What a library takes in Milvus, by arithmetic: measured libraries, and what follows for larger ones."""
