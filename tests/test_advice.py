"""What is advised in place of a mistake reads without one when it is typed in."""

from __future__ import annotations

import re

import pytest

import qualify


def hints(rules: str) -> list[str | None]:
    """Return what is advised for each mistake and doubt of some rules."""
    try:
        problems = qualify.compile(rules).warnings
    except qualify.RulesRejected as rejected:
        problems = rejected.diagnostics
    return [problem.hint for problem in problems]


MORE = ("more", "higher", "above", "over", "greater", "better", "larger", "bigger", "longer", "up")
LESS = ("less", "lower", "below", "under", "fewer", "worse", "smaller", "shorter", "down")

# Conditions: as somebody wrote them, the advice, and as they then write them.
CONDITIONS = [
    # --- a blank cell
    ("title is empty", "write `is unknown`", "title is unknown"),
    ("title is not empty", "write `is known`", "title is known"),
    ("title is not null", "write `is known`", "title is known"),
    ("title != missing", "write `is known`", "title is known"),
    ('title is ""', "write `title is unknown`", "title is unknown"),
    ('title is not ""', "write `title is known`", "title is known"),
    ('title != ""', "write `title is known`", "title is known"),
    ('title is none of ""', "write `title is known`", "title is known"),
    ('title does not mention "&"', 'write `title does not contain "&"`', 'title does not contain "&"'),
    ("demo is true", "write the name alone, or `is yes`", "demo is yes"),
    ("demo is not true", "write `not` before the name, or `is no`", "demo is no"),
    ("demo is not false", "write the name alone, or `is yes`", "demo is yes"),
    ('title contains " "', 'write `title matches "* *"`', 'title matches "* *"'),
    # --- spaces around a text
    ('title contains " AI "', 'for whole words, write `mentions "AI"`', 'title mentions "AI"'),
    ('title contains "AI\u00a0"', 'for whole words, write `mentions "AI"`', 'title mentions "AI"'),
    ('title does not contain "AI "', 'for whole words, write `does not mention "AI"`', 'title does not mention "AI"'),
    ('title starts with "Dr. "', 'write `matches "Dr. *"`', 'title matches "Dr. *"'),
    ('title does not end with " II"', 'write `does not match "* II"`', 'title does not match "* II"'),
    # --- `or more`
    *((f"seats is 25k or {word}", "write `seats is at least 25k`", "seats is at least 25k") for word in MORE),
    *((f"seats is 25k or {word}", "write `seats is at most 25k`", "seats is at most 25k") for word in LESS),
    ("budget is at least $25k OR MORE", "write `budget is at least $25k`", "budget is at least $25k"),
    ("seats is not 25k or more", "write `seats is less than 25k`", "seats is less than 25k"),
    ("seats is not 25k or less", "write `seats is more than 25k`", "seats is more than 25k"),
    ("seats is between 5 and 10 or more", "write `seats is at least 5`", "seats is at least 5"),
    ("seats is between 5 and 10 or less", "write `seats is at most 10`", "seats is at most 10"),
    ("(demo and seats is 5) or more", "write `seats is at least 5`", "demo and seats is at least 5"),
    ("start is 2026-10-01 or later", "write `start is on or after 2026-10-01`", "start is on or after 2026-10-01"),
    ("start is 2026-10-01 or earlier", "write `start is on or before 2026-10-01`", "start is on or before 2026-10-01"),
    ("start is 2026-10-01 or after", "write `start is on or after 2026-10-01`", "start is on or after 2026-10-01"),
    ("start is 2026-10-01 or before", "write `start is on or before 2026-10-01`", "start is on or before 2026-10-01"),
    ("start is not 2026-10-01 or later", "write `start is before 2026-10-01`", "start is before 2026-10-01"),
    ("start is not 2026-10-01 or earlier", "write `start is after 2026-10-01`", "start is after 2026-10-01"),
    # --- days
    ("start is older than 30 days", "write `is more than 30 days ago`", "start is more than 30 days ago"),
    ("start is older than 1 year ago", "write `is more than 1 year ago`", "start is more than 1 year ago"),
    ("start is not older than 30 days", "write `is at most 30 days ago`", "start is at most 30 days ago"),
    ("start is newer than 2 weeks", "write `is less than 2 weeks ago`", "start is less than 2 weeks ago"),
    ("start is within the last three months", "write `3 months`", "start is within the last 3 months"),
    ("start is within the next Ten days", "write `10 days`", "start is within the next 10 days"),
    ("start is more than one year ago", "write `1 year`", "start is more than 1 year ago"),
    *(
        (
            f"start is {test} 6 months",
            f"write `is {ahead}` or `is {test} 6 months ago`",
            f"start is {instead}",
        )
        for test, ahead in (
            ("less than", "within the next 6 months"),
            ("at most", "within the next 6 months"),
            ("more than", "more than 6 months away"),
        )
        for instead in (ahead, f"{test} 6 months ago")
    ),
    *(
        (f"start is before {written}", "write `2026-12-31`", "start is before 2026-12-31")
        for written in ("31.12.2026", "31/12/2026", "12/31/2026", "2026/12/31", "2026.12.31")
    ),
    ("start is before 5.6.2026", "write `2026-06-05`", "start is before 2026-06-05"),
    ("start is before 2026-6-5", "write `2026-06-05`", "start is before 2026-06-05"),
    # --- words of other languages and of speech
    ('either country is "FR" or demo', "leave `either` out", 'country is "FR" or demo'),
    ('both country is "FR" and demo', "leave `both` out", 'country is "FR" and demo'),
    ('demo is yes und country is "FR"', "write `and`", 'demo is yes and country is "FR"'),
    ('seats is 5 oder country is "FR"', "write `or`", 'seats is 5 or country is "FR"'),
    ("all of the following:\n- demo\n- trial", "leave `the following` out", "all of\n- demo\n- trial"),
    ("demo // ours", "write `# ours`", "demo # ours"),
    *(
        (f"start is {written}", f"write `is within the next {period}`", f"start is within the next {period}")
        for written, period in (
            ("this quarter", "3 months"),
            ("next month", "1 month"),
            ("next year", "1 year"),
            ("within half a year", "6 months"),
        )
    ),
    # --- numbers
    ("budget is at least 25'000", "write `25,000`", "budget is at least 25,000"),
    ("budget is at least $1’025’000", "write `$1,025,000`", "budget is at least $1,025,000"),
    ("budget is at least 25 000", "write `25,000`", "budget is at least 25,000"),
    ("budget is at least USD 25k", "write `25k USD`", "budget is at least 25k USD"),
    ("budget is at least eur 2 Million", "write `2M EUR`", "budget is at least 2M EUR"),
    ("budget is at least 25,000USD", "write `25,000 USD`", "budget is at least 25,000 USD"),
    ("budget is at least 25k usd", "write `25k USD`", "budget is at least 25k USD"),
    ("budget is at least US$25k and demo", "write `$25k`", "budget is at least $25k and demo"),
    ("budget is at least $2 billion", "write `$2bn`", "budget is at least $2bn"),
    ("budget is at least £1.5mn", "write `£1.5M`", "budget is at least £1.5M"),
    ("seats is at least 25 k", "write `25k`", "seats is at least 25k"),
    *(
        (f"budget is at least {written}", f"write `{amount}`", f"budget is at least {amount}")
        for written, amount in (
            ("25 000 €", "€25,000"),
            ("25\u00a0000 €", "€25,000"),
            ("25\u202f000€", "€25,000"),
            ("25'000 €", "€25,000"),
            ("25.000 €", "€25,000"),
            ("25.000,50 €", "€25,000.50"),
            ("1.250.000 €", "€1,250,000"),
            ("1 250 000,50 €", "€1,250,000.50"),
            ("0.125 €", "€0.125"),
            ("€ 25 000", "€25,000"),
            ("€1,5", "€1.5"),
            ("€1,5M", "€1.5M"),
            ("25k €", "€25k"),
            ("25 tsd. €", "€25k"),
            ("1,5 Mio. €", "€1.5M"),
            ("1,5 Mio. EUR", "1.5M EUR"),
            ("2.500 million €", "€2.500M"),
            ("EUR 25.000", "25,000 EUR"),
            ("EUR 25 000", "25,000 EUR"),
            ("25\u00a0000", "25,000"),
        )
    ),
    ("growth is at least 10 %", "write `10%`", "growth is at least 10%"),
    ("growth is at least 0,5", "write `0.5`", "growth is at least 0.5"),
    ("budget is at least 25.000,50", "write `25,000.50`", "budget is at least 25,000.50"),
    # --- columns
    ('"Annual Budget" is at least 25,000', "write `[Annual Budget]`", "[Annual Budget] is at least 25,000"),
    ("demo and “Annual Budget” >= 25,000", "write `[Annual Budget]`", "demo and [Annual Budget] >= 25,000"),
    ('any of\n- demo\n- "Title" is "VP"', "write `[Title]`", 'any of\n- demo\n- [Title] is "VP"'),
    # --- texts
    ('title is like "VP*"', 'write `matches "VP*"`', 'title matches "VP*"'),
    ('title like "%VP_"', 'write `matches "*VP?"`', 'title matches "*VP?"'),
    ('title is not like "VP*"', 'write `does not match "VP*"`', 'title does not match "VP*"'),
    ('title not like "VP*"', 'write `does not match "VP*"`', 'title does not match "VP*"'),
    ('title contains "VP", "CEO"', 'write `contains any of "VP", "CEO"`', 'title contains any of "VP", "CEO"'),
    (
        'title mentions “VP”,“CEO”, or "CTO"',
        'write `mentions any of “VP”, “CEO”, "CTO"`',
        'title mentions any of “VP”, “CEO”, "CTO"',
    ),
    ('title starts with "VP", "CEO"', 'write `starts with any of "VP", "CEO"`', 'title starts with any of "VP", "CEO"'),
    ('title is "VP", "CEO" and demo', 'write `is any of "VP", "CEO"`', 'title is any of "VP", "CEO" and demo'),
    ("title is „VP“, „CEO“", "write `is any of „VP“, „CEO“`", "title is any of „VP“, „CEO“"),
    (
        "d is 2026-10-01 or 2026-11-01",
        "write `d is 2026-10-01 or d is 2026-11-01`",
        "d is 2026-10-01 or d is 2026-11-01",
    ),
    (
        "d is not 2026-10-01 or 2026-11-01",
        "write `d is not 2026-10-01 and d is not 2026-11-01`",
        "d is not 2026-10-01 and d is not 2026-11-01",
    ),
    (
        "d is none of 2026-10-01, 2026-11-01 and d is known",
        "write `d is not 2026-10-01 and d is not 2026-11-01`",
        "d is not 2026-10-01 and d is not 2026-11-01 and d is known",
    ),
    (
        "d is after 2026-01-01 and d is any of 2026-10-01, 2026-11-01",
        "write `d is 2026-10-01 or d is 2026-11-01`",
        "d is after 2026-01-01 and (d is 2026-10-01 or d is 2026-11-01)",
    ),
    ('title is not "VP", "CEO"', 'write `is none of "VP", "CEO"`', 'title is none of "VP", "CEO"'),
    (
        'title does not mention "VP", "CEO"',
        'write `does not mention any of "VP", "CEO"`',
        'title does not mention any of "VP", "CEO"',
    ),
    ('title is "VP" or "CEO"', 'write `title is any of "VP", "CEO"`', 'title is any of "VP", "CEO"'),
    ('title = "VP" or "CEO"', 'write `title is any of "VP", "CEO"`', 'title is any of "VP", "CEO"'),
    ('title != "VP" and "CEO"', 'write `title is none of "VP", "CEO"`', 'title is none of "VP", "CEO"'),
    ('title is not "VP" and not "CEO"', 'write `title is not any of "VP", "CEO"`', 'title is not any of "VP", "CEO"'),
    (
        'title ≠ "VP" and "CEO" and "CFO"',
        'write `title is none of "VP", "CEO", "CFO"`',
        'title is none of "VP", "CEO", "CFO"',
    ),
    ('title mentions "VP" or "CEO"', 'write `title mentions any of "VP", "CEO"`', 'title mentions any of "VP", "CEO"'),
    (
        'title mentions "VP" and "Sales"',
        'write `title mentions all of "VP", "Sales"`',
        'title mentions all of "VP", "Sales"',
    ),
    ('topics includes "a" and "b"', 'write `topics includes all of "a", "b"`', 'topics includes all of "a", "b"'),
    (
        'title starts with "VP" and "CEO"',
        'write `title starts with any of "VP", "CEO"`',
        'title starts with any of "VP", "CEO"',
    ),
    (
        'title mentions "VP" and not "Sales"',
        'write `title does not mention "Sales"`',
        'title mentions "VP" and title does not mention "Sales"',
    ),
    (
        'title is known and title mentions "VP" and not "A" and not "B"',
        'write `title does not mention any of "A", "B"`',
        'title mentions "VP" and title does not mention any of "A", "B"',
    ),
    (
        'title does not mention "A" and "B"',
        'write `title does not mention any of "A", "B"`',
        'title does not mention any of "A", "B"',
    ),
    (
        "seats is at least 5 or 7",
        "write `seats is at least 5 or seats is at least 7`",
        "seats is at least 5 or seats is at least 7",
    ),
    (
        "start is 2026-10-01 or 2026-11-01",
        "write `start is 2026-10-01 or start is 2026-11-01`",
        "start is 2026-10-01 or start is 2026-11-01",
    ),
    ("seats is not 5 and 7", "write `seats is not any of 5, 7`", "seats is not any of 5, 7"),
    ('title is any of "VP", or "CEO"', "leave `or` out", 'title is any of "VP", "CEO"'),
    # --- lists
    ("at least 1 of demo, not Trial", "write `(not Trial)`", "at least 1 of demo, (not Trial)"),
    ("exactly 2 of demo, seats is 5", "write `(seats …)`", "exactly 2 of demo, (seats is 5)"),
    (
        'title is any of\n- "VP"\n- "CEO"',
        'write `any of "…", "…"`, or give them a name: `list NAME:` and a bullet for each',
        'title is any of "VP", "CEO"',
    ),
    (
        "demo and at least 1 of\n- trial\n- seats is 5",
        "give it a name, `criterion NAME: at least 1 of …`, or write `(at least 1 of A, B)` in a line",
        "demo and (at least 1 of trial, (seats is 5))",
    ),
    (
        "all of\n- demo\n- any of\n  - trial\n  - paid",
        "give it a name, `criterion NAME: any of …`, or write `(any of A, B)` in a line",
        "all of\n- demo\n- (any of trial, paid)",
    ),
    ('title does not like "VP*"', 'write `does not match "VP*"`', 'title does not match "VP*"'),
]

