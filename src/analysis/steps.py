"""The steps that the notebooks call: read, work, write; the same ones that ``kbk`` runs through papermill."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from analysis.chosen_periods import choose_periods
from analysis.clean import Cleaned, clean_district
from analysis.demonstration import ensure_data
from analysis.district import current_events, current_facilities, load_district, load_facilities
from analysis.extract_diagnoses import load_diagnoses
from analysis.extract_engine import known_engine
from analysis.extract_tacc import load_tacc
from analysis.findings import load_kinds
from analysis.indicators import load_indicators
from analysis.payment import load_tariffs
from analysis.results import Results
from analysis.rules import load_rules
from analysis.store import load_cleaned, save_cleaned
from analysis.workspace import Workspace


def clean(slug: str, engine: str = "", progress: Callable[[str], None] | None = None) -> Cleaned:
    """Read a district's files, write table and ledger under data/processed, and return them.

    engine: what counts visits of single participants, 'duckdb' or 'spark'; default 'duckdb'.
    Months that have not happened yet are told by this computer's clock, unless district.yml declares data_until.
    Raises DataError or ConfigurationError with every problem found, ParameterError for an engine that is not to be had,
    PublishError where nothing can be written.
    """
    workspace = Workspace.current()
    ensure_data(workspace, slug)
    cleaned = clean_district(workspace, slug, progress, known_engine(engine), today=dt.date.today())
    save_cleaned(cleaned, workspace.processed_of(slug), load_kinds(workspace.reference))
    return cleaned


def analyse(slug: str, period: str = "", compare: str = "") -> Results:
    """Compute all results of a district and period, write them under data/processed, and return them.

    The facts also say which district this is and, as a fingerprint, which files were read.
    Raises DataError when the district has not been cleaned or the period has no data.
    """
    # slow to import (SciPy, statsmodels), and reading files needs none of it
    from analysis.quality_checks import load_grounds  # noqa: PLC0415
    from analysis.quality_signals import extract_counts  # noqa: PLC0415
    from analysis.results_compute import Inputs, compute_results  # noqa: PLC0415

    workspace = Workspace.current()
    stored = load_cleaned(workspace.processed_of(slug))
    chosen, before = choose_periods(stored.table["month"], period, compare)
    district = load_district(workspace, slug)
    facilities = load_facilities(workspace.raw_of(slug))
    results = compute_results(
        Inputs(
            table=stored.table,
            ledger=stored.ledger,
            kinds=load_kinds(workspace.reference),
            facilities=current_facilities(facilities, district.code_changes),
            indicators=load_indicators(workspace.reference),
            rules=load_rules(workspace.reference),
            tariffs=load_tariffs(workspace.reference),
            events=current_events(district),
            arrivals=stored.arrivals,
            cases=stored.cases,
            diagnosis_names=load_diagnoses(workspace.reference).names,
            tacc_names=load_tacc(workspace.reference).names,
            grounds=load_grounds(workspace.reference, district.codes, extract_counts(stored.cases, stored.recorded)),
        ),
        chosen,
        before,
    )
    results.facts.update(district=slug, inputs=stored.inputs)
    results.save(workspace.results_of(slug, chosen.code))
    return results
