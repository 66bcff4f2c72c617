"""What a run refuses, so that nothing is lost, nothing hangs, and text cannot control the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import CONTACTS, Ran

Qualify = Callable[..., Ran]


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["contacts.csv", "-o", "contacts.csv"], "this run reads `contacts.csv`"),
        (["link.csv", "-o", "./contacts.csv"], "this run reads `./contacts.csv`"),
        (["contacts.csv", "-o", "out.csv", "--audit", "contacts.csv"], "this run reads `contacts.csv`"),
        (["contacts.csv", "-o", "out.csv", "--audit", "fields.yaml"], "this run reads `fields.yaml`"),
        (["contacts.csv", "-o", "out.csv", "--audit", "./out.csv"], "`./out.csv` would be written twice"),
        (["out.rejected.csv", "-o", "out.csv"], "this run reads `out.rejected.csv`"),
        (["old/contacts.csv", "--prefix", "x_", "-o", "old", "--force"], "`old` contains `old/contacts.csv`"),
        (["contacts.csv", "-o", "noted", "--force"], "or that have changed since: `notes.txt`"),
    ],
)
def test_a_run_replaces_neither_its_inputs_nor_files_of_others(
    qualify: Qualify, folder: Path, arguments: list[str], message: str
) -> None:
    (folder / "link.csv").symlink_to("contacts.csv")
    (folder / "out.rejected.csv").write_text(CONTACTS, "utf-8")
    qualify("run", "small.lead", "contacts.csv", "-o", "old")
    qualify("run", "small.lead", "contacts.csv", "-o", "noted")
    (folder / "noted/notes.txt").write_text("for the meeting", "utf-8")
    before = everything(folder)
    ran = qualify("run", "small.lead", *arguments)
    assert ran.code == 2
    assert message in ran.err
    assert everything(folder) == before


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("contacts.csv", "edited", "`contacts.csv`"),
        ("rules/small.lead", "edited", "`rules/small.lead`"),
        ("rules/mine.lead", "mine", "`rules/mine.lead`"),
        ("rules/deep/er.txt", "mine", "`rules/deep/er.txt`"),
        (
            "run.json",
            "not json",
            "`audit.parquet`, `contacts.csv`, `rejected.csv`, …",
        ),
        (
            "run.json",
            '{"outputs": [{"path": "contacts.csv"}]}',
            "`audit.parquet`, `contacts.csv`, `rejected.csv`, …",
        ),
    ],
)
def test_only_an_unchanged_run_folder_is_replaced(
    qualify: Qualify, folder: Path, name: str, text: str, named: str
) -> None:
    qualify("run", "small.lead", "contacts.csv", "-o", "out")
    assert qualify("run", "small.lead", "contacts.csv", "-o", "out", "--force").code == 0
    (folder / "out" / name).parent.mkdir(exist_ok=True)
    (folder / "out" / name).write_text(text, "utf-8")
    before = everything(folder)
    ran = qualify("run", "small.lead", "contacts.csv", "-o", "out", "--force")
    said = f"error E652: `out` contains files that its run did not write or that have changed since: {named}\n"
    assert (ran.code, ran.err) == (2, f"{said}  = move them away, or choose another folder\n")
    assert everything(folder) == before


def test_neither_a_link_nor_another_folder_is_replaced(qualify: Qualify, folder: Path) -> None:
    qualify("run", "small.lead", "contacts.csv", "-o", "out")
    (folder / "out/rules/link.lead").symlink_to("../../small.lead")
    (folder / "documents").mkdir()
    (folder / "documents/thesis.txt").write_text("ten years of work", "utf-8")
    for place, said in (("out", "`rules/link.lead`"), ("documents", "`documents` is not a run folder")):
        ran = qualify("run", "small.lead", "contacts.csv", "-o", place, "--force")
        assert (ran.code, said in ran.err) == (2, True)
    assert (folder / "documents/thesis.txt").exists()


def test_a_link_in_place_of_a_file_is_replaced_and_not_followed(qualify: Qualify, folder: Path) -> None:
    (folder / "link.csv").symlink_to("contacts.csv")
    assert qualify("run", "small.lead", "contacts.csv", "-o", "link.csv").code == 0
    assert not (folder / "link.csv").is_symlink()
    assert (folder / "contacts.csv").read_text("utf-8") == CONTACTS


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there are no pipes and devices")
@pytest.mark.parametrize("name", ["pipe.lead", "/dev/zero"])
def test_a_rule_file_that_is_not_a_regular_file_is_refused_at_once(qualify: Qualify, folder: Path, name: str) -> None:
    os.mkfifo(folder / "pipe.lead")
    ran = qualify("check", name)
    assert (ran.code, "is not a plain file" in ran.out + ran.err) == (1, True)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there are no devices")
def test_a_device_is_not_a_contact_file(qualify: Qualify) -> None:
    ran = qualify("run", "small.lead", "/dev/zero", "-o", "out")
    assert (ran.code, ran.err) == (2, "error E631: `/dev/zero` is a device, not a file\n")
    assert "is empty" in qualify("run", "small.lead", "/dev/null", "-o", "out").err


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes")
def test_contacts_can_come_through_a_pipe(qualify: Qualify, folder: Path) -> None:
    os.mkfifo(folder / "pipe.csv")
    writer = os.fork()
    if writer == 0:
        (folder / "pipe.csv").write_text(CONTACTS, "utf-8")
        os._exit(0)
    assert qualify("run", "small.lead", "pipe.csv", "-o", "out").code == 0
    os.waitpid(writer, 0)


def test_cells_and_rules_cannot_control_the_terminal(qualify: Qualify, folder: Path) -> None:
    evil = "\x1b[2J\x9b\u202e"
    cell = f'"{evil}\n✓ everything matches"'
    (folder / "evil.csv").write_text(CONTACTS.replace("ask her", cell).replace("009", f'"00\x1b9{evil}"'), "utf-8")
    (folder / "evil.lead").write_text(f'rule "R": lead when {evil}', "utf-8")
    said = [
        qualify("run", "small.lead", "evil.csv", "-o", "out"),
        qualify("audit", "show", "out", "--id", f"00\x1b9{evil}"),
        qualify("audit", "show", "out", "--id", evil),
        qualify("audit", "history", "out", "--id", f"00\x1b9{evil}"),
        qualify("explain", "small.lead", "evil.csv", "--row", "3"),
        qualify("check", "evil.lead"),
        qualify("run", "small.lead", f"{evil}.csv"),
        qualify("run", "small.lead", "-", "-o", "-", stdin=f"a,b\n{evil}\n"),
    ]
    for ran in said:
        assert not set("\x1b\x9b\u202e") & set(ran.out + ran.err)
    assert "\\x1b[2J\\x9b\\x202e⏎✓ everything matches" in said[0].out


def test_nothing_is_written_into_a_run_folder(qualify: Qualify, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    qualify("run", "small.lead", "contacts.csv", "-o", "november")
    was = {path: path.read_bytes() for path in (folder / "november").rglob("*") if path.is_file()}
    for place in ("november/contacts.csv", "november/placed.csv", "november/rules/again"):
        ran = qualify("run", "small.lead", "contacts.csv", "-o", place)
        told = f"error E654: `{place}` is in a run folder, which must not change\n  = write it elsewhere\n"
        assert (ran.code, ran.err) == (2, told)
    assert qualify("run", "small.lead", "contacts.csv", "-o", "x.csv", "--audit", "november/a.parquet").code == 2
    monkeypatch.chdir(folder / "november")
    assert qualify("run", "rules/small.lead", "contacts.csv", "-o", "-", "--prefix", "q_").code == 0
    assert qualify("run", "rules/small.lead", "../contacts.csv").err == told.replace(place, "runs")
    assert {path: path.read_bytes() for path in (folder / "november").rglob("*") if path.is_file()} == was
