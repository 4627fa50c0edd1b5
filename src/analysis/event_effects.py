"""The effect of an event (a pembinaan meeting) on a monthly indicator: series, comparison group, return to the mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.meta_analysis import combine_effects

from analysis.estimates import (
    LEVEL,
    Counts,
    Estimate,
    Floats,
    change_of_ratio,
    check_level,
    degrees_of_freedom,
    jackknife,
)
from analysis.formats import number
from analysis.spc import joined, month_number, month_text, number_or_none

LEAST_BEFORE = 8
"""Fewest months before the event: Penfold and Zhang (2013), Acad Pediatr 13(6 Suppl):S38-S44, ask for eight."""
LEAST_AFTER = 3
"""Fewest months after: the definition of an interrupted series by the Cochrane EPOC group (three before and after)."""
USUAL = 12
"""Months before and after that Wagner et al. (2002), J Clin Pharm Ther 27:299-309, recommend; below, a note says so."""
SLOPE_FROM = 8
"""Months after the event from which a change of slope is estimated by default."""
SEASONS_FROM = 24
"""Months with values from which seasons can be told from a trend: two years, one of them before the event."""
HARMONICS = 2
"""Pairs of sine and cosine with a period of 12 months: Bernal, Cummins and Gasparrini (2017)."""
PICKED_FROM = 0.8
"""Share of pairs (invited, other) with the invited worse from which they count as picked, whatever the p value."""
FEW_FACILITIES = 10
"""Linearised standard errors of fewer clusters in a group deserve a warning."""
Better = Literal["lower", "higher"]
Seasons = Literal["auto", "none", "harmonics", "months"]
Flags = NDArray[np.bool_]
Ratio = tuple[float, Floats, Floats]
"""A ratio of sums, the deviation of each facility and its share of the denominators, as ``estimates.jackknife``."""

SAME_COURSE = (
    "berlaku bila tanpa kegiatan FKTP yang diundang akan berubah sebesar FKTP lain; anggapan itu tidak dapat "
    "dibuktikan dari data"
)
NO_PROOF = "p yang besar bukan bukti bahwa kedua kelompok sejalan sebelum kegiatan"
ONE_SERIES = (
    "hal lain yang terjadi pada waktu yang sama tidak dapat dipisahkan dari kegiatan; perubahan dibaca terhadap "
    "kelanjutan garis sebelum kegiatan"
)
NO_SPREAD = "tidak ada keragaman; ketelitian tidak dapat dihitung"


@dataclass(frozen=True)
class SeriesPoint:
    """One month of an interrupted series.

    month: '2025-03'. value: as given. fitted: line of the model, with seasons. expected: the line of before continued,
    from the first affected month on. None where there is none; months left out of the model have no ``fitted``.
    """

    month: str
    value: float | None
    fitted: float | None = None
    expected: float | None = None


@dataclass(frozen=True)
class InterruptedSeries:
    """What a segmented regression says of an event; all numbers in the unit of the values.

    level_change: jump in the first affected month. slope_change: change of the slope, per month; no value where it is
    not part of the model. mean_effect: fitted less expected values, mean of the months after. slope_before: per month.
    observed_after, expected_after: mean of the months after as observed, and as the line of before continues.
    before, after: months in the model. left_out: months between event and first affected month that were left out.
    event, first_after: months, '2025-09'. lag: of the Newey–West standard errors.
    autocorrelation: of the residuals of neighbouring months. seasons: 'none', 'harmonics' or 'months'.
    points: every month from the first to the last. method, note, reason: as in Estimate.
    """

    level_change: Estimate
    slope_change: Estimate
    mean_effect: Estimate
    slope_before: Estimate
    observed_after: float | None = None
    expected_after: float | None = None
    before: int = 0
    after: int = 0
    left_out: int = 0
    event: str = ""
    first_after: str = ""
    lag: int = 0
    autocorrelation: float | None = None
    seasons: str = "none"
    points: tuple[SeriesPoint, ...] = ()
    method: str = ""
    note: str = ""
    reason: str = ""


@dataclass(frozen=True)
class DifferenceInDifferences:
    """Change of the invited facilities less that of the others.

    effect: difference of the changes, unit of the ratio times scale. relative: ratio of their factors (after / before);
    0,55 means that the invited fell to 55 % of what the course of the others made expected.
    invited, others: change of each group, paired. invited_before and so on: ratio of sums of each span.
    left_out: facilities without known counts in both spans, or without any denominator.
    """

    effect: Estimate
    relative: Estimate
    invited: Estimate
    others: Estimate
    invited_before: float | None = None
    invited_after: float | None = None
    others_before: float | None = None
    others_after: float | None = None
    left_out: int = 0


@dataclass(frozen=True)
class Selection:
    """Whether the invited facilities were picked because they were the worst.

    picked: True when the data say so. superiority: share of the pairs (invited, other) in which the invited is the
    worse one (ties half; 0.5 without any selection) with the two-sided p of Mann–Whitney.
    beyond_all: every invited facility is worse than every other. invited, others: facilities with a value.
    note: sentence for the reader, empty when not picked.
    """

    picked: bool
    superiority: Estimate
    beyond_all: bool = False
    invited: int = 0
    others: int = 0
    note: str = ""


@dataclass(frozen=True)
class RegressionToTheMean:
    """How far facilities that were picked as the worst come back without any event.

    selection: whether the invited were picked. history: those whom the same rule picks in an earlier span against the
    others, with no event in between. picked: the facilities so picked, in the order given.
    shrinkage: expected change of the invited from chance alone in the span of selection (no interval).
    remaining: difference in differences of the event less that of history.
    note: sentences for the reader. reason: why ``history`` is missing.
    """

    selection: Selection
    history: DifferenceInDifferences
    shrinkage: Estimate
    remaining: Estimate
    picked: tuple[bool, ...] = ()
    note: str = ""
    reason: str = ""


def interrupted_series(
    values: Sequence[Any],
    months: Sequence[Any],
    event: Any,
    *,
    first_after: Any = None,
    denominators: Sequence[Any] | None = None,
    slope_change: bool | None = None,
    seasons: Seasons = "auto",
    level: float = LEVEL,
) -> InterruptedSeries:
    """Return the effect of an event on a monthly series by segmented regression.

    values: ratio of the district, one per month, any unit; None or NaN where missing. The time index keeps months that
    are missing or not given. months: '2025-03', dates or pandas Periods, any order.
    event: date or month of the event. first_after: first affected month; default the month after the event's. The
    months from the event's to the one before ``first_after`` belong to neither side and are left out (a phase-in
    period, Wagner et al. 2002); with ``first_after`` in the event's own month it counts as after.
    denominators: weights of the months; default none, since with large denominators chance among single events is the
    smaller part of the variation between months. A month whose denominator is missing or not above 0 is missing.
    slope_change: estimate a change of slope; default when there are 8 months after.
    seasons: 'harmonics' (two pairs), 'months' (eleven indicators) or 'none'; default 'auto': harmonics when there are
    24 months, 12 of them before the event. Asked for with fewer months they are left out, and note says so.
    level: level of the intervals, default 0.95.
    A reason instead of a result with fewer than 8 months before or 3 after, an event outside the series, a month that
    is unreadable or stands twice, or a model that cannot be told apart.
    Raises ValueError for series of unequal length, unknown seasons or a level outside 0..1.

    Model: y = b0 + b1 t + b2 after + b3 after t, t = 0 in the first affected month, by (weighted) least squares.
    Standard errors: Newey and West (1987), Econometrica 55:703-708, Bartlett weights, lag floor(4 (T/100)^(2/9)) of T
    months (Newey and West 1994, Rev Econ Stud 61:631-653), distances in calendar months with a score of zero for a
    month without value (Datta and Du 2012, Int Finance Discussion Papers 1060, "amplitude modulated"). In series of 10
    to 50 months their variance is a third to a half too small even without autocorrelation (intervals of 95 % hold the
    truth in 80 to 87 %; Turner et al. 2021, BMC Med Res Methodol 21:181, find the same). So the variance is divided by
    the share of the true one that it has on average under independent errors of equal variance, and the t distribution
    has the Satterthwaite degrees of freedom under them (Bell and McCaffrey 2002, Surv Methodol 28:169-181; Imbens and
    Kolesár 2016, Rev Econ Stat 98:701-712, there for clusters). Then intervals of 95 % hold the truth in 95 to 97 %
    without autocorrelation and in 90 to 93 % with 0.4 between neighbours (84 % with harmonics in 28 months).
    Further: Bernal, Cummins and Gasparrini (2017), Int J Epidemiol 46:348-355; contrast: Zhang et al. (2009), J Clin
    Epidemiol 62:143-148.
    """
    check_level(level)
    weights = [1.0] * len(values) if denominators is None else list(denominators)
    if not len(values) == len(months) == len(weights):
        raise ValueError("values, months and denominators must have one entry per month")
    if seasons not in {"auto", "none", "harmonics", "months"}:
        raise ValueError("seasons must be 'auto', 'none', 'harmonics' or 'months'")
    known, reason = _by_month(values, months, weights)
    if reason:
        return _no_series(reason, level)
    at, first = month_number(event), month_number(event if first_after is None else first_after)
    if at is None or first is None:
        return _no_series(f"bulan kegiatan tidak terbaca: {event if at is None else first_after}", level)
    first += first_after is None
    if first < at:
        return _no_series("bulan terdampak pertama mendahului bulan kegiatan", level)
    blank = replace(_no_series("", level), event=month_text(at), first_after=month_text(first))
    span = range(min(known), max(known) + 1)
    used = np.array([m for m in sorted(known) if not at <= m < first and known[m] is not None], dtype=np.int64)
    before, after = int((used < at).sum()), int((used >= first).sum())
    left_out = sum(known[m] is not None for m in known if at <= m < first)
    counted = replace(blank, before=before, after=after, left_out=left_out)
    if before < LEAST_BEFORE or after < LEAST_AFTER:
        reason = (
            f"memerlukan sekurang-kurangnya {LEAST_BEFORE} bulan sebelum dan {LEAST_AFTER} bulan sesudah kegiatan; "
            f"tersedia {before} dan {after}"
        )
        if at not in span:
            reason = f"kegiatan {month_text(at)} di luar rangkaian bulan; {reason}"
        return _with_reason(counted, reason, level)
    with_slope = after >= SLOPE_FROM if slope_change is None else slope_change
    kind, season_notes = _seasons(seasons, before, before + after)
    x = _design(used, first, with_slope, kind)
    if np.linalg.matrix_rank(x) < x.shape[1]:
        return _with_reason(counted, "bulan yang tersedia tidak cukup untuk memisahkan bagian-bagian model", level)
    pairs = [known[int(m)] or (math.nan, 1.0) for m in used]
    y, w = np.array(pairs, dtype=np.float64).T
    fit = _Fit.of(x, y, w / w.mean(), used - span.start, _lag(len(used)))
    offset = float((used[used >= first] - first).mean())
    notes = _series_notes(before, after, left_out, with_slope=with_slope, fit=fit, missing=_gaps(span, used, at, first))
    method = _series_method(fit.lag, kind, weighted=denominators is not None)

    def contrast(*weights_of: tuple[int, float]) -> Estimate:
        c = np.zeros(x.shape[1])
        for place, weight in weights_of:
            c[place] = weight
        return fit.contrast(c, level, method)

    mean_parts = ((2, 1.0), (3, offset)) if with_slope else ((2, 1.0),)
    absent = Estimate(None, level=level, n=len(used), method=method, reason="model tanpa perubahan kemiringan")
    course = x.copy()
    course[:, 2 : 4 if with_slope else 3] = 0
    points, expected_after = _points(
        span, known, used, fitted=x @ fit.beta, without_event=course @ fit.beta, first=first
    )
    level_change = contrast((2, 1.0))
    return replace(
        counted,
        level_change=level_change,
        slope_change=contrast((3, 1.0)) if with_slope else absent,
        mean_effect=contrast(*mean_parts),
        slope_before=contrast((1, 1.0)),
        observed_after=float(y[used >= first].mean()),
        expected_after=expected_after,
        lag=fit.lag,
        autocorrelation=fit.autocorrelation,
        seasons=kind,
        points=points,
        method=method,
        note=joined(notes + season_notes),
        reason=level_change.reason,
    )


def difference_in_differences(
    invited_before: Counts,
    invited_after: Counts,
    others_before: Counts,
    others_after: Counts,
    *,
    scale: float = 1,
    level: float = LEVEL,
) -> DifferenceInDifferences:
    """Return the change of the invited facilities less the change of the others, each a ratio of sums.

    invited_before, invited_after, others_before, others_after: parts as in estimates.ratio_of_sums, one number per
    facility, the same facilities in the same order before and after. A facility with a missing or impossible count in
    one of the two spans, or without denominator in both, is left out and counted in note; a part (RPPT) without
    denominator in a group and span is left out everywhere.
    scale: 100 for percent, 1000 for per mille; default 1. level: level of the intervals, default 0.95.
    A reason instead of an interval with fewer than two facilities in a group or without variation; instead of a value
    where a group has no denominator. Raises ValueError for lists of unequal length.

    Variance: sum over both groups of (n-1)/n Σ (d_after - d_before)², d the deviation of the ratio of sums of a group
    when one of its facilities is left out (``estimates.ratio_of_sums``). t distribution with the degrees of freedom of
    Welch and Satterthwaite, those of each group after Bell and McCaffrey. relative: the same on the
    scale of logarithms. Whether the additive or the relative effect is the right one depends on whether groups of
    different level would have moved by the same amount or by the same factor (Lechner 2011, Found Trends Econom
    4:165-224).
    Further: Wing, Simon and Bello-Gomez (2018), Annu Rev Public Health 39:453-469.
    """
    check_level(level)
    n_invited, n_others = _length(invited_before, invited_after), _length(others_before, others_after)
    flags = np.arange(n_invited + n_others) < n_invited
    before, after = _appended(invited_before, others_before), _appended(invited_after, others_after)
    return _did(before, after, flags, scale, level)[0]


def trend_before_event(
    invited_first: Counts,
    invited_second: Counts,
    others_first: Counts,
    others_second: Counts,
    *,
    scale: float = 1,
    level: float = LEVEL,
) -> DifferenceInDifferences:
    """Return the difference in differences of two spans that both lie before the event: a placebo, expected to be 0.

    Arguments and result as in difference_in_differences; ``half_spans`` says which months belong to which span.
    Reference: Roth (2022), Am Econ Rev Insights 4:305-322: such tests have little power, and passing is no proof.
    """
    result = difference_in_differences(
        invited_first, invited_second, others_first, others_second, scale=scale, level=level
    )
    return _renoted(result, lambda e: joined(["tren sebelum kegiatan, seharusnya nol", NO_PROOF, _without_course(e)]))


def half_spans(months: Sequence[Any], event: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the months before the event in two halves of equal length, for ``trend_before_event``.

    months: '2025-03', dates or pandas Periods, any order; unreadable ones are passed over. event: date or month.
    With an odd number the earliest month is left out. Both empty when there are fewer than two months before.
    """
    at = month_number(event)
    earlier = sorted({n for n in map(month_number, months) if n is not None and at is not None and n < at})
    size = len(earlier) // 2
    if size == 0:
        return (), ()
    texts = [month_text(n) for n in earlier[-2 * size :]]
    return tuple(texts[:size]), tuple(texts[size:])


