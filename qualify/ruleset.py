"""`load` and `compile`, which read and check rules, and the `RuleSet` that they return, which places contacts."""

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
    """The rules have errors. All errors and warnings are in `diagnostics`."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(diagnostics)  # pickle passes the same arguments again
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        return "\n\n".join(render(diagnostic) for diagnostic in errors(self.diagnostics))


@dataclass(frozen=True)
class RuleSet:
    """A checked rule set: immutable, hashable, picklable, and safe to share between threads.

    `warnings` has its diagnostics. `model` is internal: it may change in any version.
    """

    model: Model
    warnings: tuple[Diagnostic, ...] = field(default=(), repr=False)
    _ready: dict[date, Single] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        return hash(self.model.sources)  # the rest of the model follows from them

    def __repr__(self) -> str:
        return f"<RuleSet {self.model.title!r}>"

    def decide(self, contact: Mapping[str, object], today: date | None = None) -> Decision:
        """Return the decision about one contact, given its cells by header or field name, as text or Python values.

        Missing keys and cells that cannot be read are unknown. `today` defaults to the current day in UTC. Raises
        TypeError if `contact` is not a mapping.
        """
        return self._single(_day(today)).decide(contact)

    def decide_table(self, contacts: Any, today: date | None = None, prefix: str = "") -> pa.Table:
        """Return the contacts as a pyarrow Table in the same order, followed by the columns that a run adds.

        `contacts` is anything with an Arrow stream: pyarrow, Polars, pandas, a DuckDB relation. Columns may be typed,
        or text as in a CSV file. Added columns are dictionaries of text (criteria are `yes`, `no` or `unknown`), and
        scores are int64. Raises TypeError if `contacts` is not a table, and ValueError if it has a column with the
        name of an added one; `prefix` is put before the names of added columns.
        """
        return self.decide_batches(contacts, today, prefix).read_all()

    def decide_batches(self, batches: Any, today: date | None = None, prefix: str = "") -> pa.RecordBatchReader:
        """Return a pyarrow RecordBatchReader that places each batch when it is read, in bounded memory.

        `batches` is anything with an Arrow stream, or an iterable of record batches; see `decide_table`.
        The reader raises ValueError at a batch whose columns differ from those of the first.
        """
        from qualify.targets.batch.added_columns import placed_stream  # imports Arrow, which `decide` does not need

        return placed_stream(self.model, _day(today), batches, prefix)

    def _single(self, today: date) -> Single:
        """Return the rules compiled for a day. Only the latest day is cached."""
        ready = self._ready.get(today)
        if ready is None:
            from qualify.targets.single import Single  # a run does not need it

            ready = Single(self.model, today)
            self._ready.clear()
            self._ready[today] = ready
        return ready

    def __reduce__(self) -> tuple[type[RuleSet], tuple[Model, tuple[Diagnostic, ...]]]:
        return RuleSet, (self.model, self.warnings)


def load(path: str | Path, root: str | Path | None = None, today: date | None = None) -> RuleSet:
    """Return the rule set of a rule file and the files it uses; raises RulesRejected, or OSError for the file itself.

    Those files must be in its folder, or in `root`. `today` decides whether a `review by` date has passed.
    """
    source, folder = open_rules(Path(path), Path(root) if root is not None else None)
    return _checked(read_project(source, folder), today)


def compile(text: str, fields: Mapping[str, object] | None = None, today: date | None = None) -> RuleSet:  # noqa: A001  # the public name
    """Return the rule set of a text, which cannot use files; raises RulesRejected.

    `fields` has the settings of fields as under `fields:` in a field file: `{"budget": {"type": "money"}}`, or
    `{"budget": "money"}` for short. A setting of None counts as left out. Raises TypeError for values that a field
    file cannot express.
    """
    if not isinstance(text, str):
        raise TypeError(f"`compile` needs the text of the rules, not {text!r}; `load` reads a file")
    try:
        text.encode()
    except UnicodeEncodeError as error:  # JSON can express half a surrogate pair, UTF-8 cannot
        message = f"the rules have an incomplete character, at line {text.count(chr(10), 0, error.start) + 1}"
        raise RulesRejected((Diagnostic("E404", message, None, "write the character itself, not its code"),)) from None
    project = read_project(Source.of("rules", text), Folder(None))
    if fields:
        from qualify.parsing.field_file import read_fields

        field_file, problems = read_fields(_as_file(fields))
        project = replace(project, field_files=(field_file,), problems=(*problems, *project.problems))
    return _checked(project, today)


def _as_file(fields: Mapping[str, object]) -> Source:
    """Return a field file with the given settings of fields."""
    import yaml

    if not isinstance(fields, Mapping):
        raise TypeError(f"`fields` needs a mapping from names to settings, not {fields!r}")
    try:
        plain = {name: {} if settings is None else _as_plain(settings) for name, settings in fields.items()}
        text = yaml.safe_dump({"fields": plain}, allow_unicode=True, sort_keys=False)
    except RecursionError:
        raise TypeError("the settings in `fields` are nested too deeply, or contain themselves") from None
    return Source.of("fields", text)


def _as_plain(setting: object) -> object:
    """Return a setting as texts, lists and mappings, copied because YAML writes shared objects as aliases."""
    match setting:
        case Mapping():
            return {_as_plain(name): _as_plain(value) for name, value in setting.items() if value is not None}
        case list() | tuple():
            return [_as_plain(one) for one in setting]
        case set() | frozenset():
            return [_as_plain(one) for one in sorted(setting, key=str)]  # the same order in every process
    text = cell_text(setting)
    if text is None:
        raise TypeError(f"a setting is a text, number, date, True, False or a list of these, not {setting!r}")
    return text


def open_rules(path: Path, root: Path | None) -> tuple[Source, Folder]:
    """Return the source of a rule file and the folder it may read from; raises OSError or RulesRejected."""
    top = root if root is not None else path.parent
    try:
        raw = contents(path, str(path))
        inside = path.resolve().relative_to(top.resolve()).as_posix()
        text = decoded(raw, str(path))
    except ValueError:
        problem = Diagnostic(
            "E402", f"`{path}` is not in the folder `{top}`", None, "give a folder above it as `--root`, or `root=`"
        )
        raise RulesRejected((problem,)) from None
    except NotReadableError as error:
        raise RulesRejected((Diagnostic(error.code, error.message, None, error.hint),)) from None
    shown = path.as_posix()
    prefix = shown.removesuffix(inside) if shown.endswith(inside) else f"{top.as_posix()}/"
    return Source.of(shown, text, inside, raw), Folder(top, prefix)


def _checked(project: Project, today: date | None) -> RuleSet:
    model, problems = check(project, _day(today))
    if model is None:
        raise RulesRejected(tuple(problems))
    return RuleSet(model, tuple(problems))


def _day(today: date | None) -> date:
    """Return the day that a caller gave, as a date or datetime; the current day in UTC for None."""
    if type(today) is date:
        return today
    if today is None:
        return utc_today()
    if isinstance(today, datetime):
        return today.date()
    raise TypeError(f"`today` needs a date, not {today!r}")


def utc_today() -> date:
    return datetime.now(UTC).date()
