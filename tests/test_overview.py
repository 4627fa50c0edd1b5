"""The list of districts: what the reader would read, months read last, newest report; and quick where nothing was read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import small_district

from analysis import formats as fmt
from analysis import overview as module
from analysis import store
from analysis.overview import month_span, overview
from analysis.workspace import Workspace


def row(root: Path, slug: str = small_district.SLUG) -> tuple[str, ...]:
    return next(r for r in overview(Workspace(root)) if r[0] == slug)


def test_a_district_that_was_not_read(tmp_path: Path) -> None:
    small_district.write(tmp_path)
    assert row(tmp_path) == (small_district.SLUG, "Kabupaten Contoh", "KBK bulanan", "2", "belum dibaca", "–")


def test_months_are_those_of_the_cleaned_table(tmp_path: Path) -> None:
    small_district.write(tmp_path)
    folder = Workspace(tmp_path).processed_of(small_district.SLUG)
    folder.mkdir(parents=True)
    table = small_district.table().assign(month=lambda t: t["month"].astype("string"))
    table.to_parquet(folder / store.TABLE, index=False)
    assert row(tmp_path)[4] == "Jan 24 – Jun 25"
    table.head(0).to_parquet(folder / store.TABLE, index=False)
    assert row(tmp_path)[4] == "belum dibaca"
    (folder / store.TABLE).write_bytes(b"rusak")
    assert row(tmp_path)[4] == "belum dibaca"


def test_files_are_those_that_the_reader_would_read(tmp_path: Path) -> None:
    folder = small_district.write(tmp_path)
    for name in ("~$Capaian KBK 2025.xlsx", "facilities.csv", "catatan.txt", ".DS_Store", "surat.pdf", "README.txt"):
        (folder / name).write_bytes(b"x")
    (folder / "kiriman").mkdir()
    (folder / "kiriman" / "kbk mar 26.zip").write_bytes(b"x")
    assert row(tmp_path)[3] == "3"


def test_the_newest_report_is_the_last_version_of_the_last_period(tmp_path: Path) -> None:
    small_district.write(tmp_path)
    reports = tmp_path / "reports" / small_district.SLUG
    for name in ("2025-S1/v002", "2025-S1/v010", "2025-T3/v999", "2025-T3/v1000", "2025-03/v001", "lain/v001"):
        (reports / name).mkdir(parents=True)
    (reports / "2025" / ".work-x").mkdir(parents=True)
    assert row(tmp_path)[5] == "2025-T3/v1000"


def test_wrong_settings_are_said_and_the_rest_is_shown(tmp_path: Path) -> None:
    (small_district.write(tmp_path) / "district.yml").write_text("level: negara\n", encoding="utf-8")
    assert row(tmp_path)[1:5] == ("", "district.yml belum ada atau salah", "2", "belum dibaca")


def test_what_can_be_made_on_request_is_listed(tmp_path: Path) -> None:
    assert row(tmp_path, "sanggau")[2:] == ("simulasi (dibuat saat laporan diminta)", "0", "belum dibaca", "–")
    assert row(tmp_path, "jakarta-timur")[2:] == ("angka terbitan (dibuat saat laporan diminta)", "0", "–", "–")


@pytest.mark.parametrize("month", [f"{year}-{month:02d}" for year in (2009, 2026) for month in range(1, 13)])
def test_months_are_written_as_everywhere(month: str) -> None:
    assert month_span(month, month) == fmt.month_short(pd.Period(month, "M"))
    assert module.TABLE == store.TABLE


SLOW = {
    "pandas", "numpy", "scipy", "statsmodels", "pyarrow", "duckdb", "ibis", "openpyxl", "babel", "matplotlib", "seaborn",
    "papermill", "nbformat", "IPython", "typst", "rich.markdown",
}  # fmt: skip


def started(root: Path, *words: str) -> tuple[int, set[str]]:
    """Exit code of a command, and which of the slow packages it loaded."""
    code = (
        "import sys; from analysis.cli import run; code = run(sys.argv[1:]); "
        f"print(*({SLOW} & set(sys.modules)), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=root, capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.returncode, set((done.stderr.splitlines() or [""])[-1].split())


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--help"], 0),
        (["report", "--help"], 0),
        ([], 2),
        (["repot"], 2),
        (["report"], 2),
        (["report", "sanggau", "--ulang"], 2),
        (["report", "sangau"], 2),
        (["report", "sanggau", "--period", "2025-S9"], 2),
        (["check", "sangau"], 2),
        (["reports", "sangau"], 2),
        (["reports", "--jobs", "dua"], 2),
        (["names", "sangau"], 2),
        (["new", "A B"], 2),
        (["simulate", "sangau"], 2),
        (["list", "--root", "."], 0),
    ],
)
def test_help_refusals_and_the_list_do_not_wait_for_pandas(tmp_path: Path, words: list[str], code: int) -> None:
    small_district.write(tmp_path)
    assert started(tmp_path, *words) == (code, set())
