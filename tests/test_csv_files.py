"""CSV that Excel opens: names stay text, numbers stay numbers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.csv_files import as_text, write_csv


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A1", "+1+cmd", "@SUM(A1)", "-2+3+cmd|x", "\t=1", "  =1"])
def test_what_looks_like_a_formula_becomes_text(text: str) -> None:
    assert as_text(text) == "'" + text


@pytest.mark.parametrize("value", ["Puskesmas Bonti", "-", "-1,5", "- 3", "2025-01", 7, -3.5, None])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert as_text(value) == value


def test_table_is_written_for_an_indonesian_excel(tmp_path: Path) -> None:
    table = pd.DataFrame({"name": pd.array(["=1+1", "Sanggau"], dtype="string"), "value": [-1.5, 2.0]})
    write_csv(table, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == b"\xef\xbb\xbfname;value\n'=1+1;-1,5\nSanggau;2,0\n"
