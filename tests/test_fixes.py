"""Edits of a text, and the spaces around what is deleted."""

from __future__ import annotations

import pytest

from qualify.text.fixes import Edit, apply, remove, rewrite
from qualify.text.source import Source, Span

SOURCE = Source.of("rules.lead", "lead when either a and, b \n")


def place(text: str) -> Span:
    start = SOURCE.text.index(text)
    return Span(SOURCE, start, start + len(text))


def test_edits_are_made_in_the_order_of_the_text() -> None:
    edits = [Edit(place("b"), "c"), Edit(Span(SOURCE, 0, 0), "# "), Edit(place("lead"), "inquiry")]
    assert apply(SOURCE.text, edits) == "# inquiry when either a and, c \n"


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match=r"two edits overlap at rules\.lead:1:6"):
        apply(SOURCE.text, [Edit(place("lead when"), "x"), Edit(place("when"), "y")])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("either", "lead when a and, b \n"),
        (",", "lead when either a and b \n"),
        (" b ", "lead when either a and,\n"),
        ("lead", " when either a and, b \n"),
    ],
)
def test_a_deletion_leaves_one_space(text: str, left: str) -> None:
    assert apply(SOURCE.text, remove(place(text), "leave it out").edits) == left


def test_a_fix_writes_the_text_in_its_title_by_default() -> None:
    assert rewrite(place("b"), "did you mean `c`?").edits == (Edit(place("b"), "c"),)
    assert rewrite(place("b"), "write `c …`").edits == (Edit(place("b"), "c"),)
    assert rewrite(place("b"), 'write `"it`s …\nor"`').edits == (Edit(place("b"), '"it`s …\nor"'),)
    assert rewrite(place("b"), "write `between 5 and 6`", "5 and 6").edits == (Edit(place("b"), "5 and 6"),)
