"""What the schema of GEXF does not say, and every reader takes for granted."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime
from typing import Any

from lxml import etree

G = "{http://gexf.net/1.3}"
VIZ = "{http://gexf.net/1.3/viz}"
_WHOLE = {"integer": 32, "long": 64}
_LIST_ITEM = re.compile(r'"(?:[^"\\]|\\.)*"')


def faults_of(root: Any) -> list[str]:
    """Everything that is wrong with a file, in words; empty where nothing is."""
    graph = root.find(f"{G}graph")
    nodes, edges = graph.findall(f"{G}nodes/{G}node"), graph.findall(f"{G}edges/{G}edge")
    ids = Counter(node.get("id") for node in nodes)
    found = [f"two nodes {name!r}" for name, times in ids.items() if times > 1]
    found += [f"two edges {n!r}" for n, times in Counter(e.get("id") for e in edges).items() if times > 1]
    for part, items in (("nodes", nodes), ("edges", edges)):
        if int(graph.find(f"{G}{part}").get("count")) != len(items):
            found.append(f"count of {part}")
    for edge in edges:
        found += [f"dangling {end}" for end in ("source", "target") if edge.get(end) not in ids]
        found += [] if float(edge.get("weight")) > 0 else ["weight"]
        default = graph.get("defaultedgetype")
        found += [f"{edge.get('type')} in {default}"] if default and edge.get("type") != default else []
    for part, items in (("node", nodes), ("edge", edges)):
        columns = {a.get("id"): a for a in graph.findall(f"{G}attributes[@class='{part}']/{G}attribute")}
        titles = Counter(a.get("title").casefold() for a in columns.values())
        found += [f"two columns {title}" for title, times in titles.items() if times > 1]
        for item in items:
            found += list(_value_faults(item, columns))
            found += list(_time_faults(item, graph))
    return found


def _value_faults(item: Any, columns: dict[str, Any]) -> list[str]:
    values = item.findall(f"{G}attvalues/{G}attvalue")
    found = [f"two values of {c}" for c, n in Counter(v.get("for") for v in values).items() if n > 1]
    for value in values:
        column = columns.get(value.get("for"))
        if column is None:
            found.append(f"a value of no column {value.get('for')}")
        elif not _fits(value.get("value"), column.get("type")):
            found.append(f"{value.get('value')!r} is no {column.get('type')}")
    for colour in item.findall(f"{VIZ}color"):
        found += [f"colour {colour.attrib}"] if not all(0 <= int(colour.get(c)) <= 255 for c in "rgb") else []
    return found


def items_of(text: str) -> list[str]:
    """The elements of a list, as Gephi's and graphology's parsers read them."""
    assert text[0] == "[", text
    assert text[-1] == "]", text
    inner = text[1:-1]
    if not inner.startswith('"'):
        return [item.strip() for item in inner.split(",")]
    return [_unescaped(item) for item in _LIST_ITEM.findall(inner)]


def _unescaped(item: str) -> str:
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t", "r": "\r"}.get(m[1], m[1]), item[1:-1], flags=re.DOTALL)


def _fits(text: str, kind: str) -> bool:
    if kind.startswith("list"):
        if kind == "liststring":
            return _LIST_ITEM.sub("", text[1:-1]).replace(",", "").strip() == "" and text[0] + text[-1] == "[]"
        return all(_fits(item, kind.removeprefix("list")) for item in items_of(text))
    if kind in _WHOLE:
        return bool(re.fullmatch(r"-?\d+", text)) and -(2 ** (_WHOLE[kind] - 1)) <= int(text) < 2 ** (_WHOLE[kind] - 1)
    if kind == "double":
        return text == "NaN" or bool(re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", text))
    return text in ("true", "false") if kind == "boolean" else kind == "string"


def _time_faults(item: Any, graph: Any) -> list[str]:
    found: list[str] = []
    before: Any = None
    for spell in item.findall(f"{G}spells/{G}spell"):
        bounds = [spell.get(name) for name in ("start", "end")]
        read = date if graph.get("timeformat") == "date" else datetime
        try:
            start, end = (read.fromisoformat(text) if text else None for text in bounds)
        except ValueError:
            found.append(f"{bounds} is no {graph.get('timeformat')}")
            continue
        if graph.get("mode") != "dynamic" or bounds == [None, None]:
            found.append("a spell of no time, or in a graph that has none")
        if start and end and start > end:
            found.append(f"it ends before it begins: {bounds}")
        if before is not None and (before == "open" or (start is None) or start <= before):
            found.append(f"spells overlap at {bounds}")
        before = end or "open"
    return found


def relax_ng(conformance: Any) -> Any:
    """The schema."""
    return etree.RelaxNG(etree.parse(conformance / "w3c" / "gexf" / "gexf.rng"))
