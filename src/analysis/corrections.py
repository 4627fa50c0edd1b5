"""Corrections declared in district.yml, put into the cells of a table before anything of it is judged.

Each is guarded by the value that it replaces. One that fits no cell, fits several, meets another value than it names,
or would write what the column cannot hold, is an error: ``Corrections.check`` tells all of them at once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from analysis.column_months import month_ways
from analysis.district import Correction
from analysis.errors import ConfigurationError, nearest
from analysis.extents import cell_name
from analysis.identifiers import hidden
from analysis.layouts import COUNT_ROLES, PRINTED, Layouts, Role
from analysis.ledger import Finding
from analysis.number_cells import LARGEST_COUNT, MARKS, read_count
from analysis.periods import month_label
from analysis.plain_words import heading_key, words
from analysis.rows import Head, cell_at
from analysis.sheets import Sheet
from analysis.values import Cell, clean_text, is_blank, read_code, shown, split_code_and_name
from analysis.workspace import SETTINGS_FILE

_MONTHS: tuple[Role, ...] = ("month", "service_month")
_RATIO = re.compile(r"\d+(?:[.,]\d+)?")
MonthOf = Callable[[Sequence[Cell]], "pd.Period | None"]


@dataclass
class _Sought:
    """A correction and how near the files came to it: the nearest miss is what the analyst is told."""

    number: int
    correction: Correction
    cells: list[str] = field(default_factory=list)
    miss: tuple[int, str] = (0, "")

    def missed(self, step: int, why: str) -> None:
        if step > self.miss[0]:
            self.miss = (step, why)

    @property
    def place(self) -> str:
        """'corrections, butir 2 (kbk.xlsx, baris 5, kolom “Jumlah Kontak”)'."""
        one = self.correction
        where = f"baris {one.row}" if one.row else f"{one.facility} {month_label(pd.Period(one.month, 'M'))}"
        sheet = f"lembar “{one.sheet}”, " if one.sheet else ""
        return f"corrections, butir {self.number} ({one.file}, {sheet}{where}, kolom “{one.column}”)"


class Corrections:
    """The declared corrections of a district while its files are read; collects their findings and misses."""

    def __init__(self, declared: Sequence[Correction] = ()) -> None:
        self._sought = [_Sought(number, one) for number, one in enumerate(declared, start=1)]
        self._taken: dict[tuple[str, str, int, int], int] = {}
        self._problems: list[str] = []
        self._sheets: dict[str, list[str]] = {}
        self.findings: list[Finding] = []

    def corrected(
        self, file: str, sheet: Sheet, head: Head, layouts: Layouts, *, month_role: Role | None, month_of: MonthOf
    ) -> Sheet:
        """Return the sheet with the declared cells of the table under ``head`` replaced.

        month_role: column that the months are read from; None where the table has none.
        month_of: service month of a row, None where it cannot be told.
        """
        self._sheets.setdefault(file, []).append(sheet.name)
        rows, merged = [list(cells) for cells in sheet.rows] if self._sought else sheet.rows, set(sheet.merged)
        for sought in self._sought:
            one = sought.correction
            if one.file != file or one.sheet not in ("", sheet.name):
                continue
            role = _role(one, head, layouts)
            if role is None:
                named = ", ".join(head.headings[known] for known in head.column)
                sought.missed(1, f"tidak ada kolom itu di lembar “{sheet.name}”; kolom yang dibaca: {named}")
                continue
            if role in _MONTHS and role != month_role:
                sought.missed(2, "kolom bulan itu tidak dipakai pada lembar ini")
                continue
            for index in _rows(one, sheet.rows, head, month_of):
                position = head.column[role]
                old = cell_at(sheet.rows[index], position)
                if not _stands(old, one.old, role):
                    now = "kosong" if is_blank(old) else f"“{hidden(shown(old))}”"
                    written = "kosong" if one.old is None else f"“{one.old}”"
                    sought.missed(3, f"yang tertulis di {cell_name(index, position)} sekarang {now}, bukan {written}")
                    continue
                new, fault = _cell(one.new, role)
                if fault:
                    self._problems.append(f"{sought.place}: to “{one.new}” tidak dapat dipakai; {fault}")
                    sought.cells.append("")
                    continue
                if not self._free(sought, file, sheet.name, index, position):
                    continue
                rows[index] += [None] * (position + 1 - len(rows[index]))
                rows[index][position] = new
                merged.discard((index, position))
                self._note(sought, (file, sheet.name, index), head, role, (rows[index], old, month_of))
        return replace(sheet, rows=rows, merged=frozenset(merged))

    def _free(self, sought: _Sought, file: str, sheet: str, row: int, column: int) -> bool:
        """Whether no other correction wrote to the cell; of two, the second is told."""
        first = self._taken.setdefault((file, sheet, row, column), sought.number)
        sought.cells.append(f"{'' if not sheet else f'lembar “{sheet}” '}{cell_name(row, column)}")
        if first != sought.number:
            self._problems.append(f"{sought.place}: sel yang sama sudah dikoreksi oleh butir {first}")
        return first == sought.number

    def _note(
        self, sought: _Sought, place: tuple[str, str, int], head: Head, role: Role,
        changed: tuple[Sequence[Cell], Cell, MonthOf],
    ) -> None:  # fmt: skip
        (file, sheet, index), (cells, old, month_of), one = place, changed, sought.correction
        code, name = _who(cells, head)
        month = month_of(cells)
        done = f"menjadi {one.new or 'kosong'}; alasan: {one.why}; oleh {one.by}"
        self.findings.append(
            Finding(
                "corrected", file, sheet, index + 1, head.headings[role],
                "kosong" if is_blank(old) else shown(old), done,
                code, name, "" if month is None else str(month), cell_name(index, head.column[role]),
            )
        )  # fmt: skip

    def check(self, files: Collection[str]) -> None:
        """Raise ConfigurationError with every correction that could not be made exactly once.

        files: names of all files that were read.
        """
        problems = list(self._problems)
        for sought in self._sought:
            if len(sought.cells) > 1:
                cells = ", ".join(sought.cells)
                problems.append(f"{sought.place}: cocok dengan {len(sought.cells)} sel ({cells}); sebut sheet dan row")
            elif not sought.cells:
                problems.append(f"{sought.place}: {sought.miss[1] or self._nowhere(sought.correction, files)}")
        if problems:
            raise ConfigurationError(
                f"Koreksi di {SETTINGS_FILE} tidak cocok dengan berkasnya. Betulkan atau hapus butir berikut, lalu "
                "ulangi:",
                problems,
            )

    def _nowhere(self, one: Correction, files: Collection[str]) -> str:
        if one.file not in files:
            return f"berkas itu tidak ada.{nearest(one.file, sorted(files))}"
        sheets = list(dict.fromkeys(self._sheets.get(one.file, [])))
        if not sheets:
            return "tidak ada tabel yang dibaca dari berkas itu"
        if one.sheet and one.sheet not in sheets:
            return f"lembar itu tidak dibaca; yang dibaca: {', '.join(sheets)}"
        return "tidak ada baris itu dalam tabelnya"

    def repeated(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return findings, those about a corrected row with a word that it was corrected."""
        places = {(f.file, f.sheet, f.row) for f in self.findings}
        return [
            replace(f, done=f"{f.done}; baris ini dikoreksi menurut {SETTINGS_FILE}")
            if f.kind != "corrected" and (f.file, f.sheet, f.row) in places
            else f
            for f in findings
        ]


