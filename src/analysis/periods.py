"""Periods of a report: a year, semester, quarter or month, and the months inside them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

_PATTERN = re.compile(r"(?P<year>20\d\d)(?:-(?:S(?P<half>[12])|T(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")
_ROMAN = ("I", "II", "III", "IV")
MONTH_NAMES = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


@dataclass(frozen=True, order=True)
class Period:
    """A span of whole service months.

    year: calendar year.
    first: number of its first month, 1 to 12.
    length: number of months: 12 (year), 6 (semester), 3 (quarter) or 1 (month).
    """

    year: int
    first: int
    length: int

    @property
    def code(self) -> str:
        """The word an analyst types: 2025, 2025-S1, 2025-T3, 2025-03."""
        match self.length:
            case 12:
                return f"{self.year}"
            case 6:
                return f"{self.year}-S{(self.first - 1) // 6 + 1}"
            case 3:
                return f"{self.year}-T{(self.first - 1) // 3 + 1}"
            case _:
                return f"{self.year}-{self.first:02d}"

    @property
    def label(self) -> str:
        """The name readers see: Tahun 2025, Semester I 2025, Triwulan III 2025, Maret 2025."""
        match self.length:
            case 12:
                return f"Tahun {self.year}"
            case 6:
                return f"Semester {_ROMAN[(self.first - 1) // 6]} {self.year}"
            case 3:
                return f"Triwulan {_ROMAN[(self.first - 1) // 3]} {self.year}"
            case _:
                return f"{MONTH_NAMES[self.first - 1]} {self.year}"

    @property
    def months(self) -> pd.PeriodIndex:
        """The service months of the period, in order."""
        # Imported here: a period that is refused must not wait for pandas.
        import pandas as pd  # noqa: PLC0415

        return pd.period_range(pd.Period(year=self.year, month=self.first, freq="M"), periods=self.length)

    def year_before(self) -> Period:
        """The same span one year earlier."""
        return Period(self.year - 1, self.first, self.length)

    def just_before(self) -> Period:
        """The span of the same length that ends where this one begins."""
        start = self.months[0] - self.length
        return Period(start.year, start.month, self.length)


def parse_period(text: str) -> Period:
    """Return the period named by ``text``; raise ParameterError when it names none."""
    match = _PATTERN.fullmatch(text.strip().upper())
    if match is None:
        raise ParameterError(
            f"Periode “{text}” tidak dikenal. Tulis 2025 (tahun), 2025-S1 (semester), 2025-T3 (triwulan), "
            "atau 2025-03 (bulan)."
        )
    year = int(match["year"])
    if match["half"]:
        return Period(year, (int(match["half"]) - 1) * 6 + 1, 6)
    if match["quarter"]:
        return Period(year, (int(match["quarter"]) - 1) * 3 + 1, 3)
    if match["month"]:
        return Period(year, int(match["month"]), 1)
    return Period(year, 1, 12)


def latest_complete(months: Collection[pd.Period], length: int = 6) -> Period | None:
    """Return the latest period of ``length`` months of which every month is in ``months``; None if there is none."""
    present = set(months)
    starts = range(1, 13, length)
    for year in sorted({m.year for m in present}, reverse=True):
        for first in sorted(starts, reverse=True):
            candidate = Period(year, first, length)
            if present.issuperset(candidate.months):
                return candidate
    return None


def month_label(month: pd.Period) -> str:
    """Indonesian name of a month: 'Maret 2025'."""
    return f"{MONTH_NAMES[month.month - 1]} {month.year}"


def months_label(months: Collection[pd.Period]) -> str:
    """Indonesian name of the span of months: 'Maret 2025' or 'Maret 2025 sampai Mei 2025'; at least one."""
    first, last = min(months), max(months)
    return month_label(first) if first == last else f"{month_label(first)} sampai {month_label(last)}"
