"""The values and lists that a test compares with, converted to the type of its subject."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qualify import model
from qualify.advice.as_written import quoted_list, re_spaced, shown
from qualify.advice.rewritten_tests import empty_text, is_not_listed, listed, quoted_parts, spaced, without_words
from qualify.checking.operands import operand_of, same_currency
from qualify.checking.scope import Scope
from qualify.checking.types import own_currency
from qualify.language.amounts import number_of
from qualify.language.cells import is_allowed
from qualify.language.fields import Field
from qualify.language.functions import is_host, named_domain
from qualify.language.kinds import Kind
from qualify.language.operators import OPERATORS
from qualify.language.predicates import Predicate, TextMatch, Values
from qualify.model.expressions import Call, Constant, Operand
from qualify.parsing import syntax
from qualify.parsing.syntax import Header, Literal, Name, Period
from qualify.text.compare import fold
from qualify.text.fixes import Fix, rewrite
from qualify.text.source import Span
from qualify.text.suggest import closest

MOST_WRONG = 3  # values of a list that are reported
EXAMPLES = {
    Kind.TEXT: 'write a text in quotes, such as `"VP"`',
    Kind.NUMBER: "write a number, such as `50` or `5,000`",
    Kind.MONEY: "write an amount, such as `$25,000` or `25k EUR`",
    Kind.DATE: "write a date, such as `2026-10-01`, or `today`",
    Kind.FLAG: "write `yes` or `no`",
}


def values_of(
    written: syntax.Test, predicate: Predicate, subject: Operand, scope: Scope
) -> tuple[model.TestValue, ...] | None:
    """Return the values that a test compares with, or None if one of them has a problem."""
    before = len(scope.errors)
    wanted = _wanted(subject)
    many = written.many or wanted is Kind.TEXT
    is_domain = _compares_domains(written, predicate, scope)
    literals: list[str | float] = []
    resolved: list[model.TestValue] = []
    for value in written.values:
        match value:
            case Period(duration):
                resolved.append(duration)
            case Name(text) if written.many or scope.names.is_list(text):
                if found := _list(value, written, predicate, subject, scope):
                    resolved.append(found)
            case Header() if written.many:
                advice: Fix | str = f"write `{shown(written.subject)} is {shown(value)} or …`"
                if any(sign in value.text for sign in '"“”„,'):
                    advice = rewrite(value.span, f"write `{quoted_parts(value)}`")
                message = f"`{shown(value)}` is a field, but a list contains only values"
                scope.problem("E206", message, value.span, advice)
            case Literal(kind=Kind.TEXT) if wanted is Kind.TEXT:
                literals += _texts(str(value.value), value.span, written, predicate, scope)
            case Literal() if many and value.kind is not Kind.FLAG:
                literal = _literal(value, written, subject, scope)
                if literal is not None:
                    literals.append(literal)
            case _:
                if (one := value_of(value, written, subject, scope)) is not None:
                    resolved.append(as_domain(one, value, scope) if is_domain else one)
    if literals:
        resolved.append(Values(literals))
    return tuple(resolved) if len(scope.errors) == before else None


def _wanted(subject: Operand) -> Kind:
    """Return the type of the values that a subject is compared with."""
    return {Kind.LIST: Kind.TEXT, Kind.GRADE: Kind.TEXT, Kind.SCORE: Kind.NUMBER}.get(subject.kind, subject.kind)


def value_of(value: syntax.Operand, test: syntax.Test, subject: Operand, scope: Scope) -> Operand | None:
    """Return a single value, which may be a field of the same type, or None if it has a problem."""
    wanted = _wanted(subject)
    if isinstance(value, Literal):
        literal = _literal(value, test, subject, scope)
        found = value.value if wanted is Kind.DATE else literal
        return None if literal is None or found is None else Constant(found, kind=wanted, currency=subject.currency)
    if isinstance(value, Name) and value.text in scope.unread:
        return None
    operand = operand_of(value, scope)
    if isinstance(operand, Constant):
        return None
    if operand.kind is not wanted:
        _wrong_value(value, test, subject, f"`{shown(value)}`, which holds {operand.kind.words},", scope)
        return None
    if subject.kind in (Kind.SCORE, Kind.GRADE):
        message = f"`{shown(test.subject)}` cannot be compared with a field, only with a fixed value"
        scope.problem("E302", message, value.span)
        return None
    if wanted is Kind.MONEY:
        same_currency((subject, operand), (test.subject, value), test.span, scope)
    return operand


def _literal(value: Literal, test: syntax.Test, subject: Operand, scope: Scope) -> float | None:
    """Return a literal that is not text as a number, or None if it does not fit the subject."""
    match value.kind, _wanted(subject):
        case (Kind.NUMBER, Kind.NUMBER | Kind.MONEY) | (Kind.FLAG, Kind.FLAG):
            return value.value if isinstance(value.value, bool) else _amount(value)
        case (Kind.MONEY, Kind.MONEY):
            own = subject.currency
            written = own_currency(value.currency or "", own)
            if own is not None and written != own:
                scope.problem("E304", f"`{shown(test.subject)}` is in {own}, not {written}", value.span)
                return None
            return _amount(value)
        case (Kind.DATE, Kind.DATE):
            return 0.0  # the caller takes the date instead
    _wrong_value(value, test, subject, f"`{value.span.text}`", scope)
    return None


def _wrong_value(value: syntax.Operand, test: syntax.Test, subject: Operand, what: str, scope: Scope) -> None:
    wanted = _wanted(subject)
    advice: Fix | str = EXAMPLES[wanted]
    if isinstance(value, Literal) and wanted is Kind.TEXT:
        advice = rewrite(value.span, f'write `"{value.span.text}"`')
    if isinstance(value, Literal) and wanted is Kind.FLAG and fold(str(value.value)) in ("yes", "no"):
        advice = rewrite(value.span, f"write `{fold(str(value.value))}`")
    message = f"`{shown(test.subject)}` holds {subject.kind.words}; {what} cannot be compared with it"
    scope.problem("E302", message, value.span, advice)


def _texts(text: str, span: Span, test: syntax.Test, predicate: Predicate, scope: Scope) -> Sequence[str]:
    """Return the texts that a text is compared as, with synonyms resolved; report one that can never be found."""
    if not text:
        message = "an empty text is never found: a blank cell is unknown"
        scope.problem("E308", message, span, empty_text(test, predicate, span))
        return ()
    if (advice := spaced(test, predicate, text, span)) is not None:
        scope.doubt("W103", f"{re_spaced(span.text)} is read without the spaces around it", span, advice)
    if isinstance(predicate, TextMatch) and not predicate.prepare(text):
        message = f'`"{text}"` has no letter or digit, and `{OPERATORS[test.operator].verb()}` looks for words'
        scope.problem("E308", message, span, without_words(test, text))
        return ()
    if isinstance(test.subject, Name) and isinstance(
        grade := scope.names.definitions.get(test.subject.text), syntax.Grade
    ):
        label = label_of(text, grade, span, scope)
        return () if label is None else (label,)
    if _compares_domains(test, predicate, scope):
        domain = named_domain(text)
        if predicate is TextMatch.DOMAIN and not is_host(domain := domain.lstrip("@."), fewest=1):  # `.edu` is one
            message = f'`"{text}"` is not a domain, and `{OPERATORS[test.operator].verb()}` looks for one'
            scope.problem("E308", message, span, 'write a domain, such as `"acme.com"`')
            return ()
        return (domain,)
    return _listed(text, _compared(test, predicate, scope), span, scope)


def _listed(text: str, fields: Sequence[Field], span: Span, scope: Scope) -> Sequence[str]:
    """Return the values that a text stands for in some fields; report it if none of them can have it."""
    meant = [(one.synonyms.get(fold(text), text), one) for one in fields]
    possible = list(dict.fromkeys(value for value, one in meant if is_allowed(value, one)))
    if meant and not possible:
        one = fields[0]
        close = closest(text, [*one.values, *one.synonyms])
        close = one.synonyms.get(close, close) if close else None
        advice: Fix | str = f"it can be {quoted_list(one.values)}"
        if close:
            title = f'did you mean `"{close}"`?'
            advice = rewrite(span, title) if span.text[:1] in '"“„' else title  # it may come from a file
        scope.problem("E305", f'`{one.name}` is never "{text}"', span, advice)
    return possible if fields else (text,)


def label_of(text: str, grade: syntax.Grade, span: Span, scope: Scope) -> str | None:
    """Return the label of a grade that a text means; report it and return None if there is no such label."""
    labels = grade_labels(grade)
    for label in labels:
        if fold(label) == fold(text):
            return label
    scope.problem("E305", f'`{grade.name.text}` is never "{text}"', span, f"it can be {quoted_list(labels)}")
    return None


def _list(name: Name, test: syntax.Test, predicate: Predicate, subject: Operand, scope: Scope) -> Values | None:
    if not scope.names.is_list(name.text):
        if name.text not in scope.unread:
            close = closest(name.text, [*scope.names.lists, *_list_names(scope)])
            hint = f'a text needs quotes: `"{name.text}"`'
            advice: Fix | str = rewrite(name.span, hint)
            if close:
                advice = f'did you mean `{close}`? A text needs quotes: `"{name.text}"`'
            elif len(test.values) == 1:  # `country is in Nordics` means a list, not a single text
                advice = f'add `list {name.text}: "…", "…"`; {hint}'
            if name.text.lower() in ("yes", "no"):
                advice = is_not_listed(test, name.text.lower())
            scope.problem("E204", f"there is no list `{name.text}`", name.span, advice)
        return None
    if not test.many:
        scope.problem("E206", f"`{name.text}` is a list", name.span, listed(test, name))
        return None
    wanted = _wanted(subject)
    fields = _compared(test, predicate, scope) if wanted is Kind.TEXT else ()
    key = (name.text, wanted, "; ".join(one.name for one in fields))
    if predicate is TextMatch.PHRASE:
        key = (name.text, wanted, "words")  # only for phrases, values without a word are errors
    is_domain = _compares_domains(test, predicate, scope)
    if is_domain:
        key = (name.text, wanted, f"domains {predicate}")  # `belongs to` has errors of its own
    if key not in scope.lists:
        scope.lists[key] = _list_values(name, test, predicate, subject, bool(fields) or is_domain, scope)
    return scope.lists[key]


def _compared(test: syntax.Test, predicate: Predicate, scope: Scope) -> Sequence[Field]:
    """Return the fields whose `values` and `synonyms` matter for a test."""
    if predicate is not TextMatch.WHOLE:
        return ()
    fields = list(_sources(test.subject, scope))
    return fields if any(one.values or one.synonyms for one in fields) else ()


def _compares_domains(test: syntax.Test, predicate: Predicate, scope: Scope) -> bool:
    """Return whether a test compares domains, so that its values are read as `domain of` reads cells."""
    return predicate is TextMatch.DOMAIN or (predicate is TextMatch.WHOLE and _is_domain(test.subject, scope))


def _is_domain(operand: syntax.Operand, scope: Scope) -> bool:
    match operand:
        case Name(text) if isinstance(definition := scope.names.definitions.get(text), syntax.Define):
            return _is_domain(definition.expression, scope)
        case syntax.Function(function="domain_of"):
            return True
        case syntax.Selection(_, choices):
            return all(_is_domain(choice, scope) for choice in choices)
    return False


def as_domain(operand: Operand, written: syntax.Operand, scope: Scope) -> Operand:
    """Return the domain of an operand; the operand itself if it is a domain."""
    return operand if _is_domain(written, scope) else Call("domain_of", operand, kind=Kind.TEXT)


def _sources(operand: syntax.Operand, scope: Scope) -> Iterator[Field]:
    """Yield the fields whose texts an operand may have unchanged."""
    match operand:
        case Name(text) if isinstance(definition := scope.names.definitions.get(text), syntax.Define):
            yield from _sources(definition.expression, scope)
        case Name(text) if text in scope.names.definitions or text in scope.names.lists:
            return
        case Name() | Header():
            yield scope.known_field(operand)
        case syntax.Selection(_, choices):
            for choice in choices:
                yield from _sources(choice, scope)


def _list_names(scope: Scope) -> list[str]:
    return [name for name in scope.names.definitions if scope.names.is_list(name)]


def _list_values(
    name: Name, test: syntax.Test, predicate: Predicate, subject: Operand, is_listed: bool, scope: Scope
) -> Values:
    """Return the values of a list, converted for a test; report those that do not fit.

    `is_listed` says that the values have another form there: by the `values` or `synonyms` of a field, or as domains.
    """
    items: list[str | float] = []
    wanted, wrong = _wanted(subject), 0
    for value, span in _items(name, scope):
        before = len(scope.errors)
        if isinstance(value, str) and wanted is not Kind.TEXT:  # all values in files are text
            number = number_of(value)
            if number is None:
                message = f'`{shown(test.subject)}` holds {wanted.words}; `{name.text}` contains "{value}"'
                scope.problem("E302", message, span)
            else:
                items.append(number)
        elif isinstance(value, str):
            needs_check = is_listed or predicate is TextMatch.PHRASE
            items += _texts(value, span, test, predicate, scope) if needs_check else [value]
        elif (literal := _literal(value, test, subject, scope)) is not None:
            items.append(literal)
        wrong += len(scope.errors) > before
        if wrong == MOST_WRONG:
            break
    return Values(dict.fromkeys(items), name.text)


def _items(name: Name, scope: Scope) -> list[tuple[str | Literal, Span]]:
    """Return the values of a list and of the lists in it, with their places."""
    if name.text in scope.names.lists:
        values, _ = scope.names.lists[name.text]
        return [(value, name.span) for value in values]
    statement = scope.names.definitions[name.text]
    assert isinstance(statement, syntax.List)
    if statement.file is not None:
        return [(value, name.span) for value in scope.file_lists.get(name.text, ())]
    items: list[tuple[str | Literal, Span]] = []
    for value in statement.values:
        match value:
            case Literal(kind=Kind.TEXT):
                items.append((str(value.value), value.span))
            case Literal():
                items.append((value, value.span))
            case Name(text) if scope.names.is_list(text) and text != name.text:
                items += _items(value, scope)
    return items


def grade_labels(grade: syntax.Grade) -> list[str]:
    """Return the labels of a grade, best first."""
    otherwise = [str(grade.otherwise.value)] if grade.otherwise else []
    return [str(label.value) for label, _ in grade.bands] + otherwise


def _amount(literal: Literal) -> float:
    """Return the value of a literal that is a number or money."""
    assert isinstance(literal.value, float)
    return literal.value