def _role(one: Correction, head: Head, layouts: Layouts) -> Role | None:
    key = heading_key(one.column)
    by_heading = (role for role in head.column if heading_key(head.headings[role]) == key)
    by_label = (role for role in head.column if heading_key(layouts.labels[role]) == key)
    return next(by_heading, None) or next(by_label, None)


def _rows(one: Correction, rows: Sequence[Sequence[Cell]], head: Head, month_of: MonthOf) -> list[int]:
    body = head.rows
    if one.row is not None:
        return [one.row - 1] if one.row - 1 in body else []
    return [
        index
        for index in body
        if _is_facility(one.facility, *_who(rows[index], head)) and str(month_of(rows[index])) == one.month
    ]


def _who(cells: Sequence[Cell], head: Head) -> tuple[str, str]:
    """Return code and name of a row as they stand there, or the name above a table that has none in its rows."""
    code = read_code(cell_at(cells, head.column.get("facility_code"))).value
    name = clean_text(cell_at(cells, head.column.get("facility_name")))
    if "code_and_name" in head.column:
        both, its_name = split_code_and_name(cell_at(cells, head.column["code_and_name"]))
        code, name = code or both.value, name or its_name
    return code, name or head.facility


def _is_facility(wanted: str, code: str, name: str) -> bool:
    asked = read_code(wanted).value
    return (bool(asked) and asked == code) or (bool(name) and words(wanted) == words(name))


def _stands(cell: Cell, old: str | None, role: Role) -> bool:
    """Whether a cell holds the value that a correction replaces, as it is shown or as it is read."""
    if old is None or is_blank(cell):
        return old is None and is_blank(cell)
    if old.casefold() in (shown(cell).casefold(), clean_text(cell).casefold()):
        return True
    if role in _MONTHS:
        month = _month(old)
        return month is not None and month == _month(cell)
    if role in COUNT_ROLES:
        readings = [{read_count(c, marks).value for c in (cell, old)} for marks in MARKS.values()]
        return any(len(values) == 1 and None not in values for values in readings)
    return role == "facility_code" and read_code(cell).value == read_code(old).value != ""


def _month(cell: Cell) -> tuple[int, int] | None:
    """Return year and month that a cell names; None where it names none, or may be read as two."""
    found = {(way.year, way.month) for way in month_ways(cell).values()}
    return found.pop() if len(found) == 1 else None


def _cell(new: str | None, role: Role) -> tuple[Cell, str]:
    """Return what to put into a cell of a column, and why it cannot be put there."""
    cell: Cell = new
    fault = ""
    if new is None:
        return None, ""
    if role in COUNT_ROLES:
        sound = new.isascii() and new.isdecimal() and int(new) <= LARGEST_COUNT
        cell, fault = int(new) if sound else None, "tulis bilangan bulat tanpa titik ribuan, atau kosong"
    elif role in PRINTED:
        cell = float(new.replace(",", ".")) if _RATIO.fullmatch(new) else None
        fault = "tulis angka saja, misalnya 145,67, atau kosong"
    elif role in _MONTHS:
        month = _month(new)
        cell = None if month is None else dt.date(*month, 1)
        fault = "tulis bulan dengan tahunnya, misalnya 2024-03"
    elif role == "facility_code":
        cell, fault = read_code(new).value or None, "tulis Kode PPK, misalnya 01140201"
    return cell, "" if cell is not None else fault
