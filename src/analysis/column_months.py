"""The month column of a table → a month for each cell; what 05/06/2024 means is decided by the column.

A date that is possible in one order only (31/01/2024) settles the order for its column, else for its file; else the
order in which every date is the first of a month; else the one month that the names of file, sheet and title leave.
What is then still two months is doubtful and both are named.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from analysis.months import Claim, years_over_new_year
from analysis.periods import MONTH_NAMES
from analysis.values import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    Cell,
    NamedMonth,
    clean_text,
    is_blank,
    month_of,
    months_in,
    shown,
    years_in,
)

Way = Literal["", "hari di depan", "bulan di depan", "seperti tertulis", "hari dan bulan tertukar", "tahun dua angka",
              "sistem tanggal 1900", "sistem tanggal 1904"]  # fmt: skip
"""How a cell can be read; empty where there is only one way."""
ORDERS: tuple[Way, Way] = ("hari di depan", "bulan di depan")

_SLASHED = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](20\d\d|\d\d)(?:[ T]\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?: ?[AP]M)?)?", re.IGNORECASE
)
_YEAR_MONTH = re.compile(
    r"(20\d\d)(?:(0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?|\.(0[1-9]|1[0-2])"
    r"|[/-](0?[1-9]|1[0-2])(?:[/-]\d{1,2}(?:[ T].*)?)?)"
)
_YEAR = re.compile(r"(20\d\d)(?:\.0)?")
_MONTH_NUMBER = re.compile(r"(0?[1-9]|1[0-2])(?:\.0)?")
_SERIAL = re.compile(r"([3-7]\d{4})(?:\.\d+)?")
"""Days since 30 December 1899, as Excel stores a date whose number format was lost."""
_ZONED = re.compile(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)")
_OFFSETS = (7, 8, 9)
"""Hours by which WIB, WITA and WIT are ahead of UTC."""
_DAYS_OF_1904 = 1462
"""By how much the same day counts less in workbooks that count from 1904."""
_FAR = 24
"""Months from every other month of a column beyond which one row's month is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Dated:
    """One way to read a cell: the day that it names; day 1 where it names a month only."""

    year: int
    month: int
    day: int = 1

    @property
    def regular(self) -> bool:
        """Whether it is the first or the last day of its month, as in a column of months."""
        return self.day in {1, monthrange(self.year, self.month)[1]}

    @property
    def text(self) -> str:
        """'Maret 2024'."""
        return f"{MONTH_NAMES[self.month - 1]} {self.year}"


@dataclass(frozen=True, slots=True)
class MonthRead:
    """The month of a cell, or the kind of doubt; ``told`` quotes the cell with all that it may mean."""

    month: pd.Period | None = None
    doubt: str = ""
    told: str = ""


def month_ways(cell: Cell) -> dict[Way, Dated]:
    """Return every month that a cell may name, by the way of reading it; none where it names no month with a year."""
    if isinstance(cell, dt.date):
        return _ways_of_date(cell)
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return {}
    text = clean_text(cell)
    if match := _SLASHED.fullmatch(text):
        return _ways_of_slashed(int(match[1]), int(match[2]), int(match[3]) % 2000 + 2000)
    if match := _SERIAL.fullmatch(text):
        return _ways_of_serial(int(match[1]))
    if _ZONED.fullmatch(text):
        return _ways_of_zoned(text)
    named = _year_and_month(text)
    return {} if named is None else {"": Dated(*named)}


def with_year(month: Cell, year: Cell) -> Cell:
    """Return 'Maret' or 3 beside 2024 as 'Maret 2024'; the cell as it stands where it needs no year or gets none."""
    number, text = year_of(year), clean_text(month)
    if number is None or month_ways(month):
        return month
    found = _month_without_year(text)
    return month if found is None else f"{MONTH_NAMES[found - 1]} {number}"


