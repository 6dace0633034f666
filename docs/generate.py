#!/usr/bin/env python3
"""
Writes the reference pages that say what the code, the ontology, the shapes and the queries say.

    python docs/generate.py            # write the pages
    python docs/generate.py --check    # exit with 1 where a page is not what would be written

The same sources give the same bytes. `tests/docs/test_generated.py` runs the check.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.cli import cli
from kg.model.shipped import shipped
from kg.ontology import Class, Ontology, Property, load_ontology
from kg.ontology import vocabulary as v
from kg.queries.catalogue import Query, load_queries
from kg.validation.shapes.pages import Shape, load_shapes

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- Written by docs/generate.py from {}. Do not edit: change the source and run `python docs/generate.py`. -->"

# The files of the ontology in the order in which a reader wants them, with a heading each.
PARTS = {
    "conflict-kg.ttl": "Keys of every thing",
    "claims.ttl": "Documents and claims",
    "occurrences.ttl": "What happened, and what did not",
    "actors.ttl": "Who",
    "places.ttl": "Where, and who holds it",
    "effects.ttl": "Harm",
    "values.ttl": "Values that keep their wording",
    "wording.ttl": "Words of times and counts",
}


def main() -> int:
    """Write the pages, or with `--check` compare them."""
    stale = []
    for name, page in PAGES.items():
        path, text = REFERENCE / name, page()
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        if "--check" in sys.argv[1:]:
            stale.append(path)
        else:
            path.write_text(text, encoding="utf-8")
    for path in stale:
        sys.stderr.write(f"{path.relative_to(ROOT)} is out of date: run `python docs/generate.py`\n")
    return int(bool(stale))


def page(source: str, *parts: str) -> str:
    """A page of its parts, with the note that it is generated."""
    return "\n\n".join([NOTE.format(source), *(part for part in parts if part)]) + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; empty without rows."""
    head, rows = list(head), [[cell(text) for text in row] for row in rows]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) if rows else ""


def cell(text: str) -> str:
    """A text that may stand in a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def code(words: Iterable[str]) -> str:
    """Words as code, with commas between them."""
    return ", ".join(f"`{word}`" for word in words)


# ── Command line ────────────────────────────────────────────────────────────────────────────────────────────────────


def command_page() -> str:
    """`kg` and its commands, as their `--help` says."""
    width = 100
    top = cli.make_context("kg", [], resilient_parsing=True, terminal_width=width, max_content_width=width)
    parts = [f"```text\n{cli.get_help(top).rstrip()}\n```"]
    for name in cli.list_commands(top):
        command = cli.get_command(top, name)
        if command is not None:
            context = command.make_context(name, [], parent=top, resilient_parsing=True)
            parts.append(f"## kg {name}\n\n```text\n{command.get_help(context).rstrip()}\n```")
    return page("the live `--help`", "# Commands", COMMANDS, *parts)


COMMANDS = """
Every command works on the project that the current folder lies in: the nearest folder upwards with a `kg.toml`.
`kg -C FOLDER …` names another one.

What a program may want to read goes to standard output, messages go to standard error.

| exit code | meaning |
|---|---|
| 0 | fine |
| 1 | findings at or above `--fail-on`, or changes with `kg diff --exit-code` |
| 2 | the command or `kg.toml` is wrong |
| 3 | the machine is not ready: a library is missing, a store is locked, a disk is full |
| 70 | a bug in kg; please report it |
""".strip()


# ── Ontology ────────────────────────────────────────────────────────────────────────────────────────────────────────


def ontology_page() -> str:
    """Classes, keys and words, file by file."""
    folder = shipped("ontology")
    ontology = load_ontology([folder])
    parts = [part for name, title in PARTS.items() for part in ontology_part(ontology, folder / name, title)]
    return page("`ontology/*.ttl`", "# Ontology", ontology_head(ontology), *parts)


def ontology_head(ontology: Ontology) -> str:
    """Name, version, and how to read the tables."""
    version = text_of(ontology.triples, v.ONTOLOGY_GRAPH, "http://www.w3.org/2002/07/owl#versionInfo")
    return f"""
Version {version}. The namespace is `{v.NAMESPACE}`, its prefix `kg:`.
The ontology is the only schema: what stands here can be written in facts, and a project can
[add to it](../how-to/extend-the-ontology.md). `kg explain NAME` prints the same for one class or key.

