"""Advice for mistakes: a fix leaves no mistake, and where the meaning is unclear, a hint says what to write."""

from __future__ import annotations

import pytest

import qualify
from qualify.advice.misreadings import BEGINNINGS
from qualify.text.diagnostics import Diagnostic
from qualify.text.fixes import apply

MORE = ("more", "higher", "above", "over", "greater", "better", "larger", "bigger", "longer", "up")
LESS = ("less", "lower", "below", "under", "fewer", "worse", "smaller", "shorter", "down")

# Conditions as written, and as fixed.
CONDITIONS = [
    *((f"seats is 25k or {word}", "seats is at least 25k") for word in MORE),
    *((f"seats is 25k or {word}", "seats is at most 25k") for word in LESS),
    ("title is empty", "title is unknown"),
    ("title is not empty", "title is known"),
    ("title is not null", "title is known"),
    ("title != missing", "title is known"),
    ('title is ""', "title is unknown"),
    ('title is not ""', "title is known"),
    ('title != ""', "title is known"),
    ('title is none of ""', "title is known"),
    ('title does not mention "&"', 'title does not contain "&"'),
    ("demo is true", "demo is yes"),
    ("demo is not true", "demo is no"),
    ("demo is not false", "demo is yes"),
    ('title contains " "', 'title matches "* *"'),
    ('title contains " AI "', 'title mentions "AI"'),
    ('title contains "AI\xa0"', 'title mentions "AI"'),
    ('title does not contain "AI "', 'title does not mention "AI"'),
    ('title starts with "Dr. "', 'title matches "Dr. *"'),
    ('title does not end with " II"', 'title does not match "* II"'),
    ("budget is at least $25k OR MORE", "budget is at least $25k"),
    ("seats is not 25k or more", "seats is less than 25k"),
    ("seats is not 25k or less", "seats is more than 25k"),
    ("seats is between 5 and 10 or more", "seats is at least 5"),
    ("seats is between 5 and 10 or less", "seats is at most 10"),
    ("start is 2026-10-01 or later", "start is on or after 2026-10-01"),
    ("start is 2026-10-01 or earlier", "start is on or before 2026-10-01"),
    ("start is 2026-10-01 or after", "start is on or after 2026-10-01"),
    ("start is 2026-10-01 or before", "start is on or before 2026-10-01"),
    ("start is not 2026-10-01 or later", "start is before 2026-10-01"),
    ("start is not 2026-10-01 or earlier", "start is after 2026-10-01"),
    ("start is older than 30 days", "start is more than 30 days ago"),
    ("start is older than 1 year ago", "start is more than 1 year ago"),
    ("start is not older than 30 days", "start is at most 30 days ago"),
    ("start is newer than 2 weeks", "start is less than 2 weeks ago"),
    ("start is within the last three months", "start is within the last 3 months"),
    ("start is within the next Ten days", "start is within the next 10 days"),
    ("start is more than one year ago", "start is more than 1 year ago"),
    ("start is before 31.12.2026", "start is before 2026-12-31"),
    ("start is before 31/12/2026", "start is before 2026-12-31"),
    ("start is before 12/31/2026", "start is before 2026-12-31"),
    ("start is before 2026/12/31", "start is before 2026-12-31"),
    ("start is before 2026.12.31", "start is before 2026-12-31"),
    ("start is before 5.6.2026", "start is before 2026-06-05"),
    ("start is before 2026-6-5", "start is before 2026-06-05"),
    ('either country is "FR" or demo', 'country is "FR" or demo'),
    ('both country is "FR" and demo', 'country is "FR" and demo'),
    ('demo is yes und country is "FR"', 'demo is yes and country is "FR"'),
    ('seats is 5 oder country is "FR"', 'seats is 5 or country is "FR"'),
    ("all of the following:\n- demo\n- trial", "all of\n- demo\n- trial"),
    ("demo // ours", "demo # ours"),
    ("start is in the last 30 days", "start is within the last 30 days"),
    ("start is within half a year", "start is within the next 6 months"),
    ("budget is at least 25'000", "budget is at least 25,000"),
    ("budget is at least $1’025’000", "budget is at least $1,025,000"),
    ("budget is at least 25 000", "budget is at least 25,000"),
    ("budget is at least USD 25k", "budget is at least 25k USD"),
    ("budget is at least eur 2 Million", "budget is at least 2M EUR"),
    ("budget is at least 25,000USD", "budget is at least 25,000 USD"),
    ("budget is at least 25k usd", "budget is at least 25k USD"),
    ("budget is at least US$25k and demo", "budget is at least $25k and demo"),
    ("budget is at least $2 billion", "budget is at least $2bn"),
    ("budget is at least £1.5mn", "budget is at least £1.5M"),
    ("seats is at least 25 k", "seats is at least 25k"),
    ("budget is at least 25 000 €", "budget is at least €25,000"),
    ("budget is at least 25\xa0000 €", "budget is at least €25,000"),
    ("budget is at least 25\u202f000€", "budget is at least €25,000"),
    ("budget is at least 25'000 €", "budget is at least €25,000"),
    ("budget is at least 25.000 €", "budget is at least €25,000"),
    ("budget is at least 25.000,50 €", "budget is at least €25,000.50"),
    ("budget is at least 1.250.000 €", "budget is at least €1,250,000"),
    ("budget is at least 1 250 000,50 €", "budget is at least €1,250,000.50"),
    ("budget is at least 0.125 €", "budget is at least €0.125"),
    ("budget is at least € 25 000", "budget is at least €25,000"),
    ("budget is at least €1,5", "budget is at least €1.5"),
    ("budget is at least €1,5M", "budget is at least €1.5M"),
    ("budget is at least 25k €", "budget is at least €25k"),
    ("budget is at least 25 tsd. €", "budget is at least €25k"),
    ("budget is at least 1,5 Mio. €", "budget is at least €1.5M"),
    ("budget is at least 1,5 Mio. EUR", "budget is at least 1.5M EUR"),
    ("budget is at least 2.500 million €", "budget is at least €2.500M"),
    ("budget is at least EUR 25.000", "budget is at least 25,000 EUR"),
    ("budget is at least EUR 25 000", "budget is at least 25,000 EUR"),
    ("budget is at least 25\xa0000", "budget is at least 25,000"),
    ("growth is at least 10 %", "growth is at least 10%"),
    ("growth is at least 0,5", "growth is at least 0.5"),
    ("budget is at least 25.000,50", "budget is at least 25,000.50"),
    ('"Annual Budget" is at least 25,000', "[Annual Budget] is at least 25,000"),
    ("demo and “Annual Budget” >= 25,000", "demo and [Annual Budget] >= 25,000"),
    ('any of\n- demo\n- "Title" is "VP"', 'any of\n- demo\n- [Title] is "VP"'),
    ('title is like "VP*"', 'title matches "VP*"'),
    ('title like "%VP_"', 'title matches "*VP?"'),
    ('title is not like "VP*"', 'title does not match "VP*"'),
    ('title not like "VP*"', 'title does not match "VP*"'),
    ('title contains "VP", "CEO"', 'title contains any of "VP", "CEO"'),
    ('title mentions “VP”,“CEO”, or "CTO"', 'title mentions any of “VP”, “CEO”, "CTO"'),
    ('title starts with "VP", "CEO"', 'title starts with any of "VP", "CEO"'),
    ('title is "VP", "CEO" and demo', 'title is any of "VP", "CEO" and demo'),
    ("title is „VP“, „CEO“", "title is any of „VP“, „CEO“"),
    ("d is 2026-10-01 or 2026-11-01", "(d is 2026-10-01 or d is 2026-11-01)"),
    ("d is not 2026-10-01 or 2026-11-01", "(d is not 2026-10-01 and d is not 2026-11-01)"),
    (
        "d is none of 2026-10-01, 2026-11-01 and d is known",
        "(d is not 2026-10-01 and d is not 2026-11-01) and d is known",
    ),
    (
        "d is after 2026-01-01 and d is any of 2026-10-01, 2026-11-01",
        "d is after 2026-01-01 and (d is 2026-10-01 or d is 2026-11-01)",
    ),
    ('title is not "VP", "CEO"', 'title is none of "VP", "CEO"'),
    ('title does not mention "VP", "CEO"', 'title does not mention any of "VP", "CEO"'),
    ('title is "VP" or "CEO"', 'title is any of "VP", "CEO"'),
    ('title = "VP" or "CEO"', 'title is any of "VP", "CEO"'),
    ('title != "VP" and "CEO"', 'title is none of "VP", "CEO"'),
    ('title is not "VP" and not "CEO"', 'title is not any of "VP", "CEO"'),
    ('title ≠ "VP" and "CEO" and "CFO"', 'title is none of "VP", "CEO", "CFO"'),
    ('title mentions "VP" or "CEO"', 'title mentions any of "VP", "CEO"'),
    ('title mentions "VP" and "Sales"', 'title mentions all of "VP", "Sales"'),
    ('topics includes "a" and "b"', 'topics includes all of "a", "b"'),
    ('title starts with "VP" and "CEO"', 'title starts with any of "VP", "CEO"'),
    ('title mentions "VP" and not "Sales"', 'title mentions "VP" and title does not mention "Sales"'),
    (
        'title is known and title mentions "VP" and not "A" and not "B"',
        'title is known and title mentions "VP" and title does not mention any of "A", "B"',
    ),
    ('title does not mention "A" and "B"', 'title does not mention any of "A", "B"'),
    ("seats is at least 5 or 7", "(seats is at least 5 or seats is at least 7)"),
    ("start is 2026-10-01 or 2026-11-01", "(start is 2026-10-01 or start is 2026-11-01)"),
    ("seats is not 5 and 7", "seats is not any of 5, 7"),
    ('title is any of "VP", or "CEO"', 'title is any of "VP", "CEO"'),
    ("at least 1 of demo, not Trial", "at least 1 of demo, (not Trial)"),
    ('title does not like "VP*"', 'title does not match "VP*"'),
    ("employees is not at least 5", "employees is less than 5"),
    ("employees is not more than 5", "employees is at most 5"),
    ("employees isn't 5", "employees is not 5"),
    ('title doesn\'t mention "VP"', 'title does not mention "VP"'),
    ("employees is greater than or equal to 5", "employees is at least 5"),
    ("last_visit is within the last month", "last_visit is within the last 1 month"),
    ("last_visit is not within the last 14 days", "not last_visit is within the last 14 days"),
    ("employees is between 50 to 500", "employees is between 50 and 500"),
    ("employees is 50-500", "employees is between 50 and 500"),
    ('title has "VP"', 'title mentions "VP"'),
    ('title mention "VP"', 'title mentions "VP"'),
    ('title does not mentions "VP"', 'title does not mention "VP"'),
    ('Lead Source is "Web"', '[Lead Source] is "Web"'),
    ('country in "DE", "FR"', 'country is any of "DE", "FR"'),
    ("two of\n  - a\n  - b", "at least 2 of\n  - a\n  - b"),
    ("any of:\n  - a", "any of\n  - a"),
    ("all of\n  -a", "all of\n  - a"),
    ('title is any of "a" "b"', 'title is any of "a", "b"'),
    ("employees == 5", "employees = 5"),
    ("a && b", "a and b"),
    ("employees <> 5", "employees != 5"),
    ("employees is >= 5", "employees >= 5"),
    ("NOT(ISBLANK(title))", "NOT(title is unknown)"),
    ('CONTAINS(title, "VP")', 'title contains "VP"'),
    ('title like "%vp%"', 'title matches "*vp*"'),
    ('title is in ("a", "b")', 'title is in "a", "b"'),
    ("budget is at least 25,000$", "budget is at least $25,000"),
    ("budget is at least 25 000", "budget is at least 25,000"),
]
# Ambiguous conditions, and the advice for them.
UNCLEAR_CONDITIONS = [
    *(
        (f"start is {test} 6 months", f"write `is {ahead}` or `is {test} 6 months ago`")
        for test, ahead in (
            ("less than", "within the next 6 months"),
            ("at most", "within the next 6 months"),
            ("more than", "more than 6 months away"),
        )
    ),
    ("(demo and seats is 5) or more", "write `seats is at least 5`"),
    ("exactly 2 of demo, seats is 5", "write `(seats …)`"),
    (
        'title is any of\n- "VP"\n- "CEO"',
        'write `any of "…", "…"`, or give them a name: `list NAME:` and a bullet for each',
    ),
    (
        "demo and at least 1 of\n- trial\n- seats is 5",
        "give it a name, `criterion NAME: at least 1 of …`, or write `(at least 1 of A, B)` on one line",
    ),
    (
        "all of\n- demo\n- any of\n  - trial\n  - paid",
        "give it a name, `criterion NAME: any of …`, or write `(any of A, B)` on one line",
    ),
    ("last_visit is within 14 days", "write `within the last 14 days` or `within the next 14 days`"),
    ("employees is between 50", "write `between 50 and …`"),
    ('industry is "Software" or is "Retail"', "write `or FIELD is …`, or one list: `is any of …`"),
    ("2 of\n  - a\n  - b", "write `at least 2 of` or `exactly 2 of`"),
    ("employees is at least 5 and", "expected a condition, such as `title is known`"),
    ("(employees is at least 5", "expected `)`"),
    ("employees is at least 5)", "leave it out, or add the `(`"),
    ("employees is at least 5, title is known", "write `and` or `or`"),
    ('IF(employees > 5, "a", "b")', 'write it as a rule: `rule "NAME": lead when …`'),
    ("CONTAINS(title)", "write `title contains …`"),
    ("AND(employees > 5, seats > 6)", "write conditions in words: `title is known`"),
    ("last_visit > today - 30", "write `within the last 30 days` or `more than 30 days ago`"),
    ("seats + 5 is at least 10", "add `define NAME as seats + 5`, and ask about `NAME`"),
    ("decision_date is after 01/10/2026", "write it as 2026-10-01: year, month, day"),
    ("decision_date is after October 1, 2026", "write it as 2026-10-01: year, month, day"),
    ("a; b", "leave it out, or write `and`"),
]
STATEMENTS = [
    ('list L: "x"\nif a >= 25k', 'list L: "x"\nrule "NAME": lead when a >= 25k'),
    ("criterion B: if a >= 25k", "criterion B: a >= 25k"),
    ("score Fit: 10 points if a", "score Fit: +10 when a"),
    ("score Fit: - 10 points if a", "score Fit: -10 when a"),
    ("score Fit: + 10 if a", "score Fit: +10 when a"),
    ("score Fit: 10 if a", "score Fit: +10 when a"),
    ("score Fit: 10 points per seats", "score Fit: +10 per seats"),
    (
        'example "A": given seats 51-200, demo yes expect lead',
        'example "A": given seats "51-200", demo yes expect lead',
    ),
    ('example "A": given [No.] $10k+ expect lead', 'example "A": given [No.] "$10k+" expect lead'),
    ('example "A": given topics "a", "b" expect lead', 'example "A": given topics "a; b" expect lead'),
    ('list L: "CEO"; "CFO"', 'list L: "CEO", "CFO"'),
    ('rule "A": lead wenn seats is 5', 'rule "A": lead when seats is 5'),
    ('rule "A": lead where seats is 5', 'rule "A": lead when seats is 5'),
    ('rule "A": lead seats is 5', 'rule "A": lead when seats is 5'),
    ("-- our rules", "# our rules"),
    ("// our rules", "# our rules"),
    ('**rule "A"**: lead when seats is 5', 'rule "A": lead when seats is 5'),
    ("stages: inquiry; lead", "stages: inquiry, lead"),
    ('criterion A: title is any of "CEO"; "CFO"', 'criterion A: title is any of "CEO", "CFO"'),
    ("score Fit:\n 10 points when a", "score Fit:\n +10 when a"),
    ("critereon Need: pain_points is known", "criterion Need: pain_points is known"),
    ("criterion Big Deal: budget is at least $5", "criterion Big_Deal: budget is at least $5"),
    ("criterion Colon budget is at least $5", "criterion Colon: budget is at least $5"),
    ('list L1 = "a", "b"', 'list L1: "a", "b"'),
    ('list L2 "a", "b"', 'list L2: "a", "b"'),
    ("define D1 = a + b", "define D1 as a + b"),
    ("define D3 as a x b", "define D3 as a * b"),
    ("score S2: + 30 when a", "score S2: +30 when a"),
    ("score S3: +30 points when a", "score S3: +30 when a"),
    ("score S4: +30 if a", "score S4: +30 when a"),
    ("score S5: +30 when a, +5 when b", "score S5: +30 when a +5 when b"),
    ("score S7: +5 per seats up to 15", "score S7: +5 per seats up to 15 points"),
    (
        "score S8: +40 fading by 10 every month since last_visit",
        "score S8: +40 fading by 10 every 1 month since last_visit",
    ),
    ("score S9: +5 when a between 0 and 100", "score S9: +5 when a kept between 0 and 100"),
    ('rule "R1" lead when a', 'rule "R1": lead when a'),
    ('rule "R2": when a', 'rule "R2": lead when a'),
    ('rule "R3": lead if a', 'rule "R3": lead when a'),
    ('rule "R7": lead when a with queue = "Q"', 'rule "R7": lead when a with queue "Q"'),
    ("otherwise: inquiry", "otherwise inquiry"),
    ('rules "X":\n  owner: "me"', 'rules "X":\n  owner "me"'),
    ('example "e1": given a is 5 expect lead', 'example "e1": given a 5 expect lead'),
    ('example "e2": given a 5, expect lead', 'example "e2": given a 5 expect lead'),
    ('example "e3": given a 5 expects lead', 'example "e3": given a 5 expect lead'),
]
UNCLEAR_STATEMENTS = [
    ("if a >= 25k then lead", 'write `rule "NAME": lead when …`'),
    ("criterion B: b\nif a >= 25k then lead", 'write `rule "NAME": lead when …`'),
    ('list L: "x"\nif a >= 25k then lead', 'write `rule "NAME": lead when …`'),
    ('rule "Q": lead when b\nif a >= 25k then lead', 'write `rule "NAME": lead when …`'),
    ('rule "NAME": if a >= 25k then lead', 'write `rule "NAME": lead when …`'),
    ("hello world", BEGINNINGS),
    ("if is_customer then lead", 'write `rule "NAME": lead when …`'),
    ("define D2 as a +", "expected a number or a field"),
    ("score S1: 30 when a", "write `+30` or `-30`"),
    ("score S6: +2.5 when a", "multiply all points by 10, and what the score is compared with"),
    ('grade G1: "A" from 5', "write `grade G1 of SCORE: …`"),
    ('rule "R4": lead unless a', "write `when not (…)`"),
    ('rule "R5": lead when a else inquiry', "add a rule below this one, or `otherwise inquiry`"),
    ('rule "R6": lead when a queue "Q"', "expected a test, such as `is`, `is at least` or `mentions`, or `with`"),
    ('example "e4": a 5 expect lead', "expected `expect`, or `given`"),
    ('example "e5": given a 5', 'add `expect STAGE by "RULE"`'),
]
RULE = 'rule "R": lead when demo'