def year_without_column(cells: Iterable[Cell], years: Iterable[int]) -> int | None:
    """Return the year of a column in which every month stands without one: the only year that the names beside it tell.

    cells: of the column; those that name no month count for nothing. years: all that file name, sheet name and title
    name. None where a cell names its year, where several years are told, and where the months do not follow each other
    within a year: November, December and January may be of two, and October to September are.
    """
    told = set(years)
    numbers: dict[int, None] = {}
    for cell in cells:
        if month_ways(cell):
            return None
        if (number := _month_without_year(clean_text(cell))) is not None:
            numbers.setdefault(number)
    turned = years_over_new_year([NamedMonth(number) for number in numbers])
    follow = bool(numbers) and max(numbers) - min(numbers) < len(numbers) and not turned
    return told.pop() if follow and len(told) == 1 else None


def _month_without_year(text: str) -> int | None:
    if match := _MONTH_NUMBER.fullmatch(text):
        return int(match[1])
    named = months_in(text)
    return named[0].month if len(named) == 1 and named[0].year is None else None


def year_of(cell: Cell) -> int | None:
    """Return the year that a cell of a year column holds; None for anything else."""
    match = _YEAR.fullmatch(clean_text(cell))
    return int(match[1]) if match else None


def _year_and_month(text: str) -> tuple[int, int] | None:
    if match := _YEAR_MONTH.fullmatch(text):
        return int(match[1]), int(match[2] or match[3] or match[4])
    named = months_in(text)
    if len(named) != 1:
        return None
    years = {*years_in(text), *(() if named[0].year is None else (named[0].year,))}
    return (years.pop(), named[0].month) if len(years) == 1 else None


def _ways_of_slashed(first: int, second: int, year: int) -> dict[Way, Dated]:
    ways: dict[Way, Dated] = {}
    for way, month, day in (("hari di depan", second, first), ("bulan di depan", first, second)):
        if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
            ways[way] = Dated(year, month, day)  # type: ignore[index]
    return {"": ways["hari di depan"]} if first == second and ways else ways


def _ways_of_date(cell: dt.date) -> dict[Way, Dated]:
    """A date cell is sound on the first or last day of a month; else a program may have misread a text.

    Excel makes 3 January of 01/03/2024, and 24 March of this year of "Mar-24".
    """
    read = Dated(cell.year, cell.month, cell.day)
    if read.regular or cell.day == cell.month:
        return {"": read}
    if cell.day <= 12:
        return {"seperti tertulis": read, "hari dan bulan tertukar": Dated(cell.year, cell.day, cell.month)}
    short = 2000 + cell.day
    if cell.year - 5 <= short <= cell.year and short != cell.year:
        return {"seperti tertulis": read, "tahun dua angka": Dated(short, cell.month)}
    return {"": read}


def _ways_of_zoned(text: str) -> dict[Way, Dated]:
    """A moment with its zone: programs write the first of March in WIB as 2024-02-29T17:00:00Z."""
    try:
        written = dt.datetime.fromisoformat(text)
        here = [written.astimezone(dt.timezone(dt.timedelta(hours=hours))) for hours in _OFFSETS]
    except (ValueError, OverflowError):
        return {}
    if not written.utcoffset() and written.time() != dt.time():
        months = {(moment.year, moment.month) for moment in (written, *here)}
        midnight = next((moment for moment in here if moment.time() == dt.time()), None)
        if midnight is None and len(months) > 1:
            return {}
        written = midnight or written
    return {"": Dated(written.year, written.month, written.day)}


def _ways_of_serial(number: int) -> dict[Way, Dated]:
    first, second = (dt.date(1899, 12, 30) + dt.timedelta(days=days) for days in (number, number + _DAYS_OF_1904))
    read, other = Dated(first.year, first.month, first.day), Dated(second.year, second.month, second.day)
    if other.day == 1 and read.day != 1:
        return {"sistem tanggal 1900": read, "sistem tanggal 1904": other}
    return {"": read}


def proven_orders(cells: Iterable[Cell]) -> frozenset[Way]:
    """Return the orders of day and month that some date proves, as 31/01/2024 does, which is possible in one only."""
    return frozenset(next(iter(ways)) for cell in cells if len(ways := month_ways(cell)) == 1 and "" not in ways)


