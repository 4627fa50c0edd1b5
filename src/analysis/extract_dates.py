"""Dates of an extract: how they are written, and which number is the day, decided by the whole file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.values import EARLIEST_YEAR, LATEST_YEAR, MONTH_OF_WORD

Order = Literal["mdy", "dmy"]
WORDS: dict[Order, str] = {
    "dmy": r"^(?:[A-Za-z']+, *)?([0-9]{1,2})[ ./-]*([A-Za-z]{3,})[ ,./-]*([0-9]{4}|[0-9]{2})(?:$|[ ,T])",
    "mdy": r"^(?:[A-Za-z']+, *)?([A-Za-z]{3,})[ ./-]*([0-9]{1,2})[ ,./-]+([0-9]{4}|[0-9]{2})(?:$|[ ,T])",
}
"""Dates with the name of the month by what stands first: "12 Januari 2024", "Senin, 12-Jan-24"; "Jan 12, 2024"."""
SERIAL = r"^([0-9]{5})(?:[.,][0-9]+)?$"
"""Days since 30 December 1899, as a spreadsheet stores a date; the part of a day is its time."""
EPOCH = r"^([0-9]{10})(?:[0-9]{3})?$"
"""Seconds since 1970 in the zone of Greenwich, or thousandths of them, as programs store a time."""
_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})[/.-](\d{4}|\d{2})(?:$|[ ,T])")
_ISO = re.compile(r"\d{4}([/.-])(\d{1,2})[/.-](\d{1,2})(?:$|[ ,T])")
_COMPACT = re.compile(r"(?:19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$")
_WORDS = {order: re.compile(pattern) for order, pattern in WORDS.items()}
_SERIAL = re.compile(SERIAL)
_EPOCH = re.compile(EPOCH)
_EPOCHS = range(*(int(dt.datetime(year, 1, 1, tzinfo=dt.UTC).timestamp()) for year in (EARLIEST_YEAR, LATEST_YEAR + 1)))
HOURS_AHEAD = 9
"""Hours from Greenwich to the east of Indonesia, by which hours of work anywhere in it fall on their day."""
FIRST_SERIAL = dt.date(1899, 12, 30)
"""The day that a spreadsheet calls 0."""
_SERIALS = range(1, 73051)
"""Serial numbers up to the year 2099."""
_ZONE = re.compile(r"\d:\d\d[0-9:.,]* ?(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$", re.IGNORECASE)
_LOCAL_ZONE = re.compile(r"\+0[789](?::?00)?$")
VISIT_NUMBER = re.compile(r"(\w{8})(\d\d)\d\d[A-Za-z]\d+")
"""Number of a visit: the code of its facility, month and year of the entry, a letter, digits."""
_LATEST_OF_BOTH = 12
"""The last day whose number may be that of a month."""


@dataclass(frozen=True)
class DatePattern:
    """One way of writing dates.

    order: None for year-month-day, which leaves no doubt. separator: between the numbers, which may be empty.
    short: two digits of year. form: 'numbers'; 'words' with the name of the month; 'serial', see ``SERIAL``; 'epoch',
    see ``EPOCH``.
    """

    order: Order | None
    separator: str
    short: bool = False
    form: Literal["numbers", "words", "serial", "epoch"] = "numbers"

    @property
    def strptime(self) -> str:
        """The pattern of C, as DuckDB takes it."""
        year = "%y" if self.short else "%Y"
        parts = {None: ("%Y", "%m", "%d"), "mdy": ("%m", "%d", year), "dmy": ("%d", "%m", year)}[self.order]
        return self.separator.join(parts)

    @property
    def spark(self) -> str:
        """The pattern of Java, as Spark takes it."""
        if not self.separator:
            return "yyyyMMdd"
        year = "yy" if self.short else "yyyy"
        parts = {None: ("yyyy", "M", "d"), "mdy": ("M", "d", year), "dmy": ("d", "M", year)}[self.order]
        return self.separator.join(parts)


@dataclass(frozen=True)
class Dates:
    """What dates of a column look like.

    patterns: ways of writing without their order (separator, short year); iso: separators of year-month-day; words:
    orders of dates with the name of the month (order, short year); serial: whether there are serial numbers; epoch:
    whether there are seconds since 1970.
    month_first, day_first: how many can only be read so; either: how many both ways. sure_early, sure_late: how many
    leave no doubt, by whether the number of their day may be that of a month. confirmed, exchanged: how many of the
    former have the month of the number of their visit, or have it as their day. foreign: whether times are told of a
    zone that is none of Indonesia's, in which a visit may stand under the day before or after its own.
    """

    patterns: frozenset[tuple[str, bool]] = frozenset()
    iso: frozenset[str] = frozenset()
    words: frozenset[tuple[Order, bool]] = frozenset()
    serial: bool = False
    epoch: bool = False
    month_first: int = 0
    day_first: int = 0
    either: int = 0
    sure_early: int = 0
    sure_late: int = 0
    confirmed: int = 0
    exchanged: int = 0
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
    def converted(self) -> bool:
        """True when a spreadsheet may have turned a part of the dates into its own, with day and month exchanged.

        It turns 05/03/2024 into the date that its language sees there, and leaves 15/03/2024 as text where that is
        none. Then no text is left that can be read both ways, and the dates it made are of the first twelve days. Where
        numbers of visits are told, they show whether it did.
        """
        sure = self.sure_early + self.sure_late
        if self.confirmed and not self.exchanged:
            return False
        return bool(self.patterns and sure and not (self.either and self.sure_late >= self.sure_early))

    @property
    def needs_order(self) -> bool:
        """True when there are dates whose first number may be day or month."""
        return bool(self.patterns)

    @property
    def readable(self) -> bool:
        """True when there is any date."""
        return bool(self.patterns or self.iso or self.words or self.serial or self.epoch)

    def with_order(self, order: Order | None) -> list[DatePattern]:
        """Return the patterns to read by, those of the given order."""
        # Two digits of year first: as a year of four, DuckDB takes them for one of the first century.
        found = [DatePattern(None, separator) for separator in sorted(self.iso)]
        if order is not None:
            found += [
                DatePattern(order, separator, short) for separator, short in sorted(self.patterns, key=_short_first)
            ]
        found += [DatePattern(first, "-", short, "words") for first, short in sorted(self.words, key=_short_first)]
        found += [DatePattern(None, "", form="serial")] if self.serial else []
        return [*found, DatePattern(None, "", form="epoch")] if self.epoch else found

    def of_other_order(self, order: Order | None) -> list[DatePattern]:
        """Return the patterns of the order that the dates do not have."""
        if order is None:
            return []
        other: Order = "dmy" if order == "mdy" else "mdy"
        return Dates(self.patterns).with_order(other)


def _short_first(pattern: tuple[str, bool]) -> tuple[bool, str]:
    return not pattern[1], pattern[0]


def dates_in(texts: Iterable[str], visits: Iterable[str] = ()) -> Dates:
    """Return what dates look like.

    texts: dates as they stand in the file. visits: numbers of the visits beside them, default none; their digits 9 and
    10 are the month (KODEPPK, MMYY, a letter, digits), which tells where both numbers of every date are 12 or less.
    """
    patterns, iso, words = set(), set(), set()
    serial = epoch = foreign = False
    month_first = day_first = either = 0
    sure: list[tuple[int, int, int]] = []
    by_visit: list[tuple[int, int, int]] = []
    numbers = list(visits)
    for place, raw in enumerate(texts):
        text = raw.strip()
        foreign = foreign or bool(_ZONE.search(text) and not _LOCAL_ZONE.search(text))
        if found := _ISO.match(text):
            iso.add(found[1])
            sure.append((int(found[3]), int(found[2]), place))
        elif found := _NUMBERS.match(text):
            patterns.add((found[2], len(found[4]) == 2))
            first, second = int(found[1]), int(found[3])
            month_first += first <= _LATEST_OF_BOTH < second <= 31
            day_first += second <= _LATEST_OF_BOTH < first <= 31
            either += max(first, second) <= _LATEST_OF_BOTH
            if first != second and (visit := _visit_at(numbers, place)):
                by_visit.append((first, second, int(visit[2])))
        elif found := _COMPACT.match(text):
            iso.add("")
            sure.append((int(found[2]), int(found[1]), place))
        elif found := _SERIAL.match(text):
            if int(found[1]) in _SERIALS:
                serial = True
                day = FIRST_SERIAL + dt.timedelta(int(found[1]))
                sure.append((day.day, day.month, place))
        elif found := _EPOCH.match(text):
            epoch = epoch or int(found[1]) in _EPOCHS
        else:
            for order, pattern in _WORDS.items():
                found = pattern.match(text)
                named, day_of = (1, 2) if order == "mdy" else (2, 1)
                if found and (month := MONTH_OF_WORD.get(found[named].lower())):
                    words.add((order, len(found[3]) == 2))
                    sure.append((int(found[day_of]), month, place))
    if patterns and not month_first and not day_first:
        month_first = sum(first == month != second for first, second, month in by_visit)
        day_first = sum(second == month != first for first, second, month in by_visit)
    late = sum(day > _LATEST_OF_BOTH for day, _, _ in sure)
    entered = [(day, month, int(visit[2])) for day, month, place in sure if (visit := _visit_at(numbers, place))]
    return Dates(
        frozenset(patterns), frozenset(iso), frozenset(words), serial, epoch, month_first, day_first, either,
        len(sure) - late, late, sum(entry == month != day for day, month, entry in entered),
        sum(entry == day != month for day, month, entry in entered), foreign or epoch,
    )  # fmt: skip


def _visit_at(numbers: Sequence[str], place: int) -> re.Match[str] | None:
    return VISIT_NUMBER.fullmatch(numbers[place].strip()) if place < len(numbers) else None
