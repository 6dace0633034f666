"""What a constraint asks for, in words: the message of a shape that has none, and which part of another failed."""

from __future__ import annotations

import re

from kg.model.terms import XSD, parts_of
from kg.validation.shapes.conditions import Compares, Condition, HasDatatype, HasLength, InLanguage, IsKind, Matches
from kg.validation.shapes.constraints import (
    AtLeast,
    AtMost,
    Closed,
    Conforms,
    ConformsNot,
    ConformsToAll,
    ConformsToAny,
    ConformsToOne,
    Constraint,
    Disjoint,
    Equals,
    HasProperty,
    HasValue,
    IsInstance,
    IsOneOf,
    Less,
    PerValue,
    Qualified,
    Shape,
    Shapes,
    Sparql,
    UniqueLanguages,
)
from kg.validation.shapes.paths import Path, to_sparql

_OPERATORS = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}
_KINDS = {"iri": "an IRI", "blank": "a blank node", "literal": "a literal"}
_LISTED = 6


def term_in_words(text: str) -> str:
    """
    A term as a message names it: the last part of an IRI, a literal in quotes.

    >>> term_in_words("<https://example.org/model#day>"), term_in_words('"20"^^<http://www.w3.org/2001/XMLSchema#byte>')
    ('day', "'20'")
    """
    parts = parts_of(text)
    if parts.kind == "literal":
        return f"'{parts.lexical}'"
    if parts.kind == "blank":
        return "a blank node"
    address = parts.lexical.rstrip("/#")
    return address[max(address.rfind("#"), address.rfind("/"), address.rfind(":")) + 1 :] or parts.lexical


def path_in_words(path: Path) -> str:
    """
    A path as a message names it.

    >>> from kg.validation.shapes.paths import Predicate, Sequence
    >>> path_in_words(Sequence((Predicate("<urn:x#when>"), Predicate("<urn:x#day>"))))
    'when/day'
    """
    return re.sub("<[^>]*>", lambda found: term_in_words(found[0]), to_sparql(path))


def counted(number: int, noun: str) -> str:
    """
    A number with its noun.

    >>> counted(1, "value"), counted(0, "value")
    ('1 value', '0 values')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def wanted(shapes: Shapes, shape: Shape, constraint: Constraint) -> str:
    """What the constraint asks for, as the end of a sentence that begins with what it is about."""
    match constraint:
        case PerValue(_, condition):
            return _condition(condition)
        case IsInstance(of):
            return f"is to be an instance of {term_in_words(of)}"
        case IsOneOf(terms):
            shown = ", ".join(term_in_words(term) for term in terms[:_LISTED])
            return f"is to be one of {shown}{' …' if len(terms) > _LISTED else ''}"
        case AtLeast(count):
            return f"is to have at least {counted(count, 'value')}"
        case AtMost(count):
            return f"is to have at most {counted(count, 'value')}"
        case HasValue(term):
            return f"is to have the value {term_in_words(term)}"
        case UniqueLanguages():
            return "is to have one value in each language"
        case Equals(predicate):
            return f"is to have the same values as {term_in_words(predicate)}"
        case Disjoint(predicate):
            return f"is to share no value with {term_in_words(predicate)}"
        case Less(_, predicate, or_equal):
            return f"is to be {'at most' if or_equal else 'less than'} every value of {term_in_words(predicate)}"
        case Closed():
            return "is not to be there: the shape is closed"
        case Sparql():
            return "is not to be an answer to the query of the constraint"
        case _:
            return _of_shapes(shapes, shape, constraint)


def _of_shapes(shapes: Shapes, _shape: Shape, constraint: Constraint) -> str:
    match constraint:
        case Conforms(term) | HasProperty(term):
            return f"is to conform to {name(shapes, term)}"
        case ConformsNot(term):
            return f"is not to conform to {name(shapes, term)}"
        case ConformsToAll(members):
            return f"is to conform to all of {_names(shapes, members)}"
        case ConformsToAny(members):
            return f"is to conform to at least one of {_names(shapes, members)}"
        case ConformsToOne(members):
            return f"is to conform to exactly one of {_names(shapes, members)}"
        case Qualified(_, term, least, most, _):
            bound = f"at least {least}" if least is not None else f"at most {most}"
            return f"is to have {bound} of {name(shapes, term)}"
        case _:
            raise AssertionError(constraint)


def name(shapes: Shapes, term: str) -> str:
    """A shape's own name, or in brackets what it asks for."""
    if term.startswith("<"):
        return term_in_words(term)
    shape = shapes.by_term[term]
    about = f"{path_in_words(shape.path)} " if shape.path is not None else ""
    parts = [_inside(shapes, shape, constraint) for constraint in shape.constraints]
    return f"({about}{' and '.join(parts) or 'anything'})"


def _inside(shapes: Shapes, shape: Shape, constraint: Constraint) -> str:
    """A constraint of a shape without a name; of a property shape without a name, what that asks for."""
    if isinstance(constraint, HasProperty) and not constraint.shape.startswith("<"):
        return name(shapes, constraint.shape)[1:-1]
    return wanted(shapes, shape, constraint)


def _names(shapes: Shapes, terms: tuple[str, ...]) -> str:
    return ", ".join(name(shapes, term) for term in terms)


def message(shapes: Shapes, shape: Shape, constraint: Constraint) -> str:
    """The message of a result of a shape that has no message of its own."""
    about = path_in_words(shape.path) if shape.path is not None else "it"
    return f"{about} {wanted(shapes, shape, constraint)}"


def _condition(condition: Condition) -> str:
    match condition:
        case HasDatatype(datatype):
            return f"is to be a valid literal of {datatype.replace(XSD, 'xsd:')}"
        case IsKind(kinds):
            return f"is to be {' or '.join(_KINDS[kind] for kind in sorted(kinds))}"
        case Compares(operator, bound):
            return f"is to be {_OPERATORS[operator]} {term_in_words(bound)}"
        case HasLength(least, most):
            bound = f"at least {least}" if least is not None else f"at most {most}"
            return f"is to be {bound} characters long"
        case Matches(pattern, flags):
            return f"is to match {pattern!r}" + (f" with flags {flags}" if flags else "")
        case InLanguage(ranges):
            return f"is to be in one of the languages {', '.join(ranges)}"
        case _:
            raise AssertionError(condition)
