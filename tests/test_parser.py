"""Any text gives a rule set or diagnostics, never another exception, and in bounded time."""

from __future__ import annotations

import pickle
import random
import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualify
from qualify.checking.check import check
from qualify.model.rules import Model
from qualify.parsing.parser import LONGEST, parse
from qualify.parsing.project import read_project
from qualify.parsing.sandbox import Folder
from qualify.text.diagnostics import Diagnostic, render
from qualify.text.source import Source, Span

RULES = Path(__file__).parent.parent / "rules"
REAL = {path.name: path.read_text("utf-8") for path in sorted(RULES.glob("*.lead"))}
PIECE = re.compile(r'"[^"\n]*"|\[[^\]\n]*\]|\w+|\s+|[^\w\s]')
VOCABULARY = sorted({piece for text in REAL.values() for piece in PIECE.findall(text) if not piece.isspace()})


NO_FILES = Folder(None)
HERE = Folder(RULES)


def understood(text: str, folder: Folder = NO_FILES) -> tuple[Model | None, list[Diagnostic]]:
    return check(read_project(Source.of("rules.lead", text, "rules.lead"), folder))


def problems(text: str, folder: Folder = NO_FILES) -> list[Diagnostic]:
    """Return all problems of a text; each can be shown, and lies inside the text."""
    found = understood(text, folder)[1]
    for problem in found[:200]:
        assert render(problem)
        for span in [problem.span, *(place for _, place in problem.notes)]:
            assert span is None or 0 <= span.start <= span.end <= len(span.source.text)
    return found


# --- any text --------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    problems(text)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*VOCABULARY, "\n", "\n- ", " ", "rule", "score", "criterion", '"', "#"]), max_size=60))
def test_any_words_of_the_language(words: list[str]) -> None:
    problems(" ".join(words))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(REAL)), st.integers(0, 2**32), st.integers(1, 6))
def test_a_rule_file_with_pieces_lost_doubled_and_swapped(name: str, seed: int, times: int) -> None:
    chance = random.Random(seed)
    pieces = PIECE.findall(REAL[name])
    for _ in range(times):
        here, there = chance.randrange(len(pieces)), chance.randrange(len(pieces))
        match chance.randrange(4):
            case 0:
                del pieces[here]
            case 1:
                pieces.insert(here, pieces[there])
            case 2:
                pieces[here], pieces[there] = pieces[there], pieces[here]
            case _:
                pieces[here] = chance.choice(VOCABULARY)
    problems("".join(pieces), HERE)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(REAL)), st.integers(0, 2**32))
def test_a_truncated_rule_file(name: str, seed: int) -> None:
    text = REAL[name]
    problems(text[: random.Random(seed).randrange(len(text))], HERE)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(REAL)), st.text(max_size=5), st.integers(0, 2**32))
def test_a_rule_file_with_something_pasted_in(name: str, pasted: str, seed: int) -> None:
    place = random.Random(seed).randrange(len(REAL[name]))
    problems(REAL[name][:place] + pasted + REAL[name][place:], HERE)


# --- what does not matter --------------------------------------------------------------------------------------

# The contract has names in any case but these; `Need` in another case would be another name.
KEYWORDS = re.compile(
    r"\b(?:rules|owner|version|agreed|review by|use|list|define|as|criterion|score|grade|rule|otherwise|when|with"
    r"|at least|is at most|is between|and|or|not|is any of|mentions|includes|within the last|all of|kept between)\b"
)


def respaced(text: str, chance: random.Random) -> str:
    """Return equivalent rules with other white space, comments, and keywords in a different case."""
    out = []
    for piece in re.split(r'("[^"\n]*"|#[^\n]*|\n[ ]*- |\[[^\]\n]*\])', text):
        if piece.startswith(('"', "#", "[", "\n")):
            out.append(piece + ("\n" if piece.startswith("#") and chance.random() < 0.3 else ""))
            continue
        piece = KEYWORDS.sub(lambda word: chance.choice((str.upper, str.lower, str.title))(word[0]), piece)
        piece = re.sub(r"\n", lambda _: chance.choice(("\n", " # so\n ", "\r\n")), piece)
        out.append(re.sub(r"(?<=\w)[ ]", lambda _: chance.choice((" ", "  \t", "\u00a0", "\n\n")), piece))
    return "".join(out)


def plain(part: object) -> object:
    """Return a part of the model without its spans."""
    if isinstance(part, (Span, Source)):
        return None
    if is_dataclass(part):
        kept = [(one.name, plain(getattr(part, one.name))) for one in fields(part) if one.name != "sources"]
        return type(part).__name__, kept
    if isinstance(part, dict):
        return [(key, plain(value)) for key, value in part.items()]
    return [plain(one) for one in part] if isinstance(part, (tuple, list)) else part


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(REAL)), st.integers(0, 2**32))
def test_white_space_comments_and_case_of_keywords_mean_nothing(name: str, seed: int) -> None:
    first, _ = understood(REAL[name], HERE)
    second, found = understood(respaced(REAL[name], random.Random(seed)), HERE)
    assert first is not None
    assert second is not None, "\n".join(map(render, found))
    assert plain(second) == plain(first)


