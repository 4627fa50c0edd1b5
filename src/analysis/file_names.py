"""What the name of a file says about it: data, litter, somebody else's file; the content is told in ``contents``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from analysis.ledger import Finding
from analysis.sheets import ARCHIVE, DOUBTFUL, MESSAGES, TEXTS, WORKBOOKS, ending, unreadable
from analysis.values import visible
from analysis.workspace import FACILITIES_FILE, SETTINGS_FILE

MANIFEST = "SIMULASI.sha256"
"""Checksums of the simulated files of a folder, one "sha256  name" a line."""
OWN_FILES = (SETTINGS_FILE, FACILITIES_FILE, MANIFEST)

_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini", "readme.txt", "readme.md"})
_LITTER_STARTS = ("~$", ".~lock.", "._", ".#")
_LITTER_FOLDER = "__macosx"
_ARCHIVES = frozenset({"rar", "gz", "tgz", "tar", "bz", "xz"})


class Verdict(NamedTuple):
    """kind: 'data', 'doubtful' where the content decides, 'litter' that is not worth a word, else why it is not read.

    why: for 'passed' and 'archive' the reason, Indonesian.
    """

    kind: Literal["data", "doubtful", "litter", "passed", "archive", "other"]
    why: str = ""


def verdict(parts: Sequence[str]) -> Verdict:
    """Judge a file by the names of its folders and its own name."""
    *folders, name = (part.lower() for part in parts)
    if name in _LITTER or name.startswith(_LITTER_STARTS) or _LITTER_FOLDER in folders:
        return Verdict("litter")
    last = ending(name)
    is_data = last in WORKBOOKS | TEXTS | MESSAGES | {"zip"}
    if any(part.startswith(".") for part in (*folders, name)):
        return Verdict("passed", "nama berkas atau foldernya berawalan titik") if is_data else Verdict("litter")
    if own := next((own for own in OWN_FILES if own.lower() == name), ""):
        return Verdict("passed", f"{own} hanya dibaca langsung di folder daerah, dengan nama persis itu")
    if is_data:
        return Verdict("data")
    if last in _ARCHIVES or name.endswith((".7z", ".bz2")):
        return Verdict("archive", ARCHIVE)
    return Verdict("doubtful" if last in DOUBTFUL or not last else "other")


def not_read(name: str, judged: Verdict) -> list[Finding]:
    """Return the finding for a file that is not read; none for litter."""
    if judged.kind == "litter":
        return []
    if judged.kind == "archive":
        return [unreadable(visible(name), judged.why)]
    if judged.kind == "passed":
        return [Finding("file_passed_over", file=visible(name), read=judged.why, done="berkas tidak dibaca")]
    return [Finding("file_not_data", file=visible(name), done="berkas tidak dibaca")]
