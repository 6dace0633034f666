"""Workbooks: a cell is read as the text that somebody would have typed into a CSV file."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from kg.facts import from_xlsx, read, sidecar
from kg.model.errors import EnvironmentFault
from kg.model.records import Limits, Listing, Mapping, Reading, Scalar, Sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRINGS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def local(*parts: int) -> datetime:
    """A moment without a zone: a workbook knows no others."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def packed(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def one_sheet(*rows: list[Any], title: str = "Events") -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return book


def opened(book: Workbook, limits: Limits | None = None) -> Reading:
    return from_xlsx.read(packed(book), "f.xlsx", limits or Limits())


def entries(sheet: Sheet) -> list[dict[str, str]]:
    claims = sheet.root.get("claims")
    assert isinstance(claims, Listing)
    found = []
    for entry in claims.items:
        assert isinstance(entry, Mapping)
        found.append({key.text: value.text for key, value in entry.entries if isinstance(value, Scalar)})
    return found


def with_xml(book: Workbook, sheet: Callable[[str], str], strings: str = "") -> bytes:
    """The workbook after a change to the XML of its first sheet, and with shared strings: openpyxl writes none."""
    result = BytesIO()
    with ZipFile(BytesIO(packed(book))) as old, ZipFile(result, "w") as new:
        for name in old.namelist():
            xml = old.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                xml = sheet(xml)
            elif name == "[Content_Types].xml":
                xml = xml.replace("</Types>", f'<Override PartName="/xl/strings.xml" ContentType="{STRINGS}"/></Types>')
            new.writestr(name, xml)
        new.writestr("xl/strings.xml", f'<sst xmlns="{MAIN}">{strings}</sst>')
    return result.getvalue()


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        ("11:00", None, "11:00"),
        ("no", None, "no"),
        ("012", None, "012"),
        (" one\r\ntwo ", None, "one\ntwo"),
        ("_x0041_ _x00", None, "A _x00"),
        (20, None, "20"),
        (20.0, "0.00", "20"),
        (0.1 + 0.2, None, "0.3"),
        (96.1735, None, "96.1735"),
        (-0.5, "0%", "-0.5"),
        (1e22, None, "1e+22"),
        (123456789012345, None, "123456789012345"),
        (True, None, "true"),
        (False, None, "false"),
        (date(2023, 11, 3), None, "2023-11-03"),
        (local(2023, 11, 3), "dd/mm/yyyy", "2023-11-03"),
        (local(2023, 11, 3), 'd "hours" mmmm', "2023-11-03"),
        (local(2023, 11, 3), "yyyy-mm-dd hh:mm", "2023-11-03T00:00:00"),
        (local(2023, 11, 3, 9, 30), "dd/mm/yyyy", "2023-11-03T09:30:00"),
        (time(11, 0), None, "11:00"),
        (time(11, 0, 5), None, "11:00:05"),
        (timedelta(hours=36, minutes=5), None, "36:05"),
    ],
)
def test_a_cell_is_text(value: Any, number_format: str | None, text: str) -> None:
    book = one_sheet(["id"], [value])
    if number_format:
        book.worksheets[0]["A2"].number_format = number_format
    reading = opened(book)
    assert reading.findings == ()
    assert entries(reading.sheets[0]) == [{"id": text}]


def test_a_position_names_sheet_row_and_cell() -> None:
    book = one_sheet([], [None, "id", "killed.count"], [], [None, "a", 3], title="Events of May")
    (sheet,) = opened(book).sheets
    claims = sheet.root.get("claims")
    assert isinstance(claims, Listing)
    (entry,) = claims.items
    assert isinstance(entry, Mapping)
    killed = entry.get("killed")
    assert isinstance(killed, Mapping)
    assert [str(sheet.at(node)) for node in (sheet.root, entry, killed, killed.entries[0][0])] == [
        "f.xlsx:Events of May!B2",
        "f.xlsx:Events of May!B4",
        "f.xlsx:Events of May!C4",
        "f.xlsx:Events of May!C2",
    ]


