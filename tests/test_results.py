"""Results of a district that can be worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import small_district
from pandas.testing import assert_frame_equal
from small_report import GROUNDS

from analysis.bands import Band
from analysis.contract import COUNTS, facility_months
from analysis.district import FACILITY_COLUMNS
from analysis.errors import DataError
from analysis.findings import load_kinds
from analysis.indicators import load_indicators
from analysis.ledger import Finding, ledger_table
from analysis.payment import load_tariffs
from analysis.periods import parse_period
from analysis.results import Results, whole_facts
from analysis.results_compute import Inputs, compute_results
from analysis.results_steps import allowed_nonspecialist, needed_contacts
from analysis.rules import load_rules
from analysis.timeliness import arrivals
from analysis.workspace import PROJECT

REFERENCE = PROJECT / "data" / "reference"
RULE = next(r for r in load_rules(REFERENCE) if r.id == "perban-7-2019")
INDICATORS = load_indicators(REFERENCE)
FACILITIES = pd.DataFrame(
    {"code": ["0101A001", "0101A002", "0101A003"], "doctors": [1, 1, 1], "dentists": [1, 0, 1],
     "cooperating_since": pd.Timestamp("2014-01-01")}
).reindex(columns=list(FACILITY_COLUMNS)).astype(FACILITY_COLUMNS)  # fmt: skip


def closed(code: str, day: str) -> pd.DataFrame:
    since = FACILITIES["closed_since"].mask(FACILITIES["code"] == code, pd.Timestamp(day))
    return FACILITIES.assign(closed_since=since)


def compute(
    table: pd.DataFrame, period: str = "2025-S1", compare: str = "2024-S1", facilities: pd.DataFrame = FACILITIES
) -> Results:
    inputs = Inputs(
        table=table,
        ledger=ledger_table(
            [Finding("no_value_sign", file="a.xlsx", row=3, facility_code="0101A001", month="2025-03")]
        ),
        kinds=load_kinds(REFERENCE),
        facilities=facilities,
        indicators=load_indicators(REFERENCE),
        rules=load_rules(REFERENCE),
        tariffs=load_tariffs(REFERENCE),
        arrivals=arrivals([]),
        grounds=GROUNDS,
    )
    return compute_results(inputs, parse_period(period), parse_period(compare))


@pytest.fixture(scope="module")
def results() -> Results:
    return compute(small_district.table())


def one(frame: pd.DataFrame, **keys: Any) -> pd.Series:
    for column, value in keys.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


@pytest.mark.parametrize("name", ["AK", "RRNS", "RPPT"])
def test_district_values_are_ratios_of_sums(results: Results, name: str) -> None:
    before, after = small_district.EXPECTED[name]
    assert one(results["district"], group="utama", indicator=name, span="ini")["value"] == pytest.approx(after)
    assert one(results["district"], group="utama", indicator=name, span="pembanding")["value"] == pytest.approx(before)
    assert one(results["change"], group="utama", indicator=name)["value"] == pytest.approx(after - before)


def test_share_on_target_counts_the_same_facilities(results: Results) -> None:
    # AK >= 150: 2024 Cahaya (150 exactly); 2025 Air Jernih (160) and Cahaya (155). RRNS <= 2: 2024 Cahaya; 2025 A and C
    for name in ("AK", "RRNS"):
        row = one(results["share"], group="utama", indicator=name)
        assert [int(row[c]) for c in ("both", "rose", "fell", "neither")] == [1, 1, 0, 1]
        assert json.loads(row["rose_names"]) == ["PUSKESMAS AIR JERNIH"]


def test_tests_are_counted_and_adjusted(results: Results) -> None:
    rows = [one(results[t], group="utama", indicator=n) for t in ("change", "share") for n in ("AK", "RRNS", "RPPT")]
    assert {int(r["tests"]) for r in rows} == {6}
    assert all(r["p_adjusted"] >= r["p"] for r in rows)


def test_a_facility_with_too_few_months_is_named_with_the_reason() -> None:
    table = small_district.table()
    gone = (table["facility_code"] == "0101A002") & (table["month"] >= pd.Period("2025-03", "M"))
    row = one(compute(table[~gone])["share"], group="utama", indicator="AK")
    assert int(row["n"]) == 2
    assert json.loads(row["excluded_names"]) == [
        {"code": "0101A002", "name": "PUSKESMAS BUKIT TINGGI", "ini": "hanya 2 bulan yang dapat dipakai"}
    ]  # fmt: skip


def test_puskesmas_above_target_with_months_and_excess(results: Results) -> None:
    # Bukit Tinggi: 36 of 1,200 = 3 percent; 2 percent allow 24; 12 too many, in all six months
    row = results["attention"].iloc[0]
    assert len(results["attention"]) == 1
    assert (row["nonspecialist_referrals"], row["allowed"], row["excess"]) == (36, 24, 12)
    assert json.loads(row["months_above"]) == [1, 2, 3, 4, 5, 6]


def test_cost_by_hand(results: Results) -> None:
    # result of December 2024 is not there, so January 2025 cannot be priced; February to June: 5 months
    # A: AK 160 (4), RRNS 1 (4), RPPT 6 (4): 4.0, 100 percent of 1,000 × 7,000
    # B: AK 140 (2), RRNS 3 (2), RPPT 3 (2): 2.0, 90 percent of 3,000 × 6,300 = 18,900,000 → 1,890,000 withheld a month
    # C: AK 155 (4), RRNS 2 (4), RPPT 3 (2): 3.8, 95 percent of 2,000 × 7,000 = 14,000,000 → 700,000 a month
    # all have fewer than 5,000 participants and a year of cooperation: under "dan" nothing is withheld
    row = one(results["cost"], group="utama", span="ini")
    assert (row["priced"], row["unpriced"]) == (15, 3)
    assert (row["gross"], row["withheld_low"], row["withheld_high"]) == (5 * 39_900_000, 0, 5 * 2_590_000)


def states(results: Results, span: str = "ini") -> dict[str, int]:
    rows = results["completeness"]
    return {str(k): int(v) for k, v in rows.loc[rows["span"] == span, "state"].value_counts().items()}


def without(table: pd.DataFrame, code: str, first: str, last: str) -> pd.DataFrame:
    months = table["month"].between(pd.Period(first, "M"), pd.Period(last, "M"))
    return table[~((table["facility_code"] == code) & months)]


@pytest.mark.parametrize(
    ("closed_since", "expected"),
    [
        # 3 × 6 facility-months; one row lacks in the middle, two at the end
        (None, {"lengkap": 15, "tidak ada": 3}),
        ("2025-05-01", {"lengkap": 15, "di luar masa": 2, "tidak ada": 1}),
        ("2025-05-31", {"lengkap": 15, "di luar masa": 2, "tidak ada": 1}),
        ("2025-06-01", {"lengkap": 15, "di luar masa": 1, "tidak ada": 2}),
        ("2025-07-01", {"lengkap": 15, "tidak ada": 3}),
        ("2025-02-01", {"lengkap": 15, "di luar masa": 2, "tidak ada": 1}),  # rows after the closing still count
    ],
)
def test_rows_that_stay_away_are_missing_unless_the_facility_closed(
    closed_since: str | None, expected: dict[str, int]
) -> None:
    table = without(without(small_district.table(), "0101A003", "2025-05", "2025-06"), "0101A001", "2025-02", "2025-02")
    facilities = FACILITIES if closed_since is None else closed("0101A003", closed_since)
    results = compute(table, facilities=facilities)
    assert states(results) == expected
    # the money counts the same months: C has no row in May and June
    paid = results["payments"].query("span == 'ini' and facility_code == '0101A003'")
    outside = expected.get("di luar masa", 0)
    assert len(paid) == 6 - outside
    assert paid["paid_low"].isna().sum() == 3 - outside  # January has no result of the month before


def test_months_before_the_first_row_are_outside_unless_the_facility_cooperated() -> None:
    table = without(small_district.table(), "0101A003", "2024-01", "2025-02")
    undated = FACILITIES.assign(
        cooperating_since=FACILITIES["cooperating_since"].where(FACILITIES["code"] != "0101A003")
    )
    assert states(compute(table, facilities=undated)) == {"lengkap": 16, "di luar masa": 2}
    assert states(compute(table, facilities=undated), "pembanding") == {"lengkap": 12, "di luar masa": 6}
    assert states(compute(table)) == {"lengkap": 16, "tidak ada": 2}


def test_rows_without_a_count_are_none_while_the_facility_is_not_open() -> None:
    # a workbook that lists every facility in every month: C cooperates since 1 March 2024 and closed on 10 May 2025
    table = small_district.table()
    of_c = table["facility_code"] == "0101A003"
    idle = of_c & ((table["month"] < pd.Period("2024-03", "M")) | (table["month"] >= pd.Period("2025-05", "M")))
    blank = table.assign(**{c: table[c].mask(idle) for c in COUNTS})
    since = FACILITIES["cooperating_since"].mask(FACILITIES["code"] == "0101A003", pd.Timestamp("2024-03-01"))
    results = compute(blank, facilities=closed("0101A003", "2025-05-10").assign(cooperating_since=since))
    assert states(results) == {"lengkap": 16, "di luar masa": 2}
    assert states(results, "pembanding") == {"lengkap": 16, "di luar masa": 2}
    assert len(results["payments"].query("span == 'ini' and facility_code == '0101A003'")) == 4
    # without the two dates, nobody can tell such rows from figures that were not reported
    assert states(compute(blank)) == {"lengkap": 16, "kosong": 2}


def test_dentists_have_no_part_in_what_kbk_costs() -> None:
    # 900 participants × Rp3,500 a month are no capitation that a result of KBK could lower
    table = small_district.table()
    dentist = table[table["facility_code"] == "0101A001"].assign(
        facility_code="0101G009", facility_name="drg. KENANGA", facility_type="dokter_gigi", registered=900, contacts=90
    )
    listed = pd.concat([FACILITIES, FACILITIES.iloc[:1].assign(code="0101G009", type="dokter_gigi", doctors=0)])
    whole = compute(facility_months(pd.concat([table, dentist])), facilities=listed)
    assert_frame_equal(whole["cost"], compute(table)["cost"])


def test_a_listed_facility_in_no_file_is_missing_in_every_month() -> None:
    table = small_district.table()
    more = FACILITIES.iloc[:1].assign(code="0101A009", name="PUSKESMAS DANAU")
    results = compute(table, facilities=pd.concat([FACILITIES, more], ignore_index=True))
    assert states(results) == {"lengkap": 18, "tidak ada": 6}
    paid = results["payments"].query("span == 'ini' and facility_code == '0101A009'")
    assert set(paid["group"]) == {"utama"}
    assert paid["reason"].str.startswith("tidak ada baris").all()
    assert len(paid) == 6
    assert set(paid["facility_name"]) == {"PUSKESMAS DANAU"}
    # it is no facility of the ratios
    assert "0101A009" not in set(results["facility"]["facility_code"])


def test_months_after_the_last_file_are_missing() -> None:
    table = small_district.table()
    table = table[table["month"] <= pd.Period("2025-04", "M")]
    assert states(compute(table)) == {"lengkap": 12, "tidak ada": 6}


def test_nothing_priced_is_no_amount() -> None:
    cost = compute(small_district.table(), facilities=FACILITIES.iloc[:0])["cost"]
    row = one(cost, group="utama", span="ini")
    assert (row["priced"], row["unpriced"]) == (0, 18)
    assert cost.loc[cost["priced"] == 0, ["gross", "withheld_low", "withheld_high"]].isna().all(axis=None)


def changed(year: int, **values: int) -> pd.DataFrame:
    """The small district with other counts in one year."""
    table = small_district.table()
    rows = table["month"].dt.year == year
    return table.assign(**{column: table[column].mask(rows, value) for column, value in values.items()})


def agree(results: Results) -> None:
    district = results["district"]
    assert (district["value"].isna() == district["on_target"].isna()).all()
    assert ((district["lower"].notna()) | (district["reason"] != "")).all()
    for row in district.dropna(subset=["value"]).itertuples():
        band = RULE.target(row.indicator)
        reached = row.value >= float(band.lower) if band.lower is not None else row.value <= float(band.upper or 0)
        assert reached == row.on_target


def test_no_referral_at_all_is_zero_by_convention_everywhere() -> None:
    results = compute(changed(2025, referrals=0, nonspecialist_referrals=0))
    agree(results)
    row = one(results["district"], group="utama", indicator="RRNS", span="ini")
    assert (row["value"], row["on_target"], row["convention"]) == (0.0, True, True)
    assert pd.isna(row["lower"])
    assert "penyebut nol" in row["reason"]
    # 2024: 13 of 400 = 3.25 percent; 2025: 0 by convention, so nothing to test
    change = one(results["change"], group="utama", indicator="RRNS")
    assert (change["before"], change["after"], change["value"]) == (3.25, 0.0, -3.25)
    assert pd.isna(change["p"])
    assert change["convention"]
    assert "penyebut nol" in change["reason"]


def test_without_hypertension_patients_the_rest_of_rppt_stands_alone() -> None:
    none: dict[str, int] = {"ht_registered": 0, "ht_controlled": 0}
    results = compute(changed(2025, **none))
    agree(results)
    # DM 2025: 6 + 2 + 3 of 300 = 3.67 percent; 2024: mean of 10/300 and 15/400 = 3.54 percent
    row = one(results["district"], group="utama", indicator="RPPT", span="ini")
    assert row["value"] == pytest.approx(11 / 3)
    assert row["convention"]
    assert row["lower"] < row["value"] < row["upper"]
    change = one(results["change"], group="utama", indicator="RPPT")
    assert change["value"] == pytest.approx(11 / 3 - (10 / 300 + 15 / 400) / 2 * 100)
    assert pd.isna(change["p"])
    assert "bagian indikator yang berbeda" in change["reason"]
    table = small_district.table().assign(**none)
    change = one(compute(table)["change"], group="utama", indicator="RPPT")
    assert change["value"] == pytest.approx(1 / 3)  # 10 of 300 became 11 of 300
    assert change["p"] > 0


def test_group_without_facilities_is_not_on_target() -> None:
    results = compute(small_district.table())
    agree(results)
    row = one(results["district"], group="lainnya", indicator="RRNS", span="ini")
    assert pd.isna(row["value"])
    assert pd.isna(row["on_target"])


def test_zero_denominator_is_not_called_a_lack_of_months() -> None:
    table = changed(2025, dm_registered=0, dm_controlled=0, ht_registered=0, ht_controlled=0)
    row = one(compute(table)["facility"], facility_code="0101A001", indicator="RPPT", span="ini")
    assert (row["months"], row["reason"], bool(row["comparable"])) == (6, "penyebut nol", False)


def test_tariffs_of_both_periods_are_told() -> None:
    table = small_district.table()
    both = table.assign(month=table["month"] - 24)  # 2022-S1 by Permenkes 52/2016, 2023-S1 by Permenkes 3/2023
    assert compute(both, "2023-S1", "2022-S1").facts["tariffs"] == ["permenkes-3-2023", "permenkes-52-2016"]


def test_two_facilities_of_one_name_stay_two() -> None:
    table = small_district.table()
    table["facility_name"] = table["facility_name"].replace({"PUSKESMAS CAHAYA": "PUSKESMAS BUKIT TINGGI"})
    few = without(without(table, "0101A002", "2025-03", "2025-06"), "0101A003", "2025-02", "2025-06")
    results = compute(few)
    assert set(results["facility"]["facility_name"]) == {
        "PUSKESMAS AIR JERNIH", "PUSKESMAS BUKIT TINGGI (0101A002)", "PUSKESMAS BUKIT TINGGI (0101A003)"
    }  # fmt: skip
    excluded = json.loads(one(results["share"], group="utama", indicator="AK")["excluded_names"])
    assert [(e["code"], e["ini"]) for e in excluded] == [
        ("0101A002", "hanya 2 bulan yang dapat dipakai"), ("0101A003", "hanya 1 bulan yang dapat dipakai"),
    ]  # fmt: skip


def test_saved_results_come_back_as_they_were(results: Results, tmp_path: Path) -> None:
    results.save(tmp_path)
    again = Results.load(tmp_path)
    assert again.facts == results.facts
    assert set(again.tables) == set(results.tables)
    for name in ("monthly", "payments", "ledger", "facility"):
        left, right = (t[name].reset_index(drop=True) for t in (again, results))
        assert left.astype("string").equals(right.astype("string")), name


def test_facts_alone_are_refused_too_where_a_table_is_not_the_written_one(results: Results, tmp_path: Path) -> None:
    results.save(tmp_path)
    assert whole_facts(tmp_path) == results.facts
    table = tmp_path / "monthly.parquet"
    table.write_bytes(table.read_bytes() + b"x")
    with pytest.raises(DataError, match="tidak utuh"):
        whole_facts(tmp_path)


def test_period_without_data_is_refused_with_what_there_is() -> None:
    with pytest.raises(DataError, match="Januari 2024 sampai Juni 2025"):
        compute(small_district.table(), "2023-S1", "2022-S1")


def test_results_before_the_analysis_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="02_trends"):
        Results.load(tmp_path)


@pytest.mark.parametrize(
    ("registered", "needed"), [(1000, 150), (1001, 151), (6667, 1001), (0, 0)]
)  # ceil(0.15 × 1001) = ceil(150.15); ceil(0.15 × 6667) = ceil(1000.05)
def test_contacts_needed(registered: int, needed: int) -> None:
    assert needed_contacts(registered, Band.parse(">= 150")) == needed


@pytest.mark.parametrize(
    ("referrals", "band", "allowed"),
    [(100, "<= 2", 2), (149, "<= 2", 2), (150, "<= 2", 3), (0, "<= 2", 0), (100, "< 5", 4), (101, "< 5", 5)],
)
def test_referrals_allowed_with_closed_and_strict_limits(referrals: int, band: str, allowed: int) -> None:
    assert allowed_nonspecialist(referrals, Band.parse(band)) == allowed


@pytest.mark.parametrize("keep", ["none_on_target", "one_facility", "two_months", "zero_referrals"])
def test_thin_or_odd_data_give_results_not_exceptions(keep: str) -> None:
    table = small_district.table()
    if keep == "none_on_target":
        table = table.assign(contacts=1)
    elif keep == "one_facility":
        table = table[table["facility_code"] == "0101A001"]
    elif keep == "two_months":
        table = table[table["month"].isin([pd.Period("2024-01", "M"), pd.Period("2025-01", "M")])]
    else:
        table = table.assign(referrals=0, nonspecialist_referrals=0)
    results = compute(facility_months(table))
    change = results["change"]
    assert ((change["value"].notna()) | (change["reason"] != "")).all()
    shares = results["share"].query("group == 'utama'")
    assert ((shares["value"].notna()) | (shares["reason"] != "")).all()
