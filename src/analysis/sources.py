"""The files of a district folder, opened into sheets of cells; what cannot be opened is a finding, never a stop."""

from __future__ import annotations

import csv
import hashlib
import io
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from xml.parsers.expat import ExpatError

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from analysis.district import FACILITIES_FILE, SETTINGS_FILE
from analysis.extents import (
    LARGEST_SHEET,
    LARGEST_UNPACKED,
    MOST_MEMBERS,
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
from analysis.values import Cell, is_blank, visible

WORKBOOKS = frozenset({"xlsx", "xlsm", "xls", "xlsb", "ods"})
TEXTS = frozenset({"csv", "tsv"})
MANIFEST = "SIMULASI.sha256"
"""Checksums of the simulated files of a folder, one "sha256  name" a line."""
LARGEST_FILE = 200_000_000
"""Bytes of a file that is still opened."""
LARGEST_TEXT = 50_000_000
"""Bytes of a CSV file that is still opened."""

_OWN_FILES = (SETTINGS_FILE, FACILITIES_FILE, MANIFEST)
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini", "readme.txt", "readme.md"})
_LITTER_STARTS = ("~$", ".~lock.", "._")
_LITTER_FOLDER = "__macosx"
_BROKEN = (
    CalamineError, zipfile.BadZipFile, zlib.error, ExpatError, struct.error, EOFError, NotImplementedError, OSError,
    ValueError, RuntimeError, LookupError, OverflowError, MemoryError,
)  # fmt: skip
_TRIM = "hapus baris dan kolom kosong di bawah dan di kanan tabel, lalu simpan ulang"
_DAMAGED = "bukan buku kerja Excel, rusak, atau terpotong; buka di Excel dan simpan ulang, atau minta kiriman ulang"
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
    """Return the data files under a district's folder, sorted by name, and findings for the other files.

    The folder's own settings, the list of simulated files, README and what systems and programs leave behind (lock
    files, .DS_Store, Thumbs.db) are passed over without a word.
    """
    files, findings = [], []
    own = [folder / name for name in _OWN_FILES if (folder / name).is_file()]
    for path in sorted(folder.rglob("*"), key=lambda p: p.relative_to(folder).as_posix()):
        if not path.is_file() or (path.parent == folder and any(path.samefile(p) for p in own)):
            continue
        parts = path.relative_to(folder).parts
        reason = _why_not(parts, {"zip"})
        if reason is None:
            files.append(path)
        elif reason:
            findings.append(_not_read("/".join(parts), reason))
    return files, findings


_OTHER_KIND = "jenis lain"


def _why_not(parts: Collection[str], more_kinds: Collection[str] = ()) -> str | None:
    """Say why a file is no data file: None when it is one, empty for litter that is not worth a word."""
    *folders, name = (part.lower() for part in parts)
    if name in _LITTER or name.startswith(_LITTER_STARTS) or _LITTER_FOLDER in folders:
        return ""
    is_data = name.rpartition(".")[2] in WORKBOOKS | TEXTS | set(more_kinds)
    if any(part.startswith(".") for part in (*folders, name)):
        return "nama berkas atau foldernya berawalan titik" if is_data else ""
    if own := next((own for own in _OWN_FILES if own.lower() == name), ""):
        return f"{own} hanya dibaca langsung di folder daerah, dengan nama persis itu"
    return None if is_data else _OTHER_KIND


def _not_read(name: str, reason: str) -> Finding:
    if reason == _OTHER_KIND:
        return Finding("file_not_data", file=visible(name), done="berkas tidak dibaca")
    return Finding("file_passed_over", file=visible(name), read=reason, done="berkas tidak dibaca")


def documents(folder: Path, path: Path) -> tuple[list[Document], list[Finding]]:
    """Return a data file as documents: itself, or the data files inside a zip; and findings for what cannot be had."""
    name = visible(path.relative_to(folder).as_posix())
    try:
        if path.stat().st_size > LARGEST_FILE:
            return [], [_unreadable(name, f"lebih dari {_megabytes(LARGEST_FILE)}; minta berkas berisi tabel KBK saja")]
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "galat baca"
        return [], [_unreadable(name, f"tidak dapat dibuka ({reason}); tutup di Excel dan periksa izin berkas")]
    except MemoryError:
        return [], [_unreadable(name, "memori komputer tidak cukup; tutup program lain lalu ulangi")]
    if path.suffix.lower() != ".zip":
        return [Document(name, content)], []
    return _members(name, content)


def unopened(folder: Path, path: Path) -> SourceFile:
    """Return the provenance of a data file that gave no document, without loading it."""
    name = visible(path.relative_to(folder).as_posix())
    try:
        with path.open("rb") as stream:
            return SourceFile(name, hashlib.file_digest(stream, "sha256").hexdigest(), path.stat().st_size)
    except OSError:
        return SourceFile(name, "", path.stat().st_size)


def _megabytes(size: int) -> str:
    return f"{size // 1_000_000} MB"


def _members(name: str, content: bytes) -> tuple[list[Document], list[Finding]]:
    found, findings = [], []
    left = LARGEST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if len(archive.infolist()) > MOST_MEMBERS:
                most = f"{MOST_MEMBERS:,}".replace(",", ".")
                return [], [_unreadable(name, f"berisi lebih dari {most} berkas; ekstrak yang perlu ke folder ini")]
            for info in sorted(archive.infolist(), key=lambda i: i.filename):
                member = visible(f"{name}/{info.filename}")
                parts = tuple(part for part in info.filename.split("/") if part)
                if info.is_dir() or not parts:
                    continue
                reason = _why_not(parts)
                if reason == _OTHER_KIND and parts[-1].lower().endswith(".zip"):
                    findings.append(_unreadable(member, "arsip di dalam arsip; ekstrak ke folder ini"))
                elif reason:
                    findings.append(_not_read(member, reason))
                elif reason is None and info.flag_bits & 1:
                    findings.append(_unreadable(member, "terkunci kata sandi; ekstrak arsip ke folder ini"))
                elif reason is None and info.file_size > LARGEST_UNPACKED:
                    why = (
                        f"lebih dari {_megabytes(LARGEST_UNPACKED)} setelah dibuka; minta berkas berisi tabel KBK saja"
                    )
                    findings.append(_unreadable(member, why))
                elif reason is None:
                    left -= info.file_size
                    if left < 0:
                        why = f"isinya lebih dari {_megabytes(LARGEST_UNPACKED)} setelah dibuka; ekstrak ke folder ini"
                        return [], [_unreadable(name, why)]
                    found.append(Document(member, archive.read(info)))
    except _BROKEN:
        return [], [_unreadable(name, "arsip zip rusak atau terpotong; minta kiriman ulang")]
    return found, findings


def open_document(document: Document) -> tuple[list[Sheet], list[Finding]]:
    """Return the visible sheets of a document, and findings for hidden sheets or a file that cannot be opened."""
    if problem := _not_a_table(document):
        return [], [_unreadable(document.name, problem)]
    if document.content.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in document.content:
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
    if len(document.content) > LARGEST_TEXT:
        why = f"lebih dari {_megabytes(LARGEST_TEXT)}; minta berkas berisi tabel KBK saja"
        return [], [_unreadable(document.name, why)]
    text = _decoded(document.content)
    if "\0" in text:
        return [], [_unreadable(document.name, "bukan berkas teks CSV; simpan ulang dari Excel sebagai CSV")]
    delimiter = None
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        delimiter, text = first.strip()[4], rest
    rows: list[list[Cell]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or _delimiter(text)):
            rows.append(list(row))
            cells += len(row)
            if cells > LARGEST_SHEET:
                most = f"{LARGEST_SHEET:,}".replace(",", ".")
                return [], [_unreadable(document.name, f"lebih dari {most} sel; hapus baris dan kolom kosong")]
    except csv.Error:
        return [], [_unreadable(document.name, "tanda kutip dalam CSV rusak; minta kiriman ulang")]
    return [Sheet("", rows, ragged=True)], []


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
    lines = [line for line in text[:1_000_000].splitlines()[:60] if line.strip()]

    def usual_width(delimiter: str) -> int:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        return max(widths, key=lambda w: (widths[w], w), default=0)

    return max(_DELIMITERS, key=usual_width)


def _open_workbook(document: Document) -> tuple[list[Sheet], list[Finding]]:
    try:
        check_content(document.content)
        return _sheets(document)
    except TooLarge as error:
        return [], [_too_large(document, error, "file_unreadable")]
    except (PasswordError, Locked):
        return [], [_unreadable(document.name, _LOCKED)]
    except _BROKEN:
        return [], [_unreadable(document.name, _DAMAGED)]
    except BaseException as error:
        # A panic of the reader, which is written in Rust, is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        return [], [_unreadable(document.name, _DAMAGED)]


def _too_large(document: Document, error: TooLarge, kind: str) -> Finding:
    """A finding about a sheet; about the whole file where no sheet of it can be read, with the next step."""
    if kind == "file_unreadable":
        done, read = "berkas tidak dipakai", f"{error.why}; {_TRIM}"
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
    if hidden:
        names = ", ".join(f"“{visible(name)}”" for name in hidden)
        findings.append(Finding("sheet_hidden", document.name, read=names, done="lembar tersembunyi tidak dihitung"))
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
