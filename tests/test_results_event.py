"""Effects of events as tables: spans, groups and families by hand, the series by ordinary least squares of numpy."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_scope import facility, holm_by_hand, months, same_tables, scope, table

from analysis.district import Event
from analysis.results_event import event_tables
from analysis.wording import row_of

WHEN = months("2023-07", "2025-06")
INVITED, OTHERS = ["0101A001", "0101A002", "0101A003"], ["0101A004", "0101A005", "0101A006"]
CODES = [*INVITED, *OTHERS]


def event(date: str = "2025-02-10", indicator: str = "RRNS", **more: object) -> Event:
    told = {"date": dt.date.fromisoformat(date), "label": "Pembinaan", "indicator": indicator, **more}
    return Event.model_validate(told)


def counts(code: str) -> list[int]:
    """Non-specialist referrals of 1000 a month: the invited at 40 and, from March 2025, 20; the others 30, then 32."""
    i = CODES.index(code)
    first, then = (40, 20) if code in INVITED else (30, 32)
    return [
        (first if m < "2025-03" else then) + (i % 3) * (1 if m < "2025-03" else 2) + k % 2 for k, m in enumerate(WHEN)
    ]


ROWS = table(*(facility(c, WHEN, referrals=1000, nonspecialist_referrals=counts(c)) for c in CODES))


def made(
    *events: Event, rows: pd.DataFrame = ROWS, period: str = "2025-S1", compare: str = "2024-S1"
) -> dict[str, pd.DataFrame]:
    return event_tables(scope(rows, period, compare), list(events))


def test_invited_against_others_by_hand() -> None:
    row = made(event(facilities=INVITED))["event_groups"].iloc[0]
    total = {c: dict(zip(WHEN, counts(c), strict=True)) for c in CODES}
    after = months("2025-03", "2025-06")  # the months after the event's, to the end of the period
    before = months("2024-03", "2024-06")  # the same months a year earlier

    def percent(who: list[str], span: list[str]) -> float:
        return 100 * sum(total[c][m] for c in who for m in span) / (1000 * len(who) * len(span))

    assert row["months"] == 4
    assert [row["invited_before"], row["invited_after"]] == pytest.approx(
        [percent(INVITED, before), percent(INVITED, after)]
    )
    assert [row["others_before"], row["others_after"]] == pytest.approx(
        [percent(OTHERS, before), percent(OTHERS, after)]
    )
    effect = (row["invited_after"] - row["invited_before"]) - (row["others_after"] - row["others_before"])
    assert row["value"] == pytest.approx(effect)
    assert row["value"] == pytest.approx(-2.2)  # 2,2 − 4,1 % less 3,4 − 3,1 %, by the numbers above with their steps
    assert row["relative"] == pytest.approx(
        (row["invited_after"] / row["invited_before"]) / (row["others_after"] / row["others_before"])
    )
    assert (row["invited"], row["others"], json.loads(row["unknown_codes"])) == (3, 3, [])


def test_at_most_eleven_months_after_are_compared() -> None:
    row = made(event("2023-12-10", facilities=INVITED))["event_groups"].iloc[0]
    assert row["months"] == 11


def test_series_is_the_line_of_before_continued() -> None:
    tables = made(event("2024-12-31"), rows=ROWS[ROWS["month"] >= pd.Period("2023-12", "M")])
    row, lines = tables["event_series"].iloc[0], tables["event_lines"]
    when = months("2023-12", "2025-06")
    y = np.array([100 * sum(counts(c)[WHEN.index(m)] for c in CODES) / 6000 for m in when])
    assert lines["value"].tolist() == pytest.approx(y.tolist())
    place = np.arange(len(when)) - when.index("2025-01")
    used = place != -1  # the month of the event belongs to neither side
    after = (place >= 0).astype(float)
    design = np.column_stack([np.ones(len(when)), place, after])
    beta = np.linalg.lstsq(design[used], y[used], rcond=None)[0]
    assert row["value"] == pytest.approx(beta[2])  # 6 months after: level only
    assert (row["months_before"], row["months_after"], row["first_after"]) == (12, 6, "2025-01")
    assert row["observed"] == pytest.approx(y[place >= 0].mean())
    assert row["expected"] == pytest.approx((beta[0] + beta[1] * place[place >= 0]).mean())
    assert row["value"] == pytest.approx(row["observed"] - row["expected"])


def test_series_reaches_36_months_back() -> None:
    long = months("2020-01", "2025-06")
    rows = table(facility("0101A001", long, contacts=[150 + i % 5 for i in range(len(long))]))
    row = made(event("2025-01-10", "AK"), rows=rows)["event_series"].iloc[0]
    assert row["months_before"] == 36


def test_family_is_every_test_of_every_event() -> None:
    tables = made(event(facilities=INVITED), event("2024-08-10", "", facilities=INVITED))
    tested = [r for t in ("event_series", "event_groups") for _, r in tables[t].iterrows() if pd.notna(r["p"])]
    assert len(tested) > 3
    assert [r["p_adjusted"] for r in tested] == pytest.approx(holm_by_hand([r["p"] for r in tested]))
    assert {r["tests"] for r in tested} == {len(tested)}
    assert tables["event_series"][["ordinal", "indicator"]].to_numpy().tolist() == [
        [0, "RRNS"], [1, "AK"], [1, "RRNS"], [1, "RPPT"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({}, "daftar FKTP yang ikut tidak ada di district.yml (facilities)"),
        ({"facilities": CODES}, "tidak ada pembanding karena semua FKTP ikut"),
        ({"facilities": ["X"]}, "tidak ada pembanding karena tidak satu pun FKTP yang ikut dikenal"),
        ({"date": "2025-06-01", "facilities": INVITED}, "belum ada bulan sesudah kegiatan dalam periode ini"),
        ({"date": "2023-07-01", "facilities": INVITED}, ""),
        ({"date": "2019-01-01", "facilities": INVITED}, ""),
    ],
)
def test_what_cannot_be_compared_has_a_reason(told: dict[str, object], reason: str) -> None:
    row = made(event(**told))["event_groups"].iloc[0]  # type: ignore[arg-type]
    assert row["value"] is pd.NA
    assert row["reason"] == reason if reason else row["reason"] != ""
    assert row["p_adjusted"] is pd.NA


def test_unknown_codes_are_told_and_the_rest_is_used() -> None:
    row = made(event(facilities=["0101A001", "0101A002", "9999X", "0101B001"]))["event_groups"].iloc[0]
    assert json.loads(row["unknown_codes"]) == ["0101B001", "9999X"]
    assert (row["invited"], row["others"], row["reason"]) == (2, 4, "")


def test_events_after_the_period_are_not_looked_at() -> None:
    tables = made(event("2025-07-01"), event("2025-06-30"))
    assert tables["event_series"]["ordinal"].tolist() == [1]
    assert "tersedia 23 dan 0" in tables["event_series"]["reason"].iloc[0]
    assert made(event("2026-01-01"))["event_groups"].empty


def test_the_worst_are_known_to_be_picked() -> None:
    tables = made(event(facilities=INVITED), event(facilities=OTHERS), event(facilities=INVITED, selection="2024-S2"))
    groups = tables["event_groups"]
    assert groups["picked"].tolist() == [True, False, True]  # every invited one was worse than every other
    assert groups["remaining"].notna().tolist()[0]


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        ("2025-S1", "periode pemilihan (selection) tidak berakhir sebelum kegiatan"),
        ("2026-S1", "periode pemilihan (selection) tidak berakhir sebelum kegiatan"),
        ("2019-S1", "tidak ada FKTP yang diundang dengan nilai pada rentang pemilihan"),
    ],
)
def test_a_span_of_selection_that_tells_nothing_has_a_reason(selection: str, reason: str) -> None:
    row = made(event(facilities=INVITED, selection=selection))["event_groups"].iloc[0]
    assert (row["picked"] is pd.NA, row["remaining_reason"], row["remaining"] is pd.NA) == (True, reason, True)
    assert row["value"] is not pd.NA  # the comparison itself stands


def test_opposite_groups_turn_the_sign_and_months_of_others_do_not_matter() -> None:
    one, turned = made(event(facilities=INVITED)), made(event(facilities=OTHERS))
    first, second = (t["event_groups"].iloc[0] for t in (one, turned))
    assert second["value"] == pytest.approx(-first["value"])
    assert second["relative"] == pytest.approx(1 / first["relative"])
    assert second["p"] == pytest.approx(first["p"])
    assert (
        row_of(one["event_series"], indicator="RRNS")["value"]
        == row_of(turned["event_series"], indicator="RRNS")["value"]
    )


def test_twice_the_counts_leave_the_effect() -> None:
    doubled = ROWS.assign(nonspecialist_referrals=ROWS["nonspecialist_referrals"] * 2, referrals=ROWS["referrals"] * 2)
    first, second = (made(event(facilities=INVITED), rows=r)["event_groups"].iloc[0] for r in (ROWS, doubled))
    assert second["value"] == pytest.approx(first["value"])
    assert second["lower"] == pytest.approx(first["lower"])


TABLES = made(event(facilities=INVITED))


@settings(max_examples=4)
@given(st.permutations(range(len(ROWS))))
def test_order_of_rows_does_not_matter(order: list[int]) -> None:
    same_tables(TABLES, made(event(facilities=INVITED[::-1]), rows=ROWS.iloc[order].reset_index(drop=True)))
