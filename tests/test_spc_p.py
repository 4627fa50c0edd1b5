"""p chart, Laney's p' and exact quarters against a textbook, R, and properties."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.spc import COMMON, OUTSIDE, WORSE, month_text
from analysis.spc_p import LANEY, QUARTERLY, PChart, expected_events, laney, p_chart, quarterly_exact, suited_chart

VALUES = Path(__file__).parent / "data" / "reference_values"
# Montgomery, Introduction to Statistical Quality Control, orange juice cans, 30 samples of 50
CANS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]


def months(count: int) -> list[str]:
    return [month_text(2020 * 12 + i) for i in range(count)]


def edges(chart: PChart) -> list[tuple[float, float]]:
    return [(p.lower, p.upper) for p in chart.points if p.lower is not None and p.upper is not None]


def test_p_chart_agrees_with_montgomery_and_qcc() -> None:
    # qcc(D, sizes = 50, type = "p"): centre 0.2313333, limits 0.05242755 and 0.4102391; samples 15 and 23 outside
    chart = p_chart(CANS, [50] * 30, months(30), "down")
    assert chart.mean == pytest.approx(0.2313333, abs=1e-7)
    assert edges(chart)[0] == pytest.approx((0.05242755, 0.4102391), abs=1e-7)
    assert [i + 1 for i, point in enumerate(chart.points) if point.rule == OUTSIDE] == [15, 23]
    assert chart.points[14].grade == WORSE


def test_laney_agrees_with_its_definition_in_r() -> None:
    table = pd.read_csv(VALUES / "laney.csv")
    chart = laney(table["numerator"], table["denominator"], months(len(table)))
    assert chart.mean == pytest.approx(table["centre"][0], abs=1e-12)
    assert chart.sigma_z == pytest.approx(table["sigma_z"][0], abs=1e-9)
    for found, lower, upper in zip(edges(chart), table["lower"], table["upper"], strict=True):
        assert found == pytest.approx((lower, upper), abs=1e-12)


def test_laney_by_hand() -> None:
    # 10/100 20/100 15/100: mean 0.15, s = sqrt(0.15 * 0.85 / 100) = 0.0357071; z = -1.400280 1.400280 0;
    # ranges 2.800560 and 1.400280, mean 2.100420; sigma_z = 2.100420 / 1.128 = 1.862074
    chart = laney([10, 20, 15], [100, 100, 100], months(3))
    assert chart.sigma_z == pytest.approx(1.862074, abs=1e-6)
    assert edges(chart)[0] == pytest.approx((0.0, 0.15 + 3 * 1.862074 * 0.0357071), abs=1e-6)
    assert chart.trial


def test_a_month_that_cannot_be_used_has_a_reason_and_breaks_the_ranges() -> None:
    chart = laney([10, 20, 5, 15, 14], [100, 100, 0, 100, 100], months(5))
    point = chart.points[2]
    assert (point.value, point.reason, point.grade) == (None, "penyebut nol", "")
    assert "2020-03: penyebut nol" in chart.note
    # mean 59/400 = 0.1475; ranges of the shares 0.10 and 0.01 only, over s = sqrt(0.1475 * 0.8525 / 100)
    assert chart.sigma_z == pytest.approx((0.10 + 0.01) / 2 / (0.1475 * 0.8525 / 100) ** 0.5 / 1.128, abs=1e-9)


@pytest.mark.parametrize(
    ("numerator", "denominator", "reason"),
    [
        (3, 2, "pembilang melebihi penyebut"),
        (-1, 2, "pembilang negatif"),
        (1, -2, "penyebut negatif"),
        (None, 2, "pembilang atau penyebut tidak ada"),
        (0.5, 2, "bukan bilangan bulat"),
    ],
)
def test_impossible_counts_are_named(numerator: float | None, denominator: float, reason: str) -> None:
    chart = laney([10, numerator, 20, 12], [100, denominator, 100, 100], months(4))
    assert chart.points[1].reason == reason
    assert chart.points[1].value is None
    exact = quarterly_exact([1, numerator, 2], [30, denominator, 40], months(3))
    assert reason in exact.note


@pytest.mark.parametrize(
    ("numerators", "denominators", "word", "mean"),
    [
        ([0, 0, 0, 0], [50, 60, 40, 50], "semua nol", 0),
        ([50, 60, 40, 50], [50, 60, 40, 50], "semua penuh", 1),
        ([1, 2], [50, 60], "tersedia 2", 3 / 110),
        ([1, 2, 3], [0, 0, 0], "penyebut nol", None),
        ([10, 10, None, 20, 20], [100] * 5, "seberang bulan yang hilang", 0.15),
        ([], [], "tidak ada bulan", None),
    ],
)
def test_series_without_limits_say_why(
    numerators: list[int | None], denominators: list[int], word: str, mean: float | None
) -> None:
    chart = laney(numerators, denominators, months(len(numerators)))
    assert word in chart.reason
    assert chart.mean == mean
    assert edges(chart) == []


def test_constant_share_has_no_marks() -> None:
    chart = laney([15, 30, 45] * 5, [100, 200, 300] * 5, months(15))
    assert chart.sigma_z == 0
    assert {point.grade for point in chart.points} == {COMMON}


def test_rebasing_gives_each_phase_its_own_centre() -> None:
    chart = laney([10, 12, 11, 30, 33, 31], [100] * 6, months(6), rebase_at=["2020-04"])
    assert [phase.mean for phase in chart.phases] == pytest.approx([0.11, 94 / 300])
    assert chart.mean == pytest.approx(94 / 300)


def test_few_events_ask_for_exact_quarters() -> None:
    assert expected_events([1, 0, 2], [50, 40, 60]) == 1
    assert suited_chart([1, 0, 2], [50, 40, 60]) == QUARTERLY
    assert suited_chart([49, 40, 58], [50, 40, 60]) == QUARTERLY  # few non-events
    assert suited_chart([20, 25, 22], [50, 40, 60]) == LANEY
    assert suited_chart([], []) == QUARTERLY


def test_exact_intervals_agree_with_binom_test() -> None:
    table = pd.read_csv(VALUES / "exact_shares.csv")
    for row in table.itertuples(index=False):
        found = quarterly_exact([row.numerator], [row.denominator], ["2020-01"]).quarters[0]
        assert (found.lower, found.upper) == pytest.approx((row.lower, row.upper), abs=1e-9)


def test_quarters_and_cumulated_shares() -> None:
    found = quarterly_exact([0, 1, 0, 0, 9, 1], [30, 40, 30, 20, 30, 10], ["2020-02", *months(8)[2:7]])
    assert [(q.label, q.numerator, q.denominator, q.months) for q in found.quarters] == [
        ("2020-T1", 1, 70, 2), ("2020-T2", 9, 80, 3), ("2020-T3", 1, 10, 1),
    ]  # fmt: skip
    assert "triwulan tidak lengkap: 2020-T1, 2020-T3" in found.note
    assert [(s.numerator, s.denominator) for s in found.cumulated][-1] == (11, 160)
    assert found.overall is not None
    assert found.overall.value == pytest.approx(11 / 160)


def test_a_quarter_outside_its_exact_limits_is_marked() -> None:
    # overall 24/600 = 0.04; R: qbinom(c(0.001, 0.999), 150, 0.04) is 0 and 15
    found = quarterly_exact([1, 1, 0, 1, 1, 1, 0, 1, 1, 6, 5, 6], [50] * 12, months(12), "down")
    assert [q.grade for q in found.quarters] == [COMMON, COMMON, COMMON, WORSE]
    assert (found.quarters[3].limit_lower, found.quarters[3].limit_upper) == pytest.approx((0, 15 / 150))


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 200)), min_size=3, max_size=30), st.integers(2, 50))
def test_scaled_counts_keep_the_share_and_narrow_only_binomial_limits(pairs: list[tuple[int, int]], k: int) -> None:
    y, n = [min(pair) for pair in pairs], [max(pair) for pair in pairs]
    plain, scaled = laney(y, n, months(len(y))), laney([k * v for v in y], [k * v for v in n], months(len(n)))
    assert scaled.mean == plain.mean
    if plain.sigma_z is not None:
        # sigma_z grows by sqrt(k) as the binomial error shrinks by it: the limits of p' stay
        assert scaled.sigma_z == pytest.approx(plain.sigma_z * k**0.5, abs=1e-9)
        for before, after in zip(edges(plain), edges(scaled), strict=True):
            assert after == pytest.approx(before, abs=1e-9)


@given(st.integers(1, 99), st.integers(2, 30))
def test_larger_months_of_a_stable_series_narrow_the_p_chart_by_the_root(numerator: int, k: int) -> None:
    plain = p_chart([numerator] * 5, [100] * 5, months(5))
    scaled = p_chart([k * k * numerator] * 5, [k * k * 100] * 5, months(5))
    assert scaled.mean == plain.mean == numerator / 100
    half = 3 * (numerator / 100 * (1 - numerator / 100) / 100) ** 0.5
    assert edges(scaled)[0] == pytest.approx(
        (max(0, numerator / 100 - half / k), min(1, numerator / 100 + half / k)), abs=1e-12
    )


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 200)), min_size=3, max_size=30))
def test_the_complement_mirrors_the_chart(pairs: list[tuple[int, int]]) -> None:
    y, n = [min(pair) for pair in pairs], [max(pair) for pair in pairs]
    share, rest = (
        laney(y, n, months(len(y))),
        laney([b - a for a, b in zip(y, n, strict=True)], n, months(len(n)), "down"),
    )
    for (lower, upper), (lower_rest, upper_rest) in zip(edges(share), edges(rest), strict=True):
        assert (1 - upper_rest, 1 - lower_rest) == pytest.approx((lower, upper), abs=1e-9)
