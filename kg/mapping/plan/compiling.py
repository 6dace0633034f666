"""
An entry with holes → its plan.

The entry is taken apart into facets, each of which depends on few columns: who it is about, each value, what the claim
rests on. Every facet is learnt by trying the reference; what is put together here is only what differs by row in whole:
which entries there are, and what they are called.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kg.mapping.claims import CLAIM_WORDS, VOICE_AND_BASIS, Head, claim_iri, describe, taken_apart
from kg.mapping.engines.rows import Opened
from kg.mapping.iris import below
from kg.mapping.plan.forms import TEXT, Form, forms_of_id, forms_of_value
from kg.mapping.plan.learning import Facet, Learner, Learnt
from kg.mapping.plan.pieces import (
    ALWAYS,
    All,
    Any_,
    Either,
    EntryPlan,
    Flag,
    IsFull,
    Named,
    Not,
    Pieces,
    When,
)
from kg.mapping.plan.probe import CLAIM, NESTED, SUBJECT, Probe, Said
from kg.mapping.templates.filling import Row
from kg.mapping.templates.holes import Condition, Entry, Hole, Items, Steps, Template, Test, columns_of
from kg.mapping.things import thing_iri, types_of, write_key, write_thing, write_values
from kg.mapping.scope import Slot
from kg.model.records import Mapping as Record
from kg.model.records import Node, Scalar
from kg.model.statements import Mapped
from kg.ontology import Class, Property
from kg.ontology import vocabulary as v

_NAMES = frozenset({v.WORD_ID, v.WORD_ABOUT, v.WORD_TYPE})
_CLAIM_NAME = "claim"


class NotCompiled(Exception):
    """What an entry asks for is done row by row."""


@dataclass(frozen=True, slots=True)
class Thing:
    """
    An entry about a thing: the names of the row's texts that marks stand for, and when the row has it.

    `asked` is when the row should have it, by the conditions.
    """

    entry: Entry
    names: dict[str, str]
    types: tuple[Template, ...]
    adds: bool
    asked: When
    exists: When
    inferred: bool = False


class Compiler:
    """Compiles the entries of one mapping."""

    def __init__(self, opened: Opened, learner: Learner) -> None:
        self._opened = opened
        self._learner = learner
        self._ontology = opened.scope.context.ontology

    def compile(self, entry: Entry, *, shared: bool = False) -> EntryPlan:
        """
        The plan of one entry; a shared one may lack its id in a row.

        Raises:
            NotCompiled: It holds what only the reference does.
        """
        plan = EntryPlan()
        taken = self._condition(self._opened.mapping.where, plan)
        plan.flags["here"] = All((taken, self._condition(entry.condition, plan)))
        here = Flag("here")
        head = tuple((k, t) for k, t in entry.keys if self._is_of_claim(k))
        things = self._things(entry, plan, here, inferred=self._is_analysts(head), shared=shared)
        plan.flags["exists"] = All((here, Any_(tuple(thing.exists for thing, _ in things))))
        plan.exists = Flag("exists")
        if len(things) == 1:
            plan.certain |= {"is0"}
        self._name_claim(head, things, plan)
        stated = Any_(tuple(self._compile_thing(thing, plan) for thing, _ in things))
        self._describe(head, things, stated, plan)
        for thing, iri in things:
            plan.things.append((iri, thing.exists))
        plan.things.append(((Named(_CLAIM_NAME),), plan.exists))
        return plan

    # ── Which things ────────────────────────────────────────────────────────────────────────────────────────────────

    def _things(
        self, entry: Entry, plan: EntryPlan, here: When, *, inferred: bool, shared: bool
    ) -> list[tuple[Thing, Pieces]]:
        says = entry.get(v.WORD_SAYS)
        if says is None:
            rest = tuple((k, t) for k, t in entry.keys if not self._is_of_claim(k))
            entries: tuple[Template, ...] = (Entry(rest, None, entry.line, entry.column),)
        else:
            if any(not self._is_of_claim(k) and k.text != v.WORD_SAYS for k, _ in entry.keys):
                raise NotCompiled
            entries = says.items if isinstance(says, Items) else (says,)
        found = []
        for number, one in enumerate(entries):
            if not isinstance(one, Entry):
                raise NotCompiled
            thing = self._thing(one, number, plan, here, flat=says is None)
            found.append((replace(thing[0], inferred=inferred), thing[1]))
            if not shared:
                self._need_name(one, thing[0], plan)
        return found

    @staticmethod
    def _need_name(entry: Entry, thing: Thing, plan: EntryPlan) -> None:
        """A row that gives an entry no id is odd: the reference says so."""
        if isinstance(entry.get(v.WORD_ID), Hole):
            plan.odd = Any_((plan.odd, All((thing.asked, Not(thing.exists)))))

    def _thing(
        self, entry: Entry, number: int, plan: EntryPlan, here: When, *, flat: bool
    ) -> tuple[Thing, Pieces]:
        name, flag = f"thing{number}", f"is{number}"
        own, about = entry.get(v.WORD_ID), entry.get(v.WORD_ABOUT)
        template = own if own is not None else about
        if template is None or (own is not None and about is not None) or not isinstance(template, Hole | Scalar):
            raise NotCompiled
        cond = ALWAYS if flat else self._condition(entry.condition, plan)

        def say(row: Row, plain: frozenset[str]) -> Said | None:
            probe = Probe(self._opened.scope, plain)
            node = self._opened.filler(probe.mapped).node(template, row)
            if node is None:
                return self._failed(probe)
            key = Scalar(v.WORD_ID if own is not None else v.WORD_ABOUT, template.line, template.column)
            iri = thing_iri(probe.scope, Record(((key, node),), template.line, template.column))
            if iri is not None:
                probe.said.terms["iri"] = iri.value
            return probe.finished()

        facet = Facet(columns_of(template), say, forms_of_id(template) if isinstance(template, Hole) else ())
        learnt = self._learn(facet, plan, {}, here)
        plan.names[name] = _either(learnt.terms.get("iri", []))
        asked = All((here, cond))
        plan.odd = Any_((plan.odd, All((asked, learnt.odd))))
        filled = ALWAYS if flat or isinstance(template, Hole) else self._filled(entry, plan)
        plan.flags[flag] = All((here, cond, learnt.present, filled))
        names = {SUBJECT.value: name, CLAIM.value: _CLAIM_NAME}
        types = tuple(t for k, t in entry.keys if k.text == v.WORD_TYPE)
        thing = Thing(entry, names, types, about is not None, asked, Flag(flag))
        return thing, (Named(name),)

    def _filled(self, entry: Entry, plan: EntryPlan) -> When:
        """Whether a hole of the entry gives something, or there is none; see `Filler`."""
        open_ = [t for _, t in entry.keys if not isinstance(t, Scalar)]
        if not open_ or any(not columns_of(t) for t in open_):
            return ALWAYS
        return Any_(tuple(self._gives(t, plan) for t in open_))

    def _gives(self, template: Template, plan: EntryPlan) -> When:
        """Whether a template gives something for the row."""
        match template:
            case Items():
                return Any_(tuple(self._gives(one, plan) for one in template.items))
            case Entry():
                return All((self._condition(template.condition, plan), self._filled(template, plan)))
            case Hole() if template.steps == Steps() and len(template.sources) == 1:
                return self._full(template.columns)
            case _ if not columns_of(template):
                return ALWAYS

        def say(row: Row, plain: frozenset[str]) -> Said | None:
            probe = Probe(self._opened.scope, plain)
            return Said() if self._opened.filler(probe.mapped).node(template, row) is not None else None

        return self._learn(Facet(columns_of(template), say), plan, {}, ALWAYS).present

    def _full(self, columns: tuple[str, ...]) -> When:
        some = self._learner.full(columns)
        return IsFull(some) if some else ALWAYS

    # ── What is said of a thing ─────────────────────────────────────────────────────────────────────────────────────

    def _compile_thing(self, thing: Thing, plan: EntryPlan) -> When:
        """Compile what is said of a thing; when anything is."""
        kind = self._kind(thing, plan)
        stated = [kind] if thing.types else []
        for key, template in thing.entry.keys:
            if key.text not in _NAMES:
                stated += [self._compile_key(thing, key, one, plan) for one in _one_by_one(template)]
        return All((thing.exists, Any_(tuple(stated))))

    def _kind(self, thing: Thing, plan: EntryPlan) -> When:
        """The classes of a thing, and that it is introduced or added to."""
        keys = tuple((k, t) for k, t in thing.entry.keys if k.text in _NAMES)
        entry = Entry(tuple((k, _fixed_name(k, t)) for k, t in keys), None, thing.entry.line, thing.entry.column)

        def say(row: Row, plain: frozenset[str]) -> Said | None:
            probe = self._probe(thing, plain)
            record = self._opened.filler(probe.mapped).node(replace(entry, keys=(*entry.keys, _KEPT)), row)
            if not isinstance(record, Record):
                return self._failed(probe)
            kept = tuple((k, n) for k, n in record.entries if k is not _KEPT[0])
            write_thing(probe.scope, record._replace(entries=kept), SUBJECT)
            return probe.finished()

        learnt = self._learn(Facet(columns_of(entry), say), plan, thing.names, thing.exists)
        plan.odd = Any_((plan.odd, learnt.odd))
        return learnt.present

    def _compile_key(self, thing: Thing, key: Scalar, template: Template, plan: EntryPlan) -> When:
        prop = self._ontology.thing_keys.get(key.text)
        if isinstance(template, Entry) and prop is not None and self._can_be_opened(template, prop):
            return self._compile_nested(thing, key, template, prop, plan)

        def say(row: Row, plain: frozenset[str]) -> Said | None:
            probe = self._probe(thing, plain)
            filler = self._opened.filler(probe.mapped)
            node = filler.node(template, row)
            if node is None:
                return self._failed(probe)
            write_key(probe.scope, SUBJECT, (key, node), self._classes(thing, probe, row), adds=thing.adds)
            return probe.finished()

        plain: tuple[Form, ...] = ()
        if prop is not None and isinstance(template, Hole) and not columns_of(*thing.types):
            plain = forms_of_value(prop, template, self._ontology)
        columns = tuple(dict.fromkeys((*columns_of(template), *columns_of(*thing.types))))
        learnt = self._learn(Facet(columns, say, plain), plan, thing.names, thing.exists)
        plan.odd = Any_((plan.odd, learnt.odd))
        return learnt.present

    def _classes(self, thing: Thing, probe: Probe, row: Row) -> list[tuple[Class, Node]]:
        """The classes that a thing has in a row; what is wrong with them is reported where they are learnt."""
        silent = replace(probe.scope, mapped=Mapped(probe.mapped.file))
        named = [self._opened.filler(silent.mapped).node(template, row) for template in thing.types]
        return [pair for node in named if node is not None for pair in types_of(silent, node)]

    def _can_be_opened(self, entry: Entry, prop: Property) -> bool:
        """Whether the keys of a nested entry can be learnt one by one: its name does not depend on all of them."""
        cls = self._ontology.value_class(prop)
        own = entry.get(v.WORD_ID)
        return (
            cls is not None
            and not (prop.syntax or cls.syntax)
            and own is not None
            and not columns_of(*(t for k, t in entry.keys if k.text == v.WORD_TYPE))
            and entry.get(v.WORD_ABOUT) is None
            and entry.get(v.WORD_INFERRED) is None
            and bool(columns_of(entry))
        )

    def _compile_nested(self, thing: Thing, key: Scalar, entry: Entry, prop: Property, plan: EntryPlan) -> When:
        own = entry.get(v.WORD_ID)
        assert own is not None  # noqa: S101 # `_can_be_opened` asks for it
        name, flag = f"nested{len(plan.names)}", f"is_nested{len(plan.flags)}"
        called = self._call_nested(thing, prop, own, plan, name)
        asked = All((thing.exists, self._condition(entry.condition, plan)))
        plan.flags[flag] = All((asked, self._filled(entry, plan)))
        plan.odd = Any_((plan.odd, All((asked, called.odd)), All((Flag(flag), Not(called.present)))))
        mark = below(SUBJECT, prop.key, NESTED).value
        fixed = tuple((k, _renamed(k, t)) for k, t in entry.keys if k.text == v.WORD_ID or not columns_of(t))
        outer = replace(thing, names={**thing.names, mark: name}, exists=Flag(flag))

        def say(row: Row, plain: frozenset[str]) -> Said | None:
            probe = self._probe(outer, plain)
            node = self._opened.filler(probe.mapped).node(Entry(fixed, None, entry.line, entry.column), row)
            if node is None:
                return self._failed(probe)
            write_key(probe.scope, SUBJECT, (key, node), self._classes(thing, probe, row), adds=thing.adds)
            return probe.finished()

        learnt = self._learn(Facet(columns_of(*thing.types), say), plan, outer.names, outer.exists)
        plan.odd = Any_((plan.odd, learnt.odd))
        types = tuple(t for k, t in entry.keys if k.text == v.WORD_TYPE)
        types = types or _class_named(self._ontology.value_class(prop), entry)
        names = {SUBJECT.value: name, CLAIM.value: _CLAIM_NAME}
        inner = replace(outer, names=names, types=types, adds=False)
        for inner_key, template in entry.keys:
            if columns_of(template) and inner_key.text not in _NAMES:
                for one in _one_by_one(template):
                    self._compile_key(inner, inner_key, one, plan)
        return outer.exists

    def _call_nested(self, thing: Thing, prop: Property, own: Template, plan: EntryPlan, name: str) -> Learnt:
        """Learn what a nested entry is called."""

        def say(row: Row, plain: frozenset[str]) -> Said | None:
            probe = self._probe(thing, plain)
            node = self._opened.filler(probe.mapped).node(own, row)
            if node is None:
                return self._failed(probe)
            record = Record(((Scalar(v.WORD_ID, 0, 0), node),), 0, 0)
            iri = thing_iri(probe.scope, record, SUBJECT, prop.key)
            if iri is not None:
                probe.said.terms["iri"] = iri.value
            return probe.finished()

        facet = Facet(columns_of(own), say, forms_of_id(own) if isinstance(own, Hole) else ())
        learnt = self._learn(facet, plan, thing.names, thing.exists)
        plan.names[name] = _either(learnt.terms.get("iri", []))
        return learnt

    # ── The claim ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _is_of_claim(self, key: Scalar) -> bool:
        own = key.text in CLAIM_WORDS and key.text != v.WORD_SAYS
        return own or key.text in self._ontology.claim_keys

    def _is_voice_or_basis(self, key: Scalar) -> bool:
        prop = self._ontology.claim_keys.get(key.text)
        return key.text in CLAIM_WORDS or (prop is not None and prop.iri in VOICE_AND_BASIS)

    def _is_analysts(self, head: tuple[tuple[Scalar, Template], ...]) -> bool:
        """Whether the claim is the analyst's own, which no cell may decide."""
        for key, template in head:
            prop = self._ontology.claim_keys.get(key.text)
            if key.text == v.WORD_VOICE or (prop is not None and prop.iri == v.ANALYST):
                if columns_of(template):
                    raise NotCompiled
                if key.text != v.WORD_VOICE or template[0] == v.WORD_ANALYST:  # type: ignore[index]
                    return True
        return False

    def _name_claim(
        self, head: tuple[tuple[Scalar, Template], ...], things: list[tuple[Thing, Pieces]], plan: EntryPlan
    ) -> None:
        named = tuple((k, t) for k, t in head if k.text == v.WORD_CLAIM)
        counted = tuple((k, t) for k, t in head if self._is_voice_or_basis(k) or self._is_coded(k))
        entry = Entry(named or counted, None, 0, 0)
        subjects = [f"{SUBJECT.value}{number}:" for number in range(len(things))]
        if len(things) > 1 and not named and any(thing.exists != things[0][0].exists for thing, _ in things):
            self._need_all(things, plan)

        def say(row: Row, plain: frozenset[str]) -> Said | None:
            probe = Probe(self._opened.scope, plain)
            keys = self._head(probe, entry, row)
            if keys is None:
                return self._failed(probe)
            iri = claim_iri(replace(probe.scope, graph=self._opened.scope.graph), keys, subjects, self._opened.origin)
            if iri is not None:
                probe.said.terms["iri"] = iri.value
            return probe.finished()

        names = {f"{SUBJECT.value}{number}:": f"thing{number}" for number in range(len(things))}
        before = len(plan.introduced)
        facet = Facet(columns_of(entry), say, _forms_of_head(entry, named=bool(named)))
        learnt = self._learn(facet, plan, names, plan.exists)
        plan.names[_CLAIM_NAME] = _either(learnt.terms.get("iri", []))
        plan.introduced[before:] = [i._replace(iri=(Named(_CLAIM_NAME),)) for i in plan.introduced[before:]]
        plan.odd = Any_((plan.odd, learnt.odd, All((plan.exists, Not(learnt.present)))))

    @staticmethod
    def _need_all(things: list[tuple[Thing, Pieces]], plan: EntryPlan) -> None:
        """A claim without a name is named by all it is about: rows that lack one of these are left to the reference."""
        some = Any_(tuple(thing.exists for thing, _ in things))
        every = All(tuple(thing.exists for thing, _ in things))
        plan.odd = Any_((plan.odd, All((some, Not(every)))))

    def _is_coded(self, key: Scalar) -> bool:
        prop = self._ontology.claim_keys.get(key.text)
        return prop is not None and prop.iri == v.CODED_IN

    def _head(self, probe: Probe, entry: Entry, row: Row) -> Head | None:
        """What the keys of a claim say in a row, as the reference takes them apart."""
        filler = self._opened.filler(probe.mapped)
        pairs = [(key, node) for key, t in entry.keys if (node := filler.node(t, row)) is not None]
        if probe.mapped.findings:
            return None
        keys, words, _ = taken_apart(probe.scope, Record(tuple(pairs), entry.line, entry.column))
        return Head(Record((), entry.line, entry.column), keys, words, ())

    def _describe(
        self,
        head: tuple[tuple[Scalar, Template], ...],
        things: list[tuple[Thing, Pieces]],
        stated: When,
        plan: EntryPlan,
    ) -> None:
        core = Entry(tuple((k, t) for k, t in head if self._is_voice_or_basis(k)), None, 0, 0)
        others = [(k, t) for k, t in head if not self._is_voice_or_basis(k)]
        given = [self._gives(t, plan) if columns_of(t) else ALWAYS for _, t in others]
        in_core = [
            self._gives(t, plan) if columns_of(t) else ALWAYS for k, t in core.keys if k.text not in CLAIM_WORDS
        ]
        described = Any_((stated, *given, *in_core))
        plan.flags["described"] = All((plan.exists, described))
        plan.odd = Any_((plan.odd, All((plan.exists, Not(described)))))
        when = Flag("described")

        def say(row: Row, plain: frozenset[str]) -> Said | None:
            probe = Probe(self._opened.scope, plain)
            keys = self._head(probe, core, row)
            if keys is None:
                return self._failed(probe)
            describe(probe.scope, keys, CLAIM, self._opened.origin)
            return probe.finished()

        names = {CLAIM.value: _CLAIM_NAME}
        learnt = self._learn(Facet(columns_of(core), say), plan, names, when)
        plan.odd = Any_((plan.odd, learnt.odd))
        for thing, _ in things:
            self._say_about(thing, plan, All((when, thing.exists)))
        for key, template in others:
            for one in _one_by_one(template):
                self._compile_head_key(key, one, plan, when)

    def _say_about(self, thing: Thing, plan: EntryPlan, when: When) -> None:
        def say(_row: Row, plain: frozenset[str]) -> Said | None:
            probe = Probe(self._opened.scope, plain)
            probe.scope.subjects[SUBJECT] = None
            return probe.finished()

        self._learn(Facet((), say), plan, thing.names, when)

    def _compile_head_key(self, key: Scalar, template: Template, plan: EntryPlan, when: When) -> None:
        prop = self._ontology.claim_keys[key.text]

        def say(row: Row, plain: frozenset[str]) -> Said | None:
            probe = Probe(self._opened.scope, plain)
            node = self._opened.filler(probe.mapped).node(template, row)
            if node is None:
                return self._failed(probe)
            scope = replace(probe.scope, graph=probe.scope.document)
            write_values(scope, Slot(CLAIM, prop, key), node)
            return probe.finished()

        forms = forms_of_value(prop, template, self._ontology) if isinstance(template, Hole) else ()
        learnt = self._learn(Facet(columns_of(template), say, forms), plan, {CLAIM.value: _CLAIM_NAME}, when)
        plan.odd = Any_((plan.odd, learnt.odd))

    # ── Small things ────────────────────────────────────────────────────────────────────────────────────────────────

    def _condition(self, condition: Condition | None, plan: EntryPlan) -> When:
        if condition is None:
            return ALWAYS
        if isinstance(condition, Test) and condition.kind in ("empty", "full"):
            hole = condition.hole
            if hole.steps == Steps() and len(hole.sources) == 1:
                full = self._full(hole.columns)
                return full if condition.kind == "full" else Not(full)

        def say(row: Row, _plain: frozenset[str]) -> Said | None:
            filler = self._opened.filler(Probe(self._opened.scope).mapped)
            return Said() if filler.holds(condition, row) else None

        return self._learn(Facet(columns_of(condition), say), plan, {}, ALWAYS).present

    def _learn(self, facet: Facet, plan: EntryPlan, names: dict[str, str], when: When) -> Learnt:
        return self._learner.learn(facet, plan, names, when)

    def _probe(self, thing: Thing, plain: frozenset[str]) -> Probe:
        probe = Probe(self._opened.scope, plain)
        probe.scope = replace(probe.scope, inferred=thing.inferred)
        return probe

    @staticmethod
    def _failed(probe: Probe) -> Said | None:
        """What a value that is not there says: nothing, or that a cell cannot be read."""
        return probe.finished() if probe.mapped.findings else None


