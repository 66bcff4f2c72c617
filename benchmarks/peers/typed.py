"""A contact as the peers that take one at a time get it: cells read, nulls for what is not known.

This is done before the clock starts, which is to their advantage: `RuleSet.decide` reads its cells within its time.
Days are numbers, so that no peer has to handle dates. BANDS is also what the file-based peers read bands by.
"""

from collections.abc import Mapping
from datetime import date

from common_rules import phrase

MISSING = ("", "N/A", "-")
BANDS: Mapping[str, tuple[float | None, float | None]] = {
    "1-10": (1.0, 10.0),
    "11-50": (11.0, 50.0),
    "51-200": (51.0, 200.0),
    "201-500": (201.0, 500.0),
    "501-1,000": (501.0, 1000.0),
    "1,001-5,000": (1001.0, 5000.0),
    "5,001-10,000": (5001.0, 10000.0),
    "10,000+": (10000.0, None),
    "<50": (None, 50.0),
    "over 500": (500.0, None),
    "$10k-$25k": (10e3, 25e3),
    "$25k-$50k": (25e3, 50e3),
    "50-100k": (50e3, 100e3),
    "<$10k": (None, 10e3),
    "up to $20k": (None, 20e3),
    "100k+": (100e3, None),
}
TEXTS = ("email", "company", "title", "country", "industry", "use_case", "source")
AMOUNTS = ("employees", "revenue", "budget")
NUMBERS = ("webinars", "page_views")
DATES = ("decision_date", "last_visit", "created")
FLAGS = ("is_customer", "unsubscribed", "demo_requested")
WORDS = ("title", "use_case")  # of these also the words alone, for `mentions`
FLAG_CELLS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

Typed = dict[str, str | float | bool | list[str] | None]


def typed(contact: Mapping[str, str]) -> Typed:
    """Return the values of a contact's cells."""
    known = {name: None if cell in MISSING else cell for name, cell in contact.items()}
    made: Typed = {name: text and " ".join(text.lower().split()) for name in TEXTS for text in (known[name],)}
    made |= {f"{name}_words": text and phrase(text) for name in WORDS for text in (known[name],)}
    for name in AMOUNTS:
        cell = known[name] or ""
        made[f"{name}_low"], made[f"{name}_high"] = BANDS.get(cell) or (amount(cell), amount(cell))
    made |= {name: amount(known[name] or "") for name in NUMBERS}
    made |= {name: text and float(date.fromisoformat(text).toordinal()) for name in DATES for text in (known[name],)}
    made |= {name: FLAG_CELLS.get((known[name] or "").lower()) for name in FLAGS}
    pains = known["pain_points"]
    made["pain_points"] = [pain.strip().lower() for pain in pains.split(";")] if pains else None
    return made


def amount(cell: str) -> float | None:
    """Return the number that stands in a cell such as `25,000`, `$40k` or `$1.5M`."""
    number = cell.lower().removeprefix("$").replace(",", "")
    times = {"k": 1e3, "m": 1e6}.get(number[-1:], 1)
    try:
        return float(number.rstrip("km")) * times
    except ValueError:
        return None
