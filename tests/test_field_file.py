"""The field file: whole files and their meaning, and each mistake with its place and hint."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.language.fields import DEFAULT_MISSING, Field
from qualify.language.kinds import Kind
from qualify.parsing.field_file import FieldFile, read_fields
from qualify.parsing.plain_yaml import MOST_PROBLEMS
from qualify.text.codes import CODES
from qualify.text.source import Source


def read(text: str) -> FieldFile:
    """Return the content of a field file without problems."""
    file, problems = read_fields(Source.of("contacts.yaml", text))
    assert problems == ()
    return file


def problems_of(text: str) -> list[tuple[str, str, str, str | None]]:
    """Return the code, the place, the message and the hint of each problem."""
    _, problems = read_fields(Source.of("contacts.yaml", text))
    assert all(problem.is_error and problem.code in CODES and problem.span for problem in problems)
    return [(problem.code, f"{problem.span}", problem.message, problem.hint) for problem in problems]


def test_a_whole_field_file() -> None:
    file = read("""\
id: Prospect ID
missing: ["", "N/A", none given]
decimal: ","
fields:
  budget:       {column: Annual Budget, type: money, currency: usd}
  employees:    {column: [No. of Employees, Company Size], type: number, decimal: .}
  last_visit:   {type: date, format: "%d/%m/%Y", blank: 01/10/2026}
  is_customer:  {type: flag, blank: no}
  pain_points:  {type: list, separator: "|", blank: [churn, cost]}
  mobile:       {type: text, optional: yes}
  title:        text
  notes:
  country:
    type: text
    values: [DE, NO]
    synonyms: {Germany: de, "  NORGE ": NO}
lists:
  Nordics: [NO, SE]
  Home: DE
