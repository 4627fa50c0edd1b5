"""All tables of a report on a period, computed once from the facility-month table."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from analysis import formats as fmt
from analysis.chosen_periods import require_months
from analysis.contract import PLACES, without_idle_rows
from analysis.district import Event
from analysis.errors import DataError
from analysis.extract_shapes import no_cases
from analysis.finding_counts import finding_counts
from analysis.findings import FindingKind
from analysis.indicators import Indicator
from analysis.payment import Tariff, monthly_payments, monthly_scores
from analysis.periods import Period
from analysis.quality_checks import Grounds
from analysis.results import Results
from analysis.results_chart import chart_tables
from analysis.results_comparison import comparison_tables
from analysis.results_event import event_tables
from analysis.results_funnel import funnel_tables
from analysis.results_history import history_tables
from analysis.results_indicators import (
    district_changes,
    district_indicators,
    facility_indicators,
    facility_monthly,
    monthly_indicators,
)
from analysis.results_parts import MINIMUM_MONTH_SHARE, SPANS, Scope, by_facility, with_listed
from analysis.results_payment import costs
from analysis.results_quality import quality_tables, unconfirmed_values
from analysis.results_referrals import referral_tables
from analysis.results_shares import adjust_for_number, target_shares
from analysis.results_steps import rrns_attention, steps_to_target
from analysis.rules import Rule, rule_for


@dataclass(frozen=True)
class Inputs:
    """What the computation needs.

    table: facility-month table; ledger: ledger table; kinds: kinds of finding; facilities: table of facilities.csv;
    cases: referrals by case, ``extract_shapes.Referrals``. diagnosis_names: plain code → name in the list of 144.
    tacc_names: code → name, ``extract_tacc.Tacc``.
    events: those of district.yml. arrivals: ``timeliness.arrivals``. grounds: what the figures are checked against.
    """

    table: pd.DataFrame
    ledger: pd.DataFrame
    kinds: dict[str, FindingKind]
    facilities: pd.DataFrame
    indicators: dict[str, Indicator]
    rules: list[Rule]
    tariffs: list[Tariff]
    arrivals: pd.DataFrame
    grounds: Grounds
    events: list[Event] = field(default_factory=list)
    cases: pd.DataFrame = field(default_factory=no_cases)
    diagnosis_names: dict[str, str] = field(default_factory=dict)
    tacc_names: dict[int, str] = field(default_factory=dict)


def compute_results(inputs: Inputs, period: Period, compare: Period) -> Results:
    """Return all tables of a report on ``period``, compared with ``compare``.

    Raises DataError when no file holds a month of the period, or no rule is in force.
    """
    require_months(inputs.table["month"], period, "laporan")
    rule = rule_for(inputs.rules, period.months[-1])
    if rule is None:
        raise DataError(f"Tidak ada aturan KBK yang pasti untuk {period.label}; laporan tidak dapat dibuat.")
    data = without_idle_rows(inputs.table, inputs.facilities)
    data = distinct_names(data.drop(columns=list(PLACES), errors="ignore"))
    grouped = data.assign(group=group_of(data["facility_type"]))
    # one group per facility, by its latest type, in every table
    grouped["group"] = grouped["facility_code"].map(by_facility(grouped)["group"])
    table = grouped[(grouped["facility_type"] != "dokter_gigi").fillna(True)]
    dentists = set(grouped["facility_code"]) - set(table["facility_code"])
    facilities = inputs.facilities[~inputs.facilities["code"].isin(dentists)]
    names = [n for n in rule.indicators if n in inputs.indicators]
    scope = Scope(table, inputs.indicators, names, rule, period, compare)
    facility = facility_indicators(scope)
    scores = monthly_scores(data, inputs.facilities, inputs.indicators, inputs.rules)
    scores["group"] = grouped["group"]
    who = with_listed(by_facility(grouped), inputs.facilities, inputs.facilities["code"].dropna())
    payments = pd.concat(
        [
            monthly_payments(
                data, inputs.facilities, scores, rules=inputs.rules, tariffs=inputs.tariffs, months=span.months
            ).assign(span=name, group=lambda d: d["facility_code"].map(who["group"]))
            for name, span in zip(SPANS, (period, compare), strict=True)
        ],
        ignore_index=True,
    )
    change, share = district_changes(scope, facility), target_shares(scope, facility)
    adjust_for_number(change, share)
    tables = {
        "facility": facility,
        "district": district_indicators(scope, facility),
        "change": change,
        "share": share,
        "monthly": monthly_indicators(scope),
        "facility_monthly": facility_monthly(scope),
        "scores": scores,
        "payments": payments,
        "cost": costs(payments),
        **referral_tables(inputs.cases, period, inputs.diagnosis_names, inputs.tacc_names),
        **quality_tables(scope, inputs.grounds, facilities, inputs.arrivals, inputs.ledger),
        "findings": finding_counts(inputs.ledger, inputs.kinds),
        "ledger": inputs.ledger,
        "attention": rrns_attention(scope, facility),
        "steps": steps_to_target(scope, facility),
        "unconfirmed": unconfirmed_values(inputs.rules),
        **comparison_tables(scope, facility),
        **history_tables(scope),
        **chart_tables(scope, inputs.events),
        **funnel_tables(scope, facility),
        **event_tables(scope, inputs.events),
    }
    present = set(inputs.table["month"].unique())
    facts = {
        "period": period.code,
        "compare": compare.code,
        "rule": rule.id,
        "leading": "puskesmas" if (table["facility_type"] == "puskesmas").any() else "FKTP",
        "months_with_data": [str(m) for m in sorted(present)],
        "period_months_missing": [str(m) for m in period.months if m not in present],
        "compare_months_missing": [str(m) for m in compare.months if m not in present],
        "tariffs": sorted({t.id for t in inputs.tariffs for m in [*period.months, *compare.months] if t.covers(m)}),
        "minimum_month_share": MINIMUM_MONTH_SHARE,
    }
    return Results(facts, tables)


def distinct_names(table: pd.DataFrame) -> pd.DataFrame:
    """Return a facility-month table in which no two facilities read alike: the code stands behind a shared name."""
    codes = table["facility_code"].unique()
    latest = table.sort_values("month").groupby("facility_code")["facility_name"].last()
    names = fmt.distinct_names({str(code): str(latest[code]) for code in codes})
    return table.assign(facility_name=table["facility_code"].map(names).astype("string"))


def group_of(facility_type: pd.Series) -> pd.Series:
    """Return the group of each facility-month: the puskesmas are 'utama'; without any, every facility is."""
    is_puskesmas = (facility_type == "puskesmas").fillna(False)
    if not is_puskesmas.any():
        is_puskesmas = ~is_puskesmas
    return is_puskesmas.map({True: "utama", False: "lainnya"}).astype("string")
