"""What `pyproject.toml` cannot say: the parsing table is made with the package."""

import runpy
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithTable(build_py):
    def run(self) -> None:
        super().run()
        grammar = runpy.run_path("qualify/parsing/grammar.py")  # the package itself is not installed yet
        folder = Path("grammars") if self.editable_mode else Path(self.build_lib, "qualify", "grammars")
        grammar["write_table"](Path("grammars", grammar["GRAMMAR"]).read_bytes(), folder / grammar["TABLE"])


setup(cmdclass={"build_py": BuildWithTable})
