"""Every evaluator gives exactly the answers of `record`, on rule sets and contacts drawn at random.

Many small rule sets find more than many contacts: whatever is wrong is wrong for one contact of few. The seeds that
draw the whole language are the same each time; new ones are drawn beside them.
"""

from __future__ import annotations

import pickle
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random

import pyarrow as pa
import pytest
from drawing import FIELDS, SEEDS, TODAY, cells, drawn, typed
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import qualify
from qualify.contacts.prefetch import ahead
from qualify.decision import Decision
from qualify.language import predicates
from qualify.language.logic import Answer
from qualify.model.rules import Model
from qualify.record import counting
from qualify.record.decide import decide
from qualify.record.evaluation import answer, evaluate
from qualify.targets import single
from qualify.targets.batch import engine, numbering
from qualify.targets.batch.classes import text_search as searching
from qualify.targets.batch.decisions import Counts, Decided
from qualify.targets.batch.engine import Engine
from qualify.targets.batch.placing import cubes
from qualify.targets.batch.placing import first_rules as placing
from qualify.targets.batch.values import field_columns as fields
from qualify.targets.single import Single

CONTACTS = 60
QUICK = 12  # rule sets that the quick check decides, of each kind of test


def seeds(count: int) -> pytest.MarkDecorator:
    """Run a test with the first seeds; those beyond the quick check are marked slow."""
    slow = [pytest.param(seed, marks=pytest.mark.slow) for seed in SEEDS[QUICK:count]]
    return pytest.mark.parametrize("seed", [*SEEDS[: min(count, QUICK)], *slow])


def answers_of(decision: Decision) -> dict[str, object]:
    """Return the content of a decision."""
    return {
        "stage": decision.stage,
        "rule": decision.rule,
        "could_be": decision.could_be,
        "ask": "; ".join(decision.ask) or None,
        "columns": {name: str(one) for name, one in decision.criteria.items()} | {**decision.scores, **decision.grades},
        "outputs": dict(decision.outputs),
        "unreadable": dict(decision.unreadable),
        "reason": decision.reason,
    }


def rows_of(decided: Decided) -> list[dict[str, object]]:
    """Return all results of the batch engine, contact by contact."""
    plain = {name: getattr(decided, name).to_pylist() for name in ("stage", "rule", "could_be", "ask", "reason")}
    grouped = {
        name: {key: column.to_pylist() for key, column in getattr(decided, name).items()}
        for name in ("columns", "outputs", "unreadable")
    }
    return [
        {name: column[row] for name, column in plain.items()}
        | {
            name: {key: column[row] for key, column in columns.items() if column[row] is not None}
            for name, columns in grouped.items()
        }
        for row in range(len(decided))
    ]


def assert_agree(text: str, model: Model, batches: Sequence[pa.RecordBatch]) -> Counts:
    """Check the other targets against `record`; return what the batch engine counted.

    As in a run, batches are read before the ones ahead of them are decided, and decided before those are written.
    """
    batch_engine = Engine(model, TODAY)
    one_by_one = Single(model, TODAY)
    counts = Counts()
    all_decided = [batch_engine.decide(read) for read in [batch_engine.read(batch) for batch in batches]]
    for batch, decided in zip(batches, all_decided, strict=True):
        counts.add(decided.counts)
        contacts = batch.to_pylist()
        for contact, found in zip(contacts, rows_of(decided), strict=True):
            expected = answers_of(decide(model, contact, TODAY))
            assert found == expected, f"{text}\n{contact}"
            fast = one_by_one.decide(contact)
            assert (fast.stage, fast.rule) == (expected["stage"], expected["rule"]), f"{text}\n{contact}"
    return counts


@pytest.fixture(autouse=True, scope="module")
def small_blocks() -> Iterator[None]:
    """Make blocks and slices so small that the few rows of a test fill many of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placing, "BLOCK", 16)
        patch.setattr(engine, "SLICE", 25)
        yield


@pytest.fixture(scope="module")
def tight_bounds() -> Iterator[None]:
    """Lower the limits that otherwise only large rule sets and files reach."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbering, "MOST_DIRECT", 4)
        patch.setattr(numbering, "MOST_BITS", 12)
        patch.setattr(cubes, "MOST_CUBES", 2)
        patch.setattr(cubes, "LARGEST_GROUP", 8)
        patch.setattr(searching, "MOST_KERNELS", 2)
        patch.setattr(fields, "MOST_CACHED", 10)
        patch.setattr(fields, "FEW", 5)
        patch.setattr(engine, "MOST_CACHED", 100)
        patch.setattr(single, "MOST_CACHED", 3)
        patch.setattr(single, "MOST_SHAPES", 1)
        patch.setattr(predicates, "FEW", 1)
        patch.setattr(counting, "MOST_STEPS", 10)
        counting.cheapest_split.cache_clear()  # what was found under another bound
        yield
    counting.cheapest_split.cache_clear()


def text_batch(contacts: Sequence[Mapping[str, str | None]]) -> pa.RecordBatch:
    schema = pa.schema([(name, pa.string()) for name in FIELDS])
    return pa.RecordBatch.from_pylist([dict(contact) for contact in contacts], schema=schema)


