"""What a whole column of printed ratios tells: its unit, and columns that changed places."""

from functools import partial

import pandas as pd
from number_writing import rows_of

from analysis.column_numbers import read_numbers
from analysis.ledger import Finding
from analysis.printed import settle
from analysis.printed_columns import judge_columns
from analysis.rows import Row

MONTH = pd.Period("2024-03", "M")
HEADINGS = {
    "contacts": "Jumlah Kontak", "registered": "Peserta Terdaftar", "referrals": "Jumlah Rujukan",
    "nonspecialist_referrals": "Kasus Non Spesialistik", "dm_controlled": "DM Terkendali", "dm_registered": "Peserta DM",
    "ht_controlled": "HT Terkendali", "ht_registered": "Peserta HT", "ak_printed": "Angka Kontak", "rrns_printed": "RRNS",
    "rppt_dm_printed": "RPPT DM", "rppt_ht_printed": "RPPT HT", "rppt_printed": "RPPT",
}  # fmt: skip


table = partial(rows_of, HEADINGS)


def judged(*tables: list[Row]) -> list[Finding]:
    read_numbers([("indonesia", rows) for rows in tables])
    return judge_columns(tables)


def used(rows: list[Row], role: str) -> list[int | None]:
    return [settle(row)[0][role] for row in rows]


# 1748/12000 = 0,14567; 466/3031 = 0,15374; 3386/20011 = 0,16921; 87/950 = 0,09158; by hand.
CONTACTS, REGISTERED = [1748, 466, 3386, 87], [12000, 3031, 20011, 950]


def test_a_column_of_contact_rates_in_percent_is_one_note_and_its_counts_are_used() -> None:
    rows = table(contacts=CONTACTS, registered=REGISTERED, ak_printed=["14,57", "15,37", "16,92", "9,16"])
    (finding,) = judged(rows)
    assert (finding.kind, finding.column, finding.row) == ("ratio_other_unit", "Angka Kontak", None)
    assert (finding.read, finding.done) == ("misalnya 14,57", "dibandingkan sebagai persen, bukan per mil")
    assert used(rows, "contacts") == CONTACTS
    assert all(settle(row)[1] == [] for row in rows)


def test_a_column_of_fractions_and_a_wrong_ratio_in_it() -> None:
    rows = table(
        contacts=CONTACTS * 3, registered=REGISTERED * 3, ak_printed=[*["0,1457", "0,1537", "0,1692", "0,0916"] * 3]
    )
    assert [finding.kind for finding in judged(rows)] == ["ratio_other_unit"]
    rows = table(contacts=[*CONTACTS, 100, 200, 300, 410, 500, 600], registered=[*REGISTERED, *[3000] * 6],
                 ak_printed=["0,1457", "0,1537", "0,1692", "0,0916", "0,0333", "0,0667", "0,1000", "0,1367", "0,1667", "0,3000"])  # fmt: skip
    judged(rows)
    assert used(rows, "contacts") == [*CONTACTS, 100, 200, 300, 410, 500, None]


def test_two_rows_prove_no_unit_but_their_file_does() -> None:
    small = table(contacts=CONTACTS[:2], registered=REGISTERED[:2], ak_printed=["14,57", "15,37"])
    assert judged(small) == []
    assert used(small, "contacts") == [None, None]
    small = table(contacts=CONTACTS[:2], registered=REGISTERED[:2], ak_printed=["14,57", "15,37"])
    large = table(contacts=CONTACTS[1:], registered=REGISTERED[1:], ak_printed=["15,37", "16,92", "9,16"])
    assert [finding.kind for finding in judged(small, large)] == ["ratio_other_unit"] * 2
    assert used(small, "contacts") == CONTACTS[:2]


def test_one_ratio_in_the_unit_of_the_heading_leaves_the_others_contradicting() -> None:
    rows = table(contacts=CONTACTS, registered=REGISTERED, ak_printed=["145,67", "15,37", "16,92", "9,16"])
    assert judged(rows) == []
    assert used(rows, "contacts") == [1748, None, None, None]
    (finding,) = settle(rows[1])[1]
    assert finding.done.startswith("kedua angka tidak dipakai; cocok bila ")
    assert finding.done.endswith("rasionya persen")


