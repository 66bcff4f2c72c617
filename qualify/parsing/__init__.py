"""Rule files and field files to syntax trees, with the errors in text that cannot be read."""
