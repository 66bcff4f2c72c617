"""Syntax to model: every name resolved, every type settled, or every problem found."""
