"""When a facility-month came, told from what files hold and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import xlsxwriter
from small_district import HEADINGS

from analysis.clean import Cleaned, clean_district
from analysis.workspace import PROJECT, Workspace

Files = Mapping[str, Mapping[int, tuple[str, ...]]]
A, B, C = "0101A001", "0101A002", "0101A003"


def read(root: Path, files: Files) -> Cleaned:
    """Clean a district of which each file holds these facilities in these months of 2025."""
    folder = root / "data" / "raw" / "contoh"
    folder.mkdir(parents=True)
    (root / "data" / "reference").symlink_to(PROJECT / "data" / "reference")
    (folder / "district.yml").write_text("name: Kabupaten Contoh\nlevel: kabupaten\n", encoding="utf-8")
    for name, months in files.items():
        book = xlsxwriter.Workbook(str(folder / name))
        dates = book.add_format({"num_format": "d/m/yyyy"})
        for month, codes in months.items():
            sheet = book.add_worksheet(f"{month:02d} 2025")
            sheet.write_row(0, 0, HEADINGS)
            for row, code in enumerate(codes, start=1):
                counts = [160 + month, 1000, 1, 100, 6, 100, 6, 100]
                sheet.write_datetime(row, 0, pd.Timestamp(2025, month, 1).to_pydatetime(), dates)
                sheet.write_row(row, 1, ["KABUPATEN CONTOH", code, f"PUSKESMAS {code}", "Puskesmas", *counts])
        book.close()
    return clean_district(Workspace(root), "contoh")


def told(cleaned: Cleaned) -> dict[tuple[str, int], tuple[str, str]]:
    return {(r.facility_code, r.month.month): (r.arrival, r.file) for r in cleaned.arrivals.itertuples(index=False)}


def test_what_only_a_revision_holds_came_later(tmp_path: Path) -> None:
    found = told(read(tmp_path, {"kbk mei 25.xlsx": {5: (A, B)}, "kbk mei 25 REVISI.xlsx": {5: (A, B, C)}}))
    assert found == {
        (A, 5): ("pertama", "kbk mei 25.xlsx"),
        (B, 5): ("pertama", "kbk mei 25.xlsx"),
        (C, 5): ("kemudian", "kbk mei 25 REVISI.xlsx"),
    }


def test_what_only_a_later_cumulative_workbook_holds_came_later(tmp_path: Path) -> None:
    files: Files = {"kbk jan 25.xlsx": {1: (A,)}, "kbk (JAN 25 - MAR 25).xlsx": {1: (A, B), 2: (A,), 3: (A, B)}}
    found = told(read(tmp_path, files))
    assert found[A, 1] == ("pertama", "kbk jan 25.xlsx")
    assert found[B, 1] == ("kemudian", "kbk (JAN 25 - MAR 25).xlsx")
    # February stands in no file of its own: nobody knows whether it came in February or in March.
    assert found[A, 2][0] == "tidak diketahui"
    assert found[A, 3][0] == found[B, 3][0] == "pertama"
    assert (B, 2) not in found


def test_a_revision_alone_says_nothing_about_the_first_delivery(tmp_path: Path) -> None:
    assert told(read(tmp_path, {"kbk mei 25 REVISI.xlsx": {5: (A,)}}))[A, 5][0] == "tidak diketahui"


def test_a_file_copied_today_is_not_later_for_that(tmp_path: Path) -> None:
    """Two files of one month, neither a revision: both are the first delivery, whatever the disk says."""
    files = {"kbk mei 25.xlsx": {5: (A,)}, "kbk mei 25 (tambahan).xlsx": {5: (B,)}}
    found = told(read(tmp_path, files))
    assert found[A, 5][0] == found[B, 5][0] == "pertama"
