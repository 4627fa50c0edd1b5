"""Sheets in the real layouts, as cells in a program: rows of a facility-month keep their key wherever they are moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from real_headings import CSV, TABEL, WORKBOOK

from corpus.truth import COUNTS, Facility, Key, counts, first_day, ratios

ROLES = {
    "Bulan Kapitasi": "month", "KAB/KOTA": "district", "Dati2": "district", "Kode PPK": "code", "NAMA FKTP": "name",
    "Faskes": "name", "TIPE FKTP": "type", "JUMLAH KONTAK": "contacts", "Jumlah Kontak": "contacts",
    "PESERTA TERDAFTAR": "registered", "Peserta Terdaftar": "registered",
    "Kasus Non Spesialistik": "nonspecialist_referrals", "Jumlah Rujukan": "referrals",
    "Prolanis DM Terkendali": "dm_controlled", "Peserta Diangnosa DM": "dm_registered",
    "Prolanis HT Terkendali": "ht_controlled", "Peserta Diangnosa HT": "ht_registered", "Angka Kontak": "ak",
    "RRNS": "rrns", "RPPT DM": "rppt_dm", "RPPT HT": "rppt_ht", "RPPT": "rppt", "Capaian KBK BI": "achieved",
    "Keterangan AK": "note_ak", "Keterangan RNS": "note_rns", "Keterangan RPPT": "note_rppt",
    "Jumlah indikator tercapai": "reached",
}  # fmt: skip
OWN = "KAB. SANGGAU"
Cell = Any
"""None, text, number, date, or one of the cells below."""


@dataclass(frozen=True)
class Formula:
    """A formula with its stored value; None stores none, as files of other programs do."""

    text: str
    value: float | str | None = None


@dataclass(frozen=True)
class Shown:
    """A number or date with a format of its own: 0 that shows “-”, a percentage."""

    value: float | dt.date
    number_format: str


@dataclass(frozen=True)
class Commented:
    """A cell on which a comment hangs."""

    value: float | str
    text: str


@dataclass(frozen=True)
class Crossed:
    """A cell that is crossed out."""

    value: float | str


@dataclass(frozen=True)
class Pieces:
    """A text of which a piece is written otherwise. how: 'font_script' for raised, 'font_strikeout' for crossed out."""

    before: str
    piece: str
    how: str
    after: str = ""


@dataclass
class Row:
    """A row of cells. key, true: the facility-month that stands in it and its true counts; None in any other row."""

    cells: list[Cell]
    key: Key | None = None
    true: Mapping[str, int] | None = None
    hidden: bool = False
    name: str = ""


@dataclass(frozen=True)
class Merge:
    """A merged range: rows by what they are, columns by their position from 0."""

    first: Row
    last: Row
    left: int
    right: int


@dataclass
class Sheet:
    """A sheet: its rows from the top. hidden: as Excel hides a sheet."""

    name: str
    rows: list[Row]
    hidden: bool = False
    merges: list[Merge] = field(default_factory=list)

    def above(self, *lines: Sequence[Cell]) -> Sheet:
        """Put rows above all others."""
        self.rows[:0] = [Row(list(cells)) for cells in lines]
        return self

    def below(self, *lines: Sequence[Cell]) -> Sheet:
        """Put rows below all others."""
        self.rows += [Row(list(cells)) for cells in lines]
        return self

    def after(self, position: int, *lines: Sequence[Cell]) -> Sheet:
        """Put rows after the row at a position from 0."""
        self.rows[position + 1 : position + 1] = [Row(list(cells)) for cells in lines]
        return self

    def shift(self, columns: int) -> Sheet:
        """Put empty columns before the first."""
        for row in self.rows:
            row.cells[:0] = [None] * columns
        self.merges = [replace(m, left=m.left + columns, right=m.right + columns) for m in self.merges]
        return self

    def numbered(self) -> Iterable[tuple[int, Row]]:
        """The rows with their numbers as Excel shows them."""
        return enumerate(self.rows, start=1)


@dataclass
class Line:
    """A facility-month before it is written. written: cells by role, where they differ from the truth."""

    facility: Facility
    month: str
    true: dict[str, int]
    written: dict[str, Cell]

    @property
    def key(self) -> Key:
        return self.facility.code, self.month


def line(facility: Facility, month: str, true: Mapping[str, int] | None = None, /, **written: Cell) -> Line:
    """A facility-month; true: counts that differ from the usual; written: what stands in the file instead, by role."""
    return Line(facility, month, {**counts(facility, month), **(true or {})}, dict(written))


def dotted(number: float) -> str:
    """A number as Indonesia writes it, thousands by points: “12.350”."""
    return f"{number:,}".replace(",", ".")


@dataclass
class Table:
    """A table of one layout. headings: roles with the headings that are written. number: how a count is written.

    payment: the column Bulan Kapitasi holds the month after the service month.
    """

    headings: dict[str, str]
    lines: list[Line]
    number: Callable[[int], Cell] = int
    date: Callable[[dt.date], Cell] = lambda day: day
    payment: bool = False
    of_truth: bool = True

    def cell(self, one: Line, role: str) -> Cell:
        """What stands in the column of a role."""
        if role in one.written:
            return one.written[role]
        if role in COUNTS:
            return self.number(one.true[role])
        texts: dict[str, Callable[[], Cell]] = {
            "month": lambda: self.date(first_day(one.month, 1 if self.payment else 0)),
            "district": lambda: OWN,
            "code": lambda: one.facility.code,
            "name": lambda: one.facility.name,
            "type": lambda: one.facility.type,
            "achieved": lambda: 3.5,
            "note_ak": lambda: "Tercapai",
            "note_rns": lambda: "Tercapai",
            "note_rppt": lambda: "Tidak Tercapai",
            "reached": lambda: 2,
        }
        return texts[role]() if role in texts else ratios(one.true).get(role)

    def row(self, one: Line) -> Row:
        """A line as a row."""
        cells = [self.cell(one, role) for role in self.headings]
        name = str(self.cell(one, "name"))
        return Row(cells, one.key, one.true, name=name) if self.of_truth else Row(cells, name=name)

    def sheet(self, name: str = "Sheet1") -> Sheet:
        """The table with its headings from A1."""
        return Sheet(name, [Row(list(self.headings.values())), *map(self.row, self.lines)])


def _headings(words: Sequence[str], dots: bool = False) -> dict[str, str]:
    return {ROLES[word]: word.replace(" ", ".") if dots else word for word in words}


def workbook(*lines: Line, **changed: Any) -> Table:
    """The workbook with one sheet a month: numbers and dates are numbers and dates; no printed ratios."""
    return Table(_headings(WORKBOOK), list(lines), **changed)


def tabel(*lines: Line, **changed: Any) -> Table:
    """The Tableau export of one month: all numbers are texts with thousands points and decimal commas; no month."""
    return Table(_headings(TABEL), list(lines), **{"number": dotted, **changed})


def of_r(*lines: Line, dots: bool = False, **changed: Any) -> Table:
    """The CSV of one month that read.csv2 reads; dots: headings as R writes them."""
    return Table(_headings(CSV, dots), list(lines), **{"number": dotted, **changed})
