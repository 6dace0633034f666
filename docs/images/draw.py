#!/usr/bin/env python3
"""
Draws the picture of the README from the worked example: what two named queries answer, and nothing else.

    python docs/images/draw.py            # write who-coordinated-where.svg
    python docs/images/draw.py --check    # exit with 1 where the picture is not what would be drawn

The same facts give the same bytes.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape
from pathlib import Path
from textwrap import wrap

from kg import Project, build, query
from kg.queries.catalogue import Query

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parents[1] / "examples" / "operation-1027"
PICTURE = HERE / "who-coordinated-where.svg"

NAMES = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?thing ?name { ?thing skos:prefLabel ?name }"

WIDTH, TOP, ROW, BOX = 920, 96, 52, 38
COLUMNS = {"member": (20, 200), "township": (335, 220), "partner": (690, 210)}  # left edge and width
COLOURS = ("#1b6ca8", "#b5532a", "#5d7a2b", "#7a4b94")
INK, PALE, PAPER = "#22292f", "#626d76", "#ffffff"
FONT = "font-family=\"'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif\""


@dataclass
class Meeting:
    """A member and a partner in one township: in how many events both took part, if in any."""

    member: str
    township: str
    partner: str
    named: bool
    events: int


@dataclass
class Answers:
    """What the queries answer, with the names of things."""

    names: Mapping[str, str]
    acted: dict[tuple[str, str], list[date]] = field(default_factory=dict)
    meetings: list[Meeting] = field(default_factory=list)


def main() -> int:
    """Draw, or compare with what is drawn."""
    text = "\n".join(picture(answers())) + "\n"
    if "--check" not in sys.argv[1:]:
        PICTURE.write_text(text, encoding="utf-8")
    elif not PICTURE.is_file() or PICTURE.read_text(encoding="utf-8") != text:
        sys.stderr.write(f"{PICTURE.name} is out of date: run `python docs/images/draw.py`\n")
        return 1
    return 0


def answers() -> Answers:
    """Build a copy of the example and ask it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "example"
        shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns(".kg"))
        project = Project.open(copy)
        build(project)
        found = Answers({row["thing"]: row["name"] for row in rows(project, Query("names", NAMES))})
        for row in rows(project, "who-acted-where"):
            days = [date.fromisoformat(row[name]) for name in ("firstDay", "lastDay") if row[name]]
            found.acted.setdefault((row["member"], row["township"]), []).extend(days)
        told: dict[tuple[str, str, str], Meeting] = {}
        for row in rows(project, "who-coordinated-where"):
            key = (row["member"], row["township"], row["partner"])
            events = int(row["events"]) if row["kind"] == "one event" else 0
            known = told.setdefault(key, Meeting(*key, row["partnerKind"] != "description", 0))
            known.events = max(known.events, events)
        found.meetings = list(told.values())
        return found


def rows(project: Project, asked: Query | str) -> Iterator[dict[str, str]]:
    """The rows of an answer as texts; empty where nothing is told."""
    for row in query(project, asked):
        yield {name: getattr(term, "value", "") for name, term in row.items()}


def picture(found: Answers) -> Iterator[str]:
    """The lines of the SVG."""
    members = sorted({m for m, _ in found.acted}, key=lambda m: (-sum(x.member == m for x in found.meetings), m))
    townships = sorted({t for _, t in found.acted}, key=lambda t: (first_member(found, members, t), t))
    partners = sorted({(not m.named, found.names[m.partner], m.partner) for m in found.meetings})
    height = TOP + ROW * max(len(townships), len(partners), len(members)) + 64
    colour = dict(zip(members, COLOURS * len(members), strict=False))
    at = {
        **{("member", m): TOP + ROW * middle(found, townships, m) for m in members},
        **{("township", t): TOP + ROW * n for n, t in enumerate(townships)},
        **{("partner", p): TOP + ROW * n for n, (_, _, p) in enumerate(partners)},
    }
    size = f'width="{WIDTH}" height="{height}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {size} {FONT}>'
    yield f"<title>{TITLE}</title>"
    yield f'<rect {size} fill="{PAPER}"/>'
    yield words(20, 34, TITLE, 20, weight="bold")
    for kind, head in HEADS.items():
        yield words(COLUMNS[kind][0], TOP - 16, head, 12.5, colour=PALE)
    for m, t in found.acted:
        yield line("member", at["member", m], "township", at["township", t], colour=colour[m], width=2.5)
    for x in found.meetings:
        ends = at["township", x.township], at["partner", x.partner]
        width = 1 + 1.5 * x.events
        yield line("township", ends[0], "partner", ends[1], colour=colour[x.member], width=width, dashed=not x.events)
    for m in members:
        yield from box("member", at["member", m], found.names[m], fill=colour[m], ink=PAPER)
    for t in townships:
        days = [day for (_, township), told in found.acted.items() if township == t for day in told]
        yield from box("township", at["township", t], found.names[t].removesuffix(" Township"), span(days))
    for unnamed, name, partner in partners:
        yield from box("partner", at["partner", partner], name, dashed=unnamed)
    for n, foot in enumerate(FEET):
        yield words(20, height - 38 + 18 * n, foot, 12.5, colour=PALE)
    yield "</svg>"


