"""Syntax tree to model, with all errors and warnings: first names, then types, then the statements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from qualify.advice.rewritten_tests import quoted_parts
from qualify.checking import statements
from qualify.checking.dated_fields import dated_fields
from qualify.checking.definition_depth import too_deep
from qualify.checking.examples import example
from qualify.checking.lints import LINTS
from qualify.checking.names import DEEPEST, Names, collect, in_order, too_large
from qualify.checking.scope import Scope
from qualify.checking.types import infer
from qualify.model.rules import Model
from qualify.model.walk import fields_behind
from qualify.parsing import syntax
from qualify.parsing.project import Project
from qualify.text.diagnostics import Diagnostic, errors, kept
from qualify.text.fixes import rewrite

MOST_STATEMENTS = 20_000


def check(project: Project, today: date | None = None) -> tuple[Model | None, list[Diagnostic]]:
    """Return the model of a project, None if it has errors; and all its problems, in the order of the text.

    `today` decides whether a `review by` date has passed.
    """
    if project.misreadings:
        from qualify.advice.misreadings import explained  # only if needed: it is slow to import

        project = replace(project, problems=(*project.problems, *map(explained, project.misreadings)))
    problems = list(project.problems)
    written = project.statements
    if len(written) > MOST_STATEMENTS:
        message = f"there are {len(written):,} statements; at most {MOST_STATEMENTS:,} are read"
        return None, [*problems, Diagnostic("E412", message, written[MOST_STATEMENTS].span)]
    names = collect(project)
    order, circles = in_order(names)
    if circles:  # types cannot be inferred in a circle
        return None, _in_order_of_text([*problems, *names.problems, *circles])
    if large := too_large(order, names, project.list_files):
        return None, _in_order_of_text([*problems, *names.problems, large])
    types, conflicts = infer(written, names)
    scope = Scope(names, types, project.unread, dict(project.list_files))
    model = _model(project, names, scope, order)
    found = [one for lint in LINTS for one in lint(project, scope, today)]
    conflicting = {conflict.span for conflict in conflicts}  # E301 at the same place would follow from the conflict
    others = [one for one in scope.errors if one.code != "E301" or one.span not in conflicting]
    problems += [*names.problems, *conflicts, *found, *others, *scope.doubts]
    return (None if errors(problems) else model), _in_order_of_text(problems)


def _model(project: Project, names: Names, scope: Scope, order: list[str]) -> Model | None:
    written = project.statements
    resolved = {name: statements.definition(names.definitions[name], scope) for name in order}
    definitions = {name: one for name in names.definitions if (one := resolved[name])}
    for statement in written:
        if isinstance(statement, syntax.List) and statement.name.text in names.definitions:
            _check_list(statement, scope)
    stages = statements.stages(written, project.first, scope)
    heading = statements.heading(written, project.first, scope)
    rules = statements.rules(written, stages, scope)
    otherwise = statements.otherwise(written, stages, project.first, scope)
    in_order = tuple(definitions[name] for name in order if name in definitions)
    if deep := too_deep(in_order, rules, DEEPEST):
        scope.problem("E411", f"`{deep.name}` is built on more than {DEEPEST} levels of definitions", deep.span)
        return None
    earlier = errors([*project.problems, *names.problems])
    # After an error, a name that is used may have no definition.
    dated = frozenset[str]() if earlier or scope.errors else dated_fields(rules, definitions)
    rule_names = {rule.name for rule in rules}
    examples = tuple(
        example(one, scope, stages, rule_names, dated) for one in written if isinstance(one, syntax.Example)
    )
    if earlier or scope.errors:
        return None
    first_mentions = fields_behind([*rules, *definitions.values()], definitions)
    fields = {name: names.found[name][0] for name in (*first_mentions, *names.found)}
    mentions = {name: names.found[name][1] for name in fields}
    return Model(
        title=str(heading["title"]),
        owner=_text(heading.get("owner")),
        version=_text(heading.get("version")),
        agreed=_date(heading.get("agreed")),
        review_by=_date(heading.get("review by")),
        stages=stages,
        id_column=names.id_column,
        fields=fields,
        mentions=mentions,
        definitions=definitions,
        rules=rules,
        otherwise=otherwise,
        examples=examples,
        order=in_order,
        sources=project.sources,
    )


def _check_list(statement: syntax.List, scope: Scope) -> None:
    """Check the lists that a list names. Its values are checked where they are used."""
    for value in statement.values:
        match value:
            case syntax.Name(text) if not scope.names.is_list(text):
                fix = rewrite(value.span, f'a text needs quotes: `"{text}"`')
                scope.problem("E204", f"there is no list `{text}`", value.span, fix)
            case syntax.Header():
                fix = rewrite(value.span, f"write `{quoted_parts(value)}`")
                scope.problem(
                    "E206", f"`{value.span.text}` is a field, but a list contains only values", value.span, fix
                )
            case syntax.Today():
                scope.problem("E302", "a list cannot contain `today`", value.span)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _date(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _in_order_of_text(problems: list[Diagnostic]) -> list[Diagnostic]:
    """Return problems without duplicates, file by file and from top to bottom, up to a limit."""
    files: dict[str, int] = {}
    for problem in problems:
        if problem.span:
            files.setdefault(problem.span.source.name, len(files))

    def place(problem: Diagnostic) -> tuple[int, int]:
        return (files[problem.span.source.name], problem.span.start) if problem.span else (-1, 0)

    return kept(sorted(dict.fromkeys(problems), key=place))
