"""What a contact file says of the rules: columns that it lacks, cells that cannot be read, values not listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qualify.cells import in_values, looks_like_thousands, read
from qualify.contacts.batch import Array, Batch, Input
from qualify.diagnostics import Diagnostic
from qualify.meaning import Meaning
from qualify.schema import Field, Unreadable, bind, closest

MOST_TEXTS = 10_000  # distinct texts counted for one field; what comes after them is counted, but not told
COMMONEST = 5

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class FieldSurvey:
    """What the cells of one field are like; `unreadable`, `unlisted` and `thousands` have the commonest texts."""

    field: str
    column: str
    cells: int
    unknown: int  # blank, missing or unreadable, and with no meaning given to a blank
    unreadable_cells: int = 0
    unreadable: Counts = ()
    unlisted: Counts = ()
    thousands: Counts = ()


def column_problems(meaning: Meaning, columns: Sequence[str], file: str) -> tuple[Diagnostic, ...]:
    """Return the columns that the rules need and a file lacks, and those that could be one of several."""
    bound = bind(meaning.fields.values(), columns)
    taken = {columns[position] for position in bound.positions.values() if position is not None}
    free = [column for column in columns if column not in taken]
    problems = [_missing(meaning.fields[name], free, file) for name in bound.missing]
    for name, headers in bound.ambiguous.items():
        several = ", ".join(f"`{header}`" for header in headers)
        problems.append(
            Diagnostic(
                "E602",
                f"`{name}` could be more than one column of `{file}`: {several}",
                None,
                f"name one in the field file: {name}: {{column: …}}; if they are spelt alike, rename one",
            )
        )
    return tuple(problems)


def _missing(wanted: Field, free: Sequence[str], file: str) -> Diagnostic:
    named = " or ".join(f"`{column}`" for column in wanted.columns)
    where = f" ({named})" if named else ""
    likely = closest(wanted.name, free) or next(filter(None, (closest(name, free) for name in wanted.columns)), None)
    hint = (
        f'did you mean the column `{likely}`? in the field file: {wanted.name}: {{column: "{likely}"}}'
        if likely
        else f"if files may lack it, in the field file: {wanted.name}: {{optional: yes}}"
    )
    return Diagnostic("E601", f"`{file}` has no column for `{wanted.name}`{where}", None, hint)


# --- cells -----------------------------------------------------------------------------------------------------


@dataclass
class Survey:
    """Counts cells, batch by batch; each distinct text of a batch is read once."""

    meaning: Meaning
    columns: Sequence[str]
    _counted: dict[str, _Counted] = field(default_factory=dict)

    def add(self, batch: Batch) -> None:
        for name, position in bind(self.meaning.fields.values(), self.columns).positions.items():
            if position is not None:
                counted = self._counted.setdefault(name, _Counted(self.meaning.fields[name]))
                counted.add(batch.table.column(position))

    def fields(self) -> tuple[FieldSurvey, ...]:
        """Return what was found so far, in the order of the fields."""
        positions = bind(self.meaning.fields.values(), self.columns).positions
        headers: Mapping[str, str] = {
            name: self.columns[position] for name, position in positions.items() if position is not None
        }
        return tuple(counted.result(headers[name]) for name, counted in self._counted.items())


@dataclass
class _Counted:
    its_field: Field
    cells: int = 0
    unknown: int = 0
    unreadable_cells: int = 0
    unreadable: Counter[str] = field(default_factory=Counter)
    unlisted: Counter[str] = field(default_factory=Counter)
    thousands: Counter[str] = field(default_factory=Counter)

    def add(self, array: Array) -> None:
        for entry in array.value_counts().to_pylist():
            self._add(entry["values"], entry["counts"])

    def _add(self, cell: object, count: int) -> None:
        known = read(cell, self.its_field)
        self.cells += count
        if known is None:
            self.unknown += count
        elif isinstance(known, Unreadable):
            self.unknown += count
            self.unreadable_cells += count
            _count(self.unreadable, known.text, count)
        elif not in_values(known, self.its_field):
            _count(self.unlisted, str(cell), count)
        elif looks_like_thousands(cell, self.its_field):
            _count(self.thousands, str(cell), count)

    def result(self, column: str) -> FieldSurvey:
        return FieldSurvey(
            self.its_field.name,
            column,
            self.cells,
            self.unknown,
            self.unreadable_cells,
            tuple(self.unreadable.most_common(COMMONEST)),
            tuple(self.unlisted.most_common(COMMONEST)),
            tuple(self.thousands.most_common(COMMONEST)),
        )


def _count(counter: Counter[str], text: str, count: int) -> None:
    if text in counter or len(counter) < MOST_TEXTS:
        counter[text] += count


def cell_doubts(surveys: Sequence[FieldSurvey]) -> tuple[Diagnostic, ...]:
    """Return what is doubtful about the cells of a file, a field at a time."""
    return tuple(doubt for survey in surveys for doubt in _doubts(survey))


def _doubts(one: FieldSurvey) -> Iterator[Diagnostic]:
    where = f"`{one.field}`" if one.field == one.column else f"`{one.field}` (column `{one.column}`)"
    if one.unreadable_cells:
        message = f"{where}: {one.unreadable_cells:,} of {one.cells:,} cells cannot be read: {told(one.unreadable)}"
        yield Diagnostic("W611", message, None, "they count as unknown")
    if one.unlisted:
        message = f"{where}: values that are not in `values`: {told(one.unlisted)}"
        yield Diagnostic("W612", message, None, "add them to `values`, or as `synonyms` of one that is there")
    if one.thousands:
        message = f"{where}: {told(one.thousands)} read as numbers below 1,000"
        yield Diagnostic("W613", message, None, 'if the point stands between thousands: decimal: "," in the field file')
    if one.cells and one.unknown * 2 > one.cells:
        message = f"{where}: not known for {one.unknown:,} of {one.cells:,} contacts"
        yield Diagnostic("W614", message, None)


def rows_rejected(inputs: Sequence[Input]) -> Iterator[Diagnostic]:
    """Yield a doubt for each file of which some rows could not be read."""
    for one in inputs:
        if one.rejected:
            message = f"`{one.path}`: {one.rejected:,} of {one.records:,} rows cannot be read"
            yield Diagnostic("W615", message, None, "`qualify run` writes them to rejected.csv, each with the reason")


def told(counts: Counts) -> str:
    """Return texts with how often they occur: `"ask her" (12), "tbd" (3)`."""
    return ", ".join(f'"{text[:60]}" ({count:,})' for text, count in counts)
