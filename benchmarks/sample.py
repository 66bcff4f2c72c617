"""Write rules/contacts.csv: a few hundred invented contacts that look like a CRM export, to try the starter rules on.

    python benchmarks/sample.py

The same seed gives the same bytes. Companies and people are invented; all domains end in `.example`. The data is untidy
on purpose, as real exports are: blanks and `N/A`, ranges instead of numbers, three ways to write an amount, titles in
any case, a note instead of a date.
"""

import csv
import io
import random
from datetime import date, timedelta
from pathlib import Path

SAMPLE = Path(__file__).parent.parent / "rules" / "contacts.csv"
ROWS = 400
SEED = 2026
EXPORTED = date(2026, 10, 31)  # so that `--as-of 2026-11-01` finds recent visits and future decisions


def several(*lines: str) -> tuple[str, ...]:
    """Return the names in lines of comma-separated names."""
    return tuple(name for line in lines for name in line.split(", "))


# Name, domain, country, industry, employees, annual revenue in millions of dollars.
# Some of them are target accounts in rules/accounts.csv.
COMPANIES = (
    ("Lindwurm Software GmbH", "lindwurm-software.example", "DE", "Software", 180, 24),
    ("Tannenhall Logistik GmbH & Co. KG", "tannenhall.example", "DE", "Logistics", 640, 95),
    ("Grünwalder Töchter", "gruenwalder-toechter.example", "DE", "Retail", 45, 6),
    ("Mühlenbogen Versand", "muehlenbogen.example", "DE", "Retail", 2300, 410),
    ("Rabenstieg Maschinenbau", "rabenstieg.example", "DE", "Manufacturing", 1200, 260),
    ("Quarzlicht Analytik AG", "quarzlicht.example", "DE", "Software", 75, 9),
    ("Hafenkontor Siebenbrück", "siebenbrueck.example", "DE", "Logistics", 12, 2),
    ("Edelgams Daten OG", "edelgams.example", "AT", "Software", 30, 3),
    ("Donaufährte Handels GmbH", "donaufaehrte.example", "AT", "Retail", 320, 48),
    ("Murmelspitz Treuhand AG", "murmelspitz.example", "CH", "Finance", 90, 30),
    ("Sieben Uhren SA", "sieben-uhren.example", "CH", "Manufacturing", 410, 120),
    ("Pommier & Filles, SARL", "pommier-filles.example", "FR", "Retail", 140, 18),
    ("Atelier Rougemarée", "rougemaree.example", "FR", "Manufacturing", 25, 3),
    ("Cigale Numérique", "cigale-numerique.example", "FR", "Software", 520, 66),
    ("Transports Bellegarenne", "bellegarenne.example", "FR", "Logistics", 1500, 210),
    ("Polderlicht B.V.", "polderlicht.example", "NL", "Software", 60, 8),
    ("Grachtenkist Groothandel", "grachtenkist.example", "NL", "Retail", 850, 130),
    ("Kestrel Lane Stores", "kestrel-lane.example", "GB", "Retail", 6400, 980),
    ("Thistledown Freight, Ltd.", "thistledown-freight.example", "GB", "Logistics", 230, 35),
    ("Marrowgate Mutual", "marrowgate.example", "GB", "Finance", 3100, 700),
    ("Otterburrow Labs", "otterburrow.example", "GB", "Software", 18, 2),
    ("Fjordlampe Programvare AS", "fjordlampe.example", "NO", "Software", 110, 15),
    ("Havbris Sjømat AS", "havbris.example", "NO", "Manufacturing", 370, 85),
    ("Tøndevik Bygg", "tondevik.example", "NO", "Construction", 55, 12),
    ("Skogsblomma Handel AB", "skogsblomma.example", "SE", "Retail", 480, 70),
    ("Älvkraft Data AB", "alvkraft-data.example", "SE", "Software", 260, 33),
    ("Norrsken Åkeri AB", "norrsken-akeri.example", "SE", "Logistics", 95, 14),
    ("Rødhætte Møbler ApS", "roedhaette.example", "DK", "Manufacturing", 70, 11),
    ("Sneppe Software ApS", "sneppe.example", "DK", "Software", 205, 27),
    ("Järvikuu Oy", "jarvikuu.example", "FI", "Software", 130, 16),
    ("Lumipöllö Logistiikka Oy", "lumipollo.example", "FI", "Logistics", 720, 88),
    ("Desert Heron Trading LLC", "desert-heron.example", "AE", "Retail", 160, 40),
    ("Saffron Dune Freight FZE", "saffron-dune.example", "AE", "Logistics", 1050, 190),
    ("Pearl Lantern Capital", "pearl-lantern.example", "AE", "Finance", 35, 22),
)
COUNTRY_NAMES = {
    "DE": ("Germany", "Deutschland", "germany"),
    "AT": ("Austria", "Österreich"),
    "CH": ("Switzerland", "Schweiz"),
    "FR": ("France", "FRANCE"),
    "NL": ("Netherlands", "nl"),
    "GB": ("UK", "United Kingdom"),
    "NO": ("Norge", "Norway", "no"),
    "SE": ("Sweden", "Sverige"),
    "DK": ("Denmark", "dk"),
    "FI": ("Finland", "Suomi"),
    "AE": ("UAE", "United Arab Emirates"),
}
DIALLING = {
    "DE": 49,
    "AT": 43,
    "CH": 41,
    "FR": 33,
    "NL": 31,
    "GB": 44,
    "NO": 47,
    "SE": 46,
    "DK": 45,
    "FI": 358,
    "AE": 971,
}
FIRST_NAMES = several(
    "Anke, Björn, Chloé, Dagny, Émile, Fatima, Gregor, Håkon, Ingrid, Jürgen, Kaisa, Liam, Maëlle, Niamh, Omar, Päivi",
    "Quentin, Rosa, Søren, Tilda, Ulrich, Vera, Wim, Yasmin, Zoë",
)
LAST_NAMES = several(
    "Aldersø, Birnbaum, Castelnoir, Dahlgård, Eversley, Falkenried, Gaspereau, Hollowell, Itkonen, Jaspers, Kvamme",
    "Löwenhag, Montclair, Nørregaard, O'Shaughlin, Pellerin, Quistorp, Rautio, Silfver, Thornbeck, Uhlmann, Vestergren",
    "Wachholder, Al Zaher",
)

