"""One event frame of `events.yaml`, as a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kg.model.errors import UsageError

SUBJECT, OBJECT, TOOL, SITE, MUTUAL, ELSE = "subject", "object", "tool", "site", "mutual", "else"
_STRUCTURE = frozenset({SUBJECT, OBJECT, TOOL, SITE, MUTUAL, ""})
_KNOWN = frozenset(
    [
        "frame",
        "class",
        "classes",
        "verbs",
        "nouns",
        "subject",
        "object",
        "leads",
        "ranged",
        "mutual",
        "needs",
        "does",
        "befalls",
        "only",
        "not_object",
        "subject_is",
        "object_is",
        "effect_first",
        "effect_only",
        "light_only",
        "leaves",
        "bloodless",
        "deadly",
        "intransitive",
        "harmless",
        "noun_needs",
        "agent_is",
        "speaks_of",
        "made_safe",
        "repels",
        "deed",
    ]
)


@dataclass(frozen=True, slots=True)
class Condition:
    """Under which conditions a frame tells of another class; empty conditions always hold."""

    cls: str
    subject: str = ""
    object: str = ""
    tool: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """
    Which words tell of an event, and who stands where.

    `objects` lists what the object may be (a class or a group) → the keys it stands under, in the order written.
    """

    name: str
    cls: str
    verbs: tuple[str, ...]
    nouns: tuple[str, ...]
    when: tuple[Condition, ...]
    subject: tuple[str, ...]
    objects: tuple[tuple[str, tuple[str, ...]], ...]
    leads: Mapping[str, str]
    does: Mapping[str, str]
    befalls: str
    only: tuple[str, ...]
    not_object: tuple[str, ...]
    subject_is: tuple[str, ...]
    object_is: tuple[str, ...]
    light_only: tuple[str, ...]
    ranged: bool
    mutual: bool
    needs_object: bool
    effect_first: bool
    effect_only: bool
    origin_object: bool
    bloodless: bool
    deadly: bool
    intransitive: bool
    harmless: bool
    noun_needs_object: bool
    agent_is: tuple[str, ...]
    speaks_of: tuple[str, ...]
    made_safe: tuple[str, ...]
    repels: bool
    deed: bool

    @property
    def passive_alone(self) -> bool:
        """Whether a verb of it with no object, of what acts on nobody, is a passive without its helper."""
        return not (self.intransitive or self.befalls or self.mutual) and bool(self.objects)

    @property
    def flees(self) -> bool:
        """Whether those who act leave what the object may name: "fled the fighting"."""
        return bool(self.befalls) and self.bloodless

    @property
    def hurts(self) -> bool:
        """Whether it kills and hurts people."""
        return self.deadly or self.effect_first

    @property
    def names_whom(self) -> bool:
        """Whether a role says already whom its effect was done to: those who fled, the house that was burned."""
        return self.bloodless or (self.harmless and ELSE not in self.does)

    def keys(self) -> Iterator[str]:
        """The keys of the ontology that it writes."""
        yield from self.subject
        for _, keys in self.objects:
            yield from keys
        yield from (role for role in self.leads.values() if role not in _STRUCTURE)
        yield from (key for key in (*self.does.values(), self.befalls) if key)


def _many(value: Any) -> tuple[str, ...]:
    """
    One text or a list of texts, as a tuple.

    >>> _many("Actor"), _many(["roads", "lines"]), _many(None)
    (('Actor',), ('roads', 'lines'), ())
    """
    return (value,) if isinstance(value, str) else tuple(value or ())


def read_frame(entry: Mapping[str, Any]) -> Frame:
    """
    A frame as written in a file.

    Raises:
        UsageError: It holds a key that no frame has, or lacks its name or class.
    """
    unknown = sorted(set(entry) - _KNOWN)
    if unknown or "frame" not in entry or "class" not in entry:
        what = f"knows no '{unknown[0]}'" if unknown else "needs `frame` and `class`"
        raise UsageError(f"the frame '{entry.get('frame', '?')}' {what}", f"a frame has: {', '.join(sorted(_KNOWN))}")
    objects = entry.get("object", {})
    return Frame(
        name=entry["frame"],
        cls=entry["class"],
        verbs=_many(entry.get("verbs")),
        nouns=_many(entry.get("nouns")),
        when=tuple(
            Condition(c["class"], c.get(SUBJECT, ""), c.get(OBJECT, ""), c.get(TOOL, ""))
            for c in entry.get("classes", ())
        ),
        subject=_many(entry.get("subject")),
        objects=tuple((kind, _many(keys)) for kind, keys in objects.items()),
        leads=entry.get("leads", {}),
        does=entry.get("does", {}),
        befalls=entry.get("befalls", ""),
        only=_many(entry.get("only")),
        not_object=_many(entry.get("not_object")),
        subject_is=_many(entry.get("subject_is")),
        object_is=_many(entry.get("object_is")),
        light_only=_many(entry.get("light_only")),
        ranged="ranged" in entry,
        mutual="mutual" in entry,
        needs_object="needs" in entry,
        effect_first="effect_first" in entry,
        effect_only="effect_only" in entry,
        origin_object="leaves" in entry,
        intransitive="intransitive" in entry,
        deadly="deadly" in entry,
        harmless="harmless" in entry,
        noun_needs_object="noun_needs" in entry,
        agent_is=_many(entry.get("agent_is")),
        bloodless="bloodless" in entry,
        speaks_of=_many(entry.get("speaks_of")),
        made_safe=_many(entry.get("made_safe")),
        repels="repels" in entry,
        deed="deed" in entry,
    )
