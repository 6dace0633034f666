"""
Binds parameters. A parameter `days` is the variable `?_days`, which the query declares by a data block,
`VALUES ?_days { 7 }`; its default stands in the braces, or UNDEF. Binding replaces what stands in the braces.

So a query is valid SPARQL as it stands, and what is put in is never text of the user's but a serialised term.

Spec: https://www.w3.org/TR/sparql11-query/#inline-data
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from kg.model.errors import UsageError
from kg.ontology.model import nearest
from kg.ontology.vocabulary import PREFIXES
from kg.queries.catalogue import Parameter, Query

_XSD = PREFIXES["xsd"]
_LEXICAL = {
    "integer": re.compile(r"[+-]?[0-9]+"),
    "decimal": re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"),
    "boolean": re.compile(r"true|false"),
    "date": re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"),
}
_EXAMPLE = {"integer": "7", "decimal": "0.5", "boolean": "true or false", "date": "2023-11-03"}


def bind(query: Query, given: Mapping[str, Sequence[str]], base: str) -> str:
    """
    The query's text with the values given in place of the defaults; several values of one parameter are alternatives.

    Raises:
        UsageError: A parameter is unknown or missing, or a value is not of its type.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in given:
        if name not in known:
            hint = nearest(name, iter(known)) or (f"it takes: {', '.join(known)}" if known else "it takes none")
            raise UsageError(f"the query '{query.name}' has no parameter '{name}'", hint)
    text = query.text
    for parameter in query.parameters:
        if parameter.name in given:
            terms = " ".join(str(term_of(parameter, value, base)) for value in given[parameter.name])
            # Backslashes in a replacement would be read as escapes of the regular expression.
            text, places = _block(parameter.name).subn(r"\g<1>{ " + terms.replace("\\", r"\\") + " }", text)
            if not places:
                raise UsageError(f"the query '{query.name}' declares '{parameter.name}' but has no VALUES block for it")
        elif parameter.required:
            raise UsageError(
                f"the query '{query.name}' needs the parameter '{parameter.name}'",
                f"add --param {parameter.name}=…   ({parameter.description or parameter.type})",
            )
    return text


def _block(name: str) -> re.Pattern[str]:
    return re.compile(rf"(VALUES\s+\?_{re.escape(name)}\s*)\{{[^{{}}]*\}}", re.IGNORECASE)


def term_of(parameter: Parameter, value: str, base: str) -> NamedNode | Literal:
    """
    The term that a text stands for; an `iri` may be an id.

    >>> str(term_of(Parameter("place", "iri"), "kawlin", "https://example.org/"))
    '<https://example.org/kawlin>'
    >>> str(term_of(Parameter("days", "integer"), "7", ""))
    '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'

    Raises:
        UsageError: The text is no value of the parameter's type.
    """
    match parameter.type:
        case "iri":
            return named(value, base, parameter.name)
        case "string":
            return Literal(value)
        case "langString":
            text, _, language = value.rpartition("@")
            return Literal(text or value, language=language if text else "en")
        case kind:
            if not _LEXICAL[kind].fullmatch(value):
                raise UsageError(f"'{value}' is no {kind} ({parameter.name})", f"write it like {_EXAMPLE[kind]}")
            return Literal(value, datatype=NamedNode(_XSD + kind))


def named(text: str, base: str, where: str = "") -> NamedNode:
    """
    The thing of an id, or of an address.

    >>> str(named("kawlin", "https://example.org/"))
    '<https://example.org/kawlin>'

    Raises:
        UsageError: It can be neither; `where` tells what asked for it.
    """
    try:
        return NamedNode(text if re.match(r"https?://|urn:", text) else base + text)
    except ValueError as error:
        message = f"'{text}' cannot be an id or an address{f' ({where})' if where else ''}"
        raise UsageError(message, f"an id is written like '{'-'.join(text.casefold().split())}'") from error
