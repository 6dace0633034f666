"""Text → words with their places, and sentences. Linear in the length of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kg.extraction.counts import Numbers
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.proposal import NOWHERE, Span

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # a.m., U.S.
    r"|\d+(?:[-‐‑][^\W\d_]+)+(?![^\W_])"  # 12-year-old
    r"|\d+(?:[.,:]\d+)*(?:st|nd|rd|th)?(?![^\W_])"  # 1,200  9:30  3rd
    r"|['’](?:s|ve|ll|re|d|m)\b"  # possessives and short verbs
    r"|[^\W_]+(?=n['’]t\b)|n['’]t\b"  # did n't
    r"|[^\W_]+(?:(?:[-‐‑](?=[^\W_])|['’](?!(?:s|ve|ll|re|d|m)\b)(?=[^\W\d_]))[^\W_]+)*"
    r"|[^\w\s]"
)
_WITH_ARTICLE = re.compile(r"[a-z]{1,4}[-’'][^\W\d_a-z]")
_TWO_NAMES = re.compile(r"([^\W\d_a-z][^\W\d_]+)([-‐‑])([^\W\d_a-z][^\W\d_]+)")
_BULLETS = "-*•–—▪●◦‣∙◆►➤·"
_PICTURES = "\u2600-\u27bf\U0001f300-\U0001faff"
"""Emoji, which open entries as bullets do."""
_LISTED = re.compile(rf"[{_BULLETS}]\s|[{_PICTURES}]|\d{{1,2}}[.)]\s")
"""How an entry of a list begins; it needs no stop at its end."""
_OPENS = re.compile(rf"[{_BULLETS}#|]|[{_PICTURES}]")
"""What a line begins with that goes on from no other."""
_NUMBERED = re.compile(r"\d{1,2}[.)]\s")
"""How a numbered entry begins; one that stands alone above a text is its heading."""
_OPENING = '“"‘«„'
_CLOSING = '”"’»“'
_TERMINAL = ".!?…"
_NOTES = re.compile(r"(?:\[\d{1,3}\])+\s*$")
"""Numbers of notes behind a sentence."""
_LONGEST_LINE = 120
_SCARE_QUOTES = 30
"""Characters: a shorter stretch in quotation marks, without a stop, is a word that the writer quotes, and no speech."""
_LONGEST_SENTENCE = 2000
"""Characters. What is longer is no sentence of a report, and is cut there, so that no step grows beyond measure."""


class Token(NamedTuple):
    """A word or a sign. `low` is in small letters, with straight apostrophes."""

    start: int
    end: int
    text: str
    low: str

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter, its own or that after an article: "al-Noora"."""
        text = self.text
        return text[0].isupper() or (len(text) > 3 and not text.isalnum() and bool(_WITH_ARTICLE.match(text)))


@dataclass(frozen=True, slots=True)
class Sentence:
    """
    A sentence: its place and its tokens.

    `paragraph` counts paragraphs from 0. `heading` says that it ends like no sentence. `quoted` lists the places in it
    that stand in quotation marks, marks not included; they may begin or end with the sentence.
    `listed` says that it stands in an entry of a list.
    """

    span: Span
    tokens: tuple[Token, ...]
    paragraph: int
    heading: bool
    quoted: tuple[Span, ...] = ()
    listed: bool = False


def tokens_of(text: str, start: int = 0, end: int | None = None) -> tuple[Token, ...]:
    """
    The tokens of a part of the text, in order.

    >>> [token.text for token in tokens_of("Sagaing’s Mi-35 at 9:30 a.m.")]
    ['Sagaing', '’s', 'Mi-35', 'at', '9:30', 'a.m.']
    """
    stop = len(text) if end is None else end
    return tuple(
        [
            Token(m.start(), m.end(), word := m[0], word.lower().replace("’", "'"))
            for m in _TOKEN.finditer(text, start, stop)
        ]
    )


def sentences_of(text: str, splitter: Splitter, dateline: Span = NOWHERE) -> list[Sentence]:
    """The sentences of a text but for its dateline, in order; they never overlap, and blanks belong to none."""
    found: list[Sentence] = []
    blocks = list(_blocks(text))
    for number, whole in enumerate(blocks):
        is_dated = dateline.start <= whole.start < dateline.end
        block = Span(min(dateline.end, whole.end) if is_dated else whole.start, whole.end)
        quoted = _quotations(text, block)
        for span in splitter.split(text, block):
            tokens = _parted(tokens_of(text, span.start, span.end), splitter.ways)
            if tokens:
                listed = bool(_LISTED.match(text, block.start, span.end)) and not _is_title(text, blocks, number)
                words = _NOTES.sub("", text[span.start : span.end]).rstrip(_CLOSING + ")] ")
                heading = not listed and words[-1:] not in _TERMINAL + ":,;"
                inside = tuple(
                    Span(max(q.start, span.start), min(q.end, span.end))
                    for q in quoted
                    if q.start < span.end and span.start < q.end
                )
                found.append(Sentence(span, tokens, number, heading, inside, listed))
    return found


