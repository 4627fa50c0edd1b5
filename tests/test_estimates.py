"""Intervals and tests against published tables and the output of R."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimates import Estimate, change_of_ratio, ratio_of_sums, wilson
from analysis.paired import mcnemar_exact, paired_share_change


def limits(estimate: Estimate) -> list[float]:
    assert estimate.lower is not None
    assert estimate.upper is not None
    return [estimate.lower, estimate.upper]


@pytest.mark.parametrize(
    ("successes", "trials", "lower", "upper"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3 (Wilson score without continuity correction)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_newcombes_table(successes: int, trials: int, lower: float, upper: float) -> None:
    estimate = wilson(successes, trials)
    assert limits(estimate) == pytest.approx([lower, upper], abs=5e-5)


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (3, 2), (-1, 5)])
def test_impossible_counts_give_a_reason(successes: int, trials: int) -> None:
    estimate = wilson(successes, trials)
    assert estimate.value is None
    assert estimate.reason


def test_ratio_of_sums_agrees_with_r_survey() -> None:
    # library(survey); d <- data.frame(y=c(3,5,9,2), x=c(100,120,150,90))
    # r <- svyratio(~y, ~x, svydesign(ids=~1, data=d, weights=~1)); 100*coef(r); 100*confint(r, df=3)
    # 4.13043478261; 1.3523216159 6.90854794932   (survey of Debian 12)
    estimate = ratio_of_sums([([3, 5, 9, 2], [100, 120, 150, 90])], 100)
    assert estimate.value == pytest.approx(4.13043478261, abs=1e-9)
    assert limits(estimate) == pytest.approx([1.3523216159, 6.90854794932], abs=1e-9)


def test_change_agrees_with_r_survey() -> None:
    # d <- data.frame(id=rep(1:4,2), t=rep(0:1,each=4), y=c(3,5,9,2, 2,5,6,1), x=c(100,120,150,90, 110,130,140,95))
    # s <- svydesign(ids=~id, data=d, weights=~1); r <- svyby(~y, ~t, denominator=~x, s, svyratio, covmat=TRUE)
    # ct <- svycontrast(r, c(-1,1)); 100*coef(ct); 100*(coef(ct)+c(-1,1)*qt(.975,3)*SE(ct))
    # -1.18306636156; -2.35973667412 -0.00639604899
    estimate = change_of_ratio([([3, 5, 9, 2], [100, 120, 150, 90])], [([2, 5, 6, 1], [110, 130, 140, 95])], 100)
    assert estimate.value == pytest.approx(-1.18306636156, abs=1e-9)
    assert limits(estimate) == pytest.approx([-2.35973667412, -0.00639604899], abs=1e-8)


def test_one_facility_has_a_value_but_no_interval() -> None:
    estimate = ratio_of_sums([([3], [100])], 100)
    assert (estimate.value, estimate.lower) == (3.0, None)
    assert "dua FKTP" in estimate.reason


def test_no_denominator_gives_a_reason() -> None:
    assert ratio_of_sums([([0, 0], [0, 0])]).reason == "penyebut nol"


@pytest.mark.parametrize(
    ("rose", "fell", "p"),
    [
        # binom.test(1, 8)$p.value; binom.test(8, 9)$p.value; binom.test(0, 6)$p.value; binom.test(5, 10)$p.value in R 4.2
        (7, 1, 0.0703125),
        (8, 1, 0.0390625),
        (6, 0, 0.03125),
        (5, 5, 1.0),
        (0, 0, 1.0),
    ],
)
def test_exact_mcnemar_agrees_with_r(rose: int, fell: int, p: float) -> None:
    assert mcnemar_exact(rose, fell) == pytest.approx(p, abs=1e-12)


def test_paired_interval_agrees_with_the_published_example() -> None:
    # Airway reactivity before and after stem cell transplantation (Bentur et al. 2009) as worked in Fagerland, Lydersen
    # and Laake 2014, Statistics in Medicine 33:2850-2875: 1, 1, 7, 12; Newcombe square-and-add (-0.507, -0.026)
    estimate = paired_share_change(both=1, rose=1, fell=7, neither=12)
    assert estimate.value == pytest.approx(-6 / 21)
    assert limits(estimate) == pytest.approx([-0.507, -0.026], abs=5e-4)
    assert estimate.p == pytest.approx(0.0703125)


table = st.tuples(*[st.integers(0, 40)] * 4).filter(lambda t: sum(t) > 0)


@given(table)
def test_swapping_the_periods_flips_the_sign(counts: tuple[int, int, int, int]) -> None:
    both, rose, fell, neither = counts
    forward = paired_share_change(both, rose, fell, neither)
    backward = paired_share_change(both, fell, rose, neither)
    assert forward.value == pytest.approx(-(backward.value or 0), abs=1e-12)
    assert forward.lower == pytest.approx(-(backward.upper or 0), abs=1e-9)
    assert forward.p == backward.p


@given(table)
def test_interval_holds_the_estimate_and_stays_in_range(counts: tuple[int, int, int, int]) -> None:
    estimate = paired_share_change(*counts)
    assert estimate.value is not None
    assert estimate.lower is not None
    assert estimate.upper is not None
    assert -1 <= estimate.lower <= estimate.value + 1e-12
    assert estimate.value - 1e-12 <= estimate.upper <= 1


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 500)), min_size=2, max_size=20), st.randoms())
def test_order_of_facilities_does_not_matter(rows: list[tuple[int, int]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, two = (ratio_of_sums([tuple(zip(*r, strict=True))]) for r in (rows, shuffled))  # type: ignore[list-item]
    assert one.value == pytest.approx(two.value)
    assert one.lower == pytest.approx(two.lower)
