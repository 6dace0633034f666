"""
What the cascade knows, read from `frames/*/*.yaml`: words, nouns, frames, cues, names, places, dates.

The files of a project's own folder add to the shipped ones: lists grow, mappings gain keys. Nothing about a conflict or
a language stands in the code.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.extraction.forms import Form, Forms
from kg.extraction.frame import Frame, read_frame
from kg.model.errors import UsageError
from kg.ontology import vocabulary as v
from kg.ontology.model import Ontology, nearest

WORDS = "word-classes"
_FILES = (WORDS, "heads", "events", "light", "cues", "names", "places", "dates")


@dataclass(frozen=True, slots=True)
class Head:
    """What a noun stands for: a class of the ontology, or none, and a group that frames know."""

    cls: str
    group: str
    bare: bool = False


@dataclass(frozen=True)
class Knowledge:
    """
    All frames files of one language, and the ontology whose classes and keys they use.

    `version` changes whenever a file does.
    """

    ontology: Ontology
    files: Mapping[str, Any]
    version: str
    frames: tuple[Frame, ...] = field(default=())
    _kinds: dict[tuple[str, tuple[str, ...]], bool] = field(default_factory=dict, compare=False, repr=False)
    _words: dict[tuple[str, ...], frozenset[str]] = field(default_factory=dict, compare=False, repr=False)
    """What was asked before: the same few questions come with every sentence."""
    _guesses: dict[str, tuple[Form, ...]] = field(default_factory=dict, compare=False, repr=False)

    def section(self, file: str, *path: str) -> Any:
        """What stands in a file under a path of keys; an empty list where nothing does."""
        node: Any = self.files[file]
        for key in path:
            node = node.get(key, ()) if isinstance(node, Mapping) else ()
        return node

    def words(self, file: str, *path: str) -> frozenset[str]:
        """A list of words, in small letters."""
        found = self._words.get((file, *path))
        if found is None:
            found = self._words[(file, *path)] = frozenset(word.lower() for word in self.section(file, *path))
        return found

    @cached_property
    def copula(self) -> str:
        """The verb "be", as its lemma: the first of its list."""
        return str(self.section(WORDS, "be")[0])

    def with_plurals(self, file: str, *path: str) -> frozenset[str]:
        """A list of nouns, in small letters, each with its plural."""
        asked = ("plural", file, *path)
        found = self._words.get(asked)
        if found is None:
            words = self.words(file, *path)
            found = self._words[asked] = words | {self.forms.plural(word) for word in words}
        return found

    @cached_property
    def forms(self) -> Forms:
        """The forms of all verbs and nouns that it names."""
        words = self.files[WORDS]
        verbs = {part.split()[0] for frame in self.frames for part in frame.verbs}
        light = (self.files["light"][key] for key in ("carry", "happen", "suffer", "stop", "leave", "harm_verbs"))
        verbs |= {part.split()[0] for phrases in light for part in phrases}
        speech = self.files["cues"]["speech"]
        verbs |= {part.split()[0] for phrases in (speech["verbs"], speech["responsibility"]) for part in phrases}
        verbs |= {v.split()[0] for rule in self.files["cues"]["unreal"] for v in rule.get("governor", ())}
        return Forms.of(words, sorted(verbs | set(words["verbs"]) | set(words["irregular"])))

    def guessed(self, word: str) -> tuple[Form, ...]:
        """The forms that a word of no list has by its ending, if any: "manned", "overlooking"."""
        found = self._guesses.get(word)
        if found is None:
            found = self._guesses[word] = self._guess(word)
        return found

    def _guess(self, word: str) -> tuple[Form, ...]:
        known = word in self.forms.verbs or word in self.heads or word in self.words(WORDS, "no_verbs")
        if known or not word.isalpha():
            return ()
        guessed = self.section(WORDS, "guessed")
        made = ((tense, ending) for tense in guessed for ending in guessed[tense])
        return tuple(
            Form(word[: -len(ending)], tense)
            for tense, ending in made
            if word.endswith(ending) and len(word) > len(ending) + 2
        )

    @cached_property
    def heads(self) -> Mapping[str, Head]:
        """Nouns, singular and plural, in small letters → what they stand for. What stands later in the file wins."""
        found: dict[str, Head] = {}
        for entry in self.files["heads"]:
            head = Head(entry.get("class", ""), entry.get("group", ""), "bare" in entry)
            for noun in entry["nouns"]:
                for form in {noun.lower(), self.forms.plural(noun.lower())}:
                    found.setdefault(form, head)
        return found

    @cached_property
    def singular(self) -> frozenset[str]:
        """The nouns of `heads.yaml` as they are listed, in small letters."""
        return frozenset(noun.lower() for entry in self.files["heads"] for noun in entry["nouns"])

    @cached_property
    def common(self) -> frozenset[str]:
        """Words of the language that are never names: prepositions, adverbs, adjectives and the like."""
        words = self.files[WORDS]
        lists = (
            "prepositions",
            "conjunctions",
            "subordinators",
            "relatives",
            "modals",
            "adverbs",
            "adjectives",
            "negations",
        )
        found = {word.lower() for name in lists for word in words[name]}
        found |= {word.lower() for group in words["articles"].values() for word in group}
        return frozenset(found | set(words["pronouns"]))

    @cached_property
    def longest_head(self) -> int:
        """How many words the longest noun has."""
        return max(len(noun.split()) for noun in self.heads)

    @cached_property
    def unnamed(self) -> frozenset[str]:
        """Classes of things that mostly have no name, and are introduced where an event needs them."""
        kinds = (v.FACILITY, v.PERSON, v.PERSON_GROUP, v.PLACE, v.VEHICLE)
        return frozenset(cls.name for kind in kinds for cls in self.ontology.below(kind))

    @cached_property
    def none_reported(self) -> str:
        """The words of a count that says that nobody reported any."""
        labels = (t for t in self.ontology.triples if t.subject == v.NONE_REPORTED and t.predicate == v.SKOS_PREF_LABEL)
        return next(t.object.value for t in labels if isinstance(t.object, Literal))

    def key(self, term: NamedNode) -> str:
        """The key by which facts name a property."""
        return self.ontology.properties[term].key

    def cls(self, term: NamedNode) -> str:
        """The name by which facts name a class."""
        return self.ontology.by_iri[term].name

    def member(self, cls: NamedNode, term: NamedNode) -> str:
        """The key of one of the values that a class lists."""
        return self.ontology.word_of(cls, term)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The class of places, as kinds for `is_kind`."""
        return (self.cls(v.PLACE),)

    @cached_property
    def actors(self) -> tuple[str, ...]:
        """The class of actors, as kinds for `is_kind`."""
        return (self.cls(v.ACTOR),)

    @cached_property
    def facilities(self) -> tuple[str, ...]:
        """The class of facilities, as kinds for `is_kind`."""
        return (self.cls(v.FACILITY),)

    @cached_property
    def organizations(self) -> tuple[str, ...]:
        """The class of organizations, as kinds for `is_kind`."""
        return (self.cls(v.ORGANIZATION),)

    def is_kind(self, name: str, kinds: Iterable[str]) -> bool:
        """Whether a class, by name, is one of the kinds or lies below one."""
        asked = (name, tuple(kinds))
        found = self._kinds.get(asked)
        if found is None:
            found = self._kinds[asked] = self._lies_below(*asked)
        return found

    def _lies_below(self, name: str, kinds: tuple[str, ...]) -> bool:
        cls = self.ontology.classes.get(name)
        return cls is not None and any(
            (k := self.ontology.classes.get(kind)) and self.ontology.is_kind_of(cls.iri, k.iri) for kind in kinds
        )


