"""The rule set that callers hold: read from a file or from text, checked, and ready to place contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualify.check import check
from qualify.diagnostics import Diagnostic, errors, render
from qualify.folder import Folder, NotReadableError, contents, decoded
from qualify.meaning import Meaning
from qualify.project import Project, read_project
from qualify.source import Source

if TYPE_CHECKING:
    from qualify.decision import Decision
    from qualify.targets.single import Single


class RulesRejected(Exception):  # noqa: N818  # the public name
    """The rules have mistakes: all of them, with the doubts, are in `diagnostics`."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("\n\n".join(render(diagnostic) for diagnostic in errors(diagnostics)))
        self.diagnostics = diagnostics


@dataclass(frozen=True)
class RuleSet:
    """A checked rule set: immutable, picklable, safe to share between threads. `warnings` are its doubts."""

    meaning: Meaning
    warnings: tuple[Diagnostic, ...] = field(default=(), repr=False)
    _ready: dict[date, Single] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        return hash(self.meaning.sources)  # of equal rule sets they are equal; all else is made from them

    def decide(self, contact: Mapping[str, object], today: date | None = None) -> Decision:
        """Return the decision about one contact: cells by header or field name, as text or as Python values.

        A missing key is unknown. `today` is the current day in UTC unless it is given.
        """
        return self._single(today or utc_today()).decide(contact)

    def decide_table(self, contacts: Any, today: date | None = None, prefix: str = "") -> Any:
        """Return a pyarrow Table of contacts, in their order, with the columns that a run adds behind their own.

        `contacts` is anything with an Arrow stream: pyarrow, Polars, pandas, a DuckDB relation. Columns may be text
        as a CSV has it or of their types already. Raises ValueError for a column that is spelt like an added one
        (`prefix` is put before the added ones), and TypeError for what is no table.
        """
        return self.decide_batches(contacts, today, prefix).read_all()

    def decide_batches(self, batches: Any, today: date | None = None, prefix: str = "") -> Any:
        """Return a pyarrow RecordBatchReader that places batch after batch as it is read, in bounded memory.

        `batches` is anything with an Arrow stream, or an iterable of record batches; see `decide_table`.
        Raises ValueError too for batches that do not all have the same columns, when it comes to them.
        """
        from qualify.placing import placed_stream  # Arrow is not needed for one contact

        return placed_stream(self.meaning, today or utc_today(), batches, prefix)

    def _single(self, today: date) -> Single:
        """Return the rules made ready for a day; only the latest day is kept."""
        ready = self._ready.get(today)
        if ready is None:
            from qualify.targets.single import Single  # a run places all contacts at once

            ready = Single(self.meaning, today)
            self._ready.clear()
            self._ready[today] = ready
        return ready

    def __reduce__(self) -> tuple[type[RuleSet], tuple[Meaning, tuple[Diagnostic, ...]]]:
        return RuleSet, (self.meaning, self.warnings)


def load(path: str | Path, root: str | Path | None = None, today: date | None = None) -> RuleSet:
    """Return the rule set of a rule file and all that it uses; raises RulesRejected, or OSError for the file itself.

    Files that it names lie in its folder, or in `root`. `today` tells whether a `review by` has passed.
    """
    source, folder = open_rules(Path(path), Path(root) if root is not None else None)
    return _checked(read_project(source, folder), today)


def compile(text: str, fields: Mapping[str, object] | None = None, today: date | None = None) -> RuleSet:  # noqa: A001  # the public name
    """Return the rule set of a text, which has no files to use; raises RulesRejected.

    `fields` says of the fields what would stand under `fields:` in a field file, as `{"budget": {"type": "money"}}`.
    """
    project = read_project(Source.of("rules", text), Folder(None))
    if fields:
        import yaml

        from qualify.fieldfile import read_fields

        told = yaml.safe_dump({"fields": dict(fields)}, allow_unicode=True, sort_keys=False)
        field_file, problems = read_fields(Source.of("fields", told))
        project = replace(project, field_files=(field_file,), problems=(*problems, *project.problems))
    return _checked(project, today)


def open_rules(path: Path, root: Path | None) -> tuple[Source, Folder]:
    """Return the source of a rule file, and the folder that bounds what it can use; raises OSError, RulesRejected."""
    around = root if root is not None else path.parent
    try:
        raw = contents(path, str(path))
        inside = path.resolve().relative_to(around.resolve()).as_posix()
        text = decoded(raw, str(path))
    except ValueError:
        problem = Diagnostic("E402", f"`{path}` does not lie in `{around}`", None, "give a folder above it as `--root`")
        raise RulesRejected((problem,)) from None
    except NotReadableError as error:
        raise RulesRejected((Diagnostic(error.code, error.message, None, error.hint),)) from None
    shown = path.as_posix()
    prefix = shown.removesuffix(inside) if shown.endswith(inside) else f"{around.as_posix()}/"
    return Source.of(shown, text, inside, raw), Folder(around, prefix)


def _checked(project: Project, today: date | None) -> RuleSet:
    meaning, problems = check(project, today or utc_today())
    if meaning is None:
        raise RulesRejected(tuple(problems))
    return RuleSet(meaning, tuple(problems))


def utc_today() -> date:
    return datetime.now(UTC).date()
