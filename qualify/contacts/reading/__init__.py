"""Reading contact files into Arrow batches."""
