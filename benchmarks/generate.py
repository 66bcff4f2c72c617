"""Generate the contacts and rule sets of the benchmarks. The same seed gives the same bytes.

    python benchmarks/generate.py contacts 1000000 contacts.csv
    python benchmarks/generate.py rules 200 rules.lead

Contacts have 20 columns of text, as untidy as a CRM export: a tenth to a third of most columns is blank, a third of the
company sizes are bands such as `51-200`, budgets come as `$40k` and as `25,000`, there are thousands of job titles, in
any case and not all in ASCII, and almost every e-mail address is its own. The contacts of a small file are the first of
a large one; any number is written in bounded memory.

The rules are made in routing_book.py; vocabulary.py is what both speak of.
"""

import argparse
import random
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from routing_book import rules_for
from vocabulary import (
    BANDS,
    COMPANIES,
    COUNTRIES,
    DETAILS,
    FUNCTIONS,
    GOALS,
    INDUSTRIES,
    LEVELS,
    NAMES,
    PAINS,
    PLACES,
    SOURCES,
    SURNAMES,
    TARGET_ACCOUNTS,
    TITLE_FORMS,
    TITLE_TAILS,
)

BATCH = 65_536
TODAY = np.datetime64("2026-11-01")  # `--as-of` this day


def contacts(rows: int, seed: int = 1) -> Iterator[pa.RecordBatch]:
    """Yield contacts in batches of at most 65,536 rows; all columns are text."""
    for number, start in enumerate(range(0, rows, BATCH)):
        yield batch(np.random.default_rng((seed, number)), start).slice(0, rows - start)


def batch(rng: np.random.Generator, start: int) -> pa.RecordBatch:
    """Return a full batch of contacts that follows the first `start` contacts."""
    pool = pools()
    company = rng.integers(0, len(COMPANIES), BATCH)
    email = pc.binary_join_element_wise(
        pc.binary_join_element_wise(one_of(rng, pool["names"]), one_of(rng, pool["surnames"]), "."),
        pool["domains"].take(pa.array(company)),
        "@",
    )
    return pa.RecordBatch.from_pydict(
        {
            "id": pc.utf8_lpad(numbers(np.arange(start + 1, start + 1 + BATCH)), 8, "0"),
            "email": blanks(rng, 0.12, email),
            "company": blanks(rng, 0.02, pool["companies"].take(pa.array(company))),
            "title": blanks(rng, 0.15, one_of(rng, pool["titles"], skew=2)),
            "country": blanks(rng, 0.10, one_of(rng, pool["countries"], skew=1.3)),
            "industry": blanks(rng, 0.18, one_of(rng, pool["industries"])),
            "employees": blanks(
                rng,
                0.15,
                mixed(
                    rng,
                    (0.60, numbers(log_normal(rng, 250, 1.8))),
                    (0.39, one_of(rng, pool["bands"])),
                    (0.01, one_of(rng, pool["notes"])),
                ),
            ),
            "revenue": blanks(
                rng,
                0.30,
                mixed(rng, (0.6, numbers(log_normal(rng, 30_000_000, 1.6))), (0.4, one_of(rng, pool["millions"]))),
            ),
            "budget": blanks(
                rng,
                0.30,
                mixed(
                    rng,
                    (0.35, one_of(rng, pool["amounts"])),
                    (0.30, one_of(rng, pool["thousands"])),
                    (0.20, numbers(log_normal(rng, 30_000, 1.2))),
                    (0.13, one_of(rng, pool["budget_bands"])),
                    (0.02, one_of(rng, pool["notes"])),
                ),
            ),
            "decision_date": blanks(rng, 0.30, days(rng, -90, 540)),
            "last_visit": blanks(rng, 0.20, days(rng, -400, 0)),
            "created": days(rng, -1000, 0),
            "webinars": blanks(rng, 0.25, numbers(rng.geometric(0.45, BATCH) - 1)),
            "page_views": blanks(rng, 0.10, numbers(rng.geometric(0.08, BATCH) - 1)),
            "pain_points": blanks(rng, 0.30, one_of(rng, pool["pains"])),
            "use_case": blanks(rng, 0.30, one_of(rng, pool["use_cases"], skew=2)),
            "source": blanks(rng, 0.05, one_of(rng, pool["sources"])),
            "is_customer": blanks(rng, 0.01, flags(rng, 0.06)),
            "unsubscribed": blanks(rng, 0.02, flags(rng, 0.04)),
            "demo_requested": blanks(rng, 0.20, flags(rng, 0.10)),
        }
    )


