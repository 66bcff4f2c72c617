"""Whether contact files fit the rules: their columns, what their cells say, and one contact of them."""
