"""Writing Arrow batches to files."""
