"""The same facilities in two periods as clusters: factor of a ratio of sums, odds ratio and rate ratio by GEE."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from scipy import stats
from statsmodels.genmod.cov_struct import Exchangeable
from statsmodels.genmod.families import Binomial, Poisson
from statsmodels.genmod.generalized_estimating_equations import GEE

from analysis.estimates import (
    LEVEL,
    Estimate,
    Floats,
    check_level,
    check_scale,
    degrees_of_freedom,
    finite_number,
    jackknife,
)
from analysis.formats import number

FEW_EVENTS = 10
"""Fewer events than this in a period, and an interval on the log scale is only a rough one."""
SAME_FACTOR = 1e-5
"""Standard error on the log scale up to which all facilities changed by the same factor, but for rounding.

Chance alone gives more than this below 10 000 million events.
"""
WIDEST = 20.0
"""Half an interval on the log scale beyond which nothing is known: a factor of 500 million either way."""
HIGHEST_CORRELATION = 0.999
"""Working correlation beyond which the working covariance cannot be inverted with any accuracy."""
NO_PAIR = "tidak ada FKTP yang dapat dipasangkan"
ONE_FACILITY = "interval memerlukan sekurang-kurangnya dua FKTP"

Column = Sequence[float | None]
Part = tuple[Column, Column]
"""Numerators and denominators, one number per facility; None or NaN where it is not known."""
Family = Literal["binomial", "poisson"]
Correlation = Literal["exchangeable", "independence"]


@dataclass(frozen=True)
class GeeFit:
    """Change on the log scale (log odds ratio or log rate ratio) by GEE, one row per facility and period.

    change: estimate. error: plain sandwich standard error (Liang and Zeger). error_corrected: the same after Mancl and
    DeRouen; None where one facility decides the result alone. correlation: of the two periods of a facility, 0 under
    independence.
    """

    change: float
    error: float
    error_corrected: float | None
    correlation: float


@dataclass(frozen=True)
class GeeChange:
    """Change of a share or a rate of the same facilities by GEE.

    before, after: ratios of sums over the facilities used, times scale; None where they cannot be computed.
    crude: odds ratio or rate ratio (after / before) of these two, which GEE gives under working independence.
    change: odds ratio or rate ratio by GEE with interval and p.
    correlation: working correlation of the two periods of a facility; 0 after a fall back to independence.
    """

    before: float | None
    after: float | None
    crude: float | None
    change: Estimate
    correlation: float | None = None


def ratio_change_factor(before: Sequence[Part], after: Sequence[Part], level: float = LEVEL) -> Estimate:
    """Return after / before of a ratio of sums over the same facilities, with a paired interval on the log scale.

    before, after: one (numerators, denominators) pair, or several whose mean is taken (RPPT), the same facilities in
    the same order. Facilities with a number missing or impossible in either period are left out and counted in note; a
    known 0 in a denominator counts as 0. A part whose denominators sum to 0 in either period leaves the mean to the
    others (note).
    level: level of the interval, default 0.95.
    The deviation of a facility on log(after) − log(before) is the difference of its relative deviations, so that what
    it has in common in both periods cancels; variance and degrees of freedom as in estimates.ratio_of_sums. The factor
    does not depend on the unit of the ratio.
    Raises ValueError for lists of unequal length or numbers of parts that differ.
    Reference: as estimates.ratio_of_sums.
    """
    check_level(level)
    method = "faktor perubahan rasio jumlah (skala log); galat baku jackknife berpasangan, FKTP sebagai klaster"
    if not before or len(before) != len(after):
        raise ValueError("both periods must have the same parts")
    table = _table([column for part in (*before, *after) for column in part])
    known, possible = _known(table), _possible(table)
    notes = _left_out(known, possible)
    used = table[known & possible]
    n, half = len(used), 2 * len(before)

    def without(reason: str, value: float | None = None) -> Estimate:
        return Estimate(value, level=level, n=n, method=method, note="; ".join(notes), reason=reason)

    if n == 0:
        return without(NO_PAIR)
    first, second = used[:, :half], used[:, half:]
    present = [k for k in range(0, half, 2) if min(first[:, k + 1].sum(), second[:, k + 1].sum()) > 0]
    if not present:
        return without("penyebut nol")
    if len(present) < len(before):
        notes.append(f"hanya {len(present)} dari {len(before)} bagian yang mempunyai penyebut pada kedua periode")
        columns = [column for k in present for column in (k, k + 1)]
        first, second = first[:, columns], second[:, columns]
    if first[:, ::2].sum() == 0:
        return without("rasio periode pembanding nol; faktor perubahan tidak dapat dihitung")
    if second[:, ::2].sum() == 0:
        return without("rasio periode ini nol; interval pada skala log tidak dapat dihitung", 0.0)
    (ratio_before, d_before, h_before), (ratio_after, d_after, h_after) = (
        jackknife([(t[:, k], t[:, k + 1]) for k in range(0, t.shape[1], 2)]) for t in (first, second)
    )
    value = ratio_after / ratio_before
    d = d_after / ratio_after - d_before / ratio_before
    if n == 1 or not np.isfinite(d).all():
        return without(ONE_FACILITY, value)
    if min(first[:, ::2].sum(), second[:, ::2].sum()) < FEW_EVENTS:
        notes.append(_few_events())
    error = math.sqrt((n - 1) / n * float(np.square(d).sum()))
    degrees = degrees_of_freedom((h_before + h_after) / 2)
    return _factor(math.log(value), error, degrees, n=n, level=level, method=method, note="; ".join(notes))


def gee_change(
    before: Part,
    after: Part,
    family: Family,
    scale: float = 1,
    level: float = LEVEL,
    *,
    correlation: Correlation = "exchangeable",
) -> GeeChange:
    """Return the odds ratio or rate ratio (after / before) of the same facilities by GEE, the facility as group.

    before, after: (numerators, denominators), the same facilities in the same order; one indicator part (RRNS, DM, HT
    or AK). Facilities with a number missing or impossible, or a denominator of 0, in either period are left out and
    counted in note.
    family: 'binomial' (logit link, odds ratio) for shares; 'poisson' (log link, rate ratio) for events per exposure.
    scale: factor of before and after (100 for percent, 1000 for per mille), default 1; the ratio does not depend on it.
    level: level of the interval, default 0.95.
    correlation: working correlation of the two periods of a facility, default 'exchangeable'. Where that does not
    converge, or with two facilities, independence takes its place, and note says so. Under independence the estimate is
    that of the sums (crude); under exchangeable correlation facilities have other weights, and it may differ. note says
    when crude lies outside the interval or on the other side of 1.
    Standard error: sandwich corrected after Mancl and DeRouen, t quantile with n−1 degrees (the change is one
    difference per facility). The plain sandwich with the normal quantile is too optimistic below some 40 clusters, and
    the more so the more their sizes differ. In a simulation with very unequal sizes (log-normal, σ = 1) its nominal
    95 % intervals covered 69–77 % with 5, 84–88 % with 20 and 86–91 % with 40 facilities; those used here 92–94, 92–93
    and 91–94 %. Li and Redden find the t quantile indispensable; the milder correction that they prefer for clusters of
    like size (Kauermann and Carroll) covered 86–91 % with 5 facilities.
    Raises ValueError for lists of unequal length.
    Reference: Liang and Zeger (1986), Biometrika 73:13-22; Mancl and DeRouen (2001), Biometrics 57:126-134; Li and
    Redden (2015), Stat Med 34:281-296; statsmodels GEE, cov_type='bias_reduced'; estimate and plain sandwich as R
    geepack geeglm(std.err='san.se').
    """
    check_level(level)
    check_scale(scale)
    title = "rasio odds" if family == "binomial" else "rasio laju"
    method = f"{title} menurut GEE; galat baku sandwich terkoreksi Mancl–DeRouen, kuantil t, FKTP sebagai klaster"
    table = _table([*before, *after])
    known, possible = _known(table), _possible(table, shares=family == "binomial")
    empty = known & possible & (table[:, 1::2] == 0).any(axis=1)
    notes = _left_out(known, possible, empty)
    used = table[known & possible & ~empty]
    n = len(used)
    sums = used.sum(axis=0)
    first, second = (float(sums[k] / sums[k + 1] * scale) if n else None for k in (0, 2))

    def without(reason: str, value: float | None = None) -> GeeChange:
        estimate = Estimate(value, level=level, n=n, method=method, note="; ".join(notes), reason=reason)
        return GeeChange(first, second, value, estimate)

    if n == 0:
        return without("penyebut nol" if empty.any() else NO_PAIR)
    reason = _no_ratio(sums, family)
    if reason:
        return without(reason)
    start = _start(sums, family)
    crude = math.exp(start[1])
    if n == 1:
        return without(ONE_FACILITY, crude)
    rates, weights = used[:, ::2] / used[:, 1::2], used[:, 1::2]
    fit = fit_gee(rates, weights, family, correlation) if n > 2 or correlation == "independence" else None
    if fit is None and correlation == "exchangeable":
        why = "tidak konvergen" if n > 2 else "tidak dapat diduga dari dua FKTP"
        notes.append(f"korelasi kerja seragam {why}; dipakai korelasi kerja independen")
        fit = fit_gee(rates, weights, family, "independence")
    error = None if fit is None else 0.0 if fit.error <= SAME_FACTOR else fit.error_corrected
    if fit is None or error is None:
        return without("satu FKTP menentukan hasil; interval tidak dapat dihitung", crude)
    if min(float(sums[0]), float(sums[2])) < FEW_EVENTS:
        notes.append(_few_events())
    change = _factor(fit.change, error, n - 1, n=n, level=level, method=method, note="; ".join(notes))
    if change.lower is not None and change.upper is not None:
        unlike = "di luar interval GEE" if not change.lower <= crude <= change.upper else ""
        if not unlike and abs(start[1]) > SAME_FACTOR and fit.change * start[1] < 0:
            unlike = "berlawanan arah dengan hasil GEE"
        if unlike:
            notes.append(f"{title} jumlah seluruh FKTP {number(crude, 3)}, {unlike}")
            change = replace(change, note="; ".join(notes))
    return GeeChange(first, second, crude, change, fit.correlation)


def fit_gee(rates: Floats, weights: Floats, family: Family, correlation: Correlation = "exchangeable") -> GeeFit | None:
    """Return the change between two periods on the link scale by GEE; None where it does not converge.

    rates: numerator / denominator, one row per facility, columns before and after. weights: denominators, the same
    shape, above 0. A rate y/x with mean μ has the variance of a mean of x events, v(μ)/x: for shares that is the
    binomial count, for rates the Poisson count with offset log(x).
    The weights argument of statsmodels' GEE is not used: it multiplies residuals, not variances, and its exchangeable
    structure and its corrected sandwich do not take weights that differ within a group. The variances go into the
    working covariance instead. Correlation by the moments of the Pearson residuals without subtracting parameters from
    their number, as in geepack: with few facilities the subtraction takes the correlation above 1.
    Reference: as in gee_change.
    """
    sums: Floats = np.column_stack([(rates * weights).sum(axis=0), weights.sum(axis=0)]).ravel()
    n = len(rates)
    design = np.tile([[1.0, 0.0], [1.0, 1.0]], (n, 1))
    structure = _WeightedExchangeable(weights / weights.mean(), estimated=correlation == "exchangeable")
    model = GEE(
        rates.ravel(),
        design,
        groups=np.repeat(np.arange(n), 2),
        family=Binomial() if family == "binomial" else Poisson(),
        cov_struct=structure,
    )
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            result = model.fit(
                start_params=_start(sums, family), maxiter=60, ctol=1e-10, cov_type="bias_reduced", ddof_scale=0
            )
        except (np.linalg.LinAlgError, ZeroDivisionError):
            return None
    return None if result is None else _read(result, structure)


def _read(result: Any, structure: _WeightedExchangeable) -> GeeFit | None:
    change, variance = float(result.params[1]), float(result.cov_robust[1, 1])
    settled = result.converged and abs(structure.dep_params) <= HIGHEST_CORRELATION
    if not settled or not abs(change) <= WIDEST or not variance >= -(SAME_FACTOR**2):
        return None
    corrected = math.nan if result.cov_robust_bc is None else float(result.cov_robust_bc[1, 1])
    usable = math.isfinite(corrected) and corrected >= 0
    error = math.sqrt(max(0.0, variance))  # rounding may leave it below 0
    return GeeFit(change, error, math.sqrt(corrected) if usable else None, float(structure.dep_params))


class _WeightedExchangeable(Exchangeable):  # type: ignore[misc]
    """Exchangeable correlation of observations with variance v(μ) / weight; correlation 0 unless it is estimated."""

    def __init__(self, weights: Floats, *, estimated: bool) -> None:
        super().__init__()
        self.roots = np.sqrt(weights)
        self.estimated = estimated

    def update(self, params: Floats) -> None:
        if not self.estimated:
            return
        means = np.array([mean for mean, _ in self.model.cached_means])
        deviations = np.array(self.model.endog_li) - means
        residuals = deviations / np.sqrt(self.model.family.variance(means)) * self.roots
        self.dep_params = float(residuals.prod(axis=1).mean() / np.square(residuals).mean())

    def covariance_matrix_solve(self, expval: Floats, index: int, stdev: Floats, rhs: Sequence[Floats]) -> Any:
        return super().covariance_matrix_solve(expval, index, stdev / self.roots[index], rhs)


def _start(sums: Floats, family: Family) -> Floats:
    """Level and change on the link scale of the ratios of sums: the exact solution under independence."""
    shares = sums[::2] / sums[1::2]
    linked = np.log(shares / (1 - shares)) if family == "binomial" else np.log(shares)
    return np.array([linked[0], linked[1] - linked[0]])


def _no_ratio(sums: Floats, family: Family) -> str:
    events_before, of_before, events_after, of_after = sums
    if events_before == 0 and events_after == 0:
        return "tidak ada kejadian pada kedua periode"
    if events_before == 0:
        return "tidak ada kejadian pada periode pembanding; rasio tidak berhingga"
    if events_after == 0:
        return "tidak ada kejadian pada periode ini; interval tidak dapat dihitung"
    if family == "binomial" and (events_before == of_before or events_after == of_after):
        return "pembilang sama dengan penyebut pada seluruh FKTP dalam salah satu periode; rasio odds tidak berhingga"
    return ""


def _few_events() -> str:
    return f"kurang dari {FEW_EVENTS} kejadian pada salah satu periode; interval adalah pendekatan kasar"


def _table(columns: Sequence[Column]) -> Floats:
    """Counts by facility and column; NaN where missing."""
    if len({len(column) for column in columns}) > 1:
        raise ValueError("the two periods must hold the same facilities")
    numbers = [[finite_number(v) for v in column] for column in columns]
    return np.array([[math.nan if v is None else v for v in column] for column in numbers], dtype=np.float64).T


def _known(table: Floats) -> Any:
    return ~np.isnan(table).any(axis=1)


def _possible(table: Floats, *, shares: bool = False) -> Any:
    """Whether no number of a facility is negative, and no numerator exceeds what it can be."""
    events, of = table[:, ::2], table[:, 1::2]
    most = of if shares else np.where(of == 0, 0.0, np.inf)
    return (table >= 0).all(axis=1) & (events <= most).all(axis=1)


def _left_out(known: Any, possible: Any, empty: Any | None = None) -> list[str]:
    counts = (
        ((~known).sum(), "yang jumlahnya tidak diketahui pada salah satu periode"),
        ((known & ~possible).sum(), "dengan jumlah yang tidak mungkin"),
        (0 if empty is None else empty.sum(), "dengan penyebut nol pada salah satu periode"),
    )
    return [f"{int(count)} FKTP {what} tidak diikutkan" for count, what in counts if count]


def _factor(change: float, error: float, degrees: float, *, n: int, level: float, method: str, note: str) -> Estimate:
    """Return exp(change) with limits exp(change ± t error); a reason where error tells nothing."""
    value = math.exp(change)
    if error <= SAME_FACTOR:
        reason = "semua FKTP berubah dengan faktor yang sama; interval tidak dapat dihitung"
        return Estimate(value, level=level, n=n, method=method, note=note, reason=reason)
    half = float(stats.t.ppf((1 + level) / 2, degrees)) * error
    if half > WIDEST:
        reason = "keterangan terlalu sedikit; interval tidak bermakna"
        return Estimate(value, level=level, n=n, method=method, note=note, reason=reason)
    p = float(2 * stats.t.sf(abs(change) / error, degrees))
    return Estimate(value, math.exp(change - half), math.exp(change + half), level, n, p, method, note)
