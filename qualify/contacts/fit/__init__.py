"""Whether contact files fit the rules: their columns and cells, and the lookup of one contact."""
