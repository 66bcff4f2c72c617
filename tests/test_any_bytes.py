"""Rule, field and list files are data: any bytes quickly give a rule set or a list of mistakes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualify

RULES = b"""\
use "fields.yaml"
list names from "names.txt"
list ids from "ids.csv" column "id"
rule "R": lead when title is in names or id is in ids or budget is at least 5
"""
FIELDS = b"id: id\nfields:\n  title: {values: [Owner, VP]}\n  budget: money\nlists:\n  more: [a, b]\n"
FILES = {"r.lead": RULES, "fields.yaml": FIELDS, "names.txt": b"Owner\nVP\n", "ids.csv": b"id,x\n1,2\n"}
SCRAPS = st.sampled_from(
    [
        *(b"\0", b"\xff\xfe", b"\xc3", b'"', b"\n", b"\r", b"\t", b"  ", b":", b"? ", b"---\n", b"-", b"0x"),
        *(b"&a [*a]", b"*a", b"!!python/object:os.system ", b"\\UFFFFFFFF", b"9" * 5000, b"1e999999"),
        *(b"{" * 50, b"[" * 200, b"(" * 500, b"not " * 500),
        *(b"\xe2\x80\xae", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80"),
        *(b'use "r.lead"\n', b'use "."\n', b'use "../x.lead"\n'),
    ]
)


def load(files: dict[str, bytes]) -> qualify.RuleSet | None:
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            Path(folder, name).write_bytes(data)
        return rules_or_mistakes(Path(folder, "r.lead"))


def rules_or_mistakes(path: Path) -> qualify.RuleSet | None:
    try:
        return qualify.load(path)
    except qualify.RulesRejected as rejected:
        assert rejected.diagnostics
        assert str(rejected)
        return None


def test_the_files_are_valid_before_they_are_changed() -> None:
    assert load(FILES) is not None


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.integers(0, 1 << 16), st.lists(SCRAPS | st.binary(max_size=4), max_size=4))
def test_files_with_odd_bytes_in_them(name: str, place: int, scraps: list[bytes]) -> None:
    data = FILES[name]
    at = place % (len(data) + 1)
    load({**FILES, name: data[:at] + b"".join(scraps) + data[at + len(scraps) :]})


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=200))
def test_files_of_any_bytes(name: str, data: bytes) -> None:
    load({**FILES, name: data})


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize(
    "data",
    [
        b"x" * 1_000_000,
        b'"' * 200_000,
        b"(" * 100_000,
        b"[" * 100_000,
        b"- " * 100_000,
        b"a: " * 100_000,
        b"\n" * 1_000_000,
        b'rule "R": lead when ' + b"not " * 100_000,
        b'rule "R": lead when a is at least ' + b"9" * 100_000,
        b'rule "R": lead when ' + b" and ".join([b"a is 1"] * 20_000),
        b'rule "R": lead when a is any of ' + b", ".join([b'"x"'] * 50_000),
        b"a: &a [x, x]\n" + b"".join(b"b%d: &b%d [*b%d, *b%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 60)),
        b"fields: {" + b"a: {" * 5_000,
    ],
    ids=lambda data: repr(data[:24]),
)
def test_large_and_deep_files_end(name: str, data: bytes) -> None:
    load({**FILES, name: data})


@pytest.mark.parametrize("ending", ["yaml", "lead", "txt"])
@pytest.mark.parametrize("kind", ["folder", "pipe", "link out", "device", "circle", "link to itself", "absent"])
def test_names_that_are_no_files_in_the_folder(tmp_path: Path, kind: str, ending: str) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    named = folder / f"named.{ending}"
    (tmp_path / "secret").write_text("secret", "utf-8")
    match kind:
        case "folder":
            named.mkdir()
        case "pipe":
            os.mkfifo(named)
        case "link out":
            named.symlink_to(tmp_path / "secret")
        case "device":
            named.symlink_to("/dev/zero")
        case "circle":
            named.symlink_to("other")
            (folder / "other").symlink_to(named.name)
        case "link to itself":
            named.symlink_to(named.name)
    how = f'list names from "{named.name}"' if ending == "txt" else f'use "{named.name}"'
    (folder / "r.lead").write_text(f'{how}\nrule "R": lead when a is 1\n', "utf-8")
    with pytest.raises(qualify.RulesRejected) as rejected:
        qualify.load(folder / "r.lead")
    assert {one.code for one in rejected.value.diagnostics} <= {"E401", "E402"}
    assert "secret" not in str(rejected.value)
