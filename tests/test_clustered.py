"""Factor of a ratio of sums and GEE against R, and what cannot be compared."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_values import holds_value, limits, reference
from scipy import stats

from analysis.clustered import Correlation, Family, Part, fit_gee, gee_change, ratio_change_factor
from analysis.estimates import Floats

DATA = reference("clustered_data")


def part(case: str, columns: str) -> Part:
    rows = [row for row in DATA if row["case"] == case]
    return [float(row[columns]) for row in rows], [float(row[f"{columns}_of"]) for row in rows]


def columns(events: Floats, of: Floats) -> tuple[Part, Part]:
    return (events[:, 0].tolist(), of[:, 0].tolist()), (events[:, 1].tolist(), of[:, 1].tolist())


def family_of(text: str) -> Family:
    return "binomial" if text == "binomial" else "poisson"


def correlation_of(text: str) -> Correlation:
    return "independence" if text == "independence" else "exchangeable"


@pytest.mark.parametrize("row", reference("clustered_factor"))
def test_factor_agrees_with_r(row: dict[str, str]) -> None:
    names = ["", "second_"][: int(row["parts"])]
    before, after = ([part(row["case"], f"{name}{period}") for name in names] for period in ("before", "after"))
    estimate = ratio_change_factor(before, after, float(row["level"]))
    assert estimate.value == pytest.approx(float(row["factor"]), rel=1e-9)
    assert limits(estimate) == pytest.approx([float(row["lower"]), float(row["upper"])], rel=1e-9)
    assert estimate.p == pytest.approx(float(row["p"]), rel=1e-8)
    assert estimate.n == len(before[0][0])


@pytest.mark.parametrize("row", reference("clustered_gee"))
def test_gee_agrees_with_r_geepack(row: dict[str, str]) -> None:
    family, correlation = family_of(row["family"]), correlation_of(row["correlation"])
    before, after = part(row["case"], "before"), part(row["case"], "after")
    counts, of = (np.array([before[k], after[k]], dtype=np.float64).T for k in (0, 1))
    fit = fit_gee(counts / of, of, family, correlation)
    assert fit is not None
    assert fit.change == pytest.approx(float(row["change"]), abs=1e-8)
    assert fit.error == pytest.approx(float(row["error"]), rel=1e-7)
    assert fit.error_corrected == pytest.approx(float(row["error_corrected"]), rel=1e-7)
    assert fit.correlation == pytest.approx(float(row["alpha"]), abs=1e-8)
    result = gee_change(before, after, family, 100, correlation=correlation)
    t = float(stats.t.ppf(0.975, len(of) - 1)) * float(row["error_corrected"])
    change = float(row["change"])
    assert result.change.value == pytest.approx(math.exp(change), rel=1e-8)
    assert limits(result.change) == pytest.approx([math.exp(change - t), math.exp(change + t)], rel=1e-7)
    assert result.change.p == pytest.approx(2 * stats.t.sf(abs(change) / float(row["error_corrected"]), len(of) - 1))


def test_crude_ratio_and_periods_by_hand() -> None:
    # 30 of 300, then 15 of 300: odds 30/270 and 15/285, ratio (15·270)/(285·30) = 9/19; rates 0.10 and 0.05
    before, after = ([10, 20], [100, 200]), ([4, 11], [100, 200])
    shares, rates = gee_change(before, after, "binomial", 100), gee_change(before, after, "poisson", 1000)
    assert (shares.before, shares.after, shares.crude) == pytest.approx((10.0, 5.0, 9 / 19))
    assert (rates.before, rates.after, rates.crude) == pytest.approx((100.0, 50.0, 0.5))
    assert ratio_change_factor([before], [after]).value == pytest.approx(0.5)
    assert gee_change(before, after, "binomial", correlation="independence").change.value == pytest.approx(9 / 19)


def test_the_corrected_error_of_equal_facilities_is_that_of_a_paired_t_test() -> None:
    # With equal denominators and independence every facility has leverage 1/n, so that the correction multiplies the
    # residuals by n/(n-1): error² = n/(n-1) · s²/n of the paired differences on the linear (log) scale.
    case = [row for row in reference("clustered_gee") if row["case"] == "equal"]
    for row in case:
        assert float(row["error_corrected"]) == pytest.approx(float(row["error"]) * 10 / 9, rel=1e-9)


def test_missing_impossible_and_empty_facilities_are_left_out_and_counted() -> None:
    before: Part = ([10, 21, None, 30, 5, 7], [100, 200, 50, 300, 4, 0])
    after: Part = ([5, 12, 3, float("nan"), 1, 0], [100, 200, 50, 300, 4, 10])
    result = gee_change(before, after, "binomial")
    assert result.change.n == 2
    assert "2 FKTP yang jumlahnya tidak diketahui" in result.change.note
    assert "2 FKTP dengan jumlah yang tidak mungkin" in result.change.note
    same = gee_change(([10, 21], [100, 200]), ([5, 12], [100, 200]), "binomial")
    assert replace(result.change, note="") == replace(same.change, note="")
    # For a rate 5 of 4 is possible; events without exposure are not
    assert gee_change(before, after, "poisson").change.n == 3


def test_a_facility_without_referrals_in_one_period_counts_in_the_sums_but_not_in_gee() -> None:
    before, after = ([10, 20, 0], [100, 200, 0]), ([5, 12, 9], [100, 200, 30])
    result = gee_change(before, after, "binomial")
    assert "1 FKTP dengan penyebut nol" in result.change.note
    assert result.after == pytest.approx(17 / 300)
    factor = ratio_change_factor([before], [after])
    assert factor.n == 3
    assert factor.value == pytest.approx(26 / 330 / (30 / 300))


REASONS: list[tuple[Part, Part, str, str]] = [
    (([], []), ([], []), "dapat dipasangkan", "dapat dipasangkan"),
    (([None, 3], [10, None]), ([1, 2], [10, 10]), "dapat dipasangkan", "dapat dipasangkan"),
    (([3], [10]), ([4], [10]), "dua FKTP", "dua FKTP"),
    (([0, 0], [0, 0]), ([1, 2], [10, 10]), "penyebut nol", "penyebut nol"),
    (([0, 0], [10, 10]), ([1, 2], [10, 10]), "pembanding", "pembanding nol"),
    (([1, 2], [10, 10]), ([0, 0], [10, 10]), "periode ini", "periode ini nol"),
    (([0, 0], [10, 10]), ([0, 0], [10, 10]), "kedua periode", "pembanding nol"),
    (([4, 8], [10, 20]), ([2, 4], [10, 20]), "faktor yang sama", "faktor yang sama"),
    (([4, 8], [10, math.inf]), ([2, 5], [10, 20]), "dua FKTP", "dua FKTP"),
    (([-4, 8], [10, 20]), ([2, 5], [10, 20]), "dua FKTP", "dua FKTP"),
]


@pytest.mark.parametrize(("before", "after", "gee_reason", "factor_reason"), REASONS)
@pytest.mark.parametrize("family", ["binomial", "poisson"])
def test_what_cannot_be_compared_has_a_reason(
    before: Part, after: Part, gee_reason: str, factor_reason: str, family: str
) -> None:
    change, factor = gee_change(before, after, family_of(family)).change, ratio_change_factor([before], [after])
    assert gee_reason in change.reason
    assert factor_reason in factor.reason
    for estimate in (change, factor):
        assert (estimate.lower, estimate.upper, estimate.p) == (None, None, None)


def test_all_events_in_a_period_leave_no_odds_ratio_but_a_rate_ratio() -> None:
    before, after = ([10, 20, 30], [10, 20, 30]), ([8, 19, 22], [10, 20, 30])
    shares = gee_change(before, after, "binomial").change
    assert (shares.value, shares.lower) == (None, None)
    assert "tidak berhingga" in shares.reason
    assert gee_change(before, after, "poisson").change.reason == ""


def test_one_facility_has_a_ratio_but_no_interval() -> None:
    assert gee_change(([3], [10]), ([4], [10]), "poisson").change.value == pytest.approx(4 / 3)
    assert ratio_change_factor([([3], [10])], [([4], [10])]).value == pytest.approx(4 / 3)
    assert ratio_change_factor([([3, 1], [10, 10])], [([0, 0], [10, 10])]).value == 0


def test_without_convergence_independence_takes_the_place() -> None:
    # geeglm(y ~ t + offset(log(of)), corstr = "exchangeable") of geepack does not settle on a correlation here either:
    # it ends at another estimate for every maxit; corstr = "independence" gives the ratio of the rates of the sums
    before = ([10, 99, 7, 19, 42, 112], [123, 1452, 201, 323, 189, 330])
    after = ([6, 81, 6, 10, 34, 88], [60, 1126, 240, 325, 173, 226])
    result = gee_change(before, after, "poisson")
    assert "tidak konvergen" in result.change.note
    assert result.correlation == 0
    assert result.change.value == pytest.approx((225 / 2150) / (289 / 2618))
    plain = gee_change(before, after, "poisson", correlation="independence")
    assert replace(result.change, note="") == plain.change


@pytest.mark.parametrize(
    ("before", "after", "crude", "words"),
    [
        (
            ([103, 47, 62, 15, 133, 10], [985, 400, 226, 165, 301, 179]),
            ([55, 83, 43, 14, 489, 35], [875, 679, 190, 286, 1069, 323]),
            (719 / 3422) / (370 / 2256),
            "1,281, di luar interval GEE",
        ),
        (
            ([16, 7, 149, 1, 116, 7], [57, 44, 542, 44, 330, 72]),
            ([5, 10, 69, 1, 223, 15], [32, 40, 285, 15, 701, 77]),
            (323 / 1150) / (296 / 1089),
            "1,033, berlawanan arah",
        ),
    ],
)
def test_a_result_unlike_that_of_the_sums_is_noted(before: Part, after: Part, crude: float, words: str) -> None:
    result = gee_change(before, after, "poisson")
    assert result.crude == pytest.approx(crude)
    assert words in result.change.note
    plain = gee_change(before, after, "poisson", correlation="independence")
    assert plain.change.value == pytest.approx(crude)
    assert "rasio laju jumlah" not in plain.change.note


def test_a_part_without_denominators_leaves_the_mean_to_the_other() -> None:
    full, empty = ([10, 21, 9], [100, 200, 90]), ([0, 0, 0], [0, 0, 0])
    after = ([5, 12, 8], [100, 200, 95])
    both, alone = ratio_change_factor([full, empty], [after, full]), ratio_change_factor([full], [after])
    assert "hanya 1 dari 2 bagian" in both.note
    assert (both.value, both.lower, both.p) == (alone.value, alone.lower, alone.p)


def test_few_facilities_and_few_events_are_noted() -> None:
    many = [part("many", "before")], [part("many", "after")]
    assert ratio_change_factor(*many).note == ""
    rare = gee_change(([1, 2, 0], [100, 90, 50]), ([2, 1, 1], [100, 90, 60]), "poisson").change
    assert "kurang dari 10 kejadian" in rare.note


def test_lists_of_unequal_length_and_levels_in_percent_are_errors() -> None:
    with pytest.raises(ValueError, match="same facilities"):
        gee_change(([1, 2], [10, 10]), ([1], [10]), "poisson")
    with pytest.raises(ValueError, match="same facilities"):
        ratio_change_factor([([1, 2], [10, 10])], [([1], [10])])
    with pytest.raises(ValueError, match="same parts"):
        ratio_change_factor([([1, 2], [10, 10])], [])
    with pytest.raises(ValueError, match="between 0 and 1"):
        gee_change(([1, 2], [10, 10]), ([1, 2], [10, 10]), "poisson", level=95)


counts = st.tuples(st.integers(0, 60), st.integers(60, 400), st.integers(0, 60), st.integers(60, 400))
facilities = st.lists(counts, min_size=2, max_size=12)


def periods(rows: list[tuple[int, int, int, int]], scale: int = 1) -> tuple[Part, Part]:
    a, b, c, d = zip(*rows, strict=True)
    return (a, [scale * v for v in b]), (c, [scale * v for v in d])


def logs(value: float | None, lower: float | None, upper: float | None) -> list[float]:
    return [math.log(v) for v in (value, lower, upper) if v is not None and v > 0]


@given(facilities, st.randoms(use_true_random=False), st.sampled_from(["binomial", "poisson"]))
@settings(max_examples=40)
def test_order_of_facilities_and_unit_of_exposure_do_not_matter(
    rows: list[tuple[int, int, int, int]], random: object, family: str
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    (before, after), (before_2, after_2), (wide_before, wide_after) = periods(rows), periods(shuffled), periods(rows, 7)
    pairs = [
        (gee_change(before, after, family_of(family)).change, gee_change(before_2, after_2, family_of(family)).change),
        (ratio_change_factor([before], [after]), ratio_change_factor([before_2], [after_2])),
        (ratio_change_factor([before], [after]), ratio_change_factor([wide_before], [wide_after])),
        (gee_change(before, after, "poisson").change, gee_change(wide_before, wide_after, "poisson").change),
    ]
    for one, two in pairs:
        assert one.reason == two.reason
        expected = logs(two.value, two.lower, two.upper)
        assert logs(one.value, one.lower, one.upper) == pytest.approx(expected, abs=1e-5)


@given(facilities)
@settings(max_examples=40)
def test_swapping_the_periods_inverts_the_ratio(rows: list[tuple[int, int, int, int]]) -> None:
    before, after = periods(rows)
    pairs = [(ratio_change_factor([before], [after]), ratio_change_factor([after], [before]))]
    for family in ("binomial", "poisson"):
        pairs.append(
            (gee_change(before, after, family_of(family)).change, gee_change(after, before, family_of(family)).change)
        )
    for forward, backward in pairs:
        if forward.lower is None or backward.lower is None:
            assert (forward.lower, backward.lower) == (None, None)
            continue
        assert holds_value(forward, 0, math.inf)
        there = logs(forward.value, forward.lower, forward.upper)
        back = logs(backward.value, backward.upper, backward.lower)
        assert there == pytest.approx([-v for v in back], abs=1e-5)


def test_intervals_cover_with_few_facilities_where_the_plain_sandwich_does_not() -> None:
    # 8 facilities of unequal size, 200 samples with a true rate ratio of 0.8; 95 % less three standard errors is 90 %
    rng = np.random.default_rng(11)
    covered, covered_plain = 0, 0
    for _ in range(200):
        logs_of = rng.normal(6, 0.6, (8, 1)) + rng.normal(0, 0.1, (8, 2))
        of: Floats = np.round(np.exp(logs_of)).astype(np.float64) + 20
        level = np.exp(rng.normal(-2, 0.4, (8, 1)) + rng.normal(0, 0.1, (8, 2)))
        events = rng.poisson(of * level * [1, 0.8]).astype(np.float64)
        result = gee_change(*columns(events, of), "poisson").change
        fit = fit_gee(events / of, of, "poisson")
        assert fit is not None
        lower, upper = limits(result)
        covered += lower <= 0.8 <= upper
        covered_plain += abs(fit.change - math.log(0.8)) <= 1.96 * fit.error
    assert covered >= 180
    assert covered_plain < 180


def test_five_hundred_facilities_take_less_than_a_second() -> None:
    rng = np.random.default_rng(5)
    of: Floats = np.round(np.exp(rng.normal(7, 1, (500, 2)))).astype(np.float64) + 20
    events = rng.binomial(of.astype(int), 0.1).astype(np.float64)
    started = time.process_time()
    for family in ("binomial", "poisson"):
        result = gee_change(*columns(events, of), family_of(family))
        assert result.change.reason == ""
    assert time.process_time() - started < 3
