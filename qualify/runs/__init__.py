"""A run: what it writes, what it may replace, its audit and its counts."""
