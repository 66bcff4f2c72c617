"""The nearest miss: the rule for a higher stage that needs the fewest tests to come out differently, and which.

Of as few, the nearest are those that ask most and contradict least: the next call may answer what is not known, but
will not make a director of an intern. After that the higher stage counts, then what stands first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, assert_never

from qualify.explain.wording import a_few, in_words, named, seen
from qualify.language.durations import Duration
from qualify.language.kinds import Kind, Range, Value
from qualify.language.logic import Algebra, Answer, fold
from qualify.language.operators import AT_LEAST, AT_MOST, LESS_THAN, MORE_THAN, OPERATORS, asking
from qualify.language.predicates import Between, Interval, OneOf, Patterns, Presence, TextMatch, Values, real
from qualify.model.expressions import Constant, DefinedValue, Holds, IsAnswered, Leaf, Operand, Test, Today
from qualify.model.rules import Criterion, Rule
from qualify.record.evaluation import Evaluation, answer, to_ask, value
from qualify.text import compare


@dataclass(frozen=True, slots=True)
class Change:
    """A leaf that would have to come out differently, and the answer wanted of it."""

    leaf: Leaf
    wanted: Answer
    contradicts: bool  # it has the opposite answer, not none


Changes: TypeAlias = tuple[Change, ...]
Ways: TypeAlias = tuple[Changes | None, Changes | None]  # to a yes, to a no; None: no way at all


@dataclass(frozen=True, slots=True)
class NearestMiss:
    """A rule that did not place the contact, and what it needs: `budget is $8,500; needs $25,000`."""

    rule: str
    stage: str
    needs: tuple[str, ...]


def nearest_miss(rules: Iterable[Rule], contact: Evaluation) -> NearestMiss | None:
    """Return the nearest of some rules, and what it needs; None where none can be reached."""
    leaf, rank = _leaf_ways(contact), contact.model.rank
    found = [(rule, changes) for rule in rules if (changes := fold(rule.condition, leaf, WAYS)[0]) is not None]
    if not found:
        return None
    rule, changes = min(found, key=lambda pair: (_distance(pair[1]), -rank[pair[0].stage]))
    return NearestMiss(rule.name, rule.stage, tuple(dict.fromkeys(_need(change, contact) for change in changes)))


# --- the nearest changes ---------------------------------------------------------------------------------------


def _leaf_ways(contact: Evaluation) -> Callable[[Leaf], Ways]:
    """Return what gives the nearest changes that turn a leaf to yes, and those that turn it to no."""
    criteria: dict[str, Ways] = {}

    def ways(leaf: Leaf) -> Ways:
        if isinstance(leaf, Holds) and leaf.name in criteria:
            return criteria[leaf.name]
        return _change(leaf, Answer.YES, contact), _change(leaf, Answer.NO, contact)

    for definition in contact.model.order:  # each after all that it uses
        if isinstance(definition, Criterion) and definition.name not in contact.given:
            criteria[definition.name] = fold(definition.condition, ways, WAYS)
    return ways


def _of_every(each: Iterable[Ways]) -> Ways:
    to_yes, to_no = zip(*each, strict=True)
    return _every(to_yes), _nearest(to_no)


def _opposite(ways: Ways) -> Ways:
    return ways[1], ways[0]


def _of_some(each: Iterable[Ways]) -> Ways:
    return _opposite(_of_every(map(_opposite, each)))


def _of_count(each: Iterable[Ways], low: int, high: int) -> Ways:
    parts = list(each)
    fewer, more = _split(parts, 0, len(parts) - low + 1), _split(parts, high + 1, 0)
    return _split(parts, low, len(parts) - high), _nearest([fewer, more])


WAYS = Algebra(_of_every, _of_some, _opposite, _of_count)


def _change(leaf: Leaf, wanted: Answer, contact: Evaluation) -> Changes:
    found = answer(leaf, contact)
    return () if found is wanted else (Change(leaf, wanted, found is not Answer.UNKNOWN),)


def _distance(changes: Changes) -> tuple[int, int]:
    return len(changes), sum(change.contradicts for change in changes)


def _every(ways: Iterable[Changes | None]) -> Changes | None:
    together: dict[Change, None] = {}  # a change that serves two parts counts once
    for changes in ways:
        if changes is None:
            return None
        together.update(dict.fromkeys(changes))
    return tuple(together)


def _nearest(ways: Iterable[Changes | None]) -> Changes | None:
    return min((changes for changes in ways if changes is not None), key=_distance, default=None)


def _split(parts: list[Ways], yes: int, no: int) -> Changes | None:
    """Return the nearest changes after which at least `yes` parts are yes and at least `no` others are no."""
    if yes + no > len(parts):
        return None
    best: dict[tuple[int, int], Changes] = {(yes, no): ()}  # by how many of each are still wanted
    for to_yes, to_no in parts:
        following: dict[tuple[int, int], Changes] = {}
        for (more_yes, more_no), so_far in best.items():
            for wanted, changes in (  # of equally near ones the first are kept: those of the parts that stand first
                ((max(more_yes - 1, 0), more_no), to_yes),
                ((more_yes, max(more_no - 1, 0)), to_no),
                ((more_yes, more_no), ()),
            ):
                nearest = _nearest((following.get(wanted), _every((so_far, changes))))
                if nearest is not None:
                    following[wanted] = nearest
        best = following
    return best.get((0, 0))


# --- said ------------------------------------------------------------------------------------------------------


def _need(change: Change, contact: Evaluation) -> str:
    """Return what is seen and what is needed instead: `budget is $8,500; needs $25,000`."""
    leaf, wanted = change.leaf, change.wanted
    match leaf:
        case Holds(name):
            return f"{name} is {contact.answer(name)}; needs {wanted}"
        case IsAnswered(name, negated):
            needed = "no answer" if negated == (wanted is Answer.YES) else "an answer"
            return f"{name} is {contact.answer(name)}; needs {needed}"
        case Test():
            plain = ~wanted if leaf.negated else wanted
            needed = _needed(leaf, plain is Answer.YES, contact)
            if not change.contradicts:
                fields = [name for name in contact.model.fields if name in to_ask(leaf, contact)]
                return f"{seen(leaf.subject, contact)}; ask {', '.join(fields)} (needs {needed})"
            return f"{seen(leaf.subject, contact)}; needs {needed}"
    assert_never(leaf)


def _needed(test: Test, wanted: bool, contact: Evaluation) -> str:
    predicate = test.predicate
    currency = test.subject.currency
    match predicate:
        case Presence():
            return "a value" if wanted else "to be blank"
        case OneOf():
            if test.kind is Kind.FLAG:
                return _flag(test, wanted, contact)
            return ("" if wanted else "anything but ") + _values(test, contact, "one of ", currency)
        case Between():
            return _limits(test, predicate, wanted, contact, currency)
        case TextMatch() | Patterns():
            return _texts(test, wanted, contact)
    assert_never(predicate)


def _flag(test: Test, wanted: bool, contact: Evaluation) -> str:
    """Return the flag that is needed; a flag compared with another field says which."""
    (other,) = test.values
    if isinstance(other, Constant):
        return in_words(other.value if wanted else not other.value)
    return ("" if wanted else "anything but ") + _values(test, contact, "", None)


def _texts(test: Test, wanted: bool, contact: Evaluation) -> str:
    operator = OPERATORS[test.operator]
    values = _values(test, contact, "all of " if test.every else "one of ", None)
    if operator.negative and operator.negative.startswith("does not "):
        infinitive = operator.negative.removeprefix("does not ").removesuffix(" V")
        return f"{'' if wanted else 'not '}to {infinitive} {values}"
    return f"{values}{_band(test, contact)}" if wanted else f"anything but {values}"


def _band(test: Test, contact: Evaluation) -> str:
    """Return from where on a score has one of the wanted grades; nothing where the score is above that already."""
    grade = contact.model.grades.get(test.subject.name) if isinstance(test.subject, DefinedValue) else None
    if grade is None:
        return ""
    labels = {compare.fold(str(item)) for other in test.values if isinstance(other, Values) for item in other.items}
    starts = [start for label, start in grade.bands if compare.fold(label) in labels]
    if not starts or contact.points(grade.score) >= min(starts):
        return ""
    return f" ({grade.score} from {in_words(min(starts))})"


def _values(test: Test, contact: Evaluation, several: str, currency: str | None) -> str:
    """Return what a test compares with: `"DE"`, `one of "VP", "Director", …`, `shipping_country ("DE")`."""
    words: list[str] = []
    for other in test.values:
        if isinstance(other, Values):
            words += [in_words(item, currency) for item in other.items]
        elif not isinstance(other, Duration):
            words.append(_operand(other, contact, currency))
    return (several if len(words) > 1 else "") + a_few(words)


def _operand(operand: Operand, contact: Evaluation, currency: str | None) -> str:
    known = value(operand, contact)
    if isinstance(operand, (Constant, Today)) and known is not None:
        return in_words(known, currency)
    name = named(operand)
    return f"{name} (not known)" if known is None else f"{name} ({in_words(known, currency)})"


def _limits(test: Test, predicate: Between, wanted: bool, contact: Evaluation, currency: str | None) -> str:
    """Return the limits that are needed: both where both will do, else the one on the side of the value."""
    limits: list[float | Duration] = []
    for other in test.values:
        assert not isinstance(other, Values)
        limit = other if isinstance(other, Duration) else value(other, contact)
        if limit is None or isinstance(limit, Range):  # another field's, and not known: there is no limit to name
            return _values(test, contact, "", currency)
        limits.append(limit if isinstance(limit, Duration) else _as_float(limit))
    interval = predicate.interval(limits, contact.today)
    low, high = _ends(interval, test.kind, wanted, currency)
    if wanted and low and high and interval.low_included and interval.high_included:
        return f"{_end(interval.low, test.kind, currency)} to {_end(interval.high, test.kind, currency)}"
    known = value(test.subject, contact)
    if wanted and low and high and known is not None and not isinstance(known, Range):
        low, high = (low, "") if _as_float(known) <= interval.low else ("", high)
    if not low and not high:  # a duration ago or away that leaves the calendar
        return "a day outside the calendar" if wanted else "any day"
    if not high:
        return low.removeprefix("at least ")
    return (" and " if wanted else " or ").join(filter(None, (low, high)))


def _as_float(number: Value) -> float:
    plain = real(number)
    assert isinstance(plain, float)
    return plain


ABOVE, BELOW = (MORE_THAN, AT_LEAST), (LESS_THAN, AT_MOST)  # what an end asks for; the second where it will do itself


def _ends(interval: Interval, kind: Kind, wanted: bool, currency: str | None) -> tuple[str, str]:
    """Return what to reach at the lower and at the upper end, in words; blank where the interval is open."""
    low, high = (_end(end, kind, currency) if math.isfinite(end) else "" for end in (interval.low, interval.high))
    at_low, at_high = (ABOVE, BELOW) if wanted else (BELOW, ABOVE)
    low_words = _words(at_low[interval.low_included == wanted], kind)
    high_words = _words(at_high[interval.high_included == wanted], kind)
    return low and f"{low_words} {low}", high and f"{high_words} {high}"


def _words(predicate: Between, kind: Kind) -> str:
    """Return what a type calls a predicate: `at least`, `on or after`."""
    return OPERATORS[asking(predicate, kind)].verb().removeprefix("is ")


def _end(number: float, kind: Kind, currency: str | None) -> str:
    """Return an end of an interval; of dates it is the number of a day."""
    return in_words(date.fromordinal(int(number)) if kind is Kind.DATE else number, currency)
