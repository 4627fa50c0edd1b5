"""Measure how often the checks of the figures raise an alarm without cause, and how often they see what was planted.

Run it after a change of a check or a limit; it takes some minutes::

    .venv/bin/python docs/alarm_palsu.py
    .venv/bin/python docs/alarm_palsu.py --seeds 5     a few draws: whether everything runs; writes nothing

Clean districts are drawn with the generator of the simulated data, without its planted effects. Seeds are fixed: the
same program writes the same tables into mutu-data.md.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
import pandas as pd
import scipy.stats
from kalibrasi import REFERENCE, SEED, drawn_table
from perbarui import renewed, table

from analysis import formats as fmt
from analysis.district import Codes
from analysis.quality import Outcome
from analysis.quality_checks import Grounds, load_grounds, run_checks
from analysis.quality_signals import NO_EXTRACT, ExtractCounts, visit_signals
from analysis.workspace import PROJECT

DOCUMENT = PROJECT / "docs" / "mutu-data.md"
SEEDS = 60
TARGET = Fraction(150)
Plant = Callable[[pd.DataFrame, str, pd.Period], None]
VISIT_MONTHS = 12
"""Months of visits that are drawn, as many as the checks of visits look at."""
WEEK = np.array([1.3, 1.0, 1.0, 1.0, 0.8, 0.6, 0.05])
"""How many visits fall on a day, Monday first, as a multiple of an ordinary one."""
BUSY = 10
"""Shape of the gamma distribution (mean 1) of the days of a facility: a busy day has half as many again."""
AGAIN, MEASURED = 0.4, 0.4
"""Visits on further days of each participant with a contact; share of participants with HT measured in a month."""
STEPS = (1, 2, 10)
"""To how many mmHg facilities round blood pressures; each has one way of its own, and none is a planted heap."""


def outcomes(rows: pd.DataFrame, grounds: Grounds) -> list[Outcome]:
    """Return the outcome of every check on all months of a table."""
    return run_checks(rows, grounds, TARGET, rows["month"].max())


def _at(rows: pd.DataFrame, code: str, first: pd.Period, months: int = 1) -> pd.Series:
    here: pd.Series = (rows["facility_code"] == code) & rows["month"].between(first, first + (months - 1))
    return here


def _doubled(rows: pd.DataFrame, code: str, month: pd.Period) -> None:
    here = _at(rows, code, month)
    rows.loc[here, "contacts"] = (rows.loc[here, "contacts"] * 3) // 2


def _copied(rows: pd.DataFrame, code: str, month: pd.Period) -> None:
    columns = [c for c in rows.columns if rows[c].dtype == "Int64" and c != "source_row"]
    rows.loc[_at(rows, code, month), columns] = rows.loc[_at(rows, code, month - 1), columns].to_numpy()


def _stuck(rows: pd.DataFrame, code: str, month: pd.Period) -> None:
    here = _at(rows, code, month, 4)
    rows.loc[here, "contacts"] = rows.loc[here, "contacts"].iloc[0]


def _moved(rows: pd.DataFrame, code: str, month: pd.Period) -> None:
    here = (rows["facility_code"] == code) & (rows["month"] >= month)
    rows.loc[here, "registered"] = (rows.loc[here, "registered"] * 5) // 4


def _steered(rows: pd.DataFrame, code: str, month: pd.Period) -> None:
    here = _at(rows, code, rows["month"].max() - 11, 12)
    low = -(-150 * rows.loc[here, "registered"] // 1000)
    rows.loc[here, "contacts"] = low + (rows.loc[here, "registered"] // 1000).clip(upper=20)


def _rounded(rows: pd.DataFrame, code: str, month: pd.Period) -> None:
    here = _at(rows, code, rows["month"].max() - 11, 12)
    rows.loc[here, "contacts"] = rows.loc[here, "contacts"] // 10 * 10


PLANTED: dict[str, tuple[str, Plant]] = {
    "lonjakan": ("kontak satu bulan satu setengah kali lipat", _doubled),
    "bulan_sama": ("satu bulan salinan bulan sebelumnya", _copied),
    "angka_berulang": ("kontak yang sama empat bulan", _stuck),
    "peserta_melonjak": ("peserta bertambah seperempat", _moved),
    "ak_menumpuk": ("AK tepat di atas 150 per mil dua belas bulan", _steered),
    "angka_bulat": ("kontak dibulatkan ke puluhan dua belas bulan", _rounded),
}
"""Check → what is planted, in words, and the function that plants it from a month on."""


def false_alarms(seeds: int, grounds: Grounds, first: int = 0) -> tuple[Counter[str], Counter[str], int]:
    """Return signals by check, districts with any by check, and districts with any at all, in clean districts."""
    signals: Counter[str] = Counter()
    districts: Counter[str] = Counter()
    touched = 0
    for seed in range(first, first + seeds):
        found = {o.kind: len(o.signals) for o in outcomes(drawn_table(SEED + seed, effects=False), grounds)}
        signals.update(found)
        districts.update(kind for kind, number in found.items() if number)
        touched += any(found.values())
    return signals, districts, touched


def found_again(seeds: int, grounds: Grounds, first: int = 0) -> Counter[str]:
    """Return how often each check sees what was planted in a puskesmas; another one for each check and district."""
    found: Counter[str] = Counter()
    for seed in range(first, first + seeds):
        rows = drawn_table(SEED + seed, effects=False)
        chance = np.random.default_rng(SEED + seed)
        puskesmas = sorted(rows.loc[rows["facility_type"] == "puskesmas", "facility_code"].unique())
        drawn = chance.choice(puskesmas, len(PLANTED), replace=False)
        codes = {kind: str(code) for kind, code in zip(PLANTED, drawn, strict=True)}
        for kind, (_, plant) in PLANTED.items():
            plant(rows, codes[kind], rows["month"].max() - int(chance.integers(4, 12)))
        for made in outcomes(rows, grounds):
            found[made.kind] += any(s.facility_code == codes.get(made.kind) for s in made.signals)
    return found


def drawn_visits(rows: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the pressures and days of visits of a clean district: nothing heaps but what weekdays and rounding make.

    rows: facility-months of the district. Tables: ``ExtractCounts``, pressure and daily. Visits fall on weekdays by
    WEEK and on busy days by chance; blood pressures are 138 ± 18 over 84 ± 10 mmHg, rounded as the facility does.
    """
    chance = np.random.default_rng(seed)
    recent = rows[rows["month"] > rows["month"].max() - VISIT_MONTHS]
    steps = {code: int(chance.choice(STEPS)) for code in sorted(recent["facility_code"].unique())}
    daily, pressure = [], []
    for row in recent.dropna(subset=["contacts", "ht_registered"]).itertuples(index=False):
        days = np.arange(1, row.month.days_in_month + 1)
        weights = WEEK[(row.month.start_time.day_of_week + days - 1) % 7] * chance.gamma(BUSY, 1 / BUSY, len(days))
        visits = chance.multinomial(row.contacts + chance.poisson(AGAIN * row.contacts), weights / weights.sum())
        key = {"facility_code": row.facility_code, "month": row.month}
        daily.append(pd.DataFrame({**key, "day": days, "visits": visits}))
        number, step = chance.binomial(row.ht_registered, MEASURED), steps[row.facility_code]
        pairs = {
            name: (chance.normal(mean, spread, number) / step).round().astype(int) * step
            for name, mean, spread in (("systolic", 138, 18), ("diastolic", 84, 10))
        }
        pressure.append(pd.DataFrame({**key, **pairs}).value_counts().rename("visits").reset_index())
    return pd.concat(pressure, ignore_index=True), pd.concat(daily, ignore_index=True)


