"""
Relations as patterns of SPARQL: those that bind a variable, and conditions on one that is bound.

`known` are the sets that a variable is known to be in, so that nothing is asked twice: each relation holds the set
that it looks at, and most often the variable was bound by it just before. A sub-SELECT knows nothing of what is around
it and binds its nodes itself.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from kg.validation.relations import (
    AnyOf,
    Common,
    Dropped,
    Failing,
    Fewer,
    FocusNodes,
    InBoth,
    InOneOnly,
    Instances,
    Itself,
    Kept,
    Listed,
    More,
    Nodes,
    NotInExactlyOne,
    NotLess,
    ObjectsOf,
    Pairs,
    Reached,
    Rows,
    SameLanguage,
    Solutions,
    SubjectsOf,
    Unexpected,
    ValueNodes,
    Ways,
    Without,
)
from kg.validation.remote.as_sparql_own import joined_body, own_query, select_lines
from kg.validation.remote.as_sparql_terms import less, moment
from kg.validation.remote.as_sparql_text import (
    Lines,
    Names,
    all_of,
    any_of,
    constant,
    filters,
    group,
    is_among,
    negated,
    not_among,
)
from kg.validation.shapes.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequence, to_sparql
from kg.validation.shapes.shape_graph import RDFS, TYPE

Known: TypeAlias = frozenset[Nodes]

NOTHING: Final[Known] = frozenset()
_INSTANCE: Final = f"{TYPE}/<{RDFS}subClassOf>*"
_UNORDERED: Final = "# Dates and times are compared as the xsd:dateTime they begin with; durations have no order here."


class Patterns:
    """Writes patterns and conditions; `prefixes` are those of the shapes' own queries that were met."""

    def __init__(self) -> None:
        self.names = Names({"focus", "path", "value", "undefined"})
        self.prefixes: dict[str, str] = {}

    # ── Nodes ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def bound(self, relation: Nodes, variable: str, known: Known = NOTHING) -> Lines:
        """Patterns that bind a variable to the nodes of a set, some perhaps several times."""
        if relation in known:
            return []
        match relation:
            case Listed() | Instances() | SubjectsOf() | ObjectsOf() | ValueNodes():
                return self._leaf(relation, variable)
            case Common(sets):
                first, *others = sorted(sets, key=lambda one: not isinstance(one, Listed))
                held = [condition for one in others for condition in self.conditions(one, variable)]
                return [*self.bound(first, variable), *filters(held)]
            case Fewer(_, _, count) if count > 2:
                return self.counted(relation, variable)
            case More(_, count) if count > 0:
                return self.counted(relation, variable)
        base = base_of(relation)
        if base is not None:
            held = self.conditions(relation, variable, known | {base})
            return [*self.bound(base, variable, known), *filters(held)]
        sets = relation.sets if isinstance(relation, AnyOf) else ()
        return [" UNION ".join(group(self._in_union(one, variable)) for one in sets)] if sets else filters(["false"])

    def _in_union(self, nodes: Nodes, variable: str) -> Lines:
        """As `bound`; Virtuoso 7 loses rows where VALUES stands in UNION, but not where it stands in SELECT."""
        lines = self.bound(nodes, variable)
        return [group([f"SELECT {variable}", group(lines, "WHERE")])] if isinstance(nodes, Listed) else lines

    def _leaf(self, relation: Listed | Instances | SubjectsOf | ObjectsOf | ValueNodes, variable: str) -> Lines:
        match relation:
            case Listed(terms):
                return [f"VALUES {variable} {{ {' '.join(constant(term) for term in terms)} }}"]
            case Instances(of):
                return [f"{variable} {_INSTANCE} {constant(of)} ."]
            case SubjectsOf(predicate):
                return [f"{variable} {predicate} {self.names.fresh('any')} ."]
            case ObjectsOf(predicate):
                return [f"{self.names.fresh('any')} {predicate} {variable} ."]
            case ValueNodes(of):
                return self.paired(of, variable if is_itself(of) else self.names.fresh("parent"), variable)[0]

    def conditions(self, relation: Nodes, variable: str, known: Known = NOTHING) -> Lines:
        """Conditions that hold together of a bound variable if it is in the set."""
        if relation in known:
            return []
        base = base_of(relation)
        if base is not None and base not in known:
            return [*self.conditions(base, variable, known), *self.conditions(relation, variable, known | {base})]
        match relation:
            case Listed(terms):
                return [is_among(variable, terms)]
            case AnyOf(sets):
                return [any_of([all_of(self.conditions(one, variable, known)) for one in sets])]
            case Common(sets):
                return [condition for one in sets for condition in self.conditions(one, variable, known)]
            case Without(_, other):
                return [negated(all_of(self.conditions(other, variable, known)))]
            case NotInExactlyOne(_, failing):
                fails = [all_of(self.conditions(one, variable, known)) for one in failing]
                return [" + ".join(f"if({one}, 0, 1)" for one in fails) + " != 1"] if fails else ["true"]
            case FocusNodes(of):
                return [self._has(of, variable, known)]
            case Fewer() | More():
                return [self._count_holds(relation, variable, known)]
            case _:
                return [group(self.bound(relation, variable), "EXISTS")]

    def _count_holds(self, relation: Fewer | More, variable: str, known: Known) -> str:
        match relation:
            case Fewer(_, _, 0):
                return "false"
            case Fewer(_, pairs, 1 | 2 as count):
                return negated(self._has_values(pairs, count, variable, known))
            case More(pairs, 0 | 1 as count):
                return self._has_values(pairs, count + 1, variable, known)
            case _:
                return group(self.counted(relation, variable), "EXISTS")

    def _has_values(self, pairs: Pairs, count: int, variable: str, known: Known) -> str:
        """That a bound node has one value, or two."""
        lines, value = self.paired(pairs, variable, self.names.fresh(stem(pairs)), known)
        if count == 2:
            more, other = self.paired(pairs, variable, self.names.fresh(stem(pairs)), known)
            lines = [*lines, *more, f"FILTER(!sameTerm({value}, {other}))"]
        return group(lines, "EXISTS") if lines else "true"

    def counted(self, relation: Fewer | More, variable: str) -> Lines:
        """A sub-SELECT that counts the values of each node."""
        value = self.names.fresh(stem(relation.pairs))
        if isinstance(relation, More):
            inside, value = self.paired(relation.pairs, variable, value)
            having = f"HAVING(COUNT(DISTINCT {value}) > {relation.count})"
        else:
            lines, value = self.paired(relation.pairs, variable, value, frozenset({relation.nodes}))
            inside = [*self.bound(relation.nodes, variable), group(lines, "OPTIONAL")]
            having = f"HAVING(COUNT(DISTINCT {value}) < {relation.count})"
        return [group([f"SELECT {variable}", group(inside, "WHERE"), f"GROUP BY {variable}", having])]

    # ── What a node has ─────────────────────────────────────────────────────────────────────────────────────────────

    def _has(self, of: Pairs | Rows, focus: str, known: Known) -> str:
        """That a bound node has a pair or a row."""
        match of:
            case NotLess():
                value, bound = self.names.fresh(stem(of.pairs)), self.names.fresh(stem(of.other))
                return group(self.not_less(of, focus, value, bound, known), "EXISTS")
            case SameLanguage(pairs):
                lines, one = self.paired(pairs, focus, self.names.fresh(stem(pairs)), known)
                more, other = self.paired(pairs, focus, self.names.fresh(stem(pairs)), known)
                alike = f'FILTER(lang({one}) != "" && lcase(lang({one})) = lcase(lang({other})))'
                return group([*lines, *more, f"FILTER(!sameTerm({one}, {other}))", alike], "EXISTS")
            case Unexpected(pairs, allowed):
                lines, node = self.paired(pairs, focus, self.names.fresh(stem(pairs)), known)
                predicate = self.names.fresh("predicate")
                triple = f"{node} {predicate} {self.names.fresh('any')} ."
                return group([*lines, triple, *not_among(predicate, allowed)], "EXISTS")
            case Solutions():
                return self._has_solution(of, focus, known)
            case Kept(Reached(nodes, path), Listed((term,))) if nodes in known and term.startswith("<"):
                return (
                    group([f"{focus} {to_sparql(path)} {term} ."], "EXISTS")
                    if not can_stay(path)
                    else self._pair(of, focus, known)
                )
            case _:
                return self._pair(of, focus, known)

    def _pair(self, of: Pairs, focus: str, known: Known) -> str:
        if is_itself(of) and start_of(of) in known:
            # Nothing but conditions on the node: they need no group.
            match of:
                case Kept(pairs, nodes):
                    return all_of([self._pair(pairs, focus, known), *self._among(pairs, nodes, focus, known)])
                case Dropped(pairs, nodes):
                    out = negated(all_of(self._among(pairs, nodes, focus, known)))
                    return all_of([self._pair(pairs, focus, known), out])
                case Failing(pairs, condition):
                    return all_of([self._pair(pairs, focus, known), negated(condition.sparql(focus))])
                case Itself():
                    return "true"
        lines, _ = self.paired(of, focus, self.names.fresh(stem(of)), known)
        return group(lines, "EXISTS") if lines else "true"

    def _among(self, pairs: Pairs, nodes: Nodes, value: str, known: Known) -> Lines:
        """Conditions that a value node of the pairs is in the set."""
        inner = innermost(pairs)
        about = frozenset({ValueNodes(inner)})
        return self.conditions(nodes, value, known | {inner.nodes} | about if isinstance(inner, Itself) else about)

    def _has_solution(self, of: Solutions, focus: str, known: Known) -> str:
        self.prefixes |= of.sparql.query.prefixes
        if of.sparql.per_value:
            lines, value = self.paired(of.pairs, focus, self.names.fresh(stem(of.pairs)), known)
            own = own_query(of.sparql, of.shape, {"this": focus, "value": value}, self.names)
            return group([*lines, f"FILTER {group(joined_body(own, ()), 'NOT EXISTS')}"], "EXISTS")
        own = own_query(of.sparql, of.shape, {"this": focus}, self.names)
        if own.is_pattern:
            return group(joined_body(own, ()), "EXISTS")
        return group([group(select_lines(own, self.distinct(of.nodes, focus)))], "EXISTS")

    def distinct(self, nodes: Nodes, variable: str) -> Lines:
        """Patterns that bind a variable to each node of a set once."""
        lines = self.bound(nodes, variable)
        return lines if isinstance(nodes, Listed) else [group([f"SELECT DISTINCT {variable}", group(lines, "WHERE")])]

    # ── Pairs ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def paired(self, relation: Pairs, focus: str, value: str, known: Known = NOTHING) -> tuple[Lines, str]:
        """
        Patterns that bind focus node and value node, and the variable that the value node then has.

        That is not `value` but `focus` where a node is its own value.
        """
        match relation:
            case Itself(nodes):
                return self.bound(nodes, focus, known), focus
            case Reached(nodes, path):
                return self._reached(nodes, path, focus, value, known), value
            case Kept(pairs, nodes):
                lines, value = self.paired(pairs, focus, value, known)
                return [*lines, *filters(self._among(pairs, nodes, value, known))], value
            case Dropped(pairs, nodes):
                lines, value = self.paired(pairs, focus, value, known)
                return [*lines, *filters([negated(all_of(self._among(pairs, nodes, value, known)))])], value
            case Failing(pairs, condition):
                lines, value = self.paired(pairs, focus, value, known)
                return [*lines, *filters([negated(condition.sparql(value))])], value
            case InBoth(pairs, other):
                lines, value = self.paired(pairs, focus, value, known)
                more, _ = self.paired(other, focus, value, known | {start_of(pairs)})
                return [*lines, *more], value
            case InOneOnly(pairs, other):
                return self._in_one_only(pairs, other, focus, value), value
            case Ways(_, inner):
                return self.paired(inner, focus, value, known)

    def _in_one_only(self, pairs: Pairs, other: Pairs, focus: str, value: str) -> Lines:
        """Both parts bind the focus node themselves: what stands outside of a UNION is not seen in there."""
        parts = []
        for these, those in ((pairs, other), (other, pairs)):
            lines, found = self.paired(these, focus, value)
            looked_for, same = self.paired(those, focus, found, frozenset({start_of(these)}))
            absent = negated(f"sameTerm({focus}, {found})" if same != found else group(looked_for, "EXISTS"))
            itself = [f"BIND({focus} AS {value})"] if found == focus else []
            parts.append(group([*lines, *itself, *filters([absent])]))
        return [" UNION ".join(parts)]

    def _reached(self, nodes: Nodes, path: Path, focus: str, value: str, known: Known) -> Lines:
        step = f"{focus} {to_sparql(path)} {value} ."
        if not (can_stay(path) and has_listed(nodes)):
            return [*self.bound(nodes, focus, known), step]
        # A listed node need not be in the graph, and no pattern finds it then: yet it reaches itself.
        start = self._in_union(nodes, focus)
        itself = [*start, f"BIND({focus} AS {value})"]
        return [f"{group([*start, step])} UNION {group(itself)}"]

    def not_less(self, relation: NotLess, focus: str, value: str, bound: str, known: Known) -> Lines:
        """Patterns that bind the value nodes, and for each the objects that it is not less than."""
        lines, value = self.paired(relation.pairs, focus, value, known)
        more, bound = self.paired(relation.other, focus, bound, known | {start_of(relation.pairs)})
        moments = self.names.fresh("moment"), self.names.fresh("moment")
        cases = less(value, bound, moments, or_equal=relation.or_equal)
        return [
            *lines,
            *more,
            _UNORDERED,
            f"BIND({moment(value)} AS {moments[0]})",
            f"BIND({moment(bound)} AS {moments[1]})",
            "FILTER(!coalesce(\n     " + "\n  || ".join(cases) + ",\n  false))",
        ]


