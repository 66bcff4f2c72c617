"""qualify: contacts placed as inquiry or lead by rules that read like plain English, with the reason kept."""

from importlib import import_module
from typing import TYPE_CHECKING

from qualify.version import __version__

if TYPE_CHECKING:
    from qualify.decision import Decision
    from qualify.language.logic import Answer
    from qualify.ruleset import RuleSet, RulesRejected, compile, load  # noqa: A004  # the public name
    from qualify.text.diagnostics import Diagnostic

__all__ = ["Answer", "Decision", "Diagnostic", "RuleSet", "RulesRejected", "__version__", "compile", "load"]

_HOMES = {
    "Answer": "language.logic",
    "Decision": "decision",
    "Diagnostic": "text.diagnostics",
    "RuleSet": "ruleset",
    "RulesRejected": "ruleset",
    "compile": "ruleset",
    "load": "ruleset",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: `qualify --help` is not to wait for the parser."""
    if name not in _HOMES:
        raise AttributeError(f"module `qualify` has no attribute `{name}`")
    return getattr(import_module(f"qualify.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """Return the names that an editor or a notebook is to offer: the public ones."""
    return __all__
