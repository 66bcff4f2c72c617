"""Syntax tree to model, with every name resolved and every type known; or else every problem found."""