def assert_agree_on(seed: int, contacts: int = CONTACTS) -> Counts:
    """Check the evaluators with a seed, in two batches; the second finds cells cached by the first."""
    text, model = drawn(seed)
    rows = cells(Random(seed), contacts if len(model.rules) < 20 else contacts // 2)
    return assert_agree(text, model, [text_batch(rows[: len(rows) // 2]), text_batch(rows[len(rows) // 2 :])])


@seeds(len(SEEDS))
def test_a_file_of_contacts_gets_the_answers_of_record(seed: int) -> None:
    assert_agree_on(seed)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, phases=[Phase.reuse, Phase.generate])  # a larger seed is no worse than 0
@given(st.integers(len(SEEDS), 2**64))
def test_a_file_of_contacts_gets_the_answers_of_record_with_new_seeds(seed: int) -> None:
    assert_agree_on(seed)


@seeds(60)
def test_typed_columns_get_the_answers_of_record(seed: int) -> None:
    text, model = drawn(seed)
    assert_agree(text, model, [pa.RecordBatch.from_pydict(typed(Random(seed), 30))])


@seeds(60)
def test_limits_change_no_answer(tight_bounds: None, seed: int) -> None:
    text, model = drawn(seed)
    contacts = cells(Random(seed), 50)
    assert_agree(text, model, [text_batch(contacts[:20]), text_batch(contacts[20:30]), text_batch(contacts[30:])])


def test_a_rule_may_have_very_many_conditions() -> None:
    """More of them than a byte can count."""
    some = ", ".join(f'(a mentions "w{number}")' for number in range(300))
    text = f'rule "R": lead when b is "y" and (at least 2 of {some})'
    model = qualify.compile(text, fields={"a": {"type": "text"}, "b": {"type": "text"}}).model
    contacts = [{"a": a, "b": b} for a in ("w1 w299", "w299", None) for b in ("y", "n", None)]
    schema = pa.schema([("a", pa.string()), ("b", pa.string())])
    assert_agree(text, model, [pa.RecordBatch.from_pylist(contacts, schema=schema)])


@pytest.mark.slow
def test_threads_that_share_a_cache_get_the_answers_of_record(tight_bounds: None) -> None:
    """One thread drops cells from the cache again and again while others look them up, including typed cells."""
    _, model = drawn(1)
    contacts = cells(Random(2), 60) + pa.RecordBatch.from_pydict(typed(Random(3), 40)).to_pylist()
    expected = [(one.stage, one.rule) for one in (decide(model, contact, TODAY) for contact in contacts)]
    shared = Single(model, TODAY)

    def decided(first: int) -> list[tuple[str, str | None]]:
        found = [shared.decide(contact) for contact in (*contacts[first:], *contacts[:first])]
        return [(one.stage, one.rule) for one in (*found[-first:], *found[:-first])]

    with hurried_threads(), ThreadPoolExecutor(4) as threads:
        assert all(one == expected for one in threads.map(decided, range(1, 41)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS[:5])
def test_reading_and_deciding_may_race(tight_bounds: None, seed: int) -> None:
    """One thread drops cached cells and reads them again, in batches of a few rows, while another decides."""
    _, model = drawn(seed)
    contacts = cells(Random(seed), 100)
    expected = [answers_of(decide(model, contact, TODAY)) for contact in contacts]
    batch_engine = Engine(model, TODAY)
    batches = [text_batch(contacts[start : start + 4]) for start in range(0, len(contacts), 4)]
    with hurried_threads():
        found = [
            row
            for decided in ahead(batch_engine.decide(parts) for parts in ahead(map(batch_engine.read, batches), 3))
            for row in rows_of(decided)
        ]
    assert found == expected


@contextmanager
def hurried_threads() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)


def test_a_used_rule_set_can_be_pickled() -> None:
    rules = qualify.compile('rule "Big": lead when employees is at least 50')
    decision = rules.decide({"employees": "60"}, TODAY)
    elsewhere = pickle.loads(pickle.dumps(rules))
    assert elsewhere.decide({"employees": "60"}, TODAY) == pickle.loads(pickle.dumps(decision)) == decision
    assert elsewhere.decide({"employees": "40"}, TODAY).stage == "inquiry"
    assert {rules: "cached"}[elsewhere] == "cached"


@seeds(30)
def test_counts_agree_with_record(seed: int) -> None:
    text, model = drawn(seed)
    contacts = cells(Random(seed), 50)
    counts = assert_agree(text, model, [text_batch(contacts[:25]), text_batch(contacts[25:])])
    decisions = [decide(model, contact, TODAY) for contact in contacts]
    silent: Counter[str] = Counter()
    for contact, decision in zip(contacts, decisions, strict=True):
        evaluation = evaluate(model, contact, TODAY)
        for rule in model.rules:
            if rule.name == decision.rule:
                break
            silent[rule.name] += answer(rule.condition, evaluation) is Answer.UNKNOWN
    assert counts.contacts == len(contacts)
    assert counts.stages == Counter(decision.stage for decision in decisions)
    assert counts.rules == Counter(decision.rule for decision in decisions)
    assert +counts.could_be == Counter(decision.could_be for decision in decisions if decision.could_be)
    assert counts.ask == Counter("; ".join(decision.ask) for decision in decisions if decision.ask)
    assert counts.silent == +silent
    assert counts.answers == Counter(
        (name, decision.stage, one) for decision in decisions for name, one in decision.criteria.items()
    )
    assert counts.unreadable == Counter(name for decision in decisions for name in decision.unreadable)


def test_contacts_stay_where_the_first_rule_placed_them() -> None:
    """With more rules than fit in one word, one of the first and one of the last are yes for the same few contacts."""
    between = "\n".join(f'rule "{number}": excluded when country is "{number}"' for number in range(80))
    text = f'rule "First": lead when title is "VP"\n{between}\nrule "Last": inquiry when title is known'
    model = qualify.compile(text).model
    contacts = [{"title": "VP" if row % 20 == 0 else "Director", "country": "DE"} for row in range(100)]
    batch_engine = Engine(model, TODAY)
    decided = batch_engine.decide(batch_engine.read(pa.RecordBatch.from_pylist(contacts)))
    assert decided.rule.to_pylist() == ["First" if row % 20 == 0 else "Last" for row in range(100)]
