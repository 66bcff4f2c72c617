"""Reading Arrow columns: each distinct cell becomes a value once."""
