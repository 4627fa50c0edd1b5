"""Data files within a zip, and within a zip in it; nothing is written to disk, so names in it are text only."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field

from analysis.contents import content_of, may_hold_table
from analysis.extents import LARGEST_UNPACKED, MOST_MEMBERS, grouped
from analysis.file_names import not_read, verdict
from analysis.ledger import Finding
from analysis.sheets import Document, megabytes, unreadable
from analysis.values import visible
from analysis.workbooks import BROKEN

_DEEPEST = 3


@dataclass
class _Unpacking:
    """What was found in an archive and the archives within it, and how much more may be unpacked."""

    left: int = LARGEST_UNPACKED
    members: int = MOST_MEMBERS
    found: list[Document] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, name: str, why: str) -> None:
        self.findings.append(unreadable(name, why))


class _TooMuch(Exception):
    """An archive that unpacks to too much; why: Indonesian, with the next step."""


def members(name: str, content: bytes) -> tuple[list[Document], list[Finding]]:
    """Return the data files of a zip by name, and findings for what cannot be had.

    An archive that unpacks to more than the limits is refused as a whole; a damaged or locked file in it alone.
    """
    unpacking = _Unpacking(LARGEST_UNPACKED, MOST_MEMBERS)
    try:
        _unpack(name, content, unpacking, 1)
    except _TooMuch as error:
        return [], [unreadable(name, str(error))]
    return unpacking.found, unpacking.findings


def _unpack(name: str, content: bytes, unpacking: _Unpacking, depth: int) -> None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except BROKEN:
        unpacking.refuse(name, "arsip zip rusak atau terpotong; minta kiriman ulang")
        return
    with archive:
        unpacking.members -= len(archive.infolist())
        if unpacking.members < 0:
            raise _TooMuch(f"berisi lebih dari {grouped(MOST_MEMBERS)} berkas; ekstrak yang perlu ke folder ini")
        for info in sorted(archive.infolist(), key=lambda i: i.filename):
            path = info.filename.replace("\\", "/")
            parts = tuple(part for part in path.split("/") if part)
            if not info.is_dir() and parts and not path.endswith("/"):
                _member(visible(f"{name}/{path}"), parts, (archive, info), unpacking, depth)


def _member(
    name: str,
    parts: tuple[str, ...],
    packed: tuple[zipfile.ZipFile, zipfile.ZipInfo],
    unpacking: _Unpacking,
    depth: int,
) -> None:
    archive, info = packed
    # A dot folder of an archive is "..": names of an archive lead nowhere.
    judged = verdict([part for part in parts[:-1] if part not in {".", ".."}] + [parts[-1]])
    if judged.kind not in {"data", "doubtful"}:
        unpacking.findings += not_read(name, judged)
        return
    if info.flag_bits & 1:
        unpacking.refuse(name, "terkunci kata sandi; ekstrak arsip ke folder ini")
        return
    if info.file_size > LARGEST_UNPACKED:
        why = f"lebih dari {megabytes(LARGEST_UNPACKED)} setelah dibuka; minta berkas berisi tabel KBK saja"
        unpacking.refuse(name, why)
        return
    unpacking.left -= info.file_size
    if unpacking.left < 0:
        raise _TooMuch(f"isinya lebih dari {megabytes(LARGEST_UNPACKED)} setelah dibuka; ekstrak ke folder ini")
    try:
        content = archive.read(info)
    except BROKEN:
        unpacking.refuse(name, "rusak di dalam arsip zip; minta kiriman ulang")
        return
    if judged.kind == "doubtful" and not may_hold_table(content):
        unpacking.findings += not_read(name, judged)
    elif not is_archive(name, content):
        unpacking.found.append(Document(name, content))
    elif depth < _DEEPEST:
        _unpack(name, content, unpacking, depth + 1)
    else:
        unpacking.refuse(name, "arsip di dalam arsip terlalu dalam; ekstrak ke folder ini")


def is_archive(name: str, content: bytes) -> bool:
    """True for a zip of files, whatever its name, and for what only its name calls a zip."""
    kind = content_of(content)
    return kind == "archive" or (name.lower().endswith(".zip") and not (kind == "workbook" and _is_sound(content)))


def _is_sound(content: bytes) -> bool:
    """True for a workbook: neither a damaged zip nor another kind of file."""
    return zipfile.is_zipfile(io.BytesIO(content))
