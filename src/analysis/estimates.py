"""Published numbers as records, and the interval of each: proportions, rates, ratios of sums, changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

LEVEL = 0.95
BYAR_FROM = 10
"""Fewest events for Byar's approximation; below it the exact Poisson limits are used."""
SMALLEST, LARGEST = 1e-100, 1e100
LARGEST_COUNT = 2**53
"""Largest whole number below which a float tells every count from its neighbours."""
NOT_COUNTS = "jumlah tidak diketahui atau bukan cacah"
NO_DENOMINATOR = "penyebut nol"
OUTSIDE = "pembilang di luar 0 sampai penyebut"
Kind = Literal["proporsi", "laju"]
"""What a ratio is: a share of its denominator (0 to 1), or a rate that may exceed 1 (contacts per participant)."""
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


def wilson(successes: float | None, trials: float | None, level: float = LEVEL) -> Estimate:
    """Return a proportion (0 to 1) with Wilson's score interval.

    successes, trials: counts (3 or 3.0); a reason instead of a value when one is missing (None, NaN, NA) or not a count
    (negative, not whole, infinite), when trials is 0, or when successes exceed trials.
    level: level of the interval as a share, default 0.95. Raises ValueError outside 0 to 1 (95 is such a slip).
    n is the number of trials.
    Reference: Wilson (1927), J Am Stat Assoc 22:209-212; statsmodels proportion_confint(method='wilson'); the same as R
    prop.test(correct=FALSE).
    """
    return _proportion(successes, trials, level, "wilson", "interval skor Wilson")


def clopper_pearson(successes: float | None, trials: float | None, level: float = LEVEL) -> Estimate:
    """Return a proportion (0 to 1) with the exact interval of Clopper and Pearson, which covers at least its level.

    successes, trials, level, n: as in ``wilson``.
    Reference: Clopper and Pearson (1934), Biometrika 26:404-413; statsmodels proportion_confint(method='beta'); the
    same as R binom.test.
    """
    return _proportion(successes, trials, level, "beta", "interval eksak Clopper–Pearson")


def _proportion(successes: Any, trials: Any, level: float, formula: str, method: str) -> Estimate:
    check_level(level)
    k, n = whole_number(successes), whole_number(trials)
    reason = proportion_reason(k, n)
    if reason or k is None or n is None:
        return Estimate(None, level=level, n=n or 0, method=method, reason=reason)
    lower, upper = proportion_confint(k, n, alpha=1 - level, method=formula)
    # The ends by hand: the formulas miss them by a rounding error, and the exact limits there are NaN.
    lower, upper = 0.0 if k == 0 else float(lower), 1.0 if k == n else float(upper)
    return Estimate(k / n, lower, upper, level, n, method=method)


def proportion_reason(successes: int | None, trials: int | None) -> str:
    """Return why two counts make no proportion, Indonesian; empty when they do.

    successes, trials: as ``whole_number`` returns them.
    """
    if successes is None or trials is None:
        return NOT_COUNTS
    if trials == 0:
        return NO_DENOMINATOR
    return OUTSIDE if successes > trials else ""


