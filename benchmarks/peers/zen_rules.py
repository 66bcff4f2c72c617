"""zen-engine (ZEN in Rust, through its Python binding), in two ways, one contact at a time.

`decision_table` is what ZEN is for: a JSON document that people edit, first hit. Each rule is a line of the table whose
condition is an expression. `one_expression` gives up the document: the rules as one compiled chain of
`condition ? number :`. It is the fastest that we found, by far, so it is measured too.
"""

import json
from collections.abc import Callable, Sequence

import zen
from common_rules import Dialect, Rule

from peers.typed import Typed

ZEN = Dialect(
    forms={
        "is": "{c} == {v}",
        "equals": "{c} == {v}",
        "mentions": "contains({c}_words, {v})",
        "contains": "contains({c}, {v})",
        "starts_with": "startsWith({c}, {v})",
        "ends_with": "endsWith({c}, {v})",
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


def decision_table(rules: Sequence[Rule]) -> Callable[[Typed], int]:
    """Return what says by a table which rule places a contact: its number, or -1."""
    decision = zen.ZenEngine().create_decision(json.dumps(table(rules)))

    def number(contact: Typed) -> int:
        return decision.evaluate(contact)["result"].get("rule", -1)

    return number


def one_expression(rules: Sequence[Rule]) -> Callable[[Typed], int]:
    """Return what says by one long expression which rule places a contact: its number, or -1."""
    chain = "".join(f"({ZEN.rule(rule)}) ? {number} : " for number, rule in enumerate(rules))
    return zen.compile_expression(f"{chain}-1").evaluate


def table(rules: Sequence[Rule]) -> dict[str, object]:
    """Return the decision as the JSON that ZEN reads: contacts in, the table, its answer out."""
    lines = [{"_id": f"{number}", "asked": ZEN.rule(rule), "rule": f"{number}"} for number, rule in enumerate(rules)]
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": "asked", "name": "asked"}],  # no field: each cell is a whole condition
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": lines,
    }
    return {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode"},
            {"id": "table", "name": "table", "type": "decisionTableNode", "content": content},
            {"id": "out", "name": "out", "type": "outputNode"},
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
        ],
    }
