"""The rule set that callers hold: read from a file or from text, checked, and ready to place contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualify.checking.check import check
from qualify.language.cells import cell_text
from qualify.model.rules import Model
from qualify.parsing.project import Project, read_project
from qualify.parsing.sandbox import Folder, NotReadableError, contents, decoded
from qualify.text.diagnostics import Diagnostic, errors, render
from qualify.text.source import Source

if TYPE_CHECKING:
    import pyarrow as pa

    from qualify.decision import Decision
    from qualify.targets.single import Single


class RulesRejected(Exception):  # noqa: N818  # the public name
    """The rules have mistakes: all of them, with the doubts, are in `diagnostics`."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(diagnostics)  # as they came, so that a worker process can send it
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        return "\n\n".join(render(diagnostic) for diagnostic in errors(self.diagnostics))


@dataclass(frozen=True)
class RuleSet:
    """A checked rule set: immutable, picklable, safe to share between threads and to keep as a key.

    `warnings` are its doubts, and `meaning` is what it says, of which nothing is promised from version to version.
    """

    model: Model
    warnings: tuple[Diagnostic, ...] = field(default=(), repr=False)
    _ready: dict[date, Single] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        return hash(self.model.sources)  # of equal rule sets they are equal; all else is made from them

    def __repr__(self) -> str:
        return f"<RuleSet {self.model.title!r}>"

    def decide(self, contact: Mapping[str, object], today: date | None = None) -> Decision:
        """Return the decision about one contact: cells by header or field name, as text or as Python values.

        A missing key is unknown, and a cell that cannot be read is too, of whatever type; what is no mapping raises
        TypeError. `today` is the current day in UTC unless it is given.
        """
        return self._single(_day(today)).decide(contact)

    def decide_table(self, contacts: Any, today: date | None = None, prefix: str = "") -> pa.Table:
        """Return a pyarrow Table of contacts, in their order, with the columns that a run adds behind their own.

        `contacts` is anything with an Arrow stream: pyarrow, Polars, pandas, a DuckDB relation. Columns may be text
        as a CSV has it or of their types already. The added columns are dictionaries of text (criteria are `yes`, `no`
        or `unknown`), scores int64. Raises ValueError for a column that is spelt like an added one (`prefix` is put
        before the added ones), and TypeError for what is no table.
        """
        return self.decide_batches(contacts, today, prefix).read_all()

    def decide_batches(self, batches: Any, today: date | None = None, prefix: str = "") -> pa.RecordBatchReader:
        """Return a pyarrow RecordBatchReader that places batch after batch as it is read, in bounded memory.

        `batches` is anything with an Arrow stream, or an iterable of record batches; see `decide_table`.
        Raises ValueError too for batches that do not all have the same columns, when it comes to them.
        """
        from qualify.targets.batch.added_columns import placed_stream  # Arrow is not needed for one contact

        return placed_stream(self.model, _day(today), batches, prefix)

    def _single(self, today: date) -> Single:
        """Return the rules made ready for a day; only the latest day is kept."""
        ready = self._ready.get(today)
        if ready is None:
            from qualify.targets.single import Single  # a run places all contacts at once

            ready = Single(self.model, today)
            self._ready.clear()
            self._ready[today] = ready
        return ready

    def __reduce__(self) -> tuple[type[RuleSet], tuple[Model, tuple[Diagnostic, ...]]]:
        return RuleSet, (self.model, self.warnings)


def load(path: str | Path, root: str | Path | None = None, today: date | None = None) -> RuleSet:
    """Return the rule set of a rule file and all that it uses; raises RulesRejected, or OSError for the file itself.

    Files that it names lie in its folder, or in `root`. `today` tells whether a `review by` has passed.
    """
    source, folder = open_rules(Path(path), Path(root) if root is not None else None)
    return _checked(read_project(source, folder), today)


def compile(text: str, fields: Mapping[str, object] | None = None, today: date | None = None) -> RuleSet:  # noqa: A001  # the public name
    """Return the rule set of a text, which has no files to use; raises RulesRejected.

    `fields` says of the fields what would stand under `fields:` in a field file, as `{"budget": {"type": "money"}}`;
    `{"budget": "money"}` is the same, and None is a setting that is left out. Raises TypeError for what no field file
    could say.
    """
    if not isinstance(text, str):
        raise TypeError(f"rules to compile are a text, not {text!r}: `load` reads a file")
    try:
        text.encode()
    except UnicodeEncodeError as error:  # JSON can say half a character, which no file can
        message = f"the rules have half a character, at line {text.count(chr(10), 0, error.start) + 1}"
        raise RulesRejected((Diagnostic("E404", message, None, "write the character itself, not its code"),)) from None
    project = read_project(Source.of("rules", text), Folder(None))
    if fields:
        from qualify.parsing.field_file import read_fields

        field_file, problems = read_fields(_as_file(fields))
        project = replace(project, field_files=(field_file,), problems=(*problems, *project.problems))
    return _checked(project, today)


def _as_file(fields: Mapping[str, object]) -> Source:
    """Return the field file that says of fields what Python objects say."""
    import yaml

    if not isinstance(fields, Mapping):
        raise TypeError(f"`fields` needs settings by field name, not {fields!r}")
    try:
        told = {name: {} if settings is None else _written(settings) for name, settings in fields.items()}
        text = yaml.safe_dump({"fields": told}, allow_unicode=True, sort_keys=False)
    except RecursionError:
        raise TypeError("`fields` has settings that are nested too deep, or in themselves") from None
    return Source.of("fields", text)


def _written(told: object) -> object:
    """Return what is told of a field in texts, lists and mappings; made anew, else YAML would refer to shared ones."""
    match told:
        case Mapping():
            return {_written(name): _written(value) for name, value in told.items() if value is not None}
        case list() | tuple():
            return [_written(one) for one in told]
        case set() | frozenset():
            return [_written(one) for one in sorted(told, key=str)]  # in an order that is the same tomorrow
    text = cell_text(told)
    if text is None:
        raise TypeError(
            f"no field file could say {told!r}: give texts, numbers, dates, True or False, and lists of them"
        )
    return text


def open_rules(path: Path, root: Path | None) -> tuple[Source, Folder]:
    """Return the source of a rule file, and the folder that bounds what it can use; raises OSError, RulesRejected."""
    around = root if root is not None else path.parent
    try:
        raw = contents(path, str(path))
        inside = path.resolve().relative_to(around.resolve()).as_posix()
        text = decoded(raw, str(path))
    except ValueError:
        problem = Diagnostic(
            "E402", f"`{path}` does not lie in `{around}`", None, "give a folder above it as `--root`, or `root=`"
        )
        raise RulesRejected((problem,)) from None
    except NotReadableError as error:
        raise RulesRejected((Diagnostic(error.code, error.message, None, error.hint),)) from None
    shown = path.as_posix()
    prefix = shown.removesuffix(inside) if shown.endswith(inside) else f"{around.as_posix()}/"
    return Source.of(shown, text, inside, raw), Folder(around, prefix)


def _checked(project: Project, today: date | None) -> RuleSet:
    model, problems = check(project, _day(today))
    if model is None:
        raise RulesRejected(tuple(problems))
    return RuleSet(model, tuple(problems))


def _day(today: date | None) -> date:
    """Return the day that a caller gives, of a moment its own day; the current one in UTC where none is given."""
    if type(today) is date:
        return today
    if today is None:
        return utc_today()
    if isinstance(today, datetime):
        return today.date()
    raise TypeError(f"`today` needs a date, not {today!r}")


def utc_today() -> date:
    return datetime.now(UTC).date()
