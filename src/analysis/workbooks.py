"""Workbooks of Excel and OpenDocument → sheets of cells, read by calamine after their size was told from the file."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from xml.parsers.expat import ExpatError

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from analysis.extents import (
    LARGEST_SHEET,
    OLE,
    Budget,
    Faults,
    Locked,
    TooLarge,
    check_content,
    scan_sheet,
    sheet_parts,
)
from analysis.ledger import Finding
from analysis.sheets import DAMAGED, LOCKED, TRIM, Document, Sheet, hidden_sheets, unreadable
from analysis.values import Cell, is_blank, visible

BROKEN = (
    CalamineError, zipfile.BadZipFile, zlib.error, ExpatError, struct.error, EOFError, NotImplementedError, OSError,
    ValueError, RuntimeError, LookupError, OverflowError, MemoryError,
)  # fmt: skip
"""What readers raise on damaged files."""


def open_workbook(document: Document) -> tuple[list[Sheet], list[Finding]]:
    """Return the visible sheets of a workbook, and findings; no sheet where it is damaged, locked or too large."""
    try:
        check_content(document.content)
        return _sheets(document)
    except TooLarge as error:
        return [], [_too_large(document, error, "file_unreadable")]
    except (PasswordError, Locked):
        return [], [unreadable(document.name, LOCKED)]
    except BROKEN:
        return [], [unreadable(document.name, DAMAGED)]
    except BaseException as error:
        # A panic of the reader, which is written in Rust, is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        return [], [unreadable(document.name, DAMAGED)]


def _too_large(document: Document, error: TooLarge, kind: str) -> Finding:
    """A finding about a sheet; about the whole file where no sheet of it can be read, with the next step."""
    if kind == "file_unreadable":
        done, read = "berkas tidak dipakai", f"{error.why}; {TRIM}"
    else:
        done, read = "lembar tidak dipakai", error.why
    return Finding(kind, document.name, visible(error.sheet), read=read, done=done)


def _sheets(document: Document) -> tuple[list[Sheet], list[Finding]]:
    sheets, findings, refused = [], [], []
    parts, archive = _parts_of_sheets(document.content)
    with CalamineWorkbook.from_filelike(io.BytesIO(document.content)) as book:
        metadata = book.sheets_metadata
        if len({m.name for m in metadata}) != len(metadata) or (parts is not None and len(parts) != len(metadata)):
            raise ValueError("sheets cannot be told apart")
        budget = Budget()
        for position, about in enumerate(metadata):
            if about.typ != SheetTypeEnum.WorkSheet or about.visible != SheetVisibleEnum.Visible:
                continue
            faults: Faults = {}
            if archive is not None and parts is not None:
                part = parts[position]
                if part is None:
                    raise KeyError(about.name)
                try:
                    faults = scan_sheet(archive, part, about.name, budget)
                except TooLarge as error:
                    refused.append(error)
                    continue
            sheets.append(_sheet(book.get_sheet_by_name(about.name), faults))
        hidden = [
            m.name for m in metadata if m.typ == SheetTypeEnum.WorkSheet and m.visible != SheetVisibleEnum.Visible
        ]
    kind = "sheet_too_large" if sheets else "file_unreadable"
    findings += [_too_large(document, error, kind) for error in refused]
    findings += hidden_sheets(document.name, hidden)
    if sheets and parts is None:
        findings.append(Finding("error_cells_unseen", document.name, done="sel galat dianggap kosong"))
    return sheets, findings


def _parts_of_sheets(content: bytes) -> tuple[list[zipfile.ZipInfo | None] | None, zipfile.ZipFile | None]:
    """The parts that hold the sheets of .xlsx, and the archive they lie in; None for other formats."""
    if content.startswith(OLE):
        return None, None
    archive = zipfile.ZipFile(io.BytesIO(content))
    return sheet_parts(archive), archive


def _sheet(sheet: CalamineSheet, faults: Faults) -> Sheet:
    rows: list[list[Cell]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), fault in faults.items():
        _make_room(rows, row, column)
        if is_blank(rows[row][column]):
            rows[row][column] = fault
    merged: set[tuple[int, int]] = set()
    area = 0
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top >= len(rows) or left >= len(rows[top]):
            continue
        anchor = rows[top][left]
        for r in range(top, min(bottom + 1, len(rows))):
            columns = range(left, min(right + 1, len(rows[r])))
            area += 1 + len(columns)
            if area > LARGEST_SHEET:
                raise ValueError("merged ranges cover each other")
            for c in columns:
                rows[r][c] = anchor
                merged.add((r, c))
    return Sheet(visible(sheet.name), rows, frozenset(merged))


def _make_room(rows: list[list[Cell]], row: int, column: int) -> None:
    """Lengthen the rows so that the cell exists: a fault beyond the last value is still seen."""
    rows.extend([] for _ in range(len(rows), row + 1))
    rows[row].extend("" for _ in range(len(rows[row]), column + 1))
