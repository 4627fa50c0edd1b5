"""What stands above a table: the month, the district and the facility that a title or a block of labels names.

Such a block may also name persons and telephone numbers. Only what follows a label that asks for a month, a district
or a facility is taken; nothing else of it leaves this module.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.layouts import Layouts
from analysis.plain_words import heading_key, words
from analysis.values import Cell, NamedMonth, clean_text, is_blank, is_full_code, months_in, read_code, years_in

_NUMBER_OF_A_PERSON = re.compile(r"\d[\d .-]{4,}\d")


@dataclass(frozen=True)
class Meta:
    """What the lines above a table say.

    months: different months named; each with its year, or alone in its line or behind its label.
    years: different years in lines that name no month and no regulation.
    district, facility, facility_code: as written; empty when not named, or named differently in two places.
    period: True where a word such as "bulan" stands there, whether its month can be read or not.
    several: True where they speak of several months, or of an earlier one.
    parts: months of the half-years and quarters that they name.
    sums: True where they speak of figures added up over months.
    paid: True where the month that they name is that of a payment. capitation: True where it is called the month of
    capitation, as the column Bulan Kapitasi is.
    until: day up to which the figures are told to reach, where its month goes on after it; None where none is told.
    other: True where they speak of weeks, forecasts, means, or some participants only.
    closing: month by whose last day the figures are told, "DATA PER 31 MARET 2024"; None where none is.
    plan: True where they are the title of targets, plans or exercises.
    """

    months: tuple[NamedMonth, ...] = ()
    years: tuple[int, ...] = ()
    district: str = ""
    facility: str = ""
    facility_code: str = ""
    period: bool = False
    several: bool = False
    sums: bool = False
    paid: bool = False
    capitation: bool = False
    until: dt.date | None = None
    other: bool = False
    plan: bool = False
    parts: tuple[range, ...] = ()
    closing: NamedMonth | None = None

    @property
    def tells_time(self) -> bool:
        """True where they say anything about a time."""
        return bool(
            self.months
            or self.years
            or self.period
            or self.several
            or self.sums
            or self.paid
            or self.until
            or self.other
        )

    def __bool__(self) -> bool:
        """True where they say anything that a table below could depend on."""
        return self != Meta()


def meta_of(rows: Sequence[Sequence[Cell]], span: tuple[int, int], layouts: Layouts) -> Meta:
    """Return what ``rows`` say within the columns from ``span[0]`` to ``span[1]``, those left of it included."""
    labels = layouts.meta_labels
    months: list[NamedMonth] = []
    years: list[int] = []
    names: dict[str, list[str]] = {"district": [], "facility": [], "facility_code": []}
    period = several = sums = paid = capitation = other = plan = False
    until: dt.date | None = None
    closing: set[NamedMonth] = set()
    parts: list[range] = []
    for cells in rows:
        texts = _texts(cells, span)
        line = " ".join(texts)
        said = set(words(line).split())
        several = several or _unfiltered(texts, layouts)
        named = layouts.months_in(line)
        until = until or within_a_month(line, layouts)
        period = period or not said.isdisjoint(layouts.period_words) or bool(named)
        for label, value in _pairs(texts):
            kind = labels.get(words(label), "")
            if kind == "month":
                months += layouts.months_in(value, dates=False)
            elif kind == "facility_code":
                names[kind] += [code] if is_full_code(code := read_code(value).value) else []
            elif kind in names and _is_name(value):
                names[kind].append(value)
            elif not label and _is_name(value) and layouts.type_from_name(value) == "puskesmas":
                names["facility"].append(value)
        other = other or layouts.other_figures(line)
        if (closed := layouts.closing_month(line)) and layouts.any_day_words.isdisjoint(said):
            closing.add(closed)
        if whole := layouts.whole_month(line):
            months.append(whole)
            sums = sums or layouts.tells_sums(line)
            continue
        if not said.isdisjoint(layouts.printing_words):
            continue
        if (numbered := layouts.numbered_month(line)) is not None:
            months.append(numbered)
        in_line = layouts.months_in(line, dates=False)
        if layouts.month_alone(line) or any(one.year is not None for one in in_line):
            months += in_line
        several = several or layouts.tells_several(line) or len({one.month for one in in_line}) > 1
        parts += layouts.parts_of_year_in(line)
        sums = sums or layouts.tells_sums(line)
        plan = plan or layouts.is_plan_title(line)
        paid = paid or (bool(named) and layouts.tells_payment(line))
        capitation = capitation or (bool(named) and layouts.tells_capitation(line))
        if not named and said.isdisjoint(layouts.law_words):
            years += years_in(line)
    return Meta(
        _without_yearless_doubles(months), tuple(dict.fromkeys(years)), _one(names["district"]),
        _one(names["facility"]), _one(names["facility_code"]), period, several, sums, paid, capitation, until, other,
        plan, tuple(dict.fromkeys(parts)), closing.pop() if len(closing) == 1 else None,
    )  # fmt: skip


def _unfiltered(texts: Sequence[str], layouts: Layouts) -> bool:
    """True for the filter of months of a pivot table that is open: "Bulan Kapitasi" beside "(All)"."""
    if len(texts) != 2 or words(texts[1]) not in layouts.unfiltered:
        return False
    label = layouts.role_of_heading.get(heading_key(texts[0]))
    return label in {"month", "service_month"} or layouts.meta_labels.get(words(texts[0])) == "month"


def within_a_month(line: str, layouts: Layouts) -> dt.date | None:
    """Return the day up to which a line tells that figures reach, but for the last one of a month; else None.

    Of what is counted on any day, no month goes on.
    """
    told = layouts.told_until(line)
    if told is None or not layouts.any_day_words.isdisjoint(words(line).split()):
        return None
    day, month, year = told
    named = months_in(f"{month} {year}")
    number = int(month) if month.isdecimal() else named[0].month if len(named) == 1 else 0
    try:
        until = dt.date(int(year), number, int(day))
    except ValueError:
        return None
    return None if (until + dt.timedelta(days=1)).month != until.month else until


def _texts(cells: Sequence[Cell], span: tuple[int, int]) -> list[str]:
    """The texts of a row, each merged cell once."""
    texts: list[str] = []
    for cell in cells[span[0] : span[1] + 1]:
        text = clean_text(cell)
        if not is_blank(cell) and (not texts or texts[-1] != text):
            texts.append(text)
    return texts


def _pairs(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield label and value of "KABUPATEN:" beside "SANGGAU", "PUSKESMAS" beside ": X", "BULAN : Mei", or ": X"."""
    label, waiting = "", False
    for text in texts:
        before, colon, after = (part.strip() for part in text.partition(":"))
        if colon and (before or not label):
            label = before
        if colon and after:
            yield label, after
        elif waiting and not colon:
            yield label, text
        waiting = bool(colon) and not after
        label = label if waiting else "" if colon else text


def _is_name(value: str) -> bool:
    return any(character.isalpha() for character in value) and _NUMBER_OF_A_PERSON.search(value) is None


def _one(names: list[str]) -> str:
    different = {words(name): name for name in names}
    return next(iter(different.values())) if len(different) == 1 else ""


def _without_yearless_doubles(months: list[NamedMonth]) -> tuple[NamedMonth, ...]:
    """A month without a year says nothing more where the same month stands with its year."""
    dated = {named.month for named in months if named.year is not None}
    return tuple(dict.fromkeys(named for named in months if named.year is not None or named.month not in dated))
