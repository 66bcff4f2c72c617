"""What a run must not replace: its own inputs and rules, and files that no run made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from qualify.contacts.reading.batches import ContactsError
from qualify.explain.wording import a_few


def check_files(written: Sequence[str], read: Iterable[str]) -> None:
    """Raise ContactsError where a file to be written is one that is read, or is to be written twice."""
    places = [name for name in written if name != "-"]
    for at, name in enumerate(places):
        if _place(name) in map(_place, places[:at]):
            raise ContactsError("E654", f"`{name}` would be written twice", "name two files")
        for one in read:
            if one != "-" and Path(one).exists() and _same(name, one):
                raise ContactsError("E654", f"`{name}` is read by this run, so it is not written", "name another file")


def check_apart(place: str, record: str, rules: str) -> None:
    """Raise ContactsError where something would be written into the folder of a run, which is to stay as it is.

    `record` is the file by which a run folder is known, `rules` the folder in it with the rules.
    """
    for folder in Path(place).absolute().parents if place != "-" else ():
        if _made(folder / record, rules):
            raise ContactsError(
                "E654", f"`{place}` is in the folder of a run, which stays as it is", "write it elsewhere"
            )


def check_read_once(names: Sequence[str]) -> None:
    """Raise ContactsError where one contact file is named twice: its contacts would be, too."""
    for at, name in enumerate(names):
        if any(_same_input(name, other) for other in names[:at]):
            raise ContactsError("E654", f"`{name}` would be read twice", "name each contact file once")


def check_holds_no_input(place: str, read: Iterable[str]) -> None:
    """Raise ContactsError where a folder to be replaced holds what is read."""
    folder = Path(place).resolve()
    for name in read:
        if name != "-" and Path(name).exists() and Path(name).resolve().is_relative_to(folder):
            raise ContactsError("E654", f"`{place}` holds `{name}`, which is read by this run", "choose another folder")


def check_only_made(folder: Path, record: str, rules: str) -> None:
    """Raise ContactsError where a folder to be replaced holds anything but what its run left there, as it left it.

    `record` is the file that names what a run left and the hash of each, `rules` the folder in it with the rules.
    """
    if not any(folder.iterdir()):
        return
    if not (folder / record).exists():
        raise ContactsError("E652", f"`{folder}` is not a run folder", f"it has no `{record}`, so it is not replaced")
    made = _made(folder / record, rules)
    names = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
    strange = [name for name, path in names.items() if not _is_as_made(path, made.get(name))]
    if strange:
        named = a_few(f"`{name}`" for name in strange)
        message = f"`{folder}` holds files that its run did not write, or that were changed since: {named}"
        raise ContactsError("E652", message, "move them away, or choose another folder")


def _is_as_made(path: Path, sha256: str | None) -> bool:
    """Tell whether a folder or file is as a run left it; a link is nothing that a run leaves."""
    if path.is_symlink():
        return False
    return path.is_dir() or (path.is_file() and sha256 == file_hash(path))


def _made(record: Path, rules: str) -> dict[str, str]:
    """Return the hash of each file of a run folder, the record included; none where that is no record."""
    try:
        told = json.loads(record.read_text("utf-8"))
        outputs = {str(one["path"]): str(one["sha256"]) for one in told["outputs"]}
        outputs[record.name] = file_hash(record)
        return outputs | {f"{rules}/{one['path']}": str(one["sha256"]) for one in told["rules"]["files"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _same(written: str, one: str) -> bool:
    """Tell whether writing would replace a file; a link would be replaced itself, not what it leads to."""
    return Path(written).exists() and not Path(written).is_symlink() and Path(written).samefile(one)


def _place(name: str) -> Path:
    return Path(name).parent.resolve() / Path(name).name


def _same_input(name: str, other: str) -> bool:
    return name == other or (Path(name).is_file() and Path(other).is_file() and Path(name).samefile(other))
