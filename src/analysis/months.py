"""The service month of a table: what its column, its sheet, its file and its title say, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from analysis.periods import MONTH_NAMES
from analysis.values import NamedMonth, month_of, months_in, years_in


@dataclass(frozen=True)
class Claim:
    """A place beside the month column that names one month.

    place: 'nama berkas', 'nama lembar' or 'judul tabel'.
    """

    place: str
    named: NamedMonth

    def agrees(self, *months: pd.Period) -> bool:
        """True when one of ``months`` has this month's number, and its year where the place names one."""
        return any(m.month == self.named.month and self.named.year in (None, m.year) for m in months)

    @property
    def text(self) -> str:
        """'nama lembar menyebut Mei 2023'."""
        year = f" {self.named.year}" if self.named.year else ""
        return f"{self.place} menyebut {MONTH_NAMES[self.named.month - 1]}{year}"


def claims(stem: str, sheet: str, title: Iterable[str]) -> list[Claim]:
    """Return what file name, sheet name and title say; a place that names several months or none says nothing.

    A title counts only with a year, and not in a full date: "Dicetak 3 Juli 2024" and "No. SEP" are no months.
    """
    in_title = {n for line in title for n in months_in(line, dates=False) if n.year is not None}
    named = (("nama berkas", months_in(stem)), ("nama lembar", months_in(sheet)), ("judul tabel", tuple(in_title)))
    return [Claim(place, found[0]) for place, found in named if len(found) == 1]


def month_without_column(said: list[Claim], texts: Iterable[str]) -> tuple[pd.Period | None, str]:
    """Return the service month of a table that has no month column, or the reason why it is not known.

    said: what the names say. texts: file name, sheet name and title, where a year may stand apart from the month.
    """
    dated = {(c.named.year, c.named.month) for c in said if c.named.year is not None}
    numbers = {c.named.month for c in said}
    if len(dated) > 1 or len(numbers) > 1:
        return None, "; ".join(c.text for c in said)
    if not said:
        return None, ""
    years = {year for year, _ in dated} or {y for text in texts for y in years_in(text)}
    if len(years) != 1:
        return None, ""
    return month_of(int(years.pop() or 0), numbers.pop()), ""