def load_knowledge(folders: Sequence[Path], language: str, ontology: Ontology) -> Knowledge:
    """
    Read the frames of a language from the folders, the shipped one first.

    Raises:
        UsageError: There are none for the language, or a file cannot be used; the message begins with its place.
    """
    digest = hashlib.sha256(ontology.digest.encode())
    files: dict[str, Any] = {}
    for folder in folders:
        for path in sorted((folder / language).glob("*.yaml")):
            content = path.read_bytes()
            digest.update(content)
            files[path.stem] = _joined(files.get(path.stem), _loaded(path, content))
    missing = [name for name in _FILES if name not in files]
    if missing:
        known = sorted({found.name for folder in folders for found in folder.glob("*") if found.is_dir()})
        raise UsageError(
            f"there are no frames for the language '{language}'", f"there are some for: {', '.join(known) or 'none'}"
        )
    _check_classes(files, ontology)
    frames = tuple(read_frame(entry) for entry in files["events"]["frames"])
    return Knowledge(ontology, files, digest.hexdigest()[:12], frames)


def _loaded(path: Path, content: bytes) -> Any:
    import yaml

    try:
        return yaml.load(content, yaml.CBaseLoader)  # noqa: S506 (it makes texts only)  # every scalar is a text: "on" and "no" are words here
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise UsageError(f"{place}: not readable as YAML: {error.problem}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not readable as YAML: {error}") from error


