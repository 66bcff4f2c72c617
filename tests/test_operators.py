"""The tables of tests and functions match the grammar, and each example in them runs."""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from targets import TARGETS

import qualify
from qualify.language.functions import FUNCTIONS, SELECTORS, Function, Selector
from qualify.language.kinds import FIELD_KINDS, Kind
from qualify.language.logic import Answer
from qualify.language.operators import OPERATORS, Operator, counterpart, operator_for, resolve_symbol
from qualify.language.predicates import FEW, PIECES, Between, Edge, Presence, TextMatch, Wanted, parts_anywhere
from qualify.targets.batch.classes.text_search import KERNELS, PREPARED
from qualify.text.compare import folded_characters

ENTRIES: dict[str, Operator | Function | Selector] = {**OPERATORS, **FUNCTIONS, **SELECTORS}
GRAMMAR = files("qualify.grammars").joinpath("rules.lark").read_text("utf-8")
TODAY = date(2026, 11, 1)
# What the examples use beside fields.
DEFINED = """
list TargetAccounts: "acme.com"
score Points: +1 per points
grade Interest of Points: "A" from 5, "B" from 1, otherwise "C"
"""
# For an example, a cell of the field that it begins with for which it is yes, and one for which it is no, both at the
# border. An entry without cells here gets some for its example from `cells_of`.
CELLS = {
    "is": ("de", "FR"),
    "is_any_of": ("FR", "AT"),
    "is_known": ("reporting", "N/A"),
    "at_least": ("50", "49"),
    "more_than": ("51-200", "50"),
    "at_most": ("5,000", "5001"),
    "less_than": ("4999", "5,000"),
    "between": ("50-5000", "5000.5"),
    "before": ("2026-12-31", "2027-01-01"),
    "after": ("2026-10-02", "2026-10-01"),
    "on_or_before": ("2026-11-01", "2026-11-02"),
    "on_or_after": ("2026-11-01", "2026-10-31"),
    "within_last": ("2026-10-18", "2026-10-17"),
    "within_next": ("2027-05-01", "2027-05-02"),
    "more_than_ago": ("2026-08-31", "2026-09-01"),
    "at_least_ago": ("2026-09-01", "2026-09-02"),
    "less_than_ago": ("2026-09-02", "2026-09-01"),
    "at_most_ago": ("2026-09-01", "2026-08-31"),
    "more_than_away": ("2027-11-02", "2027-11-01"),
    "at_least_away": ("2027-11-01", "2027-10-31"),
    "less_than_away": ("2027-10-31", "2027-11-01"),
    "at_most_away": ("2027-11-01", "2027-11-02"),
    "mentions": ("Interim head of IT", "SVP, Ahead of Sales"),
    "contains": ("the Budget Approved today", "budget: approved"),
    "starts_with": ("+43 1 2", "0049 30"),
    "ends_with": ("jo@MIT.EDU", "jo@mit.edu.org"),
    "matches": ("jo@mit.edu", "mit.edu"),
    "includes": ("cost; Churn", "no churn; manual"),
    "belongs_to": ("jo@eu.Acme.com", "jo@notacme.com"),
    "this_period": ("2026-12-31", "2027-01-01"),
    "in_period": ("2026-12-31", "2027-01-01"),
    "or_better": ("1", "0.5"),
    "days_since": ("2026-10-02", "2026-10-01"),
    "days_until": ("2027-01-30", "2027-01-31"),
    "domain_of": ("jo@x@acme.com", "jo@acme.com.org"),
    "length_of": ("Asked for a demo now", "Asked for a demo."),
    "number_of": ("churn; cost", "churn"),
    "year_of": ("2015-01-01", "2014-12-31"),
    "first_known_of": ("+49 30", ""),
}
OTHER_CELLS = {"last_email": "2026-10-01"}
COMMON_CELLS = (
    *("0", "1000000", "0001-01-01", "2026-10-31", "2026-11-02", "9999-12-31", "a@acme.com", "x@y.edu"),
    *("a", "a; b; c", "a text of several words", ""),
)


