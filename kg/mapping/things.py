"""Entries about things → statements: keys by the ontology, values by the range of their property."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pyoxigraph import Literal, NamedNode

from kg.mapping.domains import unexpected_key
from kg.mapping.iris import below, fingerprint, is_id, is_path, normal, suggested_id
from kg.mapping.scope import Scope, Slot
from kg.mapping.values.literals import canonical
from kg.mapping.values.problem import ValueProblem, quoted
from kg.mapping.wordings import write_wording
from kg.model.records import Listing, Mapping, Node, Scalar, split_list
from kg.ontology import Class, Property
from kg.ontology import vocabulary as v
from kg.ontology.model import nearest

ENTRY_WORDS = frozenset({v.WORD_ID, v.WORD_TYPE, v.WORD_ABOUT})


def thing_iri(scope: Scope, entry: Mapping, parent: NamedNode | None = None, key: str = "") -> NamedNode | None:
    """
    The IRI of what an entry is about, from its `id` or `about`; a nested entry without either is named by its content.

    None where it has neither or a wrong one, which is reported.
    """
    own, about = entry.get(v.WORD_ID), entry.get(v.WORD_ABOUT)
    if own is not None and about is not None:
        scope.report(
            "id-and-about", "an entry introduces a thing or adds to one, not both", about, "drop `id` or `about`"
        )
        return None
    if own is not None:
        # What cannot be an id is reported; the rest of the entry is still checked, under the id that it might have.
        name = _id_text(scope, own, is_id) or suggested_id(named_text(own))
        if not name:
            return None
        return below(parent, key, name) if parent is not None else NamedNode(scope.context.base + name)
    if about is not None:
        text = _id_text(scope, about, is_path)
        return None if text is None else NamedNode(scope.context.base + text)
    if parent is not None:
        return below(parent, key, scope.context.digest(fingerprint(entry)))
    scope.report(
        "missing-id",
        "this entry does not say what it is about",
        entry,
        "give it an `id` to introduce a thing, or `about: ID` to add to one",
    )
    return None


def write_thing(scope: Scope, entry: Mapping, subject: NamedNode, expected: Class | None = None) -> None:
    """
    Write what an entry states of `subject`.

    `expected` is the class that a nested entry belongs to where it does not say so itself.
    """
    scope.subjects[subject] = None
    types = types_of(scope, entry.get(v.WORD_TYPE))
    named, about = entry.get(v.WORD_ID), entry.get(v.WORD_ABOUT)
    if expected is not None and not types and about is None:
        types = [(expected, entry)]
    for cls, at in types:
        scope.add(subject, v.RDF_TYPE, cls.iri, at, at)
    if named is not None:
        scope.introduce(subject, tuple(cls.iri for cls, _ in types), named)
        if entry.get(v.WORD_TYPE) is None and not types:
            hint = "say what it is: `type: ArmedGroup`; `kg schema --classes` lists the classes"
            scope.report("missing-type", f"'{named_text(named)}' has no type", named, hint)
    if about is not None:
        scope.refer_about(subject, about)
    for key, value in entry.entries:
        if key.text not in ENTRY_WORDS:
            write_key(scope, subject, (key, value), types, adds=about is not None)


def write_key(
    scope: Scope, subject: NamedNode, pair: tuple[Scalar, Node], types: list[tuple[Class, Node]], *, adds: bool
) -> None:
    """Write what stands under one key of an entry; `adds` where another entry introduces the thing."""
    key, value = pair
    prop = find_property(scope, key)
    if prop is None:
        return
    if adds and not types:
        scope.use(subject, prop, key)
    _check_domain(scope, prop, types, key)
    write_values(scope, Slot(subject, prop, key), value)


def find_property(scope: Scope, key: Scalar) -> Property | None:
    """The property that a key names among things; an unknown key is reported."""
    prop = scope.context.ontology.thing_keys.get(key.text)
    if prop is None:
        claim_keys = scope.context.ontology.claim_keys
        if key.text in claim_keys or key.text in (v.WORD_VOICE, v.WORD_SAYS, v.WORD_CLAIM, v.WORD_OCCURRENCE):
            hint = "it belongs to the claim: write it beside `says`, or in an entry of its own"
        else:
            known = {*scope.context.ontology.thing_keys, *claim_keys, v.WORD_SAYS, v.WORD_VOICE, *ENTRY_WORDS}
            hint = nearest(key.text, iter(sorted(known)))
        scope.report("unknown-key", f"{quoted(key.text)} is no key that an entry can have here", key, hint)
    return prop


def write_values(scope: Scope, slot: Slot, value: Node) -> None:
    """Write one statement per value; a cell of a table may hold several, separated by semicolons."""
    for item in _items(scope, slot.prop, value):
        if isinstance(item, Scalar) and not item.text.strip():
            scope.report(
                "empty-value",
                f"'{slot.key.text}' has no value",
                item,
                "leave the key out where nothing is said; write `unknown` where it is said to be unknown",
            )
        else:
            _write_value(scope, slot, item)


def _items(scope: Scope, prop: Property, value: Node) -> Iterator[Node]:
    """The items of a list, or of a table's cell where the property is not one of free text."""
    free_text = prop.ranges[:1] == (v.XSD_STRING,)
    if scope.sheet.tabular and isinstance(value, Scalar) and not free_text:
        value = split_list(value)
    if not isinstance(value, Listing):
        yield value
        return
    for item in value.items:
        if isinstance(item, Listing):
            scope.report("unexpected-shape", "a list stands in a list", item, "write one flat list")
        else:
            yield item


