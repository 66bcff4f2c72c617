"""rule-engine (Python): a compiled rule for each of ours, asked in their order, one contact at a time.

One long `condition ? number :` for all rules was tried, and is no faster.
"""

from collections.abc import Callable, Sequence

import rule_engine
from common_rules import Dialect, Rule

from peers.typed import Typed

RULE_ENGINE = Dialect(
    forms={
        "is": "{c} == {v}",
        "equals": "{c} == {v}",
        "mentions": "{v} in {c}_words",
        "contains": "{v} in {c}",
        "starts_with": "{c}.starts_with({v})",
        "ends_with": "{c}.ends_with({v})",
        "includes": "{v} in {c}",
        "at_least": "{c} >= {v}",
        "more_than": "{c} > {v}",
        "at_most": "{c} <= {v}",
        "less_than": "{c} < {v}",
        "between": "{c} >= {a} and {c} <= {b}",
        "within": "{c}_low >= {a} and {c}_high <= {b}",
        "yes": "{c} == true",
        "no": "{c} == false",
        "is_known": "{c} != null",
        "is_unknown": "{c} == null",
    },
    one_of={"is": "{c} in [{vs}]", "equals": "{c} in [{vs}]"},
    guard="{} != null",
)


def prepared(rules: Sequence[Rule]) -> Callable[[Typed], int]:
    """Return what says which rule places a contact: its number, or -1."""
    compiled = [rule_engine.Rule(RULE_ENGINE.rule(rule)) for rule in rules]

    def number(contact: Typed) -> int:
        return next((number for number, rule in enumerate(compiled) if rule.matches(contact)), -1)

    return number
