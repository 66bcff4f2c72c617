"""Contact files to Arrow batches."""
