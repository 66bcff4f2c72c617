"""What a run must not replace: its own inputs and rules, and files that no run made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from qualify.contacts.reading.batches import ContactsError


def check_files(written: Sequence[str], read: Iterable[str]) -> None:
    """Raise ContactsError where a file to be written is one that is read, or is to be written twice."""
    places = [name for name in written if name != "-"]
    for at, name in enumerate(places):
        if _place(name) in map(_place, places[:at]):
            raise ContactsError(f"`{name}` would be written twice", "name two files")
        for one in read:
            if one != "-" and Path(one).exists() and _same(name, one):
                raise ContactsError(f"`{name}` is read by this run, so it is not written", "name another file")


def check_apart(place: str, record: str) -> None:
    """Raise ContactsError where something would be written into the folder of a run, which is to stay as it is.

    `record` is the file by which a run folder is known.
    """
    for folder in Path(place).absolute().parents if place != "-" else ():
        if _outputs(folder / record):
            raise ContactsError(f"`{place}` is in the folder of a run, which stays as it is", "write it elsewhere")


def check_read_once(names: Sequence[str]) -> None:
    """Raise ContactsError where one contact file is named twice: its contacts would be, too."""
    for at, name in enumerate(names):
        if any(_same_input(name, other) for other in names[:at]):
            raise ContactsError(f"`{name}` would be read twice", "name each contact file once")


def check_folder(place: str, read: Iterable[str], record: str, made: Iterable[str]) -> None:
    """Raise ContactsError where a run folder to be replaced holds what is read, or what its run did not make.

    `record` is the file that names the outputs of a run, `made` are the names that every run folder has.
    """
    folder = Path(place)
    if not (folder / record).is_file():
        return
    for name in read:
        if name != "-" and Path(name).exists() and Path(name).resolve().is_relative_to(folder.resolve()):
            raise ContactsError(f"`{place}` holds `{name}`, which is read by this run", "choose another folder")
    strange = sorted({entry.name for entry in folder.iterdir()} - {*made, *_outputs(folder / record)})
    if strange:
        raise ContactsError(
            f"`{place}` holds `{strange[0]}`, which no run made", "move it away, or choose another folder"
        )


def _outputs(record: Path) -> set[str]:
    try:
        return {str(one["path"]) for one in json.loads(record.read_text("utf-8"))["outputs"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()


def _same(written: str, one: str) -> bool:
    """Tell whether writing would replace a file; a link would be replaced itself, not what it leads to."""
    return Path(written).exists() and not Path(written).is_symlink() and Path(written).samefile(one)


def _place(name: str) -> Path:
    return Path(name).parent.resolve() / Path(name).name


def _same_input(name: str, other: str) -> bool:
    return name == other or (Path(name).is_file() and Path(other).is_file() and Path(name).samefile(other))
