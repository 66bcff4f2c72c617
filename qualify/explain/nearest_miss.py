"""The nearest miss: the rule for a higher stage that needs the fewest tests to change their answer, and which.

Among equals, the one with more unknown answers wins: the next call may find out what is unknown, but will not turn
an intern into a director. After that the higher stage wins, then the earlier rule.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from qualify.explain.wording import a_few, in_words, named, seen
from qualify.language.durations import CalendarPeriod, Duration, TimeSpan
from qualify.language.kinds import Kind, Range, Value
from qualify.language.logic import Answer, leaves
from qualify.language.operators import AT_LEAST, AT_MOST, LESS_THAN, MORE_THAN, OPERATORS, operator_for
from qualify.language.predicates import Between, Interval, OneOf, Patterns, Presence, TextMatch, Values, as_number
from qualify.model.expressions import Condition, Constant, DefinedValue, Holds, IsAnswered, Leaf, Operand, Test, Today
from qualify.model.rules import Rule
from qualify.record.ask import criteria_of
from qualify.record.counting import Cost, Ways
from qualify.record.evaluation import Evaluation, answer, to_ask, value
from qualify.record.minimal_sets import Planner, Search
from qualify.text import compare


@dataclass(frozen=True, slots=True)
class Change:
    """A leaf whose answer would have to change, and the answer wanted."""

    leaf: Leaf
    wanted: Answer
    contradicts: bool  # the answer is known, and is the opposite


@dataclass(frozen=True, slots=True)
class NearestMiss:
    """A rule that did not place the contact, and what it needs: `budget is $8,500; needs $25,000`."""

    rule: str
    stage: str
    needs: tuple[str, ...]


def nearest_miss(rules: Sequence[Rule], contact: Evaluation) -> NearestMiss | None:
    """Return the nearest of some rules and what it needs, or None if none can be reached."""
    criteria = {name: one for name, one in criteria_of(contact.model).items() if name not in contact.given}
    bits = _bits_of_changes([rule.condition for rule in rules], criteria, contact)
    worse = sum(bit for change, bit in bits.items() if change.contradicts)

    def ways(leaf: Leaf) -> Ways | None:
        if isinstance(leaf, Holds) and leaf.name in criteria:
            return None
        to_yes, to_no = (frozenset({_bit(_change(leaf, wanted, contact), bits)}) for wanted in (Answer.YES, Answer.NO))
        return to_yes, to_no

    def all_bits(leaf: Leaf) -> int:
        return sum(_bit(_change(leaf, wanted, contact), bits) for wanted in (Answer.YES, Answer.NO))

    cost = Cost(len(bits), worse)
    search = Search(Planner(cost, all_bits, criteria, [rule.condition for rule in rules]), ways)
    found = [(rule, needed) for rule in rules if (needed := search.smallest(rule.condition)) is not None]
    if not found:
        return None
    rank = contact.model.rank
    rule, needed = min(
        found, key=lambda pair: (pair[1].bit_count(), (pair[1] & worse).bit_count(), -rank[pair[0].stage])
    )
    needs = (_need(change, contact) for change, bit in bits.items() if bit & needed)
    return NearestMiss(rule.name, rule.stage, tuple(dict.fromkeys(needs)))


def _bits_of_changes(
    conditions: Iterable[Condition], criteria: Mapping[str, Condition], contact: Evaluation
) -> dict[Change, int]:
    """Return a bit for each change of a leaf in some conditions and their criteria. Earlier leaves get higher bits."""
    changes: dict[Change, None] = {}
    followed: set[str] = set()

    def follow(condition: Condition) -> None:
        for leaf in leaves(condition):
            if isinstance(leaf, Holds) and leaf.name in criteria:
                if leaf.name not in followed:
                    followed.add(leaf.name)
                    follow(criteria[leaf.name])
            elif isinstance(leaf, (Test, Holds, IsAnswered)):
                found = (_change(leaf, wanted, contact) for wanted in (Answer.YES, Answer.NO))
                changes.update(dict.fromkeys(change for change in found if change is not None))

    for condition in conditions:
        follow(condition)
    return {change: 1 << (len(changes) - 1 - place) for place, change in enumerate(changes)}


def _change(leaf: Leaf, wanted: Answer, contact: Evaluation) -> Change | None:
    found = answer(leaf, contact)
    return None if found is wanted else Change(leaf, wanted, found is not Answer.UNKNOWN)


def _bit(change: Change | None, bits: Mapping[Change, int]) -> int:
    return 0 if change is None else bits.get(change, 0)  # a leaf that no rule reaches has no bit


# --- in words --------------------------------------------------------------------------------------------------


def _need(change: Change, contact: Evaluation) -> str:
    """Return what was seen and what is needed instead: `budget is $8,500; needs $25,000`."""
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
    """Return the value that a flag needs, or the field that it is compared with."""
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
    """Return the points at which a score gets one of the wanted grades; nothing if it has more already."""
    grade = contact.model.grades.get(test.subject.name) if isinstance(test.subject, DefinedValue) else None
    if grade is None:
        return ""
    labels = {compare.fold(str(item)) for other in test.values if isinstance(other, Values) for item in other.items}
    starts = [start for label, start in grade.bands if compare.fold(label) in labels]
    if not starts or contact.points(grade.score) >= min(starts):
        return ""
    return f" ({grade.score} from {in_words(min(starts))})"


def _values(test: Test, contact: Evaluation, several: str, currency: str | None) -> str:
    """Return the values that a test compares with: `"DE"`, `one of "VP", "Director", …`, `shipping_country ("DE")`."""
    words: list[str] = []
    for other in test.values:
        if isinstance(other, Values):
            words += [in_words(item, currency) for item in other.items]
        elif not isinstance(other, (Duration, CalendarPeriod)):
            words.append(_operand(other, contact, currency))
    return (several if len(words) > 1 else "") + a_few(words)


def _operand(operand: Operand, contact: Evaluation, currency: str | None) -> str:
    known = value(operand, contact)
    if isinstance(operand, (Constant, Today)) and known is not None:
        return in_words(known, currency)
    name = named(operand)
    return f"{name} (not known)" if known is None else f"{name} ({in_words(known, currency)})"


def _limits(test: Test, predicate: Between, wanted: bool, contact: Evaluation, currency: str | None) -> str:
    """Return the limits that are needed: both, or only the one that the value misses."""
    limits: list[float | TimeSpan] = []
    for other in test.values:
        assert not isinstance(other, Values)
        limit = other if isinstance(other, (Duration, CalendarPeriod)) else value(other, contact)
        if limit is None or isinstance(limit, Range):  # of another field, and not known
            return _values(test, contact, "", currency)
        limits.append(limit if isinstance(limit, (Duration, CalendarPeriod)) else _as_float(limit))
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
    plain = as_number(number)
    assert isinstance(plain, float)
    return plain


ABOVE, BELOW = (MORE_THAN, AT_LEAST), (LESS_THAN, AT_MOST)  # each without and with the end itself


def _ends(interval: Interval, kind: Kind, wanted: bool, currency: str | None) -> tuple[str, str]:
    """Return what is needed at the lower and at the upper end, in words; blank if the interval has no such end."""
    low, high = (_end(end, kind, currency) if math.isfinite(end) else "" for end in (interval.low, interval.high))
    at_low, at_high = (ABOVE, BELOW) if wanted else (BELOW, ABOVE)
    low_words = _words(at_low[interval.low_included == wanted], kind)
    high_words = _words(at_high[interval.high_included == wanted], kind)
    return low and f"{low_words} {low}", high and f"{high_words} {high}"


def _words(predicate: Between, kind: Kind) -> str:
    """Return the words for a predicate on a type: `at least`, `on or after`."""
    return OPERATORS[operator_for(predicate, kind)].verb().removeprefix("is ")


def _end(number: float, kind: Kind, currency: str | None) -> str:
    """Return an end of an interval in words. The end of an interval of dates is the ordinal of a day."""
    return in_words(date.fromordinal(int(number)) if kind is Kind.DATE else number, currency)
