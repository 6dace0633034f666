"""Days and clock times in a sentence, by the grammar of `dates.yaml` and the dateline."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from kg.extraction.counts import Numbers
from kg.extraction.knowledge import Knowledge, alternatives
from kg.extraction.proposal import Span


@dataclass(frozen=True, slots=True)
class When:
    """
    One telling of a time.

    `span` is the whole phrase ("on Friday morning"), `first` and `last` the days it bears (None: none), `clock`
    the words of clock or part of the day. `open_end` is "since", `open_start` "until". `reason` says how the day
    follows from the dateline; empty where the words give it whole.
    """

    span: Span
    first: date | None = None
    last: date | None = None
    clock: str = ""
    open_end: bool = False
    open_start: bool = False
    month_only: bool = False
    reason: str = ""

    @property
    def is_day(self) -> bool:
        """Whether it is one day."""
        return self.first is not None and self.first == self.last and not (self.open_end or self.open_start)


@dataclass(frozen=True)
class Calendar:
    """The grammar of dates of one language, compiled once."""

    knowledge: Knowledge

    @cached_property
    def _atoms(self) -> re.Pattern[str]:
        d = self.knowledge.files["dates"]
        told = alternatives([*d["relative"], *d["same_day"], *d["next_day"], *d["previous_day"]])
        years = "|".join(rf"(?<={re.escape(word)}\s)(?:19|20)\d\d" for word in d["year_leads"])
        kinds = (
            r"(?P<iso>(?:19|20)\d\d-\d\d-\d\d)",
            r"(?P<one>\d{1,2})(?P<point>[./])(?P<two>\d{1,2})(?P=point)(?P<n_year>(?:19|20)\d\d)(?!\d|/|\.\d)",
            *self._only_days(),
            *self._days_of_months(),
            rf"(?P<rel>{told})\b",
            (
                rf"(?:(?P<which>{alternatives([*d['last'], *d['next']])})\s+)?"
                rf"(?P<weekday>{alternatives(d['weekdays'])})\b(?:\.(?=\s+[a-z\d]))?"
            ),
            (
                rf"(?P<ago_n>\d{{1,3}}|{alternatives(self._numbers.words)})\s+(?P<ago_unit>{alternatives(d['ago'])})"
                rf"\s+(?P<ago_word>{alternatives([*d['ago_words'], *d['later_words']])})\b"
            ),
            rf"(?P<period>{alternatives(d['periods'])})\b",
            rf"(?P<bare_month>{alternatives(self._whole_months)})\b(?:\s+(?P<m_year>(?:19|20)\d\d))?",
            *self._clocks(),
            rf"(?P<part>{alternatives(d['parts'])})\b",
            rf"(?P<whole_year>{years})\b",
        )
        return re.compile(rf"\b(?:{'|'.join(kinds)})", re.IGNORECASE)

    @property
    def _whole_months(self) -> list[str]:
        """The whole names of months; those of three letters and abbreviations may be other words: "may", "mar"."""
        whole: dict[str, str] = {}
        for name, number in self.knowledge.files["dates"]["months"].items():
            whole[number] = max(whole.get(number, ""), name, key=len)
        return [name for name in whole.values() if len(name) > 3]

    def _days_of_months(self) -> tuple[str, str]:
        """As in "May 3 to 5, 2024" and "3 to 5 May 2024"."""
        d = self.knowledge.files["dates"]
        months, joins = alternatives(d["months"]), alternatives(d["day_joins"])
        year = r"(?:,?\s+(?P<{0}_year>(?:19|20)\d\d))?"
        ordinal = rf"(?:{alternatives(d['ordinals'])})?"
        return (
            rf"(?P<md_month>{months})\b\.?\s+(?P<md_day>\d{{1,2}}){ordinal}(?![\d:])"
            rf"(?:\s*(?:-|–|{joins})\s*(?P<md_to>\d{{1,2}})(?!\d))?" + year.format("md"),
            rf"(?:(?P<dm_from>\d{{1,2}})\s*(?:-|–|{joins})\s*)?(?P<dm_day>\d{{1,2}}){ordinal}\s+"
            rf"(?:(?:{alternatives(d['month_joins'])})\s+)?(?P<dm_month>{months})\b\.?" + year.format("dm"),
        )

    def _only_days(self) -> tuple[str, ...]:
        """As in "on the 12th", where no name of a unit or the like follows."""
        d = self.knowledge.files["dates"]
        leads = [rf"(?<={re.escape(lead)}\s)" for lead in d.get("only_days", ())]
        if not leads:
            return ()
        ends = rf"(?=\s*[.,;:)]|\s*$|\s+(?:{alternatives(d['glue'])})\b)"
        return (rf"(?:{'|'.join(leads)})(?P<only_day>\d{{1,2}})(?:{alternatives(d['ordinals'])}){ends}",)

    def _clocks(self) -> tuple[str, ...]:
        """As in "9:30 a.m.", "14:05 local time" and "0600 hours"."""
        d = self.knowledge.files["dates"]
        halves, units = alternatives(d["halves"]), alternatives(d["clock_units"])
        return (
            (
                rf"(?P<clock>\d{{1,2}}(?:[:.]\d\d)?\s*(?:{halves})(?!\w)"
                rf"|\d{{1,2}}:\d\d(?:\s*(?:(?:{halves})(?!\w)|{units}))?|\d{{4}}\s+(?:{units}))"
            ),
        )

    @cached_property
    def _numbers(self) -> Numbers:
        return Numbers(self.knowledge.ontology)

    @cached_property
    def _lead(self) -> re.Pattern[str]:
        d = self.knowledge.files["dates"]
        words = [*d["since"], *d["until"], *d["by"], *d["about"], *d["lead"]]
        return re.compile(rf"(?:\b(?:{alternatives(words)})\s+)+$", re.IGNORECASE)

    @cached_property
    def _glue(self) -> re.Pattern[str]:
        d = self.knowledge.files["dates"]
        words = alternatives([*d["glue"], *d["about"]])
        return re.compile(rf"[\s,(]*(?:(?:{words})[\s,]+)*", re.IGNORECASE)

    def find(self, text: str, within: Span, issued: date | None, current: date | None) -> list[When]:
        """
        The times of a stretch of text, in order.

        `issued` is the day of the report, `current` the day that was told of last: "the next day" follows from it.
        """
        found: list[When] = []
        for match in self._atoms.finditer(text, within.start, within.end):
            before = next((w.first for w in reversed(found) if w.is_day), current)
            told = self._told(match, issued, before)
            if told is None:
                continue
            told = self._with_lead(text, within, told)
            if found and self._glue.fullmatch(text, found[-1].span.end, max(told.span.start, found[-1].span.end)):
                joined = _joined(found[-1], told)
                if joined:
                    found[-1] = joined
                    continue
            found.append(told)
        return [self._of_night(told) for told in found if told.first or told.clock or told.open_end]

    def _of_night(self, told: When) -> When:
        """As in "on the night of 3 to 4 May": that of the 3rd."""
        days = told.last - told.first if told.first is not None and told.last is not None else None
        night = bool(set(told.clock.lower().split()) & self.knowledge.words("dates", "nights"))
        return replace(told, last=told.first) if night and days == timedelta(days=1) else told

    def _with_lead(self, text: str, within: Span, told: When) -> When:
        begin = max(within.start, told.span.start - 40)
        lead = self._lead.search(text[begin : told.span.start])
        if not lead:
            return told
        words = lead[0].lower()
        d = self.knowledge.files["dates"]
        parts = set(words.split())
        about = next((word for word in d["about"] if word in words), "")
        clock = f"{about} {told.clock}" if about and told.clock and not told.first else told.clock
        return replace(
            told,
            span=Span(begin + lead.start(), told.span.end),
            clock=clock,
            open_end=bool(told.first)
            and bool(parts & set(d["since"]))
            and not parts & set(d["between"]) - set(d["since"]),
            open_start=bool(told.first) and bool(parts & set(d["until"])),
        )

    def _told(self, match: re.Match[str], issued: date | None, current: date | None) -> When | None:
        span = Span(*match.span())
        groups = {name: value for name, value in match.groupdict().items() if value}
        if "iso" in groups:
            return _day(span, _date(*map(int, groups["iso"].split("-"))), "")
        if "n_year" in groups:
            return _day(span, _written(groups, issued), "")
        if "only_day" in groups:
            return self._day_alone(span, int(groups["only_day"]), current or issued)
        if "clock" in groups or "part" in groups:
            return When(span, clock=" ".join((groups.get("clock") or groups["part"]).split()).lower())
        if "period" in groups:
            return self._period(span, " ".join(groups["period"].lower().split()), issued)
        if "whole_year" in groups:
            first = date(int(groups["whole_year"]), 1, 1)
            return When(span, first, date(first.year, 12, 31), month_only=True)
        if "md_month" in groups or "dm_month" in groups:
            return self._month_day(span, groups, issued)
        if "bare_month" in groups:
            return self._month(span, groups, issued) if match[0][0].isupper() else None
        return self._relative(span, groups, issued, current)

    def _month_day(self, span: Span, groups: dict[str, str], issued: date | None) -> When | None:
        months = self.knowledge.files["dates"]["months"]
        kind = "md" if "md_month" in groups else "dm"
        month, day = int(months[groups[f"{kind}_month"].lower()]), int(groups[f"{kind}_day"])
        year = groups.get(f"{kind}_year")
        told = _date(int(year), month, day) if year else _nearest(month, day, issued)
        if told is None:
            return None
        reason = "" if year else f"the report of {issued} gives no year with it"
        when = _day(span, told, reason)
        other = groups.get("md_to") or groups.get("dm_from")
        if other and (bound := _date(told.year, month, int(other))):
            when = replace(when, first=min(told, bound), last=max(told, bound))
        return when

    def _day_alone(self, span: Span, day: int, base: date | None) -> When | None:
        """As in "on the 12th": the day of that number in the month told of, or in the one before."""
        if base is None:
            return None
        months = base.year * 12 + base.month - 1
        told = _date(base.year, base.month, day)
        if told is not None and told > base + timedelta(days=15):
            told = _date((months - 1) // 12, (months - 1) % 12 + 1, day)
        return _day(span, told, f"the month told of is that of {base}") if told else None

    def _month(self, span: Span, groups: dict[str, str], issued: date | None) -> When | None:
        month = int(self.knowledge.files["dates"]["months"][groups["bare_month"].lower()])
        first = _date(int(groups["m_year"]), month, 1) if "m_year" in groups else _nearest(month, 1, issued)
        if first is None:
            return None
        last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        reason = "" if "m_year" in groups else f"the report of {issued} gives no year with it"
        return When(span, first, last, month_only=True, reason=reason)

    def _period(self, span: Span, word: str, issued: date | None) -> When | None:
        """As in "last month": the days from its first to its last, up to that of the report."""
        if issued is None:
            return None
        unit, step = self.knowledge.files["dates"]["periods"][word]
        if unit == "w":
            first = issued + timedelta(days=7 * int(step) - issued.weekday())
            last = first + timedelta(days=6)
        elif unit == "m":
            months = issued.year * 12 + issued.month - 1 + int(step)
            first = date(months // 12, months % 12 + 1, 1)
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        else:
            first, last = date(issued.year + int(step), 1, 1), date(issued.year + int(step), 12, 31)
        return When(span, first, min(last, issued), month_only=True, reason=f"the report is of {issued}")

    def _relative(self, span: Span, groups: dict[str, str], issued: date | None, current: date | None) -> When | None:
        d = self.knowledge.files["dates"]
        if "rel" in groups:
            word = groups["rel"].lower()
            clock = next((part for part in d["parts"] if part in word), "")
            if word in d["relative"]:
                if issued is None:
                    return When(span, clock=clock or word)
                day = issued + timedelta(days=int(d["relative"][word]))
                return replace(_day(span, day, f"the report is of {issued}"), clock=clock)
            step = 0 if word in d["same_day"] else 1 if word in d["next_day"] else -1
            base = current or issued
            told = base + timedelta(days=step) if base else None
            when = _day(span, told, f"the day told of before is {base}") if told else When(span)
            return replace(when, clock=clock)
        if issued is None:
            return None
        if "ago_unit" in groups:
            word = groups["ago_n"]
            number = int(word) if word.isdigit() else self._numbers.words.get(word.lower())
            if number is None:
                return None
            days = timedelta(days=number * int(d["ago"][groups["ago_unit"].lower()]))
            if groups["ago_word"].lower() in d["later_words"]:
                return _day(span, current + days, f"the day told of before is {current}") if current else None
            return _day(span, issued - days, f"counted back from {issued}")
        return self._weekday(span, groups, issued)

    def _weekday(self, span: Span, groups: dict[str, str], issued: date) -> When | None:
        d = self.knowledge.files["dates"]
        name = groups["weekday"]
        if not name[0].isupper():
            return None
        back = (issued.isoweekday() - int(d["weekdays"][name.lower()])) % 7
        which = groups.get("which", "").lower()
        if which in d["next"]:
            back = back - 7
        elif which in d["last"] and back == 0:
            back = 7
        told = issued - timedelta(days=back)
        return _day(span, told, f"the report is of {issued}, a {_weekday_name(issued, self.knowledge)}")


def _joined(first: When, second: When) -> When | None:
    """Two tellings side by side as one: "Friday morning", "Friday, Nov. 3", "at 9 a.m. on Friday"."""
    span = Span(first.span.start, second.span.end)
    if first.first and second.first:
        if first.first == second.first and first.last == second.last:
            return replace(second if not second.reason else first, span=span, clock=first.clock or second.clock)
        if not first.month_only and not second.month_only and second.open_start:
            return replace(first, span=span, last=second.last, open_end=False)
        if first.clock and first.first == first.last and second.is_day:
            if second.first - first.first == timedelta(days=1) and not (first.reason and not second.reason):
                return replace(first, span=span, last=second.first, open_end=False)  # "the night of Sunday to Monday"
            if second.first < first.first:
                return replace(second, span=span, clock=first.clock)  # "overnight into Monday"
        if not second.reason and first.reason and not first.month_only:
            return replace(second, span=span, clock=first.clock or second.clock)
        return None
    dated, other = (first, second) if first.first else (second, first)
    if first.clock and second.clock:
        clock = second.clock if any(c.isdigit() for c in second.clock) else first.clock
        return replace(dated, span=span, clock=clock)
    return replace(dated, span=span, clock=dated.clock or other.clock)


def _day(span: Span, told: date | None, reason: str) -> When:
    return When(span, told, told, reason=reason)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _written(groups: dict[str, str], issued: date | None) -> date | None:
    """As in "12/05/2024": day and month, or month and day where that lies nearer before the report."""
    one, two, year = int(groups["one"]), int(groups["two"]), int(groups["n_year"])
    first, second = _date(year, two, one), _date(year, one, two)
    if groups["point"] == "." or first is None or second is None or issued is None:
        return first or second
    return min((first, second), key=lambda day: (day > issued, abs((issued - day).days)))


def _nearest(month: int, day: int, issued: date | None) -> date | None:
    """The day of that month that lies last before the report, or within a month after it."""
    if issued is None:
        return None
    told = _date(issued.year, month, day)
    if told and told > issued + timedelta(days=31):
        return _date(issued.year - 1, month, day)
    if told and told < issued - timedelta(days=330):
        return _date(issued.year + 1, month, day)
    return told


def _weekday_name(day: date, knowledge: Knowledge) -> str:
    names = knowledge.files["dates"]["weekdays"].items()
    return next(str(name).capitalize() for name, number in names if int(number) == day.isoweekday())
