"""Mutation testing: break one line of the engine at a time, in a copy of the tree, and check that a test fails.

    python benchmarks/mutants.py [--some 3]

Each mutant is the text of a line and its replacement. The tests compare all evaluators with `record`, on the rule sets
drawn with the seeds of the tests. With `--some`, only this many mutants are tried, different ones for each commit, as
in the test run. The exit code is 1 if a mutant survives.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent
COPIED = ("qualify", "grammars", "rules", "tests", "pyproject.toml")
BATCH = "qualify/targets/batch"
CLASSES, ASKING = f"{BATCH}/classes", f"{BATCH}/asking"

Mutant = tuple[str, str, str]

# File, line, and replacement.
MUTANTS: tuple[Mutant, ...] = (
    (f"{BATCH}/placing/first_rules.py", "possible[placed] &= self._layout.before[bits]", "pass"),
    (f"{BATCH}/placing/first_rules.py", "block[0][placed] = NOWHERE", "pass"),
    (f"{BATCH}/placing/first_rules.py", "answers[:, self._layout.used] = YES", "answers[:, :] = YES"),
    (f"{BATCH}/placing/first_rules.py", "rules |= (possible >> np.uint64(offset)) & self.starts[offset][word]", "pass"),
    (f"{BATCH}/placing/first_rules.py", "for which, least in ((CERTAIN, YES), (POSSIBLE, UNKNOWN)):",
     "for which, least in ((CERTAIN, YES), (POSSIBLE, YES)):"),
    (f"{BATCH}/placing/cubes.py", "if negated:  # not (a and b) is (not a) or (not b)", "if False:"),
    (f"{CLASSES}/class_conditions.py", "is_yes = (low <= certain) & (possible <= high)",
     "is_yes = low <= certain"),
    (f"{CLASSES}/class_columns.py", "positions[np.isnan(numbers)] = len(self._class_at) - 1", "pass"),
    (f"{CLASSES}/class_columns.py", "if subject.cell_ranges is not None:", "if False:"),
    (f"{CLASSES}/class_columns.py", "answers[~is_known] = self._answers_to([None])", "answers[~is_known] = NO"),
    (f"{CLASSES}/text_search.py", "yes[self._present] = True", "pass"),
    (f"{BATCH}/engine.py", "rows, rules = rows[highest], rules[highest]", "pass"),
    (f"{BATCH}/engine.py", "rows, rules, ranks = rows[above], rules[above], ranks[above]", "pass"),
    (f"{ASKING}/state_patterns.py", "inputs[self._open_column(leaf, literal)] = None",
     "self._open_column(leaf, literal)"),
    (f"{ASKING}/smallest_sets.py", "np.minimum.at(first, rows, take(rank_of, sets))", "pass"),
    (f"{CLASSES}/operand_columns.py", "Quantities(np.where(np.isfinite(numbers), numbers, np.nan))",
     "Quantities(numbers)"),
    (f"{BATCH}/score_tables.py", "band[points >= start] = place", "band[points > start] = place"),
    (f"{BATCH}/values/field_columns.py", " and self._kind is not Kind.DATE:", ":"),
    (f"{BATCH}/values/field_columns.py", "entry[others] = self._cache.entry[cells]", "pass"),
    (f"{BATCH}/values/plain_texts.py", "odd[1:] |= is_space[1:] & is_space[:-1]", "pass"),
    ("qualify/targets/single.py", "place if yes is not leaf.negated else", "place if yes else"),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Check that a test fails for each broken line of the engine.")
    parser.add_argument("--some", type=int, help="how many mutants to try, chosen by the commit; otherwise all")
    some = parser.parse_args().some
    chosen = MUTANTS if some is None else of_commit(some, commit_number())
    survivors = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(Path(folder))
        if caught(copy, "not slow"):
            sys.exit("the tests fail without any mutant")
        for mutant in chosen:
            is_caught = with_mutant(copy, mutant)
            survivors += not is_caught
            print("caught  " if is_caught else "SURVIVED", f"{mutant[0]}: {mutant[1]}", flush=True)
    print(f"{len(chosen) - survivors} of {len(chosen)} caught")
    sys.exit(survivors > 0)


def commit_number() -> int:
    """Return the number of commits up to this one, or 0 without a history."""
    count = ["git", "rev-list", "--count", "HEAD"]
    done = subprocess.run(count, cwd=TREE, capture_output=True, text=True, check=False)
    return int(done.stdout) if done.returncode == 0 else 0


def of_commit(some: int, number: int) -> tuple[Mutant, ...]:
    """Return the mutants to try for a commit, by its number; successive commits go through all of them."""
    return tuple(MUTANTS[place % len(MUTANTS)] for place in range(number * some, (number + 1) * some))


def copied(folder: Path) -> Path:
    """Copy what the tests need into a folder, and return it."""
    for name in COPIED:
        source = TREE / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    return folder


def with_mutant(copy: Path, mutant: Mutant) -> bool:
    """Return whether a test fails after replacing a line."""
    file, line, instead = mutant
    path = copy / file
    original = path.read_text("utf-8")
    if original.count(line) != 1:
        sys.exit(f"{file} must have this line exactly once: {line}")
    path.write_text(original.replace(line, instead), "utf-8")
    try:
        return caught(copy)
    finally:
        path.write_text(original, "utf-8")


def caught(copy: Path, marked: str = "") -> bool:
    """Return whether the evaluators disagree on a rule set drawn with the seeds of the tests."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", marked]
    tests = ["tests/test_targets_agree.py", "-k", "(file_of_contacts and not new_seeds) or stay"]
    path = os.pathsep.join([str(copy), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run([*command, *tests], cwd=copy, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(done.stdout + done.stderr)
    return done.returncode == 1


if __name__ == "__main__":
    main()
