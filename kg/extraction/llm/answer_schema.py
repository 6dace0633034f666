"""
The JSON Schema of a model's answer: what the ontology has, in the part of JSON Schema that strict mode knows.

Strict mode wants every key required, no further keys, and knows no defaults, patterns or bounds.
Spec: https://json-schema.org/draft/2020-12/schema
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from kg.ontology import Ontology, Property
from kg.ontology import vocabulary as v

FACTS, NAMED, TIMES, HARMS = "facts", "participants", "times", "harms"
ROLE, NAME, KIND, HOW_MANY, WHOM = "role", "named", "kind", "how_many", "whom"


@dataclass(frozen=True)
class Terms:
    """The words of the ontology that an answer may use: classes of events, roles, kinds of harm, polarities."""

    events: tuple[str, ...]
    roles: tuple[str, ...]
    harms: tuple[str, ...]
    polarities: tuple[str, ...]

    @staticmethod
    def of(ontology: Ontology) -> Terms:
        """All that the ontology has, in a fixed order."""
        roles = [p for p in ontology.thing_keys.values() if _is_role(p)]
        harms = [p for p in ontology.thing_keys.values() if v.EFFECT in p.ancestors]
        values = ontology.value_class(ontology.properties[v.POLARITY])
        return Terms(
            events=tuple(sorted(cls.name for cls in ontology.below(v.EVENT))),
            roles=tuple(sorted({p.key for p in roles})),
            harms=tuple(sorted({p.key for p in harms})),
            polarities=tuple(sorted(values.individuals)) if values else (),
        )


def _is_role(prop: Property) -> bool:
    whom: tuple[NamedNode, ...] = (v.TARGET, v.VICTIM, v.PLACE_OF, v.PARTICIPANT)
    return prop.iri in whom or v.PARTICIPANT in prop.ancestors


def answer_schema(ontology: Ontology) -> dict[str, Any]:
    """The schema of an answer; the same ontology gives the same schema."""
    terms = Terms.of(ontology)
    key = {term: ontology.properties[term].key for term in (v.QUOTE, v.SPEAKER, v.VERB, v.POLARITY)}
    text: dict[str, Any] = {"type": "string"}
    maybe: dict[str, Any] = {"type": ["string", "null"]}
    participant = _object({ROLE: {"enum": list(terms.roles)}, NAME: text})
    harm = _object({KIND: {"enum": list(terms.harms)}, HOW_MANY: maybe, WHOM: maybe})
    fact = _object(
        {
            key[v.QUOTE]: {**text, "description": "One sentence of the report or a part of one, letter for letter."},
            v.WORD_TYPE: {"enum": list(terms.events)},
            key[v.POLARITY]: {"enum": [*terms.polarities, None]},
            NAMED: {"type": "array", "items": participant},
            TIMES: {"type": "array", "items": text},
            HARMS: {"type": "array", "items": harm},
            key[v.SPEAKER]: maybe,
            key[v.VERB]: maybe,
        }
    )
    return _object({FACTS: {"type": "array", "items": fact}})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
