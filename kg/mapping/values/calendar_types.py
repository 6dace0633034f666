"""Canonical forms of the dates, times and durations of XML Schema (https://www.w3.org/TR/xmlschema11-2/)."""

from __future__ import annotations

import re
from datetime import date, timedelta

from pyoxigraph import Literal, NamedNode

from kg.mapping.values.dates import check_month, check_year, day_of, offset_of, otherwise_spelt
from kg.mapping.values.problem import ValueProblem, quoted
from kg.ontology import vocabulary as v

_OFFSET = r"(Z|[+-][0-9]{2}:[0-9]{2})?"
_CLOCK = r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?"
_YEAR, _TWO = "([0-9]{4})", "([0-9]{2})"
# A plain day as databases export it: a time of nought says nothing.
_DATE = re.compile(rf"{_YEAR}-{_TWO}-{_TWO}(?:[T ]00:00:00(?:\.0+)?)?{_OFFSET}")
_TIME = re.compile(_CLOCK + _OFFSET)
_DATE_TIME = re.compile(rf"{_YEAR}-{_TWO}-{_TWO}[T ]{_CLOCK}{_OFFSET}")
_YEAR_ALONE = re.compile(_YEAR + _OFFSET)
_YEAR_MONTH = re.compile(f"{_YEAR}-{_TWO}{_OFFSET}")
_MONTH_ALONE = re.compile(f"--{_TWO}{_OFFSET}")
_MONTH_DAY = re.compile(f"--{_TWO}-{_TWO}{_OFFSET}")
_DAY_ALONE = re.compile(f"---{_TWO}{_OFFSET}")
_DURATION = re.compile(
    r"(-?)P(?=[0-9T])(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:\.([0-9]+))?S)?)?"
)


def day(text: str, datatype: NamedNode) -> Literal:
    """A date, with an offset where one is written."""
    found = _DATE.fullmatch(text)
    if found is None:
        raise _not_read(text, "a date", "2023-11-03")
    year, month, number, offset = found.groups()
    return Literal(_day(year, month, number, text) + _offset(offset), datatype=datatype)


