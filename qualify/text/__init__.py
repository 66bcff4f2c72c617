"""Texts: how they are compared and shown, the places in them, and the diagnostics and fixes for these places."""
