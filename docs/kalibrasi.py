"""Check by calculation and simulation that every method does what it promises, and write kalibrasi.md.

Run it after a change of a statistical method; it takes about ten minutes on two processors::

    .venv/bin/python docs/kalibrasi.py
    .venv/bin/python docs/kalibrasi.py --quick --output FILE    a few draws each: whether everything runs

Seeds are fixed: the same program gives the same document, on any number of processors. Where the counts are few, all
of them are gone through (exact); elsewhere draws are made, and every share is followed by its standard error. Grids are
those of a district's data and are not chosen by the outcome.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import sys
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray
from scipy import stats

from analysis import __version__, figure_style, spc, spc_p
from analysis.adjustment import holm
from analysis.clustered import gee_change, ratio_change_factor
from analysis.contract import facility_months
from analysis.district import District
from analysis.estimates import Estimate, change_of_ratio, clopper_pearson, rate, ratio_of_sums, wilson
from analysis.event_effects import difference_in_differences, interrupted_series
from analysis.facility_changes import (
    FacilityChanges,
    FacilityCounts,
    FacilityParts,
    facility_dispersions,
    mean_share_changes,
    rate_changes,
    share_changes,
)
from analysis.formats import number
from analysis.funnel import BETWEEN, BEYOND, funnel
from analysis.independent import independent_interval
from analysis.indicators import load_indicators
from analysis.paired import change_of_values, mcnemar_exact, mcnemar_mid_p, paired_share_change, tango_share_change
from analysis.periods import parse_period
from analysis.periods_many import compare_periods
from analysis.results_chart import chart_tables
from analysis.results_comparison import comparison_tables
from analysis.results_compute import group_of
from analysis.results_event import event_tables
from analysis.results_indicators import district_changes, facility_indicators
from analysis.results_parts import Scope, by_facility
from analysis.results_shares import adjust_for_number, target_shares
from analysis.rules import load_rules, rule_for
from analysis.shares_mean import mean_of_shares, mean_of_shares_change, repeated_counts_dispersion
from analysis.simulate import FOLDER, PUSKESMAS_FILE, true_table
from analysis.workspace import PROJECT

DOCUMENT = PROJECT / "docs" / "kalibrasi.md"
PICTURE = PROJECT / "docs" / "gambar" / "kalibrasi-cakupan.svg"
REFERENCE = PROJECT / "data" / "reference"
SEED = 610_320_212
LEVELS = (0.95, 0.998)
LOWEST, HIGHEST = 0.94, 0.97
"""Goal of the coverage of an interval of 95 %; of an exact one, its level is the least."""
NEGLIGIBLE = 1e-9
"""Probability of tables that are left out where all of them are gone through."""
ALPHA = 0.05
Floats = NDArray[np.float64]
Values = Mapping[str, Any]
Key = tuple[str, str]


# What is added up -------------------------------------------------------------------------------------------------


@dataclass
class Sum:
    """Shares added up over draws: of: how many; missing: draws without an interval; exact: no draws, all tables."""

    total: float = 0.0
    squares: float = 0.0
    of: int = 0
    missing: int = 0
    exact: bool = False

    def add(self, value: float | None) -> None:
        """Add one draw, 0 to 1; None where there was nothing to see."""
        if value is None:
            self.missing += 1
            return
        self.total += value
        self.squares += value * value
        self.of += 1

    def merge(self, other: Sum) -> None:
        """Add the draws of another sum."""
        self.total += other.total
        self.squares += other.squares
        self.of += other.of
        self.missing += other.missing
        self.exact |= other.exact

    @property
    def share(self) -> float:
        """Mean of the draws."""
        return self.total / self.of if self.of else math.nan

    @property
    def error(self) -> float:
        """Standard error of the mean; 0 where it is exact."""
        if self.exact or not self.of:
            return 0.0
        return math.sqrt(max(0.0, self.squares / self.of - self.share**2) / self.of)


Tally = defaultdict[Key, Sum]


def new_tally() -> Tally:
    """Return an empty tally: sums by (row, column)."""
    return defaultdict(Sum)


@dataclass(frozen=True)
class Cell:
    """One setting of a task. label: as the reader sees it; cells of one label are added up."""

    label: str
    values: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """Something that is checked.

    section: of the document. title: of its table. run: (generator, values of the cell, number of draws) → tally.
    draws: per cell; 0 where all tables are gone through. note: below the table, Indonesian.
    """

    section: str
    title: str
    cells: tuple[Cell, ...]
    run: Callable[[np.random.Generator, Values, int], Tally]
    draws: int = 0
    note: str = ""


def percent(value: float, decimals: int = 0) -> str:
    """Return a share as percent, '2 %'."""
    return f"{number(100 * value, decimals)} %"


def level_name(level: float) -> str:
    """Return '95 %' or '99,8 %'."""
    return percent(level, 0 if level == 0.95 else 1)


def covers(estimate: Estimate | tuple[float, float], truth: float) -> float | None:
    """Whether an interval holds the truth; None without an interval."""
    lower, upper = estimate if isinstance(estimate, tuple) else (estimate.lower, estimate.upper)
    if lower is None or upper is None:
        return None
    return float(lower <= truth <= upper)


def exactly(tally: Tally, key: Key, parts: Iterable[tuple[float, float | None]]) -> None:
    """Set a sum from (probability, value) of all tables."""
    known = [(p, v) for p, v in parts if v is not None]
    mass = sum(p for p, _ in known)
    tally[key] = Sum(sum(p * v for p, v in known) / mass if mass else math.nan, 0.0, 1, exact=True)


def likely(distribution: Any) -> list[tuple[int, float]]:
    """Return the counts of a discrete distribution with their probabilities, but for a negligible rest."""
    low, high = int(distribution.ppf(NEGLIGIBLE)), int(distribution.isf(NEGLIGIBLE))
    counts = np.arange(max(low, 0), high + 1)
    return list(zip(counts.tolist(), distribution.pmf(counts).tolist(), strict=True))


# Coverage ---------------------------------------------------------------------------------------------------------

COVERAGE = "cakupan"
WILSON, CLOPPER = "Wilson", "Clopper–Pearson (eksak)"
POISSON = "laju Poisson (Garwood, Byar)"
EXACT_ROWS = (CLOPPER, POISSON)


def of_proportion(_: np.random.Generator, values: Values, __: int) -> Tally:
    """Coverage of both intervals of a proportion p from n trials, over all counts."""
    tally, p, n = new_tally(), values["p"], values["n"]
    for level, (name, interval) in product(LEVELS, ((WILSON, wilson), (CLOPPER, clopper_pearson))):
        parts = ((mass, covers(interval(k, n, level), p)) for k, mass in likely(stats.binom(n, p)))
        exactly(tally, (name, level_name(level)), parts)
    return tally


def of_rate(_: np.random.Generator, values: Values, __: int) -> Tally:
    """Coverage of the interval of a rate with a given expected number of events, over all counts."""
    tally, mean = new_tally(), values["mean"]
    for level in LEVELS:
        parts = ((mass, covers(rate(k, mean, 1, level), 1.0)) for k, mass in likely(stats.poisson(mean)))
        exactly(tally, (POISSON, level_name(level)), parts)
    return tally


def of_independent(_: np.random.Generator, values: Values, __: int) -> Tally:
    """Coverage of Newcombe's interval of two independent proportions, over all pairs of counts."""
    tally, (p, n), (q, m) = new_tally(), values["before"], values["after"]
    first, second = likely(stats.binom(n, p)), likely(stats.binom(m, q))
    for level in LEVELS:
        parts = [
            (a * b, covers(independent_interval(j, n, k, m, level), q - p)) for (j, a), (k, b) in product(first, second)
        ]
        exactly(tally, ("Newcombe, dua kelompok berbeda", level_name(level)), parts)
    return tally


