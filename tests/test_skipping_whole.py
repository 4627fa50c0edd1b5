"""After every kind of change the report is, byte for byte, the one that is made where nothing was ever kept.

Whole reports with kernels and renderers, made by the command in a copy of the project that can be changed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import small_district

from analysis.workspace import PROJECT

pytestmark = pytest.mark.slow

SLUG = small_district.SLUG
SKIPPED = {
    "01_clean": "Pembacaan berkas (01_clean) dilewati",
    "02_trends": "Penghitungan indikator (02_trends) dilewati",
}


class Copy:
    """A copy of the project, and folders of data and reports for it."""

    def __init__(self, folder: Path) -> None:
        self.project, self.kept, self.fresh = folder / "proyek", folder / "kerja", folder / "baru"
        for name in ("src/analysis", "notebooks", "data/reference"):
            shutil.copytree(PROJECT / name, self.project / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copyfile(PROJECT / "requirements.lock", self.project / "requirements.lock")
        self.raw = small_district.write(self.kept)
        self.words = ["--period", "2025-S1"]

    def report(self, root: Path) -> tuple[dict[str, bytes], str]:
        """Make a report with the command; return the files of its newest version, and what was told."""
        command = "from analysis.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", command, "report", SLUG, "--root", str(root), "--renderer", "pandoc", *self.words],
            env={**os.environ, "PYTHONPATH": str(self.project / "src")},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        newest = max((root / "reports" / SLUG / self.words[1]).glob("v*"))
        return {p.relative_to(newest).as_posix(): p.read_bytes() for p in newest.rglob("*") if p.is_file()}, done.stdout

    def from_scratch(self) -> dict[str, bytes]:
        shutil.rmtree(self.fresh, ignore_errors=True)
        shutil.copytree(self.kept / "data" / "raw", self.fresh / "data" / "raw")
        return self.report(self.fresh)[0]


def cell(copy: Copy) -> None:
    path = copy.raw / "Capaian KBK 2025.xlsx"
    book = openpyxl.load_workbook(path)
    book.worksheets[2].cell(3, 6).value = 431
    book.save(path)


def settings(copy: Copy) -> None:
    with (copy.raw / "district.yml").open("a", encoding="utf-8") as file:
        file.write("events:\n  - {date: 2025-02-10, label: Pembinaan}\n")


def rule(copy: Copy) -> None:
    path = copy.project / "data" / "reference" / "rules" / "perban-7-2019.yml"
    path.write_text(path.read_text(encoding="utf-8") + "# ditinjau\n", encoding="utf-8")


def period(copy: Copy) -> None:
    copy.words[1] = "2025-T1"


def first_notebook(copy: Copy) -> None:
    append(copy.project / "notebooks" / "01_clean.ipynb", "len(bersih.files)")


def last_notebook(copy: Copy) -> None:
    append(copy.project / "notebooks" / "03_report.ipynb", "laporan.summary()")


def append(path: Path, source: str) -> None:
    book = json.loads(path.read_text(encoding="utf-8"))
    same = next(c for c in reversed(book["cells"]) if c["cell_type"] == "code")
    book["cells"].append({**same, "id": "tambahan", "source": [source]})
    path.write_text(json.dumps(book), encoding="utf-8")


def source(copy: Copy) -> None:
    path = copy.project / "src" / "analysis" / "texts.py"
    text = path.read_text(encoding="utf-8")
    assert "Evaluasi Kapitasi Berbasis Kinerja" in text
    path.write_text(text.replace("Evaluasi Kapitasi Berbasis Kinerja", "Evaluasi KBK"), encoding="utf-8")


CHANGES: dict[Callable[[Copy], None], set[str]] = {
    cell: set(),
    settings: set(),
    rule: set(),
    period: {"01_clean"},
    first_notebook: {"02_trends"},
    last_notebook: {"01_clean", "02_trends"},
    source: set(),
}
"""Each change, and the steps that it leaves alone."""


def test_every_change_gives_the_report_that_is_made_from_scratch(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    before, _ = copy.report(copy.kept)
    for change, alone in CHANGES.items():
        change(copy)
        made, told = copy.report(copy.kept)
        assert {name for name, line in SKIPPED.items() if line in told} == alone, change
        assert made != before, change
        assert made == copy.from_scratch(), change
        before = made
    same, told = copy.report(copy.kept)
    assert same == before
    assert "tetap berlaku" in told
    assert "Menyiapkan program" not in told
