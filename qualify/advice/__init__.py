"""What the writer of a mistake probably meant, as a fix or in words."""
