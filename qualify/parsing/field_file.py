"""The field file: what it says of columns, of their types, and lists of values.

Nothing in it is a flag, a number or a date before a field's type says so (see `plain_yaml`).
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
from qualify.parsing.plain_yaml import Reading, is_nothing
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
# The types that a setting goes with; a setting that is not here goes with all.
GOES_WITH: Mapping[str, tuple[Kind, ...]] = {
    "currency": (Kind.MONEY,),
    "format": (Kind.DATE,),
    "separator": (Kind.LIST,),
    "decimal": (Kind.NUMBER, Kind.MONEY),
    "values": (Kind.TEXT, Kind.LIST),
}
PLAIN = re.compile(r"\w[\w /.&-]*")  # a text that needs no quotes in a list
MOST_SHOWN = 6  # texts of a list, in a hint
YES_OR_NO = {"yes": True, "true": True, "no": False, "false": False}

Settings = Mapping[str, yaml.Node]  # the values of the settings that there are


@dataclass(frozen=True, slots=True)
class FieldFile:
    """What a field file says. A field whose type it leaves to the rules has kind None."""

    id: str | None  # the column that identifies a contact
    missing: tuple[str, ...]
    decimal: str
    fields: dict[str, Field]
    places: dict[str, Span]  # of each field's name
    lists: dict[str, tuple[tuple[str, ...], Span]]  # with the place of the list's name
    source: Source


def read_fields(source: Source) -> tuple[FieldFile, tuple[Diagnostic, ...]]:
    """Return what a field file says, its mistakes and doubts in their order; a setting with a mistake is not given."""
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
    said = (*reading.problems, *reading.doubts)
    return file, tuple(sorted(said, key=lambda problem: problem.span.start if problem.span else 0))


# --- names and settings ----------------------------------------------------------------------------------------


def _settings(reading: Reading, node: yaml.Node, what: str, known: Sequence[str]) -> Settings:
    entries = reading.entries(node, what)
    for name, (name_node, _) in entries.items():
        if name not in known:
            there_are = "there are " + ", ".join(f"`{word}`" for word in known)
            advice = did_you_mean(reading.span(name_node), name, known, there_are)
            reading.say("E505", f"there is no setting `{name}` here", name_node, advice)
    return {name: value for name, (_, value) in entries.items() if name in known}


def _named(
    reading: Reading, settings: Settings, what: str, suggest: Callable[[str, str, Span], Fix | str]
) -> list[tuple[str, tuple[yaml.Node, yaml.Node]]]:
    """Return what stands under `fields` or `lists`, name by name, where rules could use the name."""
    if what not in settings:
        return []
    found = []
    for name, nodes in reading.entries(settings[what], f"`{what}`").items():
        if re.fullmatch(r"[^\W\d]\w*", name) is None:
            message = f"`{name}` cannot be a name: letters, digits and `_`, and no digit first"
        elif name.lower() in RESERVED_WORDS:
            message = f"`{name}` cannot be a name: it is a word of the rules"
        else:
            found.append((name, nodes))
            continue
        better = re.sub(r"\W+", "_", name).strip("_")
        better = better if re.match(r"[^\W\d]", better) and better.lower() not in RESERVED_WORDS else f"the_{better}"
        reading.say("E514", message, nodes[0], suggest(better, name, reading.span(nodes[0])))
    return found


def _suggest_field(better: str, name: str, _: Span) -> str:
    return f'write `{better.lower()}: {{column: "{_escaped(name)}"}}`'


def _escaped(text: str) -> str:
    """Return a text as it stands between double quotes."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _suggest_list(better: str, _: str, span: Span) -> Fix:
    return rewrite(span, f"write `{better}:`", better)


def _text(reading: Reading, settings: Settings, what: str) -> str | None:
    return reading.text(settings[what], what) if what in settings else None


def _texts(reading: Reading, settings: Settings, what: str) -> tuple[str, ...]:
    return reading.texts(settings[what], what) if what in settings else ()