@cache
def pools() -> dict[str, pa.Array]:
    """Return the texts from which cells are drawn."""
    rng = random.Random(0)
    made = {
        "names": NAMES,
        "surnames": SURNAMES,
        "companies": [f"{accented(stem).title()} {kind}" for stem, kind in COMPANIES],
        "domains": [f"{stem}-{kind.lower()}.example" for stem, kind in COMPANIES],
        "titles": [title(rng) for _ in range(12_000)],
        "countries": COUNTRIES,
        "industries": INDUSTRIES,
        "bands": BANDS,
        "notes": ("ask", "tbd", "unknown", "see notes"),
        "millions": [f"${number / 10:g}M" for number in range(1, 4_000)],
        "amounts": [f"{number * 500:,}" for number in range(2, 400)],
        "thousands": [f"${number}k" for number in range(1, 250)],
        "budget_bands": ("$10k-$25k", "$25k-$50k", "50-100k", "<$10k", "up to $20k", "100k+"),
        "pains": [";".join(rng.sample(PAINS, rng.choice((1, 1, 2, 3)))) for _ in range(3_000)],
        "use_cases": [
            f"{goal} {place}{detail}".capitalize() for detail, goal, place in product(DETAILS, GOALS, PLACES)
        ],
        "sources": SOURCES,
        "missing": ("", "", "", "", "", "", "N/A", "-"),
        "yes": ("yes", "TRUE", "1"),
        "no": ("no", "FALSE", "0"),
        "days": np.arange(TODAY - 1000, TODAY + 1000).astype(str).tolist(),
    }
    return {name: pa.array(texts) for name, texts in made.items()}


def accented(stem: str) -> str:
    """Return the stem of a company name, sometimes with a letter that its domain cannot have."""
    return stem.replace("ho", "hø").replace("ju", "jü")


def title(rng: random.Random) -> str:
    """Return a job title as people type it."""
    levels, _ = rng.choices(list(LEVELS.values()), [share for _, share in LEVELS.values()])[0]
    level, function = rng.choice(levels), rng.choice(FUNCTIONS)
    if level == "Chief":
        text = f"Chief {function} Officer"
    elif level.endswith(" of"):
        text = f"{level} {function}"
    else:
        text = rng.choice(TITLE_FORMS).format(level=level, function=function)
    text += rng.choice(TITLE_TAILS)
    return rng.choice((text, text, text, text, text.upper(), text.lower(), text.replace(" ", "  ")))


def one_of(rng: np.random.Generator, pool: pa.Array, skew: float = 1) -> pa.Array:
    """Return a text of the pool for each contact; with a skew above 1, the first ones are more frequent."""
    return pool.take(pa.array((rng.random(BATCH) ** skew * len(pool)).astype(np.int64)))


def mixed(rng: np.random.Generator, *columns: tuple[float, pa.Array]) -> pa.Array:
    """Return a column with cells from several columns, each with its share."""
    shares = np.cumsum([share for share, _ in columns])
    return pc.choose(pa.array(np.searchsorted(shares[:-1], rng.random(BATCH))), *(column for _, column in columns))


def blanks(rng: np.random.Generator, share: float, column: pa.Array) -> pa.Array:
    return mixed(rng, (1 - share, column), (share, one_of(rng, pools()["missing"])))


def flags(rng: np.random.Generator, share: float) -> pa.Array:
    return mixed(rng, (share, one_of(rng, pools()["yes"])), (1 - share, one_of(rng, pools()["no"])))


def numbers(values: np.ndarray) -> pa.Array:
    return pa.array(values).cast(pa.string())


def log_normal(rng: np.random.Generator, median: float, spread: float) -> np.ndarray:
    return np.maximum(1, rng.lognormal(np.log(median), spread, BATCH)).astype(np.int64)


def days(rng: np.random.Generator, first: int, last: int) -> pa.Array:
    """Return dates, from `first` to `last` days after TODAY."""
    return pools()["days"].take(pa.array(rng.integers(first, last + 1, BATCH) + 1000))


def csv_text(contacts: pa.RecordBatch) -> memoryview:
    """Return contacts as lines of CSV, with quotes only where needed."""
    lines = pc.binary_join_element_wise(*map(quoted, contacts.columns), ",")
    lines = pc.binary_join_element_wise(lines, "", "\n")
    offsets = np.frombuffer(lines.buffers()[1], np.int32)
    return memoryview(lines.buffers()[2])[offsets[lines.offset] : offsets[lines.offset + len(lines)]]


def quoted(column: pa.Array) -> pa.Array:
    needed = pc.match_substring_regex(column, '[",\n]')
    in_quotes = pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', "")
    return pc.if_else(needed, in_quotes, column)


# --- The command -----------------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description="Make contacts or rules for the benchmarks.")
    parser.add_argument("what", choices=("contacts", "rules"))
    parser.add_argument("count", type=int, help="how many")
    parser.add_argument("out", type=Path, help="the CSV or rule file to write; rules have their accounts beside it")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    if wanted.what == "contacts":
        write_contacts(wanted.out, wanted.count, wanted.seed)
    else:
        write_rules(wanted.out, wanted.count, wanted.seed)


def write_contacts(path: Path, rows: int, seed: int = 1) -> None:
    with path.open("wb") as file:
        file.write(",".join(batch(np.random.default_rng(seed), 0).schema.names).encode() + b"\n")
        for some in contacts(rows, seed):
            file.write(csv_text(some))


def write_rules(path: Path, count: int, seed: int = 1) -> None:
    accounts = path.with_name("accounts.csv")
    accounts.write_text("Domain\n" + "".join(f"{domain}\n" for domain in TARGET_ACCOUNTS), encoding="utf-8")
    path.write_text(rules_for(count, seed, accounts.name), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
