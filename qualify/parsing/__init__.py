"""The text of a rule file to what was written, and what is told of a text that cannot be read."""