def was_selected_as_worst(
    selection_values: Sequence[float | None],
    invited: Sequence[bool],
    better: Better = "lower",
    level: float = LEVEL,
) -> Selection:
    """Say from the values of the span of selection whether the invited facilities were picked from the worst.

    selection_values: ratio of each facility, any unit; None where missing (left out). invited: True for the invited,
    same order. better: 'lower' (default: RRNS) or 'higher'. level: level of the estimate, default 0.95.
    Picked: the invited are worse in at least 80 % of the pairs (invited, other), or in more than half of them and the
    Mann–Whitney test rejects at 5 %. The first rule keeps the warning for groups too small for the test; a warning too
    many does less harm than one too few.
    Raises ValueError for lists of unequal length or another direction.
    Reference: Mann and Whitney (1947), Ann Math Stat 18:50-60; the share of pairs is the area under the ROC curve
    (Hanley and McNeil 1982, Radiology 143:29-36).
    """
    check_level(level)
    _check_direction(better)
    if len(selection_values) != len(invited):
        raise ValueError("values and invited must have one entry per facility")
    sign = 1 if better == "lower" else -1
    pairs = [(number_or_none(v), bool(i)) for v, i in zip(selection_values, invited, strict=True)]
    chosen = np.array([sign * v for v, i in pairs if v is not None and i])
    others = np.array([sign * v for v, i in pairs if v is not None and not i])
    method = "uji Mann–Whitney; bagian pasangan dengan FKTP undangan lebih buruk"
    n = len(chosen) + len(others)
    if len(chosen) == 0 or len(others) == 0:
        lacking = "FKTP yang diundang" if len(chosen) == 0 else "FKTP lain"
        reason = f"tidak ada {lacking} dengan nilai pada rentang pemilihan"
        blank = Estimate(None, level=level, n=n, method=method, reason=reason)
        return Selection(False, blank, invited=len(chosen), others=len(others))
    test = stats.mannwhitneyu(chosen, others)
    share = float(test.statistic) / (len(chosen) * len(others))
    p = 1.0 if len(set(chosen) | set(others)) == 1 else min(1.0, float(test.pvalue))
    estimate = Estimate(share, level=level, n=n, p=p, method=method, reason="interval tidak dihitung")
    beyond_all = bool(chosen.min() > others.max())
    picked = share >= PICKED_FROM or (share > 0.5 and p < 1 - LEVEL)
    note = ""
    if picked:
        how = (
            "semuanya lebih buruk daripada setiap FKTP lain"
            if beyond_all
            else f"lebih buruk pada {number(100 * share)} persen pasangan dengan FKTP lain"
        )
        note = (
            f"{len(chosen)} FKTP yang diundang termasuk yang terburuk pada rentang pemilihan ({how}); sebagian "
            "perubahannya ialah kembalinya kebetulan ke rata-rata, yang akan terjadi juga tanpa kegiatan"
        )
    return Selection(picked, estimate, beyond_all, len(chosen), len(others), note)


