"""An entry about a thing → lines: who it is about, its classes, and what stands under each key."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from pyoxigraph import NamedNode

from kg.mapping.iris import below
from kg.mapping.plan.emission import Learnt
from kg.mapping.plan.facets import CLAIM_NAME, Facets, Failed, NotCompiled, add_odd, either, may_vanish, one_by_one
from kg.mapping.plan.forms import Form, forms_of_value
from kg.mapping.plan.learning import Facet
from kg.mapping.plan.pieces import ALWAYS, NEVER, All, EntryPlan, Flag, Not, OneOf, When
from kg.mapping.plan.probe import CLAIM, NESTED, SUBJECT, Probe, Said
from kg.mapping.templates.filling import Row
from kg.mapping.templates.holes import Entry, Hole, Template, columns_of
from kg.mapping.things import thing_iri, types_of, write_key, write_thing
from kg.model.records import Mapping as Record
from kg.model.records import Node, Scalar
from kg.model.statements import Mapped
from kg.ontology import Class, Property
from kg.ontology import vocabulary as v

NAMES = frozenset({v.WORD_ID, v.WORD_ABOUT, v.WORD_TYPE})


@dataclass(frozen=True, slots=True)
class Thing:
    """
    An entry about a thing: the names of the row's texts that marks stand for, and when the row has it.

    `asked` is when the row should have it, by the conditions. `possible` are the classes that some row gives it,
    `expected` is the one that it has where the row gives none. It `vanishes` where all its holes are empty.
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


