"""Mistakes and doubts in what somebody wrote: what they are, where, and what to do about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qualify.source import Span

# Every code, and what it is about. E mistakes, W doubts; 1 reading, 2 names, 3 types and values, 4 files and bounds of
# rules, 5 field files, 6 contact files and runs. A code is never given another meaning.
CODES: dict[str, str] = {
    "E101": "a statement that cannot be read",
    "E102": "`and` and `or` together without brackets",
    "E103": "`and` or `or` after a list in a line without brackets",
    "E104": "a text without its closing quote",
    "E105": "a value or half a test that stands alone, where a condition should",
    "E106": "a number or date that there is not, or one out of bounds",
    "E107": "a text without double quotes",
    "E108": "a word of the language as a name",
    "E109": "a currency that there is not, in a rule",
    "E110": "a comma between numbers without a space after it",
    "E201": "the same name twice",
    "E202": "a definition that uses itself, even through others",
    "E203": "a field that does not exist",
    "E204": "a list, criterion, score, grade or rule that does not exist",
    "E205": "a stage that does not exist",
    "E206": "a name of one thing where another should stand",
    "E207": "what belongs to the first file, said twice or in a used file",
    "E208": "a name that another column of the output has",
    "E209": "two field files that do not agree",
    "E301": "a test of another type, or a field that is no condition",
    "E302": "a value of another type than the field",
    "E303": "a field that is asked for two types",
    "E304": "two currencies",
    "E305": "a value that the field or grade never has",
    "E306": "numbers, bands or ends that make no sense",
    "E307": "arithmetic without a meaning",
    "E308": "a text that is never found",
    "E309": "a double negative",
    "E310": "an example whose outcome depends on the day",
    "E401": "a file that is not there or cannot be opened",
    "E402": "a file outside the folder of the rules",
    "E403": "rule files that use each other in a circle",
    "E404": "a file that is not text in UTF-8, or not CSV",
    "E405": "a file named by rules that came as text",
    "E406": "a `use` of something else than rules or fields",
    "E407": "a list file without values",
    "E408": "a column that a list file does not have",
    "E410": "a file that is too large",
    "E411": "nesting that is too deep",
    "E412": "too many of something",
    "E501": "a field file that is not YAML",
    "E502": "a field file that is too large, or nested too deeply",
    "E503": "an alias (`*name`), which stands for something written elsewhere",
    "E504": "a tag (`!!name`), which would make something else of a text",
    "E505": "a setting that does not exist",
    "E506": "the same name twice in a field file",
    "E507": "a value of the wrong shape: a text, a list, or names with values",
    "E508": "a type that does not exist",
    "E509": "a currency that does not exist, in a field file",
    "E510": "a setting that does not go with the field's type",
    "E511": "a date format that does not give day, month and year",
    "E512": "a value that is not among the field's `values`",
    "E513": "a `blank` that cannot be read as the field's type",
    "E514": "a name that rules could not use",
    "E515": "a decimal sign other than `.` and `,`",
    "E516": "neither yes nor no",
    "E601": "a column that the rules need and a contact file lacks",
    "E602": "a field that several columns of a contact file would fit",
    "E603": "a column of the contacts with the name of one that is added",
    "W101": "a number with commas inside a list",
    "W102": "a number such as 25.000, which may mean 25,000",
    "W103": "a text with spaces around it, which do not count",
    "W104": "one text with a comma in it where a list may be meant",
    "W201": "a name close to another one",
    "W202": "no rule",
    "W203": "a day of review that has passed",
    "W204": "a word without quotes that is taken for a field",
    "W205": "a list from a CSV file that names no column",
    "W611": "cells that cannot be read",
    "W612": "cells that are not among the field's `values`",
    "W613": "cells such as 25.000, or 25,000 with a decimal comma, which may mean thousands",
    "W614": "a field that is unknown for most contacts",
    "W615": "rows that cannot be read",
    "W616": "a contact file without contacts",
    "W617": "cells of a text field that show an error of a spreadsheet",
    "W621": "a rule for `excluded` that could not tell of some contacts",
}


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake (its code begins with E) or doubt (W), in the writer's words; its text is as people read it.

    `span` is its place (`span.source.name`, `span.line`), None where it is about no place of a file. `hint` can be
    pasted or followed; `notes` name other places that belong to it.
    """

    code: str
    message: str
    span: Span | None
    hint: str | None = None
    notes: tuple[tuple[str, Span], ...] = ()

    @property
    def is_error(self) -> bool:
        return self.code.startswith("E")

    def __str__(self) -> str:
        return render(self)


def errors(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the mistakes among mistakes and doubts."""
    return [diagnostic for diagnostic in diagnostics if diagnostic.is_error]


def render(diagnostic: Diagnostic) -> str:
    """Return a diagnostic as people read it: place, code, message, the line with the place underlined, the hint."""
    word = "error" if diagnostic.is_error else "warning"
    head = f"{word} {diagnostic.code}: {diagnostic.message}"
    lines = [f"{diagnostic.span}: {head}", *_quoted(diagnostic.span)] if diagnostic.span else [head]
    margin = " " * (len(str(diagnostic.span.line)) if diagnostic.span else 0)
    lines += [f"{margin} = {text}" for text in (diagnostic.hint or "").splitlines()]
    for text, span in diagnostic.notes:
        lines += [f"{margin} = {text}: {span}"]
    return "\n".join(lines)


WIDEST_QUOTE = 160  # characters of a line that are shown


def _quoted(span: Span) -> list[str]:
    number, column = span.source.line_and_column(span.start)
    line = span.source.line(number)
    # Of a very long line only the part around the place is shown; tabs are one space, so that the mark stands right.
    first = max(0, column - 1 - WIDEST_QUOTE // 2) if len(line) > WIDEST_QUOTE else 0
    shown = line[first : first + WIDEST_QUOTE].replace("\t", " ").rstrip()
    start = column - 1 - first
    length = max(1, min(span.end - span.start, len(shown) - start))
    margin = " " * len(str(number))
    return [f"{margin} |", f"{number} | {shown}", f"{margin} | {' ' * start}{'^' * length}"]
