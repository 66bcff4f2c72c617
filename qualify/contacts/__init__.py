"""Files <-> Arrow batches: the only file access below the commands."""