class ThingCompiler(Facets):
    """Compiles what entries say of things."""

    def thing(self, entry: Entry, number: int, plan: EntryPlan) -> Thing:
        """
        Learn who an entry is about.

        Raises:
            NotCompiled: It has no name, or one that is no text.
        """
        own, about = entry.get(v.WORD_ID), entry.get(v.WORD_ABOUT)
        template = own if own is not None else about
        if template is None or (own is not None and about is not None) or not isinstance(template, Hole | Scalar):
            raise NotCompiled
        key = Scalar(v.WORD_ID if own is not None else v.WORD_ABOUT, template.line, template.column)

        def say(node: Node, plain: frozenset[str]) -> Said:
            probe = Probe(self.opened.scope, plain)
            iri = thing_iri(probe.scope, Record(((key, node),), template.line, template.column))
            if iri is not None:
                probe.said.terms["iri"] = iri.value
            return probe.finished()

        learnt = self.learn_name(template, say, plan, {})
        name = f"thing{number}"
        plan.names[name] = either(learnt.terms.get("iri", []))
        plan.flags[is_named(number).name] = learnt.given
        asked = All((Flag("here"), self.condition(entry.condition, plan)))
        add_odd(plan, All((asked, learnt.odd)))
        names = {SUBJECT.value: name, CLAIM.value: CLAIM_NAME}
        types = tuple(t for k, t in entry.keys if k.text == v.WORD_TYPE)
        return Thing(entry, names, types, about is not None, asked, Flag(f"is{number}"))

    # ── What is said of a thing ─────────────────────────────────────────────────────────────────────────────────────

    def compile_thing(self, thing: Thing, plan: EntryPlan, number: int) -> When:
        """Compile what is said of a thing; when the claim states any of it."""
        kind = self._kind(thing, plan)
        said: list[Learnt] = []
        for key, template in thing.entry.keys:
            if key.text not in NAMES:
                said += [self._compile_key(thing, key, one, plan) for one in one_by_one(template)]
        filled = self._filled(thing, said, plan) if thing.vanishes else ALWAYS
        plan.flags[f"is{number}"] = All((thing.asked, is_named(number), filled))
        return All((thing.exists, OneOf((kind.stated, *(one.stated for one in said)))))

    def _filled(self, thing: Thing, said: list[Learnt], plan: EntryPlan) -> When:
        """When some hole of an entry of `says` gives something, or something wrong; `said` is under its other keys."""
        own = thing.entry.get(v.WORD_ID) or thing.entry.get(v.WORD_ABOUT)
        open_ = [t for _, t in thing.entry.keys if not isinstance(t, Scalar)]
        if not open_ or isinstance(own, Hole) or not may_vanish(thing.entry):
            return ALWAYS
        types = tuple(self.gives(t, plan) for t in thing.types if columns_of(t))
        return OneOf((*types, *(one.asked for one in said)))

    def _kind(self, thing: Thing, plan: EntryPlan) -> Learnt:
        """The classes of a thing, and that it is introduced or added to."""
        if not thing.types and isinstance(thing.entry.get(v.WORD_ID), Hole):
            raise NotCompiled  # what is wrong here is told with the name that a row gives
        keys = tuple((k, _fixed_name(k, t)) for k, t in thing.entry.keys if k.text in NAMES)

        def say(record: Record, plain: frozenset[str]) -> Said:
            probe = self.probe(thing, plain)
            write_thing(probe.scope, record, SUBJECT)
            for named in (node for key, node in record.entries if key.text == v.WORD_TYPE):
                for cls, _ in types_of(self.silent(probe), named):
                    thing.possible[cls.iri] = cls
            return probe.finished()

        facet = Facet(columns_of(*(t for _, t in keys)), self.record(keys, thing.entry), self.checked(say))
        learnt = self.learner.learn(facet, plan, thing.names, thing.exists)
        add_odd(plan, All((thing.exists, learnt.odd)))
        return learnt

    def _compile_key(self, thing: Thing, key: Scalar, template: Template, plan: EntryPlan) -> Learnt:
        """Compile what stands under one key."""
        prop = self.ontology.thing_keys.get(key.text)
        if isinstance(template, Entry) and prop is not None and self._can_be_opened(template, prop):
            return self._compile_nested(thing, key, template, prop, plan)
        types = self._types_that_matter(thing, prop)

        def say(filled: tuple[Node, tuple[Node, ...]], plain: frozenset[str]) -> Said:
            node, named = filled
            probe = self.probe(thing, plain)
            classes = self._classes(probe, thing, (types, named), node)
            write_key(probe.scope, SUBJECT, (key, node), classes, adds=thing.adds)
            return probe.finished()

        plain: tuple[Form, ...] = ()
        if prop is not None and isinstance(template, Hole) and not types:
            plain = forms_of_value(prop, template, self.ontology)
        columns = tuple(dict.fromkeys((*columns_of(template), *columns_of(*types))))
        facet = Facet(columns, self.with_types(template, types), self.checked(say), plain)
        learnt = self.learner.learn(facet, plan, thing.names, thing.exists)
        add_odd(plan, All((thing.exists, learnt.odd)))
        return learnt

    def _types_that_matter(self, thing: Thing, prop: Property | None) -> tuple[Template, ...]:
        """The templates of a thing's classes, where it depends on them whether it has the property."""
        if prop is None or not prop.domains:
            return ()
        # What another entry introduces, and a row gives no class, is looked up there.
        told_elsewhere = thing.adds and columns_of(*thing.types)
        fits = all(
            any(self.ontology.is_kind_of(cls, domain) for domain in prop.domains) for cls in thing.possible
        )  # fmt: skip
        return () if fits and not told_elsewhere else thing.types

    def _classes(
        self, probe: Probe, thing: Thing, given: tuple[tuple[Template, ...], tuple[Node, ...]], at: Node
    ) -> list[tuple[Class, Node]]:
        """The classes of a thing in a row, of the templates that matter and what they give; any where none matters."""
        types, named = given
        if not types:
            return [(cls, at) for cls in list(thing.possible.values())[:1]]
        found = [pair for one in named for pair in types_of(self.silent(probe), one)]
        return found or ([(thing.expected, at)] if thing.expected is not None else [])

    def _can_be_opened(self, entry: Entry, prop: Property) -> bool:
        """Whether the keys of a nested entry can be learnt one by one: its name does not depend on all of them."""
        cls = self.ontology.value_class(prop)
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
        asked = self.condition(entry.condition, plan)
        called = self._call_nested(thing, entry, prop, plan, name)
        here = All((thing.exists, flag))
        names = {**thing.names, below(SUBJECT, prop.key, NESTED).value: name}
        outer = replace(thing, names=names, exists=here)
        given = self._link_nested(outer, key, entry, prop, plan)
        own = {SUBJECT.value: name, CLAIM.value: CLAIM_NAME}
        types = tuple(t for k, t in entry.keys if k.text == v.WORD_TYPE)
        expected = self.ontology.value_class(prop)
        inner = replace(outer, entry=entry, names=own, types=types, adds=False, possible=given, expected=expected)
        filled: list[When] = [] if isinstance(entry.get(v.WORD_ID), Scalar) else [called.given]
        for inner_key, template in entry.keys:
            if columns_of(template) and inner_key.text not in NAMES:
                filled += [self._compile_key(inner, inner_key, one, plan).asked for one in one_by_one(template)]
            elif inner_key.text == v.WORD_TYPE and columns_of(template):
                filled.append(self.gives(template, plan))
        plan.flags[flag.name] = All((asked, OneOf(tuple(filled)) if may_vanish(entry) else ALWAYS))
        add_odd(plan, All((here, OneOf((called.odd, Not(called.given))))))
        return Learnt(flag, NEVER, flag)

    def _call_nested(self, thing: Thing, entry: Entry, prop: Property, plan: EntryPlan, name: str) -> Learnt:
        """Learn what a nested entry is called."""
        own = entry.get(v.WORD_ID)
        assert own is not None  # noqa: S101 # `_can_be_opened` asks for it

        def say(node: Node, plain: frozenset[str]) -> Said:
            probe = self.probe(thing, plain)
            record = Record(((Scalar(v.WORD_ID, 0, 0), node),), 0, 0)
            iri = thing_iri(probe.scope, record, SUBJECT, prop.key)
            if iri is not None:
                probe.said.terms["iri"] = iri.value
            return probe.finished()

        learnt = self.learn_name(own, say, plan, thing.names)
        plan.names[name] = either(learnt.terms.get("iri", []))
        return learnt

    def _link_nested(
        self, outer: Thing, key: Scalar, entry: Entry, prop: Property, plan: EntryPlan
    ) -> dict[NamedNode, Class]:
        """Learn what no other key of a nested entry decides: that it is there, and its classes, which are returned."""
        keys = tuple((k, t) for k, t in entry.keys if k.text != v.WORD_ID and (k.text in NAMES or not columns_of(t)))
        types = self._types_that_matter(outer, prop)
        expected = self.ontology.value_class(prop)
        possible: dict[NamedNode, Class] = {}

        def say(filled: tuple[Record, tuple[Node, ...]], plain: frozenset[str]) -> Said:
            record, named = filled
            probe = self.probe(outer, plain)
            classes = self._classes(probe, outer, (types, named), record)
            record = record._replace(entries=(_nested_name(entry), *record.entries))
            write_key(probe.scope, SUBJECT, (key, record), classes, adds=outer.adds)
            own = [cls for cls, _ in types_of(self.silent(probe), record.get(v.WORD_TYPE))]
            own = own or ([expected] if expected is not None else [])
            possible.update({cls.iri: cls for cls in own})
            return probe.finished()

        fill = self.record(keys, entry)

        def both(row: Row) -> Hashable:
            filler = self.opened.filler(Mapped(""))
            named = tuple(node for t in types if (node := filler.node(t, row)) is not None)
            record = fill(row)
            return record if isinstance(record, Failed) else (record, named)

        columns = tuple(dict.fromkeys((*columns_of(*(t for _, t in keys)), *columns_of(*types))))
        learnt = self.learner.learn(Facet(columns, both, self.checked(say)), plan, outer.names, outer.exists)
        add_odd(plan, All((outer.exists, learnt.odd)))
        return possible

    def probe(self, thing: Thing, plain: frozenset[str]) -> Probe:
        """A trial of what is said of a thing."""
        probe = Probe(self.opened.scope, plain)
        probe.scope = replace(probe.scope, inferred=thing.inferred)
        return probe


def is_named(number: int) -> Flag:
    """The flag that a row names a thing."""
    return Flag(f"is_named{number}")


def _fixed_name(key: Scalar, template: Template) -> Template:
    """A name that some row gives; which one is learnt by itself."""
    if key.text in (v.WORD_ID, v.WORD_ABOUT) and isinstance(template, Hole):
        return Scalar("named", template.line, template.column)
    return template


def _nested_name(entry: Entry) -> tuple[Scalar, Node]:
    """The `id` of a nested entry, which is learnt by itself, and the text that stands for it here."""
    key, template = next((k, t) for k, t in entry.keys if k.text == v.WORD_ID)
    return key, Scalar(NESTED, template.line, template.column)
