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

from analysis.cell_comments import comments_of
from analysis.extents import LARGEST_SHEET, OLE, Budget, Locked, Marks, TooLarge
from analysis.ledger import Finding
from analysis.scan_ods import scan_ods
from analysis.scan_xls import scan_xls
from analysis.scan_xlsb import scan_xlsb
from analysis.scan_xlsx import scan_sheet, sheet_parts
from analysis.sheets import DAMAGED, LOCKED, TRIM, Document, Sheet, hidden_sheets, unreadable
from analysis.struck_cells import Writing, struck
from analysis.values import Cell, is_blank, visible
from analysis.zip_parts import check_sizes, check_strings, parts_of

BROKEN = (
    CalamineError, zipfile.BadZipFile, zlib.error, ExpatError, struct.error, EOFError, NotImplementedError, OSError,
    ValueError, RuntimeError, LookupError, OverflowError, MemoryError,
)  # fmt: skip
"""What readers raise on damaged files."""
_MACROS = (SheetTypeEnum.MacroSheet, SheetTypeEnum.DialogSheet, SheetTypeEnum.Vba)


def open_workbook(document: Document) -> tuple[list[Sheet], list[Finding]]:
    """Return the visible sheets of a workbook, and findings; no sheet where it is damaged, locked or too large."""
    try:
        return _sheets(document, _scan(document.content))
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


def _scan(content: bytes) -> list[Marks] | None:
    """What the records of a workbook tell of its sheets; None for .xlsx, whose sheets are refused one by one.

    Raises TooLarge where opening it would need too much memory, Locked where a password is needed, else ValueError or
    an error of zipfile, expat or struct where it is damaged.
    """
    if content.startswith(OLE):
        return scan_xls(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = parts_of(archive)
        if any(member.flag_bits & 1 for member in parts.values()):
            raise Locked
        check_sizes(archive)
        if (manifest := parts.get("meta-inf/manifest.xml")) and b":encryption-data" in archive.read(manifest):
            raise Locked
        for name, member in parts.items():
            if name.rpartition("/")[2] == "sharedstrings.xml":
                check_strings(archive, member)
        marks = scan_xlsb(archive, parts)
        return scan_ods(archive, parts["content.xml"]) if "content.xml" in parts else marks


def _sheets(document: Document, marks: list[Marks] | None) -> tuple[list[Sheet], list[Finding]]:
    sheets, refused = [], []
    archive = None if marks is not None else zipfile.ZipFile(io.BytesIO(document.content))
    parts = None if archive is None else sheet_parts(archive)
    writing = None if archive is None else Writing(archive)
    with CalamineWorkbook.from_filelike(io.BytesIO(document.content)) as book:
        metadata = book.sheets_metadata
        told = parts if marks is None else marks
        if told is None or len({m.name for m in metadata}) != len(metadata) or len(told) != len(metadata):
            raise ValueError("sheets cannot be told apart")
        budget = Budget()
        for position, about in enumerate(metadata):
            if about.typ != SheetTypeEnum.WorkSheet or about.visible != SheetVisibleEnum.Visible:
                continue
            if archive is None or parts is None or writing is None:
                sheets.append(_sheet(book.get_sheet_by_name(about.name), (marks or [])[position]))
                continue
            part = parts[position]
            if part is None:
                raise KeyError(about.name)
            try:
                told_of = scan_sheet(archive, part, about.name, budget, writing)
                told_of.comments = comments_of(archive, part)
            except TooLarge as error:
                refused.append(error)
                continue
            sheets.append(_sheet(book.get_sheet_by_name(about.name), told_of))
    kind = "sheet_too_large" if sheets else "file_unreadable"
    findings = [_too_large(document, error, kind) for error in refused]
    hidden = [m.name for m in metadata if m.typ == SheetTypeEnum.WorkSheet and m.visible != SheetVisibleEnum.Visible]
    findings += hidden_sheets(document.name, hidden)
    if macros := [m.name for m in metadata if m.typ in _MACROS]:
        read = ", ".join(f"“{visible(name)}”" for name in macros)
        findings.append(Finding("sheet_of_macros", document.name, read=read, done="lembar tidak dibaca"))
    if not sheets and not findings:
        findings.append(
            unreadable(document.name, "tidak berisi lembar kerja, hanya bagan; minta berkas berisi tabel KBK")
        )
    return sheets, findings


def _sheet(sheet: CalamineSheet, marks: Marks) -> Sheet:
    rows: list[list[Cell]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), fault in marks.faults.items():
        _make_room(rows, row, column)
        if is_blank(rows[row][column]):
            rows[row][column] = fault
    for (row, column), text in marks.written.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text
    for row, column in marks.struck:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = struck(rows[row][column])
    merged: set[tuple[int, int]] = set()
    area = 0
    known = [(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]
    for top, left, bottom, right in known or marks.merged:
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
    return Sheet(visible(sheet.name), rows, frozenset(merged), linked=marks.linked, comments=marks.comments)


def _make_room(rows: list[list[Cell]], row: int, column: int) -> None:
    """Lengthen the rows so that the cell exists: a fault beyond the last value is still seen."""
    rows.extend([] for _ in range(len(rows), row + 1))
    rows[row].extend("" for _ in range(len(rows[row]), column + 1))
