"""Scores and money of each month, against calculations by hand."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.contract import facility_months
from analysis.district import FACILITY_COLUMNS
from analysis.indicators import load_indicators
from analysis.payment import load_tariffs, monthly_payments, monthly_scores
from analysis.rules import load_rules
from analysis.workspace import PROJECT

REFERENCE = PROJECT / "data" / "reference"
INDICATORS, RULES, TARIFFS = load_indicators(REFERENCE), load_rules(REFERENCE), load_tariffs(REFERENCE)
ALL_REACHED = {
    "contacts": 900, "registered": 6000, "nonspecialist_referrals": 1, "referrals": 50,
    "dm_controlled": 5, "dm_registered": 100, "ht_controlled": 10, "ht_registered": 200,
}  # fmt: skip


def months(rows: list[dict[str, Any]]) -> pd.DataFrame:
    base = {"district": "uji", "facility_code": "A", "facility_name": "PUSKESMAS A", "facility_type": "puskesmas",
            "source_file": "uji.xlsx", "source_sheet": ""}  # fmt: skip
    table = pd.DataFrame([{**base, **ALL_REACHED, **row} for row in rows])
    return facility_months(table.assign(month=pd.PeriodIndex(table["month"], freq="M")))


def details(**values: Any) -> pd.DataFrame:
    row = {"code": "A", "doctors": 2, "dentists": 1, "cooperating_since": pd.Timestamp("2014-01-01"), **values}
    return pd.DataFrame([row]).reindex(columns=list(FACILITY_COLUMNS)).astype(FACILITY_COLUMNS)


def pay(rows: list[dict[str, Any]], facilities: pd.DataFrame, month: str) -> pd.Series:
    table = months(rows)
    scores = monthly_scores(table, facilities, INDICATORS, RULES)
    asked = pd.PeriodIndex([month], freq="M")
    return monthly_payments(table, facilities, scores, rules=RULES, tariffs=TARIFFS, months=asked).iloc[0]


def test_full_score_pays_everything() -> None:
    # 6,000 participants, 2 doctors (3,000 each), dentist: Rp7,000; AK 150, RRNS 2, RPPT 5: score 4.0
    row = pay([{"month": "2025-01"}, {"month": "2025-02"}], details(), "2025-02")
    assert (row["gross"], row["paid_low"], row["paid_high"]) == (42_000_000, 42_000_000, 42_000_000)


def test_payment_uses_the_result_of_the_month_before_and_participants_of_the_month() -> None:
    # January: AK 140 (rating 2), RRNS 2 (4), RPPT 5 (4): 4·2 + 5·4 + 4 = 32 → 3.2 → 95 percent of 6,100 × 7,000
    rows = [{"month": "2025-01", "contacts": 840}, {"month": "2025-02", "registered": 6100, "contacts": 6000}]
    row = pay(rows, details(), "2025-02")
    assert (row["gross"], row["percent_tenths"]) == (42_700_000, 950)
    assert (row["paid_low"], row["withheld_high"]) == (40_565_000, 2_135_000)
    assert str(row["result_month"]) == "2025-01"
    assert row["unconfirmed"]


def test_half_a_rupiah_is_rounded_up() -> None:
    # 5,001 × 5,300 = 26,505,300; 85 percent = 22,529,505.0; with 92.5 percent of 2017: 4,999 × 4,500 × 0.925 = 20,808,337.5
    rows = [
        {"month": "2017-05", "registered": 4999, "contacts": 10, "nonspecialist_referrals": 40,
         "prolanis_registered": 10, "prolanis_visited": 5},
        {"month": "2017-06", "registered": 4999, "contacts": 10},
    ]  # fmt: skip
    row = pay(rows, details(doctors=1, dentists=0), "2017-06")
    assert (row["percent_tenths"], row["paid_low"]) == (925, 20_808_338)


@pytest.mark.parametrize(
    ("since", "registered", "low", "high"),
    [
        ("2014-01-01", 6000, 950, 950),  # both conditions
        ("2024-06-01", 6000, 950, 1000),  # only participants: the two readings differ
        ("2014-01-01", 4000, 950, 1000),  # only one year
        ("2024-06-01", 4000, 1000, 1000),  # neither
        (None, 4000, 950, 1000),  # unknown since when: both readings stay open
        (None, 6000, 950, 1000),
        ("2024-02-01", 6000, 950, 950),  # a year on the first day of the month, and a day less
        ("2024-02-02", 6000, 950, 1000),
        ("2014-01-01", 5000, 950, 950),  # 5,000 exactly, and one less
        ("2014-01-01", 4999, 950, 1000),
        ("2024-02-02", 5000, 950, 1000),
    ],
)
def test_both_readings_of_the_condition_are_given(since: str | None, registered: int, low: int, high: int) -> None:
    rows = [{"month": "2025-01", "contacts": 840}, {"month": "2025-02", "registered": registered, "contacts": 10}]
    row = pay(rows, details(cooperating_since=pd.Timestamp(since) if since else pd.NaT), "2025-02")
    assert (row["paid_low"], row["paid_high"]) == (row["gross"] * low // 1000, row["gross"] * high // 1000)
    lacks = [row["gross"] * (1000 - share) // 1000 for share in (high, low)]
    assert [row["withheld_low"], row["withheld_high"]] == lacks


@pytest.mark.parametrize(
    ("kind", "doctors", "dentists", "registered", "tariff"),
    [
        # Permenkes 3/2023, Pasal 6 (1)
        ("puskesmas", 2, 1, 10_000, 7000), ("puskesmas", 2, 0, 10_000, 6300), ("puskesmas", 2, 1, 10_001, 6000),
        ("puskesmas", 1, 0, 5_001, 5300), ("puskesmas", 0, 1, 900, 4300), ("puskesmas", 0, 0, 900, 3600),
        ("klinik_pratama", 1, 1, 5_000, 12_000), ("klinik_pratama", 1, 0, 5_000, 10_000),
        ("klinik_pratama", 1, 1, 5_001, 11_000), ("klinik_pratama", 1, 0, 5_001, 9_000),
        ("dokter_mandiri", 1, 0, 5_000, 8_800), ("dokter_mandiri", 1, 0, 5_001, 8_300), ("dokter_gigi", 0, 1, 900, 3_500),
    ],
)  # fmt: skip
def test_tariff_of_2023(kind: str, doctors: int, dentists: int, registered: int, tariff: int) -> None:
    rows = [
        {"month": m, "facility_type": kind, "registered": registered, "contacts": 1} for m in ("2025-01", "2025-02")
    ]
    row = pay(rows, details(doctors=doctors, dentists=dentists), "2025-02")
    assert (row["tariff"], row["gross"]) == (tariff, tariff * registered)


def test_own_practice_and_place_without_network_are_paid_in_full() -> None:
    low = {"contacts": 1, "nonspecialist_referrals": 40}
    practice = [{"month": m, "facility_type": "dokter_mandiri", **low} for m in ("2025-01", "2025-02")]
    exempt = [{"month": m, **low} for m in ("2025-01", "2025-02")]
    assert pay(practice, details(), "2025-02")["withheld_high"] == 0
    assert pay(exempt, details(network_exempt=True), "2025-02")["withheld_high"] == 0


@pytest.mark.parametrize(
    ("change", "facilities", "reason"),
    [
        ({"registered": None, "contacts": None}, details(), "peserta"),
        ({}, details(doctors=pd.NA), "jumlah dokter"),
        ({}, details(code="B"), "facilities.csv"),
        ({"facility_type": None}, details(), "jenis FKTP"),
    ],
)
def test_what_cannot_be_priced_says_why(change: dict[str, Any], facilities: pd.DataFrame, reason: str) -> None:
    row = pay([{"month": "2025-01"}, {"month": "2025-02", **change}], facilities, "2025-02")
    assert pd.isna(row["paid_low"])
    assert reason in row["reason"]


def test_missing_result_month_is_told() -> None:
    row = pay([{"month": "2025-02"}], details(), "2025-02")
    assert pd.isna(row["paid_low"])
    assert "Januari 2025 tidak ada" in row["reason"]


def test_january_2023_has_no_certain_tariff() -> None:
    row = pay([{"month": "2022-12"}, {"month": "2023-01"}], details(), "2023-01")
    assert pd.isna(row["gross"])
    assert "belum dikonfirmasi" in row["reason"]


def test_special_tariff_goes_before_the_table() -> None:
    row = pay([{"month": "2025-01"}, {"month": "2025-02"}], details(special_tariff=9000), "2025-02")
    assert row["gross"] == 54_000_000


def test_dentist_is_not_judged() -> None:
    scores = monthly_scores(
        months([{"month": "2025-01", "facility_type": "dokter_gigi"}]), details(), INDICATORS, RULES
    )
    assert scores["score_tenths"].isna().all()
    assert scores["excluded"].all()


def test_old_rule_without_prolanis_visits_has_zones_but_no_payment() -> None:
    scores = monthly_scores(months([{"month": "2016-05"}]), details(), INDICATORS, RULES).iloc[0]
    assert (scores["grade_AK"], scores["grade_RRNS"]) == ("aman", "aman")
    assert pd.isna(scores["percent_tenths"])
    assert scores["reason"] == "tidak dapat dinilai: RPPB tidak tersedia"


def test_month_before_any_rule_is_not_judged() -> None:
    scores = monthly_scores(months([{"month": "2015-10"}]), details(), INDICATORS, RULES).iloc[0]
    assert pd.isna(scores["score_tenths"])
    assert "belum ada aturan" in scores["reason"]


def test_confirming_every_value_takes_the_marks_away(tmp_path: Path) -> None:
    for name in ("rules", "tariffs.yml", "indicators.yml"):
        source = REFERENCE / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    path = tmp_path / "rules" / "perban-7-2019.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("unconfirmed", "confirmed"), encoding="utf-8")
    rules = load_rules(tmp_path)
    table = months([{"month": "2025-01", "contacts": 840}, {"month": "2025-02"}])
    asked = pd.PeriodIndex(["2025-02"], freq="M")
    marks = []
    for known in (RULES, rules):
        scores = monthly_scores(table, details(), INDICATORS, known)
        paid = monthly_payments(table, details(), scores, rules=known, tariffs=TARIFFS, months=asked)
        marks.append((bool(scores["unconfirmed"].any()), bool(paid["unconfirmed"].any())))
    assert marks == [(True, True), (False, False)]


@pytest.mark.parametrize(
    ("contacts", "percent", "marked"),
    [(840, 950, True), (900, 1000, False)],  # score 3.2: less than all; score 4.0: all, whatever the condition says
)
def test_a_payment_below_all_rests_on_the_condition(tmp_path: Path, contacts: int, percent: int, marked: bool) -> None:
    """Everything is confirmed but the condition 'one year and/or 5,000 participants'."""
    shutil.copytree(REFERENCE / "rules", tmp_path / "rules")
    path = tmp_path / "rules" / "perban-7-2019.yml"
    head, condition = path.read_text(encoding="utf-8").replace("unconfirmed", "confirmed").split("adjusted_if:")
    condition = condition.replace("status: confirmed", "status: unconfirmed", 1)
    path.write_text(f"{head}adjusted_if:{condition}", encoding="utf-8")
    rules = load_rules(tmp_path)
    assert [name for name, _ in next(r for r in rules if r.id == "perban-7-2019").unconfirmed()] == ["adjusted_if"]
    table = months([{"month": "2025-01", "contacts": contacts}, {"month": "2025-02"}])
    scores = monthly_scores(table, details(), INDICATORS, rules)
    asked = pd.PeriodIndex(["2025-02"], freq="M")
    paid = monthly_payments(table, details(), scores, rules=rules, tariffs=TARIFFS, months=asked).iloc[0]
    assert not scores["unconfirmed"].any()
    assert (paid["percent_tenths"], bool(paid["unconfirmed"])) == (percent, marked)


def test_a_judged_payment_by_an_unconfirmed_tariff_is_marked(tmp_path: Path) -> None:
    # every value of the rule is confirmed; of the tariffs those of 2023 are, the puskesmas rows of 2016 are not
    shutil.copytree(REFERENCE / "rules", tmp_path / "rules")
    path = tmp_path / "rules" / "perban-7-2019.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("unconfirmed", "confirmed"), encoding="utf-8")
    rules, marks = load_rules(tmp_path), []
    for year in (2022, 2025):
        table = months([{"month": f"{year}-05", "contacts": 840}, {"month": f"{year}-06"}])
        scores = monthly_scores(table, details(), INDICATORS, rules)
        asked = pd.PeriodIndex([f"{year}-06"], freq="M")
        paid = monthly_payments(table, details(), scores, rules=rules, tariffs=TARIFFS, months=asked).iloc[0]
        marks.append((paid["percent_tenths"], bool(paid["unconfirmed"])))
    assert marks == [(950, True), (950, False)]


def test_full_payment_on_unconfirmed_values_is_marked() -> None:
    row = pay([{"month": "2025-01"}, {"month": "2025-02"}], details(), "2025-02")
    assert (row["percent_tenths"], bool(row["unconfirmed"])) == (1000, True)


def test_more_than_all_is_paid_for_three_zones_of_achievement() -> None:
    # 1,500 of 6,000 = 250 per mil; 0 of 50 referrals; 90 of 100 visited: 115 percent of 6,000 × 6,000
    best = {"contacts": 1500, "nonspecialist_referrals": 0, "prolanis_registered": 100, "prolanis_visited": 90}
    row = pay([{"month": "2017-02", **best}, {"month": "2017-03"}], details(), "2017-03")
    assert (row["gross"], row["percent_tenths"]) == (36_000_000, 1150)
    assert (row["paid_low"], row["paid_high"], row["withheld_high"]) == (41_400_000, 41_400_000, -5_400_000)


def test_confirmed_zone_payment_of_2017_is_not_marked() -> None:
    rows: list[dict[str, Any]] = [
        {"month": "2017-05", "prolanis_registered": 10, "prolanis_visited": 5},
        {"month": "2017-06"},
    ]
    table = months(rows)
    scores = monthly_scores(table, details(), INDICATORS, RULES)
    assert scores.loc[0, "percent_tenths"] == 1000
    assert not scores["unconfirmed"].any()


def test_practice_is_paid_in_full_without_a_result_of_the_month_before() -> None:
    # 6,000 participants above the ratio of one doctor: Rp8,300
    row = pay([{"month": "2025-02", "facility_type": "dokter_mandiri"}], details(doctors=1), "2025-02")
    assert (row["gross"], row["paid_low"], row["withheld_high"]) == (49_800_000, 49_800_000, 0)


def test_young_and_small_facility_is_paid_in_full_whatever_its_result() -> None:
    row = pay(
        [{"month": "2025-02", "registered": 2289}], details(cooperating_since=pd.Timestamp("2024-12-01")), "2025-02"
    )
    assert row["withheld_high"] == 0
    assert "dibayar penuh" in row["reason"]


def test_a_month_without_a_row_is_counted_and_told() -> None:
    table = months([{"month": "2025-01"}, {"month": "2025-03"}])
    scores = monthly_scores(table, details(), INDICATORS, RULES)
    asked = pd.PeriodIndex(["2025-01", "2025-02", "2025-03", "2025-04"], freq="M")
    paid = monthly_payments(table, details(), scores, rules=RULES, tariffs=TARIFFS, months=asked)
    assert paid["month"].astype(str).tolist() == ["2025-01", "2025-03", "2025-02", "2025-04"]
    assert paid["reason"].tolist()[2:] == ["tidak ada baris untuk Februari 2025", "tidak ada baris untuk April 2025"]
    shut = details(closed_since=pd.Timestamp("2025-04-15"))
    paid = monthly_payments(table, shut, scores, rules=RULES, tariffs=TARIFFS, months=asked)
    assert paid["month"].astype(str).tolist() == ["2025-01", "2025-03", "2025-02"]


# Score 3.2: a clinic gets 97 percent of the capitation; a practice of its own is paid in full.
# Two doctors, 3,000 each, with a dentist: clinic Rp12,000 (practice Rp8,800).
@pytest.mark.parametrize(
    ("judged", "paid", "tariff", "percent"),
    [
        ("klinik_pratama", "klinik_pratama", 12_000, 970),
        ("dokter_mandiri", "klinik_pratama", 12_000, 1000),  # judged as a practice, paid as a clinic
        ("klinik_pratama", "dokter_mandiri", 8_800, 970),
        (None, "dokter_mandiri", 8_800, 1000),  # a result without a type: the type of the payment month
        ("puskesmas", "klinik_pratama", 12_000, 950),  # a puskesmas gets 95 percent
        ("klinik_pratama", "rs_d_pratama", 12_000, 970),
    ],
)
def test_type_of_the_result_month_decides_the_percent_that_of_the_payment_month_the_tariff(
    judged: str | None, paid: str, tariff: int, percent: int
) -> None:
    rows = [
        {"month": "2025-01", "contacts": 840, "facility_type": judged},
        {"month": "2025-02", "contacts": 6000, "facility_type": paid},
    ]
    row = pay(rows, details(), "2025-02")
    assert (row["tariff"], row["percent_tenths"]) == (tariff, percent)


def test_full_payment_with_an_unconfirmed_tariff_is_marked() -> None:
    # the puskesmas rows of Permenkes 52/2016 are not confirmed; a place without network is paid in full
    rows = [{"month": "2022-05"}, {"month": "2022-06"}]
    row = pay(rows, details(network_exempt=True), "2022-06")
    assert (row["percent_tenths"], bool(row["unconfirmed"])) == (1000, True)
    row = pay([{"month": "2025-01"}, {"month": "2025-02"}], details(network_exempt=True), "2025-02")
    assert (row["percent_tenths"], bool(row["unconfirmed"])) == (1000, False)


def test_full_payment_by_an_unconfirmed_condition_is_marked() -> None:
    young = details(cooperating_since=pd.Timestamp("2024-12-01"))
    assert pay([{"month": "2025-02", "registered": 2289}], young, "2025-02")["unconfirmed"]
