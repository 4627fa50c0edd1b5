"""The files of a district folder, opened into sheets of cells; what cannot be opened is a finding, never a stop."""

from __future__ import annotations

import csv
import hashlib
import io
import warnings
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from analysis.district import FACILITIES_FILE, SETTINGS_FILE
from analysis.ledger import Finding
from analysis.values import FORMULA_WITHOUT_VALUE, Cell, Fault, is_blank

WORKBOOKS = frozenset({"xlsx", "xlsm", "xls", "xlsb", "ods"})
TEXTS = frozenset({"csv", "tsv"})
LARGEST_SHEET = 5_000_000
"""Cells of a sheet that are still opened; a stray value in the last row of Excel makes billions of empty ones."""
LARGEST_MEMBER = 200_000_000
"""Bytes of an unpacked file in a zip."""

_NOT_DATA = {SETTINGS_FILE, FACILITIES_FILE, "thumbs.db", "desktop.ini"}
_PASSED_OVER = ("simulasi.", "~$", ".", "readme", "__macosx")
_LITTER = frozenset({"txt", "md", "tmp", "bak", "yml", "yaml", "lnk", "sha256"})
_BROKEN = (
    CalamineError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError,
    KeyError,
)  # fmt: skip
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_LOCKED = "terkunci kata sandi; buka di Excel dan simpan tanpa kata sandi"
_DELIMITERS = (";", "\t", ",", "|")


@dataclass(frozen=True)
class SourceFile:
    """A file that was received, for the provenance of the report.

    name: path relative to the district's folder; a file in a zip as 'arsip.zip/kbk.csv'.
    sha256: checksum of the file (of the member, in a zip).
    size: bytes.
    layout: id of the layout; several are joined by a comma; empty when nothing could be read.
    months: service months found, as "2025-03", in order.
    rows: rows of facilities of this district that were read.
    """

    name: str
    sha256: str
    size: int
    layout: str = ""
    months: tuple[str, ...] = ()
    rows: int = 0


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
        return self.name.rpartition(".")[2].lower()

    @property
    def stem(self) -> str:
        """File name without folders and ending."""
        return self.name.rpartition("/")[2].rpartition(".")[0]


@dataclass(frozen=True)
class Sheet:
    """One visible sheet.

    name: as in the workbook; empty for CSV.
    rows: cells from A1, merged cells filled; the row number of Excel is the position + 1.
    merged: positions (row, column, from 0) that belong to a merged range.
    ragged: True for CSV, where a row of another width has shifted or lost cells.
    """

    name: str
    rows: list[list[Cell]]
    merged: frozenset[tuple[int, int]] = frozenset()
    ragged: bool = False


def data_files(folder: Path) -> tuple[list[Path], list[Finding]]:
    """Return the data files under a district's folder, sorted by name, and findings for files of unknown kind.

    Settings, simulation lists, lock files, dot files, notes and litter are passed over.
    """
    files, findings = [], []
    for path in sorted(folder.rglob("*"), key=lambda p: p.relative_to(folder).as_posix()):
        parts = path.relative_to(folder).parts
        if not path.is_file() or not _wanted(parts):
            continue
        if path.suffix[1:].lower() in WORKBOOKS | TEXTS | {"zip"}:
            files.append(path)
        else:
            findings.append(Finding("file_not_data", file="/".join(parts), done="berkas tidak dibaca"))
    return files, findings


def _wanted(parts: tuple[str, ...]) -> bool:
    name = parts[-1].lower()
    if name in _NOT_DATA or name.rpartition(".")[2] in _LITTER:
        return False
    return not any(part.lower().startswith(_PASSED_OVER) for part in parts)


def documents(folder: Path, path: Path) -> tuple[list[Document], list[Finding]]:
    """Return a data file as documents: itself, or the data files inside a zip; and findings for what cannot be had."""
    name = path.relative_to(folder).as_posix()
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "galat baca"
        return [], [_unreadable(name, f"tidak dapat dibuka ({reason}); tutup di Excel dan periksa izin berkas")]
    if path.suffix.lower() != ".zip":
        return [Document(name, content)], []
    return _members(name, content)


def _members(name: str, content: bytes) -> tuple[list[Document], list[Finding]]:
    found, findings = [], []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in sorted(archive.infolist(), key=lambda i: i.filename):
                member = f"{name}/{info.filename}"
                parts = tuple(part for part in info.filename.split("/") if part)
                if info.is_dir() or not parts or not _wanted(parts):
                    continue
                if parts[-1].rpartition(".")[2].lower() not in WORKBOOKS | TEXTS:
                    findings.append(Finding("file_not_data", file=member, done="berkas tidak dibaca"))
                elif info.flag_bits & 1:
                    findings.append(_unreadable(member, "terkunci kata sandi; ekstrak arsip ke folder ini"))
                elif info.file_size > LARGEST_MEMBER:
                    findings.append(_unreadable(member, "lebih dari 200 MB; ekstrak arsip ke folder ini"))
                else:
                    found.append(Document(member, archive.read(info)))
    except _BROKEN:
        return [], [_unreadable(name, "arsip zip rusak atau terpotong; minta kiriman ulang")]
    return found, findings


def open_document(document: Document) -> tuple[list[Sheet], list[Finding]]:
    """Return the visible sheets of a document, and findings for hidden sheets or a file that cannot be opened."""
    if problem := _not_a_table(document):
        return [], [_unreadable(document.name, problem)]
    if document.content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in document.content:
        return [], [_unreadable(document.name, _LOCKED)]
    if document.kind in TEXTS and not document.content.startswith(b"PK\x03\x04"):
        return _open_text(document)
    return _open_workbook(document)


