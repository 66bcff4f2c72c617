"""The parser that the grammar describes. Lark takes an eighth of a second to work out its table, so that the table is
kept beside the grammar.

    python -m qualify.parsing.grammar        writes the table, after a change of the grammar

A table says what it was made of. Where this is another grammar, or another Lark, the parser is made of the grammar.
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
    return kept(builder) or made(builder)


def made(builder: object) -> Lark:
    """Return the parser as the grammar describes it."""
    return Lark(
        file(GRAMMAR).decode(),
        parser="lalr",
        lexer="contextual",
        transformer=builder,
        keep_all_tokens=True,
        maybe_placeholders=False,
    )


def kept(builder: object) -> Lark | None:
    """Return the parser that the table holds, None where the table is of another grammar or another Lark."""
    its_origin, _, table = file(TABLE).partition(b"\n")
    if its_origin.decode() != origin():
        return None
    # As the parsers that Lark writes to stand alone do it: `Lark.load` takes no transformer.
    data = pickle.loads(table) | {"transformer": builder}
    parser: Lark = Lark._load_from_dict(**data)  # type: ignore[no-untyped-call]  # Lark has no types for it
    return parser


def origin() -> str:
    """Return what a table that is made here and now is made of."""
    return f"Lark {lark.__version__}, grammar {hashlib.sha256(file(GRAMMAR)).hexdigest()}"


def file(name: str) -> bytes:
    """Return a file that lies with the grammar."""
    data = pkgutil.get_data("qualify.grammars", name)
    assert data is not None
    return data


def write() -> None:
    """Make the table, and keep it beside the grammar: in a checkout."""
    with (Path(__file__).parent.parent.parent / "grammars" / TABLE).open("wb") as table:
        table.write(f"{origin()}\n".encode())
        made(None).save(table, exclude_options={"transformer"})


if __name__ == "__main__":
    write()
