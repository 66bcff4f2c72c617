"""`qualify test`: the examples that stand in the rules."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from qualify.cli import options
from qualify.cli.failures import RULES_FAILED

if TYPE_CHECKING:
    from qualify.explain.example_results import Gap, Outcome


@click.command(short_help="Run the examples that stand in the rules.")
@click.argument("rules", metavar="RULES...", nargs=-1, required=True, type=options.FILE)
@click.option("--coverage", is_flag=True, help="Also show the rules, criteria and conditions no example exercises.")
@options.root
@options.as_of
@options.output_format
def command(rules: tuple[str, ...], coverage: bool, root: str | None, as_of: date, form: str) -> None:
    """Run the examples that stand in the files RULES, and show what came out otherwise than expected.

    With --coverage a rule counts as exercised when it placed an example's contact; a criterion, and each test in the
    rules, when it came out yes in one example and not yes in another.

    \b
    Examples:
      qualify test rules/bant.lead
      qualify test rules/*.lead --coverage
    """
    from qualify.cli.output.screen import say_json
    from qualify.explain.example_results import gaps, outcomes, tested
    from qualify.ruleset import load

    told = []
    failed = False
    for file in rules:
        model = load(file, root=root).model
        examples = tested(model, as_of)
        found = outcomes(examples)
        left_out = gaps(model, examples) if coverage else ()
        failed |= any(outcome.failures for outcome in found)
        told.append({"file": file, "examples": found, **({"coverage": left_out} if coverage else {})})
        if form == "text":
            _show(file, found, left_out, coverage)
    if form == "json":
        say_json(told)
    if failed:
        raise click.exceptions.Exit(RULES_FAILED)


def _show(file: str, found: tuple[Outcome, ...], left_out: tuple[Gap, ...], coverage: bool) -> None:
    from qualify.cli.output.screen import say, show_table
    from qualify.explain.wording import counted

    for outcome in found:
        if outcome.failures:
            say(_told(outcome))
    failures = sum(bool(outcome.failures) for outcome in found)
    verdict = counted(failures, "fails", "fail") if failures else "as expected"
    say(f"{file}: {counted(len(found), 'example')}{': ' + verdict if found else ''}")
    if coverage and not left_out:
        say("every rule, criterion and condition is exercised")
    elif coverage:
        rows = [(gap.kind, gap.name, gap.wanting, gap.place) for gap in left_out]
        show_table(("", "", "missing", "where"), rows, f"{len(left_out):,} not exercised")


def _told(outcome: Outcome) -> str:
    """Return a failing example as people read it: each expectation with what came out, and why."""
    lines = [f'✗ example "{outcome.example}" ({outcome.place})']
    for failure in outcome.failures:
        lines += [f"    expected {failure.expected}; came out {failure.found}"]
        lines += [f"      {line}" for line in failure.why]
    return "\n".join([*lines, ""])