def problems(rules: str, fields: dict[str, object] | None = None) -> tuple[Diagnostic, ...]:
    try:
        return qualify.compile(rules, fields).warnings
    except qualify.RulesRejected as rejected:
        return rejected.diagnostics


def hints(rules: str) -> list[str | None]:
    """Return the hint of each error and warning."""
    return [problem.hint for problem in problems(rules)]


def fixed(rules: str, fields: dict[str, object] | None = None) -> str:
    """Return the rules after applying the first fix again and again until no problem is left."""
    for _ in range(3):
        found = problems(rules, fields)
        if not found:
            return rules
        assert found[0].fix is not None, found[0]
        rules = apply(rules, found[0].fix.edits)
    raise AssertionError(f"still not fixed: {rules}")


@pytest.mark.parametrize(("written", "instead"), CONDITIONS, ids=[written for written, _ in CONDITIONS])
def test_a_condition_is_fixed(written: str, instead: str) -> None:
    assert fixed(f'rule "R": lead when {written}') == f'rule "R": lead when {instead}'


@pytest.mark.parametrize(("written", "instead"), STATEMENTS, ids=[written for written, _ in STATEMENTS])
def test_a_statement_is_fixed(written: str, instead: str) -> None:
    assert fixed(f"{written}\n{RULE}") == f"{instead}\n{RULE}"


