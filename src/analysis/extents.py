"""How much of a workbook is opened, and what its own records tell of a sheet before a reader makes a grid of it.

A reader of workbooks fills the whole rectangle from A1 to the last cell with a value; one stray value in XFD1048576
makes 17 billion empty cells of it, and a small zip may unpack to any size. The scans of the formats (``scan_xlsx``,
``scan_ods``, ``scan_xlsb``, ``scan_xls``) read in a stream and stop at the first cell too far away.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from analysis.values import Cell, Fault

LARGEST_SHEET = 2_000_000
"""Cells from A1 to the last value that are still opened: a hundred thousand rows of twenty columns."""
LARGEST_BOOK = 5_000_000
"""Cells of all sheets of a file together."""
LARGEST_UNPACKED = 200_000_000
"""Bytes of all parts of a zip or workbook after unpacking."""
MOST_MEMBERS = 10_000
"""Parts of a zip or workbook."""
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""First bytes of .xls, and of workbooks with a password."""


ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
"""Error values by their number in binary workbooks."""

Faults = dict[tuple[int, int], Fault]


@dataclass
class Marks:
    """What a reader does not tell of a sheet.

    faults: error values and formulas without a stored value, which look blank to it, by row and column from 0.
    merged: ranges as (first row, first column, last row, last column), where the reader knows none.
    linked: cells whose formula only repeats or looks up a cell of one other sheet → that sheet.
    comments: cells with a comment → its text, which may name a person.
    struck: cells that are crossed out. written: cells whose text holds raised or crossed-out letters → that text.
    """

    faults: Faults = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    struck: set[tuple[int, int]] = field(default_factory=set)
    written: dict[tuple[int, int], Cell] = field(default_factory=dict)
    linked: dict[tuple[int, int], str] = field(default_factory=dict)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)


class TooLarge(Exception):
    """A sheet or a file that is too large to be opened.

    why: what is too large, where and how large; Indonesian, for the ledger. sheet: its name, where known.
    """

    def __init__(self, why: str, sheet: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.sheet = sheet


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell as Excel shows it, 'B7' for row 6 and column 1 (from 0)."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


class Locked(Exception):
    """A workbook that needs a password."""


class Extent:
    """The rectangle from A1 to the furthest values of one sheet; raises TooLarge as soon as it has too many cells."""

    def __init__(self, sheet: str = "") -> None:
        self.sheet = sheet
        self.rows = 0
        self.columns = 0

    @property
    def cells(self) -> int:
        """Cells of the rectangle."""
        return self.rows * self.columns

    def include(self, row: int, column: int) -> None:
        """Stretch the rectangle to a cell with a value, at ``row`` and ``column`` from 0."""
        if row < self.rows and column < self.columns:
            return
        before = (self.rows, self.columns)
        self.rows = max(self.rows, row + 1)
        self.columns = max(self.columns, column + 1)
        if self.cells > LARGEST_SHEET:
            size = f"{grouped(self.rows)} baris × {grouped(self.columns)} kolom"
            rest = f"isi sebelumnya sampai sel {cell_name(before[0] - 1, before[1] - 1)}" if all(before) else ""
            where = f"sel {cell_name(row, column)} berisi, sehingga lembar sekurang-kurangnya {size}"
            raise TooLarge("; ".join(filter(None, (where, rest))), self.sheet)


class Budget:
    """Cells that the sheets of one file may still take."""

    def __init__(self) -> None:
        self.left = LARGEST_BOOK

    def take(self, extent: Extent) -> None:
        """Count a sheet; raises TooLarge where all sheets together have too many cells."""
        if extent.cells > self.left:
            most = grouped(LARGEST_BOOK)
            raise TooLarge(f"bersama lembar sebelumnya lebih dari {most} sel", extent.sheet)
        self.left -= extent.cells


def grouped(number: int) -> str:
    """Return a whole number as '1.048.576'."""
    return f"{number:,}".replace(",", ".")
