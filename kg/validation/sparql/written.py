"""
Literals as they were written, beside what a store makes of them.

Oxigraph keeps numbers, booleans and times as values: `"05"`, `"5"^^xsd:int` and `5` become one term. Wherever each
stored term has one written form in what a query can see, the store is the same graph under other names, and answers are
translated back. Where that cannot be shown, `reason` says why, and the query is evaluated by `.exact`.
Most data has no such literal where a query looks, and nothing of this is needed.

Spec: https://www.w3.org/TR/rdf11-concepts/#section-Graph-Literal (3.3)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from kg.model.terms import XSD, term_of
from kg.ontology.vocabulary import RDF_TYPE
from kg.validation.sparql.prebinding import Prepared, Token, address

_INTEGERS: Final = (
    *("integer", "byte", "short", "int", "long"),
    *("unsignedByte", "unsignedShort", "unsignedInt", "unsignedLong"),
    *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
)
_TIMES: Final = (
    *("date", "time", "dateTime", "dateTimeStamp", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay"),
    *("duration", "yearMonthDuration", "dayTimeDuration"),
)
_REWRITTEN: Final = frozenset(
    NamedNode(XSD + name) for name in (*_INTEGERS, "decimal", "double", "float", "boolean", *_TIMES)
)
_OBSERVING: Final = frozenset({"STR", "DATATYPE", "SAMETERM", "GROUP_CONCAT"})
_PASSING: Final = frozenset({"MIN", "MAX", "SAMPLE"})
_CHOOSING: Final = frozenset({"IF", "COALESCE"}) | _PASSING
_TERMS: Final = frozenset({"iri", "name", "string", "number", "variable"})


def stored_forms(literals: Sequence[Literal]) -> list[Literal]:
    """
    What the store makes of each literal.

    >>> from pyoxigraph import NamedNode
    >>> str(stored_forms([Literal("05", datatype=NamedNode(XSD + "integer"))])[0])
    '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    store, predicate = Store(), NamedNode("urn:p")
    store.extend(Quad(NamedNode(f"urn:{at}"), predicate, literal) for at, literal in enumerate(literals))
    found = {quad.subject.value: quad.object for quad in store}
    return [found[f"urn:{at}"] for at in range(len(literals))]


def odd(texts: Iterable[str]) -> dict[str, str]:
    """The terms that the store would rewrite, with what it makes of them, as N-Triples texts."""
    terms = {term for text in texts if text.startswith('"') and text.endswith(">") for term in [term_of(text)]}
    literals = [term for term in terms if isinstance(term, Literal) and term.datatype in _REWRITTEN]
    pairs = zip(literals, stored_forms(literals), strict=True) if literals else ()
    return {str(written): str(stored) for written, stored in pairs if written != stored}


class WrittenForms:
    """The literals of a graph that a store may rewrite, by predicate; noted while the graph is loaded."""

    def __init__(self) -> None:
        self._seen: defaultdict[str, set[Literal]] = defaultdict(set)
        self._forms: dict[str, dict[str, set[str]]] | None = None

    def note(self, predicate: NamedNode, literal: Literal) -> None:
        """Note a literal that stands under a predicate."""
        if literal.datatype in _REWRITTEN and literal not in self._seen[predicate.value]:
            self._seen[predicate.value].add(literal)
            self._forms = None

    def shares(self, predicate: NamedNode, literal: Literal) -> bool:
        """Whether the store may have one triple for this literal and another under the predicate."""
        if literal.datatype not in _REWRITTEN:
            return False
        stored = str(stored_forms([literal])[0])
        return len(self._by_predicate().get(predicate.value, {}).get(stored, ())) > 1

    def texts(self) -> set[str]:
        """All literals noted, as N-Triples texts."""
        return {str(literal) for literals in self._seen.values() for literal in literals}

    def visible(self, prepared: Prepared) -> dict[str, set[str]]:
        """Stored to written forms under the predicates that a query may follow; empty if none there is rewritten."""
        forms = self._by_predicate()
        followed = forms.keys() if follows_any(prepared) else forms.keys() & addresses(prepared)
        merged: defaultdict[str, set[str]] = defaultdict(set)
        for predicate in followed:
            for stored, written in forms[predicate].items():
                merged[stored] |= written
        return dict(merged) if _any_odd(merged) else {}

    def _by_predicate(self) -> dict[str, dict[str, set[str]]]:
        if self._forms is None:
            self._forms = {}
            for predicate, literals in self._seen.items():
                merged: defaultdict[str, set[str]] = defaultdict(set)
                every = list(literals)
                for written, stored in zip(every, stored_forms(every), strict=True):
                    merged[str(stored)].add(str(written))
                self._forms[predicate] = dict(merged)
        return self._forms


def _any_odd(forms: Mapping[str, set[str]]) -> bool:
    return any(written != {stored} for stored, written in forms.items())


def reason(prepared: Prepared, visible: Mapping[str, set[str]], constants: Mapping[str, str]) -> str:
    """
    Why a query has to be evaluated over literals as they are written; empty if the store answers the same.

    `visible` are the stored and the written forms that the query can see, none if the store rewrote none of them.
    """
    other = confused(constants.values(), visible)
    told = next(filter(None, (depends_on(prepared, name) for name, text in constants.items() if text in other)), "")
    if told:
        return told
    found = [literal_of(text) for _, _, text in literals_in_patterns(prepared)]
    matched = {str(literal): str(stored) for literal, stored in zip(found, stored_forms(found), strict=True)}
    if any(literal != stored for literal, stored in matched.items()):
        return "it looks for a literal that is not in its canonical form"
    if not visible:
        return ""
    if any(len(written) > 1 for written in visible.values()):
        return "one value is written in several ways where it looks"
    if any(visible.get(stored, {literal}) != {literal} for literal, stored in matched.items()):
        return "it looks for a literal that the data writes in another form"
    if observes(prepared):
        return "it looks at how literals are written"
    return "" if computed(prepared) is not None else "it chooses between found and computed values"


