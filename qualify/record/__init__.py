"""One contact to a decision: the definition of what rules mean, and the reference for every other evaluator."""
