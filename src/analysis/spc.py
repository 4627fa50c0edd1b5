"""Monthly chart (XmR) as in NHS "Making Data Count": natural limits, special-cause marks, assurance of the target."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Generic, TypeVar

OUTSIDE = "di luar batas"
TREND = "tren"
TWO_OF_THREE = "dua dari tiga"
ONE_SIDE = "satu sisi"
PRECEDENCE = (OUTSIDE, TREND, TWO_OF_THREE, ONE_SIDE)
"""Order in which one rule names a point that several rules hit; the order of NHSRplotthedots 0.2.2."""
BETTER, WORSE, COMMON = "perbaikan", "penurunan mutu", "biasa"
ALWAYS, NEVER, SOMETIMES = "selalu tercapai", "tidak pernah tercapai", "kadang tercapai"
RUN_LENGTH = 7
"""Points in a row on one side of the mean, and points of a trend (six rises or six falls)."""
LIMIT_FACTOR = 2.66
"""Half width of the natural limits in mean moving ranges: 3 / d2, d2 = 1.128 for ranges of two."""
SCREEN_FACTOR = 3.267
"""Upper limit of a moving range in mean moving ranges (D4 for ranges of two)."""
TRIAL_BELOW = 12
"""Limits from fewer points are trial limits."""
LEAST_POINTS = 3
NO_RANGES = "tidak ada dua bulan berurutan, sehingga rentang bergerak tidak ada"
NO_WIDTH = "nilai berubah hanya di seberang bulan yang hilang, sehingga rentang bergerak tidak mengukur keragaman"
_TOLERANCE = 1e-12

Payload = TypeVar("Payload")


@dataclass(frozen=True)
class Slot(Generic[Payload]):
    """One month of a series without gaps.

    number: year x 12 + month - 1; phase: 0, 1, ... counted by the declared events; payload: None in a missing month.
    """

    number: int
    phase: int
    payload: Payload | None

    @property
    def month(self) -> str:
        """'2025-03'."""
        return month_text(self.number)


@dataclass(frozen=True)
class Mark:
    """What the rules say of one point.

    rules: every rule that the point is part of, in the order of precedence.
    rule: the first of them, '' when there is none.
    direction: 1 upwards (high or rising), -1 downwards, 0 none; that of ``rule``.
    """

    rules: tuple[str, ...] = ()
    rule: str = ""
    direction: int = 0

    def grade(self, improvement: str) -> str:
        """'perbaikan', 'penurunan mutu' or 'biasa' where ``improvement`` is 'up' or 'down'."""
        if self.direction == 0:
            return COMMON
        return BETTER if (self.direction > 0) == (improvement == "up") else WORSE


@dataclass(frozen=True, kw_only=True)
class Centre:
    """What charts of every kind know of the months between two declared events.

    start, end: first and last month, '2025-03'. n: months with a value. mean: centre, unit of the values.
    trial: True when fewer than 12 values are behind the limits. reason: why there are no limits; '' when there are.
    """

    start: str
    end: str
    n: int
    mean: float | None = None
    trial: bool = True
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Phase(Centre):
    """Natural limits of the months between two declared events.

    lower, upper: natural limits, unit of the values; None, as the mean, where there are none.
    mean_range: mean moving range behind the limits; ranges: how many; screened: how many were left out as too large.
    baseline: number of values behind mean and limits; baseline_end: month of the last of them.
    """

    lower: float | None = None
    upper: float | None = None
    mean_range: float | None = None
    ranges: int = 0
    screened: int = 0
    baseline: int = 0
    baseline_end: str = ""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One month of a chart.

    value: None in a missing month, then ``reason``. phase: number of its phase, from 0.
    rules, rule, direction: as in ``Mark``. grade: 'perbaikan', 'penurunan mutu', 'biasa'; '' without value or limits.
    """

    month: str
    value: float | None
    phase: int
    rules: tuple[str, ...] = ()
    rule: str = ""
    direction: int = 0
    grade: str = ""
    reason: str = ""


PhaseT = TypeVar("PhaseT", bound=Centre)
PointT = TypeVar("PointT", bound=Point)


