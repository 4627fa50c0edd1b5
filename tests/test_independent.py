"""Difference of independent proportions against Newcombe's table and R."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_values import holds_value, limits, reference
from scipy.stats import fisher_exact
from statsmodels.stats.proportion import confint_proportions_2indep

from analysis.independent import fisher_p, independent_change, independent_interval


@pytest.mark.parametrize(
    ("counts", "interval"),
    [
        # Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10; the difference is first less second
        ((56, 70, 48, 80), [0.0524, 0.3339]),
        ((9, 10, 3, 10), [0.1705, 0.8090]),
        ((6, 7, 2, 7), [0.0582, 0.8062]),
        ((5, 56, 0, 29), [-0.0381, 0.1926]),
        ((0, 10, 0, 20), [-0.1611, 0.2775]),
        ((0, 10, 0, 10), [-0.2775, 0.2775]),
        ((10, 10, 0, 20), [0.6791, 1.0]),
        ((10, 10, 0, 10), [0.6075, 1.0]),
    ],
)
def test_agrees_with_newcombes_table(counts: tuple[int, int, int, int], interval: list[float]) -> None:
    k_first, n_first, k_second, n_second = counts
    assert limits(independent_change(k_second, n_second, k_first, n_first)) == pytest.approx(interval, abs=5e-5)


@pytest.mark.parametrize("row", reference("two_proportions"))
def test_p_agrees_with_r(row: dict[str, str]) -> None:
    k_before, n_before, k_after, n_after = (int(row[c]) for c in ("k_before", "n_before", "k_after", "n_after"))
    estimate = independent_change(k_before, n_before, k_after, n_after)
    expected = float(row["p_fisher"] if "Fisher" in estimate.method else row["p_chi_square"])
    assert estimate.p == pytest.approx(expected, rel=1e-9)
    assert estimate.n == n_before + n_after


@pytest.mark.parametrize(
    ("counts", "test"),
    [
        ((5, 20, 5, 20), "khi-kuadrat"),  # smallest expected count 5
        ((5, 20, 4, 20), "Fisher"),  # 4.5
        ((0, 30, 0, 30), "Fisher"),
        ((30, 30, 30, 30), "Fisher"),
    ],
)
def test_the_method_says_which_test_was_used(counts: tuple[int, int, int, int], test: str) -> None:
    estimate = independent_change(*counts)
    assert test in estimate.method
    assert "tidak" not in estimate.reason
    assert "bukan perbandingan berpasangan" in estimate.note


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ((0, 0, 3, 10), "penyebut nol"),
        ((3, 10, 0, 0), "penyebut nol"),
        ((11, 10, 3, 10), "pembilang di luar"),
        ((None, 10, 3, 10), "tidak diketahui"),
        ((1, 10, 3, math.nan), "tidak diketahui"),
        ((-1, 10, 3, 10), "bukan cacah"),
    ],
)
def test_impossible_counts_give_a_reason(counts: tuple[int, int, int, int], reason: str) -> None:
    estimate = independent_change(*counts)
    assert (estimate.value, estimate.lower, estimate.upper, estimate.p) == (None, None, None, None)
    assert reason in estimate.reason


group = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(group, group, st.sampled_from([0.95, 0.998]))
def test_swapping_the_groups_flips_the_sign(one: tuple[int, int], two: tuple[int, int], level: float) -> None:
    forward, backward = independent_change(*one, *two, level), independent_change(*two, *one, level)
    assert holds_value(forward, -1, 1)
    assert limits(forward) == pytest.approx([-v for v in reversed(limits(backward))], abs=1e-9)
    assert forward.p == pytest.approx(backward.p)
    assert forward.p is not None
    assert 0 <= forward.p <= 1


@given(group, group)
def test_limits_rise_with_a_further_success_in_the_later_group(one: tuple[int, int], two: tuple[int, int]) -> None:
    k, n = two
    if k == n:
        k -= 1
    fewer, more = independent_change(*one, k, n), independent_change(*one, k + 1, n)
    assert limits(fewer)[0] <= limits(more)[0] + 1e-9
    assert limits(fewer)[1] <= limits(more)[1] + 1e-9


@given(group, group)
def test_fishers_p_agrees_with_scipy(one: tuple[int, int], two: tuple[int, int]) -> None:
    expected = fisher_exact([[one[0], one[1] - one[0]], [two[0], two[1] - two[0]]]).pvalue
    assert fisher_p(*one, *two) == pytest.approx(min(1.0, float(expected)), abs=1e-10)


@given(group, group, st.sampled_from([0.95, 0.998]))
def test_interval_agrees_with_statsmodels(one: tuple[int, int], two: tuple[int, int], level: float) -> None:
    expected = confint_proportions_2indep(*two, *one, method="newcomb", compare="diff", alpha=1 - level)
    assert independent_interval(*one, *two, level) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("counts", [(1, 0, 1, 2), (3, 2, 1, 2), (-1, 2, 1, 2), (1, 2, math.nan, 2)])
def test_bare_interval_and_p_of_impossible_counts_are_errors(counts: tuple[float, float, float, float]) -> None:
    for bare in (independent_interval, fisher_p):
        with pytest.raises(ValueError, match="not two proportions"):
            bare(*counts)
