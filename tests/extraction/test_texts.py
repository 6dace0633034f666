"""Files of several formats → the text that quotes count in."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.extraction.texts import read_text, text_of
from kg.model.errors import UsageError

PAGE = b"""<!DOCTYPE html><html><head><title>Base attacked</title>
<meta property="og:site_name" content="Northern Courier">
<meta property="article:published_time" content="2024-05-16T08:00:00Z"></head><body><nav>Home | News</nav><article>
<h1>Base attacked</h1><p>The Hill Front attacked an army base in Halden on Wednesday, killing two soldiers, it said.</p>
<p>The army shelled the town on Thursday morning. Three residents were injured, according to the hospital of Merrow.</p>
</article><footer>Imprint</footer></body></html>"""


def pdf(words: str) -> bytes:
    """A PDF of one page with one line."""
    stream = f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
            b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(made)
    return (
        made
        + b"xref\n0 5\n0000000000 65535 f \n"
        + table
        + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start
    )


def test_plain_text_is_taken_as_it_is() -> None:
    source = text_of("One.\n\nTwo – ‘three’.".encode(), "a.txt")
    assert source.plain
    assert source.text == "One.\n\nTwo – ‘three’."


def test_line_ends_and_marks_of_other_systems_are_evened() -> None:
    source = text_of(b"\xef\xbb\xbfOne.\r\nTwo.\r", "a.txt")
    assert source.text == "One.\nTwo.\n"
    assert not source.plain


def test_of_a_web_page_the_main_text_is_taken() -> None:
    source = text_of(PAGE, "page.html")
    assert "The Hill Front attacked an army base in Halden" in source.text
    assert "Imprint" not in source.text
    assert (source.headline, source.day, source.outlet) == ("Base attacked", "2024-05-16", "Northern Courier")


def test_of_a_pdf_the_text_of_its_pages_is_taken() -> None:
    source = text_of(pdf("The Hill Front attacked a base in Halden."), "report.pdf")
    assert source.text == "The Hill Front attacked a base in Halden.\n"


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"\x00\x01\x02", "a.bin", "a.bin is no text"),
        (b"caf\xe9", "a.txt", "a.txt is not UTF-8: byte 3"),
        (b"<html><body></body></html>", "a.html", "a.html holds no main text"),
        (b"%PDF-1.4 broken", "a.pdf", "a.pdf cannot be read as a PDF"),
        (pdf(""), "a.pdf", "a.pdf holds no text"),
    ],
    ids=["binary", "latin-1", "empty page", "broken pdf", "scanned pdf"],
)
@pytest.mark.filterwarnings("ignore")
def test_what_holds_no_text_is_told(content: bytes, name: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        text_of(content, name)
    assert str(caught.value).startswith(message)
    assert caught.value.hint


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or directory"):
        read_text(tmp_path / "report.txt")
