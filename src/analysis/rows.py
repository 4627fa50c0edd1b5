"""Rows under the headings of a sheet: facilities with their readings, told from totals, notes and column numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import pandas as pd

from analysis.blocks import FEWEST_HEADINGS
from analysis.column_months import MonthColumn, MonthRead, with_year, year_of
from analysis.extents import cell_name
from analysis.headings import Headings, is_unit
from analysis.identifiers import hidden
from analysis.layouts import IDENTITY, MEASURED, Layout, Role
from analysis.ledger import Finding
from analysis.named_districts import NamedDistricts, districts_of_rows
from analysis.number_cells import Count, Ratio, read_count
from analysis.people import Names
from analysis.plain_words import words
from analysis.sheets import Document, Sheet
from analysis.values import (
    Cell,
    Code,
    Struck,
    clean_text,
    controls_in,
    is_blank,
    is_full_code,
    read_code,
    shown,
    split_code_and_name,
)

_TEXTS: tuple[Role, ...] = ("district", "facility_code", "facility_name", "code_and_name", "facility_type")
_OF_NOTES = frozenset({"", "not_a_number", "date_for_number", "too_large"})
"""Readings of blanks, words, "Sanggau, 5 April 2024", and numbers as long as that of a civil servant."""
_MARKS = ";,\t|"
_FEW = 10
"""One of so many rows is an exception."""
_NUMBERED = re.compile(r"\(?\s*(\d{1,2})\s*[).]?(?:\s*=.*)?")


@dataclass(slots=True)
class Row:
    """One row of a facility, as read.

    raw_month: month as the column has it; month: service month.
    cells: cells of counts and ratios by role; merged: roles whose cell is part of a merged range.
    counts, ratios: readings of the cells by role, filled by ``column_numbers.read_numbers``.
    headings, columns: role → heading as it stands in the file, and position of the column from 0; shared by all rows
    of a table. head: row number of the headings.
    part: True for a row of a table that lacks some of the needed columns. origins: role → the row that a count or ratio
    comes from, where several such tables make one row; empty otherwise.
    """

    file: str
    sheet: str
    row: int
    layout: str
    headings: Mapping[str, str]
    district: str
    code: Code
    code_text: str
    name: str
    type_word: str
    raw_month: pd.Period
    month: pd.Period
    cells: dict[str, Cell]
    columns: Mapping[str, int] = field(default_factory=dict)
    head: int = 0
    merged: frozenset[str] = frozenset()
    counts: dict[str, Count] = field(default_factory=dict)
    ratios: dict[str, Ratio] = field(default_factory=dict)
    part: bool = False
    origins: Mapping[str, Row] = field(default_factory=dict)

    @property
    def table(self) -> int:
        """What all rows of its table have in common, and no others."""
        return id(self.columns)

    @property
    def told(self) -> bool:
        """Whether any count or ratio stands in the row, readable or not."""
        return any(not is_blank(cell) for cell in self.cells.values())

    def finding(self, kind: str, *columns: str, read: str, done: str) -> Finding:
        """Return a finding at this row; ``columns`` are roles, shown by their headings in the file.

        Of a row made of several it stands where the first of the columns does.
        """
        if (origin := self._origin(columns)) is not None:
            return replace(origin, code=self.code).finding(kind, *columns, read=read, done=done)
        headings = ", ".join(self.headings[role] for role in columns if role in self.headings)
        facility = (self.code.value, self.name, str(self.month))
        cell = ", ".join(cell_name(self.row - 1, self.columns[role]) for role in columns if role in self.columns)
        return Finding(kind, self.file, self.sheet, self.row, headings, read, done, *facility, cell)

    def column_finding(self, kind: str, *columns: str, read: str, done: str) -> Finding:
        """Return a finding about whole columns of this row's table; ``columns`` are roles."""
        if (origin := self._origin(columns)) is not None:
            return origin.column_finding(kind, *columns, read=read, done=done)
        headings = ", ".join(self.headings[role] for role in columns if role in self.headings)
        cell = ", ".join(cell_name(self.head - 1, self.columns[role]) for role in columns if role in self.columns)
        return Finding(kind, self.file, self.sheet, None, headings, read, done, cell=cell)

    def _origin(self, columns: Sequence[str]) -> Row | None:
        """The row that the first of some columns comes from; None where it is this one."""
        return next((self.origins[role] for role in columns if role in self.origins), None)

    def without(self, people: Names) -> Row:
        """Return the row without names and numbers of persons in what is quoted of it."""
        cells = {role: _without(cell, people) for role, cell in self.cells.items()}
        quoted = ("code_text", "name", "type_word", "district")
        texts: dict[str, Any] = {name: people.hidden(getattr(self, name)) for name in quoted}
        return replace(self, cells=cells, **texts)


