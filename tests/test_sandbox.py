"""The files that a rule file can use: those in its own folder, or in the given one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import qualify
from qualify.parsing.sandbox import LARGEST

RULE = 'rule "R": lead when a is "x"\n'
TODAY = date(2026, 11, 1)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def codes(folder: Path, rules: str = "rules.lead", root: Path | None = None) -> list[str]:
    """Return the codes of all problems with the rules in a folder."""
    try:
        qualify.load(folder / rules, root=root, today=TODAY)
    except qualify.RulesRejected as rejected:
        return [problem.code for problem in rejected.diagnostics]
    return []


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("inside.lead", None),
        ("./inside.lead", None),
        ("more/deep.lead", None),
        ("more\\deep.lead", None),
        ("more/../inside.lead", None),
        ("../outside.lead", "E402"),
        ("more/../../outside.lead", "E402"),
        ("..\\outside.lead", "E402"),
        ("{folder}/inside.lead", "E402"),
        ("C:/inside.lead", "E402"),
        ("\\\\server\\share\\inside.lead", "E402"),
        ("~/inside.lead", "E402"),
        ("file:///etc/passwd.lead", "E401"),
        ("https://example.org/rules.lead", "E401"),
        ("inside.lead\0", "E406"),
        ("inside\0.lead", "E401"),
        ("", "E406"),
        (".", "E406"),
        ("x" * 5000 + ".lead", "E401"),
    ],
)
def test_the_files_that_use_can_reach(named: str, code: str | None, tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    write(tmp_path, {"outside.lead": RULE, "rules/inside.lead": RULE, "rules/more/deep.lead": RULE})
    write(folder, {"rules.lead": f'use "{named.format(folder=folder)}"\n' + RULE.replace('"R"', '"S"')})
    assert codes(folder) == ([code] if code else [])


@pytest.mark.parametrize("statement", ['use "link.lead"', 'use "folder/outside.lead"', 'list A from "link.txt"'])
def test_links_outside_the_folder_are_not_followed(statement: str, tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    write(tmp_path, {"away/outside.lead": RULE, "away/secret.txt": "x", "rules/rules.lead": statement + "\n" + RULE})
    (folder / "link.lead").symlink_to(tmp_path / "away/outside.lead")
    (folder / "link.txt").symlink_to(tmp_path / "away/secret.txt")
    (folder / "folder").symlink_to(tmp_path / "away", target_is_directory=True)
    assert codes(folder) == ["E402"]


def test_links_within_the_folder_are_followed(tmp_path: Path) -> None:
    write(tmp_path, {"real/fields.yaml": "fields: {a: text}\n", "rules.lead": 'use "link.yaml"\n' + RULE})
    (tmp_path / "link.yaml").symlink_to(tmp_path / "real/fields.yaml")
    assert codes(tmp_path) == []


def test_a_circle_of_links_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, {"rules.lead": 'use "one.lead"\n' + RULE})
    (tmp_path / "one.lead").symlink_to(tmp_path / "two.lead")
    (tmp_path / "two.lead").symlink_to(tmp_path / "one.lead")
    assert codes(tmp_path) == ["E401"]


def test_a_root_above_lets_files_beside_the_folder_be_used(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"shared/fields.yaml": "fields: {a: text}\n", "emea/rules.lead": 'use "../shared/fields.yaml"\n' + RULE},
    )
    assert codes(tmp_path / "emea") == ["E402"]
    assert codes(tmp_path / "emea", root=tmp_path) == []
    assert codes(tmp_path / "emea", root=tmp_path / "shared") == ["E402"]  # the rules themselves do not lie in it


def test_paths_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "rules.lead": 'use "more/second.lead"\n' + RULE,
            "more/second.lead": 'use "third.lead"\nuse "../fields.yaml"\nlist L from "list.txt"\n',
            "more/third.lead": "criterion Third: a is in L\n",
            "more/list.txt": "x\n",
            "fields.yaml": "fields: {a: text}\n",
        },
    )
    rules = qualify.load(tmp_path / "rules.lead")
    assert str(rules.decide({"a": "x"}).criteria["Third"]) == "yes"
    assert [source.path for source in rules.model.sources] == [
        "rules.lead",
        "more/second.lead",
        "more/third.lead",
        "fields.yaml",
        "more/list.txt",
    ]


def test_a_file_reached_twice_is_read_once_however_it_is_named(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "rules.lead": 'use "a.lead"\nuse "./a.lead"\nuse "more/../a.lead"\nuse "more/b.lead"\n',
            "a.lead": RULE,
            "more/b.lead": 'use "../a.lead"\n',
        },
    )
    rules = qualify.load(tmp_path / "rules.lead")
    assert [rule.name for rule in rules.model.rules] == ["R"]


@pytest.mark.parametrize(
    "files",
    [
        {"rules.lead": 'use "rules.lead"\n' + RULE},
        {"rules.lead": 'use "a.lead"\n' + RULE, "a.lead": 'use "rules.lead"\n'},
        {"rules.lead": 'use "a.lead"\n' + RULE, "a.lead": 'use "b.lead"\n', "b.lead": 'use "./a.lead"\n'},
    ],
)
def test_files_that_use_each_other_in_a_circle(files: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path, files)
    assert codes(tmp_path) == ["E403"]


def test_too_many_files(tmp_path: Path) -> None:
    write(tmp_path, {f"{number}.lead": "" for number in range(250)})
    write(tmp_path, {"rules.lead": "".join(f'use "{number}.lead"\n' for number in range(250)) + RULE})
    assert set(codes(tmp_path)) == {"E412"}


def test_a_long_chain_of_files(tmp_path: Path) -> None:
    write(tmp_path, {f"{number}.lead": f'use "{number + 1}.lead"\n' for number in range(190)})
    write(tmp_path, {"190.lead": RULE, "rules.lead": 'use "0.lead"\n'})
    assert codes(tmp_path) == []


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    write(tmp_path, {"rules.lead": 'list L from "large.txt"\n' + RULE.replace('is "x"', "is in L")})
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(LARGEST + 1)
    assert codes(tmp_path) == ["E410"]


def test_a_list_file_that_is_not_csv(tmp_path: Path) -> None:
    write(tmp_path, {"rules.lead": 'list L from "x.csv" column "A"\n' + RULE.replace('is "x"', "is in L")})
    write(tmp_path, {"x.csv": 'A\n"not closed\nand on\n'})
    assert codes(tmp_path) == ["E404"]


def test_one_hundred_thousand_values_of_a_list(tmp_path: Path) -> None:
    write(tmp_path, {"values.txt": "\n".join(f"v{number}" for number in range(100_000))})
    write(tmp_path, {"rules.lead": 'list L from "values.txt"\nrule "R": lead when a is in L\n'})
    rules = qualify.load(tmp_path / "rules.lead")
    assert [rules.decide({"a": value}).stage for value in ("V99999", "v100000")] == ["lead", "inquiry"]


def test_the_rule_file_itself(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nothing"):
        qualify.load(tmp_path / "nothing.lead")
    (tmp_path / "latin.lead").write_bytes(b"# caf\xe9\n")
    assert codes(tmp_path, "latin.lead") == ["E404"]


def test_rules_given_as_text_cannot_use_files() -> None:
    with pytest.raises(qualify.RulesRejected) as rejected:
        qualify.compile('use "rules/contacts.yaml"\nlist L from "x.csv" column "A"\n' + RULE)
    assert [problem.code for problem in rejected.value.diagnostics] == ["E405", "E405"]


def test_the_values_of_a_list_file_are_numbers_where_the_field_is_one(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"list.txt": "5\n1,000\n", "rules.lead": 'list L from "list.txt"\nrule "R": lead when a is in L and a > 5'},
    )
    rules = qualify.load(tmp_path / "rules.lead", today=TODAY)
    assert rules.warnings == ()
    assert [rules.decide({"a": cell}, TODAY).stage for cell in ("1000", "1k", "5")] == ["lead", "lead", "inquiry"]


@pytest.mark.parametrize(
    ("rules", "named", "advice"),
    [
        ("rules.lead", "scoers.lead", "did you mean `scores.lead`?"),
        ("rules.lead", "more/scoers.lead", "did you mean `more/scores.lead`?"),
        ("more/rules.lead", "scoers.lead", "did you mean `scores.lead`?"),
        ("more/rules.lead", "../scoers.lead", "did you mean `../scores.lead`?"),
        ("what_is_agreed.lead", "what_is_agred.lead", None),
    ],
)
def test_a_file_with_a_similar_name_is_suggested(rules: str, named: str, advice: str | None, tmp_path: Path) -> None:
    write(tmp_path, {"scores.lead": "", "more/scores.lead": "", rules: f'use "{named}"\n' + RULE})
    with pytest.raises(qualify.RulesRejected) as rejected:
        qualify.load(tmp_path / rules, root=tmp_path)
    assert [problem.hint for problem in rejected.value.diagnostics] == [advice]


def test_an_empty_list_file_has_no_values(tmp_path: Path) -> None:
    write(tmp_path, {"x.csv": "", "rules.lead": 'list L from "x.csv" column "A"\n' + RULE.replace('is "x"', "is in L")})
    assert codes(tmp_path) == ["E407"]
