"""Funnels as tables: overall value and limits by hand and by scipy, who is in them, in which order."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from small_scope import facility, months, same_tables, scope, table

from analysis.results_funnel import funnel_tables
from analysis.results_indicators import facility_indicators
from analysis.wording import row_of

WHEN = months("2025-01", "2025-06")


def made(rows: pd.DataFrame, period: str = "2025-S1", compare: str = "2024-S1") -> dict[str, pd.DataFrame]:
    own = scope(rows, period, compare)
    return funnel_tables(own, facility_indicators(own))


def points_of(tables: dict[str, pd.DataFrame], name: str = "RRNS") -> pd.DataFrame:
    frame = tables["funnel_points"]
    return frame[frame["indicator"] == name].reset_index(drop=True)


def nine_alike_and_one(high: int) -> pd.DataFrame:
    own = [facility(f"0101A{i:03d}", WHEN, referrals=200, nonspecialist_referrals=4) for i in range(1, 10)]
    return table(*own, facility("0101A010", WHEN, referrals=200, nonspecialist_referrals=high))


def test_position_against_exact_limits() -> None:
    tables = made(nine_alike_and_one(10))
    head, points = row_of(tables["funnel"], indicator="RRNS"), points_of(tables)
    overall = (9 * 24 + 60) / 12000  # 2,3 percent of 1200 referrals each
    assert (head["overall"], head["n"], head["reason"]) == (pytest.approx(100 * overall), 10, "")
    assert points["value"].tolist() == pytest.approx([2.0] * 9 + [5.0])
    # 60 lies above the 99,9 percent point of a binomial count of 1200 at 2,3 percent; 24 within both 95 percent points
    assert stats.binom.ppf(0.999, 1200, overall) < 60
    assert stats.binom.ppf(0.025, 1200, overall) < 24 < stats.binom.ppf(0.975, 1200, overall)
    assert points["position"].tolist() == ["di dalam 95"] * 9 + ["di luar 99,8"]
    assert points["side"].tolist()[-1] == "di atas"


def test_curves_are_exact_binomial_limits() -> None:
    tables = made(nine_alike_and_one(4))
    head, curves = row_of(tables["funnel"], indicator="RRNS"), tables["funnel_curves"]
    curves = curves[curves["indicator"] == "RRNS"]
    assert head["tau2"] == 0  # all alike: no variance between them, and no other limits
    n = curves["denominator"].to_numpy(dtype=float)
    assert (n.min(), n.max()) == (pytest.approx(1200 * 0.6, abs=1), pytest.approx(1200 * 1.05, abs=1))
    lower = 100 * stats.binom.ppf(0.025, n, 0.02) / n
    assert curves["lower95"].tolist() == pytest.approx(lower.tolist())
    for column in ("lower95", "upper95", "lower998", "upper998"):
        assert curves[f"{column}_adjusted"].isna().all()


def test_facilities_that_differ_have_wider_limits_beside_the_plain_ones() -> None:
    own = [facility(f"0101A{i:03d}", WHEN, referrals=500, nonspecialist_referrals=4 * i) for i in range(1, 9)]
    tables = made(table(*own))
    head, curves = row_of(tables["funnel"], indicator="RRNS"), tables["funnel_curves"]
    curves = curves[curves["indicator"] == "RRNS"]
    assert head["phi"] > 2
    assert head["tau2"] > 0
    for low, high in (("lower95", "upper95"), ("lower998", "upper998")):
        assert (curves[f"{low}_adjusted"] <= curves[low]).all()
        assert (curves[f"{high}_adjusted"] > curves[high]).all()
    points = points_of(tables)
    assert (points["position"] != "di dalam 95").sum() > (points["position_adjusted"] != "di dalam 95").sum()


def test_only_the_leading_group_in_the_period_by_name() -> None:
    rows = table(
        facility("0101A003", WHEN, name="PUSKESMAS BARU"),
        facility("0101A002", WHEN, name="PUSKESMAS SAMA"),
        facility("0101A001", WHEN, name="PUSKESMAS SAMA"),
        facility("0101A004", months("2024-01", "2024-06"), name="PUSKESMAS AWAL", referrals=9999),
        facility("0101B001", WHEN, name="KLINIK", kind="klinik_pratama"),
    )
    tables = made(rows)
    points = points_of(tables)
    assert points["facility_code"].tolist() == ["0101A004", "0101A003", "0101A001", "0101A002"]
    assert points["facility_name"].tolist()[2:] == ["PUSKESMAS SAMA (0101A001)", "PUSKESMAS SAMA (0101A002)"]
    assert (points["reason"] != "").tolist() == [True, False, False, False]  # nothing of 2024 counts
    assert row_of(tables["funnel"], indicator="RRNS")["n"] == 3
    assert set(tables["funnel"]["indicator"]) == {"AK", "RRNS"}  # RPPT is a mean of two shares


def test_zero_or_missing_denominators_keep_their_place_with_a_reason() -> None:
    rows = table(
        facility("0101A001", WHEN),
        facility("0101A002", WHEN, referrals=0, nonspecialist_referrals=0),
        facility("0101A003", WHEN, referrals=None),
        facility("0101A004", WHEN),
    )
    points = points_of(made(rows))
    assert (points["reason"] != "").tolist() == [False, True, True, False]
    assert points["position_adjusted"].tolist()[1:3] == ["", ""]
    assert points["numerator"].isna().tolist() == [False, False, True, False]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (table(facility("0101A001", WHEN)), "hanya satu FKTP, tidak ada pembanding"),
        (table(facility("0101A001", WHEN, referrals=None)), "tidak ada FKTP dengan angka yang dapat dipakai"),
    ],
)
def test_no_funnel_gives_a_reason_and_no_curves(rows: pd.DataFrame, reason: str) -> None:
    tables = made(rows)
    assert row_of(tables["funnel"], indicator="RRNS")["reason"] == reason
    assert (tables["funnel_curves"]["indicator"] == "RRNS").sum() == 0


COUNTS = [(180, 3, 100), (140, 2, 120), (150, 9, 90), (120, 1, 200)]


def several(factor: int = 1) -> pd.DataFrame:
    return table(
        *(
            facility(
                f"0101A{i:03d}", WHEN, registered=1000 * factor, contacts=c * factor, nonspecialist_referrals=k * factor,
                referrals=n * factor,
            )
            for i, (c, k, n) in enumerate(COUNTS)
        )
    )  # fmt: skip


def test_twice_the_counts_leave_the_values_and_double_the_dispersion() -> None:
    one, two = made(several()), made(several(2))
    for name in ("AK", "RRNS"):
        assert points_of(two, name)["value"].tolist() == pytest.approx(points_of(one, name)["value"].tolist())
        first, second = (row_of(t["funnel"], indicator=name) for t in (one, two))
        assert second["overall"] == pytest.approx(first["overall"])
        assert second["phi"] == pytest.approx(2 * first["phi"])  # z grows with the root of the size


ROWS = several()
TABLES = made(ROWS)


@settings(max_examples=5)
@given(st.permutations(range(len(ROWS))))
def test_order_of_rows_does_not_matter(order: list[int]) -> None:
    same_tables(TABLES, made(ROWS.iloc[order].reset_index(drop=True)))
