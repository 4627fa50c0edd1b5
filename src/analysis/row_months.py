"""Months of the rows of a table against everything else that is known: names, each other, and the time that has passed.

Each judgement takes the rows of one table and returns those that stand, with a finding for what it leaves out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

import pandas as pd

from analysis.layouts import Layouts
from analysis.ledger import Finding
from analysis.months import Claim
from analysis.periods import month_label
from analysis.rows import Row
from analysis.sheets import SHEET_NOT_USED
from analysis.values import shown

_FEWEST_OF_A_MONTH = 4
"""Rows of one month beside which a single row of another month is doubtful."""
_FEWEST_IN_ORDER = 3
"""Months that tell an order which one of them breaks."""
_FEW = 10
"""One of so many rows is an exception."""
_YEAR = 12
ADDED_UP = "nama lembar atau judul tabel menyebut angka kumulatif"
Judged = tuple[list[Row], list[Finding]]
"""The rows that stand, and the findings about the others."""


def agreeing(file: str, sheet: str, rows: list[Row], said: Sequence[Claim]) -> Judged:
    """Return the rows that no name of the sheet contradicts; where most agree, only the others are left out."""
    findings: list[Finding] = []
    for claim in said:
        good = [row for row in rows if claim.agrees(row.raw_month, row.month)]
        if len(good) == len(rows):
            continue
        if read := contradiction(claim, rows):
            return [], [Finding("sheet_month_clash", file, sheet, read=read, done=SHEET_NOT_USED)]
        if 2 * len(good) > len(rows):
            kept = set(map(id, good))
            findings += [
                row.finding(
                    "row_month_clash", "month", read=f"{row.raw_month}; {claim.text}", done="baris tidak dipakai"
                )
                for row in rows
                if id(row) not in kept
            ]
            rows = good
    return rows, findings


def of_told_years(file: str, sheet: str, rows: list[Row], years: Sequence[int]) -> Judged:
    """Refuse a table whose month column holds none of the years that file name, sheet name and title tell.

    A spreadsheet gives "1 Mei" the year in which it is typed. December may stand in a file of the next year.
    """
    held = {month.year for row in rows for month in (row.raw_month, row.month, row.month + 1)}
    if not rows or not years or not held.isdisjoint(years):
        return rows, []
    told = ", ".join(map(str, sorted(set(years))))
    read = f"nama berkas, nama lembar, atau judul menyebut tahun {told}; kolom bulan berisi {_months(rows)}"
    return [], [Finding("sheet_month_clash", file, sheet, read=read, done=SHEET_NOT_USED)]


def without_named_months(file: str, sheet: str, rows: list[Row], layouts: Layouts) -> Judged:
    """Refuse a table of one month in whose column of facilities another month stands, as a pivot table puts it."""
    for row in rows:
        named = None if row.code.value else layouts.month_alone(row.name)
        if named is not None and (named.month, named.year or row.month.year) != (row.month.month, row.month.year):
            read = f"kolom fasilitas berisi “{row.name}” (baris {row.row}); bulan tabel: {month_label(row.month)}"
            return [], [Finding("sheet_month_clash", file, sheet, read=read, done=SHEET_NOT_USED)]
    return rows, []


def not_added_up(file: str, sheet: str, head: int, rows: list[Row], added_up: bool) -> Judged:
    """Refuse a table of one month whose title or sheet name tells that its figures were added up since another.

    head: row number of the headings. added_up: whether title or sheet name tells so.
    """
    if not added_up or len({row.month for row in rows}) != 1:
        return rows, []
    return [], [Finding("sheet_month_unknown", file, sheet, head, read=ADDED_UP, done=SHEET_NOT_USED)]


def without_stray(rows: list[Row], declared: Collection[int]) -> Judged:
    """Leave out a row whose month is its own alone, where all other facilities stand in one month and it does not.

    declared: numbers of the rows whose month district.yml corrects.
    """
    months: dict[pd.Period, list[Row]] = {}
    for row in rows:
        months.setdefault(row.month, []).append(row)
    usual = max(months.values(), key=len, default=[])
    if len(usual) < _FEWEST_OF_A_MONTH or len(usual) + 1 != len(rows):
        return rows, []
    (stray,) = (row for row in rows if row.month != usual[0].month)
    if stray.row in declared or any((row.code, row.name) == (stray.code, stray.name) for row in usual):
        return rows, []
    read = f"{month_label(stray.raw_month)}; semua baris lain {month_label(usual[0].raw_month)}"
    return usual, [stray.finding("row_month_stray", "month", "service_month", read=read, done="baris tidak dipakai")]


def of_following_years(rows: list[Row], declared: Collection[int]) -> Judged:
    """Leave out the rows of a month that alone breaks the order of all months, and keeps it a year later or earlier.

    "FEB 2024" and then "MAR 2023": while the months are typed, the old year slips in. Rows of it beside such of the
    right month are those of facilities that lack it. declared: as in ``without_stray``.
    """
    months: dict[pd.Period, list[Row]] = {}
    for row in rows:
        months.setdefault(row.month, []).append(row)
    slip = _slip_of_year(list(months)) or _slip_of_rows(months)
    if slip is None or any(row.row in declared for row in months[slip[0]]):
        return rows, []
    month, meant = slip
    read = f"{month_label(month)}; menurut bulan-bulan lain di tabel ini mungkin {month_label(meant)}"
    findings = [
        row.finding("row_month_year", "month", "service_month", read=read, done="baris tidak dipakai")
        for row in months[month]
    ]
    return [row for row in rows if row.month != month], findings


def _slip_of_year(months: Sequence[pd.Period]) -> tuple[pd.Period, pd.Period] | None:
    """The one month, and the month meant, by whose year months in the order of a table fail to follow each other."""
    if len(months) < _FEWEST_IN_ORDER or _follow(months):
        return None
    slips = [
        (month, meant)
        for place, month in enumerate(months)
        for meant in (month + _YEAR, month - _YEAR)
        if _follow([*months[:place], meant, *months[place + 1 :]])
    ]
    return slips[0] if len(slips) == 1 else None


def _follow(months: Sequence[pd.Period]) -> bool:
    """Whether months follow each other one by one, from the first or from the newest on."""
    return any(all(before + step == after for before, after in pairwise(months)) for step in (1, -1))


def _slip_of_rows(months: Mapping[pd.Period, Sequence[Row]]) -> tuple[pd.Period, pd.Period] | None:
    """The month of few rows that alone is of its year, whose facilities lack the same month of the year beside it."""
    total = sum(map(len, months.values()))
    for month, own in months.items():
        if len(own) * _FEW > total or any(other != month and other.year == month.year for other in months):
            continue
        for meant in (month + _YEAR, month - _YEAR):
            others = months.get(meant, ())
            facilities = {(row.code, row.name) for row in others}
            if len(others) > len(own) and not any((row.code, row.name) in facilities for row in own):
                return month, meant
    return None


def over(file: str, sheet: str, rows: list[Row], until: dt.date | None, newest: pd.Period | None) -> Judged:
    """Leave out months that were not over when the figures were taken, and those that have not happened yet.

    until: day within a month up to which the title says that they reach; None where it names none.
    newest: the latest month that can have happened; None where every month is possible.
    """
    going_on = None if until is None else pd.Period(until, "M")
    findings = []
    for month in sorted({row.month for row in rows}):
        if month == going_on:
            read = f"judul tabel menyebut keadaan sampai {shown(until)}"
            findings.append(Finding("month_not_over", file, sheet, read=read, done=SHEET_NOT_USED, month=str(month)))
        elif newest is not None and month > newest:
            read, done = month_label(month), "baris bulan itu tidak dipakai"
            findings.append(Finding("month_to_come", file, sheet, read=read, done=done, month=str(month)))
    left_out = {finding.month for finding in findings}
    return [row for row in rows if str(row.month) not in left_out], findings


def contradiction(claim: Claim, rows: Sequence[Row]) -> str:
    """Say how a claim contradicts the months of all rows; empty where it agrees with one, and where there is none."""
    if not rows or any(claim.agrees(row.raw_month, row.month) for row in rows):
        return ""
    return f"{claim.text}, kolom bulan berisi {_months(rows)}"


def _months(rows: Sequence[Row]) -> str:
    return ", ".join(f"{m:%m-%Y}" for m in sorted({row.raw_month for row in rows}))
