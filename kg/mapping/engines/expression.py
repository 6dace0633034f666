"""
A plan as one Ibis expression: a text of N-Quads lines for each row, or its quads as columns.

The expression reads a table `cell` with `row` and a column for each of the mapping's, and look-up tables. It is compiled
by `ibis.to_sql` for whichever engine runs it, which need agree on little: texts are joined, compared, measured, and
digested; whatever engines do in different ways (case, numbers, dates) is done in Python, once for each distinct text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kg.mapping.plan.forms import Form
from kg.mapping.plan.learning import LookUp
from kg.mapping.plan.pieces import (
    All,
    Any_,
    Cell,
    Digest,
    Either,
    EntryPlan,
    Flag,
    Found,
    IsFound,
    IsFull,
    IsPlain,
    Length,
    Line,
    Named,
    Not,
    Piece,
    Pieces,
    When,
)

from kg.model.errors import Bug

if TYPE_CHECKING:
    import ibis.expr.types as ir

CELLS: Final = "cell"
ROW: Final = "row"
TEXT: Final = "text"

_T = TypeVar("_T")


def column_name(number: int) -> str:
    """What an engine calls a column of the mapping."""
    return f"c{number}"


def flag_name(number: int, form: Form) -> str:
    """What an engine calls the truth that a column is in a form."""
    return f"c{number}_{form.name}"


class Expression:
    """
    Makes expressions of plans. `columns` are the mapping's in the engine's order.

    `flags` are the forms that the engine has looked for already, as columns of their own.
    """

    def __init__(self, columns: Sequence[str], flags: Mapping[tuple[str, Form], str]) -> None:
        import ibis

        self._ibis = ibis
        self._columns = {name: column_name(number) for number, name in enumerate(columns)}
        self._flags = dict(flags)

    def cells(self) -> ir.Table:
        """The unbound table of cells."""
        schema = {ROW: "int64", **dict.fromkeys(self._columns.values(), "string")}
        schema.update(dict.fromkeys(self._flags.values(), "boolean"))
        return self._ibis.table(schema, name=CELLS)

    def lines(self, plan: EntryPlan, tables: Mapping[str, LookUp], *, merge: bool = False) -> ir.Table:
        """
        `row` and `text`: the lines of all rows that have the entry and are not odd.

        With `merge` each statement stands a second time, in the default graph.
        """
        base = self._named(plan, tables)
        base = base.filter(base["exists"] & ~base["odd"])
        # The last line has no line feed: whoever writes texts ends them with one. It must stand in every row.
        lines = sorted(plan.lines, key=lambda line: _is_certain(line.when, plan))
        if not _is_certain(lines[-1].when, plan):
            raise Bug("no line stands in every row that has the entry")
        texts = [self._line(base, line, plan, merge=merge) for line in lines[:-1]]
        last = lines[-1]
        texts.append(self._text(base, self._pieces(last, merge=merge)[:-1]))
        texts.append(" .")
        return base.select(ROW, text=_joined(self._ibis, texts))

    def quads(self, plan: EntryPlan, tables: Mapping[str, LookUp]) -> ir.Table:
        """`s`, `p`, `o`, `g`: the quads as N-Triples texts, one a row."""
        ibis, base = self._ibis, self._named(plan, tables)
        base = base.filter(base["exists"] & ~base["odd"])
        structs = [
            ibis.ifelse(
                self._when(base, line.when),
                ibis.struct(
                    {
                        "s": self._text(base, line.subject),
                        "p": line.predicate,
                        "o": self._text(base, line.value),
                        "g": self._text(base, line.graph),
                    }
                ),
                None,
            )
            for line in plan.lines
        ]
        each = base.select(quad=ibis.array(structs).unnest())
        each = each.filter(each["quad"].notnull())
        return each.select(**{name: each["quad"][name] for name in "spog"})

    def columns_of(
        self, plan: EntryPlan, tables: Mapping[str, LookUp], texts: Mapping[str, tuple[Pieces, When]]
    ) -> Any:
        """`row` and a column for each text, NULL where it does not hold; odd rows are not there."""
        base = self._named(plan, tables)
        base = base.filter(base["exists"] & ~base["odd"])
        found = {
            name: self._ibis.ifelse(self._when(base, when), self._value(base, pieces), None)
            for name, (pieces, when) in texts.items()
        }
        return base.select(ROW, **found)

    def odd(self, plan: EntryPlan, tables: Mapping[str, LookUp]) -> ir.Table:
        """`row` of the rows that are left to the reference."""
        base = self._named(plan, tables)
        return base.filter(base["odd"]).select(ROW)

    # ── The row's own columns ───────────────────────────────────────────────────────────────────────────────────────

    def _named(self, plan: EntryPlan, tables: Mapping[str, LookUp]) -> ir.Table:
        """Cells, joined with the look-ups that the plan reads, and with its flags and names as columns."""
        base = self.cells()
        for name in _tables_of(plan):
            base = self._with_table(base, tables[name])
        for flags in _in_levels(plan.flags, _flags_in):
            base = base.mutate(**{name: self._truth(base, plan.flags[name]) for name in flags})
        base = base.mutate(odd=self._truth(base, plan.odd))
        for names in _in_levels(plan.names, _names_in):
            base = base.mutate(**{_column(name): self._value(base, plan.names[name]) for name in names})
        return base

    def _with_table(self, base: ir.Table, table: LookUp) -> ir.Table:
        keys = [f"{table.name}_t{n}" for n in range(len(table.columns))]
        found = [f"{table.name}_{column}" for column in table.names]
        other = self._ibis.table(dict.fromkeys((*keys, *found), "string"), name=table.name)
        on = [base[self._columns[column]] == other[key] for column, key in zip(table.columns, keys, strict=True)]
        return base.left_join(other, on)

    @staticmethod
    def _pieces(line: Line, *, merge: bool) -> Pieces:
        statement = (*line.subject, f" {line.predicate} ", *line.value)
        pieces: Pieces = (*statement, " ", *line.graph, " .\n")
        return (*pieces, *statement, " .\n") if merge else pieces

    def _line(self, base: ir.Table, line: Line, plan: EntryPlan, *, merge: bool) -> Any:
        text = self._text(base, self._pieces(line, merge=merge))
        if _is_certain(line.when, plan):
            return text
        when = self._when(base, line.when)
        return text if when is True else self._ibis.ifelse(when, text, "")

    # ── Texts and truths ────────────────────────────────────────────────────────────────────────────────────────────

    def _text(self, base: ir.Table, pieces: Pieces) -> Any:
        return _joined(self._ibis, [self._piece(base, piece) for piece in _merged(pieces)])

    def _piece(self, base: ir.Table, piece: Piece) -> Any:
        match piece:
            case str():
                return piece
            case Cell(column, escaped):
                cell = base[self._columns[column]]
                return cell.replace("\\", "\\\\").replace('"', '\\"') if escaped else cell
            case Found(table, column):
                return base[f"{table}_{column}"]
            case Named(name):
                return base[_column(name)]
            case Length(of):
                return self._value(base, of).length().cast("string")
            case Either(alternatives):
                pairs = [(self._when(base, when), self._value(base, pieces)) for when, pieces in alternatives]
                return self._ibis.cases(*pairs, else_=None)
            case Digest():
                return self._digest(base, piece)

    def _value(self, base: ir.Table, pieces: Pieces) -> Any:
        text = self._text(base, pieces)
        return self._ibis.literal(text) if isinstance(text, str) else text

    def _digest(self, base: ir.Table, digest: Digest) -> Any:
        ibis = self._ibis
        texts = [self._value(base, part) for part in digest.parts]
        measured = [text.length().cast("string") + ":" + text for text in texts]
        if digest.in_order:
            whole = _joined(ibis, measured)
        else:
            # Sorted by the text, not by its length, which stands before it.
            parts = ibis.array(texts).sort().map(lambda text: text.length().cast("string") + ":" + text)
            whole = parts.join("")
        return whole.hexdigest("sha256").substr(0, 16)

    def _truth(self, base: ir.Table, when: When) -> Any:
        """As a column; what is not known of a row is not so."""
        found = self._when(base, when)
        return self._ibis.literal(found) if isinstance(found, bool) else found.fill_null(False)  # noqa: FBT003

    def _when(self, base: ir.Table, when: When) -> Any:
        ibis = self._ibis
        match when:
            case IsPlain(columns):
                return reduce(lambda a, b: a & b, [self._is_plain(base, *one) for one in columns])
            case IsFull(columns):
                return reduce(lambda a, b: a & b, [base[self._columns[column]] != "" for column in columns])
            case IsFound(found):
                return base[f"{found.table}_{found.column}"].notnull()
            case Flag(name):
                return base[name]
            case Not(of):
                inner = self._when(base, of)
                return (not inner) if isinstance(inner, bool) else ~inner
            case All(of):
                return self._combined(base, of, neutral=True)
            case Any_(of):
                return self._combined(base, of, neutral=False)

    def _combined(self, base: ir.Table, parts: tuple[When, ...], *, neutral: bool) -> Any:
        """All or any of the parts; constants are left out, so that most lines stand in every row."""
        found: dict[Any, None] = {}
        values = []
        for part in _flattened(parts, All if neutral else Any_):
            if part in found:
                continue
            found[part] = None
            value = self._when(base, part)
            if value is (not neutral):
                return not neutral
            if value is not neutral:
                values.append(value)
        if not values:
            return neutral
        return reduce((lambda a, b: a & b) if neutral else (lambda a, b: a | b), values)

    def _is_plain(self, base: ir.Table, column: str, form: Form) -> Any:
        flag = self._flags.get((column, form))
        return base[flag] if flag is not None else is_plain(base[self._columns[column]], form)


def is_plain(cell: Any, form: Form) -> Any:
    """Whether a cell is in a form; a word of the facts format never is."""
    return cell.re_search(rf"\A(?:{form.pattern})\z") & (cell != "unknown")


def _is_certain(when: When, plan: EntryPlan) -> bool:
    """Whether this holds of every row that is written."""
    return all(isinstance(part, Flag) and part.name in plan.certain for part in _flattened((when,), All))


def _column(name: str) -> str:
    return f"n_{name}"


def _flattened(parts: Sequence[When], kind: type[All | Any_]) -> list[When]:
    found: list[When] = []
    for part in parts:
        found += _flattened(part.of, kind) if isinstance(part, kind) else [part]
    return found


def _joined(ibis: Any, parts: Sequence[Any]) -> Any:
    """Parts joined into one text; a plain text where all are."""
    if all(isinstance(part, str) for part in parts):
        return "".join(parts)
    if len(parts) == 1:
        return parts[0]
    first, *rest = (ibis.literal(part) if isinstance(part, str) else part for part in parts)
    return first.concat(*rest)


def _merged(pieces: Pieces) -> list[Piece]:
    """Pieces with neighbouring fixed texts joined."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        elif piece != "":
            found.append(piece)
    return found or [""]


