"""Arrow columns to values."""
