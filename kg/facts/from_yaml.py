"""
YAML → records, over the events of libyaml.

Of YAML 1.1 this reads what says the same to everybody: mappings, lists and texts. Anchors, aliases and tags are
refused, a file holds one document, and no text turns into a number, a date or a truth value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from yaml import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    MarkedYAMLError,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from kg.facts import yaml_wording
from kg.facts.decoding import code_point, decode, place, without_control
from kg.facts.reporting import Report, Stop, count
from kg.facts.tree import Tree, shortened
from kg.model.errors import EnvironmentFault
from kg.model.records import Limits, Mapping, Reading, Sheet

if TYPE_CHECKING:
    from yaml._yaml import CParser

# What stands for nothing when it is written without quotes. https://yaml.org/spec/1.2.2/#10212-null
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_LONGEST_NULL = 4

# YAML ends a line at these, editors do not: every position below would be wrong. https://yaml.org/spec/1.1/#b-char
_STRANGE_LINE_ENDS = re.compile("[\x85\u2028\u2029]")

# Blanks that look like a space or like nothing, and are part of a key to YAML.
_STRANGE_BLANKS = "\u00a0\u1680\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff"
_KEY_WITH_STRANGE_BLANK = re.compile(f"^[{_STRANGE_BLANKS}]|[{_STRANGE_BLANKS}]$")
_ANY_STRANGE_BLANK = re.compile(f"[{_STRANGE_BLANKS}]")


def read(raw: bytes, name: str, limits: Limits) -> Reading:
    """
    The records of a YAML file.

    What cannot be read at all (syntax, encoding, size) gives no sheet and one finding; duplicate keys, tags and
    aliases give a finding each and a sheet without them.
    """
    report = Report(name)
    try:
        root = _read_text(decode(raw, report), report, limits)
    except Stop:
        return Reading((), report.findings())
    return Reading((Sheet(name, root),), report.findings())


def _read_text(text: str, report: Report, limits: Limits) -> Mapping:
    _refuse_strange_line_ends(text, report)
    _refuse_long_lines(text, report, limits.scalar)
    events = _Events(text, report, limits)
    try:
        return events.read()
    except MarkedYAMLError as error:
        wording = yaml_wording.explain(error, text.split("\n"), events.last_quoted)
        report.stop("syntax-error", wording.message, wording.line, wording.column, hint=wording.hint)


class _Events:
    """The events of one file, on their way into a tree."""

    def __init__(self, text: str, report: Report, limits: Limits) -> None:
        self._parser = _parser(text)
        self._report = report
        self._tree = Tree(report, limits)
        self._references = 0
        self._first_reference: tuple[int, int] | None = None
        self._check_keys = bool(_ANY_STRANGE_BLANK.search(text))
        # Lines of the last quoted text over several lines, where a missing quote shows itself.
        self.last_quoted: tuple[int, int] | None = None

    def read(self) -> Mapping:
        """Walk all events; the order of the branches is the order of their frequency."""
        next_event, tree, documents = self._parser.get_event, self._tree, 0
        while (event := next_event()) is not None:
            kind = type(event)
            if kind is ScalarEvent:
                self._scalar(event)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                tree.close()
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                mark: Any = event.start_mark
                tree.open(mark.line + 1, mark.column + 1, mapping=kind is MappingStartEvent)
                self._refuse_properties(event)
            elif kind is AliasEvent:
                self._reference(event)
                tree.leave_out()
            elif kind is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self._second_document(event)
        self._report_references()
        return tree.root()

    def _scalar(self, event: Any) -> None:
        text: str = event.value
        style = event.style
        mark = event.start_mark
        tree = self._tree
        if style:
            text = self._quoted(event, text)
        elif len(text) <= _LONGEST_NULL and text in _NULLS and not tree.awaits_key:
            text = ""
        elif self._check_keys and tree.awaits_key:
            self._refuse_strange_blanks(text, mark.line + 1, mark.column + 1)
        if event.anchor is not None or event.tag is not None:
            self._refuse_properties(event)
        tree.scalar(text, mark.line + 1, mark.column + 1)

    def _quoted(self, event: Any, text: str) -> str:
        """The text without what only a backslash can bring in; remembers a text over several lines."""
        mark = event.start_mark
        if event.style in "'\"" and event.end_mark.line > mark.line:
            self.last_quoted = (mark.line + 1, event.end_mark.line + 1)
        if event.style != '"':
            return text
        text, character = without_control(text)
        if character:
            self._report.add(
                "invalid-encoding",
                f"this text holds a control character ({code_point(character)})",
                mark.line + 1,
                mark.column + 1,
                hint="take the backslash and what belongs to it out of the text",
            )
        return text

    def _refuse_properties(self, event: Any) -> None:
        """Report an anchor or a tag at a node; the node itself is read."""
        if event.anchor is not None:
            self._reference(event)
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            mark = event.start_mark
            self._report.add(
                "syntax-error",
                f"the tag '{shortened(tag)}' has no meaning here: every value is read as the text that is written",
                mark.line + 1,
                mark.column + 1,
                hint="leave the tag out; a text that begins with '!' must stand in quotes",
            )

    def _reference(self, event: Any) -> None:
        self._references += 1
        if self._first_reference is None:
            self._first_reference = (event.start_mark.line + 1, event.start_mark.column + 1)

    def _report_references(self) -> None:
        """One finding for all: a file that uses aliases uses many, and one explanation is enough."""
        if self._first_reference is None:
            return
        others = f" (there are {self._references:,} in this file)" if self._references > 1 else ""
        self._report.add(
            "alias-not-allowed",
            f"anchors (&name) and aliases (*name) are not allowed{others}",
            *self._first_reference,
            hint="write the value out where it is used; a text that begins with '&' or '*' must stand in quotes",
        )

    def _second_document(self, event: Any) -> None:
        self._report.stop(
            "unexpected-shape",
            "a second document begins here ('---')",
            event.start_mark.line + 1,
            event.start_mark.column + 1,
            hint="one file is about one document: move what follows to a file of its own, or delete the '---'",
        )

    def _refuse_strange_blanks(self, text: str, line: int, column: int) -> None:
        if found := _KEY_WITH_STRANGE_BLANK.search(text):
            self._report.add(
                "syntax-error",
                f"an invisible character ({code_point(found[0])}) belongs to this key",
                line,
                column,
                hint="delete the blanks around the key and type them anew",
            )


def _parser(text: str) -> CParser:
    try:
        from yaml._yaml import CParser
    except ImportError as error:
        raise EnvironmentFault(
            "PyYAML is installed without libyaml, which gives the positions",
            "install PyYAML from a wheel: pip install --only-binary :all: --force-reinstall PyYAML",
        ) from error
    return CParser(text)


def _refuse_strange_line_ends(text: str, report: Report) -> None:
    if found := _STRANGE_LINE_ENDS.search(text):
        line, column = place(text, found.start())
        character = code_point(found[0])
        report.stop(
            "invalid-encoding",
            f"an invisible line separator ({character}) stands here",
            line,
            column,
            hint="replace it by a blank or a new line; where a quote must keep it, write \\"
            f"{'u' + character[2:]} in a text in double quotes",
        )


def _refuse_long_lines(text: str, report: Report, longest: int) -> None:
    """Before libyaml copies such a line. Each step jumps to the last line end within reach."""
    start = 0
    while len(text) - start > longest:
        end = text.rfind("\n", start, start + longest + 1)
        if end < 0:
            line, _ = place(text, start)
            report.stop(
                "too-large",
                f"this line has more than {count(longest, 'character')}",
                line,
                1,
                hint="keep long texts in a file of their own and name it with 'text:'",
            )
        start = end + 1
