"""One contact to a decision: the meaning of the rules, and the reference for every other target."""
