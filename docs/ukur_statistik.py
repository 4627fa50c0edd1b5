"""Measure how long all tables of a report take for provinces of growing size, and write ukuran-statistik.md.

Run it after a change of what is computed, on a machine that does little else::

    .venv/bin/python docs/ukur_statistik.py                     20, 100, 500 and 1.000 facilities
    .venv/bin/python docs/ukur_statistik.py --sizes 20 100      other sizes; prints only
    .venv/bin/python docs/ukur_statistik.py --profile 500       where the time of one size goes (cProfile)

The facility-month tables are invented in memory: no file is read but data/reference/.
"""

from __future__ import annotations

import argparse
import cProfile
import datetime as dt
import inspect
import pstats
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import __version__, results_compute
from analysis.contract import facility_months
from analysis.district import FACILITY_COLUMNS, Codes, Event
from analysis.findings import load_kinds
from analysis.formats import number
from analysis.indicators import load_indicators
from analysis.ledger import ledger_table
from analysis.payment import load_tariffs
from analysis.periods import parse_period
from analysis.quality_checks import load_grounds
from analysis.results import Results
from analysis.results_compute import Inputs
from analysis.rules import load_rules
from analysis.timeliness import arrivals
from analysis.workspace import PROJECT

DOCUMENT = PROJECT / "docs" / "ukuran-statistik.md"
REFERENCE = PROJECT / "data" / "reference"
SIZES = (20, 100, 500, 1000)
BASE = 100
"""Size that the others are set against."""
GOAL_SIZE, GOAL_SECONDS = 500, 5.0
TINY = 6
REPEATS = 3
SEED = 20_250_101
PERIOD, COMPARE = "2025", "2024"
SECTIONS = {
    "comparison_tables": "perbandingan dua periode (nilai, model, tiap FKTP, bulan, musim)",
    "history_tables": "riwayat (pangsa FKTP, uji beberapa periode)",
    "chart_tables": "diagram bulanan kabupaten dan tiap FKTP",
    "funnel_tables": "diagram corong",
    "event_tables": "kegiatan (rangkaian bulan, selisih dari selisih)",
    "monthly_scores": "nilai KBK bulanan",
    "monthly_payments": "pembayaran",
    "costs": "pembayaran",
}
"""Functions called by compute_results, and the row of the document that their time belongs to."""
OTHERS = "indikator, target, kelengkapan, dan lain-lain"


@dataclass
class Measured:
    """Time of one size: seconds on the clock, seconds of the processor, and the latter by row of the document."""

    size: int
    seconds: float
    processor: float
    sections: dict[str, float] = field(default_factory=dict)


