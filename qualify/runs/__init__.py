"""A run: what is written, what may be overwritten, the audit that it keeps, and what it counts."""