def aliases(rule: str) -> set[str]:
    """Return the aliases of the lines of a rule of the grammar."""
    body = re.search(rf"^{rule}:.*?(?=^\S)", GRAMMAR, re.MULTILINE | re.DOTALL)
    assert body
    return set(re.findall(r"->\s*(\w+)", body[0]))


def test_every_test_of_the_grammar_is_in_the_table_and_no_other() -> None:
    assert aliases("predicate") == set(OPERATORS)


def test_every_function_of_the_grammar_is_in_the_table_and_no_other() -> None:
    assert aliases("function") == {*FUNCTIONS, *SELECTORS}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("name", "entry"), ENTRIES.items(), ids=[*ENTRIES])
def test_the_example_of_an_entry_is_yes_no_and_unknown_for_every_target(
    name: str, entry: Operator | Function | Selector, target: str
) -> None:
    rules = qualify.compile(f"{DEFINED}criterion Example: {entry.example}\n")
    subject = next((word for word in re.findall(r"\w+", entry.example) if word in rules.model.fields), "points")
    cells = CELLS.get(name) or cells_of(entry.example, rules, subject)
    contacts = [{**OTHER_CELLS, subject: cell} for cell in (*cells, "")]
    found = [row["Example"] for row in TARGETS[target](rules, contacts, TODAY)]
    always_answered = " is known" in entry.example or name == "or_better"  # a grade has a label without any points
    assert found == ["yes", "no", "no" if always_answered else "unknown"]


def cells_of(example: str, rules: qualify.RuleSet, subject: str) -> tuple[str, str]:
    """Return a cell for which an example is yes and one for which it is no, from its own values and common ones."""
    cells = [*re.findall(r'"([^"]*)"', example), *re.findall(r"[\d-]+", example), *COMMON_CELLS]
    answers = {rules.decide({**OTHER_CELLS, subject: cell}, TODAY).criteria["Example"]: cell for cell in cells}
    return answers[Answer.YES], answers[Answer.NO]


@pytest.mark.parametrize("name", CELLS)
def test_an_entry_needs_only_its_table_row(name: str) -> None:
    example = ENTRIES[name].example
    rules = qualify.compile(f"{DEFINED}criterion Example: {example}\n")
    subject = next((word for word in re.findall(r"\w+", example) if word in rules.model.fields), "points")
    assert set(cells_of(example, rules, subject))


VALUES = {
    Kind.TEXT: ('"x"', "x"), Kind.NUMBER: ("5", "5"), Kind.MONEY: ("$5", "5"), Kind.DATE: ("2026-11-01", "2026-11-01"),
    Kind.LIST: ('"x"', "x; y"), Kind.FLAG: ("yes", "yes"), Kind.SCORE: ("1", "yes"), Kind.GRADE: ('"B"', "yes"),
}  # fmt: skip
SPECIAL_VALUES = {"belongs_to": ('"@x.com"', "jo@x.com")}  # for tests that compare with texts of their own kind
PLACES = {
    "V": "{value}",
    "D": "{value}",
    "DURATION": "3 months",
    "PERIOD": "week",
    "YEAR": "2026",
    "MONTH": "11",
    "A": "{value}",
    "B": "{value}",
    "LIST": "Values",
}


@pytest.mark.parametrize("name", OPERATORS)
def test_every_form_of_the_table_reads_and_the_negative_is_the_opposite(name: str) -> None:
    """For each type that a test is about: its words, its negative and its other spellings."""
    table = OPERATORS[name]
    for kind in table.predicates:
        value, cell = SPECIAL_VALUES.get(name, VALUES[kind])
        subject = {Kind.SCORE: "Points", Kind.GRADE: "Interest"}.get(kind, "a_field")
        answers = []
        for words in filter(None, (table.words, table.negative, *table.also)):
            asked = re.sub(
                r"\b(V|DURATION|PERIOD|YEAR|MONTH|LIST|D|A|B)\b(?!\")",
                lambda place: PLACES[place[1]],
                words.replace(", …", ""),
            )
            values = f"list Values: {value}\n" if "Values" in asked else ""
            text = f"{DEFINED}{values}criterion C: {subject} {asked.format(value=value)}\n"
            declared = {"a_field": {"type": str(kind)}} if kind in FIELD_KINDS else {}
            rules = qualify.compile(text, fields=declared)
            answers.append((words, rules.decide({"a_field": cell, "points": "1"}).criteria["C"]))
        assert all(answer is not Answer.UNKNOWN for _, answer in answers)
        if table.negative:
            assert dict(answers)[table.negative] is ~dict(answers)[table.words]


