"""The text of queries: lines and indents, prefixes, variables, conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.model.terms import parts_of
from kg.ontology.vocabulary import PREFIXES
from kg.validation.remote.as_sparql_terms import literal
from kg.validation.shapes.conditions import NotTranslatable
from kg.validation.sparql.prebinding import tokens_of

Lines = list[str]

_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def indented(lines: Iterable[str], by: int = 1) -> Lines:
    r"""
    The lines, each so many steps to the right; lines may hold newlines.

    >>> indented(["a\nb"])
    ['  a', '  b']
    """
    return ["  " * by + part for line in lines for part in line.split("\n")]


def group(lines: Iterable[str], before: str = "") -> str:
    """
    A group graph pattern.

    >>> print(group(["?s ?p ?o ."], "OPTIONAL"))
    OPTIONAL {
      ?s ?p ?o .
    }
    """
    return "\n".join([f"{before} {{".lstrip(), *indented(lines), "}"])


def with_prefixes(text: str, more: Mapping[str, str]) -> str:
    """
    The query with IRIs shortened, and the declarations it then needs in front.

    >>> print(with_prefixes("ASK { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o }", {}))
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    <BLANKLINE>
    ASK { ?s rdfs:label ?o }
    """
    by_namespace = {namespace: name for name, namespace in {**PREFIXES, **more}.items()}
    used: dict[str, str] = {}
    written, end = [], 0
    for token in tokens_of(text):
        if token.kind != "iri":
            continue
        address = token.text[1:-1]
        cut = max(address.rfind("#"), address.rfind("/")) + 1
        prefix = by_namespace.get(address[:cut])
        if prefix is not None and _LOCAL.fullmatch(address[cut:]):
            used[prefix] = address[:cut]
            written.append(f"{text[end : token.offset]}{prefix}:{address[cut:]}")
            end = token.offset + len(token.text)
    declared = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(used.items()))
    return f"{declared}\n{''.join(written)}{text[end:]}" if used else text


@dataclass(slots=True)
class Names:
    """Variables that are taken, so that each place has its own."""

    taken: set[str] = field(default_factory=set)

    def fresh(self, stem: str) -> str:
        """A variable that no other place has, with its question mark."""
        name, number = stem, 2
        while name in self.taken:
            name, number = f"{stem}{number}", number + 1
        self.taken.add(name)
        return f"?{name}"


def filters(conditions: Iterable[str]) -> Lines:
    """Conditions as FILTERs of their own."""
    found: Lines = []
    for condition in conditions:
        if condition == "false":
            return ["FILTER(1 = 0)"]  # rdflib lets everything through FILTER(false)
        if condition != "true":
            found.append(f"FILTER {condition}" if is_exists(condition) else f"FILTER({condition})")
    return found


def is_exists(condition: str) -> bool:
    """Whether a condition is one EXISTS or NOT EXISTS and nothing else."""
    first, *rest = condition.split("\n")
    *inside, last = rest or [""]
    return first in {"EXISTS {", "NOT EXISTS {"} and last == "}" and all(line.startswith(" ") for line in inside)


def negated(condition: str) -> str:
    """That a condition does not hold; `condition` is never an error."""
    if condition in {"true", "false"}:
        return "false" if condition == "true" else "true"
    if is_exists(condition):
        return condition[4:] if condition.startswith("NOT") else f"NOT {condition}"
    return f"!({condition})"


def all_of(conditions: Sequence[str]) -> str:
    """That all of the conditions hold."""
    found = [one for one in conditions if one != "true"]
    return found[0] if len(found) == 1 else " && ".join(in_brackets(one) for one in found) or "true"


def any_of(conditions: Iterable[str]) -> str:
    """That any of the conditions holds."""
    found = [one for one in conditions if one != "false"]
    return found[0] if len(found) == 1 else " || ".join(in_brackets(one) for one in found) or "false"


def in_brackets(condition: str) -> str:
    """A condition as a part of a larger one."""
    return condition if is_exists(condition) else f"({condition})"


def constant(term: str) -> str:
    """
    A term of the shapes graph as a query has it.

    Raises:
        NotTranslatable: It is a blank node.
    """
    if term.startswith("_:"):
        raise NotTranslatable(f"{term} is a blank node of the shapes graph, which no query can name")
    return term


def is_among(variable: str, terms: Sequence[str]) -> str:
    """
    That a variable is one of the terms: the same term, where `=` and `IN` would compare values.

    >>> is_among("?v", ["<urn:a>", '"a"'])
    '?v IN (<urn:a>) || isLiteral(?v) && datatype(?v) = <http://www.w3.org/2001/XMLSchema#string> && str(?v) IN ("a")'
    >>> is_among("?v", ['"a"@en'])
    'isLiteral(?v) && lcase(lang(?v)) = "en" && str(?v) IN ("a")'
    """
    addresses = [term for term in terms if constant(term).startswith("<")]
    tests = [f"{variable} IN ({', '.join(addresses)})"] if addresses else []
    forms: dict[str, list[str]] = {}
    for term in terms:
        if not term.startswith("<"):
            parts = parts_of(term)
            kind = f"datatype({variable}) = <{parts.datatype}>"
            if parts.language:
                kind = f"lcase(lang({variable})) = {literal(parts.language.lower())}"
            forms.setdefault(kind, []).append(literal(parts.lexical))
    tests += [
        f"isLiteral({variable}) && {kind} && str({variable}) IN ({', '.join(found)})" for kind, found in forms.items()
    ]
    return " || ".join(tests) or "false"


def not_among(variable: str, addresses: Sequence[str]) -> Lines:
    """A FILTER that a variable is none of the IRIs."""
    return [f"FILTER({variable} NOT IN ({', '.join(addresses)}))"] if addresses else []