IF = ("if a >= 25k then lead", 'write `rule "NAME": lead when …`', 'rule "NAME": lead when a >= 25k')
STATEMENTS = [
    IF,
    (f"criterion B: b\n{IF[0]}", IF[1], f"criterion B: b\n{IF[2]}"),
    (f'list L: "x"\n{IF[0]}', IF[1], f'list L: "x"\n{IF[2]}'),
    ('list L: "x"\nif a >= 25k', IF[1], f'list L: "x"\n{IF[2]}'),
    (f'rule "Q": lead when b\n{IF[0]}', IF[1], f'rule "Q": lead when b\n{IF[2]}'),
    (f'rule "NAME": {IF[0]}', IF[1], IF[2]),
    ("criterion B: if a >= 25k", "leave `if` out", "criterion B: a >= 25k"),
    ("score Fit: 10 points if a", "write `+10 when …`", "score Fit: +10 when a"),
    ("score Fit: - 10 points if a", "write `-10 when …`", "score Fit: -10 when a"),
    ("score Fit: + 10 if a", "write `+10 when …`", "score Fit: +10 when a"),
    ("score Fit: 10 if a", "write `+10 when …`", "score Fit: +10 when a"),
    ("score Fit: 10 points per seats", "write `+10 per …`", "score Fit: +10 per seats"),
    (
        'example "A": given seats 51-200, demo yes expect lead',
        'write `seats "51-200"`',
        'example "A": given seats "51-200", demo yes expect lead',
    ),
    (
        'example "A": given [No.] $10k+ expect lead',
        'write `[No.] "$10k+"`',
        'example "A": given [No.] "$10k+" expect lead',
    ),
    (
        'example "A": given topics "a", "b" expect lead',
        'write `topics "a; b"`',
        'example "A": given topics "a; b" expect lead',
    ),
    ('list L: "CEO"; "CFO"', "write `,`", 'list L: "CEO", "CFO"'),
    ('rule "A": lead wenn seats is 5', "write `when`", 'rule "A": lead when seats is 5'),
    ('rule "A": lead where seats is 5', "write `when`", 'rule "A": lead when seats is 5'),
    ('rule "A": lead seats is 5', "write `lead when seats`", 'rule "A": lead when seats is 5'),
    ("-- our rules", "write `# our rules`", "# our rules"),
    ("// our rules", "write `# our rules`", "# our rules"),
    ('**rule "A"**: lead when seats is 5', "leave the `**` out", 'rule "A": lead when seats is 5'),
    ("stages: inquiry; lead", "write `,`", "stages: inquiry, lead"),
    ('criterion A: title is any of "CEO"; "CFO"', "write `,`", 'criterion A: title is any of "CEO", "CFO"'),
    ("score Fit:\n 10 points when a", "write `+10 when …`", "score Fit:\n +10 when a"),
]