_KEPT: tuple[Scalar, Scalar] = (Scalar("", 0, 0), Scalar("kept", 0, 0))


def _fixed_name(key: Scalar, template: Template) -> Template:
    """A name that some row gives; which one is learnt by itself."""
    if key.text in (v.WORD_ID, v.WORD_ABOUT) and isinstance(template, Hole):
        return Scalar("named", template.line, template.column)
    return template


def _renamed(key: Scalar, template: Template) -> Template:
    return Scalar(NESTED, template.line, template.column) if key.text == v.WORD_ID else template


def _one_by_one(template: Template) -> tuple[Template, ...]:
    """The items of a list, each of which is a value of its own."""
    return template.items if isinstance(template, Items) else (template,)


def _class_named(cls: Class | None, entry: Entry) -> tuple[Template, ...]:
    return (Scalar(cls.name, entry.line, entry.column),) if cls is not None else ()


def _either(alternatives: list[tuple[Pieces, When]]) -> Pieces:
    """The text that a row gives, of those that some rows give."""
    if len(alternatives) == 1:
        return alternatives[0][0]
    return (Either(tuple((when, pieces) for pieces, when in alternatives)),)


def _forms_of_head(entry: Entry, *, named: bool) -> tuple[Form, ...]:
    """Forms in which what names a claim can be plain: a name, or texts that are counted."""
    forms: dict[str, Form] = {}
    for _, template in entry.keys:
        for one in _one_by_one(template):
            if not columns_of(one):
                continue
            own = forms_of_id(one) if isinstance(one, Hole) else ()
            if not own or not set(forms).isdisjoint(columns_of(one)):
                return ()
            forms.update(zip(columns_of(one), own if named else (TEXT,) * len(own), strict=True))
    return tuple(forms[column] for column in columns_of(entry))
