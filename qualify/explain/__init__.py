"""A decision in words: why a contact is where it is, and why not higher."""