@pytest.mark.parametrize("name", REAL)
def test_a_rule_set_survives_pickling(name: str) -> None:
    rules = qualify.load(RULES / name)
    assert pickle.loads(pickle.dumps(rules)).model == rules.model


# --- bounds ----------------------------------------------------------------------------------------------------

HEAD = "criterion A: "
LARGE = {
    "5,000 brackets": HEAD + "(" * 5_000 + "x" + ")" * 5_000,
    "5,000 brackets without an end": HEAD + "(" * 5_000,
    "5,000 brackets in arithmetic": "define a as " + "(" * 5_000 + "x" + ")" * 5_000,
    "20,000 times not": HEAD + "not " * 20_000 + "x",
    "20,000 functions": HEAD + "domain of " * 20_000 + 'x is "a"',
    "50,000 additions": "define a as x" + " + x" * 50_000,
    "50,000 subtractions, a line each": "define a as x" + "\n - x" * 50_000,
    "30,000 conditions": HEAD + "x or " * 30_000 + "x",
    "30,000 fields": HEAD + " or ".join(f"x{number}y" for number in range(30_000)),
    "100,000 statements": 'use "a"\n' * 100_000,
    "100,000 misread statements": "rule x\n" * 100_000,
    "90,000 lists": "".join(f'list L{number}: "a"\n' for number in range(90_000)),
    "30,000 bullets": HEAD + "all of" + "\n- x" * 30_000,
    "spaces": HEAD + " " * 1_000_000 + "x",
    "lines": HEAD + "\n" * 1_000_000 + "x",
    "lines and spaces": HEAD + "\n " * 900_000 + "x",
    "lines before a bullet": HEAD + "all of" + "\n" * 1_000_000 + "- x",
    "comments": HEAD + "#\n" * 300_000 + "x",
    "one comment": HEAD + "#" * 1_900_000,
    "quotes": HEAD + 'x is "' * 100_000,
    "quotes apart": HEAD + '" ' * 500_000,
    "digits": HEAD + "x is " + "9" * 1_000_000,
    "digits and commas": HEAD + "x is " + "9,999" * 300_000,
    "square brackets": HEAD + "[" * 1_000_000,
    "a long name": HEAD + "x" * 1_000_000,
    "minus signs": HEAD + "- " * 500_000,
    "exclamation marks": HEAD + "x " + "!" * 1_000_000,
    "words": HEAD + "word " * 300_000,
    "at": HEAD + "at " * 300_000,
    "10 MB": "criterion A: x\n" * 700_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_limits(text: str) -> None:
    problems(text)


def test_a_file_that_is_too_long_says_so() -> None:
    (problem,) = parse(Source.of("rules.lead", "#" * (LONGEST + 1))).problems
    assert problem.code == "E410"


def chain(statement: str, length: int) -> str:
    """Return definitions each of which uses the one before it."""
    return "".join(statement.format(one=f"N{number}", other=f"N{number - 1}") + "\n" for number in range(1, length))


GROWING = {
    "computed fields": "define N0 as x\n" + chain("define {one} as {other} + {other}", 60),
    "products": "define N0 as x\n" + chain("define {one} as {other} * {other}", 60) + "criterion A: N59 is 5",
    "first known of": "define N0 as x\n" + chain("define {one} as first known of {other}, {other}", 60),
    "criteria": "criterion N0: x\n" + chain("criterion {one}: {other} and {other}", 60) + 'rule "R": lead when N59',
    "scores": "score N0: +1 when x\n" + chain("score {one}: +1 per {other} +1 per {other}", 60),
    "lists": 'list N0: "a", "b"\n' + chain("list {one}: {other}, {other}", 60) + "criterion A: x is in N59",
}  # fmt: skip
LONG = {
    "computed fields": "define N0 as x\n" + chain("define {one} as {other} + 1", 5_000),
    "criteria": "criterion N0: x\n" + chain("criterion {one}: not {other}", 5_000),
    "scores": "score N0: +1 when x\n" + chain("score {one}: +1 per {other}", 5_000),
    "lists": 'list N0: "a"\n' + chain("list {one}: {other}", 5_000) + "criterion A: x is in N4999",
    "circles": "".join(f"criterion N{number}: N{number}\n" for number in range(5_000)),
    "one circle": chain("criterion {one}: {other}", 5_000) + "criterion N0: N4999",
}


@pytest.mark.parametrize("text", GROWING.values(), ids=GROWING)
def test_exponentially_growing_definitions_are_computed_or_refused(text: str) -> None:
    model, found = understood(text)
    if model is None:
        assert {problem.code for problem in found} <= {"E411", "E412", "W202"}
    else:
        assert qualify.RuleSet(model).decide({"x": "1"}).explain()


@pytest.mark.slow
@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_chains_of_definitions(text: str) -> None:
    assert problems(text)


def test_a_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    text = REAL["bant.lead"]
    (tmp_path / "contacts.yaml").write_bytes((RULES / "contacts.yaml").read_bytes())
    (tmp_path / "unix.lead").write_bytes(text.encode())
    (tmp_path / "windows.lead").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    unix, windows = (qualify.load(tmp_path / name).model for name in ("unix.lead", "windows.lead"))
    assert plain(windows) == plain(unix)
