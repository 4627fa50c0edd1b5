"""Examples of dirt as it stood in real files, each with its true value: read as that, or doubted for the right reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from number_writing import judged, table

from analysis.number_cells import read_count, read_ratio
from analysis.printed import settle

Case = tuple[dict[str, Sequence[Any]], dict[str, list[int | None]], set[str]]

CASES: dict[str, Case] = {
    "Tabel Capaian_kbk mar 24.xlsx: texts, points between thousands, decimal commas": (
        {"contacts": ["1.748", "87"], "registered": ["12.000", "950"], "ak_printed": ["145,67", "91,58"]},
        {"contacts": [1748, 87], "registered": [12000, 950]}, set(),
    ),
    "kbk_des22.csv: numbers beside decimal commas": (
        {"contacts": ["1748", "87"], "registered": ["12000", "950"], "ak_printed": ["145,67", "91,58"]},
        {"contacts": [1748, 87], "registered": [12000, 950]}, set(),
    ),
    "Jakarta Timur 2017: ##### in the months to come, - as their total": (
        {"contacts": ["#####", "######", "-"], "registered": [12000, 11000, 10000]},
        {"contacts": [None] * 3, "registered": [12000, 11000, 10000]}, {"excel_error", "no_value_sign"},
    ),
    "Aceh: 192.6 0/00 and 1500/00, where 150 ‰ lost its blank": (
        {"contacts": [1926, 1800], "registered": [10000, 12000], "ak_printed": ["192.6 0/00", "1500/00"]},
        {"contacts": [1926, 1800], "registered": [10000, 12000]}, set(),
    ),
    "Sukabumi: 11.487 referral, read in English as a little more than eleven": (
        {"referrals": ["11.487 referral"], "nonspecialist_referrals": ["87"]},
        {"referrals": [11487], "nonspecialist_referrals": [87]}, set(),
    ),
    # 274.898 are 77,70 percent of 353.794, the population that the two imply; the official one was given otherwise.
    "Kubu Raya: a number that contradicts its percentage": (
        {"dm_controlled": ["274.898"], "dm_registered": ["453.794"], "rppt_dm_printed": ["77,70%"]},
        {"dm_controlled": [None], "dm_registered": [None]}, {"ratio_contradicts"},
    ),
    # By hand: 25.000/167.228 = 149,50; 7.554/50.360 = 150,00; 9.200/61.340 = 149,98 per mil.
    "penduduk3204.xlsx: 167.228 stored as 167,228 and 50.360 as 50,36": (
        {"contacts": [25000, 7554, 9200], "registered": [167.228, 50.36, 61.34], "ak_printed": ["149,50", "150,00", "149,98"]},
        {"contacts": [25000, 7554, 9200], "registered": [167228, 50360, 61340]}, {"thousands_restored"},
    ),
    "penduduk3204.xlsx without a ratio: nothing proves it": (
        {"contacts": [25000, 7554], "registered": [167.228, 50.36]},
        {"contacts": [25000, 7554], "registered": [None, None]}, {"not_whole"},
    ),
    "its CSV: the text 50.36 beside 167.228": (
        {"registered": ["167.228", "50.36", "61.34"]}, {"registered": [167228, None, None]}, {"not_whole"},
    ),
    # 60.827 the year before; 9.124/61.340 = 148,74 per mil.
    "Nagreg 2023: 61.340 lost its zero and was printed again as 6.134": (
        {"contacts": ["912"], "registered": ["6.134"], "ak_printed": ["14,87"]},
        {"contacts": [None], "registered": [None]}, {"ratio_contradicts"},
    ),
    "Ciparay 2023: 180.480 as 18.048, more contacts than participants": (
        {"contacts": ["27.072"], "registered": ["18.048"], "ak_printed": ["150,00"]},
        {"contacts": [None], "registered": [None]}, {"numerator_above_denominator"},
    ),
    "Series Column: the text 3.535.992": (
        {"registered": ["3.535.992"]}, {"registered": [3535992]}, set(),
    ),
    "slips of the scanner: ! for 3, O for 0, l for 1": (
        {"contacts": ["1!5", "1O5", "l05"], "registered": [900, 900, 900]},
        {"contacts": [None] * 3, "registered": [900] * 3}, {"not_a_number"},
    ),
    "several values in one cell, joined by STRING_AGG": (
        {"contacts": ["120;135", "120/135", "120\n135", "120, 135"], "registered": [900] * 4},
        {"contacts": [None] * 4, "registered": [900] * 4}, {"not_a_number", "two_in_one"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_real_dirt_is_read_as_its_true_value_or_doubted_for_the_right_reason(name: str) -> None:
    columns, expected, kinds = CASES[name]
    rows = table(**columns)
    judged(rows)
    settled = [settle(row) for row in rows]
    assert {role: [counts[role] for counts, _ in settled] for role in expected} == expected
    assert {finding.kind for _, findings in settled for finding in findings} == kinds


@pytest.mark.parametrize("text", ["nihil", "NIHIL", "nol", "kosong", "tidak ada", "tdk ada", "blm lapor", "belum dikirim",
                                  "data belum masuk", "*", "…", "--", "N.A", "NA", "tba", "~"])  # fmt: skip
def test_words_for_nothing_are_missing_and_no_zero(text: str) -> None:
    assert (read_count(text).value, read_count(text).doubt) == (None, "no_value_sign")


@pytest.mark.parametrize("text", ["#REF!", "#DIV/0", "#NAME?", "Err:502", "#####", "#N/A"])
def test_error_values_written_as_text_are_missing(text: str) -> None:
    assert read_count(text).doubt == "excel_error"


@pytest.mark.parametrize(
    ("text", "number"),
    [("12 orang", 12), ("1.234 peserta", 1234), ("12 org.", 12), ("1.234 Jiwa", 1234), ("87kasus", 87), ("'1.234", 1234),
     ("+12", 12), ("1’234", 1234), ("12\u202f345,0", 12345), ("\ufeff12", 12), ("1\u200b234", 1234), ("007", 7)],
)  # fmt: skip
def test_what_is_certain_around_a_count_is_passed_over(text: str, number: int) -> None:
    assert read_count(text).value == number


@pytest.mark.parametrize(
    ("cell", "doubt"),
    [
        ("0*", "not_a_number"), ("12 (dua belas)", "not_a_number"), ("±120", "not_a_number"), ("≥ 150", "not_a_number"),
        ("1e3", "not_a_number"), ("١٢", "not_a_number"), ("12²", "not_a_number"), ("12①", "not_a_number"),
        ("12½", "not_a_number"), ("1.٢٣٤", "not_a_number"), ("1O", "not_a_number"), ("l2", "not_a_number"), ("12.", "not_a_number"),
        ("1748 123", "not_a_number"), ("12 34", "not_a_number"), ("1  748", "not_a_number"), ("1\n748", "not_a_number"),
        ("1.23.456", "not_a_number"), ("12,34,567", "not_a_number"), ("1,234.5.6", "not_a_number"), ("--12", "not_a_number"),
        ("+-12", "not_a_number"), ("Rp1.234", "not_a_number"), ("12 apel", "not_a_number"),
        ("(12)", "negative"), ("12-", "negative"), ("- 12", "negative"), ("-1.234", "negative"), (-0.5, "negative"),
        (dt.date(2024, 5, 12), "date_for_number"), (dt.time(1, 2), "date_for_number"), ("12-Mei", "date_for_number"),
        ("1-2", "date_for_number"), ("12/05/2024", "date_for_number"), (dt.timedelta(hours=26), "date_for_number"),
        (False, "not_a_number"), (float("inf"), "excel_error"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_never_a_count(cell: Any, doubt: str) -> None:
    assert (read_count(cell).value, read_count(cell).doubt) == (None, doubt)


@pytest.mark.parametrize(
    ("text", "value", "per"),
    [("1500/00", "150", 1000), ("150 o/oo", "150", 1000), ("14,5 prosen", "14.5", 100), ("145,67 per seribu", "145.67", 1000),
     ("14.57\u00a0%", "14.57", 100), ("145,670", "145.670", None)],
)  # fmt: skip
def test_signs_of_a_ratio_are_known_in_their_usual_writings(text: str, value: str, per: int | None) -> None:
    read = read_ratio(text)
    assert (str(read.value), read.per) == (value, per)