@pytest.mark.parametrize(("written", "advice", "instead"), CONDITIONS, ids=[written for written, _, _ in CONDITIONS])
def test_advice_for_a_condition_can_be_followed(written: str, advice: str, instead: str) -> None:
    assert hints(f'rule "R": lead when {written}') == [advice]
    assert pasted(advice, instead) is not advice.startswith("leave")
    assert hints(f'rule "R": lead when {instead}') == []


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
def test_a_test_of_another_type_is_shown_as_the_one_that_says_the_same(written: str, instead: str) -> None:
    def of(condition: str) -> str:
        return f'list Some: "c", "d"\nrule "R": lead when {condition}'

    with pytest.raises(qualify.RulesRejected) as rejected:
        qualify.compile(of(written), TYPED)
    assert [one.hint for one in rejected.value.diagnostics] == [f"write `{instead}`"]
    assert qualify.compile(of(instead), TYPED).warnings == ()


def test_a_date_after_a_test_of_numbers_makes_the_field_a_date() -> None:
    assert hints('rule "R": lead when start is more than 2026-10-01') == ["write `start is after 2026-10-01`"]


@pytest.mark.parametrize(("written", "advice", "instead"), STATEMENTS, ids=[written for written, _, _ in STATEMENTS])
def test_advice_for_a_statement_can_be_followed(written: str, advice: str, instead: str) -> None:
    rule = '\nrule "R": lead when demo'
    assert hints(written + rule) == [advice]
    assert pasted(advice, instead) is not advice.startswith("leave")
    assert hints(instead + rule) == []


