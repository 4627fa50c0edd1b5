"""Whether an extract covers a whole month: a month cut off at its first or last days gives no figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import pandas as pd

_FIXED_HOLIDAYS = ((1, 1), (5, 1), (6, 1), (8, 17), (12, 25))
"""Holidays with the same date every year (month, day); the others are not known here."""


def is_working_day(day: dt.date) -> bool:
    """Return True for Monday to Friday, but for the holidays with the same date every year."""
    return day.weekday() < 5 and (day.month, day.day) not in _FIXED_HOLIDAYS


def uncovered(month: pd.Period, days: Collection[dt.date]) -> str:
    """Return what of a month an extract lacks at its ends, as Indonesian words; empty when it covers the month.

    days: days of which the extract holds visits, of any facility and month. Before its first and after its last day
    nothing is known, so no working day of the month may lie there.
    """
    if not days:
        return "tidak ada hari"
    first, last = min(days), max(days)
    span = pd.date_range(month.start_time, month.end_time).date
    early = [day for day in span if day < first and is_working_day(day)]
    late = [day for day in span if day > last and is_working_day(day)]
    parts = []
    if early:
        parts.append(f"baru mulai {first:%d-%m-%Y}")
    if late:
        parts.append(f"hanya sampai {last:%d-%m-%Y}")
    return " dan ".join(parts)
