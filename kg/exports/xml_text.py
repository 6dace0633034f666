"""Texts and files of XML: what it cannot write is replaced and counted, files are written as they come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from kg.exports.losses import Losses
from kg.model.errors import EnvironmentFault

if TYPE_CHECKING:
    from lxml.etree._serializer import _IncrementalFileWriter

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
def xml_file(output: BinaryIO) -> Iterator[_IncrementalFileWriter]:
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
