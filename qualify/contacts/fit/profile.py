"""Surveying the cells of contact files: which are unreadable, unknown, or not listed in the field file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qualify.contacts.fit.columns import column_problems
from qualify.contacts.reading.batches import Array, Batch, Input, Integers, ReadOptions
from qualify.contacts.reading.contact_files import open_contacts
from qualify.contacts.reading.typed_cells import as_text, text_of
from qualify.language.cells import NUMERIC, is_allowed, looks_like_thousands, read
from qualify.language.fields import Field, column_positions
from qualify.language.kinds import Kind, Unreadable
from qualify.model.rules import Model
from qualify.targets.batch.added_columns import clashes
from qualify.targets.batch.decisions import Counts, Decided
from qualify.targets.batch.engine import Engine
from qualify.targets.batch.values.distinct import distinct_cells
from qualify.text.diagnostics import Diagnostic
from qualify.text.phrasing import in_a_line

MAX_TEXTS = 10_000  # distinct texts counted per field
COMMONEST = 5
DATES = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d %B %Y", "%d %b %Y")
SPREADSHEET_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!")
NEGATIVE = ("n", "f", "0")  # words that mean no often begin with these: nein, non, falsch

Texts: TypeAlias = tuple[tuple[str, int], ...]  # with their counts, most frequent first


@dataclass(frozen=True, slots=True)
class FieldSurvey:
    """Counts of the cells of one field; `unreadable`, `unlisted` and `thousands` have the most frequent texts."""

    field: str
    column: str
    cells: int
    unknown: int  # blank (unless the field gives blanks a meaning), missing or unreadable
    unreadable_cells: int = 0
    unreadable: Texts = ()
    unlisted: Texts = ()
    thousands: Texts = ()
    decimal: str = "."
    errors: Texts = ()  # error values of spreadsheets in a text field
    remedy: str | None = None  # what to write in the field file so that the cells can be read


class Survey:
    """Counts what the engine does not: unlisted values, possible thousands separators, spreadsheet errors."""

    def __init__(self, model: Model, columns_by_file: Iterable[Sequence[str]]) -> None:
        self._fields = model.fields
        headers: dict[str, str] = {}  # from the first file that has the column
        for columns in columns_by_file:
            headers = {
                name: columns[place] for name, place in column_positions(model.fields.values(), columns).items()
            } | headers
        self._headers = {name: headers[name] for name in model.fields if name in headers}
        self._cells = 0
        self._unlisted: dict[str, Counter[str]] = defaultdict(Counter)
        self._thousands: dict[str, Counter[str]] = defaultdict(Counter)
        self._errors: dict[str, Counter[str]] = defaultdict(Counter)
        self._error_texts = {name: _error_texts(self._fields[name]) for name in self._headers}

    def add(self, batch: Batch, decided: Decided) -> None:
        self._cells += len(decided)
        for name, place in column_positions(self._fields.values(), batch.cells.schema.names).items():
            one, coded = self._fields[name], decided.cells.get(name)
            column = batch.cells.column(place) if coded is None else coded
            is_mixed = pa.types.is_union(column.type)
            cells = distinct_cells(column) if one.values or is_mixed else None
            if one.values and cells:
                unlisted = {number: cell for number, cell in enumerate(cells.cells) if _is_unlisted(cell, one)}
                _count(self._unlisted[name], unlisted, cells.codes)
            if is_mixed and cells:
                thousands = {number: cell for number, cell in enumerate(cells.cells) if looks_like_thousands(cell, one)}
                _count(self._thousands[name], thousands, cells.codes)
            self._errors[name].update(_found_in(column, self._error_texts[name]))
            if one.kind in NUMERIC and coded is not None:
                pointed = pc.indices_nonzero(pc.match_substring_regex(coded.dictionary, rf"\d[{one.decimal}]\d{{3}}"))
                texts = zip(pointed.to_pylist(), coded.dictionary.take(pointed).to_pylist(), strict=True)
                thousands = {number: text for number, text in texts if looks_like_thousands(text, one)}
                _count(self._thousands[name], thousands, coded.indices.drop_null())

    def fields(self, counts: Counts) -> tuple[FieldSurvey, ...]:
        """Return the results so far, in the order of the fields; `counts` come from the engine."""
        return tuple(
            FieldSurvey(
                name,
                self._headers[name],
                self._cells,
                counts.unknown[name],
                counts.unreadable[name],
                tuple(counts.unreadable_texts.get(name, Counter()).most_common(COMMONEST)),
                tuple(self._unlisted[name].most_common(COMMONEST)),
                tuple(self._thousands[name].most_common(COMMONEST)),
                self._fields[name].decimal,
                tuple(self._errors[name].most_common(COMMONEST)),
                self._remedy(name, counts),
            )
            for name in self._headers
        )

    def _remedy(self, name: str, counts: Counts) -> str | None:
        """Return what is likely to help if most cells are unreadable because of the way they are written."""
        one = self._fields[name]
        texts = [in_a_line(text) for text, _ in counts.unreadable_texts.get(name, Counter()).most_common(COMMONEST)]
        if one.kind is Kind.FLAG and counts.unreadable[name] * 2 > self._cells:
            meant = ", ".join(f'"{text}": {_likely_meaning(text)}' for text in texts if '"' not in text)
            return f"say what they mean, in the field file: {name}: {{synonyms: {{{meant}}}}}" if meant else None
        if texts and one.kind is Kind.DATE and counts.unknown[name] == self._cells:
            fitting = [form for form in DATES if _reads_all(replace(one, format=form), texts)]
            lines = " or ".join(f'{name}: {{format: "{form}"}}' for form in fitting)
            return f"say how its dates are written, in the field file: {lines}" if lines else None
        return None


def _likely_meaning(word: str) -> str:
    return "no" if word[:1].casefold() in NEGATIVE else "yes"


def _reads_all(one: Field, texts: Sequence[str]) -> bool:
    return not any(isinstance(read(text, one), Unreadable) for text in texts)


def _count(counter: Counter[str], wanted: Mapping[int, object], numbers: Integers | Array) -> None:
    """Count how often the wanted cells, keyed by number, occur among the numbers of all cells."""
    if wanted:
        counts = np.bincount(numbers, minlength=max(wanted) + 1)
        for number, cell in wanted.items():
            text = text_of(cell) or ""
            if counts[number] and (text in counter or len(counter) < MAX_TEXTS):
                counter[text] += int(counts[number])


def _error_texts(one: Field) -> Array:
    """Return the error values that a field reads as text; for other types, they are unreadable or missing."""
    is_text = one.kind in (Kind.TEXT, None)
    return pa.array([text for text in SPREADSHEET_ERRORS if is_text and read(text, one) is not None], pa.string())


def _found_in(column: Array, texts: Array) -> dict[str, int]:
    """Return how often each of the texts occurs in a column."""
    if pa.types.is_dictionary(column.type):
        if not pc.any(pc.is_in(column.dictionary, value_set=texts)).as_py():
            return {}  # the usual case, which avoids looking at the rows
        column = column.cast(pa.string())
    if pa.types.is_union(column.type):
        column = as_text(column)
    if not len(texts) or not pa.types.is_string(column.type):
        return {}
    return Counter(column.filter(pc.is_in(column, value_set=texts)).to_pylist())


def _is_unlisted(cell: object, one: Field) -> bool:
    known = read(cell, one)
    return known is not None and not isinstance(known, Unreadable) and not is_allowed(known, one)


def cell_doubts(surveys: Sequence[FieldSurvey]) -> tuple[Diagnostic, ...]:
    """Return the warnings about the cells of each field."""
    return tuple(doubt for survey in surveys for doubt in _doubts(survey))


def _doubts(one: FieldSurvey) -> Iterator[Diagnostic]:
    where = f"`{one.field}`" if one.field == one.column else f"`{one.field}` (column `{in_a_line(one.column)}`)"
    if one.unreadable_cells:
        message = (
            f"{where}: {one.unreadable_cells:,} of {one.cells:,} cells cannot be read: {with_counts(one.unreadable)}"
        )
        yield Diagnostic("W611", message, None, "; ".join(filter(None, ("they count as unknown", one.remedy))))
    if one.errors:
        message = f"{where}: cells with a spreadsheet error: {with_counts(one.errors)}"
        yield Diagnostic("W617", message, None, "they count as text; to make them unknown, add them to `missing`")
    if one.unlisted:
        message = f"{where}: values that are not in `values`: {with_counts(one.unlisted)}"
        yield Diagnostic("W612", message, None, "add them to `values`, or as `synonyms` of an existing one")
    if one.thousands:
        sign, meant = ("point", ",") if one.decimal == "." else ("comma", ".")
        message = f"{where}: {with_counts(one.thousands)} are read as less than 1,000: the {sign} is the decimal sign"
        remedy = f'{one.field}: {{decimal: "{meant}"}}'
        yield Diagnostic("W613", message, None, f"if it separates thousands, in the field file: {remedy}")
    if one.cells and one.unknown * 2 > one.cells:
        message = f"{where}: unknown for {one.unknown:,} of {one.cells:,} contacts"
        yield Diagnostic("W614", message, None)


def row_doubts(inputs: Sequence[Input], hint: str | None = None) -> Iterator[Diagnostic]:
    """Yield a warning for each file with rejected rows, which gets the hint, or without rows."""
    for one in inputs:
        if one.rejected:
            reasons = "; ".join(f"{reason} ({count:,})" for reason, count in one.reasons)
            message = f"`{one.path}`: {one.rejected:,} of {one.records:,} rows cannot be read: {reasons}"
            yield Diagnostic("W615", message, None, hint)
        elif not one.rows:
            yield Diagnostic("W616", f"there are no contacts in `{one.path}`", None, "it has only a header")


def with_counts(texts: Texts) -> str:
    """Return texts with their counts: `"ask her" (12), "tbd" (3)`."""
    return ", ".join(f'"{in_a_line(text[:60])}" ({count:,})' for text, count in texts)


def doubts_of_file(model: Model, file: str, reading: ReadOptions, today: date) -> tuple[Diagnostic, ...]:
    """Return the errors and warnings of one contact file."""
    with open_contacts([file], reading) as contacts:
        problems = (*column_problems(model, contacts.columns, file), *clashes(model, contacts.columns, ""))
        survey, counts = Survey(model, [contacts.columns]), Counts()
        engine = Engine(model, today)
        for batch in contacts.batches():
            decided = engine.decide(engine.read(batch.cells))
            survey.add(batch, decided)
            counts.add(decided.counts)
        hint = "`qualify run` writes them to rejected.csv with the reasons"
        return (*problems, *cell_doubts(survey.fields(counts)), *row_doubts(contacts.inputs, hint))
