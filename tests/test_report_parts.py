"""Every part of the report on odd data: words that say what is missing, never an exception, never 'nan'."""

from __future__ import annotations

from typing import Any

import nbformat
import pandas as pd
import pytest
import small_district

from analysis.contract import facility_months
from analysis.district import District, Event, load_facilities
from analysis.findings import load_kinds
from analysis.indicators import load_indicators
from analysis.ledger import Finding, ledger_table
from analysis.markdown import Block, FigureBlock
from analysis.payment import load_tariffs
from analysis.periods import parse_period
from analysis.provenance import Provenance
from analysis.report import Report
from analysis.results import Inputs, compute_results
from analysis.rules import load_rules
from analysis.steps import choose_periods
from analysis.workspace import PROJECT

REFERENCE = PROJECT / "data" / "reference"
INDICATORS, RULES = load_indicators(REFERENCE), load_rules(REFERENCE)


def calls() -> list[str]:
    book: Any = nbformat.reads((PROJECT / "notebooks" / "03_report.ipynb").read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    sources = [c.source.strip() for c in book.cells if c.cell_type == "code"]
    return [s for s in sources if s.startswith("laporan.")]


def report(table: pd.DataFrame, period: str = "2025-S1", compare: str = "2024-S1") -> Report:
    findings = [Finding("no_value_sign", file="a|b.xlsx", row=3, facility_code="0101A001", month="2025-03")]
    inputs = Inputs(
        table=table,
        ledger=ledger_table(findings),
        kinds=load_kinds(REFERENCE),
        facilities=load_facilities(PROJECT / "tests"),
        indicators=INDICATORS,
        rules=RULES,
        tariffs=load_tariffs(REFERENCE),
    )
    results = compute_results(inputs, parse_period(period), parse_period(compare))
    district = District(
        name="Kabupaten Contoh",
        level="kabupaten",
        events=[Event.model_validate({"date": "2025-02-10", "label": "Pembinaan"})],
    )
    parameters = {"period": period, "compare": compare}
    provenance = Provenance(
        district="contoh", files=[], settings=[], parameters=parameters, rule=results.facts["rule"],
        tariffs=results.facts["tariffs"], renderer="uji", version="0", code="0" * 64, reference="0" * 64,
    )  # fmt: skip
    return Report(district, results, INDICATORS, RULES, provenance)


def odd(kind: str) -> tuple[pd.DataFrame, str, str]:  # noqa: PLR0911 - one line for each kind
    table = small_district.table()
    match kind:
        case "no comparison":
            return table[table["month"] >= pd.Period("2025-01", "M")], "2025-S1", "2024-S1"
        case "one month":
            return table, "2025-03", "2024-03"
        case "only clinics":
            return table.assign(facility_type="klinik_pratama"), "2025-S1", "2024-S1"
        case "types unknown":
            return table.assign(facility_type=pd.NA), "2025-S1", "2024-S1"
        case "one facility":
            return table[table["facility_code"] == "0101A001"], "2025-S1", "2024-S1"
        case "one indicator missing everywhere":
            return table.assign(contacts=pd.NA), "2025-S1", "2024-S1"
        case "no referrals":
            return table.assign(referrals=0, nonspecialist_referrals=0), "2025-S1", "2024-S1"
        case "a whole year":
            return table, "2025", "2024"
        case "old rule":
            month = table["month"] - 8 * 12
            return table.assign(month=month), "2017-S1", "2016-S1"
        case _:
            raise ValueError(kind)


KINDS = [
    "no comparison", "one month", "only clinics", "types unknown", "one facility", "one indicator missing everywhere",
    "no referrals", "a whole year", "old rule",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_odd_data_give_a_whole_report(kind: str) -> None:
    table, period, compare = odd(kind)
    laporan = report(facility_months(table), period, compare)
    for call in calls():
        shown = eval(call, {"laporan": laporan})  # noqa: S307 - the notebook's own calls
        assert isinstance(shown, Block | FigureBlock), call
        words = shown.markdown if isinstance(shown, Block) else f"{shown.caption} {shown.alt}"
        words = words.replace("\\", "")
        assert words.strip(), call
        for bad in ("nan", "None", "<NA>", "NaT", "inf "):
            assert bad not in words.split(), (call, words)


def test_first_office_without_a_year_before_still_gets_its_report() -> None:
    table, period, compare = odd("no comparison")
    text = report(facility_months(table), period, compare).summary().markdown.replace("\\", "")
    assert "tidak dapat dihitung: tidak ada FKTP yang dapat dipasangkan" in text
    assert "148,3 per mil" in text


def test_default_comparison_is_the_year_before_else_the_span_before() -> None:
    year = pd.Series(pd.period_range("2024-01", "2025-06", freq="M"))
    assert [p.code for p in choose_periods(year, "", "")] == ["2025-S1", "2024-S1"]
    assert [p.code for p in choose_periods(year[6:], "", "")] == ["2025-S1", "2024-S2"]
    assert [p.code for p in choose_periods(year[12:], "", "")] == ["2025-S1", "2024-S1"]
