"""
What an expression comes to, as SQL: one value in several forms, each asked for only where an operator needs it.

NULL in SQL stands for an error of SPARQL and for a variable without a value: with AND, OR and NOT they behave alike.

Spec: https://www.w3.org/TR/sparql11-query/#operandDataTypes (17.1),
https://www.w3.org/TR/sparql11-query/#evaluation (17.2)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self, TypeAlias

from kg.columns import terms as t
from kg.columns.terms import NUMBER, datatype_suffix, quoted
from kg.model.terms import parts_of
from kg.sparql.algebra import NotCompiled
from kg.sparql.lengths import spelled
from kg.sparql.stopping import stopped

INTEGERS: Final = frozenset({t.INTEGER})
EXACT: Final = frozenset({t.INTEGER, t.DECIMAL})
INEXACT: Final = frozenset({t.FLOAT, t.DOUBLE})
NUMERIC: Final = EXACT | INEXACT
BOOLEANS: Final = frozenset({t.BOOLEAN})
STRINGS: Final = frozenset({t.STRING})
TEXTS: Final = frozenset({t.STRING, t.LANGUAGE})
TIMES: Final = frozenset({t.TIME, t.DATE, t.CLOCK})
IRIS: Final = frozenset({t.IRI})
NODES: Final = frozenset({t.IRI, t.BLANK})
ANY: Final = frozenset(t.TYPES)
LITERALS: Final = ANY - NODES

LENGTH: Final = "dayTimeDuration"
"""Of a `Plain` value: how long something lasts, in microseconds. Columns hold none, so it has no type of its own."""

NAN: Final = "nan"
"""How DuckDB writes what is no number. Only the text of a real number asks for it, which Spark writes otherwise."""

ID, TEXT = "id", "text"
"""Forms of a column: the number of a term in the dictionary, its N-Triples text; else a type: a plain value of it."""


Let: TypeAlias = Callable[[str], str]
"""Keeps SQL that stands in more than one place as a computed column, and gives the name of that."""


class Value:
    """`types` are those that the value may have where it has one."""

    types: frozenset[str] = ANY

    def known(self) -> Self:
        """
        The same, for whoever looks at the value behind a literal.

        Raises:
            NotCompiled: It may be one that the columns do not hold.
        """
        if t.BEYOND in self.types:
            raise NotCompiled("a value may be a duration, a part of a date, or a number beyond 20 digits")
        return self

    @property
    def form(self) -> str:
        """The form in which a column holds it best."""
        return TEXT

    def held(self) -> str:
        """SQL for the value in that form."""
        return self.text()

    def text(self) -> str:
        """SQL for the N-Triples text."""
        raise NotImplementedError

    def lexical(self) -> str:
        """SQL for the lexical form."""
        raise NotImplementedError

    def suffix(self) -> str:
        """SQL for what follows a literal's closing quote."""
        raise NotImplementedError

    def type(self) -> str:
        """SQL for the type."""
        raise NotImplementedError

    def number(self) -> str:
        """SQL for the value of an integer or decimal, NULL of anything else."""
        return "NULL"

    def whole(self) -> str:
        """SQL for the value of an integer, of 128 bits; asked for only where all numbers are integers."""
        return f"CAST({self.number()} AS HUGEINT)"

    def real(self) -> str:
        """SQL for the value of a number as a double, NULL of anything else."""
        return "NULL"

    def instant(self) -> str:
        """SQL for the moment of a date or time, NULL of anything else."""
        return "NULL"

    def zoned(self) -> str:
        """SQL for whether a date or time has a time zone, NULL of anything else."""
        return "NULL"

    def is_type(self, types: frozenset[str]) -> str:
        """SQL for whether the value has one of these types; NULL where there is none."""
        if self.types <= types:
            return f"({self.there()})"
        possible = sorted(self.types & types)
        if not possible:
            return f"(NOT {self.there()})" if not self.certain() else "false"
        return f"({self.type()} IN ({', '.join(map(quoted, possible))}))"

    def there(self) -> str:
        """SQL that is true where there is a value, and NULL where there is none."""
        return "true" if self.certain() else f"nullif({self.held()} IS NOT NULL, false)"

    def certain(self) -> bool:
        """Whether there always is a value."""
        return False


@dataclass(frozen=True)
class Stored(Value):
    """A term of the dictionary. `row` gives the alias of its row there, `id` is its number."""

    id: str
    row: Callable[[], str]
    types: frozenset[str] = ANY
    always: bool = False

    @property
    def form(self) -> str:
        return ID

    def held(self) -> str:
        return self.id

    def certain(self) -> bool:
        return self.always

    def text(self) -> str:
        return f"{self.row()}.text"

    def lexical(self) -> str:
        return f"{self.row()}.lexical"

    def suffix(self) -> str:
        return f"{self.row()}.suffix"

    def type(self) -> str:
        return f"{self.row()}.type"

    def number(self) -> str:
        self.known()
        return f"{self.row()}.number"

    def whole(self) -> str:
        self.known()
        return f"{self.row()}.whole"

    def real(self) -> str:
        self.known()
        return f"{self.row()}.real"

    def instant(self) -> str:
        self.known()
        return f"{self.row()}.instant"

    def zoned(self) -> str:
        return f"{self.row()}.zoned"


