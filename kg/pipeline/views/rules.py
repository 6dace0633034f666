"""The rules of a view, asked of a store: what they find is gathered as evidence for edges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions

from kg.exports.rows import batches
from kg.model.errors import UsageError
from kg.model.terms import Term, text_of
from kg.ontology.model import Ontology
from kg.ontology.reader import local_name
from kg.pipeline.export_wanted import Wanted
from kg.pipeline.sources import rows_of
from kg.pipeline.views import asking
from kg.pipeline.views.conditions import Condition
from kg.pipeline.views.evidence import Evidence
from kg.queries.view import FoldRule, Period, PropertyRule, QueryRule, Rule, Steps
from kg.stores.protocol import GraphStore

_NEEDED = ("source", "target")


@dataclass(frozen=True, slots=True)
class Gathering:
    """A store that is asked, where the rows go, and what narrows them; `notes` are for whoever reads the command."""

    store: GraphStore
    ontology: Ontology
    evidence: Evidence
    chosen: Wanted
    conditions: tuple[Condition, ...]
    notes: list[str]

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
            rows = rows_of(self.store, asking.ends_query(rule.cls, roles))
            self.evidence.add("ends", ((side, text_of(t), text_of(e), text_of(c)) for t, e, c in rows))
        self._narrow("ends", asking.about_class(rule.cls), self._that_apply(rule))
        self.evidence.join_ends(rule.label, number, directed=rule.directed)
        about = asking.about_class(rule.cls)
        self._learn(number, about, rule.times, rule.attributes)
        if rule.weight:
            self._weigh(number, rule.weight, about)

    def _weigh(self, number: int, way: Steps, about: str) -> None:
        """Of several tellings of one number the lowest counts."""
        least: dict[str, float] = {}
        for thing, value, claim in rows_of(self.store, asking.values_query(way, about)):
            amount = _amount(value)
            if amount is not None and self._counts(text_of(claim)):
                least[text_of(thing)] = min(least.get(text_of(thing), amount), amount)
        self.evidence.weigh(number, ((amount, thing) for thing, amount in least.items()))

    def _statements(self, number: int, rule: PropertyRule) -> None:
        known = asking.below(self.ontology, rule.prop)
        label = {prop.iri: (rule.label if prop == rule.prop else "") or prop.label or prop.key for prop in known}
        above: Mapping[NamedNode, set[NamedNode]] = {prop.iri: set(prop.ancestors) for prop in known}
        rows = rows_of(self.store, asking.statements_query(known, rule.start, rule.target))

        def links() -> Iterator[tuple[object, ...]]:
            for source, target, claim, told in _grouped(rows):
                wider = {up for prop in told for up in above.get(prop, ())}
                for prop in sorted(told - wider, key=str):
                    kind = label[prop]
                    start, end = (source, target) if rule.directed else sorted((source, target))
                    name = f"{start} {kind} {end}"
                    yield name, start, end, kind, kind, int(rule.directed), number, source, claim, None

        self.evidence.add("links", links())
        about = asking.about_class(rule.start) if rule.start else f"?thing {rule.prop.iri} ?any ."
        self._narrow("links", about, self._that_apply(rule), rule=number)
        self._learn(number, about, rule.times, rule.attributes)

    def _learn(self, number: int, about: str, times: Iterable[Period], attributes: Mapping[str, Steps]) -> None:
        for period in times:
            found = rows_of(self.store, asking.times_query(period, about))
            self.evidence.add(
                "times", ((text_of(t), text_of(b), text_of(e)) for t, b, e, c in found if self._counts(text_of(c)))
            )
        for title, way in attributes.items():
            found = rows_of(self.store, asking.values_query(way, about))
            self.evidence.add(
                "told",
                ((text_of(t), number, title, _kept(value)) for t, value, c in found if self._counts(text_of(c))),
            )

    def _counts(self, claim: str) -> bool:
        return not self.chosen.is_of_claims or self.evidence.has_claim(claim)

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
        if self.chosen.is_of_claims:
            self.evidence.keep_claims(table)
        if conditions:
            rows = rows_of(self.store, asking.things_query(about, conditions))
            self.evidence.add("wanted", ((text_of(row[0]),) for row in rows))
            self.evidence.keep_wanted(table, rule)
            self.evidence.empty("wanted")

    def _query(self, number: int, rule: QueryRule) -> None:
        answer = self.store.answer(rule.text)
        if isinstance(answer, QueryBoolean):
            raise UsageError("an ASK query is no view", "write a SELECT of ?source and ?target, or a CONSTRUCT")
        if isinstance(answer, QuerySolutions):
            names = [rule.columns.get(variable.value, variable.value) for variable in answer.variables]
            self._check_columns(names)
            rows = (dict(zip(names, (s[n] for n in range(len(names))), strict=True)) for s in answer)
        else:
            self._check_columns(["source", "target"])
            rows = (self._of_triple(t.subject, t.predicate, t.object) for t in answer)
        for row in rows:
            self._take(number, rule, row)
        if self.chosen.is_of_claims:
            self.evidence.keep_claims("links")
        if self.conditions:
            for batch in batches(self.evidence.things(number), asking.AT_ONCE):
                query = asking.things_query(asking.about_things(batch), self.conditions)
                self.evidence.add("wanted", ((text_of(row[0]),) for row in rows_of(self.store, query)))
            self.evidence.keep_wanted("links", number)
            self.evidence.empty("wanted")

    def _of_triple(self, subject: Term, predicate: NamedNode, value: Term) -> dict[str, Term | None]:
        known = self.ontology.properties.get(predicate)
        name = known.label if known else local_name(predicate.value)
        return {"source": subject, "target": value, "kind": Literal(name)}

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

    def _take(self, number: int, rule: QueryRule, row: Mapping[str, Term | None]) -> None:
        source, target = row["source"], row["target"]
        if not isinstance(source, NamedNode) or not isinstance(target, NamedNode):
            return  # what is no thing is no end: a literal, or nothing
        kind = text_of(row.get("kind")) or rule.label
        label = text_of(row.get("label")) or kind
        name = f"{source.value} {kind} {target.value}"
        thing = text_of(row.get("thing"))
        self.evidence.add(
            "links",
            [
                (name, source.value, target.value, kind, label, int(rule.directed), number, thing or name,
                 text_of(row.get("claim")), _amount(row.get("weight"))),
            ],
        )  # fmt: skip
        begin, end = text_of(row.get("begin")), text_of(row.get("end"))
        if begin or end:
            self.evidence.add("times", [(thing or name, begin, end)])


def _grouped(rows: Iterable[Sequence[Term | None]]) -> Iterator[tuple[str, str, str, set[NamedNode]]]:
    """Statements by their ends and claim, with all properties told of them."""
    found: dict[tuple[str, str, str], set[NamedNode]] = defaultdict(set)
    for source, prop, target, claim in rows:
        if isinstance(prop, NamedNode):
            found[text_of(source), text_of(target), text_of(claim)].add(prop)
    for (source_, target_, claim_), props in found.items():
        yield source_, target_, claim_, props


def _amount(term: Term | None) -> float | None:
    try:
        return float(text_of(term)) if term is not None else None
    except ValueError:
        return None


def _kept(term: Term | None) -> str:
    """A value as a table keeps it: an IRI in brackets, to be named later; a literal as its N-Triples."""
    return str(term)
