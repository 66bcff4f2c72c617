"""Why a contact is placed where it is, and why not higher: a tree of findings, and its text for people.

`--format json` prints the tree itself, so people and programs get the same facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from qualify.explain.nearest_miss import NearestMiss, nearest_miss
from qualify.explain.wording import named, quoted, seen, shortened
from qualify.language.logic import KLEENE, Algebra, Answer, Not, fold
from qualify.model.expressions import Condition, DefinedValue, Holds, IsAnswered, Leaf, Operand, Test
from qualify.model.rules import Criterion, Fading, Grade, Otherwise, Per, Rule, Score, ScoreLine, When
from qualify.model.walk import operands_of, reads
from qualify.record.details import Details, place
from qualify.record.evaluation import Evaluation, answer, line_points, value
from qualify.text.phrasing import harmless
from qualify.text.source import Span

SEE_ABOVE = "see above"
LONGEST_TEST = 160  # characters of the rules that are shown


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to a condition, criterion or score, the values seen, and the findings it rests on.

    A score line has points. It has an answer only if it is a condition.
    """

    asked: str
    answer: Answer | None
    seen: str = ""
    points: int | None = None
    parts: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleTried:
    """A rule that was tried: the one that placed the contact, or one before it."""

    rule: str
    stage: str
    place: str
    asked: str  # `lead when at least 3 of`
    answer: Answer
    parts: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every rule up to the deciding one, with the values seen, and what would have placed the contact higher."""

    stage: str
    rule: str | None
    place: str
    tried: tuple[RuleTried, ...]
    nearest_miss: NearestMiss | None
    could_be: str | None
    ask: tuple[str, ...]


def explanation(decision: Details) -> Explanation:
    """Return why a contact was placed as it was."""
    contact, model = decision.contact, decision.contact.model
    tried: list[Rule] = []
    placed_by: Rule | Otherwise = model.otherwise
    for rule in model.rules:
        tried.append(rule)
        if rule.name == decision.rule:
            placed_by = rule
            break
    higher = [rule for rule in tried if model.rank[rule.stage] > model.rank[decision.stage]]
    return Explanation(
        decision.stage,
        decision.rule,
        place(placed_by.span),
        _Findings(contact).rules(tried),
        nearest_miss(higher, contact),
        decision.could_be,
        decision.ask,
    )


def finding_of(name: str, contact: Evaluation) -> Finding:
    """Return the finding about one criterion, score or grade."""
    return _Findings(contact).named(name)


# --- the tree --------------------------------------------------------------------------------------------------


class _Findings:
    """Builds the findings about one contact. Each criterion and score is shown in full only the first time."""

    def __init__(self, contact: Evaluation) -> None:
        self._contact = contact
        self._model = contact.model
        self._shown: set[str] = set()

    def rules(self, rules: Iterable[Rule]) -> tuple[RuleTried, ...]:
        return tuple(map(self._rule, rules))

    def named(self, name: str) -> Finding:
        if name in self._model.criteria:
            return self._criterion(self._model.criteria[name])
        value = (self._model.scores.get(name) or self._model.grades[name]).value
        return Finding(name, None, seen(value, self._contact), parts=self._lines_of([value]))

    def _rule(self, rule: Rule) -> RuleTried:
        asked, parts = self._headed(f"{rule.stage} when", rule.condition)
        return RuleTried(rule.name, rule.stage, place(rule.span), asked, answer(rule.condition, self._contact), parts)

    def _headed(self, head: str, condition: Condition) -> tuple[str, tuple[Finding, ...]]:
        """Return the line above the parts of a condition, which ends in `all of` and the like, and those parts."""
        finding = self._condition(condition)
        if is_combination(condition):
            return f"{head} {finding.asked}", finding.parts
        return head, (finding,)

    def _condition(self, condition: Condition) -> Finding:
        return fold(condition, self._leaf, FINDINGS)

    def _leaf(self, leaf: Leaf) -> Finding:
        parts: tuple[Finding, ...]
        match leaf:
            case Holds(name):
                return self._criterion(self._model.criteria[name])
            case IsAnswered(name):
                parts = () if name in self._shown else (self._criterion(self._model.criteria[name]),)
                words = f"{name} is {self._contact.answer(name)}"
            case Test():
                parts = self._lines_of(reading for operand in operands_of(leaf) for reading in reads(operand))
                words = self._seen(leaf)
            case _:
                assert_never(leaf)
        return Finding(written(leaf.span), answer(leaf, self._contact), words, parts=parts)

    def _criterion(self, criterion: Criterion) -> Finding:
        holds = self._contact.answer(criterion.name)
        if criterion.name in self._shown:
            return Finding(criterion.name, holds, SEE_ABOVE)
        self._shown.add(criterion.name)
        name = f"{criterion.name} {quoted(criterion.meaning)}" if criterion.meaning else criterion.name
        if criterion.name in self._contact.given:
            return Finding(name, holds, "given")
        asked, parts = self._headed(f"{name}:", criterion.condition)
        return Finding(asked.removesuffix(":"), holds, parts=parts)

    def _seen(self, test: Test) -> str:
        """Return the values that a test saw. Names that the test itself shows next to them are left out."""
        readings = [operand for operand in operands_of(test) if any(reads(operand))]
        words = "; ".join(dict.fromkeys(seen(operand, self._contact) for operand in readings))
        if len(readings) == 1 and value(readings[0], self._contact) is None:
            return words.removeprefix(f"{named(readings[0])} is ")
        return words.removeprefix(f"{written(test.span)} is ")

    def _lines_of(self, readings: Iterable[Operand]) -> tuple[Finding, ...]:
        """Return the lines of scores that are read, directly or through a grade, unless already shown."""
        scores: dict[str, Score] = {}
        for reading in readings:
            definition = self._model.definitions[reading.name] if isinstance(reading, DefinedValue) else None
            if isinstance(definition, Grade):
                definition = self._model.scores[definition.score]
            if isinstance(definition, Score) and definition.name not in self._shown:
                scores[definition.name] = definition
        self._shown.update(scores)
        if len(scores) == 1:
            return self._lines(*scores.values())
        return tuple(
            Finding(name, None, seen(score.value, self._contact), parts=self._lines(score))
            for name, score in scores.items()
        )

    def _lines(self, score: Score) -> tuple[Finding, ...]:
        lines = tuple(map(self._line, score.lines))
        total = sum(line.points or 0 for line in lines)
        if total == self._contact.points(score.name):
            return lines
        kept = f"kept between {score.low:,} and {score.high:,}"
        return (*lines, Finding(kept, None, f"the lines come to {total:,}"))

    def _line(self, line: ScoreLine) -> Finding:
        points = line_points(line, self._contact)
        match line:
            case When(amount, condition):
                plain = self._condition(condition)
                return replace(plain, asked=f"{amount:+,} when {plain.asked}", points=points)
            case Per(subject=operand) | Fading(since=operand):
                parts = self._lines_of(reads(operand))
                return Finding(written(line.span), None, seen(operand, self._contact), points, parts)
        assert_never(line)


def is_combination(condition: Condition) -> bool:
    """Return whether a condition, without any `not` before it, combines others."""
    return is_combination(condition.operand) if isinstance(condition, Not) else not isinstance(condition, Leaf)


def _count(each: Iterable[Finding], low: int, high: int) -> Finding:
    parts = tuple(each)
    head = f"at least {low} of" if high == len(parts) else f"exactly {low} of" if low == high else f"at most {high} of"
    return Finding(head if high else "none of", KLEENE.count(_answers(parts), low, high), parts=parts)


def _opposite(plain: Finding) -> Finding:
    (holds,) = _answers([plain])
    if plain.parts:  # they explain the condition without `not`, which therefore keeps a line of its own
        return Finding("not", ~holds, parts=(plain,))
    return replace(plain, asked=f"not {plain.asked}", answer=~holds)


def _joined(head: str, combined: Callable[[Iterable[Answer]], Answer]) -> Callable[[Iterable[Finding]], Finding]:
    def joined(each: Iterable[Finding]) -> Finding:
        parts = tuple(each)
        return Finding(head, combined(_answers(parts)), parts=parts)

    return joined


def _answers(findings: Iterable[Finding]) -> Iterator[Answer]:
    return (finding.answer for finding in findings if finding.answer is not None)


FINDINGS = Algebra(_joined("all of", KLEENE.every), _joined("any of", KLEENE.some), _opposite, _count)


def written(span: Span) -> str:
    """Return a part of the rules as written, on one line."""
    return shortened(span.text, LONGEST_TEST)


# --- text for people -------------------------------------------------------------------------------------------

MARKS = {Answer.YES: "✓", Answer.NO: "✗", Answer.UNKNOWN: "?", None: "·"}


def render(explanation: Explanation) -> str:
    """Return an explanation as text for a terminal or a phone: short lines, indented by two spaces per level.

    Control characters are escaped.
    """
    lines = [_headline(explanation), ""]
    for rule in explanation.tried:
        lines += [f'{MARKS[rule.answer]} rule "{rule.rule}": {rule.asked}']
        lines += [line for part in rule.parts for line in rendered(part, 1)]
    return harmless("\n".join([*lines, *_outlook(explanation)]))


def _headline(explanation: Explanation) -> str:
    by = "no rule placed it" if explanation.rule is None else f'by rule "{explanation.rule}"'
    return f"{explanation.stage}: {by} ({explanation.place})"


def rendered(finding: Finding, depth: int = 0) -> Iterator[str]:
    """Yield the lines of a finding, with the findings it rests on indented by two spaces."""
    words = [finding.asked, finding.seen] if finding.seen else [finding.asked]
    points = f" → {_points(finding.points)}" if finding.points is not None and finding.answer is None else ""
    yield f"{'  ' * depth}{MARKS[finding.answer]} {' — '.join(words)}{points}"
    for part in finding.parts:
        yield from rendered(part, depth + 1)


def _points(points: int) -> str:
    return f"{points:+,}" if points else "0"


def _outlook(explanation: Explanation) -> Iterator[str]:
    """Yield what could place the contact higher: the nearest miss, and what to ask."""
    miss = explanation.nearest_miss
    if miss or explanation.could_be:
        yield ""
    if miss and len(miss.needs) == 1:
        yield f'nearest miss: rule "{miss.rule}": {miss.needs[0]}'
    elif miss:
        yield f'nearest miss: rule "{miss.rule}":'
        yield from (f"  {need}" for need in miss.needs)
    if explanation.could_be:
        yield f"could be {explanation.could_be}; ask {', '.join(explanation.ask)}"
