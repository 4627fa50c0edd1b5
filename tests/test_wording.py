"""Sentences follow the evidence, not the size of the point estimate."""

from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd
import pytest
import small_district
from small_report import FACILITIES, report

from analysis.bands import Band
from analysis.indicators import load_indicators
from analysis.results import Results
from analysis.rules import Rule, load_rules
from analysis.wording import (
    Sentences,
    band_text,
    complete_share,
    evidence,
    excluded_list,
    name_list,
    rule_sources,
    share_of_gross,
    target_short,
    target_text,
)
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


def test_thousands_of_facilities_are_written_with_dots() -> None:
    row = {
        "indicator": "AK", "n": 1100, "both": 1040, "rose": 12, "fell": 5, "share_before": 1045 / 1100,
        "share_after": 1052 / 1100, "value": 7 / 1100, "lower": -0.001, "upper": 0.014, "p": 0.14, "p_adjusted": 0.6,
        "tests": 6, "reason": "",
    }  # fmt: skip
    said = sentences(share=row).share("AK")
    assert "Dari 1.100 puskesmas" in said
    assert "ialah 1.045 (95,0 persen)" in said
    assert "dan 1.052 (95,6 persen)" in said


@pytest.mark.parametrize(
    ("p", "word"),
    [(0.0001, "jelas"), (0.0099, "jelas"), (0.01, "cukup"), (0.049, "cukup"), (0.05, "belum"), (None, "belum")],
)
def test_grade_of_evidence(p: float | None, word: str) -> None:
    assert evidence(p) == word


def test_a_fall_of_rrns_is_an_improvement() -> None:
    text = change(-0.99, -1.42, -0.56, 0.0008)
    assert (
        "turun 0,99 poin persen (membaik; interval kepercayaan 95 persen −1,42 sampai −0,56; p\u00a0<\u00a00,001 sesudah disesuaikan, bukti jelas)"
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


def test_level_by_convention_says_so() -> None:
    row = {
        "indicator": "RRNS", "span": "ini", "value": 0.0, "lower": None, "upper": None, "n": 3, "on_target": True,
        "convention": True, "note": "konvensi: tanpa rujukan RRNS dihitung 0 persen", "reason": "penyebut nol",
    }  # fmt: skip
    text = sentences(district=row).level("RRNS")
    assert text.endswith("memenuhi target paling tinggi 2 persen (konvensi: tanpa rujukan RRNS dihitung 0 persen).")


def priced(**values: Any) -> pd.DataFrame:
    row = {"span": "ini", "group": "utama", "gross": 100, "withheld_low": 0, "withheld_high": 5, "priced": 1,
           "unpriced": 0, "unconfirmed": False, **values}  # fmt: skip
    return pd.DataFrame([row, {**row, "span": "pembanding", "priced": 0}])


def unpriced(*rows: tuple[str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["facility_code", "facility_name", "reason"])
    return frame.assign(span="ini", group="utama", paid_low=pd.NA, month=pd.Period("2025-01", "M"))


def money(cost: pd.DataFrame, payments: pd.DataFrame) -> Sentences:
    facts = {"period": "2025-S1", "compare": "2024-S1", "leading": "puskesmas"}
    return Sentences(Results(facts, {"cost": cost, "payments": payments}), RULE, INDICATORS)


def test_cost_without_a_priced_month_gives_reasons_by_facility_not_by_name() -> None:
    nothing = priced(gross=pd.NA, withheld_low=pd.NA, withheld_high=pd.NA, priced=0, unpriced=2)
    told = unpriced(("0101A001", "PUSKESMAS SEHAT", "sebab satu"), ("0101A002", "PUSKESMAS SEHAT", "sebab dua"))
    assert money(nothing, told).cost() == (
        "Kapitasi puskesmas tidak dapat dihitung: Sehat (0101A001) (sebab satu) dan Sehat (0101A002) (sebab dua)."
    )


def test_cost_of_nothing_gross_has_no_share() -> None:
    text = money(priced(gross=0, withheld_low=0, withheld_high=0), unpriced()).cost()
    assert "diperkirakan Rp0, – persen dari kapitasi bruto" in text


def test_tables_of_money_show_what_is_not_priced_as_missing_and_namesakes_apart() -> None:
    table = small_district.table()
    table["facility_name"] = table["facility_name"].replace({"PUSKESMAS CAHAYA": "PUSKESMAS BUKIT TINGGI"})
    laporan = report(table, facilities=FACILITIES.iloc[:0])  # without facilities.csv nothing has a tariff
    cost = laporan.cost().markdown
    assert "Rp" not in cost
    assert "| Puskesmas | – | – | – | – | 0/18 |" in cost
    for block in (laporan.cost_by_facility(), laporan.facility_table("AK")):
        rows = block.markdown.replace("\\", "").splitlines()
        assert [sum(f"| Bukit Tinggi (0101A00{n}) |" in row for row in rows) for n in (2, 3)] == [1, 1]
    assert "| Bukit Tinggi (0101A002) |" in laporan.attention().markdown.replace("\\", "")


def test_share_of_gross() -> None:
    assert share_of_gross(pd.NA, pd.NA, pd.NA) == "–"
    assert share_of_gross(5, 10, 100) == "5,0–10,0"


@pytest.mark.parametrize(
    ("full", "total", "text"), [(10, 10, "100,0"), (9_999, 10_000, "99,99"), (29, 30, "96,7"), (0, 0, "–")]
)
def test_completeness_says_a_hundred_only_when_it_is(full: int, total: int, text: str) -> None:
    assert complete_share(full, total) == text


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


def test_facilities_that_cannot_be_compared_for_the_same_reason_are_listed_together() -> None:
    nothing, few = "tidak ada bulan yang dapat dipakai", "hanya 2 bulan yang dapat dipakai"
    apart = [("BONTI", nothing, nothing), ("NOYAN", "", few), ("SOSOK", nothing, nothing), ("MELIAU", nothing, nothing)]
    entries = [{"name": f"PUSKESMAS {name}", "pembanding": before, "ini": now} for name, before, now in apart]
    assert excluded_list(json.dumps(entries)) == (
        f"Bonti, Sosok, dan Meliau (pembanding: {nothing}; periode ini: {nothing}); Noyan (periode ini: {few})"
    )


def test_more_reasons_than_are_told_are_said_to_be_some() -> None:
    lacking = [unpriced(*((f"0101A00{i}", "X", f"sebab {min(i, kinds)}") for i in range(1, 6))) for kinds in (3, 4)]
    three, four = (money(priced(priced=0, unpriced=5), rows).cost() for rows in lacking)
    assert "antara lain" not in three
    assert "antara lain sebab " in four


@pytest.mark.parametrize("rule", load_rules(REFERENCE), ids=lambda rule: rule.id)
def test_no_value_of_a_rule_is_named_by_its_key(rule: Rule) -> None:
    told = {name for line in rule_sources(rule) for name in re.split(r", (?:dan )?| dan ", line.rpartition("): ")[2])}
    assert not {name for name in told if re.match(rf"(?:{'|'.join(type(rule).model_fields)})\b", name.strip("."))}


def test_the_limits_of_controlled_diseases_are_named() -> None:
    told = [line for line in rule_sources(RULE) if "PERKENI" in line or "PERHI" in line]
    assert [line.rpartition("): ")[2] for line in told] == ["batas HT terkendali.", "batas DM terkendali."]
