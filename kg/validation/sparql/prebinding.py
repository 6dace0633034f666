"""
The SPARQL text of a constraint, read into parts and held against what pre-binding allows.

Pure work on text: a tokeniser that knows strings, comments, IRIs, names and variables is all it takes, since neither
the restrictions nor the rewriting in `.setwise` need more of the grammar than where a group begins and
ends.

Spec: https://www.w3.org/TR/shacl/#pre-binding (appendix A)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from kg.model.terms import parts_of

_LOCAL = r"(?:[\w:%-]|\\.)(?:(?:[\w:%.-]|\\.)*(?:[\w:%-]|\\.))?"
_TOKEN: Final = re.compile(
    rf"""(?P<space>(?:\s+|\#[^\r\n]*)+)
    |(?P<string>\"{{3}}(?:[^"\\]|\\.|\"(?!\"\"))*\"{{3}}|'{{3}}(?:[^'\\]|\\.|'(?!''))*'{{3}}
        |\"(?:[^"\\\r\n]|\\.)*\"|'(?:[^'\\\r\n]|\\.)*')
    |(?P<iri><[^<>"{{}}|^`\\\x00-\x20]*>)
    |(?P<variable>[?$]\w+)
    |(?P<number>(?:\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?)
    |(?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?|_)?:(?:{_LOCAL})?)
    |(?P<word>[^\W\d]\w*)
    |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<mark>&&|\|\||!=|<=|>=|\^\^|<<|>>|.)""",
    re.VERBOSE | re.DOTALL,
)
_TERMS: Final = frozenset({"iri", "name", "string", "number", "variable"})
_REFUSED: Final = {
    "MINUS": "MINUS is not allowed where variables are pre-bound",
    "VALUES": "VALUES is not allowed where variables are pre-bound",
    "SERVICE": "SERVICE (federated query) is not allowed where variables are pre-bound",
    "LATERAL": "LATERAL is no part of SPARQL 1.1",
    "FROM": "FROM is not allowed: the query is asked of the data graph",
}
GRAPH_VARIABLES: Final = frozenset({"shapesGraph", "currentShape"})


class PreBindingError(ValueError):
    """A query that SHACL does not allow, or that is no SPARQL; the message says what and where."""


class Token(NamedTuple):
    """A piece of query text; `kind` is a group of the tokeniser, `spaced` whether space comes before."""

    kind: str
    text: str
    offset: int = 0
    spaced: bool = True

    @property
    def variable(self) -> str:
        """The variable's name, else an empty text."""
        return self.text[1:] if self.kind == "variable" else ""

    @property
    def keyword(self) -> str:
        """The word in capitals, else an empty text."""
        return self.text.upper() if self.kind == "word" else ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """
    A query ready for evaluation, cut into parts: `prologue { head } body { tail }`.

    `head` begins after SELECT (or ASK) and ends before the group; `body` is the group without its braces; `tail` holds
    the solution modifiers. `columns` are the names of the variables in the answer, in order; none for ASK.
    """

    kind: str
    prologue: str
    head: tuple[Token, ...]
    body: tuple[Token, ...]
    tail: tuple[Token, ...]
    columns: tuple[str, ...]
    prebound: frozenset[str]
    prefixes: Mapping[str, str]

    @property
    def tokens(self) -> tuple[Token, ...]:
        """All tokens behind SELECT or ASK."""
        return (*self.head, *self.body, *self.tail)

    @property
    def variables(self) -> frozenset[str]:
        """The names of all variables in the text."""
        return frozenset(token.variable for token in self.tokens) - {""}

    def text(self) -> str:
        """The query as SPARQL 1.1, variables still to be bound."""
        return f"{self.prologue}{self.kind} {join(self.head)} {{ {join(self.body)} }} {join(self.tail)}"


def tokens_of(text: str) -> Iterator[Token]:
    """
    The tokens of a SPARQL text, without spaces and comments.

    >>> [token.text for token in tokens_of('$this ex:p.q "a # b"@en . # no')]
    ['$this', 'ex:p.q', '"a # b"', '@en', '.']
    """
    spaced = True
    for match in _TOKEN.finditer(text):
        if match.lastgroup and match.lastgroup != "space":
            yield Token(match.lastgroup, match[0], match.start(), spaced)
        spaced = match.lastgroup == "space"


def prepare(text: str, prefixes: Mapping[str, str], prebound: frozenset[str], path: str | None = None) -> Prepared:
    """
    Read the text of `sh:select` or `sh:ask`, and check what pre-binding forbids.

    `prefixes` are those of `sh:prefixes`. `prebound` are the names of all potentially pre-bound variables, without `$`:
    `this`, parameters, `value` for ASK; `currentShape` and `shapesGraph` are always added. `path` is the SPARQL text
    of the shape's path, which takes the place of `$PATH`.

    >>> prepare("SELECT $this WHERE { $this $PATH ?v }", {}, frozenset({"this"}), "<urn:p>").text()
    'SELECT $this { $this <urn:p> ?v } '
    >>> prepare("SELECT $this { MINUS { $this ?p 1 } }", {}, frozenset({"this"}))
    Traceback (most recent call last):
    kg.validation.sparql.prebinding.PreBindingError: line 1: MINUS is not allowed where variables are pre-bound

    Raises:
        PreBindingError: The query is no SPARQL 1.1 SELECT or ASK, or breaks a restriction.

    Spec: https://www.w3.org/TR/shacl/#pre-binding (appendix A)
    """
    prebound |= GRAPH_VARIABLES
    tokens = list(tokens_of(text))
    start = next((at for at, token in enumerate(tokens) if token.keyword in {"SELECT", "ASK"}), None)
    if start is None:
        raise PreBindingError("neither SELECT nor ASK")
    _check_words(text, tokens[start:], prebound)
    tokens = _with_path(tokens, path)
    own, declared = _prologue(tokens[:start])
    known = {**prefixes, **declared}
    lines = "".join(f"PREFIX {name}: <{address}>\n" for name, address in prefixes.items())
    prepared = _cut(tokens[start:], lines + own, prebound, known)
    _check_syntax(prepared)
    _check_projection(text, prepared)
    return prepared


def _line(text: str, token: Token) -> int:
    return text.count("\n", 0, token.offset) + 1


def _check_words(text: str, tokens: Sequence[Token], prebound: frozenset[str]) -> None:
    for token, after in zip(tokens, (*tokens[1:], Token("mark", "")), strict=True):
        if token.keyword in _REFUSED:
            raise PreBindingError(f"line {_line(text, token)}: {_REFUSED[token.keyword]}")
        if token.keyword == "AS" and after.variable in prebound:
            raise PreBindingError(
                f"line {_line(text, token)}: AS {after.text} gives a pre-bound variable another value"
            )


def _with_path(tokens: Sequence[Token], path: str | None) -> list[Token]:
    if path is None or not any(token.text == "$PATH" for token in tokens):
        return list(tokens)
    written = list(tokens_of(path if path.startswith("<") and path.endswith(">") and " " not in path else f"({path})"))
    return [part for token in tokens for part in (written if token.text == "$PATH" else [token])]


def _prologue(tokens: Sequence[Token]) -> tuple[str, dict[str, str]]:
    declared: dict[str, str] = {}
    for at, token in enumerate(tokens[:-2]):
        if token.keyword == "PREFIX":
            declared[tokens[at + 1].text[:-1]] = tokens[at + 2].text[1:-1]
    return (join(tokens) + "\n" if tokens else ""), declared


def _cut(tokens: Sequence[Token], prologue: str, prebound: frozenset[str], prefixes: Mapping[str, str]) -> Prepared:
    opening = next((at for at, token in enumerate(tokens) if token.text == "{"), None)
    end = closing(tokens, opening) if opening is not None else None
    if opening is None or end is None:
        raise PreBindingError("the query's { } do not match")
    head = tuple(token for token in tokens[1:opening] if token.keyword != "WHERE")
    body, tail = tuple(tokens[opening + 1 : end]), tuple(tokens[end + 1 :])
    kind = tokens[0].keyword
    if kind == "ASK" and tail:
        raise PreBindingError(f"ASK with {tail[0].text} is not supported: put the solution modifiers into a sub-SELECT")
    named = {token.variable for token in (*body, *tail)} - {""}
    columns = () if kind == "ASK" else tuple(sorted(named)) if is_star(head) else tuple(_projected(head))
    return Prepared(kind, prologue, head, body, tail, columns, prebound, prefixes)


def closing(tokens: Sequence[Token], opening: int) -> int | None:
    """The place of the brace that closes the group opened at `opening`; None if none does."""
    depth = 0
    for at in range(opening, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[at].text, 0)
        if depth == 0:
            return at
    return None


def is_star(head: Sequence[Token]) -> bool:
    """Whether a head is `*`."""
    return any(token.text == "*" for token in head[:2])


def _projected(head: Sequence[Token]) -> Iterator[str]:
    depth = 0
    for at, token in enumerate(head):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.variable and (depth == 0 or (depth == 1 and head[at - 1].keyword == "AS")):
            yield token.variable


def _check_syntax(prepared: Prepared) -> None:
    from pyoxigraph import Store

    try:
        Store().query(prepared.text())
    except SyntaxError as error:
        where, _, expected = (error.msg or "").partition(": expected ")
        # The parser lists every character that could stand there.
        what = "a prefix is not declared; see sh:prefixes" if "Prefix not found" in expected else expected[:60]
        raise PreBindingError(f"no SPARQL 1.1: {where}: {what}" if expected else f"no SPARQL 1.1: {where}") from error
    except RuntimeError as error:  # a function that nobody has
        raise PreBindingError(str(error)) from error


def _check_projection(text: str, prepared: Prepared) -> None:
    if prepared.kind == "SELECT" and "this" not in prepared.columns:
        raise PreBindingError("the SELECT does not name $this")
    needed = (prepared.prebound & (prepared.variables | {"this"})) - GRAPH_VARIABLES
    for at, token in enumerate(prepared.body):
        if token.keyword == "SELECT":
            opening = next(end for end in range(at, len(prepared.body)) if prepared.body[end].text == "{")
            missing = sorted(needed - set(_projected(prepared.body[at + 1 : opening])))
            if missing:
                names = ", ".join(f"${name}" for name in missing)
                raise PreBindingError(
                    f"line {_line(text, token)}: a sub-SELECT has to name the pre-bound variables: {names}"
                )


def address(token: Token, prefixes: Mapping[str, str]) -> str:
    """The address that an IRI or a prefixed name means; empty for other tokens."""
    if token.kind == "iri":
        return token.text[1:-1]
    if token.kind != "name":
        return ""
    prefix, _, local = token.text.partition(":")
    return prefixes.get(prefix, "") + local.replace("\\", "")


def join(tokens: Iterable[Token]) -> str:
    """The tokens as text."""
    return "".join(f" {token.text}" if token.spaced else token.text for token in tokens).lstrip()


_PLACE: Final = re.compile(r"\{[?$](\w+)\}")


def filled(template: str, solution: Mapping[str, str]) -> str:
    """
    A message with `{?name}` and `{$name}` filled in; a variable that is not bound stays as it is written.

    >>> filled("{$this} is above {?limit}{?no}", {"this": "<urn:a>", "limit": '"5"^^<urn:t>'})
    'urn:a is above 5{?no}'

    Spec: https://www.w3.org/TR/shacl/#sparql-constraints-variables (5.3.2)
    """
    return _PLACE.sub(
        lambda found: parts_of(solution[found[1]]).lexical if solution.get(found[1]) else found[0], template
    )
