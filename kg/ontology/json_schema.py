"""
The JSON Schema of facts files, for editors that complete and check: every key with its definition, every word list.

What it cannot say (references over files, quotes, rules) `kg check` says. A text may look like a number or a date to an
editor, so scalars are allowed as any of these.

Spec: https://json-schema.org/draft/2020-12/schema
"""

from __future__ import annotations

from typing import Any

from kg.ontology import vocabulary as v
from kg.ontology.model import Class, Ontology, Property

_Schema = dict[str, Any]
_SCALAR: _Schema = {"type": ["string", "number", "boolean"]}


def json_schema(ontology: Ontology) -> _Schema:
    """The schema, as what `json.dumps` takes; the same ontology gives the same schema."""
    thing = _object({**_keys(ontology, ontology.thing_keys), **_entry_words()})
    kinds = sorted(cls.name for cls in ontology.below(v.DOCUMENT))
    document = _object(
        {**thing["properties"], v.WORD_TYPE: {"enum": kinds, "description": "What kind of document it is."}}
    )
    entry = _object({**thing["properties"], **_keys(ontology, ontology.claim_keys), **_claim_words()})
    worded = {cls.iri for cls in ontology.classes.values() if cls.syntax}
    of_wordings = {key: prop for key, prop in ontology.thing_keys.items() if prop.domains & worded}
    wording = _object({**_keys(ontology, of_wordings), v.WORD_VALUE: {**_SCALAR, "description": "What is written."}})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A facts file",
        "required": [v.WORD_DOCUMENT],
        **_object(
            {
                v.WORD_DOCUMENT: {**document, "required": [v.WORD_ID, v.WORD_TYPE]},
                v.WORD_CLAIMS: {"type": "array", "items": {"$ref": "#/$defs/entry"}},
            }
        ),
        "$defs": {
            "class": {"enum": sorted(ontology.classes)},
            "scalar": _SCALAR,
            "thing": thing,
            "entry": entry,
            "wording": wording,
        },
    }


def _object(properties: _Schema) -> _Schema:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _entry_words() -> _Schema:
    return {
        v.WORD_ID: {**_SCALAR, "description": "Introduces a thing; unique over all files."},
        v.WORD_ABOUT: {**_SCALAR, "description": "The id of a thing that another entry introduces."},
        v.WORD_TYPE: _one_or_more({"$ref": "#/$defs/class"}, "What it is."),
    }


def _claim_words() -> _Schema:
    voices = [v.WORD_WRITER, v.WORD_ANALYST]
    says = {"type": "array", "items": {"$ref": "#/$defs/thing"}}
    return {
        v.WORD_CLAIM: {**_SCALAR, "description": "A key for this claim, so that others can name it."},
        v.WORD_VOICE: {"enum": voices, "description": "Whose word it is, where no speaker is named."},
        v.WORD_OCCURRENCE: {
            **_SCALAR,
            "description": "Which place, where the quote stands in the text more than once.",
        },
        v.WORD_SAYS: {**says, "description": "What the claim states, entry by entry."},
    }


def _keys(ontology: Ontology, keys: Any) -> _Schema:
    return {key: _property(ontology, keys[key]) for key in sorted(keys)}


def _property(ontology: Ontology, prop: Property) -> _Schema:
    cls = ontology.value_class(prop)
    return _one_or_more({"anyOf": [*_values(prop, cls), _inferred()]}, prop.definition)


def _values(prop: Property, cls: Class | None) -> list[_Schema]:
    if v.OWL_CLASS in prop.ranges:
        return [{"$ref": "#/$defs/class"}]
    if cls is not None and cls.individuals and not cls.syntax:
        return [{"enum": sorted(cls.individuals)}]
    if prop.ranges and prop.ranges[0] == v.XSD_BOOLEAN:
        return [{"enum": [True, False, "true", "false", "yes", "no"]}]
    if prop.syntax or (cls is not None and cls.syntax):
        return [{"$ref": "#/$defs/scalar"}, {"$ref": "#/$defs/wording"}]
    if cls is not None:
        return [{"$ref": "#/$defs/scalar"}, {"$ref": "#/$defs/thing"}]
    if prop.ranges and prop.ranges[0] == v.RDF_LANG_STRING:
        return [{"$ref": "#/$defs/scalar"}, {"type": "object", "additionalProperties": {"$ref": "#/$defs/scalar"}}]
    return [{"$ref": "#/$defs/scalar"}]


def _inferred() -> _Schema:
    """The short form of an analyst's claim: `{value: …, inferred: why}`."""
    return {"type": "object", "required": [v.WORD_INFERRED]}


def _one_or_more(schema: _Schema, description: str) -> _Schema:
    return {"description": description, "anyOf": [schema, {"type": "array", "items": schema}]}
