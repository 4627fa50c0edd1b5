"""Monthly chart of a share: p chart, Laney's p' for large denominators, exact quarters for few events."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from analysis.funnel import PROPORTION, exact_limits
from analysis.spc import (
    LEAST_POINTS,
    NO_RANGES,
    NO_WIDTH,
    TRIAL_BELOW,
    Centre,
    Charted,
    Mark,
    Point,
    Slot,
    by_phase,
    calendar,
    check_arguments,
    joined,
    marks,
    month_number,
    month_text,
    moving_ranges,
    number_or_none,
    phase_notes,
    standardised,
    too_few,
    trial_notes,
)

D2 = 1.128
"""Expected range of two standard normal values."""
LEAST_EXPECTED = 5.0
"""Months with fewer expected events (or non-events) on average are too small for a p chart."""
CONTROL_LEVEL = 0.998
LANEY, QUARTERLY = "p′ Laney", "triwulan eksak"


@dataclass(frozen=True)
class Counts:
    """Numerator and denominator of a month; whole numbers, the numerator within the denominator, which is above 0."""

    numerator: int
    denominator: int


@dataclass(frozen=True, kw_only=True)
class PPoint(Point):
    """One month of a p chart.

    value, lower, upper: share and its limits, 0 to 1; None where missing, then ``reason``.
    z: distance from the mean in binomial standard errors (not divided by sigma_z).
    """

    numerator: float | None
    denominator: float | None
    lower: float | None = None
    upper: float | None = None
    z: float | None = None


@dataclass(frozen=True, kw_only=True)
class PPhase(Centre):
    """Months between two declared events; mean: ratio of sums, 0 to 1.

    sigma_z: factor on the binomial limits (1 in a p chart).
    """

    sigma_z: float | None = None


@dataclass(frozen=True, kw_only=True)
class PChart(Charted[PPhase, PPoint]):
    """A p chart; sigma_z is that of the last phase."""

    sigma_z: float | None = None


def p_chart(
    numerators: Sequence[Any],
    denominators: Sequence[Any],
    months: Sequence[Any],
    improvement: str = "up",
    rebase_at: Sequence[Any] = (),
    *,
    prime: bool = False,
) -> PChart:
    """Return the p chart: limits mean -/+ 3 sqrt(mean (1 - mean) / n) for each month, cut at 0 and 1.

    numerators, denominators: whole counts, one per month; a month without denominator, without numbers or with a
    numerator above its denominator is shown with a reason and counts as missing.
    months: '2025-03', dates or pandas Periods. improvement: 'up' (default) or 'down'.
    rebase_at: months of declared events, each starts a phase; default none.
    prime: widen the limits by sigma_z, as ``laney`` does; default False.
    Reference: Montgomery, Introduction to Statistical Quality Control, chapter on control charts for attributes.
    """
    check_arguments(improvement, numerators, denominators, months)
    method = "diagram p′ (Laney), batas 3 sigma kali σz" if prime else "diagram p, batas 3 sigma binomial"
    slots, notes, faults, reason = _read(numerators, denominators, months, rebase_at)
    if not slots:
        return PChart(improvement=improvement, method=method, note=joined(notes), reason=reason)
    raw = {
        month_number(month): (number_or_none(y), number_or_none(n))
        for month, y, n in zip(months, numerators, denominators, strict=True)
    }
    phases, points = [], []
    for own in by_phase(slots):
        phase = _phase(own, prime)
        phases.append(phase)
        for slot, point in zip(own, _points(own, phase, improvement), strict=True):
            y, n = raw.get(slot.number, (None, None))
            fault = faults.get(slot.month, "tidak ada nilai") if slot.payload is None else ""
            points.append(PPoint(month=slot.month, numerator=y, denominator=n, phase=slot.phase, **point, reason=fault))
    last = phases[-1]
    notes += [f"{month}: {fault}" for month, fault in sorted(faults.items())]
    notes += trial_notes(last, last.n)
    if last.sigma_z == 0:
        notes.append("z tidak berubah: batas sama dengan rata-rata")
    notes += phase_notes(phases)
    return PChart(
        improvement=improvement,
        mean=last.mean,
        sigma_z=last.sigma_z,
        trial=last.trial,
        points=tuple(points),
        phases=tuple(phases),
        method=method,
        note=joined(notes),
        reason=last.reason,
    )


def laney(
    numerators: Sequence[Any],
    denominators: Sequence[Any],
    months: Sequence[Any],
    improvement: str = "up",
    rebase_at: Sequence[Any] = (),
) -> PChart:
    """Return Laney's p' chart: the limits of the p chart widened (or narrowed) by sigma_z.

    Arguments as in ``p_chart``.

    sigma_z: mean moving range of z / 1.128, z = (p - mean) / sqrt(mean (1 - mean) / n); no range is left out, none
    reaches over a missing month, and values below 1 stay.
    Reference: Laney (2002), Qual Eng 14:531-537; Mohammed et al. (2013), BMJ Qual Saf 22:362-368.
    """
    return p_chart(numerators, denominators, months, improvement, rebase_at, prime=True)


def expected_events(numerators: Sequence[Any], denominators: Sequence[Any]) -> float | None:
    """Return the mean number of events (or of non-events, if fewer) expected in a month; None without usable months."""
    counts = [_counts(y, n)[0] for y, n in zip(numerators, denominators, strict=True)]
    used = [count for count in counts if count is not None]
    if not used:
        return None
    events, trials = sum(c.numerator for c in used), sum(c.denominator for c in used)
    return min(events, trials - events) / len(used)


def suited_chart(numerators: Sequence[Any], denominators: Sequence[Any], least_expected: float = LEAST_EXPECTED) -> str:
    """Return 'p′ Laney' or, where fewer than ``least_expected`` events a month are expected, 'triwulan eksak'.

    least_expected: events a month, or non-events if these are fewer; default 5.
    Reference: the usual condition n p >= 5 of the normal approximation, e.g. Mohammed et al. (2008), Qual Saf Health
    Care 17:137-145.
    """
    expected = expected_events(numerators, denominators)
    return LANEY if expected is not None and expected >= least_expected else QUARTERLY


@dataclass(frozen=True)
class Share:
    """A share over a quarter or from the first month to this one.

    label: '2025-T1' or '2025-03'. months: months used; expected: months it should have.
    value, lower, upper: share (0 to 1) and its exact interval; None with a ``reason``.
    limit_lower, limit_upper: exact 99,8 % limits around the share of the whole series; None in the cumulated line.
    grade: 'perbaikan', 'penurunan mutu', 'biasa'; '' where not assessed.
    """

    label: str
    months: int
    expected: int
    numerator: int
    denominator: int
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    limit_lower: float | None = None
    limit_upper: float | None = None
    grade: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ExactShares:
    """Shares of a series with few events: by quarter, and cumulated month by month; overall is the whole series."""

    improvement: str
    level: float
    overall: Share | None = None
    quarters: tuple[Share, ...] = ()
    cumulated: tuple[Share, ...] = ()
    method: str = ""
    note: str = ""
    reason: str = ""


def quarterly_exact(
    numerators: Sequence[Any],
    denominators: Sequence[Any],
    months: Sequence[Any],
    improvement: str = "down",
    level: float = 0.95,
    *,
    cumulate: bool = True,
) -> ExactShares:
    """Return quarterly and cumulated shares with exact intervals, for few events a month (see ``suited_chart``).

    numerators, denominators, months: as in ``laney``. improvement: 'down' (default: non-specialist referrals) or 'up'.
    level: of the Clopper-Pearson intervals; default 0.95. cumulate: False leaves the cumulated shares out.
    The limits of the quarters are the exact binomial 99,8 % limits around the share of the whole series, conservative:
    a quarter outside has a tail of at most 0,1 %.
    Reference: Clopper and Pearson (1934), Biometrika 26:404-413; Spiegelhalter (2005), Stat Med 24:1185-1202.
    """
    check_arguments(improvement, numerators, denominators, months)
    method = "interval eksak Clopper–Pearson; batas binomial eksak konservatif 99,8 % di sekitar angka keseluruhan"
    slots, notes, faults, reason = _read(numerators, denominators, months, ())
    if not slots:
        return ExactShares(improvement, level, method=method, note=joined(notes), reason=reason)
    notes += [f"{month}: {fault}" for month, fault in sorted(faults.items())]
    (whole,) = _shares([("seluruhnya", slots, len(slots))], level)
    by_quarter = []
    for number in sorted({slot.number // 3 for slot in slots}):
        own = [slot for slot in slots if slot.number // 3 == number]
        by_quarter.append((f"{number // 4:04d}-T{number % 4 + 1}", own, 3))
    quarters = _shares(by_quarter, level, improvement, whole.numerator / whole.denominator)
    partial = [quarter.label for quarter in quarters if quarter.months < quarter.expected]
    if partial:
        notes.append(f"triwulan tidak lengkap: {', '.join(partial)}")
    ends = range(1, len(slots) + 1) if cumulate else ()
    cumulated = _shares([(slots[i - 1].month, slots[:i], i) for i in ends], level)
    return ExactShares(improvement, level, whole, quarters, cumulated, method, joined(notes))


def _phase(slots: Sequence[Slot[Counts]], prime: bool) -> PPhase:
    used = [slot.payload for slot in slots if slot.payload is not None]
    start, end, n = slots[0].month, slots[-1].month, len(used)
    if not used:
        return PPhase(start=start, end=end, n=n, reason="tidak ada bulan dengan nilai")
    mean = sum(c.numerator for c in used) / sum(c.denominator for c in used)
    sigma_z, reason = _sigma_z(slots, n, mean, prime)
    return PPhase(start=start, end=end, n=n, mean=mean, sigma_z=sigma_z, trial=n < TRIAL_BELOW, reason=reason)


def _sigma_z(slots: Sequence[Slot[Counts]], n: int, mean: float, prime: bool) -> tuple[float | None, str]:
    """Return the factor on the binomial limits, 1 in a p chart, or None and the reason why there are no limits."""
    if n < LEAST_POINTS:
        return None, too_few(n)
    if mean in {0, 1}:
        return None, f"semua {'nol' if mean == 0 else 'penuh'}, keragaman tidak dapat dinilai"
    if not prime:
        return 1.0, ""
    z = [_z(slot.payload, mean) for slot in slots]
    ranges = moving_ranges(z)
    if not ranges:
        return None, NO_RANGES
    if not any(ranges) and any(z):
        return None, NO_WIDTH
    return math.fsum(ranges) / len(ranges) / D2, ""


def _points(slots: Sequence[Slot[Counts]], phase: PPhase, improvement: str) -> list[dict[str, Any]]:
    shares = [None if s.payload is None else s.payload.numerator / s.payload.denominator for s in slots]
    if phase.mean is None or phase.sigma_z is None:
        return [{"value": share} for share in shares]
    mean, sigma_z = phase.mean, phase.sigma_z
    z = [_z(slot.payload, mean) for slot in slots]
    found = marks(shares, [standardised(score, 0.0, sigma_z) for score in z])
    result = []
    for slot, share, score, mark in zip(slots, shares, z, found, strict=True):
        record: dict[str, Any] = {"value": share, "z": score}
        if slot.payload is not None:
            half = 3 * sigma_z * _error(slot.payload, mean)
            record |= {"lower": max(0.0, mean - half), "upper": min(1.0, mean + half)}
            record |= {**vars(mark), "grade": mark.grade(improvement)}
        result.append(record)
    return result


def _error(counts: Counts, mean: float) -> float:
    return math.sqrt(mean * (1 - mean) / counts.denominator)


def _z(counts: Counts | None, mean: float) -> float | None:
    if counts is None:
        return None
    return standardised(counts.numerator / counts.denominator, mean, _error(counts, mean))


def _read(
    numerators: Sequence[Any], denominators: Sequence[Any], months: Sequence[Any], rebase_at: Sequence[Any]
) -> tuple[list[Slot[Counts]], list[str], dict[str, str], str]:
    read = [_counts(y, n) for y, n in zip(numerators, denominators, strict=True)]
    slots, notes, reason = calendar(months, [counts for counts, _ in read], rebase_at)
    faults: dict[str, str] = {}
    for month, (_, fault) in zip(months, read, strict=True):
        number = month_number(month)
        if fault and number is not None:
            faults[month_text(number)] = fault
    if not slots and faults and len(set(faults.values())) == 1:
        reason = f"{reason} ({next(iter(faults.values()))})"
    return slots, notes, faults, reason


def _counts(numerator: Any, denominator: Any) -> tuple[Counts | None, str]:
    y, n = number_or_none(numerator), number_or_none(denominator)
    if y is None or n is None:
        return None, "pembilang atau penyebut tidak ada"
    if n <= 0:
        return None, "penyebut nol" if n == 0 else "penyebut negatif"
    if y < 0:
        return None, "pembilang negatif"
    if y > n:
        return None, "pembilang melebihi penyebut"
    if y != int(y) or n != int(n):
        return None, "bukan bilangan bulat"
    return Counts(int(y), int(n)), ""


def _summed(slots: Sequence[Slot[Counts]]) -> tuple[int, int, int]:
    """Return months used, numerator and denominator."""
    used = [slot.payload for slot in slots if slot.payload is not None]
    return len(used), sum(c.numerator for c in used), sum(c.denominator for c in used)


def _shares(
    groups: Sequence[tuple[str, Sequence[Slot[Counts]], int]],
    level: float,
    improvement: str = "",
    centre: float | None = None,
) -> tuple[Share, ...]:
    """Return the shares of groups of months (label, months, months expected), with limits where a centre is given."""
    sums = [_summed(slots) for _, slots, _ in groups]
    y = np.array([numerator for _, numerator, _ in sums])
    n = np.array([max(denominator, 1) for _, _, denominator in sums])
    lower, upper = proportion_confint(y, n, alpha=1 - level, method="beta")
    low, high = (np.zeros(len(n)), np.ones(len(n)))
    if centre is not None:
        low, high = exact_limits(n, centre, PROPORTION, CONTROL_LEVEL)
    shares = []
    for i, (label, _, expected) in enumerate(groups):
        months, numerator, denominator = sums[i]
        if denominator == 0:
            shares.append(Share(label, 0, expected, 0, 0, reason="tidak ada bulan dengan nilai"))
            continue
        share = Share(
            label,
            months,
            expected,
            numerator,
            denominator,
            numerator / denominator,
            0.0 if numerator == 0 else float(lower[i]),
            1.0 if numerator == denominator else float(upper[i]),
        )
        shares.append(share if centre is None else _against(share, float(low[i]), float(high[i]), improvement))
    return tuple(shares)


def _against(share: Share, lower: float, upper: float, improvement: str) -> Share:
    value, slack = share.numerator / share.denominator, 1e-12
    mark = Mark(direction=(value > upper + slack) - (value < lower - slack))
    return replace(share, limit_lower=lower, limit_upper=upper, grade=mark.grade(improvement))
