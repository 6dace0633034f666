"""Conditions of the command line, such as `day >= 2023-10-27`, as patterns of SPARQL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pyoxigraph import Literal, NamedNode

from kg.model.errors import UsageError
from kg.ontology import vocabulary as v
from kg.ontology.model import Class, Ontology, Property
from kg.pipeline.days import day_of
from kg.pipeline.query import check_known
from kg.queries.catalogue import Parameter
from kg.queries.parameters import term_of
from kg.queries.view import Steps
from kg.queries.view_files import property_of
from kg.stores.protocol import GraphStore

_FORM: Final = re.compile(
    r"\s*(?P<way><[^>]*>|[^\s<>=!]+)(?:\s*(?P<sign><=|>=|!=|=|<|>)\s*|\s+(?P<word>[^\W\d]+)\s+)(?P<value>.*?)\s*",
    re.DOTALL,
)
_INSIDE: Final = "in"
"""The sign of what lies in a place; a condition has the key of the ontology's property for it."""
_EPOCH: Final = date(1970, 1, 1).toordinal()
_BOTH: Final = {
    ">=": "{last} >= {day}",
    ">": "{last} > {day}",
    "<=": "{first} <= {day}",
    "<": "{first} < {day}",
    "=": "{first} <= {day} && {last} >= {day}",
    "!=": "{first} > {day} || {last} < {day}",
}
"""Whether a time may lie so, by its bounds; a bound that is not told is open."""

_FIRST_ALONE: Final = {**_BOTH, ">=": "true", ">": "true", "=": "{first} <= {day}", "!=": "{first} > {day}"}
_LAST_ALONE: Final = {**_BOTH, "<=": "true", "<": "true", "=": "{last} >= {day}", "!=": "{last} < {day}"}
_KINDS: Final = {
    v.XSD_DATE: "date",
    v.XSD_INTEGER: "integer",
    v.XSD_DECIMAL: "decimal",
    v.XSD_BOOLEAN: "boolean",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """What a value at the end of a way must be; `text` is as it was written."""

    text: str
    way: Steps
    sign: str
    value: NamedNode | Literal

    def applies_to(self, ontology: Ontology, cls: Class) -> bool:
        """Whether things of a class can have the first property at all."""
        domains = self.way[0].domains
        return not domains or any(
            ontology.is_kind_of(cls.iri, domain) or ontology.is_kind_of(domain, cls.iri) for domain in domains
        )

    def pattern(self, number: int) -> str:
        """
        A pattern over `?thing`. A day is compared by the bounds of its time: what may lie there is found.

        A bound that is not told is open.
        """
        if self.way[-1].iri == v.DAY:
            return self._of_day(number)
        path = "/".join(str(step.iri) for step in self.way)
        compared = f"FILTER(?w{number} {self.sign} {self.value})"
        if self.sign == "!=":
            return f"FILTER NOT EXISTS {{ ?thing {path} {self.value} }}"
        if self.sign == _INSIDE:
            return f"?thing {path}/({v.WITHIN}|{v.PLACE_OF})* {self.value} ."
        if isinstance(self.value, NamedNode):
            return f"?thing {path} {self.value} ."
        if self.value.datatype == v.XSD_STRING:
            compared = f"FILTER(STR(?w{number}) {self.sign} {self.value})"
        return f"FILTER EXISTS {{ ?thing {path} ?w{number} . {compared} }}"

    def _of_day(self, number: int) -> str:
        """
        Times with both bounds, with the first alone and with the last alone, each as a pattern of its own.

        With OPTIONAL bounds it would be one pattern, which Oxigraph evaluates for each thing over all times.
        """
        path = "/".join([*(str(step.iri) for step in self.way[:-1]), str(v.WHEN)])
        day = date.fromisoformat(self.value.value).toordinal() - _EPOCH
        time, first, last = (f"?{name}{number}" for name in ("time", "first", "last"))
        begins, ends = f"{time} {v.EARLIEST_DAY} {first} .", f"{time} {v.LATEST_DAY} {last} ."
        without = "FILTER NOT EXISTS {{ {0} {1} ?other{2} }}"
        cases = {
            f"{begins} {ends}": _BOTH[self.sign],
            f"{begins} {without.format(time, v.LATEST_DAY, number)}": _FIRST_ALONE[self.sign],
            f"{ends} {without.format(time, v.EARLIEST_DAY, number)}": _LAST_ALONE[self.sign],
        }
        return " UNION ".join(
            f"{{ ?thing {path} {time} . {bounds} FILTER({test.format(first=first, last=last, day=day)}) }}"
            for bounds, test in cases.items()
        )


def conditions_of(texts: Sequence[str], ontology: Ontology, base: str) -> tuple[Condition, ...]:
    """
    Read conditions: a way of keys, a sign, and a value, which is an id, an address or a literal as the ontology says.

    Raises:
        UsageError: One cannot be read, or names what the ontology has not.
    """
    return tuple(_condition(text, ontology, base) for text in texts)


def check_things(conditions: Sequence[Condition], store: GraphStore, base: str) -> None:
    """
    The graph knows the things that conditions name by an id.

    Raises:
        UsageError: It does not know one.
    """
    for condition in conditions:
        if isinstance(condition.value, NamedNode) and condition.value.value.startswith(base):
            check_known(store, condition.value, condition.value.value.removeprefix(base), base, "--where")


def _condition(text: str, ontology: Ontology, base: str) -> Condition:
    found = _FORM.fullmatch(text)
    if not found or not found["value"]:
        raise UsageError(
            f"'{text}' is no condition",
            "write it like 'day >= 2023-10-27', 'killed.count.low > 10', 'place = kawlin' or 'place within kawlin'",
        )
    words = [found["way"]] if found["way"].startswith("<") else found["way"].split(".")
    try:
        way = tuple(property_of(ontology, word) for word in words)
    except UsageError as error:
        raise UsageError(f"'{text}': {error.message}", error.hint) from None
    sign = found["sign"] or _sign_of(text, found["word"], way[-1], ontology)
    return Condition(text, way, sign, _value(text, way[-1], sign, found["value"], base))


def _sign_of(text: str, word: str, prop: Property, ontology: Ontology) -> str:
    inside = ontology.properties[v.WITHIN].key
    if word != inside:
        raise UsageError(f"'{text}': '{word}' is no sign", f"the signs are = != < <= > >= and {inside}")
    if not prop.is_object:
        raise UsageError(
            f"'{text}': '{prop.key}' is no place, and lies in none", f"write it like 'place {inside} kawlin'"
        )
    return _INSIDE


def _value(text: str, prop: Property, sign: str, value: str, base: str) -> NamedNode | Literal:
    value = value.strip("\"'")
    kind = "iri" if prop.is_object else next((_KINDS[r] for r in prop.ranges if r in _KINDS), "string")
    if kind == "iri" and sign not in ("=", "!=", _INSIDE):
        raise UsageError(f"'{text}': '{prop.key}' is a thing, which is neither more nor less", "write = or !=")
    try:
        found = term_of(Parameter(prop.key, kind), value, base)
        if kind == "date":
            day_of(value)
    except UsageError as error:
        raise UsageError(f"'{text}': {error.message}", error.hint) from None
    return found
