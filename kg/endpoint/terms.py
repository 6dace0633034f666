"""Terms of the JSON results format as N-Triples texts."""

from __future__ import annotations

import re
from typing import Final

from pyoxigraph import Literal, NamedNode

_LABEL: Final = re.compile(r"[A-Za-z0-9]+")


def text_of_json(value: dict[str, str]) -> str:
    """
    The N-Triples text of a term of the JSON results format, of Virtuoso's older one too.

    >>> text_of_json({"type": "typed-literal", "value": "05", "datatype": "http://www.w3.org/2001/XMLSchema#integer"})
    '"05"^^<http://www.w3.org/2001/XMLSchema#integer>'
    >>> text_of_json({"type": "bnode", "value": "nodeID://b1"})
    '_:nodeIDx3Ax2Fx2Fb1'

    Raises:
        ValueError: It is no RDF 1.1 term.
    """
    kind, text = value["type"], value["value"]
    match kind:
        case "uri":
            return f"<{text}>"
        case "bnode":
            # Labels as N-Triples has them; what it does not have as its code point, so that two stay two.
            return "_:" + (text if _LABEL.fullmatch(text) else "".join(map(_in_label, text)))
        case "literal" | "typed-literal" if value.get("xml:lang"):
            return str(Literal(text, language=value["xml:lang"]))
        case "literal" | "typed-literal" if value.get("datatype"):
            return str(Literal(text, datatype=NamedNode(value["datatype"])))
        case "literal":
            return str(Literal(text))
        case _:
            raise ValueError(f"{kind} is no kind of RDF 1.1 term")


def _in_label(character: str) -> str:
    return character if character.isascii() and character.isalnum() else f"x{ord(character):X}"