TITLE = "Who acted in which township, and beside whom"
HEADS = {"member": "member of the alliance", "township": "acted in township, on days told", "partner": "beside"}
FEET = (
    "Operation 1027 in October and November 2023, as five press reports tell it.",
    "The thicker a line on the right, the more events. Dashed boxes are descriptions of reports, no named groups.",
)


def first_member(found: Answers, members: list[str], township: str) -> int:
    """The place in the list of the first member that acted in a township."""
    return min(members.index(m) for m, t in found.acted if t == township)


def middle(found: Answers, townships: list[str], member: str) -> float:
    """The row in the middle of a member's townships."""
    places = [townships.index(t) for m, t in found.acted if m == member]
    return sum(places) / len(places)


def words(  # noqa: PLR0913 - a picture has many measures
    x: float,
    y: float,
    text: str,
    size: float,
    *,
    colour: str = INK,
    weight: str = "",
    anchor: str = "",
    style: str = "",
) -> str:
    """A line of text."""
    more = {"font-weight": weight, "text-anchor": anchor, "font-style": style}
    chosen = "".join(f' {name}="{value}"' for name, value in more.items() if value)
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{colour}"{chosen}>{escape(text)}</text>'


def box(  # noqa: PLR0913 - the same
    kind: str, y: float, name: str, note: str = "", *, fill: str = "#f3f5f6", ink: str = INK, dashed: bool = False
) -> Iterator[str]:
    """A box with a name, in two lines where it is long, and a note at its right edge."""
    x, width = COLUMNS[kind]
    border = fill if ink == PAPER else "#b8c0c6"
    edge = ' stroke-dasharray="5 4"' if dashed else ""
    yield (
        f'<rect x="{x}" y="{y:g}" width="{width}" height="{BOX}" rx="7" fill="{PAPER if dashed else fill}" '
        f'stroke="{border}" stroke-width="1.3"{edge}/>'
    )
    lines = wrap(name, 24)
    size, step = (13.5, 0) if len(lines) == 1 else (11.5, 14)
    for n, part in enumerate(lines):
        below = y + BOX / 2 + 5 + step * (n - (len(lines) - 1) / 2)
        yield words(x + 11, below, part, size, colour=ink, style="italic" if dashed else "")
    if note:
        yield words(x + width - 11, y + BOX / 2 + 5, note, 11.5, colour=PALE, anchor="end")


def line(  # noqa: PLR0913 - the same
    start: str, y1: float, end: str, y2: float, *, colour: str, width: float, dashed: bool = False
) -> str:
    """A curve between two boxes."""
    x1, x2 = COLUMNS[start][0] + COLUMNS[start][1], COLUMNS[end][0]
    y1, y2 = y1 + BOX / 2, y2 + BOX / 2
    bend = (x1 + x2) / 2
    edge = ' stroke-dasharray="5 4"' if dashed else ""
    return (
        f'<path d="M{x1:g} {y1:g}C{bend:g} {y1:g} {bend:g} {y2:g} {x2:g} {y2:g}" fill="none" '
        f'stroke="{colour}" stroke-opacity="0.75" stroke-width="{width:g}"{edge}/>'
    )


def span(days: list[date]) -> str:
    """
    The first and the last day.

    >>> span([date(2023, 10, 27), date(2023, 10, 28)]), span([date(2023, 10, 26), date(2023, 11, 9)])
    ('27–28 Oct', '26 Oct – 9 Nov')
    """
    if not days:
        return ""
    first, last = min(days), max(days)
    if first == last:
        return f"{first.day} {first:%b}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {last:%b}"
    return f"{first.day} {first:%b} – {last.day} {last:%b}"


if __name__ == "__main__":
    sys.exit(main())
