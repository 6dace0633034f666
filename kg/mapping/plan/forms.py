"""
Plain forms: texts that the reference takes over letter for letter, so that one trial tells of all of them.

Everything else that a cell holds is tried as it is, once for each distinct text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kg.mapping.templates.holes import Column, Hole, Steps
from kg.ontology import Ontology, Property
from kg.ontology import vocabulary as v


@dataclass(frozen=True, slots=True)
class Form:
    """
    A form: the regular expression that a text matches whole, in the syntax that RE2, Java and Python share.

    The samples have different lengths, so that a length which the mapping writes is not taken for theirs. With
    `has_quotes` a text may hold what is escaped in a literal.
    """

    pattern: str
    samples: tuple[str, str]
    has_quotes: bool = False

    def sample(self, which: int, number: int) -> str:
        """One of two texts of this form that stand for a cell; `number` tells the cells of one value apart."""
        return self.samples[which].replace("#", str(number + 1))


_WHOLE: Final = "(?:0|[1-9][0-9]{0,17})"
_FRACTION: Final = r"\.[0-9]{0,12}[1-9]"
_LONGEST: Final = 81
_LONGEST_ID: Final = 200
ID: Final = Form(f"[0-9A-Za-z][0-9A-Za-z_.~-]{{0,{_LONGEST - 1}}}", ("qZx7QK#a", "qYw8WJV#b"))
TEXT: Final = Form("[^\x00-\x1f\x7f\ufffe\uffff]+", ("qZx7 QK#a", "qYw8 WJV#b"), has_quotes=True)
WHOLE: Final = Form(_WHOLE, ("271828182#", "57721566490#"))
DECIMAL: Final = Form(f"0|-?[1-9][0-9]{{0,17}}|-?{_WHOLE}{_FRACTION}", ("314159265#.5", "-1414213562#.75")
)  # fmt: skip
LATITUDE: Final = Form(f"-?[1-8]?[0-9]{_FRACTION}", ("31.4159265#", "-57.72156#"))
LONGITUDE: Final = Form(f"-?(?:1[0-7][0-9]|[1-9]?[0-9]){_FRACTION}", ("121.27182#", "-77.1618#"))

_DAY_OF_YEAR: Final = (
    "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])"
)
_LEAP_DAY: Final = (
    "(?:[12][0-9](?:0[48]|[2468][048]|[13579][26])|(?:1[26]|2[048])00)-02-29"  # divisible by 4, of centuries by 400
)
DAY: Final = Form(f"[12][0-9]{{3}}-(?:{_DAY_OF_YEAR})|{_LEAP_DAY}", ("1848-10-2#", "2017-02-1#"))

_TEXTS: Final = frozenset({v.XSD_STRING, v.RDF_LANG_STRING})
_ALONE: Final = {
    v.XSD_INTEGER: (WHOLE,),
    v.XSD_NON_NEGATIVE_INTEGER: (WHOLE,),
    v.XSD_LONG: (WHOLE,),
    v.XSD_DECIMAL: (DECIMAL,),
    v.XSD_DATE: (DAY,),
}


def forms_of_value(prop: Property, hole: Hole, ontology: Ontology) -> tuple[Form, ...]:
    """The forms, one for each column of a hole, in which values of a property may be plain; empty where none are."""
    columns = plain_columns(hole)
    if not columns:
        return ()
    pieces = hole.sources[0].pieces
    alone = len(pieces) == 1
    cls = ontology.value_class(prop)
    syntax = prop.syntax or (cls.syntax if cls is not None else "")
    if syntax == v.SYNTAX_COUNT:
        return (WHOLE,) if alone else ()
    if syntax == v.SYNTAX_COORDINATES:
        return (LATITUDE, LONGITUDE) if len(columns) == 2 and pieces[1:2] == (", ",) and len(pieces) == 3 else ()
    if syntax or v.OWL_CLASS in prop.ranges:
        return ()
    if cls is not None:
        return () if cls.individuals or cls.scalar_property is not None else forms_of_id(hole)
    datatype = prop.ranges[0] if prop.ranges else v.XSD_STRING
    if datatype in _TEXTS:
        return (TEXT,) * len(columns)
    return _ALONE.get(datatype, ()) if alone else ()


def forms_of_id(hole: Hole) -> tuple[Form, ...]:
    """The forms, one for each column of a hole, in which a name may be plain."""
    columns = plain_columns(hole)
    # Texts that can each be an id may together be too long for one.
    fixed = sum(len(piece) for text in hole.sources for piece in text.pieces if isinstance(piece, str))
    return (ID,) * len(columns) if fixed + _LONGEST * len(columns) <= _LONGEST_ID else ()


def plain_columns(hole: Hole) -> tuple[str, ...]:
    """The columns of a hole that takes each once and as it stands; of any other none."""
    pieces = hole.sources[0].pieces if len(hole.sources) == 1 and hole.steps == Steps() else ()
    columns = [piece for piece in pieces if isinstance(piece, Column)]
    if not all(isinstance(piece, str | Column) for piece in pieces):
        return ()
    if len(set(columns)) < len(columns) or any(column.as_id for column in columns):
        return ()
    return tuple(column.name for column in columns)
