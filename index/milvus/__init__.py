"""The engine past one machine: Milvus keeps a library and searches it, for any number of processes."""
