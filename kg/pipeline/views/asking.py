"""Questions of a view, as SPARQL that every store answers while it streams: one class, no joins of roles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.ontology import vocabulary as v
from kg.ontology.model import Class, Ontology, Property
from kg.pipeline.views.conditions import Condition
from kg.queries.view import Period, Steps

AT_ONCE = 500
"""How many things one question names."""


def path_of(way: Steps) -> str:
    """A way as a property path."""
    return "/".join(str(step.iri) for step in way)


def ends_query(cls: Class, roles: Sequence[Property]) -> str:
    """Who is in one of some roles of the things of a class, and the claim that says so."""
    listed = " ".join(str(role.iri) for role in roles)
    return (
        f"SELECT DISTINCT ?thing ?end ?claim WHERE {{ VALUES ?role {{ {listed} }} GRAPH ?claim {{ ?thing ?role ?end }} "
        f"?thing a {cls.iri} FILTER(isIRI(?end)) }}"
    )


def statements_query(properties: Iterable[Property], start: Class | None, target: Class | None) -> str:
    """Statements of some properties, and the claims that make them."""
    listed = " ".join(sorted(str(prop.iri) for prop in properties))
    classes = "".join(f" ?{name} a {cls.iri} ." for name, cls in (("source", start), ("target", target)) if cls)
    return (
        f"SELECT ?source ?property ?target ?claim WHERE {{ VALUES ?property {{ {listed} }} "
        f"GRAPH ?claim {{ ?source ?property ?target }}{classes} FILTER(isIRI(?target)) }}"
    )


def things_query(pattern: str, conditions: Iterable[Condition]) -> str:
    """The things that a pattern and all conditions hold of."""
    narrowed = " ".join(condition.pattern(number) for number, condition in enumerate(conditions))
    return f"SELECT DISTINCT ?thing WHERE {{ {pattern} {narrowed} }}"


def times_query(period: Period, about: str) -> str:
    """From when until when things are told to be, and the claim that says so; `about` is a pattern for `?thing`."""
    if period.end:
        begin, end = (f"?thing {path_of(way)} ?{name}" for way, name in ((period.begin, "begin"), (period.end, "end")))
        if period.begin == period.end:
            return (
                f"SELECT DISTINCT ?thing (?day AS ?begin) (?day AS ?end) ?claim WHERE {{ {about} "
                f"{_told(period.begin, '?day')} }}"
            )
        first, last = _told(period.begin, "?begin"), _told(period.end, "?end")
        return (
            f"SELECT DISTINCT ?thing ?begin ?end ?claim WHERE {{ {about} "
            f"{{ {first} OPTIONAL {{ GRAPH ?claim {{ {end} }} }} }} UNION "
            f"{{ {last} FILTER NOT EXISTS {{ GRAPH ?claim {{ {begin} }} }} }} }}"
        )
    return (
        f"SELECT DISTINCT ?thing ?begin ?end ?claim WHERE {{ {about} {_told(period.begin, '?time')} "
        f"OPTIONAL {{ ?time {v.EARLIEST} ?begin }} OPTIONAL {{ ?time {v.LATEST} ?end }} }}"
    )


def _told(way: Steps, variable: str) -> str:
    """A way whose last step a claim says; the steps before may be said by others."""
    if len(way) == 1:
        return f"GRAPH ?claim {{ ?thing {way[0].iri} {variable} }}"
    return f"?thing {path_of(way[:-1])} ?near . GRAPH ?claim {{ ?near {way[-1].iri} {variable} }}"


def values_query(way: Steps, about: str) -> str:
    """What stands at the end of a way from things, and the claim that says so."""
    return f"SELECT DISTINCT ?thing ?value ?claim WHERE {{ {about} {_told(way, '?value')} }}"


def about_class(cls: Class) -> str:
    """A pattern for the things of a class."""
    return f"?thing a {cls.iri} ."


def about_things(things: Iterable[str]) -> str:
    """A pattern for some things."""
    return f"VALUES ?thing {{ {' '.join(f'<{thing}>' for thing in things)} }}"


def below(ontology: Ontology, prop: Property) -> list[Property]:
    """A property and all below it, by address."""
    found = [p for p in ontology.properties.values() if p == prop or prop.iri in p.ancestors]
    return sorted(found, key=lambda p: p.iri.value)