@pytest.mark.parametrize(
    ("rules", "advice"),
    [
        *((f'rule "R": lead when {written}', advice) for written, advice in UNCLEAR_CONDITIONS),
        *((f"{written}\n{RULE}", advice) for written, advice in UNCLEAR_STATEMENTS),
    ],
)
def test_an_ambiguous_mistake_gets_advice_instead_of_a_fix(rules: str, advice: str) -> None:
    (problem,) = problems(rules)
    assert problem.fix is None
    assert problem.hint == advice


TYPED = {
    "title": {"type": "text"},
    "seats": {"type": "number"},
    "start": {"type": "date"},
    "topics": {"type": "list"},
}
OF_ANOTHER_TYPE = [
    ('topics is "a"', 'topics includes "a"'),
    ('topics is not "a"', 'topics does not include "a"'),
    ('topics is none of "a", "b"', 'topics does not include any of "a", "b"'),
    ('topics does not contain "a"', 'topics does not include "a"'),
    ('topics mentions all of "a", Some', 'topics includes all of "a", Some'),
    ('title does not include "a"', 'title does not mention "a"'),
    ("start is at least 2026-10-01", "start is on or after 2026-10-01"),
    ("start is under today", "start is before today"),
    ("seats is on or before 5", "seats is at most 5"),
]