def test_columns_under_each_others_heading_are_named_once_and_not_used() -> None:
    rows = table(contacts=REGISTERED, registered=CONTACTS, ak_printed=["145,67", "153,74", "169,21", "91,58"])
    (finding,) = judged(rows)
    assert (finding.kind, finding.column) == ("columns_swapped", "Jumlah Kontak, Peserta Terdaftar")
    assert finding.read == "Angka Kontak cocok dengan Peserta Terdaftar ÷ Jumlah Kontak pada semua baris"
    assert used(rows, "contacts") == used(rows, "registered") == [None] * 4
    assert {finding.kind for row in rows for finding in settle(row)[1]} == {"columns_swapped"}


def test_without_a_ratio_counts_that_are_all_above_their_denominators_are_named_as_swapped() -> None:
    rows = table(contacts=REGISTERED, registered=CONTACTS)
    (finding,) = judged(rows)
    assert (finding.kind, finding.done) == ("columns_swapped", "kedua kolom mungkin tertukar")
    assert used(rows, "contacts") == [None] * 4
    rows = table(contacts=[*REGISTERED, 5], registered=[*CONTACTS, 60])
    assert judged(rows) == []
    assert used(rows, "registered") == [None] * 4 + [60]


def test_a_column_of_another_indicator_is_left_out_of_that_one_too() -> None:
    # Referrals and contacts changed places; no ratio of referrals is printed.
    rows = table(
        contacts=[160, 98, 210, 44], referrals=CONTACTS, registered=REGISTERED, nonspecialist_referrals=[2, 1, 3, 0],
        ak_printed=["145,67", "153,74", "169,21", "91,58"],
    )  # fmt: skip
    (finding,) = judged(rows)
    assert finding.read == "Angka Kontak cocok dengan Jumlah Rujukan ÷ Peserta Terdaftar pada semua baris"
    assert used(rows, "referrals") == used(rows, "contacts") == [None] * 4
    assert used(rows, "registered") == REGISTERED


def test_a_ratio_upside_down_leaves_the_counts_out_row_by_row_with_the_reason() -> None:
    # 160/2 = 80, as percent 8000.
    rows = table(nonspecialist_referrals=[2, 1, 3], referrals=[160, 98, 210], rrns_printed=["8000", "9800", "7000"])
    assert judged(rows) == []
    ((finding,), *_) = (settle(row)[1] for row in rows)
    assert finding.done == "kedua angka tidak dipakai; cocok bila pembilang dan penyebutnya tertukar"


def test_a_column_under_the_wrong_sign_is_one_note() -> None:
    rows = table(contacts=CONTACTS, registered=REGISTERED, ak_printed=["145,67 %", "153,74%", "169,21 %", "91,58%"])
    (finding,) = judged(rows)
    assert finding.done == "dibandingkan sebagai per mil, walaupun bertanda lain"
    assert used(rows, "contacts") == CONTACTS


def test_a_ratio_that_lost_its_decimal_sign_names_that_as_the_reason() -> None:
    rows = table(contacts=CONTACTS, registered=REGISTERED, ak_printed=["14567", "15374", "1692", "9158"])
    assert judged(rows) == []
    ((finding,), *_) = (settle(row)[1] for row in rows)
    assert finding.done == "kedua angka tidak dipakai; cocok bila tanda desimal rasionya hilang"


def test_the_combined_ratio_in_another_unit_is_noted_too() -> None:
    # (15/200 + 18/300)/2 = 0,0675; (9/120 + 12/90)/2 = 0,1042; (2/50 + 8/64)/2 = 0,0825.
    rows = table(
        dm_controlled=[15, 9, 2], dm_registered=[200, 120, 50], ht_controlled=[18, 12, 8], ht_registered=[300, 90, 64],
        rppt_printed=["67,5", "104,2", "82,5"],
    )  # fmt: skip
    (finding,) = judged(rows)
    assert (finding.column, finding.done) == ("RPPT", "dibandingkan sebagai per mil, bukan persen")
    assert used(rows, "dm_registered") == [200, 120, 50]