def test_every_sheet_is_a_table_of_the_one_document() -> None:
    book = one_sheet(["id"], ["a"])
    hidden = book.create_sheet("More")
    hidden.sheet_state = "hidden"
    hidden.append(["id"])
    hidden.append(["b"])
    book.create_sheet("Empty")
    document = book.create_sheet("Document ")
    for row in (["id", "ged"], [], ["publisher.name", "UCDP"], ["year", 2023]):
        document.append(row)
    reading = opened(book)
    assert reading.findings == ()
    assert [(sheet.sheet, entries(sheet), sheet.tabular) for sheet in reading.sheets] == [
        ("Events", [{"id": "a"}], True),
        ("More", [{"id": "b"}], True),
    ]
    described = reading.sheets[1].document_sheet
    assert described is not None
    assert described.root == Mapping(
        (
            (
                Scalar("document", 1, 1),
                Mapping(
                    (
                        (Scalar("id", 1, 1), Scalar("ged", 1, 2)),
                        (
                            Scalar("publisher", 3, 1),
                            Mapping(((Scalar("name", 3, 1), Scalar("UCDP", 3, 2)),), 3, 2),
                        ),
                        (Scalar("year", 4, 1), Scalar("2023", 4, 2)),
                    ),
                    1,
                    2,
                ),
            ),
        ),
        1,
        1,
    )
    assert str(described.at(described.root)) == "f.xlsx:Document !A1"


def test_what_is_wrong_with_a_document_sheet_is_said() -> None:
    book = one_sheet(["id"], ["a"])
    document = book.create_sheet("document")
    for row in (["id", "ged", "note"], ["id", "acled"], [None, "x"]):
        document.append(row)
    reading = opened(book)
    assert [(str(finding.position), finding.code) for finding in reading.findings] == [
        ("f.xlsx:document!C1", "unexpected-shape"),
        ("f.xlsx:document!A2", "duplicate-key"),
        ("f.xlsx:document!B3", "unexpected-shape"),
    ]


def test_a_document_is_described_once(tmp_path: Path) -> None:
    book = one_sheet(["id"], ["a"])
    book.create_sheet("document").append(["id", "ged"])
    path = tmp_path / "a.xlsx"
    path.write_bytes(packed(book))
    sidecar(path).write_text("document: {id: other}\n")
    reading = read(path, "a.xlsx", Limits())
    (finding,) = reading.findings
    assert str(finding) == (
        "a.document.yaml:1:1: error: duplicate-key: the document is described twice\n"
        "  hint: keep one of them\n"
        "  see: a.xlsx:document!A1: here is the other"
    )


def test_merged_cells_hold_their_value_once() -> None:
    book = one_sheet(["id", "name"], ["a", "x"], ["b", "y"])
    book.worksheets[0].merge_cells("B2:B3")
    assert entries(opened(book).sheets[0]) == [{"id": "a", "name": "x"}, {"id": "b"}]


def test_rows_may_be_shorter_than_the_header_but_not_longer() -> None:
    reading = opened(one_sheet(["id", "name"], ["a"], ["b", "x", "y"], ["c", None, "z"]))
    assert entries(reading.sheets[0]) == [{"id": "a"}, {"id": "b", "name": "x"}, {"id": "c"}]
    (finding,) = reading.findings
    assert str(finding).startswith("f.xlsx:Events!C3: error: unexpected-shape: this cell holds a value, but its column")


def test_an_error_in_a_cell_is_a_finding() -> None:
    reading = opened(one_sheet(["id", "name"], ["a", "#REF!"]))
    assert entries(reading.sheets[0]) == [{"id": "a"}]
    assert [str(finding).splitlines()[0] for finding in reading.findings] == [
        "f.xlsx:Events!B2: error: unexpected-shape: this cell holds the error #REF!"
    ]


def test_a_date_that_no_calendar_has_is_a_finding() -> None:
    book = one_sheet(["day"], [99_999_999])
    book.worksheets[0]["A2"].number_format = "yyyy-mm-dd"
    (finding,) = opened(book).findings
    assert (str(finding.position), finding.code) == ("f.xlsx:Events!A2", "unexpected-shape")


def test_a_control_character_is_a_finding() -> None:
    reading = opened(one_sheet(["id"], ["a_x0000_b"]))
    assert entries(reading.sheets[0]) == [{"id": "a\ufffdb"}]
    (finding,) = reading.findings
    assert (str(finding.position), finding.code) == ("f.xlsx:Events!A2", "invalid-encoding")


FORMULAS = one_sheet(["id", "sum", "text", "none"], ["a", "=1+2", '=""', None], ["b", "=3+4", "x", None])