# ── What is known of a relation by the way it is made ───────────────────────────────────────────────────────────────


def base_of(relation: Nodes) -> Nodes | None:
    """The set that all of a relation's nodes are in; None where it stands on its own."""
    match relation:
        case Without(nodes, _) | NotInExactlyOne(nodes, _) | Fewer(nodes, _, _):
            return nodes
        case More(pairs, _):
            return start_of(pairs)
        case FocusNodes(Solutions(inner)):
            return inner
        case FocusNodes(NotLess(pairs) | SameLanguage(pairs) | Unexpected(pairs)):
            return start_of(pairs)
        case FocusNodes(
            Itself() | Reached() | Kept() | Dropped() | Failing() | InBoth() | InOneOnly() | Ways() as pairs
        ):
            return start_of(pairs)
        case AnyOf(sets):
            bases = {base_of(one) for one in sets if one != Listed(())}
            return bases.pop() if len(bases) == 1 else None
        case _:
            return None


def start_of(pairs: Pairs) -> Nodes:
    """The set that the focus nodes of the pairs are in."""
    return innermost(pairs).nodes


def innermost(pairs: Pairs) -> Itself | Reached:
    """The pairs of which all of these are some, or of `InOneOnly` one of the two."""
    while not isinstance(pairs, Itself | Reached):
        pairs = pairs.inner if isinstance(pairs, Ways) else pairs.pairs
    return pairs


