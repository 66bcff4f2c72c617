"""common-expression-language (CEL in Rust): compiled programs of ten rules each, one contact at a time.

A program is a chain of `condition ? number :`, so that it stops at the first rule that is yes.
"""

from collections.abc import Callable, Sequence

import cel
from common_rules import Dialect, Rule

from peers.typed import Typed

CEL = Dialect(
    forms={
        "is": "{c} == {v}",
        "equals": "{c} == {v}",
        "mentions": "{c}_words.contains({v})",
        "contains": "{c}.contains({v})",
        "starts_with": "{c}.startsWith({v})",
        "ends_with": "{c}.endsWith({v})",
        "includes": "{v} in {c}",
        "at_least": "{c} >= {v}",
        "more_than": "{c} > {v}",
        "at_most": "{c} <= {v}",
        "less_than": "{c} < {v}",
        "between": "{c} >= {a} && {c} <= {b}",
        "within": "{c}_low >= {a} && {c}_high <= {b}",
        "yes": "{c} == true",
        "no": "{c} == false",
        "is_known": "{c} != null",
        "is_unknown": "{c} == null",
    },
    one_of={"is": "{c} in [{vs}]", "equals": "{c} in [{vs}]"},
    all_of=" && ",
    any_of=" || ",
    no="!({})",
    guard="{} != null",
)


AT_ONCE = 10  # rules in a program: a program a rule is slower, and one for all of them is too deep for its parser


def prepared(rules: Sequence[Rule]) -> Callable[[Typed], int]:
    """Return what says which rule places a contact: its number, or -1."""
    numbered = [f"({CEL.rule(rule)}) ? {number} : " for number, rule in enumerate(rules)]
    programs = [
        cel.compile("".join(numbered[start : start + AT_ONCE]) + "-1") for start in range(0, len(rules), AT_ONCE)
    ]

    def number(contact: Typed) -> int:
        context = cel.Context(contact)  # converted once for all programs
        return next((number for program in programs if (number := program.execute(context)) >= 0), -1)

    return number