def test_a_formula_without_a_result_is_a_finding() -> None:
    reading = opened(FORMULAS)
    assert entries(reading.sheets[0]) == [{"id": "a"}, {"id": "b", "text": "x"}]
    assert [str(finding.position) for finding in reading.findings] == [
        f"f.xlsx:Events!{cell}" for cell in ("B2", "C2", "B3")
    ]
    assert reading.findings[0].message == "the formula in this cell has no stored result"


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_the_result_of_a_formula_is_its_text(prefix: str) -> None:
    def compute(xml: str) -> str:
        xml = re.sub(r'<c r="C2"[^>]*><f>""</f>(?:<v ?/>|<v></v>)</c>', '<c r="C2" t="str"><f>""</f><v></v></c>', xml)
        xml = re.sub(r"<f>1\+2</f>(?:<v ?/>|<v></v>)", "<f>1+2</f><v>3</v>", xml)
        if prefix:  # as the Open XML SDK writes it
            xml = re.sub(r"<(/?)(?=[a-zA-Z])", rf"<\1{prefix}", xml).replace("xmlns=", "xmlns:x=")
        return xml

    reading = from_xlsx.read(with_xml(FORMULAS, compute), "f.xlsx", Limits())
    assert entries(reading.sheets[0]) == [{"id": "a", "sum": "3"}, {"id": "b", "text": "x"}]
    assert [str(finding.position) for finding in reading.findings] == ["f.xlsx:Events!B3"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<row r="2"', '<row r="99999999"'),  # a gap that openpyxl would fill with rows
        ('r="A2"', 'r="ZZZ2"'),  # a row that it would fill with cells; no limit is reached
        ("</sheetData>", "".join(f'<row><c r="ZZZ{n}"/></row>' for n in range(3, 200)) + "</sheetData>"),
    ],
)
def test_a_cell_in_a_far_corner_costs_little(old: str, new: str) -> None:
    raw = with_xml(one_sheet(["id"], ["a"]), lambda xml: xml.replace(old, new))
    reading = from_xlsx.read(raw, "f.xlsx", Limits(nodes=1_000_000))
    (finding,) = reading.findings
    assert finding.code in {"too-large", "unexpected-shape"}


def test_shared_strings_are_read() -> None:
    """Excel writes them, openpyxl does not."""
    raw = with_xml(
        one_sheet(["id"], ["a"]),
        lambda xml: xml.replace('t="inlineStr"><is><t>a</t></is>', 't="s"><v>0</v>'),
        strings="<si><r><t>Kaw</t></r><r><t>lin</t></r></si>",
    )
    assert entries(from_xlsx.read(raw, "f.xlsx", Limits()).sheets[0]) == [{"id": "Kawlin"}]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("</row>", ""),
        ('r="A2"', 'r="2A"'),
        ('t="inlineStr"><is><t>a</t></is>', 't="s"><v>77</v>'),
        ('t="inlineStr"><is><t>a</t></is>', "><v>one</v>"),
        ('t="inlineStr"><is><t>a</t></is>', f"><v>{'1' * 5000}</v>"),
        ('t="inlineStr"><is><t>a</t></is>', 's="99"><v>1</v>'),
        ('r="2"', 'r="two"'),
    ],
)
def test_a_damaged_workbook_is_a_finding(old: str, new: str) -> None:
    def damage(xml: str) -> str:
        assert old in xml, xml
        return xml.replace(old, new)

    reading = from_xlsx.read(with_xml(one_sheet(["id"], ["a"]), damage), "f.xlsx", Limits())
    assert reading.sheets == () or reading.findings == ()
    assert [finding.code for finding in reading.findings] in ([], ["unreadable-file"])


def test_a_truncated_workbook_is_a_finding() -> None:
    raw = packed(one_sheet(["id"], ["a"]))
    for length in range(0, len(raw), 97):
        (finding,) = from_xlsx.read(raw[:length], "f.xlsx", Limits()).findings
        assert finding.code == "unreadable-file"


@pytest.mark.parametrize("rows", [[], [["id"]], [["id", "name"], [None, " "]]])
def test_a_workbook_without_rows_is_empty(rows: list[list[Any]]) -> None:
    (finding,) = opened(one_sheet(*rows)).findings
    assert finding.code == "empty-file"


def test_what_is_no_fact_is_passed_over_in_silence() -> None:
    from openpyxl.chart import BarChart
    from openpyxl.worksheet.datavalidation import DataValidation

    book = one_sheet(["id"], ["a"])
    sheet: Worksheet = book.worksheets[0]
    sheet.add_data_validation(DataValidation(type="list", formula1='"a,b"'))
    sheet.add_chart(BarChart(), "D1")
    book.create_chartsheet("Chart").add_chart(BarChart())
    reading = opened(book)
    assert (len(reading.sheets), reading.findings) == (1, ())


def test_it_says_how_to_get_openpyxl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(EnvironmentFault) as raised:
        from_xlsx.read(b"", "f.xlsx", Limits())
    assert raised.value.hint == "pip install 'conflict-kg[tables]'"