A class is written under `type:`. A key is written in an entry of a thing or of a claim.
"Takes" says what stands under a key: the id of a thing of that class, a nested entry, one of the listed words, or
a value in the form that [the facts format](facts.md#values) tells.
Statements are also written with every class above a class, and with every property above a property.
"Also" names the terms of other vocabularies that they are kinds of, or close to.
""".strip()


def ontology_part(ontology: Ontology, path: Path, title: str) -> Iterator[str]:
    """The tables of one file of the ontology."""
    triples = [Triple(q.subject, q.predicate, q.object) for q in parse(path=str(path), format=RdfFormat.TURTLE)]
    subjects = list(dict.fromkeys(t.subject for t in triples if isinstance(t.subject, NamedNode)))
    classes = [ontology.by_iri[iri] for iri in subjects if iri in ontology.by_iri]
    keys = {prop.iri: prop for keys in (ontology.thing_keys, ontology.claim_keys) for prop in keys.values()}
    own = [keys[iri] for iri in subjects if iri in keys and any(t.subject == iri and is_range(t) for t in triples)]
    of_claims = [prop for prop in own if prop.key in ontology.claim_keys]
    of_things = [prop for prop in own if prop.key in ontology.thing_keys]
    yield f"## {title}"
    kinds = [cls for cls in classes if not cls.individuals]
    if path.name == "wording.ttl":
        yield from wording_tables(triples)
        kinds, of_things = [], []
    yield from headed("### Classes", class_table(ontology, kinds))
    yield from headed("### Keys" if not of_claims else "### Keys of things", key_table(ontology, of_things))
    yield from headed("### Keys of claims", key_table(ontology, of_claims))
    yield from headed("### Words", word_table(ontology, [c for c in classes if c.individuals and not c.syntax]))


def headed(title: str, content: str) -> Iterator[str]:
    """A part under its heading, or nothing."""
    if content:
        yield f"{title}\n\n{content}"


def is_range(triple: Triple) -> bool:
    """Whether a triple defines a property, and does not only say more of one."""
    return triple.predicate == v.RDFS_RANGE


def class_table(ontology: Ontology, classes: list[Class]) -> str:
    """Classes with what they are kinds of."""

    def row(cls: Class) -> list[str]:
        above = [ontology.by_iri[iri].name for iri in cls.ancestors if iri in ontology.by_iri]
        return [f"`{cls.name}`", cls.definition, code(above[:1]), others(ontology, cls.iri, cls.ancestors)]

    return table(("class", "definition", "kind of", "also"), map(row, classes))


def key_table(ontology: Ontology, properties: list[Property]) -> str:
    """Keys with what they belong to and what they take."""

    def row(prop: Property) -> list[str]:
        domains = sorted(ontology.by_iri[iri].name for iri in prop.domains if iri in ontology.by_iri)
        above = [ontology.properties[iri].key for iri in prop.ancestors if iri in ontology.properties]
        text = prop.definition + (f" Below `{above[0]}`." if above else "")
        return [
            f"`{prop.key}`",
            text,
            code(domains) or "any",
            takes(ontology, prop),
            others(ontology, prop.iri, prop.ancestors),
        ]

    return table(("key", "definition", "of", "takes", "also"), map(row, properties))


def takes(ontology: Ontology, prop: Property) -> str:
    """What stands under a key."""
    cls = ontology.value_class(prop)
    if v.OWL_CLASS in prop.ranges:
        return "the name of a class"
    if prop.syntax or (cls is not None and cls.syntax):
        return {"day": "a day", "time": "a time", "count": "a count", "coordinates": "coordinates"}[
            prop.syntax or (cls.syntax if cls else "")
        ]
    if cls is not None:
        return f"`{cls.name}`"
    return ", ".join(curie(iri) for iri in prop.ranges) or "text"


def word_table(ontology: Ontology, classes: list[Class]) -> str:
    """The words that stand under keys of a class with listed values."""
    rows = []
    for cls in classes:
        for word, iri in cls.individuals.items():
            rows.append([f"`{cls.name}`", f"`{word}`", text_of(ontology.triples, iri, v.SKOS_DEFINITION.value)])
    return table(("of", "word", "meaning"), rows)


def others(ontology: Ontology, iri: NamedNode, ancestors: tuple[NamedNode, ...]) -> str:
    """Terms of other vocabularies that a term is below, or close to."""
    known = {*ontology.by_iri, *ontology.properties}
    direct = {t.object for t in ontology.triples if t.subject == iri and t.predicate.value in ABOVE}
    near = [t.object for t in ontology.triples if t.subject == iri and t.predicate.value == CLOSE]
    terms = [a for a in ancestors if a in direct and a not in known]
    terms += [n for n in near if isinstance(n, NamedNode) and not n.value.startswith(OWN)]
    return code(curie(term) for term in dict.fromkeys(terms))


ABOVE = {v.RDFS_SUBCLASS_OF.value, v.RDFS_SUBPROPERTY_OF.value}
CLOSE = "http://www.w3.org/2004/02/skos/core#closeMatch"
OWN = "https://w3id.org/conflict-kg/"


def curie(iri: NamedNode) -> str:
    """A short name for an IRI."""
    for prefix, namespace in v.PREFIXES.items():
        if iri.value.startswith(namespace):
            return f"{prefix}:{iri.value.removeprefix(namespace)}"
    return iri.value


def text_of(triples: Iterable[Triple], subject: object, predicate: str) -> str:
    """The first text of a subject under a predicate."""
    found = (t.object for t in triples if t.subject == subject and t.predicate.value == predicate)
    return next((term.value for term in found if isinstance(term, Literal)), "")


def wording_tables(triples: list[Triple]) -> Iterator[str]:
    """Parts of the day with their windows, then every other kind of word with its phrases."""
    yield WORDING
    members: dict[str, list[NamedNode]] = {}
    for triple in triples:
        if (
            triple.predicate == v.RDF_TYPE
            and isinstance(triple.object, NamedNode)
            and isinstance(triple.subject, NamedNode)
        ):
            members.setdefault(triple.object.value, []).append(triple.subject)

    def phrases(term: NamedNode) -> str:
        found = [t.object for t in triples if t.subject == term and t.predicate.value in LABELS]
        return code(dict.fromkeys(label.value for label in found if isinstance(label, Literal)))

    def of(term: NamedNode, prop: NamedNode) -> str:
        return text_of(triples, term, prop.value)

    parts = sorted(
        members[v.PART_OF_DAY.value], key=lambda term: (of(term, v.CLOCK_EARLIEST), of(term, v.CLOCK_LATEST))
    )
    windows = [[phrases(t), of(t, v.CLOCK_EARLIEST)[:5], of(t, v.CLOCK_LATEST)[:5]] for t in parts]
    yield "### Parts of the day\n\n" + table(("words", "from", "to"), windows)
    margins = [[phrases(t), of(t, v.MINUTES_EITHER_SIDE)] for t in members[v.APPROXIMATION.value]]
    yield "### About\n\n" + table(("words", "minutes either side of a clock time"), margins)
    for title, kind in KINDS.items():
        rows = [[phrases(term), of(term, v.SKOS_DEFINITION)] for term in members[kind.value]]
        yield f"### {title}\n\n" + table(("words", "meaning"), rows)


LABELS = {v.SKOS_PREF_LABEL.value, v.SKOS_ALT_LABEL.value, v.EXCLUSIVE_LABEL.value}
KINDS = {
    "Bounds of a time": v.TIME_RELATION,
    "Qualifiers of a count": v.QUALIFIER_CLASS,
    "Number words": v.NUMBER_WORD,
    "Precision of a time": NamedNode(v.NAMESPACE + "Precision"),
}
WORDING = """
All of these stand in `ontology/wording.ttl`.
A project adds words, in any language, in a file of its own `ontology/` folder:

```turtle
kg:predawn skos:altLabel "до рассвета"@ru .
```

In a phrase of a count `…` is where the number stands.
""".strip()


# ── Rules ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def rule_page() -> str:
    """The shapes, by rule."""
    shapes = list(load_shapes([shipped("shapes")]).values())
    rows = [[str(s.rule or ""), f"[{s.name}](#{s.name})", s.severity.name, s.label] for s in shapes]
    found = sorted(path.stem for path in shipped("findings").glob("*.md"))
    reading = [[f"[{name}](findings/{name}.md)"] for name in found]
    return page(
        "`shapes/*.ttl`",
        "# Rules",
        RULES,
        table(("rule", "name", "severity", "what it finds"), rows),
        *map(rule_part, shapes),
        *headed("## What is found while reading", table(("code",), reading)),
    )


def rule_part(shape: Shape) -> str:
    """One rule."""
    examples = shape.examples.relative_to(shipped("shapes")).as_posix()
    links = [
        f"[{word}](../../shapes/{examples}/{word}.yaml)"
        for word in ("wrong", "right")
        if (shape.examples / f"{word}.yaml").is_file()
    ]
    message = re.sub(r"\{\?(\w+)\}", r"*\1*", shape.message)
    lines = [f"## {shape.name}", shape.comment, f"**{shape.severity.name}:** {message}"]
    if links:
        lines.append(f"Examples: {', '.join(links)}")
    return "\n\n".join(line for line in lines if line)


RULES = """
`kg check` checks the facts against these SHACL shapes, once reading them gave no error.
A *violation* makes `kg check` exit with 1. A *warning* says what to look at; two sources that disagree are never more.
`kg explain NAME` prints a rule with a wrong and a right example.
A project can [add rules of its own](../how-to/write-a-rule.md).
""".strip()


# ── Queries ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def query_page() -> str:
    """The named queries."""
    queries = list(load_queries([shipped("queries")]).values())
    rows = [[f"[{q.name}](#{q.name})", q.summary] for q in queries]
    return page(
        "`queries/*.rq`", "# Queries", QUERIES, table(("name", "what it answers"), rows), *map(query_part, queries)
    )


def query_part(query: Query) -> str:
    """One query."""
    parts = [f"## {query.name}", f"{query.summary}.", query.description]
    if query.parameters:
        rows = [
            [f"`{p.name}`", f"id of a `{p.cls}`" if p.cls else p.type, "yes" if p.required else "", p.description]
            for p in query.parameters
        ]
        parts.append(table(("parameter", "takes", "required", "meaning"), rows))
    if query.columns:
        parts.append(table(("column", "meaning"), ([f"`{c.name}`", c.description] for c in query.columns)))
    return "\n\n".join(part for part in parts if part)


QUERIES = """
`kg query NAME` asks one, `--param NAME=VALUE` gives a parameter, `--format csv` writes the answer for a spreadsheet.
A project can [add queries of its own](../how-to/write-a-query.md).
""".strip()


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": command_page,
    "ontology.md": ontology_page,
    "queries.md": query_page,
    "rules.md": rule_page,
}

if __name__ == "__main__":
    sys.exit(main())
