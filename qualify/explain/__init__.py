"""A decision in words: why a contact is placed where it is, and why not higher."""
