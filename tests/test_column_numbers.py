"""What points and commas mean is decided by the column, then by the table, then by the file."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
import pytest
from number_writing import rows_of

from analysis.column_numbers import read_numbers
from analysis.ledger import Finding
from analysis.number_cells import Count
from analysis.printed import settle
from analysis.rows import Row

MONTH = pd.Period("2024-03", "M")
HEADINGS = {
    "contacts": "Jumlah Kontak", "registered": "Peserta Terdaftar", "referrals": "Jumlah Rujukan",
    "nonspecialist_referrals": "Kasus Non Spesialistik", "dm_registered": "Peserta Diangnosa DM",
    "ak_printed": "Angka Kontak", "rrns_printed": "RRNS",
}  # fmt: skip


table = partial(rows_of, HEADINGS)


def read(*tables: list[Row]) -> list[Finding]:
    return read_numbers([("indonesia", rows) for rows in tables])


def values(rows: list[Row], role: str) -> list[int | None]:
    return [row.counts[role].value for row in rows]


def doubts(rows: list[Row], role: str) -> list[str]:
    return [row.counts[role].doubt for row in rows]


def test_commas_between_thousands_are_proven_by_a_column_in_which_three_digits_always_follow() -> None:
    rows = table(contacts=["1,748", "2,310", "987", "11,205", "3,000"])
    (finding,) = read(rows)
    assert values(rows, "contacts") == [1748, 2310, 987, 11205, 3000]
    assert (finding.kind, finding.column, finding.read) == ("marks_by_column", "Jumlah Kontak", "misalnya “1,748”")


def test_two_numbers_with_a_comma_prove_nothing() -> None:
    rows = table(contacts=["1,748", "2,310", "987"])
    assert read(rows) == []
    assert doubts(rows, "contacts") == ["separator_unclear", "separator_unclear", ""]


def test_decimal_commas_of_the_ratios_make_points_thousands_and_a_count_with_a_comma_doubtful() -> None:
    rows = table(contacts=["1.748", "2,310", "1,001", "1,002"], ak_printed=["145,67", "98,1", "7", "7,5"])
    read(rows)
    assert values(rows, "contacts") == [1748, None, None, None]


def test_decimal_points_of_the_ratios_make_commas_thousands() -> None:
    rows = table(contacts=["1,748", "12"], ak_printed=["145.67", "98.1"])
    read(rows)
    assert values(rows, "contacts") == [1748, 12]


def test_counts_printed_with_three_decimals_are_not_thousands() -> None:
    # One column shows that the point is decimal: 1748.000 has four digits before it.
    rows = table(contacts=["1748.000", "2310.000"], referrals=["160.000", "98.000"], dm_registered=["2.000", "7.000"])
    read(rows)
    assert values(rows, "referrals") == [160, 98]
    assert values(rows, "dm_registered") == [2, 7]


def test_a_column_that_uses_a_point_in_both_ways_is_doubtful_where_it_matters() -> None:
    rows = table(registered=["1.234.567", "1748.0", "2.000", "3.512", "950"])
    read(rows)
    assert values(rows, "registered") == [1234567, 1748, None, None, 950]
    assert doubts(rows, "registered")[2:4] == ["separator_unclear"] * 2


def test_what_a_column_cannot_tell_the_file_tells() -> None:
    english, short = (
        table(contacts=["1,748", "2,310", "4,115"], ak_printed=["145.67", "98.1", "7.25"]),
        table(contacts=["2,001"]),
    )
    read(english, short)
    assert values(short, "contacts") == [2001]


def test_one_cell_written_otherwise_does_not_poison_its_column() -> None:
    rows = table(
        registered=["12.345", "8.220", "9,118", "50.36", 4411, "10.002"],
        ak_printed=["145,67", "1,5", "2,5", "3,5", "4,5", "5,5"],
    )
    read(rows)
    assert values(rows, "registered") == [12345, 8220, None, None, 4411, 10002]
    assert [row.counts["registered"].others for row in rows][2:4] == [(9118,), (50360,)]


def test_one_slip_of_the_pen_does_not_decide_what_the_points_of_a_column_mean() -> None:
    rows = table(registered=[*(f"{n}.{n + 100}" for n in range(101, 112)), "1234.567", "30.3100"])
    read(rows)
    assert values(rows, "registered") == [*(1000 * n + n + 100 for n in range(101, 112)), None, None]


# Real: 167.228 stored as 167,228, 50.360 as 50.36, in one column.
def test_floats_that_were_thousands_leave_a_small_whole_number_beside_them_doubtful() -> None:
    rows = table(registered=[167.228, 50.36, 12.0, 61.34])
    read(rows)
    assert values(rows, "registered") == [None] * 4
    assert doubts(rows, "registered") == ["not_whole", "not_whole", "thousands_unsure", "not_whole"]
    assert [row.counts["registered"].others for row in rows] == [(167228,), (50360,), (12, 12000), (61340,)]


def test_one_count_that_is_not_whole_does_not_make_its_neighbours_doubtful() -> None:
    rows = table(referrals=[160, 98, 2.5, 3, 110, 75], registered=[12000, 8000, 9000, 15000, 9000, 7000])
    read(rows)
    assert values(rows, "referrals") == [160, 98, None, 3, 110, 75]


def test_means_are_never_multiplied_and_a_whole_one_among_them_is_no_count() -> None:
    rows = table(registered=[12345.333, 612.333, 500.0], contacts=[1748, 87, 60], ak_printed=["145,67"] * 3)
    read(rows)
    assert [row.counts["registered"] for row in rows] == [
        Count(doubt="not_whole"),
        Count(doubt="not_whole"),
        Count(doubt="among_fractions"),
    ]
    assert values(rows, "contacts") == [1748, 87, 60]


def test_one_count_with_a_fraction_costs_its_column_nothing_but_the_proof_of_lost_points() -> None:
    rows = table(registered=[12345.5, *range(9000, 9012), 50.36, 12])
    read(rows)
    assert values(rows, "registered") == [None, *range(9000, 9012), None, None]
    assert rows[-1].counts["registered"] == Count(doubt="thousands_unsure")


@pytest.mark.parametrize(
    ("cells", "used", "kinds"),
    [
        # 1748 of 12000 are 145,67 per mil; 12 of 12 000 000 are not.
        ({"contacts": 1.748, "registered": 12.0, "ak_printed": 145.67}, (1748, 12000), ["thousands_restored"] * 2),
        ({"contacts": 1.748, "registered": 12.0, "ak_printed": None}, (None, None), ["not_whole", "thousands_unsure"]),
        ({"contacts": 1748, "registered": 12.0, "ak_printed": "145,67"}, (1748, 12000), ["thousands_restored"]),
        # Printed without decimals the ratio is within half a percent of itself: still a proof.
        ({"contacts": 1748, "registered": 12.0, "ak_printed": "146"}, (1748, 12000), ["thousands_restored"]),
        # 15 per mil is not exact enough to overrule a whole number.
        ({"contacts": 180, "registered": 12.0, "ak_printed": "15"}, (None, None), ["numerator_above_denominator"]),
        ({"contacts": 1.5, "registered": 12.0, "ak_printed": "125,00"}, (1500, 12000), ["thousands_restored"] * 2),
        # =1,5/8400*1000 is the cell's own formula: 15, 150 and 1500 contacts would all have given it.
        ({"contacts": 1.5, "registered": 8400, "ak_printed": 1.5 / 8400 * 1000}, (None, 8400), ["not_whole"]),
    ],
)
def test_the_printed_ratio_decides_a_row(
    cells: Mapping[str, Any], used: tuple[int | None, ...], kinds: list[str]
) -> None:
    (row,) = rows = table(**{role: [cell] for role, cell in cells.items()})
    read(rows)
    counts, findings = settle(row)
    assert (counts["contacts"], counts["registered"]) == used
    assert [finding.kind for finding in findings] == kinds


def test_a_ratio_that_both_readings_give_proves_none() -> None:
    # 3 of 12 and 3000 of 12000 are both 250 per mil; the columns show that thousands were lost.
    rows = table(contacts=[3.0, 7.118], registered=[12.0, 50.36], ak_printed=["250,00", "141,34"])
    read(rows)
    counts, findings = settle(rows[0])
    assert (counts["contacts"], counts["registered"]) == (None, None)
    assert [finding.kind for finding in findings] == ["thousands_unsure"] * 2
    counts, _ = settle(rows[1])
    assert (counts["contacts"], counts["registered"]) == (7118, 50360)


# Real: a population of 61.340 lost its zero and was printed again as 6.134.
def test_a_lost_digit_is_left_out_and_the_reading_that_fits_is_proposed() -> None:
    rows = table(contacts=["9.201"], registered=["6.134"], ak_printed=["150,00"])
    read(rows)
    assert settle(rows[0])[0]["registered"] is None
    rows = table(contacts=["920"], registered=["6.134"], ak_printed=["15,00"])
    read(rows)
    counts, (finding,) = settle(rows[0])
    assert (counts["contacts"], counts["registered"], finding.kind) == (None, None, "ratio_contradicts")
    assert finding.done == (
        "kedua angka tidak dipakai; cocok bila Peserta Terdaftar 61.340 (nol di belakang hilang) atau Jumlah Kontak 92 "
        "(kelebihan nol) atau rasionya persen"
    )


def test_more_people_with_a_diagnosis_than_people_leave_the_unproven_counts_out() -> None:
    rows = table(contacts=[120, 120], registered=[900, 900], dm_registered=[1000, 1000], ak_printed=["133,33", None])
    read(rows)
    (proven, (one,)), (unproven, _) = map(settle, rows)
    assert (proven["registered"], proven["dm_registered"], one.kind) == (900, None, "part_above_registered")
    assert (unproven["contacts"], unproven["registered"], unproven["dm_registered"]) == (None, None, None)


def test_a_unit_word_behind_a_count_is_told_once_for_the_column() -> None:
    rows = table(contacts=["12 orang", "1.234 Peserta", "7", "dua orang"])
    (finding,) = read(rows)
    assert values(rows, "contacts") == [12, 1234, 7, None]
    assert (finding.kind, finding.read) == ("unit_word", "“orang”, “peserta” pada baris 2, 3")