""")
    missing = ("", "N/A", "none given")
    expected = {
        "budget": Field("budget", Kind.MONEY, ("Annual Budget",), "USD", ",", missing=missing),
        "employees": Field("employees", Kind.NUMBER, ("No. of Employees", "Company Size"), missing=missing),
        "last_visit": Field(
            "last_visit", Kind.DATE, decimal=",", format="%d/%m/%Y", blank=date(2026, 10, 1), missing=missing
        ),
        "is_customer": Field("is_customer", Kind.FLAG, decimal=",", blank=False, missing=missing),
        "pain_points": Field(
            "pain_points", Kind.LIST, decimal=",", separator="|", blank=("churn", "cost"), missing=missing
        ),
        "mobile": Field("mobile", Kind.TEXT, decimal=",", optional=True, missing=missing),
        "title": Field("title", Kind.TEXT, decimal=",", missing=missing),
        "notes": Field("notes", None, decimal=",", missing=missing),
        "country": Field(
            "country",
            Kind.TEXT,
            decimal=",",
            values=("DE", "NO"),
            synonyms={"germany": "DE", "norge": "NO"},
            missing=missing,
        ),
    }
    assert (file.id, file.missing, file.decimal) == ("Prospect ID", missing, ",")
    assert file.fields == expected
    assert {name: str(span) for name, span in file.places.items()}["country"] == "contacts.yaml:13:3"
    assert {name: (values, str(span)) for name, (values, span) in file.lists.items()} == {
        "Nordics": (("NO", "SE"), "contacts.yaml:18:3"),
        "Home": (("DE",), "contacts.yaml:19:3"),
    }


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "fields:\n", "fields: {}\nlists: {}\n"])
def test_an_empty_field_file_says_nothing(text: str) -> None:
    file = read(text)
    assert (file.id, file.missing, file.decimal, file.fields, file.lists) == (None, DEFAULT_MISSING, ".", {}, {})


WORDS = "NO no on yes off 1.10 1e3 2026-10-01 0777 1_000 0x1F 12:30:45 ~ null .inf = <<"


@pytest.mark.parametrize("word", WORDS.split())
def test_words_in_yaml_stay_text(word: str) -> None:
    file = read(
        f"id: {word}\nmissing: [{word}]\nlists: {{A: [{word}]}}\n"
        f"fields: {{a: {{column: {word}, values: [{word}], synonyms: {{{word}: {word}}}}}}}\n"
    )
    field = file.fields["a"]
    assert (file.id, file.missing, file.lists["A"][0]) == (word, ("", word), (word,))
    assert (field.columns, field.values, dict(field.synonyms)) == ((word,), (word,), {word.lower(): word})


@pytest.mark.parametrize("text", ["missing: []", "missing:\n  - ''", "missing: ''"])
def test_the_empty_cell_is_always_missing(text: str) -> None:
    assert read(text).missing == ("",)


def test_a_synonym_of_a_flag_may_mean_unknown() -> None:
    file = read("fields: {a: {type: flag, synonyms: {ja: YES, nein: f, offen: N/A}}}")
    assert file.fields["a"].synonyms == {"ja": "YES", "nein": "f", "offen": "N/A"}


def test_blank_may_be_a_word_that_means_missing_in_a_cell() -> None:
    assert read("fields: {source: {type: text, blank: N/A}}").fields["source"].blank == "N/A"


MISTAKES = [
    ("E501", "fields:\n\ttitle: text", "2:1", "this is not YAML: found character '\\t' that cannot start any token",
     "indent with spaces, not tabs"),
    ("E501", "id: Name: full", "1:9", "this is not YAML: mapping values are not allowed here",
     "put a text that has `: ` in it in double quotes, and line up the names"),
    ("E501", "fields:\n  a: {column: Kunde?, type: flag}", "2:20",
     "this is not YAML: expected ',' or '}', but got '?'", "put the text in double quotes"),
    ("E501", "fields:\n  a: {column: # Mitarbeiter, type: number}\n  b: {type: text}", "2:15",
     "this is not YAML: a `#` begins a comment, which hides the end of the bracket",
     "put a text that has a `#` in it in double quotes"),
    ("E501", "fields:\n  a: {column: [No., Kunde #], type: number}", "2:27",
     "this is not YAML: a `#` begins a comment, which hides the end of the bracket",
     "put a text that has a `#` in it in double quotes"),
    ("E501", "id: a\x07", "1:6", "this is not YAML: the character U+0007 is not allowed",
     "delete the character: it cannot be seen"),
    ("E501", 'id: "\\UFFFFFFFF"', "1:6", "this is not YAML: it has the code of a character that does not exist",
     "write the character itself"),
    ("E501", 'id: "\\ud800"', "1:5", "`id` has an incomplete character", "write the character itself, not its code"),
    ("E502", "id: " + "x" * 1_000_000, "1:1", "the file has more than 1,000,000 characters",
     'keep a long list in a file of its own: list NAME from "FILE"'),
    ("E502", "id: " + "[" * 100_000, "1:24", "lists within lists, more than 20 deep",
     "nothing here needs more than a list within a setting"),
    ("E503", "lists: {A: &a [x], B: *a}", "1:23", "`*a` stands for something written elsewhere",
     "write it out here"),
    ("E504", "id: !!python/object/apply:os.system [ls]", "1:5",
     "`!!python/object/apply:os.system` is not allowed: every value is read as text",
     "leave `!!python/object/apply:os.system` out"),
    ("E504", "id: !!int 5", "1:5", "`!!int` is not allowed: every value is read as text", "leave `!!int` out"),
    ("E505", "feilds: {}", "1:1", "there is no setting `feilds` here", "did you mean `fields`?"),
    ("E505", "x: 1", "1:1", "there is no setting `x` here",
     "there are `id`, `missing`, `decimal`, `fields`, `lists`"),
    ("E505", "fields: {a: {colum: A}}", "1:14", "there is no setting `colum` here", "did you mean `column`?"),
    ("E506", "fields:\n  a: text\n  a: date", "3:3", "`a` is given twice", "keep one of the two"),
    ("E506", "fields: {a: {synonyms: {X: b, x: c}}}", "1:31", "`x` stands for both `b` and `c`",
     "keep one of the two"),
    ("E507", "- fields", "1:1", "the file needs names, each with a value", "write `NAME: VALUE`, a line each"),
    ("E507", "fields: [a, b]", "1:9", "`fields` needs names, each with a value",
     "write `NAME: VALUE`, a line each"),
    ("E507", "id: [a]", "1:5", "`id` needs a text", 'write `id: "TEXT"`'),
    ("E507", "lists: {A: {x: y}}", "1:12", "`A` needs a list of texts", "write `A: [A, B]`"),
    ("E507", "fields: {a: {column: }}", "1:21", "`column` needs a text", 'write `column: "TEXT"`'),
    ("E508", "fields: {a: txt}", "1:13", "there is no type `txt`", "did you mean `text`?"),
    ("E508", "fields: {a: {type: boolean, blank: no}}", "1:20", "there is no type `boolean`",
     "there are `text`, `number`, `money`, `date`, `flag`, `list`"),
    ("E509", "fields: {a: {type: money, currency: $}}", "1:37", "there is no currency `$`",
     "write `currency: USD`"),
    ("E509", "fields: {a: {type: money, currency: dubloon}}", "1:37", "there is no currency `dubloon`",
     "write its code of three letters, such as `currency: USD`"),
    ("E510", "fields: {a: {type: number, currency: USD}}", "1:38", "`a` holds numbers; `currency` is for money",
     "write `type: money`, or leave `currency` out"),
    ("E510", "fields: {a: {type: text, decimal: .}}", "1:35", "`a` holds text; `decimal` is for numbers or money",
     "write `type: number` or `type: money`, or leave `decimal` out"),
    ("E510", "fields: {a: {blank: no}}", "1:21", "`blank` needs to know the type of `a`",
     "add `type: flag`, or the type it has"),
    ("E511", "fields: {a: {type: date, format: DD/MM/YYYY}}", "1:34",
     "`DD/MM/YYYY` is not a date format with day, month and year", 'write `format: "%d/%m/%Y"`'),
    ("E511", 'fields: {a: {type: date, format: "%d %d %m %Y"}}', "1:34",
     "`%d %d %m %Y` is not a date format with day, month and year", 'write `format: "%d/%m/%Y"`'),
    ("E511", 'fields: {a: {type: date, format: "%m/%Y"}}', "1:34",
     "`%m/%Y` is not a date format with day, month and year", 'write `format: "%d/%m/%Y"`'),
    ("E511", f"fields: {{a: {{type: date, format: '%d/%m/%Y{'.' * 100}'}}}}", "1:34",
     f"`%d/%m/%Y{'.' * 100}` is not a date format with day, month and year", 'write `format: "%d/%m/%Y"`'),
    ("E512", "fields: {a: {values: [Berlin], synonyms: {B: Berlim}}}", "1:46",
     "`Berlim` is not among the values of `a`", "did you mean `Berlin`?"),
    ("E512", "fields: {a: {type: text, values: [DE], blank: FR}}", "1:47", "`FR` is not among the values of `a`",
     "add `FR` to `values`"),
    ("E513", "fields: {a: {type: flag, blank: maybe}}", "1:33", "`a` holds yes or no; `maybe` cannot be read as that",
     "write `blank: no`"),
    ("E513", "fields: {a: {type: number, blank: [1, 2]}}", "1:35", "`a` holds numbers; `1, 2` cannot be read as that",
     "leave `blank` out: a missing cell is then unknown"),
    ("E514", "fields: {Budget Range: money}", "1:10",
     "`Budget Range` cannot be a name: only letters, digits and `_`, not starting with a digit",
     'write `budget_range: {column: "Budget Range"}`'),
    ("E514", """fields: {'The "size"': text}""", "1:10",
     '`The "size"` cannot be a name: only letters, digits and `_`, not starting with a digit',
     'write `the_size: {column: "The \\"size\\""}`'),
    ("E514", "fields: {7up: text}", "1:10",
     "`7up` cannot be a name: only letters, digits and `_`, not starting with a digit",
     'write `the_7up: {column: "7up"}`'),
    ("E514", "lists: {Any: [x]}", "1:9", "`Any` cannot be a name: it is a reserved word",
     "write `the_Any:`"),
    ("E515", "decimal: x", "1:10", "`x` cannot be the decimal sign",
     'write `decimal: ","` where files have 25.000,00, else leave it out'),
    ("E516", "fields: {a: {optional: on}}", "1:24", "`on` is neither yes nor no", "write `optional: yes`"),
    ("E516", "fields: {a: {type: flag, synonyms: {yes: ja}}}", "1:42", "`ja` is neither yes nor no", "write `ja: yes`"),
]  # fmt: skip


@pytest.mark.parametrize("column", ["Kunde?", "# Mitarbeiter", "Kunde #"])
def test_a_column_name_with_special_characters_can_be_quoted(column: str) -> None:
    assert read(f'fields: {{a: {{column: "{column}", type: flag}}}}').fields["a"].columns == (column,)


@pytest.mark.parametrize(("code", "text", "place", "message", "hint"), MISTAKES, ids=lambda value: str(value)[:30])
def test_a_mistake_is_shown_with_its_place_and_a_hint(
    code: str, text: str, place: str, message: str, hint: str
) -> None:
    assert problems_of(text) == [(code, f"contacts.yaml:{place}", message, hint)]


def test_every_code_has_a_mistake_that_causes_it() -> None:
    assert {code for code, *_ in MISTAKES} == {code for code in CODES if code.startswith("E5")}


def test_all_mistakes_are_shown_and_the_rest_is_read() -> None:
    text = "fields:\n  a: {type: txt, optional: yes}\n  b: {type: date, format: x, column: B}\nid: [x]\n"
    file, problems = read_fields(Source.of("contacts.yaml", text))
    assert [problem.code for problem in problems] == ["E508", "E511", "E507"]
    assert file.fields == {"a": Field("a", optional=True), "b": Field("b", Kind.DATE, ("B",))}
    assert file.id is None


def test_a_name_given_twice_points_at_the_first() -> None:
    _, (problem,) = read_fields(Source.of("contacts.yaml", "id: a\nid: b\n"))
    assert [(label, str(span)) for label, span in problem.notes] == [("first given here", "contacts.yaml:1:1")]


def test_a_file_full_of_mistakes_shows_a_bounded_number() -> None:
    assert len(problems_of("\n".join(f"x{n}: 1" for n in range(1000)))) == MOST_PROBLEMS


def test_aliases_are_never_followed() -> None:
    bomb = "lists:\n  L0: &a0 [x, x]\n" + "".join(f"  L{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    file, problems = read_fields(Source.of("contacts.yaml", bomb))
    assert {problem.code for problem in problems} == {"E503"}
    assert file.lists["L39"][0] == ()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("lists: {A: 'DE, FR'}", "`A` has one text, with a comma in it", "[DE, FR]"),
        ("lists:\n  A: DE, FR,\n", "`A` has one text, with a comma in it", "[DE, FR]"),
        ("missing: '- ; #N/A; Select'", "`missing` has one text, with a semicolon in it", '["-", "#N/A", Select]'),
        ("fields: {a: {values: [DE;FR]}}", "`values` has one text, with a semicolon in it", "[DE, FR]"),
        ("lists: {A: '1,2,3,4,5,6,7'}", "`A` has one text, with a comma in it", "[1, 2, 3, 4, 5, 6, …]"),
    ],
)
def test_one_text_that_may_be_several_causes_a_warning(text: str, message: str, hint: str) -> None:
    _, (doubt,) = read_fields(Source.of("contacts.yaml", text))
    assert (doubt.code, doubt.message) == ("W104", message)
    assert doubt.hint == f'write `{hint}`, or `["…"]` if it is one text'


@pytest.mark.parametrize("listed", ['["DE, FR"]', '["DE; FR"]', "[DE]", "DE", '","', "[]", "[DE, FR]", "\n  - DE, FR"])
def test_a_list_of_one_text_causes_no_warning(listed: str) -> None:
    read(f"missing: {listed}\n")


def test_a_list_with_an_unreadable_part_causes_no_warning() -> None:
    assert [code for code, *_ in problems_of("lists: {A: [[DE], a;b], B: [*x, a;b]}")] == ["E507", "E503"]


def test_warnings_leave_room_for_errors() -> None:
    lists = "".join(f"  A{n}: DE, FR\n" for n in range(MOST_PROBLEMS + 1))
    _, problems = read_fields(Source.of("contacts.yaml", f"lists:\n{lists}fields: 1\n"))
    assert [problem.code for problem in problems] == ["W104"] * MOST_PROBLEMS + ["E507"]


PIECES = [
    "fields:",
    "lists:",
    " ",
    "\n",
    "  a: ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "type: ",
    "money",
    "blank: ",
    "&a ",
    "*a",
    "!x ",
    '"',
]
LIKELY = st.lists(st.sampled_from(PIECES)).map("".join)


@given(st.text() | LIKELY)
def test_any_text_is_read_or_has_problems(text: str) -> None:
    source = Source.of("contacts.yaml", text)
    file, problems = read_fields(source)
    assert file.source is source
    assert all(0 <= p.span.start <= p.span.end <= len(source.text) for p in problems if p.span)
