"""Shares on target over several periods and year against year: counts, gaps, tests by statsmodels and by hand."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_scope import facility, holm_by_hand, months, same_tables, scope, table
from statsmodels.stats.contingency_tables import cochrans_q

from analysis.periods import Period, parse_period
from analysis.results_history import history_tables, same_length, whole_years
from analysis.wording import row_of

NEWS = {  # on target for RRNS (x) or not (.) in 2021, 2022, 2023
    "0101A001": "xxx", "0101A002": ".xx", "0101A003": ".xx", "0101A004": ".x.", "0101A005": ".xx", "0101A006": ".xx",
    "0101A007": ".x.", "0101A008": "...", "0101A009": "x..", "0101A010": "..x",
}  # fmt: skip


def yearly(states: dict[str, str], first: int, name: str = "") -> pd.DataFrame:
    """Facilities on target (1 of 100 referrals) or not (5 of 100) in every month of each year; a blank has no rows."""
    return table(
        *(
            facility(
                code, months(f"{first + i}-01", f"{first + i}-12"), name, nonspecialist_referrals=1 if s == "x" else 5
            )
            for code, marks in states.items()
            for i, s in enumerate(marks)
            if s != " "
        )
    )


def of(tables: dict[str, pd.DataFrame], name: str, indicator: str = "RRNS") -> pd.DataFrame:
    frame = tables[name]
    return frame[frame["indicator"] == indicator].reset_index(drop=True)


@pytest.fixture(scope="module")
def news() -> dict[str, pd.DataFrame]:
    return history_tables(scope(yearly(NEWS, 2021), "2023", "2022"))


def test_year_pairs_by_hand(news: dict[str, pd.DataFrame]) -> None:
    pairs = of(news, "year_pairs")
    assert pairs[["period_before", "period_after"]].to_numpy().tolist() == [["2021", "2022"], ["2022", "2023"]]
    assert pairs[["both", "rose", "fell", "neither"]].to_numpy().tolist() == [[1, 6, 1, 2], [5, 1, 2, 2]]
    # exact McNemar: twice P(at most 1 of 7 | 1/2) = 2 (1 + 7) / 128 = 0,125; at most 1 of 3: 2 (1 + 3) / 8 = 1
    assert pairs["p"].tolist() == pytest.approx([0.125, 1.0])
    # mid-p: less the probability of the split itself, 7 / 128
    assert pairs["p_mid"].tolist()[0] == pytest.approx(0.125 - 7 / 128)
    assert pairs["p_adjusted"].tolist() == pytest.approx([0.25, 1.0])
    assert pairs["tests"].tolist() == [2, 2]
    assert pairs["value"].tolist() == pytest.approx([0.5, -0.1])
    assert json.loads(pairs["fell_names"][0]) == ["PUSKESMAS 0101A009"]
    assert len(json.loads(pairs["rose_names"][0])) == 6


def test_history_and_its_tests(news: dict[str, pd.DataFrame]) -> None:
    history = of(news, "history")
    assert history["period"].tolist() == ["2021", "2022", "2023"]
    assert (history["reached"].tolist(), history["n"].tolist()) == ([2, 7, 6], [10, 10, 10])
    # Wilson for 2 of 10: (0,2 + 1,92073/10 ± 1,95996 sqrt(0,016 + 3,84146/400)) / 1,384146
    assert [history["lower"][0], history["upper"][0]] == pytest.approx([0.056682, 0.509838], abs=1e-5)
    table_of_answers = np.array([[s == "x" for s in marks] for marks in NEWS.values()], dtype=int)
    expected = cochrans_q(table_of_answers)
    tests = news["history_test"]
    q = row_of(tests, indicator="RRNS", kind="q")
    assert (q["value"], q["p"]) == (pytest.approx(expected.statistic), pytest.approx(expected.pvalue))
    assert (q["n"], q["periods"], q["pairs"], q["left_out"]) == (10, 3, 3, 0)
    with_p = tests[tests["p"].notna()]
    assert with_p["p_adjusted"].tolist() == pytest.approx(holm_by_hand(with_p["p"].tolist()))
    assert set(with_p["tests"]) == {len(with_p)}


def test_slope_counts_the_place_of_a_missing_period() -> None:
    # 2, 4 and 8 of 10 in 2020, 2021 and 2023 lie on a line of 0,2 a year; with 2022 skipped it would be 0,3
    states = {
        f"0101A{i:03d}": "".join("x" if i < k else "." for k in (2, 4)) + " " + ("x" if i < 8 else ".")
        for i in range(10)
    }
    tables = history_tables(scope(yearly(states, 2020), "2023", "2021"))
    assert of(tables, "history")["period"].tolist() == ["2020", "2021", "2023"]
    trend = row_of(tables["history_test"], indicator="RRNS", kind="tren")
    assert trend["value"] == pytest.approx(0.2)
    # years that do not follow each other are no pair
    assert of(tables, "year_pairs")["period_after"].tolist() == ["2021"]


def test_two_periods_are_left_to_the_comparison_of_the_report() -> None:
    tables = history_tables(scope(yearly({c: m[:2] for c, m in NEWS.items()}, 2021), "2022", "2021"))
    assert len(of(tables, "history")) == 2
    tests = tables["history_test"]
    assert tests["p"].isna().all()
    assert set(tests["reason"]) == {"memerlukan sekurang-kurangnya 3 periode dengan data, tersedia 2"}


def test_facilities_without_enough_months_are_counted_as_left_out() -> None:
    rows = yearly({**NEWS, "0101A011": "xx ", "0101A012": "  x"}, 2021)
    late = (rows["facility_code"] == "0101A001") & (rows["month"] >= pd.Period("2023-06", "M"))
    tables = history_tables(scope(rows[~late], "2023", "2022"))  # 5 of 12 months of 2023 are too few
    history = of(tables, "history")
    assert history["n"].tolist() == [11, 11, 10]
    assert history["excluded"].tolist() == [1, 1, 2]
    assert row_of(tables["history_test"], indicator="RRNS", kind="q")["left_out"] == 3


def test_an_indicator_without_data_has_reasons_and_no_p() -> None:
    rows = yearly(NEWS, 2021).assign(contacts=pd.NA)
    tables = history_tables(scope(rows.astype({"contacts": "Int64"}), "2023", "2022"))
    assert of(tables, "history", "AK")["reason"].tolist() == ["tidak ada FKTP dengan cukup bulan"] * 3
    assert of(tables, "year_pairs", "AK")["reason"].tolist() == ["tidak ada FKTP yang dapat dipasangkan"] * 2
    assert of(tables, "history_test", "AK")["p"].isna().all()
    assert row_of(tables["history_test"], indicator="RRNS", kind="q")["tests"] == 4  # RRNS and RPPT, AK not


def test_facilities_of_one_name_stay_two() -> None:
    tables = history_tables(scope(yearly({"0101A001": ".x", "0101A002": ".x"}, 2021, "PUSKESMAS SAMA"), "2022", "2021"))
    names = json.loads(of(tables, "year_pairs")["rose_names"][0])
    assert names == ["PUSKESMAS SAMA (0101A001)", "PUSKESMAS SAMA (0101A002)"]


def all_of(*spans: tuple[str, str]) -> set[pd.Period]:
    return {pd.Period(m, "M") for first, last in spans for m in months(first, last)}


@pytest.mark.parametrize(
    ("period", "have", "expected"),
    [
        ("2025-S1", all_of(("2024-01", "2025-06")), ["2024-S1", "2024-S2", "2025-S1"]),
        ("2025-S1", all_of(("2024-01", "2024-08"), ("2024-10", "2025-12")), ["2024-S1", "2025-S1"]),
        ("2025-S1", all_of(("2025-03", "2025-04")), ["2025-S1"]),
        ("2025-T1", all_of(("2024-07", "2025-03")), ["2024-T3", "2024-T4", "2025-T1"]),
        ("2025-12", all_of(("2020-01", "2025-12")), months("2025-01", "2025-12")),
    ],
)
def test_periods_of_one_length(period: str, have: set[pd.Period], expected: list[str]) -> None:
    assert [p.code for p in same_length(parse_period(period), have)] == expected


@pytest.mark.parametrize(
    ("period", "expected"),
    [(Period(2025, 7, 6), [2023, 2025]), (Period(2025, 1, 6), [2023]), (Period(2025, 1, 12), [2023, 2025])],
)
def test_whole_years_end_with_the_period(period: Period, expected: list[int]) -> None:
    have = all_of(("2023-01", "2024-11"), ("2025-01", "2026-03"))
    assert [p.year for p in whole_years(period, have)] == expected


def test_swapped_states_turn_the_sign() -> None:
    turned = {c: m[::-1] for c, m in NEWS.items()}
    one, two = (of(history_tables(scope(yearly(s, 2021), "2023", "2022")), "year_pairs") for s in (NEWS, turned))
    assert two["value"].tolist() == pytest.approx([-v for v in one["value"][::-1]])
    assert two["lower"].tolist() == pytest.approx([-v for v in one["upper"][::-1]])
    assert two["p"].tolist() == pytest.approx(one["p"].tolist()[::-1])


ROWS = yearly({c: NEWS[c] for c in list(NEWS)[:4]}, 2021)
TABLES = history_tables(scope(ROWS, "2023", "2022"))


@settings(max_examples=3)
@given(st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(shuffler: object) -> None:
    order = list(range(len(ROWS)))
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    same_tables(TABLES, history_tables(scope(ROWS.iloc[order].reset_index(drop=True), "2023", "2022")))
