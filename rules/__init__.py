"""Starter rules that users copy, with a field file and a sample of contacts."""