def clock(text: str, datatype: NamedNode) -> Literal:
    """A time of day; 24:00:00 is 00:00:00."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise _not_read(text, "a time of day", "09:30")
    *parts, offset = found.groups()
    return Literal(_clock(parts, text) + _offset(offset), datatype=datatype)


def moment(text: str, datatype: NamedNode) -> Literal:
    """A date and a time of day; 24:00:00 is 00:00:00 of the next day. With an offset also xsd:dateTimeStamp."""
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        raise _not_read(text, "a date with a time", "2023-11-03T09:30:00")
    year, month, number, *parts, offset = found.groups()
    if datatype == v.XSD_DATE_TIME_STAMP and not offset:
        raise ValueProblem(f"{quoted(text)} has no offset from UTC", f"write the offset too: {text}+06:30")
    written = _day(year, month, number, text)
    time = _clock(parts, text)
    if parts[0] == "24":
        try:
            written = (date.fromisoformat(written) + timedelta(days=1)).isoformat()
        except OverflowError as error:
            raise ValueProblem(f"{quoted(text)} is past the calendar's end", "years run from 0001 to 9999") from error
    return Literal(f"{written}T{time}{_offset(offset)}", datatype=v.XSD_DATE_TIME)  # the store keeps no dateTimeStamp


def year(text: str, datatype: NamedNode) -> Literal:
    """A year."""
    found = _YEAR_ALONE.fullmatch(text)
    if found is None:
        raise _not_read(text, "a year", "2023")
    check_year(int(found[1]), text)
    return Literal(found[1] + _offset(found[2]), datatype=datatype)


def year_month(text: str, datatype: NamedNode) -> Literal:
    """A month of a year."""
    found = _YEAR_MONTH.fullmatch(text)
    if found is None:
        raise _not_read(text, "a month of a year", "2023-11")
    check_month(int(found[1]), int(found[2]), text)
    return Literal(f"{found[1]}-{found[2]}{_offset(found[3])}", datatype=datatype)


def month(text: str, datatype: NamedNode) -> Literal:
    """A month of any year."""
    found = _MONTH_ALONE.fullmatch(text)
    if found is None:
        raise _not_read(text, "a month", "--11")
    check_month(2000, int(found[1]), text)
    return Literal(f"--{found[1]}{_offset(found[2])}", datatype=datatype)


def month_day(text: str, datatype: NamedNode) -> Literal:
    """A day of a month of any year: 29 February too."""
    found = _MONTH_DAY.fullmatch(text)
    if found is None:
        raise _not_read(text, "a day of a month", "--11-03")
    day_of(2000, int(found[1]), int(found[2]), text)
    return Literal(f"--{found[1]}-{found[2]}{_offset(found[3])}", datatype=datatype)


def month_less_day(text: str, datatype: NamedNode) -> Literal:
    """A day of any month."""
    found = _DAY_ALONE.fullmatch(text)
    if found is None:
        raise _not_read(text, "a day of any month", "---03")
    if not 1 <= int(found[1]) <= 31:
        raise ValueProblem(f"{quoted(text)} is no day of any month", "days run from 01 to 31")
    return Literal(f"---{found[1]}{_offset(found[2])}", datatype=datatype)


def duration(text: str, datatype: NamedNode) -> Literal:
    """A length of time: months in years, and seconds in minutes, hours and days, as far as they go."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueProblem(f"{quoted(text)} is no length of time", "write it like P3D or PT36H")
    sign, years, months, days, hours, minutes, seconds, fraction = found.groups()
    if datatype == v.XSD_YEAR_MONTH_DURATION and (days or "T" in text):
        raise ValueProblem(f"{quoted(text)} has days or hours", "write years and months alone: P1Y2M")
    if datatype == v.XSD_DAY_TIME_DURATION and (years or months):
        raise ValueProblem(f"{quoted(text)} has years or months", "write days and less: P3DT12H")
    in_months = int(years or 0) * 12 + int(months or 0)
    in_seconds = ((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    written = _duration(in_months, in_seconds, (fraction or "").rstrip("0"))
    if written == "P":
        return Literal("P0M" if datatype == v.XSD_YEAR_MONTH_DURATION else "PT0S", datatype=datatype)
    return Literal(sign + written, datatype=datatype)


def _duration(months: int, seconds: int, fraction: str) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    whole = f"{seconds}.{fraction}" if fraction else str(seconds)
    day_part = [f"{n}{unit}" for n, unit in ((months // 12, "Y"), (months % 12, "M"), (days, "D")) if n]
    time_part = [f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M")) if n]
    time_part += [f"{whole}S"] if whole != "0" else []
    return "".join(["P", *day_part, *(["T", *time_part] if time_part else [])])


def _day(year: str, month: str, number: str, text: str) -> str:
    return day_of(int(year), int(month), int(number), text).isoformat()


def _clock(parts: list[str | None], text: str) -> str:
    hour, minute, second, fraction = (part or "" for part in parts)
    end = hour == "24" and not any(int(part or 0) for part in (minute, second, fraction))
    if int(hour) > 23 and not end:
        raise ValueProblem(f"{quoted(text)} is no time of day: hours run from 00 to 23", "write it like 09:30")
    if int(minute) > 59 or int(second or 0) > 59:
        raise ValueProblem(
            f"{quoted(text)} is no time of day: minutes and seconds run from 00 to 59", "write it like 09:30"
        )
    rest = fraction.rstrip("0")
    return f"{'00' if end else hour}:{minute}:{second or '00'}" + (f".{rest}" if rest else "")


def _offset(text: str | None) -> str:
    """The offset as stored: that of UTC is Z."""
    offset = offset_of(text or "")
    return "" if not text or offset is None else "Z" if not offset.utcoffset(None) else text


def _not_read(text: str, kind: str, form: str) -> ValueProblem:
    """Says what the text is instead, where that is plain."""
    said = f"{quoted(text)} is not {kind}"
    for other, pattern in (("a time of day", _TIME), ("a date", _DATE), ("a date with a time", _DATE_TIME)):
        if pattern.fullmatch(text):
            return ValueProblem(f"{said}: it is {other}", f"write it like {form}")
    return otherwise_spelt(text) or ValueProblem(said, f"write it like {form}")