def test_a_score_and_a_grade_have_types_of_their_own() -> None:
    assert {kind for table in OPERATORS.values() for kind in table.predicates} == set(Kind)


def test_every_evaluator_has_a_form_of_each_way_to_match_text() -> None:
    assert set(PIECES) == set(TextMatch)
    assert {*KERNELS, TextMatch.WHOLE} == set(TextMatch)
    assert {match.prepare for match in TextMatch} == set(PREPARED) - {folded_characters}  # that one is for patterns


@pytest.mark.parametrize("name", OPERATORS)
def test_the_traits_of_an_entry_fit_its_words_and_the_other_entries(name: str) -> None:
    entry = OPERATORS[name]
    spellings = " · ".join(filter(None, (entry.words, entry.negative, *entry.also)))
    assert [one for one in ("any of", "all of", "none of") if one in spellings] == [*entry.quantifiers]
    assert entry.several is None or OPERATORS[entry.several].quantifiers
    assert bool(entry.sample) == bool(entry.sample_for)
    assert set(entry.sample_for) <= set(entry.predicates)
    assert all(kind in OPERATORS[other].predicates for kind, other in entry.instead.items())
    assert not set(entry.instead) & set(entry.predicates)


def test_every_type_has_a_test_to_show() -> None:
    """For a flag, the name is the test."""
    assert {kind for one in OPERATORS.values() for kind in one.sample_for} == {*Kind} - {Kind.FLAG}


def test_each_predicate_of_a_type_leads_to_one_test() -> None:
    assert operator_for(Between(low=Edge(0)), Kind.MONEY) == "at_least"
    assert operator_for(Between(low=Edge(0)), Kind.DATE) == "on_or_after"
    assert operator_for(Between(high=Edge(0, is_included=False)), Kind.DATE) == "before"
    assert operator_for(Between(low=Edge(0, 1)), Kind.DATE) == "at_least_away"
    assert operator_for(TextMatch.WHOLE, Kind.LIST) == "includes"
    assert operator_for(Presence(), Kind.FLAG) == "is_known"


def test_a_symbol_is_one_test_of_numbers_and_another_of_dates() -> None:
    symbols = {"at_least": "on_or_after", "more_than": "after", "at_most": "on_or_before", "less_than": "before"}
    for of_numbers, of_dates in symbols.items():
        assert resolve_symbol(of_numbers, Kind.DATE, is_symbol=True) == of_dates
        assert resolve_symbol(of_numbers, Kind.MONEY, is_symbol=True) == of_numbers
        assert resolve_symbol(of_numbers, Kind.DATE, is_symbol=False) == of_numbers
        assert counterpart(of_numbers, Kind.DATE) == of_dates
        assert counterpart(of_dates, Kind.NUMBER) == of_numbers
    assert resolve_symbol("is", Kind.LIST, is_symbol=True) == "is"


@given(st.text("abc ", max_size=12), st.sets(st.text("abc ", max_size=3)))
def test_searching_for_few_texts_agrees_with_searching_for_many(text: str, wanted: set[str]) -> None:
    few, many = Wanted(wanted), Wanted(wanted | {f"part {number}" for number in range(FEW + 1)})
    assert few.intersection(parts_anywhere(text, few)) == few.intersection(parts_anywhere(text, many))


@pytest.mark.parametrize("first_word", sorted({one.words.split()[0] for one in OPERATORS.values()} | {"does", "is"}))
def test_a_test_of_a_field_named_like_a_keyword_does_not_begin_a_statement(first_word: str) -> None:
    with pytest.raises(qualify.RulesRejected) as rejected:
        qualify.compile(f'criterion A:\n  x is known and\n  list {first_word} oops oops\nrule "R": lead')
    assert [one.span and one.span.line for one in rejected.value.diagnostics] == [3, 4]