def province(size: int, seed: int = SEED) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the facility-month table of an invented province over 24 months, and its table of facilities.csv.

    size: number of facilities; six of ten are puskesmas. Rates differ between facilities and vary from month to month
    as in data/reference/simulations/; one count in two hundred is missing.
    """
    rng = np.random.default_rng([seed, size])
    months = pd.period_range("2024-01", "2025-12", freq="M")
    kinds = np.array(["puskesmas"] * 6 + ["klinik_pratama"] * 2 + ["dokter_mandiri"] * 2)[np.arange(size) % 10]
    registered = np.rint(np.exp(rng.normal(9.2, 0.6, size))).astype(np.int64)
    shape = (size, len(months))

    def shaken(variation: float) -> np.ndarray[Any, Any]:
        return rng.gamma(1 / variation**2, variation**2, shape)

    ak = rng.normal(140, 20, size).clip(60, 220)[:, None] / 1000
    rrns = rng.gamma(4, 0.006, size)[:, None]
    people = np.broadcast_to(registered[:, None], shape)
    referrals = rng.poisson(people * 0.0105 * shaken(0.1))
    counts: dict[str, np.ndarray[Any, Any]] = {
        "registered": people,
        "contacts": rng.binomial(people, np.minimum(ak * shaken(0.05), 1)),
        "referrals": referrals,
        "nonspecialist_referrals": rng.binomial(referrals, np.minimum(rrns * shaken(0.25), 1)),
    }
    for part, diagnosed in (("dm", 0.016), ("ht", 0.055)):
        patients = np.rint(people * diagnosed).astype(np.int64)
        share = rng.gamma(6, 0.007, size)[:, None] * shaken(0.12)
        counts |= {f"{part}_registered": patients, f"{part}_controlled": rng.binomial(patients, np.minimum(share, 1))}
    codes = [f"0101{i:04d}" for i in range(size)]
    rows = pd.DataFrame({
        "district": "provinsi-contoh", "facility_code": np.repeat(codes, len(months)),
        "facility_name": np.repeat([f"FKTP CONTOH {i}" for i in range(size)], len(months)),
        "facility_type": np.repeat(kinds, len(months)), "month": list(months) * size,
        "source_file": "contoh.xlsx", "source_sheet": "",
        **{name: pd.array(values.ravel(), dtype="Int64") for name, values in counts.items()},
    })  # fmt: skip
    for name in counts:
        rows.loc[rng.random(len(rows)) < 1 / 200, name] = pd.NA
    facilities = pd.DataFrame({
        "code": codes, "doctors": rng.integers(1, 5, size), "dentists": rng.integers(0, 2, size),
        "cooperating_since": pd.Timestamp("2014-01-01"),
    })  # fmt: skip
    return facility_months(rows), facilities.reindex(columns=list(FACILITY_COLUMNS)).astype(FACILITY_COLUMNS)


def inputs_of(size: int) -> Inputs:
    """Return all that compute_results needs for an invented province with two events."""
    table, facilities = province(size)
    leading = sorted(table.loc[table["facility_type"] == "puskesmas", "facility_code"].unique())
    events = [
        Event(date=dt.date(2025, 3, 18), label="pembinaan", indicator="RRNS", facilities=leading[::2]),
        Event(date=dt.date(2025, 1, 5), label="entri posyandu", indicator="AK", facilities=leading[::4]),
    ]
    return Inputs(
        table, ledger_table([]), load_kinds(REFERENCE), facilities, load_indicators(REFERENCE), load_rules(REFERENCE),
        load_tariffs(REFERENCE), arrivals([]), load_grounds(REFERENCE, Codes()), events,
    )  # fmt: skip


def compute(inputs: Inputs) -> Results:
    """Return all tables of a report on the year, compared with the year before."""
    return results_compute.compute_results(inputs, parse_period(PERIOD), parse_period(COMPARE))


@contextmanager
def timed_sections() -> Iterator[dict[str, float]]:
    """Give seconds by row of the document, filled while compute_results runs; functions are put back at the end.

    Only calls made by compute_results itself are timed, so that no time counts twice.
    """
    spent: dict[str, float] = defaultdict(float)
    kept = {
        name: found
        for name, found in vars(results_compute).items()
        if inspect.isfunction(found) and name != "compute_results"
    }
    for name, found in kept.items():
        setattr(results_compute, name, _timed(found, SECTIONS.get(name, OTHERS), spent))
    try:
        yield spent
    finally:
        for name, found in kept.items():
            setattr(results_compute, name, found)


def _timed(function: Callable[..., Any], section: str, spent: dict[str, float]) -> Callable[..., Any]:
    def run(*arguments: Any, **named: Any) -> Any:
        start = time.process_time()
        try:
            return function(*arguments, **named)
        finally:
            spent[section] += time.process_time() - start

    return run


def measure(size: int, repeats: int = REPEATS) -> Measured:
    """Return the fastest of several runs over one province; imports and warming up are the caller's."""
    inputs = inputs_of(size)
    runs = []
    for _ in range(repeats):
        with timed_sections() as spent:
            start, processor = time.perf_counter(), time.process_time()
            compute(inputs)
            whole, used = time.perf_counter() - start, time.process_time() - processor
        spent[OTHERS] += used - sum(spent.values())
        runs.append(Measured(size, whole, used, dict(spent)))
    return min(runs, key=lambda run: run.processor)


