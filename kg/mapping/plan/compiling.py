"""
An entry with holes → its plan.

The entry is taken apart into facets, each of which depends on few columns: who it is about, each value, what the claim
rests on. Every facet is learnt by trying the reference; what is put together here is only what differs by row in whole:
which entries there are, and what they are called.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias

from pyoxigraph import NamedNode

from kg.mapping.claims import CLAIM_WORDS, VOICE_AND_BASIS, Head, claim_iri, describe, taken_apart
from kg.mapping.engines.rows import Opened
from kg.mapping.iris import below
from kg.mapping.plan.emission import Learnt
from kg.mapping.plan.forms import TEXT, Form, forms_of_id, forms_of_value, plain_columns
from kg.mapping.plan.learning import Facet, Learner
from kg.mapping.plan.pieces import (
    ALWAYS,
    NEVER,
    All,
    Either,
    EntryPlan,
    Flag,
    Named,
    Not,
    OneOf,
    Pieces,
    When,
)
from kg.mapping.plan.probe import CLAIM, NESTED, SUBJECT, Probe, Said, is_confusing
from kg.mapping.scope import Scope, Slot
from kg.mapping.templates.filling import Row
from kg.mapping.templates.holes import Column, Condition, Entry, Hole, Items, Steps, Template, Test, columns_of
from kg.mapping.things import thing_iri, types_of, write_key, write_thing, write_values
from kg.model.findings import Finding
from kg.model.records import Mapping as Record
from kg.model.records import Node, Scalar
from kg.model.statements import Mapped
from kg.ontology import Class, Property
from kg.ontology import vocabulary as v

_NAMES = frozenset({v.WORD_ID, v.WORD_ABOUT, v.WORD_TYPE})
_CLAIM_NAME = "claim"
_DECIDING = frozenset({v.WORD_VOICE, v.WORD_OCCURRENCE})

Head_: TypeAlias = tuple[tuple[Scalar, Template], ...]
"""The keys of an entry that are the claim's, with their templates."""


class NotCompiled(Exception):
    """What an entry asks for is done row by row."""


@dataclass(frozen=True, slots=True)
class Thing:
    """
    An entry about a thing: the names of the row's texts that marks stand for, and when the row has it.

    `asked` is when the row should have it, by the conditions. `possible` are the classes that some row gives it,
    `expected` is the one that it has where the row gives none. `vanishes` where it is left out with all its holes empty.
    """

    entry: Entry
    names: dict[str, str]
    types: tuple[Template, ...]
    adds: bool
    asked: When
    exists: When
    inferred: bool = False
    possible: dict[NamedNode, Class] = field(default_factory=dict)
    expected: Class | None = None
    vanishes: bool = True


