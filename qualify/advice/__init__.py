"""What a writer probably meant where the rules cannot be read."""
