"""The field file: the columns and types of fields, and lists of values.

Everything in it is text (see `plain_yaml`) until the type of a field makes it a flag, a number or a date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import yaml

from qualify.language import cells
from qualify.language.amounts import CURRENCIES, SIGNS
from qualify.language.fields import DEFAULT_MISSING, Field
from qualify.language.kinds import FIELD_KINDS, RESERVED_WORDS, Kind, Unreadable, Value
from qualify.parsing.plain_yaml import Reading, is_left_out
from qualify.text.compare import fold, tidy
from qualify.text.diagnostics import Diagnostic
from qualify.text.fixes import Fix, rewrite
from qualify.text.source import Source, Span
from qualify.text.suggest import closest, did_you_mean

FILE_SETTINGS = ("id", "missing", "decimal", "fields", "lists")
FIELD_SETTINGS = (
    *("column", "type", "currency", "format", "separator", "decimal"),
    *("blank", "optional", "values", "synonyms"),
)
# The types that a setting applies to, if not to all.
APPLIES_TO: Mapping[str, tuple[Kind, ...]] = {
    "currency": (Kind.MONEY,),
    "format": (Kind.DATE,),
    "separator": (Kind.LIST,),
    "decimal": (Kind.NUMBER, Kind.MONEY),
    "values": (Kind.TEXT, Kind.LIST),
}
PLAIN = re.compile(r"\w[\w /.&-]*")  # text that needs no quotes in a list
MOST_SHOWN = 6  # texts of a list in a hint
YES_OR_NO = {"yes": True, "true": True, "no": False, "false": False}

Settings = Mapping[str, yaml.Node]  # the value of each setting that is given


@dataclass(frozen=True, slots=True)
class FieldFile:
    """The contents of a field file. A field without a type has kind None; the rules decide its type."""

    id: str | None  # the column that identifies a contact
    missing: tuple[str, ...]
    decimal: str
    fields: dict[str, Field]
    places: dict[str, Span]  # of each field's name
    lists: dict[str, tuple[tuple[str, ...], Span]]  # the values, and the place of the name
    source: Source


def read_fields(source: Source) -> tuple[FieldFile, tuple[Diagnostic, ...]]:
    """Return the contents of a field file, and its problems in order. A setting with an error counts as left out."""
    reading = Reading(source)
    root = reading.root()
    settings = {} if root is None else _settings(reading, root, "the file", FILE_SETTINGS)
    missing = _missing(reading, settings)
    decimal = _decimal(reading, settings) or "."
    fields: dict[str, Field] = {}
    places: dict[str, Span] = {}
    for name, (name_node, node) in _named(reading, settings, "fields", _suggest_field):
        fields[name] = _field(reading, Field(name, decimal=decimal, missing=missing), node)
        places[name] = reading.span(name_node)
    lists = {
        name: (tuple(map(tidy, _listed(reading, node, name))), reading.span(name_node))
        for name, (name_node, node) in _named(reading, settings, "lists", _suggest_list)
    }
    file = FieldFile(_text(reading, settings, "id"), missing, decimal, fields, places, lists, source)
    problems = (*reading.problems, *reading.doubts)
    return file, tuple(sorted(problems, key=lambda problem: problem.span.start if problem.span else 0))


# --- names and settings ----------------------------------------------------------------------------------------


def _settings(reading: Reading, node: yaml.Node, what: str, known: Sequence[str]) -> Settings:
    entries = reading.entries(node, what)
    for name, (name_node, _) in entries.items():
        if name not in known:
            there_are = "there are " + ", ".join(f"`{word}`" for word in known)
            advice = did_you_mean(reading.span(name_node), name, known, there_are)
            reading.report("E505", f"there is no setting `{name}` here", name_node, advice)
    return {name: value for name, (_, value) in entries.items() if name in known}


def _named(
    reading: Reading, settings: Settings, what: str, suggest: Callable[[str, str, Span], Fix | str]
) -> list[tuple[str, tuple[yaml.Node, yaml.Node]]]:
    """Return the entries of `fields` or `lists` whose names can be used in rules; report the others."""
    if what not in settings:
        return []
    found = []
    for name, nodes in reading.entries(settings[what], f"`{what}`").items():
        if re.fullmatch(r"[^\W\d]\w*", name) is None:
            message = f"`{name}` cannot be a name: only letters, digits and `_`, not starting with a digit"
        elif name.lower() in RESERVED_WORDS:
            message = f"`{name}` cannot be a name: it is a reserved word"
        else:
            found.append((name, nodes))
            continue
        better = re.sub(r"\W+", "_", name).strip("_")
        better = better if re.match(r"[^\W\d]", better) and better.lower() not in RESERVED_WORDS else f"the_{better}"
        reading.report("E514", message, nodes[0], suggest(better, name, reading.span(nodes[0])))
    return found


def _suggest_field(better: str, name: str, _: Span) -> str:
    return f'write `{better.lower()}: {{column: "{_escaped(name)}"}}`'


def _escaped(text: str) -> str:
    """Return a text as it is written in double quotes."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _suggest_list(better: str, _: str, span: Span) -> Fix:
    return rewrite(span, f"write `{better}:`", better)