@pytest.mark.parametrize(("written", "instead"), OF_ANOTHER_TYPE)
def test_a_test_of_another_type_becomes_the_equivalent_test(written: str, instead: str) -> None:
    def of(condition: str) -> str:
        return f'list Some: "c", "d"\nrule "R": lead when {condition}'

    assert fixed(of(written), TYPED) == of(instead)


def test_a_date_after_a_test_of_numbers_makes_the_field_a_date() -> None:
    assert fixed('rule "R": lead when start is more than 2026-10-01') == 'rule "R": lead when start is after 2026-10-01'


GRADED = 'score Fit: +10 when demo\ngrade Interest of Fit: "A" from 80, "B" from 40, otherwise "C"\n'


def test_a_grade_or_above_is_a_grade_or_better() -> None:
    better = GRADED + 'rule "R": lead when Interest is "B" or better'
    assert fixed(GRADED + 'rule "R": lead when Interest is "B" or above') == better
    (advice,) = hints(GRADED + 'rule "R": lead when Interest is not "B" or above')
    assert advice == "leave `or above` out, or write the whole test"


@pytest.mark.parametrize(
    "condition",
    [
        'title is "VP" or above',
        "start is more than 30 days ago or more",
        "start is 2026-10-01 or older",
        "seats is 18 or older",
        "seats > 18 or equal",
    ],
)
def test_or_more_after_an_unsuitable_test_is_a_mistake(condition: str) -> None:
    word = condition.split()[-1]
    assert hints(f'rule "R": lead when {condition}') == [f"leave `or {word}` out, or write the whole test"]


