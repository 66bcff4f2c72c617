"""Rule sets and contacts drawn at random: every statement, test, function and quantifier, and nasty cells.

What is drawn is text that checks, so that whatever the parser and the checker make of it is tried as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random

TODAY = date(2026, 3, 31)  # a month later is a shorter month's end

FIELDS: Mapping[str, Mapping[str, object]] = {
    "title": {"type": "text"},
    "country": {"type": "text", "synonyms": {"Germany": "DE", "Deutschland": "DE", "1": "ES"}},
    "billing": {"type": "text", "blank": "NO"},
    "email": {"type": "text"},
    "budget": {"type": "money", "currency": "USD"},
    "spent": {"type": "money", "currency": "EUR", "blank": 0},
    "employees": {"type": "number"},
    "seats": {"type": "number", "decimal": ","},
    "visit": {"type": "date"},
    "created": {"type": "date", "format": "%d/%m/%Y"},
    "customer": {"type": "flag", "blank": False},
    "demo": {"type": "flag"},
    "pains": {"type": "list"},
    "tags": {"type": "list", "separator": ","},
}
TEXTS = ("title", "country", "billing", "email")
NUMBERS = ("employees", "seats")
MONEY = ("budget",)
DATES = ("visit", "created")
LISTS = ("pains", "tags")

WORDS = (
    '"VP"',
    '"Head of"',
    '"de"',
    '"NO"',
    '"Ströme"',
    '"straße"',
    '"ops, Sales"',
    '"a"',
    '"CTO"',
    '"x.com"',
    '" VP "',
    '" de"',
    '"a "',
)
GLOBS = ('"*"', '"?E"', '"*de*"', '"v*p*s"', '"*@*.com"', '"head*of"', '"d"', '"[d]*"')
AMOUNTS = ("0", "1", "2.5", "50", "-5", "1k", "200", "1,000", "1.000")
DAYS = ("today", "2026-03-31", "2026-03-01", "2025-12-31", "2024-02-29")
SPANS = ("1 day", "30 days", "2 weeks", "1 month", "6 months", "1 year")

TEXT_CELLS = (
    *("", " ", "N/A", "-", "none", "DE", "de", "NO", "Germany", "VP", "SVP/VP, Sales", "Head-of IT", "head  of ops"),
    *("Director", "CTO", "Straße", "STRASSE", "strasse", "Stro\u0308me", "STRÖME", "é", "İ", "ﬁ", "ǆ", "a\u00a0b"),
    *("x.com", "www.x.com/y", "a@x.com", "A@X.COM", "@x.com", "a@", "a@b@x.com", "a/b@x.com", "https://u@x.com:80/z"),
    *("ops, Sales", "Ops Sales", "d", "[d]e", "1", "7.0", "\u200b", "🙂 VP", "\x1f", "vp\x1bs", "None", "null", "a; b"),
)
NUMBER_CELLS = (
    *("", "N/A", "0", "1", "2", "2.5", "50", "-5", "1000", "1,000", "1.000", "1k", "10%", "007", "51-200", "10-20"),
    *("1-1", "<50", ">50", "50+", "up to 50", "under 1", "over 200", "200-50", "0-0", "25-50k", "many", "1e400", "nan"),
    *("999999999999999", "9999999999999999", "-0", "1e-400", "+5", "5.", ".5", "\u0661", "1 000", "50–200"),
)
MONEY_CELLS = (*NUMBER_CELLS, "$50", "50 USD", "€50", "$25k-$50k", "$1k+", "50 EUR", "USD")
DATE_CELLS = (
    *(
        "",
        "N/A",
        "2026-03-31",
        "2026-03-30",
        "2026-04-01",
        "2026-02-28",
        "2025-03-31",
        "2026-03-01",
        "2026-03-31T23:59",
    ),
    *(
        "2024-02-29",
        "0001-01-01",
        "9999-12-31",
        "31/03/2026",
        "01/03/2026",
        "2026-02-30",
        "yesterday",
        "2026-04-30",
        "739706",
    ),
)
FLAG_CELLS = ("", "yes", "no", "TRUE", "f", "1", "0", "x", "maybe", "n/a")
LIST_CELLS = ("", ";", "a", "a;b", "A ; b;;", "VP,Head of", "de", "Straße;x", "NO, de", "N/A", "-;-", "a;a", ",")
CELLS: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(TEXTS, TEXT_CELLS),
    **dict.fromkeys(NUMBERS, NUMBER_CELLS),
    **dict.fromkeys(("budget", "spent"), MONEY_CELLS),
    **dict.fromkeys(DATES, DATE_CELLS),
    **dict.fromkeys(("customer", "demo"), FLAG_CELLS),
    **dict.fromkeys(LISTS, LIST_CELLS),
}


class Drawing:
    """Draws one rule set. Names are defined in any order, but used only after they are drawn: no circles."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.criteria: list[str] = []
        self.scores: list[str] = []
        self.grades: list[str] = []
        self.numbers = [*NUMBERS]
        self.money = [*MONEY]

    def one(self, *of: str) -> str:
        return self._random.choice(of)

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def some(self, of: Sequence[str], most: int = 3) -> str:
        return ", ".join(self._random.sample(of, self._random.randint(1, most)))

    # --- tests

    def test(self) -> str:
        draws: list[Callable[[], str]] = [self.text, self.number, self.amount, self.day, self.flag, self.listed]
        draws += [self.known, self.text, self.number, self.day]
        if self.criteria:
            draws += [self.criterion] * 3
        if self.scores:
            draws += [self.points]
        if self.grades:
            draws += [self.graded]
        return self._random.choice(draws)()

    def text(self) -> str:
        subject = self.one(*TEXTS, "domain of email", "first known of country, billing")
        if self.chance(0.1):
            return f"{subject} {self.one('is', 'is not')} {self.one('country', 'billing')}"
        if self.chance(0.2):
            return f"{subject} {self.one('is any of', 'is none of')} {self.some((*WORDS, 'Some'))}"
        if self.chance(0.15):
            return f"{subject} {self.one('matches', 'does not match')} {self.one(*GLOBS)}"
        if self.chance(0.15):
            return f"{subject} matches {self.one('any of', 'all of', 'none of')} {self.some(GLOBS)}"
        verb, negative = self._random.choice(
            [
                ("is", "is not"),
                ("mentions", "does not mention"),
                ("contains", "does not contain"),
                ("starts with", "does not start with"),
                ("ends with", "does not end with"),
            ]
        )
        if verb != "is" and self.chance(0.5):
            kinds = ("any of", "none of") if verb in ("starts with", "ends with") else ("any of", "all of", "none of")
            return f"{subject} {verb} {self.one(*kinds)} {self.some((*WORDS, 'Some'))}"
        return f"{subject} {self.one(verb, negative)} {self.one(*WORDS)}"

    def number(self) -> str:
        subject = self.one(
            *self.numbers,
            *("length of title", "number of pains", "days since visit", "days until created", "year of visit"),
            "first known of employees, seats",
        )
        return self.compared(subject, AMOUNTS, self.numbers)

    def amount(self) -> str:
        subject = self.one(*self.money, "spent")
        return self.compared(subject, AMOUNTS, self.money if subject != "spent" else ())

    def compared(self, subject: str, values: Sequence[str], others: Sequence[str]) -> str:
        verb = self.one("is", "is not", "is at least", "is more than", "is at most", "is less than")
        if self.chance(0.15):
            return f"{subject} {self.one('is any of', 'is none of')} {self.some(values)}"
        if self.chance(0.15):
            low, high = sorted(self._random.sample([0, 1, 10, 50, 200, 1000], 2))
            return f"{subject} {self.one('is between', 'is not between')} {low} and {high}"
        return f"{subject} {verb} {self.one(*others) if others and self.chance(0.25) else self.one(*values)}"

    def day(self) -> str:
        subject = self.one(*DATES, "first known of visit, created")
        draw = self._random.randrange(4)
        if draw == 0:
            other = self.one(*DAYS, *DATES)
            return f"{subject} {self.one('is', 'is not', 'is before', 'is after', 'is on or before')} {other}"
        if draw == 1:
            return f"{subject} is within the {self.one('last', 'next')} {self.one(*SPANS)}"
        if draw == 2:
            verb = self.one("is more than", "is at least", "is less than", "is at most")
            return f"{subject} {verb} {self.one(*SPANS)} {self.one('ago', 'away')}"
        return f"{subject} {self.one('is between', 'is not between')} 2025-03-31 and {self.one('today', '2026-04-30')}"

    def flag(self) -> str:
        return self.one("demo", "customer", "demo is no", "customer is not yes", "demo is yes")

    def listed(self) -> str:
        subject, values = self.one(*LISTS), self.some(('"a"', '"B"', '"de"', '"STRASSE"', '"VP"', "Some"))
        if "," in values or "Some" in values:
            return f"{subject} includes {self.one('any of', 'all of', 'none of')} {values}"
        return f"{subject} {self.one('includes', 'does not include')} {values}"

    def known(self) -> str:
        subject = self.one(*FIELDS, *self.numbers, "domain of email", "first known of seats, employees")
        return f"{subject} {self.one('is known', 'is unknown')}"

    def criterion(self) -> str:
        return self.one(*self.criteria) + self.one("", "", "", " is known", " is unknown")

    def points(self) -> str:
        score, least = self.one(*self.scores), self.one("0", "5", "10", "-5", "25")
        return f"{score} {self.one('is at least', 'is more than', 'is less than', 'is at most')} {least}"

    def graded(self) -> str:
        grade = self.one(*self.grades)
        return self.one(f'{grade} is "B" or better', f'{grade} is "A"', f'{grade} is any of "A", "D"')

    # --- conditions

    def condition(self, depth: int = 2) -> str:
        draw = self._random.randrange(8) if depth else 0
        if draw < 2:
            return self.test()
        if draw == 2:
            return f"not {self.bracketed(depth - 1)}"
        if draw < 7:
            joined = self.one(" and ", " or ")
            return joined.join(self.bracketed(depth - 1) for _ in range(self._random.randint(2, 3)))
        count = self._random.randint(2, 4)
        quantity = self.one("at least {} of", "at most {} of", "exactly {} of", "any of", "all of", "none of")
        parts = ", ".join(self.bracketed(depth - 1) for _ in range(count))
        return f"({quantity.format(self._random.randint(1, count))} {parts})"

    def bracketed(self, depth: int) -> str:
        return f"({self.condition(depth)})"

    def body(self) -> str:
        if self.chance(0.7):
            return self.condition()
        count = self._random.randint(2, 5)
        quantity = self.one("at least {} of", "at most {} of", "exactly {} of", "any of", "all of", "none of")
        bullets = "".join(f"\n  - {self.bracketed(1)}" for _ in range(count))
        return quantity.format(self._random.randint(1, count)) + bullets

    # --- statements

    def rules(self) -> str:
        """Return the text of a rule set."""
        parts = ["stages: excluded, inquiry, warm, lead", 'list Some: "NO", "de", "head of", "Straße"']
        parts.append("define per_seat as budget / seats\ndefine heads as employees - seats * 2 + 1")
        parts.append("define either as first known of employees, heads, seats")
        parts.append(
            "define never as 1 / 0\ndefine five as 10 / 2\ndefine instead as first known of never, seats, five"
        )
        self.numbers += ["heads", "either", "never", "instead"]
        self.money += ["per_seat"]
        for number in range(self._random.randint(1, 4)):
            parts.append(f"criterion C{number}:\n  {self.body()}")
            self.criteria.append(f"C{number}")
            if number == 0:
                parts += self.score("S0", "G0")
        is_long = self.chance(0.05)  # more than fit in one word of bits
        for number in range(self._random.randint(60, 90) if is_long else self._random.randint(1, 6)):
            stage = self.one("excluded", "inquiry", "warm", "lead", "lead")
            # Of many rules each places few, else the later ones would never be reached.
            body = " and ".join(self.bracketed(0) for _ in range(4)) if is_long else self.body()
            queue = f' with {self.one("queue", "owner")} "Q{number}"' if self.chance(0.5) else ""
            parts.append(f'rule "R{number}":\n  {stage} when {body}{queue}')
        parts.append(self.one("otherwise inquiry", 'otherwise warm with queue "none"', "otherwise lead"))
        return "\n".join(parts) + "\n"

    def score(self, score: str, grade: str) -> list[str]:
        lines = [
            f"  {self.one('+10', '-5', '+30')} when {self.condition(1)}" for _ in range(self._random.randint(1, 4))
        ]
        lines.append(f"  {self.one('+5', '-2')} per {self.one('employees', 'seats')}{self.one('', ' up to 15 points')}")
        lines.append(f"  {self.one('+40', '-7')} fading by 3 every {self.one('1 month', '10 days')} since visit")
        if self.chance(0.5):
            lines.append("  kept between 0 and 50")
        self.scores.append(score)
        self.grades.append(grade)
        return [
            f"score {score}:\n" + "\n".join(lines),
            f'grade {grade} of {score}: "A" from 30, "B" from 10, "C" from 0, otherwise "D"',
        ]


