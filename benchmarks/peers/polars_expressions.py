"""Polars: the rules as expressions, in one lazy query from file to file on its streaming engine.

The cells are read once. Polars finds the sub-expressions that rules share by itself, and runs on all cores. Its nulls
do what a rule does with an unknown.

    python -m peers.polars_expressions RULES SEED CONTACTS OUT
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from pathlib import Path

import polars as pl
from common_rules import OTHERWISE, Pair, Rule, Test, Value, common_rules, phrase

from peers.typed import AMOUNTS, BANDS, DATES, FLAG_CELLS, FLAGS, MISSING, NUMBERS, TEXTS, WORDS

FORMS: Mapping[str, Callable[[str, Value], pl.Expr]] = {
    "mentions": lambda c, v: _col(f"{c}_words").str.contains(phrase(v), literal=True),
    "contains": lambda c, v: _col(c).str.contains(v.lower(), literal=True),
    "starts_with": lambda c, v: _col(c).str.starts_with(v.lower()),
    "ends_with": lambda c, v: _col(c).str.ends_with(v.lower()),
    "includes": lambda c, v: _col(c).list.contains(v.lower()),
    "at_least": lambda c, v: _col(c) >= v,
    "more_than": lambda c, v: _col(c) > v,
    "at_most": lambda c, v: _col(c) <= v,
    "less_than": lambda c, v: _col(c) < v,
}
PAIRS: Mapping[str, Callable[[str, Pair], pl.Expr]] = {
    "between": lambda c, v: _col(c).is_between(*v),
    "within": lambda c, v: (_col(f"{c}_low") >= v[0]) & (_col(f"{c}_high") <= v[1]),
}
ALONE: Mapping[str, Callable[[str], pl.Expr]] = {
    "yes": lambda c: _col(c),
    "no": lambda c: ~_col(c),
    "is_known": lambda c: _col(c).is_not_null(),
    "is_unknown": lambda c: _col(c).is_null(),
}
ONE_OF: Mapping[str, Callable[[str, list[Value]], pl.Expr]] = {
    "is": lambda c, vs: _col(c).is_in([value.lower() for value in vs]),
    "equals": lambda c, vs: _col(c).is_in(vs),
}


def _col(name: str) -> pl.Expr:
    return pl.col(f"_{name}")


def tested(test: Test) -> pl.Expr:
    if test.form in ALONE:
        return ALONE[test.form](test.column)
    if test.form in ONE_OF:
        found = ONE_OF[test.form](test.column, list(test.values))
    else:
        form = (FORMS | PAIRS)[test.form]
        found = reduce(and_ if test.how == "all" else or_, [form(test.column, value) for value in test.values])
    return ~found if test.how == "none" else found


def condition(rule: Rule) -> pl.Expr:
    tests = [tested(test) for test in rule.tests]
    if rule.is_conjunction:
        return reduce(and_, tests)
    return pl.sum_horizontal(test.fill_null(False).cast(pl.UInt8) for test in tests) >= rule.needed


def cells() -> dict[str, pl.Expr]:
    """Return each typed column: what stands in a cell is read as peers/typed.py reads it."""
    known = {name: _known(name) for name in (*TEXTS, *AMOUNTS, *NUMBERS, *DATES, *FLAGS, "pain_points")}
    made = {name: known[name].str.to_lowercase().str.strip_chars().str.replace_all(r"\s+", " ") for name in TEXTS}
    for name in WORDS:
        words = known[name].str.to_lowercase().str.replace_all(r"[^\pL\pM\p{Nd}]+", " ").str.strip_chars()
        made[f"{name}_words"] = pl.lit(" ") + words + " "
    for name in AMOUNTS:
        for end, its_name in enumerate(("low", "high")):
            bands = {cell: ends[end] for cell, ends in BANDS.items()}
            made[f"{name}_{its_name}"] = known[name].replace_strict(bands, default=_amount(known[name]))
    made |= {name: _amount(known[name]) for name in NUMBERS}
    made |= {name: known[name].str.to_date("%Y-%m-%d", strict=False) for name in DATES}
    made |= {name: known[name].str.to_lowercase().replace_strict(FLAG_CELLS, default=None) for name in FLAGS}
    made["pain_points"] = known["pain_points"].str.to_lowercase().str.split(";")
    return {f"_{name}": expression for name, expression in made.items()}


def _known(name: str) -> pl.Expr:
    return pl.when(~pl.col(name).is_in(MISSING)).then(pl.col(name))


def _amount(cell: pl.Expr) -> pl.Expr:
    number = cell.str.to_lowercase().str.strip_prefix("$").str.replace_all(",", "", literal=True)
    times = pl.when(number.str.ends_with("k")).then(1e3).when(number.str.ends_with("m")).then(1e6).otherwise(1.0)
    return number.str.strip_chars_end("km").cast(pl.Float64, strict=False) * times


def place(rules: Sequence[Rule], contacts: pl.LazyFrame) -> pl.LazyFrame:
    """Return the contacts with their stage and rule."""
    own = contacts.collect_schema().names()
    # The number of the first rule that is yes. One chain of when and then, as long as the rules, is slower.
    first = pl.coalesce(pl.when(condition(rule)).then(pl.lit(number, pl.UInt16)) for number, rule in enumerate(rules))
    stages = pl.lit(pl.Series([rule.stage for rule in rules]))
    names = pl.lit(pl.Series([rule.name for rule in rules]))
    placed = contacts.with_columns(**cells()).select(*own, _place=first)
    return placed.select(
        *own,
        stage=stages.gather(pl.col("_place")).fill_null(OTHERWISE),
        rule=names.gather(pl.col("_place")),
    )


def main(count: str, seed: str, contacts: str, out: str) -> None:
    table = pl.scan_csv(Path(contacts), infer_schema=False)
    place(common_rules(int(count), int(seed)), table).sink_csv(Path(out))


if __name__ == "__main__":
    main(*sys.argv[1:])