def _without(cell: Cell, people: Names) -> Cell:
    text = clean_text(cell)
    safe = people.hidden(text)
    return cell if safe == text else safe


@dataclass(frozen=True)
class Head:
    """The columns of a table, and the rows that belong to it; rows and columns from 0.

    position: its lowest heading row. end: row after its last one. passed: rows between that are not part of it.
    span: its first and last column. headings: role → heading.
    facility, facility_code, district: what stands above a table without such a column; empty when nothing does.
    year: of months that stand without one, where the names beside the table tell it; None where they do not.
    part: True for a table that lacks some of the needed columns.
    """

    position: int
    roles: dict[int, Role]
    layout: Layout
    headings: dict[str, str]
    end: int
    span: tuple[int, int]
    facility: str = ""
    district: str = ""
    passed: frozenset[int] = frozenset()
    facility_code: str = ""
    year: int | None = None
    part: bool = False

    @property
    def column(self) -> dict[Role, int]:
        """Role → position."""
        return {role: position for position, role in self.roles.items()}

    @property
    def rows(self) -> list[int]:
        """The rows under the headings."""
        return [index for index in range(self.position + 1, self.end) if index not in self.passed]

    @property
    def month_role(self) -> Role | None:
        """The column that decides about the month; None where no column names one."""
        return next((role for role in ("service_month", "month") if role in self.column), None)

    def month_cell(self, cells: Sequence[Cell]) -> Cell:
        """What the columns of month and year say of a row; None where no column names a month."""
        if self.month_role is None:
            return None
        year = self.year_cell(cells) if "year" in self.column else self.year
        return with_year(cell_at(cells, self.column[self.month_role]), year)

    def month_cells(self, rows: Sequence[Sequence[Cell]]) -> list[Cell]:
        """What they say of each row of the table; empty where no column names a month. rows: of the whole sheet."""
        return [] if self.month_role is None else [self.month_cell(rows[index]) for index in self.rows]

    def year_cell(self, cells: Sequence[Cell]) -> Cell:
        """The cell of a row in the column of years; None where there is none."""
        return cell_at(cells, self.column.get("year"))


def cell_at(cells: Sequence[Cell], position: int | None) -> Cell:
    """Return the cell at a position from 0; None beyond the end of the row."""
    return cells[position] if position is not None and position < len(cells) else None


def numbers_columns(cells: Sequence[Cell], span: tuple[int, int]) -> bool:
    """True for a row of numbers (1), (2), (3 = 2/1) … of the columns. span: first and last column of the table."""
    texts = [text for cell in cells[span[0] : span[1] + 1] if (text := clean_text(cell))]
    numbers = [int(found[1]) for text in texts if (found := _NUMBERED.fullmatch(text))]
    in_order = all(earlier <= later for earlier, later in pairwise(numbers))
    fewest = min(FEWEST_HEADINGS, span[1] - span[0] + 1)
    return len(texts) >= fewest and len(numbers) == len(texts) and in_order and numbers[0] <= 3


