"""Dates of an extract: how they are written, and which number is the day, decided by the whole file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Order = Literal["mdy", "dmy"]
_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})[/.-](\d{4}|\d{2})(?:$|[ T])")
_ISO = re.compile(r"\d{4}([/-])\d{1,2}[/-]\d{1,2}(?:$|[ T])")
_ZONE = re.compile(r"\d:\d\d[0-9:.,]* ?(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$", re.IGNORECASE)
_LOCAL_ZONE = re.compile(r"\+0[789](?::?00)?$")
_VISIT = re.compile(r"\w{8}(\d\d)\d\d[A-Za-z]\d+")


@dataclass(frozen=True)
class DatePattern:
    """One way of writing dates.

    order: None for year-month-day, which leaves no doubt. separator: between the numbers. short: two digits of year.
    """

    order: Order | None
    separator: str
    short: bool = False

    @property
    def strptime(self) -> str:
        """The pattern of C, as DuckDB takes it."""
        year = "%y" if self.short else "%Y"
        parts = {None: ("%Y", "%m", "%d"), "mdy": ("%m", "%d", year), "dmy": ("%d", "%m", year)}[self.order]
        return self.separator.join(parts)

    @property
    def spark(self) -> str:
        """The pattern of Java, as Spark takes it."""
        year = "yy" if self.short else "yyyy"
        parts = {None: ("yyyy", "M", "d"), "mdy": ("M", "d", year), "dmy": ("d", "M", year)}[self.order]
        return self.separator.join(parts)


@dataclass(frozen=True)
class Dates:
    """What dates of a column look like.

    patterns: ways of writing without their order (separator, short year); iso: separators of year-month-day.
    month_first, day_first: how many can only be read so. foreign: whether times are told of a zone that is none of
    Indonesia's, in which a visit may stand under the day before or after its own.
    """

    patterns: frozenset[tuple[str, bool]] = frozenset()
    iso: frozenset[str] = frozenset()
    month_first: int = 0
    day_first: int = 0
    foreign: bool = False

    @property
    def order(self) -> Order | None:
        """The order that all of them allow; None while nothing tells."""
        if self.month_first and not self.day_first:
            return "mdy"
        return "dmy" if self.day_first and not self.month_first else None

    @property
    def contradictory(self) -> bool:
        """True when some can only be month first and others only day first."""
        return bool(self.month_first and self.day_first)

    @property
    def needs_order(self) -> bool:
        """True when there are dates whose first number may be day or month."""
        return bool(self.patterns)

    def with_order(self, order: Order | None) -> list[DatePattern]:
        """Return the patterns to read by, those of the given order."""
        found = [DatePattern(None, separator) for separator in sorted(self.iso)]
        if order is not None:
            found += [DatePattern(order, separator, short) for separator, short in sorted(self.patterns)]
        return found


def dates_in(texts: Iterable[str], visits: Iterable[str] = ()) -> Dates:
    """Return what dates look like.

    texts: dates as they stand in the file. visits: numbers of the visits beside them, default none; their digits 9 and
    10 are the month (KODEPPK, MMYY, a letter, digits), which tells where both numbers of every date are 12 or less.
    """
    patterns, iso, foreign = set(), set(), False
    month_first = day_first = 0
    by_visit: list[tuple[int, int, int]] = []
    numbers = list(visits)
    for place, raw in enumerate(texts):
        text = raw.strip()
        foreign = foreign or bool(_ZONE.search(text) and not _LOCAL_ZONE.search(text))
        if found := _ISO.match(text):
            iso.add(found[1])
        elif found := _NUMBERS.match(text):
            patterns.add((found[2], len(found[4]) == 2))
            first, second = int(found[1]), int(found[3])
            month_first += first <= 12 < second <= 31
            day_first += second <= 12 < first <= 31
            if place < len(numbers) and first != second and (visit := _VISIT.fullmatch(numbers[place].strip())):
                by_visit.append((first, second, int(visit[1])))
    if patterns and not month_first and not day_first:
        month_first = sum(first == month != second for first, second, month in by_visit)
        day_first = sum(second == month != first for first, second, month in by_visit)
    return Dates(frozenset(patterns), frozenset(iso), month_first, day_first, foreign)
