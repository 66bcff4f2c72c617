"""`qualify test`: run the examples in the rules."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from qualify.cli import options
from qualify.cli.failures import RULES_FAILED

if TYPE_CHECKING:
    from qualify.explain.example_results import Gap, Outcome


@click.command
@click.argument("rules", metavar="RULES...", nargs=-1, required=True, type=options.FILE)
@click.option("--coverage", is_flag=True, help="Also show what no example exercises.")
@options.root
@options.as_of
@options.output_format
def command(rules: tuple[str, ...], coverage: bool, root: str | None, as_of: date, form: str) -> None:
    """Run the examples in the files RULES, and show which failed and why.

    With --coverage, also show the rules, criteria and conditions that no example exercises. A rule is exercised if it
    places an example's contact; a criterion or condition, if it is yes in one example and not yes in another.

    \b
    Examples:
      qualify test rules/bant.lead
      qualify test rules/*.lead --coverage
    """
    from qualify.cli.output.screen import say_json
    from qualify.explain.example_results import gaps, outcomes, tested
    from qualify.ruleset import load

    results = []
    failed = False
    for file in rules:
        model = load(file, root=root).model
        examples = tested(model, as_of)
        found = outcomes(examples)
        left_out = gaps(model, examples) if coverage else ()
        failed |= any(outcome.failures for outcome in found)
        results.append({"file": file, "examples": found, **({"coverage": left_out} if coverage else {})})
        if form == "text":
            _show(file, found, left_out, coverage)
    if form == "json":
        say_json(results)
    if failed:
        raise click.exceptions.Exit(RULES_FAILED)


def _show(file: str, found: tuple[Outcome, ...], left_out: tuple[Gap, ...], coverage: bool) -> None:
    from qualify.cli.output.screen import say, show_table
    from qualify.explain.wording import counted

    for outcome in found:
        if outcome.failures:
            say(_failure_text(outcome))
    failures = sum(bool(outcome.failures) for outcome in found)
    verdict = counted(failures, "fails", "fail") if failures else "as expected"
    say(f"{file}: {counted(len(found), 'example')}{': ' + verdict if found else ''}")
    if coverage and not left_out:
        say("every rule, criterion and condition is exercised")
    elif coverage:
        rows = [(gap.kind, gap.name, gap.wanting, gap.place) for gap in left_out]
        show_table(("", "", "missing", "where"), rows, f"{len(left_out):,} not exercised")


def _failure_text(outcome: Outcome) -> str:
    """Return the text for a failing example: each expectation that failed, the actual result, and why."""
    lines = [f'✗ example "{outcome.example}" ({outcome.place})']
    for failure in outcome.failures:
        lines += [f"    expected {failure.expected}; got {failure.found}"]
        lines += [f"      {line}" for line in failure.why]
    return "\n".join([*lines, ""])
