"""The short commands: `nox` is the quick check, `nox -s everything` decides like CI, `nox -l` lists them all.

nox rather than make or just, as it comes with the development environment and runs wherever Python does.
"""

import nox

nox.options.default_venv_backend = "none"  # the sessions use the environment in which nox is installed
nox.options.sessions = ["quick"]


@nox.session
def quick(session: nox.Session) -> None:
    """Lint, types, layers and the tests that are not slow."""
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports")
    session.run("pytest", "-m", "not slow", *session.posargs)


@nox.session
def everything(session: nox.Session) -> None:
    """What CI runs, on the last commit: the README's commands in new environments, all tests, the wheel."""
    session.run("bash", ".ci/run")


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Measure each step; `nox -s benchmarks -- -k decide` picks some."""
    session.run("pytest", "benchmarks", "--benchmark-only", *session.posargs)


@nox.session
def regenerate(session: nox.Session) -> None:
    """Write the generated files again: the tables of docs/language.md, and docs/reference/diagnostics.md."""
    session.run("python", "docs/tables.py")
