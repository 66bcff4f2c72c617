"""qualify: contacts placed as inquiry or lead by rules that read like plain English, with the reason kept."""

from qualify.decision import Decision
from qualify.diagnostics import Diagnostic
from qualify.logic import Answer
from qualify.ruleset import RuleSet, RulesRejected, compile, load  # noqa: A004  # `compile` is named by the contract
from qualify.version import __version__

__all__ = ["Answer", "Decision", "Diagnostic", "RuleSet", "RulesRejected", "__version__", "compile", "load"]
