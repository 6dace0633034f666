"""
Positions in Turtle and TriG.

The quads come in the order in which pyoxigraph emits them, for blank nodes are named by it (`kg.syntax.blanks`). That
order is: a quad at the token that completes its object; if a token completes several, the last of them first. A plain
string is complete at the token *after* it, where it is known that no language and no datatype follow.

Spec: https://www.w3.org/TR/turtle/#sec-parsing, https://www.w3.org/TR/trig/#sec-parsing
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, NoReturn, TypeAlias

from kg.model.errors import Bug
from kg.model.terms import XSD
from kg.syntax import tokens
from kg.syntax.blanks import BlankNames
from kg.syntax.texts import quoted, resolved, typed, unescaped
from kg.syntax.tokens import TOKEN

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE, _FIRST, _REST, _NIL = (f"<{_RDF}{name}>" for name in ("type", "first", "rest", "nil"))
_BOOLEANS: Final = {word: f'"{word}"^^<{XSD}boolean>' for word in ("true", "false")}
_KNOWN_NAMES: Final = 200_000

Quad: TypeAlias = tuple[str, str, str, str, int, int, int]
"""Subject, predicate, object, graph, and where the first three begin, counted from the start of the text."""

_Match: TypeAlias = re.Match[str]
_State: TypeAlias = Callable[[int, _Match], None]


class _Frame(NamedTuple):
    """What goes on after a `[ ]` or `( )`: the quad that it is the object of, or what it is the subject of."""

    as_object: bool
    subject: str
    subject_at: int
    predicate: str
    predicate_at: int
    after: _State


class Turtle:
    """
    One pass over the text of a Turtle or TriG document; `base` resolves relative IRIs until the document sets its own.

    A machine with a stack of its own, one method for each state, so that no depth of nesting is too deep.
    """

    def __init__(self, text: str, path: Path, base: str = "") -> None:
        self._text, self._path, self._base = text, path, base
        self._prefixes: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._blanks = BlankNames()
        self._nodes = 0
        self._graph = ""
        self._subject = self._predicate = ""
        self._subject_at = self._predicate_at = 0
        self._frames: list[_Frame] = []
        self._completed: list[Quad] = []
        self._late: list[Quad] = []
        self._prefix = ""
        self._state: _State = self._statement
        self._after: _State = self._after_object

    def quads(self) -> Iterator[Quad]:
        """
        Every quad of the document, in pyoxigraph's order and with the labels of `BlankNames`.

        Raises:
            Bug: There is something that is no Turtle or TriG of RDF 1.1.
        """
        completed, late, blanks = self._completed, self._late, self._blanks
        for match in TOKEN.finditer(self._text):
            self._state(match.lastindex or 0, match)
            if completed:
                for quad in reversed(completed):
                    is_blank = quad[0][0] == "_" or quad[2][0] == "_" or quad[3][:1] == "_"
                    yield _labelled(quad, blanks) if is_blank else quad
                completed.clear()
            if late:
                completed.append(late.pop())

    # --- states ------------------------------------------------------------------------------------------------------

    def _statement(self, kind: int, match: _Match) -> None:
        """A subject, a graph name or a directive comes, or a graph begins or ends."""
        if kind <= tokens.LABEL:
            self._subject, self._subject_at = self._node(kind, match), match.start(kind)
            self._state = self._after_label
        elif kind == tokens.PUNCTUATION:
            self._statement_mark(match)
        elif kind == tokens.DIRECTIVE:
            self._directive(match[kind][1:], match)
        elif kind == tokens.WORD and match[kind].lower() == "graph":
            self._state = self._graph_name
        elif kind == tokens.WORD:
            self._directive(match[kind].lower(), match)
        elif kind != tokens.END or self._graph:
            self._refuse(match)

    def _directive(self, word: str, match: _Match) -> None:
        if word == "prefix":
            self._state = self._prefix_name
        elif word == "base":
            self._state = self._base_iri
        elif word == "version":
            self._state = self._version
        else:
            self._refuse(match)

    def _statement_mark(self, match: _Match) -> None:
        mark, at = match[tokens.PUNCTUATION], match.start(tokens.PUNCTUATION)
        if mark == "[":
            self._subject, self._subject_at = self._new_node(), at
            self._state = self._in_subject_brackets
        elif mark == "(":
            self._open(as_object=False)
            self._subject_at = at
            self._state = self._first_item
        elif mark == "}":
            self._graph = ""
        elif mark not in ".{":
            self._refuse(match)

    def _after_label(self, kind: int, match: _Match) -> None:
        """A term was read that is a subject, or in TriG the name of the graph that opens here."""
        if kind == tokens.PUNCTUATION and match[kind] == "{":
            self._graph = self._subject
            self._state = self._statement
        else:
            self._verb(kind, match)

    def _graph_name(self, kind: int, match: _Match) -> None:
        if kind <= tokens.LABEL:
            self._subject = self._node(kind, match)
            self._state = self._after_label
        elif kind == tokens.PUNCTUATION and match[kind] == "[":
            self._subject = self._new_node()
            self._state = self._in_subject_brackets
        else:
            self._refuse(match)

    def _in_subject_brackets(self, kind: int, match: _Match) -> None:
        if kind == tokens.PUNCTUATION and match[kind] == "]":
            self._state = self._after_label
        else:
            self._open(as_object=False)
            self._verb(kind, match)

    def _verb(self, kind: int, match: _Match) -> None:
        """A predicate comes, or there are no more for this subject."""
        if kind <= tokens.PREFIXED_NAME:
            self._predicate = self._names.get(match[kind]) or self._named(kind, match)
        elif kind == tokens.WORD and match[kind] == "a":
            self._predicate = _TYPE
        else:
            self._after_object(kind, match)
            return
        self._predicate_at = match.start(kind)
        self._state = self._object

    def _object(self, kind: int, match: _Match) -> None:
        """An object comes, or an item of a collection."""
        self._state = self._after
        if kind <= tokens.LABEL:
            self._complete(self._node(kind, match), match.start(kind))
        elif kind <= tokens.TYPED_STRING:
            self._string(kind, match)
        elif kind == tokens.NUMBER:
            self._complete(_number(match[kind]), match.start(kind))
        elif kind == tokens.WORD and match[kind] in _BOOLEANS:
            self._complete(_BOOLEANS[match[kind]], match.start(kind))
        elif kind == tokens.PUNCTUATION and match[kind] in "[(":
            self._open(as_object=True)
            self._subject_at = match.start(kind)
            if match[kind] == "[":
                self._subject = self._new_node()
                self._state = self._in_object_brackets
            else:
                self._state = self._first_item
        else:
            self._refuse(match)

    def _after_object(self, kind: int, match: _Match) -> None:
        """A mark comes: more objects, more predicates, or an end."""
        mark = match[kind] if kind == tokens.PUNCTUATION else ""
        if mark == ";":
            self._state = self._verb
        elif mark == ",":
            self._state = self._object
        elif mark == "." and not self._frames:
            self._state = self._statement
        elif mark == "}" and not self._frames:
            self._graph = ""
            self._state = self._statement
        elif mark == "]" and self._frames:
            self._close(self._subject, self._subject_at)
        else:
            self._refuse(match)

    def _in_object_brackets(self, kind: int, match: _Match) -> None:
        self._after = self._after_object
        self._verb(kind, match)

    def _first_item(self, kind: int, match: _Match) -> None:
        """The first item of a collection comes, or `)`: then there is no node, but `rdf:nil`."""
        frame, at = self._frames[-1], self._subject_at
        if kind == tokens.PUNCTUATION and match[kind] == ")":
            self._close(_NIL, at)
            return
        node = self._new_node()
        if frame.as_object:
            place = (frame.subject_at, frame.predicate_at, at)
            self._completed.append((frame.subject, frame.predicate, node, self._graph, *place))
        else:
            self._frames[-1] = frame._replace(subject=node, subject_at=at)
        self._subject = node
        self._this_item(kind, match)

    def _item(self, kind: int, match: _Match) -> None:
        at = _begin(kind, match)
        is_end = kind == tokens.PUNCTUATION and match[kind] == ")"
        node = _NIL if is_end else self._new_node()
        self._completed.append((self._subject, _REST, node, self._graph, self._subject_at, at, at))
        if is_end:
            self._resume()
        else:
            self._subject, self._subject_at = node, at
            self._this_item(kind, match)

    def _this_item(self, kind: int, match: _Match) -> None:
        self._predicate, self._predicate_at = _FIRST, _begin(kind, match)
        self._after = self._item
        self._object(kind, match)

    def _prefix_name(self, kind: int, match: _Match) -> None:
        if kind != tokens.PREFIXED_NAME or not match[kind].endswith(":"):
            self._refuse(match)
        self._prefix = match[kind][:-1]
        self._state = self._prefix_iri

    def _prefix_iri(self, kind: int, match: _Match) -> None:
        self._prefixes[self._prefix] = self._declared(kind, match)

    def _base_iri(self, kind: int, match: _Match) -> None:
        self._base = self._declared(kind, match)

    def _version(self, kind: int, match: _Match) -> None:
        self._state = self._statement
        if kind == tokens.LANGUAGE_STRING:  # `"1.2"` and then `@prefix`
            self._directive(match[kind][1:], match)
        elif kind != tokens.PLAIN_STRING:
            self._refuse(match)

    # --- what states do ----------------------------------------------------------------------------------------------

    def _node(self, kind: int, match: _Match) -> str:
        token = match[kind]
        return token if kind == tokens.LABEL else self._names.get(token) or self._named(kind, match)

    def _named(self, kind: int, match: _Match) -> str:
        token = match[kind]
        if token[0] == "<":
            text = resolved(token, self._base)
        else:
            prefix, _, local = token.partition(":")
            if prefix not in self._prefixes:
                self._refuse(match)
            text = f"<{self._prefixes[prefix]}{unescaped(local)}>"
        if len(self._names) >= _KNOWN_NAMES:
            self._names.clear()
        self._names[token] = text
        return text

    def _declared(self, kind: int, match: _Match) -> str:
        """The IRI of a directive; names mean something else from here on."""
        if kind != tokens.IRI_REFERENCE:
            self._refuse(match)
        self._names.clear()
        self._state = self._statement
        return resolved(match[kind], self._base)[1:-1]

    def _new_node(self) -> str:
        self._nodes += 1
        return f"_: {self._nodes}"

    def _string(self, kind: int, match: _Match) -> None:
        text = quoted(match[tokens.PLAIN_STRING])
        if kind == tokens.LANGUAGE_STRING:
            text += match[kind].lower()
        elif kind == tokens.TYPED_STRING:
            text = typed(text, self._names.get(match[kind]) or self._named(kind, match))
        self._complete(text, match.start(tokens.PLAIN_STRING))
        # If the string has opened a collection, the quad of that came with the string: before suffix and next token.
        quad = self._completed.pop()
        if kind == tokens.PLAIN_STRING:
            self._late.append(quad)
        else:
            self._completed.insert(0, quad)

    def _complete(self, object_: str, at: int) -> None:
        place = (self._subject_at, self._predicate_at, at)
        self._completed.append((self._subject, self._predicate, object_, self._graph, *place))

    def _open(self, *, as_object: bool) -> None:
        subject = (self._subject, self._subject_at)
        self._frames.append(_Frame(as_object, *subject, self._predicate, self._predicate_at, self._after))

    def _close(self, node: str, at: int) -> None:
        """Go on with the quad that `node` is the object of, or with `node` as the subject."""
        frame = self._resume()
        if frame.as_object:
            self._complete(node, at)
        else:
            self._subject, self._subject_at = node, at

    def _resume(self) -> _Frame:
        frame = self._frames.pop()
        self._subject, self._subject_at, self._predicate, self._predicate_at, self._after = frame[1:]
        self._state = frame.after if frame.as_object else self._verb
        return frame

    def _refuse(self, match: _Match) -> NoReturn:
        start = match.start(match.lastindex or 0)
        line = len(re.findall("\r\n?|\n", self._text[:start])) + 1
        found = self._text[start : start + 20].split("\n", 1)[0] or "the end of the file"
        raise Bug(f"{self._path}:{line}: {found!r} is read as no Turtle or TriG of RDF 1.1")


def _labelled(quad: Quad, blanks: BlankNames) -> Quad:
    subject, predicate, object_, graph, *_ = quad
    return (
        blanks[subject] if subject[0] == "_" else subject,
        predicate,
        blanks[object_] if object_[0] == "_" else object_,
        blanks[graph] if graph[:1] == "_" else graph,
        quad[4],
        quad[5],
        quad[6],
    )


def _begin(kind: int, match: _Match) -> int:
    """Where the token begins, before any suffix."""
    return match.start(tokens.PLAIN_STRING if tokens.PLAIN_STRING <= kind <= tokens.TYPED_STRING else kind)


def _number(token: str) -> str:
    name = "double" if "e" in token or "E" in token else "decimal" if "." in token else "integer"
    return f'"{token}"^^<{XSD}{name}>'