@dataclass(frozen=True, kw_only=True)
class Charted(Generic[PhaseT, PointT]):
    """What a chart of any kind tells.

    improvement: 'up' or 'down'. mean, trial: those of the last phase.
    points: every month from the first to the last one, missing months included. phases: in order of time.
    method, note: Indonesian. reason: why the last phase has no limits; '' when it has.
    """

    improvement: str
    mean: float | None = None
    trial: bool = True
    points: tuple[PointT, ...] = ()
    phases: tuple[PhaseT, ...] = ()
    method: str = ""
    note: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Chart(Charted[Phase, Point]):
    """An XmR chart.

    target: unit of the values, or None. lower, upper: those of the last phase; baseline: its first and last month
    behind the limits. assurance: 'selalu tercapai', 'tidak pernah tercapai', 'kadang tercapai'; '' without target or
    limits.
    """

    target: float | None = None
    lower: float | None = None
    upper: float | None = None
    baseline: tuple[str, str] = ("", "")
    assurance: str = ""


def xmr(
    values: Sequence[Any],
    months: Sequence[Any],
    improvement: str,
    target: float | None = None,
    rebase_at: Sequence[Any] = (),
    *,
    baseline: int | None = None,
    screen: bool = False,
    equal_is_reached: bool = True,
    precedence: Sequence[str] = PRECEDENCE,
) -> Chart:
    """Return the XmR chart of a monthly series.

    values: one number per month, any unit; None or NaN in a month without a value.
    months: '2025-03', a date or a pandas Period each, in any order; months that are not given are missing.
    improvement: 'up' when more is better, 'down' when less is better.
    target: unit of the values; default None.
    rebase_at: months of declared events; each starts a phase with its own limits; default none.
    baseline: number of first values of each phase that set its limits; default None, all values.
    screen: leave moving ranges above 3.267 mean moving ranges out of the limits; default False: it narrows the limits
        and doubles the false alarms of a dozen quiet months.
    equal_is_reached: a value equal to the target reaches it; default True.
    precedence: order in which one rule names a point; default that of NHSRplotthedots.

    A missing month breaks runs, trends and moving ranges. Fewer than three values or no two months in a row give a
    reason instead of limits.
    Reference: NHS England, Making Data Count; NHSRplotthedots 0.2.2 (which screens by default); Nelson (1982), J
    Qual Technol 14:172-173 (the screening of moving ranges); Wheeler (2000), Understanding Variation (the factor 2.66).
    """
    check_arguments(improvement, values, months)
    numbers = [number_or_none(value) for value in values]
    target = number_or_none(target)
    slots, notes, reason = calendar(months, numbers, rebase_at)
    if not slots:
        return Chart(improvement=improvement, target=target, method=_method(screen), note=joined(notes), reason=reason)
    phases, points = [], []
    for own in by_phase(slots):
        limits = natural_limits(own, baseline=baseline, screen=screen)
        phases.append(limits)
        points.extend(_points(own, limits, improvement, precedence))
    last = phases[-1]
    notes += _notes(points, phases)
    return Chart(
        improvement=improvement,
        target=target,
        mean=last.mean,
        lower=last.lower,
        upper=last.upper,
        trial=last.trial,
        baseline=(last.start, last.baseline_end) if last.mean is not None else ("", ""),
        assurance=assurance(last.lower, last.upper, target, improvement, equal_is_reached=equal_is_reached),
        points=tuple(points),
        phases=tuple(phases),
        method=_method(screen),
        note=joined(notes),
        reason=last.reason,
    )


