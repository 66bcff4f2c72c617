"""The questions worth asking, against their definition: try every set of fields, every way their tests may come out."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualify
from qualify.language.kinds import Kind
from qualify.language.logic import All, Answer, Any, Count, Not, all_of, any_of, count_of
from qualify.model.expressions import Condition, FieldValue, Leaf, Test
from qualify.model.rules import Model
from qualify.record import ask
from qualify.record.ask import Questions, position_bits, preference
from qualify.text.source import Source, Span

FIELDS = "abcd"
SPAN = Span(Source("", ""), 0, 0)
MEANING = qualify.compile('rule "Any": lead when ' + " or ".join(f"{name} is known" for name in FIELDS)).model


class State:
    """Tests told apart by their place; each with its answer as things stand and the fields that it would ask."""

    def __init__(self) -> None:
        self.answers: dict[int, Answer] = {}
        self.asks: dict[int, frozenset[str]] = {}

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
        kind = draw(st.sampled_from("taonncc" if depth else "t"))
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

    return condition(2), state


def kleene(condition: Condition, answers: dict[int, Answer], state: State) -> Answer:
    match condition:
        case All(parts):
            return all_of(kleene(part, answers, state) for part in parts)
        case Any(parts):
            return any_of(kleene(part, answers, state) for part in parts)
        case Count(parts, low, high):
            return count_of([kleene(part, answers, state) for part in parts], low, high)
        case Not(part):
            return ~kleene(part, answers, state)
        case Test():
            return answers[state.number(condition)]
    raise AssertionError(condition)


def by_definition(condition: Condition, state: State) -> tuple[str, ...] | None:
    """Return the first smallest set of fields for which some way of coming out gives a yes."""
    for size in range(len(FIELDS) + 1):
        for chosen in combinations(MEANING.fields, size):
            free = [
                number
                for number, answer in state.answers.items()
                if answer is Answer.UNKNOWN and state.asks[number] <= set(chosen)
            ]
            for outcome in product([Answer.YES, Answer.NO], repeat=len(free)):
                if kleene(condition, state.answers | dict(zip(free, outcome, strict=True)), state) is Answer.YES:
                    return chosen
    return None


def asked(model: Model, condition: Condition, state: State) -> tuple[str, ...] | None:
    bits = position_bits(model)
    found = Questions(
        model,
        lambda leaf: state.answers[state.number(leaf)],
        lambda test: sum(bits[name] for name in state.asks[state.number(test)]),
    ).smallest(condition)
    return None if found is None else tuple(name for name in model.fields if bits[name] & found)


@settings(max_examples=300, deadline=None)
@given(conditions())
def test_the_questions_are_the_first_smallest_set_that_is_enough(drawn: tuple[Condition, State]) -> None:
    condition, state = drawn
    assert asked(MEANING, condition, state) == by_definition(condition, state)


@settings(max_examples=200, deadline=None)
@given(conditions())
def test_beyond_the_bound_the_set_is_enough_and_nothing_can_be_left_out(drawn: tuple[Condition, State]) -> None:
    condition, state = drawn
    bound = ask.MOST_SETS
    ask.MOST_SETS = 1
    try:
        found = asked(MEANING, condition, state)
    finally:
        ask.MOST_SETS = bound
    assert (found is None) == (by_definition(condition, state) is None)
    for left_out in found or ():
        without = replace_fields(state, set(found or ()) - {left_out})
        assert kleene_possible(condition, without) is False


def replace_fields(state: State, chosen: set[str]) -> State:
    """Return the state in which only tests of the chosen fields may still come out."""
    reduced = State()
    reduced.answers = dict(state.answers)
    reduced.asks = {n: asks if asks <= chosen else frozenset("?") for n, asks in state.asks.items()}
    return reduced


def kleene_possible(condition: Condition, state: State) -> bool:
    return by_definition(condition, state) is not None


def test_many_alternatives_end_in_a_set_that_is_enough() -> None:
    """Sixteen choices of two have 65,536 smallest sets: more than are ever looked at."""
    pairs = " and ".join(f"(x{number} is yes or y{number} is yes)" for number in range(16))
    decision = qualify.compile(f'rule "All": lead when {pairs}').decide({})
    assert decision.could_be == "lead"
    assert decision.ask == tuple(f"x{number}" for number in range(16))


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
