"""
Proposals as marks on a text, to and from the tools in which teams annotate: brat and Label Studio.

Both carry the name of the proposal along, by which a decision finds its entry again.
Spec: https://brat.nlplab.org/standoff.html, https://labelstud.io/guide/export
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from kg.model.errors import UsageError

_ATTRIBUTE: Final = "Review"
_LABELS, _CHOICES, _TEXT = "kind", "decision", "report"
_NOTE = re.compile(r"#\d+\tAnnotatorNotes (T\d+)\t(.*)")
_MARK = re.compile(r"(T\d+)\t")
_DECISION = re.compile(rf"A\d+\t{_ATTRIBUTE} (T\d+) (\S+)")


class Mark(NamedTuple):
    """A proposal on its document's text: its name, its label, its passages, where it stands, and a remark."""

    key: str
    label: str
    spans: tuple[tuple[int, int], ...]
    status: str
    remark: str = ""


class Decided(NamedTuple):
    """What came back for a proposal: the status, and a reason where one was written."""

    key: str
    status: str
    reason: str = ""


class Words(NamedTuple):
    """The words of the ontology for where a proposal stands."""

    proposed: str
    accepted: str
    rejected: str


# ── brat ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def to_brat(text: str, marks: Sequence[Mark]) -> str:
    r"""
    The `.ann` file for a text; offsets are those of brat, code points from 0, and no passage runs over a line end.

    >>> file = to_brat("The army\nleft.", [Mark("3f", "Withdrawal", ((4, 13),), "proposed", "leaving")])
    >>> print(file.replace("\t", " "), end="")
    T1 Withdrawal 4 8;9 13 army left
    A1 Review T1 proposed
    #1 AnnotatorNotes T1 3f leaving
    """
    lines = []
    for number, mark in enumerate(marks, 1):
        parts = [part for span in mark.spans for part in _lines_of(text, *span)]
        places = ";".join(f"{start} {end}" for start, end in parts)
        words = " ".join(text[start:end] for start, end in parts)
        lines += [f"T{number}\t{mark.label} {places}\t{words}", f"A{number}\t{_ATTRIBUTE} T{number} {mark.status}"]
        lines.append(f"#{number}\tAnnotatorNotes T{number}\t{mark.key} {mark.remark}".rstrip())
    return "".join(f"{line}\n" for line in lines)


def _lines_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for found in re.finditer(r"[^\n]+", text[start:end]):
        yield start + found.start(), start + found.end()


def brat_configuration(labels: Collection[str], words: Words) -> str:
    """The `annotation.conf` of the folder: the labels that marks can have, and the attribute that decides."""
    kinds = "\n".join(sorted(labels))
    values = "|".join(words)
    attributes = f"{_ATTRIBUTE}\tArg:<ENTITY>, Value:{values}"
    return f"[entities]\n{kinds}\n\n[relations]\n\n[events]\n\n[attributes]\n{attributes}\n"


def from_brat(annotations: str, marks: Sequence[Mark], words: Words) -> list[Decided]:
    """
    What annotators decided: by the attribute, and where a mark was deleted, against it.

    The words behind a mark's name in its note are the reason, where they were changed.
    """
    notes = {found[1]: found[2].partition(" ") for line in annotations.splitlines() if (found := _NOTE.match(line))}
    there = {found[1] for line in annotations.splitlines() if (found := _MARK.match(line))}
    status = {found[1]: found[2] for line in annotations.splitlines() if (found := _DECISION.match(line))}
    by_key = {key: (mark, remark) for mark, (key, _, remark) in notes.items() if mark in there}
    decided = []
    for one in marks:
        mark, remark = by_key.get(one.key, ("", ""))
        said = status.get(mark, words.proposed) if mark else words.rejected
        if said in (words.accepted, words.rejected):
            decided.append(Decided(one.key, said, remark if remark != one.remark else ""))
    return decided


# ── Label Studio ────────────────────────────────────────────────────────────────────────────────────────────────────


def to_label_studio(documents: Mapping[str, tuple[str, Sequence[Mark]]]) -> str:
    """The tasks to import, one for each document: its text, and its marks as a prediction."""
    tasks = [
        {
            "data": {_TEXT: text, "id": name},
            "predictions": [{"model_version": "kg", "result": [r for mark in marks for r in _regions(text, mark)]}],
        }
        for name, (text, marks) in documents.items()
    ]
    return json.dumps(tasks, ensure_ascii=False, indent=1) + "\n"


def _regions(text: str, mark: Mark) -> Iterator[dict[str, Any]]:
    for number, (start, end) in enumerate(mark.spans):
        place = {"start": start, "end": end, "text": text[start:end]}
        region = {"id": mark.key if not number else f"{mark.key}-{number}", "to_name": _TEXT}
        yield {**region, "from_name": _LABELS, "type": "labels", "value": {**place, "labels": [mark.label]}}
        if not number:
            yield {**region, "from_name": _CHOICES, "type": "choices", "value": {**place, "choices": [mark.status]}}


def label_studio_configuration(labels: Collection[str], words: Words) -> str:
    """The labelling interface to paste into a project's settings."""
    kinds = "\n".join(f'    <Label value="{label}"/>' for label in sorted(labels))
    choices = "\n".join(f'    <Choice value="{word}"/>' for word in words)
    return (
        f'<View>\n  <Labels name="{_LABELS}" toName="{_TEXT}">\n{kinds}\n  </Labels>\n'
        f'  <Text name="{_TEXT}" value="${_TEXT}"/>\n'
        f'  <Choices name="{_CHOICES}" toName="{_TEXT}" perRegion="true">\n{choices}\n  </Choices>\n</View>\n'
    )


def from_label_studio(exported: str, documents: Mapping[str, Sequence[Mark]], words: Words) -> list[Decided]:
    """
    What annotators decided, from the JSON that Label Studio exports; of several annotations the last one counts.

    A mark that is gone from an annotation was rejected; a task without one decides nothing.

    Raises:
        UsageError: It is no such export.
    """
    try:
        given: list[Any] = json.loads(exported)
        tasks = [(str(given[n]["data"]["id"]), given[n].get("annotations") or []) for n in range(len(given))]
        found = {name: done[-1]["result"] for name, done in tasks if done and not done[-1].get("was_cancelled")}
        chosen = {
            name: {r["id"]: r["value"]["choices"][0] for r in result if r.get("type") == "choices"}
            for name, result in found.items()
        }
        there = {name: {r["id"] for r in result} for name, result in found.items()}
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise UsageError("this is no export of Label Studio", "export it as JSON, not as JSON-MIN") from error
    decided = []
    for name in found:
        for mark in documents.get(name, ()):
            status = chosen[name].get(mark.key, words.proposed) if mark.key in there[name] else words.rejected
            if status in (words.accepted, words.rejected):
                decided.append(Decided(mark.key, status))
    return decided
