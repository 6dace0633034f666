"""
What an engine makes of a report: proposals, which are claims of the facts format with their exact places in the text.

Offsets count Unicode code points from 0 in `Report.text`, the end excluded: `text[start:end]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias

from kg.model.errors import Bug
from kg.ontology.vocabulary import WORD_INFERRED, WORD_VALUE

Value: TypeAlias = "str | tuple[Value, ...] | Mapping[str, Value]"
"""What stands under a key of a facts entry: a text, several values, or a nested entry."""

Entry: TypeAlias = Mapping[str, Value]
"""One thing that a claim speaks of: keys of the ontology → values, in the order in which they are written."""


class Span(NamedTuple):
    """A passage of the report."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """
        The words of the passage.

        >>> Span(4, 8).of("the army left")
        'army'
        """
        return text[self.start : self.end]

    def holds(self, other: Span) -> bool:
        """Whether the other passage lies within this one."""
        return self.start <= other.start and other.end <= self.end


NOWHERE = Span(0, 0)


class Support(NamedTuple):
    """A passage outside the quote that a value rests on: the key it is for, and where it stands."""

    key: str
    span: Span


class Inference(NamedTuple):
    """A value that the report does not state: the key it stands under, the value, and why."""

    key: str
    value: Value
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    One claim, proposed.

    `says` holds one entry (written flat) or several (written under the key for them). Their values are the texts that
    the facts file will hold; what is only inferred stands there as `{value, inferred}`. The claim's own keys (quote,
    speaker, verb, status …) are never in an entry: they are the fields here.

    `quote` lists the passages it rests on, in order of the text. `speaker` lists ids; empty is the writer's voice.
    `confidence` goes from 0 to 1. `rule` names what proposed it and `version` the edition of engine and knowledge.
    """

    says: tuple[Entry, ...]
    quote: tuple[Span, ...]
    rule: str
    engine: str
    version: str
    confidence: float
    supports: tuple[Support, ...] = ()
    speaker: tuple[str, ...] = ()
    speaker_inferred: str = ""
    verb: str = ""
    because: str = ""
    """Why, where the claim is a conclusion of the engine: then it is written in the analyst's voice."""
    needs_review: tuple[str, ...] = ()
    """Ids that this proposal introduces and that no registry of the project knows."""

    def __post_init__(self) -> None:
        if not self.says or not 0 <= self.confidence <= 1:
            raise Bug(f"a proposal of {self.rule} says nothing, or its confidence is {self.confidence}")

    @property
    def inferred(self) -> tuple[Inference, ...]:
        """All that is inferred in its entries, in the order written."""
        return tuple(found for entry in self.says for found in inferences(entry))


def inferences(entry: Entry) -> Iterator[Inference]:
    """
    What is inferred in an entry, nested entries included.

    >>> list(inferences({"day": {"value": "2023-11-03", "inferred": "the dateline"}}))
    [Inference(key='day', value='2023-11-03', reason='the dateline')]
    """
    for key, value in entry.items():
        for one in value if isinstance(value, tuple) else (value,):
            if not isinstance(one, Mapping):
                continue
            if WORD_INFERRED in one:
                yield Inference(key, one.get(WORD_VALUE, ""), str(one[WORD_INFERRED]))
            else:
                yield from inferences(one)


@dataclass(frozen=True, slots=True)
class Report:
    """
    A report as text, and what is known of its document.

    `document` holds the keys of the facts file's header as they will be written, its id and type included.
    `issued` is the day of the dateline as YYYY-MM-DD, empty where nobody says. `sentences` are in the order of the
    text and do not overlap.
    """

    text: str
    document: Mapping[str, str]
    issued: str = ""
    sentences: Sequence[Span] = field(default=())

    def sentence_at(self, offset: int) -> Span | None:
        """The sentence that holds the character at `offset`."""
        return next((span for span in self.sentences if span.start <= offset < span.end), None)


class Engine(Protocol):
    """Whoever proposes facts: the cascade, a language model."""

    @property
    def name(self) -> str:
        """The name that its proposals carry."""
        ...

    def propose(self, report: Report) -> Iterator[Proposal]:
        """The proposals of one report, in order of the text; the same report gives the same proposals."""
        ...
