"""Counts of few people are not published, nor anything that gives them back; what is large stays as it is."""

from __future__ import annotations

import itertools
from typing import Any

import pandas as pd
import pytest
import small_district
import small_report

from analysis.disclosure import Withheld, candidates, left_open
from analysis.ledger import Finding, ledger_table
from analysis.results import Results
from analysis.small_numbers import BREAKDOWN, FACT, HIDDEN, REASON, Publishing, publishable, publishing, without_small

COUNTS = ["nonspecialist_referrals", "referrals"]


def table(monthly: dict[str, tuple[int, int]], registered: int = 2000) -> pd.DataFrame:
    """Facility-months of two years, each month with (non-specialist referrals, referrals) by facility code."""
    complete = small_district.table()
    frames = []
    for code, (above, below) in monthly.items():
        rows = complete[complete["facility_code"] == "0101A001"].copy()
        named = {"facility_code": code, "facility_name": f"PUSKESMAS {code}", "registered": registered}
        rows = rows.assign(**named, contacts=300, nonspecialist_referrals=0, referrals=below)
        first = rows.groupby(rows["month"].dt.year)["month"].transform("min")
        # all of a period in its first month
        frames.append(rows.assign(nonspecialist_referrals=(rows["month"] == first).astype("Int64") * above))
    return pd.concat(frames, ignore_index=True).astype(complete.dtypes.to_dict())


def made(monthly: dict[str, tuple[int, int]], limit: int = 5, **more: Any) -> tuple[Results, Results, Publishing]:
    """Complete results, those that may be published, and what decided."""
    listed = small_report.FACILITIES.iloc[:1]
    facilities = pd.concat([listed.assign(code=code) for code in monthly], ignore_index=True)
    report = small_report.report(table(monthly, **more), facilities=facilities)
    rules = publishing(limit, report.rule, report.indicators, small_report.KINDS)
    return report.results, publishable(report.results, rules), rules


def rrns(results: Results, span: str = "ini") -> pd.DataFrame:
    frame = results["facility"]
    chosen = frame[(frame["indicator"] == "RRNS") & (frame["span"] == span)]
    return chosen.set_index("facility_code").sort_index()


MANY = {"A1": (3, 30), "A2": (2, 40), "A3": (130, 500), "A4": (0, 60), "A5": (112, 700)} | {
    f"B{i}": (4 + 3 * i, 30 + 11 * i) for i in range(1, 8)
}
# six months of referrals: A1 3 of 180, A2 2 of 240, A3 130 of 3000, A4 0 of 360, A5 112 of 4200, B1 7 of 246 …


def test_a_small_numerator_takes_its_denominator_and_interval_with_it_and_leaves_the_ratio() -> None:
    complete, published, _ = made(MANY)
    rows = rrns(published)
    assert rows.loc[["A1", "A2", "A3", "A4", "A5"], HIDDEN].tolist() == [True, True, False, False, False]
    assert rows.loc["A1", [*COUNTS, "numerator", "denominator", "lower", "upper"]].isna().all()
    assert rows.loc["A1", "value"] == 1.67  # 3/180 = 1,666… percent
    kept = rows.index[~rows[HIDDEN]]
    pd.testing.assert_frame_equal(rows.loc[kept].drop(columns=HIDDEN), rrns(complete).loc[kept])


def test_zero_is_shown() -> None:
    _, published, _ = made(MANY)
    assert rrns(published).loc["A4", COUNTS].tolist() == [0, 360]


def test_a_small_rest_is_as_telling_as_a_small_numerator() -> None:
    _, published, _ = made({**MANY, "A6": (297, 50)})  # 297 of 300: three are not
    assert pd.isna(rrns(published).loc["A6", "nonspecialist_referrals"])


def test_one_alone_is_never_left_out_since_a_total_would_give_it_back() -> None:
    _, published, _ = made({code: counts for code, counts in MANY.items() if code != "A2"})
    rows = rrns(published)
    assert rows.index[rows[HIDDEN]].tolist()[:2] == ["A1", "B1"]  # B1 has the fewest of the others
    assert not rows.loc[["A3", "A4", "A5"], HIDDEN].any()


def test_what_is_hidden_once_is_hidden_in_every_table() -> None:
    _, published, _ = made(MANY)
    hidden = {"A1", "A2"}
    for name, columns in {
        "steps": ["limit", "actual", "gap", "reserve"],
        "funnel_points": ["numerator", "denominator"],
        "facility_change": ["lower", "upper", "p", "p_adjusted", "dispersion", "n"],
    }.items():
        rows = published[name]
        rows = rows[rows["indicator"] == "RRNS"].set_index("facility_code")
        assert rows.loc[sorted(hidden), columns].isna().all(axis=None), name
        assert rows.loc["A3", columns].notna().any(), name
    for name in ("monthly", "facility_monthly", "chart_points"):
        values = published[name].loc[published[name]["indicator"] == "RRNS", "value"].dropna().astype(float)
        assert (values == values.round(2)).all(), name


def test_a_change_between_ratios_without_counts_is_the_difference_of_what_is_shown() -> None:
    _, published, _ = made(MANY)
    rows = published["facility_change"]
    row = rows[(rows["indicator"] == "RRNS") & (rows["facility_code"] == "A1")].iloc[0]
    assert (row["before"], row["after"], row["value"]) == (1.67, 1.67, 0)  # 3 of 180 in both years


