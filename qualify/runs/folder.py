"""The files of a run folder: their names, descriptions and hashes, and the copy of the rules."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from qualify.contacts.writing.destination import is_free
from qualify.explain.wording import counted
from qualify.model.rules import Model
from qualify.text.source import Source

RUNS = "runs"  # the folder for runs without -o
CONTACTS, AUDIT, REJECTED, RECORD, RULES = "contacts.csv", "audit.parquet", "rejected.csv", "run.json", "rules"

DEVICE = re.compile(r"(?i)con|prn|aux|nul|(com|lpt)\d")  # Windows reserves these names, whatever their ending


class Hashed:
    """Hashes what is written to a file, so that it need not be read again; without a file it only hashes."""

    closed = False  # Arrow reads this

    def __init__(self, file: BinaryIO | None = None) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def write(self, data: Any) -> None:
        self._hash.update(data)
        if self._file:
            self._file.write(data)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def stage_files(stages: tuple[str, ...]) -> dict[str | None, str]:
    """Return the file name of each stage, such as `lead.csv`; where that is taken or not allowed, a similar one."""
    files: dict[str | None, str] = {}
    for stage in stages:
        plain = re.sub(r"[^\w -]+", "_", stage).strip() or "stage"
        taken = {name.casefold() for name in (*files.values(), REJECTED)}
        while f"{plain}.csv".casefold() in taken or DEVICE.fullmatch(plain):
            plain += "_"
        files[stage] = f"{plain}.csv"
    return files


REASONS = "one row per contact, with the reasons"


def unreadable_rows(count: int) -> str:
    return f"{counted(count, 'row')} that could not be read"


def descriptions(names: Mapping[str | None, str], rejected: int) -> dict[str, str]:
    """Return a description of each file in a run folder."""
    placed = {name: f"contacts at stage {stage}" if stage else "every contact, placed" for stage, name in names.items()}
    return {
        **placed,
        AUDIT: REASONS,
        REJECTED: unreadable_rows(rejected),
        RECORD: "hashes and counts of everything read and written",
        f"{RULES}/": "the rules as they were",
    }


def default_place(rules: str, started: datetime) -> str:
    """Return a folder in `runs` that no run uses, named after the time and the rule file."""
    name = f"{started:%Y-%m-%dT%H%M%SZ}-{Path(rules).stem}"
    places = (Path(RUNS, name if number == 1 else f"{name}-{number}") for number in range(1, 1_000_000))
    return str(next(filter(is_free, places)))


def keep_rules(folder: Path, sources: tuple[Source, ...]) -> None:
    for source in sources:
        kept = folder / source.path
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(source.raw)


def agreement(model: Model) -> dict[str, str | None]:
    """Return the title, owner, version and agreement date of the rules."""
    agreed = model.agreed.isoformat() if model.agreed else None
    return {"title": model.title, "owner": model.owner, "version": model.version, "agreed": agreed}


def rules_hash(sources: tuple[Source, ...]) -> str:
    """Return the digest of a rule set: the hash of the paths and hashes of its files, ordered by path."""
    lines = sorted(f"{hashlib.sha256(source.raw).hexdigest()}  {source.path}\n" for source in sources)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