class Compiler:
    """Compiles the entries of one mapping."""

    def __init__(self, opened: Opened, learner: Learner) -> None:
        self._opened = opened
        self._learner = learner
        self._ontology = opened.scope.context.ontology

    def compile(self, entry: Entry, *, shared: bool = False) -> EntryPlan:
        """
        The plan of one entry; a shared one may lack its id in a row. The mapping's `where` is not looked at.

        Raises:
            NotCompiled: It holds what only the reference does.
        """
        scope = self._opened.scope
        if is_confusing((scope.document.value, scope.context.base, scope.context.analyst)):
            raise NotCompiled
        plan = EntryPlan()
        plan.flags["here"] = self._condition(entry.condition, plan)
        head = tuple((k, t) for k, t in entry.keys if self._is_of_claim(k))
        things = self._things(entry, plan, inferred=self._is_analysts(head), shared=shared)
        if len(things) == 1:
            plan.certain |= {"is0"}
        plan.flags["exists"] = All((Flag("here"), OneOf(tuple(thing.exists for thing in things))))
        plan.exists = Flag("exists")
        self._name_claim(head, things, plan)
        stated = OneOf(tuple(self._compile_thing(thing, plan, number) for number, thing in enumerate(things)))
        self._describe(head, things, stated, plan)
        plan.things = [((Named(thing.names[SUBJECT.value]),), thing.exists) for thing in things]
        plan.things.append(((Named(_CLAIM_NAME),), plan.exists))
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
            plan.flags[f"is{number}"] = _named(number)
        plan.flags["exists"] = OneOf(tuple(thing.exists for thing in things))
        plan.exists = Flag("exists")
        self._name_claim(head, things, plan)
        plan.odd = NEVER
        plan.things = [((Named(thing.names[SUBJECT.value]),), thing.exists) for thing in things]
        plan.things.append(((Named(_CLAIM_NAME),), plan.exists))
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
            entries = _one_by_one(says)
        found = []
        for number, one in enumerate(entries):
            if not isinstance(one, Entry):
                raise NotCompiled
            thing = replace(self._thing(one, number, plan), inferred=inferred, vanishes=says is not None)
            found.append(thing)
            if (says is not None or not shared) and isinstance(one.get(v.WORD_ID), Hole):
                # A row that gives an entry no id is odd: the reference says so.
                _add_odd(plan, All((thing.asked, Not(_named(number)))))
        return found

    def _thing(self, entry: Entry, number: int, plan: EntryPlan) -> Thing:
        own, about = entry.get(v.WORD_ID), entry.get(v.WORD_ABOUT)
        template = own if own is not None else about
        if template is None or (own is not None and about is not None) or not isinstance(template, Hole | Scalar):
            raise NotCompiled
        key = Scalar(v.WORD_ID if own is not None else v.WORD_ABOUT, template.line, template.column)

        def say(node: Node, plain: frozenset[str]) -> Said:
            probe = Probe(self._opened.scope, plain)
            iri = thing_iri(probe.scope, Record(((key, node),), template.line, template.column))
            if iri is not None:
                probe.said.terms["iri"] = iri.value
            return probe.finished()

        learnt = self._learn_name(template, say, plan, {})
        name = f"thing{number}"
        plan.names[name] = _either(learnt.terms.get("iri", []))
        plan.flags[_named(number).name] = learnt.given
        asked = All((Flag("here"), self._condition(entry.condition, plan)))
        _add_odd(plan, All((asked, learnt.odd)))
        names = {SUBJECT.value: name, CLAIM.value: _CLAIM_NAME}
        types = tuple(t for k, t in entry.keys if k.text == v.WORD_TYPE)
        return Thing(entry, names, types, about is not None, asked, Flag(f"is{number}"))

    # ── What is said of a thing ─────────────────────────────────────────────────────────────────────────────────────

    def _compile_thing(self, thing: Thing, plan: EntryPlan, number: int) -> When:
        """Compile what is said of a thing; when the claim states any of it."""
        kind = self._kind(thing, plan)
        said: list[Learnt] = []
        for key, template in thing.entry.keys:
            if key.text not in _NAMES:
                said += [self._compile_key(thing, key, one, plan) for one in _one_by_one(template)]
        filled = self._filled(thing, said, plan) if thing.vanishes else ALWAYS
        plan.flags[f"is{number}"] = All((thing.asked, _named(number), filled))
        return All((thing.exists, OneOf((kind.stated, *(one.stated for one in said)))))

    def _filled(self, thing: Thing, said: list[Learnt], plan: EntryPlan) -> When:
        """When some hole of an entry of `says` gives something, or something wrong; `said` is under its other keys."""
        own = thing.entry.get(v.WORD_ID) or thing.entry.get(v.WORD_ABOUT)
        open_ = [t for _, t in thing.entry.keys if not isinstance(t, Scalar)]
        if not open_ or isinstance(own, Hole) or not _may_vanish(thing.entry):
            return ALWAYS
        types = tuple(self._gives(t, plan) for t in thing.types if columns_of(t))
        return OneOf((*types, *(one.asked for one in said)))

    def _kind(self, thing: Thing, plan: EntryPlan) -> Learnt:
        """The classes of a thing, and that it is introduced or added to."""
        keys = tuple((k, _fixed_name(k, t)) for k, t in thing.entry.keys if k.text in _NAMES)

        def say(record: Record, plain: frozenset[str]) -> Said:
            probe = self._probe(thing, plain)
            write_thing(probe.scope, record, SUBJECT)
            for named in (node for key, node in record.entries if key.text == v.WORD_TYPE):
                for cls, _ in types_of(self._silent(probe), named):
                    thing.possible[cls.iri] = cls
            return probe.finished()

        facet = Facet(columns_of(*(t for _, t in keys)), self._record(keys, thing.entry), self._checked(say))
        learnt = self._learner.learn(facet, plan, thing.names, thing.exists)
        _add_odd(plan, All((thing.exists, learnt.odd)))
        return learnt

    def _compile_key(self, thing: Thing, key: Scalar, template: Template, plan: EntryPlan) -> Learnt:
        """Compile what stands under one key."""
        prop = self._ontology.thing_keys.get(key.text)
        if isinstance(template, Entry) and prop is not None and self._can_be_opened(template, prop):
            return self._compile_nested(thing, key, template, prop, plan)
        types = self._types_that_matter(thing, prop)

        def say(filled: tuple[Node, tuple[Node, ...]], plain: frozenset[str]) -> Said:
            node, named = filled
            probe = self._probe(thing, plain)
            classes = self._classes(probe, thing, (types, named), node)
            write_key(probe.scope, SUBJECT, (key, node), classes, adds=thing.adds)
            return probe.finished()

        plain: tuple[Form, ...] = ()
        if prop is not None and isinstance(template, Hole) and not types:
            plain = forms_of_value(prop, template, self._ontology)
        columns = tuple(dict.fromkeys((*columns_of(template), *columns_of(*types))))
        facet = Facet(columns, self._with_types(template, types), self._checked(say), plain)
        learnt = self._learner.learn(facet, plan, thing.names, thing.exists)
        _add_odd(plan, All((thing.exists, learnt.odd)))
        return learnt

    def _types_that_matter(self, thing: Thing, prop: Property | None) -> tuple[Template, ...]:
        """The templates of a thing's classes, where it depends on them whether it has the property."""
        if prop is None or not prop.domains:
            return ()
        # What another entry introduces, and a row gives no class, is looked up there.
        told_elsewhere = thing.adds and columns_of(*thing.types)
        fits = all(
            any(self._ontology.is_kind_of(cls, domain) for domain in prop.domains) for cls in thing.possible
        )  # fmt: skip
        return () if fits and not told_elsewhere else thing.types

    def _classes(
        self, probe: Probe, thing: Thing, given: tuple[tuple[Template, ...], tuple[Node, ...]], at: Node
    ) -> list[tuple[Class, Node]]:
        """The classes of a thing in a row, of the templates that matter and what they give; any where none matters."""
        types, named = given
        if not types:
            return [(cls, at) for cls in list(thing.possible.values())[:1]]
        found = [pair for one in named for pair in types_of(self._silent(probe), one)]
        return found or ([(thing.expected, at)] if thing.expected is not None else [])

    def _can_be_opened(self, entry: Entry, prop: Property) -> bool:
        """Whether the keys of a nested entry can be learnt one by one: its name does not depend on all of them."""
        cls = self._ontology.value_class(prop)
        return (
            cls is not None
            and not (prop.syntax or cls.syntax)
            and entry.get(v.WORD_ID) is not None
            and entry.get(v.WORD_ABOUT) is None
            and entry.get(v.WORD_INFERRED) is None
            and bool(columns_of(entry))
        )

    def _compile_nested(self, thing: Thing, key: Scalar, entry: Entry, prop: Property, plan: EntryPlan) -> Learnt:
        number = len(plan.names)
        flag, name = Flag(f"is_nested{number}"), f"nested{number}"
        asked = self._condition(entry.condition, plan)
        called = self._call_nested(thing, entry, prop, plan, name)
        here = All((thing.exists, flag))
        names = {**thing.names, below(SUBJECT, prop.key, NESTED).value: name}
        outer = replace(thing, names=names, exists=here)
        given = self._link_nested(outer, key, entry, prop, plan)
        own = {SUBJECT.value: name, CLAIM.value: _CLAIM_NAME}
        types = tuple(t for k, t in entry.keys if k.text == v.WORD_TYPE)
        expected = self._ontology.value_class(prop)
        inner = replace(outer, entry=entry, names=own, types=types, adds=False, possible=given, expected=expected)
        filled: list[When] = [] if isinstance(entry.get(v.WORD_ID), Scalar) else [called.given]
        for inner_key, template in entry.keys:
            if columns_of(template) and inner_key.text not in _NAMES:
                filled += [self._compile_key(inner, inner_key, one, plan).asked for one in _one_by_one(template)]
            elif inner_key.text == v.WORD_TYPE and columns_of(template):
                filled.append(self._gives(template, plan))
        plan.flags[flag.name] = All((asked, OneOf(tuple(filled)) if _may_vanish(entry) else ALWAYS))
        _add_odd(plan, All((here, OneOf((called.odd, Not(called.given))))))
        return Learnt(flag, NEVER, flag)

    def _call_nested(self, thing: Thing, entry: Entry, prop: Property, plan: EntryPlan, name: str) -> Learnt:
        """Learn what a nested entry is called."""
        own = entry.get(v.WORD_ID)
        assert own is not None  # noqa: S101 # `_can_be_opened` asks for it

        def say(node: Node, plain: frozenset[str]) -> Said:
            probe = self._probe(thing, plain)
            record = Record(((Scalar(v.WORD_ID, 0, 0), node),), 0, 0)
            iri = thing_iri(probe.scope, record, SUBJECT, prop.key)
            if iri is not None:
                probe.said.terms["iri"] = iri.value
            return probe.finished()

        learnt = self._learn_name(own, say, plan, thing.names)
        plan.names[name] = _either(learnt.terms.get("iri", []))
        return learnt

    def _link_nested(
        self, outer: Thing, key: Scalar, entry: Entry, prop: Property, plan: EntryPlan
    ) -> dict[NamedNode, Class]:
        """Learn what no other key of a nested entry decides: that it is there, and its classes, which are returned."""
        keys = tuple((k, t) for k, t in entry.keys if k.text != v.WORD_ID and (k.text in _NAMES or not columns_of(t)))
        types = self._types_that_matter(outer, prop)
        expected = self._ontology.value_class(prop)
        possible: dict[NamedNode, Class] = {}

        def say(filled: tuple[Record, tuple[Node, ...]], plain: frozenset[str]) -> Said:
            record, named = filled
            probe = self._probe(outer, plain)
            classes = self._classes(probe, outer, (types, named), record)
            record = record._replace(entries=(_nested_name(entry), *record.entries))
            write_key(probe.scope, SUBJECT, (key, record), classes, adds=outer.adds)
            own = [cls for cls, _ in types_of(self._silent(probe), record.get(v.WORD_TYPE))]
            own = own or ([expected] if expected is not None else [])
            possible.update({cls.iri: cls for cls in own})
            return probe.finished()

        fill = self._record(keys, entry)

        def both(row: Row) -> Hashable:
            filler = self._opened.filler(Mapped(""))
            named = tuple(node for t in types if (node := filler.node(t, row)) is not None)
            record = fill(row)
            return record if isinstance(record, Failed) else (record, named)

        columns = tuple(dict.fromkeys((*columns_of(*(t for _, t in keys)), *columns_of(*types))))
        learnt = self._learner.learn(Facet(columns, both, self._checked(say)), plan, outer.names, outer.exists)
        _add_odd(plan, All((outer.exists, learnt.odd)))
        return possible

    # ── The claim ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _is_of_claim(self, key: Scalar) -> bool:
        own = key.text in CLAIM_WORDS and key.text != v.WORD_SAYS
        return own or key.text in self._ontology.claim_keys

    def _is_voice_or_basis(self, key: Scalar) -> bool:
        prop = self._ontology.claim_keys.get(key.text)
        return key.text in _DECIDING or (prop is not None and prop.iri in VOICE_AND_BASIS)

    def _is_analysts(self, head: Head_) -> bool:
        """Whether the claim is the analyst's own, which no cell may decide."""
        for key, template in head:
            prop = self._ontology.claim_keys.get(key.text)
            if key.text == v.WORD_VOICE or (prop is not None and prop.iri == v.ANALYST):
                if columns_of(template):
                    raise NotCompiled
                if key.text != v.WORD_VOICE or (isinstance(template, Scalar) and template.text == v.WORD_ANALYST):
                    return True
        return False

    def _name_claim(self, head: Head_, things: list[Thing], plan: EntryPlan) -> None:
        named = tuple((k, t) for k, t in head if k.text == v.WORD_CLAIM)
        counted = tuple((k, t) for k, t in head if self._is_voice_or_basis(k) or self._is_coded(k))
        keys = named or counted
        subjects = [f"{SUBJECT.value}{number}:" for number in range(len(things))]
        if len(things) > 1 and not named:
            # A claim without a name is named by all it is about: rows that lack one are left to the reference.
            every = All(tuple(thing.exists for thing in things))
            _add_odd(plan, All((plan.exists, Not(every))))

        def say(record: Record, plain: frozenset[str]) -> Said:
            probe = Probe(self._opened.scope, plain)
            found = self._head(probe, record)
            iri = claim_iri(replace(probe.scope, graph=self._opened.scope.graph), found, subjects, self._opened.origin)
            if iri is not None:
                probe.said.terms["iri"] = iri.value
            return probe.finished()

        names = {mark: thing.names[SUBJECT.value] for mark, thing in zip(subjects, things, strict=True)}
        before = len(plan.introduced)
        columns = columns_of(*(t for _, t in keys))
        forms = () if self._are_sorted(keys) else _forms_of_head(keys, named=bool(named))
        facet = Facet(columns, self._record(keys, None), self._checked(say), forms)
        learnt = self._learner.learn(facet, plan, names, plan.exists)
        plan.names[_CLAIM_NAME] = _either(learnt.terms.get("iri", []))
        plan.introduced[before:] = [i._replace(iri=(Named(_CLAIM_NAME),)) for i in plan.introduced[before:]]
        _add_odd(plan, All((plan.exists, OneOf((learnt.odd, Not(learnt.given))))))
        if named and columns:
            # A row whose claim is called by an empty cell is named by its content, which the reference does.
            _add_odd(plan, All((plan.exists, Not(self._gives(named[0][1], plan)))))

    def _are_sorted(self, keys: Head_) -> bool:
        """Whether several texts say whose word a claim is: their order in its name differs from row to row."""
        props = {key.text: prop.iri for key, _ in keys if (prop := self._ontology.claim_keys.get(key.text)) is not None}
        return sum(len(_one_by_one(t)) for k, t in keys if props.get(k.text) in (v.SPEAKER, v.ANALYST, v.BECAUSE)) > 1

    def _is_coded(self, key: Scalar) -> bool:
        prop = self._ontology.claim_keys.get(key.text)
        return prop is not None and prop.iri == v.CODED_IN

    @staticmethod
    def _head(probe: Probe, record: Record) -> Head:
        """What the keys of a claim say, as the reference takes them apart."""
        keys, words, _ = taken_apart(probe.scope, record)
        return Head(record._replace(entries=()), keys, words, ())

    def _describe(self, head: Head_, things: list[Thing], stated: When, plan: EntryPlan) -> None:
        core = tuple((k, t) for k, t in head if self._is_voice_or_basis(k))
        others = [(k, t) for k, t in head if not self._is_voice_or_basis(k) and k.text not in CLAIM_WORDS]
        when = Flag("described")

        def say(record: Record, plain: frozenset[str]) -> Said:
            probe = Probe(self._opened.scope, plain)
            describe(probe.scope, self._head(probe, record), CLAIM, self._opened.origin)
            return probe.finished()

        facet = Facet(columns_of(*(t for _, t in core)), self._record(core, None), self._checked(say))
        learnt = self._learner.learn(facet, plan, {CLAIM.value: _CLAIM_NAME}, when)
        _add_odd(plan, All((plan.exists, learnt.odd)))
        given = [
            self._compile_head_key(key, one, plan, when) for key, template in others for one in _one_by_one(template)
        ]
        given += [self._gives(t, plan) for k, t in core if k.text not in CLAIM_WORDS]
        described = OneOf((stated, *given))
        plan.flags["described"] = All((plan.exists, described))
        _add_odd(plan, All((plan.exists, Not(described))))
        for thing in things:
            self._say_about(thing, plan, All((when, thing.exists)))

    def _say_about(self, thing: Thing, plan: EntryPlan, when: When) -> None:
        def say(_filled: object, plain: frozenset[str]) -> Said:
            probe = Probe(self._opened.scope, plain)
            probe.scope.subjects[SUBJECT] = None
            return probe.finished()

        self._learner.learn(Facet((), lambda _row: True, say), plan, thing.names, when)

    def _compile_head_key(self, key: Scalar, template: Template, plan: EntryPlan, when: When) -> When:
        prop = self._ontology.claim_keys[key.text]

        def say(node: Node, plain: frozenset[str]) -> Said:
            probe = Probe(self._opened.scope, plain)
            write_values(replace(probe.scope, graph=probe.scope.document), Slot(CLAIM, prop, key), node)
            return probe.finished()

        forms = forms_of_value(prop, template, self._ontology) if isinstance(template, Hole) else ()
        facet = Facet(columns_of(template), self._node(template), self._checked(say), forms)
        learnt = self._learner.learn(facet, plan, {CLAIM.value: _CLAIM_NAME}, when)
        _add_odd(plan, All((plan.exists, learnt.odd)))
        return learnt.given

    # ── Filling ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _node(self, template: Template) -> Callable[[Row], Hashable]:
        """What a row puts into a template; `Failed` where the reference has something to say about that."""

        def fill(row: Row) -> Hashable:
            mapped = Mapped(self._opened.scope.sheet.file)
            node = self._opened.filler(mapped).node(template, row)
            return Failed(tuple(mapped.findings)) if mapped.findings else node

        return fill

    def _with_types(self, template: Template, types: tuple[Template, ...]) -> Callable[[Row], Hashable]:
        """The same, with the classes that a thing has in the row."""
        inner = self._node(template)

        def fill(row: Row) -> Hashable:
            node = inner(row)
            if node is None or isinstance(node, Failed):
                return node
            filler = self._opened.filler(Mapped(""))
            return node, tuple(found for t in types if (found := filler.node(t, row)) is not None)

        return fill

    def _record(self, keys: tuple[tuple[Scalar, Template], ...], at: Entry | None) -> Callable[[Row], Record | Failed]:
        """What a row puts under some keys; those that get nothing are left out."""
        line, column = (at.line, at.column) if at is not None else (0, 0)

        def fill(row: Row) -> Record | Failed:
            mapped = Mapped(self._opened.scope.sheet.file)
            filler = self._opened.filler(mapped)
            pairs = tuple((key, node) for key, t in keys if (node := filler.node(t, row)) is not None)
            return Failed(tuple(mapped.findings)) if mapped.findings else Record(pairs, line, column)

        return fill

    @staticmethod
    def _checked(say: Callable[[Any, frozenset[str]], Said]) -> Callable[[Any, frozenset[str]], Said]:
        """What cannot be filled says what is wrong with it."""

        def checked(filled: Any, plain: frozenset[str]) -> Said:
            return Said(findings=list(filled.findings)) if isinstance(filled, Failed) else say(filled, plain)

        return checked

    # ── Small things ────────────────────────────────────────────────────────────────────────────────────────────────

    def _learn_name(
        self, template: Template, say: Callable[[Any, frozenset[str]], Said], plan: EntryPlan, names: dict[str, str]
    ) -> Learnt:
        forms = forms_of_id(template) if isinstance(template, Hole) else ()
        facet = Facet(columns_of(template), self._node(template), self._checked(say), forms)
        return self._learner.learn(facet, plan, names)

    def _gives(self, template: Template, plan: EntryPlan) -> When:
        """Whether a template gives something for the row."""
        if not columns_of(template):
            return ALWAYS
        if isinstance(template, Hole) and _is_bare(template):
            return self._learner.full(template.columns)
        facet = Facet(columns_of(template), self._node(template), lambda _filled, _plain: Said())
        return self._learner.learn(facet, plan, {}).given

    def _condition(self, condition: Condition | None, plan: EntryPlan) -> When:
        if condition is None:
            return ALWAYS
        if isinstance(condition, Test) and condition.kind in ("empty", "full"):
            hole = condition.hole
            if _is_bare(hole):
                full = self._learner.full(hole.columns)
                return full if condition.kind == "full" else Not(full)

        def fill(row: Row) -> Hashable:
            return True if self._opened.filler(Mapped("")).holds(condition, row) else None

        facet = Facet(columns_of(condition), fill, lambda _filled, _plain: Said())
        return self._learner.learn(facet, plan, {}).given

    def _probe(self, thing: Thing, plain: frozenset[str]) -> Probe:
        probe = Probe(self._opened.scope, plain)
        probe.scope = replace(probe.scope, inferred=thing.inferred)
        return probe

    @staticmethod
    def _silent(probe: Probe) -> Scope:
        """For what is wrong with a class, which is reported where the class is learnt."""
        return replace(probe.scope, mapped=Mapped(probe.mapped.file))


