"""The three rule versions against the tables of the regulations as published."""

from __future__ import annotations

import shutil
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import ConfigurationError
from analysis.rules import Rule, load_rules, rule_for
from analysis.workspace import PROJECT

REFERENCE = PROJECT / "data" / "reference"


@pytest.fixture(scope="module")
def rules() -> dict[str, Rule]:
    return {r.id: r for r in load_rules(REFERENCE)}


def one(value: object, dtype: str = "Int64") -> pd.Series:
    return pd.Series([value], dtype=dtype)


# Annex of the ratings as written in the field's notes: (indicator, numerator, denominator in the indicator's unit, rating)
RATINGS = [
    ("AK", 150, 1, "4"), ("AK", 149_999, 1000, "3"), ("AK", 145_001, 1000, "3"), ("AK", 145, 1, "2"), ("AK", 140, 1, "2"),
    ("AK", 139_999, 1000, "1"), ("AK", 0, 1, "1"),
    ("RRNS", 2, 1, "4"), ("RRNS", 2001, 1000, "3"), ("RRNS", 25, 10, "3"), ("RRNS", 2501, 1000, "2"), ("RRNS", 3, 1, "2"),
    ("RRNS", 3001, 1000, "1"), ("RRNS", 0, 1, "4"),
    ("RPPT", 5, 1, "4"), ("RPPT", 4999, 1000, "3"), ("RPPT", 4, 1, "3"), ("RPPT", 3999, 1000, "2"), ("RPPT", 3, 1, "2"),
    ("RPPT", 2999, 1000, "1"),
]  # fmt: skip


@pytest.mark.parametrize(("indicator", "numerator", "denominator", "rating"), RATINGS)
def test_rating_of_2019(rules: dict[str, Rule], indicator: str, numerator: int, denominator: int, rating: str) -> None:
    assert rules["perban-7-2019"].grade(indicator, one(numerator), one(denominator)).tolist() == [rating]


def test_the_64_rating_triples_fall_into_score_classes_as_counted_by_hand(rules: dict[str, Rule]) -> None:
    # 1 triple gives 4.0; 17 give 3.0-3.9; 31 give 2.0-2.9; 15 give 1.0-1.9 (counted from 4a + 5b + c)
    triples = pd.DataFrame(list(product("1234", repeat=3)), columns=["AK", "RRNS", "RPPT"], dtype="string")
    score = rules["perban-7-2019"].score_tenths(triples)
    classes = [
        (score == 40).sum(),
        score.between(30, 39).sum(),
        score.between(20, 29).sum(),
        score.between(10, 19).sum(),
    ]
    assert classes == [1, 17, 31, 15]


@pytest.mark.parametrize(
    ("kind", "score", "percent"),
    [
        ("puskesmas", "444", 1000), ("puskesmas", "344", 950), ("puskesmas", "224", 900), ("puskesmas", "111", 850),
        ("klinik_pratama", "344", 970), ("klinik_pratama", "224", 960), ("klinik_pratama", "111", 950),
        ("dokter_mandiri", "111", 1000),
    ],
)  # fmt: skip
def test_payment_of_2019(rules: dict[str, Rule], kind: str, score: str, percent: int) -> None:
    grades = pd.DataFrame([list(score)], columns=["AK", "RRNS", "RPPT"], dtype="string")
    assert rules["perban-7-2019"].percent_tenths(grades, one(kind, "string")).tolist() == [percent]


# Slides of BPJS Kesehatan KCU Jakarta Timur, 12 April 2017: zones of three indicators and the payment
ZONES_2016 = [
    ("ttt", 750), ("tta", 800), ("taa", 900), ("aaa", 1000), ("aap", 1050), ("app", 1100), ("ppp", 1150), ("ttp", 900),
    ("tap", 950), ("tpp", 980),
]  # fmt: skip
NAMES = {"t": "tidak_aman", "a": "aman", "p": "prestasi"}


@pytest.mark.parametrize(("zones", "percent"), ZONES_2016)
def test_payment_of_2016_by_zones_in_any_order(rules: dict[str, Rule], zones: str, percent: int) -> None:
    rule = rules["perber-3-2016"]
    for order in {zones, zones[::-1], zones[1:] + zones[:1]}:
        grades = pd.DataFrame([[NAMES[z] for z in order]], columns=["AK", "RRNS", "RPPB"], dtype="string")
        assert rule.percent_tenths(grades, one("klinik_pratama", "string")).tolist() == [percent]


@pytest.mark.parametrize(("zones", "percent"), [("aaa", 1000), ("aat", 950), ("att", 925), ("ttt", 900)])
def test_payment_of_2017_by_zones(rules: dict[str, Rule], zones: str, percent: int) -> None:
    grades = pd.DataFrame([[NAMES[z] for z in zones]], columns=["AK", "RRNS", "RPPB"], dtype="string")
    assert rules["perber-2-2017"].percent_tenths(grades, one("puskesmas", "string")).tolist() == [percent]


def test_strict_limits_of_the_older_rules_are_strict(rules: dict[str, Rule]) -> None:
    assert rules["perber-3-2016"].grade("RRNS", one(5), one(1)).tolist() == ["tidak_aman"]
    assert rules["perber-3-2016"].grade("RRNS", one(1), one(1)).tolist() == ["aman"]
    assert rules["perber-2-2017"].grade("RRNS", one(4999), one(1000)).tolist() == ["aman"]


