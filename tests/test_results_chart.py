"""Monthly charts as tables: limits by hand, phases, quarters by scipy, and the marks of each facility."""

from __future__ import annotations

import datetime as dt
import json
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from small_scope import facility, months, same_tables, scope, table

from analysis.district import Event
from analysis.results_chart import chart_tables, rebase_months
from analysis.wording import row_of

YEAR = months("2025-01", "2025-12")
CONTACTS = [140, 150, 145, 155, 150, 148, 152, 146, 151, 149, 153, 147]
NONSPECIALIST = [20, 26, 24, 31, 22, 28, 25, 19, 27, 30, 23, 29]
REFERRALS = [1000, 1100, 950, 1200, 1000, 1050, 980, 900, 1010, 1150, 990, 1080]


def event(date: str, indicator: str = "", *, rebase: bool = True) -> Event:
    return Event(date=dt.date.fromisoformat(date), label="Pembinaan", indicator=indicator, rebase=rebase)  # type: ignore[arg-type]


def points_of(tables: dict[str, pd.DataFrame], name: str) -> pd.DataFrame:
    frame = tables["chart_points"]
    return frame[frame["indicator"] == name].reset_index(drop=True)


def test_natural_limits_by_hand() -> None:
    tables = chart_tables(scope(table(facility("0101A001", YEAR, contacts=CONTACTS)), "2025-S2", "2025-S1"))
    head = row_of(tables["chart"], indicator="AK")
    # mean 148,83; moving ranges 10 5 10 5 2 4 6 5 2 4 6, sum 59, mean 5,3636; half width 2,66 times that = 14,267
    assert sum(CONTACTS) / 12 == pytest.approx(148.8333, abs=1e-4)
    assert sum(abs(b - a) for a, b in pairwise(CONTACTS)) == 59
    assert [head["mean"], head["lower"], head["upper"]] == pytest.approx([148.8333, 134.5661, 163.1006], abs=1e-3)
    assert (head["kind"], head["trial"], head["reason"], head["target"]) == ("XmR", False, "", 150)
    assert (head["start"], head["end"], head["months"], head["limits_from"]) == ("2025-01", "2025-12", 12, "2025-01")
    assert head["assurance"] == "kadang tercapai"  # 150 lies within the limits
    assert points_of(tables, "AK")["value"].tolist() == CONTACTS


def test_the_chart_is_of_the_sums_of_the_leading_group_up_to_the_period() -> None:
    clinic = facility("0101B001", months("2025-01", "2026-03"), kind="klinik_pratama", contacts=900)
    rows = table(
        facility("0101A001", months("2025-01", "2026-03"), contacts=140),
        facility("0101A002", months("2025-01", "2026-03"), contacts=240, registered=3000),
        clinic,
    )
    points = points_of(chart_tables(scope(rows, "2025-S2", "2025-S1")), "AK")
    # (140 + 240) / (1000 + 3000) = 95 per mille, not the mean of 140 and 80; months of 2026 lie after the report
    assert points["value"].tolist() == [95.0] * 12
    assert [str(m) for m in points["month"]] == YEAR


def test_only_the_last_24_months_are_judged_and_older_ones_drawn_plainly() -> None:
    when = months("2023-07", "2025-12")
    contacts = [150 + (-1) ** i * 5 for i in range(len(when))]
    contacts[2] = 400  # an outlier before the judged months touches no limit
    tables = chart_tables(scope(table(facility("0101A001", when, contacts=contacts)), "2025-S2", "2025-S1"))
    points = points_of(tables, "AK")
    assert len(points) == 30
    assert points["mean"].isna().tolist() == [True] * 6 + [False] * 24
    head = row_of(tables["chart"], indicator="AK")
    assert (head["start"], head["mean"]) == ("2024-01", 150)


def test_an_older_comparison_belongs_to_the_judged_months() -> None:
    when = months("2023-01", "2025-12")
    tables = chart_tables(scope(table(facility("0101A001", when)), "2025-S2", "2023-S1"))
    assert row_of(tables["chart"], indicator="AK")["start"] == "2023-01"