def profile(size: int, lines: int = 45) -> None:
    """Print where the time of one size goes."""
    inputs = inputs_of(size)
    compute(inputs_of(TINY))
    made = cProfile.Profile()
    made.runcall(compute, inputs)
    pstats.Stats(made, stream=sys.stdout).sort_stats("cumulative").print_stats(lines)
    pstats.Stats(made, stream=sys.stdout).sort_stats("tottime").print_stats(lines)


def document(measured: Sequence[Measured]) -> str:
    """Return the document on the times of the sizes."""
    base = next((m for m in measured if m.size == BASE), measured[0])
    heads = " | ".join(f"{m.size:,} FKTP".replace(",", ".") for m in measured)
    named = dict.fromkeys([*SECTIONS.values(), OTHERS])
    body = [
        f"| {name} | " + " | ".join(number(m.sections.get(name, 0.0), 2) for m in measured) + " |" for name in named
    ]
    whole = "| **semuanya** | " + " | ".join(f"**{number(m.processor, 2)}**" for m in measured) + " |"
    clock = "| menurut jam | " + " | ".join(number(m.seconds, 2) for m in measured) + " |"
    ratio = f"| terhadap {base.size} FKTP | " + " | ".join(number(m.processor / base.processor, 1) for m in measured)
    goal = [m for m in measured if m.size == GOAL_SIZE]
    said = [
        f"Sasaran: {GOAL_SIZE} FKTP dan satu tahun beserta pembandingnya paling lama {number(GOAL_SECONDS, 0)} detik "
        f"prosesor. Terukur {number(m.processor, 1)} detik: "
        + ("**tercapai**." if m.processor <= GOAL_SECONDS else "**belum tercapai**.")
        for m in goal
    ]
    return "\n".join([
        "# Ukuran: waktu menghitung semua tabel", "",
        "Ditulis oleh `docs/ukur_statistik.py` (`make bench-statistics`); jangan diubah dengan tangan. "
        f"Versi program {__version__}.", "",
        "Detik prosesor untuk menghitung semua tabel satu laporan (`results_compute.compute_results`), provinsi "
        f"karangan: tahun {PERIOD} dibandingkan dengan {COMPARE} (24 bulan), enam dari sepuluh FKTP puskesmas, dua "
        "kegiatan, satu dari dua ratus angka tidak tersedia. Membaca berkas, gambar, dan pembuatan laporan tidak "
        "termasuk; "
        f"impor dan satu panggilan pemanasan juga tidak. Yang dicatat ialah yang tercepat dari {REPEATS} kali, dalam "
        "satu proses.", "",
        f"| bagian | {heads} |", "|---|" + "---:|" * len(measured), *body, whole, clock, f"{ratio} |", "",
        *(line for text in said for line in (text, "")),
        "Detiknya bergantung pada komputer; perbandingan antarukuran dan antarbagian jauh lebih tetap.", "",
    ])  # fmt: skip


def main(words: Sequence[str]) -> int:
    """Parse the words, measure, print, and write the document when the sizes are the usual ones."""
    parser = argparse.ArgumentParser(description="Waktu menghitung semua tabel untuk provinsi karangan.")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES), help="banyaknya FKTP")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="kali diulang; yang tercepat dicatat")
    parser.add_argument("--profile", type=int, default=0, metavar="FKTP", help="tunjukkan bagian yang lama")
    parser.add_argument("--output", type=Path, default=None, help=f"berkas hasil, bawaan {DOCUMENT.name}")
    asked = parser.parse_args(words)
    if asked.profile:
        profile(asked.profile)
        return 0
    compute(inputs_of(TINY))
    measured = []
    for size in asked.sizes:
        measured.append(measure(size, asked.repeats))
        sys.stdout.write(f"{size} FKTP: {number(measured[-1].seconds, 2)} detik\n")
        sys.stdout.flush()
    text = document(measured)
    target = asked.output or (DOCUMENT if tuple(asked.sizes) == SIZES else None)
    if target is None:
        sys.stdout.write(text)
    else:
        target.write_text(text, encoding="utf-8", newline="\n")
        sys.stdout.write(f"{target.name} ditulis.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