def _one_pressure(rows: pd.DataFrame, code: str) -> None:
    here = rows[rows["facility_code"] == code]
    rows.loc[here.sample(frac=0.7, random_state=SEED).index, ["systolic", "diastolic"]] = 120, 80


def _late_visits(rows: pd.DataFrame, code: str) -> None:
    late = rows["day"] > rows["month"].map(lambda month: month.days_in_month) - 3
    rows.loc[(rows["facility_code"] == code) & late, "visits"] *= 6


PLANTED_VISITS: dict[str, tuple[str, Callable[[pd.DataFrame, str], None]]] = {
    "tekanan_sama": ("tujuh dari sepuluh pasangan tekanan darah diganti 120/80", _one_pressure),
    "akhir_bulan": ("kunjungan tiga hari terakhir tiap bulan enam kali lipat", _late_visits),
}
"""Check of visits → what is planted, in words, and the function that plants it at a facility.

In the order of the tables of ``drawn_visits``.
"""


def visit_alarms(seeds: int, grounds: Grounds, first: int = 0) -> pd.DataFrame:
    """Return what the checks of visits say of clean districts, and whether they see what is planted.

    Index: check. Columns: tested (facilities), months (facility-months of these districts), signals, districts (with a
    signal), found (districts whose planted puskesmas is told).
    """
    records = []
    for seed in range(first, first + seeds):
        rows = drawn_table(SEED + seed, effects=False)
        last = rows["month"].max()
        own = sorted(rows.loc[rows["facility_type"] == "puskesmas", "facility_code"].unique())
        code = str(np.random.default_rng(SEED + seed).choice(own))
        pressure, daily = drawn_visits(rows, SEED + seed)
        counts = ExtractCounts(pressure=pressure, daily=daily)
        clean = {o.kind: o for o in visit_signals(counts, grounds.checks, last)}
        for (_, plant), drawn in zip(PLANTED_VISITS.values(), (pressure, daily), strict=True):
            plant(drawn, code)
        seen = {o.kind: o for o in visit_signals(counts, grounds.checks, last)}
        months = len(daily[["facility_code", "month"]].drop_duplicates())
        records += [
            {
                "kind": kind, "tested": clean[kind].tested, "months": months, "signals": len(clean[kind].signals),
                "districts": bool(clean[kind].signals),
                "found": any(s.facility_code == code for s in seen[kind].signals),
            }
            for kind in PLANTED_VISITS
        ]  # fmt: skip
    return pd.DataFrame(records).groupby("kind", sort=False).sum()


