"""A shape's own query with its focus nodes joined in front: pre-binding for all of them at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kg.validation.remote.as_sparql_text import Lines, Names, indented
from kg.validation.shapes.conditions import NotTranslatable
from kg.validation.shapes.constraints import Sparql
from kg.validation.sparql.prebinding import Prepared, Token, closing, tokens_of
from kg.validation.sparql.setwise import substituted

_BEGINS_LINE: Final = frozenset({"FILTER", "OPTIONAL", "BIND", "GROUP", "HAVING", "ORDER", "SELECT", "WHERE"})
_MARK: Final = "«target»"  # where the focus nodes go
_ENDS_LINE: Final = frozenset({"{", "}", ".", ";", _MARK})
_GLUED_BEFORE: Final = frozenset({")", ",", "]", "^^"})
_GLUED_AFTER: Final = frozenset({"(", "[", "^", "^^", "!"})
_ASSERTS: Final = frozenset({"FILTER", "BIND"})
_NO_FUNCTIONS: Final = frozenset(
    {"FILTER", "BIND", "HAVING", "IN", "BY", "AS", "SELECT", "DISTINCT", "REDUCED", "WHERE", "OPTIONAL", "UNION"}
)
_CUTS: Final = frozenset({"LIMIT", "OFFSET"})


@dataclass(frozen=True, slots=True)
class Own:
    """A shape's own query, its parameters put in: cut into parts, full IRIs for names, variables renamed."""

    kind: str
    head: tuple[Token, ...]
    body: tuple[Token, ...]
    tail: tuple[Token, ...]
    columns: tuple[str, ...]
    this: str

    @property
    def is_pattern(self) -> bool:
        """Whether the body alone says for which nodes there is a solution."""
        return not self.tail and not any(token.text == "(" for token in self.head)


def own_query(sparql: Sparql, shape: str, variables: Mapping[str, str], names: Names) -> Own:
    """
    Read the query of a constraint.

    `variables` say what some of its variables are to be called, `this` at least; others keep their names where those
    are free.

    Raises:
        NotTranslatable: It cannot be asked of an endpoint for all focus nodes at once.
    """
    query = sparql.query
    constants = {"currentShape": shape, **dict(sparql.constants)}
    constants = {name: text for name, text in constants.items() if name in query.variables}
    _check(query, constants)
    tokens = list(tokens_of(substituted(query, constants)))
    start = next(at for at, token in enumerate(tokens) if token.keyword in {"SELECT", "ASK"})
    renamed = dict(variables)
    for name in sorted(query.variables - renamed.keys()):
        renamed[name] = names.fresh(name)
    tokens = [_renamed(token, renamed, query) for token in tokens[start:]]
    opening = next(at for at, token in enumerate(tokens) if token.text == "{")
    end = closing(tokens, opening) or len(tokens)
    head = tuple(token for token in tokens[1:opening] if token.keyword != "WHERE")
    columns = tuple(renamed.get(name, f"?{name}")[1:] for name in query.columns)
    body, tail = tuple(tokens[opening + 1 : end]), tuple(tokens[end + 1 :])
    return Own(tokens[0].keyword, head, body, tail, columns, renamed["this"])


def _check(query: Prepared, constants: Mapping[str, str]) -> None:
    if "shapesGraph" in query.variables:
        raise NotTranslatable("its query looks into the shapes graph")
    for token in query.tokens:
        if token.keyword in _CUTS:
            raise NotTranslatable(f"its query has {token.keyword}, which holds for each focus node on its own")
        if token.keyword == "GRAPH":
            raise NotTranslatable("its query names a graph")
    blank = next((name for name, text in constants.items() if text.startswith("_:")), "")
    if blank:
        raise NotTranslatable(f"${blank} is a blank node of the shapes graph")
    if re.search(r"\bBASE\b", query.prologue, re.IGNORECASE):
        raise NotTranslatable("its query has a BASE")