def _unreadable(name: str, why: str) -> Finding:
    return Finding("file_unreadable", file=name, read=why, done="berkas tidak dipakai")


def _not_a_table(document: Document) -> str:
    head = document.content[:512].lstrip().lower()
    if not document.content.strip(b"\0 \r\n\t"):
        return "berkas kosong; minta kiriman ulang"
    if head.startswith(b"%pdf"):
        return "isinya PDF, bukan tabel; minta berkas Excel atau CSV"
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta")):
        return "isinya halaman web, bukan buku kerja; buka di Excel lalu simpan sebagai .xlsx"
    return ""


def _open_text(document: Document) -> tuple[list[Sheet], list[Finding]]:
    text = _decoded(document.content)
    if "\0" in text:
        return [], [_unreadable(document.name, "bukan berkas teks CSV; simpan ulang dari Excel sebagai CSV")]
    delimiter = None
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        delimiter, text = first.strip()[4], rest
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or _delimiter(text)))
    except csv.Error:
        return [], [_unreadable(document.name, "tanda kutip dalam CSV rusak; minta kiriman ulang")]
    return [Sheet("", list(map(list, rows)), ragged=True)], []


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if content[1:2] == b"\0":
        return content.decode("utf-16-le", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """The delimiter that gives most lines the most fields; decimal commas alone give few."""
    lines = [line for line in text.splitlines()[:60] if line.strip()]

    def usual_width(delimiter: str) -> int:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        return max(widths, key=lambda w: (widths[w], w), default=0)

    return max(_DELIMITERS, key=usual_width)


def _open_workbook(document: Document) -> tuple[list[Sheet], list[Finding]]:
    try:
        return _sheets(document)
    except PasswordError:
        return [], [_unreadable(document.name, _LOCKED)]
    except _BROKEN:
        why = "bukan buku kerja Excel, rusak, atau terpotong; buka di Excel dan simpan ulang, atau minta kiriman ulang"
        return [], [_unreadable(document.name, why)]


def _sheets(document: Document) -> tuple[list[Sheet], list[Finding]]:
    sheets, findings = [], []
    with CalamineWorkbook.from_filelike(io.BytesIO(document.content)) as book:
        tables = [m for m in book.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
        hidden = [m.name for m in tables if m.visible != SheetVisibleEnum.Visible]
        faults = _faults(document)
        for name in (m.name for m in tables if m.visible == SheetVisibleEnum.Visible):
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > LARGEST_SHEET:
                read = f"{sheet.total_height} baris × {sheet.total_width} kolom"
                done = "lembar tidak dipakai"
                findings.append(Finding("sheet_too_large", document.name, name, read=read, done=done))
            else:
                sheets.append(_sheet(sheet, (faults or {}).get(name, {})))
    if hidden:
        names = ", ".join(f"“{name}”" for name in hidden)
        findings.append(Finding("sheet_hidden", document.name, read=names, done="lembar tersembunyi tidak dihitung"))
    if sheets and faults is None:
        findings.append(Finding("error_cells_unseen", document.name, done="sel galat dianggap kosong"))
    return sheets, findings


def _sheet(sheet: CalamineSheet, faults: dict[tuple[int, int], Fault]) -> Sheet:
    rows: list[list[Cell]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), fault in faults.items():
        if row < len(rows) and column < len(rows[row]) and is_blank(rows[row][column]):
            rows[row][column] = fault
    merged = set()
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top >= len(rows) or left >= len(rows[top]):
            continue
        anchor = rows[top][left]
        for r in range(top, min(bottom + 1, len(rows))):
            for c in range(left, min(right + 1, len(rows[r]))):
                rows[r][c] = anchor
                merged.add((r, c))
    return Sheet(sheet.name, rows, frozenset(merged))


_Faults: TypeAlias = dict[str, dict[tuple[int, int], Fault]]


def _faults(document: Document) -> _Faults | None:
    """Error values and formulas without a stored value, which calamine returns as empty text, by sheet and position.

    None where they cannot be told from blanks: other formats than xlsx, and files that openpyxl refuses.
    """
    if not _is_zipped_xml(document.content):
        return None
    if not _may_hold_faults(document.content):
        return {}
    try:
        return _faults_by_openpyxl(document.content)
    except Exception:  # openpyxl fails in many ways on files that Excel and calamine read without complaint
        return None


def _faults_by_openpyxl(content: bytes) -> _Faults:
    special = _special_cells(content, data_only=False)
    faults: _Faults = {}
    formulas = {(sheet, row, column) for sheet, row, column, kind, _ in special if kind == "f"}
    for sheet, row, column in formulas:
        faults.setdefault(sheet, {})[row, column] = FORMULA_WITHOUT_VALUE
    stored = _special_cells(content, data_only=True) if formulas else []
    for sheet, row, column, kind, value in [*special, *stored]:
        if kind == "e":
            faults.setdefault(sheet, {})[row, column] = Fault(value)
    return faults


def _may_hold_faults(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        return any(b't="e"' in sheet or b"<f" in sheet for sheet in map(archive.read, sheets))


def _special_cells(content: bytes, data_only: bool) -> list[tuple[str, int, int, str, str]]:
    """Sheet, row, column (from 0), type (e: error, f: formula) and text of every error and formula."""
    import openpyxl  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
        try:
            return [
                (sheet.title, cell.row - 1, cell.column - 1, cell.data_type, str(cell.value))
                for sheet in book.worksheets
                for row in sheet.iter_rows()
                for cell in row
                if cell.data_type in "ef" and cell.value is not None
            ]
        finally:
            book.close()


def _is_zipped_xml(content: bytes) -> bool:
    if not content.startswith(b"PK"):
        return False
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "xl/workbook.xml" in archive.namelist()
