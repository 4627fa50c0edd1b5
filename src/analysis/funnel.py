"""Facilities beside each other: funnel limits around the overall ratio, with and without overdispersion."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.spc import joined, number_or_none

PROPORTION, RATE = "proporsi", "laju"
LEVELS = (0.95, 0.998)
WINSOR = 0.1
"""Share of the z scores that is pulled in at each end."""
FEW_FACILITIES = 10
INSIDE, BETWEEN, BEYOND = "di dalam 95", "antara 95 dan 99,8", "di luar 99,8"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Limits:
    """Funnel limits at one denominator, in the unit of the ratio: 95 and 99,8 %."""

    lower95: float
    upper95: float
    lower998: float
    upper998: float

    def position(self, value: float) -> str:
        """'di dalam 95', 'antara 95 dan 99,8' or 'di luar 99,8'; a value on a limit lies inside it."""
        slack = 1e-9 * max(abs(value), abs(self.upper998))
        if value < self.lower998 - slack or value > self.upper998 + slack:
            return BEYOND
        return BETWEEN if value < self.lower95 - slack or value > self.upper95 + slack else INSIDE


@dataclass(frozen=True)
class FunnelPoint:
    """One facility.

    value: ratio times scale; None with a ``reason``.
    z: distance from the overall ratio in standard errors on the transformed scale.
    limits, position: without overdispersion; adjusted, position_adjusted: with it.
    side: 'di atas' or 'di bawah' the overall ratio; '' on it.
    """

    name: str
    numerator: float | None
    denominator: float | None
    value: float | None = None
    z: float | None = None
    limits: Limits | None = None
    position: str = ""
    adjusted: Limits | None = None
    position_adjusted: str = ""
    side: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Funnel:
    """A funnel plot; the points stand in the order in which the facilities were given: it is no ranking.

    overall: centre line, ratio of sums (or the given centre) times scale. n: facilities used.
    phi: dispersion of the winsorised z scores; about 1 or less when chance alone is at work.
    tau2: variance between facilities on the transformed scale (arcsine root of a share, root of a relative rate).
    spread: the same as an approximate standard deviation between facilities, unit of ``overall``.
    """

    kind: str
    scale: float
    overall: float | None = None
    n: int = 0
    phi: float | None = None
    tau2: float | None = None
    spread: float | None = None
    points: tuple[FunnelPoint, ...] = ()
    method: str = ""
    note: str = ""
    reason: str = ""


def funnel(
    numerators: Sequence[Any],
    denominators: Sequence[Any],
    names: Sequence[str] | None = None,
    kind: str = PROPORTION,
    *,
    scale: float = 1,
    centre: float | None = None,
    winsor: float = WINSOR,
    interpolate: bool = False,
) -> Funnel:
    """Return the funnel plot of facilities.

    numerators, denominators: one number per facility; whole counts for 'proporsi'.
    names: default 'FKTP 1', 'FKTP 2', ...
    kind: 'proporsi' (binomial; a numerator above its denominator gives a reason) or 'laju' (Poisson: contacts per
    registered person); default 'proporsi'.
    scale: 100 for percent, 1000 for per mille; default 1.
    centre: centre line in the unit of the result; default None, the ratio of sums of the facilities used.
    winsor: share of z scores pulled in at each end before phi; 0 to below 0.5; default 0.1.
    interpolate: interpolated instead of conservative exact limits, as in ``exact_limits``; default False.

    Facilities without usable numbers keep their place with a reason. One facility without a given centre gives a
    reason: it can only be compared with itself.
    Reference: Spiegelhalter (2005), Stat Med 24:1185-1202, doi 10.1002/sim.1970; Spiegelhalter (2005), Qual Saf Health
    Care 14:347-351 (overdispersion); Spiegelhalter et al. (2012), J R Stat Soc A 175:1-47 (transformations).
    """
    if kind not in {PROPORTION, RATE}:
        raise ValueError(f"kind must be '{PROPORTION}' or '{RATE}'")
    if not 0 <= winsor < 0.5:
        raise ValueError("winsor must lie between 0 and 0.5")
    labels = [f"FKTP {i + 1}" for i in range(len(numerators))] if names is None else [str(name) for name in names]
    points = [
        _read(name, y, n, kind) for name, y, n in zip(labels, numerators, denominators, strict=True)
    ]  # a length that does not fit raises ValueError
    used = [point for point in points if not point.reason]
    empty = Funnel(kind, scale, n=len(used), points=tuple(points), method=_method(kind, winsor, interpolate))
    left_out = f"{len(points) - len(used)} FKTP tanpa angka yang dapat dipakai" if len(used) < len(points) else ""
    if not used:
        return replace(empty, note=left_out, reason="tidak ada FKTP dengan angka yang dapat dipakai")
    y = np.array([point.numerator for point in used], dtype=np.float64)
    n = np.array([point.denominator for point in used], dtype=np.float64)
    ratio = float(y.sum() / n.sum()) if centre is None else centre / scale
    if len(used) == 1 and centre is None:
        return replace(empty, overall=ratio * scale, note=left_out, reason="hanya satu FKTP, tidak ada pembanding")
    if ratio < 0 or (kind == PROPORTION and ratio > 1):
        return replace(empty, note=left_out, reason="garis tengah di luar nilai yang mungkin")
    z = z_scores(y, n, ratio, kind)
    phi = dispersion(z, winsor)
    tau2 = between_variance(phi, standard_errors(n, ratio, kind)) if ratio > 0 else 0.0
    spread = 2 * math.sqrt(tau2) * (math.sqrt(ratio * (1 - ratio)) if kind == PROPORTION else ratio) * scale
    plain = limits_at(n, ratio, kind, scale=scale, interpolate=interpolate)
    wide = limits_at(n, ratio, kind, tau2=tau2, scale=scale, interpolate=interpolate)
    placed = iter(
        _placed(point, float(value) * scale, ratio * scale, float(score), pair)
        for point, value, score, pair in zip(used, y / n, z, zip(plain, wide, strict=True), strict=True)
    )
    return replace(
        empty,
        overall=ratio * scale,
        phi=phi,
        tau2=tau2,
        spread=spread,
        points=tuple(point if point.reason else next(placed) for point in points),
        note=joined([left_out, *_notes(len(used), ratio, tau2, kind)]),
    )


def limits_at(
    denominators: Sequence[float] | Floats,
    centre: float,
    kind: str = PROPORTION,
    *,
    tau2: float = 0.0,
    scale: float = 1,
    interpolate: bool = False,
) -> list[Limits]:
    """Return the 95 and 99,8 % funnel limits at each denominator, also for the curves of the figure.

    centre: share (0 to 1) or rate, without scale. kind, scale, interpolate: as in ``funnel``.
    tau2: variance between facilities on the transformed scale; default 0, exact limits. Above 0 the limits are the
    wider of the exact and the adjusted ones, so that adjustment never moves a facility outwards.
    """
    n = np.asarray(denominators, dtype=np.float64)
    columns = []
    for level in LEVELS:
        lower, upper = exact_limits(n, centre, kind, level, interpolate=interpolate)
        if tau2 > 0:
            wide_lower, wide_upper = adjusted_limits(n, centre, kind, level, tau2)
            lower, upper = np.minimum(lower, wide_lower), np.maximum(upper, wide_upper)
        columns += [lower * scale, upper * scale]
    return [Limits(*(float(number) for number in row)) for row in zip(*columns, strict=True)]


def exact_limits(
    denominators: Sequence[float] | Floats,
    centre: float,
    kind: str = PROPORTION,
    level: float = 0.95,
    *,
    interpolate: bool = False,
) -> tuple[Floats, Floats]:
    """Return lower and upper exact (binomial or Poisson) limits of a ratio at each denominator.

    centre: share (0 to 1) or rate. level: 0.95 or 0.998.
    interpolate: False (default): the quantiles r of the count, so that more extreme counts have at most probability
    (1 - level) / 2 on each side. True: (r - a) / n with a = (F(r) - p) / (F(r) - F(r - 1)), smoother, but a count on
    the quantile then lies outside although its tail is larger than p.
    Reference: Spiegelhalter (2005), Stat Med 24:1185-1202, appendix A.1 (the interpolation).
    """
    n = np.asarray(denominators, dtype=np.float64)
    tails = ((1 - level) / 2, (1 + level) / 2)
    lower, upper = (_quantile(n, centre, kind, p, interpolate) for p in tails)
    return lower / n, upper / n


def adjusted_limits(
    denominators: Sequence[float] | Floats, centre: float, kind: str, level: float, tau2: float
) -> tuple[Floats, Floats]:
    """Return lower and upper limits with the variance tau2 between facilities added to that within them.

    Normal limits on the transformed scale, transformed back: arcsine root for a share, root of observed to expected
    for a rate.
    Reference: Spiegelhalter et al. (2012), J R Stat Soc A 175:1-47.
    """
    n = np.asarray(denominators, dtype=np.float64)
    half = float(stats.norm.ppf((1 + level) / 2)) * np.sqrt(standard_errors(n, centre, kind) ** 2 + tau2)
    if kind == PROPORTION:
        angle = math.asin(math.sqrt(centre))
        low, high = np.maximum(angle - half, 0), np.minimum(angle + half, math.pi / 2)
        return np.sin(low) ** 2, np.sin(high) ** 2
    return centre * np.maximum(1 - half, 0) ** 2, centre * (1 + half) ** 2


def z_scores(
    numerators: Sequence[float] | Floats, denominators: Sequence[float] | Floats, centre: float, kind: str = PROPORTION
) -> Floats:
    """Return each facility's distance from the centre in standard errors on the transformed scale.

    centre: share or rate. A share: 2 sqrt(n) (asin sqrt(y/n) - asin sqrt(centre)); a rate: 2 (sqrt(y) -
    sqrt(n centre)).
    """
    y, n = np.asarray(numerators, dtype=np.float64), np.asarray(denominators, dtype=np.float64)
    if kind == PROPORTION:
        z: Floats = 2 * np.sqrt(n) * (np.arcsin(np.sqrt(y / n)) - math.asin(math.sqrt(centre)))
        return z
    root: Floats = 2 * (np.sqrt(y) - np.sqrt(n * centre))
    return root


def standard_errors(denominators: Sequence[float] | Floats, centre: float, kind: str = PROPORTION) -> Floats:
    """Return the standard errors on the transformed scale: 1 / (2 sqrt(n)), for a rate 1 / (2 sqrt(n centre))."""
    n = np.asarray(denominators, dtype=np.float64)
    errors: Floats = 1 / (2 * np.sqrt(n if kind == PROPORTION else n * centre))
    return errors


def winsorised(z: Sequence[float] | Floats, share: float = WINSOR) -> Floats:
    """Return z scores with the lowest and the highest ``share`` set to the quantiles at ``share`` and 1 - ``share``.

    Quantiles as R's default (type 7).
    """
    scores = np.asarray(z, dtype=np.float64)
    return np.clip(scores, np.quantile(scores, share), np.quantile(scores, 1 - share))


def dispersion(z: Sequence[float] | Floats, share: float = WINSOR) -> float:
    """Return phi, the mean square of the winsorised z scores; about 1 where chance alone is at work and share is 0.

    Winsorising lowers phi, so that at chance alone it lies below 1 (cautious against claiming overdispersion).
    """
    return float(np.mean(winsorised(z, share) ** 2))


def between_variance(phi: float, errors: Sequence[float] | Floats) -> float:
    """Return tau2, the variance between facilities by the method of moments; 0 where I phi is not above I - 1.

    errors: standard errors within the I facilities. tau2 = (I phi - (I - 1)) / (sum w - sum w^2 / sum w), w = 1/s^2.
    Reference: DerSimonian and Laird (1986), Control Clin Trials 7:177-188; Spiegelhalter et al. (2012).
    """
    w = 1 / np.asarray(errors, dtype=np.float64) ** 2
    count = len(w)
    if count < 2 or count * phi <= count - 1:
        return 0.0
    return float((count * phi - (count - 1)) / (w.sum() - (w**2).sum() / w.sum()))


def _quantile(n: Floats, centre: float, kind: str, p: float, interpolate: bool) -> Floats:
    law, arguments = (stats.binom, (n, centre)) if kind == PROPORTION else (stats.poisson, (n * centre,))
    r: Floats = np.maximum(np.asarray(law.ppf(p, *arguments), dtype=np.float64), 0)
    if not interpolate:
        return r
    above, below = np.asarray(law.cdf(r, *arguments)), np.asarray(law.cdf(r - 1, *arguments))
    share = np.divide(above - p, above - below, out=np.zeros_like(r), where=above > below)
    between: Floats = np.clip(r - share, 0, n if kind == PROPORTION else np.inf)
    return between


def _read(name: str, numerator: Any, denominator: Any, kind: str) -> FunnelPoint:
    y, n = number_or_none(numerator), number_or_none(denominator)
    point = FunnelPoint(name, y, n)
    if y is None or n is None:
        return replace(point, reason="pembilang atau penyebut tidak ada")
    if n <= 0:
        return replace(point, reason="penyebut nol" if n == 0 else "penyebut negatif")
    if y < 0:
        return replace(point, reason="pembilang negatif")
    if kind == PROPORTION and y > n:
        return replace(point, reason="pembilang melebihi penyebut")
    if y != int(y) or (kind == PROPORTION and n != int(n)):
        return replace(point, reason="bukan bilangan bulat")
    return point


def _placed(point: FunnelPoint, value: float, overall: float, z: float, funnels: tuple[Limits, Limits]) -> FunnelPoint:
    limits, adjusted = funnels
    distance = value - overall
    side = "" if abs(distance) <= 1e-12 * abs(value) else ("di atas" if distance > 0 else "di bawah")
    return replace(
        point,
        value=value,
        z=z,
        limits=limits,
        position=limits.position(value),
        adjusted=adjusted,
        position_adjusted=adjusted.position(value),
        side=side,
    )


def _notes(n: int, centre: float, tau2: float, kind: str) -> list[str]:
    notes = []
    if centre == 0 or (kind == PROPORTION and centre == 1):
        notes.append("semua nol" if centre == 0 else "semua penuh")
    if n < FEW_FACILITIES:
        notes.append(f"hanya {n} FKTP: keragaman antar-FKTP tidak teliti")
    if tau2 > 0:
        notes.append("keragaman antar-FKTP melebihi kebetulan: bacalah posisi dengan penyesuaian")
    return notes


def _method(kind: str, winsor: float, interpolate: bool) -> str:
    law = "binomial" if kind == PROPORTION else "Poisson"
    how = "diinterpolasi" if interpolate else "konservatif"
    share = f"{winsor * 100:g}".replace(".", ",")
    return f"diagram corong, batas {law} eksak {how} 95 dan 99,8 %; φ diwinsorkan {share} % tiap ujung, τ² aditif"
