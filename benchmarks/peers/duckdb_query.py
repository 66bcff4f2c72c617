"""DuckDB: the rules as one query over the file, written as a person who knows DuckDB would write it.

The cells are read once, then one CASE has a branch a rule; DuckDB asks a branch only of the rows that no branch before
it took. A phrase is looked for in the title's words with a space around each, which is much faster than `\\b` in a
pattern. SQL's own null does what a rule does with an unknown. Rows keep their order, as with the others.

    python -m peers.duckdb_query QUERY.sql
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb
from common_rules import OTHERWISE, Dialect, Rule

from peers.typed import AMOUNTS, BANDS, DATES, FLAGS, NUMBERS, TEXTS, WORDS

SQL = Dialect(
    forms={
        "is": "{c} = {v}",
        "equals": "{c} = {v}",
        "mentions": "contains({c}_words, {v})",
        "contains": "contains({c}, {v})",
        "starts_with": "starts_with({c}, {v})",
        "ends_with": "ends_with({c}, {v})",
        "includes": "list_contains({c}, {v})",
        "at_least": "{c} >= {v}",
        "more_than": "{c} > {v}",
        "at_most": "{c} <= {v}",
        "less_than": "{c} < {v}",
        "between": "{c} BETWEEN {a} AND {b}",
        "within": "{c}_low >= {a} AND {c}_high <= {b}",
        "yes": "{c}",
        "no": "NOT {c}",
        "is_known": "{c} IS NOT NULL",
        "is_unknown": "{c} IS NULL",
    },
    one_of={"is": "{c} IN ({vs})", "equals": "{c} IN ({vs})"},
    column="_{}",
    all_of=" AND ",
    any_of=" OR ",
    no="NOT ({})",
    if_so="coalesce(({})::INT, 0)",
    day=lambda day: f"DATE '{day}'",
    quote="'",
)
MACROS = """\
CREATE OR REPLACE TEMP MACRO known(cell) AS CASE WHEN cell IN ('N/A', '-') THEN NULL ELSE cell END;
CREATE OR REPLACE TEMP MACRO folded(cell) AS regexp_replace(lower(trim(known(cell))), '\\s+', ' ', 'g');
CREATE OR REPLACE TEMP MACRO words(cell) AS
  ' ' || trim(regexp_replace(lower(known(cell)), '[^\\pL\\pM\\p{Nd}]+', ' ', 'g')) || ' ';
CREATE OR REPLACE TEMP MACRO amount(cell) AS
  TRY_CAST(rtrim(replace(ltrim(lower(cell), '$'), ',', ''), 'km') AS DOUBLE)
  * CASE lower(right(cell, 1)) WHEN 'k' THEN 1e3 WHEN 'm' THEN 1e6 ELSE 1 END;
CREATE OR REPLACE TEMP MACRO flag(cell) AS
  CASE WHEN lower(cell) IN ('yes', 'true', '1') THEN true WHEN lower(cell) IN ('no', 'false', '0') THEN false END;
"""


def query(rules: Sequence[Rule], contacts: Path, out: Path) -> str:
    """Return the statements that read the contacts, place each and write the file."""
    cells = [f"folded({name}) AS _{name}" for name in TEXTS]
    cells += [f"words({name}) AS _{name}_words" for name in WORDS]
    for name in AMOUNTS:
        cells += [f"{amount_or_band(name, end)} AS _{name}_{('low', 'high')[end]}" for end in (0, 1)]
    cells += [f"amount({name}) AS _{name}" for name in NUMBERS]
    cells += [f"TRY_CAST({name} AS DATE) AS _{name}" for name in DATES]
    cells += [f"flag({name}) AS _{name}" for name in FLAGS]
    cells += ["string_split(lower(known(pain_points)), ';') AS _pain_points"]
    stages = ", ".join(f"'{rule.stage}'" for rule in rules)
    names = ", ".join(f"'{rule.name}'" for rule in rules)
    branches = "\n".join(f"      WHEN {SQL.rule(rule)} THEN {place}" for place, rule in enumerate(rules, 1))
    return f"""{MACROS}
COPY (
  WITH typed AS (
    SELECT *,
      {f",{chr(10)}      ".join(cells)}
    FROM read_csv('{contacts}', header = true, all_varchar = true)
  ),
  placed AS (
    SELECT *, CASE
{branches}
    END AS _place
    FROM typed
  )
  SELECT * EXCLUDE ({", ".join(cell.rpartition(" AS ")[2] for cell in cells)}, _place),
    coalesce([{stages}][_place], '{OTHERWISE}') AS stage,
    [{names}][_place] AS rule
  FROM placed
) TO '{out}' (HEADER, PRESERVE_ORDER true);
"""


def amount_or_band(name: str, end: int) -> str:
    bands = " ".join(f"WHEN '{cell}' THEN {ends[end] or 'NULL'}" for cell, ends in BANDS.items())
    return f"CASE {name} {bands} ELSE amount({name}) END"


if __name__ == "__main__":
    duckdb.execute(Path(sys.argv[1]).read_text(encoding="utf-8"))