class MonthColumn:
    """Reads the cells of one month column.

    cells: all of the column, what stands in rows of totals and notes included.
    elsewhere: orders that dates in the file's month columns prove.
    said: months that the names of file, sheet and title claim.
    shift: months by which the column is later than the service month.
    not_whole: tells a text that names several months or a part of one; default None, which doubts none.
    """

    def __init__(
        self,
        cells: Sequence[Cell],
        elsewhere: frozenset[Way] = frozenset(),
        said: Sequence[Claim] = (),
        shift: int = 0,
        not_whole: Callable[[str], bool] | None = None,
    ) -> None:
        self._said, self._shift, self._not_whole = said, shift, not_whole
        ways = [found for cell in cells if (found := month_ways(cell))]
        slashed = [found for found in ways if set(found) & set(ORDERS)]
        self._order = self._decide(slashed, elsewhere)
        self._far = self._isolated(Counter(read for found in ways if (read := self._settled(found)) is not None))

    def read(self, cell: Cell) -> MonthRead:
        """Return the month of a cell, shifted by nothing."""
        if is_blank(cell):
            return MonthRead()
        ways = month_ways(cell)
        if not ways or (isinstance(cell, str) and self._not_whole is not None and self._not_whole(cell)):
            return MonthRead(doubt="month_unreadable", told=shown(cell))
        month = self._settled(ways)
        if month is None:
            readings = ", ".join(f"{read.text} bila {way}" for way, read in ways.items())
            return MonthRead(doubt="month_order_unknown", told=f"{shown(cell)} ({readings})")
        year = month[0]
        if not EARLIEST_YEAR <= year <= LATEST_YEAR or month in self._far:
            return MonthRead(doubt="month_out_of_range", told=shown(cell))
        return MonthRead(month_of(*month))

    def _settled(self, ways: dict[Way, Dated]) -> tuple[int, int] | None:
        """The one month that is left of the ways to read a cell; None where there are still two."""
        if len(ways) > 1 and set(ways) <= set(ORDERS):
            left = self._by_order(ways)
        elif len(ways) > 1:
            # What stands in the cell is confirmed by a name or doubtful; it is never mended.
            first = next(iter(ways.values()))
            left = [first] if self._agrees(first) else []
        else:
            left = list(ways.values())
        months = {(read.year, read.month) for read in left}
        return months.pop() if len(months) == 1 else None

    def _by_order(self, ways: dict[Way, Dated]) -> list[Dated]:
        if self._order is None:
            agreeing = [read for read in ways.values() if self._agrees(read)]
            return agreeing or list(ways.values())
        read = ways[self._order]
        (other,) = (one for way, one in ways.items() if way != self._order)
        # In a column of firsts and lasts of months, a date that is one only in the other order was written in it.
        return list(ways.values()) if self._firsts and not read.regular and other.regular else [read]

    def _agrees(self, read: Dated) -> bool:
        month = month_of(read.year, read.month)
        return bool(self._said) and all(claim.agrees(month, month - self._shift) for claim in self._said)

    def _decide(self, slashed: Sequence[dict[Way, Dated]], elsewhere: frozenset[Way]) -> Way | None:
        proven = frozenset(next(iter(ways)) for ways in slashed if len(ways) == 1) or elsewhere
        self._firsts = False
        if len(proven) == 1:
            (order,) = proven
            self._firsts = all(ways[order].regular for ways in slashed if set(ways) == {order})
            return order
        if proven or not slashed:
            return None
        firsts = [order for order in ORDERS if all(ways[order].day == 1 for ways in slashed)]
        return firsts[0] if len(firsts) == 1 else None

    @staticmethod
    def _isolated(months: Counter[tuple[int, int]]) -> frozenset[tuple[int, int]]:
        """The months of few rows that lie years apart from every other month of the column."""
        total = months.total()
        counts = {year * 12 + month: number for (year, month), number in months.items()}
        return frozenset(
            (year, month)
            for (year, month), number in months.items()
            if (number * 10 <= total or (number == 1 and total >= 4))
            and min((abs(year * 12 + month - other) for other in counts if other != year * 12 + month), default=0)
            > _FAR
        )
