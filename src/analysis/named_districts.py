"""Which kabupaten or kota the rows of a table belong to that has no column for it: told by the names beside it.

A row between others, the title, the name of the sheet, of the file, and of its folders are asked in this order; the
nearest one that names a district decides.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from rapidfuzz.fuzz import ratio

from analysis.district import District
from analysis.layouts import Layouts
from analysis.names import facility_name
from analysis.number_cells import read_count
from analysis.own_district import OwnDistrict
from analysis.plain_words import without_numbering, words
from analysis.sheets import Document
from analysis.values import Cell, clean_text

AREAS_FILE = "kabkota.csv"
_LEVELS = ("kabupaten", "kab", "kota")
_MOST_WORDS = 5
"""Words of a line that is nothing but the name of a district, "KABUPATEN PENUKAL ABAB LEMATANG ILIR"."""
_ALIKE = 80
"""Similarity (0 to 100) from which an unknown name is a slip of the pen in that of the district itself."""
_POSITION = re.compile(r"\(?(?:[A-Z]|[IVX]{1,5})[.)]?")
"""Letter or Roman number of a group in a cell of its own."""


class NamedDistricts:
    """Tells the districts that names and titles beside tables name."""

    def __init__(
        self,
        layouts: Layouts,
        district: District | None = None,
        areas: Iterable[str] = (),
        facilities: Iterable[str] = (),
    ) -> None:
        """Take what is known.

        layouts: words of names. district: the one whose files are read; default None, for which every name is foreign.
        areas: names of districts, 'Kabupaten Sekadau', of which titles may name one; default none.
        facilities: names of facilities, which may be called like a district; default none.
        """
        self.layouts = layouts
        self._own = None if district is None else OwnDistrict(district)
        own = [] if district is None else [district.name, *district.aliases]
        self._own_bases = [_base(name) for name in own]
        self._known = {_base(name) for name in (*areas, *own)} - {""}
        self._facilities = {" ".join(facility_name(name).words) for name in facilities}
        if district is not None and district.level == "provinsi":
            self._known.clear()
        names = "|".join(sorted(map(re.escape, self._known), key=len, reverse=True)) or "$^"
        self._leveled = re.compile(rf"\b(?:kabupaten|kab|kota) (?:{names})\b")
        self._bare = re.compile(rf"(?:^|(?<=\b)[a-z]+ |(?<=\d) ?)(?P<name>{names})(?![a-z])")

    def of_table(self, title: Iterable[str], sheet: str, document: Document) -> str:
        """Return the other district that the nearest name beside a table names; empty where it is the own one or none.

        title: texts above the table.
        """
        claims = [self._one([claim for text in title for claim in self.in_title(text)])]
        claims += [self._one(self.in_name(name)) for name in (sheet, document.stem)]
        claims += [self._one(self.in_name(folder)) for folder in reversed(document.name.split("/")[:-1])]
        nearest = next(filter(None, claims), "")
        return "" if self._is_own(nearest) else nearest

    def in_title(self, text: str) -> list[str]:
        """Return the districts that a title names with the word kabupaten or kota before them."""
        found = self._leveled.findall(words(text))
        alone = without_numbering(text).strip()
        if found or not self._is_line_of_one(alone) or self._resembles_own(alone):
            return found
        return [alone]

    def in_name(self, text: str) -> list[str]:
        """Return the districts that the name of a sheet, file or folder names, with such a word or without it."""
        plain = words(text)
        found = self._leveled.findall(plain)
        if found:
            return found
        matches = [m for m in self._bare.finditer(plain) if not self.layouts.tells_office(plain[: m.start("name")])]
        return [m["name"] for m in matches if m["name"] not in self._facilities]

    def of_band(self, label: str, alone: bool) -> str:
        """Return the district that a row between others is about; empty where it is about none.

        label: the only text of the row. alone: whether it holds nothing else, so that no facility has that name.
        """
        text = without_numbering(label).strip()
        plain = words(text)
        if self._is_line_of_one(text) or (self._leveled.fullmatch(plain) is not None):
            return text
        return text if alone and plain in self._known and plain not in self._facilities else ""

    def _is_line_of_one(self, text: str) -> bool:
        said = words(text).split()
        return self.layouts.is_district(text) and len(said) <= _MOST_WORDS and said[1] not in _LEVELS

    def _resembles_own(self, text: str) -> bool:
        """True for the district's own name misspelt, "Kertanegara", or in short, "KAB. KUKAR"."""
        base = _base(text).replace(" ", "")
        own = [name.replace(" ", "") for name in self._own_bases]
        return any(_in_order(base, name) or ratio(base, name) >= _ALIKE for name in own)

    def _is_own(self, name: str) -> bool:
        return self._own is None or name in self._own

    def _one(self, names: Sequence[str]) -> str:
        """The district of one place: the own one where it is among others, else the only one."""
        own = next((name for name in names if self._own is not None and name in self._own), "")
        different = {_base(name): name for name in names}
        return own or (next(iter(different.values())) if len(different) == 1 else "")


