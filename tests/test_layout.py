"""The layout of the code: what is called by a name is found by it."""

from collections import Counter
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "qualify"


def test_no_two_modules_or_packages_share_a_name() -> None:
    modules = [path.stem for path in PACKAGE.rglob("*.py") if path.stem != "__init__"]
    packages = [path.parent.name for path in PACKAGE.rglob("__init__.py")]
    assert [name for name, count in Counter([*modules, *packages]).items() if count > 1] == []
