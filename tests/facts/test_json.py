"""What the standard library writes is read back as the same text, each at its place."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kg.facts import from_json
from kg.model.records import Limits, Listing, Mapping, Node, Scalar

TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff") | st.sampled_from('\n\t"\\')
)
TREES = st.dictionaries(
    TEXTS,
    st.recursive(
        TEXTS | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
        max_leaves=12,
    ),
    max_size=4,
)


def as_text(value: Any) -> Any:
    """What a reader should make of a value."""
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def checked(node: Node, lines: list[str]) -> Any:
    """The node's plain value; each node stands where the file shows its first character."""
    begin = lines[node.line - 1][node.column - 1 :]
    if isinstance(node, Scalar):
        assert begin.startswith(('"', node.text or "null"))
        return node.text
    if isinstance(node, Listing):
        assert begin.startswith("[")
        return [checked(item, lines) for item in node.items]
    assert begin.startswith("{")
    assert all(lines[key.line - 1][key.column - 1] == '"' for key, _ in node.entries)
    return {key.text: checked(value, lines) for key, value in node.entries}


@given(tree=TREES, indent=st.sampled_from([None, 0, 2, "\t"]), ascii_only=st.booleans())
def test_what_the_standard_library_writes_is_read_back(
    *, tree: Any, indent: int | str | None, ascii_only: bool
) -> None:
    text = json.dumps(tree, indent=indent, ensure_ascii=ascii_only)
    reading = from_json.read(text.encode(), "f.json", Limits())
    assert reading.findings == ()
    assert checked(reading.sheets[0].root, text.split("\n")) == as_text(tree)


@given(st.binary(max_size=40) | st.text("{}[]:,\"\\u0d8 \n\t-+.eE1truefalsn'/", max_size=40).map(str.encode))
def test_it_accepts_what_the_standard_library_accepts(raw: bytes) -> None:
    reading = from_json.read(raw, "f.json", Limits())
    assert reading.sheets or reading.findings
    try:
        value = json.loads(raw.decode("utf-8-sig").replace("\r", "\n"), parse_constant=lambda _: 1 / 0)
    except (ValueError, ZeroDivisionError):
        assert not reading.sheets
    else:
        assert isinstance(value, dict) == bool(reading.sheets) or reading.findings[0].code == "invalid-encoding"


def test_depth_and_nodes_are_bounded() -> None:
    limits = Limits(depth=3, nodes=5)
    assert from_json.read(b'{"a": [[]]}', "f", limits).findings == ()
    (deep,) = from_json.read(b'{"a": [[[]]]}', "f", limits).findings
    (many,) = from_json.read(b'{"a": [1,\n 2, 3]}', "f", limits).findings
    assert (deep.code, many.code) == ("too-large", "too-large")
    assert (deep.position.column, many.position.line) == (9, 2)


def test_an_empty_object_is_a_mapping_without_entries() -> None:
    assert from_json.read(b" {}\n", "f", Limits()).sheets[0].root == Mapping((), 1, 2)
