"""YAML in which every word is the text that it looks like: its nodes, their shapes, their places.

`NO`, `yes`, `1.10` and `2026-10-01` stay texts; aliases and tags are not followed, so that no file can grow while
it is read or make anything but text, lists and names.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import cast

import yaml

from qualify.text.diagnostics import Diagnostic
from qualify.text.fixes import Fix, remove
from qualify.text.source import Source, Span

MOST_CHARACTERS = 1_000_000
MOST_DEEP = 20
MOST_PROBLEMS = 100

_PREFIX = "tag:yaml.org,2002:"
_PLAIN_TAGS = (_PREFIX + "str", _PREFIX + "seq", _PREFIX + "map")
_ALIAS = "alias"

Entries = dict[str, tuple[yaml.Node, yaml.Node]]  # by name: the node of the name, the node of the value

# What PyYAML says, and what then helps; the first that fits.
_REMEDIES = (
    (r"'\t'", "indent with spaces, not tabs"),
    ("mapping values are not allowed", "put a text that has `: ` in it in double quotes, and line up the names"),
    ("cannot start any token", "put the text in double quotes"),
    ("expected ':'", "write `NAME: VALUE`, with a space after the colon"),
    ("end of stream", "close the quotes or the bracket"),
    ("got '?'", "put the text in double quotes"),
    ("expected ',' or", "put a comma between the parts, and close the bracket"),
    ("block end", "line up the names: the same number of spaces before each"),
    ("", "write lists as `[A, B]`, settings as `NAME: VALUE`, and texts with other signs in double quotes"),
)

_COMMENT = re.compile(r"[^\n\"'#]*[ \t\[{,](#)[^\n]*[\]}]")  # one that hides the end of the bracket in which it stands


class _TooDeep(yaml.MarkedYAMLError):
    pass


class _Loader(yaml.SafeLoader):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.yaml_implicit_resolvers = {}  # by which YAML takes plain words for flags, numbers and dates
        self.depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML has no types for it
        start, end = cast(yaml.Mark, event.start_mark), cast(yaml.Mark, event.end_mark)
        if isinstance(event, yaml.AliasEvent):
            self.get_event()  # type: ignore[no-untyped-call]  # as above
            return yaml.ScalarNode(_ALIAS, event.anchor, start, end)
        if self.depth == MOST_DEEP:
            raise _TooDeep(problem="nested too deeply", problem_mark=start)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def is_nothing(node: yaml.Node) -> bool:
    """Return whether nothing stands where a value could: `title:`."""
    return isinstance(node, yaml.ScalarNode) and node.value == "" and node.style is None


class Reading:
    """One reading of a YAML file: what its nodes say, and the problems met so far."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Diagnostic] = []
        self.doubts: list[Diagnostic] = []  # by themselves, so that they take no mistake's place

    def _say_at(self, code: str, message: str, start: int, hint: str) -> None:
        length = len(self.source.text)
        self.problems.append(
            Diagnostic(code, message, Span(self.source, min(start, length), min(start + 1, length)), hint)
        )

    def root(self) -> yaml.Node | None:
        """Return the node of the whole file; None where there is nothing, or nothing that can be read."""
        if len(self.source.text) > MOST_CHARACTERS:
            message = f"the file has more than {MOST_CHARACTERS:,} characters"
            self._say_at("E502", message, 0, 'keep a long list in a file of its own: list NAME from "FILE"')
            return None
        try:
            return _Loader(self.source.text).get_single_node()
        except _TooDeep as error:
            message = f"lists within lists, more than {MOST_DEEP} deep"
            self._say_at("E502", message, _offset(error), "nothing here needs more than a list within a setting")
        except yaml.MarkedYAMLError as error:
            said = str(error.problem)
            if error.context_mark and (comment := _COMMENT.match(self.source.text, error.context_mark.index)):
                message = "this is not YAML: a `#` begins a comment, which hides the end of the bracket"
                self._say_at("E501", message, comment.start(1), "put a text that has a `#` in it in double quotes")
                return None
            hint = next(hint for words, hint in _REMEDIES if words in said)
            self._say_at("E501", f"this is not YAML: {said}", _offset(error), hint)
        except yaml.reader.ReaderError as error:
            message = f"this is not YAML: the character U+{ord(self.source.text[error.position]):04X} is not allowed"
            self._say_at("E501", message, error.position, "delete the character: it cannot be seen")
        except (ValueError, OverflowError):  # PyYAML's own slips, such as on "\UFFFFFFFF"
            message = "this is not YAML: it has the code of a character that there is not"
            self._say_at("E501", message, max(self.source.text.find("\\U"), 0), "write the character itself")
        return None

    def span(self, node: yaml.Node) -> Span:
        """Return the place of a node, as far as it stands on its first line."""
        start, end = node.start_mark.index, node.end_mark.index
        first_line = self.source.text[start:end].split("\n", 1)[0]
        return Span(self.source, start, start + len(first_line.rstrip()))

    def say(self, code: str, message: str, node: yaml.Node, advice: Fix | str | None, *notes: tuple[str, Span]) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Diagnostic(code, message, self.span(node), advice, notes))

    def doubt(self, code: str, message: str, node: yaml.Node, hint: str) -> None:
        if len(self.doubts) < MOST_PROBLEMS:
            self.doubts.append(Diagnostic(code, message, self.span(node), hint))

    def is_plain(self, node: yaml.Node) -> bool:
        """Return whether a node is text, a list or names; say so if it is an alias or has a tag."""
        if node.tag == _ALIAS:
            self.say("E503", f"`*{node.value}` stands for something written elsewhere", node, "write it out here")
        elif node.tag not in _PLAIN_TAGS:
            tag = node.tag.replace(_PREFIX, "!!", 1)
            span, title = self.span(node), f"leave `{tag}` out"
            fix = remove(replace(span, end=span.start + len(tag)), title) if span.text.startswith(tag) else title
            self.say("E504", f"`{tag}` would make something else of a text", node, fix)
        return node.tag in _PLAIN_TAGS

    def text(self, node: yaml.Node, what: str, may_be_empty: bool = False) -> str | None:
        """Return the text of a node; None, with a problem, where it is no text or an empty one."""
        if not self.is_plain(node):
            return None
        text = node.value
        if not isinstance(node, yaml.ScalarNode) or is_nothing(node) or not (text or may_be_empty):
            self.say("E507", f"`{what}` needs a text", node, f'write `{what}: "TEXT"`')
            return None
        if any("\ud800" <= character <= "\udfff" for character in text):
            self.say("E501", f"`{what}` has half a character", node, "write the character itself, not its code")
            return None
        return str(text)

    def texts(self, node: yaml.Node, what: str, may_be_empty: bool = False) -> tuple[str, ...]:
        """Return the texts of a list; a text alone is a list of one. An empty text in quotes may be one of them."""
        if isinstance(node, yaml.ScalarNode):
            text = self.text(node, what, may_be_empty)
            return () if text is None else (text,)
        if not self.is_plain(node):
            return ()
        if isinstance(node, yaml.MappingNode):
            self.say("E507", f"`{what}` needs a list of texts", node, f"write `{what}: [A, B]`")
            return ()
        found = [self.text(part, what, may_be_empty) for part in node.value]
        return tuple(text for text in found if text is not None)

    def entries(self, node: yaml.Node, what: str) -> Entries:
        """Return what stands under each name; of a name given twice the first."""
        if is_nothing(node) or not self.is_plain(node):
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.say("E507", f"{what} needs names, each with a value", node, "write `NAME: VALUE`, a line each")
            return {}
        entries: Entries = {}
        for name_node, value in node.value:
            name = self.text(name_node, "NAME")
            if name is None:
                continue
            if name in entries:
                first = ("first given here", self.span(entries[name][0]))
                self.say("E506", f"`{name}` is given twice", name_node, "keep one of the two", first)
            else:
                entries[name] = (name_node, value)
        return entries


def _offset(error: yaml.MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.index if mark else 0
