"""What PyYAML writes is read back as the same text, each at its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kg.facts import from_yaml
from kg.model.records import Limits, Listing, Mapping, Node, Scalar

# What no value may hold, and the line ends that only YAML 1.1 knows, have cases of their own.
TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029\ufffe\uffff") | st.just("\n")
)
WORDS = st.text("ab :#-'\"[]{},&*!|>%@`~\n😀é", max_size=8) | st.sampled_from(
    ["null", "~", "no", "1e3", "012", "11:00"]
)
TREES = st.dictionaries(
    TEXTS | WORDS,
    st.recursive(
        TEXTS | WORDS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
        max_leaves=12,
    ),
    min_size=1,
    max_size=4,
)


FLOWS = st.sampled_from([True, False, None])


class Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        return True


def plain(node: Node) -> Any:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.entries}


def scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Listing):
        for item in node.items:
            yield from scalars(item)
    else:
        for key, value in node.entries:
            yield key
            yield from scalars(value)


def root(text: str, limits: Limits | None = None) -> Mapping:
    reading = from_yaml.read(text.encode(), "f.yaml", limits or Limits())
    assert reading.sheets, reading.findings
    return reading.sheets[0].root


@given(tree=TREES, flow=FLOWS, unicode=st.booleans(), width=st.sampled_from([20, 80, 1000]))
def test_what_pyyaml_writes_is_read_back(*, tree: Any, flow: bool | None, unicode: bool, width: int) -> None:
    text = yaml.dump(tree, Dumper=Dumper, default_flow_style=flow, allow_unicode=unicode, width=width, sort_keys=False)
    assert plain(root(text)) == tree


@given(tree=TREES, flow=FLOWS, unicode=st.booleans())
def test_a_position_is_where_the_text_begins(*, tree: Any, flow: bool | None, unicode: bool) -> None:
    text = yaml.dump(tree, Dumper=Dumper, default_flow_style=flow, allow_unicode=unicode, width=1000, sort_keys=False)
    lines = text.split("\n")
    for scalar in scalars(root(text)):
        begin = lines[scalar.line - 1][scalar.column - 1 :]
        assert begin[:1] in {"'", '"', "|", ">"} or (scalar.text and begin.startswith(scalar.text.split("\n")[0]))


@given(tree=TREES, end=st.sampled_from(["\r\n", "\r"]), mark=st.booleans())
def test_line_ends_and_byte_order_mark_change_nothing(*, tree: Any, end: str, mark: bool) -> None:
    text = yaml.dump(tree, Dumper=Dumper, sort_keys=False)
    raw = b"\xef\xbb\xbf" * mark + text.replace("\n", end).encode()
    assert from_yaml.read(raw, "f.yaml", Limits()).sheets[0].root == root(text)


@given(st.binary(max_size=60) | st.text("ab:- \n\t'\"[]{},&*!|>%@`?#~\\\x00\u00a0\u2028é", max_size=60).map(str.encode))
def test_nothing_raises(raw: bytes) -> None:
    """A file gives a sheet, findings, or both; never an exception."""
    reading = from_yaml.read(raw, "f.yaml", Limits())
    assert reading.sheets or reading.findings
    for finding in reading.findings:
        assert finding.message
        assert finding.hint
        finding_line, lines = finding.position.line, raw.decode("utf-8", "replace").count("\n")
        assert finding_line <= lines + raw.count(b"\r") + raw.count("\u2028".encode()) + 2


def test_depth_nodes_and_length_are_bounded() -> None:
    def codes(text: str, limits: Limits) -> list[str]:
        return [str(finding) for finding in from_yaml.read(text.encode(), "f", limits).findings]

    limits = Limits(depth=3, nodes=8, scalar=14)
    assert codes("a: [[x]]", limits) == []
    assert codes("a: [[[x]]]", limits)[0].startswith("f:1:6: error: too-large: more than 3 lists and entries")
    assert codes("a: [b, c,\n  d, e, f]", limits) == []
    assert codes("a: [b, c,\n d, e, f, g]", limits)[0].startswith(
        "f:2:11: error: too-large: the file holds more than 8"
    )
    assert codes('a: "1234\n  5678\n  90123"', limits)[0].startswith(
        "f:1:4: error: too-large: this text has more than 14"
    )
    assert codes("a: b\nc: 123456789012", limits)[0].startswith("f:2:1: error: too-large: this line has more than 14")
    assert codes("a: b\nc: 12345678901\n", limits) == []


def test_keys_within_keys_are_reported_once() -> None:
    findings = from_yaml.read(b"? " * 10_000, "f", Limits()).findings
    assert [(finding.code, finding.position.column) for finding in findings] == [
        ("unexpected-shape", 3),
        ("too-large", 129),
    ]


def test_libyaml_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from kg.model.errors import EnvironmentFault

    monkeypatch.setitem(sys.modules, "yaml._yaml", None)
    with pytest.raises(EnvironmentFault, match="without libyaml"):
        root("a: b")


def test_beyond_a_thousand_findings_are_counted() -> None:
    reading = from_yaml.read(b"a: b\n" * 1500, "f", Limits())
    assert len(reading.findings) == 1001
    assert reading.findings[-1].message == "this file has 499 more findings, which are not listed"
