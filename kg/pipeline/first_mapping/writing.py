"""Guesses → the text of a mapping, with what was guessed and what was not said beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Final

from kg.mapping.iris import suggested_id
from kg.ontology import vocabulary as v
from kg.pipeline.first_mapping.cells import Column
from kg.pipeline.first_mapping.endings import Ending
from kg.pipeline.first_mapping.guesses import Guess, Kind, Terms
from kg.pipeline.first_mapping.names import Things
from kg.pipeline.first_mapping.yaml_text import examples, hole, indented, keyed, listing, scalar, template

_EMPTY: Final = "(empty)"
_MOST_COMBINED: Final = 4
_COMBINED: Final = 8
"""How many columns are tried together as a row's name, before the row counts as nameless."""


@dataclass(frozen=True)
class Draft:
    """
    What a mapping is made from.

    `name` is an id for the table, `options` what says where and how to read it, as YAML. `columns` are without the sums
    and remarks of an `ending`.
    """

    name: str
    title: str
    options: dict[str, str]
    columns: Sequence[Column]
    guesses: Sequence[Guess]
    terms: Terms
    ending: Ending | None = None

    def of(self, *kinds: Kind) -> list[Guess]:
        """The guesses of some kinds."""
        return [guess for guess in self.guesses if guess.kind in kinds]

    @cached_property
    def row_id(self) -> tuple[Column, ...]:
        """The columns that together name a row; several where none does alone."""
        named = [guess.column for guess in self.of(Kind.row_id)]
        alone = next((column for column in (*named, *self.columns) if column.is_unique), None)
        if alone is not None:
            return (alone,)
        whole = [column for column in self.columns if column.cells and all(column.ids)]
        whole = sorted(whole, key=lambda column: -len(column.codes))[:_COMBINED]
        fullest = max(self.columns, key=lambda column: len(column.filled))
        return next(_unique_together(whole), tuple(whole[:_MOST_COMBINED]) or (fullest,))

    @property
    def is_row_id_unique(self) -> bool:
        """Whether the columns of `row_id` tell all rows apart."""
        return _tell_apart(self.row_id)

    @property
    def left(self) -> list[Column]:
        """The columns that the mapping does not read."""
        read = {guess.column.name for guess in self.guesses if guess.kind is not Kind.row_id}
        return [c for c in self.columns if c.name not in read and c not in self.row_id]