def _listed(reading: Reading, node: yaml.Node, what: str, may_be_empty: bool = False) -> tuple[str, ...]:
    """Return the texts of a list; that a text alone may have been meant as several is a doubt."""
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
    """Return whether a list is written in brackets and has one part, a text without quotes: `[DE; FR]`."""
    if not isinstance(node, yaml.SequenceNode) or not node.flow_style or len(node.value) != 1:
        return False
    return isinstance(node.value[0], yaml.ScalarNode) and node.value[0].style is None


def _missing(reading: Reading, settings: Settings) -> tuple[str, ...]:
    """Return the texts that mean a missing cell; the empty cell always does."""
    if "missing" not in settings:
        return DEFAULT_MISSING
    texts = _listed(reading, settings["missing"], "missing", may_be_empty=True)
    return texts if "" in texts else ("", *texts)


def _decimal(reading: Reading, settings: Settings) -> str | None:
    decimal = _text(reading, settings, "decimal")
    if decimal is None or decimal in (".", ","):
        return decimal
    hint = 'write `decimal: ","` where files have 25.000,00, else leave it out'
    reading.say("E515", f"`{decimal}` cannot be the decimal sign", settings["decimal"], hint)
    return None


# --- a field ---------------------------------------------------------------------------------------------------


def _field(reading: Reading, plain: Field, node: yaml.Node) -> Field:
    """Return a field as its settings say, starting from one that says nothing; a type alone is its `type`."""
    settings: Settings = {}
    if isinstance(node, yaml.ScalarNode) and not is_nothing(node):
        settings = {"type": node}
    else:
        settings = _settings(reading, node, f"the field `{plain.name}`", FIELD_SETTINGS)
    kind = _kind(reading, settings)
    if kind is not None or "type" not in settings:  # nothing to hold against a type that cannot be read
        settings = {what: node for what, node in settings.items() if _goes(reading, plain.name, kind, what, node)}
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
    said = _text(reading, settings, "type")
    if said is None or said in FIELD_KINDS:
        return None if said is None else Kind(said)
    there_are = "there are " + ", ".join(f"`{kind}`" for kind in FIELD_KINDS)
    advice = did_you_mean(reading.span(settings["type"]), said, FIELD_KINDS, there_are)
    reading.say("E508", f"there is no type `{said}`", settings["type"], advice)
    return None


def _goes(reading: Reading, name: str, kind: Kind | None, what: str, node: yaml.Node) -> bool:
    """Return whether a setting goes with the field's type, if that is said; `blank` needs it said."""
    kinds = GOES_WITH.get(what, FIELD_KINDS)
    if kind in kinds or (kind is None and what != "blank"):
        return True
    if kind is None:
        reading.say("E510", f"`blank` needs to know the type of `{name}`", node, "add `type: flag`, or the type it has")
        return False
    needed = " or ".join(f"`type: {kind}`" for kind in kinds)
    message = f"`{name}` holds {kind.words}; `{what}` is for {' or '.join(kind.words for kind in kinds)}"
    reading.say("E510", message, node, f"write {needed}, or leave `{what}` out")
    return False


def _currency(reading: Reading, settings: Settings) -> str | None:
    said = _text(reading, settings, "currency")
    if said is None or said.upper() in CURRENCIES:
        return said and said.upper()
    meant = SIGNS.get(said) or closest(said, sorted(CURRENCIES))
    advice: Fix | str = "write its code of three letters, such as `currency: USD`"
    if meant:
        advice = rewrite(reading.span(settings["currency"]), f"write `currency: {meant}`", meant)
    reading.say("E509", f"there is no currency `{said}`", settings["currency"], advice)
    return None


