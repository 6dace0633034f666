"""
Values that SQL computes as terms: texts, and literals of a datatype. See `kg.sparql.values`.

Spec: https://www.w3.org/TR/sparql11-query/#operandDataTypes (17.1)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from kg.columns import terms as t
from kg.columns.terms import datatype_suffix, quoted
from kg.sparql.stopping import stopped
from kg.sparql.values import ANY, EXACT, NUMERIC, TEXTS, TIMES, Let, Value


@dataclass(frozen=True)
class Made(Value):
    """
    A text with what follows its closing quote, each computed: results of functions on texts with a language.

    `suffix_sql` may be anything where there is no text.
    """

    form_sql: str
    suffix_sql: str
    types: frozenset[str] = TEXTS

    def lexical(self) -> str:
        return self.form_sql

    def suffix(self) -> str:
        return f"CASE WHEN {self.form_sql} IS NOT NULL THEN {self.suffix_sql} END"

    def text(self) -> str:
        return f"{t.in_quotes(self.form_sql)} || {self.suffix_sql}"

    def type(self) -> str:
        kind = f"CASE {self.suffix_sql} WHEN '' THEN '{t.STRING}' ELSE '{t.LANGUAGE}' END"
        return f"CASE WHEN {self.form_sql} IS NOT NULL THEN {kind} END"


@dataclass(frozen=True)
class Written(Value):
    """
    A term as its computed N-Triples text; `let` keeps a computed column, and gives its name.

    `strict` is one whose type stops the query where the value is one that columns do not hold.
    """

    sql: str
    let: Let
    types: frozenset[str] = ANY
    strict: bool = False
    _columns: dict[str, str] = field(default_factory=dict, compare=False)

    def _kept(self, name: str, sql: Callable[[], str]) -> str:
        if name not in self._columns:
            self._columns[name] = self.let(sql())
        return self._columns[name]

    def known(self) -> Written:
        """The same, but strict: a value is looked at when it is computed, so nothing can be said of it before."""
        return replace(self, strict=True) if t.BEYOND in self.types else self

    def text(self) -> str:
        return self._kept("text", lambda: self.sql)

    def suffix(self) -> str:
        text = self.text()
        return self._kept(
            "suffix", lambda: f"CASE substring({text}, 1, 1) WHEN '\"' THEN split_part({text}, '\"', -1) END"
        )

    def lexical(self) -> str:
        return self._kept("lexical", lambda: t.lexical(self.text(), f"coalesce({self.suffix()}, '')"))

    def type(self) -> str:
        if len(self.types) == 1:
            return f"CASE WHEN {self.text()} IS NOT NULL THEN {quoted(next(iter(self.types)))} END"
        told = t.type_of(self.text(), self.suffix(), self.lexical())
        told = self._kept("type", lambda: f"CASE WHEN {self.text()} IS NOT NULL THEN {told} END")
        if not self.strict:
            return told
        beyond = f"CASE {told} WHEN '{t.BEYOND}' THEN {stopped(self.text())} ELSE {told} END"
        return self._kept("held type", lambda: beyond)

    def number(self) -> str:
        return self._kept("number", lambda: t.number_of(self.known().type(), self.lexical()))

    def real(self) -> str:
        return self._kept("real", lambda: t.real_of(self.known().type(), self.lexical()))

    def instant(self) -> str:
        return self._kept("instant", lambda: t.instant_of(self.known().type(), self.lexical()))

    def zoned(self) -> str:
        return self._kept("zoned", lambda: t.zoned_of(self.lexical()))


@dataclass(frozen=True)
class Typed(Value):
    """A literal of a type with a datatype of its name, by its lexical form, which is good; `let` as for `Written`."""

    form_sql: str
    kind: str
    let: Let

    @property
    def types(self) -> frozenset[str]:  # type: ignore[override]
        return frozenset((self.kind,))

    def text(self) -> str:
        return f"'\"' || {self.form_sql} || {quoted(chr(34) + datatype_suffix(self.kind))}"

    def lexical(self) -> str:
        return self.form_sql

    def _where_there(self, sql: str) -> str:
        return f"CASE WHEN {self.form_sql} IS NOT NULL THEN {sql} END"

    def suffix(self) -> str:
        return self._where_there(quoted(datatype_suffix(self.kind)))

    def type(self) -> str:
        return self._where_there(quoted(self.kind))

    def number(self) -> str:
        return self.let(t.number_of(quoted(self.kind), self.form_sql)) if self.kind in EXACT else "NULL"

    def real(self) -> str:
        return self.let(t.real_of(quoted(self.kind), self.form_sql)) if self.kind in NUMERIC else "NULL"

    def instant(self) -> str:
        return self.let(t.instant_of(quoted(self.kind), self.form_sql)) if self.kind in TIMES else "NULL"

    def zoned(self) -> str:
        return t.zoned_of(self.form_sql)
