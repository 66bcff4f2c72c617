"""All rules at once, by bits."""
