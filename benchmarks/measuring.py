"""Time and memory of whole processes, in rounds: each contender once a round, so that what else the machine does
meets all of them. A figure is the median over the rounds of a contender's time divided by another's in the same round.
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
MIB = 1024 * (1024 if sys.platform == "darwin" else 1)  # of what the system counts peak memory in


@dataclass(frozen=True)
class Contender:
    """A command that writes `out`, a file or a folder."""

    name: str
    command: tuple[str, ...]
    out: Path


@dataclass
class Measured:
    """What a contender took, by round."""

    seconds: list[float] = field(default_factory=list)
    peak: float = 0.0  # MiB

    @property
    def middle(self) -> float:
        return median(self.seconds)

    def against(self, other: "Measured") -> float:
        return median(own / its for own, its in zip(self.seconds, other.seconds, strict=True))


def measure(contenders: Sequence[Contender], rounds: int) -> Mapping[str, Measured]:
    """Run the contenders in rounds; what each wrote last is still there afterwards."""
    measured = {contender.name: Measured() for contender in contenders}
    for number in range(1, rounds + 1):
        for contender in contenders:
            removed(contender.out)
            seconds, peak = run(contender.command)
            of_it = measured[contender.name]
            of_it.seconds.append(seconds)
            of_it.peak = max(of_it.peak, peak)
            print(f"round {number}: {contender.name}: {seconds:.2f} s, {peak:.0f} MiB", file=sys.stderr)
    return measured


# A process counts the memory of the one that started it into its own peak, so a small one starts it and measures.
STARTER = """
import json, os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(json.dumps([time.perf_counter() - start, usage.ru_maxrss, os.waitstatus_to_exitcode(status)]))
"""


def run(command: Sequence[str]) -> tuple[float, float]:
    """Return the seconds from start to end of a process, and its peak memory in MiB; it must succeed."""
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
