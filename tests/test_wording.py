"""Sentences follow the evidence, not the size of the point estimate."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analysis.bands import Band
from analysis.indicators import load_indicators
from analysis.results import Results
from analysis.rules import load_rules
from analysis.wording import Sentences, band_text, evidence, excluded_list, name_list, target_short, target_text
from analysis.workspace import PROJECT

REFERENCE = PROJECT / "data" / "reference"
INDICATORS = load_indicators(REFERENCE)
RULE = load_rules(REFERENCE)[-1]


def sentences(**tables: dict[str, Any]) -> Sentences:
    frames = {name: pd.DataFrame([{"group": "utama", **row}]) for name, row in tables.items()}
    return Sentences(
        Results({"period": "2025-S1", "compare": "2024-S1", "leading": "puskesmas"}, frames), RULE, INDICATORS
    )


def change(value: float, lower: float, upper: float, p: float, name: str = "RRNS") -> str:
    row = {
        "indicator": name,
        "value": value,
        "lower": lower,
        "upper": upper,
        "n": 19,
        "p": p,
        "p_adjusted": p,
        "reason": "",
    }
    return sentences(change=row).change(name)


@pytest.mark.parametrize(
    ("p", "word"),
    [(0.0001, "jelas"), (0.0099, "jelas"), (0.01, "cukup"), (0.049, "cukup"), (0.05, "belum"), (None, "belum")],
)
def test_grade_of_evidence(p: float | None, word: str) -> None:
    assert evidence(p) == word


def test_a_fall_of_rrns_is_an_improvement() -> None:
    text = change(-0.99, -1.42, -0.56, 0.0008)
    assert (
        "turun 0,99 poin persen (membaik; interval kepercayaan 95 persen −1,42 sampai −0,56; p < 0,001 sesudah disesuaikan, bukti jelas)"
        in text
    )


def test_a_fall_of_ak_is_a_worsening() -> None:
    assert "turun 5,0 poin per mil (memburuk" in change(-5, -8, -2, 0.02, "AK")


def test_an_undecided_change_never_says_up_or_down() -> None:
    text = change(-0.9, -1.9, 0.1, 0.08)
    assert "belum dapat disimpulkan" in text
    assert "turun" not in text
    assert "naik" not in text
    assert "membaik" not in text


def test_missing_change_says_why() -> None:
    row = {"indicator": "AK", "value": None, "reason": "tidak ada FKTP yang dapat dipasangkan"}
    assert "tidak dapat dihitung: tidak ada FKTP yang dapat dipasangkan" in sentences(change=row).change("AK")


def test_level_names_the_side_of_the_target() -> None:
    row = {
        "indicator": "RRNS",
        "span": "ini",
        "value": 2.004,
        "lower": 1.5,
        "upper": 2.6,
        "n": 19,
        "on_target": False,
        "reason": "",
    }
    text = sentences(district=row).level("RRNS")
    assert (
        "2,004 persen (interval kepercayaan 95 persen 1,50 sampai 2,60), belum memenuhi target paling tinggi 2 persen"
        in text
    )


@pytest.mark.parametrize(
    ("band", "words", "signs"),
    [
        ("<= 2", "paling tinggi 2 persen", "≤ 2 %"),
        ("< 5", "di bawah 5 persen", "< 5 %"),
        (">= 2.5", "paling sedikit 2,5 persen", "≥ 2,5 %"),
    ],
)
def test_target_in_words_and_signs(band: str, words: str, signs: str) -> None:
    assert target_text(Band.parse(band), INDICATORS["RRNS"]) == words
    assert target_short(Band.parse(band), INDICATORS["RRNS"]) == signs


def test_band_of_scores_is_shown_in_whole_scores() -> None:
    assert band_text(Band.parse(">= 30 & < 40"), "", scale=10) == "≥ 3 dan < 4"


def test_lists_of_names() -> None:
    assert name_list('["PUSKESMAS BONTI", "PUSKESMAS SOSOK"]') == "Bonti dan Sosok"
    assert name_list("[]") == "tidak ada"
    assert excluded_list('[{"name": "PUSKESMAS NOYAN", "ini": "hanya 2 bulan yang dapat dipakai"}]') == (
        "Noyan (periode ini: hanya 2 bulan yang dapat dipakai)"
    )