def is_itself(pairs: Pairs) -> bool:
    """Whether each node's value is the node itself."""
    match pairs:
        case Itself():
            return True
        case Kept(inner) | Dropped(inner) | Failing(inner) | InBoth(inner):
            return is_itself(inner)
        case _:
            return False


def stem(pairs: Pairs) -> str:
    """
    How the values are to be called: by the predicate that leads to them.

    >>> stem(Reached(Listed(()), Predicate("<urn:x#startTime>")))
    'startTime'
    """
    inner = innermost(pairs)
    path = inner.path if isinstance(inner, Reached) else None
    if isinstance(path, Sequence):
        path = path.paths[-1]
    found = re.search(r"[A-Za-z][A-Za-z0-9]*>$", path.iri) if isinstance(path, Predicate) else None
    return found[0][:-1] if found else "node"


def can_stay(path: Path) -> bool:
    """Whether a path leads from each node to the node itself, of whatever is in the graph."""
    match path:
        case Predicate():
            return False
        case Inverse(inner):
            return can_stay(inner)
        case Sequence(paths):
            return all(can_stay(one) for one in paths)
        case Alternative(paths):
            return any(can_stay(one) for one in paths)
        case Repeated(inner, least, _):
            return least == 0 or can_stay(inner)


def has_listed(nodes: Nodes) -> bool:
    """Whether some of the nodes are listed, and need not be in the graph."""
    match nodes:
        case Listed():
            return True
        case AnyOf(sets) | Common(sets):
            return any(has_listed(one) for one in sets)
        case ValueNodes(pairs):
            inner = innermost(pairs)
            return (isinstance(inner, Itself) or can_stay(inner.path)) and has_listed(inner.nodes)
        case _:
            base = base_of(nodes)
            return base is not None and has_listed(base)