def natural_limits(slots: Sequence[Slot[float]], *, baseline: int | None = None, screen: bool = False) -> Phase:
    """Return mean and natural limits, mean -/+ 2.66 mean moving range, of the months of one phase.

    slots: months without gaps. baseline: number of first values that set the limits; default None, all.
    screen: leave out moving ranges above 3.267 times their mean, once, and average the rest; default False. Where the
    rest is only zeros nothing is left out: limits without width would mark every month.
    """
    filled = [slot for slot in slots if slot.payload is not None]
    none = Phase(start=slots[0].month, end=slots[-1].month, n=len(filled))
    used = filled if baseline is None else filled[: max(baseline, 0)]
    if len(used) < LEAST_POINTS:
        return replace(none, reason=too_few(len(used)))
    ranges = moving_ranges([s.payload for s in slots if s.number <= used[-1].number])
    if not ranges:
        return replace(none, reason=NO_RANGES)
    kept = screened_ranges(ranges) if screen else ranges
    mean_range = math.fsum(kept) / len(kept)
    if mean_range == 0 and len({slot.payload for slot in used}) > 1:
        return replace(none, reason=NO_WIDTH)
    mean = math.fsum(s.payload for s in used if s.payload is not None) / len(used)
    half = LIMIT_FACTOR * mean_range
    return replace(
        none,
        mean=mean,
        lower=mean - half,
        upper=mean + half,
        mean_range=mean_range,
        ranges=len(kept),
        screened=len(ranges) - len(kept),
        baseline=len(used),
        baseline_end=used[-1].month,
        trial=len(used) < TRIAL_BELOW,
    )


def too_few(months: int) -> str:
    """Return the reason why so few months have no limits."""
    return f"batas memerlukan sekurang-kurangnya {LEAST_POINTS} bulan, tersedia {months}"


def moving_ranges(values: Sequence[float | None]) -> list[float]:
    """Return the absolute differences of neighbouring values; none across a missing one (None)."""
    return [abs(after - before) for before, after in pairwise(values) if before is not None and after is not None]


def screened_ranges(ranges: Sequence[float]) -> list[float]:
    """Return the moving ranges not above 3.267 times their mean; all of them where the rest is only zeros.

    Reference: Nelson (1982), J Qual Technol 14:172-173; one pass, not repeated.
    """
    limit = SCREEN_FACTOR * math.fsum(ranges) / len(ranges)
    kept = [r for r in ranges if r <= limit * (1 + _TOLERANCE)]
    return kept if any(kept) else list(ranges)


def outside_limits(z: Sequence[float | None]) -> list[int]:
    """Return 1 above the upper limit, -1 below the lower one, else 0.

    z: values as distances from the mean in sigma (a third of the half width of the limits); None in missing months.
    """
    return [0 if s is None or abs(s) <= 3 * (1 + _TOLERANCE) else _sign(s) for s in z]


def one_side(z: Sequence[float | None]) -> list[int]:
    """Return 1 (above) or -1 (below) for every point of seven or more in a row on one side of the mean, else 0.

    A point on the mean and a missing month end the row.
    """
    return _in_rows([0 if s is None else _sign(s) for s in z], RUN_LENGTH)


def trend(values: Sequence[float | None]) -> list[int]:
    """Return 1 (rising) or -1 (falling) for every point of a trend of seven or more points, else 0.

    Seven points are six rises or six falls in a row; equal neighbours and a missing month end it. A turning point of
    two trends belongs to the later one; the last point of a rise stays rising where a second rise begins after it.
    """
    steps = [0 if before is None or after is None else _step(before, after) for before, after in pairwise(values)]
    result = [0] * len(values)
    for i, direction in enumerate(_in_rows(steps, RUN_LENGTH - 1)):
        if direction:
            result[i] = result[i + 1] = direction
    return result


def two_of_three(z: Sequence[float | None]) -> list[int]:
    """Return 1 or -1 for points between two and three sigma where two of three in a row lie so, all three on one side.

    The third point may lie anywhere on the same side of the mean; only the points beyond two sigma are marked, and a
    point outside the limits does not count, as in NHSRplotthedots (Western Electric and Nelson count it, and let the
    third point lie on the other side).
    """
    result = [0] * len(z)
    for i in range(len(z) - 2):
        window = [s for s in z[i : i + 3] if s is not None]
        sides = {_sign(s) for s in window}
        if len(window) < 3 or sides not in ({1}, {-1}):
            continue
        near = [i + j for j, s in enumerate(window) if _is_near(s)]
        if len(near) >= 2:
            for j in near:
                result[j] = _sign(window[0])
    return result