def regression_to_the_mean(
    selection: Counts,
    invited: Sequence[bool],
    history: tuple[Counts, Counts] | None = None,
    after: Counts | None = None,
    *,
    better: Better = "lower",
    limit: float | None = None,
    scale: float = 1,
    level: float = LEVEL,
) -> RegressionToTheMean:
    """Return the change to be expected of facilities picked as the worst even without an event.

    selection: counts of all facilities in the span in which they were picked, parts as in estimates.ratio_of_sums.
    invited: True for the invited, same order. history: the same facilities in two earlier spans without an event, as
    long and as far apart as selection and after: best both one year earlier, so that seasons agree. Default none.
    after: counts in the span after the event; default none, then ``remaining`` has a reason.
    better: 'lower' (default: RRNS) or 'higher'.
    limit: the rule was "worse than this", unit of ratio times scale; default None: as many of the worst as were invited
    (same share, where fewer facilities have earlier counts).
    scale, level: as in difference_in_differences.
    Raises ValueError for lists of unequal length or another direction.

    history, the better founded of the two: the rule is applied to the first earlier span, and its choice is followed
    into the second, against the others. It holds every cause of return, chance in single events as well as passing
    troubles of a facility, and needs no model; but it assumes that facilities vary as much as they did then.
    shrinkage: with one span only. The value expected of a facility is drawn towards the mean of all by the share of
    chance in its variance (normal empirical Bayes; variance between facilities of DerSimonian and Laird, binomial
    within). It is not touched by the selection (Efron 2011, J Am Stat Assoc 106:1602-1614), but chance among single
    events is all it knows, so that the true return is at least as large.
    remaining: difference in differences of selection to after, less that of history. Facilities are the clusters of the
    joint variance, since the spans may overlap (the second earlier span is often the span of selection); degrees of
    freedom: those of the smallest group.
    Reference: Galton (1886), J Anthropol Inst 15:246-263; James and Stein (1961); Efron and Morris (1975), J Am Stat
    Assoc 70:311-319; Barnett, van der Pols and Dobson (2005), Int J Epidemiol 34:215-220; Daw and Hatfield (2018),
    Health Serv Res 53:4138-4156 (a comparison group does not remove it).
    """
    check_level(level)
    _check_direction(better)
    size = _length(selection, *(after,) if after is not None else (), *(history or ()))
    flags = np.array([bool(i) for i in invited], dtype=np.bool_)
    if len(flags) != size:
        raise ValueError("invited must have one entry per facility")
    values = _ratios(selection, scale)
    selected = was_selected_as_worst(values, list(flags), better, level)
    shrinkage = _shrinkage(selection, flags, scale, level)
    if history is None:
        reason = "tidak ada dua rentang lebih awal tanpa kegiatan"
        empty = _no_did(reason, level)
        remaining = replace(empty.effect, method=_REMAINING)
        note = joined([selected.note, _drift_note(None, shrinkage, scale)])
        return RegressionToTheMean(selected, empty, shrinkage, remaining, note=note, reason=reason)
    picked = _picked(_ratios(history[0], scale), values, flags, better, limit)
    placebo, z_then = _did(history[0], history[1], picked, scale, level)
    rule = "aturan pemilihan yang sama pada rentang lebih awal, tanpa kegiatan"
    placebo = _renoted(placebo, lambda e: joined([rule, _without_course(e)]))
    remaining = _no_did("tidak ada rentang sesudah kegiatan", level).effect
    if after is not None:
        now, z_now = _did(selection, after, flags, scale, level)
        remaining = _remaining(now, placebo, z_now, z_then, smallest=_smallest(flags, picked), level=level)
    note = joined([selected.note, _drift_note(placebo, shrinkage, scale)])
    return RegressionToTheMean(
        selected,
        placebo,
        shrinkage,
        replace(remaining, method=_REMAINING),
        tuple(bool(v) for v in picked),
        note,
        placebo.effect.reason,
    )


