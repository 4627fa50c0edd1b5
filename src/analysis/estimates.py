"""Published numbers as records, and the interval of each: proportions, rates, ratios of sums, changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

LEVEL = 0.95
LEVEL_WIDE = 0.998
"""The second level of a published number: about three standard errors, as on funnel plots and control charts."""
BYAR_FROM = 10
"""Fewest events for Byar's approximation; below it the exact Poisson limits are used."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """One published number.

    value, lower, upper: point estimate and interval in the unit of the number; None where there is none.
    level: level of the interval, default 0.95.
    n: number of units (facilities, or events for a proportion) that it rests on.
    p: two-sided p value of the test of no difference; None where nothing is tested.
    method: name of the method, Indonesian.
    note: what the reader must know, Indonesian.
    reason: why value or interval is missing, Indonesian; empty when nothing is missing.
    """

    value: float | None
    lower: float | None = None
    upper: float | None = None
    level: float = LEVEL
    n: int = 0
    p: float | None = None
    method: str = ""
    note: str = ""
    reason: str = ""


def wilson(successes: int, trials: int, level: float = LEVEL) -> Estimate:
    """Return a proportion (0 to 1) with Wilson's score interval.

    successes, trials: counts; a reason instead of a value when trials is 0 or successes are outside 0..trials.
    Reference: Wilson (1927), J Am Stat Assoc 22:209-212; statsmodels proportion_confint(method='wilson').
    """
    method = "interval skor Wilson"
    if trials <= 0:
        return Estimate(None, level=level, n=max(trials, 0), method=method, reason="penyebut nol")
    if not 0 <= successes <= trials:
        return Estimate(None, level=level, n=trials, method=method, reason="pembilang di luar 0 sampai penyebut")
    lower, upper = proportion_confint(successes, trials, alpha=1 - level, method="wilson")
    return Estimate(successes / trials, max(0.0, float(lower)), min(1.0, float(upper)), level, trials, method=method)


def whole_number(value: float | None) -> int | None:
    """Return a count as an int; None when it is missing, infinite, negative or not whole.

    value: a count as the data hold it (int, float, numpy or pandas number; None, NaN or NA when missing).
    """
    if value is None or pd.isna(value):
        return None
    if not math.isfinite(value) or value < 0 or value != int(value):
        return None
    return int(value)


def check_level(level: float) -> None:
    """Raise ValueError for a level outside 0 to 1; 95 for 95 % is such a slip.

    level: level of an interval as a share.
    """
    if not 0 < level < 1:
        raise ValueError(f"level {level} does not lie between 0 and 1")


def clopper_pearson(successes: float | None, trials: float | None, level: float = LEVEL) -> Estimate:
    """Return a proportion (0 to 1) with the exact interval of Clopper and Pearson, which covers at least its level.

    successes, trials: counts; a reason instead of a value when one is missing or not a count, when trials is 0, or when
    successes are outside 0..trials.
    level: level of the interval, default 0.95.
    Reference: Clopper and Pearson (1934), Biometrika 26:404-413; statsmodels proportion_confint(method='beta'); the
    same as R binom.test.
    """
    check_level(level)
    method = "interval eksak Clopper–Pearson"
    k, n = whole_number(successes), whole_number(trials)
    if k is None or n is None:
        return Estimate(None, level=level, n=n or 0, method=method, reason="jumlah tidak diketahui atau bukan cacah")
    if n == 0:
        return Estimate(None, level=level, n=0, method=method, reason="penyebut nol")
    if k > n:
        return Estimate(None, level=level, n=n, method=method, reason="pembilang di luar 0 sampai penyebut")
    lower, upper = proportion_confint(k, n, alpha=1 - level, method="beta")
    return Estimate(k / n, 0.0 if k == 0 else float(lower), 1.0 if k == n else float(upper), level, n, method=method)


def rate(events: float | None, exposure: float | None, scale: float = 1000, level: float = LEVEL) -> Estimate:
    """Return a rate (events per ``scale`` units of exposure) with exact Poisson limits, or Byar's from 10 events.

    events: number of events, a count. exposure: what they arose from (participants, participant-months), above 0; a
    reason instead of a value when one of them is missing or impossible.
    scale: units of exposure that the rate refers to, default 1000.
    level: level of the interval, default 0.95.
    n is the number of events, which is what the interval rests on.
    Reference: exact limits Garwood (1936), Biometrika 28:437-442, the same as R poisson.test; Byar's approximation in
    Breslow and Day (1987), Statistical Methods in Cancer Research II, IARC, p. 69. The change from one to the other at
    10 events is that of the English public health indicators (R package PHEindicatormethods, phe_rate).
    """
    check_level(level)
    count = whole_number(events)
    if count is None:
        return Estimate(None, level=level, method="laju Poisson", reason="jumlah tidak diketahui atau bukan cacah")
    exact = count < BYAR_FROM
    method = "interval eksak Poisson (Garwood)" if exact else "interval Byar"
    if exposure is None or pd.isna(exposure) or not math.isfinite(exposure) or exposure < 0:
        return Estimate(None, level=level, n=count, method=method, reason="penyebut tidak diketahui atau tidak mungkin")
    if exposure == 0:
        return Estimate(None, level=level, n=count, method=method, reason="penyebut nol")
    lower, upper = _garwood(count, level) if exact else _byar(count, level)
    unit = scale / float(exposure)
    return Estimate(count * unit, lower * unit, upper * unit, level, count, method=method)


def _garwood(events: int, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    lower = float(stats.chi2.ppf(tail, 2 * events)) / 2 if events else 0.0
    return lower, float(stats.chi2.isf(tail, 2 * events + 2)) / 2


def _byar(events: int, level: float) -> tuple[float, float]:
    z = float(stats.norm.ppf((1 + level) / 2))
    more = events + 1
    lower = events * (1 - 1 / (9 * events) - z / (3 * math.sqrt(events))) ** 3
    return max(0.0, lower), more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3


Counts = Sequence[tuple[Sequence[float], Sequence[float]]]
"""Parts of an indicator: (numerators, denominators) with one number per facility."""


def ratio_of_sums(parts: Counts, scale: float = 1, level: float = LEVEL) -> Estimate:
    """Return the (mean of the) ratio(s) of sums over facilities with a linearised interval, the facility as cluster.

    parts: one (numerators, denominators) pair, or several whose mean is taken (RPPT).
    scale: 100 for percent, 1000 for per mille; default 1.
    Variance: n/(n-1) Σ z², z = (y - R x)/ΣX, t quantile with n-1 degrees (Cochran 1977, Sampling Techniques, ch. 6;
    the same as svyratio of the R package survey with one row per cluster).
    """
    method = "rasio jumlah; galat baku linearisasi, FKTP sebagai klaster"
    n = len(parts[0][0])
    scored = _influence(parts)
    if scored is None:
        return Estimate(None, level=level, n=n, method=method, reason="penyebut nol")
    value, z = scored
    estimate = _with_t_interval(float(value) * scale, z * scale, method=method, level=level, test=False)
    if estimate.lower is not None and estimate.lower < 0:
        return replace(estimate, lower=0.0, note="batas bawah dipotong di 0: rasio tidak dapat negatif")
    return estimate


def change_of_ratio(before: Counts, after: Counts, scale: float = 1, level: float = LEVEL) -> Estimate:
    """Return after - before of a ratio of sums over the same facilities, with a paired linearised interval and p value.

    before, after: parts as in ratio_of_sums, the same facilities in the same order.
    The influence of each facility on the difference is the difference of its influences, so that what a facility has
    in common in both periods cancels.
    """
    method = "selisih berpasangan rasio jumlah; galat baku linearisasi, FKTP sebagai klaster"
    n = len(before[0][0])
    if n != len(after[0][0]):
        raise ValueError("the two periods must hold the same facilities")
    first, second = _influence(before), _influence(after)
    if first is None or second is None:
        return Estimate(None, level=level, n=n, method=method, reason="penyebut nol")
    value = float(second[0] - first[0]) * scale
    return _with_t_interval(value, (second[1] - first[1]) * scale, method=method, level=level, test=True)


def _influence(parts: Counts) -> tuple[float, Floats] | None:
    total, influence = 0.0, np.zeros(len(parts[0][0]), dtype=np.float64)
    for numerators, denominators in parts:
        y: Floats = np.asarray(numerators, dtype=np.float64)
        x: Floats = np.asarray(denominators, dtype=np.float64)
        if x.sum() <= 0:
            return None
        share = float(y.sum()) / float(x.sum())
        total += share / len(parts)
        influence += (y - share * x) / float(x.sum()) / len(parts)
    return total, influence


def _with_t_interval(value: float, z: Floats, *, method: str, level: float, test: bool) -> Estimate:
    n = len(z)
    if n < 2:
        return Estimate(
            value, level=level, n=n, method=method, reason="interval memerlukan sekurang-kurangnya dua FKTP"
        )
    error = math.sqrt(n / (n - 1) * float(np.square(z).sum()))
    half = float(stats.t.ppf((1 + level) / 2, n - 1)) * error
    p = None
    if test:
        p = float(2 * stats.t.sf(abs(value) / error, n - 1)) if error > 0 else (1.0 if value == 0 else 0.0)
    return Estimate(value, value - half, value + half, level, n, p, method)
