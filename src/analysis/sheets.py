"""Documents of bytes and the sheets of cells they are opened into; what every reader of a format gives and refuses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from analysis.ledger import Finding
from analysis.values import Cell, visible

WORKBOOKS = frozenset({"xlsx", "xlsm", "xls", "xlsb", "ods"})
TEXTS = frozenset({"csv", "tsv"})
MESSAGES = frozenset({"json", "jsonl", "ndjson"})
"""Endings of files with messages of P-Care; only the reading of visits opens them."""
DOUBTFUL = frozenset({"txt", "tab", "dat", "prn", "rpt", "psv", "htm", "html", "mht", "mhtml", "xml"})
"""Endings of files that hold a table or something else; only their content tells."""
LARGEST_TEXT = 50_000_000
"""Bytes of a CSV file, a web page or an XML workbook that is still opened."""
EMPTY = "berkas kosong; minta kiriman ulang"
DAMAGED = "bukan buku kerja Excel, rusak, atau terpotong; buka di Excel dan simpan ulang, atau minta kiriman ulang"
LOCKED = "terkunci kata sandi; buka di Excel dan simpan tanpa kata sandi"
ARCHIVE = "arsip selain .zip tidak dibuka; ekstrak isinya ke folder ini"
NO_SHEET = "tidak berisi lembar kerja; minta berkas berisi tabel KBK"
SHEET_NOT_USED = "lembar tidak dipakai"
TRIM = "hapus baris dan kolom kosong di bawah dan di kanan tabel, lalu simpan ulang"


def ending(name: str) -> str:
    """Return the ending of a name in small letters without the dot: letters only, so 'kbk mar. 24' has none."""
    _, dot, last = name.rpartition("/")[2].rpartition(".")
    last = last.lower()
    return last if dot and (last.isalpha() and last.isascii()) else ""


@dataclass(frozen=True)
class Document:
    """Name and content of one file, whether it lay in the folder or in a zip."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Checksum of the content."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def kind(self) -> str:
        """Ending of the name in small letters, without the dot."""
        return ending(self.name)

    @property
    def stem(self) -> str:
        """File name without folders and ending."""
        name = self.name.rpartition("/")[2]
        return name[: -len(self.kind) - 1] if self.kind else name


Origin = tuple[int, int] | str | None
"""Where a cell of a rearranged sheet stood, row and column from 0; or a text that stood nowhere."""


@dataclass(frozen=True)
class Sheet:
    """One visible sheet.

    name: as in the workbook; empty for CSV.
    rows: cells from A1, merged cells filled; the row number of Excel is the position + 1.
    merged: positions (row, column, from 0) that belong to a merged range.
    ragged: True for CSV and web pages, where a row of another width has shifted or lost cells.
    split: True for CSV, where a delimiter within a value shifts the cells behind it.
    linked: cells that only repeat one of another sheet → the name of that sheet.
    comments: cells with a comment → its text, which may name a person and is never quoted.
    """

    name: str
    rows: list[list[Cell]]
    merged: frozenset[tuple[int, int]] = frozenset()
    ragged: bool = False
    split: bool = False
    linked: Mapping[tuple[int, int], str] = field(default_factory=dict)
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict, repr=False)

    def rearranged(self, cells: Sequence[Sequence[Origin]]) -> Sheet:
        """Return a sheet of these cells in other places, each with what is known of it.

        cells: rows of the new sheet.
        """
        came = {(r, c): old for r, row in enumerate(cells) for c, old in enumerate(row) if isinstance(old, tuple)}
        return replace(
            self,
            rows=[[self._at(*cell) if isinstance(cell, tuple) else cell for cell in row] for row in cells],
            merged=frozenset(new for new, old in came.items() if old in self.merged),
            linked={new: self.linked[old] for new, old in came.items() if old in self.linked},
            comments={new: self.comments[old] for new, old in came.items() if old in self.comments},
        )

    def in_place(self, rows: Iterable[int]) -> list[list[tuple[int, int]]]:
        """Return where the cells of some rows stand, for ``rearranged``."""
        return [[(row, column) for column in range(len(self.rows[row]))] for row in rows]

    def _at(self, row: int, column: int) -> Cell:
        return self.rows[row][column] if column < len(self.rows[row]) else None


def unreadable(name: str, why: str) -> Finding:
    """Return the finding for a file that is not used; why: Indonesian, with the next step."""
    return Finding("file_unreadable", file=name, read=why, done="berkas tidak dipakai")


def hidden_sheets(name: str, hidden: Sequence[str]) -> list[Finding]:
    """Return the finding that names the hidden sheets of a file; none where there are none."""
    if not hidden:
        return []
    read = ", ".join(f"“{visible(sheet)}”" for sheet in hidden)
    return [Finding("sheet_hidden", name, read=read, done="lembar tersembunyi tidak dihitung")]


def megabytes(size: int) -> str:
    """Return a number of bytes as '50 MB'."""
    return f"{size // 1_000_000} MB"
