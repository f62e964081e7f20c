"""The same answers as tools of an assistant, over the Model Context Protocol."""
