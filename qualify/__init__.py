"""qualify: place contacts as inquiries or leads with rules in plain English, and keep the reason for each."""

from importlib import import_module
from typing import TYPE_CHECKING

from qualify.version import __version__

if TYPE_CHECKING:
    from qualify.decision import Decision
    from qualify.language.logic import Answer
    from qualify.ruleset import RuleSet, RulesRejected, compile, load  # noqa: A004  # the public name
    from qualify.text.diagnostics import Diagnostic

__all__ = ["Answer", "Decision", "Diagnostic", "RuleSet", "RulesRejected", "__version__", "compile", "load"]

_MODULES = {
    "Answer": "language.logic",
    "Decision": "decision",
    "Diagnostic": "text.diagnostics",
    "RuleSet": "ruleset",
    "RulesRejected": "ruleset",
    "compile": "ruleset",
    "load": "ruleset",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `qualify --help` does not load the parser."""
    if name not in _MODULES:
        raise AttributeError(f"module `qualify` has no attribute `{name}`")
    return getattr(import_module(f"qualify.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    """Return the public names, for completion in editors and notebooks."""
    return __all__
