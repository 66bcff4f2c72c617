"""Rule sets, contacts and difficult cells drawn at random from the tables of the language.

A test or function is drawn from the day it has an entry; a new type needs fields, cells and values here, and a new
statement a line in `Drawing.rules`: a test says so. What is drawn is text that checks, so that whatever the parser and
the checker make of it is tried as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from random import Random

import qualify
from qualify.language.functions import FUNCTIONS, SELECTORS
from qualify.language.kinds import FIELD_KINDS, Kind
from qualify.language.operators import OPERATORS
from qualify.model.rules import Model

SEEDS = range(120)  # reach the whole language, as `test_drawing` says
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
FLAGS = ("customer", "demo")  # alone a condition
OTHER_CURRENCY = "spent"  # compared with amounts, and with no other money

# --- what tests compare with: of each type in ascending order, since `between` wants the lower one first

WORDS = (
    *('"VP"', '"Head of"', '"de"', '"NO"', '"Ströme"', '"straße"', '"ops, Sales"', '"a"', '"CTO"', '"x.com"'),
    *('" VP "', '" de"', '"a "'),
)
GLOBS = ('"*"', '"?E"', '"*de*"', '"v*p*s"', '"*@*.com"', '"head*of"', '"d"', '"[d]*"')
DOMAINS = ('"x.com"', '"@X.com"', '"https://www.x.com/y"', '"com"', '"y.x.com"', '"straße.de"')
AMOUNTS = ("-5", "0", "1", "1.000", "2.5", "10", "50", "200", "1,000", "1k")
DAYS = ("2024-02-29", "2025-03-31", "2025-12-31", "2026-03-01", "2026-03-31", "today", "2026-04-30")
SPANS = ("1 day", "30 days", "2 weeks", "1 month", "6 months", "1 year")
LABELS = ('"A"', '"B"', '"C"', '"D"')
VALUES: Mapping[Kind, Sequence[str]] = {
    Kind.TEXT: WORDS,
    Kind.NUMBER: AMOUNTS,
    Kind.MONEY: AMOUNTS,
    Kind.DATE: DAYS,
    Kind.FLAG: ("yes", "no"),
    Kind.LIST: WORDS,
    Kind.SCORE: AMOUNTS,
    Kind.GRADE: LABELS,
}
SPECIAL_VALUES = {"matches": GLOBS, "belongs_to": DOMAINS}  # of a test that compares with texts of its own kind
# What a subject of each type is compared with beside values; points and grades with values only.
COMPARABLE = {kind: kind for kind in FIELD_KINDS} | {Kind.LIST: Kind.TEXT}
LISTS = {
    Kind.TEXT: "Some",
    Kind.LIST: "Some",
    Kind.NUMBER: "Amounts",
    Kind.MONEY: "Amounts",
    Kind.SCORE: "Amounts",
    Kind.DATE: "Days",
    Kind.GRADE: "Labels",
}
SPECIAL_LISTS = {"belongs_to": "Domains"}

# --- cells

TEXT_CELLS = (
    *("", " ", "N/A", "-", "none", "DE", "de", "NO", "Germany", "VP", "SVP/VP, Sales", "Head-of IT", "head  of ops"),
    *("Director", "CTO", "Straße", "STRASSE", "strasse", "Stro\u0308me", "STRÖME", "é", "İ", "ﬁ", "ǆ", "a\u00a0b"),
    *("x.com", "www.x.com/y", "a@x.com", "A@X.COM", "@x.com", "a@", "a@b@x.com", "a/b@x.com", "https://u@x.com:80/z"),
    *("a@y.x.com", "a@yx.com", "z.y.X.com/a", "jo@STRASSE.de", ".com"),
    *("ops, Sales", "Ops Sales", "d", "[d]e", "1", "7.0", "\u200b", "🙂 VP", "\x1f", "vp\x1bs", "None", "null", "a; b"),
)
NUMBER_CELLS = (
    *("", "N/A", "0", "1", "2", "2.5", "50", "-5", "1000", "1,000", "1.000", "1k", "10%", "007", "51-200", "10-20"),
    *("1-1", "<50", ">50", "50+", "up to 50", "under 1", "over 200", "200-50", "0-0", "25-50k", "many", "1e400", "nan"),
    *("999999999999999", "9999999999999999", "-0", "1e-400", "+5", "5.", ".5", "\u0661", "1 000", "50–200"),
)
DATE_CELLS = (
    *("", "N/A", "2026-03-31", "2026-03-30", "2026-04-01", "2026-02-28", "2025-03-31", "2026-03-01"),
    *("2026-03-31T23:59", "2024-02-29", "0001-01-01", "9999-12-31", "31/03/2026", "01/03/2026", "2026-02-30"),
    *("yesterday", "2026-04-30", "739706"),
)
CELLS_OF: Mapping[Kind, Sequence[str]] = {
    Kind.TEXT: TEXT_CELLS,
    Kind.NUMBER: NUMBER_CELLS,
    Kind.MONEY: (*NUMBER_CELLS, "$50", "50 USD", "€50", "$25k-$50k", "$1k+", "50 EUR", "USD"),
    Kind.DATE: DATE_CELLS,
    Kind.FLAG: ("", "yes", "no", "TRUE", "f", "1", "0", "x", "maybe", "n/a"),
    Kind.LIST: ("", ";", "a", "a;b", "A ; b;;", "VP,Head of", "de", "Straße;x", "NO, de", "N/A", "-;-", "a;a", ","),
}
TYPED_CELLS: Mapping[Kind, Sequence[object]] = {
    Kind.TEXT: TEXT_CELLS,
    Kind.NUMBER: (0.0, 1.0, 2.5, 50.0, -5.0, 1e300, float("nan"), float("inf")),
    Kind.MONEY: (0, 1, 50, 200, -5, 2**53 + 1),
    Kind.DATE: [datetime(2026, 3, 31, 23, 59) + timedelta(days) for days in (-400, -31, -1, 0, 1, 30, 400)],
    Kind.FLAG: (True, False),
    Kind.LIST: ([], ["a"], ["A", "b", ""], ["Straße", None], ["a;b"], ["VP", "head of", "no"], [""]),
}
KINDS = {name: Kind(str(one["type"])) for name, one in FIELDS.items()}
CELLS: Mapping[str, Sequence[str]] = {name: CELLS_OF[kind] for name, kind in KINDS.items()}

PLACE = re.compile(r'V, …|"B"|\b(?:V|D|A|B|LIST|DURATION|PERIOD|YEAR|MONTH)\b')  # of a value in the words of a test
QUANTIFIERS = ("at least {} of", "at most {} of", "exactly {} of", "any of", "all of", "none of")


class Drawing:
    """Draws one rule set. Names are used only after they are drawn: no circles."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.tests: set[tuple[str, Kind, str]] = set()  # drawn so far: each test, a type, and how it was spelt
        self.calls: set[tuple[str, Kind]] = set()  # functions, and the type that each gave
        self.criteria: list[str] = []
        self.names: dict[Kind, list[str]] = {
            kind: [name for name, its in KINDS.items() if its is kind and name != OTHER_CURRENCY] for kind in Kind
        }

    def one(self, *of: str) -> str:
        return self._random.choice(of)

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def some(self, of: Sequence[str], most: int = 3) -> str:
        return ", ".join(self._random.sample(of, self._random.randint(1, min(most, len(of)))))

    # --- operands

    def operand(self, kind: Kind, depth: int = 2) -> str:
        """Return a name of a type, a function that gives one, or a selector among some."""
        functions = [name for name, one in FUNCTIONS.items() if one.gives is kind]
        selectors = SELECTORS if kind in FIELD_KINDS else ()
        if not depth or not (functions or selectors) or self.chance(0.7):
            return self.one(*self.names[kind])
        name = self.one(*functions, *selectors)
        self.calls.add((name, kind))
        if name in SELECTORS:
            return f"{SELECTORS[name].words} {', '.join(self._random.sample(self.names[kind], 2))}"
        return f"{FUNCTIONS[name].words} {self.operand(FUNCTIONS[name].takes, depth - 1)}"

    def expression(self, kind: Kind) -> str:
        """Return the value that a `define` computes."""
        number = self.one(*AMOUNTS, self.operand(Kind.NUMBER))
        match kind:
            case Kind.NUMBER:
                return f"({self.operand(kind)} {self.one(*'+-*/')} {number}) {self.one(*'+-*/')} {self.operand(kind)}"
            case Kind.MONEY:
                return f"{self.operand(kind)} {self.one(*'+-')} {self.operand(kind)} {self.one(*'*/')} {number}"
            case _:
                return self.operand(kind)

    # --- tests

    def test(self) -> str:
        """Return a test in one of its spellings, about something of a type that it is for; or a criterion or flag."""
        if self.criteria and self.chance(0.2):
            return self.one(*self.criteria) + self.one("", "", "", " is known", " is unknown")
        kind = self._random.choice([kind for kind, names in self.names.items() if names])
        if kind is Kind.FLAG and self.chance(0.3):
            return self.one(*FLAGS)
        operator = self.one(*(name for name, one in OPERATORS.items() if kind in one.predicates))
        spelling = self.one(*spellings(operator))
        self.tests.add((operator, kind, spelling))
        if kind is Kind.MONEY and self.chance(0.2):
            return f"{OTHER_CURRENCY} {self.filled(spelling, operator, kind)}"
        return f"{self.operand(kind)} {self.filled(spelling, operator, kind, COMPARABLE.get(kind))}"

    def filled(self, spelling: str, operator: str, kind: Kind, comparable: Kind | None = None) -> str:
        """Return the words of a test with values in their places; some are operands, where it may be compared so."""
        values = SPECIAL_VALUES.get(operator, VALUES[kind])
        listed = SPECIAL_LISTS.get(operator) or LISTS.get(kind, "")
        places = len(PLACE.findall(spelling))
        ascending = iter(sorted(self._random.sample(range(len(values)), places)))

        def value(place: re.Match[str]) -> str:
            drawn = values[next(ascending)]
            match place[0]:
                case "DURATION":
                    return self.one(*SPANS)
                case "PERIOD":
                    return self.one("week", "month", "quarter", "year")
                case "YEAR":
                    return self.one("2024", "2025", "2026")
                case "MONTH":
                    return self.one("02", "03", "04")
                case "LIST":
                    return listed
                case "V, …":
                    return self.some((*values, listed, listed))
                case _:
                    return self.operand(comparable) if comparable and self.chance(0.2) else drawn

        return PLACE.sub(value, spelling)

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
        return f"({self.quantifier(count)} {', '.join(self.item(depth - 1) for _ in range(count))})"

    def bracketed(self, depth: int) -> str:
        return f"({self.condition(depth)})"

    def item(self, depth: int) -> str:
        return self.one(*self.criteria, *FLAGS) if self.chance(0.2) else self.bracketed(depth)

    def quantifier(self, count: int) -> str:
        return self.one(*QUANTIFIERS).format(self._random.randint(1, count))

    def body(self) -> str:
        if self.chance(0.7):
            return self.condition()
        count = self._random.randint(2, 5)
        return self.quantifier(count) + "".join(f"\n  - {self.bracketed(1)}" for _ in range(count))

    # --- statements

    def rules(self) -> str:
        """Return the text of a rule set."""
        parts = ["stages: excluded, inquiry, warm, lead", 'list Some: "NO", "de", "head of", "Straße"']
        parts.append(f"list Amounts: 2.5, {self.some(AMOUNTS)}\nlist Days: {self.some(DAYS[:4])}")
        parts.append(f"list Domains: {self.some(DOMAINS)}")
        parts.append(f"list Labels:\n  - {self.one(*LABELS)}\n  - {self.one(*LABELS)}")
        parts.append("define per_seat as budget / seats\ndefine heads as employees - seats * 2 + 1")
        parts.append("define either as first known of employees, heads, seats")
        parts.append(
            "define never as 1 / 0\ndefine five as 10 / 2\ndefine instead as first known of never, seats, five"
        )
        self.names[Kind.NUMBER] += ["heads", "either", "never", "instead"]
        self.names[Kind.MONEY] += ["per_seat"]
        for number in range(self._random.randint(0, 3)):
            kind = self._random.choice(FIELD_KINDS)
            parts.append(f"define d{number} as {self.expression(kind)}")
            self.names[kind].append(f"d{number}")
        for number in range(self._random.randint(1, 4)):
            parts.append(f"criterion C{number}:\n  {self.body()}")
            self.criteria.append(f"C{number}")
            if number == 0 or self.chance(0.1):
                parts += self.score(f"S{number}", f"G{number}")
        is_long = self.chance(0.05)  # more than fit in one word of bits
        for number in range(self._random.randint(60, 90) if is_long else self._random.randint(1, 6)):
            stage = self.one("excluded", "inquiry", "warm", "lead", "lead")
            # Of many rules each places few, else the later ones would never be reached.
            body = " and ".join(self.bracketed(0) for _ in range(4)) if is_long else self.body()
            outputs = self.one(
                "", f' with {self.one("queue", "owner")} "Q{number}"', f' with owner "A", queue "Q{number}"'
            )
            parts.append(f'rule "R{number}":\n  {stage} when {body}{outputs}')
        parts.append(self.one("otherwise inquiry", 'otherwise warm with queue "none"', "otherwise lead"))
        return "\n".join(parts) + "\n"

    def score(self, score: str, grade: str) -> list[str]:
        lines = [f"  {self.one('+10', '-5', '+30')} when {self.body()}" for _ in range(self._random.randint(1, 4))]
        up_to = self.one("", " up to 15 points")
        lines.append(f"  {self.one('+5', '-2')} per {self.operand(Kind.NUMBER)}{up_to}")
        every = self.one("1 month", "10 days", "1 week")
        lines.append(f"  {self.one('+40', '-7')} fading by 3 every {every} since {self.operand(Kind.DATE)}")
        if self.chance(0.5):
            lines.append("  kept between 0 and 50")
        self.names[Kind.SCORE].append(score)
        self.names[Kind.GRADE].append(grade)
        return [
            f"score {score}:\n" + "\n".join(lines),
            f'grade {grade} of {score}: "A" from 30, "B" from 10, "C" from 0, otherwise "D"',
        ]


@cache
def drawn(seed: int) -> tuple[str, Model]:
    """Return the text and the meaning of the rule set that a seed draws."""
    text = Drawing(Random(seed)).rules()
    return text, qualify.compile(text, FIELDS, TODAY).model


def spellings(operator: str) -> list[str]:
    """Return every way to write a test: its words, its negative and its synonyms."""
    table = OPERATORS[operator]
    return [words for words in (table.words, table.negative, *table.also) if words]


def cells(random: Random, count: int) -> list[dict[str, str | None]]:
    """Return contacts as in a file: text, blank or missing."""
    return [
        {name: None if random.random() < 0.05 else random.choice(CELLS[name]) for name in FIELDS} for _ in range(count)
    ]


def typed(random: Random, count: int) -> dict[str, list[object]]:
    """Return columns of Python values, each of one type."""
    return {
        name: [None if random.random() < 0.15 else random.choice(TYPED_CELLS[kind]) for _ in range(count)]
        for name, kind in KINDS.items()
    }