def _write_value(scope: Scope, slot: Slot, item: Node) -> None:
    prop = slot.prop
    if isinstance(item, Mapping) and item.get(v.WORD_INFERRED) is not None:
        scope, item = _inferred(scope, slot, item)
    cls = scope.context.ontology.value_class(prop)
    if isinstance(item, Scalar) and item.text == v.WORD_UNKNOWN and _can_be_unknown(prop, cls):
        scope.add(slot.subject, v.NOT_KNOWN, prop.iri, item, slot.key)
        return
    try:
        if prop.syntax or (cls is not None and cls.syntax):
            write_wording(scope, slot, item, write_values)
        elif cls is not None or v.OWL_CLASS in prop.ranges:
            _write_object(scope, slot, item, cls)
        else:
            _write_literal(scope, slot, item)
    except ValueProblem as problem:
        scope.report("invalid-value", f"{problem.message} ('{slot.key.text}')", item, problem.hint)


def _inferred(scope: Scope, slot: Slot, item: Mapping) -> tuple[Scope, Node]:
    """The scope of the analyst's claim for the reason given, and what is concluded."""
    reason = item.get(v.WORD_INFERRED)
    rest = tuple(pair for pair in item.entries if pair[0].text != v.WORD_INFERRED)
    value: Node = Mapping(rest, item.line, item.column)
    if len(rest) == 1 and rest[0][0].text == v.WORD_VALUE:
        value = rest[0][1]
    if not isinstance(reason, Scalar) or not reason.text.strip():
        scope.report("missing-reason", "an inference gives its reason", reason or item, "write `inferred: why`")
        return scope, value
    scope = scope.inference(reason)
    scope.subjects[slot.subject] = None
    return scope, value


def _can_be_unknown(prop: Property, cls: Class | None) -> bool:
    """An unknown count is a count with that qualifier; an unknown text is a text."""
    if cls is not None:
        return cls.syntax != v.SYNTAX_COUNT and v.WORD_UNKNOWN not in cls.individuals
    return bool(prop.syntax)


def _write_literal(scope: Scope, slot: Slot, item: Node) -> None:
    subject, prop, key = slot
    datatype = prop.ranges[0] if prop.ranges else v.XSD_STRING
    if datatype == v.RDF_LANG_STRING and isinstance(item, Mapping):
        for language, text in item.entries:
            if not isinstance(text, Scalar):
                scope.report("unexpected-shape", f"'{key.text}' takes one text per language", text)
                continue
            try:
                scope.add(subject, prop.iri, _in_language(text.text, language.text), text, key)
            except ValueProblem as problem:
                scope.report("invalid-value", f"{problem.message} ('{key.text}')", language, problem.hint)
    elif not isinstance(item, Scalar):
        scope.report("unexpected-shape", f"'{key.text}' takes a plain text, not keys of its own", item)
    elif datatype == v.RDF_LANG_STRING:
        scope.add(subject, prop.iri, _in_language(item.text, scope.context.language), item, key)
    else:
        scope.add(subject, prop.iri, canonical(item.text, datatype), item, key)


def _in_language(text: str, language: str) -> Literal:
    try:
        return Literal(text, language=language)
    except ValueError as error:
        raise ValueProblem(f"'{language}' is no language tag", "write en, my, ar, zh-Hant …") from error


