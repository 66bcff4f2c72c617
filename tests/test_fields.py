"""Which column a field reads, and which name is suggested for a mistyped one."""

from __future__ import annotations

import csv

import pytest

import qualify
from qualify.language.fields import Binding, Field, bind
from qualify.text.compare import header_key
from qualify.text.suggest import closest


@pytest.mark.parametrize(
    "header",
    ["Job Title", "job_title", "JOB-TITLE", "jobtitle", " Job\u00a0Title ", "Job_ -Title", "\ufeffJob\u200bTİtle"],
)
def test_headers_are_equal_without_case_and_spacing(header: str) -> None:
    assert header_key(header) == "jobtitle"


def test_headers_are_equal_however_an_accent_is_typed() -> None:
    assert header_key("Socie\u0301te\u0301") == header_key("SOCIÉTÉ")


HEADERS = ["Id", "Company Size", "Job Title", "E-Mail", "Country", "country", "Phone", "Phone", "", "zip", "Zip"]


@pytest.mark.parametrize(
    ("field", "bound"),
    [
        (Field("job_title"), Binding({"job_title": 2}, (), {})),
        (Field("email"), Binding({"email": 3}, (), {})),
        (Field("employees", columns=("No. of Employees", "Company Size")), Binding({"employees": 1}, (), {})),
        (Field("id", columns=("Prospect ID",)), Binding({"id": 0}, (), {})),  # its own name comes last
        (Field("zip", columns=("Company Size",)), Binding({"zip": 1}, (), {})),
        (Field("country"), Binding({"country": 5}, (), {})),  # exactly so wins
        (Field("COUNTRY"), Binding({"COUNTRY": None}, (), {"COUNTRY": ("Country", "country")})),
        (Field("phone"), Binding({"phone": None}, (), {"phone": ("Phone", "Phone")})),
        (Field("Phone"), Binding({"Phone": None}, (), {"Phone": ("Phone", "Phone")})),
        (Field("tel", columns=("Phone", "Id")), Binding({"tel": None}, (), {"tel": ("Phone", "Phone")})),
        (Field("budget"), Binding({"budget": None}, ("budget",), {})),
        (Field("mobile", optional=True), Binding({"mobile": None}, (), {})),
        (Field("_"), Binding({"_": None}, ("_",), {})),  # a column without a header is nobody's
    ],
)
def test_a_field_reads_one_column(field: Field, bound: Binding) -> None:
    assert bind([field], HEADERS) == bound


def test_all_fields_of_a_file_are_bound_at_once() -> None:
    fields = [Field("title", columns=("Job Title",)), Field("budget"), Field("phone"), Field("id")]
    expected = Binding({"title": 2, "budget": None, "phone": None, "id": 0}, ("budget",), {"phone": ("Phone", "Phone")})
    assert bind(fields, HEADERS) == expected


NAMES = ["employees", "title", "Job Title", "budget", "email"]


def test_a_key_that_is_not_text_is_not_a_column_of_any_field() -> None:
    [row] = csv.DictReader(["title", "VP,one cell too many"])
    assert row[None] == ["one cell too many"]  # type: ignore[index]  # as its types do not say
    decision = qualify.compile('rule "VP": lead when title is "VP"').decide(row)
    assert decision.stage == "lead"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("employes", "employees"),
        ("titel", "title"),
        ("Job Titel", "Job Title"),
        ("jobtitle", "Job Title"),
        ("BUDGET", "budget"),
        ("e-mail", "email"),
        ("country", None),
        ("x", None),
        ("", None),
        ("employees" * 1000, None),
    ],
)
def test_the_closest_name(name: str, meant: str | None) -> None:
    assert closest(name, NAMES) == meant


def test_the_first_of_equally_close_names_is_suggested() -> None:
    assert closest("list_c", ["list_b", "list_a"]) == "list_b"
    assert closest("title", []) is None


def test_very_long_names_are_not_compared() -> None:
    assert closest("x" * 100, ["x" * 100]) == "x" * 100
    assert closest("x" * 101, ["x" * 100]) is None
    assert closest("x" * 100, ["x" * 101]) is None
