"""Referrals by diagnosis, clinic and reason: sums of shown values, small numbers of persons hidden with their remainder."""

import pandas as pd
import pytest

from analysis.extract_shapes import no_cases
from analysis.periods import parse_period
from analysis.results_referrals import REFERRAL_TABLES, referral_tables

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


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ((9, 7, 3, 2), [("A", 9), ("B", 7), ("lainnya", 5)]),  # 3 + 2 hide each other
        ((9, 7, 3), [("A", 9), ("lainnya", 10)]),  # 3 alone would be told by the total: 7 goes along
        ((9, 3), [("lainnya", 12)]),
        ((4,), []),
        ((3, 4), [("lainnya", 7)]),
        ((9, 7), [("A", 9), ("B", 7)]),
    ],
)
def test_counts_of_one_to_four_persons_cannot_be_read_or_computed(
    numbers: tuple[int, ...], shown: list[tuple[str, int]]
) -> None:
    data = cases(*((f"{letter}", letter, 0, n) for letter, n in zip("ABCD", numbers, strict=False)))
    found = referral_tables(data, QUARTER, {}, TACC)["referral_clinics"]
    assert listed(found, "clinic", "referrals") == shown
    assert not found["referrals"].between(1, 4).any()


def test_without_extracts_the_tables_are_there_and_empty() -> None:
    found = referral_tables(no_cases(), QUARTER, {}, TACC)
    assert tuple(found) == REFERRAL_TABLES
    assert all(table.empty for table in found.values())
