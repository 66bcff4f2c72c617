"""Text and the places in it: comparing, showing, and the diagnostics that point at it."""