def pasted(advice: str, text: str) -> bool:
    """Tell whether a text has something that the advice quotes, with anything in place of its `…`."""
    return any(
        re.search(".*".join(map(re.escape, re.split("…|A, B", part))), text)
        for part in re.findall(r"`([^`]*)`", advice)
    )


GRADED = 'score Fit: +10 when demo\ngrade Interest of Fit: "A" from 80, "B" from 40, otherwise "C"\n'


def test_a_grade_or_above_is_a_grade_or_better() -> None:
    assert hints(GRADED + 'rule "R": lead when Interest is "B" or above') == ['write `Interest is "B" or better`']
    assert hints(GRADED + 'rule "R": lead when Interest is "B" or better') == []
    (advice,) = hints(GRADED + 'rule "R": lead when Interest is not "B" or above')
    assert advice == "leave `or above` out, or write all that is meant"


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
def test_or_more_behind_what_it_cannot_go_with_is_a_mistake(condition: str) -> None:
    word = condition.split()[-1]
    assert hints(f'rule "R": lead when {condition}') == [f"leave `or {word}` out, or write all that is meant"]


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
def test_spaces_around_a_text_are_no_doubt_where_they_decide_nothing(condition: str) -> None:
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


def test_or_more_is_not_a_mistake_of_its_own_where_a_criterion_of_that_name_could_not_be_read() -> None:
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
def test_a_word_behind_a_test_of_texts_may_be_a_text_whose_quotes_were_forgotten(condition: str, instead: str) -> None:
    doubts = qualify.compile(f'rule "R": lead when {condition}\n').warnings
    assert {(doubt.code, doubt.hint) for doubt in doubts} == {("W204", f"write `{instead}`")}
    assert qualify.compile(f'rule "R": lead when {instead}\n').warnings == ()


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
def test_a_field_of_yes_and_no_behind_a_test_of_texts_is_no_doubt(rules: str) -> None:
    assert qualify.compile(rules).warnings == ()


