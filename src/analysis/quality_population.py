"""Registered participants against the population of the district, and their change from month to month."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.district import Codes
from analysis.errors import ConfigurationError
from analysis.quality import Check, Outcome, Signal

POPULATION_FILE = "kabkota.csv"
POPULATION_COLUMN = "penduduk_des_2024"
POPULATION_DATE = "Desember 2024"
"""What the column says."""


@dataclass(frozen=True)
class Population:
    """Population of a district; value: persons, None where it is not known; reason: why not."""

    value: int | None
    reason: str = ""


def population_of(reference: Path, codes: Codes) -> Population:
    """Return the population of the district with these codes from ``reference``/kabkota.csv.

    Raises ConfigurationError when the file is missing.
    """
    if not codes.kemendagri and not codes.bps:
        return Population(None, "kode wilayah (codes) belum diisi di district.yml")
    path = reference / POPULATION_FILE
    if not path.is_file():
        raise ConfigurationError(f"Berkas data/reference/{POPULATION_FILE} tidak ditemukan.")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    wanted = {"kode_kabkota": codes.kemendagri, "kode_bps": codes.bps}
    for row in rows:
        given = {column: code for column, code in wanted.items() if code}
        if all(row[column] == code for column, code in given.items()) and row[POPULATION_COLUMN]:
            return Population(int(row[POPULATION_COLUMN]))
    named = " dan ".join(code for code in wanted.values() if code)
    return Population(None, f"kode wilayah {named} tidak ada di data/reference/{POPULATION_FILE}")


def registered_totals(table: pd.DataFrame, population: Population) -> pd.DataFrame:
    """Return the participants of all facilities in the files by month.

    table: facility-month rows. Columns: month, facilities (with a known number of participants), without (a row but no
    number), registered, population, share (percent of the population; missing where that is not known).
    """
    rows = table.groupby("month").agg(
        facilities=("registered", "count"), rows=("registered", "size"), registered=("registered", "sum")
    )
    frame = rows.reset_index()
    frame["without"] = frame["rows"] - frame["facilities"]
    frame["registered"] = frame["registered"].mask(frame["facilities"] == 0).astype("Int64")
    frame["population"] = pd.array([population.value] * len(frame), dtype="Int64")
    frame["share"] = (100 * frame["registered"] / frame["population"]).astype("Float64")
    counts = ["facilities", "without"]
    frame[counts] = frame[counts].astype("Int64")
    return frame[["month", "facilities", "without", "registered", "population", "share"]]


def beyond_population(totals: pd.DataFrame, check: Check, population: Population) -> Outcome:
    """Return the outcome of 'peserta_penduduk': months with more participants than the limit allows.

    totals: registered_totals. One signal for each stretch of months; observed: the most participants; expected:
    population.
    """
    if population.value is None:
        return Outcome("peserta_penduduk", 0, reason=population.reason)
    known = totals[totals["share"].notna()]
    above = known[known["share"] > check["share"]].reset_index(drop=True)
    ordinals = above["month"].map(lambda month: month.ordinal)
    signals = [
        Signal("peserta_penduduk", "", rows["month"].min(), rows["month"].max(), "registered",
               float(rows["registered"].max()), float(population.value), times=len(rows))
        for _, rows in above.groupby((ordinals.diff() != 1).cumsum())
    ]  # fmt: skip
    return Outcome("peserta_penduduk", len(known), signals)


def total_changes(table: pd.DataFrame, check: Check) -> Outcome:
    """Return the outcome of 'peserta_gabungan': participants of the same facilities against the month before.

    table: facility-month rows. Facilities without a number in one of the two months count in neither; of: facilities.
    """
    known = table.dropna(subset=["registered"])
    before = known[["facility_code", "month", "registered"]].assign(month=known["month"] + 1)
    both = known.merge(before, on=["facility_code", "month"], suffixes=("", "_before"))
    sums = both.groupby("month").agg(
        now=("registered", "sum"), before=("registered_before", "sum"), facilities=("registered", "size")
    )
    sums = sums[sums["before"] > 0]
    signals = [
        Signal("peserta_gabungan", "", month, month, "registered", float(row.now), float(row.before),
               of=int(row.facilities))
        for month, row in zip(sums.index, sums.itertuples(index=False), strict=True)
        if abs(row.now / row.before - 1) > check["change"] / 100
    ]  # fmt: skip
    return Outcome("peserta_gabungan", len(sums), signals)