def _text(reading: Reading, settings: Settings, what: str) -> str | None:
    return reading.text(settings[what], what) if what in settings else None


def _texts(reading: Reading, settings: Settings, what: str) -> tuple[str, ...]:
    return reading.texts(settings[what], what) if what in settings else ()


def _listed(reading: Reading, node: yaml.Node, what: str, may_be_empty: bool = False) -> tuple[str, ...]:
    """Return the texts of a list; warn about a single text that may have been meant as several."""
    texts = reading.texts(node, what, may_be_empty)
    is_alone = isinstance(node, yaml.ScalarNode) or _is_plain_in_brackets(node)
    parts = [part.strip() for part in re.split("[,;]", texts[0]) if part.strip()] if texts and is_alone else []
    if len(parts) > 1:
        shown = [part if PLAIN.fullmatch(part) else f'"{_escaped(part)}"' for part in parts[:MOST_SHOWN]]
        more = ", …" if len(parts) > MOST_SHOWN else ""
        sign = "comma" if "," in texts[0] else "semicolon"
        hint = f'write `[{", ".join(shown)}{more}]`, or `["…"]` if it is one text'
        reading.doubt("W104", f"`{what}` has one text, with a {sign} in it", node, hint)
    return texts


def _is_plain_in_brackets(node: yaml.Node) -> bool:
    """Return whether a list is one text without quotes in brackets, as in `[DE; FR]`."""
    if not isinstance(node, yaml.SequenceNode) or not node.flow_style or len(node.value) != 1:
        return False
    return isinstance(node.value[0], yaml.ScalarNode) and node.value[0].style is None


def _missing(reading: Reading, settings: Settings) -> tuple[str, ...]:
    """Return the texts that mean a missing cell, which always include the empty one."""
    if "missing" not in settings:
        return DEFAULT_MISSING
    texts = _listed(reading, settings["missing"], "missing", may_be_empty=True)
    return texts if "" in texts else ("", *texts)


def _decimal(reading: Reading, settings: Settings) -> str | None:
    decimal = _text(reading, settings, "decimal")
    if decimal is None or decimal in (".", ","):
        return decimal
    hint = 'write `decimal: ","` where files have 25.000,00, else leave it out'
    reading.report("E515", f"`{decimal}` cannot be the decimal sign", settings["decimal"], hint)
    return None


# --- a field ---------------------------------------------------------------------------------------------------


def _field(reading: Reading, plain: Field, node: yaml.Node) -> Field:
    """Return the field `plain` with settings, which may be just a type."""
    settings: Settings = {}
    if isinstance(node, yaml.ScalarNode) and not is_left_out(node):
        settings = {"type": node}
    else:
        settings = _settings(reading, node, f"the field `{plain.name}`", FIELD_SETTINGS)
    kind = _kind(reading, settings)
    if kind is not None or "type" not in settings:  # not if the type itself has an error
        settings = {what: node for what, node in settings.items() if _applies(reading, plain.name, kind, what, node)}
    values = _listed(reading, settings["values"], "values") if "values" in settings else ()
    read = replace(
        plain,
        kind=kind,
        columns=_texts(reading, settings, "column"),
        currency=_currency(reading, settings),
        decimal=_decimal(reading, settings) or plain.decimal,
        format=_format(reading, settings),
        separator=_text(reading, settings, "separator") or plain.separator,
        optional=_optional(reading, settings),
        values=tuple(map(tidy, values)),
    )
    read = replace(read, synonyms=_synonyms(reading, settings, read))
    return replace(read, blank=_blank(reading, settings, read))


def _kind(reading: Reading, settings: Settings) -> Kind | None:
    written = _text(reading, settings, "type")
    if written is None or written in FIELD_KINDS:
        return None if written is None else Kind(written)
    there_are = "there are " + ", ".join(f"`{kind}`" for kind in FIELD_KINDS)
    advice = did_you_mean(reading.span(settings["type"]), written, FIELD_KINDS, there_are)
    reading.report("E508", f"there is no type `{written}`", settings["type"], advice)
    return None


def _applies(reading: Reading, name: str, kind: Kind | None, what: str, node: yaml.Node) -> bool:
    """Return whether a setting applies to the type of a field; report it if not. `blank` needs a type."""
    kinds = APPLIES_TO.get(what, FIELD_KINDS)
    if kind in kinds or (kind is None and what != "blank"):
        return True
    if kind is None:
        reading.report(
            "E510", f"`blank` needs to know the type of `{name}`", node, "add `type: flag`, or the type it has"
        )
        return False
    needed = " or ".join(f"`type: {kind}`" for kind in kinds)
    message = f"`{name}` holds {kind.words}; `{what}` is for {' or '.join(kind.words for kind in kinds)}"
    reading.report("E510", message, node, f"write {needed}, or leave `{what}` out")
    return False


