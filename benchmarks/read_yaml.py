"""
How long a YAML file of 20,000 lines takes to read with positions, against `yaml.load` with libyaml and no positions.

Run with `python benchmarks/read_yaml.py`. Prints both times and their ratio; the aim is a ratio below 1.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import yaml

from kg.facts import from_yaml
from kg.model.records import Limits

ENTRY = """\
  - quote: Kawlin People’s Defense Force (PDF) said it launched a predawn attack, number {n}
    speaker: kawlin-pdf
    says:
      - id: attack-{n}
        type: AttackOnFacility
        time: predawn
        attacker: [kawlin-pdf, "group {n}"]
        target: kawlin-bases
        killed: {{victim: resistance-member, count: {n}}}
"""


def facts(lines: int) -> str:
    head = "document:\n  id: report\nclaims:\n"
    return head + "".join(ENTRY.format(n=n) for n in range((lines - 3) // 9 + 1))


def best(work: Callable[[], object], rounds: int = 7) -> float:
    """The fastest of some rounds, in seconds: the one that the machine disturbed least."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    text = facts(20_000)
    raw = text.encode()
    plain = best(lambda: yaml.load(text, yaml.CSafeLoader))
    ours = best(lambda: from_yaml.read(raw, "facts.yaml", Limits()))
    print(f"lines                 {text.count(chr(10)):>8,}")
    print(f"yaml.load CSafeLoader {plain:>8.3f} s")
    print(f"kg.facts.from_yaml    {ours:>8.3f} s")
    print(f"ratio                 {ours / plain:>8.2f}")


if __name__ == "__main__":
    main()
