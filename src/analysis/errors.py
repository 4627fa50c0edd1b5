"""Errors that the analyst can mend: an Indonesian sentence with place and next step, never a traceback.

Anything that is not a ``UserError`` is a bug and shows its traceback. The exit codes are listed in
``docs/kode-keluar.md``; a test keeps the two in step.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from analysis.identifiers import hidden

_SHARING_VIOLATION, _LOCK_VIOLATION = 32, 33
"""Error numbers of Windows for a file that another program holds."""


class UserError(Exception):
    """A fault in the files, names or settings of the analyst.

    message: Indonesian sentence that says what is wrong and what to do next.
    problems: every single problem found, one line each; empty when the message says it all.
    Numbers that may belong to a person are replaced in both.
    """

    exit_code = 1
    meaning = "Kesalahan yang dapat diperbaiki pengguna"

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        self.message = hidden(message)
        self.problems = [hidden(problem) for problem in problems]
        super().__init__(self.message)

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  - {problem}" for problem in self.problems)])

    def __reduce__(self) -> tuple[type[UserError], tuple[str, list[str]]]:
        return type(self), (self.message, self.problems)


class ParameterError(UserError):
    """A word on the command line or a notebook parameter that means nothing here."""

    exit_code = 2
    meaning = "Parameter tidak dikenal (kabupaten, periode, pilihan)"


class ConfigurationError(UserError):
    """district.yml, facilities.csv or a file of data/reference is wrong."""

    exit_code = 3
    meaning = "Berkas pengaturan salah (district.yml, facilities.csv, data/reference)"


class DataError(UserError):
    """The district's files hold nothing that can be used, or not what was asked for."""

    exit_code = 4
    meaning = "Data tidak dapat dipakai (folder kosong, berkas rusak, bulan tidak ada)"


class RenderError(UserError):
    """A renderer is missing, failed, or made a document with a fault in it."""

    exit_code = 5
    meaning = "Pembuatan HTML atau PDF gagal"


class PublishError(UserError):
    """The finished report could not be put in its place."""

    exit_code = 6
    meaning = "Laporan tidak dapat diterbitkan (folder reports)"


class KernelError(UserError):
    """The Python process behind a notebook did not start, or died."""

    exit_code = 7
    meaning = "Notebook tidak dapat dijalankan (kernel tidak menjawab atau mati)"


class PrivacyError(UserError):
    """Something to be published or stored holds a number or a name of a person."""

    exit_code = 8
    meaning = "Data perorangan ditemukan dalam keluaran; tidak ada yang diterbitkan"


class BatchError(UserError):
    """Some of many reports could not be made; each is named with its own error."""

    exit_code = 9
    meaning = "Sebagian laporan tidak dapat dibuat (make reports); yang lain terbit"


class NotebookError(UserError):
    """A cell of a notebook failed with an error that is none of these; its traceback is the one problem."""

    exit_code = 10
    meaning = "Notebook berhenti karena kesalahan pada sebuah sel (sel yang diubah, atau kesalahan program)"


def nearest(word: str, valid: Sequence[str]) -> str:
    """Return ' Maksud Anda …?' with the nearest valid word, or an empty text when none is near."""
    matches = get_close_matches(word.casefold(), [v.casefold() for v in valid], n=1, cutoff=0.5)
    if not matches:
        return ""
    original = next(v for v in valid if v.casefold() == matches[0])
    return f" Maksud Anda “{original}”?"


def why_not_opened(error: OSError, what: str = "berkas") -> str:
    """Why the system does not let a file or folder be read, with the next step."""
    if getattr(error, "winerror", None) in {_SHARING_VIOLATION, _LOCK_VIOLATION}:
        return "sedang dibuka di Excel atau program lain; tutup di sana, lalu ulangi"
    if isinstance(error, PermissionError):
        return f"{what} tidak boleh dibaca; tutup di Excel bila sedang dibuka, dan periksa izin {what}, lalu ulangi"
    if isinstance(error, FileNotFoundError):
        return f"{what} baru saja dihapus atau dipindahkan; ulangi"
    code = "" if error.errno is None else f" (kode galat {error.errno})"
    return f"tidak dapat dibuka{code}; salin {what} ke komputer ini, periksa nama dan izinnya, lalu ulangi"
