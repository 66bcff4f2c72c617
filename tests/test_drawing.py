"""The rule sets drawn with the seeds cover the whole language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from random import Random
from typing import get_args

from drawing import CELLS_OF, KINDS, SEEDS, TYPED_CELLS, VALUES, Drawing, drawn, spellings

from qualify.language.functions import FUNCTIONS, SELECTORS
from qualify.language.kinds import FIELD_KINDS, Kind
from qualify.language.logic import All, Any, Count, Not
from qualify.language.operators import OPERATORS
from qualify.model import walk
from qualify.parsing import syntax
from qualify.parsing.parser import parse
from qualify.text.source import Source, Span

TESTS = [(name, kind) for name, one in OPERATORS.items() for kind in one.predicates]
# What a rule file can be made of. Left out is what says nothing of a decision, or names a file.
WRITTEN = {
    *(set(get_args(syntax.Statement)) - {syntax.Heading, syntax.Use, syntax.Example}),
    *(*get_args(syntax.ScoreLine), *get_args(syntax.Leaf), All, Any, Not, Count),
    *(*(set(get_args(syntax.Operand)) - {syntax.Header}), syntax.Period, syntax.Output),
}


def drawings() -> Iterator[Drawing]:
    for seed in SEEDS:
        drawing = Drawing(Random(seed))
        drawing.rules()
        yield drawing


def nodes(written: object) -> Iterator[object]:
    """Yield every part of a statement."""
    if isinstance(written, tuple):
        for part in written:
            yield from nodes(part)
    elif is_dataclass(written) and not isinstance(written, Span):
        yield written
        for one in fields(written):
            yield from nodes(getattr(written, one.name))


def test_the_seeds_draw_every_test_of_every_type_in_every_spelling() -> None:
    every = {
        (name, kind, words) for name, one in OPERATORS.items() for kind in one.predicates for words in spellings(name)
    }
    assert every - set[object]().union(*(drawing.tests for drawing in drawings())) == set()


def test_the_seeds_draw_every_function_and_selector_for_every_type() -> None:
    every = {(name, one.gives) for name, one in FUNCTIONS.items()}
    every |= {(name, kind) for name in SELECTORS for kind in FIELD_KINDS}
    assert every - set[object]().union(*(drawing.calls for drawing in drawings())) == set()


def test_the_seeds_draw_every_statement_and_every_part_of_it() -> None:
    texts = [drawn(seed)[0] for seed in SEEDS[:20]]
    statements = [parse(Source.of("rules.lead", text)).statements for text in texts]
    assert {type(node) for node in nodes(tuple(statements))} >= WRITTEN


def test_the_text_of_drawn_rules_means_what_was_drawn() -> None:
    """Each test of each type, and its opposite, exists in the model."""
    models = [drawn(seed)[1] for seed in SEEDS]
    meant = {
        (one.operator, one.kind, one.negated) for model in models for one in walk.tests([*model.rules, *model.order])
    }
    every = {(name, kind, negated) for name, kind in TESTS for negated in {False, OPERATORS[name].negative is not None}}
    assert every - meant == set()


def test_every_type_has_fields_cells_and_values() -> None:
    assert set(KINDS.values()) == set(CELLS_OF) == set(TYPED_CELLS) == set(FIELD_KINDS)
    assert set(VALUES) == set(Kind)
