"""Entries about things → statements: keys by the ontology, values by the range of their property."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pyoxigraph import Literal, NamedNode

from kg.mapping.iris import below, digest, fingerprint, is_id, is_path, normal, suggested_id
from kg.mapping.scope import Scope
from kg.mapping.values.literals import canonical
from kg.mapping.values.problem import ValueProblem
from kg.mapping.wordings import write_wording
from kg.model.findings import Severity
from kg.model.records import Listing, Mapping, Node, Scalar, split_list
from kg.ontology import Class, Property
from kg.ontology import vocabulary as v
from kg.ontology.model import nearest

_ENTRY_WORDS = frozenset({v.WORD_ID, v.WORD_TYPE, v.WORD_ABOUT})


def thing_iri(scope: Scope, entry: Mapping, parent: NamedNode | None = None, key: str = "") -> NamedNode | None:
    """
    The IRI of what an entry is about, from its `id` or `about`; a nested entry without either is named by its content.

    None where it has neither or a wrong one, which is reported.
    """
    own, about = entry.get(v.WORD_ID), entry.get(v.WORD_ABOUT)
    if own is not None and about is not None:
        scope.report("id-and-about", "an entry introduces a thing or adds to one, not both", about, "drop `id` or `about`")
        return None
    if own is not None:
        text = _id_text(scope, own, is_id)
        if text is None:
            return None
        return below(parent, key, text) if parent is not None else NamedNode(scope.context.base + text)
    if about is not None:
        text = _id_text(scope, about, is_path)
        return None if text is None else NamedNode(scope.context.base + text)
    if parent is not None:
        return below(parent, key, digest(fingerprint(entry)))
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
    types = _types(scope, entry.get(v.WORD_TYPE))
    named = entry.get(v.WORD_ID)
    scope.subjects[subject] = None
    if not types and expected is not None and entry.get(v.WORD_ABOUT) is None:
        types = (expected,)
        scope.add(subject, v.RDF_TYPE, expected.iri, entry, entry)
    if named is not None:
        scope.introduce(subject, tuple(cls.iri for cls in types), named)
        if not types and entry.get(v.WORD_TYPE) is None:
            scope.report("missing-type", f"'{named_text(named)}' has no type", named, "say what it is: `type: ArmedGroup`")
    about = entry.get(v.WORD_ABOUT)
    if about is not None:
        scope.refer(subject, (), v.WORD_ABOUT, subject, about)
    for key_node, value in entry.entries:
        if key_node.text in _ENTRY_WORDS:
            if key_node.text == v.WORD_TYPE:
                _write_types(scope, subject, types, key_node, value)
            continue
        prop = find_property(scope, key_node)
        if prop is not None and _fits(scope, prop, types, key_node):
            write_values(scope, subject, prop, key_node, value)


def find_property(scope: Scope, key: Scalar) -> Property | None:
    """The property that a key names among things; an unknown key is reported."""
    prop = scope.context.ontology.thing_keys.get(key.text)
    if prop is None:
        claim_keys = scope.context.ontology.claim_keys
        if key.text in claim_keys or key.text in (v.WORD_VOICE, v.WORD_SAYS, v.WORD_CLAIM, v.WORD_OCCURRENCE):
            hint = "it belongs to the claim: write it beside `says`, or in an entry of its own"
        else:
            known = {*scope.context.ontology.thing_keys, *claim_keys, v.WORD_SAYS, v.WORD_VOICE, *_ENTRY_WORDS}
            hint = nearest(key.text, iter(sorted(known)))
        scope.report("unknown-key", f"'{key.text}' is no key that an entry can have here", key, hint)
    return prop


def write_values(scope: Scope, subject: NamedNode, prop: Property, key: Scalar, value: Node) -> None:
    """Write one statement per value; a cell of a table may hold several, separated by semicolons."""
    for item in values(scope, prop, value):
        if isinstance(item, Scalar) and not item.text.strip():
            scope.report(
                "empty-value",
                f"'{key.text}' has no value",
                item,
                "leave the key out where nothing is said; write `unknown` where it is said to be unknown",
            )
        else:
            _write_value(scope, subject, prop, key, item)


def values(scope: Scope, prop: Property, value: Node) -> Iterator[Node]:
    """The values under a key: the items of a list, or of a table's cell where the property is not one of free text."""
    free_text = prop.ranges and prop.ranges[0] in (v.XSD_STRING,)
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


def _write_value(scope: Scope, subject: NamedNode, prop: Property, key: Scalar, item: Node) -> None:
    if isinstance(item, Mapping):
        reason = item.get(v.WORD_INFERRED)
        if reason is not None:
            item = _without_reason(item)
            if isinstance(reason, Scalar) and reason.text.strip():
                scope = scope.inference(reason)
                scope.subjects[subject] = None
            else:
                scope.report("missing-reason", "an inference gives its reason", reason, "write `inferred: why`")
    cls = scope.context.ontology.value_class(prop)
    if isinstance(item, Scalar) and item.text == v.WORD_UNKNOWN and _can_be_unknown(prop, cls):
        scope.add(subject, v.NOT_KNOWN, prop.iri, item, key)
        return
    try:
        if prop.syntax or (cls is not None and cls.syntax):
            write_wording(scope, subject, prop, key, item, write_values)
        elif cls is not None or v.OWL_CLASS in prop.ranges:
            _write_object(scope, subject, prop, key, item, cls)
        else:
            _write_literal(scope, subject, prop, key, item)
    except ValueProblem as problem:
        scope.report("invalid-value", f"{problem.message} ('{key.text}')", item, problem.hint)