def cells(random: Random, count: int) -> list[dict[str, str | None]]:
    """Return contacts as a file has them: text, blank or missing."""
    return [
        {name: None if random.random() < 0.05 else random.choice(CELLS[name]) for name in FIELDS} for _ in range(count)
    ]


def typed(random: Random, count: int) -> dict[str, list[object]]:
    """Return columns of Python values, each of one type."""
    columns: dict[str, list[object]] = {}
    for name, its_field in FIELDS.items():
        kind = str(its_field["type"])
        columns[name] = [None if random.random() < 0.15 else _typed_cell(random, kind) for _ in range(count)]
    return columns


def _typed_cell(random: Random, kind: str) -> object:
    day = TODAY + timedelta(days=random.choice((-400, -31, -1, 0, 1, 30, 400)))
    match kind:
        case "number":
            return random.choice((0.0, 1.0, 2.5, 50.0, -5.0, 1e300, float("nan"), float("inf")))
        case "money":
            return random.choice((0, 1, 50, 200, -5, 2**53 + 1))
        case "date":
            return datetime(day.year, day.month, day.day, 23, 59)
        case "flag":
            return random.random() < 0.5
        case "list":
            return random.choice(([], ["a"], ["A", "b", ""], ["Straße", None], ["a;b"], ["VP", "head of", "no"], [""]))
        case _:
            return random.choice(TEXT_CELLS)
