"""What to ask, once for each distinct pattern of answers."""