def _in_levels(texts: Mapping[str, _T], reads: Callable[[_T], set[str]]) -> list[list[str]]:
    """Names in an order in which each reads only names of earlier levels."""
    done: set[str] = set()
    levels: list[list[str]] = []
    left = {name: reads(what) & texts.keys() for name, what in texts.items()}
    while left:
        level = [name for name, needed in left.items() if needed <= done]
        if not level:
            raise Bug(f"names that read each other: {sorted(left)}")
        levels.append(level)
        done.update(level)
        for name in level:
            del left[name]
    return levels


def _flags_in(when: When) -> set[str]:
    match when:
        case Flag(name):
            return {name}
        case Not(of):
            return _flags_in(of)
        case All(parts) | Any_(parts):
            return {name for part in parts for name in _flags_in(part)}
        case _:
            return set()


def _names_in(pieces: Pieces) -> set[str]:
    found: set[str] = set()
    for piece in pieces:
        match piece:
            case Named(name):
                found.add(name)
            case Digest(parts):
                for part in parts:
                    found |= _names_in(part)
            case Length(of):
                found |= _names_in(of)
            case Either(alternatives):
                for _, inner in alternatives:
                    found |= _names_in(inner)
            case _:
                pass
    return found


def _tables_of(plan: EntryPlan) -> list[str]:
    """The look-up tables that a plan reads, in order."""
    found: dict[str, None] = {}

    def of_pieces(pieces: Pieces) -> None:
        for piece in pieces:
            match piece:
                case Found(table):
                    found[table] = None
                case Digest(parts):
                    for part in parts:
                        of_pieces(part)
                case Length(of):
                    of_pieces(of)
                case Either(alternatives):
                    for when, inner in alternatives:
                        of_when(when)
                        of_pieces(inner)
                case _:
                    pass

    def of_when(when: When) -> None:
        match when:
            case IsFound(column):
                found[column.table] = None
            case Not(of):
                of_when(of)
            case All(parts) | Any_(parts):
                for part in parts:
                    of_when(part)
            case _:
                pass

    for when in (*plan.flags.values(), plan.odd, plan.exists):
        of_when(when)
    for pieces in plan.names.values():
        of_pieces(pieces)
    for line in plan.lines:
        of_when(line.when)
        for pieces in (line.subject, line.value, line.graph):
            of_pieces(pieces)
    for introduced in plan.introduced:
        of_when(introduced.when)
        of_pieces(introduced.iri)
    for referred in plan.referred:
        of_when(referred.when)
        of_pieces(referred.iri)
    return list(found)