@dataclass(frozen=True)
class Constant(Value):
    """A term that the query names; `id` is its number where the dictionary has it."""

    written: str
    id: int | None
    types: frozenset[str]

    @property
    def form(self) -> str:
        return TEXT if self.id is None else ID

    def held(self) -> str:
        return self.text() if self.id is None else str(self.id)

    def certain(self) -> bool:
        return True

    def text(self) -> str:
        return quoted(self.written)

    def lexical(self) -> str:
        return quoted(parts_of(self.written).lexical)

    def suffix(self) -> str:
        return quoted(self.written[self.written.rindex('"') + 1 :]) if self.written[0] == '"' else "NULL"

    def type(self) -> str:
        return quoted(next(iter(self.types)))

    def number(self) -> str:
        self.known()
        return f"CAST({self.lexical()} AS {NUMBER})" if self.types <= EXACT else "NULL"

    def whole(self) -> str:
        self.known()
        return f"CAST({quoted(str(int(parts_of(self.written).lexical)))} AS HUGEINT)"

    def real(self) -> str:
        self.known()
        return t.real_of(self.type(), self.lexical()) if self.types <= NUMERIC else "NULL"

    def instant(self) -> str:
        self.known()
        return t.instant_of(self.type(), self.lexical()) if self.types <= TIMES else "NULL"

    def zoned(self) -> str:
        return t.zoned_of(self.lexical())


@dataclass(frozen=True)
class Plain(Value):
    """A value that SQL computes, of one type: a number, a text, a truth value, a length."""

    kind: str
    sql: str
    always: bool = False

    @property
    def types(self) -> frozenset[str]:  # type: ignore[override]
        return frozenset((t.BEYOND if self.kind == LENGTH else self.kind,))

    @property
    def form(self) -> str:
        return self.kind

    def held(self) -> str:
        return self.sql

    def certain(self) -> bool:
        return self.always

    def lexical(self) -> str:
        match self.kind:
            case t.STRING:
                return self.sql
            case t.INTEGER:
                return f"CAST(CAST({self.sql} AS HUGEINT) AS VARCHAR)"
            case t.DECIMAL:
                return f"regexp_replace(CAST(CAST({self.sql} AS {NUMBER}) AS VARCHAR), '[.]?0+$', '')"
            case t.BOOLEAN:
                return f"CASE WHEN {self.sql} THEN 'true' WHEN NOT {self.sql} THEN 'false' END"
            case _ if self.kind == LENGTH:
                return spelled(self.sql)
        # Oxigraph writes numbers without powers of ten, DuckDB great and small ones with them.
        text = f"CAST({self.sql} AS VARCHAR)"
        named = f"WHEN '{NAN}' THEN 'NaN' WHEN '-{NAN}' THEN 'NaN' WHEN 'inf' THEN 'INF' WHEN '-inf' THEN '-INF'"
        digits = f"CASE WHEN contains({text}, 'e') THEN {stopped(text)} ELSE regexp_replace({text}, '[.]0$', '') END"
        return f"CASE {text} {named} ELSE {digits} END"

    def suffix(self) -> str:
        found = "''" if self.kind == t.STRING else quoted(datatype_suffix(self.kind))
        return found if self.always else f"CASE WHEN {self.sql} IS NOT NULL THEN {found} END"

    def text(self) -> str:
        if self.kind == t.STRING:
            return t.in_quotes(self.sql)
        end = quoted('"' + datatype_suffix(self.kind))
        return f"'\"' || {self.lexical()} || {end}"

    def type(self) -> str:
        return f"CASE WHEN {self.sql} IS NOT NULL THEN {quoted(self.kind)} END"

    def number(self) -> str:
        return f"CAST({self.sql} AS {NUMBER})" if self.kind in EXACT else "NULL"

    def whole(self) -> str:
        return f"CAST({self.sql} AS HUGEINT)"

    def real(self) -> str:
        if self.kind == t.DECIMAL:
            # From the digits: DuckDB divides two doubles, and rounds twice.
            return f"CAST(CAST({self.sql} AS VARCHAR) AS DOUBLE)"
        return f"CAST({self.sql} AS DOUBLE)" if self.kind in NUMERIC else "NULL"


@dataclass(frozen=True)
class Nothing(Value):
    """No value: every form of it is NULL."""

    types: frozenset[str] = frozenset()

    def _null(self) -> str:
        return "NULL"

    held = text = lexical = suffix = type = _null

    def is_type(self, types: frozenset[str]) -> str:
        return "NULL::BOOLEAN"


NOTHING: Final = Nothing()
"""An error, and a variable without a value."""


def truth(sql: str, *, always: bool = False) -> Plain:
    """A truth value."""
    return Plain(t.BOOLEAN, sql, always)
