"""
An entry with holes → its plan.

The entry is taken apart into facets, each of which depends on few columns: who it is about, each value, what the claim
rests on. Every facet is learnt by trying the reference; what is put together here is only what differs by row in whole:
which entries there are, and what they are called.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from kg.mapping.claims import CLAIM_WORDS, VOICE_AND_BASIS, Head, claim_iri, describe, taken_apart
from kg.mapping.plan.facets import CLAIM_NAME, NotCompiled, add_odd, either, one_by_one
from kg.mapping.plan.forms import TEXT, Form, forms_of_id, forms_of_value, plain_columns
from kg.mapping.plan.learning import Facet
from kg.mapping.plan.pieces import ALWAYS, NEVER, All, EntryPlan, Flag, Named, Not, OneOf, When
from kg.mapping.plan.probe import CLAIM, SUBJECT, Probe, Said, is_confusing
from kg.mapping.plan.thing_plans import Thing, ThingCompiler, is_named
from kg.mapping.scope import Slot
from kg.mapping.templates.holes import Entry, Hole, Template, columns_of
from kg.mapping.things import write_values
from kg.model.records import Mapping as Record
from kg.model.records import Node, Scalar
from kg.ontology import vocabulary as v

_DECIDING = frozenset({v.WORD_VOICE, v.WORD_OCCURRENCE})

ClaimKeys: TypeAlias = tuple[tuple[Scalar, Template], ...]
"""The keys of an entry that are the claim's, with their templates."""