@lru_cache(maxsize=100_000)
def _paired(cells: tuple[int, int, int, int], level: float) -> tuple[tuple[float, float], tuple[float, float]]:
    newcombe, tango = paired_share_change(*cells, level), tango_share_change(*cells, level)
    return (newcombe.lower or 0.0, newcombe.upper or 0.0), (tango.lower or 0.0, tango.upper or 0.0)


def four_cells(n: int, shares: Sequence[float]) -> Iterator[tuple[tuple[int, int, int, int], float]]:
    """Give every table of n facilities (both, rose, fell, neither) with its probability, but for the rarest."""
    law = stats.multinomial(n, shares)
    tables = np.array([(a, b, c, n - a - b - c) for a in range(n + 1) for b in range(n - a + 1)
                       for c in range(n - a - b + 1)])  # fmt: skip
    masses = law.pmf(tables)
    for row in np.flatnonzero(masses > 1e-7):
        a, b, c, d = (int(v) for v in tables[row])
        yield (a, b, c, d), float(masses[row])


def of_paired(_: np.random.Generator, values: Values, __: int) -> Tally:
    """Coverage of both intervals of the change of a paired share, over all tables."""
    tally, shares = new_tally(), values["shares"]
    truth = shares[1] - shares[2]
    for level in LEVELS:
        found = [(mass, _paired(cells, level)) for cells, mass in four_cells(values["n"], shares)]
        for place, name in enumerate(("Newcombe, berpasangan", "Tango, berpasangan")):
            exactly(tally, (name, level_name(level)), ((mass, covers(both[place], truth)) for mass, both in found))
    return tally


def of_mean_of_shares(_: np.random.Generator, values: Values, __: int) -> Tally:
    """Coverage of the interval of the mean of two shares (RPPT of one facility), over all pairs of counts."""
    tally, ((p, n), (q, m)) = new_tally(), values["parts"]
    pairs = [
        ((j, a), (k, b))
        for (j, a), (k, b) in product(likely(stats.binom(n, p)), likely(stats.binom(m, q)))
        if a * b > 1e-8
    ]
    for level in LEVELS:
        parts = [(a * b, covers(mean_of_shares([(j, n), (k, m)], level), (p + q) / 2)) for (j, a), (k, b) in pairs]
        exactly(tally, ("rata-rata dua bagian (RPPT satu FKTP)", level_name(level)), parts)
    return tally


def of_mean_of_shares_change(rng: np.random.Generator, values: Values, draws: int) -> Tally:
    """Coverage of the interval of the change of the mean of two shares."""
    tally = new_tally()
    sizes = [n for _, n in values["before"]]
    first, second = ([p for p, _ in values[span]] for span in ("before", "after"))
    truth = (sum(second) - sum(first)) / 2
    for _ in range(draws):
        was, now = (list(zip(rng.binomial(sizes, p).tolist(), sizes, strict=True)) for p in (first, second))
        for level in LEVELS:
            estimate = mean_of_shares_change(was, now, level)
            tally["perubahan rata-rata dua bagian (RPPT satu FKTP)", level_name(level)].add(covers(estimate, truth))
    return tally


@dataclass(frozen=True)
class Kind:
    """How an indicator varies: mean, coefficient of variation between facilities and between periods, median size."""

    mean: float
    between: float
    within: float
    size: float
    share: bool


KINDS = {"AK": Kind(0.140, 0.18, 0.05, 60_000, False), "RRNS": Kind(0.02, 0.5, 0.15, 150, True)}
"""AK: participant-months of a half year; RRNS: referrals of a half year (50 to 400 where sizes differ by 0,6)."""


def varied(rng: np.random.Generator, variation: float, shape: int | tuple[int, ...]) -> Floats:
    """Return factors with mean 1 and a coefficient of variation (gamma); 1 where there is none."""
    if variation == 0:
        return np.ones(shape)
    return rng.gamma(1 / variation**2, variation**2, shape)


def two_periods(
    rng: np.random.Generator, kind: Kind, n: int, spread: float, factor: float | Floats = 1.0
) -> tuple[tuple[list[float], list[float]], tuple[list[float], list[float]]]:
    """Return (numerators, denominators) of n facilities before and after; sizes log-normal, level times ``factor``."""
    size = kind.size * np.exp(rng.normal(0, spread, n))
    level = kind.mean * varied(rng, kind.between, n)
    spans = []
    for change in (1.0, factor):
        of = np.maximum(rng.poisson(size), 1)
        chance = level * varied(rng, kind.within, n) * change
        events = rng.binomial(of, np.minimum(chance, 1)) if kind.share else rng.poisson(of * chance)
        spans.append((events.astype(float).tolist(), of.astype(float).tolist()))
    return spans[0], spans[1]


def of_clusters(rng: np.random.Generator, values: Values, draws: int) -> Tally:
    """Coverage of the intervals with the facility as cluster: ratio, difference, factor, GEE."""
    tally, kind, factor = new_tally(), KINDS[values["kind"]], values["factor"]
    after_mean = kind.mean * factor
    ratio = (after_mean / (1 - after_mean)) / (kind.mean / (1 - kind.mean)) if kind.share else factor
    family: Any = "binomial" if kind.share else "poisson"
    law: Any = "proporsi" if kind.share else "laju"
    for i in range(draws):
        before, after = two_periods(rng, kind, values["n"], values["spread"], factor)
        for level in LEVELS:
            name = level_name(level)
            tally["rasio jumlah", name].add(covers(ratio_of_sums([before], 1, level, law), kind.mean))
            change = change_of_ratio([before], [after], 1, level, law)
            tally["selisih rasio jumlah", name].add(covers(change, after_mean - kind.mean))
            tally["faktor perubahan rasio jumlah", name].add(
                covers(ratio_change_factor([before], [after], level), factor)
            )
            if i % GEE_EVERY == 0 and level == LEVELS[0]:
                made = gee_change(before, after, family, 1, level).change
                tally["GEE (rasio odds RRNS, rasio laju AK)", name].add(covers(made, ratio))
    return tally


GEE_EVERY = 4
"""GEE takes much longer than the others and is computed for every fourth draw, at one level."""


def symmetric(rng: np.random.Generator, law: str, n: int) -> Floats:
    """Return differences symmetric about 0, normal or with heavy tails; unit of the values."""
    noise = rng.normal(0, 8, n) if law == "normal" else 8 * rng.standard_t(3, n)
    return np.asarray(noise, dtype=np.float64)


def of_typical_change(rng: np.random.Generator, values: Values, draws: int) -> Tally:
    """Coverage of the interval of the typical change of a facility's value (Hodges–Lehmann)."""
    tally, n = new_tally(), values["n"]
    for _ in range(draws):
        before = np.asarray(rng.normal(140, 20, n), dtype=np.float64)
        noise = symmetric(rng, values["law"], n)
        after = before + 5 + noise
        for level in LEVELS:
            estimate = change_of_values(before.tolist(), after.tolist(), level)
            tally["Hodges–Lehmann", level_name(level)].add(covers(estimate, 5.0))
    return tally


