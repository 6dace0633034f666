"""
The statements that one row becomes: one list, from which each driver makes its own program.

They are what `kg export nquads` writes for one such claim in a facts file, superclasses and superproperties
included. What the document says of itself (six statements in all) is left out.
"""

from __future__ import annotations

from typing import NamedTuple

BASE = "https://example.org/ged/"
OWN = "https://example.org/ged/ontology#"
KG = "https://w3id.org/conflict-kg/ontology#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SEM = "http://semanticweb.cs.vu.nl/2009/11/sem/"
XSD = "http://www.w3.org/2001/XMLSchema#"

DOCUMENT = f"{BASE}ged"
CLAIM = f"{BASE}ged/claim/{{id}}"
EVENT = f"{BASE}ged-{{id}}"
IRI, TEXT = "iri", "text"


class Statement(NamedTuple):
    """
    Subject, predicate, object and graph; `{column}` stands for what the row has in that column.

    `kind` is IRI, TEXT or the IRI of a datatype. A statement whose column is empty is not made.
    """

    subject: str
    predicate: str
    object: str
    kind: str
    graph: str


def _event(predicate: str, value: str, kind: str = IRI) -> Statement:
    return Statement(EVENT, predicate, value, kind, CLAIM)


def _claim(predicate: str, value: str, kind: str = IRI) -> Statement:
    return Statement(CLAIM, predicate, value, kind, DOCUMENT)


STATEMENTS = (
    _event(f"{RDF}type", f"{KG}ArmedClash"),
    _event(f"{RDF}type", f"{KG}Event"),
    _event(f"{RDF}type", f"{KG}Occurrence"),
    _event(f"{RDF}type", f"{KG}Thing"),
    _event(f"{RDF}type", f"{SEM}Event"),
    _event(f"{KG}participant", f"{BASE}actor-{{side_a_new_id}}"),
    _event(f"{KG}participant", f"{BASE}actor-{{side_b_new_id}}"),
    _event(f"{SEM}hasActor", f"{BASE}actor-{{side_a_new_id}}"),
    _event(f"{SEM}hasActor", f"{BASE}actor-{{side_b_new_id}}"),
    _event(f"{KG}place", f"{BASE}place-{{priogrid_gid}}"),
    _event(f"{SEM}hasPlace", f"{BASE}place-{{priogrid_gid}}"),
    _event(f"{KG}description", "{where_coordinates}", TEXT),
    _event(f"{OWN}started", "{date_start}", f"{XSD}date"),
    _event(f"{OWN}ended", "{date_end}", f"{XSD}date"),
    _event(f"{OWN}deathsBest", "{best}", f"{XSD}integer"),
    _event(f"{OWN}deathsHigh", "{high}", f"{XSD}integer"),
    _event(f"{OWN}deathsLow", "{low}", f"{XSD}integer"),
    _event(f"{OWN}lat", "{latitude}", f"{XSD}decimal"),
    _event(f"{OWN}long", "{longitude}", f"{XSD}decimal"),
    _claim(f"{RDF}type", f"{KG}Claim"),
    _claim(f"{RDF}type", f"{PROV}Entity"),
    _claim(f"{PROV}hadPrimarySource", DOCUMENT),
    _claim(f"{KG}document", DOCUMENT),
    _claim(f"{KG}basis", f"{KG}tableRow"),
    _claim(f"{KG}isAbout", EVENT),
    _claim(f"{KG}codedIn", "GED 25.1, {id}", TEXT),
    _claim(f"{KG}originalSource", "{source_original}", TEXT),
    _claim(f"{KG}writersVoice", "true", f"{XSD}boolean"),
)


def columns(template: str) -> list[str]:
    """The columns that a template names."""
    return [part.partition("}")[0] for part in template.split("{")[1:]]


TEXTS = {name for s in STATEMENTS if s.kind == TEXT for name in columns(s.object)} - {"id"}
"""
Columns of free text. A line end in one of their cells is a line feed, and no blank stands around it, as
docs/reference/mappings.md says of all cells: files with `\\r\\n` in quotes would else give other quads.
"""

ALL_COLUMNS = sorted({name for statement in STATEMENTS for part in statement for name in columns(part)})
