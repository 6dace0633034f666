"""A mapping file's records → a mapping: its templates, with every mistake in it reported at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from pyoxigraph import NamedNode

from kg.mapping.templates.holes import (
    AllOf,
    AnyOf,
    Column,
    Condition,
    Entry,
    Hole,
    Items,
    NamedHole,
    Steps,
    Template,
    Test,
    Text,
    columns_of,
)
from kg.mapping.templates.table_mapping import TableMapping
from kg.mapping.templates.texts import pieces_of
from kg.mapping.values.months import languages
from kg.mapping.values.problem import quoted
from kg.model.findings import Finding, Severity
from kg.model.records import Listing, Node, Scalar, Sheet
from kg.model.records import Mapping as Record
from kg.ontology import Ontology
from kg.ontology import vocabulary as v
from kg.ontology.model import nearest

_TEXT_KEYS: Final = ("table", "preset", "sheet", "delimiter", "encoding", "format", "firstLine", v.WORD_LANGUAGE)
_TOP_KEYS: Final = (
    *_TEXT_KEYS, "optional", "header", "columns", "document", "where", "values", "holes", "shared", "claims"
)  # fmt: skip
_T = TypeVar("_T")

_COLUMN, _TEXT, _IF, _ANY = "column", "text", "if", "any"
_STEPS: Final = (
    "default",
    "match",
    "split",
    "format",
    v.WORD_LANGUAGE,
    "thousands",
    "values",
    "thing",
    "inside",
    "else",
)
_TESTS: Final = ("is", "isNot", "above", "below", "empty")
_TAKES: Final = "a hole is '{column}' in a text, or `column:` with steps"


def read_mapping(
    sheet: Sheet, ontology: Ontology, preset: Callable[[str], Sheet | None], findings: list[Finding]
) -> TableMapping | None:
    """
    Read a mapping; what is wrong goes to `findings`. None where it cannot be used at all.

    `preset` gives what is shipped under a name.
    """
    reader = _Reader(sheet, ontology, findings)
    sheets: list[Sheet] = [sheet]
    named = sheet.root.get("preset")
    if named is not None:
        found = preset(named.text) if isinstance(named, Scalar) else None
        if found is None:
            reader.report("unknown-word", f"there is no preset {quoted(_text(named))}", named, "presets: see the docs")
            return None
        sheets.append(found)
    return reader.mapping(sheets)


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""


class _Reader:
    """Reads one mapping file, and the preset that it starts from."""

    def __init__(self, sheet: Sheet, ontology: Ontology, findings: list[Finding]) -> None:
        self.sheet = sheet
        self.ontology = ontology
        self.findings = findings
        self.tables: dict[str, Mapping[str, tuple[str, ...]]] = {}
        self.holes: dict[str, Hole] = {}
        self.language = ""

    def report(self, code: str, message: str, at: Node, hint: str = "") -> None:
        self.findings.append(Finding(code, Severity.error, message, self.sheet.at(at), hint))

    # ── The top ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def mapping(self, sheets: list[Sheet]) -> TableMapping | None:
        own = sheets[0]
        for key, _ in own.root.entries:
            if key.text not in _TOP_KEYS:
                hint = nearest(key.text, iter(_TOP_KEYS)) or f"keys: {', '.join(_TOP_KEYS)}"
                self.report("unknown-key", f"{quoted(key.text)} is no key at the top of a mapping", key, hint)
        found = {key: self._first(sheets, key) for key in _TOP_KEYS}
        for layer in reversed(sheets):
            self.tables.update(self._in(layer, lambda one: self._value_tables(one.root.get("values"))))
        if (language := found[v.WORD_LANGUAGE]) is not None:
            self.language = self._in(language[0], lambda _: self._language(language[1]))
        for layer in reversed(sheets):
            self._in(layer, lambda one: self._name_holes(one.root.get("holes")))
        document = self._document(sheets)
        claims, shared = (self._entries(found[key]) for key in ("claims", "shared"))
        if document is None or not (claims or shared):
            if not (claims or shared):
                self.report("unexpected-shape", "this mapping has no `claims`", own.root, "list what each row says")
            return None
        where = self._where(found["where"])
        optional = frozenset(self._texts(found["optional"]))
        return TableMapping(
            file=own.file,
            options={key: _text(one[1]) for key in _TEXT_KEYS if (one := found[key]) is not None and _text(one[1])},
            document=document,
            table_at=own.at(own.root.get("table") or own.root),
            header=tuple(self._texts(found["header"])),
            where=where,
            shared=shared,
            claims=claims,
            needed=tuple(c for c in columns_of(where, *shared, *claims) if c not in optional),
            optional=optional,
            names=self._renamed(found["columns"]),
        )

    def _where(self, found: tuple[Sheet, Node] | None) -> Condition | None:
        return self._in(found[0], lambda _: self._condition(found[1])) if found is not None else None

    def _first(self, sheets: list[Sheet], key: str) -> tuple[Sheet, Node] | None:
        return next(((sheet, node) for sheet in sheets if (node := sheet.root.get(key)) is not None), None)

    def _in(self, sheet: Sheet, read: Callable[[Sheet], _T]) -> _T:
        """Read with positions in another file: that of the preset."""
        before, self.sheet = self.sheet, sheet
        try:
            return read(sheet)
        finally:
            self.sheet = before

    def _document(self, sheets: list[Sheet]) -> Sheet | None:
        layers = [(s, node) for s in sheets if isinstance(node := s.root.get(v.WORD_DOCUMENT), Record)]
        if not layers:
            hint = "describe the table: `document: {id: …, type: DataSet, title: …}`"
            self.report("missing-document", "this mapping does not say which document its claims come from",
                        sheets[0].root, hint)  # fmt: skip
            return None
        # The mapping's own keys come first, and those of the preset that it leaves open after them.
        merged = {key.text: (key, value) for _, node in reversed(layers) for key, value in node.entries}
        at = layers[0][1]
        key = Scalar(v.WORD_DOCUMENT, at.line, at.column)
        document = Record(tuple(merged.values()), at.line, at.column)
        return layers[0][0]._replace(root=Record(((key, document),), at.line, at.column))

    def _texts(self, found: tuple[Sheet, Node] | None) -> Iterator[str]:
        node = found[1] if found else None
        for item in node.items if isinstance(node, Listing) else (node,) if node is not None else ():
            if isinstance(item, Scalar):
                yield item.text
            else:
                self.report("unexpected-shape", "the name of a column is expected here", item)

    def _renamed(self, found: tuple[Sheet, Node] | None) -> dict[str, str]:
        if found is None or not isinstance(found[1], Record):
            return {}
        return {key.text: value.text for key, value in found[1].entries if isinstance(value, Scalar)}

    def _value_tables(self, node: Node | None) -> dict[str, Mapping[str, tuple[str, ...]]]:
        if node is None:
            return {}
        if not isinstance(node, Record):
            self.report("unexpected-shape", "`values` holds value tables by name", node, "values: {kinds: {1: …}}")
            return {}
        return {key.text: table for key, value in node.entries if (table := self._value_table(value)) is not None}

    def _value_table(self, node: Node) -> dict[str, tuple[str, ...]] | None:
        if not isinstance(node, Record):
            self.report("unexpected-shape", "a value table has a key for each code", node, "values: {1: ArmedClash}")
            return None
        table = {}
        for key, value in node.entries:
            items = value.items if isinstance(value, Listing) else (value,)
            if not all(isinstance(item, Scalar) for item in items):
                self.report("unexpected-shape", "a code stands for a text, or a list of texts", value)
            table[key.text] = tuple(item.text for item in items if isinstance(item, Scalar) and item.text)
        return table

    def _name_holes(self, node: Node | None) -> None:
        """Read the holes that have names; each may use those above it."""
        for key, value in node.entries if isinstance(node, Record) else ():
            hole = self._template(value)
            codes = hole.steps.values or {} if isinstance(hole, Hole) else {}
            if not isinstance(hole, Hole) or hole.steps.split or any(len(texts) > 1 for texts in codes.values()):
                hint = "write `name: {column: …}` without `split`, and one text for each code"
                self.report("unexpected-shape", f"'{key.text}' is no hole that gives one text", value, hint)
            else:
                self.holes[key.text] = hole
        if node is not None and not isinstance(node, Record):
            self.report("unexpected-shape", "`holes` has holes by name", node, "holes: {town: {column: …}}")

    # ── Entries ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _entries(self, found: tuple[Sheet, Node] | None) -> tuple[Entry, ...]:
        if found is None:
            return ()
        sheet, node = found
        entries: list[Entry] = []

        def read(_: Sheet) -> None:
            for item in node.items if isinstance(node, Listing) else (node,):
                if not isinstance(item, Record):
                    self.report("unexpected-shape", "an entry has keys", item, "write `- id: …`")
                    continue
                entry = replace(self._entry(item), file=sheet.file)
                if not columns_of(entry):
                    hint = "write it into a facts file; a mapping holds what differs from row to row"
                    self.report("unexpected-shape", "this entry has no hole: every row would say the same", item, hint)
                else:
                    entries.append(entry)

        self._in(sheet, read)
        return tuple(entries)

    def _entry(self, record: Record) -> Entry:
        condition: Condition | None = None
        keys: list[tuple[Scalar, Template]] = []
        for key, value in record.entries:
            if key.text == _IF:
                condition = self._condition(value)
            else:
                keys.append((key, self._template(value)))
        return Entry(tuple(keys), condition, record.line, record.column)

    def _template(self, node: Node) -> Template:
        match node:
            case Scalar():
                text = self._pieces(node)
                if not text.columns:
                    return Scalar("".join(map(str, text.pieces)), node.line, node.column)
                return Hole((text,), Steps(), node.line, node.column)
            case Listing():
                return Items(tuple(self._template(item) for item in node.items), node.line, node.column)
            case Record():
                if node.get(_COLUMN) is not None or (node.get(_TEXT) is not None and self._is_long_form(node)):
                    return self._hole(node, _STEPS)
                # `{side_a}` without quotes is a mapping to YAML: what was meant is plain.
                if len(node.entries) == 1 and node.entries[0][1] == Scalar("", *node.entries[0][1][1:]):
                    key = node.entries[0][0]
                    return Hole((Text((Column(key.text),)),), Steps(), node.line, node.column)
                return self._entry(node)

    @staticmethod
    def _is_long_form(node: Record) -> bool:
        return all(key.text in (_TEXT, *_STEPS) for key, _ in node.entries)

    def _pieces(self, node: Scalar) -> Text:
        return Text(pieces_of(node, self.holes, self.report))

    # ── Holes ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _hole(self, node: Record, allowed: tuple[str, ...]) -> Hole:
        given = {key.text: (key, value) for key, value in node.entries}
        for name, (key, _) in given.items():
            if name not in (_COLUMN, _TEXT, *allowed):
                hint = nearest(name, iter(allowed)) or f"steps: {', '.join(allowed)}"
                self.report("unknown-key", f"{quoted(name)} is no step of a hole", key, hint)
        values = {name: value for name, (_, value) in given.items()}
        return Hole(self._sources(values, node), self._steps(values), node.line, node.column)

    def _sources(self, values: Mapping[str, Node], at: Node) -> tuple[Text, ...]:
        columns, text = values.get(_COLUMN), values.get(_TEXT)
        if isinstance(text, Scalar) and columns is None:
            return (self._pieces(text),)
        items = columns.items if isinstance(columns, Listing) else (columns,)
        names = [item.text for item in items if isinstance(item, Scalar) and item.text]
        if len(names) != len(items) or text is not None:
            self.report("unexpected-shape", "`column` takes a name or a list of names", at, _TAKES)
        return tuple(Text((NamedHole(self.holes[name]) if name in self.holes else Column(name),)) for name in names)

    def _steps(self, values: Mapping[str, Node]) -> Steps:
        table = values.get("values")
        other = values.get("else")
        inside = values.get("inside")
        within = self._template(inside) if inside is not None else None
        if isinstance(within, Scalar):
            within = Hole((Text((within.text,)),), Steps(), within.line, within.column)
        return Steps(
            default=_text(values.get("default")),
            match=self._pattern(values.get("match")),
            split=_text(values.get("split")),
            formats=self._formats(values.get("format")),
            language=self._language(values[v.WORD_LANGUAGE]) if v.WORD_LANGUAGE in values else self.language,
            thousands=_text(values.get("thousands")),
            values=self._table_named(table) if table is not None else None,
            values_name=_text(table),
            things=self._classes(values.get("thing")),
            inside=within if isinstance(within, Hole) else None,
            otherwise=self._pieces(other) if isinstance(other, Scalar) else None,
        )

    def _pattern(self, node: Node | None) -> re.Pattern[str] | None:
        if node is None:
            return None
        try:
            return re.compile(_text(node))
        except re.error as error:
            self.report("invalid-value", f"{quoted(_text(node))} is no regular expression: {error}", node)
            return None

    @staticmethod
    def _formats(node: Node | None) -> tuple[str, ...]:
        items = node.items if isinstance(node, Listing) else (node,) if node is not None else ()
        return tuple(item.text for item in items if isinstance(item, Scalar))

    def _language(self, node: Node) -> str:
        """A language whose months are known; English needs no name."""
        language = _text(node)
        if language in ("", "en", *languages()):
            return language.removeprefix("en")
        self.report("unknown-word", f"the months of {quoted(language)} are not known", node,
                    f"languages: en, {', '.join(languages())}; or write the months in a value table")  # fmt: skip
        return ""

    def _table_named(self, node: Node) -> Mapping[str, tuple[str, ...]]:
        if isinstance(node, Record):
            return self._value_table(node) or {}
        name = _text(node)
        if name not in self.tables:
            hint = nearest(name, iter(self.tables)) or "value tables stand under `values:` at the top"
            self.report("unknown-word", f"there is no value table {quoted(name)}", node, hint)
        return self.tables.get(name, {})

    def _classes(self, node: Node | None) -> tuple[NamedNode, ...]:
        items = node.items if isinstance(node, Listing) else (node,) if node is not None else ()
        found = []
        for item in items:
            cls = self.ontology.classes.get(_text(item))
            if cls is None:
                hint = nearest(_text(item), self.ontology.classes) or "`kg schema --classes` lists them"
                self.report("unknown-type", f"the ontology has no class {quoted(_text(item))}", item, hint)
            else:
                found.append(cls.iri)
        return tuple(found)

    # ── Conditions ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _condition(self, node: Node) -> Condition | None:
        if isinstance(node, Listing):
            found = tuple(c for item in node.items if (c := self._condition(item)) is not None)
            return found[0] if len(found) == 1 else AllOf(found)
        if not isinstance(node, Record):
            self.report("unexpected-shape", "a condition has keys", node, "if: {column: best, above: 0}")
            return None
        either = node.get(_ANY)
        if either is not None:
            conditions = either.items if isinstance(either, Listing) else (either,)
            return AnyOf(tuple(c for item in conditions if (c := self._condition(item)) is not None))
        tests = [(key, value) for key, value in node.entries if key.text in _TESTS]
        rest = tuple((key, value) for key, value in node.entries if key.text not in _TESTS)
        if not tests:
            self.report("unexpected-shape", "this condition tests nothing", node, f"tests: {', '.join(_TESTS)}")
            return None
        hole = self._hole(Record(rest, node.line, node.column), (*_STEPS, *_TESTS))
        found = tuple(self._test(key, value, hole) for key, value in tests)
        return found[0] if len(found) == 1 else AllOf(found)

    def _test(self, key: Scalar, value: Node, hole: Hole) -> Test:
        items = value.items if isinstance(value, Listing) else (value,)
        texts = [item.text for item in items if isinstance(item, Scalar)]
        match key.text:
            case "is" | "isNot":
                return Test(key.text, hole, frozenset(texts))
            case "empty":
                if texts not in (["true"], ["false"]):
                    self.report("invalid-value", "`empty` is true or false", value)
                return Test("empty" if texts == ["true"] else "full", hole)
            case kind:
                try:
                    return Test(kind, hole, bound=float(_text(value)))
                except ValueError:
                    self.report("invalid-value", f"`{kind}` takes a number, not {quoted(_text(value))}", value)
                    return Test(kind, hole)
