"""YAML in which every value is text, with the places of its nodes.

`NO`, `yes`, `1.10` and `2026-10-01` stay text. Aliases and tags are errors, so a file cannot expand while it is read,
or create anything but text, lists and mappings.
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

# A part of PyYAML's message, and the hint for it. The first match counts.
_HINTS = (
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

_COMMENT = re.compile(r"[^\n\"'#]*[ \t\[{,](#)[^\n]*[\]}]")  # one that hides the closing bracket


class _TooDeep(yaml.MarkedYAMLError):
    pass


class _Loader(yaml.SafeLoader):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.yaml_implicit_resolvers = {}  # they turn unquoted words into flags, numbers and dates
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


def is_left_out(node: yaml.Node) -> bool:
    """Return whether a value is left out, as in `title:`."""
    return isinstance(node, yaml.ScalarNode) and node.value == "" and node.style is None


class Reading:
    """A YAML file being read, and the problems found so far."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Diagnostic] = []
        self.doubts: list[Diagnostic] = []  # with a limit of their own, so that they displace no error

    def _report_at(self, code: str, message: str, start: int, hint: str) -> None:
        length = len(self.source.text)
        self.problems.append(
            Diagnostic(code, message, Span(self.source, min(start, length), min(start + 1, length)), hint)
        )

    def root(self) -> yaml.Node | None:
        """Return the root node, or None if the file is empty or cannot be read."""
        if len(self.source.text) > MOST_CHARACTERS:
            message = f"the file has more than {MOST_CHARACTERS:,} characters"
            self._report_at("E502", message, 0, 'keep a long list in a file of its own: list NAME from "FILE"')
            return None
        try:
            return _Loader(self.source.text).get_single_node()
        except _TooDeep as error:
            message = f"lists within lists, more than {MOST_DEEP} deep"
            self._report_at("E502", message, _offset(error), "nothing here needs more than a list within a setting")
        except yaml.MarkedYAMLError as error:
            problem = str(error.problem)
            if error.context_mark and (comment := _COMMENT.match(self.source.text, error.context_mark.index)):
                message = "this is not YAML: a `#` begins a comment, which hides the end of the bracket"
                self._report_at("E501", message, comment.start(1), "put a text that has a `#` in it in double quotes")
                return None
            hint = next(hint for words, hint in _HINTS if words in problem)
            self._report_at("E501", f"this is not YAML: {problem}", _offset(error), hint)
        except yaml.reader.ReaderError as error:
            message = f"this is not YAML: the character U+{ord(self.source.text[error.position]):04X} is not allowed"
            self._report_at("E501", message, error.position, "delete the character: it cannot be seen")
        except (ValueError, OverflowError):  # not caught by PyYAML itself, as for "\UFFFFFFFF"
            message = "this is not YAML: it has the code of a character that does not exist"
            self._report_at("E501", message, max(self.source.text.find("\\U"), 0), "write the character itself")
        return None

    def span(self, node: yaml.Node) -> Span:
        """Return the place of a node, up to the end of its first line."""
        start, end = node.start_mark.index, node.end_mark.index
        first_line = self.source.text[start:end].split("\n", 1)[0]
        return Span(self.source, start, start + len(first_line.rstrip()))

    def report(
        self, code: str, message: str, node: yaml.Node, advice: Fix | str | None, *notes: tuple[str, Span]
    ) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Diagnostic(code, message, self.span(node), advice, notes))

    def doubt(self, code: str, message: str, node: yaml.Node, hint: str) -> None:
        if len(self.doubts) < MOST_PROBLEMS:
            self.doubts.append(Diagnostic(code, message, self.span(node), hint))

    def is_plain(self, node: yaml.Node) -> bool:
        """Return whether a node is text, a list or a mapping; report an alias or a tag."""
        if node.tag == _ALIAS:
            self.report("E503", f"`*{node.value}` stands for something written elsewhere", node, "write it out here")
        elif node.tag not in _PLAIN_TAGS:
            tag = node.tag.replace(_PREFIX, "!!", 1)
            span, title = self.span(node), f"leave `{tag}` out"
            fix = remove(replace(span, end=span.start + len(tag)), title) if span.text.startswith(tag) else title
            self.report("E504", f"`{tag}` is not allowed: every value is read as text", node, fix)
        return node.tag in _PLAIN_TAGS

    def text(self, node: yaml.Node, what: str, may_be_empty: bool = False) -> str | None:
        """Return the text of a node; report a problem and return None if it is not text, or is empty."""
        if not self.is_plain(node):
            return None
        text = node.value
        if not isinstance(node, yaml.ScalarNode) or is_left_out(node) or not (text or may_be_empty):
            self.report("E507", f"`{what}` needs a text", node, f'write `{what}: "TEXT"`')
            return None
        if any("\ud800" <= character <= "\udfff" for character in text):
            self.report(
                "E501", f"`{what}` has an incomplete character", node, "write the character itself, not its code"
            )
            return None
        return str(text)

    def texts(self, node: yaml.Node, what: str, may_be_empty: bool = False) -> tuple[str, ...]:
        """Return the texts of a list. A text alone is a list of one; with `may_be_empty`, texts may be `""`."""
        if isinstance(node, yaml.ScalarNode):
            text = self.text(node, what, may_be_empty)
            return () if text is None else (text,)
        if not self.is_plain(node):
            return ()
        if isinstance(node, yaml.MappingNode):
            self.report("E507", f"`{what}` needs a list of texts", node, f"write `{what}: [A, B]`")
            return ()
        found = [self.text(part, what, may_be_empty) for part in node.value]
        return tuple(text for text in found if text is not None)

    def entries(self, node: yaml.Node, what: str) -> Entries:
        """Return the nodes of a mapping by name; if a name is given twice, the first counts."""
        if is_left_out(node) or not self.is_plain(node):
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.report("E507", f"{what} needs names, each with a value", node, "write `NAME: VALUE`, a line each")
            return {}
        entries: Entries = {}
        for name_node, value in node.value:
            name = self.text(name_node, "NAME")
            if name is None:
                continue
            if name in entries:
                first = ("first given here", self.span(entries[name][0]))
                self.report("E506", f"`{name}` is given twice", name_node, "keep one of the two", first)
            else:
                entries[name] = (name_node, value)
        return entries


def _offset(error: yaml.MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.index if mark else 0
