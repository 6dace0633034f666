"""
Scores extraction against gold: event F1, and F1 of each slot, told and implicit apart, with bootstrap intervals.

    python benchmarks/extraction/score.py benchmarks/extraction/reports/test-*.yaml
    python benchmarks/extraction/score.py --project examples/operation-1027 path/to/gold.json

An event is found when a proposal quotes a sentence that holds the gold's words, and is of a right type. A slot value is
right when one of its names is the gold's, short or long ("AA", "Arakan Army"), compared without articles and case: one
holds all words of the other. A day is right when it is the same day, a count when kind and number are the same, in
digits or words ("killed at least 12" is "killed twelve").
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from gold import HAPPENED, SLOTS, GoldEvent, GoldReport, read_gold
from predicted import HARMS, Predicted, predicted

_ROUNDS = 1000
_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_ABOUT = {"at", "least", "about", "around", "some", "nearly", "almost", "more", "than", "over", "up", "to", "an", "a"}
_ABOUT |= {"estimated", "only", "of", "reported"}
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen")
_TEENS = ("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = {word: number for number, word in enumerate((*_ONES, *_TEENS), 1)}
_NUMBERS |= {word: 10 * number for number, word in enumerate(_TENS, 2)}
_TIMES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000}
_STOP = frozenset({"the", "a", "an", "of", "and", "in", "at", "on", "s", "his", "her", "its", "their", "our"})


@dataclass
class Tally:
    """Right, proposed and wanted, by what is counted."""

    right: Counter[str] = field(default_factory=Counter)
    proposed: Counter[str] = field(default_factory=Counter)
    wanted: Counter[str] = field(default_factory=Counter)

    def add(self, key: str, right: int, proposed: int, wanted: int) -> None:
        """Count one comparison."""
        self.right[key] += right
        self.proposed[key] += proposed
        self.wanted[key] += wanted

    def f1(self, key: str) -> float:
        """The F1 of what is counted under a key; 0 where nothing was right."""
        total = self.proposed[key] + self.wanted[key]
        return 2 * self.right[key] / total if total else 0.0


def words(text: str) -> frozenset[str]:
    """The words of a name as they are compared."""
    plain = text.lower().replace("’", "'").replace("'s", "")
    return frozenset(re.findall(r"\w+", plain)) - _STOP


def same(name: str, gold: str) -> bool:
    """
    Whether two names are one: one holds all words of the other; days and counts must be equal.

    >>> same("Arakan Army", "AA|Arakan Army"), same("the soldiers", "four soldiers"), same("Shan State", "Kachin State")
    (True, True, False)
    >>> same("2025-01-07", "2025-01-08"), same("killed at least 21", "killed twenty-one"), same("killed 3", "injured 3")
    (False, True, False)
    """
    return any(_same(name, variant) for variant in gold.split("|"))


def _same(name: str, gold: str) -> bool:
    if _DAY.fullmatch(gold) or _DAY.fullmatch(name):
        return name == gold
    if _is_count(gold) and _is_count(name):
        return _counted(name) == _counted(gold)
    left, right = _stems(words(name)), _stems(words(gold))
    return bool(left and right) and (left <= right or right <= left)


def _is_count(text: str) -> bool:
    return text.partition(" ")[0] in HARMS


def _counted(text: str) -> tuple[str, ...]:
    """The kind and the number of a count, in digits; without "at least" and the like."""
    kind, *said = re.findall(r"[\w.]+", text.lower().replace(",", ""))
    number = 0.0
    for word in said:
        if word.replace(".", "", 1).isdigit():
            number += float(word)
        elif word in _NUMBERS:
            number += _NUMBERS[word]
        elif word in _TIMES and (number or word == "dozen"):
            number = (number or 1) * _TIMES[word]
    return (kind, f"{number:g}") if number else (kind, *(word for word in said if word not in _ABOUT))


def _stems(parts: Iterable[str]) -> set[str]:
    return {part.rstrip("s") for part in parts}


def match(gold: Sequence[GoldEvent], found: Sequence[Predicted]) -> list[tuple[GoldEvent, Predicted]]:
    """Pairs of gold and proposal, each used once; the best type and the most shared slots first."""
    options = []
    for g, event in enumerate(gold):
        for p, proposal in enumerate(found):
            overlap = any(s < proposal.end and proposal.start < e for s, e in event.spans)
            negative = (HAPPENED in next(iter(event.slots["polarity"]))) == (proposal.polarity == HAPPENED)
            if overlap and proposal.type in event.types and negative:
                shared = sum(_right(event.slots.get(s, frozenset()), proposal.slots.get(s, ()))[0] for s in SLOTS)
                options.append((event.types.index(proposal.type), -shared, g, p))
    pairs, used_gold, used = [], set(), set()
    for _, _, g, p in sorted(options):
        if g not in used_gold and p not in used:
            used_gold.add(g)
            used.add(p)
            pairs.append((gold[g], found[p]))
    return pairs


def _right(gold: frozenset[str], found: Sequence[Sequence[str]]) -> tuple[int, int, int]:
    """Right, proposed and wanted of one slot. Any name of a value may be the right one."""
    if not gold:
        return 0, len(found), 0
    hit = [value for value in found if any(same(name, g) for name in value for g in gold)]
    reached = [g for g in gold if any(same(name, g) for value in found for name in value)]
    wanted = max(1, len(hit)) if reached and hit and len(gold) > len(found) else len(gold)
    return min(len(hit), wanted), len(found), wanted


def score(report: GoldReport, found: Sequence[Predicted]) -> Tally:
    """The tally of one report."""
    tally = Tally()
    pairs = match(report.events, found)
    paired = {id(event) for event, _ in pairs}
    needed = [event for event in report.events if not event.optional or id(event) in paired]
    tally.add("event", len(pairs), len(found), len(needed))
    for event in needed:
        proposal = next((p for e, p in pairs if e is event), None)
        for slot in SLOTS:
            right, proposed, wanted = _right(
                event.slots.get(slot, frozenset()), proposal.slots.get(slot, ()) if proposal else ()
            )
            part = "implicit" if slot in event.implicit else "told"
            for key in (slot, part, "all slots"):
                tally.add(key, right, proposed, wanted)
    wrong = sum(1 for e, p in _crossed(report, found) if e)
    tally.add("polarity errors", wrong, 0, 0)
    return tally


def _crossed(report: GoldReport, found: Sequence[Predicted]) -> Iterable[tuple[bool, Predicted]]:
    """Proposals that say that something happened where the gold says that it did not."""
    for proposal in found:
        over = [e for e in report.events if any(s < proposal.end and proposal.start < t for s, t in e.spans)]
        fitting = [e for e in over if proposal.type in e.types]
        happened = proposal.polarity == HAPPENED
        yield (
            bool(fitting) and happened and all(HAPPENED not in "".join(e.slots["polarity"]) for e in fitting),
            proposal,
        )


def joined(tallies: Iterable[Tally]) -> Tally:
    """One tally of several."""
    whole = Tally()
    for tally in tallies:
        for name in ("right", "proposed", "wanted"):
            getattr(whole, name).update(getattr(tally, name))
    return whole


def interval(tallies: Sequence[Tally], key: str) -> tuple[float, float]:
    """The 95 % interval of an F1, by drawing reports anew."""
    chance = random.Random(1)
    values = sorted(joined(chance.choices(tallies, k=len(tallies))).f1(key) for _ in range(_ROUNDS))
    return values[int(0.025 * _ROUNDS)], values[int(0.975 * _ROUNDS) - 1]


def table(tallies: Sequence[Tally]) -> str:
    """The figures as text."""
    whole = joined(tallies)
    lines = [f"{'':16}{'F1':>6}  {'95 %':^13}{'right':>7}{'proposed':>10}{'wanted':>8}"]
    for key in ("event", "all slots", "told", "implicit", *SLOTS):
        low, high = interval(tallies, key)
        counts = f"{whole.right[key]:7}{whole.proposed[key]:10}{whole.wanted[key]:8}"
        lines.append(f"{key:16}{whole.f1(key):6.2f}  {low:5.2f} – {high:4.2f}{counts}")
    lines.append(f"polarity errors  {whole.right['polarity errors']}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Score the gold files that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--project", type=Path, help="a project whose facts give the registry")
    parser.add_argument("--verbose", action="store_true", help="tell what was missed and what was wrong")
    asked = parser.parse_args(arguments)
    tallies = []
    for path in asked.gold:
        report = read_gold(path)
        found = predicted(report, asked.project)
        tallies.append(score(report, found))
        if asked.verbose:
            tell(report, found)
    print(table(tallies))


def tell(report: GoldReport, found: Sequence[Predicted]) -> None:
    """What was missed and what was wrong in a report."""
    pairs = match(report.events, found)
    print(f"== {report.name}")
    for event in report.events:
        start, end = event.spans[0]
        proposal = next((p for e, p in pairs if e is event), None)
        print(
            f"{'+' if proposal else 'o' if event.optional else '-'} {event.types[0]}: {report.text[start:end][:70]!r}"
        )
        for slot in SLOTS if proposal else ():
            gold, got = event.slots.get(slot, frozenset()), proposal.slots.get(slot, ())
            right, proposed, wanted = _right(gold, got)
            if right < max(proposed, wanted):
                print(f"      {slot}: {sorted(gold)} / {[list(v)[:2] for v in got]}")
    for proposal in found:
        if all(p is not proposal for _, p in pairs):
            words = report.text[proposal.start : proposal.end][:90]
            print(f"  extra {proposal.type} {proposal.polarity} {words!r} [{proposal.rule}]")


if __name__ == "__main__":
    main()