def wilson_limit(share: float, trials: float, z: float) -> float:
    """Return Wilson's upper limit of a proportion for z above 0, the lower one for z below 0.

    share: 0 to 1. trials: above 0, whole or not (effective counts). z: standard normal quantile.
    The formula of ``wilson``, written out for where hundreds of facilities need thousands of limits.
    """
    centre = share + z * z / (2 * trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return min(1.0, max(0.0, (centre + half) / (1 + z * z / trials)))


def finite_number(value: Any) -> float | None:
    """Return a number as a float; None for what is missing (None, NaN, NA), infinite, or no number (text, a list).

    Also None for sizes above 1e100 and between 0 and 1e-100, which no data hold and whose products overflow.
    """
    if value is None or isinstance(value, str | bytes):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if number == 0 or SMALLEST <= abs(number) <= LARGEST else None


def whole_number(value: Any) -> int | None:
    """Return a count as an int; None when it is missing, no number, infinite, negative, not whole or above 2**53.

    value: a count as the data hold it (int, float, numpy or pandas number; None, NaN or NA when missing).
    """
    number = finite_number(value)
    if number is None or not 0 <= number <= LARGEST_COUNT or not number.is_integer():
        return None
    return int(number)


def check_level(level: float) -> None:
    """Raise ValueError for a level outside 0 to 1; 95 for 95 % is such a slip.

    level: level of an interval as a share.
    """
    number = finite_number(level)
    if number is None or not 0 < number < 1:
        raise ValueError(f"level {level} does not lie between 0 and 1")


def check_scale(scale: float) -> None:
    """Raise ValueError for a scale that is not above 0.

    scale: 1 for shares, 100 for percent, 1000 for per mille.
    """
    number = finite_number(scale)
    if number is None or number <= 0:
        raise ValueError(f"scale {scale} is not above 0")


def rate(events: float | None, exposure: float | None, scale: float = 1000, level: float = LEVEL) -> Estimate:
    """Return a rate (events per ``scale`` units of exposure) with exact Poisson limits, or Byar's from 10 events.

    events: number of events, a count; may exceed the exposure. exposure: what they arose from (participants,
    participant-months), above 0, whole or not. A reason instead of a value when one of them is missing or impossible.
    scale: units of exposure that the rate refers to, default 1000.
    level: level of the interval as a share, default 0.95.
    Raises ValueError for a level outside 0 to 1 and a scale of 0 or less.
    n is the number of events, which is what the interval rests on.
    Reference: exact limits Garwood (1936), Biometrika 28:437-442, the same as R poisson.test; Byar's approximation in
    Breslow and Day (1987), Statistical Methods in Cancer Research II, IARC, p. 69. The change from one to the other at
    10 events is that of the English public health indicators (R package PHEindicatormethods, phe_rate).
    """
    check_level(level)
    check_scale(scale)
    count, size = whole_number(events), finite_number(exposure)
    if count is None:
        return Estimate(None, level=level, method="laju Poisson", reason=NOT_COUNTS)
    exact = count < BYAR_FROM
    method = "interval eksak Poisson (Garwood)" if exact else "interval Byar"
    if size == 0:
        return Estimate(None, level=level, n=count, method=method, reason=NO_DENOMINATOR)
    if size is None or size < 0:
        return Estimate(None, level=level, n=count, method=method, reason="penyebut tidak diketahui atau tidak mungkin")
    lower, upper = _garwood(count, level) if exact else _byar(count, level)
    unit = scale / size
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


Counts = Sequence[tuple[Sequence[float | None], Sequence[float | None]]]
"""Parts of an indicator: [(numerators, denominators), …] with one number per facility in each list."""
Parts = list[tuple[Floats, Floats]]
WHOLE = 1e-12
"""Share of a denominator beside one facility from which that facility counts as holding all of it."""


def ratio_of_sums(parts: Counts, scale: float = 1, level: float = LEVEL, kind: Kind = "laju") -> Estimate:
    """Return the (mean of the) ratio(s) of sums over facilities with a jackknife interval, the facility as cluster.

    parts: a list of (numerators, denominators) pairs, each a list with one number per facility: one pair (AK, RRNS),
    or several whose mean is taken (RPPT). ``ratio_of_sums([([3, 5, 9], [100, 120, 150])], 100)``.
    A facility with a missing, negative or impossible number in any list (also a numerator above a denominator of 0) is
    left out of all and counted in note. A part whose denominators sum to 0 leaves the mean to the others (note); when
    all do, a reason.
    scale: 100 for percent, 1000 for per mille; default 1.
    level: level of the interval as a share, default 0.95.
    kind: 'laju' (numerators may exceed their denominators) or 'proporsi' (a facility where one does is left out too,
    and no limit lies above 1 times scale); default 'laju'.
    n is the number of facilities used; below two there is a value but no interval, nor where all have the same ratio.
    Raises ValueError for lists of unequal length and for an impossible level, scale or kind.
    Variance: (n-1)/n Σ d², d the change of the ratio when one facility is left out, linearised with its leverage: d = z
    / (1 - h), z = (y - R x)/ΣX, h = x/ΣX; t quantile with the degrees of Bell and McCaffrey under a variance that grows
    with the denominator. With facilities of one size both are those of the linearised variance n/(n-1) Σ z² with n-1
    degrees (Cochran 1977, Sampling Techniques, ch. 6). With sizes as different as they are, that one covers 86 to 92 %
    with 5 to 20 facilities, this one 94 to 97 %.
    Reference: Wolter (2007), Introduction to Variance Estimation, ch. 4; the delete-one jackknife of the R package
    survey (svrepdesign type JK1, mse=TRUE) has the same variance for one ratio; Bell and McCaffrey (2002), Surv
    Methodol 28:169-181.
    """
    method = "rasio jumlah; galat baku jackknife, FKTP sebagai klaster"
    (used,), n, notes = _usable([parts], scale, level, kind)
    if not used:
        return _nothing(parts, n, level, method, notes)
    value, d, shares = jackknife(used)
    estimate = _with_t_interval(
        value * scale, d * scale, shares, size=value * scale, method=method, level=level, notes=notes
    )
    return _cut(estimate, 0.0, scale if kind == "proporsi" else math.inf)


def change_of_ratio(
    before: Counts, after: Counts, scale: float = 1, level: float = LEVEL, kind: Kind = "laju"
) -> Estimate:
    """Return after - before of a ratio of sums over the same facilities, with a paired jackknife interval and p value.

    before, after: parts as in ``ratio_of_sums``, the same facilities in the same order. A facility with a missing or
    impossible number in either period is left out of both and counted in note; a part whose denominators sum to 0 in
    either period is left out of both (note).
    scale, level, kind, n: as in ``ratio_of_sums``; for 'proporsi' the limits stay within -1 to 1 times scale.
    p: t test with the degrees of ``ratio_of_sums``. Where the change is exactly the same in all facilities there is no
    interval, and no p unless nothing changed (1.0).
    Raises ValueError for lists of unequal length and for an impossible level, scale or kind.
    The deviation of each facility is the difference of its deviations in the two periods, so that what it has in common
    in both cancels; the degrees follow from its mean share of the denominators.
    """
    method = "selisih berpasangan rasio jumlah; galat baku jackknife, FKTP sebagai klaster"
    if len(before) != len(after):
        raise ValueError("the two periods must hold the same parts")
    (first, second), n, notes = _usable([before, after], scale, level, kind)
    if not first:
        return _nothing(before, n, level, method, notes)
    (old, d_old, h_old), (new, d_new, h_new) = jackknife(first), jackknife(second)
    size, d, shares = max(old, new) * scale, (d_new - d_old) * scale, (h_old + h_new) / 2
    value = (new - old) * scale
    estimate = _with_t_interval(value, d, shares, size=size, method=method, level=level, notes=notes, test=True)
    return _cut(estimate, -scale, scale) if kind == "proporsi" else estimate


def _usable(periods: Sequence[Counts], scale: float, level: float, kind: str) -> tuple[list[Parts], int, list[str]]:
    """Parts of each period over the facilities usable in all of them, without parts that have no denominator in one."""
    check_level(level)
    check_scale(scale)
    check_kind(kind)
    pairs = [pair for parts in periods for pair in parts]
    if len({len(column) for pair in pairs for column in pair}) > 1:
        raise ValueError("every list must have one number per facility, in both periods the same facilities")
    tables = [np.array([[_amount(v) for v in column] for column in pair], dtype=np.float64) for pair in pairs]
    good = np.ones(tables[0].shape[1] if tables else 0, dtype=bool)
    for y, x in tables:
        good &= np.isfinite(y) & np.isfinite(x) & ~((x == 0) & (y > 0))
        if kind == "proporsi":
            good &= ~(y > x)
    n, left_out = int(good.sum()), int((~good).sum())
    notes = [f"{left_out} FKTP tanpa angka yang dapat dipakai tidak diikutkan"] if left_out else []
    kept = [(y[good], x[good]) for y, x in tables]
    size = len(pairs) // len(periods)
    present = [i for i in range(size) if all(float(kept[j][1].sum()) > 0 for j in range(i, len(kept), size))]
    if 0 < len(present) < size:
        notes.append(f"hanya {len(present)} dari {size} bagian yang mempunyai penyebut; nilai dihitung dari bagian itu")
    return [[kept[t * size + i] for i in present] for t in range(len(periods))], n, notes


def check_kind(kind: str) -> None:
    """Raise ValueError for a kind of ratio other than 'proporsi' and 'laju'."""
    if kind not in {"proporsi", "laju"}:
        raise ValueError("kind must be 'proporsi' or 'laju'")


def _amount(value: Any) -> float:
    number = finite_number(value)
    return math.nan if number is None or number < 0 else number


def _nothing(parts: Counts, n: int, level: float, method: str, notes: list[str]) -> Estimate:
    reason = NO_DENOMINATOR if parts and n else "tidak ada FKTP dengan angka yang dapat dipakai"
    return Estimate(None, level=level, n=n, method=method, note="; ".join(notes), reason=reason)


def jackknife(parts: Parts) -> tuple[float, Floats, Floats]:
    """Return the mean of ratios of sums, each facility's deviation and its mean share of the denominators.

    parts: (numerators, denominators) of usable facilities, each part with a denominator above 0.
    A facility that holds a whole denominator has no deviation (NaN): without it there is no ratio.
    """
    total, deviation = 0.0, np.zeros(len(parts[0][0]), dtype=np.float64)
    shares = np.zeros_like(deviation)
    for y, x in parts:
        ratio, h = float(y.sum()) / float(x.sum()), x / float(x.sum())
        total += ratio / len(parts)
        shares += h / len(parts)
        rest = 1 - h
        score = (y - ratio * x) / float(x.sum()) / len(parts)
        deviation += np.divide(score, rest, out=np.full_like(score, np.nan), where=rest > WHOLE)
    return total, deviation, shares


def degrees_of_freedom(shares: Floats) -> float:
    """Return the degrees of freedom of a jackknife variance of facilities of unequal size; n-1 with equal ones.

    shares: each facility's share of the denominators, sum 1, each below 1.
    Satterthwaite's, Σλ squared over Σλ² of the quadratic form in the errors, when their variance grows with the
    denominator: with a = h/(1-h) these are (Σa)² and Σa² + (Σa²)² - Σa⁴.
    Reference: Bell and McCaffrey (2002), Surv Methodol 28:169-181; Imbens and Kolesár (2016), Rev Econ Stat 98:701-712.
    """
    a = shares / (1 - shares)
    squares = float((a**2).sum())
    return float(a.sum()) ** 2 / (squares + squares**2 - float((a**4).sum()))


def _with_t_interval(
    value: float,
    d: Floats,
    shares: Floats,
    *,
    size: float,
    method: str,
    level: float,
    notes: list[str],
    test: bool = False,
) -> Estimate:
    """size: largest ratio that entered; errors and changes below 1e-12 of it are rounding."""
    n, note = len(d), "; ".join(notes)
    if n < 2:
        reason = "interval memerlukan sekurang-kurangnya dua FKTP"
        return Estimate(value, level=level, n=n, method=method, note=note, reason=reason)
    if not np.isfinite(d).all():
        reason = "satu FKTP memegang seluruh penyebut; interval memerlukan sekurang-kurangnya dua FKTP"
        return Estimate(value, level=level, n=n, method=method, note=note, reason=reason)
    error = math.sqrt((n - 1) / n * float(np.square(d).sum()))
    degrees = degrees_of_freedom(shares)
    if error <= 1e-12 * size:
        unchanged = test and abs(value) <= 1e-12 * size
        reason = "semua FKTP sama persis sehingga galat baku nol; interval tidak dapat dihitung"
        return Estimate(
            0.0 if unchanged else value, None, None, level, n, 1.0 if unchanged else None, method, note, reason
        )
    half = float(stats.t.ppf((1 + level) / 2, degrees)) * error
    p = float(2 * stats.t.sf(abs(value) / error, degrees)) if test else None
    return Estimate(value, value - half, value + half, level, n, p, method, note)


def _cut(estimate: Estimate, lowest: float, highest: float) -> Estimate:
    """Cut the limits to what is possible, and say so."""
    notes = [estimate.note] if estimate.note else []
    lower, upper = estimate.lower, estimate.upper
    if lower is not None and lower < lowest:
        lower = lowest
        notes.append("batas bawah dipotong di nilai terkecil yang mungkin")
    if upper is not None and upper > highest:
        upper = highest
        notes.append("batas atas dipotong di nilai terbesar yang mungkin")
    return replace(estimate, lower=lower, upper=upper, note="; ".join(notes))