def _write_object(scope: Scope, slot: Slot, item: Node, cls: Class | None) -> None:
    subject, prop, key = slot
    if isinstance(item, Scalar) and cls is not None and cls.scalar_property is not None:
        short = Scalar(scope.context.ontology.properties[cls.scalar_property].key, item.line, item.column)
        item = Mapping(((short, item),), item.line, item.column)
    if isinstance(item, Mapping):
        nested = thing_iri(scope, item, subject, prop.key)
        if nested is None:
            return
        scope.add(subject, prop.iri, nested, item, key)
        for fixed, value in prop.fixed:
            scope.add(nested, fixed, value, item, key)
        write_thing(scope, item, nested, cls)
    elif isinstance(item, Scalar):
        named = _named(scope, slot, item, cls)
        if named is not None:
            scope.add(subject, prop.iri, named, item, key)


def _named(scope: Scope, slot: Slot, item: Scalar, cls: Class | None) -> NamedNode | None:
    """What a text names: a class, one of a class's listed values, or a thing by its id."""
    if v.OWL_CLASS in slot.prop.ranges:
        found = _find_class(scope, item)
        for above in scope.context.ontology.ancestors(found.iri) if found is not None else ():
            scope.add(slot.subject, slot.prop.iri, above, item, slot.key)
        return found.iri if found is not None else None
    if cls is not None and cls.individuals:
        word = cls.individuals.get(item.text)
        if word is None:
            hint = nearest(item.text, iter(cls.individuals)) or f"one of: {', '.join(sorted(cls.individuals))}"
            scope.report("unknown-word", f"{quoted(item.text)} is no {cls.label} ('{slot.key.text}')", item, hint)
        return word
    text = _id_text(scope, item, is_path)
    if text is None:
        return None
    iri = _referred(scope, cls, text)
    scope.refer(iri, slot, item)
    return iri


def _referred(scope: Scope, cls: Class | None, text: str) -> NamedNode:
    """The IRI that an id names; a claim's key is looked for in its own document unless another's stands before it."""
    if cls is None or cls.iri != v.CLAIM:
        return NamedNode(scope.context.base + text)
    document, slash, key = text.replace(f"/{v.CLAIM_SEGMENT}/", "/").rpartition("/")
    parent = NamedNode(scope.context.base + document) if slash else scope.document
    return below(parent, v.CLAIM_SEGMENT, key)


def types_of(scope: Scope, node: Node | None) -> list[tuple[Class, Node]]:
    """The classes named under `type`, each with its place; unknown ones are reported."""
    if isinstance(node, Scalar) and scope.sheet.tabular:
        node = split_list(node)
    items = node.items if isinstance(node, Listing) else (node,) if node is not None else ()
    return [(cls, item) for item in items if (cls := _find_class(scope, item)) is not None]


def _find_class(scope: Scope, node: Node) -> Class | None:
    if not isinstance(node, Scalar):
        scope.report("unexpected-shape", "the name of a class is expected here", node)
        return None
    cls = scope.context.ontology.classes.get(node.text)
    if cls is None:
        hint = nearest(node.text, scope.context.ontology.classes) or "`kg schema --classes` lists them"
        scope.report("unknown-type", f"the ontology has no class {quoted(node.text)}", node, hint)
    return cls


def _check_domain(scope: Scope, prop: Property, types: list[tuple[Class, Node]], key: Scalar) -> None:
    """Report a key that a thing of these types does not have. Without a type anything fits."""
    ontology = scope.context.ontology
    if not types or not prop.domains:
        return
    if any(ontology.is_kind_of(cls.iri, domain) for cls, _ in types for domain in prop.domains):
        return
    scope.mapped.findings.append(unexpected_key(types[0][0].iri, prop.domains, key.text, scope.sheet.at(key), ontology))


def _id_text(scope: Scope, node: Node, accepts: Callable[[str], bool]) -> str | None:
    if not isinstance(node, Scalar):
        scope.report("unexpected-shape", "an id is expected here, a plain text", node)
        return None
    text = normal(node.text)
    if text == v.WORD_UNKNOWN:
        scope.report("invalid-id", "'unknown' cannot be an id: it says that something is not known", node)
        return None
    if not accepts(text):
        fitting = suggested_id(text)
        hint = f"letters, digits, - _ . ~ only: {quoted(fitting)}" if fitting else "letters, digits, - _ . ~ only"
        scope.report("invalid-id", f"{quoted(text)} cannot be an id", node, hint)
        return None
    return text


def named_text(node: Node) -> str:
    """The text of a node that is one, for a message."""
    return node.text if isinstance(node, Scalar) else ""
