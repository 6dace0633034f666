"""
A plan as one Ibis expression: a text of N-Quads lines for each row, or its quads as columns.

The expression reads a table `cell` with `row` and a column for each of the mapping's, and look-up tables. It is
compiled by `ibis.to_sql` for whichever engine runs it, and engines need agree on little: texts are joined, compared,
measured, and digested; whatever engines do in different ways (case, numbers, dates) is done in Python, once for each
distinct text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg.mapping.plan.forms import Form
from kg.mapping.plan.grouping import BETWEEN, Group, grouped, is_certain, said
from kg.mapping.plan.pieces import (
    All,
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
    OneOf,
    Piece,
    Pieces,
    Plain,
    When,
)
from kg.mapping.plan.walks import flags_in, flattened, in_levels, merged, names_in
from kg.model.errors import Bug
from kg.ontology.vocabulary import WORD_UNKNOWN

if TYPE_CHECKING:
    import ibis.expr.types as ir

CELLS: Final = "cell"
ROW: Final = "row"
TEXT: Final = "text"


def column_name(number: int) -> str:
    """What an engine calls a column of the mapping."""
    return f"c{number}"


class Keyed(NamedTuple):
    """What an engine has to know of a look-up to join it: see `kg.mapping.plan.look_ups.LookUp`."""

    name: str
    columns: tuple[str, ...]
    names: tuple[str, ...]

    def keys(self) -> list[str]:
        """What the engine calls the columns of the texts."""
        return [f"{self.name}_t{number}" for number in range(len(self.columns))]

    def found(self) -> list[str]:
        """What the engine calls the others."""
        return [f"{self.name}_{column}" for column in self.names]


class Expression:
    """Makes expressions of plans. `columns` are the mapping's in the engine's order, and all that it knows."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = {name: column_name(number) for number, name in enumerate(columns)}

    def __repr__(self) -> str:
        return f"Expression({list(self._columns)})"

    @cached_property
    def _ibis(self) -> Any:
        import ibis

        return ibis

    # ── Cells ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def cells(self) -> ir.Table:
        """The unbound table of cells."""
        return self._ibis.table({ROW: "int64", **dict.fromkeys(self._columns.values(), "string")}, name=CELLS)

    def in_order(self) -> ir.Table:
        """All cells in the order of the rows."""
        return self.cells().order_by(ROW)

    def asked(self, columns: Sequence[str], forms: Sequence[tuple[str, Form]]) -> ir.Table:
        """One row: of each column whether a cell is empty, of each form whether no cell has another."""
        cells = self.cells()
        asked: dict[str, Any] = {}
        for number, column in enumerate(columns):
            asked[f"e{number}"] = (cells[self._columns[column]] == "").any()
        for number, (column, form) in enumerate(forms):
            cell = cells[self._columns[column]]
            asked[f"p{number}"] = (is_plain(cell, form) | (cell == "")).all()
        return cells.aggregate(**asked)

    def distinct(self, columns: Sequence[str], unless: Plain) -> ir.Table:
        """The distinct texts of columns, of the rows in which they are not all in these forms."""
        cells = self.cells()
        if unless:
            cells = cells.filter(
                reduce(lambda a, b: a | b, [~is_plain(cells[self._columns[column]], form) for column, form in unless])
            )
        return cells.select(*(self._columns[column] for column in columns)).distinct()

    def left_over(self, base: ir.Table) -> ir.Table:
        """The cells of rows that are left to the reference, in their order; `base` is what `entry` gave."""
        return self.cells().semi_join(base.filter(base["odd"]).select(ROW), ROW).order_by(ROW)

    def some(self, rows: ir.Table) -> ir.Table:
        """The cells of some rows in their order; `rows` has their numbers as `row_text`."""
        numbers = rows.select(row=rows["row_text"].cast("int64"))
        return self.cells().semi_join(numbers, ROW).order_by(ROW)

    # ── Entries ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def entry(self, plan: EntryPlan, tables: Sequence[Keyed]) -> ir.Table:
        """
        The rows that have an entry or are odd, with all that its lines read: cells, look-ups, flags, names.

        An engine keeps it as a table or view of its own, which the expressions below read.
        """
        base = self._joined(self.cells(), tables)
        for flags in in_levels(plan.flags, flags_in):
            base = base.mutate(**{name: self._truth(base, plan.flags[name]) for name in flags})
        base = base.mutate(odd=self._truth(base, plan.odd))
        base = base.filter(base["exists"] | base["odd"])
        for names in in_levels(plan.names, names_in):
            base = base.mutate(**{_column(name): self._value(base, plan.names[name]) for name in names})
        return base

    @staticmethod
    def _written(base: ir.Table) -> ir.Table:
        return base.filter(base["exists"] & ~base["odd"])

    def lines(self, base: ir.Table, plan: EntryPlan, merge: bool, distinct: bool) -> ir.Table:  # noqa: FBT001
        """
        `text`: the lines of all rows that have the entry and are not odd; `base` is what `entry` gave.

        With `merge` each statement stands a second time, in the default graph. The last line has no line feed. With
        `distinct` equal texts are one.
        """
        base = self._written(base)
        if not any(is_certain(line.when, plan) for line in plan.lines):
            raise Bug("no line stands in every row that has the entry")
        groups = grouped(plan)
        base = base.mutate(
            **{f"b{n}": self._value(base, group.between(merge=False)) for n, group in enumerate(groups)},
            **(
                {f"m{n}": self._value(base, group.between(merge=True)) for n, group in enumerate(groups)}
                if merge
                else {}
            ),
        )
        parts: list[Any] = []
        for number, group in enumerate(groups):
            parts += self._of_group(base, group, plan, f"b{number}", in_merge=False)
            if merge:
                parts += self._of_group(base, group, plan, f"m{number}", in_merge=True)
        last = parts.pop()
        found = base.select(text=self._at_once([*parts, last.rstrip("\n")]))
        return found.distinct() if distinct else found

    def _of_group(self, base: ir.Table, group: Group, plan: EntryPlan, between: str, *, in_merge: bool) -> list[Any]:
        """The lines of one subject in one graph, those last that stand in every row; the very last has an end."""
        by_condition: dict[When, list[Line]] = {}
        certain = []
        for line in group.lines:
            holds = True if is_certain(line.when, plan) else self._when(base, line.when)
            if holds is True:
                certain.append(line)
            else:
                by_condition.setdefault(line.when, []).append(line)
        end = group.end(merge=in_merge)
        parts: list[Any] = []
        for when, lines in by_condition.items():
            if certain:
                pieces = [one for line in lines for one in (*said(line), BETWEEN)]
            else:
                pieces = [one for line in lines for one in (*group.subject, " ", *said(line), *end)]
            parts.append(self._ibis.ifelse(self._when(base, when), self._spelt(base, pieces, between), ""))
        if certain:
            pieces = [one for line in certain[:-1] for one in (*said(line), BETWEEN)]
            parts = [
                *self._pieces(base, (*group.subject, " ")),
                *parts,
                *self._spelt_parts(base, [*pieces, *said(certain[-1]), *end], between),
            ]
        return parts

    def _spelt(self, base: ir.Table, pieces: Sequence[Piece], between: str) -> Any:
        return self._at_once(self._spelt_parts(base, pieces, between))

    def _spelt_parts(self, base: ir.Table, pieces: Sequence[Piece], between: str) -> list[Any]:
        return [base[between] if one is BETWEEN else self._piece(base, one) for one in merged(tuple(pieces))]

    def _pieces(self, base: ir.Table, pieces: Pieces) -> list[Any]:
        return [self._piece(base, piece) for piece in merged(pieces)]

    def _at_once(self, parts: list[Any]) -> Any:
        """
        Parts joined by one function: a chain of two at a time would copy the text again with each of them.

        It passes over what is unknown, so that only what is known to be there may stand in it.
        """
        return self._ibis.literal("").join(parts) if len(parts) > 1 else parts[0]

    def quads(self, base: ir.Table, plan: EntryPlan, distinct: bool) -> ir.Table:  # noqa: FBT001
        """
        `s`, `p`, `o`, `g`: the quads as N-Triples texts, one a row; `base` is what `entry` gave.

        With `distinct` equal quads are one.
        """
        ibis, base = self._ibis, self._written(base)
        structs = []
        for line in (line for group in grouped(plan) for line in group.lines):
            terms = {"s": line.subject, "p": (line.predicate,), "o": line.value, "g": line.graph}
            struct = ibis.struct({name: self._value(base, pieces) for name, pieces in terms.items()})
            holds = True if is_certain(line.when, plan) else self._when(base, line.when)
            structs.append(struct if holds is True else ibis.ifelse(holds, struct, None))
        each = base.select(quad=ibis.array(structs).unnest())
        each = each.filter(each["quad"].notnull())
        found = each.select(**{name: each["quad"][name] for name in "spog"})
        return found.distinct() if distinct else found

    def texts(self, base: ir.Table, texts: Mapping[str, tuple[Pieces, When]]) -> ir.Table:
        """`row` and a column for each text, NULL where it does not hold; `base` is what `entry` gave."""
        base = self._written(base)
        found = {
            name: self._ibis.ifelse(self._when(base, when), self._value(base, pieces), None)
            for name, (pieces, when) in texts.items()
        }
        return base.select(ROW, **found)

    def first_about(self, base: ir.Table, thing: tuple[Pieces, When], asked: ir.Table) -> ir.Table:
        """`iri` and `row`: of things that are asked for the first row about them; `base` is what `entry` gave."""
        rows = self.texts(base, {"iri": thing})
        return rows.semi_join(asked, "iri").group_by("iri").aggregate(row=rows[ROW].min())

    def _joined(self, cells: ir.Table, tables: Sequence[Keyed]) -> ir.Table:
        """Cells with the columns of look-up tables beside them."""
        joined: Any = cells
        columns: list[Any] = [cells[name] for name in cells.columns]
        for table in tables:
            keys, found = table.keys(), table.found()
            other = self._ibis.table(dict.fromkeys((*keys, *found), "string"), name=table.name)
            pairs = zip(table.columns, keys, strict=True)
            joined = joined.left_join(other, [cells[self._columns[column]] == other[key] for column, key in pairs])
            columns += [other[name] for name in found]
        return joined.select(columns) if tables else cells

    # ── Texts and truths ────────────────────────────────────────────────────────────────────────────────────────────

    def _text(self, base: ir.Table, pieces: Pieces) -> Any:
        return _joined(self._ibis, [self._piece(base, piece) for piece in merged(pieces)])

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
            case Either(()):
                return self._ibis.literal(None, type="string")  # of a table in which no row has it
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
        match when:
            case IsPlain(columns):
                return reduce(
                    lambda a, b: a & b, [is_plain(base[self._columns[column]], form) for column, form in columns]
                )
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
            case OneOf(of):
                return self._combined(base, of, neutral=False)

    def _combined(self, base: ir.Table, parts: tuple[When, ...], *, neutral: bool) -> Any:
        """All or any of the parts; constants are left out, so that most lines stand in every row."""
        found: dict[Any, None] = {}
        values = []
        for part in flattened(parts, All if neutral else OneOf):
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


def is_plain(cell: Any, form: Form) -> Any:
    """Whether a cell is in a form; a word of the facts format never is."""
    return cell.re_search(rf"\A(?:{form.pattern})\z") & (cell != WORD_UNKNOWN)


def _column(name: str) -> str:
    return f"n_{name}"


def _joined(ibis: Any, parts: Sequence[Any]) -> Any:
    """Parts joined into one text; a plain text where all are."""
    if all(isinstance(part, str) for part in parts):
        return "".join(parts)
    if len(parts) == 1:
        return parts[0]
    first, *rest = (ibis.literal(part) if isinstance(part, str) else part for part in parts)
    return first.concat(*rest)
