"""The same facilities in two periods: values, ratios, facilities and months against scipy, statsmodels and by hand."""

from __future__ import annotations

from statistics import median

import pandas as pd
import pytest
import small_district
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from small_scope import facility, holm_by_hand, months, same_tables, scope, table
from statsmodels.tsa.seasonal import seasonal_decompose

from analysis.results_comparison import comparison_tables
from analysis.results_indicators import facility_indicators

BEFORE, AFTER = months("2024-01", "2024-06"), months("2025-01", "2025-06")
BOTH = [*BEFORE, *AFTER]


def made(rows: pd.DataFrame, period: str = "2025-S1", compare: str = "2024-S1") -> dict[str, pd.DataFrame]:
    own = scope(rows, period, compare)
    return comparison_tables(own, facility_indicators(own))


def of(tables: dict[str, pd.DataFrame], name: str, indicator: str, group: str = "") -> pd.DataFrame:
    frame = tables[name]
    frame = frame[frame["indicator"] == indicator]
    return (frame[frame["group"] == group] if group else frame).reset_index(drop=True)


def two(code: str, before: int, after: int, referrals: int = 1000, **more: object) -> list[dict[str, object]]:
    """A facility whose non-specialist referrals and contacts are constant within each period."""
    counts = {
        "nonspecialist_referrals": [before] * 6 + [after] * 6,
        "contacts": [100 + before] * 6 + [100 + 2 * after] * 6,
    }
    return facility(code, BOTH, referrals=referrals, **counts, **more)  # type: ignore[arg-type]


PAIRS = [(40, 35), (30, 31), (52, 40), (28, 20), (45, 36), (38, 24), (60, 43)]
"""Non-specialist referrals of 1000 a month, before and after: differences −5, 1, −12, −8, −9, −14, −17, all apart."""


@pytest.fixture(scope="module")
def seven() -> dict[str, pd.DataFrame]:
    clinic = two("0101B001", 30, 20, kind="klinik_pratama")
    return made(table(*(two(f"0101A{i:03d}", *p) for i, p in enumerate(PAIRS, 1)), clinic))


def test_typical_change_is_hodges_lehmann_with_exact_wilcoxon(seven: dict[str, pd.DataFrame]) -> None:
    row = of(seven, "value_change", "RRNS", "utama").iloc[0]
    differences = [(a - b) / 10 for b, a in PAIRS]  # percent points
    walsh = [(x + y) / 2 for i, x in enumerate(differences) for y in differences[i:]]
    assert row["value"] == pytest.approx(median(walsh))
    assert row["p"] == pytest.approx(stats.wilcoxon(differences, method="exact").pvalue)
    # of the 28 means the third from either end: P(T <= 2) = 3/128 is the last below 2,5 percent (R wilcox.test)
    assert [row["lower"], row["upper"]] == pytest.approx([sorted(walsh)[2], sorted(walsh)[-3]])
    assert row["n"] == 7


def test_families_are_the_indicators_of_a_group(seven: dict[str, pd.DataFrame]) -> None:
    values = seven["value_change"]
    assert values["group"].drop_duplicates().tolist() == ["utama", "lainnya", "semua"]
    for group in ("utama", "lainnya", "semua"):
        own = values[values["group"] == group]
        tested = own[own["p"].notna()]
        assert tested["p_adjusted"].tolist() == pytest.approx(holm_by_hand(tested["p"].tolist()))
        assert set(tested["tests"]) == {len(tested)}
    models = seven["model_change"]
    for kind in ("rasio", "GEE"):
        own = models[(models["group"] == "utama") & (models["kind"] == kind)]
        tested = own[own["p"].notna()]
        assert tested["p_adjusted"].tolist() == pytest.approx(holm_by_hand(tested["p"].tolist()))
    assert values.set_index(["group", "indicator"]).loc[("semua", "RRNS"), "n"] == 8


def test_ratios_of_the_totals_by_hand(seven: dict[str, pd.DataFrame]) -> None:
    rows = of(seven, "model_change", "RRNS", "utama").set_index("kind")
    before, after = (sum(p[i] for p in PAIRS) / 7000 for i in (0, 1))
    assert rows.loc["rasio", "value"] == pytest.approx(after / before)
    odds = (after / (1 - after)) / (before / (1 - before))  # the logit of two periods holds the odds of the sums
    assert rows.loc["GEE", "value"] == pytest.approx(odds)
    contacts = of(seven, "model_change", "AK", "utama").set_index("kind")
    totals = [sum(100 + b for b, _ in PAIRS), sum(100 + 2 * a for _, a in PAIRS)]
    assert contacts["value"].tolist() == pytest.approx([totals[1] / totals[0]] * 2)
    assert of(seven, "model_change", "RPPT", "utama")["part"].tolist() == ["", "DM", "HT"]


