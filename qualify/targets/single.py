"""One contact to its stage and rule, fast: the rules as one Python function, made once for a rule set and a day.

The function looks up the cell of a column and gets the answers of all tests on it as bits: a yes-bit and a no-bit a
test; an unknown test has neither. What it then asks reads like the rules: `if b0 & 4 and (b1 & 1 or b2 & 32)`. For
certain yes and certain no apart, `and` and `or` are exactly Kleene's.

The answers to a cell that was not met before come from `evaluation`, the reference, and are remembered, within a
bound. Nothing that a user wrote is part of the code: it has numbers, and names that are made up here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import assert_never

from qualify.cells import read
from qualify.decision import Decision, Details
from qualify.logic import All, Answer, Any, Count, Not
from qualify.meaning import (
    Computed,
    ComputedValue,
    Condition,
    Fading,
    FieldValue,
    GradeValue,
    Holds,
    IsAnswered,
    Meaning,
    Operand,
    Per,
    ScoreValue,
    Test,
    When,
    operands_of,
    reads,
    tests,
)
from qualify.schema import Unreadable, bind
from qualify.targets import record
from qualify.targets.evaluation import Evaluation, answer, line_points, value

MOST_REMEMBERED = 50_000  # cells of one column; then it starts anew
MOST_SHAPES = 100  # of contacts: the keys they have

Inputs = tuple[FieldValue | ScoreValue | GradeValue, ...]


def made_from(operands: Iterable[Operand], meaning: Meaning) -> Inputs:
    """Return what operands are made from, computed fields followed."""
    found: dict[FieldValue | ScoreValue | GradeValue, None] = {}
    for operand in operands:
        for one in reads(operand):
            if isinstance(one, ComputedValue):
                found |= dict.fromkeys(made_from([meaning.computed[one.name].expression], meaning))
            else:
                found[one] = None
    return tuple(found)


class Column:
    """What some tests, or a line of a score, make of the same inputs; remembered by what the inputs are.

    `known` has the cells that are text or blank, which equality tells from all others, and settled scores and grades.
    Other cells are in `_typed` with their types: 1, 1.0 and True are equal, and read differently.
    """

    def __init__(self, inputs: Inputs, work_out: Callable[[Evaluation], int], meaning: Meaning, today: date) -> None:
        self.known: dict[object, int] = {}
        self._typed: dict[object, int] = {}
        self._inputs, self._work_out = inputs, work_out
        self._meaning, self._today = meaning, today
        fields = {one.name for one in inputs}
        self._computed = [  # what is made from these inputs alone; nothing else is asked about here
            one
            for one in meaning.order
            if isinstance(one, Computed) and fields >= {of.name for of in made_from([one.expression], meaning)}
        ]
        self._settled = not isinstance(inputs[0], FieldValue)

    def of(self, *cells: object) -> int:
        """Return what is made of inputs that are not in `known`; raises TypeError for a cell that cannot be a key."""
        if self._settled or all(type(cell) is str or cell is None for cell in cells):
            remembered, key = self.known, cells[0] if len(cells) == 1 else cells
        else:
            remembered, key = self._typed, tuple((type(cell), cell) for cell in cells)
        made = remembered.get(key)
        if made is None:
            if len(remembered) >= MOST_REMEMBERED:
                remembered.clear()
            made = remembered[key] = self._made_of(cells)
        return made

    def _made_of(self, cells: Sequence[object]) -> int:
        contact = Evaluation(self._meaning, self._today, dict.fromkeys(self._meaning.fields))
        for one, cell in zip(self._inputs, cells, strict=True):
            match one, cell:
                case FieldValue(name), _:
                    known = read(cell, self._meaning.fields[name])
                    contact.fields[name] = None if isinstance(known, Unreadable) else known
                case ScoreValue(name), int(points):
                    contact.scores[name] = points
                case GradeValue(name), str(label):
                    contact.grades[name] = label
        for computed in self._computed:
            contact.computed[computed.name] = value(computed.expression, contact)
        return self._work_out(contact)


class Code:
    """The function's text, as it is written, and the objects that it names."""

    def __init__(self, meaning: Meaning, today: date) -> None:
        self._meaning, self._today = meaning, today
        self.lines: list[str] = []
        self.names: dict[str, object] = {}
        self.keys: dict[str, str] = {}  # the argument that has the key under which a field stands
        self._variables: dict[object, str] = {}  # by what they hold
        self._tests: dict[Inputs, list[Test]] = {}
        self._bits: dict[Test, tuple[str, int]] = {}

    def write(self) -> None:
        """Write the whole function: the rules in their order, and before each what it is the first to ask about."""
        for test in tests(self._meaning.rules, self._meaning.order):
            self._tests.setdefault(made_from(operands_of(test), self._meaning), []).append(test)
        for place, rule in enumerate(self._meaning.rules):
            self.lines.append(f"if {self._certainly(rule.condition)}: return {place}")
        self.lines.append("return -1")

    def _assigned(self, key: object, expression: str) -> str:
        """Write an assignment to a new variable, and return its name."""
        variable = f"v{len(self._variables)}"
        self._variables[key] = variable
        self.lines.append(f"{variable} = {expression}")
        return variable

    def _criterion(self, name: str, yes: bool) -> str:
        """Return the variable that says whether a criterion is certainly yes, or certainly no."""
        found = self._variables.get((name, yes))
        return found or self._assigned((name, yes), self._certainly(self._meaning.criteria[name].condition, yes))

    def _score(self, name: str) -> str:
        if name in self._variables:
            return self._variables[name]
        score = self._meaning.scores[name]
        parts = []
        for line in score.lines:
            match line:
                case When(points, condition):
                    parts.append(f"({points} if {self._certainly(condition)} else 0)")
                case Per(subject=operand) | Fading(since=operand):
                    inputs = made_from([operand], self._meaning)
                    column = Column(inputs, partial(line_points, line), self._meaning, self._today)
                    parts.append(self._looked_up(column, inputs))
        total = " + ".join(parts)
        total = total if score.low is None else f"max({total}, {score.low})"
        total = total if score.high is None else f"min({total}, {score.high})"
        return self._assigned(name, total)

    def _grade(self, name: str) -> str:
        if name in self._variables:
            return self._variables[name]
        grade = self._meaning.grades[name]
        points, labels = self._score(grade.score), self._object("labels", grade.labels)
        places = "".join(f"{place} if {points} >= {start!r} else " for place, (_, start) in enumerate(grade.bands))
        return self._assigned(name, f"{labels}[{places}{len(grade.bands)}]")

    def _object(self, letter: str, thing: object) -> str:
        name = f"{letter}{len(self.names)}"
        self.names[name] = thing
        return name

    # --- columns

    def _looked_up(self, column: Column, inputs: Inputs) -> str:
        """Write the look-up of a column, and return its variable."""
        cells = ", ".join(self._input(one) for one in inputs)
        known, of = self._object("known", column.known), self._object("of", column.of)
        found = self._assigned(column, f"{known}.get({cells if len(inputs) == 1 else f'({cells})'})")
        self.lines.append(f"if {found} is None: {found} = {of}({cells})")
        return found

    def _input(self, one: FieldValue | ScoreValue | GradeValue) -> str:
        match one:
            case ScoreValue(name):
                return self._score(name)
            case GradeValue(name):
                return self._grade(name)
            case FieldValue(name):
                if name not in self.keys:
                    self.keys[name] = f"key{len(self.keys)}"
                return self._variables.get(one) or self._assigned(one, f"contact.get({self.keys[name]})")

    def _bit(self, test: Test) -> tuple[str, int]:
        """Return the variable that has a test's bits, and the place of its yes-bit; the no-bit follows."""
        if test not in self._bits:
            inputs = made_from(operands_of(test), self._meaning)
            asked = list(dict.fromkeys(self._tests[inputs]))
            variable = self._looked_up(Column(inputs, partial(_bits, asked), self._meaning, self._today), inputs)
            self._bits |= {one: (variable, 2 * place) for place, one in enumerate(asked)}
        return self._bits[test]

    # --- conditions

    def _certainly(self, condition: Condition, yes: bool = True) -> str:
        """Return the expression that says whether a condition is certainly yes; without `yes`, certainly no."""
        match condition:
            case Test():
                variable, place = self._bit(condition)
                return f"{variable} & {(1 if yes else 2) << place}"
            case Holds(name):
                return self._criterion(name, yes)
            case IsAnswered(name, negated):
                answered = f"({self._criterion(name, True)} or {self._criterion(name, False)})"
                return answered if yes is not negated else f"(not {answered})"
            case Not(operand):
                return self._certainly(operand, not yes)
            case All(operands) | Any(operands):
                word = " and " if isinstance(condition, All) is yes else " or "
                return _joined(word, (self._certainly(operand, yes) for operand in operands))
            case Count(operands, low, high):
                total = len(operands)
                if yes:
                    return _joined(
                        " and ", (self._most(operands, low, True), self._most(operands, total - high, False))
                    )
                return _joined(
                    " or ", (self._most(operands, total - low + 1, False), self._most(operands, high + 1, True))
                )
        assert_never(condition)

    def _most(self, operands: Sequence[Condition], count: int, yes: bool) -> str:
        """Return the expression that says whether at least `count` operands are certainly yes, or certainly no."""
        if not 0 < count <= len(operands):
            return str(count <= 0)
        each = [self._certainly(operand, yes) for operand in operands]
        if count in (1, len(operands)):
            return _joined(" or " if count == 1 else " and ", each)
        return f"{_joined(' + ', (f'(1 if {one} else 0)' for one in each))} >= {count}"


