"""The steps that the notebooks call: read, work, write; the same ones that ``kbk`` runs through papermill."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pandas as pd

from analysis.clean import Cleaned, clean_district
from analysis.district import load_district, load_facilities
from analysis.errors import DataError
from analysis.findings import load_kinds
from analysis.indicators import load_indicators
from analysis.payment import load_tariffs
from analysis.periods import Period, latest_complete, parse_period
from analysis.results import Inputs, Results, compute_results
from analysis.rules import load_rules
from analysis.simulate import write_simulation
from analysis.store import load_ledger, load_table, save_cleaned
from analysis.workspace import PROJECT, Workspace, shipped, simulations


def ensure_data(workspace: Workspace, slug: str) -> bool:
    """Put demonstration data or shipped figures in place when the district's folder is missing or empty.

    Returns whether anything was written.
    """
    folder = workspace.raw_of(slug)
    if folder.exists() and any(folder.iterdir()):
        return False
    if slug in simulations(workspace.reference):
        write_simulation(workspace.reference, slug, folder)
        return True
    if slug in shipped():
        shutil.copytree(PROJECT / "data" / "raw" / slug, folder, dirs_exist_ok=True)
        return True
    return False


def clean(slug: str, progress: Callable[[str], None] | None = None) -> Cleaned:
    """Read a district's files, write table and ledger under data/processed, and return them.

    Raises DataError or ConfigurationError with every problem found.
    """
    workspace = Workspace.current()
    ensure_data(workspace, slug)
    cleaned = clean_district(workspace, slug, progress)
    save_cleaned(cleaned, workspace.processed_of(slug))
    return cleaned


def choose_periods(months: pd.Series, period: str, compare: str) -> tuple[Period, Period]:
    """Return the period and its comparison: as asked, else the latest complete semester and the same a year before.

    months: service months of the data. Raises ParameterError for words that are no period, DataError when the data
    hold no complete period.
    """
    if period:
        chosen: Period | None = parse_period(period)
    else:
        present = set(months)
        chosen = next((p for length in (6, 3, 1) if (p := latest_complete(present, length))), None)
    if chosen is None:
        raise DataError("Data tidak memuat satu bulan pun; laporan tidak dapat dibuat.")
    return chosen, parse_period(compare) if compare else chosen.year_before()


def analyse(slug: str, period: str = "", compare: str = "") -> Results:
    """Compute all results of a district and period, write them under data/processed, and return them.

    Raises DataError when the district has not been cleaned or the period has no data.
    """
    workspace = Workspace.current()
    folder = workspace.processed_of(slug)
    table = load_table(folder)
    chosen, before = choose_periods(table["month"], period, compare)
    raw = workspace.raw_of(slug)
    load_district(workspace, slug)
    results = compute_results(
        Inputs(
            table=table,
            ledger=load_ledger(folder),
            kinds=load_kinds(workspace.reference),
            facilities=load_facilities(raw),
            indicators=load_indicators(workspace.reference),
            rules=load_rules(workspace.reference),
            tariffs=load_tariffs(workspace.reference),
        ),
        chosen,
        before,
    )
    results.save(workspace.results_of(slug, chosen.code))
    return results