def test_months_of_the_head_are_those_with_data() -> None:
    tables = chart_tables(scope(table(facility("0101A001", months("2025-03", "2025-08"))), "2025-S2", "2025-S1"))
    head = row_of(tables["chart"], indicator="AK")
    assert (head["start"], head["end"], head["months"], head["trial"]) == ("2025-03", "2025-08", 6, True)


def test_laney_limits_by_hand() -> None:
    rows = table(facility("0101A001", YEAR, nonspecialist_referrals=NONSPECIALIST, referrals=REFERRALS))
    tables = chart_tables(scope(rows, "2025-S2", "2025-S1"))
    head, points = row_of(tables["chart"], indicator="RRNS"), points_of(tables, "RRNS")
    y, n = np.array(NONSPECIALIST), np.array(REFERRALS)
    mean = y.sum() / n.sum()
    error = np.sqrt(mean * (1 - mean) / n)
    z = (y / n - mean) / error
    sigma_z = np.abs(np.diff(z)).mean() / 1.128
    assert head["kind"] == "p′ Laney"
    assert head["mean"] == pytest.approx(100 * mean)
    assert points["lower"].tolist() == pytest.approx((100 * np.maximum(0, mean - 3 * sigma_z * error)).tolist())
    assert points["upper"].tolist() == pytest.approx((100 * (mean + 3 * sigma_z * error)).tolist())
    assert head["upper"] == pytest.approx(points["upper"].iloc[-1])


def test_few_events_give_exact_quarters() -> None:
    events = [0, 1, 0, 1, 0, 1, 0, 0, 1, 12, 11, 12]
    rows = table(facility("0101A001", YEAR, nonspecialist_referrals=events))
    tables = chart_tables(scope(rows, "2025-T4", "2025-T3"))
    head, quarters = row_of(tables["chart"], indicator="RRNS"), tables["chart_quarters"]
    assert (head["kind"], head["limits_from"], head["lower"] is pd.NA) == ("triwulan eksak", "2025-01", True)
    assert quarters["label"].tolist() == ["2025-T1", "2025-T2", "2025-T3", "2025-T4"]
    assert quarters["numerator"].tolist() == [1, 2, 1, 35]
    exact = stats.binomtest(35, 300).proportion_ci(0.95, method="exact")
    last = quarters.iloc[-1]
    assert [last["value"], last["lower"], last["upper"]] == pytest.approx([35 / 3, 100 * exact.low, 100 * exact.high])
    assert last["grade"] == "penurunan mutu"
    assert last["limit_upper"] == pytest.approx(stats.binom.ppf(0.999, 300, 39 / 1200) / 3)
    mark = row_of(tables["facility_marks"], indicator="RRNS")
    assert (mark["rule"], mark["direction"], mark["grade"]) == ("di luar batas", 1, "penurunan mutu")
    assert json.loads(mark["places"]) == ["2025-T4"]


def test_a_declared_event_starts_new_limits_for_its_indicator() -> None:
    contacts = [140, 142] * 3 + [170, 172] * 3
    rows = table(facility("0101A001", YEAR, contacts=contacts))
    tables = chart_tables(scope(rows, "2025-S2", "2025-S1"), [event("2025-06-10", "AK")])
    head, points = row_of(tables["chart"], indicator="AK"), points_of(tables, "AK")
    assert (head["limits_from"], head["start"], head["trial"]) == ("2025-07", "2025-01", True)
    assert head["mean"] == 171  # of the six months after, not 156 of all
    assert points["phase"].tolist() == [0] * 6 + [1] * 6
    assert points["mean"].tolist() == [141] * 6 + [171] * 6
    assert row_of(tables["chart"], indicator="RPPT")["limits_from"] == "2025-01"