def _can_be_unknown(prop: Property, cls: Class | None) -> bool:
    """An unknown count is a count with that qualifier; an unknown text is a text."""
    if cls is not None:
        return cls.syntax != v.SYNTAX_COUNT and v.WORD_UNKNOWN not in cls.individuals
    return bool(prop.syntax)


def _without_reason(item: Mapping) -> Node:
    rest = tuple(pair for pair in item.entries if pair[0].text != v.WORD_INFERRED)
    if len(rest) == 1 and rest[0][0].text == v.WORD_VALUE:
        return rest[0][1]
    return Mapping(rest, item.line, item.column)


def _write_literal(scope: Scope, subject: NamedNode, prop: Property, key: Scalar, item: Node) -> None:
    datatype = prop.ranges[0] if prop.ranges else v.XSD_STRING
    if datatype == v.RDF_LANG_STRING and isinstance(item, Mapping):
        for language, text in item.entries:
            if isinstance(text, Scalar):
                scope.add(subject, prop.iri, _in_language(text.text, language.text), text, key)
            else:
                scope.report("unexpected-shape", f"'{key.text}' takes one text per language", text)
        return
    if not isinstance(item, Scalar):
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


def _write_object(
    scope: Scope, subject: NamedNode, prop: Property, key: Scalar, item: Node, cls: Class | None
) -> None:
    if isinstance(item, Mapping):
        nested = thing_iri(scope, item, subject, prop.key)
        if nested is None:
            return
        scope.add(subject, prop.iri, nested, item, key)
        for fixed, value in prop.fixed:
            scope.add(nested, fixed, value, item, key)
        write_thing(scope, item, nested, cls)
    elif isinstance(item, Scalar):
        if cls is not None and cls.scalar_property is not None:
            short = Scalar(scope.context.ontology.properties[cls.scalar_property].key, item.line, item.column)
            _write_object(scope, subject, prop, key, Mapping(((short, item),), item.line, item.column), cls)
        else:
            value = _named_value(scope, subject, prop, key, item, cls)
            if value is not None:
                scope.add(subject, prop.iri, value, item, key)


def _named_value(
    scope: Scope, subject: NamedNode, prop: Property, key: Scalar, item: Scalar, cls: Class | None
) -> NamedNode | None:
    """What a text names: a class, one of a class's listed values, or a thing by its id."""
    if v.OWL_CLASS in prop.ranges:
        named = _find_class(scope, item)
        if named is not None:
            for above in scope.context.ontology.ancestors(named.iri):
                scope.add(subject, prop.iri, above, item, key)
        return named.iri if named else None
    if cls is not None and cls.individuals:
        found = cls.individuals.get(item.text)
        if found is None:
            known = ", ".join(sorted(cls.individuals))
            hint = nearest(item.text, iter(cls.individuals)) or f"one of: {known}"
            scope.report("unknown-word", f"'{item.text}' is no {cls.label} ('{key.text}')", item, hint)
        return found
    text = _id_text(scope, item, is_path)
    if text is None:
        return None
    iri = NamedNode(scope.context.base + text)
    scope.refer(iri, prop.ranges, key.text, subject, item)
    return iri


def _types(scope: Scope, node: Node | None) -> tuple[Class, ...]:
    if node is None:
        return ()
    items = node.items if isinstance(node, Listing) else (node,)
    found = [_find_class(scope, item) for item in items]
    return tuple(cls for cls in found if cls is not None)


def _find_class(scope: Scope, node: Node) -> Class | None:
    if not isinstance(node, Scalar):
        scope.report("unexpected-shape", "the name of a class is expected here", node)
        return None
    cls = scope.context.ontology.classes.get(node.text)
    if cls is None:
        hint = nearest(node.text, scope.context.ontology.classes) or "`kg schema --classes` lists them"
        scope.report("unknown-type", f"the ontology has no class '{node.text}'", node, hint)
    return cls


def _write_types(scope: Scope, subject: NamedNode, types: tuple[Class, ...], key: Scalar, value: Node) -> None:
    items = value.items if isinstance(value, Listing) else (value,) * len(types)
    for cls, item in zip(types, items, strict=False):
        scope.add(subject, v.RDF_TYPE, cls.iri, item, key)


def _fits(scope: Scope, prop: Property, types: tuple[Class, ...], key: Scalar) -> bool:
    """Whether a thing of these types can have the property; reported where not. Without a type anything fits."""
    if not types or not prop.domains:
        return True
    ontology = scope.context.ontology
    if any(ontology.is_kind_of(cls.iri, domain) for cls in types for domain in prop.domains):
        return True
    domains = ", ".join(sorted(ontology.by_iri[d].label if d in ontology.by_iri else d.value for d in prop.domains))
    scope.report(
        "unexpected-key",
        f"a {types[0].label} has no '{key.text}'",
        key,
        f"'{key.text}' belongs to: {domains}",
        Severity.violation,
    )
    return True


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
        hint = f"letters, digits, - _ . ~ only: '{fitting}'" if fitting else "letters, digits, - _ . ~ only"
        scope.report("invalid-id", f"'{text}' cannot be an id", node, hint)
        return None
    return text


def named_text(node: Node) -> str:
    """The text of a node that is one, for a message."""
    return node.text if isinstance(node, Scalar) else ""
