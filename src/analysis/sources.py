"""The files of a district folder, opened into sheets of cells; what cannot be opened is a finding, never a stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from analysis.archives import is_archive, members
from analysis.contents import SEEN, Content, content_of, foreign, may_hold_table
from analysis.errors import why_not_opened
from analysis.file_names import OWN_FILES, not_read, verdict
from analysis.ledger import Finding
from analysis.raw_folder import file_sha256, walk
from analysis.sheets import DAMAGED, WORKBOOKS, Document, Sheet, megabytes, unreadable
from analysis.text_files import decoded, looks_like_table, open_text, parted
from analysis.values import visible
from analysis.web_pages import open_page
from analysis.workbooks import open_workbook
from analysis.xml_workbooks import open_xml_workbook

LARGEST_FILE = 200_000_000
"""Bytes of a file that is still opened."""


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


def data_files(folder: Path) -> tuple[list[Path], list[Finding]]:
    """Return the data files under a district's folder, sorted by name, and findings for the other files.

    The folder's own settings, the list of simulated files, README and what systems and programs leave behind (lock
    files, .DS_Store, Thumbs.db) are passed over without a word. Links are not followed: one that leads out of the
    folder is a finding, the file of one that stays in it is read in its own place. Of text files, web pages, XML and
    files without an ending those are data whose content is a table.
    """
    files: list[Path] = []
    findings: list[Finding] = []
    own = [folder / name for name in OWN_FILES if (folder / name).is_file()]
    for path, problem in walk(folder):
        parts = path.relative_to(folder).parts
        name = "/".join(parts)
        if path.parent == folder and any(_same(path, one) for one in own):
            continue
        judged = verdict(parts)
        if judged.kind == "litter":
            continue
        if problem is not None:
            findings.append(problem)
        elif judged.kind == "data" or (judged.kind == "doubtful" and _may_hold_table(path)):
            files.append(path)
        else:
            findings += not_read(name, judged)
    return sorted(files, key=lambda path: path.relative_to(folder).as_posix()), findings


def _same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False


def _may_hold_table(path: Path) -> bool:
    """True where the content is a table, and where it cannot be seen, which is told when it is opened."""
    try:
        with path.open("rb") as stream:
            head = stream.read(SEEN)
            whole = head + stream.read(LARGEST_FILE) if head.startswith(b"PK") else head
        return may_hold_table(whole)
    except (OSError, MemoryError):
        return True


def documents(folder: Path, path: Path) -> tuple[list[Document], list[Finding]]:
    """Return a data file as documents: itself, or the data files inside a zip; and findings for what cannot be had."""
    name = visible(path.relative_to(folder).as_posix())
    try:
        if path.stat().st_size > LARGEST_FILE:
            return [], [unreadable(name, f"lebih dari {megabytes(LARGEST_FILE)}; minta berkas berisi tabel KBK saja")]
        content = path.read_bytes()
    except OSError as error:
        return [], [unreadable(name, why_not_opened(error))]
    except MemoryError:
        return [], [unreadable(name, "memori komputer tidak cukup; tutup program lain lalu ulangi")]
    if not foreign(content) and is_archive(name, content):
        return members(name, content)
    return [Document(name, content)], []


def unopened(folder: Path, path: Path) -> SourceFile:
    """Return the provenance of a data file that gave no document, without loading it."""
    name = visible(path.relative_to(folder).as_posix())
    try:
        return SourceFile(name, file_sha256(path), path.stat().st_size)
    except OSError:
        return SourceFile(name, "", 0)


def open_document(document: Document) -> tuple[list[Sheet], list[Finding]]:
    """Return the visible sheets of a document, and findings for hidden sheets or a file that cannot be opened.

    The content decides how it is read, not the ending of the name.
    """
    if why := foreign(document.content):
        return [], [unreadable(document.name, why)]
    kind = content_of(document.content)
    if kind == "text" and document.kind in WORKBOOKS and not looks_like_table(decoded(document.content[:SEEN])):
        return [], [unreadable(document.name, DAMAGED)]
    sheets, findings = _READERS[kind](document)
    tables = [parted(document, sheet) for sheet in sheets]
    return [sheet for sheet, _ in tables], findings + [finding for _, more in tables for finding in more]


def _refuse_xml(document: Document) -> tuple[list[Sheet], list[Finding]]:
    why = "isinya XML, bukan buku kerja Excel; buka di Excel lalu simpan sebagai .xlsx"
    return [], [unreadable(document.name, why)]


_READERS: dict[Content, Callable[[Document], tuple[list[Sheet], list[Finding]]]] = {
    "workbook": open_workbook,
    "archive": open_workbook,
    "page": open_page,
    "xml_workbook": open_xml_workbook,
    "xml": _refuse_xml,
    "text": open_text,
}
