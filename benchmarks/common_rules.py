"""Rules that every peer can express: the part of the language that SQL, Polars and the expression languages share.

ASKED, the table below, is the one of routing_book.py without what only qualify has, such as criteria, scores, grades,
computed fields and patterns. Each test has its words in a rule file and the name of a form. The module of a peer
translates each form, and `Dialect` assembles the rules for peers whose language is text.

**Three answers become two.** A rule places a contact only if it is certainly yes, so an unknown test counts as no. SQL
and Polars do this with nulls; for the others, each test first checks that there is a value (`guard`). `not` only occurs
on single tests, never around `and` or `or`, so nothing is lost.

A size or an amount may be a range, so peers have two numbers for it, such as `employees_low` and `employees_high`. They
are equal unless it is a range, and either may be unknown. `at least` tests the low one, `at most` the high one.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from routing_book import PLACED, passing
from vocabulary import COUNTRIES, FUNCTIONS, GOALS, INDUSTRIES, KINDS, LEVELS, PAINS, REGIONS, SOURCES

TODAY = date(2026, 11, 1)

Value = str | float | date
Pair = tuple[Value, Value]


@dataclass(frozen=True)
class Test:
    """A test with its values; `how` says whether it is yes for `any`, `all` or `none` of them."""

    words: str  # in a rule file
    form: str  # the key in the table of a peer
    column: str  # as named in peers/typed.py
    values: tuple[Value | Pair, ...] = ()
    how: str = "any"


@dataclass(frozen=True)
class Rule:
    """A rule that places a contact if at least `needed` of its tests are certainly yes."""

    name: str
    stage: str
    tests: tuple[Test, ...]
    needed: int

    @property
    def is_conjunction(self) -> bool:
        return self.needed == len(self.tests)


@dataclass(frozen=True)
class Asked:
    """A line of the table: the share of contacts that pass, and a test with `count` values drawn from `pool`."""

    share: float
    words: str  # `{}` stands for the values
    form: str
    column: str
    pool: Sequence[Value | Pair] = ()
    count: int = 1
    how: str = "any"

    def drawn(self, rng: random.Random) -> Test:
        values = tuple(rng.sample(self.pool, self.count)) if self.pool else ()
        said = ", ".join(said_in_rules(value, self.column) for value in values)
        return Test(self.words.format(said), self.form, self.column, values, self.how)


HEADCOUNTS = (100.0, 200.0, 250.0, 500.0, 1000.0)
MILLIONS = (5e6, 10e6, 25e6, 50e6, 100e6)
THOUSANDS = (10e3, 20e3, 25e3, 40e3, 75e3, 100e3)
DAYS = (date(2026, 12, 31), date(2027, 1, 31), date(2027, 3, 31), date(2027, 6, 30))
TITLES = [title for titles, _ in LEVELS.values() for title in titles]
EXECUTIVES, VICE_PRESIDENTS, DIRECTORS, MANAGERS, SPECIALISTS, HELPERS = (titles for titles, _ in LEVELS.values())

ASKED: Mapping[str, tuple[Asked, ...]] = {
    "place": (
        Asked(0.03, "country is {}", "is", "country", COUNTRIES),
        Asked(0.08, "country is any of {}", "is", "country", COUNTRIES, 3),
        *(Asked(0.09, "country is any of {}", "is", "country", region, len(region)) for region in REGIONS.values()),
        Asked(0.80, "country is none of {}", "is", "country", COUNTRIES, 6, "none"),
        Asked(0.88, "country is not {}", "is", "country", COUNTRIES, 1, "none"),
    ),
    "size": (
        Asked(0.19, "employees is between {}", "within", "employees", ((50.0, 250.0), (100.0, 500.0))),
        Asked(0.24, "employees is between {}", "within", "employees", ((250.0, 2500.0), (200.0, 1000.0))),
        Asked(0.40, "employees is at least {}", "at_least", "employees_low", HEADCOUNTS),
        Asked(0.42, "employees is at most {}", "at_most", "employees_high", HEADCOUNTS),
        Asked(0.51, "revenue is at least {}", "at_least", "revenue_low", MILLIONS),
        Asked(0.25, "revenue is at most {}", "at_most", "revenue_high", MILLIONS),
        Asked(0.24, "revenue is between {}", "within", "revenue", ((5e6, 50e6),)),
    ),
    "industry": (
        Asked(0.06, "industry is {}", "is", "industry", INDUSTRIES),
        Asked(0.12, "industry is any of {}", "is", "industry", INDUSTRIES, 2),
        Asked(0.70, "industry is none of {}", "is", "industry", INDUSTRIES, 2, "none"),
        Asked(0.12, "industry starts with {}", "starts_with", "industry", ("Health",)),
        Asked(0.70, "industry does not start with any of {}", "starts_with", "industry", ("Public", "Edu"), 2, "none"),
        Asked(0.12, "company contains {}", "contains", "company", KINDS),
        Asked(0.24, "company ends with any of {}", "ends_with", "company", KINDS, 2),
        Asked(0.85, "company does not end with {}", "ends_with", "company", KINDS, 1, "none"),
        Asked(0.11, "email ends with {}", "ends_with", "email", [f"-{kind.lower()}.example" for kind in KINDS]),
    ),
    "person": (
        Asked(0.15, "title mentions any of {}", "mentions", "title", EXECUTIVES, len(EXECUTIVES)),
        Asked(0.12, "title mentions any of {}", "mentions", "title", VICE_PRESIDENTS, len(VICE_PRESIDENTS)),
        Asked(0.17, "title mentions any of {}", "mentions", "title", DIRECTORS, len(DIRECTORS)),
        Asked(0.19, "title mentions any of {}", "mentions", "title", MANAGERS, len(MANAGERS)),
        Asked(0.04, "title mentions {}", "mentions", "title", FUNCTIONS),
        Asked(0.08, "title mentions any of {}", "mentions", "title", FUNCTIONS, 2),
        Asked(0.05, "title mentions all of {}", "mentions", "title", ("Senior", "Manager"), 2, "all"),
        Asked(0.77, "title mentions none of {}", "mentions", "title", HELPERS, len(HELPERS), "none"),
        Asked(0.66, "title mentions none of {}", "mentions", "title", SPECIALISTS, len(SPECIALISTS), "none"),
        Asked(0.08, "title starts with any of {}", "starts_with", "title", ("Head", "Global Head"), 2),
        Asked(0.09, "title ends with {}", "ends_with", "title", ("interim)",)),
        Asked(0.05, "title contains {}", "contains", "title", ("lead",)),
        Asked(0.81, "title does not contain {}", "contains", "title", ("engineer",), 1, "none"),
    ),
    "need": (
        Asked(0.10, "pain_points includes {}", "includes", "pain_points", PAINS),
        Asked(0.27, "pain_points includes any of {}", "includes", "pain_points", PAINS, 3),
        Asked(0.01, "pain_points includes all of {}", "includes", "pain_points", PAINS, 2, "all"),
        Asked(0.50, "pain_points does not include any of {}", "includes", "pain_points", PAINS, 2, "none"),
        Asked(0.11, "use_case mentions {}", "mentions", "use_case", [goal.split()[-1] for goal in GOALS]),
        Asked(
            0.34,
            "use_case does not mention any of {}",
            "mentions",
            "use_case",
            ("warehouse", "board", "sites", "pilot"),
            4,
            "none",
        ),
        Asked(0.70, "use_case is known", "is_known", "use_case"),
        Asked(0.30, "pain_points is unknown", "is_unknown", "pain_points"),
    ),
    "money": (
        Asked(0.49, "budget is at least {}", "at_least", "budget_low", THOUSANDS),
        Asked(0.22, "budget is at most {}", "at_most", "budget_high", THOUSANDS),
        Asked(0.10, "budget is between {}", "within", "budget", ((25e3, 50e3), (20e3, 40e3))),
    ),
    "time": (
        Asked(
            0.21, "decision_date is within the next 6 months", "between", "decision_date", ((TODAY, date(2027, 5, 1)),)
        ),
        Asked(
            0.04, "decision_date is within the next 30 days", "between", "decision_date", ((TODAY, date(2026, 12, 1)),)
        ),
        Asked(0.26, "decision_date is on or before {}", "at_most", "decision_date", DAYS),
        Asked(0.46, "decision_date is on or after {}", "at_least", "decision_date", DAYS),
        Asked(0.45, "decision_date is after {}", "more_than", "decision_date", DAYS),
        Asked(0.20, "decision_date is between {}", "between", "decision_date", ((DAYS[0], DAYS[3]),)),
        Asked(0.70, "decision_date is not {}", "equals", "decision_date", DAYS, 1, "none"),
    ),
    "visit": (
        Asked(0.08, "last_visit is within the last 30 days", "between", "last_visit", ((date(2026, 10, 2), TODAY),)),
        Asked(0.44, "last_visit is before {}", "less_than", "last_visit", (date(2026, 5, 1), date(2026, 6, 1))),
        Asked(0.36, "created is on or after {}", "at_least", "created", (date(2025, 11, 1), date(2026, 1, 1))),
        Asked(0.23, "webinars is at least {}", "at_least", "webinars", (2.0,)),
        Asked(0.41, "webinars is not {}", "equals", "webinars", (0.0,), 1, "none"),
        Asked(0.17, "webinars is any of {}", "equals", "webinars", (2.0, 3.0, 5.0), 3),
        Asked(0.28, "page_views is more than {}", "more_than", "page_views", (10.0, 20.0, 40.0)),
        Asked(0.30, "page_views is less than {}", "less_than", "page_views", (5.0, 10.0)),
        Asked(0.10, "source is {}", "is", "source", SOURCES),
        Asked(0.86, "source is not {}", "is", "source", SOURCES, 1, "none"),
        Asked(0.19, "source starts with {}", "starts_with", "source", ("Paid:",)),
    ),
    "standing": (
        Asked(0.08, "demo_requested", "yes", "demo_requested"),
        Asked(0.72, "demo_requested is no", "no", "demo_requested"),
        Asked(0.94, "not unsubscribed", "no", "unsubscribed"),
    ),
}
EXCLUDED = (
    Asked(0.06, "is_customer", "yes", "is_customer"),
    Asked(0.04, "unsubscribed", "yes", "unsubscribed"),
)
STAGES = ("excluded", "inquiry", "marketing lead", "lead")
OTHERWISE = "inquiry"


def said_in_rules(value: Value | Pair, column: str) -> str:
    """Return a value as written in a rule file."""
    if isinstance(value, tuple):
        return " and ".join(said_in_rules(end, column) for end in value)
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, date):
        return value.isoformat()
    return f"${value:,.0f}" if column.startswith(("budget", "revenue")) else f"{value:,.0f}"


def common_rules(count: int, seed: int = 1) -> tuple[Rule, ...]:
    """Return rules that together place about a third of the contacts; some exclude contacts."""
    rng = random.Random(f"common {seed} {count}")
    exclusions = min(max(1, count // 50), 10)
    return tuple(_rule(rng, number, number <= exclusions, PLACED / count) for number in range(1, count + 1))


def rule_file(rules: Sequence[Rule]) -> str:
    """Return the rules as a rule file."""
    stages = ", ".join(f'"{stage}"' if " " in stage else stage for stage in STAGES)
    blocks = [f"stages: {stages}\n"]
    for rule in rules:
        head = "all of" if rule.is_conjunction else f"at least {rule.needed} of"
        stage = f'"{rule.stage}"' if " " in rule.stage else rule.stage
        tests = "".join(f"\n    - {test.words}" for test in rule.tests)
        blocks.append(f'rule "{rule.name}":\n  {stage} when {head}{tests}\n')
    return "\n".join([*blocks, f"otherwise {OTHERWISE}\n"])


def _rule(rng: random.Random, number: int, excluded: bool, share: float) -> Rule:
    place = rng.choice(ASKED["place"]).drawn(rng)
    if excluded:
        return Rule(f"{number} kept out", "excluded", (rng.choice(EXCLUDED).drawn(rng), place), 2)
    slack = rng.random() < 0.1  # "at least 3 of" four tests instead of all of them
    tests, shares = [place], [0.3]
    groups = rng.sample([group for group in ASKED if group != "place"], len(ASKED) - 1)
    while groups and (len(tests) < 2 + slack or passing(shares, len(shares) - slack) > share):
        # While too many contacts pass, choose from the more selective half of a group.
        choices = sorted(ASKED[groups.pop()], key=lambda asked: asked.share)
        if passing(shares, len(shares) - slack) * 0.3 ** len(groups) > share:
            choices = choices[: len(choices) // 2 + 1]
        asked = rng.choice(choices)
        tests.append(asked.drawn(rng))
        shares.append(asked.share)
    rng.shuffle(tests)
    return Rule(f"{number} routed", rng.choice(STAGES[2:]), tuple(tests), len(tests) - slack)


# --- Peers whose language is text ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dialect:
    """How to write tests and rules in a language. Forms use `{c}` for a column, `{v}` or `{a}`, `{b}` for values."""

    forms: Mapping[str, str]
    one_of: Mapping[str, str] = field(default_factory=dict)  # forms that take all values at once as `{vs}`
    column: str = "{}"
    all_of: str = " and "
    any_of: str = " or "
    no: str = "not ({})"
    guard: str = ""  # written before a test where null would be an error
    if_so: str = "({} ? 1 : 0)"  # 1 for a test that is certainly yes, else 0
    day: Callable[[date], str] = lambda day: f"{day.toordinal()}.0"
    quote: str = '"'

    def rule(self, rule: Rule) -> str:
        """Return the condition of a rule."""
        tests = [f"({self.test(test)})" for test in rule.tests]
        if rule.is_conjunction:
            return self.all_of.join(tests)
        return f"{' + '.join(self.if_so.format(test) for test in tests)} >= {rule.needed}"

    def test(self, test: Test) -> str:
        column = self.column.format(test.column)
        if test.form in self.one_of and test.how != "all":
            values = ", ".join(self.literal(value) for value in test.values)
            said = self.one_of[test.form].format(c=column, vs=values)
        else:
            join = self.all_of if test.how == "all" else self.any_of
            said = join.join(self._form(test, column, value) for value in test.values or ("",))
        if test.how == "none":
            said = self.no.format(said)
        if not self.guard or test.form in ("is_known", "is_unknown"):
            return said
        columns = [f"{column}_low", f"{column}_high"] if test.form == "within" else [column]
        return self.all_of.join([*(self.guard.format(one) for one in columns), f"({said})"])

    def _form(self, test: Test, column: str, value: Value | Pair) -> str:
        if isinstance(value, tuple):
            return self.forms[test.form].format(c=column, a=self.literal(value[0]), b=self.literal(value[1]))
        return self.forms[test.form].format(c=column, v=self.literal(value, test.form))

    def literal(self, value: Value, form: str = "") -> str:
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, str):
            return f"{self.quote}{phrase(value) if form == 'mentions' else value.lower()}{self.quote}"
        return repr(value)


def phrase(text: str) -> str:
    """Return the words of a text in lower case with spaces around each, so that a phrase is a substring of a text."""
    words = "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
    return f" {' '.join(words)} "