def load_areas(folder: Path) -> list[str]:
    """Return the names of the districts in ``folder``/kabkota.csv, 'Kabupaten Sekadau'."""
    with (folder / AREAS_FILE).open(encoding="utf-8-sig", newline="") as stream:
        return [row["nama_kabkota"] for row in csv.DictReader(stream)]


def districts_of_rows(
    rows: Sequence[Sequence[Cell]],
    indices: Sequence[int],
    measured: Mapping[str, int],
    named: NamedDistricts,
) -> dict[int, str]:
    """Return the district of each row, by position from 0, that stands under or above one that names it.

    A row that holds nothing but the name is about those below it. One with the sums of its district stands above or
    below its facilities: the sums tell which, else whether a facility stands before the first.

    rows: of the sheet. indices: those of the table. measured: columns of its figures, role → position.
    """
    bands: list[tuple[int, str]] = []
    sums: list[tuple[int, str]] = []
    before_sums = False
    for index in indices:
        label = _label(rows[index])
        figures = any(_has_digit(rows[index], column) for column in measured.values())
        name = named.of_band(label, alone=not figures) if label else ""
        if name:
            (sums if figures else bands).append((index, name))
        elif figures and not sums and not named.layouts.is_summary(label):
            before_sums = True
    if not bands and sums and _below(rows, indices, [i for i, _ in sums], measured.get("registered"), before_sums):
        starts = [indices[0], *(index + 1 for index, _ in sums)]
        return {i: name for (end, name), start in zip(sums, starts, strict=False) for i in indices if start <= i <= end}
    heads = bands or sums
    ends = [*(index for index, _ in heads[1:]), indices[-1] + 1] if heads else []
    return {i: name for (start, name), end in zip(heads, ends, strict=True) for i in indices if start <= i < end}


def _below(
    rows: Sequence[Sequence[Cell]],
    indices: Sequence[int],
    sums: Sequence[int],
    registered: int | None,
    before_sums: bool,
) -> bool:
    """Whether sums stand below their facilities."""

    def count(index: int) -> int | None:
        cell = rows[index][registered] if registered is not None and registered < len(rows[index]) else None
        return read_count(cell).value

    def fits(index: int, start: int, end: int) -> bool:
        whole = count(index) or 0
        parts = [count(place) for place in indices if start < place < end]
        known = sum(filter(None, parts))
        # Where a facility has not reported, the others are the larger part of the sum all the same.
        return known > 0 and (known == whole or (None in parts and whole <= 2 * known < 2 * whole))

    edges = [indices[0] - 1, *sums, indices[-1] + 1]
    above = sum(fits(index, index, end) for index, end in pairwise(edges[1:]))
    below = sum(fits(index, start, index) for start, index in pairwise(edges[:-1]))
    # Sums below everything that fit nothing are of districts that are shown for comparison.
    between = any(count(index) for index in indices if index > sums[0] and index not in sums)
    return below > above if below != above else before_sums and between


def _label(cells: Sequence[Cell]) -> str:
    """The only text of a row but for numbers and the letter of its group; empty where there are several or none."""
    texts = {text for cell in cells if isinstance(cell, str) and any(map(str.isalpha, text := clean_text(cell)))}
    texts = {text for text in texts if not _POSITION.fullmatch(text)}
    return texts.pop() if len(texts) == 1 else ""


def _has_digit(cells: Sequence[Cell], column: int) -> bool:
    return column < len(cells) and any(map(str.isdigit, clean_text(cells[column])))


def _base(name: str) -> str:
    said = words(name).split()
    return " ".join(said[1:] if said and said[0] in _LEVELS else said)


def _in_order(short: str, name: str) -> bool:
    """True where the letters of a short name stand in the full one in this order, the first one first."""
    letters = iter(name)
    return len(short) > 1 and short[0] == name[:1] and all(letter in letters for letter in short)
