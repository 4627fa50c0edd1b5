"""The service month of a table: what its column, its sheet, its file and its title say, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from analysis.periods import MONTH_NAMES
from analysis.values import NamedMonth, month_of


@dataclass(frozen=True)
class Claim:
    """A place beside the month column that names one month.

    place: 'nama berkas', 'nama lembar', 'judul tabel' or 'judul kolom'.
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


def claims(
    file: Sequence[NamedMonth],
    sheet: Sequence[NamedMonth] = (),
    title: Sequence[NamedMonth] = (),
    columns: NamedMonth | None = None,
) -> list[Claim]:
    """Return what file name, sheet name, title and headings say; a place with several months or none says nothing.

    file, sheet, title: months that stand in the names of file and sheet, and above the table; default none.
    columns: month that stands in its headings; default None.
    """
    named = (
        ("nama berkas", file), ("nama lembar", sheet), ("judul tabel", title),
        ("judul kolom", () if columns is None else (columns,)),
    )  # fmt: skip
    return [Claim(place, found[0]) for place, found in named if len(found) == 1]


def month_without_column(
    said: list[Claim], years: Iterable[int], proven: int | None = None
) -> tuple[pd.Period | None, str]:
    """Return the service month of a table that has no month column, or the reason why it is not known.

    said: what the names say. years: those that stand apart from a month, in file name, sheet name and title.
    proven: year that follows from the order of the sheets; None where nothing follows from it.
    """
    dated = {(c.named.year, c.named.month) for c in said if c.named.year is not None}
    numbers = {c.named.month for c in said}
    if len(dated) > 1 or len(numbers) > 1:
        return None, "; ".join(c.text for c in said)
    if not said:
        return None, ""
    possible = {year for year, _ in dated} or set(years)
    if proven is not None and possible - {proven}:
        found = ", ".join(map(str, sorted(y for y in possible if y)))
        return None, f"urutan lembar menunjukkan tahun {proven}, keterangan lain menyebut {found}"
    if proven is not None:
        possible = {proven}
    if len(possible) != 1:
        return None, ""
    return month_of(int(possible.pop() or 0), numbers.pop()), ""


def years_by_order(sheets: Sequence[tuple[str, Sequence[NamedMonth]]]) -> dict[str, int]:
    """Return the year of sheets named by a month alone, where the sheets before and after them prove it.

    sheets: names in the order of the workbook, each with the months that it names. Between two sheets that name month
    and year, the months must follow each other one by one and fit both ends: "Desember 22", "Januari", "Februari",
    "Maret 23".
    """
    named = [(name, found[0]) for name, found in sheets if len(found) == 1]
    anchors = [position for position, (_, month) in enumerate(named) if month.year is not None]
    years: dict[str, int] = {}
    for first, last in pairwise(anchors):
        start = _count(named[first][1])
        run = named[first + 1 : last]
        follows = all((start + step) % 12 + 1 == month.month for step, (_, month) in enumerate(run, start=1))
        if follows and _count(named[last][1]) - start == last - first:
            years |= {name: (start + step) // 12 for step, (name, _) in enumerate(run, start=1)}
    return years


def years_over_new_year(months: Sequence[NamedMonth]) -> list[int | None]:
    """Return the year of each month where the later ones are of the next year, NOV, DES, JAN; else an empty list.

    months: as they stand beside or below each other; MAR, FEB, JAN, from the newest on, is within one year.
    None for each where no month names its year, or where they do not agree.
    """
    numbers = [named.month for named in months]
    back = all(before - after == 1 for before, after in pairwise(numbers))
    falls = [place for place, (before, after) in enumerate(pairwise(numbers), start=1) if after <= before]
    if len(falls) != 1 or back or min(numbers[: falls[0]]) <= max(numbers[falls[0] :]):
        return []
    later = [int(place >= falls[0]) for place in range(len(numbers))]
    first = {named.year - more for named, more in zip(months, later, strict=True) if named.year is not None}
    return [first.copy().pop() + more if len(first) == 1 else None for more in later]


def _count(named: NamedMonth) -> int:
    """Months since the year 0."""
    return int(named.year or 0) * 12 + named.month - 1
