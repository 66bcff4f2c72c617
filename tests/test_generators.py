"""The generated data: the same seed gives the same bytes, and the committed files are what the scripts write."""

import csv
import io
import re
from itertools import product
from pathlib import Path

import generate
import pytest
import sample
from vocabulary import TARGET_ACCOUNTS

import qualify
from qualify.language.operators import OPERATORS
from qualify.language.predicates import Predicate, TextMatch
from qualify.model import walk


def test_the_sample_file_is_what_the_script_makes() -> None:
    assert sample.SAMPLE.read_bytes() == sample.sample().encode()


def test_target_accounts_are_companies_of_the_sample() -> None:
    with sample.SAMPLE.with_name("accounts.csv").open(encoding="utf-8", newline="") as file:
        accounts = {account["Domain"] for account in csv.DictReader(file)}
    assert len(accounts) == 15
    assert accounts <= {domain for _, domain, *_ in sample.COMPANIES}


@pytest.mark.slow
def test_the_same_seed_gives_the_same_contacts(tmp_path: Path) -> None:
    files = []
    for name, seed in (("a.csv", 1), ("b.csv", 1), ("c.csv", 2)):
        generate.write_contacts(tmp_path / name, 500, seed)
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1] != files[2]


def test_contacts_of_a_small_file_are_the_first_of_a_large_one() -> None:
    small, large = list(generate.contacts(300)), list(generate.contacts(generate.BATCH + 10))
    assert [batch.num_rows for batch in small + large] == [300, generate.BATCH, 10]
    assert small[0].equals(large[0].slice(0, 300))
    assert not large[1].equals(large[0].slice(0, 10))


def test_the_contact_file_reads_back_as_the_contacts(tmp_path: Path) -> None:
    generate.write_contacts(tmp_path / "contacts.csv", 2000)
    (batch,) = generate.contacts(2000)
    text = (tmp_path / "contacts.csv").read_text(encoding="utf-8")
    assert list(csv.DictReader(io.StringIO(text))) == batch.to_pylist()


@pytest.mark.parametrize("count", [10, 50, 200, 1000])
def test_the_same_seed_gives_the_same_rules(count: int) -> None:
    rules = generate.rules_for(count, seed=3)
    assert rules == generate.rules_for(count, seed=3) != generate.rules_for(count, seed=4)
    names = re.findall(r'^rule "(.*)":$', rules, re.MULTILINE)
    assert len(set(names)) == count


def test_the_accounts_are_in_the_rules_or_in_a_file(tmp_path: Path) -> None:
    generate.write_rules(tmp_path / "book.lead", 10)
    assert (tmp_path / "accounts.csv").read_text(encoding="utf-8").split() == ["Domain", *TARGET_ACCOUNTS]
    in_list = 'list TargetAccounts from "accounts.csv" column "Domain"'
    written_out = "\n".join(["list TargetAccounts:", *(f'  - "{domain}"' for domain in TARGET_ACCOUNTS)])
    assert (tmp_path / "book.lead").read_text(encoding="utf-8").replace(in_list, written_out) == generate.rules_for(10)


def test_every_predicate_of_the_language_occurs_and_so_does_its_opposite() -> None:
    rules = qualify.compile(generate.rules_for(1000)).model
    asked = {(shape(test.predicate), test.negated) for test in walk.tests([*rules.rules, *rules.order])}
    of_language = {shape(predicate) for one in OPERATORS.values() for predicate in one.predicates.values()}
    assert asked == set(product(of_language, (False, True)))


def shape(predicate: Predicate) -> object:
    """Return the kind of a predicate, without its bounds."""
    return predicate if isinstance(predicate, TextMatch) else type(predicate)
