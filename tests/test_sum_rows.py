"""Rows that are the sum or the mean of the rows beside them, worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from analysis.number_cells import Count
from analysis.rows import Row
from analysis.sum_rows import without_sums
from analysis.values import Cell, Code

# registered first, so that a table reads as an office prints it
ORDER = ("registered", "contacts", "referrals", "nonspecialist_referrals", "dm_registered", "dm_controlled",
         "ht_registered", "ht_controlled")  # fmt: skip
A = (12000, 1748, 160, 2, 200, 15, 300, 18)
B = (7000, 900, 80, 1, 90, 7, 110, 6)
C = (5000, 650, 61, 3, 71, 4, 95, 9)
# (12000 + 7000 + 5000) / 3 = 8000; 3298 / 3 = 1099.33; 301 / 3 = 100.33; 6 / 3 = 2; 361 / 3 = 120.33; 26 / 3 = 8.67;
# 505 / 3 = 168.33; 33 / 3 = 11
MEAN = (8000, 1099, 100, 2, 120, 9, 168, 11)
EXACT = (8000, 3298 / 3, 301 / 3, 2, 361 / 3, 26 / 3, 505 / 3, 11)
SUM = (24000, 3298, 301, 6, 361, 26, 505, 33)


def row(number: int, cells: Sequence[Cell]) -> Row:
    month = pd.Period("2024-03", "M")
    given = dict(zip(ORDER, cells, strict=True))
    counts = {role: Count(cell) if isinstance(cell, int) else Count(doubt="not_whole") for role, cell in given.items()}
    return Row(
        "kbk.xlsx", "Sheet1", number, "kbk_wb", {role: role for role in ORDER}, "", Code(f"0114A00{number}"),
        f"0114A00{number}", f"FASILITAS {number}", "", month, month, dict(given), counts=counts,
    )  # fmt: skip


def left(*cells: Sequence[Cell]) -> tuple[list[int], list[tuple[str, int | None, str]]]:
    rows, findings = without_sums([row(number, one) for number, one in enumerate(cells, 1)])
    return [one.row for one in rows], [(f.kind, f.row, f.read) for f in findings]


def test_a_sum_below_its_rows_is_no_facility() -> None:
    assert left(A, B, C, SUM) == ([1, 2, 3], [("row_is_sum", 4, "FASILITAS 4: jumlah baris 1, 2, 3")])


@pytest.mark.parametrize("mean", [MEAN, EXACT, (8000, 1100, 101, 2, 121, 9, 169, 11)])
def test_a_mean_below_its_rows_is_no_facility_however_it_is_rounded(mean: Sequence[Cell]) -> None:
    assert left(A, B, C, mean) == ([1, 2, 3], [("row_is_mean", 4, "FASILITAS 4: rata-rata baris 1, 2, 3")])


def test_a_mean_above_its_rows_and_one_below_the_sum_are_found() -> None:
    assert left(MEAN, A, B, C)[0] == [2, 3, 4]
    assert left(A, B, C, SUM, MEAN)[0] == [1, 2, 3]


def test_one_count_that_is_not_the_mean_leaves_a_facility() -> None:
    assert left(A, B, C, (8000, 1099, 100, 2, 120, 9, 168, 13)) == ([1, 2, 3, 4], [])


def test_rows_that_hardly_differ_have_no_mean_that_tells() -> None:
    alike = [(5000 + n, 650 + n, 61, 3, 71, 4, 95, 9) for n in (0, 2, 4)]
    rows, findings = left(*alike, (5002, 652, 61, 3, 71, 4, 95, 9))
    assert rows == [1, 2, 3, 4]
    # 5002 and 652 stand in rows 2 and 4 alike, as do all other figures.
    assert [(kind, number) for kind, number, _ in findings] == [("row_of_other_rows", 2), ("row_of_other_rows", 4)]


def test_a_row_of_the_highest_figures_is_told_and_stands() -> None:
    # The highest of A, B, C and (9000, 2100, 90, 5, 260, 20, 280, 30), column by column.
    highest = (12000, 2100, 160, 5, 260, 20, 300, 30)
    rows, findings = left(A, B, C, (9000, 2100, 90, 5, 260, 20, 280, 30), highest)
    assert rows == [1, 2, 3, 4, 5]
    assert findings == [("row_of_other_rows", 5, "FASILITAS 5: setiap angkanya juga angka fasilitas lain")]


def test_two_rows_are_too_few_for_a_mean() -> None:
    assert left(A, C, (8500, 1199, 110, 2, 135, 9, 197, 13)) == ([1, 2, 3], [])