def test_which_events_start_new_limits() -> None:
    told = [
        event("2025-06-10", "AK"),
        event("2025-07-31"),
        event("2025-08-01", "RRNS"),
        event("2025-09-01", rebase=False),
    ]
    assert rebase_months(told, "AK") == ["2025-07", "2025-08"]
    late = chart_tables(scope(table(facility("0101A001", YEAR)), "2025-S2", "2025-S1"), [event("2025-12-31")])
    assert row_of(late["chart"], indicator="AK")["limits_from"] == "2025-01"  # no month after it


def test_too_few_months_since_an_event_leave_the_earlier_limits() -> None:
    rows = table(facility("0101A001", YEAR, contacts=CONTACTS))
    tables = chart_tables(scope(rows, "2025-S2", "2025-S1"), [event("2025-11-10", "AK")])
    head, points = row_of(tables["chart"], indicator="AK"), points_of(tables, "AK")
    assert "sekurang-kurangnya 3 bulan, tersedia 1" in head["reason"]
    assert (head["limits_from"], head["mean"] is pd.NA) == ("2025-12", True)
    assert points["mean"].isna().tolist() == [False] * 11 + [True]


@pytest.mark.parametrize(("name", "grade"), [("AK", "perbaikan"), ("RRNS", "penurunan mutu")])
def test_marks_of_facilities_in_the_period_by_direction_of_the_indicator(name: str, grade: str) -> None:
    column = {"AK": "contacts", "RRNS": "nonspecialist_referrals"}[name]

    def own(code: str, counts: list[int], label: str = "") -> list[dict[str, object]]:
        told: dict[str, object] = {"referrals": 1000, column: counts}
        return facility(code, YEAR, label, **told)  # type: ignore[arg-type]

    usual, high = ([140, 160] * 6, 300) if name == "AK" else ([20, 21] * 6, 60)
    spike = [*usual[:10], high, usual[11]]
    early = [high, *usual[1:]]
    rows = table(
        own("0101A001", spike, "PUSKESMAS SAMA"),
        own("0101A002", early, "PUSKESMAS SAMA"),
        own("0101A003", usual),
    )
    tables = chart_tables(scope(rows, "2025-S2", "2025-S1"))
    marks = tables["facility_marks"]
    marks = marks[(marks["indicator"] == name) & (marks["rule"] == "di luar batas")]
    assert marks["facility_code"].tolist() == ["0101A001"]  # the spike of the second lies before the period
    mark = marks.iloc[0]
    assert mark["facility_name"] == "PUSKESMAS SAMA (0101A001)"
    assert (mark["direction"], mark["grade"], mark["months"]) == (1, grade, 1)
    assert json.loads(mark["places"]) == ["2025-11"]
    assert row_of(tables["facility_charts"], indicator=name)["n"] == 3


def test_no_data_for_an_indicator_gives_a_reason_and_no_points() -> None:
    rows = table(facility("0101A001", YEAR, contacts=None))
    tables = chart_tables(scope(rows, "2025-S2", "2025-S1"))
    head = row_of(tables["chart"], indicator="AK")
    assert (head["reason"], head["months"], head["mean"] is pd.NA) == ("tidak ada bulan dengan nilai", 0, True)
    assert points_of(tables, "AK").empty
    assert row_of(tables["facility_charts"], indicator="AK")["n"] == 0


def test_end_of_a_target() -> None:
    rule = scope(table(facility("0101A001", YEAR)), "2025-S2", "2025-S1").rule
    assert [rule.target(n).end for n in ("AK", "RRNS", "RPPT")] == [150, 2, 5]


ROWS = table(
    facility("0101A002", YEAR, contacts=CONTACTS, nonspecialist_referrals=NONSPECIALIST, referrals=REFERRALS),
    facility("0101A001", YEAR, contacts=CONTACTS[::-1]),
)
TABLES = chart_tables(scope(ROWS, "2025-S2", "2025-S1"))


@settings(max_examples=5)
@given(st.permutations(range(len(ROWS))))
def test_order_of_rows_does_not_matter(order: list[int]) -> None:
    same_tables(TABLES, chart_tables(scope(ROWS.iloc[order].reset_index(drop=True), "2025-S2", "2025-S1")))