@pytest.mark.parametrize(
    "condition",
    [
        'title starts with " Dr"',
        'title ends with "II "',
        'title is " AI "',
        'title mentions " AI "',
        'title contains "a b"',
    ],
)
def test_spaces_around_a_text_that_change_nothing_cause_no_warning(condition: str) -> None:
    assert hints(f'rule "R": lead when {condition}') == []


@pytest.mark.parametrize(
    "rules",
    [
        'rule "R": lead when seats is 5 or [more]',
        'rule "R": lead when demo or more',
        'rule "R": lead when seats is known or more',
        'rule "R": lead when any of\n- seats is 5\n- more',
        'rule "R": lead when any of (seats is 5), more',
        'criterion more: demo\nrule "R": lead when seats is 5 or more',
    ],
)
def test_a_name_like_more_stays_a_name_elsewhere(rules: str) -> None:
    assert hints(rules) == []


@pytest.mark.parametrize("said", [{"more": {"type": "flag"}}, {"extra": {"type": "flag", "column": "more"}}])
def test_a_field_that_is_declared_as_more_stays_a_field(said: dict[str, object]) -> None:
    rules = qualify.compile('rule "R": lead when seats is 5 or more', said)
    assert rules.decide({"seats": "1", "more": "yes"}).stage == "lead"


