"""Counts that jump: against the facility's own history, for all facilities at once, and registered participants."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from analysis.quality import Check, Outcome, Signal

Floats = NDArray[np.float64]
JUMPING = ("contacts", "referrals", "dm_registered", "ht_registered")
"""Counts whose jumps are looked for. The small ones (non-specialist referrals, controlled participants) move by chance
alone as much as a jump would; the control charts judge those."""
NORMAL_MAD = 1.4826
"""Factor that makes the median absolute deviation of normal values their standard deviation."""


class Wide(NamedTuple):
    """One count as a matrix: facilities by row, all months from the first to the last by column, nan where missing."""

    codes: list[str]
    months: pd.PeriodIndex
    values: Floats


def wide(table: pd.DataFrame, column: str) -> Wide:
    """Return a count of the facility-month table as a matrix; table holds at least one row."""
    months = pd.period_range(table["month"].min(), table["month"].max(), freq="M")
    rows, codes = pd.factorize(table["facility_code"], sort=True)
    values = np.full((len(codes), len(months)), np.nan)
    values[rows, table["month"].astype("int64") - months[0].ordinal] = table[column].to_numpy(float, na_value=np.nan)
    return Wide([str(code) for code in codes], months, values)


def jumps(table: pd.DataFrame, checks: Mapping[str, Check]) -> list[Outcome]:
    """Return the outcomes of 'lonjakan' and 'lonjakan_bersama'.

    table: facility-month rows. The logarithm of a count is freed of the facility's median and of what all facilities
    share in that month (median over facilities); then it is compared with the months before it by their median and MAD.
    The spread is never less than that of the typical facility, and chance of a count of that size (Poisson) is added.
    Reference: Leys et al. (2013), J Exp Soc Psychol 49:764-766 (median and MAD instead of mean and deviation).
    """
    own, common = checks["lonjakan"], checks["lonjakan_bersama"]
    alone: list[Signal] = []
    together: list[Signal] = []
    tested = months_tested = 0
    for column in JUMPING:
        counts = wide(table, column)
        log = np.log(counts.values + 0.5)
        level = _median(log, axis=1)[:, None]
        shared = _shared(log - level, own.whole("facilities"))
        found, judged = _own_jumps(column, counts, log - level - shared, level + shared, own)
        alone += found
        tested += judged
        found, judged = _common_jumps(column, counts, shared, common)
        together += found
        months_tested += judged
    return [Outcome("lonjakan", tested, alone), Outcome("lonjakan_bersama", months_tested, together)]


def _median(values: Floats, axis: int) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # all missing: the median is missing too
        return np.nanmedian(values, axis=axis)


def _shared(centred: Floats, least: int) -> Floats:
    """What all facilities share in each month: nothing where there are too few to tell, missing in a month of few."""
    present = np.isfinite(centred).sum(axis=0)
    if present.max(initial=0) < least:
        return np.zeros(centred.shape[1])
    return np.where(present >= least, _median(centred, axis=0), np.nan)


def _before(values: Floats, window: int, least: int) -> tuple[Floats, Floats]:
    """Median and MAD of the months before each one; missing where fewer than ``least`` of them are known."""
    padded = np.concatenate([np.full((len(values), window), np.nan), values], axis=1)[:, :-1]
    windows = sliding_window_view(padded, window, axis=1)
    enough = np.isfinite(windows).sum(axis=2) >= least
    centre = np.where(enough, _median(windows, axis=2), np.nan)
    return centre, np.where(enough, _median(np.abs(windows - centre[..., None]), axis=2), np.nan)


def _own_jumps(column: str, counts: Wide, residual: Floats, base: Floats, check: Check) -> tuple[list[Signal], int]:
    centre, mad = _before(residual, check.whole("window"), check.whole("least_months"))
    expected = np.exp(centre + base)
    typical = _median(mad, axis=0)
    spread = NORMAL_MAD * np.fmax(mad, typical)
    distance = residual - centre
    judged = np.isfinite(distance) & (expected >= check["least_count"])
    chance = np.sqrt(spread**2 + 1 / np.maximum(expected, 1))
    far = np.abs(distance) > check["spread"] * chance
    large = np.abs(counts.values / expected - 1) > check["change"] / 100
    flagged = np.where(judged & far & large, np.sign(distance), 0)
    signals = []
    for row, code in enumerate(counts.codes):
        for start, stop in _runs(flagged[row]):
            worst = start + int(np.argmax(np.abs(distance[row, start:stop])))
            signals.append(
                Signal(
                    "lonjakan", code, counts.months[start], counts.months[stop - 1], column,
                    observed=float(counts.values[row, worst]), expected=float(expected[row, worst]),
                    times=stop - start,
                )
            )  # fmt: skip
    return signals, int(judged.sum())


def _runs(flags: Floats) -> list[tuple[int, int]]:
    """Stretches of months with the same sign: (first, behind the last)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0.0], flags, [0.0]])))
    return [(int(a), int(b)) for a, b in pairwise(edges) if flags[a] != 0]


def _common_jumps(column: str, counts: Wide, shared: Floats, check: Check) -> tuple[list[Signal], int]:
    centre, _ = _before(shared[None, :], check.whole("window"), check.whole("least_months"))
    factor = np.exp(shared - centre[0])
    judged = np.isfinite(factor) & bool(np.any(shared))
    flagged = np.where(judged & (np.abs(factor - 1) > check["change"] / 100), np.sign(factor - 1), 0)
    signals = [
        Signal(
            "lonjakan_bersama", "", counts.months[start], counts.months[stop - 1], column,
            observed=float(factor[start:stop][np.argmax(np.abs(np.log(factor[start:stop])))]), expected=1.0,
            times=stop - start,
        )
        for start, stop in _runs(flagged)
    ]  # fmt: skip
    return signals, int(judged.sum())


def participants_jump(table: pd.DataFrame, check: Check) -> Outcome:
    """Return the outcome of 'peserta_melonjak': registered participants against the last month known before.

    table: facility-month rows. observed and expected: participants of the month and of the one before it.
    """
    counts = wide(table, "registered")
    signals, tested = [], 0
    for row, code in enumerate(counts.codes):
        known = np.flatnonzero(np.isfinite(counts.values[row]))
        for before, now in pairwise(known):
            old, new = counts.values[row, before], counts.values[row, now]
            if now - before > check.whole("gap") or old <= 0:
                continue
            tested += 1
            if abs(new - old) >= check["least_people"] and abs(new / old - 1) > check["change"] / 100:
                month = counts.months[now]
                signals.append(
                    Signal("peserta_melonjak", code, month, month, "registered", float(new), float(old),
                           times=int(now - before))
                )  # fmt: skip
    return Outcome("peserta_melonjak", tested, signals)
