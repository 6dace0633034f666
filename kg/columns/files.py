"""RDF files on their way in: the parser, and the numbers that tell where a triple stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pyoxigraph import Quad, RdfFormat, parse

from kg.model.errors import UsageError

FILE_BITS: Final = 40
"""A place is the number of the file, shifted by so many bits, and the line or number of the triple in it."""

BY_LINE: Final = frozenset({RdfFormat.N_TRIPLES, RdfFormat.N_QUADS})
"""Syntaxes in which a triple is a line."""

_WHERE: Final = re.compile("Parser error (?:at|between) .*?: ")  # the parser says in words where we say it in numbers


def refused(text: str) -> UsageError:
    """The error for a term that RDF 1.1 does not have."""
    what = "triple term" if text[0] == "<" else "text with a direction"
    return UsageError(f"{text} is a {what} of RDF 1.2; only RDF 1.1 can be checked")


def parsed(path: Path, form: RdfFormat) -> Iterable[Quad]:
    """
    The quads of a file, as the parser gives them; lazy. Relative IRIs are resolved against the address of the file.

    Raises:
        UsageError: It cannot be read: file, line and column.
    """
    try:
        with path.open("rb") as file:
            # Some editors begin a file with a byte order mark, which the parser does not know.
            if file.read(3) != b"\xef\xbb\xbf":
                file.seek(0)
            yield from parse(file, format=form, base_iri=path.resolve().as_uri())
    except SyntaxError as error:
        raise _unreadable(path, form, error) from error
    except MemoryError as error:  # of the parser, whose buffer ends there
        raise UsageError(f"{path}: not readable as {form.name}: a value takes more than 16 MB", "shorten it") from error
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error


def _unreadable(path: Path, form: RdfFormat, error: SyntaxError) -> UsageError:
    with path.open("rb") as file:
        if file.read(2) in {b"\xff\xfe", b"\xfe\xff"}:
            return UsageError(f"{path}: this is UTF-16; RDF is read as UTF-8", "save it anew, as UTF-8")
    at = f"{path}:{error.lineno}:{error.offset}" if error.lineno else f"{path}"
    said = _WHERE.sub("", error.msg)
    said = said if said[:2].isupper() else said[:1].lower() + said[1:]
    hint = f"its name ends in {path.suffix}, so it is read as {form.name}" if error.lineno == 1 else ""
    if "has not been declared" in said:
        hint = "declare it at the top of the file"
    elif "LoadDocumentCallback" in said:
        said, hint = "its @context is an address, and nothing is fetched", "write the context into the file"
    elif said == "unexpected end of file":
        said = "the file ends before what begins here does"
    return UsageError(f"{at}: not readable as {form.name}: {said}", hint)