def _joined(word: str, parts: Iterable[str]) -> str:
    return f"({word.join(parts)})"


def _bits(asked: Sequence[Test], contact: Evaluation) -> int:
    """Return the answers of tests as bits: for each a yes-bit, then a no-bit."""
    bits = 0
    for place, test in enumerate(asked):
        found = answer(test, contact)
        bits |= ((found is Answer.YES) | (found is Answer.NO) << 1) << 2 * place
    return bits


class Single:
    """A rule set made ready to decide about one contact at a time, on one day. Safe to share between threads."""

    def __init__(self, meaning: Meaning, today: date) -> None:
        self._meaning, self._today = meaning, today
        code = Code(meaning, today)
        code.write()
        self._fields = tuple(code.keys)
        body = "\n    ".join(code.lines)
        exec(f"def place(contact, {', '.join(code.keys.values())}):\n    {body}\n", code.names)
        self._place: Callable[..., int] = code.names["place"]  # type: ignore[assignment]  # defined by the line above
        placed: list[tuple[str, str | None]] = [(rule.stage, rule.name) for rule in meaning.rules]
        self._placed = [*placed, (meaning.otherwise.stage, None)]  # -1, no rule, is the last
        self._shapes: dict[tuple[str, ...], tuple[object, ...]] = {}

    def decide(self, contact: Mapping[str, object]) -> Decision:
        """Return the decision about a contact; all but stage and rule is worked out when it is asked for."""
        stage, rule = self.place(contact)
        return Decision(stage, rule, partial(_details, self._meaning, dict(contact), self._today))

    def place(self, contact: Mapping[str, object]) -> tuple[str, str | None]:
        """Return the stage of a contact, and the name of the rule that places it; of `otherwise`, None."""
        shape = tuple(contact)
        keys = self._shapes.get(shape) or self._keys(shape)
        try:
            return self._placed[self._place(contact, *keys)]
        except TypeError:  # a list among the cells, which cannot be looked up
            decision = record.decide(self._meaning, contact, self._today)
            return decision.stage, decision.rule

    def _keys(self, shape: tuple[str, ...]) -> tuple[object, ...]:
        """Return the key of a contact under which each field stands; remembered for contacts of the same shape."""
        positions = bind(self._meaning.fields.values(), shape).positions
        keys = tuple(NOWHERE if (at := positions.get(name)) is None else shape[at] for name in self._fields)
        if len(self._shapes) >= MOST_SHAPES:
            self._shapes.clear()
        self._shapes[shape] = keys
        return keys


NOWHERE = object()  # a key that no contact has


def _details(meaning: Meaning, contact: Mapping[str, object], today: date) -> Details:
    return record.decide(meaning, contact, today).details
