"""Columns that name places, actors and persons → entries for those whom the project's facts do not know yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.mapping.iris import suggested_id
from kg.ontology import Class, Property
from kg.ontology import vocabulary as v
from kg.pipeline.first_mapping.cells import Column
from kg.pipeline.first_mapping.guesses import Guess, Kind, Terms
from kg.pipeline.first_mapping.yaml_text import flow, hole, indented, keyed, scalar, template


class Things:
    """
    The things that a row names.

    Who or what the facts know by that name is looked up (`thing`); for the others there is an entry under `shared`.
    Places are a chain from the largest to the smallest, and the row's own spot where it has a name or coordinates.
    """

    def __init__(self, name: str, guesses: Sequence[Guess], terms: Terms) -> None:
        self._name = name
        self._terms = terms
        self._properties = terms.ontology.properties
        places = [guess for guess in guesses if guess.kind is Kind.place]
        self._chain = sorted((g for g in places if _class(g).iri != v.PLACE), key=lambda g: terms.depth(_class(g)))
        self._spot = next((guess for guess in places if _class(guess).iri == v.PLACE), None)
        self._point = _point([guess for guess in guesses if guess.kind in _POINTS])
        self._others = [guess for guess in guesses if guess.kind is Kind.thing]
        self._place = self._place_property()

    def _place_property(self) -> Property:
        iri = self._terms.said(v.PLACE, (), v.COLUMN_PROPERTY)
        assert iri is not None  # noqa: S101 - the ontology says it
        return self._properties[iri]

    # ── Shared entries ──────────────────────────────────────────────────────────────────────────────────────────────

    def shared(self) -> Iterator[str]:
        """Entries for what the facts do not know by name; each is written once, however many rows name it."""
        parts = [self._shared_place(number) for number in range(len(self._chain))]
        seen: set[str] = set()
        for guess in self._others:
            if not guess.per_row and not guess.column.separator and guess.column.name not in seen:
                seen.add(guess.column.name)
                parts.append(self._shared_thing(guess))
        if parts:
            yield "shared:"
        for number, part in enumerate(parts):
            yield from ["", *indented(part, 2)][not number :]

    def _shared_place(self, number: int) -> list[str]:
        guess = self._chain[number]
        return [
            f"- {v.WORD_ID}: {self._place_id(number)}",
            f"  if: {_unknown(guess.column, _class(guess).name)}",
            f"  {v.WORD_TYPE}: {_class(guess).name}",
            f"  {self._key(v.SKOS_PREF_LABEL)}: {template(guess.column)}",
            *indented(self._within(number), 2),
        ]

    def _shared_thing(self, guess: Guess) -> list[str]:
        return [
            f"- {v.WORD_ID}: {self._thing_id(guess)}",
            f"  if: {_unknown(guess.column, self._looked_up(guess))}",
            f"  {v.WORD_TYPE}: {_class(guess).name}",
            f"  {self._key(v.SKOS_PREF_LABEL)}: {template(guess.column)}",
        ]

    # ── Places ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def places(self) -> Iterator[str]:
        """Where it happened: the row's own spot, else the smallest place that it names."""
        key = self._place.key
        if self._spot is None and self._point is None:
            if self._chain:
                yield f"{key}: {self._hole(len(self._chain) - 1)}{_unsure(self._chain[-1])}"
            return
        yield f"{key}:"
        yield from indented(self._own_spot(), 2)

    def _own_spot(self) -> Iterator[str]:
        filled = [flow({"column": scalar(c.called), "empty": "false"}) for c in self._spot_columns()]
        yield f"if: {flow({'any': '[' + ', '.join(filled) + ']'}) if len(filled) > 1 else filled[0]}"
        place = self._terms.ontology.by_iri[v.PLACE]
        yield f"{v.WORD_ID}: {suggested_id(place.label)}"
        yield f"{v.WORD_TYPE}: {place.name}"
        if self._spot is not None:
            yield f"{self._key(v.SKOS_PREF_LABEL)}: {template(self._spot.column)}{_unsure(self._spot)}"
        if self._point is not None:
            yield f"{self._key(v.COORDINATES)}: {self._point[0]}"
        yield from self._within(len(self._chain))

    def _spot_columns(self) -> list[Column]:
        return [*([self._spot.column] if self._spot else []), *(self._point[1] if self._point else [])]

    def fallbacks(self, about: str) -> Iterator[str]:
        """Where a row leaves the smallest place open: the next larger one that it names."""
        smaller = [self._spot_columns()] if self._spot_columns() else []
        for number in range(len(self._chain) - 1, -1, -1):
            column = self._chain[number].column
            if smaller and any(map(_is_empty_somewhere, zip(*(c.cells for c in _flat(smaller)), strict=True))):
                empty = [flow({"column": scalar(c.called), "empty": "true"}) for c in _flat(smaller)]
                yield f"- {v.WORD_ABOUT}: {about}"
                yield from indented(keyed("if", empty), 2)
                yield f"  {self._place.key}: {self._hole(number)}"
            smaller.append([column])

    def _hole(self, number: int) -> str:
        guess = self._chain[number]
        return hole(guess.column, thing=_class(guess).name, else_=self._place_id(number))

    def _within(self, number: int) -> list[str]:
        """The next larger place, and what that lies in where some rows leave it open; no lines where there is none."""
        larger = []
        for at in range(number - 1, -1, -1):
            larger.append(self._hole(at))
            if all(self._chain[at].column.cells):
                break
        return keyed(self._key(v.WITHIN), larger) if larger else []

    def _place_id(self, number: int) -> str:
        """An id of the names of a place and of the larger ones that every row gives, so that namesakes stay apart."""
        guess = self._chain[number]
        larger = [one.column for one in self._chain[:number] if all(one.column.cells)]
        pieces = [("-", (column, v.WORD_ID)) for column in (*larger, guess.column)]
        start = f"{self._name}-{suggested_id(_class(guess).label)}"
        return template(start, *(piece for pair in pieces for piece in pair))

    # ── Others ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def others(self) -> Iterator[str]:
        """Who took part; what several columns give under one key stands together."""
        keys: dict[str, list[Guess]] = {}
        for guess in self._others:
            assert guess.prop is not None  # noqa: S101 - things have a property
            keys.setdefault(guess.prop.key, []).append(guess)
        for key, found in keys.items():
            if any(guess.column.separator for guess in found):
                yield "# ? Only those that the facts know by name are taken from lists: introduce the others in facts/."
            if len(found) == 1 and found[0].per_row:
                yield from [f"{key}:", *indented(self._own_thing(found[0]), 2)]
            else:
                yield from keyed(key, [self._thing(guess) for guess in found], _unsure(*found))

    def _own_thing(self, guess: Guess) -> Iterator[str]:
        yield f"{v.WORD_ID}: {suggested_id(_class(guess).label)}"
        yield f"{v.WORD_TYPE}: {_class(guess).name}"
        yield f"{self._key(v.SKOS_PREF_LABEL)}: {template(guess.column)}{_unsure(guess)}"

    def _thing(self, guess: Guess) -> str:
        if guess.per_row:
            return "{" + ", ".join(line.partition("  #")[0] for line in self._own_thing(guess)) + "}"
        if guess.column.separator:
            return hole(guess.column, split=scalar(guess.column.separator), thing=self._looked_up(guess), else_="")
        return hole(guess.column, thing=self._looked_up(guess), else_=self._thing_id(guess))

    def _thing_id(self, guess: Guess) -> str:
        return template(f"{self._name}-{suggested_id(_class(guess).label)}-", (guess.column, v.WORD_ID))

    def _looked_up(self, guess: Guess) -> str:
        """The class among which a name is looked up: what the property takes, or the column's own if that is larger."""
        cls = self._terms.ontology.value_class(guess.prop) if guess.prop is not None else None
        return (cls or _class(guess)).name

    def _key(self, iri: object) -> str:
        return self._properties[iri].key  # type: ignore[index]


_POINTS = (Kind.latitude, Kind.longitude, Kind.point)


def _class(guess: Guess) -> Class:
    assert guess.cls is not None  # noqa: S101 - places and things have a class
    return guess.cls


def _point(guesses: Sequence[Guess]) -> tuple[str, list[Column]] | None:
    """The hole that gives coordinates, and its columns: one, or a pair."""
    by_kind = {guess.kind: guess.column for guess in guesses}
    if Kind.latitude in by_kind and Kind.longitude in by_kind:
        pair = [by_kind[Kind.latitude], by_kind[Kind.longitude]]
        return template(pair[0], ", ", pair[1]), pair
    return (template(by_kind[Kind.point]), [by_kind[Kind.point]]) if Kind.point in by_kind else None


def _unknown(column: Column, cls: str) -> str:
    return flow({"column": scalar(column.called), "thing": cls, "empty": "true"})


def _flat(groups: Sequence[Sequence[Column]]) -> list[Column]:
    return [column for group in groups for column in group]


def _is_empty_somewhere(cells: tuple[str, ...]) -> bool:
    return not any(cells)


def _unsure(*guesses: Guess) -> str:
    return "" if all(guess.is_sure for guess in guesses) else "  # ?"
