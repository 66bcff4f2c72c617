"""Measuring the time and memory of whole processes.

Each contender runs once per round, so that other load on the machine affects all of them. A ratio is the median over
all rounds of one contender's time divided by another's in the same round.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
MIB = 1024 * (1024 if sys.platform == "darwin" else 1)  # in the unit in which the system reports peak memory


@dataclass(frozen=True)
class Contender:
    """A command that writes `out`, which is a file or a folder."""

    name: str
    command: tuple[str, ...]
    out: Path


@dataclass
class Measured:
    """The time of a contender in each round, and its peak memory."""

    seconds: list[float] = field(default_factory=list)
    peak: float = 0.0  # MiB

    @property
    def middle(self) -> float:
        return median(self.seconds)

    def against(self, other: "Measured") -> float:
        return median(mine / theirs for mine, theirs in zip(self.seconds, other.seconds, strict=True))


def measure(contenders: Sequence[Contender], rounds: int) -> Mapping[str, Measured]:
    """Run the contenders in rounds; the last output of each is kept."""
    measured = {contender.name: Measured() for contender in contenders}
    for number in range(1, rounds + 1):
        for contender in contenders:
            removed(contender.out)
            seconds, peak = run(contender.command)
            result = measured[contender.name]
            result.seconds.append(seconds)
            result.peak = max(result.peak, peak)
            print(f"round {number}: {contender.name}: {seconds:.2f} s, {peak:.0f} MiB", file=sys.stderr)
    return measured


# The peak memory of a process includes that of its parent, so a small process starts and measures it.
STARTER = """
import json, os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(json.dumps([time.perf_counter() - start, usage.ru_maxrss, os.waitstatus_to_exitcode(status)]))
"""


def run(command: Sequence[str]) -> tuple[float, float]:
    """Return the seconds that a process took and its peak memory in MiB; exit if it fails."""
    starter = (sys.executable, "-I", "-S", "-c", STARTER, *command)
    done = subprocess.run(starter, cwd=HERE, stdout=subprocess.PIPE, check=True)
    seconds, peak, failed = json.loads(done.stdout)
    if failed:
        raise SystemExit(f"{' '.join(command)} failed with {failed}")
    return seconds, peak / MIB


def removed(out: Path) -> None:
    if out.is_dir():
        shutil.rmtree(out)
    else:
        out.unlink(missing_ok=True)