def of_groups(rng: np.random.Generator, values: Values, draws: int) -> Tally:
    """Coverage of the difference in differences, additive and relative."""
    tally, kind, factor = new_tally(), KINDS[values["kind"]], values["factor"]
    for _ in range(draws):
        invited = two_periods(rng, kind, values["invited"], 0.6, factor)
        others = two_periods(rng, kind, values["others"], 0.6)
        for level in LEVELS:
            made = difference_in_differences([invited[0]], [invited[1]], [others[0]], [others[1]], level=level)
            name = level_name(level)
            tally["selisih dari selisih", name].add(covers(made.effect, kind.mean * (factor - 1)))
            tally["selisih dari selisih, relatif", name].add(covers(made.relative, factor))
    return tally


def autocorrelated(rng: np.random.Generator, months: int, rho: float) -> Floats:
    """Return a stationary series with mean 0, variance 1 and correlation rho between neighbours."""
    series = rng.normal(size=months)
    for i in range(1, months):
        series[i] = rho * series[i - 1] + math.sqrt(1 - rho**2) * series[i]
    return series


def of_series(rng: np.random.Generator, values: Values, draws: int) -> Tally:
    """Coverage of the mean effect of an interrupted series."""
    tally, before, after, rho = new_tally(), values["before"], values["after"], values["rho"]
    months = pd.period_range("2023-01", periods=before + after, freq="M")
    texts, event = [str(m) for m in months], str(months[before])
    row = f"rangkaian terputus, rata-rata efek, ρ {number(rho, 1)}"
    for _ in range(draws):
        series = 140 + 4 * autocorrelated(rng, len(texts), rho)
        series[before:] += 8
        for level in LEVELS:
            made = interrupted_series(series.tolist(), texts, event, first_after=event, level=level)
            tally[row, level_name(level)].add(covers(made.mean_effect, 8.0))
    return tally


# False alarms of control charts -----------------------------------------------------------------------------------

CHARTS = "diagram kendali"
RULES = (spc.OUTSIDE, spc.TREND, spc.TWO_OF_THREE, spc.ONE_SIDE)
ANY_RULE = "salah satu"


def month_texts(months: int) -> list[str]:
    """Return '2024-01' and so on."""
    return [str(m) for m in pd.period_range("2024-01", periods=months, freq="M")]


def add_marks(tally: Tally, prefix: str, marked: Sequence[Sequence[str]]) -> None:
    """Add the share of marked points and whether the chart has a mark, by rule. marked: rules that hit each point."""
    for rule in (*RULES, ANY_RULE):
        hits = [bool(rules) if rule == ANY_RULE else rule in rules for rules in marked]
        tally[f"{prefix}per titik", rule].add(sum(hits) / len(hits))
        tally[f"{prefix}per diagram", rule].add(float(any(hits)))


def stable_xmr(rng: np.random.Generator, values: Values, draws: int) -> Tally:
    """Marks of an XmR chart of a stable series."""
    tally, months = new_tally(), month_texts(values["months"])
    for _ in range(draws):
        series = autocorrelated(rng, len(months), values["rho"])
        for screen, name in ((True, "dengan penapisan, "), (False, "tanpa penapisan, ")):
            chart = spc.xmr((140 + 5 * series).tolist(), months, "up", screen=screen)
            add_marks(tally, name, [p.rules for p in chart.points])
    return tally


def stable_p(rng: np.random.Generator, values: Values, draws: int) -> Tally:
    """Marks of p and p′ charts of a stable share, with and without variation beyond the binomial."""
    tally, months = new_tally(), month_texts(values["months"])
    for _ in range(draws):
        trials = rng.poisson(values["trials"], len(months))
        events = rng.binomial(trials, np.minimum(0.02 * varied(rng, values["noise"], len(months)), 1))
        counts = events.tolist(), trials.tolist()
        for chart, name in ((spc_p.laney, "p′ Laney, "), (spc_p.p_chart, "p, ")):
            made: Any = chart(*counts, months, "down")
            add_marks(tally, name, [p.rules for p in made.points])
    return tally


def stable_quarters(rng: np.random.Generator, values: Values, draws: int) -> Tally:
    """Quarters of a stable share outside the exact limits of 99,8 %."""
    tally, months = new_tally(), month_texts(values["months"])
    for _ in range(draws):
        trials = np.maximum(rng.poisson(values["trials"], len(months)), 1)
        events = rng.binomial(trials, np.minimum(0.02 * varied(rng, values["noise"], len(months)), 1))
        made = spc_p.quarterly_exact(events.tolist(), trials.tolist(), months)
        hits = [q.grade not in {"", spc.COMMON} for q in made.quarters]
        tally["", "per triwulan"].add(sum(hits) / len(hits))
        tally["", "per diagram"].add(float(any(hits)))
    return tally


# Errors of the first kind -----------------------------------------------------------------------------------------

TESTS = "uji"
EACH = "tiap FKTP"


def null_mcnemar(_: np.random.Generator, values: Values, __: int) -> Tally:
    """Share of tests below 5 % where as many rise as fall, over all splits."""
    tally, n, each = new_tally(), values["n"], values["each"]
    for name, test in (("McNemar eksak", mcnemar_exact), ("McNemar mid-p", mcnemar_mid_p)):
        parts = []
        for m, mass in likely(stats.binom(n, 2 * each)):
            parts += [(mass * w, float(test(up, m - up) <= ALPHA)) for up, w in enumerate(_halves(m))]
        exactly(tally, ("", name), parts)
    return tally


def _halves(m: int) -> list[float]:
    return [math.comb(m, k) / 2**m for k in range(m + 1)]


def null_wilcoxon(rng: np.random.Generator, values: Values, draws: int) -> Tally:
    """Share of signed rank tests below 5 % where the differences are symmetric about 0."""
    tally, n = new_tally(), values["n"]
    for _ in range(draws):
        noise = symmetric(rng, values["law"], n)
        p = change_of_values([0.0] * n, noise.tolist()).p
        tally["", "Wilcoxon"].add(None if p is None else float(p <= ALPHA))
    return tally


def null_cochran(rng: np.random.Generator, values: Values, draws: int) -> Tally:
    """Share of Cochran's Q below 5 %, and of any pair after Holm, where each facility keeps its chance."""
    tally = new_tally()
    for _ in range(draws):
        chance = rng.beta(0.8, 0.8, (values["n"], 1))
        states = rng.random((values["n"], values["periods"])) < chance
        made = compare_periods(states.tolist())
        p = made.overall.p
        tally["", "Q Cochran"].add(None if p is None else float(p <= ALPHA))
        tally["", "satu pasangan atau lebih (Holm)"].add(float(any(q.p_adjusted <= ALPHA for q in made.pairs)))
    return tally


def null_family(rng: np.random.Generator, values: Values, draws: int) -> Tally:
    """Any of the six headline tests (change and share on target of AK, RRNS, RPPT) where nothing changed."""
    tally, n = new_tally(), values["n"]
    for _ in range(draws):
        ps = _headline(rng, n)
        tally["", "tanpa penyesuaian"].add(float(min(ps) <= ALPHA))
        tally["", "setelah Holm"].add(float(min(holm(ps)) <= ALPHA))
    return tally


