"""The pages on statistics from the facility-month table to the words: odd data give reasons, never a program's words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_report import FACILITIES, GROUNDS, INDICATORS, KINDS, METHODS, RULES, TARIFFS
from small_scope import months, table
from test_report_parts import UNSAID, said

from analysis.contract import facility_months
from analysis.district import District, Event
from analysis.ledger import ledger_table
from analysis.markdown import Block, FigureBlock
from analysis.periods import parse_period
from analysis.provenance import Provenance
from analysis.report import Report
from analysis.results_compute import Inputs, compute_results
from analysis.timeliness import arrivals

CODES = ["0101A001", "0101A002", "0101A003", "0101A004"]
VERDICT = re.compile(r"(membaik|memburuk), bukti (jelas|cukup)")


def report(rows: pd.DataFrame, period: str, compare: str, events: Sequence[Event] = ()) -> Report:
    inputs = Inputs(
        table=rows, ledger=ledger_table([]), kinds=KINDS, facilities=FACILITIES, indicators=INDICATORS, rules=RULES,
        tariffs=TARIFFS, events=list(events), arrivals=arrivals([]), grounds=GROUNDS,
    )  # fmt: skip
    results = compute_results(inputs, parse_period(period), parse_period(compare))
    provenance = Provenance(
        district="contoh", files=[], settings=[], parameters={"period": period, "compare": compare},
        rule=results.facts["rule"], tariffs=results.facts["tariffs"], renderer="uji", version="0", code="0" * 64,
        reference="0" * 64,
    )  # fmt: skip
    district = District(name="Kabupaten Contoh", level="kabupaten", events=list(events))
    return Report(district, results, INDICATORS, RULES, provenance, METHODS, GROUNDS.checks)


def usual(first: str = "2024-01", last: str = "2025-12", puskesmas: int = 4) -> pd.DataFrame:
    """Puskesmas and a clinic with counts that vary by chance."""
    chance, rows = np.random.default_rng(7), []
    for i in range(1, puskesmas + 2):
        registered, referrals = int(chance.integers(1500, 6000)), int(chance.integers(100, 300))
        for month in months(first, last):
            rows.append(
                {"facility_code": f"0101A{i:03d}", "month": pd.Period(month, "M"), "registered": registered,
                 "facility_name": f"PUSKESMAS P{i}" if i <= puskesmas else f"KLINIK K{i}",
                 "facility_type": "puskesmas" if i <= puskesmas else "klinik_pratama",
                 "contacts": int(chance.binomial(registered, 0.13 + 0.01 * i % 0.04)), "referrals": referrals,
                 "nonspecialist_referrals": int(chance.binomial(referrals, 0.01 * (i % 5 + 1))), "dm_registered": 150,
                 "dm_controlled": int(chance.binomial(150, 0.05)), "ht_registered": 200,
                 "ht_controlled": int(chance.binomial(200, 0.05))}
            )  # fmt: skip
    return table(rows)


USUAL = usual()


def event(date: str, facilities: Sequence[str] = (), **more: Any) -> Event:
    told = {"date": dt.date.fromisoformat(date), "label": "Pembinaan | <b>", "facilities": list(facilities), **more}
    return Event.model_validate(told)


@dataclass(frozen=True)
class Case:
    """Odd data: its rows, the report asked for, and words that the pages must hold."""

    rows: pd.DataFrame
    period: str = "2025-S2"
    compare: str = "2024-S2"
    events: list[Event] = field(default_factory=list)
    words: tuple[str, ...] = ()
    figures: str = ""


def upto(last: str, first: str = "2024-01") -> pd.DataFrame:
    return USUAL[(USUAL["month"] >= pd.Period(first, "M")) & (USUAL["month"] <= pd.Period(last, "M"))]


def every(**values: Any) -> pd.DataFrame:
    return USUAL.assign(**values)


TURN = pd.Period("2025-07", "M")
STAYS = USUAL[
    ~((USUAL["facility_code"] == CODES[0]) & (USUAL["month"] >= TURN))
    & ~((USUAL["facility_code"] == CODES[1]) & (USUAL["month"] < TURN))
    & ~USUAL["month"].isin([pd.Period(m, "M") for m in ("2024-03", "2024-10", "2025-09")])
].sample(frac=1, random_state=1)
MANY = usual("2025-11", "2025-12", puskesmas=120)

CASES = {
    "one facility and one month of a period": Case(
        upto("2025-07")[lambda d: d["facility_code"] == CODES[0]], events=[event("2025-03-01", CODES[:1])],
        words=("hanya satu FKTP, tidak ada pembanding", "tidak ada pembanding karena semua FKTP ikut",
               "periode ini: hanya 1 bulan yang dapat dipakai")),
    "two months of data": Case(upto("2025-12", "2025-11"), "2025-T4", "2025-T3", [event("2025-11-05", CODES[:2])], (
        "tidak ada FKTP yang dapat dipasangkan", "Batas alami AK tidak dapat dihitung",
        "memerlukan sekurang-kurangnya 8 bulan sebelum dan 3 bulan sesudah", "baru diketahui untuk satu periode"), "AK"),
    "no comparison": Case(upto("2025-12", "2025-07"), words=("pembanding: tidak ada bulan yang dapat dipakai",)),
    "all or none on target": Case(
        every(contacts=0, nonspecialist_referrals=0, dm_controlled=150, ht_controlled=200),
        events=[event("2025-03-01", CODES[:2])],
        words=("tetap 4 dari 4", "tetap 0 dari 4", "tidak ada kejadian pada kedua periode"), figures="RPPT"),
    "no denominators": Case(
        every(registered=0, contacts=0, referrals=0, nonspecialist_referrals=0, ht_registered=0, ht_controlled=0),
        events=[event("2025-03-01", CODES[:2])], words=("penyebut nol", "tidak ada bulan dengan nilai"), figures="RRNS"),
    "few cases, no hypertension in one period": Case(
        every(referrals=USUAL["referrals"] // 40, nonspecialist_referrals=USUAL["dm_controlled"] % 2,
              ht_registered=USUAL["ht_registered"].mask(USUAL["month"] >= TURN, 0),
              ht_controlled=USUAL["ht_controlled"].mask(USUAL["month"] >= TURN, 0)),
        words=("interval eksak", "Kasus per bulan terlalu sedikit"),
        figures="RRNS"),
    "numerators missing": Case(
        every(**dict.fromkeys(("contacts", "nonspecialist_referrals", "dm_controlled", "ht_controlled"), pd.NA)),
        events=[event("2025-03-01", CODES[:2])],
        words=("tidak dapat digambar: tidak satu bulan pun", "tidak ada yang memiliki cukup data"), figures="RRNS"),
    "gaps, moves, no order": Case(STAYS, events=[event("2025-03-01", CODES[:2])], words=(
        "pembanding: tidak ada bulan yang dapat dipakai", "periode ini: tidak ada bulan yang dapat dipakai",
        "tidak dapat dibandingkan"), figures="AK"),
    "a rule without its data": Case(USUAL.assign(month=USUAL["month"] - 96), "2017-S2", "2016-S2", words=(
        "Deret bulanan RPPB tidak dapat dinilai",), figures="RPPB"),
    "no puskesmas, a month": Case(USUAL.assign(facility_type="klinik_pratama"), "2025-12", "2024-12", words=(
        "Q Cochran", "Atas 5 FKTP yang diketahui pada semua 12 periode")),
    "a quarter before, odd events": Case(USUAL, "2025-T4", "2025-T3", [
        event("2024-01-01", CODES[:2]), event("2025-12-31", CODES[:2], rebase=True), event("2025-07-01", CODES),
        event("2025-07-01", ["X"], indicator="RRNS"), event("2025-03-01", CODES[:2], selection="2026-S1"),
        event("2026-01-01", CODES[:2]), event("2019-01-01", CODES[:2], rebase=True)], words=(
        "masih memuat musim", "belum ada bulan sesudah kegiatan", "tidak ada pembanding karena semua FKTP ikut",
        "tidak dikenal: X", "periode pemilihan (selection) tidak berakhir sebelum kegiatan", "di luar rangkaian bulan"),
        figures="RRNS"),
    "a year": Case(USUAL, "2025", "2024", words=("2024 ke 2025",)),
    "comparison inside the period": Case(USUAL, "2025", "2025-T4", words=("masih memuat musim",)),
    "comparison after the period": Case(USUAL, "2024-S2", "2025-S1", words=("masih memuat musim",)),
    "many facilities": Case(MANY, "2025-12", "2025-11", words=("Dari 120 puskesmas yang diuji",), figures="RRNS"),
}  # fmt: skip


@cache
def made(kind: str) -> Report:
    case = CASES[kind]
    return report(facility_months(case.rows), case.period, case.compare, case.events)


def markdown(laporan: Report) -> str:
    """The words and tables of every page on statistics."""
    trends, comparison = laporan.trends, laporan.comparison
    blocks: list[Any] = [
        comparison.shares(),
        comparison.states(),
        comparison.totals(),
        comparison.months(),
        laporan.events.all(),
    ]
    for name in laporan.names:
        blocks += [
            trends.chart_words(name), trends.facility_marks(name), trends.history_words(name), comparison.changes(name),
        ]  # fmt: skip
        if (laporan.results["funnel"]["indicator"] == name).any():
            blocks.append(trends.funnel_words(name))
    assert all(isinstance(b, Block) and b.markdown.strip() for b in blocks)
    return "\n".join(said(b) for b in blocks)


@pytest.mark.parametrize("kind", CASES)
def test_odd_data_give_reasons_in_every_page(kind: str) -> None:
    case, laporan = CASES[kind], made(kind)
    text = markdown(laporan)
    for name in [n for n in laporan.names if n == case.figures]:
        pictures = [laporan.trends.chart(name), laporan.trends.history(name)]
        if name != "RPPT":
            pictures.append(laporan.trends.funnel(name))
        assert all(isinstance(p, Block | FigureBlock) for p in pictures)
        text += "\n".join(said(p) for p in pictures)
    assert UNSAID.findall(text) == [], kind
    for words in case.words:
        assert words in text, (kind, words)
    assert "  " not in re.sub(r"\|[^\n]*", "", text), kind  # no word that is left out leaves a hole
    assert not re.search(r"\(\)|: \.|:\s*;|\.\.|, \)", re.sub(r":?-+:?", "", text)), kind
    agreed(laporan, text)


def agreed(laporan: Report, text: str) -> None:
    """Assert that no section concludes on a change what the headline does not."""
    for name in laporan.names:
        main = laporan.comparison.words.headline(name)
        for sentence in (laporan.comparison.words.value(name), laporan.comparison.words.months(name)):
            found = VERDICT.search(sentence)
            assert found is None or found[0] == main, (name, sentence)
        summary = laporan.sentences.change(name)
        assert ("belum dapat disimpulkan" in summary) == (main == "belum dapat disimpulkan"), summary
        for line in laporan.trends.words.years(name):
            if laporan.compare.length == 12 and line.startswith(f"{laporan.compare.code} ke {laporan.period.code}"):
                main_share = laporan.sentences.share(name)
                assert ("belum dapat disimpulkan" in line) == ("belum dapat disimpulkan" in main_share)


def clear(change: int) -> Report:
    """Ten puskesmas, all of them with so many more (or fewer) referrals in the second year that the change is clear."""
    rows = []
    for i in range(1, 11):
        for month in months("2024-01", "2025-12"):
            high = i % 3 + (change + i % 4 if month >= "2025-01" else 0)
            rows.append(
                {"facility_code": f"0101A{i:03d}", "facility_name": f"PUSKESMAS P{i}", "facility_type": "puskesmas",
                 "month": pd.Period(month, "M"), "registered": 5000, "contacts": 700 + i, "referrals": 1000,
                 "nonspecialist_referrals": 18 + high, "dm_registered": 150, "dm_controlled": 8, "ht_registered": 200,
                 "ht_controlled": 8 + i % 2}
            )  # fmt: skip
    return report(table(rows), "2025", "2024")


@pytest.mark.parametrize(("change", "verdict", "moved"), [(15, "memburuk", "berkurang"), (-15, "membaik", "")])
def test_a_clear_change_has_one_verdict_everywhere(change: int, verdict: str, moved: str) -> None:
    laporan = clear(change)
    words = laporan.comparison.words
    assert words.headline("RRNS") == f"{verdict}, bukti jelas"
    assert words.value("RRNS").endswith(f"Ini sejalan dengan angka utama ({verdict}, bukti jelas).")
    assert f"({verdict}, bukti jelas)" in words.months("RRNS")
    assert f"{'naik' if change > 0 else 'turun'} ({verdict}) pada 10 puskesmas" in words.facilities("RRNS")
    assert f"({verdict};" in laporan.sentences.change("RRNS")
    (year,) = laporan.trends.words.years("RRNS")
    share = laporan.sentences.share("RRNS")
    if moved:  # all ten had been on target
        assert f"bagian yang memenuhi target {moved}, bukti jelas" in year
        assert f"bagian yang memenuhi target {moved}, bukti jelas" in share
        assert (
            year.split("disesuaikan untuk")[0].split("McNemar eksak")[1]
            == share.split("disesuaikan untuk")[0].split("McNemar eksak")[1]
        )
    table_of_changes = said(laporan.comparison.changes("RRNS"))
    assert table_of_changes.count("[naik]{.buruk}" if change > 0 else "[turun]{.baik}") == 10
    agreed(laporan, markdown(laporan))


def test_figures_without_limits_say_so() -> None:
    shown = made("few cases, no hypertension in one period").trends.chart("RRNS")
    assert isinstance(shown, FigureBlock)
    assert "tanpa batas alami" in shown.caption
    assert "tanpa batas alami" in shown.alt


def test_methods_are_told_without_letters_that_fonts_lack() -> None:
    laporan = made("a year")
    for block in (laporan.methods(), laporan.deviations()):
        assert not re.search("[ᵢⱼₘₜ₋₀₁₂₃]", block.markdown)
        assert UNSAID.findall(block.markdown) == []