def visit_block(seeds: int, grounds: Grounds) -> str:
    """Return the tables of the checks of visits."""
    found = visit_alarms(seeds, grounds)
    alarms, seen = [], []
    for kind, row in found.iterrows():
        title, (words, _) = grounds.checks[str(kind)].title, PLANTED_VISITS[str(kind)]
        most = 1000 * scipy.stats.beta.ppf(0.95, row["signals"] + 1, row["months"] - row["signals"])
        share = 1000 * row["signals"] / row["months"]
        numbers = [fmt.number(row[column]) for column in ("tested", "months", "signals", "districts")]
        alarms.append([title, *numbers, f"{fmt.number(share, 2)} (paling tinggi {fmt.number(most, 2)})"])
        seen.append([title, words, f"{fmt.number(row['found'])} dari {fmt.number(seeds)}"])
    head = ["Pemeriksaan", "FKTP diperiksa", "Bulan-FKTP", "Tanda palsu", "Kabupaten bertanda", "Tiap 1.000 bulan-FKTP"]
    return (
        f"Kunjungan {VISIT_MONTHS} bulan dibangkitkan pada kabupaten yang sama, tanpa penumpukan: lebih banyak "
        "pada hari Senin dan hampir tidak ada pada hari Minggu, ramai-sepinya hari acak, tekanan darah 138 ± 18 per "
        "84 ± 10 mmHg, ditulis sampai 1, 2, atau 10 mmHg menurut kebiasaan FKTP. Tiap FKTP dinilai satu kali atas "
        f"{VISIT_MONTHS} bulan itu. Yang paling tinggi ialah batas atas 95 persen:\n\n"
        + table(head, alarms)
        + "\n\nYang ditanam pada satu puskesmas yang diundi:\n\n"
        + table(["Pemeriksaan", "Yang ditanam", "Ditemukan"], seen)
    )


def block(seeds: int) -> str:
    """Return both tables."""
    grounds = load_grounds(REFERENCE, Codes(kemendagri="61.03", bps="6105"))
    signals, districts, touched = false_alarms(seeds, grounds)
    first = drawn_table(SEED, effects=False)
    made = [o for o in outcomes(first, grounds) if o.kind not in NO_EXTRACT]
    alarms = [
        [grounds.checks[o.kind].title, fmt.number(o.tested), fmt.number(signals[o.kind]), fmt.number(districts[o.kind])]
        for o in made
    ]
    again = found_again(seeds, grounds)
    seen = [
        [grounds.checks[kind].title, words, f"{fmt.number(again[kind])} dari {fmt.number(seeds)}"]
        for kind, (words, _) in PLANTED.items()
    ]
    return (
        f"Pada {fmt.number(seeds)} kabupaten bersih ({fmt.number(first['facility_code'].nunique())} FKTP, "
        f"{fmt.number(first['month'].nunique())} bulan), {fmt.number(touched)} kabupaten "
        "memperoleh satu tanda atau lebih:\n\n"
        + table(["Pemeriksaan", "Diperiksa tiap kabupaten", "Tanda palsu", "Kabupaten bertanda"], alarms)
        + "\n\nYang ditanam pada puskesmas yang diundi, satu untuk tiap pemeriksaan, dan seberapa sering ditemukan:\n\n"
        + table(["Pemeriksaan", "Yang ditanam", "Ditemukan"], seen)
        + "\n\n"
        + visit_block(seeds, grounds)
    )


def main(argv: Sequence[str]) -> int:
    """Write the tables into the document, or with --seeds print them; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=0)
    asked = parser.parse_args(argv).seeds
    made = block(asked or SEEDS)
    if asked:
        sys.stdout.write(made + "\n")
    else:
        text = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(renewed(text, {"alarm-palsu": lambda: made}), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
