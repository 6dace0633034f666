"""Measured tables in a page of the documentation, between two marks."""

from __future__ import annotations

import re
from pathlib import Path


def put_between(page: Path, name: str, text: str) -> None:
    """
    Replace what stands between `<!-- benchmark: NAME -->` and `<!-- end -->`.

    Raises:
        SystemExit: The page has no such marks.
    """
    marks = re.compile(rf"(<!-- benchmark: {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
    old = page.read_text(encoding="utf-8")
    new, times = marks.subn(lambda found: f"{found[1]}\n{text}\n\n{found[2]}", old)
    if not times:
        raise SystemExit(f"{page} has no `<!-- benchmark: {name} -->` … `<!-- end -->`: add both lines")
    page.write_text(new, encoding="utf-8")
    print(f"wrote {page}")
