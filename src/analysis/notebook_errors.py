"""What is told when a notebook stops: which one, for which district, at which cell, why, and the next step."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import KernelError, NotebookError, ParameterError, UserError

CELL_LIMIT = "KBK_CELL_MINUTES"
"""Environment variable for the time that one cell may take."""
CELL_MINUTES = 60.0
"""Many times what the reading of fifty million visits takes; a report of a batch has a limit of its own besides."""
_SHOWN = 60
_MEMORY = "Tutup program lain agar memori cukup, lalu ulangi; periksa juga dengan “make doctor”."


class SilentKernelError(RuntimeError):
    """A kernel lives but has not answered in time; it is killed for that."""


@dataclass
class Place:
    """Where a notebook is; called with each code cell before it runs.

    notebook: its name. district: for whom it runs; empty for none. number: of the cell, among the code cells of the
    notebook as it stands in notebooks/; 0 before the first.
    """

    notebook: str
    district: str
    number: int = 0
    line: str = ""

    def __call__(self, cell: Any, cell_index: int) -> None:
        """Note that a cell begins; the values put in after the cell ``parameters`` count as that one."""
        if "injected-parameters" not in cell.metadata.get("tags", []):
            self.number += 1
            self.line = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")[:_SHOWN]

    @property
    def subject(self) -> str:
        """The notebook and its district, as a sentence begins."""
        return f"Notebook {self.notebook}" + (f" untuk {self.district}" if self.district else "")

    @property
    def cell(self) -> str:
        """The cell, as a sentence goes on."""
        return f"pada sel ke-{self.number} (“{self.line}”)" if self.number else "sebelum sel pertama"


def cell_seconds() -> int:
    """Seconds that one cell may take; raise ParameterError where KBK_CELL_MINUTES holds no positive number."""
    word = os.environ.get(CELL_LIMIT, "").strip()
    minutes = CELL_MINUTES
    if word:
        minutes = 0.0
        with suppress(ValueError):
            minutes = float(word.replace(",", "."))
    if not 0 < minutes < float("inf"):
        raise ParameterError(f"Isi {CELL_LIMIT} “{word}” bukan banyaknya menit. Contoh: {CELL_LIMIT}=90.")
    return max(1, round(minutes * 60))


def cell_failed(place: Place, error: Any) -> UserError:
    """Return what a cell's error tells: the project's own errors as they are, any other with its traceback.

    error: papermill's PapermillExecutionError.
    """
    kinds: list[type[UserError]] = [UserError, *UserError.__subclasses__()]
    kind = next((k for k in kinds if k.__name__ == error.ename), None)
    if kind is not None:
        first, *rest = str(error.evalue).split("\n  - ")
        return kind(first, rest)
    if error.ename == "MemoryError":
        return KernelError(f"{place.subject} berhenti {place.cell}: memori habis. {_MEMORY}")
    said = f"{error.ename}: {error.evalue}".strip(": ")
    return NotebookError(
        f"{place.subject} berhenti {place.cell}: {said}. Bila sel itu Anda ubah, betulkan lalu ulangi. Bila tidak, ini "
        "kesalahan program: sampaikan seluruh tulisan ini kepada pengelola proyek.",
        [str(error).strip()],
    )


def cell_too_slow(place: Place, seconds: int) -> KernelError:
    """Return what is told of a cell that was stopped at its time limit."""
    return KernelError(
        f"{place.subject} dihentikan {place.cell}: sel itu melewati batas {seconds / 60:g} menit. Bila datanya memang "
        f"banyak, naikkan batasnya, misalnya {CELL_LIMIT}={2 * seconds / 60:g}; bila tidak, ulangi sekali lagi."
    )


def kernel_silent(place: Place, seconds: float) -> KernelError:
    """Return what is told of a kernel that did not answer in the time that it may take to start."""
    return KernelError(
        f"{place.subject} tidak dapat dijalankan: kernel Python tidak menjawab dalam {seconds:g} detik. Komputer "
        f"mungkin terlalu sibuk. {_MEMORY}"
    )


def kernel_gone(place: Place, end_file: Path, said: str) -> KernelError:
    """Return what is told of a kernel that died.

    end_file: holds its exit code where that is known. said: what nbclient has to say.
    """
    code = None
    with suppress(OSError, ValueError):
        code = int(end_file.read_text(encoding="ascii"))
    if code is None:
        return KernelError(f"{place.subject} tidak dapat dijalankan: kernel Python tidak menjawab. {_MEMORY}", [said])
    return KernelError(f"{place.subject} berhenti {place.cell}: kernel Python {_end(code)}. {_MEMORY}")


def _end(code: int) -> str:
    if code >= 0:
        return f"berakhir sendiri dengan kode {code}"
    name = str(-code)
    with suppress(ValueError):
        name = signal.Signals(-code).name
    if name == "SIGKILL":
        return "dihentikan paksa (SIGKILL), biasanya oleh sistem karena memori habis"
    return f"berhenti mendadak ({name})"