def _joined(first: Any, second: Any) -> Any:
    """Two files of one name: lists one after the other, mappings key by key, a text replaced."""
    if isinstance(first, dict) and isinstance(second, dict):
        return {**first, **{key: _joined(first.get(key), value) for key, value in second.items()}}
    if isinstance(first, list) and isinstance(second, list):
        return [*second, *first]  # the project's own come first: they win
    return second


def _check_classes(files: Mapping[str, Any], ontology: Ontology) -> None:
    """Every `class` that the files name is one of the ontology, and every key of a frame too."""
    for name in _classes(files):
        if name and name not in ontology.classes:
            hint = nearest(name, ontology.classes) or "classes stand in ontology/*.ttl"
            raise UsageError(f"the frames name a class '{name}' that the ontology does not have", hint)
    for place, key in _named_keys(files):
        if key not in ontology.thing_keys:
            raise UsageError(
                f"{place} names a key '{key}' that the ontology does not have", nearest(key, ontology.thing_keys)
            )
    for entry in files["events"]["frames"]:
        for key in read_frame(entry).keys():  # noqa: SIM118 (a method, no mapping)
            if key not in ontology.thing_keys:
                hint = nearest(key, ontology.thing_keys) or "keys stand in ontology/*.ttl"
                raise UsageError(
                    f"the frame '{entry['frame']}' names a key '{key}' that the ontology does not have", hint
                )


def _named_keys(files: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """The keys of the ontology that files other than the frames name, and where they stand."""
    light = files["light"]
    yield from (("light.yaml", key) for key in (*light["states"].values(), *light["harm_nouns"].values()))
    yield from (("light.yaml", key) for key in (*light["related"].values(), light["supporting"]["key"]))
    yield from (("events.yaml", key) for key in files["events"]["tools"].values())


def _classes(node: Any) -> Iterable[str]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "class":
                yield value
            else:
                yield from _classes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _classes(value)


def alternatives(words: Iterable[str]) -> str:
    """
    A pattern that finds any of the words, the longest first; what words begin with alike is compared once.

    >>> alternatives(["Oct", "October", "Nov"])
    'Oct(?:ober)?|Nov'
    """
    found = sorted({word for word in words if word}, key=lambda word: (-len(word), word))
    groups = [[word for word in found if word[0] == first] for first in dict.fromkeys(word[0] for word in found)]
    return "|".join(_branch(group) for group in groups)


def _branch(words: list[str]) -> str:
    first, last = min(words), max(words)
    same = next((at for at, letters in enumerate(zip(first, last, strict=False)) if len(set(letters)) > 1), len(first))
    shared = first[:same]
    if words == [shared]:
        return re.escape(shared)
    rests = [word[len(shared) :] for word in words]
    return f"{re.escape(shared)}(?:{alternatives(rests)}){'' if all(rests) else '?'}"
