"""
When something was: the bounds that a text bears, and no more than those.

A text is a moment (`2023-11-03 predawn`), a moment with a bound on one side (`since 2023-10-27`), or an interval of
two moments, as EDTF writes them (`2023-10-27/..`) or in words (`from … to …`). What is decided here:

- Bounds are whole seconds, both included: a day runs from 00:00:00 to 23:59:59. "Before" and "after" leave out what
  they name, and so lie one second outside it; "since", "until" and "by" include it.
- `~` and "around" leave the bounds of a day, month or year as they are and set `approximate`: how far "around" a date
  reaches is nowhere agreed. A clock time they widen by the minutes of the word, within the day that is named.
- A clock time or a part of the day alone gives clock bounds only. No date is ever guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache

from pyoxigraph import NamedNode

from kg.mapping.values.dates import otherwise_spelt
from kg.mapping.values.moments import Clock, Days, Moment, NotUnderstood, read_moment
from kg.mapping.values.problem import ValueProblem, bounded, quoted
from kg.mapping.values.wording import HOLE, Wording, fold
from kg.model.errors import Bug, OntologyError
from kg.ontology import vocabulary as v

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
# A hyphen joins two moments with spaces around it, or between clock times; elsewhere it belongs to a date.
_HYPHEN = r"\s-\s|(?<=:[0-9]{2})-(?=[0-9]{1,2}:)|(?<=[a-z.])-(?=[0-9])"
_OPEN = ("", "..")  # EDTF: "a/" has an unknown end, "a/.." an open one; neither bears a bound


@dataclass(frozen=True, slots=True)
class TimeReading:
    """
    What a text says of when: bounds are absent where it bears none.

    `earliest` and `latest` have the offset of the text or of the zone, none where there is no zone. The clock bounds
    are local; where the earliest is later than the latest the window crosses midnight. The days are those of the
    bounds, in local time. `approximate` and `uncertain` are what EDTF means by `~` and `?`.
    """

    precision: NamedNode
    earliest: datetime | None = None
    latest: datetime | None = None
    clock_earliest: time | None = None
    clock_latest: time | None = None
    first_day: date | None = None
    last_day: date | None = None
    approximate: bool = False
    uncertain: bool = False
    unknown: bool = False


def read_time(text: str, wording: Wording, zone: tzinfo | None) -> TimeReading:
    """
    Read a time as an analyst or a report writes it.

    >>> import pyoxigraph
    >>> from kg.model.shipped import shipped
    >>> wording = Wording.from_triples(pyoxigraph.parse(path=shipped("ontology") / "wording.ttl"))
    >>> reading = read_time("2023-11-03 predawn", wording, None)
    >>> print(reading.earliest, reading.latest)
    2023-11-03 03:00:00 2023-11-03 06:00:00

    Args:
        text: What was written.
        wording: The words of the ontology.
        zone: The time zone that the text is told in; None where it is not known.

    Raises:
        ValueProblem: The text is no time, or contradicts itself.
    """
    folded = fold(bounded(text, "a time"))
    if folded in wording.unknown_times:
        return TimeReading(v.UNKNOWN_PRECISION, unknown=True)
    try:
        return _read(folded, wording, zone)
    except ValueProblem as problem:
        raise otherwise_spelt(" ".join(text.split())) or problem from problem.__cause__
    except OverflowError as error:
        raise ValueProblem(f"{quoted(text)} reaches beyond the calendar", "years run from 0001 to 9999") from error


def _read(folded: str, wording: Wording, zone: tzinfo | None) -> TimeReading:
    if "/" in folded:
        ends = [end.strip() for end in folded.split("/")]
        if len(ends) != 2:
            raise ValueProblem(f"{quoted(folded)} is no interval", "write two dates, like 2023-10-27/2023-11-03")
        return _interval(ends[0], ends[1], wording, zone)
    try:
        return _single(read_moment(folded, wording), zone)
    except NotUnderstood:
        ends_in_words = _ends(folded, wording)
        if ends_in_words is None:
            raise
        return _interval(*ends_in_words, wording, zone)


def _ends(folded: str, wording: Wording) -> tuple[str, str] | None:
    for pattern in _intervals_in_words(wording):
        if found := pattern.fullmatch(folded):
            return found[1].strip(), found[2].strip()
    return None


@lru_cache(maxsize=16)
def _intervals_in_words(wording: Wording) -> tuple[re.Pattern[str], ...]:
    """The range phrases of counts ("from … to …"), for two moments."""
    patterns = []
    for label, quantifier in wording.quantifiers.items():
        parts = [part.strip() for part in label.split(HOLE)]
        if quantifier.qualifier != v.RANGE or len(parts) != 3 or not parts[1] or parts[2]:
            continue
        between = re.escape(parts[1])
        if parts[1] == "-":
            between = _HYPHEN
        elif parts[1][0].isalnum():
            between = rf"\s{between}\s"
        patterns.append(re.compile((rf"{re.escape(parts[0])}\s" if parts[0] else "") + f"(.+?)(?:{between})(.+)"))
    return tuple(patterns)


@lru_cache(maxsize=1 << 14)
def _single(moment: Moment, zone: tzinfo | None) -> TimeReading:
    if moment.days is None:
        return _clock_only(moment)
    first, last = _local(moment.days, moment.clock, moment.margin or timedelta())
    if moment.relation is not None:
        since, until = _bounds(moment, first, last)
        return _dated(since, until, moment, zone, v.INTERVAL_PRECISION)
    precision = moment.clock.precision if moment.clock else moment.days.precision
    reading = _dated(first, last, moment, zone, precision)
    if moment.clock is None:
        return reading
    return replace(reading, clock_earliest=first.time(), clock_latest=last.time())


def _local(days: Days, clock: Clock | None, margin: timedelta) -> tuple[datetime, datetime]:
    """The bounds of a moment with a date, on the local clock."""
    midnight = datetime.combine(days.first, time())
    if clock is None:
        return midnight, datetime.combine(days.last, time(23, 59, 59))
    first, last = _window(clock)
    if clock.earliest <= clock.latest:  # "around 11:50 p.m." is still of the day that is named
        return midnight + max(first - margin, timedelta()), midnight + min(last + margin, _DAY - _SECOND)
    return midnight + first - margin, midnight + last + margin


def _window(clock: Clock) -> tuple[timedelta, timedelta]:
    """How long after midnight of its day a window begins and ends."""
    first, last = _since_midnight(clock.earliest), _since_midnight(clock.latest)
    if last < first:
        last += _DAY
    return (first - _DAY if clock.either_night else first), last


def _since_midnight(moment: time) -> timedelta:
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)


def _bounds(moment: Moment, first: datetime, last: datetime) -> tuple[datetime | None, datetime | None]:
    """
    What "since", "until", "before", "after" or "by" makes of the bounds of what they name.

    "After around 9:30" may be soon after 9:00, if that is when it was: what is named roughly is not left out.
    """
    if moment.relation is None:
        return first, last
    if moment.relation == v.SINCE:
        return first, None
    if moment.relation == v.AFTER:
        return first if moment.approximate else last + _SECOND, None
    if moment.relation == v.BEFORE:
        return None, last if moment.approximate else first - _SECOND
    if moment.relation in (v.UNTIL, v.BY):
        return None, last
    raise OntologyError(
        f"{moment.relation.value} is a time relation that kg does not know", "use one of the ontology's"
    )


def _dated(
    first: datetime | None, last: datetime | None, moment: Moment, zone: tzinfo | None, precision: NamedNode
) -> TimeReading:
    zone = moment.clock.offset if moment.clock and moment.clock.offset else zone
    latest = _at_latest(last, zone)
    return TimeReading(
        precision=precision,
        earliest=_at_earliest(first, zone, latest),
        latest=latest,
        first_day=first.date() if first else None,
        last_day=last.date() if last else None,
        approximate=moment.approximate,
        uncertain=moment.uncertain,
    )


def _clock_only(moment: Moment) -> TimeReading:
    if moment.clock is None:
        raise Bug("a moment has neither a date nor a clock time")
    clock, margin = moment.clock, moment.margin or timedelta()
    midnight = datetime(2000, 1, 2, tzinfo=clock.offset)  # any day: only the clock is kept
    first = midnight + _since_midnight(clock.earliest) - margin
    last = midnight + _since_midnight(clock.latest) + margin
    since, until = _bounds(moment, first, last)
    return TimeReading(
        precision=clock.precision if moment.relation is None else v.INTERVAL_PRECISION,
        clock_earliest=since.timetz() if since else None,
        clock_latest=until.timetz() if until else None,
        approximate=moment.approximate,
    )


def _interval(start: str, end: str, wording: Wording, zone: tzinfo | None) -> TimeReading:
    left = None if start in _OPEN else read_moment(start, wording)
    right = None if end in _OPEN else read_moment(end, wording)
    if left is None and right is None:
        raise ValueProblem("an interval that is open at both ends says nothing", "write 'unknown'")
    for moment in (left, right):
        if moment is not None and moment.relation is not None:
            raise ValueProblem(
                f"{quoted(f'{start}/{end}')}: an interval says by itself what is since and until",
                "write a date on each side, or .. where it is open",
            )
    left, right = _with_day(left, right), _with_day(right, left)
    since, until = (None if moment is None else _single(moment, zone) for moment in (left, right))
    return _joined(since, until, f"{start}/{end}")


def _with_day(moment: Moment | None, other: Moment | None) -> Moment | None:
    """A clock time beside a day is of that day: 2023-11-03 09:30 to 11:00."""
    if moment is None or other is None or moment.days is not None or other.days is None:
        return moment
    if other.days.first != other.days.last:
        return moment
    return replace(moment, days=other.days)


def _joined(left: TimeReading | None, right: TimeReading | None, text: str) -> TimeReading:
    since = left or TimeReading(v.INTERVAL_PRECISION)
    until = right or TimeReading(v.INTERVAL_PRECISION)
    if left and right:
        _check_order(left, right, text)
    dateless = not any((since.earliest, until.latest))
    one_day = left is not None and left == right and left.precision == v.DAY_PRECISION
    return TimeReading(
        precision=v.DAY_PRECISION if one_day else v.INTERVAL_PRECISION,
        earliest=since.earliest,
        latest=until.latest,
        clock_earliest=since.clock_earliest if dateless else None,
        clock_latest=until.clock_latest if dateless else None,
        first_day=since.first_day,
        last_day=until.last_day,
        approximate=since.approximate or until.approximate,
        uncertain=since.uncertain or until.uncertain,
    )


def _check_order(left: TimeReading, right: TimeReading, text: str) -> None:
    if (left.earliest is None) != (right.latest is None):
        raise ValueProblem(f"{quoted(text)} has a date on one side only", "write the date on both sides")
    if left.earliest is None or right.latest is None:
        return
    if (left.earliest.tzinfo is None) != (right.latest.tzinfo is None):
        raise ValueProblem(
            f"{quoted(text)} has an offset from UTC on one side only", "write the offset on both sides, or on none"
        )
    if left.earliest > right.latest:
        start, end = text.split("/")
        swapped = f"write the earlier one first: {end}/{start}"
        hint = swapped if len(start) == len(end) else "write the date on both sides, the earlier one first"
        raise ValueProblem(f"{quoted(text)} ends before it begins", hint)


def _at_latest(local: datetime | None, zone: tzinfo | None) -> datetime | None:
    """The local time with its offset; of an hour that the clock strikes twice the second one."""
    if local is None or zone is None:
        return local
    return max(_fixed(local, zone, fold) for fold in (0, 1)) if _is_repeated(local, zone) else _fixed(local, zone, 0)


def _at_earliest(local: datetime | None, zone: tzinfo | None, latest: datetime | None) -> datetime | None:
    """The local time with its offset; of an hour that the clock strikes twice the first one."""
    if local is None or zone is None:
        return local
    earliest = _fixed(local, zone, 0)
    if latest is not None and earliest > latest:  # it lies in an hour that the clock leaves out
        earliest = _fixed(local, zone, 1)
    return earliest


def _is_repeated(local: datetime, zone: tzinfo) -> bool:
    return _offset(local, zone, 0) > _offset(local, zone, 1)


def _fixed(local: datetime, zone: tzinfo, fold: int) -> datetime:
    return local.replace(tzinfo=timezone(_offset(local, zone, fold)))


def _offset(local: datetime, zone: tzinfo, fold: int) -> timedelta:
    """The offset in whole minutes, as xsd:dateTime has it; local mean times of long ago have seconds as well."""
    offset = local.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta()
    return timedelta(minutes=round(offset.total_seconds() / 60))
