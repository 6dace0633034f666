"""A name → the page that explains it: a finding's code, a shape, a query, a class or a key."""

from __future__ import annotations

from collections.abc import Iterator

from kg.model.errors import UsageError
from kg.model.shipped import shipped
from kg.ontology import Class, Ontology, Property
from kg.ontology.model import nearest
from kg.pipeline.project import Project
from kg.queries.catalogue import Query, load_queries
from kg.validation.shapes.pages import Shape, load_shapes


def explain(project: Project, name: str) -> str:
    """
    The page on a name, in Markdown.

    Raises:
        UsageError: Nothing has this name.
    """
    pages = list(_pages(project, name))
    if not pages:
        raise UsageError(
            f"there is nothing named '{name}' to explain",
            nearest(name, iter(names(project))) or "`kg explain` lists all",
        )
    return "\n\n".join(pages)


def names(project: Project) -> dict[str, str]:
    """Everything that can be explained, and what it is: findings first, then shapes, queries, classes, keys."""
    found = {path.stem: "finding" for path in sorted(shipped("findings").glob("*.md"))}
    found |= {
        shape.name: f"rule {shape.rule}: {shape.label}" for shape in load_shapes(project.folders("shapes")).values()
    }
    found |= {query.name: f"query: {query.summary}" for query in load_queries(project.folders("queries")).values()}
    found |= {cls.name: f"class: {cls.label}" for cls in project.ontology.classes.values()}
    for keys in (project.ontology.thing_keys, project.ontology.claim_keys):
        found |= {key: f"key: {prop.label}" for key, prop in keys.items()}
    return found


def _pages(project: Project, name: str) -> Iterator[str]:
    page = shipped("findings") / f"{name}.md"
    if "/" not in name and page.is_file():
        yield page.read_text(encoding="utf-8").rstrip()
    shape = load_shapes(project.folders("shapes")).get(name)
    if shape is not None:
        yield shape_page(shape)
    query = load_queries(project.folders("queries")).get(name)
    if query is not None:
        yield query_page(query)
    ontology = project.ontology
    if name in ontology.classes:
        yield class_page(ontology, ontology.classes[name])
    for keys in (ontology.thing_keys, ontology.claim_keys):
        if name in keys:
            yield key_page(ontology, keys[name])


def shape_page(shape: Shape) -> str:
    """The page on a shape: what it asks for, why, and the two examples where it has them."""
    lines = [
        f"# {shape.name}",
        f"{shape.label} ({shape.severity.name}" + (f", rule {shape.rule})" if shape.rule else ")"),
    ]
    lines += [shape.comment, f"**Do:** {shape.message}"]
    for title, file in (("Wrong", "wrong.yaml"), ("Right", "right.yaml")):
        path = shape.examples / file
        if path.is_file():
            lines.append(f"## {title}\n\n```yaml\n{path.read_text(encoding='utf-8').rstrip()}\n```")
    return "\n\n".join(line for line in lines if line)


def query_page(query: Query) -> str:
    """The page on a query: what it answers, takes and gives."""
    lines = [f"# {query.name}", query.summary, query.description]
    if query.parameters:
        lines.append("## Parameters")
        lines.append(
            "\n".join(
                f"- `{p.name}` ({p.cls or p.type}{', required' if p.required else ''}): {p.description}"
                for p in query.parameters
            )
        )
    if query.columns:
        lines.append("## Columns")
        lines.append("\n".join(f"- `{c.name}`: {c.description}" for c in query.columns))
    return "\n\n".join(line for line in lines if line)


def class_page(ontology: Ontology, cls: Class) -> str:
    """The page on a class: its definition, its place in the hierarchy, its keys or its words."""
    lines = [f"# {cls.name}", cls.definition, f"<{cls.iri.value}>"]
    above = [ontology.by_iri[iri].name for iri in cls.ancestors if iri in ontology.by_iri]
    if above:
        lines.append("Is a: " + ", ".join(f"`{name}`" for name in above))
    below = sorted(other.name for other in ontology.below(cls.iri) if other is not cls)
    if below:
        lines.append("Kinds: " + ", ".join(f"`{name}`" for name in below))
    if cls.individuals:
        lines.append("Words: " + ", ".join(f"`{word}`" for word in sorted(cls.individuals)))
    keys = sorted(
        {p.key for p in ontology.thing_keys.values() if any(ontology.is_kind_of(cls.iri, d) for d in p.domains)}
    )
    if keys:
        lines.append("Keys: " + ", ".join(f"`{key}`" for key in keys))
    return "\n\n".join(lines)


def key_page(ontology: Ontology, prop: Property) -> str:
    """The page on a key: what it says, of what, and what stands under it."""

    def label(iri: object) -> str:
        known = ontology.by_iri.get(iri)  # type: ignore[call-overload]
        return f"`{known.name}`" if known else f"`{getattr(iri, 'value', iri)}`"

    lines = [f"# {prop.key}", prop.definition, f"<{prop.iri.value}>"]
    if prop.domains:
        lines.append("Belongs to: " + ", ".join(sorted(map(label, prop.domains))))
    if prop.ranges:
        lines.append("Takes: " + ", ".join(map(label, prop.ranges)))
    cls = ontology.value_class(prop)
    if cls is not None and cls.individuals:
        lines.append("Words: " + ", ".join(f"`{word}`" for word in sorted(cls.individuals)))
    return "\n\n".join(lines)
