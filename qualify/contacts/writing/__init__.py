"""Arrow batches to files."""