def test_changes_of_facilities_by_fisher_and_benjamini_hochberg(seven: dict[str, pd.DataFrame]) -> None:
    rows = of(seven, "facility_change", "RRNS")
    ps = [stats.fisher_exact([[6 * b, 6000 - 6 * b], [6 * a, 6000 - 6 * a]]).pvalue for b, a in PAIRS]
    assert rows["p"].tolist() == pytest.approx(ps)
    adjusted = stats.false_discovery_control(ps, method="bh")
    assert rows["p_adjusted"].tolist() == pytest.approx(adjusted.tolist())
    assert rows["value"].tolist() == pytest.approx([(a - b) / 10 for b, a in PAIRS])
    assert rows["before"].tolist() == pytest.approx([b / 10 for b, _ in PAIRS])
    expected = ["turun" if p <= 0.05 else "belum dapat disimpulkan" for p in adjusted]
    assert rows["verdict"].tolist() == expected
    assert {"turun", "belum dapat disimpulkan"} <= set(expected)
    assert (rows["dispersion"].tolist(), set(rows["tests"])) == ([1.0] * 7, {7})
    assert not rows["facility_code"].eq("0101B001").any()


def test_changes_of_rates_are_exact_poisson_ratios(seven: dict[str, pd.DataFrame]) -> None:
    rows = of(seven, "facility_change", "AK")
    before, after = zip(*((6 * (100 + b), 6 * (100 + 2 * a)) for b, a in PAIRS), strict=True)
    assert rows["value"].tolist() == pytest.approx([a / b for b, a in zip(before, after, strict=True)])
    assert rows["after"].tolist() == pytest.approx([a / 6 for a in after])  # per mille of 1000 participants a month
    ps = [stats.binomtest(a, a + b, 0.5).pvalue for b, a in zip(before, after, strict=True)]
    assert rows["p"].tolist() == pytest.approx(ps)
    limits = stats.binomtest(after[0], after[0] + before[0], 0.5).proportion_ci(0.95, method="exact")
    assert rows["lower"][0] == pytest.approx(limits.low / (1 - limits.low))
    assert rows["upper"][0] == pytest.approx(limits.high / (1 - limits.high))


def test_facilities_that_cannot_be_compared_are_not_tested() -> None:
    rows = table(
        two("0101A001", 40, 20),
        facility("0101A002", AFTER),
        facility("0101A003", [*BEFORE, "2025-01"]),
        facility("0101A004", BOTH, referrals=0, nonspecialist_referrals=0),
    )
    tables = made(rows)
    changes = of(tables, "facility_change", "RRNS")
    assert changes["tests"].tolist() == [1] * 4
    assert changes["p_adjusted"].isna().tolist() == [False, True, True, True]
    assert changes["reason"].tolist()[1:3] == [
        "pembanding: tidak ada bulan yang dapat dipakai", "periode ini: hanya 1 bulan yang dapat dipakai",
    ]  # fmt: skip
    assert changes["reason"][3] != ""  # a ratio by convention is no count that can be tested
    assert (changes["before"][3], changes["after"][3]) == (0, 0)
    assert changes["before"].isna().tolist() == [False, True, False, False]


def test_facilities_are_in_the_order_of_their_names() -> None:
    rows = table(
        facility("0101A001", BOTH, "PUSKESMAS ZEBRA"), facility("0101A003", BOTH, "PUSKESMAS SAMA"),
        facility("0101A002", BOTH, "PUSKESMAS SAMA"),
    )  # fmt: skip
    codes = of(made(rows), "facility_change", "RRNS")["facility_code"].tolist()
    assert codes == ["0101A002", "0101A003", "0101A001"]


def test_a_part_that_stands_in_one_period_only_is_left_out_of_both() -> None:
    rows = table(
        facility("0101A001", BOTH, dm_controlled=[5] * 6 + [7] * 6, ht_registered=[100] * 6 + [0] * 6,
                 ht_controlled=[9] * 6 + [0] * 6)
    )  # fmt: skip
    row = of(made(rows), "facility_change", "RPPT").iloc[0]
    # with hypertension the first period would be (5 + 9) / 2 = 7; like with like is 5 against 7
    assert [row["before"], row["after"], row["value"]] == pytest.approx([5.0, 7.0, 2.0])
    assert row["note"].startswith("hanya 1 dari 2 bagian")