@pytest.mark.parametrize(
    ("month", "rule"),
    [
        ("2015-12", None), ("2016-01", "perber-3-2016"), ("2017-03", "perber-3-2016"), ("2017-04", "perber-2-2017"),
        ("2019-10", "perber-2-2017"), ("2019-11", "perban-7-2019"), ("2026-06", "perban-7-2019"),
    ],
)  # fmt: skip
def test_rule_in_force(rules: dict[str, Rule], month: str, rule: str | None) -> None:
    found = rule_for(list(rules.values()), pd.Period(month, "M"))
    assert (found.id if found else None) == rule


def test_one_missing_indicator_leaves_no_score_and_no_payment(rules: dict[str, Rule]) -> None:
    rule = rules["perban-7-2019"]
    grades = pd.DataFrame([["4", pd.NA, "4"]], columns=["AK", "RRNS", "RPPT"], dtype="string")
    assert rule.score_tenths(grades).isna().all()
    assert rule.percent_tenths(grades, one("puskesmas", "string")).isna().all()


def test_every_unconfirmed_value_is_named_with_its_source(rules: dict[str, Rule]) -> None:
    found = dict(rules["perban-7-2019"].unconfirmed())
    assert {"bands.AK.3", "bands.RRNS.2", "bands.RPPT.1", "weights", "adjusted_if"} <= set(found)
    assert sum(name.startswith("score_payment.puskesmas") for name in found) == 4
    assert not {"bands.AK.4", "bands.RRNS.4", "bands.RPPT.4", "not_adjusted"} & set(found)
    assert all(found.values())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('">= 140 & <= 145"', '">= 140 & < 145"', "145"),
        ('{AK: 4, RRNS: 5, RPPT: 1}', '{AK: 4, RRNS: 5, RPPT: 2}', "bobot"),
        ('">= 20 & < 30"', '">= 20 & < 29"', "2.9"),
        ("status: confirmed}", "status: maybe}", "status"),
        ("value: 2019-11,", "value: 2019-13,", "2019-11"),
        ('">= 150"', '">= seratus"', "syarat"),
        ('percent: "95"', 'percent: "95.25"', "95.25"),
        ('percent: "95"', 'percent: "banyak"', "percent"),
        ("id: perban-7-2019", "id: perban-7-2019\nwarna: biru", "warna"),
    ],
)  # fmt: skip
def test_a_rule_with_a_gap_a_wrong_weight_or_an_unknown_key_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    shutil.copytree(REFERENCE / "rules", tmp_path / "rules")
    path = tmp_path / "rules" / "perban-7-2019.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_rules(tmp_path)
    assert message in str(caught.value)
    assert "perban-7-2019.yml" in str(caught.value)


def confirmed_but(tmp_path: Path, begin: str) -> Rule:
    """The rule of 2019 with everything confirmed but the first value after ``begin``."""
    shutil.copytree(REFERENCE / "rules", tmp_path / "rules")
    path = tmp_path / "rules" / "perban-7-2019.yml"
    head, sign, rest = path.read_text(encoding="utf-8").replace("unconfirmed", "confirmed").partition(begin)
    assert sign
    path.write_text(head + sign + rest.replace("status: confirmed", "status: unconfirmed", 1), encoding="utf-8")
    return next(r for r in load_rules(tmp_path) if r.id == "perban-7-2019")


CASES = [("344", "puskesmas"), ("224", "puskesmas"), ("444", "puskesmas"), ("344", "klinik_pratama"), ("344", None)]


@pytest.mark.parametrize(
    ("begin", "expected"),
    [
        ('  puskesmas: &puskesmas\n    - {score: ">= 40"', [False, False, True, False, False]),
        ('score: ">= 30 & < 40", percent: "95"', [True, False, False, False, False]),  # 3.7; the clinic has its own row
        ('score: ">= 30 & < 40", percent: "97"', [False, False, False, True, False]),
        ("weights:", [True, True, True, True, True]),
        ('AK:\n    "4": {value: ">= 150"', [False, False, True, False, False]),
        ("first_month:", [False, False, False, False, False]),
    ],
)
def test_a_percent_rests_on_the_row_the_weights_and_the_bands_it_was_read_from(
    tmp_path: Path, begin: str, expected: list[bool]
) -> None:
    rule = confirmed_but(tmp_path, begin)
    grades = pd.DataFrame([list(score) for score, _ in CASES], columns=["AK", "RRNS", "RPPT"], dtype="string")
    kinds = pd.Series([kind for _, kind in CASES], dtype="string")
    assert rule.rests_on_unconfirmed(grades, kinds).tolist() == expected


@pytest.mark.parametrize(("old", "new"), [("value: 2019-10", "value: 2019-12"), ("value: 2019-10", "value: null")])
def test_two_rules_for_one_month_are_refused(tmp_path: Path, old: str, new: str) -> None:
    shutil.copytree(REFERENCE / "rules", tmp_path / "rules")
    path = tmp_path / "rules" / "perber-2-2017.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="bulan yang sama"):
        load_rules(tmp_path)
