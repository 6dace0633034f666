"""Texts and files of XML: what it cannot write is replaced and counted, files are written as they come."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, BinaryIO, Protocol

from kg.exports.losses import Losses
from kg.model.errors import EnvironmentFault


class XmlFile(Protocol):
    """What lxml hands out to write a file as it goes: elements are blocks, texts and elements are written."""

    def element(self, tag: str, attrib: Mapping[str, str] = ..., nsmap: Any = ...) -> AbstractContextManager[Any]:
        """An element for as long as the block lasts."""

    def write(self, *content: Any) -> None:
        """Write texts, which are escaped, or elements."""


_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}


class Markup:
    """Texts as content and attributes of XML; what it cannot hold is counted."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses

    def is_plain(self, text: str) -> bool:
        """
        Whether a text can stand in markup as it is; also false of some that can, such as those with wide blanks.

        What Unicode calls printable is XML, and no break that a parser would take for a blank. Five calls that go
        through the text in C take a third of the time of one regular expression.
        """
        return text.isprintable() and '"' not in text and "&" not in text and "<" not in text and ">" not in text

    def attribute(self, text: str) -> str:
        """
        A text inside quotation marks.

        >>> Markup(Losses()).attribute('a "b" & <c>')
        'a &quot;b&quot; &amp; &lt;c&gt;'
        """
        if self.is_plain(text):
            return text
        return _TO_ESCAPE.sub(lambda found: _ESCAPED[found[0]], xml_text(text, self._losses))

    def text(self, text: str) -> str:
        """A text between tags."""
        return self.attribute(text)


_TO_ESCAPE = re.compile('[&<>"\n\t\r]')


def is_xml(text: str) -> bool:
    """Whether XML can hold a text as it is."""
    return not _NOT_XML.search(text)


def xml_text(text: str, losses: Losses) -> str:
    """
    A text that XML can hold; U+FFFD stands for each character that it cannot.

    Spec: https://www.w3.org/TR/xml/#charsets
    """
    cleaned, times = _NOT_XML.subn("\ufffd", text)
    if times:
        losses.add("characters that XML cannot hold", times, repr(text[:40]))
    return cleaned


@contextmanager
def xml_file(output: BinaryIO) -> Iterator[XmlFile]:
    """
    A file of XML in UTF-8 that is written as its elements are.

    Raises:
        EnvironmentFault: lxml is not installed.
    """
    try:
        from lxml import etree
    except ImportError as error:
        raise EnvironmentFault(
            "this format is written with lxml, which is not installed", "pip install 'conflict-kg[exports]'"
        ) from error
    with etree.xmlfile(output, encoding="utf-8") as file:
        file.write_declaration()
        yield file