def test_or_more_is_not_reported_where_a_criterion_of_that_name_could_not_be_read() -> None:
    assert hints('criterion more: leave ]\nrule "R": lead when seats is 5 or more') == [
        "expected a test, such as `is`, `is at least` or `mentions`"
    ]


@pytest.mark.parametrize(
    ("condition", "instead"),
    [
        ('country is "US" or DE', 'country is any of "US", "DE"'),
        ('country is "US" and DE', 'country is any of "US", "DE"'),
        ('country is any of "US", "FR" or DE or NO', 'country is any of "US", "FR", "DE", "NO"'),
        ('title mentions "VP" and Sales', 'title mentions all of "VP", "Sales"'),
    ],
)
def test_a_word_after_a_text_test_may_be_a_text_without_quotes(condition: str, instead: str) -> None:
    assert {doubt.code for doubt in problems(f'rule "R": lead when {condition}')} == {"W204"}
    assert fixed(f'rule "R": lead when {condition}') == f'rule "R": lead when {instead}'


@pytest.mark.parametrize(
    "rules",
    [
        'rule "R": lead when country is "US" or is_partner\n',
        'rule "R": lead when source is "web" or Partner\n',
        'rule "R": lead when country is "US" or not Partner\n',
        'rule "R": lead when seats is at least 50 or Partner\n',
        'rule "R": lead when is_eu is yes or Partner\n',
        'score S:\n  +1 when is_eu\ngrade F of S: "A" from 1, otherwise "B"\nrule "R": lead when F is "A" or P\n',
        'rule "R": lead when country is "US" or (Partner)\n',
        'rule "R": lead when country is "US" or Partner\nrule "S": inquiry when Partner\n',
        'rule "R": lead when country is "US" or Partner\nrule "S": inquiry when Partner is unknown\n',
        'rule "R": lead when country is "US" or Partner\nexample "E":\n  given Partner yes\n  expect lead\n',
        'criterion Budget: budget is known\nrule "R": lead when country is "US" and Budget and Partner\n',
        'criterion A: country is "US"\ncriterion B: Partner\nrule "R": lead when A or B\n',
    ],
)
def test_a_flag_after_a_text_test_causes_no_warning(rules: str) -> None:
    assert qualify.compile(rules).warnings == ()


