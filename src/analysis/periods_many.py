"""Share on target over more than two periods: Cochran's Q with Holm-adjusted pairs, trend over ordered periods."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.contingency_tables import cochrans_q

from analysis.estimates import LEVEL, Estimate, check_level, finite_number, whole_number
from analysis.paired import paired_share_change

Answers = NDArray[np.bool_]
SAME_FACILITIES = (
    "FKTP yang sama dihitung lagi pada setiap periode, sedangkan uji tren menganggap setiap periode berisi FKTP yang "
    "berbeda; p dan interval hanyalah petunjuk"
)


@dataclass(frozen=True)
class PairOfPeriods:
    """Two of several periods compared over the facilities that are known in all of them.

    first, second: positions of the periods, from 0.
    change: share in the second less share in the first, with Newcombe's paired interval and the exact McNemar p, both
    not adjusted. p_adjusted: that p after Holm.
    """

    first: int
    second: int
    change: Estimate
    p_adjusted: float


@dataclass(frozen=True)
class ManyPeriods:
    """Several periods compared over the same facilities.

    overall: value is Cochran's Q, p its test of no difference between any periods.
    counts: facilities on target in each period. pairs: every two periods, in order; empty below two periods.
    left_out: facilities not known in every period.
    """

    overall: Estimate
    counts: tuple[int, ...]
    pairs: tuple[PairOfPeriods, ...]
    left_out: int


def compare_periods(on_target: Sequence[Sequence[bool | None]], level: float = LEVEL) -> ManyPeriods:
    """Return Cochran's Q over periods and every pair of periods by the exact McNemar test, adjusted after Holm.

    on_target: one row per facility, one entry per period: on target (True or 1) or not (False or 0); anything else
    (None, NaN, NA, another number, text) is not known. Only facilities known in every period count; note and left_out
    hold the number of the others.
    level: level of the intervals of the pairs as a share, default 0.95.
    Raises ValueError for rows of unequal length and a level outside 0 to 1.
    Reference: Cochran (1950), Biometrika 37:256-266, statsmodels cochrans_q (the same as R mantelhaen.test with the
    facility as stratum); Holm (1979), Scand J Stat 6:65-70, R p.adjust(method='holm').
    """
    check_level(level)
    if len({len(row) for row in on_target}) > 1:
        raise ValueError("every facility must have an entry for every period")
    periods = len(on_target[0]) if len(on_target) else 0
    known = [row for row in on_target if all(finite_number(v) in {0.0, 1.0} for v in row)]
    table = np.asarray(known, dtype=bool).reshape(len(known), periods)
    left_out = len(on_target) - len(known)
    pairs = _pairs(table, level) if known else ()
    counts = tuple(int(c) for c in table.sum(axis=0))
    return ManyPeriods(_overall(table, left_out, level), counts, pairs, left_out)


def _overall(table: Answers, left_out: int, level: float) -> Estimate:
    n, periods = table.shape
    method = "Q Cochran"
    note = f"{left_out} FKTP yang tidak diketahui pada semua periode tidak diikutkan" if left_out else ""
    if periods < 2:
        reason = "memerlukan sekurang-kurangnya dua periode"
        return Estimate(None, level=level, n=n, method=method, note=note, reason=reason)
    if n == 0:
        reason = "tidak ada FKTP yang diketahui pada semua periode"
        return Estimate(None, level=level, n=0, method=method, note=note, reason=reason)
    changing = table[table.any(axis=1) & ~table.all(axis=1)]
    if len(changing) == 0:
        reason = "tidak ada FKTP yang berubah antarperiode"
        return Estimate(0.0, level=level, n=n, p=1.0, method=method, note=note, reason=reason)
    result = cochrans_q(table.astype(np.int64))
    reason = "statistik uji tidak mempunyai interval"
    return Estimate(float(result.statistic), None, None, level, n, float(result.pvalue), method, note, reason)


def _pairs(table: Answers, level: float) -> tuple[PairOfPeriods, ...]:
    positions = [(i, j) for i in range(table.shape[1]) for j in range(i + 1, table.shape[1])]
    changes = []
    for i, j in positions:
        before, after = table[:, i], table[:, j]
        both, rose = int((before & after).sum()), int((~before & after).sum())
        fell, neither = int((before & ~after).sum()), int((~before & ~after).sum())
        changes.append(paired_share_change(both, rose, fell, neither, level))
    if not changes:
        return ()
    adjusted = _holm([1.0 if c.p is None else c.p for c in changes])
    return tuple(PairOfPeriods(i, j, change, p) for (i, j), change, p in zip(positions, changes, adjusted, strict=True))


def _holm(ps: Sequence[float]) -> list[float]:
    """P values after Holm; written out because statsmodels' multipletests collects all garbage of the program first."""
    order = np.argsort(ps)
    steps = np.asarray(ps)[order] * np.arange(len(ps), 0, -1)
    adjusted = np.empty(len(ps))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return [float(p) for p in adjusted]


def trend_of_shares(
    successes: Sequence[float | None],
    trials: Sequence[float | None],
    scores: Sequence[float | None] | None = None,
    level: float = LEVEL,
) -> Estimate:
    """Return the slope of a share over ordered periods (share per unit of score) with the Cochran–Armitage test.

    successes, trials: counts of each period, in order; a period that is missing, impossible or without trials is left
    out and counted in note.
    scores: distance of the periods; default 1, 2, 3, … (equal distance), also over those left out. A period whose
    score is missing or not finite is left out too.
    level: level of the interval as a share, default 0.95; the interval uses the same variance as the test (no trend),
    so that the two agree.
    The test takes the periods as independent samples. For the same facilities counted again it is only a rough guide;
    note says so. n is the sum of trials.
    Raises ValueError for lists of unequal length and a level outside 0 to 1.
    Reference: Armitage (1955), Biometrics 11:375-386; the same p as R prop.trend.test(successes, trials, scores).
    """
    check_level(level)
    if len(successes) != len(trials) or (scores is not None and len(scores) != len(trials)):
        raise ValueError("successes, trials and scores must have one entry per period")
    method = "uji tren Cochran–Armitage; interval dengan galat baku uji"
    distances = range(1, len(trials) + 1) if scores is None else scores
    rows = [
        (whole_number(k), whole_number(n), finite_number(s))
        for k, n, s in zip(successes, trials, distances, strict=True)
    ]
    kept = [(k, n, s) for k, n, s in rows if k is not None and n is not None and s is not None and 0 < n >= k]
    left_out = len(rows) - len(kept)
    note = SAME_FACILITIES + (f"; {left_out} periode tanpa data yang dapat dipakai tidak diikutkan" if left_out else "")
    k, n, s = np.array(kept, dtype=np.float64).reshape(-1, 3).T
    total = int(n.sum())
    if len(np.unique(s)) < 2:
        reason = "memerlukan sekurang-kurangnya dua periode dengan data"
        return Estimate(None, level=level, n=total, method=method, note=note, reason=reason)
    share = float(k.sum() / total)
    centred = s - float((n * s).sum() / total)
    spread = float((n * centred**2).sum())
    if share in (0.0, 1.0):
        reason = "tidak ada atau semua FKTP memenuhi target pada semua periode; interval tidak dapat dihitung"
        return Estimate(0.0, level=level, n=total, p=1.0, method=method, note=note, reason=reason)
    slope = float((centred * k).sum()) / spread
    error = math.sqrt(share * (1 - share) / spread)
    half = float(stats.norm.ppf((1 + level) / 2)) * error
    p = float(2 * stats.norm.sf(abs(slope) / error))
    return Estimate(slope, slope - half, slope + half, level, total, p, method, note)