def marks(
    values: Sequence[float | None], z: Sequence[float | None], precedence: Sequence[str] = PRECEDENCE
) -> list[Mark]:
    """Return the mark of every point.

    values: the plotted numbers (for trends); z: their distances from the mean in sigma; None in missing months.
    precedence: names of the four rules, the one that names a point first; default that of NHSRplotthedots.
    """
    found = {
        OUTSIDE: outside_limits(z),
        TREND: trend(values),
        TWO_OF_THREE: two_of_three(z),
        ONE_SIDE: one_side(z),
    }
    if set(precedence) != set(found):
        raise ValueError(f"precedence must hold each of {sorted(found)} once")
    result = []
    for i in range(len(values)):
        rules = tuple(rule for rule in precedence if found[rule][i])
        result.append(Mark(rules, rules[0], found[rules[0]][i]) if rules else Mark())
    return result


def assurance(
    lower: float | None,
    upper: float | None,
    target: float | None,
    improvement: str,
    *,
    equal_is_reached: bool = True,
) -> str:
    """Return 'selalu tercapai', 'tidak pernah tercapai' or 'kadang tercapai'; '' without limits or target.

    lower, upper, target: natural limits and target in one unit. improvement: 'up' or 'down'.
    equal_is_reached: a value equal to the target reaches it; default True.
    What is said holds as long as the process stays as it is.
    """
    if lower is None or upper is None or target is None:
        return ""
    worst, best, goal = (lower, upper, target) if improvement == "up" else (-upper, -lower, -target)
    if goal < worst or (goal == worst and equal_is_reached):
        return ALWAYS
    if goal > best or (goal == best and not equal_is_reached):
        return NEVER
    return SOMETIMES


def calendar(
    months: Sequence[Any], payloads: Sequence[Payload | None], rebase_at: Sequence[Any] = ()
) -> tuple[list[Slot[Payload]], list[str], str]:
    """Return every month from the first to the last one in order of time, notes, and the reason when there are none.

    months, rebase_at: as in ``xmr``. payloads: what is known of each month; None where it is missing.
    """
    notes: list[str] = []
    numbers = [month_number(month) for month in months]
    if any(number is None for number in numbers):
        unread = [str(month) for month, number in zip(months, numbers, strict=True) if number is None]
        return [], notes, f"bulan tidak terbaca: {', '.join(unread)}"
    known = [number for number in numbers if number is not None]
    twice = sorted({number for number in known if known.count(number) > 1}) if len(set(known)) < len(known) else []
    if twice:
        return [], notes, f"bulan lebih dari satu kali: {', '.join(month_text(n) for n in twice)}"
    by_month = dict(zip(known, payloads, strict=True))
    if all(payload is None for payload in payloads):
        return [], notes, "tidak ada bulan dengan nilai"
    if known != sorted(known):
        notes.append("bulan diurutkan menurut waktu")
    events = []
    for event in rebase_at:
        number = month_number(event)
        if number is None or not min(known) < number <= max(known):
            notes.append(f"peristiwa {event} di luar rangkaian bulan, tidak dipakai")
        else:
            events.append(number)
    slots = [
        Slot(number, sum(event <= number for event in set(events)), by_month.get(number))
        for number in range(min(known), max(known) + 1)
    ]
    missing = [slot.month for slot in slots if slot.payload is None]
    if missing:
        notes.append(f"bulan tanpa nilai memutus deret dan rentang bergerak: {', '.join(missing)}")
    return slots, notes, ""


def by_phase(slots: Sequence[Slot[Payload]]) -> list[list[Slot[Payload]]]:
    """Return the months of each phase, in order of time."""
    return [[slot for slot in slots if slot.phase == phase] for phase in sorted({slot.phase for slot in slots})]


def month_number(month: Any) -> int | None:
    """Return year x 12 + month - 1 of '2025-03', '2025-03-01', a date or a pandas Period; None when unreadable."""
    year: Any
    number: Any
    if isinstance(month, str):
        found = re.fullmatch(r"\s*(\d{4})-(\d{1,2})(?:-\d{1,2})?\s*", month)
        year, number = (int(found[1]), int(found[2])) if found else (0, 0)
    else:
        year, number = getattr(month, "year", None), getattr(month, "month", None)
    if not isinstance(year, int) or not isinstance(number, int) or year < 1 or not 1 <= number <= 12:
        return None
    return year * 12 + number - 1


