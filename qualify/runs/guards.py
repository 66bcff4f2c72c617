"""Checks that a run does not replace its own inputs and rules, or files that no run wrote."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from qualify.contacts.reading.batches import ContactsError
from qualify.explain.wording import a_few


def check_files(written: Sequence[str], read: Iterable[str]) -> None:
    """Raise ContactsError if an output file is also read, or would be written twice."""
    places = [name for name in written if name != "-"]
    for at, name in enumerate(places):
        if _place(name) in map(_place, places[:at]):
            raise ContactsError("E654", f"`{name}` would be written twice", "name two different files")
        for one in read:
            if one != "-" and Path(one).exists() and _same(name, one):
                raise ContactsError("E654", f"this run reads `{name}`, so it cannot write it", "name another file")


def check_apart(place: str, record: str, rules: str) -> None:
    """Raise ContactsError if an output is inside a run folder, which must not change.

    `record` is the file that marks a run folder, `rules` the folder in it with the rules.
    """
    for folder in Path(place).absolute().parents if place != "-" else ():
        if _written(folder / record, rules):
            raise ContactsError("E654", f"`{place}` is in a run folder, which must not change", "write it elsewhere")


def check_read_once(names: Sequence[str]) -> None:
    """Raise ContactsError if a contact file is named twice, because its contacts would be placed twice."""
    for at, name in enumerate(names):
        if any(_same_input(name, other) for other in names[:at]):
            raise ContactsError("E654", f"`{name}` would be read twice", "name each contact file once")


def check_holds_no_input(place: str, read: Iterable[str]) -> None:
    """Raise ContactsError if a folder to be replaced contains a file that is read."""
    folder = Path(place).resolve()
    for name in read:
        if name != "-" and Path(name).exists() and Path(name).resolve().is_relative_to(folder):
            raise ContactsError("E654", f"`{place}` contains `{name}`, which this run reads", "choose another folder")


def check_only_run_files(folder: Path, record: str, rules: str) -> None:
    """Raise ContactsError if a folder to be replaced contains anything but the unchanged files of its run.

    `record` is the file that lists the files of a run with their hashes, `rules` the folder in it with the rules.
    """
    if not any(folder.iterdir()):
        return
    if not (folder / record).exists():
        raise ContactsError("E652", f"`{folder}` is not a run folder", f"it has no `{record}`, so it is not replaced")
    written = _written(folder / record, rules)
    names = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
    unexpected = [name for name, path in names.items() if not _is_unchanged(path, written.get(name))]
    if unexpected:
        named = a_few(f"`{name}`" for name in unexpected)
        message = f"`{folder}` contains files that its run did not write or that have changed since: {named}"
        raise ContactsError("E652", message, "move them away, or choose another folder")


def _is_unchanged(path: Path, sha256: str | None) -> bool:
    """Return whether a folder or file is as a run left it. A run leaves no links."""
    if path.is_symlink():
        return False
    return path.is_dir() or (path.is_file() and sha256 == file_hash(path))


def _written(record: Path, rules: str) -> dict[str, str]:
    """Return the hash of each file of a run folder, including the record; nothing if that is not a record."""
    try:
        content = json.loads(record.read_text("utf-8"))
        outputs = {str(one["path"]): str(one["sha256"]) for one in content["outputs"]}
        outputs[record.name] = file_hash(record)
        return outputs | {f"{rules}/{one['path']}": str(one["sha256"]) for one in content["rules"]["files"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _same(written: str, one: str) -> bool:
    """Return whether writing would replace a file that is read; a link is replaced itself, and not its target."""
    return Path(written).exists() and not Path(written).is_symlink() and Path(written).samefile(one)


def _place(name: str) -> Path:
    return Path(name).parent.resolve() / Path(name).name


def _same_input(name: str, other: str) -> bool:
    return name == other or (Path(name).is_file() and Path(other).is_file() and Path(name).samefile(other))
