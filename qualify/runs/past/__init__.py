"""Earlier runs: how to read, compare and verify them."""