def _parted(tokens: tuple[Token, ...], ways: frozenset[str]) -> tuple[Token, ...]:
    """As in "the Halden-Merrow road": two names before a word for a way are two words."""
    if not any(token.low in ways for token in tokens):
        return tokens
    made: list[Token] = []
    for at, token in enumerate(tokens):
        behind = {other.low for other in tokens[at + 1 : at + 3]}
        ends = _TWO_NAMES.fullmatch(token.text) if behind & ways else None
        if ends is None:
            made.append(token)
            continue
        spans = ((ends.start(n), ends.end(n)) for n in (1, 2, 3))
        parts = ((token.text[a:b], token.start + a, token.start + b) for a, b in spans)
        made += [Token(start, end, word, word.lower()) for word, start, end in parts]
    return tuple(made)


def _is_title(text: str, blocks: Sequence[Span], number: int) -> bool:
    """As in "2. Attacks in the north" above a paragraph: a number without a list around it."""
    beside = (blocks[at] for at in (number - 1, number + 1) if 0 <= at < len(blocks))
    numbered = _NUMBERED.match(text, blocks[number].start)
    return bool(numbered) and number + 1 < len(blocks) and not any(_LISTED.match(text, b.start) for b in beside)


def _blocks(text: str) -> Iterator[Span]:
    """Paragraphs: what blank lines, or ends of lines that were not wrapped, hold apart."""
    lines: list[Span] = []
    for part in re.finditer(r"[^\n]*\n?", text):
        line = part[0].strip()
        if not line:
            yield from _unwrapped(text, lines)
            lines = []
        else:
            lines.append(
                Span(part.start() + len(part[0]) - len(part[0].lstrip()), part.start() + len(part[0].rstrip()))
            )
        if part.end() >= len(text):
            break
    yield from _unwrapped(text, lines)


def _unwrapped(text: str, lines: list[Span]) -> Iterator[Span]:
    """Lines of one block, joined where the text only wraps from one to the next."""
    if not lines:
        return
    longest = max(line.end - line.start for line in lines)
    begin = lines[0]
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        wrapped = (
            following is not None
            and longest <= _LONGEST_LINE
            and line.end - line.start >= 0.7 * longest
            and (text[line.end - 1] not in _TERMINAL or longest > 50)
            and not _OPENS.match(text, following.start)
            and text[line.start] not in "#|"
        )
        if not wrapped:
            yield Span(begin.start, line.end)
            begin = following or line


def _quotations(text: str, block: Span) -> list[Span]:
    """What stands in double quotation marks; one that is never closed ends with its paragraph."""
    found: list[Span] = []
    opened = -1
    for mark in re.finditer(r"[“”\"«»„]", text[block.start : block.end]):
        place = block.start + mark.start()
        if opened < 0 and mark[0] in '“"«„':
            opened = place + 1
        elif opened >= 0 and mark[0] in '”"»“':
            if place - opened > _SCARE_QUOTES or text[place - 1] in _TERMINAL + ",":
                found.append(Span(opened, place))
            opened = -1
    if opened >= 0:
        found.append(Span(opened, block.end))
    return found


class Splitter:
    """Where sentences end, by the abbreviations of the language."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.abbreviations = frozenset(knowledge.words(WORDS, "abbreviations"))
        self.may_end = frozenset(knowledge.words(WORDS, "ends_after_abbreviation"))
        self.ways = knowledge.with_plurals("places", "ways")
        articles = knowledge.section(WORDS, "articles")
        self.openers = (
            frozenset(word.lower() for words in articles.values() for word in words)
            | frozenset(knowledge.section(WORDS, "pronouns"))
            | knowledge.words(WORDS, "prepositions")
            | knowledge.words(WORDS, "subordinators")
            | frozenset(Numbers(knowledge.ontology).words)
        )

    def split(self, text: str, block: Span) -> Iterator[Span]:
        """The sentences of one paragraph, in order."""
        start = block.start
        for mark in re.finditer(
            rf"[.!?…]+[”\"’»)\]]*(?:\[\d{{1,3}}\])*(?=\s)|\n(?=\s*(?:[{_BULLETS}|#]|[{_PICTURES}]))",
            text[block.start : block.end],
        ):
            end = block.start + mark.end()
            if end - start > 0 and self._ends(text, block.start + mark.start(), end, block.end):
                yield from _pieces(text, start, end)
                start = end
        yield from _pieces(text, start, block.end)

    def _ends(self, text: str, mark: int, end: int, stop: int) -> bool:
        if text[mark] != ".":
            return True
        following = re.compile(r"\s+([“\"‘«(\[]*)([^\W_]*)").match(text, end, min(stop, end + 80))
        word = following[2] if following else ""
        if not word and not (following and following[1]):
            return True
        if word and word[0].islower():
            return False
        before = re.search(r"(?:[^\W\d_]\.)*[^\W\d_]*$", text[max(0, mark - 20) : mark])
        last = before[0].lower() if before else ""
        if last in self.may_end:
            return word.lower() in self.openers or bool(following and following[1])
        if last in self.abbreviations:
            return False
        return not (len(last) == 1 and last.isalpha() and text[mark - 1].isupper())


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """A stretch without the blanks around it, cut where it is too long for a sentence."""
    while start < end:
        stop = min(end, start + _LONGEST_SENTENCE)
        if stop < end:
            stop = text.rfind(" ", start + 1, stop) + 1 or stop
        piece = text[start:stop]
        left, right = len(piece) - len(piece.lstrip()), len(piece.rstrip())
        if right > left:
            yield Span(start + left, start + right)
        start = stop
