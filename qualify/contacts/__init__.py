"""Reading contact files into Arrow batches, and writing batches to files."""
