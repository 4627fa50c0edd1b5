"""Effect of an event: agreement with R, known effects in simulated data, return to the mean, and bad input."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from reference_values import limits, numbers, reference

from analysis.estimates import Counts, Estimate, change_of_ratio
from analysis.event_effects import (
    InterruptedSeries,
    difference_in_differences,
    half_spans,
    interrupted_series,
    regression_to_the_mean,
    trend_before_event,
    was_selected_as_worst,
)

# The 19 facilities of the simulated Sanggau: participants and RRNS; 12 lie above 2 % by far and are invited.
REGISTERED = np.array(
    [
        9800,
        30200,
        44200,
        17900,
        8400,
        14600,
        17300,
        16100,
        25900,
        18700,
        7900,
        16900,
        23600,
        18800,
        8100,
        4600,
        22700,
        12800,
        3600,
    ]
)
SHARE = np.array([3.1, 3.3, 2.9, 1.4, 4.2, 1.4, 3.1, 5.4, 3.0, 1.5, 1.1, 4.8, 2.9, 5.8, 1.2, 3.5, 3.2, 1.3, 1.7]) / 100
INVITED = SHARE > 0.02
MONTHS = [f"{2024 + m // 12}-{m % 12 + 1:02d}" for m in range(30)]
SEEDS = range(60)


def month_names(running: list[float]) -> list[str]:
    return [f"{2022 + int(m) // 12}-{int(m) % 12 + 1:02d}" for m in running]


@pytest.mark.parametrize("row", reference("interrupted_series"), ids=lambda row: f"{row['name']}-{row['part']}")
def test_interrupted_series_agrees_with_r(row: dict[str, str]) -> None:
    own, start = row["own"] == "TRUE", int(row["from"])
    event = month_names([start if own else start - 1])[0]
    result = interrupted_series(
        numbers(row["values"]), month_names(numbers(row["months"])), event,
        first_after=event if own else None,
        denominators=numbers(row["weights"]) if row["name"] == "weighted" else None,
        slope_change=row["slope"] == "TRUE", seasons=row["season"],  # type: ignore[arg-type]
    )  # fmt: skip
    part = {"level": "level_change", "slope": "slope_change", "mean": "mean_effect", "slope_before": "slope_before"}
    estimate = getattr(result, part[row["part"]])
    assert result.lag == int(row["lag"])
    assert estimate.value == pytest.approx(float(row["estimate"]), rel=1e-8)
    assert limits(estimate) == pytest.approx([float(row["lower"]), float(row["upper"])], rel=1e-6)
    assert estimate.p == pytest.approx(float(row["p"]), rel=1e-6)


def two_spans(text: str) -> list[list[float]]:
    return [numbers(part) for part in text.split(";")]


@pytest.mark.parametrize("row", reference("difference_in_differences"), ids=lambda row: row["name"])
def test_difference_in_differences_agrees_with_r(row: dict[str, str]) -> None:
    k = int(row["invited"])
    columns = [two_spans(row[c]) for c in ("y_before", "x_before", "y_after", "x_after")]
    y1, x1, y2, x2 = columns
    before, after = list(zip(y1, x1, strict=True)), list(zip(y2, x2, strict=True))
    cells: list[Counts] = [
        [(y[part], x[part]) for y, x in span] for part in (slice(k), slice(k, None)) for span in (before, after)
    ]
    result = difference_in_differences(*cells, scale=100)
    assert result.effect.value == pytest.approx(100 * float(row["effect"]), rel=1e-8)
    assert limits(result.effect) == pytest.approx([100 * float(row["lower"]), 100 * float(row["upper"])], rel=1e-6)
    assert result.effect.p == pytest.approx(float(row["p"]), rel=1e-6)
    assert result.relative.value == pytest.approx(float(row["relative"]), rel=1e-8)
    expected = [float(row["relative_lower"]), float(row["relative_upper"])]
    assert limits(result.relative) == pytest.approx(expected, rel=1e-6)


def test_difference_in_differences_by_hand() -> None:
    # Invited 30/100 -> 10/100, others 20/100 -> 18/100: -20 - (-2) = -18 points; factors 1/3 and 9/10: 10/27.
    result = difference_in_differences(
        [([10, 20], [50, 50])], [([4, 6], [50, 50])], [([9, 11], [50, 50])], [([9, 9], [40, 60])], scale=100
    )
    assert result.effect.value == pytest.approx(-18)
    assert result.relative.value == pytest.approx(10 / 27)
    assert (result.invited.value, result.others.value) == pytest.approx((-20, -2))
    shown = (result.invited_before, result.invited_after, result.others_before, result.others_after)
    assert shown == pytest.approx((30, 10, 20, 18))
    # Without one facility, in points: invited before 40 and 20 (30 +-10), after 12 and 8 (10 +-2): change 8, -8; others
    # before 22 and 18 (20 +-2), after 15 and 22.5 (18 -3, +4.5): change 5, -6.5 but for the sign; variance
    # 1/2*(64 + 64) + 1/2*(25 + 42.25) = 64 + 33.625; two facilities have one degree, whatever their sizes
    half = result.effect.upper - result.effect.value if result.effect.upper and result.effect.value else 0
    variances = (64, 33.625)
    degrees = sum(variances) ** 2 / sum(v**2 for v in variances)
    from scipy.stats import t

    assert half == pytest.approx(float(t.ppf(0.975, degrees)) * math.sqrt(97.625))
    assert "anggapan" in result.effect.note


def test_variance_is_the_sum_of_those_of_both_groups() -> None:
    y, n = counts(3, 0.55)
    n = np.full_like(n, 300)  # facilities of one size have n - 1 degrees
    cells = [span(y, n, who, a) for who in (INVITED, ~INVITED) for a in (slice(12, 18), slice(24, 30))]
    result = difference_in_differences(*cells)
    from scipy.stats import t

    errors = []
    for group, size in ((result.invited, 12), (result.others, 7)):
        lower, upper = limits(group)
        errors.append((upper - lower) / 2 / float(t.ppf(0.975, size - 1)))
    v = [e**2 for e in errors]
    degrees = sum(v) ** 2 / (v[0] ** 2 / 11 + v[1] ** 2 / 6)
    lower, upper = limits(result.effect)
    assert (upper - lower) / 2 == pytest.approx(float(t.ppf(0.975, degrees)) * math.sqrt(sum(v)))
    assert result.invited == change_of_ratio(cells[0], cells[1])


@pytest.mark.parametrize("row", reference("shrinkage"), ids=lambda row: row["name"])
def test_shrinkage_agrees_with_metafor_in_r(row: dict[str, str]) -> None:
    y, x = numbers(row["y"]), numbers(row["x"])
    invited = [i < int(row["chosen"]) for i in range(len(y))]
    result = regression_to_the_mean([(y, x)], invited)
    assert result.shrinkage.value == pytest.approx(float(row["drift"]), rel=1e-8)
    assert result.reason == result.remaining.reason == "tidak ada dua rentang lebih awal tanpa kegiatan"


@pytest.mark.parametrize("row", reference("selection"))
def test_selection_agrees_with_wilcox_test_in_r(row: dict[str, str]) -> None:
    chosen, others = numbers(row["invited"]), numbers(row["others"])
    result = was_selected_as_worst([*chosen, *others], [True] * len(chosen) + [False] * len(others))
    assert result.superiority.p == pytest.approx(float(row["p"]), rel=1e-9)
    assert result.superiority.value == pytest.approx(float(row["w"]) / len(chosen) / len(others))


def counts(seed: int, factor: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """Referrals that are not specialist, and all; 30 months, the invited at ``factor`` from the 22nd month on."""
    rng = np.random.default_rng(seed)
    course = np.where(INVITED[:, None] & (np.arange(30) >= 21), factor, 1.0)
    referrals = rng.poisson(REGISTERED[:, None] * 0.0105 * rng.normal(1, 0.08, (19, 30)))
    share = SHARE[:, None] * course * rng.normal(1, 0.12, (19, 30))
    return rng.binomial(referrals, share), referrals


def span(y: NDArray[Any], n: NDArray[Any], who: NDArray[np.bool_], months: slice) -> Counts:
    return [(y[who, months].sum(axis=1).tolist(), n[who, months].sum(axis=1).tolist())]


def results(seed: int, factor: float) -> tuple[Estimate, Estimate, Estimate]:
    y, n = counts(seed, factor)
    cells = [span(y, n, who, a) for who in (INVITED, ~INVITED) for a in (slice(12, 18), slice(24, 30))]
    comparison = difference_in_differences(*cells, scale=100)
    series = interrupted_series(100 * y.sum(axis=0) / n.sum(axis=0), MONTHS, "2025-09-18", seasons="none")
    return series.mean_effect, comparison.effect, comparison.relative


def test_known_effect_is_held_and_found() -> None:
    load = REGISTERED * SHARE
    truth = (-45 * load[INVITED].sum() / REGISTERED.sum(), -45 * load[INVITED].sum() / REGISTERED[INVITED].sum(), 0.55)
    found = [results(seed, 0.55) for seed in SEEDS]
    for i, value in enumerate(truth):
        held = sum(limits(r[i])[0] <= value <= limits(r[i])[1] for r in found)
        assert held >= 0.9 * len(SEEDS)
        # nor so wide that it says nothing
        assert sum((r[i].p or 0) < 0.05 for r in found) > len(SEEDS) / 2


def test_no_effect_is_rarely_found() -> None:
    found = [results(seed, 1.0) for seed in SEEDS]
    for i in range(3):
        # 60 tests at 5 %: 3 expected, 8 or more in 1 of 100 cases
        assert sum((r[i].p or 0) < 0.05 for r in found) <= 7


def test_interval_holds_with_autocorrelation_where_newey_west_would_not() -> None:
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(200):
        noise = rng.normal(size=80)
        for i in range(1, 80):
            noise[i] += 0.3 * noise[i - 1]
        result = interrupted_series(noise[50:].tolist(), MONTHS, "2025-09", seasons="none")
        held += limits(result.mean_effect)[0] <= 0 <= limits(result.mean_effect)[1]
    # Newey–West as it is holds 79 % here, ordinary least squares 86 %
    assert held >= 0.88 * 200


def test_return_to_the_mean_is_found_and_taken_off() -> None:
    # No event at all; those above 2,2 % in the second of three spans are "invited".
    rows = []
    for seed in range(80):
        rng = np.random.default_rng(seed)
        referrals = rng.poisson(np.repeat(REGISTERED[:, None] * 0.0105 * 6 / 4, 3, axis=1))
        share = (0.022 + 0.004 * rng.normal(size=19))[:, None] * rng.normal(1, 0.15, (19, 3))
        y = rng.binomial(referrals, np.clip(share, 0, 1))
        spans: list[Counts] = [[(y[:, i].tolist(), referrals[:, i].tolist())] for i in range(3)]
        invited = 100 * y[:, 1] / referrals[:, 1] > 2.2
        if not 4 <= invited.sum() <= 15:
            continue
        result = regression_to_the_mean(
            spans[1], invited.tolist(), (spans[0], spans[1]), spans[2], limit=2.2, scale=100
        )
        assert result.selection.picked
        assert result.selection.beyond_all
        # remaining = difference in differences of the event less that of history
        assert result.remaining.value is not None
        assert result.history.effect.value is not None
        naive = result.remaining.value + result.history.effect.value
        rows.append((naive, result.history.effect.value, result.remaining.value, (result.remaining.p or 1) < 0.05))
    naive, history, remaining, rejected = np.mean(np.array(rows, dtype=float), axis=0)
    assert naive < -1.1  # looks like an effect of 1,1 to 1,6 points
    assert history == pytest.approx(naive, abs=0.2)
    assert abs(remaining) < 0.2
    assert rejected < 0.12


def test_a_value_equal_to_the_limit_is_not_picked() -> None:
    # 100 * (14/200) is 7.000000000000001 in binary fractions
    data: Counts = [([14, 15, 13], [200, 200, 200])]
    assert 14 / 200 * 100 > 7
    result = regression_to_the_mean(data, [True, True, False], (data, data), limit=7, scale=100)
    assert result.picked == (False, True, False)


def test_what_remains_has_the_joint_variance_of_both_spans() -> None:
    before: Counts = [([10, 20, 9, 11], [50, 50, 50, 50])]
    after: Counts = [([4, 6, 9, 9], [50, 50, 40, 60])]
    flags = [True, True, False, False]
    # 9/40 and 9/60 of ``after``, 22,5 % and 15 %: one picked only
    result = regression_to_the_mean(before, flags, (after, before), after, limit=16, scale=100)
    assert result.picked == (False, False, True, False)
    assert "dua FKTP" in result.remaining.reason
    # now: -18 points (by hand above); then, backwards: others +2 less invited +20 = -18; value and influences cancel
    result = regression_to_the_mean(before, flags, (after, before), after, limit=14, scale=100)
    assert result.picked == (False, False, True, True)
    assert result.remaining.value == 0
    assert (result.remaining.lower, result.remaining.p) == (None, None)
    assert "tidak ada keragaman" in result.remaining.reason
    same = regression_to_the_mean(before, [False, False, True, True], (after, before), after, limit=14, scale=100)
    # now +18 less -18 then: 36; deviations 2 * (8, -8, 5, -6.5); smallest group 2: variance 1/2 * 4 * (128 + 67.25)
    assert same.remaining.value == pytest.approx(36)
    from scipy.stats import t

    assert same.remaining.upper == pytest.approx(36 + float(t.ppf(0.975, 1)) * math.sqrt(2 * 195.25))


def test_invited_at_random_are_not_called_picked() -> None:
    rng = np.random.default_rng(5)
    values = [float(v) for v in rng.normal(3, 1, 19)]
    flags = [[bool(f) for f in rng.permutation(INVITED)] for _ in range(200)]
    picked = sum(was_selected_as_worst(values, f).picked for f in flags)
    assert picked <= 14  # one-sided 2,5 % by the test; up to 7 %
    assert was_selected_as_worst(values, flags[0]).note == ""


def test_direction_decides_who_is_worst() -> None:
    values, invited = [9.0, 8.0, 7.0, 2.0, 1.0, 3.0], [True, True, True, False, False, False]
    worst = was_selected_as_worst(values, invited, "lower")
    assert (worst.picked, worst.beyond_all, worst.superiority.value) == (True, True, 1.0)
    assert "semuanya lebih buruk" in worst.note
    best = was_selected_as_worst(values, invited, "higher")
    assert (best.picked, best.beyond_all, best.superiority.value, best.note) == (False, False, 0.0, "")


def test_as_many_of_the_worst_as_were_invited_are_followed_in_history() -> None:
    selection: Counts = [([9, 8, 1, 2], [100] * 4)]
    first: Counts = [([1, 9, 8, None], [100] * 4)]
    second: Counts = [([1, 5, 4, 9], [100] * 4)]
    # Two of four were invited: two of the three with earlier counts, the second and third (9 and 8 of 100)
    result = regression_to_the_mean(selection, [True, True, False, False], (first, second), scale=100)
    assert result.picked == (False, True, True, False)
    assert result.history.invited.value == pytest.approx(-4)  # 17/200 -> 9/200
    assert result.history.effect.value == pytest.approx(-4)  # the other stays at 1 %
    assert "−4,00 terhadap FKTP lain tanpa kegiatan" in result.note
    up = regression_to_the_mean(
        selection, [True, True, False, False], (first, second), better="higher", limit=5, scale=100
    )
    assert up.picked == (True, False, False, False)


def test_event_month_belongs_to_neither_side() -> None:
    values = [10.0 + (i % 3) for i in range(24)]
    values[14] = 1000.0
    result = interrupted_series(values, MONTHS[:24], dt.date(2025, 3, 18))
    assert (result.event, result.first_after, result.left_out) == ("2025-03", "2025-04", 1)
    assert (result.before, result.after) == (14, 9)
    assert max(p.fitted for p in result.points if p.fitted is not None) < 20
    assert result.points[14].fitted is None
    assert result.points[14].value == 1000.0
    wait = interrupted_series(values, MONTHS[:24], "2025-03", first_after="2025-07")
    assert (wait.before, wait.after, wait.left_out) == (14, 6, 4)
    own = interrupted_series(values, MONTHS[:24], "2025-03", first_after="2025-03")
    assert (own.before, own.after, own.left_out) == (14, 10, 0)


def test_lines_and_effects_by_hand() -> None:
    # Before 20 + t; then a jump of 5 and a slope of 3 instead of 1.
    noise = [0.5, -0.5, -0.5, 0.5] * 8
    running = list(range(-12, 12))
    values = [20 + t + (5 + 2 * t if t >= 0 else 0) + e for t, e in zip(running, noise, strict=False)]
    result = interrupted_series(values, MONTHS[:24], MONTHS[12], first_after=MONTHS[12], seasons="none")
    # noise of 12 months, (+ - - +) three times, is orthogonal to level and slope of each side
    assert result.level_change.value == pytest.approx(5)
    assert result.slope_change.value == pytest.approx(2)
    assert result.slope_before.value == pytest.approx(1)
    assert result.mean_effect.value == pytest.approx(5 + 2 * 5.5)
    assert result.expected_after == pytest.approx(20 + 5.5)
    assert result.observed_after == pytest.approx(20 + 5.5 + 5 + 11)
    assert result.points[-1].expected == pytest.approx(31)
    assert result.points[-1].fitted == pytest.approx(31 + 5 + 22)
    assert result.points[0].expected is None
    residuals = np.array(noise[:24])
    assert result.autocorrelation == pytest.approx((residuals[1:] * residuals[:-1]).sum() / (residuals**2).sum())


def test_months_may_be_unordered_and_of_any_kind() -> None:
    rng = np.random.default_rng(2)
    values = [float(v) for v in rng.normal(3, 1, 30)]
    plain = interrupted_series(values, MONTHS, "2025-09")
    order = rng.permutation(30)
    mixed = [pd.Period(MONTHS[i], "M") if i % 2 else dt.date.fromisoformat(f"{MONTHS[i]}-01") for i in order]
    assert interrupted_series([values[i] for i in order], mixed, pd.Timestamp("2025-09-18")) == plain
    assert plain.seasons == "harmonics"


def test_missing_months_keep_their_place_in_time() -> None:
    values: list[float | None] = [10 + 0.5 * i + (0.3 if i % 2 else -0.3) for i in range(24)]
    full = interrupted_series(values, MONTHS[:24], MONTHS[15], seasons="none")
    gone = [v if i not in {3, 4, 5, 6} else None for i, v in enumerate(values)]
    absent = [i for i in range(24) if i not in {3, 4, 5, 6}]
    with_none = interrupted_series(gone, MONTHS[:24], MONTHS[15], seasons="none")
    shorter = interrupted_series([values[i] for i in absent], [MONTHS[i] for i in absent], MONTHS[15], seasons="none")
    assert with_none == shorter
    assert with_none.slope_before.value == pytest.approx(full.slope_before.value, abs=0.03)
    assert with_none.before == full.before - 4
    assert "4 bulan tanpa nilai" in with_none.note


def test_seasons_are_left_out_with_fewer_than_two_years() -> None:
    values = [3 + math.sin(i) for i in range(20)]
    asked = interrupted_series(values, MONTHS[:20], MONTHS[14], seasons="months")
    assert asked.seasons == "none"
    assert "musim tidak diperhitungkan" in asked.note
    assert asked.level_change.value is not None
    assert asked.slope_change.value is None
    assert asked.slope_change.reason == "model tanpa perubahan kemiringan"


@pytest.mark.parametrize(
    ("values", "months", "event", "reason"),
    [
        ([], [], "2025-01", "tidak ada bulan dengan nilai"),
        ([1.0, 2.0], MONTHS[:2], MONTHS[1], "sekurang-kurangnya 8 bulan sebelum dan 3 bulan sesudah"),
        ([float(i % 4) for i in range(30)], MONTHS, "2030-01", "kegiatan 2030-01 di luar rangkaian bulan"),
        ([float(i % 4) for i in range(30)], MONTHS, "2020-01", "tersedia 0 dan 30"),
        ([float(i % 4) for i in range(30)], MONTHS, MONTHS[7], "tersedia 7 dan 22"),
        ([float(i % 4) for i in range(30)], MONTHS, MONTHS[27], "tersedia 27 dan 2"),
        ([float(i % 4) for i in range(30)], MONTHS, "kemarin", "bulan kegiatan tidak terbaca"),
        ([1.0, 2.0], ["2025-01", "2025-01"], "2025-01", "bulan lebih dari satu kali: 2025-01"),
        ([1.0, 2.0], ["2025-01", "Mei"], "2025-01", "bulan tidak terbaca: Mei"),
        ([None, math.nan], MONTHS[:2], "2024-01", "tidak ada bulan dengan nilai"),
    ],
)
def test_what_cannot_be_fitted_has_a_reason(values: list[Any], months: list[Any], event: Any, reason: str) -> None:
    result = interrupted_series(values, months, event)
    assert reason in result.reason
    every_estimate_says_why(result)


def every_estimate_says_why(result: InterruptedSeries) -> None:
    for estimate in (result.level_change, result.slope_change, result.mean_effect, result.slope_before):
        assert (estimate.value, estimate.lower, estimate.p) == (None, None, None)
        assert estimate.reason


def test_smallest_series_is_fitted() -> None:
    values = [float(i % 4) for i in range(12)]
    result = interrupted_series(values, MONTHS[:12], MONTHS[8])
    assert (result.reason, result.before, result.after) == ("", 8, 3)
    assert result.level_change.lower is not None
    assert "deret pendek (8 bulan sebelum, 3 sesudah" in result.note


@pytest.mark.parametrize("value", [0.0, 2.5])
def test_a_constant_series_has_no_precision(value: float) -> None:
    result = interrupted_series([value] * 30, MONTHS, "2025-09")
    for estimate in (result.level_change, result.mean_effect, result.slope_before):
        assert (estimate.value, estimate.lower, estimate.p) == (0.0, None, None)
        assert "ketelitian tidak dapat dihitung" in estimate.reason
    assert result.autocorrelation is None


def test_months_without_denominator_are_missing() -> None:
    values = [3 + math.sin(i) for i in range(30)]
    assert interrupted_series(values, MONTHS, "2025-09", denominators=[0] * 30).reason == "tidak ada bulan dengan nilai"
    some = interrupted_series(values, MONTHS, "2025-09", denominators=[0, None, math.nan] + [100] * 27)
    assert some.before == 17
    assert "berbobot penyebut" in some.method


def test_an_early_first_month_has_a_reason() -> None:
    values = [float(i % 4) for i in range(30)]
    result = interrupted_series(values, MONTHS, "2025-09", first_after="2025-08")
    assert "mendahului" in result.reason


ONE: Counts = [([3], [100])]
TWO: Counts = [([3, 6], [100, 100])]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ((ONE, ONE, TWO, [([2, 6], [100, 100])]), "dua FKTP di setiap kelompok"),
        ((TWO, TWO, [([], [])], [([], [])]), "salah satu kelompok kosong"),
        ((TWO, TWO, [([0, 0], [0, 0])], TWO), "penyebut nol"),
        (([([0, 0], [9, 9])],) * 4, "ketelitian tidak dapat dihitung"),
        ((TWO, TWO, TWO, [([None, math.nan], [100, 100])]), "salah satu kelompok kosong"),
    ],
)
def test_groups_that_cannot_be_compared_have_a_reason(cells: tuple[Counts, ...], reason: str) -> None:
    result = difference_in_differences(*cells)
    assert reason in result.effect.reason
    assert result.relative.reason
    assert (result.effect.lower, result.effect.p, result.relative.lower) == (None, None, None)


def test_ratio_of_zero_has_no_factor() -> None:
    result = difference_in_differences(TWO, [([0, 0], [100, 100])], TWO, [([2, 9], [100, 100])])
    assert result.effect.lower is not None
    assert (result.relative.value, result.relative.reason) == (None, "rasio nol pada salah satu rentang")


def test_facilities_with_gaps_are_left_out_and_counted() -> None:
    clean = difference_in_differences(TWO, [([2, 9], [100, 90])], TWO, [([4, 5], [100, 90])])
    result = difference_in_differences(
        [([3, 6, None, 1, 4], [100, 100, 50, 50, 0])], [([2, 9, 3, -1, 4], [100, 90, 50, 50, 80])],
        [([3, 0, 6], [100, 0, 100])], [([4, 0, 5], [100, 0, 90])],
    )  # fmt: skip
    assert result.effect.value == clean.effect.value
    assert limits(result.effect) == limits(clean.effect)
    assert result.left_out == 4
    assert "4 FKTP tanpa angka yang dapat dipakai tidak diikutkan" in result.effect.note
    assert "kelompok terkecil hanya 2 FKTP" in result.effect.note


def test_a_part_without_denominator_is_left_out() -> None:
    none: Counts = [*TWO, ([0, 0], [0, 0])]
    after: Counts = [([2, 9], [100, 90]), ([5, 5], [90, 90])]
    result = difference_in_differences(none, after, [*TWO, *TWO], after)
    single = difference_in_differences(TWO, after[:1], TWO, after[:1])
    assert result.effect.value == single.effect.value
    assert "hanya 1 dari 2 bagian" in result.effect.note


def test_placebo_says_what_it_is() -> None:
    result = trend_before_event(TWO, [([2, 9], [100, 90])], TWO, [([4, 5], [100, 90])])
    same = difference_in_differences(TWO, [([2, 9], [100, 90])], TWO, [([4, 5], [100, 90])])
    assert limits(result.effect) == limits(same.effect)
    assert result.effect.note.startswith("tren sebelum kegiatan, seharusnya nol; p yang besar bukan bukti")


def test_halves_before_the_event() -> None:
    assert half_spans(["2025-03", "2025-01", "2025-02", "2025-05", "2025-04", "?"], "2025-05-07") == (
        ("2025-01", "2025-02"),
        ("2025-03", "2025-04"),
    )
    assert half_spans(["2025-01", "2025-02", "2025-03"], "2025-04") == (("2025-02",), ("2025-03",))
    assert half_spans(["2025-01"], "2025-04") == half_spans(MONTHS, "kemarin") == ((), ())


def test_selection_without_one_of_the_groups_has_a_reason() -> None:
    assert was_selected_as_worst([1.0, 2.0], [True, True]).superiority.reason.startswith("tidak ada FKTP lain")
    nobody = was_selected_as_worst([1.0, None], [False, True])
    assert nobody.superiority.reason.startswith("tidak ada FKTP yang diundang")
    assert not nobody.picked
    equal = was_selected_as_worst([0.0] * 6, [True] * 3 + [False] * 3)
    assert (equal.picked, equal.superiority.value, equal.superiority.p) == (False, 0.5, 1.0)


def test_return_to_the_mean_of_nothing_has_reasons() -> None:
    zero: Counts = [([0] * 6, [100] * 6)]
    empty: Counts = [([None] * 6, [None] * 6)]
    flags = [True] * 3 + [False] * 3
    for data in (zero, empty, [([0] * 6, [0] * 6)]):
        result = regression_to_the_mean(data, flags, (data, data), data)
        assert result.shrinkage.value is None
        assert result.shrinkage.reason
        assert (result.remaining.lower, result.remaining.p) == (None, None)
        assert result.remaining.reason
        assert not result.selection.picked
    nobody = regression_to_the_mean([([1, 2], [9, 9])], [False, False], ([([1, 2], [9, 9])],) * 2, [([1, 2], [9, 9])])
    assert nobody.history.effect.reason == nobody.reason == "salah satu kelompok kosong"
    assert nobody.remaining.reason == "salah satu kelompok kosong"
    assert regression_to_the_mean([([], [])], []).shrinkage.value is None


def test_slips_of_the_programmer_are_errors() -> None:
    with pytest.raises(ValueError, match="one entry per month"):
        interrupted_series([1.0], MONTHS, "2025-09")
    with pytest.raises(ValueError, match="seasons"):
        interrupted_series([1.0], ["2025-01"], "2025-09", seasons="weeks")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="level"):
        interrupted_series([1.0], ["2025-01"], "2025-09", level=95)
    with pytest.raises(ValueError, match="same facilities"):
        difference_in_differences(TWO, ONE, TWO, TWO)
    with pytest.raises(ValueError, match="same parts"):
        difference_in_differences(TWO, TWO, [*TWO, *TWO], [*TWO, *TWO])
    with pytest.raises(ValueError, match="at least one pair"):
        difference_in_differences([], [], [], [])
    with pytest.raises(ValueError, match="one entry per facility"):
        was_selected_as_worst([1.0], [True, False])
    with pytest.raises(ValueError, match="better"):
        was_selected_as_worst([1.0], [True], "up")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="one entry per facility"):
        regression_to_the_mean(TWO, [True])
