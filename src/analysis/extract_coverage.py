"""Whether an extract covers a whole month: a month cut off at its first or last days gives no figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from itertools import count, pairwise

import pandas as pd

_FIXED_HOLIDAYS = ((1, 1), (5, 1), (6, 1), (8, 17), (12, 25))
"""Holidays with the same date every year (month, day)."""

_DAYS_OFF, _LONGEST_HOLIDAY = 2, 6
"""Working days in a row without a visit that may be holidays: between extracts of weeks, and of single days."""

_FEWEST_DAYS, _BY_CHANCE = 6, 1e-6
"""Working days that show how often a facility has visits; how seldom so many days would have none by chance."""


def is_working_day(day: dt.date, days_off: Collection[dt.date] = ()) -> bool:
    """Return True for Monday to Friday, but for the holidays with the same date every year and other days off."""
    return day.weekday() < 5 and (day.month, day.day) not in _FIXED_HOLIDAYS and day not in days_off


def uncovered(month: pd.Period, files: Sequence[Collection[dt.date]], days_off: Collection[dt.date] = ()) -> str:
    """Return what of a month extracts lack at its ends or between them, as Indonesian words; empty when they cover it.

    files: days of which each extract holds visits, of any facility and month. Before its first and after its last day
    nothing is known of an extract, so hardly any working day of the month may lie where none is between the two.
    days_off: holidays of single years, on which nobody need have come; default none.
    """
    ranges = sorted((min(days), max(days)) for days in files if days)
    if not ranges:
        return "tidak ada hari"
    first, last = ranges[0][0], max(end for _, end in ranges)
    span = pd.date_range(month.start_time, month.end_time).date
    early = [day for day in span if day < first and is_working_day(day, days_off)]
    late = [day for day in span if day > last and is_working_day(day, days_off)]
    parts = []
    if early:
        parts.append(f"baru mulai {first:%d-%m-%Y}")
    allowed = _DAYS_OFF if any(start != end for start, end in ranges) else _LONGEST_HOLIDAY
    for (_, end), (start, _) in pairwise(_joined(ranges)):
        between = [day for day in span if end < day < start and is_working_day(day, days_off)]
        if len(between) > allowed:
            parts.append(f"tanpa {between[0]:%d-%m-%Y} sampai {between[-1]:%d-%m-%Y}")
    if late:
        parts.append(f"hanya sampai {last:%d-%m-%Y}")
    return " dan ".join(parts)


def broken_off(days: pd.DataFrame, days_off: Collection[dt.date] = ()) -> dict[tuple[str, pd.Period], dt.date]:
    """Return the facility of each month whose visits break off while those of all others go on, and its last day.

    So ends an extract in the order of facilities that a program cut at some number of rows. days: facility_code, month,
    day (of the month, from 1) with a visit; days_off: as in ``uncovered``.
    """
    found = {}
    for month, rows in days.groupby("month", sort=False):
        working = [day for day in range(1, month.days_in_month + 1)
                   if is_working_day(dt.date(month.year, month.month, day), days_off)]  # fmt: skip
        last = rows.groupby("facility_code", sort=False)["day"].max()
        early = last[last < _last_by_chance(working)].index
        own = rows[rows["facility_code"].isin(early)].groupby("facility_code", sort=False)["day"]
        cut = [code for code, seen in own if _breaks_off(set(seen.tolist()), working)]
        if len(cut) == 1 and len(last) > 1:
            found[cut[0], month] = dt.date(month.year, month.month, int(last[cut[0]]))
    return found


def _last_by_chance(working: Sequence[int]) -> int:
    """The first day on which the last visit of any facility may fall by chance; most have one on it or later."""
    seldom = 1 / (len(working) + 1)  # a facility with visits on all working days before
    after = next(number for number in count() if seldom**number < _BY_CHANCE)
    return working[-after] if after <= len(working) else 1


def _breaks_off(seen: set[int], working: Sequence[int]) -> bool:
    """Whether days with visits end too early in a month for it to be by chance, by how seldom a day before had none."""
    until = [day for day in working if min(seen) <= day <= max(seen)]
    after = [day for day in working if day > max(seen)]
    if len(until) < _FEWEST_DAYS:
        return False
    without = 1 - len(seen.intersection(until)) / (len(until) + 1)
    return without ** len(after) < _BY_CHANCE


def _joined(ranges: Sequence[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """Ranges in order, those that overlap as one."""
    joined = [ranges[0]]
    for start, end in ranges[1:]:
        if start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
