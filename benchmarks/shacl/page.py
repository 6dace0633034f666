"""Measured tables in a page of the documentation, between two marks, and the machine they were measured on."""

from __future__ import annotations

import os
import platform
import re
from datetime import date
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


def machine() -> str:
    """The day, the machine and its Python."""
    cores = next((line for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ":").partition(":")[2]
    memory = next((line for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "x 0 kB").split()[1]
    hardware = f"{os.cpu_count()} cores ({cores.strip() or platform.machine()}), {int(memory) / 2**20:.0f} GiB"
    return f"{date.today().isoformat()}; {hardware}, {platform.system()}; Python {platform.python_version()}"  # noqa: DTZ011


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []
