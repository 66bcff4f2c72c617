"""The parser that the grammar describes. Lark takes an eighth of a second to work out its table, so the table is made
when the package is built (see `setup.py`) and installed beside the grammar.

A table says what it was made from. Where there is none, or the grammar or Lark is another, the parser is made from the
grammar: so nothing has to be done after a change of the grammar, and `pip install -e .` makes it quick again.
"""

from __future__ import annotations

import hashlib
import pickle
import pkgutil
from pathlib import Path

import lark
from lark import Lark

GRAMMAR, TABLE = "rules.lark", "rules.table"


def parser(builder: object) -> Lark:
    """Return the parser of rule files. What it reads is built by `builder`, which has methods named like the rules."""
    grammar = _file(GRAMMAR)
    return from_table(builder, _file(TABLE), grammar) or from_grammar(builder, grammar)


def from_grammar(builder: object, grammar: bytes) -> Lark:
    """Return the parser as the grammar describes it."""
    return Lark(
        grammar.decode(),
        parser="lalr",
        lexer="contextual",
        transformer=builder,
        keep_all_tokens=True,
        maybe_placeholders=False,
    )


def from_table(builder: object, table: bytes, grammar: bytes) -> Lark | None:
    """Return the parser that a table holds, None where the table is of another grammar or another Lark."""
    its_origin, _, pickled = table.partition(b"\n")
    if its_origin != _origin(grammar):
        return None
    # As the parsers that Lark writes to stand alone do it: `Lark.load` takes no transformer.
    data = pickle.loads(pickled) | {"transformer": builder}
    parser: Lark = Lark._load_from_dict(**data)  # type: ignore[no-untyped-call]  # Lark has no types for it
    return parser


def write_table(grammar: bytes, path: Path) -> None:
    """Make the table of a grammar, and keep it in a file."""
    with path.open("wb") as table:
        table.write(_origin(grammar) + b"\n")
        from_grammar(None, grammar).save(table, exclude_options={"transformer"})


def _origin(grammar: bytes) -> bytes:
    """Return what a table that is made here and now is made from."""
    return f"Lark {lark.__version__}, grammar {hashlib.sha256(grammar).hexdigest()}".encode()


def _file(name: str) -> bytes:
    """Return a file that lies with the grammar; nothing where there is none."""
    try:
        return pkgutil.get_data("qualify.grammars", name) or b""
    except FileNotFoundError:
        return b""
