"""What the bytes of a file are, whatever its name says."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

from analysis.extents import OLE
from analysis.sheets import ARCHIVE, EMPTY, LOCKED
from analysis.text_files import decoded, looks_like_table
from analysis.web_pages import is_archive_of_pages
from analysis.xml_workbooks import NAMESPACE

Content = Literal["workbook", "archive", "page", "xml_workbook", "xml", "text"]
SEEN = 1_000_000
"""Bytes at the beginning of a file by which it is judged."""

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "isinya PDF, bukan tabel; minta berkas Excel atau CSV"),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\xfd7zXZ", ARCHIVE),
    (b"\x89PNG", "isinya gambar, bukan tabel; minta berkas Excel atau CSV"),
    (b"\xff\xd8\xff", "isinya gambar, bukan tabel; minta berkas Excel atau CSV"),
    (b"{\\rtf", "isinya dokumen Word, bukan buku kerja; minta berkas Excel atau CSV"),
    *((begin, "buku kerja Excel 4 atau lebih tua; buka di Excel lalu simpan sebagai .xlsx")
      for begin in (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")),
)  # fmt: skip
_IN_ZIP = (
    ("word/document.xml", "isinya dokumen Word, bukan buku kerja; minta berkas Excel atau CSV"),
    ("ppt/presentation.xml", "isinya PowerPoint, bukan buku kerja; minta berkas Excel atau CSV"),
    ("index/document.iwa", "isinya Apple Numbers; ekspor dari Numbers sebagai Excel (.xlsx)"),
)
_IN_COMPOUND = (
    ("EncryptedPackage", LOCKED),
    ("WordDocument", "isinya dokumen Word, bukan buku kerja; minta berkas Excel atau CSV"),
    ("PowerPoint Document", "isinya PowerPoint, bukan buku kerja; minta berkas Excel atau CSV"),
)
_WORKBOOK_PARTS = frozenset({"[content_types].xml", "content.xml", "_rels/.rels", "xl/workbook.xml", "xl/workbook.bin"})
_TAG_FIRST = re.compile(r"\s*<(?:!doctype\s+html|!--|[a-z][a-z0-9]*[\s>/])", re.IGNORECASE)
_TABLE = re.compile(r"<table[\s>]", re.IGNORECASE)
_CELL = re.compile(r"<t[rdh][\s>]", re.IGNORECASE)
_XML = re.compile(r"\s*<\?(?:xml|mso-application)\b", re.IGNORECASE)
_XML_WORKBOOK = re.compile(r"<(?:\w+:)?Workbook[\s>]")
_HTML_ROOT = re.compile(r"<html[\s>]", re.IGNORECASE)


def foreign(content: bytes) -> str:
    """Return why bytes can be no table, in Indonesian with the next step; empty where they may be one."""
    if not content.strip(b"\0 \r\n\t"):
        return EMPTY
    start = content[:1024].lstrip(b" \r\n\t")
    for begin, why in _FOREIGN:
        if content.startswith(begin) or start.startswith(begin):
            return why
    if content.startswith(OLE):
        return next((why for name, why in _IN_COMPOUND if name.encode("utf-16-le") in content), "")
    names = _names_in_zip(content)
    return next((why for name, why in _IN_ZIP if name in names), "")


def content_of(content: bytes) -> Content:
    """Return what bytes are that are not foreign; a damaged zip counts as a workbook."""
    if content.startswith((_ZIP, _EMPTY_ZIP)):
        names = _names_in_zip(content)
        return "archive" if names and names.isdisjoint(_WORKBOOK_PARTS) else "workbook"
    if content.startswith(OLE):
        return "workbook"
    if is_archive_of_pages(content):
        return "page"
    return _content_of_text(decoded(content[:SEEN]))


def _content_of_text(head: str) -> Content:
    if _XML_WORKBOOK.search(head) and NAMESPACE in head and not _HTML_ROOT.search(head):
        return "xml_workbook"
    if _XML.match(head) and not _HTML_ROOT.search(head):
        return "xml"
    if _TAG_FIRST.match(head) or (_TABLE.search(head) and _CELL.search(head)):
        return "page"
    return "text"


def may_hold_table(content: bytes) -> bool:
    """True for the beginning of a file, of an ending that tells nothing, which is a table or a workbook."""
    if foreign(content):
        return False
    kind = content_of(content)
    if kind == "page":
        return is_archive_of_pages(content) or _TABLE.search(decoded(content[:SEEN])) is not None
    if kind == "text":
        text = decoded(content[:SEEN])
        return "\0" not in text and looks_like_table(text)
    return kind != "xml"


def _names_in_zip(content: bytes) -> frozenset[str]:
    """Names in a zip in small letters; none where it is no zip, or damaged."""
    if not content.startswith((_ZIP, _EMPTY_ZIP)):
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return frozenset(name.replace("\\", "/").lower() for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, LookupError, NotImplementedError):
        return frozenset()