def _headline(rng: np.random.Generator, n: int) -> list[float]:
    ak, rrns = two_periods(rng, KINDS["AK"], n, 0.6), two_periods(rng, KINDS["RRNS"], n, 0.6)
    dm, ht = (two_periods(rng, Kind(0.045, 0.4, 0.08, size, True), n, 0.6) for size in (1_500, 5_000))
    families = (([ak], 0.150, 1, "laju"), ([rrns], 0.02, -1, "proporsi"), ([dm, ht], 0.05, 1, "proporsi"))
    ps = []
    for parts, target, side, law in families:
        spans = [[part[t] for part in parts] for t in (0, 1)]
        kind: Any = law
        ps.append(change_of_ratio(spans[0], spans[1], 1, kind=kind).p)
        was, now = (side * (np.mean([np.divide(*part) for part in span], axis=0) - target) >= 0 for span in spans)
        cells = [int(c.sum()) for c in (was & now, ~was & now, was & ~now, ~was & ~now)]
        ps.append(paired_share_change(*cells).p)
    return [p for p in ps if p is not None]


def judged(tally: Tally, prefix: str, made: FacilityChanges, changed: Sequence[bool], up: bool) -> None:
    """Add the false share of the findings, whether there is a false one, and the share of the changed that is found.

    changed: which facilities changed; up: in which direction. A finding in the wrong direction is false.
    """
    right = "naik" if up else "turun"
    verdicts = [c.verdict for c in made.changes]
    found = [v in {"naik", "turun"} for v in verdicts]
    false = sum(f and not (c and v == right) for f, c, v in zip(found, changed, verdicts, strict=True))
    tally[prefix, "temuan keliru di antara temuan"].add(false / max(1, sum(found)))
    tally[prefix, "ada temuan keliru"].add(float(false > 0))
    if any(changed):
        hit = sum(c and v == right for c, v in zip(changed, verdicts, strict=True))
        tally[prefix, "yang berubah ditemukan"].add(hit / sum(changed))


def each_facility(rng: np.random.Generator, values: Values, draws: int) -> Tally:
    """Findings among facilities (shares of RRNS, rates of AK), six months against six, noise between months."""
    tally, n, months = new_tally(), values["n"], 6
    share = values["kind"] == "RRNS"
    changed = np.arange(n) < round(n * values["changed"])
    factor = np.where(changed, values["factor"], 1.0)[:, np.newaxis]
    names = [f"F{i}" for i in range(n)]
    flags = [bool(c) for c in changed]
    for _ in range(draws):
        people = np.exp(rng.normal(math.log(14_000), 0.6, n))[:, np.newaxis]
        level = (0.025 * varied(rng, 0.5, n) if share else 0.140 * varied(rng, 0.15, n))[:, np.newaxis]
        spans = []
        for change in (1.0, factor):
            of = rng.poisson(people * 0.0105, (n, months)) if share else np.rint(np.tile(people, months)).astype(int)
            chance = level * change * varied(rng, values["noise"], (n, months))
            spans.append((rng.binomial(of, np.minimum(chance, 1)), of))
        y, x = (np.concatenate([span[k] for span in spans], axis=1) for k in (0, 1))
        dispersions = facility_dispersions(
            y.ravel().tolist(), x.ravel().tolist(), np.repeat(names, 2 * months).tolist(),
            (["sebelum"] * months + ["sesudah"] * months) * n, "proporsi" if share else "laju",
        )  # fmt: skip
        sums = [v.sum(axis=1).tolist() for span in spans for v in span]
        counts = [FacilityCounts(name, *row) for name, *row in zip(names, *sums, strict=True)]
        run: Any = share_changes if share else rate_changes
        judged(tally, ", keragaman bulanan dihitung", run(counts, dispersion=dispersions), flags, not share)
        judged(tally, ", seolah-olah peluang saja", run(counts), flags, not share)
    return tally


def each_facility_mean(rng: np.random.Generator, values: Values, draws: int) -> Tally:
    """Findings among facilities for RPPT, six months against the same six a year later, with the same participants."""
    tally, n, keep = new_tally(), values["n"], values["keep"]
    changed = np.arange(n) < round(n * values["changed"])
    factor = np.where(changed, values["factor"], 1.0)
    flags = [bool(c) for c in changed]
    for _ in range(draws):
        size = np.exp(rng.normal(0, 0.6, n))
        spans: list[list[list[tuple[float, float]]]] = [[[] for _ in range(n)] for _ in range(2)]
        for median, mean in ((220, 0.035), (780, 0.030)):
            people = np.rint(median * size).astype(int) + 5
            level = mean * varied(rng, 0.4, n)
            for t, total in enumerate(_chain(rng, people, level, level * factor, keep)):
                for i in range(n):
                    spans[t][i].append((float(total[i]), float(6 * people[i])))
        parts = [FacilityParts(f"F{i}", spans[0][i], spans[1][i]) for i in range(n)]
        phi = repeated_counts_dispersion(6, 12)
        judged(tally, ", peserta yang sama diperhitungkan", mean_share_changes(parts, dispersion=phi), flags, True)
        judged(tally, ", seolah-olah peluang saja", mean_share_changes(parts), flags, True)
    return tally


def _chain(
    rng: np.random.Generator, people: NDArray[np.int64], before: Floats, after: Floats, keep: float
) -> list[NDArray[np.int64]]:
    """Controlled participants summed over months 1–6 and 13–18; each keeps its state with probability ``keep``."""
    state = rng.binomial(people, np.minimum(before, 1))
    sums = [np.zeros_like(people), np.zeros_like(people)]
    for month in range(18):
        p = np.minimum(before if month < 12 else after, 1)
        if month:
            state = rng.binomial(state, keep + (1 - keep) * p) + rng.binomial(people - state, (1 - keep) * p)
        if month < 6 or month >= 12:
            sums[month >= 12] += state
    return sums


def in_funnel(rng: np.random.Generator, values: Values, draws: int) -> Tally:
    """Share of facilities outside the funnel, by chance alone and where facilities really differ."""
    tally, n = new_tally(), values["n"]
    for _ in range(draws):
        trials = np.maximum(rng.poisson(900 * np.exp(rng.normal(0, 0.6, n))), 1)
        events = rng.binomial(trials, np.minimum(0.02 * varied(rng, values["between"], n), 1))
        made = funnel(events.tolist(), trials.tolist())
        for places, name in (
            ([p.position for p in made.points], "tanpa penyesuaian"),
            ([p.position_adjusted for p in made.points], "dengan τ²"),
        ):
            far = sum(p == BEYOND for p in places)
            tally["", f"di luar 95 %, {name}"].add((far + sum(p == BETWEEN for p in places)) / n)
            tally["", f"di luar 99,8 %, {name}"].add(far / n)
    return tally


# Power on the simulated district ----------------------------------------------------------------------------------

POWER = "daya"
DISTRICT = "sanggau"
PERIOD, COMPARE = "2026-S1", "2025-S1"
FIRST_MONTH = "2022-09"
"""Three years before the event; what lies before has no part in what is looked at, and costs time."""
SEEDS, NULL_SEEDS = 60, 30


