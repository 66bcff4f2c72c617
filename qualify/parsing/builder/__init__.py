"""From the words of a rule file to the tree of what was written; the parser calls a method for each rule it reads.

Lark calls the method named like the grammar's rule or alias with its parts: tokens, and what earlier calls returned.
A part whose first and last piece are known has a place, so each node knows its span. What reads as a sentence but
cannot be meant (`and` and `or` mixed, a date that is no day) is noted in `errors`, and reading goes on.

Lark wants all methods on one object: `Builder` of `statements`, which is made from `Conditions`, made from `Operands`.
"""