def test_a_declared_field_after_a_text_test_causes_no_warning() -> None:
    assert qualify.compile('rule "R": lead when country is "US" or DE\n', {"DE": "flag"}).warnings == ()


@pytest.mark.parametrize("written", ["05/06/2026", "31.12.26", "31.02.2026"])
def test_an_ambiguous_or_impossible_date_gets_an_example_as_advice(written: str) -> None:
    assert hints(f'rule "R": lead when start is {written}') == ["write it as 2026-10-01: year, month, day"]


def test_an_exception_to_a_list_becomes_two_conditions() -> None:
    countries = 'list EMEA: "DE", "FR"\nrule "R": lead when '
    fine = countries + 'country is in EMEA and country is not "FR"'
    assert fixed(countries + 'country is in EMEA except "FR"') == fine


def test_a_formula_is_not_a_condition() -> None:
    assert hints('rule "R": IF(budget>25000;"lead";"inquiry")') == ['write it as a rule: `rule "NAME": lead when …`']


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ('rule "R": lead when seats is at least 5\nB is 5', "B"),  # not `5 B`, as billions
        ("list L: 1, 2\nmillion dollar", "million"),
        ('rule "R": lead when at least 2 of (demo), country does not contain "x", (seats is 1)', "country does"),
        ('rule "R": lead when seats at least 2 of and country does not contain "x"', "at"),
        ('rule "R": lead when demo\nexample "e": given visit 01-10-2026 expect lead', "-"),  # no range
        ('rule "R": lead when demo\nexample "e": given visit 2026-10 expect lead', "-"),
    ],
)
def test_correct_text_is_not_marked_as_a_slip(text: str, marked: str) -> None:
    with pytest.raises(qualify.RulesRejected) as rejected:
        qualify.compile(text)
    first = rejected.value.diagnostics[0]
    assert first.span is not None
    assert first.span.text == marked