def test_the_published_tables_do_not_give_a_hidden_count_back() -> None:
    """An attacker who knows every published number still finds several counts that fit, for each that is small."""
    _, published, _ = made(MANY)
    rows, total = rrns(published), published["district"]
    whole = total[(total["indicator"] == "RRNS") & (total["span"] == "ini") & (total["group"] == "utama")]
    ratio = float(whole["value"].iloc[0])
    known = rows[~rows[HIDDEN]]
    above, below = int(known["nonspecialist_referrals"].sum()), int(known["referrals"].sum())

    def fits(code: str) -> list[tuple[int, int]]:
        numerators = range(1, 5) if code in {"A1", "A2"} else range(5, 21)
        value = rows.loc[code, "value"]
        return [(k, n) for k in numerators for n in range(k, 1500) if abs(100 * k / n - value) <= 0.005]

    hidden = rows.index[rows[HIDDEN]].tolist()
    possible = [
        pairs
        for pairs in itertools.product(*map(fits, hidden))
        if abs(100 * (above + sum(k for k, _ in pairs)) / (below + sum(n for _, n in pairs)) - ratio) <= 0.005
    ]
    assert len(hidden) > 2
    for code in ("A1", "A2"):
        assert len({pairs[hidden.index(code)][0] for pairs in possible}) > 1, code


def test_two_alone_are_not_enough_in_a_small_district() -> None:
    # 3 of 180 is shown as 1,67 and 2 of 240 as 0,83; with 42 of 1080 shown, all together are 47 of 1500 = 3,13 percent.
    # 1,67 fits 1/60, 2/120, 3/180, 4/239 and 4/240; tried by hand with the fits of 0,83, only 3 and 2 give 3,13.
    two = [Withheld(1.67, 1, 4), Withheld(0.83, 1, 4)]
    assert candidates(two[0], 100, 2) == [(1, 60), (2, 120), (3, 180), (4, 239), (4, 240)]
    assert left_open(two, (42, 1080), 3.13, scale=100, decimals=2) == [False, False]
    assert left_open(two[:1], (42, 1080), 3.57, scale=100, decimals=2) == [False]  # 45 of 1260


@pytest.mark.parametrize("ratio", [0.0051, 0.005 + 1e-17, 0.00500000000001])
def test_a_ratio_that_fits_millions_of_denominators_is_open_without_listing_them(ratio: float) -> None:
    assert left_open([Withheld(ratio, 1, 4999)] * 3, (42, 1080), 3.13, scale=100, decimals=2) == [True] * 3


def test_where_no_counts_fit_nothing_is_open() -> None:
    assert left_open([Withheld(0.0, 1, 4), Withheld(0.0051, 1, 4999)], (42, 1080), 3.13, scale=100, decimals=2) == [
        False, False,
    ]  # fmt: skip


def test_a_group_of_one_small_facility_keeps_its_ratio_without_interval() -> None:
    _, published, _ = made({"A1": (3, 30)})
    district = published["district"]
    row = district[
        (district["indicator"] == "RRNS") & (district["span"] == "ini") & (district["group"] == "utama")
    ].iloc[0]
    assert row["value"] == 1.67
    assert pd.isna(row["lower"])
    assert row["reason"] == REASON


def test_a_total_is_the_sum_of_what_is_shown() -> None:
    complete, published, _ = made(MANY, registered=3)
    assert complete["payments"]["participants"].notna().any()
    assert published["payments"]["gross"].isna().all()
    assert published["cost"]["gross"].isna().all()
    assert complete["cost"]["gross"].notna().any()


def test_a_ratio_is_never_rounded_across_its_target() -> None:
    _, _, rules = made(MANY)
    assert rules.rounded("RRNS", 2.0004) == 2.0004
    assert rules.rounded("RRNS", 1.9996) == 1.9996
    assert rules.rounded("RRNS", 2.0) == 2.0
    assert rules.rounded("RRNS", 2.0166666) == 2.02


@pytest.mark.parametrize(
    ("kind", "read", "kept"),
    [
        ("numerator_above_denominator", "4 dari 3", False),
        ("rows_differ", "3 (a.xlsx); 12 (b.xlsx)", False),
        ("ratio_contradicts", "150 dari 1.200; tercetak 1,25", True),
        ("facility_by_name", "PKM BELANGIN 3", True),
        ("row_month_clash", "01-03-2024; lembar Mei 2024", True),
    ],
)
def test_a_finding_that_quotes_a_small_count_is_published_without_the_quotation(
    kind: str, read: str, kept: bool
) -> None:
    complete, _, rules = made(MANY)
    ledger = ledger_table([Finding(kind, "a.xlsx", "Mei", 5, "Kolom", read, "angka tidak dipakai")])
    published = publishable(Results(complete.facts, {**complete.tables, "ledger": ledger}), rules)["ledger"]
    assert (published["read"].iloc[0] == read) is kept
    assert published["done"].iloc[0] == "angka tidak dipakai"


def test_the_setting_0_publishes_all_and_says_so() -> None:
    complete, published, _ = made(MANY, limit=0)
    assert published.tables is complete.tables
    assert published.facts[FACT] == {"limit": 0, HIDDEN: 0, BREAKDOWN: 0}


def test_complete_results_are_left_as_they_are() -> None:
    complete, _, rules = made(MANY)
    before = {name: frame.copy(deep=True) for name, frame in complete.tables.items()}
    publishable(complete, rules)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(complete[name], frame)


def test_a_breakdown_loses_what_a_known_total_would_give_back() -> None:
    cells = pd.DataFrame(
        {"clinic": ["mata"] * 4 + ["dalam"] * 2, "diagnosis": list("abcdab"), "people": [2, 9, 40, 0, 30, 25]}
    )
    shown = without_small(cells, "people", 5, [cells["clinic"]])
    assert shown["people"].tolist() == [40, 0, 30, 25]  # 2 of 51 alone: 9 goes along
    assert len(without_small(cells, "people", 0)) == len(cells)
