"""What lies under a district's folder of files: ordinary files, and findings for links and what cannot be opened."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from analysis.errors import why_not_opened
from analysis.ledger import Finding
from analysis.sheets import TEXTS, WORKBOOKS, ending, unreadable
from analysis.values import visible


def walk(folder: Path) -> Iterator[tuple[Path, Finding | None]]:
    """Yield what lies under a folder but for sound folders; with a finding where it is no ordinary file."""
    real = Path(os.path.realpath(folder))
    left = [folder]
    while left:
        here = left.pop()
        name = visible(here.relative_to(folder).as_posix())
        try:
            with os.scandir(here) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            yield here, unreadable(name, why_not_opened(error, "folder"))
            continue
        for entry in entries:
            path = here / entry.name
            name = visible(path.relative_to(folder).as_posix())
            try:
                if _is_link(entry):
                    yield path, _link(name, path, real)
                elif entry.is_dir(follow_symlinks=False):
                    left.append(path)
                    if ending(entry.name) in WORKBOOKS | TEXTS | {"zip"}:
                        why = "ini folder, bukan berkas; berkas di dalamnya tetap dinilai satu per satu"
                        yield path, Finding("file_passed_over", name, read=why, done="folder bukan buku kerja")
                elif entry.is_file(follow_symlinks=False):
                    yield path, None
                else:
                    yield path, unreadable(name, "bukan berkas biasa; ganti dengan berkasnya sendiri")
            except OSError as error:
                yield path, unreadable(name, why_not_opened(error))


def _is_link(entry: os.DirEntry[str]) -> bool:
    """True for a symbolic link, and on Windows for a junction."""
    if entry.is_symlink():
        return True
    junction = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)
    return junction is not None and getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) == junction


def _link(name: str, path: Path, real: Path) -> Finding:
    """The finding for a link; real: the district's folder without links."""
    target = Path(os.path.realpath(path))
    if not target.is_relative_to(real):
        return Finding("link_not_followed", name, read="menunjuk ke luar folder daerah", done="tautan tidak diikuti")
    if not target.exists():
        return Finding("link_not_followed", name, read="tujuannya tidak ada", done="tautan tidak diikuti")
    read = f"tautan ke {visible(target.relative_to(real).as_posix())}"
    return Finding("file_duplicate", name, read=read, done="dinilai satu kali, di tempat aslinya")


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file of any size, in hexadecimal digits; raise OSError where it cannot be read."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