@lru_cache(maxsize=1)
def _settings() -> dict[str, Any]:
    path = REFERENCE / FOLDER / f"{DISTRICT}.yml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def drawn_table(seed: int, effects: bool) -> pd.DataFrame:
    """Return the facility-month table of the simulated district drawn with another seed, with or without its effects.

    The truth of the generator is taken, without dirt and without writing workbooks.
    """
    with tempfile.TemporaryDirectory() as place:
        reference = Path(place)
        (reference / FOLDER).mkdir()
        shutil.copy(REFERENCE / PUSKESMAS_FILE, reference)
        settings = {**_settings(), "seed": seed} | ({} if effects else {"effects": []})
        (reference / FOLDER / f"{DISTRICT}.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        table = true_table(reference, DISTRICT)
    table = table[table["month"] >= pd.Period(FIRST_MONTH, "M")]
    return facility_months(table.assign(source_file="simulasi", source_sheet=""))


def report_tables(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables of a report that hold its findings, computed as compute_results does it, without the others."""
    period, compare = parse_period(PERIOD), parse_period(COMPARE)
    rule = rule_for(load_rules(REFERENCE), period.months[-1])
    if rule is None:
        raise ValueError(f"no rule for {PERIOD}")
    grouped = table.assign(group=group_of(table["facility_type"]))
    grouped["group"] = grouped["facility_code"].map(by_facility(grouped)["group"])
    scope = Scope(grouped, load_indicators(REFERENCE), list(rule.indicators), rule, period, compare)
    facility = facility_indicators(scope)
    change, share = district_changes(scope, facility), target_shares(scope, facility)
    adjust_for_number(change, share)
    events = District.model_validate(_settings()["district"]).events
    narrow = replace(scope, names=list(planted()))
    return {
        "change": change,
        "share": share,
        **comparison_tables(narrow, facility),
        **chart_tables(narrow, events),
        **event_tables(narrow, events),
    }


def planted() -> dict[str, list[str]]:
    """Return the facilities of each planted effect by its indicator."""
    return {effect["indicator"]: list(effect["facilities"]) for effect in _settings()["effects"]}


def on_district(_: np.random.Generator, values: Values, draws: int) -> Tally:
    """How often the report finds what is planted in the simulated district; the same without the effects."""
    tally = new_tally()
    for seed in range(values["first"], values["first"] + min(draws, values["seeds"])):
        for name, found in findings_of(report_tables(drawn_table(SEED + seed, values["effects"]))):
            tally[name, values["column"]].add(found)
    return tally


def findings_of(results: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, float | None]]:
    """Every finding of a report and whether (or for which share of the facilities) it was made."""
    for name, down in (("RRNS", True), ("AK", False)):
        chosen = planted()[name]
        sign = -1 if down else 1
        verb = "turun" if down else "naik"
        change = _only(results["change"], indicator=name, group="utama")
        share = _only(results["share"], indicator=name, group="utama")
        yield f"{name}: nilai gabungan {verb} (Holm)", _told(change["p_adjusted"], sign * change["value"])
        yield f"{name}: pangsa memenuhi target naik (Holm)", _told(share["p_adjusted"], share["value"])
        yield f"{name}: pangsa memenuhi target naik (p tersendiri)", _told(share["p"], share["value"])
        groups = _only(results["event_groups"], indicator=name)
        series = _only(results["event_series"], indicator=name)
        yield f"{name}: selisih dari selisih, interval di luar nol", _beyond(groups, sign)
        yield f"{name}: rangkaian terputus, interval di luar nol", _beyond(series, sign)
        verdicts = results["facility_change"]
        verdicts = verdicts[verdicts["indicator"] == name]
        mine = verdicts["facility_code"].isin(chosen)
        yield f"{name}: FKTP dengan efek dinyatakan {verb}", float((verdicts[mine]["verdict"] == verb).mean())
        other = verdicts[~mine]["verdict"] != "belum dapat disimpulkan"
        yield f"{name}: FKTP lain dinyatakan berubah", float(other.mean())
        marks = results["facility_marks"]
        marks = set(marks.loc[(marks["indicator"] == name) & (marks["grade"] == spc.BETTER), "facility_code"])
        yield f"{name}: FKTP dengan efek bertanda perbaikan pada diagramnya", len(marks & set(chosen)) / len(chosen)
        rest = set(verdicts["facility_code"]) - set(chosen)
        yield f"{name}: FKTP lain bertanda perbaikan pada diagramnya", len(marks & rest) / len(rest)
        points = results["chart_points"]
        span = points["month"].isin(parse_period(PERIOD).months)
        hit = points[(points["indicator"] == name) & span]["grade"] == spc.BETTER
        yield f"{name}: diagram kabupaten bertanda perbaikan dalam periode", float(hit.any())


def _only(frame: pd.DataFrame, **keys: str) -> pd.Series:
    for column, value in keys.items():
        frame = frame[frame[column] == value]
    (row,) = (row for _, row in frame.iterrows())
    return row


def _told(p: Any, signed: Any) -> float | None:
    return None if pd.isna(p) or pd.isna(signed) else float(p <= ALPHA and signed > 0)


def _beyond(row: pd.Series, sign: int) -> float | None:
    if pd.isna(row["lower"]) or pd.isna(row["upper"]):
        return None
    return float(row["lower"] > 0 if sign > 0 else row["upper"] < 0)


# What is run ------------------------------------------------------------------------------------------------------


def _cells(pattern: Callable[..., str], **axes: Sequence[Any]) -> tuple[Cell, ...]:
    names = list(axes)
    return tuple(
        Cell(pattern(**dict(zip(names, combination, strict=True))), dict(zip(names, combination, strict=True)))
        for combination in product(*axes.values())
    )


LAWS = ("normal", "t dengan 3 derajat bebas")


def _coverage_tasks() -> list[Task]:
    shares = _cells(lambda p, n: f"{percent(p)} dari {n}", p=(0.01, 0.02, 0.04), n=(50, 100, 200, 400))
    shares += _cells(lambda p, n: f"{percent(p)} dari {n}", p=(0.1, 0.3, 0.5, 0.7, 0.9), n=(19, 40))
    rates = _cells(lambda mean: f"{number(mean)} kejadian", mean=(1, 2, 5, 10, 20, 50, 200, 2500))
    independent = tuple(
        Cell(f"{percent(p)} dari {n}, {percent(q)} dari {m}", {"before": (p, n), "after": (q, m)})
        for (p, n), (q, m) in (
            *(((0.02, n), (0.02, n)) for n in (50, 100, 200, 400)), *(((0.04, n), (0.02, n)) for n in (50, 200, 400)),
            ((0.02, 400), (0.02, 50)), ((0.3, 12), (0.3, 7)), ((0.3, 19), (0.6, 19)), ((0.5, 40), (0.7, 40)),
        )
    )  # fmt: skip
    paired = tuple(
        Cell(f"{n} FKTP: {percent(rose)} naik, {percent(fell)} turun, {percent(both)} tetap memenuhi",
             {"n": n, "shares": (both, rose, fell, 1 - both - rose - fell)})
        for n in (19, 40)
        for both, rose, fell in (
            (0.3, 0.05, 0.05), (0.3, 0.1, 0.1), (0.2, 0.3, 0.05), (0.1, 0.5, 0.05), (0.6, 0.2, 0.1)
        )
    )  # fmt: skip
    mean = tuple(
        Cell(f"{percent(p, 1)} dari {n} dan {percent(q, 1)} dari {m}", {"parts": ((p, n), (q, m))})
        for p, n, q, m in (
            (0.03, 60, 0.025, 200), (0.035, 220, 0.03, 780), (0.05, 220, 0.05, 780), (0.06, 60, 0.05, 200)
        )
    )  # fmt: skip
    moved = tuple(
        Cell(f"{sizes[0]} dan {sizes[1]} peserta, {percent(p)} menjadi {percent(q)}",
             {"before": tuple((p, n) for n in sizes), "after": tuple((q, n) for n in sizes)})
        for sizes in ((60, 200), (220, 780)) for p, q in ((0.03, 0.03), (0.03, 0.06))
    )  # fmt: skip
    clusters = _cells(
        lambda kind, n, spread, factor: (
            f"{kind}, {n} FKTP, ukuran σ {number(spread, 1)}, " + ("tetap" if factor == 1 else f"× {number(factor, 2)}")
        ),
        kind=("AK", "RRNS"), n=(10, 20, 40), spread=(0.6, 1.0), factor=(0.8,),
    )  # fmt: skip
    typical = _cells(lambda n, law: f"{n} FKTP, selisih {law}", n=(10, 19, 40), law=LAWS)
    groups = tuple(
        Cell(f"{kind}, {a} diundang dan {b} lain, " + ("tanpa efek" if factor == 1 else f"× {number(factor, 2)}"),
             {"kind": kind, "invited": a, "others": b, "factor": factor})
        for kind, change in (("AK", 1.15), ("RRNS", 0.55)) for a, b in ((12, 7), (24, 16)) for factor in (1.0, change)
    )  # fmt: skip
    series = tuple(
        Cell(f"{before} bulan sebelum dan {after} sesudah, ρ {number(rho, 1)}",
             {"before": before, "after": after, "rho": rho})
        for rho in (0.0, 0.4) for before, after in ((12, 6), (24, 9), (36, 12))
    )  # fmt: skip
    return [
        Task(COVERAGE, "proporsi", shares, of_proportion),
        Task(COVERAGE, "laju", rates, of_rate),
        Task(COVERAGE, "dua proporsi", independent, of_independent),
        Task(COVERAGE, "pangsa berpasangan", paired, of_paired),
        Task(COVERAGE, "rata-rata bagian", mean, of_mean_of_shares),
        Task(COVERAGE, "perubahan rata-rata bagian", moved, of_mean_of_shares_change, 3000),
        Task(COVERAGE, "klaster", clusters, of_clusters, 1000),
        Task(COVERAGE, "perubahan khas", typical, of_typical_change, 1200),
        Task(COVERAGE, "dua kelompok", groups, of_groups, 1000),
        Task(COVERAGE, "rangkaian", series, of_series, 1000),
    ]


def _chart_tasks() -> list[Task]:
    plain = _cells(
        lambda months, rho: f"{months} bulan" + (f", ρ {number(rho, 1)}" if rho else "") + ", ",
        months=(12, 24), rho=(0.0, 0.3),
    )  # fmt: skip
    shares = _cells(
        lambda months, trials, noise: (
            f"{months} bulan, {trials} rujukan sebulan, "
            + ("peluang saja, " if noise == 0 else f"keragaman {percent(noise)}, ")
        ),
        months=(12, 24), trials=(400, 4000), noise=(0.0, 0.25),
    )  # fmt: skip
    quarters = _cells(
        lambda months, trials, noise: (
            f"{months} bulan, {trials} rujukan sebulan, "
            + ("peluang saja" if noise == 0 else f"keragaman {percent(noise)}")
        ),
        months=(12, 24), trials=(20, 60, 150), noise=(0.0, 0.25),
    )  # fmt: skip
    return [
        Task(CHARTS, "XmR pada rangkaian yang stabil", plain, stable_xmr, 4000,
             "ρ ialah korelasi bulan yang bersebelahan; aturan menganggapnya nol."),
        Task(CHARTS, "p dan p′ Laney pada pangsa 2 % yang stabil", shares, stable_p, 2000,
             "Keragaman ialah koefisien variasi antarbulan di atas binomial."),
        Task(CHARTS, "Triwulan eksak pada pangsa 2 % yang stabil", quarters, stable_quarters, 800,
             "Batasnya 99,8 %: paling banyak 0,2 % menurut peluang bila angka keseluruhan diketahui."),
    ]  # fmt: skip


def _test_tasks() -> list[Task]:
    mcnemar = _cells(lambda n, each: f"{n} FKTP, {percent(each)} naik dan {percent(each)} turun", n=(19, 40),
                     each=(0.05, 0.1, 0.2, 0.3))  # fmt: skip
    wilcoxon = _cells(lambda n, law: f"{n} FKTP, selisih {law}", n=(10, 19, 40, 60), law=LAWS[:1])
    cochran = _cells(lambda n, periods: f"{n} FKTP, {periods} periode", n=(19, 40), periods=(3, 6))
    return [
        Task(TESTS, "McNemar: p ≤ 5 % tanpa perubahan", mcnemar, null_mcnemar),
        Task(TESTS, "Wilcoxon: p ≤ 5 % tanpa perubahan", wilcoxon, null_wilcoxon, 2000),
        Task(TESTS, "Q Cochran: p ≤ 5 % tanpa perubahan", cochran, null_cochran, 1000),
        Task(TESTS, "Keluarga uji utama (tiga perubahan nilai, tiga perubahan pangsa): satu atau lebih p ≤ 5 %",
             _cells(lambda n: f"{n} FKTP", n=(19, 40)), null_family, 2500),
    ]  # fmt: skip


def _each_tasks() -> list[Task]:
    def cells(kind: str, factor: float, noises: Sequence[float]) -> tuple[Cell, ...]:
        return tuple(
            Cell(f"{n} FKTP, {percent(changed)} berubah, keragaman {percent(noise, 1)}",
                 {"kind": kind, "n": n, "changed": changed, "noise": noise, "factor": factor})
            for n in (19, 40) for changed in (0.0, 0.25) for noise in noises
        )  # fmt: skip

    repeated = tuple(
        Cell(f"{n} FKTP, {percent(changed)} berubah, keadaan bertahan {percent(keep)} sebulan",
             {"n": n, "changed": changed, "keep": keep, "factor": 1.5})
        for n in (19, 40) for changed in (0.0, 0.25) for keep in (0.0, 0.8, 0.95)
    )  # fmt: skip
    funnels = _cells(
        lambda n, between: f"{n} FKTP, " + ("peluang saja" if between == 0 else f"berbeda {percent(between)}"),
        n=(19, 40, 200), between=(0.0, 0.2, 0.5),
    )  # fmt: skip
    return [
        Task(EACH, "RRNS tiap FKTP (`share_changes`; yang berubah × 0,55)", cells("RRNS", 0.55, (0.0, 0.12, 0.25)),
             each_facility, 300, "Keragaman ialah koefisien variasi antarbulan di atas binomial."),
        Task(EACH, "AK tiap FKTP (`rate_changes`; yang berubah × 1,18)", cells("AK", 1.18, (0.0, 0.035, 0.07)),
             each_facility, 300, "Keragaman ialah koefisien variasi antarbulan di atas Poisson."),
        Task(EACH, "RPPT tiap FKTP (`mean_share_changes`; yang berubah × 1,5)", repeated, each_facility_mean, 200),
        Task(EACH, "Diagram corong RRNS 2 %: bagian FKTP di luar batas", funnels, in_funnel, 500,
             "“Berbeda” ialah koefisien variasi angka sebenarnya antar-FKTP."),
    ]  # fmt: skip


def _power_tasks() -> list[Task]:
    def cells(effects: bool, seeds: int, column: str, start: int) -> Iterator[Cell]:
        step = 5
        for first in range(0, seeds, step):
            yield Cell("", {"effects": effects, "column": column, "first": start + first, "seeds": step})

    found = (*cells(True, SEEDS, "dengan efek", 0), *cells(False, NULL_SEEDS, "tanpa efek", 1000))
    return [Task(POWER, "Yang ditemukan laporan 2026-S1 dibandingkan dengan 2025-S1", tuple(found), on_district, 5)]


@lru_cache(maxsize=1)
def all_tasks() -> tuple[Task, ...]:
    """Return everything that is checked; the longest first."""
    return (*_power_tasks(), *_coverage_tasks(), *_chart_tasks(), *_test_tasks(), *_each_tasks())


def run_cell(place: tuple[int, int], draws: int | None = None) -> Tally:
    """Return the tally of one cell: (number of the task, number of the cell); its stream is its own.

    draws: instead of those of the task.
    """
    task = all_tasks()[place[0]]
    key = [SEED, zlib.crc32(f"{task.section} {task.title}".encode()), place[1]]
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))
    return task.run(rng, task.cells[place[1]].values, task.draws if draws is None else draws)


Outcome = dict[tuple[int, int], Tally]


def calculate(quick: bool = False, processes: int = 2) -> Outcome:
    """Return the tallies of all cells by (number of the task, number of the cell), and tell how far it is.

    quick: two draws each, one cell of each exact table and of each task of coverage.
    """
    places = [
        (i, j)
        for i, task in enumerate(all_tasks())
        for j, cell in enumerate(task.cells)
        if not quick or _in_quick(task, j)
    ]
    draws = [2 if quick and all_tasks()[i].section != POWER else 1 if quick else None for i, _ in places]
    outcome: Outcome = {}
    with ProcessPoolExecutor(processes) as pool:
        for done, (place, tally) in enumerate(zip(places, pool.map(run_cell, places, draws), strict=True), 1):
            outcome[place] = tally
            task = all_tasks()[place[0]]
            sys.stdout.write(f"{done}/{len(places)} {task.section}: {task.title}, {task.cells[place[1]].label}\n")
            sys.stdout.flush()
    return outcome


def _in_quick(task: Task, cell: int) -> bool:
    if task.section == POWER:
        return cell in {0, len(task.cells) - 1}
    return cell == 0 or (task.draws > 0 and task.section != COVERAGE)


# The document -----------------------------------------------------------------------------------------------------


@dataclass
class Coverage:
    """Coverage of one method at one level over its grid."""

    cells: list[tuple[str, Sum]] = field(default_factory=list)

    @property
    def pooled(self) -> Sum:
        """All cells as one sum; the draws of every cell are as many."""
        whole = Sum()
        for _, found in self.known:
            whole.merge(found)
        return whole

    @property
    def mean(self) -> float:
        """Mean over the cells that had intervals."""
        return self.pooled.share

    @property
    def known(self) -> list[tuple[str, Sum]]:
        """Cells with at least one interval."""
        return [(label, s) for label, s in self.cells if s.of]

    @property
    def worst(self) -> tuple[str, Sum]:
        """The cell with the lowest coverage."""
        return min(self.known, key=lambda cell: cell[1].share)

    @property
    def missing(self) -> float:
        """Share of draws without an interval."""
        absent = sum(s.missing for _, s in self.cells)
        return absent / max(1, absent + sum(s.of for _, s in self.cells))


def coverages(outcome: Outcome) -> dict[str, dict[str, Coverage]]:
    """Return the coverage of every method by level."""
    result: dict[str, dict[str, Coverage]] = {}
    for (i, j), tally in sorted(outcome.items()):
        task = all_tasks()[i]
        if task.section == COVERAGE:
            for (method, level), found in tally.items():
                result.setdefault(method, {}).setdefault(level, Coverage()).cells.append((task.cells[j].label, found))
    return result


def verdict(method: str, coverage: Coverage) -> str:
    """Return 'memenuhi', or in which way the coverage at 95 % misses the goal."""
    _, worst = coverage.worst
    if method in EXACT_ROWS:
        return "memenuhi" if worst.share >= LEVELS[0] - 1e-6 else "di bawah nominal"
    if coverage.mean < LOWEST - 2 * coverage.pooled.error:
        return "**terlalu sempit**"
    if worst.share < LOWEST - 2 * worst.error:
        return "**terlalu sempit di sebagian kisi**"
    return "memenuhi" if coverage.mean <= HIGHEST + 2 * coverage.pooled.error else "hati-hati (lebih lebar)"


def shown(found: Sum, decimals: int = 1) -> str:
    """Return a sum as percent: '94,8 ± 0,3'; without the error where it is exact; '–' where nothing was seen.

    Where all draws agree their standard error says nothing: '0,0 (< 0,3)' or '100,0 (> 99,7)', the limit of 95 % of
    such draws (1 − 0,05^(1/n), the exact one-sided limit; about 3/n).
    """
    if not found.of:
        return "–"
    text = number(100 * found.share, decimals)
    if found.exact:
        return text
    if found.share in {0.0, 1.0}:
        furthest = 100 * (1 - ALPHA ** (1 / found.of))
        limit = f"< {number(furthest, decimals)}" if found.share == 0 else f"> {number(100 - furthest, decimals)}"
        return f"{text} ({limit})"
    return f"{text} ± {number(100 * found.error, decimals)}"


def coverage_rows(outcome: Outcome) -> list[str]:
    """Return the table of coverages as Markdown lines."""
    first, second = (level_name(level) for level in LEVELS)
    lines = [
        f"| cara | kisi × simulasi | {first}: rata-rata | terendah | {second}: rata-rata | terendah | tanpa interval "
        "| tujuan |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    for method, levels in coverages(outcome).items():
        columns = []
        for level in (first, second):
            if level not in levels:
                columns += ["–", "–"]
                continue
            found, decimals = levels[level], 1 if level == first else 2
            worst = found.worst[1]
            columns += [shown(found.pooled, decimals), shown(worst, decimals)]
        at = levels[first]
        made = max(s.of + s.missing for _, s in at.cells)
        how = "semua hasil" if at.worst[1].exact else number(made)
        lines.append(
            f"| {method} | {len(at.cells)} × {how} | {' | '.join(columns)} | {number(100 * at.missing, 1)} | "
            f"{verdict(method, at)} |"
        )
    return lines


def shortfalls(outcome: Outcome) -> list[str]:
    """Return a sentence for every method that misses its goal, with the cell in which it does worst."""
    sentences = []
    for method, levels in coverages(outcome).items():
        at = levels[level_name(LEVELS[0])]
        said = verdict(method, at).strip("*")
        if said == "memenuhi":
            continue
        label, worst = at.worst
        low = [label for label, s in at.known if s.share < LOWEST - 2 * s.error]
        many = f"{len(low)} dari {len(at.known)} kisi di bawah 94 %; " if method not in EXACT_ROWS else ""
        sentences.append(
            f"- **{method}**: {said}. Rata-rata {number(100 * at.mean, 1)} %; {many}terendah "
            f"{shown(worst, 2 if worst.exact else 1)} % ({label})."
        )
    return sentences


def task_table(outcome: Outcome, place: int) -> list[str]:
    """Return the table of a task, a row per setting, as Markdown lines."""
    task = all_tasks()[place]
    sums = new_tally()
    for (i, j), tally in sorted(outcome.items()):
        if i == place:
            for (row, column), found in tally.items():
                sums[f"{task.cells[j].label}{row}", column].merge(found)
    columns = list(dict.fromkeys(column for _, column in sums))
    lines = ["| | " + " | ".join(columns) + " |", "|---|" + "---:|" * len(columns)]
    for row in dict.fromkeys(row for row, _ in sums):
        lines.append(f"| {row} | " + " | ".join(shown(sums.get((row, column), Sum())) for column in columns) + " |")
    return lines


def row_names(outcome: Outcome) -> list[str]:
    """Return the first column of every table of the document."""
    names = list(coverages(outcome))
    for i, task in enumerate(all_tasks()):
        if task.section != COVERAGE:
            names += [line.split("|")[1].strip() for line in task_table(outcome, i)[2:]]
    return names


HEADINGS = {
    COVERAGE: (
        "Cakupan interval",
        "Bagian interval yang memuat nilai yang sebenarnya, dalam persen. Tujuan untuk interval 95 %: rata-rata 94 "
        "sampai 97 % dan tidak ada kisi di bawah 94 %; untuk Clopper–Pearson dan "
        "laju Poisson: tidak pernah di bawah tingkatnya. Tanpa ± "
        "berarti dihitung atas semua hasil yang mungkin. Yang terendah ialah yang terburuk dari semua kisi; bila "
        "disimulasikan, sebagian rendahnya kebetulan. “Tanpa interval” ialah persen simulasi yang diberi alasan "
        "sebagai ganti interval. GEE dihitung pada tiap simulasi keempat dan hanya pada 95 %.",
    ),
    CHARTS: (
        "Tanda keliru pada diagram bulanan",
        "Persen titik, dan persen diagram dengan sekurang-kurangnya satu tanda, pada rangkaian yang sebenarnya tidak "
        "berubah; tiap aturan tersendiri dan bersama-sama.",
    ),
    TESTS: (
        "Kesalahan jenis pertama",
        "Persen uji yang menyatakan perubahan padahal tidak ada. Tujuan: paling banyak 5.",
    ),
    EACH: (
        "Tiap FKTP dan diagram corong",
        "Persen. Tujuan untuk temuan keliru di antara temuan: rata-rata paling banyak 5 (Benjamini–Hochberg). Bila "
        "tidak ada yang berubah, ini sama dengan peluang ada temuan keliru.",
    ),
    POWER: (
        "Daya menemukan efek yang ditanam",
        "Kabupaten simulasi (`data/reference/simulations/sanggau.yml`, tabel kebenaran tanpa kotoran) diundi "
        f"{SEEDS} kali dengan efek yang ditanam (RRNS × 0,55 di 12 dari 19 puskesmas sejak Oktober 2025; AK + 25 ‰ di "
        f"dua puskesmas sejak Januari 2026) dan {NULL_SEEDS} kali tanpa efek. Persen simulasi, atau rata-rata persen "
        "FKTP. Tanpa efek pun nilai gabungan AK naik sedikit, karena perjalanan umumnya ikut disimulasikan; dengan "
        "efek di dua FKTP saja kenaikannya tidak serempak, sehingga intervalnya lebih lebar.",
    ),
}  # fmt: skip


def document(outcome: Outcome) -> str:
    """Return the document as Markdown."""
    lines = [
        "# Kalibrasi metode statistik", "",
        "Ditulis oleh `docs/kalibrasi.py` (`make calibrate`); jangan diubah dengan tangan. "
        f"Versi program {__version__}.", "",
        "Apakah tiap interval memuat nilai sebenarnya sesering yang dijanjikan, seberapa sering tiap tanda dan uji "
        "keliru, dan seberapa sering laporan menemukan yang memang ada. Benih acak tetap, sehingga angkanya dapat "
        "dihasilkan kembali. Angka di belakang ± ialah galat baku simulasi; bila semua simulasi sama, tanda < atau > "
        "menyebut batas 95 %-nya. Kisi mengikuti data sebuah kabupaten (19 "
        "dan 40 FKTP, RRNS sekitar 2 % dari 50–400 rujukan, AK 140 ‰) dan tidak dipilih menurut hasilnya.", "",
    ]  # fmt: skip
    for section, (heading, text) in HEADINGS.items():
        lines += [f"## {heading}", "", text, ""]
        if section == COVERAGE:
            lines += ["![Cakupan interval 95 persen menurut cara](gambar/kalibrasi-cakupan.svg)", ""]
            lines += ["Titik: rata-rata kisi; garis: sampai kisi terendah; bidang kelabu: tujuan.", ""]
            lines += [*coverage_rows(outcome), ""]
            short = shortfalls(outcome)
            lines += ["Yang tidak memenuhi tujuan:", "", *short, ""] if short else ["Semua memenuhi tujuan.", ""]
            continue
        for i, task in enumerate(all_tasks()):
            if task.section == section:
                lines += [
                    f"### {task.title}",
                    "",
                    *task_table(outcome, i),
                    "",
                    f"{task.note} {_drawn(task)}".strip(),
                    "",
                ]
    return "\n".join(lines)


def _drawn(task: Task) -> str:
    if task.draws == 0:
        return "Dihitung atas semua hasil yang mungkin."
    same = sum(cell.label == task.cells[0].label for cell in task.cells)
    return "" if same > 1 else f"{number(task.draws)} simulasi tiap kisi."


def picture(outcome: Outcome) -> str:
    """Return the coverage of the intervals of 95 % as SVG: mean (dot) and lowest cell (line) of every method."""
    found = [(method, levels[level_name(LEVELS[0])]) for method, levels in coverages(outcome).items()][::-1]
    with figure_style.canvas(0.9 + 0.27 * len(found), simulated=False) as (figure, axes):
        axes.axvspan(100 * LOWEST, 100 * HIGHEST, color=figure_style.GRID, lw=0, zorder=0)
        axes.axvline(100 * LEVELS[0], color=figure_style.MUTED, lw=0.7)
        for place, (_, coverage) in enumerate(found):
            low, mean = 100 * coverage.worst[1].share, 100 * coverage.mean
            axes.plot([low, mean], [place, place], color=figure_style.INK, lw=1)
            axes.plot([low], [place], marker="|", color=figure_style.INK, ms=7)
            axes.plot([mean], [place], marker="o", color=figure_style.INK, ms=4)
        axes.set_yticks(range(len(found)), [method for method, _ in found])
        axes.set_ylim(-0.6, len(found) - 0.4)
        axes.set_xlabel("cakupan interval 95 % (persen)")
        figure_style.number_ticks(axes, "x", axes.get_xlim())
        return figure_style.svg_text(figure)


def main(words: Sequence[str]) -> int:
    """Parse the words, calculate, and write document and figure."""
    parser = argparse.ArgumentParser(description="Kalibrasi metode statistik.")
    parser.add_argument("--quick", action="store_true", help="beberapa undian saja; bukan untuk dokumen")
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1), help="banyaknya proses")
    parser.add_argument("--output", type=Path, default=None, help=f"berkas hasil, bawaan docs/{DOCUMENT.name}")
    asked = parser.parse_args(words)
    if asked.quick and asked.output is None:
        parser.error("--quick memerlukan --output")
    outcome = calculate(asked.quick, asked.processes)
    target = asked.output or DOCUMENT
    target.write_text(document(outcome), encoding="utf-8", newline="\n")
    if asked.output is None:
        PICTURE.write_text(picture(outcome), encoding="utf-8", newline="\n")
    sys.stdout.write(f"{target.name} ditulis.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