def _renamed(token: Token, renamed: Mapping[str, str], query: Prepared) -> Token:
    if token.variable:
        return token._replace(text=renamed.get(token.variable, f"?{token.variable}"))
    if token.kind == "string":
        # Lines are indented, which is not to change a text.
        return token._replace(text=token.text.replace("\r", "\\r").replace("\n", "\\n"))
    if token.kind == "name" and not token.text.startswith("_:"):
        prefix, _, local = token.text.partition(":")
        if prefix in query.prefixes:
            return token._replace(kind="iri", text=f"<{query.prefixes[prefix]}{local.replace(chr(92), '')}>")
    return token


def joined_body(own: Own, target: Sequence[str]) -> Lines:
    """
    The body with the focus nodes in front, and wherever a group looks at them in a filter or an assignment.

    The nodes are distinct, so that joining them again changes no row. In EXISTS they are substituted already.
    """
    marked = _with_marks(own.body, own.this, is_top=True)
    lines: Lines = []
    for line in laid_out(marked):
        if line.strip() == _MARK:
            lines.extend(indented(target, (len(line) - len(line.lstrip())) // 2))
        else:
            lines.append(line)
    return lines


def _with_marks(tokens: Sequence[Token], this: str, *, is_top: bool = False) -> list[Token]:
    if tokens and tokens[0].keyword == "SELECT":
        opening = next(at for at, token in enumerate(tokens) if token.text == "{")
        end = closing(tokens, opening) or len(tokens)
        body = _with_marks(tokens[opening + 1 : end], this, is_top=True)
        return [*tokens[: opening + 1], *body, *tokens[end:]]
    found: list[Token] = []
    needs = is_top
    at = 0
    while at < len(tokens):
        token = tokens[at]
        stop = closing(tokens, at) if token.text == "{" else None
        if stop is None:
            found.append(token)
            at += 1
        else:
            inside = tokens[at + 1 : stop]
            in_exists = tokens[at - 1].keyword == "EXISTS" if at else False
            found.extend([token, *(inside if in_exists else _with_marks(inside, this)), tokens[stop]])
            needs = needs or (in_exists and any(one.text == this for one in inside))
            at = stop + 1
    needs = needs or _looks_at(tokens, this)
    return [Token("mark", _MARK, 0), *found] if needs else found


def _looks_at(tokens: Sequence[Token], this: str) -> bool:
    """Whether an expression of the group itself names the variable."""
    depth = parentheses = 0
    for token in tokens:
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        parentheses += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == this and not depth and parentheses:
            return True
    return False


def select_lines(own: Own, target: Sequence[str]) -> Iterator[str]:
    """The whole SELECT over the focus nodes."""
    yield " ".join(["SELECT", *laid_out(own.head)])
    yield "WHERE {"
    yield from indented(joined_body(own, target))
    yield "}"
    yield from laid_out(own.tail)


def laid_out(tokens: Sequence[Token]) -> Lines:
    """
    The tokens as lines, with groups indented.

    >>> laid_out(list(tokens_of("?s ?p ( 1 ) . FILTER NOT EXISTS { ?s a ?t }")))
    ['?s ?p (1) .', 'FILTER NOT EXISTS {', '  ?s a ?t', '}']
    """
    lines: Lines = [""]
    depth = parentheses = 0
    ended = in_filter = False
    for at, token in enumerate(tokens):
        depth -= token.text == "}"
        if token.text == "}" or token.keyword in _BEGINS_LINE or (ended and token.text != "."):
            lines.append("")
        glued = at and _are_glued(tokens[at - 1], token)
        lines[-1] += ("  " * depth if not lines[-1] else "" if glued else " ") + token.text
        depth += token.text == "{"
        parentheses += {"(": 1, ")": -1}.get(token.text, 0)
        in_filter = token.keyword in _ASSERTS or (in_filter and token.text != "{")
        closed = in_filter and token.text == ")" and not parentheses
        in_filter = in_filter and not closed
        ended = closed or token.text in _ENDS_LINE
    return [line for line in lines if line.strip()]


def _are_glued(token: Token, after: Token) -> bool:
    if after.text == "(":
        # Oxigraph reads no function call with a space before its arguments.
        is_function = token.kind in {"iri", "name"} or (token.kind == "word" and token.keyword not in _NO_FUNCTIONS)
        return is_function or token.text in _GLUED_AFTER
    return token.text in _GLUED_AFTER or after.text in _GLUED_BEFORE or after.text.startswith("@")