def mapping_text(draft: Draft) -> str:
    """The mapping as YAML. Every guess that the header does not bear out whole is marked in a comment."""
    things = Things(draft.name, draft.guesses, draft.terms)
    parts = [
        _HEAD.format(name=draft.title).splitlines(),
        [f"{key}: {value}" for key, value in draft.options.items()],
        list(_renamed(draft)),
        list(_document(draft)),
        list(_where(draft)),
        list(_value_tables(draft)),
        list(things.shared()),
        list(_claims(draft, things)),
        list(_left(draft)),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


_HEAD: Final = """\
# A first mapping of {name}, guessed from its header and its first rows. It is yours now: correct it.
# Lines with `# ?` are the least sure. What can be written: docs/reference/mappings.md"""


def _unique_together(columns: Sequence[Column]) -> Iterator[tuple[Column, ...]]:
    for size in range(2, _MOST_COMBINED + 1):
        for some in combinations(columns, size):
            if _tell_apart(some):
                yield some


def _tell_apart(columns: Sequence[Column]) -> bool:
    rows = list(zip(*(column.ids for column in columns), strict=True))
    return len(set(rows)) == len(rows) and bool(rows)


def _renamed(draft: Draft) -> Iterator[str]:
    odd = [column for column in draft.columns if column.called != column.name]
    if odd:
        yield "# Braces and blanks at the ends cannot stand in a hole; the mapping calls these columns otherwise."
        yield "columns:"
        yield from (f"  {scalar(column.called)}: {scalar(column.name)}" for column in odd)


def _where(draft: Draft) -> Iterator[str]:
    if draft.ending is not None:
        yield f"where: {{column: {scalar(draft.ending.by.called)}, empty: false}}  # ? {draft.ending.said}"


def _document(draft: Draft) -> Iterator[str]:
    ontology = draft.terms.ontology
    kind = next((name for name in sorted(ontology.classes) if ontology.classes[name].entry_basis == v.TABLE_ROW), "")
    yield f"{v.WORD_DOCUMENT}:"
    yield f"  {v.WORD_ID}: {scalar(draft.name)}"
    yield f"  {v.WORD_TYPE}: {kind}"
    yield f"  {ontology.properties[v.TITLE].key}: {scalar(draft.title)}"
    yield f"  # {ontology.properties[v.PUBLISHER].key}: who made the table"


# ── Codes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _value_tables(draft: Draft) -> Iterator[str]:
    tables = draft.of(Kind.type, Kind.words)
    if tables:
        yield "values:"
    for guess in tables:
        yield f"  {_table_name(guess)}:"
        yield from indented(_types(guess, draft.terms) if guess.kind is Kind.type else _words(guess, draft.terms), 4)


def _table_name(guess: Guess) -> str:
    return scalar(suggested_id(guess.column.name) or "codes")


def _types(guess: Guess, terms: Terms) -> Iterator[str]:
    unsaid = terms.ontology.by_iri[v.EVENT].name
    for code in guess.column.codes:
        cls, is_sure = terms.event_class(code)
        note = "  # ?" if cls is not None else "  # ? which class is it? `kg schema --classes` lists them"
        yield f"{scalar(code)}: {cls.name if cls is not None else unsaid}{'' if is_sure else note}"
    if len(guess.column.filled) < len(guess.column.cells):
        yield f"{scalar(_EMPTY)}: {unsaid}"


def _words(guess: Guess, terms: Terms) -> Iterator[str]:
    assert guess.cls is not None  # noqa: S101 - words are of a class
    for code in guess.column.codes:
        word = terms.word(guess.cls, code)
        note = "" if word else f"  # ? one of {', '.join(guess.cls.individuals)}; empty says nothing"
        yield f"{scalar(code)}: {word}{note}".rstrip()


# ── What a row says ─────────────────────────────────────────────────────────────────────────────────────────────────


def _claims(draft: Draft, things: Things) -> Iterator[str]:
    yield "claims:"
    name = _row_name(draft.row_id)
    if not draft.is_row_id_unique:
        yield "  # ? No columns tell all rows apart: number the rows. The build names those that are alike."
    properties = draft.terms.ontology.properties
    yield f"  - {v.WORD_CLAIM}: {template(*name)}"
    yield f"    {properties[v.CODED_IN].key}: {template(f'{draft.title}, row ', *_plainly(draft.row_id))}"
    yield from indented(_texts(draft, of_claim=True), 4)
    yield f"    {v.WORD_SAYS}:"
    about = template(f"{draft.name}-", *name)
    yield from indented(_event(draft, things, about), 6)
    yield from indented(things.fallbacks(about), 6)


def _row_name(columns: Sequence[Column]) -> list[str | Column | tuple[Column, str]]:
    pieces: list[str | Column | tuple[Column, str]] = []
    for column in columns:
        pieces += [*(["-"] if pieces else []), column if column.are_ids else (column, v.WORD_ID)]
    return pieces


def _plainly(columns: Sequence[Column]) -> list[str | Column]:
    return [piece for column in columns for piece in (", ", column)][1:]


def _event(draft: Draft, things: Things, about: str) -> Iterator[str]:
    yield f"- {v.WORD_ID}: {about}"
    lines = [
        *_type(draft),
        *_days(draft),
        *things.places(),
        *things.others(),
        *_unsaid(draft),
        *(_line(guess, value) for guess in draft.of(Kind.count, Kind.words) for value in [_counted(guess)]),
        *_texts(draft, of_claim=False),
    ]
    yield from indented(lines, 2)


def _line(guess: Guess, value: str) -> str:
    assert guess.prop is not None  # noqa: S101 - these kinds have a property
    return f"{guess.prop.key}: {value}{unsure(guess)}"


def unsure(*guesses: Guess) -> str:
    """The comment behind what neither header nor cells say for certain."""
    return "" if all(guess.is_sure for guess in guesses) else "  # ?"


def _type(draft: Draft) -> Iterator[str]:
    unsaid = draft.terms.ontology.by_iri[v.EVENT].name
    guess = next(iter(draft.of(Kind.type)), None)
    if guess is None:
        yield f"{v.WORD_TYPE}: {unsaid}  # ? no column says what happened; `kg schema --classes` lists the classes"
        return
    steps = {"values": _table_name(guess)}
    if len(guess.column.filled) < len(guess.column.cells):
        steps = {"default": scalar(_EMPTY), **steps}
    yield f"{v.WORD_TYPE}: {hole(guess.column, **steps)}{unsure(guess)}"


def _unsaid(draft: Draft) -> Iterator[str]:
    """What the ontology says in words where no column gives a property or one below it."""
    ontology = draft.terms.ontology
    given = [guess.prop for guess in draft.guesses if guess.prop is not None]
    for prop in ontology.thing_keys.values():
        asked = ontology.properties.get(draft.terms.said(prop.iri, (), v.SAYS_LACK_OF) or prop.iri)
        if asked is None or asked is prop:
            continue
        # What is given by a property above it may be just that.
        if not any(asked.iri in (one.iri, *one.ancestors) or one.iri in asked.ancestors for one in given):
            yield f'{prop.key}: "true"  # ? no column gives `{asked.key}` or a key below it'


def _counted(guess: Guess) -> str:
    if guess.kind is Kind.words:
        return hole(guess.column, values=_table_name(guess))
    mark = guess.column.thousands
    return hole(guess.column, thousands=scalar(mark)) if mark else hole(guess.column)


def _days(draft: Draft) -> Iterator[str]:
    for guess in draft.of(Kind.day):
        forms = guess.column.day_formats or ()
        value = (
            hole(guess.column) if forms == ("%Y-%m-%d",) else hole(guess.column, format=listing([*map(scalar, forms)]))
        )
        doubt = "  # ? or is the month first?" if guess.column.is_day_or_month_first else unsure(guess)
        yield f"{guess.prop.key if guess.prop else ''}: {value}{doubt}"
    yield from (_line(guess, hole(guess.column)) for guess in draft.of(Kind.time))
    for first, last in zip(draft.of(Kind.first), draft.of(Kind.last), strict=True):
        yield f"{draft.terms.ontology.properties[v.WHEN].key}: {template(first.column, '/', last.column)}"


def _texts(draft: Draft, *, of_claim: bool) -> Iterator[str]:
    """Texts, those of one key together."""
    keys: dict[str, list[Guess]] = {}
    for guess in draft.of(Kind.text):
        if guess.prop is not None and (guess.prop.key in draft.terms.ontology.claim_keys) is of_claim:
            keys.setdefault(guess.prop.key, []).append(guess)
    for key, found in keys.items():
        values = [_text(guess, is_list=of_claim) for guess in found]
        yield from keyed(key, values, unsure(*found))


def _text(guess: Guess, *, is_list: bool) -> str:
    mark = guess.column.separator if is_list else ""
    return hole(guess.column, split=scalar(mark)) if mark else hole(guess.column)


def _left(draft: Draft) -> Iterator[str]:
    if draft.left:
        yield "# Not read. `kg explain KEY` tells what a key means; a text that fits none can be a remark:"
        yield from (f"#   {scalar(column.called)}: {examples(column)}" for column in draft.left)