class Compiler(ThingCompiler):
    """Compiles the entries of one mapping."""

    def compile(self, entry: Entry, *, shared: bool = False) -> EntryPlan:
        """
        The plan of one entry; a shared one may lack its id in a row. The mapping's `where` is not looked at.

        Raises:
            NotCompiled: It holds what only the reference does.
        """
        scope = self.opened.scope
        if is_confusing((scope.document.value, scope.context.base, scope.context.analyst)):
            raise NotCompiled
        plan = EntryPlan()
        plan.flags["here"] = self.condition(entry.condition, plan)
        head = tuple((k, t) for k, t in entry.keys if self._is_of_claim(k))
        things = self._things(entry, plan, inferred=self._is_analysts(head), shared=shared)
        if len(things) == 1:
            plan.certain += ("is0",)
        plan.flags["exists"] = All((Flag("here"), OneOf(tuple(thing.exists for thing in things))))
        plan.exists = Flag("exists")
        self._name_claim(head, things, plan)
        stated = OneOf(tuple(self.compile_thing(thing, plan, number) for number, thing in enumerate(things)))
        self._describe(head, things, stated, plan)
        plan.things = [((Named(thing.names[SUBJECT.value]),), thing.exists) for thing in things]
        plan.things.append(((Named(CLAIM_NAME),), plan.exists))
        return plan

    def compile_names(self, entry: Entry) -> EntryPlan:
        """
        The plan of an entry's names alone: which things and claims a row may be about, conditions left aside.

        Raises:
            NotCompiled: As `compile`.
        """
        plan = EntryPlan()
        plan.flags["here"] = ALWAYS
        head = tuple((k, t) for k, t in entry.keys if self._is_of_claim(k))
        things = self._things(replace(entry, condition=None), plan, inferred=False, shared=True)
        for number in range(len(things)):
            plan.flags[f"is{number}"] = is_named(number)
        plan.flags["exists"] = OneOf(tuple(thing.exists for thing in things))
        plan.exists = Flag("exists")
        self._name_claim(head, things, plan)
        plan.odd = NEVER
        plan.things = [((Named(thing.names[SUBJECT.value]),), thing.exists) for thing in things]
        plan.things.append(((Named(CLAIM_NAME),), plan.exists))
        return plan

    # ── Which things ────────────────────────────────────────────────────────────────────────────────────────────────

    def _things(self, entry: Entry, plan: EntryPlan, *, inferred: bool, shared: bool) -> list[Thing]:
        says = entry.get(v.WORD_SAYS)
        if says is None:
            rest = tuple((k, t) for k, t in entry.keys if not self._is_of_claim(k))
            entries: tuple[Template, ...] = (Entry(rest, None, entry.line, entry.column),)
        elif any(not self._is_of_claim(k) and k.text != v.WORD_SAYS for k, _ in entry.keys):
            raise NotCompiled
        else:
            entries = one_by_one(says)
        found: list[Thing] = []
        for number, one in enumerate(entries):
            if not isinstance(one, Entry):
                raise NotCompiled
            thing = _by_first_name(self.thing(one, number, plan), [earlier.names for earlier in found], plan)
            thing = replace(thing, inferred=inferred, vanishes=says is not None)
            found.append(thing)
            if (says is not None or not shared) and isinstance(one.get(v.WORD_ID), Hole):
                # A row that gives an entry no id is odd: the reference says so.
                add_odd(plan, All((thing.asked, Not(is_named(number)))))
        return found

    # ── The claim ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _is_of_claim(self, key: Scalar) -> bool:
        own = key.text in CLAIM_WORDS and key.text != v.WORD_SAYS
        return own or key.text in self.ontology.claim_keys

    def _is_voice_or_basis(self, key: Scalar) -> bool:
        prop = self.ontology.claim_keys.get(key.text)
        return key.text in _DECIDING or (prop is not None and prop.iri in VOICE_AND_BASIS)

    def _is_analysts(self, head: ClaimKeys) -> bool:
        """Whether the claim is the analyst's own, which no cell may decide."""
        for key, template in head:
            prop = self.ontology.claim_keys.get(key.text)
            if key.text == v.WORD_VOICE or (prop is not None and prop.iri == v.ANALYST):
                if columns_of(template):
                    raise NotCompiled
                if key.text != v.WORD_VOICE or (isinstance(template, Scalar) and template.text == v.WORD_ANALYST):
                    return True
        return False

    def _name_claim(self, head: ClaimKeys, things: list[Thing], plan: EntryPlan) -> None:
        by_key = tuple((k, t) for k, t in head if k.text == v.WORD_CLAIM)
        counted = tuple((k, t) for k, t in head if self._is_voice_or_basis(k) or self._is_coded(k))
        keys = by_key or counted
        subjects = [f"{SUBJECT.value}{number}:" for number in range(len(things))]
        if len(things) > 1 and not by_key:
            # A claim without a name is named by all it is about: rows that lack one are left to the reference.
            every = All(tuple(thing.exists for thing in things))
            add_odd(plan, All((plan.exists, Not(every))))

        def say(record: Record, plain: frozenset[str]) -> Said:
            probe = Probe(self.opened.scope, plain)
            found = self._head(probe, record)
            iri = claim_iri(replace(probe.scope, graph=self.opened.scope.graph), found, subjects, self.opened.origin)
            if iri is not None:
                probe.said.terms["iri"] = iri.value
            return probe.finished()

        names = {mark: thing.names[SUBJECT.value] for mark, thing in zip(subjects, things, strict=True)}
        before = len(plan.introduced)
        columns = columns_of(*(t for _, t in keys))
        forms = () if self._are_sorted(keys) else _forms_of_head(keys, named=bool(by_key))
        facet = Facet(columns, self.record(keys, None), self.checked(say), forms)
        learnt = self.learner.learn(facet, plan, names, plan.exists)
        plan.names[CLAIM_NAME] = either(learnt.terms.get("iri", []))
        plan.introduced[before:] = [i._replace(iri=(Named(CLAIM_NAME),)) for i in plan.introduced[before:]]
        add_odd(plan, All((plan.exists, OneOf((learnt.odd, Not(learnt.given))))))
        if by_key and columns:
            # A row whose claim is called by an empty cell is named by its content, which the reference does.
            add_odd(plan, All((plan.exists, Not(self.gives(by_key[0][1], plan)))))

    def _are_sorted(self, keys: ClaimKeys) -> bool:
        """Whether several texts say whose word a claim is: their order in its name differs from row to row."""
        props = {key.text: prop.iri for key, _ in keys if (prop := self.ontology.claim_keys.get(key.text)) is not None}
        return sum(len(one_by_one(t)) for k, t in keys if props.get(k.text) in (v.SPEAKER, v.ANALYST, v.BECAUSE)) > 1

    def _is_coded(self, key: Scalar) -> bool:
        prop = self.ontology.claim_keys.get(key.text)
        return prop is not None and prop.iri == v.CODED_IN

    @staticmethod
    def _head(probe: Probe, record: Record) -> Head:
        """What the keys of a claim say, as the reference takes them apart."""
        keys, words, _ = taken_apart(probe.scope, record)
        return Head(record._replace(entries=()), keys, words, ())

    def _describe(self, head: ClaimKeys, things: list[Thing], stated: When, plan: EntryPlan) -> None:
        core = tuple((k, t) for k, t in head if self._is_voice_or_basis(k))
        others = [(k, t) for k, t in head if not self._is_voice_or_basis(k) and k.text not in CLAIM_WORDS]
        when = Flag("described")

        def say(record: Record, plain: frozenset[str]) -> Said:
            probe = Probe(self.opened.scope, plain)
            describe(probe.scope, self._head(probe, record), CLAIM, self.opened.origin)
            return probe.finished()

        facet = Facet(columns_of(*(t for _, t in core)), self.record(core, None), self.checked(say))
        learnt = self.learner.learn(facet, plan, {CLAIM.value: CLAIM_NAME}, when)
        add_odd(plan, All((plan.exists, learnt.odd)))
        given = [
            self._compile_head_key(key, one, plan, when) for key, template in others for one in one_by_one(template)
        ]
        given += [self.gives(t, plan) for k, t in core if k.text not in CLAIM_WORDS]
        described = OneOf((stated, *given))
        plan.flags["described"] = All((plan.exists, described))
        add_odd(plan, All((plan.exists, Not(described))))
        for thing in things:
            self._say_about(thing, plan, All((when, thing.exists)))

    def _say_about(self, thing: Thing, plan: EntryPlan, when: When) -> None:
        def say(_filled: object, plain: frozenset[str]) -> Said:
            probe = Probe(self.opened.scope, plain)
            probe.scope.subjects[SUBJECT] = None
            return probe.finished()

        self.learner.learn(Facet((), lambda _row: True, say), plan, thing.names, when)

    def _compile_head_key(self, key: Scalar, template: Template, plan: EntryPlan, when: When) -> When:
        prop = self.ontology.claim_keys[key.text]

        def say(node: Node, plain: frozenset[str]) -> Said:
            probe = Probe(self.opened.scope, plain)
            write_values(replace(probe.scope, graph=probe.scope.document), Slot(CLAIM, prop, key), node)
            return probe.finished()

        forms = forms_of_value(prop, template, self.ontology) if isinstance(template, Hole) else ()
        facet = Facet(columns_of(template), self.node(template), self.checked(say), forms)
        learnt = self.learner.learn(facet, plan, {CLAIM.value: CLAIM_NAME}, when)
        add_odd(plan, All((plan.exists, learnt.odd)))
        return learnt.given


def _by_first_name(thing: Thing, earlier: list[dict[str, str]], plan: EntryPlan) -> Thing:
    """A thing that several entries of a claim are about has one name, so that what is said of it twice is said once."""
    own = plan.names[thing.names[SUBJECT.value]]
    first = next((names[SUBJECT.value] for names in earlier if plan.names[names[SUBJECT.value]] == own), None)
    return replace(thing, names={**thing.names, SUBJECT.value: first}) if first is not None else thing


def _forms_of_head(keys: ClaimKeys, *, named: bool) -> tuple[Form, ...]:
    """Forms in which what names a claim can be plain: a name, or texts that are counted."""
    forms: dict[str, Form] = {}
    for _, template in keys:
        for one in one_by_one(template):
            if not columns_of(one):
                continue
            columns = plain_columns(one) if isinstance(one, Hole) else ()
            own = forms_of_id(one) if named and isinstance(one, Hole) else (TEXT,) * len(columns)
            if not own or not set(forms).isdisjoint(columns):
                return ()
            forms.update(zip(columns, own, strict=True))
    return tuple(forms[column] for column in columns_of(*(t for _, t in keys)))
