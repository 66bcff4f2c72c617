"""Runs of the past: read again, compared, and proved."""