_DID = "selisih dari selisih rasio jumlah; galat baku jackknife, FKTP sebagai klaster; derajat bebas Satterthwaite"
_DID_RELATIVE = f"{_DID}; pada skala logaritma"
_REMAINING = "selisih dari selisih dikurangi selisih dari selisih rentang lebih awal; FKTP sebagai klaster"
_SHRINKAGE = "penyusutan Bayes empiris (DerSimonian–Laird, ragam dalam binomial)"


@dataclass(frozen=True)
class _Fit:
    """Least squares of the rows of a design, each multiplied by the root of its weight.

    x, y: so multiplied. place: calendar distance of the rows from the first month. beta: coefficients.
    covariance: of Newey and West, no small-sample factor.
    """

    x: Floats
    y: Floats
    place: NDArray[np.int64]
    lag: int
    beta: Floats
    covariance: Floats

    @classmethod
    def of(cls, x: Floats, y: Floats, weights: Floats, place: NDArray[np.int64], lag: int) -> _Fit:
        """Fit. Rows of zeros stand for months without value: they change no coefficient and have a score of zero."""
        root = np.sqrt(weights)
        scaled_x: Floats = x * root[:, None]
        scaled_y: Floats = y * root
        full_x, full_y = np.zeros((place.max() + 1, x.shape[1])), np.zeros(place.max() + 1)
        full_x[place], full_y[place] = scaled_x, scaled_y
        result = OLS(full_y, full_x).fit(cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": False})
        beta = np.asarray(result.params, dtype=np.float64)
        return cls(scaled_x, scaled_y, place, lag, beta, np.asarray(result.cov_params(), dtype=np.float64))

    @property
    def residuals(self) -> Floats:
        residuals: Floats = self.y - self.x @ self.beta
        return residuals

    @property
    def without_residuals(self) -> bool:
        return float(np.linalg.norm(self.residuals)) <= 1e-10 * max(float(np.linalg.norm(self.y)), 1e-300)

    @property
    def autocorrelation(self) -> float | None:
        if self.without_residuals:
            return None
        full = np.zeros(self.place.max() + 1)
        full[self.place] = self.residuals
        return float((full[1:] * full[:-1]).sum() / np.square(full).sum())

    def contrast(self, c: Floats, level: float, method: str) -> Estimate:
        """Return c'b with a t interval from the corrected Newey–West variance."""
        n = len(self.y)
        value = float(c @ self.beta)
        if self.without_residuals:
            value = 0.0 if abs(value) <= 1e-10 * max(float(np.abs(self.y).max()), 1e-300) else value
            return Estimate(value, level=level, n=n, method=method, reason=f"sisa model nol: {NO_SPREAD}")
        inverse = np.linalg.inv(self.x.T @ self.x)
        h = self.x @ inverse @ c
        distance = np.abs(np.subtract.outer(self.place, self.place))
        kernel = np.clip(1 - distance / (self.lag + 1), 0, None) * np.outer(h, h)
        maker = np.eye(n) - self.x @ inverse @ self.x.T
        form = maker @ kernel @ maker
        expected = float(np.trace(form))
        degrees = expected**2 / float(np.square(form).sum())
        error = math.sqrt(max(0.0, float(c @ self.covariance @ c)) * float(c @ inverse @ c) / expected)
        return _t_estimate(value, error, degrees, level=level, n=n, method=method)


def _t_estimate(value: float, error: float, degrees: float, *, level: float, n: int, method: str) -> Estimate:
    half = float(stats.t.ppf((1 + level) / 2, degrees)) * error
    p = float(2 * stats.t.sf(abs(value) / error, degrees)) if error > 0 else None
    return Estimate(value, value - half, value + half, level, n, p, method)


def _by_month(
    values: Sequence[Any], months: Sequence[Any], weights: Sequence[Any]
) -> tuple[dict[int, tuple[float, float] | None], str]:
    """Return value and weight by number of month (None where missing), and the reason why there are none."""
    known: dict[int, tuple[float, float] | None] = {}
    for value, month, weight in zip(values, months, weights, strict=True):
        at = month_number(month)
        if at is None:
            return {}, f"bulan tidak terbaca: {month}"
        if at in known:
            return {}, f"bulan lebih dari satu kali: {month_text(at)}"
        y, w = number_or_none(value), number_or_none(weight)
        known[at] = None if y is None or w is None or w <= 0 else (y, w)
    return known, "" if any(v is not None for v in known.values()) else "tidak ada bulan dengan nilai"


def _lag(count: int) -> int:
    return int(4 * math.pow(count / 100, 2 / 9))


def _seasons(wanted: Seasons, before: int, count: int) -> tuple[str, list[str]]:
    enough = count >= SEASONS_FROM and before >= USUAL
    if enough or wanted == "none":
        return ("harmonics" if wanted == "auto" else wanted), []
    return "none", [f"musim tidak diperhitungkan: baru {count} bulan, {before} di antaranya sebelum kegiatan"]


def _design(used: NDArray[np.int64], first: int, with_slope: bool, seasons: str) -> Floats:
    t = (used - first).astype(np.float64)
    after = (used >= first).astype(np.float64)
    columns = [np.ones(len(t)), t, after]
    if with_slope:
        columns.append(after * t)
    if seasons == "harmonics":
        angle = 2 * np.pi * used / 12
        columns += [wave(k * angle) for k in range(1, HARMONICS + 1) for wave in (np.sin, np.cos)]
    if seasons == "months":
        columns += [(used % 12 == m).astype(np.float64) for m in sorted(set(used % 12))[1:]]
    design: Floats = np.column_stack(columns)
    return design


def _points(
    span: range,
    known: dict[int, tuple[float, float] | None],
    used: NDArray[np.int64],
    *,
    fitted: Floats,
    without_event: Floats,
    first: int,
) -> tuple[tuple[SeriesPoint, ...], float]:
    lines = dict(zip(map(int, used), fitted, strict=True))
    courses = {m: v for m, v in zip(map(int, used), without_event, strict=True) if m >= first}
    points = []
    for m in span:
        pair = known.get(m)
        line, course = lines.get(m), courses.get(m)
        points.append(
            SeriesPoint(
                month_text(m),
                None if pair is None else pair[0],
                None if line is None else float(line),
                None if course is None else float(course),
            )
        )
    return tuple(points), float(np.mean(list(courses.values())))


def _gaps(span: range, used: NDArray[np.int64], at: int, first: int) -> int:
    return sum(not at <= m < first for m in span) - len(used)


def _series_notes(before: int, after: int, left_out: int, *, with_slope: bool, fit: _Fit, missing: int) -> list[str]:
    notes = [ONE_SERIES]
    if left_out:
        notes.append(f"{left_out} bulan sejak bulan kegiatan sampai bulan terdampak pertama tidak diikutkan")
    if missing:
        notes.append(f"{missing} bulan tanpa nilai")
    if before < USUAL or after < USUAL:
        notes.append(f"deret pendek ({before} bulan sebelum, {after} sesudah; dianjurkan {USUAL} dan {USUAL})")
    if not with_slope:
        notes.append("perubahan kemiringan tidak diperhitungkan")
    autocorrelation = fit.autocorrelation
    if autocorrelation is not None and autocorrelation > 2 / math.sqrt(len(fit.y)):
        notes.append(
            f"sisa bulan yang berdampingan berkorelasi ({number(autocorrelation, 2)}); interval cenderung terlalu "
            "sempit"
        )
    return notes


def _series_method(lag: int, seasons: str, *, weighted: bool) -> str:
    season = {"harmonics": f", musim {HARMONICS} pasang harmonik", "months": ", musim menurut bulan kalender"}
    return (
        f"regresi tersegmen{' berbobot penyebut' if weighted else ''}{season.get(seasons, '')}; galat baku Newey–West "
        f"lag {lag} dengan koreksi sampel kecil Bell–McCaffrey"
    )


def _no_series(reason: str, level: float) -> InterruptedSeries:
    blank = Estimate(None, level=level, method="regresi tersegmen", reason=reason)
    return InterruptedSeries(blank, blank, blank, blank, method="regresi tersegmen", reason=reason)


def _with_reason(series: InterruptedSeries, reason: str, level: float) -> InterruptedSeries:
    blank = Estimate(None, level=level, n=series.before + series.after, method=series.method, reason=reason)
    return replace(series, level_change=blank, slope_change=blank, mean_effect=blank, slope_before=blank, reason=reason)


def _length(*spans: Counts) -> int:
    """Return the number of facilities; raise ValueError when the spans do not agree on it."""
    if any(len(span) == 0 for span in spans):
        raise ValueError("a span must hold at least one pair of numerators and denominators")
    lengths = {len(counts) for span in spans for part in span for counts in part}
    if len(lengths) != 1 or len({len(span) for span in spans}) != 1:
        raise ValueError("the spans must hold the same facilities and parts")
    return lengths.pop()


def _appended(first: Counts, second: Counts) -> Counts:
    if len(first) != len(second):
        raise ValueError("both groups must have the same parts")
    return [([*y1, *y2], [*x1, *x2]) for (y1, x1), (y2, x2) in zip(first, second, strict=True)]


def _array(parts: Counts) -> Floats:
    """Return counts as an array (part, numerator or denominator, facility); NaN where unknown or impossible."""
    rows = [[[number_or_none(v) for v in counts] for counts in part] for part in parts]
    known = [[[math.nan if v is None or v < 0 else v for v in counts] for counts in part] for part in rows]
    array: Floats = np.array(known, dtype=np.float64)
    array[:, 0][(array[:, 1] == 0) & (array[:, 0] > 0)] = math.nan
    return array


def _ratios(parts: Counts, scale: float) -> list[float | None]:
    array = _array(parts)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = (array[:, 0] / array[:, 1]).mean(axis=0) * scale
    return [number_or_none(v) for v in ratios]


def _did(
    before: Counts, after: Counts, invited: Flags, scale: float, level: float
) -> tuple[DifferenceInDifferences, Floats]:
    """Return the comparison and the influence of each facility on the effect, all in the order given."""
    first, second = _array(before), _array(after)
    counted = np.isfinite(first).all(axis=(0, 1)) & np.isfinite(second).all(axis=(0, 1))
    known: Flags = np.asarray(counted & (first[:, 1] + second[:, 1] > 0).any(axis=0), dtype=np.bool_)
    n, left_out, scores = int(known.sum()), int((~known).sum()), np.zeros(known.size)
    groups = (known & invited, known & ~invited)
    cells = [(first, groups[0]), (second, groups[0]), (first, groups[1]), (second, groups[1])]
    present = [i for i in range(len(first)) if all(float(span[i, 1][group].sum()) > 0 for span, group in cells)]
    smallest = min(int(g.sum()) for g in groups)
    note = _did_note(left_out, smallest, present, len(first))
    if not present:
        empty = _no_did("salah satu kelompok kosong" if smallest == 0 else "penyebut nol", level)
        effect, relative = replace(empty.effect, n=n, note=note), replace(empty.relative, n=n, note=note)
        return replace(empty, effect=effect, relative=relative, left_out=left_out), scores
    first, second = first[present], second[present]
    b1, a1 = _ratio(first, groups[0]), _ratio(second, groups[0])
    b2, a2 = _ratio(first, groups[1]), _ratio(second, groups[1])
    z = [(a1[1] - b1[1]) * scale, (a2[1] - b2[1]) * scale]
    sizes = [(a1[2] + b1[2]) / 2, (a2[2] + b2[2]) / 2]
    scores[groups[0]], scores[groups[1]] = z[0], -z[1]
    value = ((a1[0] - b1[0]) - (a2[0] - b2[0])) * scale
    ratios = (b1[0], a1[0], b2[0], a2[0])
    effect = _welch(value, z, sizes, tiny=1e-12 * scale * max(*ratios, 1e-300), level=level, method=_DID)
    relative = Estimate(None, level=level, n=n, method=_DID_RELATIVE, reason="rasio nol pada salah satu rentang")
    if min(ratios) > 0:
        logs = [a1[1] / a1[0] - b1[1] / b1[0], a2[1] / a2[0] - b2[1] / b2[0]]
        factor = math.log(a1[0] / b1[0]) - math.log(a2[0] / b2[0])
        relative = _exponential(_welch(factor, logs, sizes, tiny=1e-12, level=level, method=_DID_RELATIVE))
    changes = [change_of_ratio(_counts(first, g), _counts(second, g), scale, level) for g in groups]
    result = DifferenceInDifferences(
        replace(effect, note=note),
        replace(relative, note=note),
        changes[0],
        changes[1],
        invited_before=b1[0] * scale,
        invited_after=a1[0] * scale,
        others_before=b2[0] * scale,
        others_after=a2[0] * scale,
        left_out=left_out,
    )
    return result, scores


def _did_note(left_out: int, smallest: int, present: Sequence[int], parts: int) -> str:
    notes = [SAME_COURSE]
    if left_out:
        notes.append(f"{left_out} FKTP tanpa angka yang dapat dipakai tidak diikutkan")
    if 0 < len(present) < parts:
        notes.append(f"hanya {len(present)} dari {parts} bagian yang mempunyai penyebut di setiap kelompok dan rentang")
    if 2 <= smallest < FEW_FACILITIES:
        notes.append(f"kelompok terkecil hanya {smallest} FKTP; interval kurang teliti")
    return joined(notes)


def _ratio(array: Floats, group: Flags) -> Ratio:
    return jackknife([(y, x) for y, x in zip(array[:, 0][:, group], array[:, 1][:, group], strict=True)])


def _counts(array: Floats, group: Flags) -> Counts:
    return [(list(part[0][group]), list(part[1][group])) for part in array]


def _welch(
    value: float, z: Sequence[Floats], sizes: Sequence[Floats], *, tiny: float, level: float, method: str
) -> Estimate:
    n = sum(len(group) for group in z)
    value = 0.0 if abs(value) <= tiny else value
    if min(len(group) for group in z) < 2 or not all(np.isfinite(group).all() for group in z):
        reason = "interval memerlukan sekurang-kurangnya dua FKTP di setiap kelompok"
        return Estimate(value, level=level, n=n, method=method, reason=reason)
    variances = [(len(g) - 1) / len(g) * float(np.square(g).sum()) for g in z]
    error = math.sqrt(sum(variances))
    if error <= tiny:
        return Estimate(value, level=level, n=n, method=method, reason=f"antar-FKTP {NO_SPREAD}")
    # Shares of the variance, not variances: those of a rate per person squared again may underflow.
    shares = [v / sum(variances) for v in variances]
    degrees = 1 / sum(s**2 / degrees_of_freedom(h) for s, h in zip(shares, sizes, strict=True))
    return _t_estimate(value, error, degrees, level=level, n=n, method=method)


def _exponential(estimate: Estimate) -> Estimate:
    def exp(v: float | None) -> float | None:
        return None if v is None else math.exp(min(v, 700.0))

    return replace(estimate, value=exp(estimate.value), lower=exp(estimate.lower), upper=exp(estimate.upper))


def _no_did(reason: str, level: float) -> DifferenceInDifferences:
    blank = Estimate(None, level=level, method=_DID, reason=reason)
    return DifferenceInDifferences(blank, replace(blank, method=_DID_RELATIVE), blank, blank)


def _renoted(result: DifferenceInDifferences, note: Callable[[Estimate], str]) -> DifferenceInDifferences:
    effect, relative = result.effect, result.relative
    return replace(result, effect=replace(effect, note=note(effect)), relative=replace(relative, note=note(relative)))


def _without_course(estimate: Estimate) -> str:
    return estimate.note.removeprefix(SAME_COURSE).removeprefix("; ")


def _check_direction(better: str) -> None:
    if better not in {"lower", "higher"}:
        raise ValueError("better must be 'lower' or 'higher'")


def _picked(
    earlier: Sequence[float | None],
    values: Sequence[float | None],
    invited: Flags,
    better: Better,
    limit: float | None,
) -> Flags:
    """Return whom the rule picks in the earlier span: worse than the limit, or as many of the worst as were invited."""
    sign = 1 if better == "lower" else -1
    badness = np.array([-math.inf if v is None else sign * v for v in earlier])
    known = np.isfinite(badness)
    picked: Flags = np.zeros(len(badness), dtype=np.bool_)
    if limit is not None:
        picked = known & (badness > sign * limit + 1e-9 * abs(limit))
        return picked
    usable = np.array([v is not None for v in values])
    share = float((invited & usable).sum()) / max(1, int(usable.sum()))
    order = np.argsort(-badness, kind="stable")
    picked[order[: math.floor(share * int(known.sum()) + 0.5)]] = True
    return picked


def _smallest(*groupings: Flags) -> int:
    return min(int(count) for flags in groupings for count in (flags.sum(), (~flags).sum()))


def _remaining(
    now: DifferenceInDifferences,
    then: DifferenceInDifferences,
    z_now: Floats,
    z_then: Floats,
    *,
    smallest: int,
    level: float,
) -> Estimate:
    if now.effect.value is None or then.effect.value is None:
        reason = now.effect.reason or then.effect.reason
        return Estimate(None, level=level, reason=reason)
    value, z = now.effect.value - then.effect.value, z_now - z_then
    n = int(((z_now != 0) | (z_then != 0)).sum())
    if now.effect.reason or then.effect.reason or smallest < 2:
        return Estimate(value, level=level, n=n, reason=now.effect.reason or then.effect.reason or NO_SPREAD)
    error = math.sqrt((smallest - 1) / smallest * float(np.square(z).sum()))
    tiny = 1e-12 * max(float(np.abs(z_now).max()), float(np.abs(z_then).max()))
    if error <= tiny:
        unchanged = abs(value) <= 1e-12 * max(abs(now.effect.value), abs(then.effect.value))
        return Estimate(0.0 if unchanged else value, level=level, n=n, reason=NO_SPREAD)
    return _t_estimate(value, error, smallest - 1, level=level, n=n, method=_REMAINING)


def _shrinkage(selection: Counts, invited: Flags, scale: float, level: float) -> Estimate:
    array = _array(selection)
    usable = ~np.isnan(array).any(axis=(0, 1)) & (array[:, 1] > 0).all(axis=0)
    y, x, chosen = array[:, 0][:, usable], array[:, 1][:, usable], invited[usable]
    n = int(chosen.sum())
    blank = Estimate(None, level=level, n=n, method=_SHRINKAGE)
    if n == 0 or len(chosen) < LEAST_AFTER:
        return replace(blank, reason="terlalu sedikit FKTP dengan nilai pada rentang pemilihan")
    overall = y.sum(axis=1) / x.sum(axis=1)
    if ((overall <= 0) | (overall >= 1)).any():
        return replace(blank, reason="rasio semua FKTP nol atau penuh; kebetulan tidak dapat dinilai")
    ratios = (y / x).mean(axis=0)
    variances = ((overall * (1 - overall))[:, None] / x).sum(axis=0) / len(y) ** 2
    with np.errstate(invalid="ignore"):
        pooled = combine_effects(ratios, variances, method_re="dl")
    # A negative estimate means no variance between facilities; the pooled mean of statsmodels would use it as it is.
    tau2 = max(0.0, float(pooled.tau2))
    centre = float(pooled.mean_effect_re if tau2 > 0 else pooled.mean_effect_fe)
    drawn = (centre - ratios) * variances / (tau2 + variances)
    # The group's ratio of sums weighs facilities by denominator; with several parts, by their mean share in each.
    weights = (x[:, chosen] / x[:, chosen].sum(axis=1)[:, None]).mean(axis=0)
    return replace(
        blank,
        value=float((weights * drawn[chosen]).sum()) * scale,
        note="hanya kebetulan pada kejadian tunggal yang diperhitungkan; kembalinya ke rata-rata sekurang-kurangnya "
        "sebesar ini",
        reason="interval tidak dihitung",
    )


def _drift_note(history: DifferenceInDifferences | None, shrinkage: Estimate, scale: float) -> str:
    decimals = max(2, 4 - round(math.log10(scale)))
    notes = []
    if history is not None and history.effect.value is not None:
        notes.append(
            "FKTP yang dipilih dengan aturan yang sama pada rentang lebih awal berubah "
            f"{number(history.effect.value, decimals)} terhadap FKTP lain tanpa kegiatan"
        )
    if shrinkage.value is not None:
        notes.append(
            f"perubahan FKTP yang diundang yang diperkirakan dari kebetulan saja: {number(shrinkage.value, decimals)}"
        )
    return joined(notes)