def _format(reading: Reading, settings: Settings) -> str | None:
    said = _text(reading, settings, "format")
    if said is None or _gives_a_day(said):
        return said
    # As spreadsheets write it: DD/MM/YYYY.
    meant = re.sub("y+", lambda y: "%Y" if len(y[0]) > 2 else "%y", said, flags=re.IGNORECASE)
    meant = re.sub("d+", "%d", re.sub("m+", "%m", meant, flags=re.IGNORECASE), flags=re.IGNORECASE)
    meant = f'"{meant if _gives_a_day(meant) else "%d/%m/%Y"}"'
    fix = rewrite(reading.span(settings["format"]), f"write `format: {meant}`", meant)
    reading.say("E511", f"`{said}` does not say where day, month and year stand", settings["format"], fix)
    return None


def _gives_a_day(said: str) -> bool:
    """Return whether a day printed in a format reads back as that day."""
    day = datetime(2026, 11, 23)
    try:
        return len(said) <= 100 and datetime.strptime(day.strftime(said), said).date() == day.date()
    except (ValueError, OverflowError, re.error):
        return False


def _optional(reading: Reading, settings: Settings) -> bool:
    said = _text(reading, settings, "optional")
    if said is None:
        return False
    if fold(said) not in YES_OR_NO:
        reading.say("E516", f"`{said}` is neither yes nor no", settings["optional"], "write `optional: yes`")
    return YES_OR_NO.get(fold(said), False)


def _synonyms(reading: Reading, settings: Settings, field: Field) -> dict[str, str]:
    """Return what each other word stands for, by the folded word."""
    if "synonyms" not in settings:
        return {}
    spelt = {fold(value): value for value in field.values}
    synonyms: dict[str, str] = {}
    places: dict[str, Span] = {}
    for word, (word_node, node) in reading.entries(settings["synonyms"], "`synonyms`").items():
        said = reading.text(node, word)
        if said is None or not _is_value(reading, said, node, field):
            continue
        if field.kind is Kind.FLAG and isinstance(cells.read(said, field), Unreadable):
            reading.say("E516", f"`{said}` is neither yes nor no", node, _flag_advice(reading, word_node, node, field))
            continue
        value = spelt.get(fold(said), tidy(said))
        if synonyms.setdefault(fold(word), value) != value:
            message = f"`{word}` stands for both `{synonyms[fold(word)]}` and `{value}`"
            reading.say("E506", message, word_node, "keep one of the two", ("first given here", places[fold(word)]))
        places.setdefault(fold(word), reading.span(word_node))
    return synonyms


def _flag_advice(reading: Reading, word: yaml.Node, meant: yaml.Node, field: Field) -> Fix | str:
    """Return how a synonym of a flag is written; `yes: ja` has its two sides turned."""
    left, right = reading.span(word).text, reading.span(meant).text
    if not isinstance(cells.read(word.value, field), Unreadable):
        return rewrite(reading.span(word).to(reading.span(meant)), f"write `{right}: {left}`")
    return f"write `{left}: yes` or `{left}: no`"


def _is_value(reading: Reading, said: str, node: yaml.Node, field: Field) -> bool:
    if cells.is_allowed(said, field):
        return True
    advice = did_you_mean(reading.span(node), said, field.values, f"add `{said}` to `values`")
    reading.say("E512", f"`{said}` is not among the values of `{field.name}`", node, advice)
    return False


def _blank(reading: Reading, settings: Settings, field: Field) -> Value | None:
    """Return what a missing cell means, read as a cell is; None is unknown."""
    if "blank" not in settings or field.kind is None:
        return None
    node = settings["blank"]
    is_list = isinstance(node, yaml.SequenceNode)
    said = list(reading.texts(node, "blank")) if is_list else reading.text(node, "blank")
    if said is None:
        return None
    value = cells.read(said, replace(field, missing=()))
    if value is None or isinstance(value, Unreadable):
        shown = ", ".join(said) if isinstance(said, list) else said
        message = f"`{field.name}` holds {field.kind.words}; `{shown}` cannot be read so"
        hint = "write `blank: no`" if field.kind is Kind.FLAG else "leave `blank` out: a missing cell is then unknown"
        reading.say("E513", message, node, hint)
        return None
    for one in value if isinstance(value, tuple) else (value,):
        if isinstance(one, str) and not _is_value(reading, one, node, field):
            return None
    return value
