"""
Files → the text of a report, and what they tell of their document.

Plain text and Markdown are taken as they are. Of a saved web page the main text is taken, of a PDF the text of all
pages. Offsets of quotes count characters of what is returned here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kg.model.errors import EnvironmentFault, UsageError

LARGEST = 64 * 1024 * 1024
_HTML = frozenset({".html", ".htm", ".xhtml", ".mhtml"})
_HINT = "pip install 'conflict-kg[extract]'"


@dataclass(frozen=True, slots=True)
class Source:
    r"""
    The text of a file, with line ends as `\\n`.

    `plain` says that the file itself is the text, byte for byte. The others are what the file says of itself, empty
    where it does not; `day` is the day it was published, as YYYY-MM-DD.
    """

    text: str
    plain: bool = False
    headline: str = ""
    day: str = ""
    outlet: str = ""
    address: str = ""


def read_text(path: Path) -> Source:
    """
    The text of a file, by its suffix and its first bytes.

    Raises:
        UsageError: It cannot be read, is too large, or holds no text.
        EnvironmentFault: A library that the format needs is not installed.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path} is larger than {LARGEST >> 20} MB", "give the part that is to be read")
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    return text_of(content, path.name)


def text_of(content: bytes, name: str) -> Source:
    """
    The text of a file's bytes; its name is for its suffix and for messages.

    Raises:
        UsageError: It holds no text.
        EnvironmentFault: A library that the format needs is not installed.
    """
    suffix = Path(name).suffix.lower()
    start = content[:1024].lstrip().lower()
    if content.startswith(b"%PDF") or suffix == ".pdf":
        return _of_pdf(content, name)
    if suffix in _HTML or start.startswith((b"<!doctype html", b"<html")):
        return _of_html(content, name)
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UsageError(f"{name} is no text", "give plain text, Markdown, a saved web page or a PDF")
    text = _decoded(content, name)
    plain = content == text.encode()
    return Source(text, plain)


def _decoded(content: bytes, name: str) -> str:
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return _line_ends(content.decode(encoding))
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8: byte {error.start}", "save it as UTF-8") from error


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _of_html(content: bytes, name: str) -> Source:
    try:
        import trafilatura
    except ImportError as error:
        raise EnvironmentFault("a web page needs the library trafilatura, which is not installed", _HINT) from error
    text = trafilatura.extract(content, include_comments=False, include_tables=True, favor_precision=False) or ""
    if not text.strip():
        raise UsageError(f"{name} holds no main text", "save the text itself and give that")
    found = trafilatura.extract_metadata(content.decode(errors="replace"))
    return Source(
        text=_line_ends(text).strip() + "\n",
        headline=found.title or "",
        day=found.date or "",
        outlet=found.sitename or "",
        address=found.url or "",
    )


def _of_pdf(content: bytes, name: str) -> Source:
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError as error:
        raise EnvironmentFault("a PDF needs the library pypdf, which is not installed", _HINT) from error
    from io import BytesIO

    try:
        reader = PdfReader(BytesIO(content))
        text = "\n\n".join(page.extract_text() for page in reader.pages)
    except (PyPdfError, ValueError, KeyError, IndexError, RecursionError) as error:
        raise UsageError(f"{name} cannot be read as a PDF: {error}", "save its text and give that") from error
    if not text.strip():
        raise UsageError(f"{name} holds no text", "it may be a scan: recognise its characters first")
    return Source(_line_ends(text).strip() + "\n")
