"""The rules of a view, asked of a store: what they find is gathered as evidence for edges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions

from kg.exports.rows import batches
from kg.model.errors import UsageError
from kg.ontology.model import Ontology
from kg.ontology.reader import local_name
from kg.pipeline.export_wanted import Wanted
from kg.pipeline.views import asking
from kg.pipeline.views.conditions import Condition
from kg.pipeline.views.evidence import Evidence
from kg.queries.view import FoldRule, Period, PropertyRule, QueryRule, Rule, Steps
from kg.stores.protocol import GraphStore

_NEEDED = ("source", "target")


@dataclass(frozen=True, slots=True)
class Gathering:
    """
    A store that is asked, where the rows go, and what narrows them; `notes` are for whoever reads the command.

    `timed` are the questions after times that were asked: rules of one class share them.
    """

    store: GraphStore
    ontology: Ontology
    evidence: Evidence
    chosen: Wanted
    conditions: tuple[Condition, ...]
    notes: list[str]
    timed: set[str] = field(default_factory=set)

    def gather(self, rules: Sequence[Rule]) -> None:
        """
        Ask every rule.

        Raises:
            UsageError: A query gives no ends, or cannot be narrowed as it should.
        """
        for number, rule in enumerate(rules):
            match rule:
                case FoldRule():
                    self._fold(number, rule)
                case PropertyRule():
                    self._statements(number, rule)
                case QueryRule():
                    self._query(number, rule)

    def _fold(self, number: int, rule: FoldRule) -> None:
        for side, roles in enumerate((rule.start, rule.target)):
            self.evidence.ask(
                self.store,
                asking.ends_query(rule.cls, roles),
                "ends",
                f'SELECT {side}, text_of(thing), text_of("end"), text_of(claim) FROM {{rows}} WHERE {self._counts}',
            )
        self._narrow("ends", asking.about_class(rule.cls), self._that_apply(rule))
        self.evidence.join_ends(rule.label, number, directed=rule.directed)
        about = asking.about_class(rule.cls)
        self._learn(number, about, rule.times, rule.attributes)
        if rule.weight:
            query = asking.values_query(rule.weight, about)
            amounts = "SELECT text_of(thing) AS thing, try_cast(text_of(value) AS DOUBLE) AS amount, claim FROM {rows}"
            counted = f"SELECT thing, amount FROM ({amounts}) WHERE amount IS NOT NULL AND {self._counts}"
            self.evidence.ask(self.store, query, "amounts", counted)
            self.evidence.weigh(number)

    def _statements(self, number: int, rule: PropertyRule) -> None:
        known = asking.below(self.ontology, rule.prop)
        labels = {prop.iri.value: (rule.label if prop == rule.prop else "") or prop.label or prop.key for prop in known}
        above = [(prop.iri.value, wider.value) for prop in known for wider in prop.ancestors]
        self.evidence.ask(
            self.store,
            asking.statements_query(known, rule.start, rule.target),
            "stated",
            "SELECT text_of(source), text_of(property), text_of(target), text_of(claim) FROM {rows} "
            f"WHERE {self._counts}",
        )
        self.evidence.join_stated(labels, above, number, directed=rule.directed)
        about = asking.about_class(rule.start) if rule.start else f"?thing {rule.prop.iri} ?any ."
        self._narrow("links", about, self._that_apply(rule), rule=number)
        self._learn(number, about, rule.times, rule.attributes)

    def _learn(self, number: int, about: str, times: Iterable[Period], attributes: Mapping[str, Steps]) -> None:
        asked = {asking.times_query(period, about): None for period in times}
        for query in [one for one in asked if one not in self.timed]:
            self.timed.add(query)
            told = f'SELECT text_of(thing), text_of("begin"), text_of("end") FROM {{rows}} WHERE {self._counts}'
            self.evidence.ask(self.store, query, "times", told)
        for title, way in attributes.items():
            told = f"SELECT text_of(thing), {number:d}, $title, value FROM {{rows}} WHERE {self._counts}"
            self.evidence.ask(self.store, asking.values_query(way, about), "told", told, {"title": title})

    @property
    def _counts(self) -> str:
        return self.evidence.of_claims()

    def _that_apply(self, rule: FoldRule | PropertyRule) -> tuple[Condition, ...]:
        cls = rule.cls if isinstance(rule, FoldRule) else rule.start
        if cls is None:
            domains = [self.ontology.by_iri[d] for d in rule.prop.domains if d in self.ontology.by_iri]  # type: ignore[union-attr]
            cls = domains[0] if len(domains) == 1 else None
        kept = tuple(c for c in self.conditions if cls is None or c.applies_to(self.ontology, cls))
        name = rule.label or (rule.prop.label if isinstance(rule, PropertyRule) else "")
        for condition in self.conditions:
            if condition not in kept:
                self.notes.append(
                    f"'{condition.text}' does not narrow the edges '{name}': nothing there has that property"
                )
        return kept

    def _narrow(self, table: str, about: str, conditions: Sequence[Condition], *, rule: int | None = None) -> None:
        if conditions:
            self.evidence.keep(self.store, [asking.things_query(about, conditions)], table, rule)

    def _query(self, number: int, rule: QueryRule) -> None:
        answer = self.store.answer(rule.text)
        if isinstance(answer, QueryBoolean):
            raise UsageError("an ASK query is no view", "write a SELECT of ?source and ?target, or a CONSTRUCT")
        if isinstance(answer, QuerySolutions):
            written = [variable.value for variable in answer.variables]
            names = {rule.columns.get(name, name): name for name in written}
            self._check_columns(list(names))
            self.evidence.take(answer, "answered", _answered(names))
        else:
            self._check_columns(["source", "target"])
            triples = ([str(t.subject), self._kind(t.predicate), str(t.object)] for t in answer)
            names = {name: name for name in ("source", "kind", "target")}
            self.evidence.add(triples, list(names), "answered", _answered(names))
        self.evidence.join_answered(rule.label, number, directed=rule.directed)
        if self.conditions:
            named = map(asking.about_things, batches(self.evidence.things(number), asking.AT_ONCE))
            queries = [asking.things_query(about, self.conditions) for about in named]
            self.evidence.keep(self.store, queries, "links", number)

    def _kind(self, predicate: NamedNode) -> str:
        known = self.ontology.properties.get(predicate)
        return str(Literal(known.label if known else local_name(predicate.value)))

    def _check_columns(self, names: Sequence[str]) -> None:
        missing = [f"?{name}" for name in _NEEDED if name not in names]
        if missing:
            raise UsageError(
                f"the query is no view: it has no column {' and '.join(missing)}",
                "?kind, ?label, ?weight, ?thing, ?claim, ?begin and ?end are read as well",
            )
        if (self.chosen.is_of_claims or self.chosen.min_sources) and "claim" not in names:
            raise UsageError(
                "the view cannot be narrowed to claims: its query has no column ?claim",
                "without it leave out --as-of, --claimed-by and --min-sources",
            )
        if self.conditions and "thing" not in names:
            raise UsageError("the view cannot be narrowed with --where: its query has no column ?thing")


def _answered(names: Mapping[str, str]) -> str:
    """What is taken of a view's own query, whose variables are by what they stand for; only things are ends."""
    texts = [
        f"text_of({_column(names[name])})" if name in names else "''"
        for name in ("source", "target", "kind", "label", "thing", "claim", "begin", "end")
    ]
    weight = f"try_cast(text_of({_column(names['weight'])}) AS DOUBLE)" if "weight" in names else "NULL"
    ends = " AND ".join(f"{_column(names[name])}[1] = '<'" for name in _NEEDED)
    return f"SELECT {', '.join(texts)}, {weight} FROM {{rows}} WHERE {ends}"


def _column(name: str) -> str:
    """A variable as SQL writes the name of a column."""
    return f'"{name}"'
