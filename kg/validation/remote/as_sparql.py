"""
The second target: relations as SPARQL 1.1 queries, for data behind an endpoint and for people who read queries.

Focus nodes are bound by their target first; what else is asked of a node is a condition on the bound variable, in
EXISTS or NOT EXISTS. Value nodes are sets, and patterns give bags, so DISTINCT stands wherever that could differ; where
results that look alike are several, what tells them apart is distinct in a sub-SELECT and left out after.

Spec: https://www.w3.org/TR/sparql11-query/
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.validation.plan import Check
from kg.validation.relations import (
    Dropped,
    Failing,
    InBoth,
    InOneOnly,
    Itself,
    Kept,
    Nodes,
    NotLess,
    Pairs,
    Reached,
    Rows,
    SameLanguage,
    Solutions,
    Unexpected,
    ValueNodes,
    Ways,
)
from kg.validation.remote.as_sparql_own import joined_body, own_query, select_lines
from kg.validation.remote.as_sparql_patterns import NOTHING, Known, Patterns, is_itself
from kg.validation.remote.as_sparql_text import Lines, group, not_among, with_prefixes
from kg.validation.shapes.conditions import NotTranslatable
from kg.validation.shapes.paths import Predicate

__all__ = ["NotTranslatable", "count_query", "query_for", "query_of"]


def query_for(check: Check) -> str:
    """
    The query whose solutions are the results of one constraint: ?focus, and ?path and ?value where there are such.

    Each solution is one result. A query of the shape itself also gives the variables that its messages name.

    Raises:
        NotTranslatable: SPARQL 1.1 cannot say it exactly.
    """
    path = check.shape.path
    return query_of(check.relation, check.within, path=path.iri if isinstance(path, Predicate) else "")


def query_of(relation: Nodes | Pairs | Rows, within: Pairs | None = None, *, path: str = "", graph: str = "") -> str:
    """
    A relation as a query; see `query_for`.

    `path` is the predicate that ?path shows where the relation has none of its own, `graph` the address of the graph
    to ask in place of the default graph. `within` gives each row once for every pair whose value node is its focus
    node; see `Evaluator.rows`.

    >>> from kg.validation.relations import Fewer, Instances
    >>> nodes = Instances("<urn:x:Event>")
    >>> print(query_of(Fewer(nodes, Reached(nodes, Predicate("<urn:x:day>")), 1)))
    PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    <BLANKLINE>
    SELECT DISTINCT ?focus
    WHERE {
      ?focus rdf:type/rdfs:subClassOf* <urn:x:Event> .
      FILTER NOT EXISTS {
        ?focus <urn:x:day> ?day .
      }
    }

    Raises:
        NotTranslatable: SPARQL 1.1 cannot say it exactly.
    """
    query = _Query(within, path)
    lines = query.lines(relation)
    if graph:
        lines.insert(1, f"FROM <{graph}>")
    return with_prefixes("\n".join(lines), query.patterns.prefixes)


def count_query(relation: Nodes, *, graph: str = "") -> str:
    """
    The query that counts a set of nodes, as ?total.

    >>> from kg.validation.relations import Listed
    >>> print(count_query(Listed(("<urn:a>",))))
    SELECT (COUNT(DISTINCT ?focus) AS ?total)
    WHERE {
      VALUES ?focus { <urn:a> }
    }

    Raises:
        NotTranslatable: SPARQL 1.1 cannot say it exactly.
    """
    lines = ["SELECT (COUNT(DISTINCT ?focus) AS ?total)", *([f"FROM <{graph}>"] if graph else [])]
    return with_prefixes("\n".join([*lines, group(Patterns().bound(relation, "?focus"), "WHERE")]), {})


class _Query:
    """
    One query in the making.

    `parents` binds, where there is a `within`, ?focus to its value nodes and a variable to their focus nodes, so that
    each row comes once for each of these.
    """

    def __init__(self, within: Pairs | None, path: str) -> None:
        self.patterns = Patterns()
        self.shown = [f"({path} AS ?path)"] if path else []
        self.parents: Lines = []
        self.keys = ["?focus"]
        self.known: Known = NOTHING
        self.within = within

    def lines(self, relation: Nodes | Pairs | Rows) -> Lines:
        """The lines of the query, the first of them the outermost SELECT."""
        if isinstance(relation, Solutions) and not relation.sparql.per_value:
            return self._own(relation)
        self._bind_parents()
        match relation:
            case NotLess():
                return self._not_less(relation)
            case Unexpected():
                return self._unexpected(relation)
            case SameLanguage():
                return self._same_language(relation)
            case Solutions():
                return self._validated(relation)
            case Itself() | Reached() | Kept() | Dropped() | Failing() | InBoth() | InOneOnly() | Ways():
                found, value = self.patterns.paired(relation, "?focus", "?value", self.known)
                return self._pairs(found, value)
            case _:
                found = self.patterns.bound(relation, "?focus", self.known)
                return _select(["?focus", *self.shown], [*self.parents, *found], self.keys)

    def _bind_parents(self) -> None:
        if self.within is not None:
            self.parents, self.keys, last = self._ways(self.within, "?focus")
            self.known = frozenset({ValueNodes(last)})

    def _ways(self, within: Pairs, value: str) -> tuple[Lines, list[str], Pairs]:
        """Patterns that bind the nodes on each way to a value node, their variables, and the last pairs of the way."""
        parent = self.patterns.names.fresh("parent")
        if not isinstance(within, Ways):
            lines, found = self.patterns.paired(within, parent, value)
            return lines, [parent, *({value} if found != parent else ())], within
        outer, keys, last = self._ways(within.outer, parent)
        lines, _ = self.patterns.paired(within.inner, parent, value, frozenset({ValueNodes(last)}))
        return [*outer, *lines], [*keys, value], within.inner

    def _pairs(self, found: Lines, value: str) -> Lines:
        lines = [*self.parents, *found]
        if value == "?focus":
            return _select(["?focus", *self.shown, "(?focus AS ?value)"], lines, self.keys)
        return _select(["?focus", *self.shown, value], lines, [*self.keys, value])

    def _not_less(self, relation: NotLess) -> Lines:
        bound = self.patterns.names.fresh("bound")
        found = self.patterns.not_less(relation, "?focus", "?value", bound, self.known)
        return _select(["?focus", *self.shown, "?value"], [*self.parents, *found], [*self.keys, "?value", bound])

    def _unexpected(self, relation: Unexpected) -> Lines:
        node = self.patterns.names.fresh("node")
        found, node = self.patterns.paired(relation.pairs, "?focus", node, self.known)
        lines = [*self.parents, *found, f"{node} ?path ?value .", *not_among("?path", relation.predicates)]
        keys = [*self.keys, *({node} - {"?focus"}), "?path", "?value"]
        return _select(["?focus", "?path", "?value"], lines, keys)

    def _same_language(self, relation: SameLanguage) -> Lines:
        tag = self.patterns.names.fresh("tag")
        found, value = self.patterns.paired(relation.pairs, "?focus", "?value", self.known)
        tagged = f'FILTER(isLiteral({value}) && lang({value}) != "")'
        inside = [*self.parents, *found, tagged, f"BIND(lcase(lang({value})) AS {tag})"]
        by = ["GROUP BY " + " ".join([*self.keys, tag]), f"HAVING(COUNT(DISTINCT {value}) > 1)"]
        return [" ".join(["SELECT ?focus", *self.shown]), group(inside, "WHERE"), *by]

    def _validated(self, relation: Solutions) -> Lines:
        """The value nodes of which ASK says no."""
        self.patterns.prefixes |= relation.sparql.query.prefixes
        found, value = self.patterns.paired(relation.pairs, "?focus", "?value", self.known)
        renamed = {"this": "?focus", "value": value}
        own = own_query(relation.sparql, relation.shape, renamed, self.patterns.names)
        return self._pairs([*found, f"FILTER {group(joined_body(own, ()), 'NOT EXISTS')}"], value)

    def _own(self, relation: Solutions) -> Lines:
        """The shape's SELECT; its variables are named before all others, as messages speak of them."""
        self.patterns.prefixes |= relation.sparql.query.prefixes
        itself = is_itself(relation.pairs)
        value = self.patterns.names.fresh("ownValue") if itself else "?value"
        renamed = {"this": "?focus", "value": value, "path": "?path"}
        own = own_query(relation.sparql, relation.shape, renamed, self.patterns.names)
        target = self.patterns.distinct(relation.nodes, "?focus")
        columns = [f"?{name}" for name in own.columns if name != "focus"]
        shown = [] if "?path" in columns else list(self.shown)
        if itself:
            # The value node of a node shape is the focus node, unless the query says.
            shown.append(f"(coalesce({value}, ?focus) AS ?value)" if value in columns else "(?focus AS ?value)")
            columns = [name for name in columns if name != value]
        lines = [group(select_lines(own, target))]
        self._bind_parents()
        if self.parents:
            lines.insert(0, group(["SELECT DISTINCT " + " ".join(self.keys), group(self.parents, "WHERE")]))
        return [" ".join(["SELECT ?focus", *shown, *columns]), group(lines, "WHERE")]


def _select(columns: Sequence[str], lines: Lines, keys: Sequence[str]) -> Lines:
    """A SELECT of distinct keys; where some of them are no columns, they are left out when all are distinct."""
    if set(keys) <= set(columns):
        return ["SELECT DISTINCT " + " ".join(columns), group(lines, "WHERE")]
    inner = group(["SELECT DISTINCT " + " ".join(keys), group(lines, "WHERE")])
    return ["SELECT " + " ".join(columns), group([inner], "WHERE")]