def confused(texts: Iterable[str], visible: Mapping[str, set[str]]) -> set[str]:
    """Those of some terms that the store rewrites, or takes for what the data writes in another form."""
    rewritten = odd(texts)
    return {text for text in texts if text in rewritten or visible.get(text, {text}) != {text}}


def depends_on(prepared: Prepared, name: str) -> str:
    """Why the written form of a pre-bound literal matters to a query; empty if it does not."""
    if name not in prepared.variables:
        return ""
    if observes(prepared):
        return "it looks at how literals are written"
    if any(token.keyword == "AS" for token in prepared.tokens):
        return f"${name} may come back under another name"
    return (
        f"it matches ${name} with the data"
        if any(prepared.body[at].variable == name for at in _in_patterns(prepared.body))
        else ""
    )


def observes(prepared: Prepared) -> bool:
    """Whether a query can tell two literals of one value apart."""
    tokens = prepared.tokens
    return any(
        token.keyword in _OBSERVING or (after.text == "(" and address(token, prepared.prefixes) == XSD + "string")
        for token, after in pairwise(tokens)
    )


def computed(prepared: Prepared) -> frozenset[str] | None:
    """The variables that hold new values, not terms of the data; None if some may hold either."""
    new: set[str] = set()
    assigned = list(_assignments(prepared.tokens))
    for _ in assigned:
        for name, expression in assigned:
            used = {token.variable for token in expression} - {""}
            words = {token.keyword for token in expression} - {""}
            alone = len(used) == 1 and all(t.variable or t.keyword in _PASSING or t.text in "()" for t in expression)
            if not alone and words & _CHOOSING:
                return None
            if not alone or used <= new:
                new.add(name)
    return frozenset(new)


def addresses(prepared: Prepared) -> frozenset[str]:
    """All IRIs in a query, predicates among them."""
    found = {address(token, prepared.prefixes) for token in prepared.body}
    return frozenset(found | ({RDF_TYPE.value} if any(token.text == "a" for token in prepared.body) else set())) - {""}


def follows_any(prepared: Prepared) -> bool:
    """Whether some pattern of a query may follow any predicate: a variable, or `!` in a path."""
    body = list(_without_heads(prepared.body))
    for before, token, after in zip(body, body[1:], body[2:], strict=False):
        starts = after.kind in _TERMS or after.text in {"[", "("}
        if token.variable and starts and (before.kind in _TERMS or before.text in {";", "[", "]", ")"}):
            return True
        if token.text == "!" and (after.kind in {"iri", "name"} or after.text in {"(", "^", "a"}):
            return True
    return False


def _without_heads(tokens: Iterable[Token]) -> Iterator[Token]:
    """The tokens without those between SELECT or BY and the next brace."""
    skipping = False
    for token in tokens:
        skipping = token.keyword in {"SELECT", "BY"} or (skipping and token.text not in {"{", "}"})
        if not skipping:
            yield token


def _in_patterns(tokens: Sequence[Token]) -> Iterator[int]:
    """The places of the tokens that stand in no parentheses: those of triple patterns, not those of expressions."""
    depth, skipping = 0, False
    for at, token in enumerate(tokens):
        skipping = token.keyword in {"SELECT", "BY", "LIMIT", "OFFSET"} or (skipping and token.text not in {"{", "}"})
        depth = 0 if token.text == "{" else depth + {"(": 1, ")": -1}.get(token.text, 0)
        if depth <= 0 and not skipping:
            yield at


def literals_in_patterns(prepared: Prepared) -> Iterator[tuple[int, int, str]]:
    """The numbers, booleans and typed literals in triple patterns: place in the body, number of tokens, N3 text."""
    body = prepared.body
    for at in _in_patterns(body):
        token = body[at]
        if token.kind == "string" and at + 2 < len(body) and body[at + 1].text == "^^":
            yield at, 3, f"{token.text}^^<{address(body[at + 2], prepared.prefixes)}>"
        elif token.kind == "number" or token.text in {"true", "false"}:
            signed = at > 0 and body[at - 1].text in {"-", "+"} and not token.spaced
            yield (at - 1, 2, body[at - 1].text + token.text) if signed else (at, 1, token.text)


def literal_of(text: str) -> Literal:
    """The literal that a piece of query text means: Turtle has the numbers and quotes that SPARQL has."""
    quad = next(iter(parse(f"<urn:s> <urn:p> {text} .", format=RdfFormat.TURTLE)))
    if not isinstance(quad.object, Literal):
        raise TypeError(f"no literal: {text}")
    return quad.object


def _assignments(tokens: Sequence[Token]) -> Iterator[tuple[str, list[Token]]]:
    for at, token in enumerate(tokens):
        if token.keyword == "AS":
            depth, start = 1, at
            while depth:
                start -= 1
                depth += {")": 1, "(": -1}.get(tokens[start].text, 0)
            yield tokens[at + 1].variable, list(tokens[start + 1 : at])
