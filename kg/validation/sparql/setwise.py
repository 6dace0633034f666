"""
A query with pre-bound variables, rewritten so that it answers for all focus nodes at once.

Pre-binding gives a variable its value everywhere, in nested groups, filters and sub-SELECTs too, where a join with
`VALUES` would leave it unbound. `LATERAL` (SEP-0006) evaluates what stands on its right anew for each solution on its
left, with the solution's values in place, so `{rows} LATERAL {query}` is pre-binding by definition, LIMIT, DISTINCT and
aggregates included.

Spec: https://www.w3.org/TR/shacl/#pre-binding (appendix A),
https://github.com/w3c/sparql-dev/blob/main/SEP/SEP-0006/sep-0006.md
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Final

from kg.validation.sparql.prebinding import GRAPH_VARIABLES, Prepared, Token, closing, is_star, join

FUNCTION: Final = "urn:x-kg:row:"
"""IRIs of the custom functions that give a row's terms begin so; the variable's name follows."""

_FEW: Final = 8

_OPERATORS: Final = frozenset({"=", "!=", "<", ">", "<=", ">=", "&&", "||", "+", "-", "*", "/", "!", ",", "("})


def over(prepared: Prepared, rows: Sequence[Mapping[str, str]], constants: Mapping[str, str]) -> tuple[str, str]:
    """
    The text that evaluates the query over all rows, and the name of the variable that holds a row's number.

    Each row binds the same variables (`this`, or `this` and `value`), `constants` bind the others, as N-Triples texts.
    The number is counted from 0; its variable is empty where the solution itself says in `this` whose it is. ASK
    becomes the rows whose answer is false. VALUES holds no blank nodes: where there are any, each bound variable NAME
    is asked of a custom function `<urn:x-kg:row:NAME>(row)`, which is slower, as the plan cannot count on its value.

    Where a join gives the same (see `joins`), many rows are joined: a plan for a set is up to 100 times as fast. For a
    few it may take a join with all that the patterns find: 1.8 s in a million triples, where `LATERAL` takes 2 ms.
    """
    fresh = _fresh(prepared.variables | set(rows[0]) | set(constants))
    row = next(fresh)
    fast = _with_constants(prepared, constants, fresh)
    bound = [name for name in (*rows[0], *constants) if name in fast.variables]
    body = _exists_in_order(fast.body, fresh, Counter(token.variable for token in fast.tokens))
    if len(rows) > _FEW and bound == ["this"] and joins(fast) and all(one["this"].startswith("<") for one in rows):
        values = f"VALUES ?this {{ {' '.join(one['this'] for one in rows)} }}"
        return f"{fast.prologue}SELECT {_head(fast)} {{ {values} {body} }} {join(fast.tail)}", ""
    values = _values(row, rows, constants, bound)
    if fast.kind == "ASK":
        return f"{fast.prologue}SELECT ?{row} {{ {values} {_unless(body, fast.variables, next(fresh))} }}", row
    more = [name for name in bound if name not in fast.columns]
    query = f"SELECT {_head(fast)} {_listed(more)} {{ {body} }} {_tail(fast.tail, more)}"
    return f"{fast.prologue}SELECT ?{row} {_listed(fast.columns)} {{ {values} LATERAL {{ {query} }} }}", row


def joined(prepared: Prepared, pattern: str, constants: Mapping[str, str]) -> str:
    """
    The text of a query whose group begins with a pattern that binds `?this`; empty if that is not pre-binding.

    >>> from kg.validation.sparql.prebinding import prepare
    >>> select = "SELECT $this { $this <urn:p> ?v FILTER(?v > $limit) }"
    >>> joined(prepare(select, {}, frozenset({"this", "limit"})), "?this a <urn:T> .", {"limit": "<urn:a>"})
    'SELECT $this { ?this a <urn:T> . $this <urn:p> ?v FILTER(?v > <urn:a>) } '
    """
    fast = _with_constants(prepared, constants, _fresh(prepared.variables | set(constants) | {"this"}))
    if fast.variables & constants.keys() or not joins(fast):
        return ""
    return f"{fast.prologue}SELECT {join(fast.head)} {{ {pattern} {join(fast.body)} }} {join(fast.tail)}"


def joins(prepared: Prepared) -> bool:
    """
    Whether joining the focus nodes with a query's group is the same as pre-binding `$this` in it.

    So it is if a plain triple pattern of the group binds `$this`, and no group inside could miss it: there is no group
    but those of EXISTS, which sees what is bound outside, and of OPTIONAL, whose filters do. LIMIT and groups that
    leave `$this` out count over all focus nodes.
    """
    body, tail = prepared.body, prepared.tail
    if prepared.kind == "ASK" or is_star(prepared.head) or any(token.keyword in {"LIMIT", "OFFSET"} for token in tail):
        return False
    grouping = [token for token in tail if token.keyword == "GROUP"]
    if grouping and "this" not in {token.variable for token in _grouped(tail)}:
        return False
    return _binds_this(body) and _is_flat(body)


def _grouped(tail: Sequence[Token]) -> list[Token]:
    ends = {"HAVING", "ORDER"}
    end = next((at for at, token in enumerate(tail) if token.keyword in ends), len(tail))
    return list(tail[:end])


def _binds_this(body: Sequence[Token]) -> bool:
    """Whether the group begins with `$this`, a predicate that is no path, and a term."""
    terms = {"iri", "name", "string", "number", "variable"}
    return len(body) > 2 and (
        body[0].variable == "this"
        and (body[1].kind in {"iri", "name"} or body[1].text == "a")
        and body[2].kind in terms
    )


def _is_flat(tokens: Sequence[Token], *, optional: bool = False) -> bool:
    at = 0
    while at < len(tokens):
        if tokens[at].text == "{":
            before = tokens[at - 1].keyword if at else ""
            end = closing(tokens, at) or at
            if before == "OPTIONAL" and not optional and not _is_flat(tokens[at + 1 : end], optional=True):
                return False
            if before not in {"OPTIONAL", "EXISTS"} or (before == "OPTIONAL" and optional):
                return False
            at = end
        elif optional and tokens[at].keyword == "BIND":
            return False
        at += 1
    return True


def _values(row: str, rows: Sequence[Mapping[str, str]], constants: Mapping[str, str], bound: Sequence[str]) -> str:
    terms = [[one.get(name) or constants[name] for name in bound] for one in rows]
    if any(term.startswith("_:") for line in terms for term in line):
        binds = " ".join(f"BIND(<{FUNCTION}{name}>(?{row}) AS ?{name})" for name in bound)
        return f"VALUES ?{row} {{ {' '.join(map(str, range(len(rows))))} }} {binds}"
    lines = " ".join(f"({number} {' '.join(line)})" for number, line in enumerate(terms))
    return f"VALUES (?{row} {_listed(bound)}) {{ {lines} }}"


def _head(prepared: Prepared) -> str:
    head = join(prepared.head)
    return head.replace("*", _listed(prepared.columns)) if is_star(prepared.head) else head


def substituted(prepared: Prepared, values: Mapping[str, str]) -> str:
    """
    The query with IRIs and literals written in place of variables: what `over` must agree with, one row at a time.

    Variables in the head become `(term AS ?name)`, `BOUND(variable)` becomes `true`.

    >>> from kg.validation.sparql.prebinding import prepare
    >>> ask = prepare("ASK { $this <urn:p> $value }", {}, frozenset({"this", "value"}))
    >>> substituted(ask, {"this": "<urn:a>", "value": '"x"'})
    'ASK  { <urn:a> <urn:p> "x" } '
    """
    return _placed(prepared, values, _fresh(prepared.variables)).text()


def _listed(names: Iterable[str]) -> str:
    return " ".join(f"?{name}" for name in names)


def _fresh(taken: Iterable[str]) -> Iterator[str]:
    stem = "row"
    while any(name.startswith(stem) for name in taken):
        stem += "_"
    return (f"{stem}{number}" for number in count())


def _with_constants(prepared: Prepared, constants: Mapping[str, str], fresh: Iterator[str]) -> Prepared:
    """
    Write constants into the text where that pays or is needed.

    A constant in an expression is compiled once (a regular expression above all). A sub-SELECT need not name the two
    graph variables, so no binding from outside reaches them there.
    """
    terms = {name: text for name, text in constants.items() if not text.startswith("_:")}
    placed = _placed(prepared, {name: terms[name] for name in GRAPH_VARIABLES & terms.keys()}, fresh)
    parts = [_operands_set(part, terms) for part in (placed.head, placed.body, placed.tail)]
    return replace(placed, head=parts[0], body=parts[1], tail=parts[2])


def _operands_set(tokens: Sequence[Token], terms: Mapping[str, str]) -> tuple[Token, ...]:
    return tuple(
        token._replace(kind="string", spaced=True, text=terms[token.variable])
        if at
        and token.variable in terms
        and tokens[at - 1].text in _OPERATORS
        and not (at > 1 and tokens[at - 1].text == "(" and tokens[at - 2].keyword in {"BOUND", "BY"})
        else token
        for at, token in enumerate(tokens)
    )


def _placed(prepared: Prepared, values: Mapping[str, str], fresh: Iterator[str]) -> Prepared:
    if not values:
        return prepared
    head = tuple(_terms_in(prepared.head, values, None, clause="SELECT"))
    body = tuple(_terms_in(prepared.body, values, fresh))
    return replace(prepared, head=head, body=body, tail=tuple(_terms_in(prepared.tail, values, fresh)))


def _terms_in(
    tokens: Sequence[Token], values: Mapping[str, str], fresh: Iterator[str] | None, clause: str = ""
) -> Iterator[Token]:
    depth, at = 0, 0
    while at < len(tokens):
        token = tokens[at]
        clause, depth = _clause(token, clause), depth + {"(": 1, ")": -1}.get(token.text, 0)
        if token.keyword == "BOUND" and tokens[at + 2].variable in values:
            yield token._replace(text="(true)", spaced=True)
            at += 4
            continue
        term = values.get(token.variable)
        if term is None or (at and tokens[at - 1].keyword == "AS"):
            yield token
        elif clause == "SELECT" and depth == 0:
            # A sub-SELECT may not bind a name that the query around it binds too.
            name = next(fresh) if fresh else token.variable
            yield token._replace(spaced=True, text=f"({term} AS ?{name})")
        else:
            yield token._replace(
                kind="string", spaced=True, text=f"({term})" if clause == "BY" and depth == 0 else term
            )
        at += 1


def _clause(token: Token, clause: str) -> str:
    if token.keyword in {"SELECT", "BY"}:
        return token.keyword
    return "" if token.text in {"{", "}"} or token.keyword in {"WHERE", "HAVING", "LIMIT", "OFFSET"} else clause


def _tail(tail: Sequence[Token], more: Sequence[str]) -> str:
    at = next((at for at, token in enumerate(tail) if token.keyword == "GROUP"), None)
    if at is None:
        return join(tail)
    return f"{join(tail[: at + 2])} {_listed(more)} {join(tail[at + 2 :])}"


def _unless(body: str, variables: Iterable[str], hit: str) -> str:
    found = f"SELECT {_listed(sorted(variables))} ?{hit} {{ {{ {body} }} BIND(true AS ?{hit}) }} LIMIT 1"
    return f"LATERAL {{ OPTIONAL {{ {found} }} FILTER(!BOUND(?{hit})) }}"


def _exists_in_order(
    tokens: Sequence[Token], fresh: Iterator[str], occurring: Counter[str], *, optional: bool = False
) -> str:
    """
    The text of a group in which `FILTER [NOT] EXISTS` became a LATERAL at its end, where that is quicker.

    Oxigraph orders the patterns of EXISTS as if nothing were bound outside. A pattern that no outer variable reaches is
    then joined as a whole for each solution; in LATERAL it is reached from what is bound. 1,000 nodes in a million
    triples: 0.005 s for 0.45 s, or for minutes. Other EXISTS are best left, as Oxigraph tests them early. The filters
    of an OPTIONAL group are the condition of its join and stay where they are. `occurring` counts the variables of the
    whole query.
    """
    written: list[str] = []
    late: list[str] = []
    at = 0
    while at < len(tokens):
        opening = _exists_group(tokens, at)
        end = closing(tokens, opening if opening is not None else at) if _opens(tokens, at, opening) else None
        if opening is not None and end is not None and not optional and _wanders(tokens[opening + 1 : end], occurring):
            inside = tokens[opening + 1 : end]
            names = {token.variable for token in inside} - {""}
            lateral = _unless(_exists_in_order(inside, fresh, occurring), names, next(fresh))
            late.append(lateral if tokens[at + 1].keyword == "NOT" else _unless(lateral, names, next(fresh)))
            written.append(" FILTER(true) ")
            at = end + 1
        elif tokens[at].text == "{" and end is not None:
            inner = at > 0 and tokens[at - 1].keyword == "OPTIONAL"
            written.append(f" {{ {_exists_in_order(tokens[at + 1 : end], fresh, occurring, optional=inner)} }} ")
            at = end + 1
        else:
            written.append(f" {tokens[at].text}" if tokens[at].spaced else tokens[at].text)
            at += 1
    text = "".join(written)
    return f"{{ {text} }} {' '.join(late)}" if late else text


def _opens(tokens: Sequence[Token], at: int, opening: int | None) -> bool:
    return opening is not None or tokens[at].text == "{"


def _exists_group(tokens: Sequence[Token], at: int) -> int | None:
    words = [token.keyword for token in tokens[at : at + 3]]
    if words[:2] == ["FILTER", "EXISTS"]:
        return at + 2
    return at + 3 if words == ["FILTER", "NOT", "EXISTS"] else None


def _wanders(inside: Sequence[Token], occurring: Counter[str]) -> bool:
    """Whether some pattern of an EXISTS group has no variable from outside as its subject or object."""
    if any(token.keyword in {"AS", "SELECT"} for token in inside):
        return False
    own = Counter(token.variable for token in inside)
    outside = {name for name in own if occurring[name] > own[name]} - {""}
    patterns = [part for statement in _statements(inside) for part in _patterns(statement)]
    return len(patterns) > 1 and any(not {first.variable, last.variable} & outside for first, last in patterns)


def _statements(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The runs of tokens between dots, braces and keywords, without what stands in parentheses."""
    depth, statement = 0, list[Token]()
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and (token.text in {".", "{", "}"} or (token.keyword and token.text != "a")):
            yield statement
            statement = []
        elif depth == 0:
            statement.append(token)
    yield statement


def _patterns(statement: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    """Subject and last object of each predicate; the node within a sequence path is reached by neither."""
    nothing = Token("mark", "")
    for at, token in enumerate(statement):
        if token.text == ";" or at == len(statement) - 1:
            last = statement[at - 1] if token.text == ";" else token
            if len(statement) > 2:
                yield statement[0], last
        elif token.text == "/":
            yield nothing, nothing
