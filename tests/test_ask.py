"""The questions to ask, compared with their definition: every set of fields, and every result of their tests."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualify
from qualify.language.kinds import Kind
from qualify.language.logic import All, Answer, Any, Count, Not, all_of, any_of, count_of
from qualify.model.expressions import Condition, FieldValue, Holds, Leaf, Test
from qualify.model.rules import Model
from qualify.record import counting, minimal_sets
from qualify.record.ask import position_bits, preference
from qualify.record.counting import Cost, Ways
from qualify.record.decide import decide
from qualify.record.minimal_sets import Planner, Search, asking, settled
from qualify.text.source import Source, Span

FIELDS = "abcd"
SPAN = Span(Source("", ""), 0, 0)
MEANING = qualify.compile('rule "Any": lead when ' + " or ".join(f"{name} is known" for name in FIELDS)).model


class State:
    """Tests by position, each with its current answer and the fields that it would ask for."""

    def __init__(self) -> None:
        self.answers: dict[int, Answer] = {}
        self.asks: dict[int, frozenset[str]] = {}
        self.criteria: dict[str, Condition] = {}

    def leaf(self, answer: Answer, asks: frozenset[str]) -> Test:
        number = len(self.answers)
        self.answers[number] = answer
        self.asks[number] = asks
        return Test(FieldValue(str(number), kind=Kind.TEXT), "is", span=SPAN)

    def number(self, leaf: Leaf) -> int:
        assert isinstance(leaf, Test) and isinstance(leaf.subject, FieldValue)
        return int(leaf.subject.name)


@st.composite
def conditions(draw: st.DrawFn) -> tuple[Condition, State]:
    state = State()

    def condition(depth: int) -> Condition:
        kind = draw(st.sampled_from("taonncc" if depth else "t") | st.sampled_from([*state.criteria] or ["t"]))
        if kind in state.criteria:
            return Holds(kind, SPAN)
        if kind == "t":
            answer = draw(st.sampled_from([Answer.YES, Answer.NO, Answer.UNKNOWN, Answer.UNKNOWN, Answer.UNKNOWN]))
            asks = draw(st.frozensets(st.sampled_from(FIELDS), min_size=1, max_size=2))
            return state.leaf(answer, asks)
        if kind == "n":
            return Not(condition(depth - 1), SPAN)
        parts = tuple(condition(depth - 1) for _ in range(draw(st.integers(2, 3))))
        if kind == "a":
            return All(parts, SPAN)
        if kind == "o":
            return Any(parts, SPAN)
        low = draw(st.integers(0, len(parts)))
        return Count(parts, low, draw(st.integers(low, len(parts))), SPAN)

    for name in draw(st.sampled_from(["", "A", "AB"])):  # from here on, conditions may ask about these
        state.criteria[name] = condition(2)
    return condition(2), state


def outcomes(condition: Condition, chosen: Collection[str], state: State) -> set[Answer]:
    """Return the possible results of a condition once some fields are known, with each unknown test independent."""
    match condition:
        case All(parts):
            return set(map(all_of, product(*(outcomes(part, chosen, state) for part in parts))))
        case Any(parts):
            return set(map(any_of, product(*(outcomes(part, chosen, state) for part in parts))))
        case Count(parts, low, high):
            return {count_of(each, low, high) for each in product(*(outcomes(part, chosen, state) for part in parts))}
        case Not(part):
            return {~answer for answer in outcomes(part, chosen, state)}
        case Holds(name):
            return outcomes(state.criteria[name], chosen, state)
        case Test():
            number = state.number(condition)
            is_open = state.answers[number] is Answer.UNKNOWN and state.asks[number] <= set(chosen)
            return {Answer.YES, Answer.NO} if is_open else {state.answers[number]}
    raise AssertionError(condition)


def by_definition(condition: Condition, state: State, fields: Collection[str] = FIELDS) -> tuple[str, ...] | None:
    """Return the first of the smallest sets of fields for which some results give a yes."""
    for size in range(len(fields) + 1):
        for chosen in combinations(fields, size):
            if Answer.YES in outcomes(condition, chosen, state):
                return chosen
    return None


def asked(model: Model, condition: Condition, state: State) -> tuple[str, ...] | None:
    bits = position_bits(model)

    def fields(leaf: Leaf) -> int:
        return sum(bits[name] for name in state.asks[state.number(leaf)] if name in bits)

    def ways(leaf: Leaf) -> Ways | None:
        (known,) = outcomes(leaf, (), state)
        if known is not Answer.UNKNOWN:
            return settled(known)
        return None if isinstance(leaf, Holds) else asking(fields(leaf))

    planner = Planner(Cost(len(bits)), fields, state.criteria, [condition])
    found = Search(planner, ways).smallest(condition)
    return None if found is None else tuple(name for name in model.fields if bits[name] & found)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(conditions())
def test_the_questions_are_the_first_smallest_set_that_is_enough(drawn: tuple[Condition, State]) -> None:
    condition, state = drawn
    assert asked(MEANING, condition, state) == by_definition(condition, state)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(conditions())
def test_beyond_the_bound_the_set_is_enough_and_nothing_can_be_left_out(drawn: tuple[Condition, State]) -> None:
    condition, state = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "MOST_STEPS", 1)
        counting.cheapest_split.cache_clear()
        found = asked(MEANING, condition, state)
    counting.cheapest_split.cache_clear()
    assert (found is None) == (by_definition(condition, state) is None)
    for left_out in found or ():
        assert by_definition(condition, state, [name for name in found or () if name != left_out]) is None


BULLETS = ", ".join(f"(x{number} is yes)" for number in range(40))
PAIRS = " and ".join(f"(x{number} is yes or y{number} is yes)" for number in range(16))
CHAIN = ", ".join(f"(x{number} is more than x{number + 1})" for number in range(16))
NESTED = "exactly 1 of (" * 30 + "x0 is yes" + "".join(f"), (x{number} is yes)" for number in range(1, 31))


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        (f"at least 16 of {BULLETS}", range(16)),
        (f"exactly 16 of {BULLETS}", range(40)),
        (f"at most 16 of {BULLETS}", range(24)),
        (f"not (exactly 16 of {BULLETS})", range(17)),
        (PAIRS, range(16)),  # that choice has 65,536 smallest sets
        (f"at least 8 of {CHAIN}", range(9)),
        (NESTED, range(31)),
    ],
)
def test_counting_needs_no_enumeration(condition: str, numbers: range, monkeypatch: pytest.MonkeyPatch) -> None:
    """The set is found within the limit on the work; enumeration would need far more."""

    def fall_back(enough: object, bits: int) -> int:
        raise AssertionError("beyond the bound")

    monkeypatch.setattr(minimal_sets, "smallest_within", fall_back)
    rules = qualify.compile(f'rule "All": lead when {condition}')
    assert decide(rules.model, {}, date(2026, 11, 1)).ask == tuple(f"x{number}" for number in numbers)


def test_more_that_are_yes_than_are_wanted_settle_a_count() -> None:
    rules = qualify.compile('rule "R": lead when e and not (exactly 1 of a, b, c, d)')
    assert rules.decide({"a": "yes", "b": "yes", "c": "yes"}).ask == ("e",)


@pytest.mark.parametrize(
    ("better", "worse"),
    [({"b"}, {"a", "b"}), ({"a", "d"}, {"b", "c"}), ({"a", "c"}, {"a", "d"}), (set(), {"a"})],
)
def test_smaller_sets_come_first_then_earlier_positions(better: set[str], worse: set[str]) -> None:
    bits = position_bits(MEANING)
    assert preference(sum(bits[n] for n in better)) < preference(sum(bits[n] for n in worse))