def test_months_meet_themselves_a_year_before_over_what_both_years_have() -> None:
    gap = [m for m in BOTH if m != "2024-02"]
    rows = table(
        facility("0101A001", BOTH, nonspecialist_referrals=[2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6]),
        facility("0101A002", gap, nonspecialist_referrals=8),
        facility("0101A003", BOTH, nonspecialist_referrals=[3] * 6 + [9] * 6, referrals=200),
    )
    tables = made(rows)
    found = of(tables, "month_change", "RRNS").set_index("calendar_month")
    assert found.index.tolist() == [0, 1, 2, 3, 4, 5, 6]
    # January: (2 + 8 + 3) / 400 and (1 + 8 + 9) / 400; February without the second facility: 6/300 and 11/300
    assert [found.loc[1, "before"], found.loc[1, "after"]] == pytest.approx([3.25, 4.5])
    assert [found.loc[2, "before"], found.loc[2, "after"]] == pytest.approx([2.0, 11 / 3])
    assert (found.loc[2, "matched"], found.loc[2, "unmatched"]) == (2, 1)
    assert (found.loc[0, "matched"], found.loc[0, "tests"]) == (17, 1)
    single = found.loc[1:]
    assert single["p_adjusted"].tolist() == pytest.approx(holm_by_hand(single["p"].tolist()))
    assert set(single["tests"]) == {6}


@pytest.mark.parametrize(("period", "compare"), [("2025-S1", "2024-S2"), ("2025-S1", "2024"), ("2024-S1", "2025-S1")])
def test_other_comparisons_have_no_table_of_months(period: str, compare: str) -> None:
    rows = table(facility("0101A001", months("2024-01", "2025-06")), facility("0101A002", months("2024-01", "2025-06")))
    assert made(rows, period, compare)["month_change"].empty


def test_season_is_the_classical_decomposition() -> None:
    when = months("2022-07", "2025-06")
    contacts = [100 + 5 * (i % 12) + i for i in range(len(when))]
    tables = made(table(facility("0101A001", when, contacts=contacts)))
    season = of(tables, "season", "AK").set_index("calendar_month")
    expected = seasonal_decompose([float(c) for c in contacts], model="multiplicative", period=12).seasonal
    assert season["factor"].tolist() == pytest.approx([float(expected[(m - 7) % 12]) for m in range(1, 13)])
    assert set(season["years"]) == {3}
    short = of(made(table(facility("0101A001", months("2024-01", "2025-06")))), "season", "AK")
    assert (len(short), short["factor"].isna().all()) == (1, True)
    assert "memerlukan 24 bulan berurutan" in short["reason"][0]


def test_small_district_by_hand() -> None:
    tables = made(small_district.table())
    ratio = of(tables, "model_change", "AK", "utama").set_index("kind").loc["rasio"]
    assert ratio["value"] == pytest.approx(890 / 830)
    assert (ratio["before"] is pd.NA, of(tables, "value_change", "AK", "lainnya")["reason"][0]) == (
        True, "tidak ada FKTP yang dapat dipasangkan",
    )  # fmt: skip
    # differences of AK: 20, 10, 5 per mille; means of pairs 5 7,5 10 12,5 15 20, median 11,25
    assert of(tables, "value_change", "AK", "utama")["value"][0] == pytest.approx(11.25)
    changes = of(tables, "facility_change", "RPPT")
    assert changes["value"].tolist() == pytest.approx([1.0, 0, 0])


def test_swapped_periods_turn_signs_and_invert_ratios() -> None:
    rows = table(*(two(f"0101A{i:03d}", *p) for i, p in enumerate(PAIRS[:4], 1)))
    one, turned = made(rows), made(rows, "2024-S1", "2025-S1")
    for name in ("RRNS", "AK"):
        first, second = (of(t, "value_change", name, "utama").iloc[0] for t in (one, turned))
        assert second["value"] == pytest.approx(-first["value"])
        first, second = (of(t, "model_change", name, "utama") for t in (one, turned))
        assert second["value"].tolist() == pytest.approx([1 / v for v in first["value"]])
        assert second["lower"].tolist() == pytest.approx([1 / v for v in first["upper"]])
    first, second = (of(t, "facility_change", "RRNS") for t in (one, turned))
    assert second["value"].tolist() == pytest.approx([-v for v in first["value"]])
    assert second["p"].tolist() == pytest.approx(first["p"].tolist())
    opposite = {"naik": "turun", "turun": "naik"}
    assert second["verdict"].tolist() == [opposite.get(v, v) for v in first["verdict"]]


def test_twice_the_counts_leave_the_ratios() -> None:
    rows = table(*(two(f"0101A{i:03d}", *p) for i, p in enumerate(PAIRS[:4], 1)))
    counts = rows.select_dtypes("Int64").columns.difference(["source_row"])
    doubled = rows.assign(**{c: rows[c] * 2 for c in counts})
    one, two_times = made(rows), made(doubled)
    for name in ("value_change", "model_change", "facility_change"):
        first, second = (t[name]["value"].astype(float).tolist() for t in (one, two_times))
        assert second == pytest.approx(first, nan_ok=True)


ROWS = table(*(two(f"0101A{i:03d}", *p, kind="puskesmas") for i, p in enumerate(PAIRS[:3], 1)))
TABLES = made(ROWS)


@settings(max_examples=3)
@given(st.permutations(range(len(ROWS))))
def test_order_of_rows_does_not_matter(order: list[int]) -> None:
    same_tables(TABLES, made(ROWS.iloc[order].reset_index(drop=True)))
