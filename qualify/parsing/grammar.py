"""The parser that the grammar describes.

Lark takes an eighth of a second to compute its parsing table, so `setup.py` writes the table beside the grammar when
the package is built. A table records what it was made from. If it is missing, or made from another grammar or version
of Lark, the parser is made from the grammar; `pip install -e .` writes the table again.
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
    """Return the parser of rule files, which calls the method of `builder` that is named like each rule it reads."""
    grammar = _file(GRAMMAR)
    return from_table(builder, _file(TABLE), grammar) or from_grammar(builder, grammar)


def from_grammar(builder: object, grammar: bytes) -> Lark:
    """Return the parser made from a grammar."""
    return Lark(
        grammar.decode(),
        parser="lalr",
        lexer="contextual",
        transformer=builder,
        keep_all_tokens=True,
        maybe_placeholders=False,
    )


def from_table(builder: object, table: bytes, grammar: bytes) -> Lark | None:
    """Return the parser made from a table, or None if the table is for another grammar or version of Lark."""
    origin, _, pickled = table.partition(b"\n")
    if origin != _origin(grammar):
        return None
    # As in Lark's stand-alone parsers, because `Lark.load` takes no transformer.
    data = pickle.loads(pickled) | {"transformer": builder}
    parser: Lark = Lark._load_from_dict(**data)  # type: ignore[no-untyped-call]  # Lark has no types for it
    return parser


def write_table(grammar: bytes, path: Path) -> None:
    """Write the parsing table of a grammar to a file."""
    with path.open("wb") as table:
        table.write(_origin(grammar) + b"\n")
        from_grammar(None, grammar).save(table, exclude_options={"transformer"})


def _origin(grammar: bytes) -> bytes:
    """Return the line that identifies the tables of a grammar and the installed Lark."""
    return f"Lark {lark.__version__}, grammar {hashlib.sha256(grammar).hexdigest()}".encode()


def _file(name: str) -> bytes:
    """Return the contents of a file beside the grammar, or nothing if it is missing."""
    try:
        return pkgutil.get_data("qualify.grammars", name) or b""
    except FileNotFoundError:
        return b""
