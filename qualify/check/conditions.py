"""From what was written to what is meant: operands, tests and conditions. Problems are collected on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qualify import logic, meaning, syntax
from qualify.check.names import WORDS, Names
from qualify.check.types import ON_DATES, Types, own_currency
from qualify.diagnostics import Diagnostic
from qualify.functions import FUNCTIONS
from qualify.logic import Not
from qualify.meaning import Condition, Constant, Holds, IsAnswered, Operand, Test
from qualify.numbers import number_of
from qualify.operators import OPERATORS, Values
from qualify.schema import Field, Kind, closest
from qualify.source import Span
from qualify.syntax import Binary, Function, Header, Literal, Name, Period, Today
from qualify.text import fold, words


@dataclass
class Resolver:
    """Resolves conditions; a part with a problem becomes a stand-in, so that the rest is looked at as well."""

    names: Names
    types: Types
    unread: frozenset[str]
    file_lists: dict[str, tuple[str, ...]]  # the values of lists that stand in files
    problems: list[Diagnostic] = field(default_factory=list)
    _lists: dict[tuple[str, Kind, str], Values] = field(default_factory=dict)

    def problem(
        self, code: str, message: str, span: Span, hint: str | None = None, notes: tuple[tuple[str, Span], ...] = ()
    ) -> None:
        self.problems.append(Diagnostic(code, message, span, hint, notes))

    def known_field(self, mention: Name | Header) -> Field:
        """Return the field of a mention with its type and currency settled."""
        return self.names.found[self.names.field(mention).name][0]

    # --- operands

    def operand(self, written: syntax.Operand) -> tuple[Operand, Kind]:
        """Return what an operand means and its type."""
        match written:
            case Name(text) if text in self.names.definitions or text in self.names.lists:
                return self._defined(written)
            case Name() | Header():
                one = self.known_field(written)
                return meaning.FieldValue(one.name), one.kind or Kind.TEXT
            case Literal(value, kind):
                return Constant(value), kind
            case Today():
                return meaning.Today(), Kind.DATE
            case Function():
                return self._function(written)
            case Binary():
                return self._arithmetic(written)

    def _defined(self, name: Name) -> tuple[Operand, Kind]:
        definition = self.names.definitions.get(name.text)
        match definition:
            case syntax.Define():
                return meaning.ComputedValue(name.text), self.types.kind(name) or Kind.NUMBER
            case syntax.Score():
                return meaning.ScoreValue(name.text), Kind.SCORE
            case syntax.Grade():
                return meaning.GradeValue(name.text), Kind.GRADE
            case syntax.Criterion():
                hint = f"write `{name.text}` or `not {name.text}`, or `{name.text} is known`"
                self.problem("E206", f"`{name.text}` is a criterion, and has no value to test", name.span, hint)
            case _:
                self.problem("E206", f"`{name.text}` is a list", name.span, f"write `any of {name.text}`")
        return Constant(""), Kind.TEXT

    def _function(self, call: Function) -> tuple[Operand, Kind]:
        table = FUNCTIONS[call.function]
        resolved = [self.operand(argument) for argument in call.arguments]
        arguments = tuple(operand for operand, _ in resolved)
        kinds = [kind for _, kind in resolved]
        for argument, kind in zip(call.arguments, kinds, strict=True):
            if table.takes is not None and kind is not table.takes:
                message = f"`{shown(argument)}` holds {kind.words}; `{table.words}` needs {table.takes.words}"
                self.problem("E301", message, argument.span)
            if table.takes is None and kind is not kinds[0]:
                message = f"`{shown(argument)}` holds {kind.words}, but `{shown(call.arguments[0])}` {kinds[0].words}"
                self.problem("E303", message, argument.span)
        return meaning.Call(call.function, arguments), table.gives or kinds[0]

    def _arithmetic(self, written: Binary) -> tuple[Operand, Kind]:
        left, left_kind = self.operand(written.left)
        right, right_kind = self.operand(written.right)
        for side, kind in ((written.left, left_kind), (written.right, right_kind)):
            if kind not in (Kind.NUMBER, Kind.MONEY):
                self.problem(
                    "E307",
                    f"`{shown(side)}` holds {kind.words}; only numbers and money can be computed with",
                    side.span,
                )
                return Constant(0.0), Kind.NUMBER
        money = (left_kind, right_kind).count(Kind.MONEY)
        mixed = (
            (written.operator in "+-" and money == 1)
            or (written.operator == "*" and money == 2)
            or (written.operator == "/" and left_kind is Kind.NUMBER and right_kind is Kind.MONEY)
        )
        if mixed:
            message = f"{left_kind.words} {written.operator} {right_kind.words} has no meaning"
            self.problem("E307", message, written.span, MONEY_HINT)
        elif money == 2:
            self._same_currency(written.left, written.right, written.span)
        return meaning.Arithmetic(written.operator, left, right), self.types.kind(written) or Kind.NUMBER

    def _same_currency(self, left: syntax.Operand, right: syntax.Operand, span: Span) -> None:
        first, second = self.currency(left, right), self.currency(right, left)
        if first and second and first != second:
            self.problem("E304", f"`{shown(left)}` is in {first}, `{shown(right)}` in {second}", span)

    def currency(self, operand: syntax.Operand, beside: syntax.Operand | None = None) -> str | None:
        """Return the currency of an amount; None where it has none. `$` is read beside another amount."""
        match operand:
            case Literal(currency=str() as written):
                own = self.currency(beside) if beside is not None and not isinstance(beside, Literal) else None
                return own_currency(written, own)
            case Name(text) if isinstance(definition := self.names.definitions.get(text), syntax.Define):
                return self.currency(definition.expression)
            case Name(text) if text in self.names.definitions or text in self.names.lists:
                return None
            case Name() | Header():
                return self.known_field(operand).currency
            case Binary(_, left, right):
                return self.currency(left, right) or self.currency(right, left)
            case Function("first_known_of", arguments):
                return self.currency(arguments[0])
        return None

    # --- conditions

    def condition(self, written: syntax.Condition) -> Condition:
        match written:
            case syntax.Bare():
                return self._bare(written)
            case syntax.Test():
                return self._test(written)
            case logic.All(operands, span):
                return logic.All(self._all(operands), span)
            case logic.Any(operands, span):
                return logic.Any(self._all(operands), span)
            case logic.Count(operands, low, high, span):
                return logic.Count(self._all(operands), low, high, span)
            case Not(operand, span):
                return Not(self.condition(operand), span)

    def _all(self, written: Sequence[syntax.Condition]) -> tuple[Condition, ...]:
        resolved = []
        for place, operand in enumerate(written):
            if place and (loose := loose_value(operand)):
                if place + 1 == len(written) or not loose_value(written[place + 1]):  # once, for all that follow
                    self._loose(loose, written[:place])
                resolved.append(stand_in(operand.span))
            else:
                resolved.append(self.condition(operand))
        return tuple(resolved)

    def _loose(self, value: Literal, before: Sequence[syntax.Condition]) -> None:
        """`country is "DE" or "FR"`: show the values as one list."""
        values = [value.span.text]
        for earlier in reversed(before):
            if isinstance(earlier, syntax.Test) and earlier.values:
                values = [*(shown(one) for one in earlier.values), *values]
                start = Span(earlier.span.source, earlier.span.start, earlier.values[0].span.start)
                test = re_spaced(start.text)
                test = (
                    test
                    if earlier.many
                    else f"{test} any of"
                    if not test.endswith("=")
                    else f"{shown(earlier.subject)} is any of"
                )
                hint = f"write `{test} {', '.join(values)}`"
                self.problem("E105", f"`{value.span.text}` stands alone", value.span, hint)
                return
            if isinstance(earlier, syntax.Bare) and isinstance(earlier.operand, Literal):
                values = [earlier.operand.span.text, *values]
        self.problem("E105", f"`{value.span.text}` stands alone", value.span, f"write `FIELD is {value.span.text}`")

    def _bare(self, written: syntax.Bare) -> Condition:
        operand = written.operand
        if isinstance(operand, Literal):
            hint = f"write `FIELD is {operand.span.text}`"
            self.problem("E105", f"`{operand.span.text}` stands alone", written.span, hint)
            return stand_in(written.span)
        if isinstance(operand, Name):
            definition = self.names.definitions.get(operand.text)
            if isinstance(definition, syntax.Criterion):
                return Holds(operand.text, written.span)
            if operand.text in self.unread:
                return stand_in(written.span)
            if definition is not None or operand.text in self.names.lists:
                what = WORDS[type(definition)] if definition is not None else "list"
                hint = ALONE.get(what, "write `FIELD is any of {}`").format(operand.text)
                self.problem("E206", f"`{operand.text}` is a {what}; alone it is no condition", written.span, hint)
                return stand_in(written.span)
        resolved, kind = self.operand(operand)
        if kind is not Kind.FLAG:
            message = f"`{shown(operand)}` holds {kind.words}; alone it is no condition"
            self.problem("E301", message, written.span, fitting(kind, shown(operand)))
            return stand_in(written.span)
        return Test(resolved, Kind.FLAG, "is", (Constant(True),), span=written.span)

    # --- tests

    def _test(self, written: syntax.Test) -> Condition:
        subject = written.subject
        if isinstance(subject, Name):
            if (
                isinstance(self.names.definitions.get(subject.text), syntax.Criterion)
                and written.operator == "is_known"
            ):
                return IsAnswered(subject.text, written.negated, written.span)
            if subject.text in self.unread:
                return stand_in(written.span)
        before = len(self.problems)
        operand, kind = self.operand(subject)
        operator = ON_DATES[written.operator] if self._is_date_symbol(written, kind) else written.operator
        if len(self.problems) > before:
            return stand_in(written.span)
        if kind not in OPERATORS[operator].forms:
            self._wrong_type(written, operator, kind)
            return stand_in(written.span)
        if operator == "or_better":
            return self._or_better(written, operand)
        if operator == "between":
            return self._between(written, operand, kind)
        values = self._values(written, operator, kind)
        if values is None:
            return stand_in(written.span)
        return Test(operand, kind, operator, values, written.every, written.negated, span=written.span)

    @staticmethod
    def _is_date_symbol(written: syntax.Test, kind: Kind) -> bool:
        return written.symbol and kind is Kind.DATE and written.operator in ON_DATES

    def _wrong_type(self, written: syntax.Test, operator: str, kind: Kind) -> None:
        table = OPERATORS[operator]
        needs = " or ".join(dict.fromkeys(one.words for one in table.forms if one not in (Kind.SCORE, Kind.GRADE)))
        needs = needs or " or ".join(one.words for one in table.forms)
        verb = table.words.split(" V")[0].split(" D")[0].split(" A and")[0]
        message = f"`{shown(written.subject)}` holds {kind.words}; `{verb}` needs {needs}"
        if len(table.forms) > 4:
            message = f"`{shown(written.subject)}` holds {kind.words}; `{verb}` is not for them"
        self.problem("E301", message, written.span, fitting(kind, shown(written.subject)))

    def _values(self, written: syntax.Test, operator: str, kind: Kind) -> tuple[meaning.TestValue, ...] | None:
        """Return the values that a test compares with; None where one of them has a problem."""
        problems = len(self.problems)
        if OPERATORS[operator].forms[kind] and operator == "is_known":
            return ()
        wanted = Kind.TEXT if kind in (Kind.LIST, Kind.GRADE) else Kind.NUMBER if kind is Kind.SCORE else kind
        many = written.many or wanted is Kind.TEXT
        literals: list[str | float] = []
        resolved: list[meaning.TestValue] = []
        for value in written.values:
            match value:
                case Period(duration):
                    resolved.append(duration)
                case Name(text) if written.many or self.names.is_list(text):
                    if found := self._list(value, written, wanted):
                        resolved.append(found)
                case Header() if written.many:
                    hint = f"write `{shown(written.subject)} is {shown(value)} or …`"
                    if any(sign in value.text for sign in '"“”„,'):
                        hint = f"write `{quoted_parts(value)}`"
                    message = f"`{shown(value)}` is a field, and a list has values only"
                    self.problem("E206", message, value.span, hint)
                case Literal() if many and value.kind is not Kind.FLAG:
                    literal = self._literal(value, written, operator, wanted)
                    if literal is not None:
                        literals.append(literal)
                case _:
                    if (one := self._value(value, written, operator, wanted)) is not None:
                        resolved.append(one)
        if literals:
            resolved.append(Values(literals))
        return tuple(resolved) if len(self.problems) == problems else None

    def _value(self, value: syntax.Operand, test: syntax.Test, operator: str, wanted: Kind) -> Operand | None:
        """Return one value, which may be a field of the same type."""
        if isinstance(value, Literal):
            literal = self._literal(value, test, operator, wanted)
            return None if literal is None else Constant(literal if wanted is not Kind.DATE else value.value)
        if isinstance(value, Name) and value.text in self.unread:
            return None
        operand, kind = self.operand(value)
        if isinstance(operand, Constant):
            return None
        if kind is not wanted:
            self._wrong_value(value, test, wanted, f"`{shown(value)}`, which holds {kind.words},")
            return None
        if self.types.kind(test.subject) in (Kind.SCORE, Kind.GRADE):
            message = f"`{shown(test.subject)}` is compared with what the rules say, not with another field"
            self.problem("E302", message, value.span)
            return None
        if wanted is Kind.MONEY:
            self._same_currency(test.subject, value, test.span)
        return operand

    def _literal(self, value: Literal, test: syntax.Test, operator: str, wanted: Kind) -> str | float | None:
        """Return a value that was written out; None where it does not fit."""
        subject = shown(test.subject)
        match value.kind, wanted:
            case (Kind.TEXT, Kind.TEXT):
                return self._text(str(value.value), value.span, test, operator)
            case (Kind.NUMBER, Kind.NUMBER | Kind.MONEY) | (Kind.FLAG, Kind.FLAG):
                return value.value if isinstance(value.value, bool) else _amount(value)
            case (Kind.MONEY, Kind.MONEY):
                own = self.currency(test.subject)
                written = own_currency(value.currency or "", own)
                if own is not None and written != own:
                    self.problem("E304", f"`{subject}` is in {own}, not {written}", value.span)
                    return None
                return _amount(value)
            case (Kind.DATE, Kind.DATE):
                return 0.0  # its place is taken by the date itself
        self._wrong_value(value, test, wanted, f"`{value.span.text}`")
        return None

    def _wrong_value(self, value: syntax.Operand, test: syntax.Test, wanted: Kind, what: str) -> None:
        text = value.span.text
        hint = f'write `"{text}"`' if wanted is Kind.TEXT and isinstance(value, Literal) else EXAMPLES[wanted]
        if isinstance(value, Literal) and wanted is Kind.FLAG and fold(str(value.value)) in ("yes", "no"):
            hint = f"write `{fold(str(value.value))}`"
        kind = self.types.kind(test.subject) or wanted
        self.problem(
            "E302", f"`{shown(test.subject)}` holds {kind.words}; {what} cannot be compared with it", value.span, hint
        )

    def _text(self, text: str, span: Span, test: syntax.Test, operator: str) -> str | None:
        """Return a text as it is compared: what it is a synonym of; one that can never be found is a problem."""
        if not text:
            hint = f"write `{shown(test.subject)} is unknown`"
            self.problem("E308", "an empty text is never found: a blank cell is unknown", span, hint)
            return None
        if operator == "mentions" and not words(text):
            hint = f'write `{shown(test.subject)} contains "{text}"`'
            self.problem("E308", f'`"{text}"` has no letter or digit, and `mentions` looks for words', span, hint)
            return None
        if isinstance(test.subject, Name) and isinstance(
            grade := self.names.definitions.get(test.subject.text), syntax.Grade
        ):
            return self._label(text, grade, span)
        one = self._field_with_values(test)
        return text if one is None else self._listed(text, one, span)

    def _listed(self, text: str, one: Field, span: Span) -> str | None:
        """Return the value that a text stands for; None with a problem where the field cannot have it."""
        text = one.synonyms.get(fold(text), text)
        if one.values and fold(text) not in {fold(value) for value in one.values}:
            close = closest(text, [*one.values, *one.synonyms])
            close = one.synonyms.get(close, close) if close else None
            hint = f'did you mean `"{close}"`?' if close else f"it can be {some(one.values)}"
            self.problem("E305", f'`{one.name}` is never "{text}"', span, hint)
            return None
        return text

    def _label(self, text: str, grade: syntax.Grade, span: Span) -> str | None:
        labels = grade_labels(grade)
        for label in labels:
            if fold(label) == fold(text):
                return label
        self.problem("E305", f'`{grade.name.text}` is never "{text}"', span, f"it can be {some(labels)}")
        return None

    def _or_better(self, written: syntax.Test, operand: Operand) -> Condition:
        grade = self.names.definitions[written.subject.text]  # type: ignore[union-attr]  # only a grade has this test
        assert isinstance(grade, syntax.Grade)
        (value,) = written.values
        label = self._label(str(value.value), grade, value.span)  # type: ignore[union-attr]  # the grammar wants a text
        if label is None:
            return stand_in(written.span)
        labels = grade_labels(grade)
        better = Values(labels[: labels.index(label) + 1])
        return Test(operand, Kind.GRADE, "is_any_of", (better,), span=written.span)

    def _between(self, written: syntax.Test, operand: Operand, kind: Kind) -> Condition:
        """Return a region; with a field as an end, what it says in full: at least the one and at most the other."""
        wanted = Kind.NUMBER if kind is Kind.SCORE else kind
        low, high = [self._value(value, written, "between", wanted) for value in written.values]  # type: ignore[arg-type]  # no periods
        if low is None or high is None:
            return stand_in(written.span)
        if isinstance(low, Constant) and isinstance(high, Constant) and low.value > high.value:  # type: ignore[operator]
            a, b = (shown(value) for value in written.values)
            self.problem("E306", f"nothing is between {a} and {b}", written.span, f"write `between {b} and {a}`")
        fixed = (Constant, meaning.Today)
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

    # --- lists

    def _list(self, name: Name, test: syntax.Test, wanted: Kind) -> Values | None:
        if not self.names.is_list(name.text):
            if name.text not in self.unread:
                close = closest(name.text, [*self.names.lists, *self._list_names()])
                hint = (
                    f'did you mean `{close}`? A text needs quotes: `"{name.text}"`'
                    if close
                    else f'a text needs quotes: `"{name.text}"`'
                )
                if name.text.lower() in ("yes", "no"):
                    hint = f"write `{shown(test.subject)} is {name.text.lower()}`"
                self.problem("E204", f"there is no list `{name.text}`", name.span, hint)
            return None
        if not test.many:
            operator = re_spaced(Span(test.span.source, test.subject.span.end, test.values[0].span.start).text)
            hint = f"write `{shown(test.subject)} {LISTED.get(operator.lower(), operator + ' any of')} {name.text}`"
            self.problem("E206", f"`{name.text}` is a list", name.span, hint)
            return None
        one = self._field_with_values(test) if wanted is Kind.TEXT else None
        key = (name.text, wanted, "" if one is None else one.name)
        if test.operator == "mentions":
            key = (name.text, wanted, "mentions")  # only there each value has to have a word
        if key not in self._lists:
            self._lists[key] = self._made(name, test, wanted, one)
        return self._lists[key]

    def _field_with_values(self, test: syntax.Test) -> Field | None:
        """Return the field whose `values` or `synonyms` bear on a test, if there is one."""
        if test.operator not in ("is", "is_any_of", "includes") or not isinstance(test.subject, (Name, Header)):
            return None
        if test.subject.text in self.names.definitions:
            return None
        one = self.known_field(test.subject)
        return one if one.values or one.synonyms else None

    def _list_names(self) -> list[str]:
        return [name for name in self.names.definitions if self.names.is_list(name)]

    def _made(self, name: Name, test: syntax.Test, wanted: Kind, one: Field | None) -> Values:
        """Return the values of a list as a test needs them; those that do not fit are a problem."""
        items: list[str | float] = []
        wrong = 0
        for value, span in self.items_of(name):
            problems = len(self.problems)
            item: str | float | None
            if isinstance(value, str) and wanted is not Kind.TEXT:  # from a file all are texts
                item = number_of(value)
                if item is None:
                    self.problem(
                        "E302",
                        f'`{shown(test.subject)}` holds {wanted.words}; "{value}" of `{name.text}` is none',
                        span,
                    )
            elif isinstance(value, str):
                item = self._text(value, span, test, test.operator) if one or test.operator == "mentions" else value
            else:
                item = self._literal(value, test, test.operator, wanted)
            if item is not None:
                items.append(item)
            wrong += len(self.problems) > problems
            if wrong == MOST_WRONG:
                break
        return Values(dict.fromkeys(items), name.text)

    def items_of(self, name: Name) -> list[tuple[str | Literal, Span]]:
        """Return the values of a list with their places; lists within it are followed."""
        if name.text in self.names.lists:
            values, _ = self.names.lists[name.text]
            return [(value, name.span) for value in values]
        statement = self.names.definitions[name.text]
        assert isinstance(statement, syntax.List)
        if statement.file is not None:
            return [(value, name.span) for value in self.file_lists.get(name.text, ())]
        items: list[tuple[str | Literal, Span]] = []
        for value in statement.values:
            match value:
                case Literal(kind=Kind.TEXT):
                    items.append((str(value.value), value.span))
                case Literal():
                    items.append((value, value.span))
                case Name(text) if self.names.is_list(text) and text != name.text:
                    items += self.items_of(value)
        return items


def loose_value(written: syntax.Condition) -> Literal | None:
    """Return the value that stands where a condition should: `"FR"` of `country is "DE" or "FR"`."""
    return written.operand if isinstance(written, syntax.Bare) and isinstance(written.operand, Literal) else None


MOST_WRONG = 3  # values of a list that are shown to be wrong
MONEY_HINT = "money can be added to money, and multiplied or divided by a number"
ALONE = {
    "score": "write `{} is at least 50`",
    "grade": 'write `{} is "A"`',
    "computed field": "write `{} is at least 50`",
}
LISTED = {"is": "is any of", "=": "is any of", "is not": "is none of", "!=": "is none of", "≠": "is none of"}
EXAMPLES = {
    Kind.TEXT: 'write a text in quotes, such as `"VP"`',
    Kind.NUMBER: "write a number, such as `50` or `5,000`",
    Kind.MONEY: "write an amount, such as `$25,000` or `25k EUR`",
    Kind.DATE: "write a date, such as `2026-10-01`, or `today`",
    Kind.FLAG: "write `yes` or `no`",
}
TEST_SHOWN = {  # the tests that are shown for a type, most useful first
    Kind.TEXT: ("is", "mentions", "contains"),
    Kind.NUMBER: ("at_least", "between"),
    Kind.MONEY: ("at_least", "between"),
    Kind.DATE: ("before", "after", "within_last", "within_next"),
    Kind.LIST: ("includes",),
    Kind.SCORE: ("at_least", "between"),
    Kind.GRADE: ("is", "or_better"),
}
SAMPLES = {
    "is": 'is "…"', "mentions": 'mentions "…"', "contains": 'contains "…"', "at_least": "is at least 50",
    "between": "is between 50 and 500", "before": "is before 2026-10-01", "after": "is after 2026-10-01",
    "within_last": "is within the last 30 days", "within_next": "is within the next 6 months",
    "includes": 'includes "…"', "or_better": 'is "…" or better',
}  # fmt: skip


def fitting(kind: Kind, subject: str) -> str:
    """Return the tests that fit a type, ready to paste."""
    if kind is Kind.FLAG:
        return f"write `{subject}` or `not {subject}`"
    return f"write {' or '.join(f'`{subject} {SAMPLES[test]}`' for test in TEST_SHOWN[kind])}"


def shown(part: object) -> str:
    """Return a part as it was written, in one line."""
    span: Span = part.span  # type: ignore[attr-defined]  # all that was written has its place
    return re_spaced(span.text)


def re_spaced(text: str) -> str:
    return " ".join(text.split())


def quoted_parts(header: Header) -> str:
    """Return what was meant as a list in square brackets, `[DE, FR]`, as values."""
    return ", ".join(f'"{part}"' for part in (part.strip(' "“”„') for part in header.text.split(",")) if part)


def some(texts: Sequence[str]) -> str:
    """Return a few of some texts, quoted."""
    quoted = [f'"{text}"' for text in texts[:6]]
    return ", ".join(quoted) + (", …" if len(texts) > 6 else "")


def grade_labels(grade: syntax.Grade) -> list[str]:
    """Return the labels of a grade from best to least."""
    otherwise = [str(grade.otherwise.value)] if grade.otherwise else []
    return [str(label.value) for label, _ in grade.bands] + otherwise


def _amount(literal: Literal) -> float:
    """Return the number of a literal whose kind says that it is one."""
    assert isinstance(literal.value, float)
    return literal.value


def stand_in(span: Span) -> Condition:
    """Return what takes the place of a condition that has a problem."""
    return logic.All((), span)
