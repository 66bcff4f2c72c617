"""The layout of the code: unique module names, and the layers."""

import re
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "qualify"


def test_no_two_modules_or_packages_share_a_name() -> None:
    modules = [path.stem for path in PACKAGE.rglob("*.py") if path.stem != "__init__"]
    packages = [path.parent.name for path in PACKAGE.rglob("__init__.py")]
    assert [name for name, count in Counter([*modules, *packages]).items() if count > 1] == []


def test_the_layers_of_architecture_md_are_those_of_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    section = (ROOT / "ARCHITECTURE.md").read_text("utf-8").partition("## Layers")[2].partition("## ")[0]
    assert re.findall(r"^    (.+?)  +", section, re.MULTILINE) == contracts[0]["layers"]
