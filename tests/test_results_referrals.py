"""Referrals by diagnosis, clinic and reason: complete sums, and of what is published no small count can be worked out."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import small_district
import small_report

from analysis.csv_files import write_csv
from analysis.extract_shapes import no_cases
from analysis.periods import parse_period
from analysis.results import Results
from analysis.results_referrals import REFERRAL_TABLES, referral_tables
from analysis.small_numbers import BREAKDOWN, FACT, Publishing, breakdowns, publishable

TACC = {1: "Time", 2: "Age", 3: "Complication", 4: "Comorbidity"}
QUARTER = parse_period("2024-T1")


def cases(*rows: tuple[str, str, int, int], month: str = "2024-02") -> pd.DataFrame:
    """Non-specialist referrals: diagnosis, clinic, TACC, how many."""
    frame = no_cases()
    for diagnosis, clinic, tacc, number in rows:
        entry = dict.fromkeys(frame, "") | {
            "facility_code": "0114U001", "month": pd.Period(month, "M"), "diagnosis": diagnosis, "basis": "P-Care",
            "nonspecialist": 1, "tacc": tacc, "clinic": clinic, "referrals": number,
        }  # fmt: skip
        frame.loc[len(frame)] = [entry[column] for column in frame]
    return frame.astype(no_cases().dtypes.to_dict())


def listed(table: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return list(table[list(columns)].itertuples(index=False, name=None))


def test_diagnoses_and_clinics_are_summed_over_the_period_without_tacc() -> None:
    data = pd.concat(
        [
            cases(("H109", "MAT", 0, 6), ("I10", "INT", 0, 9), ("H109", "MAT", 1, 7)),
            cases(("H109", "MAT", 0, 50), month="2023-12"),
        ]
    )
    found = referral_tables(data, QUARTER, {"H109": "Konjungtivitis"}, TACC)
    assert listed(found["referral_diagnoses"], "diagnosis", "name", "referrals", "share") == [
        ("I10", "", 9, 60.0),
        ("H109", "Konjungtivitis", 6, 40.0),
    ]
    assert listed(found["referral_clinics"], "clinic", "referrals") == [("INT", 9), ("MAT", 6)]
    assert listed(found["referral_tacc"], "tacc", "referrals", "share") == [("Time", 7, 100.0)]


def published(tables: dict[str, pd.DataFrame], limit: int = 5) -> dict[str, pd.DataFrame]:
    """The tables as they may be published."""
    return breakdowns(tables, limit)


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ((9, 7, 3, 2), [("A", 9), ("B", 7)]),  # 3 + 2 hide each other
        ((9, 7, 3), [("A", 9)]),  # 3 alone would be told by the total: 7 goes along
        ((9, 7, 2, 2), [("A", 9)]),  # 2 + 2 = 4 people: so few would be as good as known
        ((9, 3), []),
        ((4,), []),
        ((9, 7), [("A", 9), ("B", 7)]),
    ],
)
def test_counts_of_one_to_four_persons_go_with_what_would_give_them_back(
    numbers: tuple[int, ...], shown: list[tuple[str, int]]
) -> None:
    data = cases(*((f"{letter}", letter, 0, n) for letter, n in zip("ABCD", numbers, strict=False)))
    found = published(referral_tables(data, QUARTER, {}, TACC))
    for name, column in (("referral_clinics", "clinic"), ("referral_diagnoses", "diagnosis")):
        assert listed(found[name], column, "referrals") == shown


def test_shares_are_of_what_is_shown() -> None:
    data = cases(("A", "X", 0, 30), ("B", "X", 0, 10), ("C", "X", 0, 4), ("D", "X", 0, 3))
    found = published(referral_tables(data, QUARTER, {}, TACC))
    assert listed(found["referral_diagnoses"], "diagnosis", "share") == [("A", 75.0), ("B", 25.0)]  # of 40


def test_the_threshold_is_that_of_the_district_and_the_report_counts_what_went() -> None:
    data = cases(("A", "X", 0, 30), ("B", "X", 0, 10), ("C", "X", 0, 4), ("D", "X", 0, 3))
    complete = small_report.report(small_district.table()).results
    tables = {**complete.tables, **referral_tables(data, QUARTER, {}, TACC)}
    lost = {}
    for limit in (5, 3, 0):
        rules = Publishing(limit, small_report.INDICATORS, {}, small_report.KINDS)
        shown = publishable(Results(complete.facts, tables), rules)
        assert len(shown["referral_diagnoses"]) == (2 if limit == 5 else 4)
        lost[limit] = shown.facts[FACT][BREAKDOWN]
    assert lost == {5: 4, 3: 0, 0: 0}  # two diagnoses and two pairs


def test_referrals_without_a_code_are_told_as_such_beside_the_others() -> None:
    found = referral_tables(cases(("", "INT", 0, 7), ("J06", "", 0, 5)), QUARTER, {}, TACC)

    nothing = "tanpa kode ICD-10 yang terbaca", "tanpa kode poli yang terbaca"
    assert listed(found["referral_diagnoses"], "diagnosis", "referrals") == [(nothing[0], 7), ("J06", 5)]
    assert listed(found["referral_clinics"], "clinic", "referrals") == [("INT", 7), (nothing[1], 5)]


def test_a_pair_is_not_told_by_the_totals_of_its_diagnosis_or_clinic() -> None:
    # 9 of diagnosis A less 6 at X would tell 3 at Y, and so would 26 at X less 20 of B; 12 at Y less 9 of B as well.
    data = cases(("A", "X", 0, 6), ("A", "Y", 0, 3), ("B", "X", 0, 20), ("B", "Y", 0, 9), ("B", "Z", 0, 50))
    found = published(referral_tables(data, QUARTER, {}, TACC))
    assert listed(found["referral_diagnoses"], "diagnosis", "referrals") == [("B", 79), ("A", 9)]
    assert listed(found["referral_clinics"], "clinic", "referrals") == [("Z", 50), ("X", 26), ("Y", 12)]
    assert listed(found["referral_pairs"], "diagnosis", "clinic", "referrals") == [("B", "Z", 50)]


def test_pairs_of_diagnoses_that_are_not_shown_do_not_tell_them_from_the_total() -> None:
    # B (3) takes A (7) along; were the pair of A shown, the total would tell B; were those of C, the totals of X and Y.
    data = cases(("A", "X", 0, 7), ("B", "Y", 0, 3), ("C", "X", 0, 20), ("C", "Y", 0, 20))
    found = published(referral_tables(data, QUARTER, {}, TACC))
    assert listed(found["referral_diagnoses"], "diagnosis", "referrals") == [("C", 40)]
    assert listed(found["referral_clinics"], "clinic", "referrals") == [("X", 27), ("Y", 23)]
    assert found["referral_pairs"].empty


def test_who_knows_all_that_is_published_and_the_total_cannot_work_out_a_hidden_count() -> None:
    """All tables of two diagnoses and two clinics: of each hidden small count several values fit what is published."""
    limit, most = 3, 4
    tried = np.array(list(itertools.product(range(10), repeat=4)))
    sums = {"AX": [0], "AY": [1], "BX": [2], "BY": [3], "A": [0, 1], "B": [2, 3], "X": [0, 2], "Y": [1, 3]}
    for numbers in itertools.product(range(most + 1), repeat=4):
        pairs = pd.DataFrame({"diagnosis": list("AABB"), "clinic": list("XYXY"), "referrals": numbers})
        pairs = pairs[pairs["referrals"] > 0].sort_values("referrals", ascending=False, kind="stable")
        tables = {
            "referral_pairs": pairs,
            "referral_diagnoses": pairs.groupby("diagnosis")["referrals"].sum().reset_index(),
            "referral_clinics": pairs.groupby("clinic")["referrals"].sum().reset_index(),
            "referral_tacc": pairs.iloc[:0],
        }
        shown = breakdowns(tables, limit)
        seen = {
            "".join(str(row[key]) for key in ("diagnosis", "clinic") if key in row): int(row["referrals"])
            for frame in shown.values()
            for row in frame.to_dict("records")
        }
        fits = tried[tried.sum(axis=1) == sum(numbers)]
        for name, value in seen.items():
            assert value >= limit
            fits = fits[fits[:, sums[name]].sum(axis=1) == value]
        for name, places in sums.items():
            true = sum(numbers[place] for place in places)
            if 0 < true < limit:
                assert len(np.unique(fits[:, places].sum(axis=1))) > 1 or sum(numbers) < limit, (numbers, seen, name)


def test_the_published_files_hold_no_small_count_of_referrals(tmp_path: Path) -> None:
    rows = [
        (f"H{n:02d}", clinic, n % 3, 1 + n * k) for n in range(12) for k, clinic in enumerate(("MAT", "INT", "THT"))
    ]
    shown = published(referral_tables(cases(*rows), QUARTER, {}, TACC))
    for name, frame in shown.items():
        write_csv(frame, tmp_path / f"{name}.csv")
        again = pd.read_csv(tmp_path / f"{name}.csv", sep=";")
        assert len(again)
        assert again["referrals"].min() >= 5, name
    free = [(d, c, n) for d, c, tacc, n in rows if tacc == 0]
    for column in ("diagnosis", "clinic"):
        table = shown["referral_diagnoses" if column == "diagnosis" else "referral_clinics"]
        margin = dict(zip(table[column], table["referrals"], strict=True))
        pairs = shown["referral_pairs"].groupby(column)["referrals"].sum()
        left_out = [number - pairs.get(key, 0) for key, number in margin.items()]
        left_out.append(sum(n for *_, n in free) - sum(margin.values()))
        assert all(rest == 0 or rest >= 5 for rest in left_out)


def test_without_extracts_the_tables_are_there_and_empty() -> None:
    found = referral_tables(no_cases(), QUARTER, {}, TACC)
    assert tuple(found) == REFERRAL_TABLES
    assert all(table.empty for table in found.values())
