"""Building statements: rules, criteria, scores, grades, lists, the heading and examples."""

from __future__ import annotations

from lark import Token

from qualify.language.durations import Duration
from qualify.language.logic import Answer
from qualify.parsing.builder.condition_nodes import Conditions, plain
from qualify.parsing.builder.operand_nodes import Piece
from qualify.parsing.syntax import (
    Criterion,
    Define,
    Example,
    ExpectAsk,
    Expectation,
    ExpectCouldBe,
    ExpectStage,
    ExpectValue,
    Fading,
    Given,
    Grade,
    Heading,
    List,
    Literal,
    Name,
    Otherwise,
    Output,
    Per,
    Period,
    Rule,
    Score,
    ScoreLine,
    Stages,
    Use,
    When,
)
from qualify.text.compare import tidy

YES_NO_UNKNOWN = {"YES": Answer.YES, "NO": Answer.NO, "UNKNOWN": Answer.UNKNOWN}


class Builder(Conditions):
    """Builds the statements of a text."""

    def heading(self, parts: list[Piece]) -> Heading:
        items = tuple(part for part in parts if isinstance(part, tuple))
        return Heading(self.text([parts[1]]), items, self.span(parts[0], *[item for _, item in items] or [parts[1]]))

    def heading_item(self, parts: list[Token]) -> tuple[str, Literal]:
        keyword, value = parts
        literal = self.date([value]) if value.type == "DATE" else self.text([value])
        return " ".join(str(keyword).lower().split()), literal

    def use(self, parts: list[Token]) -> Use:
        return Use(self.text([parts[1]]), self.span(*parts))

    def stages(self, parts: list[Piece]) -> Stages:
        return Stages(tuple(part for part in parts if isinstance(part, Name)), self.span(*parts))

    def stage(self, parts: list[Token]) -> Name:
        token = parts[0]
        return Name(tidy(token[1:-1]) if token.type == "TEXT" else str(token), self.span(token))

    def named_list(self, parts: list[Piece]) -> List:
        return List(self.name([parts[1]]), tuple(parts[3]), None, None, self.span(*parts))

    def list_from(self, parts: list[Token]) -> List:
        texts = [self.text([part]) for part in parts if part.type == "TEXT"]
        column = texts[1] if len(texts) > 1 else None
        return List(self.name([parts[1]]), (), texts[0], column, self.span(*parts))

    def list_values(self, parts: list[Piece]) -> list[Piece]:
        return self.values(parts)

    def list_bullets(self, parts: list[Piece]) -> list[Piece]:
        return [part for part in parts if not isinstance(part, Token)]

    def define(self, parts: list[Piece]) -> Define:
        return Define(self.name([parts[1]]), parts[3], self.span(*parts))

    def criterion(self, parts: list[Piece]) -> Criterion:
        meaning = str(self.text([parts[2]]).value) if parts[2].type == "TEXT" else None
        return Criterion(self.name([parts[1]]), meaning, plain(parts[-1]), self.span(*parts))

    def score(self, parts: list[Piece]) -> Score:
        kept = next((part for part in parts if isinstance(part, tuple)), None)
        lines: tuple[ScoreLine, ...] = tuple(part for part in parts if isinstance(part, (When, Per, Fading)))
        return Score(self.name([parts[1]]), lines, kept, self.span(*parts))

    def kept(self, parts: list[Token]) -> tuple[Literal, Literal]:
        what = "the limit of a score"
        return self._points(parts[2], what), self._points(parts[4], what)

    def when(self, parts: list[Piece]) -> When:
        return When(self._points(parts[0]), plain(parts[2]), self.span(*parts))

    def per(self, parts: list[Piece]) -> Per:
        up_to = self._points(parts[4], "the limit of a line", 0) if len(parts) > 3 else None
        return Per(self._points(parts[0]), parts[2], up_to, self.span(*parts))

    def fading(self, parts: list[Piece]) -> Fading:
        points, _, _, by, _, every, _, since = parts
        if every.duration.count == 0:
            self.problem("E306", "the period after `every` has to be at least 1", every.span)
            every = Period(Duration(1, every.duration.unit), every.span)
        by_points = self._points(by, "the number of points after `by`", 1)
        return Fading(self._points(points), by_points, every, since, self.span(*parts))

    def grade(self, parts: list[Piece]) -> Grade:
        bands = tuple(part for part in parts if isinstance(part, tuple))
        last = parts[-1]
        otherwise = self.text([last]) if isinstance(last, Token) else None
        return Grade(self.name([parts[1]]), self.name([parts[3]]), bands, otherwise, self.span(*parts))

    def band(self, parts: list[Token]) -> tuple[Literal, Literal]:
        return self.text([parts[0]]), self.number([parts[2]])

    def rule(self, parts: list[Piece]) -> Rule:
        outputs = parts[6] if len(parts) > 6 else []
        return Rule(self.text([parts[1]]), parts[3], plain(parts[5]), tuple(outputs), self.span(*parts))

    def outputs(self, parts: list[Piece]) -> list[Output]:
        return [part for part in parts if isinstance(part, Output)]

    def output(self, parts: list[Token]) -> Output:
        return Output(self.name([parts[0]]), self.text([parts[1]]), self.span(*parts))

    def otherwise(self, parts: list[Piece]) -> Otherwise:
        return Otherwise(parts[1], tuple(parts[2]) if len(parts) > 2 else (), self.span(*parts))

    # --- examples

    def example(self, parts: list[Piece]) -> Example:
        given: list[Given] = []
        on: Literal | None = None
        expected: list[Expectation] = []
        for part in parts[3:]:
            if isinstance(part, Literal):
                on = part
            elif isinstance(part[0], Given):
                given += part
            else:
                expected += part
        return Example(self.text([parts[1]]), tuple(given), on, tuple(expected), self.span(*parts))

    def givens(self, parts: list[Piece]) -> list[Given]:
        return [part for part in parts if isinstance(part, Given)]

    def given(self, parts: list[Piece]) -> Given:
        token, value = parts
        field = self.name([token]) if token.type == "NAME" else self.header([token])
        return Given(field, None if isinstance(value, Token) else value, self.span(*parts))

    def on(self, parts: list[Token]) -> Literal:
        return self.date([parts[1]])

    def expect(self, parts: list[Piece]) -> list[Expectation]:
        """Return the expectations. Names after `ask a, …` are read as stages, and are further fields to ask."""
        expected: list[Expectation] = []
        for part in parts:
            if isinstance(part, Token):
                continue
            before = expected[-1] if expected else None
            if isinstance(before, ExpectAsk) and isinstance(part, ExpectStage) and part.rule is None:
                expected[-1] = ExpectAsk((*before.fields, part.stage), self.span(before, part))
            else:
                expected.append(part)
        return expected

    def expect_stage(self, parts: list[Piece]) -> ExpectStage:
        rule = self.text([parts[2]]) if len(parts) > 1 else None
        return ExpectStage(parts[0], rule, self.span(*parts))

    def expect_could_be(self, parts: list[Piece]) -> ExpectCouldBe:
        return ExpectCouldBe(parts[1], self.span(*parts))

    def expect_ask(self, parts: list[Piece]) -> ExpectAsk:
        return ExpectAsk((parts[1],), self.span(*parts))

    def expect_value(self, parts: list[Token]) -> ExpectValue:
        name, value = parts
        if value.type in YES_NO_UNKNOWN:
            return ExpectValue(self.name([name]), YES_NO_UNKNOWN[value.type], self.span(*parts))
        literal = self.number([value]) if value.type == "NUMBER" else self.text([value])
        return ExpectValue(self.name([name]), literal, self.span(*parts))

    def start(self, parts: list[Piece]) -> list[Piece]:
        return parts
