"""Funnel limits and overdispersion against R, hand calculation, and properties."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.funnel import (
    BEYOND,
    INSIDE,
    PROPORTION,
    RATE,
    adjusted_limits,
    between_variance,
    dispersion,
    exact_limits,
    funnel,
    limits_at,
    standard_errors,
    winsorised,
    z_scores,
)

VALUES = Path(__file__).parent / "data" / "reference_values"
# the invented facilities of charts.R
Y = [3, 5, 12, 1, 0, 22, 9, 4, 30, 2, 7, 15, 6, 40]
N = [150, 210, 330, 95, 60, 410, 280, 190, 520, 140, 260, 300, 240, 610]


def test_exact_limits_agree_with_r() -> None:
    for row in pd.read_csv(VALUES / "funnel_limits.csv").itertuples(index=False):
        found = exact_limits([row.n], row.centre, row.kind, row.level)
        assert [float(f[0]) for f in found] == pytest.approx([row.lower, row.upper], abs=1e-12)
        smooth = exact_limits([row.n], row.centre, row.kind, row.level, interpolate=True)
        expected = [row.lower_interpolated, row.upper_interpolated]
        assert [float(f[0]) for f in smooth] == pytest.approx(expected, abs=1e-9)


def test_limits_by_hand() -> None:
    # binomial, n 10, share 0.5: F(1) = 11/1024 = 0.0107, F(2) = 56/1024 = 0.0547, so the 2,5 % quantile is 2;
    # interpolated (2 - (0.0546875 - 0.025) / (45/1024)) / 10 = 0.13244
    lower, upper = exact_limits([10], 0.5)
    assert (lower[0], upper[0]) == (0.2, 0.8)
    assert exact_limits([10], 0.5, interpolate=True)[0][0] == pytest.approx(0.1324444, abs=1e-6)


@pytest.mark.parametrize("kind", [PROPORTION, RATE])
@pytest.mark.parametrize("winsor", [0, 0.05, 0.1, 0.2])
def test_overdispersion_agrees_with_r(kind: str, winsor: float) -> None:
    table = pd.read_csv(VALUES / "funnel_overdispersion.csv")
    row = table[(table["kind"] == kind) & (table["winsor"] == winsor)].iloc[0]
    found = funnel(Y, N, kind=kind, winsor=winsor)
    assert found.phi == pytest.approx(row["phi"], abs=1e-9)
    assert found.tau2 == pytest.approx(row["tau2"], abs=1e-12)
    assert found.tau2 is not None
    lower, upper = adjusted_limits([150], sum(Y) / sum(N), kind, 0.998, found.tau2)
    assert (lower[0], upper[0]) == pytest.approx((row["lower998_first"], row["upper998_first"]), abs=1e-9)


def test_between_variance_is_that_of_dersimonian_and_laird() -> None:
    # metafor dat.bcg; published as 0.3088 (Viechtbauer 2010, J Stat Softw 36(3))
    table = pd.read_csv(VALUES / "dersimonian_laird.csv")
    y, error = table["estimate"].to_numpy(), np.sqrt(table["variance"].to_numpy())
    z = (y - np.average(y, weights=1 / error**2)) / error
    found = between_variance(dispersion(z, 0), error)
    assert found == pytest.approx(table["tau2"][0], abs=1e-9)
    assert found == pytest.approx(0.3088, abs=5e-5)


def test_winsorising_by_hand() -> None:
    # eleven scores -5..5: the 10 and 90 % quantiles are -4 and 4
    assert winsorised(range(-5, 6)).tolist() == [-4, -4, -3, -2, -1, 0, 1, 2, 3, 4, 4]
    assert dispersion(range(-5, 6)) == pytest.approx(92 / 11)


def test_z_scores_by_hand() -> None:
    # share 1/4 of 100 against 1/2: 2 * 10 * (pi/6 - pi/4) = -5 pi / 3
    assert z_scores([25], [100], 0.5)[0] == pytest.approx(-5 * np.pi / 3)
    # 36 events where 25 are expected: 2 (6 - 5) = 2
    assert z_scores([36], [100], 0.25, RATE)[0] == pytest.approx(2)
    assert standard_errors([100], 0.25, RATE)[0] == pytest.approx(0.1)


def test_positions_and_reasons_keep_the_given_order() -> None:
    found = funnel(
        [50, 1, 30, 5, None, 4, 3, 50], [100, 0, 20, 10, 9, -1, 7.5, 100], ["H", "B", "C", "A", "E", "F", "G", "D"]
    )
    assert [p.name for p in found.points] == ["H", "B", "C", "A", "E", "F", "G", "D"]
    assert [p.reason for p in found.points] == [
        "", "penyebut nol", "pembilang melebihi penyebut", "", "pembilang atau penyebut tidak ada", "penyebut negatif",
        "bukan bilangan bulat", "",
    ]  # fmt: skip
    assert found.n == 3
    assert found.overall == pytest.approx(0.5)
    assert [p.position for p in found.points if not p.reason] == [INSIDE] * 3
    assert [p.side for p in found.points if not p.reason] == [""] * 3
    assert "5 FKTP" in found.note


def test_an_outlier_lies_beyond_and_the_adjusted_funnel_is_wider() -> None:
    found = funnel(Y, N, scale=100)
    assert found.overall == pytest.approx(100 * sum(Y) / sum(N))
    last = found.points[-1]
    assert last.position in {BEYOND, "antara 95 dan 99,8"}
    assert last.side == "di atas"
    for point in found.points:
        assert point.limits is not None
        assert point.adjusted is not None
        assert point.adjusted.lower998 <= point.limits.lower998
        assert point.adjusted.upper95 >= point.limits.upper95


def test_rates_above_one_are_possible_for_a_rate_only() -> None:
    contacts, registered = [150, 170, 300], [100, 120, 140]
    assert funnel(contacts, registered, kind=RATE, scale=1000).overall == pytest.approx(1000 * 620 / 360)
    assert funnel(contacts, registered).reason


def test_one_facility_has_a_reason_unless_a_centre_is_given() -> None:
    alone = funnel([3], [100])
    assert "satu FKTP" in alone.reason
    assert alone.overall == pytest.approx(0.03)
    assert alone.points[0].limits is None
    held = funnel([12], [100], centre=2, scale=100)
    assert held.reason == ""
    assert held.points[0].position == BEYOND


@pytest.mark.parametrize("kind", [PROPORTION, RATE])
def test_nothing_or_everything_gives_no_false_alarm(kind: str) -> None:
    none = funnel([0, 0, 0], [10, 20, 30], kind=kind)
    assert {p.position for p in none.points} == {INSIDE}
    assert {p.position_adjusted for p in none.points} == {INSIDE}
    assert "semua nol" in none.note
    every = funnel([10, 20, 30], [10, 20, 30], kind=kind)
    assert {p.position for p in every.points} == {INSIDE}


def test_nothing_to_use_has_a_reason() -> None:
    assert funnel([], []).reason
    assert funnel([1, 2], [0, 0]).reason
    assert funnel([1, 2], [9, 9], centre=101, scale=100).reason


def test_wrong_arguments_are_errors() -> None:
    with pytest.raises(ValueError, match="kind"):
        funnel([1], [2], kind="binomial")
    with pytest.raises(ValueError, match="winsor"):
        funnel([1], [2], winsor=0.5)
    with pytest.raises(ValueError, match="zip"):
        funnel([1], [2, 3])


PAIRS = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 400)), min_size=2, max_size=25)


@given(PAIRS, st.randoms(use_true_random=False), st.sampled_from([PROPORTION, RATE]))
def test_order_of_facilities_does_not_matter(pairs: list[tuple[int, int]], random: object, kind: str) -> None:
    order = list(range(len(pairs)))
    random.shuffle(order)  # type: ignore[attr-defined]
    names = [str(i) for i in order]
    y, n = [min(p) for p in pairs], [max(p) for p in pairs]
    plain = funnel(y, n, [str(i) for i in range(len(pairs))], kind)
    mixed = funnel([y[i] for i in order], [n[i] for i in order], names, kind)
    assert mixed.overall == plain.overall
    assert mixed.phi == pytest.approx(plain.phi, rel=1e-9, abs=1e-12)
    assert [p.name for p in mixed.points] == names
    found = {p.name: (p.position, p.value) for p in mixed.points}
    assert found == {p.name: (p.position, p.value) for p in plain.points}


@given(st.integers(1, 3000), st.floats(0.001, 0.999), st.sampled_from([0.95, 0.998]))
def test_conservative_limits_hold_their_level(n: int, centre: float, level: float) -> None:
    lower, upper = exact_limits([n], centre, level=level)
    below, above = round(float(lower[0]) * n), round(float(upper[0]) * n)
    tail = (1 - level) / 2
    assert stats.binom.cdf(below - 1, n, centre) <= tail + 1e-9
    assert stats.binom.sf(above, n, centre) <= tail + 1e-9


@given(st.floats(0.001, 0.999), st.floats(0, 0.5), st.sampled_from([PROPORTION, RATE]))
def test_limits_are_ordered_and_possible(centre: float, tau2: float, kind: str) -> None:
    for limits in limits_at([1, 5, 50, 5000], centre, kind, tau2=tau2):
        assert 0 <= limits.lower998 <= limits.lower95 <= limits.upper95 <= limits.upper998
        assert kind == RATE or limits.upper998 <= 1


@given(PAIRS)
def test_the_complement_mirrors_the_funnel(pairs: list[tuple[int, int]]) -> None:
    y, n = [min(p) for p in pairs], [max(p) for p in pairs]
    share, rest = funnel(y, n), funnel([b - a for a, b in zip(y, n, strict=True)], n)
    assert rest.phi == pytest.approx(share.phi, rel=1e-6, abs=1e-9)
    opposite = {"di atas": "di bawah", "di bawah": "di atas", "": ""}
    assert [p.side for p in rest.points] == [opposite[p.side] for p in share.points]