class Failed(NamedTuple):
    """What is wrong with what a row would put somewhere."""

    findings: tuple[Finding, ...]


def _add_odd(plan: EntryPlan, when: When) -> None:
    plan.odd = OneOf((plan.odd, when))


def _named(number: int) -> Flag:
    return Flag(f"is_named{number}")


def _may_vanish(entry: Entry) -> bool:
    """Whether an entry is left out where its holes give nothing; see `Filler`."""
    return all(isinstance(t, Scalar) or columns_of(t) for _, t in entry.keys)


def _is_bare(hole: Hole) -> bool:
    """Whether a hole gives something exactly where its columns are full."""
    pieces = hole.sources[0].pieces if len(hole.sources) == 1 and hole.steps == Steps() else ()
    return bool(pieces) and not any(isinstance(piece, Column) and piece.as_id for piece in pieces)


def _fixed_name(key: Scalar, template: Template) -> Template:
    """A name that some row gives; which one is learnt by itself."""
    if key.text in (v.WORD_ID, v.WORD_ABOUT) and isinstance(template, Hole):
        return Scalar("named", template.line, template.column)
    return template


def _nested_name(entry: Entry) -> tuple[Scalar, Node]:
    """The `id` of a nested entry, which is learnt by itself, and the text that stands for it here."""
    key, template = next((k, t) for k, t in entry.keys if k.text == v.WORD_ID)
    return key, Scalar(NESTED, template.line, template.column)


def _one_by_one(template: Template) -> tuple[Template, ...]:
    """The items of a list, each of which is a value of its own."""
    return template.items if isinstance(template, Items) else (template,)


def _either(alternatives: list[tuple[Pieces, When]]) -> Pieces:
    """The text that a row gives, of those that some rows give."""
    if len(alternatives) == 1:
        return alternatives[0][0]
    return (Either(tuple((when, pieces) for pieces, when in alternatives)),)


def _forms_of_head(keys: Head_, *, named: bool) -> tuple[Form, ...]:
    """Forms in which what names a claim can be plain: a name, or texts that are counted."""
    forms: dict[str, Form] = {}
    for _, template in keys:
        for one in _one_by_one(template):
            if not columns_of(one):
                continue
            columns = plain_columns(one) if isinstance(one, Hole) else ()
            own = forms_of_id(one) if named and isinstance(one, Hole) else (TEXT,) * len(columns)
            if not own or not set(forms).isdisjoint(columns):
                return ()
            forms.update(zip(columns, own, strict=True))
    return tuple(forms[column] for column in columns_of(*(t for _, t in keys)))
