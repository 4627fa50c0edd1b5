"""The whole report of a small district, made in memory."""

from __future__ import annotations

import pandas as pd

from analysis.district import FACILITY_COLUMNS, Codes, District, Event
from analysis.findings import load_kinds
from analysis.indicators import load_indicators
from analysis.ledger import Finding, ledger_table
from analysis.methods import load_methods
from analysis.payment import load_tariffs
from analysis.periods import parse_period
from analysis.provenance import Provenance
from analysis.quality_checks import load_grounds
from analysis.report import Report
from analysis.results_compute import Inputs, compute_results
from analysis.rules import load_rules
from analysis.timeliness import arrivals
from analysis.workspace import PROJECT

REFERENCE = PROJECT / "data" / "reference"
INDICATORS, RULES = load_indicators(REFERENCE), load_rules(REFERENCE)
METHODS, TARIFFS, KINDS = load_methods(REFERENCE), load_tariffs(REFERENCE), load_kinds(REFERENCE)
GROUNDS = load_grounds(REFERENCE, Codes())
FACILITIES = pd.DataFrame(
    {"code": ["0101A001", "0101A002", "0101A003"], "doctors": [1, 1, 1], "dentists": [1, 0, 1],
     "cooperating_since": pd.Timestamp("2014-01-01")}
).reindex(columns=list(FACILITY_COLUMNS)).astype(FACILITY_COLUMNS)  # fmt: skip


def report(
    table: pd.DataFrame, period: str = "2025-S1", compare: str = "2024-S1", facilities: pd.DataFrame = FACILITIES
) -> Report:
    """The report on a facility-month table with one finding and one event."""
    findings = [Finding("no_value_sign", file="a|b.xlsx", row=3, facility_code="0101A001", month="2025-03")]
    events = [Event.model_validate({"date": "2025-02-10", "label": "Pembinaan"})]
    inputs = Inputs(
        table=table,
        ledger=ledger_table(findings),
        kinds=KINDS,
        facilities=facilities,
        indicators=INDICATORS,
        rules=RULES,
        tariffs=TARIFFS,
        arrivals=arrivals([]),
        grounds=GROUNDS,
        events=events,
    )
    results = compute_results(inputs, parse_period(period), parse_period(compare))
    district = District(name="Kabupaten Contoh", level="kabupaten", events=events)
    parameters = {"period": period, "compare": compare}
    provenance = Provenance(
        district="contoh", files=[], settings=[], parameters=parameters, rule=results.facts["rule"],
        tariffs=results.facts["tariffs"], renderer="uji", version="0", code="0" * 64, reference="0" * 64,
    )  # fmt: skip
    return Report(district, results, INDICATORS, RULES, provenance, METHODS, GROUNDS.checks)
