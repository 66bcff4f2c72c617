"""The builder of the syntax tree.

Lark calls the method named like each rule or alias of the grammar with its parts: tokens, and what earlier calls
returned. The span of a node goes from its first part to its last. Text that parses but cannot be meant (`and` mixed
with `or`, a date that is not in the calendar) is noted in `errors`, and reading goes on.

Lark needs all methods on one object: `Builder` inherits from `Conditions`, which inherits from `Operands`.
"""
