"""What the tools wrote, as one kind of answer: how often which focus node, constraint component and path."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from generate import Found

SH = "http://www.w3.org/ns/shacl#"
OTHER = "(no IRI)"  # blank nodes, literals and long paths: every tool spells them in its own way
HEAD = re.compile(r"^(?:Constraint|Validation) \w+ in (\w+)")
ALGEBRA_HEAD = re.compile(r"^\w+ result in .* \((.*)\):$")
PREFIX = re.compile(r"^\s*@?prefix\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)

Reader = Callable[[Path, dict[str, str]], "Answer"]


class Answer(NamedTuple):
    """All results of a report, and which parts of a result the tool tells."""

    results: Counter[Found]
    tells: tuple[str, ...] = Found._fields


def prefixes_of(shapes: Path) -> dict[str, str]:
    """The prefixes of a Turtle file: reports for people use them."""
    return dict(PREFIX.findall(shapes.read_text(encoding="utf-8")))


def difference(expected: Counter[Found], answer: Answer) -> str:
    """
    What the answer lacks or has too much, by component; empty where it is what was expected.

    Only the parts that the tool tells are compared.
    """
    wanted: Counter[Found] = Counter()
    for found, times in expected.items():
        told = {part: value for part, value in found._asdict().items() if part in answer.tells}
        wanted[Found(**dict.fromkeys(Found._fields) | told)] += times
    counts = {"missing": wanted - answer.results, "too many": answer.results - wanted}
    return "; ".join(f"{total.total():,} {name}{_components(total)}" for name, total in counts.items() if total)


def _components(results: Counter[Found]) -> str:
    names: Counter[str] = Counter()
    for found, times in results.items():
        if found.component:
            names[found.component.removeprefix(SH).removesuffix("ConstraintComponent")] += times
    return f" ({', '.join(f'{name} {times:,}' for name, times in names.most_common())})" if names else ""


def from_text(report: Path, prefixes: dict[str, str]) -> Answer:
    """The text that pySHACL writes for people, and the tools that write as it does."""
    results: Counter[Found] = Counter()
    with report.open(encoding="utf-8") as lines:
        for component, fields in _entries(lines):
            path = fields.get("Result Path")
            focus = _expanded(fields["Focus Node"], prefixes)
            results[Found(focus, SH + component, path and _expanded(path, prefixes))] += 1
    return Answer(results)


def _entries(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, str]]]:
    component, fields = "", dict[str, str]()
    for line in lines:
        if head := HEAD.match(line):
            if component:
                yield component, fields
            component, fields = head[1], {}
        elif ": " in line:
            key, _, value = line.partition(": ")
            fields.setdefault(key.strip(), value.strip())  # the first: a message may hold anything
    if component:
        yield component, fields


def _expanded(text: str, prefixes: dict[str, str]) -> str:
    if text.startswith("<"):
        return text[1:-1]
    prefix, colon, local = text.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else OTHER


def from_triples(report: Path, prefixes: dict[str, str]) -> Answer:
    """A report graph as N-Triples, read by its predicates; nested results are left out, as everywhere."""
    import pyoxigraph as ox

    about: defaultdict[str, dict[str, str]] = defaultdict(dict)
    results = []
    for triple in ox.parse(path=report, format=ox.RdfFormat.N_TRIPLES):
        name = triple.predicate.value.removeprefix(SH)
        if name == "result":
            results.append(str(triple.object))
        elif name in {"focusNode", "resultPath", "sourceConstraintComponent"}:
            value = triple.object
            about[str(triple.subject)][name] = value.value if isinstance(value, ox.NamedNode) else OTHER
    found: Counter[Found] = Counter()
    for entry in map(about.__getitem__, results):
        found[Found(entry["focusNode"], entry["sourceConstraintComponent"], entry.get("resultPath"))] += 1
    return Answer(found)


def from_algebra(report: Path, prefixes: dict[str, str]) -> Answer:
    """The text of pyshifty's `validate_algebra`: reasons at focus nodes, without constraint components."""
    results: Counter[Found] = Counter()
    focus = OTHER
    with report.open(encoding="utf-8") as lines:
        for line in lines:
            if head := ALGEBRA_HEAD.match(line):
                focus = _expanded(head[1], prefixes)
            elif line.startswith("  Message: "):
                results[Found(focus, None, None)] += 1
    return Answer(results, ("focus",))


def from_jsonl(report: Path, prefixes: dict[str, str]) -> Answer:
    """One JSON object a line, its terms in N-Triples: what `kg check --format jsonl` writes."""
    results: Counter[Found] = Counter()
    with report.open(encoding="utf-8") as lines:
        for line in lines:
            finding = json.loads(line)
            focus, component, path = (finding.get(key) for key in ("focus", "component", "path"))
            if component:  # a finding about something else than a shape has none
                results[Found(_expanded(focus, prefixes), component, path and _iri(path))] += 1
    return Answer(results)


def _iri(text: str) -> str:
    return text[1:-1] if re.fullmatch(r"<[^<>]*>", text) else OTHER
