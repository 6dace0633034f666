"""The cells are those of the standard library's reader, each at its place."""

from __future__ import annotations

import csv
import io

from hypothesis import example, given
from hypothesis import strategies as st

from kg.facts import from_csv
from kg.facts.reporting import Report, Stop
from kg.model.records import Limits, Listing, Mapping, Scalar

TABLES = st.text('ab"", ;\t\n😀', max_size=60)


@given(TABLES, st.sampled_from(",;\t"))
@example('a, "b\n",c\n', ",")
@example('"a"\n', ",")
@example('a"b,"c""d"', ",")
def test_cells_are_those_of_the_standard_library(text: str, delimiter: str) -> None:
    try:
        expected = [
            [cell.strip() for cell in row] or [""]
            for row in csv.reader(
                io.StringIO(text, newline="\n"), delimiter=delimiter, strict=True, skipinitialspace=True
            )
        ]
    except csv.Error:
        expected = []
    report = Report("f.csv")
    try:
        rows = list(from_csv.Cells(text, delimiter, report))
    except Stop:
        assert expected == []
        assert report.findings()[0].code == "syntax-error"
        return
    assert [[cell.text for cell in row] for row in rows] == expected


@given(TABLES)
def test_a_position_is_where_the_cell_begins(text: str) -> None:
    lines = text.split("\n")
    try:
        for row in from_csv.Cells(text, ",", Report("f.csv")):
            for cell in row:
                begin = lines[cell.line - 1][cell.column - 1 :]
                assert begin.startswith(('"', cell.text))
    except Stop:
        pass


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n")), min_size=3, max_size=3),
        max_size=5,
    ),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\r\n", "\n"]),
)
def test_what_the_standard_library_writes_is_read_back(rows: list[list[str]], quoting: int, end: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=quoting, lineterminator=end).writerows([["a", "b", "c"], *rows])  # type: ignore[arg-type]
    reading = from_csv.read(file.getvalue().encode(), "f.csv", Limits())
    expected = [{key: cell.strip() for key, cell in zip("abc", row, strict=True) if cell.strip()} for row in rows]
    expected = [entry for entry in expected if entry]
    if not expected:
        assert [finding.code for finding in reading.findings] == ["empty-file"]
        return
    claims = reading.sheets[0].root.get("claims")
    assert isinstance(claims, Listing)
    found = []
    for entry in claims.items:
        assert isinstance(entry, Mapping)
        found.append({key.text: value.text for key, value in entry.entries if isinstance(value, Scalar)})
    assert found == expected


@given(st.binary(max_size=60) | TABLES.map(str.encode))
def test_nothing_raises(raw: bytes) -> None:
    for read in (from_csv.read, from_csv.read_tsv):
        reading = read(raw, "f.csv", Limits())
        assert reading.sheets or reading.findings


def test_keys_nest_as_deep_as_the_limits_allow() -> None:
    limits = Limits(depth=3)
    assert from_csv.read(b"a.b.c\n1", "f", limits).findings == ()
    (finding, _) = (*from_csv.read(b"a.b.c.d,x\n1,2", "f", limits).findings, None)
    assert finding is not None
    assert finding.code == "unexpected-shape"


def test_cells_rows_and_texts_are_bounded() -> None:
    def finding(raw: bytes, limits: Limits) -> str:
        (one,) = from_csv.read(raw, "f", limits).findings
        return str(one)

    assert finding(b"a,b\n" * 9, Limits(nodes=10)).startswith(
        "f:6:1: error: too-large: the table holds more than 10 cells"
    )
    assert finding(b"\n" * 20 + b"a", Limits(nodes=10)).startswith("f:11:1: error: too-large")
    assert finding(b"a\nbcdef", Limits(scalar=4)).startswith("f:2:1: error: too-large: this cell has more than 4 char")
    assert finding(b"," * 20_000, Limits()).startswith("f:1:1: error: too-large: this row has more than 16,384 cells")