@dataclass
class Reader:
    """Reads the rows under one heading row; collects findings and the rows that are no facilities.

    summaries: totals and notes, from 0. nameless: number of each row with figures and no facility, as
    Excel shows it → its month.
    """

    document: Document
    sheet: Sheet
    head: Head
    headings: Headings
    month_role: Role | None
    fixed: pd.Period | None
    shift: int
    months: MonthColumn
    districts: NamedDistricts
    findings: list[Finding] = field(default_factory=list)
    summaries: list[int] = field(default_factory=list)
    nameless: dict[int, pd.Period | None] = field(default_factory=dict)
    dropped: set[tuple[Role, str]] = field(default_factory=set)
    district: str = ""
    districts_from_above: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.column = self.head.column
        self.places: dict[str, int] = {role: place for role, place in self.column.items()}  # noqa: C416
        self.known = sorted(self.head.roles)
        headings = self.sheet.rows[self.head.position]
        named = (place for place, cell in enumerate(headings) if not is_blank(cell))
        # Cells pushed to the right stand under the blank headings at the end.
        self.width = 1 + max(*self.known, *named) if self.sheet.split else len(headings)
        self.named = not self.column.keys().isdisjoint(IDENTITY)
        self.measured = [role for role in MEASURED if role in self.column]
        # Programs leave out blank cells at the end of many rows; a row that alone is shorter has lost one on the way.
        self.length = len(headings)
        self.one_short = self.sheet.ragged and self._one_short()
        self.of_rows: dict[int, str] = {}
        if "district" not in self.column and self.head.rows:
            figures: dict[str, int] = {role: self.column[role] for role in self.measured}
            self.of_rows = districts_of_rows(self.sheet.rows, self.head.rows, figures, self.districts)

    def read(self, index: int, cells: list[Cell], rows: list[Row]) -> bool:
        """Append the row at ``index`` when it is a facility's; return True where another table begins."""
        if self._holds_nothing(index, cells):
            return False
        if self._headings_again(cells):
            self._note("sheet_second_table", index, done="baris mulai di sini tidak dibaca")
            return True
        code_cell = cell_at(cells, self.column.get("facility_code"))
        code, name = read_code(code_cell), hidden(clean_text(cell_at(cells, self.column.get("facility_name"))))
        if not code.value and "code_and_name" in self.column:
            code_cell = cell_at(cells, self.column["code_and_name"])
            code, both = split_code_and_name(code_cell)
            name = name or hidden(both)
        elif "facility_code" not in self.column:
            within, both = split_code_and_name(cell_at(cells, self.column.get("facility_name")))
            if is_full_code(within.value):
                code, code_cell, name = within, within.value, hidden(both)
        if not self.named:
            code, code_cell, name = read_code(self.head.facility_code), self.head.facility_code, self.head.facility
        code_text = clean_text(code_cell)
        if any(isinstance(cell_at(cells, self.column.get(role)), Struck) for role in IDENTITY):
            self._note("row_struck", index, read=name or shown(code_cell), done="baris tidak dipakai")
            return False
        told = code.value and self._is_told(cells, code, code_text, name)
        if not told and not self._is_facility(index, cells, code, code_text, name):
            return False
        if self._of_no_single_facility(index, cells, name):
            return False
        month = self._month(index, cells, name)
        if month is not None:
            rows.append(self._row(index, cells, (code, shown(code_cell), name), month))
            self._controls(rows[-1], cells)
        return False

    def _adds_up_months(self, cells: list[Cell]) -> bool:
        """True for a row of a table of one facility that adds up months above it: "TRIWULAN I", "TOTAL"."""
        if self.named or self.month_role is None:
            return False
        said = clean_text(cell_at(cells, self.column[self.month_role]))
        layouts = self.headings.layouts
        part = layouts.part_of_year(said)
        return layouts.is_summary(said, area=False) or (part is not None and not self.told_months.isdisjoint(part[0]))

    @cached_property
    def told_months(self) -> set[int]:
        """The months of the year, 1 to 12, that the column of months names."""
        named = map(self.headings.layouts.month_alone, map(clean_text, self.head.month_cells(self.sheet.rows)))
        read = (self.months.read(cell).month for cell in self.head.month_cells(self.sheet.rows))
        return {one.month for one in (*named, *read) if one is not None}

    def _holds_nothing(self, index: int, cells: list[Cell]) -> bool:
        """True for a row that is blank, of units or column numbers, a sum of months or, told, parted by other marks."""
        if self._adds_up_months(cells):
            self.summaries.append(index)
            return True
        if self._by_other_marks(cells):
            self._note("row_misaligned", index, read="pemisah kolom lain", done="baris tidak dipakai")
            return True
        if not self.named and not self._has_figures(cells) and is_blank(self.head.month_cell(cells)):
            return True  # below a table of one facility: a note or a signature
        return all(is_blank(cell_at(cells, place)) for place in self.known) or self._column_numbers(cells)

    def _by_other_marks(self, cells: list[Cell]) -> bool:
        """True for a line of a text file in which other marks part as many fields as there are headings."""
        if not self.sheet.ragged or len(cells) > 1 or not cells or not isinstance(cells[0], str):
            return False
        return any(cells[0].count(mark) + 1 >= self.length for mark in _MARKS)

    def _of_no_single_facility(self, index: int, cells: list[Cell], name: str) -> bool:
        """Tell of a row that names two facilities, and of one whose cells stand under other headings."""
        told = {
            "row_of_two_facilities": name if self.headings.layouts.names_two(name) else "",
            "row_misaligned": f"{len(cells)} kolom" if self._misaligned(cells) else "",
        }
        kind = next((kind for kind, read in told.items() if read), "")
        if kind:
            self._note(kind, index, read=told[kind], done="baris tidak dipakai", name=name)
        return bool(kind)

    def _one_short(self) -> bool:
        """Whether hardly any row of figures is shorter than the headings."""
        rows = [self.sheet.rows[index] for index in self.head.rows]
        if all(len(cells) >= self.length for cells in rows):
            return False
        lengths = [len(self.sheet.rows[index]) for index in self.head.rows if self._filled(index)]
        shorter = sum(length < self.length for length in lengths)
        return 0 < shorter * _FEW <= max(len(lengths), _FEW)

    def _filled(self, index: int) -> bool:
        """Whether figures stand in most columns of a row, as in that of a facility."""
        cells = self.sheet.rows[index]
        return 2 * sum(not is_blank(cell_at(cells, self.column[role])) for role in self.measured) > len(self.measured)

    def summary(self) -> list[Finding]:
        """Return one finding for all rows that are no facilities, and one for those whose district stands above."""
        told = (
            ("rows_not_facility", self.summaries, "tidak dihitung sebagai fasilitas"),
            ("district_from_above", self.districts_from_above, "dianggap kabupaten/kota pada baris terisi di atasnya"),
        )
        return [
            Finding(
                kind, self.document.name, self.sheet.name,
                read=f"baris {', '.join(str(row + 1) for row in rows)}", done=done,
            )
            for kind, rows, done in told
            if rows
        ]  # fmt: skip

    def _note(
        self, kind: str, index: int, *, column: Role | None = None, read: str = "", done: str = "", name: str = ""
    ) -> None:
        heading = self.head.headings[column] if column else ""
        cell = cell_name(index, self.column[column]) if column else ""
        place = (self.document.name, self.sheet.name, index + 1, heading)
        month = "" if self.fixed is None else str(self.fixed)
        self.findings.append(Finding(kind, *place, read, done, facility_name=name, month=month, cell=cell))

    def _controls(self, row: Row, cells: list[Cell]) -> None:
        """Tell once of every text that characters or a number of a person were dropped from."""
        for role in _TEXTS:
            cell = cell_at(cells, self.column.get(role))
            text = "" if role == "facility_code" else clean_text(cell)
            if hidden(text) != text and (role, text) not in self.dropped:
                self.dropped.add((role, text))
                done = "teks dipakai tanpa nomor itu"
                self.findings.append(row.finding("identifier_dropped", role, read=hidden(text), done=done))
            codes = controls_in(cell)
            if codes and (role, str(cell)) not in self.dropped:
                self.dropped.add((role, str(cell)))
                read = f"{clean_text(cell)}, tanpa {', '.join(codes)}"
                self.findings.append(row.finding("characters_dropped", role, read=read, done="teks dipakai tanpa itu"))

    def _column_numbers(self, cells: list[Cell]) -> bool:
        """True for a row of units, or of numbers (1), (2), (3 = 2/1) … of the columns."""
        first, last = self.head.span
        texts = [text for cell in cells[first : last + 1] if (text := clean_text(cell))]
        return all(is_unit(text) and not text.isdecimal() for text in texts) or numbers_columns(cells, self.head.span)

    def _headings_again(self, cells: list[Cell]) -> bool:
        return sum(isinstance(c, str) and c != "" for c in cells) >= FEWEST_HEADINGS and (
            len(set(self.headings.roles(cells).values()) - {"ignored"}) >= FEWEST_HEADINGS
        )

    def _is_told(self, cells: list[Cell], code: Code, code_text: str, name: str) -> bool:
        """True where a code makes the row a facility's; "Total 2024" or "Hal. 2" in its column is none.

        Neither is the short code of an area, 6103, beside the area's name.
        """
        if self.headings.layouts.is_summary(code_text):
            return False
        if is_full_code(code.value):
            return True
        return not self.headings.layouts.is_summary(name) and self._has_figures(cells)

    def _is_facility(self, index: int, cells: list[Cell], code: Code, code_text: str, name: str) -> bool:
        """Tell a facility without a usable code from a total, a mean, a target or a note."""
        layouts = self.headings.layouts
        district = clean_text(cell_at(cells, self.column.get("district")))
        # A bare type, "KLINIK PRATAMA", is the sum of the facilities of that type.
        total = (
            layouts.is_summary(name)
            or words(name) in layouts.type_of_word
            or (not name and (layouts.is_summary(code_text) or layouts.is_summary(district, area=False)))
        )
        if total or self._labelled_total(cells) or (not self._has_figures(cells) and code.doubt != "code_power_of_ten"):
            self.summaries.append(index)
            return False
        if not name:
            fixed = self.month_role is None
            self.nameless[index + 1] = self.fixed if fixed else self.months.read(self.head.month_cell(cells)).month
            self._note("row_without_facility", index, read=code_text, done="baris tidak dipakai")
            return False
        return True

    def _labelled_total(self, cells: list[Cell]) -> bool:
        """True where "JUMLAH" stands left of the figures, in whatever column."""
        first = min((self.column[role] for role in self.measured), default=0)
        texts = (clean_text(cell) for cell in cells[self.head.span[0] : first] if isinstance(cell, str))
        return any(self.headings.layouts.is_summary(text, area=False) for text in texts if text)

    def _has_figures(self, cells: list[Cell]) -> bool:
        """True where a measured cell holds a number, or a sign or fault that stands for one; words are a note."""
        readings = (read_count(cell_at(cells, self.column[role])) for role in self.measured)
        return any(count.value is not None or count.doubt not in _OF_NOTES for count in readings)

    def _misaligned(self, cells: list[Cell]) -> bool:
        if not self.sheet.ragged:
            return False
        short = self.one_short and len(cells) < self.length
        return short or len(cells) <= max(self.known) or any(not is_blank(cell) for cell in cells[self.width :])

    def _month(self, index: int, cells: list[Cell], name: str) -> pd.Period | None:
        cell, year = self.head.month_cell(cells), year_of(self.head.year_cell(cells))
        read = MonthRead(self.fixed) if self.month_role is None else self.months.read(cell)
        column = self.month_role or "year"
        if read.month is not None and year not in (None, read.month.year):
            told = str(read.month) if self.month_role is None else shown(cell)
            read = MonthRead(doubt="month_unreadable", told=f"{told}, {self.head.headings['year']} {year}")
        if read.month is None:
            kind = read.doubt or "row_without_month"
            self._note(kind, index, column=column, read=read.told, done="baris tidak dipakai", name=name)
        return read.month

    def _district(self, index: int, cells: list[Cell]) -> str:
        """The district of a row; a blank cell means the last one above, as where each group names it once."""
        if "district" not in self.column:
            return hidden(self.of_rows.get(index, "")) or self.head.district
        own = hidden(clean_text(cell_at(cells, self.column["district"])))
        if not own and self.district:
            self.districts_from_above.append(index)
        self.district = own or self.district
        return self.district or self.head.district

    def _row(self, index: int, cells: list[Cell], who: tuple[Code, str, str], month: pd.Period) -> Row:
        code, code_text, name = who
        used: dict[str, Cell] = {role: cell_at(cells, self.column[role]) for role in self.measured}
        merged = frozenset(role for role in self.measured if (index, self.column[role]) in self.sheet.merged)
        return Row(
            self.document.name, self.sheet.name, index + 1, self.head.layout.id, self.head.headings,
            self._district(index, cells), code, code_text, name,
            hidden(clean_text(cell_at(cells, self.column.get("facility_type")))),
            month, month - self.shift if self.shift else month, used,
            self.places, self.head.position + 1, merged, part=self.head.part,
        )  # fmt: skip
