"""What Python callers hold: a rule set, what it refuses, and what it says of misuse."""

from __future__ import annotations

import pickle

import pytest

import qualify


def rejected(text: str) -> qualify.RulesRejected:
    with pytest.raises(qualify.RulesRejected) as caught:
        qualify.compile(text)
    return caught.value


def test_a_rejection_can_be_sent_from_a_worker_process() -> None:
    here = rejected('rule "A": lead when x is "1\nrule "B": lead')
    there = pickle.loads(pickle.dumps(here))
    assert there.diagnostics == here.diagnostics
    assert str(there) == str(here)
    assert str(here).startswith("rules:1:26: error E104")