# Each with its relative frequency.
TITLES = {
    "CEO": 7,
    "Chief Executive Officer": 3,
    "CFO": 6,
    "Chief Financial Officer": 3,
    "CTO": 4,
    "Founder & CEO": 4,
    "Owner": 5,
    "VP of Sales": 7,
    "Vice President, Operations": 4,
    "SVP/VP, Sales": 2,
    "Director of Operations": 8,
    "Sr. Director - Customer Success": 3,
    "Head of IT": 5,
    "Head-of Marketing": 3,
    "Managing Director": 4,
    "IT Director (interim)": 2,
    "Operations Manager": 12,
    "Sales Manager, DACH": 8,
    "Office Manager": 6,
    "Team Lead, Support": 7,
    "Business Analyst": 10,
    "Data Engineer": 8,
    "Account Executive": 8,
    "Consultant": 6,
    "Assistant to the CEO": 5,
    "Executive Assistant": 4,
    "Marketing Intern": 4,
    "Student": 3,
    "Student, Business Administration": 3,
    "Job seeker": 2,
    "Wizard of Light Bulb Moments": 1,
    "Chief Happiness Officer 🙂": 1,
    "tbd": 2,
}
PAINS = {
    "manual entry": 11,
    "slow reporting": 6,
    "data quality": 6,
    "churn": 5,
    "travel costs": 6,
    "hiring": 6,
    "office space": 4,
    "too many tools": 7,
}
USE_CASES = {
    "Sales forecasting": 5,
    "Monthly reporting, group level": 4,
    "Customer onboarding": 4,
    "Field service": 5,
    "Inventory": 5,
    "Event management": 5,
    "just looking": 4,
    'Project "Nightjar", details to follow': 2,
}
SOURCES = {"Web form": 8, "Trade fair": 5, "Webinar": 5, "Referral": 3, "Partner": 3, "Bought list": 2, "": 2}
BUDGETS = (4_000, 8_500, 10_000, 15_000, 20_000, 25_000, 30_000, 40_000, 60_000, 75_000, 120_000, 250_000)
BUDGET_BANDS = ("<$10k", "$10k-$25k", "$10k-$50k", "$25k-$50k", "25-50k", "50k+", "up to 20k")
EMPLOYEE_BANDS = ((1, 10), (11, 50), (51, 200), (201, 500), (501, 1000), (1001, 5000))
FREE_MAIL = ("postbox.example", "freemail.example")
PLAIN = {"å": "a", "ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "é": "e", "ë": "e", "'": "", " ": ""}


def sample(rows: int = ROWS, seed: int = SEED) -> str:
    """Return the file as text."""
    draw = Draw(seed)
    file = io.StringIO()
    contacts = [contact(draw, number) for number in range(1, rows + 1)]
    writer = csv.DictWriter(file, contacts[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(contacts)
    return file.getvalue()


class Draw:
    """A seeded source of cells. It only uses `random()`, which Python guarantees to be stable for a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def number(self, low: int, high: int) -> int:
        return low + int(self._random() * (high - low + 1))

    def one_of(self, choices: tuple[str, ...] | list[str] | dict[str, int]) -> str:
        if isinstance(choices, dict):
            choices = [choice for choice, times in choices.items() for _ in range(times)]
        return choices[self.number(0, len(choices) - 1)]

    def chance(self, share: float) -> bool:
        return self._random() < share

    def cell(self, text: str, blank: float, odd: tuple[str, ...] = ()) -> str:
        """Return the text, or a blank for this share of cells, or sometimes another thing that people write."""
        if self.chance(blank):
            return self.one_of(("", "", "", "", "N/A", "-"))
        return self.one_of(odd) if odd and self.chance(0.025) else text

    def day(self, first: date, last: date) -> str:
        return (first + timedelta(days=self.number(0, (last - first).days))).isoformat()


def contact(draw: Draw, number: int) -> dict[str, str]:
    """Return the cells of one contact by their headers."""
    company, domain, country, industry, employees, revenue = COMPANIES[draw.number(0, len(COMPANIES) - 1)]
    first, last = draw.one_of(FIRST_NAMES), draw.one_of(LAST_NAMES)
    mailbox = draw.one_of(FREE_MAIL) if draw.chance(0.12) else domain
    budget = draw.one_of(BUDGET_BANDS) if draw.chance(0.4) else money(draw)
    pains = sorted({draw.one_of(PAINS) for _ in range(draw.number(1, 3))})
    return {
        "Contact ID": f"{number:05}",
        "First Name": first,
        "Last Name": last,
        "Email": draw.cell(f"{plain(first)}.{plain(last)}@{mailbox}", 0.08, odd=("see LinkedIn",)),
        "Phone": draw.cell(f"+{DIALLING[country]} {draw.number(20, 99)} {draw.number(100000, 999999)}", 0.4),
        "Company Name": company if draw.chance(0.9) else company.upper(),
        "Job Title": draw.cell(untidy(draw, draw.one_of(TITLES)), 0.15),
        "Country": draw.cell(country if draw.chance(0.7) else draw.one_of(COUNTRY_NAMES[country]), 0.1, odd=("EMEA",)),
        "Industry": draw.cell(industry, 0.2),
        "No. of Employees": draw.cell(size(draw, employees), 0.2, odd=("many",)),
        "Annual Revenue": draw.cell(f"${revenue}M" if draw.chance(0.6) else f"{revenue * 1_000_000:,}", 0.45),
        "Annual Budget": draw.cell(budget, 0.5, odd=("ask her", "€40k", "tbc")),
        "Budget Range": budget if budget in ("25-50k", "50k+") else "",
        "Seats": draw.cell(str(draw.number(1, 40) * 10), 0.6),
        "Pain Points": draw.cell(untidy(draw, "; ".join(pains)), 0.45),
        "Use Case": draw.cell(draw.one_of(USE_CASES), 0.55),
        "Decision Date": draw.cell(
            draw.day(date(2026, 8, 1), date(2027, 12, 31)), 0.5, odd=("soon", "Q1", "2027-02-30")
        ),
        "Webinars Attended": draw.cell(str(draw.number(0, 6)), 0.4),
        "Page Views": draw.cell(str(draw.number(0, 9) * draw.number(0, 9)), 0.15),
        "Last Visit": draw.cell(draw.day(date(2026, 5, 1), EXPORTED), 0.25),
        "Demo Requested": "yes" if draw.chance(0.1) else "",
        "Existing Customer": "x" if draw.chance(0.06) else "",
        "Competitor": "TRUE" if draw.chance(0.02) else "",
        "Email Opt Out": "1" if draw.chance(0.04) else "",
        "Lead Source": draw.one_of(SOURCES),
        "Created": draw.day(date(2024, 1, 1), date(2026, 4, 30)),
    }


def plain(name: str) -> str:
    """Return a name as in an e-mail address."""
    return name.lower().translate(str.maketrans(PLAIN))


def untidy(draw: Draw, text: str) -> str:
    """Return a text as some people type it."""
    if draw.chance(0.8):
        return text
    return draw.one_of((text.upper(), text.lower(), f" {text} ", text.replace(" ", "  ")))


def size(draw: Draw, employees: int) -> str:
    """Return a number of employees as a number, or as one of the ranges of a form."""
    if draw.chance(0.55):
        return f"{employees:,}" if draw.chance(0.5) else str(employees)
    for low, high in EMPLOYEE_BANDS:
        if employees <= high:
            return f"{low:,}-{high:,}" if draw.chance(0.8) else f"{low} – {high}"
    return "5,000+"


def money(draw: Draw) -> str:
    """Return an amount in one of the usual notations."""
    amount = BUDGETS[draw.number(0, len(BUDGETS) - 1)]
    return draw.one_of((f"{amount:,}", str(amount), f"${amount:,}", f"${amount / 1000:g}k", f"{amount:,}.00"))


if __name__ == "__main__":
    SAMPLE.write_text(sample(), encoding="utf-8", newline="\n")
    print(f"{SAMPLE}: {ROWS} contacts")
