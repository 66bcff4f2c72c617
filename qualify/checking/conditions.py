"""What a condition means: its tests, and the `and`, `or`, `not` and `at least 2 of` that join them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeGuard

from qualify import model
from qualify.checking.compared_values import grade_labels, label_of, value_of, values_of
from qualify.checking.hints import fitting, re_spaced, shown
from qualify.checking.names import WORDS, names_in
from qualify.checking.operands import operand_of
from qualify.checking.scope import Scope
from qualify.checking.types import ON_DATES
from qualify.language import logic
from qualify.language.kinds import Kind
from qualify.language.logic import Not
from qualify.language.operators import OPERATORS
from qualify.language.predicates import Values
from qualify.model.expressions import Condition, Constant, Holds, IsAnswered, Operand, Test
from qualify.parsing import syntax
from qualify.parsing.syntax import Literal, Name, Period
from qualify.text.diagnostics import Diagnostic
from qualify.text.source import Span

ALONE = {
    "score": "write `{} is at least 50`",
    "grade": 'write `{} is "A"`',
    "computed field": "write `{} is at least 50`",
}
MORE = ("more", "higher", "above", "over", "greater", "later", "after", "better", "larger", "bigger", "longer", "up")
LESS = ("less", "lower", "below", "under", "fewer", "earlier", "before", "worse", "smaller", "shorter", "down")
UNCLEAR = ("older", "newer", "equal")  # older is more as a number and less as a date: the writer has to say
EVERY = ("mentions", "contains", "matches", "includes")  # a text may well have several of these at once
LISTED = ("is", "is_any_of", "starts_with", "ends_with", *EVERY)  # the tests that take several values
# By type, the test that says of it what another says of another type.
LIKEWISE: dict[Kind, dict[str, str]] = {
    Kind.LIST: dict.fromkeys(("is", "is_any_of", "mentions", "contains"), "includes"),
    Kind.TEXT: {"includes": "mentions"},
    Kind.DATE: ON_DATES,
    Kind.NUMBER: {on_dates: other for other, on_dates in ON_DATES.items()},
}
# What a test and `or more`, a test and `or less` are to say; each also where the test has a `not`.
AMOUNTS = (("at least", "less than"), ("at most", "more than"))
DATES = (("on or after", "before"), ("on or before", "after"))


def condition_of(written: syntax.Condition, scope: Scope) -> Condition:
    """Return what a condition means; a part with a problem has a stand-in, so that the rest is looked at as well."""
    match written:
        case syntax.Bare():
            return _bare(written, scope)
        case syntax.Test():
            return _test(written, scope)
    return logic.with_operands(written, _all(logic.operands(written), scope))


def _all(written: Sequence[syntax.Condition], scope: Scope) -> tuple[Condition, ...]:
    resolved = []
    for place, operand in enumerate(written):
        if place and _loose_value(operand):
            if place + 1 == len(written) or not _loose_value(written[place + 1]):  # once, for all that follow
                _note_loose(operand, written[:place], scope)
            resolved.append(_stand_in(operand.span))
        elif place and (test := _halved(written[place - 1], operand, scope)):
            scope.problem("E105", f"`{operand.span.text}` stands alone", operand.span, _whole(test, operand, scope))
            resolved.append(_stand_in(operand.span))
        else:
            resolved.append(condition_of(operand, scope))
    return tuple(resolved)


def _note_loose(loose: syntax.Condition, before: Sequence[syntax.Condition], scope: Scope) -> None:
    """`country is "DE" or "FR"`: show the values as one list."""
    value = _loose_value(loose)
    assert value is not None
    values = [value.span.text]
    hint = f"write `FIELD is {value.span.text}`"
    for earlier in reversed(before):
        if isinstance(earlier, syntax.Test) and earlier.values:
            joined = loose.span.source.text[earlier.span.end : loose.span.start].rstrip().lower()
            join = "and" if joined.endswith("and") else "or"
            hint = f"write `{_of_all(values, earlier, join, isinstance(loose, Not), scope)}`"
            break
        if other := _loose_value(earlier):
            values = [other.span.text, *values]
    scope.problem("E105", f"`{value.span.text}` stands alone", loose.span, hint)


def _of_all(values: Sequence[str], test: syntax.Test, join: str, is_not: bool, scope: Scope) -> str:
    """Return a test as it is written of its own values and of some that stand behind it, joined by `and` or `or`.

    With `is_not` a `not` stands before those behind it.
    """
    subject, negative = shown(test.subject), OPERATORS[test.operator].negative
    if is_not and negative and not test.negated:
        words = negative.split(" V")[0]
        many = "" if len(values) == 1 else " any of"
        return f"{subject} {words}{many} {', '.join(values)}"
    own = [shown(one) for one in test.values]
    words = re_spaced(Span(test.span.source, test.span.start, test.values[0].span.start).text)
    if test.operator in ("is", "is_any_of") and scope.types.kind(test.subject) in (Kind.DATE, Kind.FLAG):
        return _one_by_one(test, (*own, *values))
    if test.operator not in LISTED:
        return f" {join} ".join(f"{words} {one}" for one in (*own, *values))
    if test.symbol:
        words = f"{subject} {'is none of' if test.negated else 'is any of'}"
    elif not test.many:
        every = join == "and" and not test.negated and test.operator in EVERY
        words = f"{words} {'all of' if every else 'any of'}"
    return f"{words} {', '.join((*own, *values))}"


def _one_by_one(test: syntax.Test, values: Sequence[str]) -> str:
    """Return a test of each value by itself, of what has no list of values in the language, as dates."""
    words = f"{shown(test.subject)} {'is not' if test.negated else 'is'}"
    return (" and " if test.negated else " or ").join(f"{words} {one}" for one in values)


def _halved(before: syntax.Condition, word: syntax.Condition, scope: Scope) -> syntax.Test | None:
    """Return the test that an `or more` right behind it belongs to; None where `more` is declared."""
    if not isinstance(word, syntax.Bare) or not isinstance(word.operand, Name):
        return None
    name = word.operand
    if name.text.lower() not in MORE + LESS + UNCLEAR or _is_declared(name, scope):
        return None
    *_, test = logic.leaves(before)
    join = name.span.source.text[before.span.end : name.span.start].rstrip().lower()
    return test if join.endswith("or") and isinstance(test, syntax.Test) and test.values else None


def _whole(test: syntax.Test, word: syntax.Condition, scope: Scope) -> str:
    """Return how a test and the `or more` behind it are written as one."""
    name, kind = word.span.text.lower(), scope.types.kind(test.subject)
    more = name in MORE
    value = test.values[0 if more else -1]  # of the two of a `between`, the one that still counts
    if kind is Kind.GRADE and more and not test.negated:
        return f"write `{shown(test.subject)} is {shown(value)} or better`"
    is_ordered = kind in (Kind.NUMBER, Kind.MONEY, Kind.SCORE, Kind.DATE)
    if name in UNCLEAR or isinstance(value, Period) or not is_ordered:
        return f"leave `or {word.span.text}` out, or write all that is meant"
    words = (DATES if kind is Kind.DATE else AMOUNTS)[not more][test.negated]
    return f"write `{shown(test.subject)} is {words} {shown(value)}`"


def _bare(written: syntax.Bare, scope: Scope) -> Condition:
    operand = written.operand
    if isinstance(operand, Literal):
        hint = f"write `FIELD is {operand.span.text}`"
        scope.problem("E105", f"`{operand.span.text}` stands alone", written.span, hint)
        return _stand_in(written.span)
    if isinstance(operand, Name):
        definition = scope.names.definitions.get(operand.text)
        if isinstance(definition, syntax.Criterion):
            return Holds(operand.text, written.span)
        if operand.text in scope.unread:
            return _stand_in(written.span)
        if definition is not None or operand.text in scope.names.lists:
            what = WORDS[type(definition)] if definition is not None else "list"
            hint = ALONE.get(what, "write `FIELD is any of {}`").format(operand.text)
            scope.problem("E206", f"`{operand.text}` is a {what}; alone it is no condition", written.span, hint)
            return _stand_in(written.span)
    resolved, kind = operand_of(operand, scope)
    if kind is not Kind.FLAG:
        message = f"`{shown(operand)}` holds {kind.words}; alone it is no condition"
        scope.problem("E301", message, written.span, fitting(kind, shown(operand)))
        return _stand_in(written.span)
    return Test(resolved, Kind.FLAG, "is", (Constant(True),), span=written.span)


def _test(written: syntax.Test, scope: Scope) -> Condition:
    subject = written.subject
    if isinstance(subject, Name):
        if isinstance(scope.names.definitions.get(subject.text), syntax.Criterion) and written.operator == "is_known":
            return IsAnswered(subject.text, written.negated, written.span)
        if subject.text in scope.unread:
            return _stand_in(written.span)
    before = len(scope.errors)
    operand, kind = operand_of(subject, scope)
    operator = ON_DATES[written.operator] if _is_date_symbol(written, kind) else written.operator
    if len(scope.errors) > before:
        return _stand_in(written.span)
    if kind not in OPERATORS[operator].forms:
        _wrong_type(written, operator, kind, scope)
        return _stand_in(written.span)
    if operator == "or_better":
        return _or_better(written, operand, scope)
    if operator == "between":
        return _between(written, operand, kind, scope)
    values = values_of(written, operator, kind, scope)
    if values is None:
        return _stand_in(written.span)
    return Test(operand, kind, operator, values, written.every, written.negated, span=written.span)


def _is_date_symbol(written: syntax.Test, kind: Kind) -> bool:
    return written.symbol and kind is Kind.DATE and written.operator in ON_DATES


def _wrong_type(written: syntax.Test, operator: str, kind: Kind, scope: Scope) -> None:
    table = OPERATORS[operator]
    needs = " or ".join(dict.fromkeys(one.words for one in table.forms if one not in (Kind.SCORE, Kind.GRADE)))
    needs = needs or " or ".join(one.words for one in table.forms)
    verb = table.words.split(" V")[0].split(" D")[0].split(" A and")[0]
    message = f"`{shown(written.subject)}` holds {kind.words}; `{verb}` needs {needs}"
    if len(table.forms) > 4:
        message = f"`{shown(written.subject)}` holds {kind.words}; `{verb}` is not for them"
    hint = _translated(written, kind, scope) or fitting(kind, shown(written.subject))
    scope.problem("E301", message, written.span, hint)


def _translated(written: syntax.Test, kind: Kind, scope: Scope) -> str | None:
    """Return what says of this type what the test says of another; None if there is no such test, or values misfit."""
    if written.operator == "is_any_of" and all(
        isinstance(one, Literal) and one.kind is Kind.DATE for one in written.values
    ):
        return f"write `{_one_by_one(written, [shown(one) for one in written.values])}`"
    operator = LIKEWISE.get(kind, {}).get(written.operator)
    wanted = Kind.TEXT if kind is Kind.LIST else kind
    if operator is None or not all(
        scope.types.kind(one) is wanted or (written.many and isinstance(one, Name) and scope.names.is_list(one.text))
        for one in written.values
    ):
        return None
    table = OPERATORS[operator]
    words = str(table.negative if written.negated else table.words).split(" V")[0].split(" D")[0]
    many = (" all of" if written.every else " any of") if written.many else ""
    return f"write `{shown(written.subject)} {words}{many} {', '.join(map(shown, written.values))}`"


def _or_better(written: syntax.Test, operand: Operand, scope: Scope) -> Condition:
    subject, (value,) = written.subject, written.values
    assert isinstance(subject, Name) and isinstance(value, Literal)  # only a grade has this test, and only of a text
    grade = scope.names.definitions[subject.text]
    assert isinstance(grade, syntax.Grade)
    label = label_of(str(value.value), grade, value.span, scope)
    if label is None:
        return _stand_in(written.span)
    labels = grade_labels(grade)
    better = Values(labels[: labels.index(label) + 1])
    return Test(operand, Kind.GRADE, "is_any_of", (better,), span=written.span)


def _between(written: syntax.Test, operand: Operand, kind: Kind, scope: Scope) -> Condition:
    """Return a region; with a field as an end, what it says in full: at least the one and at most the other."""
    wanted = Kind.NUMBER if kind is Kind.SCORE else kind
    ends = [value for value in written.values if not isinstance(value, Period)]  # the grammar has none here
    low, high = [value_of(end, written, wanted, scope) for end in ends]
    if low is None or high is None:
        return _stand_in(written.span)
    if isinstance(low, Constant) and isinstance(high, Constant) and low.value > high.value:  # type: ignore[operator]  # one type
        a, b = map(shown, ends)
        scope.problem("E306", f"nothing is between {a} and {b}", written.span, f"write `between {b} and {a}`")
    fixed = (Constant, model.Today)
    if isinstance(low, fixed) and isinstance(high, fixed):
        return Test(operand, kind, "between", (low, high), negated=written.negated, span=written.span)
    first, last = ("on_or_after", "on_or_before") if kind is Kind.DATE else ("at_least", "at_most")
    both: Condition = logic.All(
        (
            Test(operand, kind, first, (low,), span=written.span),
            Test(operand, kind, last, (high,), span=written.span),
        ),
        written.span,
    )
    return Not(both, written.span) if written.negated else both


def _loose_value(written: syntax.Condition) -> Literal | None:
    """Return the value that stands where a condition should: `"FR"` of `country is "DE" or "FR"`, or `or not "FR"`."""
    written = written.operand if isinstance(written, Not) else written
    return written.operand if isinstance(written, syntax.Bare) and isinstance(written.operand, Literal) else None


def loose_words(statements: Sequence[syntax.Statement], scope: Scope) -> Iterator[Diagnostic]:
    """Yield a doubt for each text whose quotes were forgotten behind a test of texts: `country is "US" or DE`.

    It is a name with a capital, as the texts of the test, that nobody declared and nothing else asks about.
    """
    asked: set[str] = set()
    behind: list[tuple[syntax.Test, str, list[Name]]] = []  # a test, what joins it to the words behind it, and these
    for statement in statements:
        if isinstance(statement, syntax.Example):
            asked.update(given.field.text for given in statement.given)
        for operand in syntax.operands_of(statement):
            asked.update(names_in(operand))
        words: list[Name] | None = None  # those behind the last test, where texts may follow it
        end = 0
        for leaf in syntax.leaves_of(statement):
            assert isinstance(leaf, (syntax.Bare, syntax.Test))
            join = "" if words is None else leaf.span.source.text[end : leaf.span.start].strip().lower()
            end = leaf.span.end
            if isinstance(leaf, syntax.Test):
                asked.update(name for one in (leaf.subject, *leaf.values) for name in names_in(one))
                words, test = [] if _has_capitals(leaf, scope) else None, leaf
            elif words is not None and join in ("and", "or") and _may_be_text(leaf.operand, scope):
                if not words:
                    behind.append((test, join, words))
                words.append(leaf.operand)
            else:
                asked.update(names_in(leaf.operand))
                words = None
    for test, join, words in behind:
        loose = [word for word in words if word.text not in asked]
        quoted = [f'"{word.text}"' for word in loose]
        for word in loose:
            hint = f"write `{_of_all(quoted, test, join, is_not=False, scope=scope)}`"
            yield Diagnostic("W204", f"`{word.text}` is taken for a yes/no field", word.span, hint)


def _has_capitals(test: syntax.Test, scope: Scope) -> bool:
    """Return whether a test compares texts, and only with such as begin with a capital."""
    if test.operator not in LISTED or scope.types.kind(test.subject) not in (Kind.TEXT, Kind.LIST):
        return False
    return all(isinstance(one, Literal) and str(one.value)[:1].isupper() for one in test.values)


def _may_be_text(word: syntax.Operand, scope: Scope) -> TypeGuard[Name]:
    """Return whether a word is a name with a capital that nobody declared."""
    if not isinstance(word, Name) or not word.text[0].isupper():
        return False
    return not _is_declared(word, scope)


def _is_declared(name: Name, scope: Scope) -> bool:
    """Return whether a name stands for something said elsewhere, in a file of rules or of fields."""
    names = scope.names
    if name.text in names.definitions or name.text in names.lists or name.text in scope.unread:
        return True
    return scope.known_field(name).name in names.declared


def _stand_in(span: Span) -> Condition:
    """Return what takes the place of a condition that has a problem."""
    return logic.All((), span)
