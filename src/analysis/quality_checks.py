"""All checks of a district's figures in one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import pandas as pd

from analysis.district import Codes
from analysis.quality import Check, Outcome, load_checks, signal_table
from analysis.quality_jumps import jumps, participants_jump
from analysis.quality_population import Population, beyond_population, population_of, registered_totals, total_changes
from analysis.quality_repeats import (
    full_parts,
    parts_beyond,
    repeated_counts,
    repeated_months,
    round_counts,
    twin_counts,
)
from analysis.quality_signals import ExtractCounts, bunched_contacts, visit_signals
from analysis.rules import load_rules, rule_for

NO_TARGET = "tidak ada aturan yang pasti dengan target AK untuk bulan terakhir"


@dataclass(frozen=True)
class Grounds:
    """What the figures of a district are checked against.

    checks: ``quality.load_checks``. population: of the district. visits: counts from extracts, where there are any.
    """

    checks: dict[str, Check]
    population: Population
    visits: ExtractCounts = field(default_factory=ExtractCounts)


def load_grounds(reference: Path, codes: Codes, visits: ExtractCounts | None = None) -> Grounds:
    """Return what the figures of a district are checked against.

    reference: folder of the reference data. codes: of the district. visits: counts from extracts; default none.
    Raises ConfigurationError when the reference data are wrong.
    """
    return Grounds(load_checks(reference), population_of(reference, codes), visits or ExtractCounts())


def run_checks(table: pd.DataFrame, grounds: Grounds, target: Fraction | None, last: pd.Period) -> list[Outcome]:
    """Return the outcome of every check, in the order of ``quality.NEEDED``.

    table: facility-month rows of the facilities that are judged; later months than ``last`` are not looked at.
    target: least AK of the target, per mille; None where no rule has one.
    """
    rows = table[table["month"] <= last]
    checks, population = grounds.checks, grounds.population
    if rows.empty:
        return [Outcome(kind, 0, reason="tidak ada baris sampai bulan terakhir") for kind in checks]
    months = repeated_months(rows, checks["bulan_sama"])
    outcomes = [
        *jumps(rows, checks),
        participants_jump(rows, checks["peserta_melonjak"]),
        months,
        repeated_counts(rows, checks["angka_berulang"], months),
        twin_counts(rows, checks["angka_kembar"]),
        full_parts(rows, checks["pembilang_penuh"]),
        parts_beyond(rows),
        round_counts(rows, checks["angka_bulat"], last),
        beyond_population(registered_totals(rows, population), checks["peserta_penduduk"], population),
        total_changes(rows, checks["peserta_gabungan"]),
        Outcome("ak_menumpuk", 0, reason=NO_TARGET)
        if target is None
        else bunched_contacts(rows, checks["ak_menumpuk"], target, last),
        *visit_signals(grounds.visits.of(set(rows["facility_code"])), checks, last),
    ]
    return outcomes


def signals(
    table: pd.DataFrame, reference: Path, codes: Codes, visits: ExtractCounts | None = None
) -> tuple[pd.DataFrame, Mapping[str, Check]]:
    """Return everything in a district's figures that is worth a question, and the checks that say so.

    table: facility-month table of the district. reference: folder of the reference data. codes: of the district.
    visits: counts from extracts; default none.
    The first is ``quality.signal_table``. Raises ConfigurationError when the reference data are wrong.
    """
    judged = table[(table["facility_type"] != "dokter_gigi").fillna(True)]
    grounds = load_grounds(reference, codes, visits)
    if judged.empty:
        return signal_table([], grounds.checks, {}), grounds.checks
    last = judged["month"].max()
    rule = rule_for(load_rules(reference), last)
    target = rule.target("AK").lower if rule is not None and "AK" in rule.indicators else None
    names = judged.sort_values("month").groupby("facility_code")["facility_name"].last().to_dict()
    return signal_table(run_checks(judged, grounds, target, last), grounds.checks, names), grounds.checks
