"""
Queries over literals exactly as they are written, in a store that keeps only their values.

Each literal that the store would rewrite stands there under an IRI of its own, so joins, DISTINCT and sameTerm tell
`"05"`, `"5"^^xsd:int` and `5` apart. Where a query works with a value, the text asks a function for it: `?n < 6`
becomes `<urn:x-kg:value>(?n) < 6`; `STR` and `DATATYPE` become functions that know the literal behind the IRI.

Known to be left: the greatest or least of several values (`MAX`, `MIN`) comes back in the store's form.

Spec: https://www.w3.org/TR/rdf11-concepts/#section-Graph-Literal (3.3)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.model.terms import XSD, term_of
from kg.validation.sparql.prebinding import Prepared, Token, address, closing
from kg.validation.sparql.written import literal_of, literals_in_patterns, odd

_CODE: Final = "urn:x-kg:literal:"
_VALUE, _TEXT, _DATATYPE = (Token("iri", f"<urn:x-kg:{name}>") for name in ("value", "text", "datatype"))
_OPEN, _CLOSE = Token("mark", "(", spaced=False), Token("mark", ")", spaced=False)
_TERM_OF: Final = {"SAMETERM": None, "COUNT": None, "SAMPLE": None, "STR": _TEXT, "DATATYPE": _DATATYPE}
_CHOICES: Final = frozenset({"COALESCE", "IF", "SAMPLE"})


class Codes:
    """IRIs in place of the literals that the store would rewrite, and the way back."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}
        self._literals: dict[str, Literal] = {}

    def learn(self, texts: Iterable[str]) -> None:
        """Give IRIs to those of the literals that need one."""
        for text in odd(texts):
            literal = term_of(text)
            if text not in self._codes and isinstance(literal, Literal):
                iri = f"<{_CODE}{len(self._codes)}>"
                self._codes[text], self._literals[iri[1:-1]] = iri, literal

    def coded(self, text: str) -> str:
        """The IRI of a literal that has one, else the term itself."""
        return self._codes.get(text, text)

    def decoded(self, text: str) -> str:
        """The literal behind an IRI, else the term itself."""
        return str(self._literals[text[1:-1]]) if text.startswith(f"<{_CODE}") else text

    def quads(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """The quads with IRIs in place of literals."""
        for quad in quads:
            code = self._codes.get(str(quad.object)) if isinstance(quad.object, Literal) else None
            yield Quad(quad.subject, quad.predicate, NamedNode(code[1:-1]), quad.graph_name) if code else quad

    def functions(self) -> Mapping[NamedNode, Callable[..., NamedNode | BlankNode | Literal | Triple | None]]:
        """What a query rewritten by `valued` asks."""
        return {
            NamedNode(_VALUE.text[1:-1]): self._literal,
            NamedNode(_TEXT.text[1:-1]): self._text,
            NamedNode(_DATATYPE.text[1:-1]): self._datatype,
        }

    def _literal(self, term: NamedNode | BlankNode | Literal) -> NamedNode | BlankNode | Literal:
        return self._literals.get(term.value, term) if isinstance(term, NamedNode) else term

    def _text(self, term: NamedNode | BlankNode | Literal) -> Literal | None:
        return None if isinstance(term, BlankNode) else Literal(self._literal(term).value)

    def _datatype(self, term: NamedNode | BlankNode | Literal) -> NamedNode | None:
        literal = self._literal(term)
        return literal.datatype if isinstance(literal, Literal) else None


def valued(prepared: Prepared, codes: Codes) -> Prepared:
    """The query for a store of `codes`; the literals in its triple patterns have to be learned before."""
    body = tuple(_group(_patterns_coded(prepared, codes), prepared))
    head, tail = tuple(_clauses(prepared.head, prepared)), tuple(_clauses(prepared.tail, prepared))
    return replace(prepared, head=head, body=body, tail=tail)


def _patterns_coded(prepared: Prepared, codes: Codes) -> list[Token]:
    coded = {
        at: (length, Token("iri", codes.coded(str(literal_of(text)))))
        for at, length, text in literals_in_patterns(prepared)
        if codes.coded(str(literal_of(text))).startswith("<")
    }
    tokens, at = [], 0
    while at < len(prepared.body):
        length, token = coded.get(at, (1, prepared.body[at]))
        tokens.append(token)
        at += length
    return tokens


def _group(tokens: Sequence[Token], prepared: Prepared) -> Iterator[Token]:
    """A group's tokens: patterns as they are, expressions rewritten."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.keyword == "SELECT":
            opening = next(end for end in range(at, len(tokens)) if tokens[end].text == "{")
            end = closing(tokens, opening) or opening
            yield token
            yield from _clauses(tokens[at + 1 : opening], prepared)
            yield tokens[opening]
            yield from _group(tokens[opening + 1 : end], prepared)
            yield tokens[end]
            # What stands behind a sub-SELECT's group are its modifiers.
            yield from _clauses(tokens[end + 1 :], prepared)
            return
        if token.text == "{":
            end = closing(tokens, at) or at
            yield token
            yield from _group(tokens[at + 1 : end], prepared)
            yield tokens[end]
            at = end + 1
        elif token.keyword in {"FILTER", "BIND"} and tokens[at + 1].keyword not in {"NOT", "EXISTS"}:
            opening = next(end for end in range(at, len(tokens)) if tokens[end].text == "(")
            end = _bracket(tokens, opening)
            yield token
            yield from _clauses(tokens[at + 1 : end + 1], prepared)
            at = end + 1
        else:
            yield token
            at += 1


def _clauses(tokens: Sequence[Token], prepared: Prepared) -> Iterator[Token]:
    """A SELECT head, the modifiers behind a group, or what follows FILTER or BIND."""
    at, ordering = 0, False
    while at < len(tokens):
        token = tokens[at]
        ordering = token.keyword == "ORDER" or (
            ordering and token.keyword not in {"GROUP", "HAVING", "LIMIT", "OFFSET"}
        )
        if token.text == "(" and (at == 0 or not tokens[at - 1].keyword or tokens[at - 1].keyword in _BEFORE):
            end = _bracket(tokens, at)
            inside = tokens[at + 1 : end]
            named = len(inside) - 2 if len(inside) > 2 and inside[-2].keyword == "AS" else None
            yield token
            yield from _expression(inside[:named], prepared, value=named is None)
            yield from inside[len(inside) if named is None else named :]
            yield tokens[end]
            at = end + 1
        elif (
            at + 1 < len(tokens)
            and tokens[at + 1].text == "("
            and token.kind in {"word", "iri", "name"}
            and token.keyword not in _BEFORE
        ):
            end = _bracket(tokens, at + 1)
            yield from _expression(tokens[at : end + 1], prepared, value=True)
            at = end + 1
        else:
            yield from _wrapped(_VALUE, [token]) if ordering and token.variable else [token]
            at += 1


_BEFORE: Final = frozenset({"DISTINCT", "REDUCED", "BY", "HAVING", "ASC", "DESC", "SELECT", "WHERE", "FILTER", "BIND"})


def _expression(tokens: Sequence[Token], prepared: Prepared, *, value: bool) -> Iterator[Token]:
    """An expression whose variables stand for values, or (not `value`) for terms where it only hands them on."""
    whole = len(tokens) > 1 and tokens[1].text == "(" and _bracket(tokens, 1) == len(tokens) - 1
    if len(tokens) == 1 and not value:
        yield tokens[0]
        return
    keep = not value and whole and tokens[0].keyword in _CHOICES
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.text == "{":
            end = closing(tokens, at) or at
            yield token
            yield from _group(tokens[at + 1 : end], prepared)
            yield tokens[end]
            at = end + 1
        elif at + 1 < len(tokens) and tokens[at + 1].text == "(" and (token.kind in {"word", "iri", "name"}):
            end = _bracket(tokens, at + 1)
            yield from _call(token, tokens[at + 2 : end], prepared, keep=keep)
            at = end + 1
        else:
            yield from _wrapped(_VALUE, [token]) if token.variable else [token]
            at += 1


def _call(function: Token, inside: Sequence[Token], prepared: Prepared, *, keep: bool) -> Iterator[Token]:
    name = "STR" if address(function, prepared.prefixes) == XSD + "string" else function.keyword
    yield _TERM_OF.get(name) or function
    yield _OPEN
    for number, argument in enumerate(_arguments(inside)):
        if number:
            yield Token("mark", ",")
        if name == "GROUP_CONCAT":
            yield from (
                part for token in argument for part in (_wrapped(_TEXT, [token]) if token.variable else [token])
            )
        elif name == "BOUND":
            yield from argument
        elif argument and argument[0].keyword == "DISTINCT":
            yield argument[0]
            yield from _expression(argument[1:], prepared, value=name not in _TERM_OF)
        else:
            term = name in _TERM_OF or (keep and not (name == "IF" and number == 0))
            yield from _expression(argument, prepared, value=not term)
    yield _CLOSE


def _wrapped(function: Token, tokens: Sequence[Token]) -> list[Token]:
    return [function, _OPEN, *tokens, _CLOSE]


def _bracket(tokens: Sequence[Token], opening: int) -> int:
    depth = 0
    for at in range(opening, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[at].text, 0)
        if depth == 0:
            return at
    return len(tokens) - 1


def _arguments(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    depth, start = 0, 0
    for at, token in enumerate(tokens):
        depth += {"(": 1, ")": -1, "{": 1, "}": -1}.get(token.text, 0)
        if token.text == "," and depth == 0:
            yield tokens[start:at]
            start = at + 1
    if tokens:
        yield tokens[start:]
