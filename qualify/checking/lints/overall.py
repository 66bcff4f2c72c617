"""Warnings about a rule file as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from qualify.checking.scope import Scope
from qualify.parsing.project import Project
from qualify.parsing.syntax import Heading, Rule
from qualify.text.diagnostics import Diagnostic, errors
from qualify.text.source import Span


def no_rule(project: Project, scope: Scope, today: date | None) -> Iterator[Diagnostic]:
    """Yield a warning if there is no rule, unless one may be in a statement that could not be read."""
    if not errors(project.problems) and not any(isinstance(one, Rule) for one in project.statements):
        message = "there is no rule, so every contact is placed by `otherwise`"
        yield Diagnostic("W202", message, Span(project.first, 0, 0), 'add one: `rule "NAME": lead when …`')


def past_review(project: Project, scope: Scope, today: date | None) -> Iterator[Diagnostic]:
    """Yield a warning if the date of `review by` has passed."""
    heading = next((dict(one.items) for one in project.statements if isinstance(one, Heading)), {})
    review_by = heading["review by"].value if "review by" in heading else None
    if isinstance(review_by, date) and today is not None and review_by < today:
        message = f"these rules were due for review by {review_by}"
        yield Diagnostic("W203", message, Span(project.first, 0, 0), "agree on them again, and set a new `review by`")