def test_a_declared_field_behind_a_test_of_texts_is_no_doubt() -> None:
    assert qualify.compile('rule "R": lead when country is "US" or DE\n', {"DE": "flag"}).warnings == ()


@pytest.mark.parametrize("written", ["05/06/2026", "31.12.26", "31.02.2026"])
def test_a_date_that_could_be_two_or_none_is_advised_by_an_example(written: str) -> None:
    assert hints(f'rule "R": lead when start is {written}') == ["write it as 2026-10-01: year, month, day"]


def test_a_list_without_one_of_its_values_is_advised_as_two_conditions() -> None:
    countries = 'list EMEA: "DE", "FR"\nrule "R": lead when '
    assert hints(countries + 'country is in EMEA except "FR"') == ['write `country is in EMEA and country is not "FR"`']
    assert hints(countries + 'country is in EMEA and country is not "FR"') == []


def test_a_formula_is_no_condition() -> None:
    assert hints('rule "R": IF(budget>25000;"lead";"inquiry")') == [
        'write what is to happen as a rule: `rule "NAME": lead when …`'
    ]


def test_points_with_a_fraction_are_not_rounded() -> None:
    (advice,) = hints('score Fit: +2.5 when a\nrule "R": lead when demo')
    assert advice == "multiply all points by 10, and what the score is compared with"


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
def test_what_is_right_is_not_marked_as_a_slip(text: str, marked: str) -> None:
    with pytest.raises(qualify.RulesRejected) as rejected:
        qualify.compile(text)
    first = rejected.value.diagnostics[0]
    assert first.span is not None
    assert first.span.text == marked