def month_text(number: int) -> str:
    """Return '2025-03' of year x 12 + month - 1."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def number_or_none(value: Any) -> float | None:
    """Return a finite float, or None for None, NaN, infinity and what is no number."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def standardised(value: float | None, mean: float, sigma: float) -> float | None:
    """Return (value - mean) / sigma; 0 for rounding errors, infinite where sigma is 0 and the value is not the mean."""
    if value is None:
        return None
    distance = value - mean
    if abs(distance) <= _TOLERANCE * max(abs(value), abs(mean)):
        return 0.0
    return distance / sigma if sigma > 0 else math.copysign(math.inf, distance)


def check_arguments(improvement: str, *series: Sequence[Any]) -> None:
    """Raise ValueError for a direction other than 'up' and 'down' or series of different lengths."""
    if improvement not in {"up", "down"}:
        raise ValueError("improvement must be 'up' or 'down'")
    if len({len(one) for one in series}) > 1:
        raise ValueError("the series must have one entry for each month")


def joined(notes: Sequence[str]) -> str:
    """Return notes as one text."""
    return "; ".join(note for note in notes if note)


def _points(slots: Sequence[Slot[float]], limits: Phase, improvement: str, precedence: Sequence[str]) -> list[Point]:
    values = [slot.payload for slot in slots]
    if limits.mean is None or limits.upper is None:
        found = [Mark()] * len(values)
    else:
        z = [standardised(value, limits.mean, (limits.upper - limits.mean) / 3) for value in values]
        found = marks(values, z, precedence)
    points = []
    for slot, mark in zip(slots, found, strict=True):
        reason = "tidak ada nilai" if slot.payload is None else ""
        grade = "" if reason or limits.mean is None else mark.grade(improvement)
        told = {**vars(mark), "grade": grade, "reason": reason}
        points.append(Point(month=slot.month, value=slot.payload, phase=slot.phase, **told))
    return points


def _notes(points: Sequence[Point], phases: Sequence[Phase]) -> list[str]:
    last = phases[-1]
    notes = trial_notes(last, last.baseline)
    screened = sum(phase.screened for phase in phases)
    if screened:
        notes.append(f"{screened} rentang bergerak yang terlalu besar tidak dipakai untuk batas")
    if last.mean_range == 0:
        notes.append("nilai tidak berubah: batas sama dengan rata-rata")
    notes += phase_notes(phases)
    if any(len(point.rules) > 1 for point in points):
        notes.append("titik yang memenuhi beberapa aturan diberi nama menurut urutan aturan")
    return notes


def trial_notes(last: Centre, months: int) -> list[str]:
    """Return the note on trial limits, if the last phase has such. months: number of values behind the limits."""
    trial = not last.reason and last.trial
    return [f"batas sementara: baru {months} bulan, di bawah {TRIAL_BELOW}"] if trial else []


def phase_notes(phases: Sequence[Centre]) -> list[str]:
    """Return notes on limits that begin anew, and on the phases before the last one that have none."""
    notes = [f"batas dihitung ulang mulai {', '.join(p.start for p in phases[1:])}"] if len(phases) > 1 else []
    return notes + [f"{phase.start} sampai {phase.end}: {phase.reason}" for phase in phases[:-1] if phase.reason]


def _method(screen: bool) -> str:
    screening = "; rentang di atas 3,267 kali rata-ratanya tidak dipakai" if screen else ""
    return f"diagram XmR, rata-rata ± 2,66 kali rata-rata rentang bergerak{screening}"


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _step(before: float, after: float) -> int:
    return 0 if abs(after - before) <= _TOLERANCE * max(abs(before), abs(after)) else _sign(after - before)


def _is_near(z: float) -> bool:
    return 2 * (1 + _TOLERANCE) < abs(z) <= 3 * (1 + _TOLERANCE)


def _in_rows(signs: Sequence[int], least: int) -> list[int]:
    result = [0] * len(signs)
    start = 0
    for i in range(1, len(signs) + 1):
        if i == len(signs) or signs[i] != signs[start]:
            if signs[start] and i - start >= least:
                result[start:i] = signs[start:i]
            start = i
    return result
