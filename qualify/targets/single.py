"""The evaluator for one contact at a time: the rules of one day compiled to a Python function.

The function looks up each cell in a cache, which gives two booleans for every test on it: whether it is certainly yes,
and whether it is certainly no (an unknown test is neither). The rest reads like the rules:
`if v0[4] and (v1[0] or v2[7])`. On certain yes and certain no separately, `and` and `or` are exactly Kleene's.

A cell that is not in the cache is read as the reference reads it, and all tests on it are answered at once
(`compiled_tests`). No text of a user becomes part of the code, which consists of numbers and generated names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import TypeAlias, assert_never

from qualify.decision import Decision
from qualify.language.cells import read
from qualify.language.fields import Field, bind
from qualify.language.kinds import Unreadable
from qualify.language.logic import Algebra, fold
from qualify.model.expressions import Condition, DefinedValue, FieldValue, Holds, IsAnswered, Leaf, Test
from qualify.model.rules import Computed, Criterion, Fading, Grade, Model, Per, Score, When
from qualify.model.walk import Inputs, inputs, operands_of, tests
from qualify.record.decide import decide
from qualify.record.details import Details
from qualify.record.evaluation import line_points
from qualify.targets.compiled_tests import InputFunction, compile_bits

MOST_CACHED = 50_000  # cells of one column, or answers; a cache that grows larger is emptied
LONGEST_CACHED = 256  # characters of the cells of one key: longer texts are rarely repeated
MOST_SHAPES = 100  # distinct sets of headers
TEXT_OR_BLANK = frozenset((str, type(None)))
PLAIN = TEXT_OR_BLANK | {bool, int, float, Decimal, date, datetime}  # objects of other types may change


class CellCache(dict[object, object]):
    """A cache for a function of some inputs: cells, or scores and grades. The key is the input, or a tuple of several.

    Only text and blank cells, and scores and grades, are keys of the dictionary itself. Other plain cells are kept in
    `_typed` by type and text, since 1, 1.0 and True are equal but are read differently, and so is a moment in two time
    zones. A cell that is not hashable raises TypeError; the methods of a caller's object may raise anything.
    """

    def __init__(self, needed: Inputs, fields: Mapping[str, Field], compute: Callable[..., object]) -> None:
        super().__init__()
        self._typed: dict[object, object] = {}
        self._compute = compute
        self._fields = [fields[one.name] if isinstance(one, FieldValue) else None for one in needed]
        self._has_cells = any(self._fields)

    def __missing__(self, key: object) -> object:
        cells: Sequence[object] = (key,) if len(self._fields) == 1 else key  # type: ignore[assignment]  # of several, a tuple
        cache: dict[object, object] = self
        if self._has_cells and not TEXT_OR_BLANK.issuperset(map(type, cells)):
            if not PLAIN.issuperset(map(type, cells)):
                return self._compute(*map(_read, cells, self._fields))
            cache, key = self._typed, tuple((type(cell), str(cell)) for cell in cells)
            cached = cache.get(key)
            if cached is not None:
                return cached
        result = self._compute(*map(_read, cells, self._fields))
        if sum(len(str(cell)) for cell in cells) <= LONGEST_CACHED:
            if len(cache) >= MOST_CACHED:
                cache.clear()
            cache[key] = result
        return result


def _read(cell: object, field: Field | None) -> object:
    """Return the value of a cell; without a field, it is a score or grade and returned unchanged."""
    if field is None:
        return cell
    known = read(cell, field)
    return None if isinstance(known, Unreadable) else known


class AnswerTuples:
    """Turns the bits of some tests into a tuple: for each test, whether it is yes and whether it is no.

    Indexing a tuple takes two thirds of the time of testing a bit. Cells with the same answers share a tuple.
    """

    def __init__(self, bits: Callable[..., int], tests: int) -> None:
        self._bits, self._positions = bits, range(2 * tests)
        self._known: dict[int, tuple[bool, ...]] = {}

    def __call__(self, *values: object) -> tuple[bool, ...]:
        bits = self._bits(*values)
        answers = self._known.get(bits)
        if answers is None:
            if len(self._known) >= MOST_CACHED:
                self._known.clear()
            answers = self._known[bits] = tuple(bits >> position & 1 == 1 for position in self._positions)
        return answers


class CodeWriter:
    """Writes the text of the function, and collects the objects that it refers to."""

    def __init__(self, model: Model, today: date) -> None:
        self._model, self._today = model, today
        self.lines: list[str] = []
        self.names: dict[str, object] = {}
        self.positions: dict[str, str] = {}  # field -> the argument with the position of its cell
        self._variables: dict[object, str] = {}  # by what they hold
        self._tests: dict[Inputs, list[Test]] = {}
        self._answers: dict[Test, tuple[str, int]] = {}
        self._certainty = Algebra.of_counts(_opposite, self._count)

    def write(self) -> None:
        """Write the body of the function: the rules in order, each after the variables that it is the first to use."""
        for test in dict.fromkeys(map(_plain, tests((*self._model.rules, *self._model.order)))):
            self._tests.setdefault(inputs(operands_of(test), self._model), []).append(test)
        for number, rule in enumerate(self._model.rules):
            self.lines.append(f"if {self._certainly(rule.condition)}: return {number}")
        self.lines.append("return -1")

    def _assigned(self, key: object, expression: str) -> str:
        """Write an assignment to a new variable, and return its name."""
        variable = f"v{len(self._variables)}"
        self._variables[key] = variable
        self.lines.append(f"{variable} = {expression}")
        return variable

    def _criterion(self, name: str, yes: bool) -> str:
        """Return the variable for whether a criterion is certainly yes or, without `yes`, certainly no."""
        found = self._variables.get((name, yes))
        return found or self._assigned((name, yes), self._certainly(self._model.criteria[name].condition, yes))

    def _score(self, name: str) -> str:
        if name in self._variables:
            return self._variables[name]
        score = self._model.scores[name]
        parts = []
        for line in score.lines:
            match line:
                case When(points, condition):
                    parts.append(f"({points} if {self._certainly(condition)} else 0)")
                case Per(subject=operand) | Fading(since=operand):
                    needed = inputs([operand], self._model)
                    points_of_line = InputFunction(needed, partial(line_points, line), self._model, self._today)
                    parts.append(self._looked_up(needed, points_of_line))
        total = " + ".join(parts)
        total = total if score.low is None else f"max({total}, {score.low})"
        total = total if score.high is None else f"min({total}, {score.high})"
        return self._assigned(name, total)

    def _grade(self, name: str) -> str:
        if name in self._variables:
            return self._variables[name]
        grade = self._model.grades[name]
        points, labels = self._score(grade.score), self._object("labels", grade.labels)
        choices = "".join(f"{band} if {points} >= {start!r} else " for band, (_, start) in enumerate(grade.bands))
        return self._assigned(name, f"{labels}[{choices}{len(grade.bands)}]")

    def _object(self, letter: str, thing: object) -> str:
        name = f"{letter}{len(self.names)}"
        self.names[name] = thing
        return name

    # --- columns

    def _looked_up(self, needed: Inputs, compute: Callable[..., object]) -> str:
        """Write the cached call of a function of some inputs, and return its variable."""
        cells = ", ".join(self._input(one) for one in needed)
        name = self._object("column", CellCache(needed, self._model.fields, compute))
        return self._assigned(name, f"{name}[{cells if len(needed) == 1 else f'({cells})'}]")

    def _input(self, one: FieldValue | DefinedValue) -> str:
        if isinstance(one, DefinedValue):
            match self._model.definitions[one.name]:
                case Score():
                    return self._score(one.name)
                case Grade():
                    return self._grade(one.name)
                case Computed() | Criterion() as other:
                    raise AssertionError(f"{other.name} is not an input")
                case other:
                    assert_never(other)
        position = self.positions.setdefault(one.name, f"p{len(self.positions)}")
        return self._variables.get(one) or self._assigned(one, f"cells[{position}]")

    def _answer(self, test: Test) -> tuple[str, int]:
        """Return the variable with the answers of a plain test, and the index of its yes; its no follows."""
        if test not in self._answers:
            needed = inputs(operands_of(test), self._model)
            together = self._tests[needed]
            answers = AnswerTuples(compile_bits(together, needed, self._model, self._today), len(together))
            variable = self._looked_up(needed, answers)
            self._answers |= {one: (variable, 2 * number) for number, one in enumerate(together)}
        return self._answers[test]

    # --- conditions

    def _certainly(self, condition: Condition, yes: bool = True) -> str:
        """Return the expression for whether a condition is certainly yes or, without `yes`, certainly no."""
        return fold(condition, lambda leaf: partial(self._leaf, leaf), self._certainty)(yes)

    def _leaf(self, leaf: Leaf, yes: bool) -> str:
        match leaf:
            case Test():
                variable, place = self._answer(_plain(leaf))
                return f"{variable}[{place if yes is not leaf.negated else place + 1}]"
            case Holds(name):
                return self._criterion(name, yes)
            case IsAnswered(name, negated):
                answered = f"({self._criterion(name, True)} or {self._criterion(name, False)})"
                return answered if yes is not negated else f"(not {answered})"
        assert_never(leaf)

    def _count(self, parts: Sequence[Certainly], low: int, high: int) -> Certainly:
        if low > 0 and high < len(parts):  # uses both sides of each part: nested, they would double at every level
            parts = [self._written_once(part) for part in parts]
        return _count(parts, low, high)

    def _written_once(self, part: Certainly) -> Certainly:
        """Return a part that assigns its expressions to variables, unless they are a plain look-up."""

        @cache
        def expression(yes: bool) -> str:
            written = part(yes)
            return self._assigned((part, yes), written) if " " in written else written

        return expression


Certainly: TypeAlias = Callable[[bool], str]  # called with `yes`; returns the expression (see `CodeWriter._certainly`)


def _opposite(part: Certainly) -> Certainly:
    return lambda yes: part(not yes)


def _count(parts: Sequence[Certainly], low: int, high: int) -> Certainly:
    """Yes if at least `low` parts are yes and all but `high` are no; no if too few can be yes or too many are."""
    total = len(parts)

    def expression(yes: bool) -> str:
        if yes:
            return _joined(" and ", _at_least(low, parts, True), _at_least(total - high, parts, False))
        return _joined(" or ", _at_least(total - low + 1, parts, False), _at_least(high + 1, parts, True))

    return expression


def _at_least(count: int, parts: Sequence[Certainly], yes: bool) -> str:
    """Return the expression for whether at least `count` parts are certainly yes or, without `yes`, certainly no."""
    if not 0 < count <= len(parts):
        return str(count <= 0)
    each = [part(yes) for part in parts]
    if count in (1, len(parts)):
        return _joined(" or " if count == 1 else " and ", *each)
    return f"{_joined(' + ', *each)} >= {count}"


def _joined(word: str, *parts: str) -> str:
    """Return parts joined, without those that cannot change the result."""
    relevant = [part for part in parts if part != NEUTRAL.get(word)]
    return f"({word.join(relevant or parts[:1])})"


NEUTRAL = {" and ": "True", " or ": "False"}


def _plain(test: Test) -> Test:
    """Return a test without its negation."""
    return replace(test, negated=False) if test.negated else test


class Single:
    """A model compiled to decide one contact at a time, on one day. Safe to share between threads."""

    def __init__(self, model: Model, today: date) -> None:
        self._model, self._today = model, today
        code = CodeWriter(model, today)
        code.write()
        self._fields = tuple(code.positions)
        body = "\n    ".join(code.lines)
        exec(f"def place(cells, {', '.join(code.positions.values())}):\n    {body}\n", code.names)
        self._place: Callable[..., int] = code.names["place"]  # type: ignore[assignment]  # defined by the line above
        placements: list[tuple[str, str | None]] = [(rule.stage, rule.name) for rule in model.rules]
        self._placements = [*placements, (model.otherwise.stage, None)]  # -1, no rule, is the index of the last
        self._shapes: dict[tuple[str, ...], tuple[int, ...]] = {}

    def decide(self, contact: Mapping[str, object]) -> Decision:
        """Return the decision about a contact; everything but stage and rule is computed on demand."""
        try:
            headers, cells = tuple(contact), [None, *contact.values()]
        except (TypeError, AttributeError):  # a list, or a row of pandas
            raise TypeError(f"{type(contact).__name__} is not a contact: pass a mapping of cells by header") from None
        positions = self._shapes.get(headers) or self._positions(headers)
        try:
            stage, rule = self._placements[self._place(cells, *positions)]
        except Exception:  # a list is not hashable, and the methods of a caller's object may raise anything
            details = decide(self._model, contact, self._today)
            return Decision(details.stage, details.rule, details)
        return Decision(stage, rule, partial(self._details, headers, cells))

    def _details(self, headers: Sequence[str], cells: Sequence[object]) -> Details:
        return decide(self._model, dict(zip(headers, cells[1:], strict=True)), self._today)

    def _positions(self, headers: tuple[str, ...]) -> tuple[int, ...]:
        """Return the index in `cells` of each field, 0 for none; cached for contacts with the same headers."""
        columns = bind(self._model.fields.values(), headers).positions
        positions = tuple(0 if (column := columns.get(name)) is None else column + 1 for name in self._fields)
        if len(self._shapes) >= MOST_SHAPES:
            self._shapes.clear()
        self._shapes[headers] = positions
        return positions