def _currency(reading: Reading, settings: Settings) -> str | None:
    written = _text(reading, settings, "currency")
    if written is None or written.upper() in CURRENCIES:
        return written and written.upper()
    meant = SIGNS.get(written) or closest(written, sorted(CURRENCIES))
    advice: Fix | str = "write its code of three letters, such as `currency: USD`"
    if meant:
        advice = rewrite(reading.span(settings["currency"]), f"write `currency: {meant}`", meant)
    reading.report("E509", f"there is no currency `{written}`", settings["currency"], advice)
    return None


def _format(reading: Reading, settings: Settings) -> str | None:
    written = _text(reading, settings, "format")
    if written is None or _is_date_format(written):
        return written
    # The notation of spreadsheets: DD/MM/YYYY.
    meant = re.sub("y+", lambda y: "%Y" if len(y[0]) > 2 else "%y", written, flags=re.IGNORECASE)
    meant = re.sub("d+", "%d", re.sub("m+", "%m", meant, flags=re.IGNORECASE), flags=re.IGNORECASE)
    meant = f'"{meant if _is_date_format(meant) else "%d/%m/%Y"}"'
    fix = rewrite(reading.span(settings["format"]), f"write `format: {meant}`", meant)
    reading.report("E511", f"`{written}` is not a date format with day, month and year", settings["format"], fix)
    return None


def _is_date_format(written: str) -> bool:
    """Return whether a date written in a format is read back unchanged."""
    day = datetime(2026, 11, 23)
    try:
        return len(written) <= 100 and datetime.strptime(day.strftime(written), written).date() == day.date()
    except (ValueError, OverflowError, re.error):
        return False


def _optional(reading: Reading, settings: Settings) -> bool:
    written = _text(reading, settings, "optional")
    if written is None:
        return False
    if fold(written) not in YES_OR_NO:
        reading.report("E516", f"`{written}` is neither yes nor no", settings["optional"], "write `optional: yes`")
    return YES_OR_NO.get(fold(written), False)


def _synonyms(reading: Reading, settings: Settings, field: Field) -> dict[str, str]:
    """Return the value that each synonym stands for, by the folded synonym."""
    if "synonyms" not in settings:
        return {}
    listed = {fold(value): value for value in field.values}
    synonyms: dict[str, str] = {}
    places: dict[str, Span] = {}
    for word, (word_node, node) in reading.entries(settings["synonyms"], "`synonyms`").items():
        written = reading.text(node, word)
        if written is None or not _is_value(reading, written, node, field):
            continue
        if field.kind is Kind.FLAG and isinstance(cells.read(written, field), Unreadable):
            reading.report(
                "E516", f"`{written}` is neither yes nor no", node, _flag_advice(reading, word_node, node, field)
            )
            continue
        value = listed.get(fold(written), tidy(written))
        if synonyms.setdefault(fold(word), value) != value:
            message = f"`{word}` stands for both `{synonyms[fold(word)]}` and `{value}`"
            reading.report("E506", message, word_node, "keep one of the two", ("first given here", places[fold(word)]))
        places.setdefault(fold(word), reading.span(word_node))
    return synonyms


def _flag_advice(reading: Reading, word: yaml.Node, meant: yaml.Node, field: Field) -> Fix | str:
    """Return how to write a synonym of a flag; the two sides of `yes: ja` are swapped."""
    left, right = reading.span(word).text, reading.span(meant).text
    if not isinstance(cells.read(word.value, field), Unreadable):
        return rewrite(reading.span(word).to(reading.span(meant)), f"write `{right}: {left}`")
    return f"write `{left}: yes` or `{left}: no`"


def _is_value(reading: Reading, written: str, node: yaml.Node, field: Field) -> bool:
    if cells.is_allowed(written, field):
        return True
    advice = did_you_mean(reading.span(node), written, field.values, f"add `{written}` to `values`")
    reading.report("E512", f"`{written}` is not among the values of `{field.name}`", node, advice)
    return False


def _blank(reading: Reading, settings: Settings, field: Field) -> Value | None:
    """Return the value of a missing cell, read like a cell; None if it is unknown."""
    if "blank" not in settings or field.kind is None:
        return None
    node = settings["blank"]
    is_list = isinstance(node, yaml.SequenceNode)
    written = list(reading.texts(node, "blank")) if is_list else reading.text(node, "blank")
    if written is None:
        return None
    value = cells.read(written, replace(field, missing=()))
    if value is None or isinstance(value, Unreadable):
        shown = ", ".join(written) if isinstance(written, list) else written
        message = f"`{field.name}` holds {field.kind.words}; `{shown}` cannot be read as that"
        hint = "write `blank: no`" if field.kind is Kind.FLAG else "leave `blank` out: a missing cell is then unknown"
        reading.report("E513", message, node, hint)
        return None
    for one in value if isinstance(value, tuple) else (value,):
        if isinstance(one, str) and not _is_value(reading, one, node, field):
            return None
    return value
