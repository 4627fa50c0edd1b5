"""The scripts that check and time the statistics run, count rightly, and the documents hold what they produce."""

from __future__ import annotations

import importlib.util
import math
import re
import sys
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import results_compute
from analysis.estimates import Estimate
from analysis.workspace import PROJECT

DOCS = PROJECT / "docs"


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # a process of its own finds the functions by this name
    spec.loader.exec_module(module)
    return module


kalibrasi: Any = _load("kalibrasi")
ukur: Any = _load("ukur_statistik")
TASKS = kalibrasi.all_tasks()
RNG = np.random.default_rng(1)


def _share(tally: Any, row: str, column: str) -> float:
    return float(tally[row, column].share)


# What can be worked out by hand ---------------------------------------------------------------------------------------


def test_exact_coverage_of_two_trials_by_hand() -> None:
    # Wilson's limits of 0, 1 and 2 of 2 at 95 %: 0 to 0,658; 0,095 to 0,905; 0,342 to 1 (z² = 3,8415: z²/(2 + z²) =
    # 0,658). A share of 0,7 lies in the last two: 1 - 0,3² = 0,91. Clopper–Pearson's upper limit of 0 of 2 is
    # 1 - sqrt(0,025) = 0,842, and all three hold 0,7.
    tally = kalibrasi.of_proportion(RNG, {"p": 0.7, "n": 2}, 0)
    assert _share(tally, kalibrasi.WILSON, "95 %") == pytest.approx(0.91)
    assert _share(tally, kalibrasi.CLOPPER, "95 %") == pytest.approx(1)
    assert tally[kalibrasi.WILSON, "95 %"].error == 0


def test_exact_coverage_of_a_rate_by_hand() -> None:
    # Garwood's upper limit of 0 events is -ln 0,025 = 3,69; a mean of 4 is missed by 0 events (e^-4 = 0,0183) and by
    # 10 and more: the lower limit of 10 is Byar's 4,79, that of 9 is 4,12. P(X ≥ 9 | 4) = 0,0214 (Poisson table)
    tally = kalibrasi.of_rate(RNG, {"mean": 4.0}, 0)
    assert _share(tally, kalibrasi.POISSON, "95 %") == pytest.approx(1 - 0.0183 - 0.0214, abs=1e-3)


def test_mcnemar_by_hand() -> None:
    # With 6 facilities that all change half the time: m ~ Binomial(6, 0.5) changing ones; the exact p reaches 5 % only
    # at 6 against 0 (2/64 = 0,031): P(m = 6) 2/64 = (1/64)(1/32) = 0,00049. Mid-p: 6:0 and 5:0 (2/32 - 1/32 = 0,031)
    tally = kalibrasi.null_mcnemar(RNG, {"n": 6, "each": 0.25}, 0)
    assert _share(tally, "", "McNemar eksak") == pytest.approx(1 / 64 / 32)
    assert _share(tally, "", "McNemar mid-p") == pytest.approx(1 / 64 / 32 + 6 / 64 / 16)


def test_tables_of_four_cells_hold_all_probability() -> None:
    tables = list(kalibrasi.four_cells(4, (0.25, 0.25, 0.25, 0.25)))
    assert len(tables) == math.comb(7, 3)
    assert sum(mass for _, mass in tables) == pytest.approx(1)
    assert dict(tables)[1, 1, 1, 1] == pytest.approx(24 / 256)


def test_sums_and_their_standard_errors_by_hand() -> None:
    found = kalibrasi.Sum()
    for value in (1.0, 1.0, 1.0, 0.0, None):
        found.add(value)
    assert (found.share, found.of, found.missing) == (0.75, 4, 1)
    assert found.error == pytest.approx(math.sqrt(0.75 * 0.25 / 4))
    assert kalibrasi.shown(found) == "75,0 ± 21,7"
    assert kalibrasi.shown(kalibrasi.Sum(0.0, 0.0, 100)) == "0,0 (< 3,0)"  # 1 - 0,05^(1/100) = 2,95 %
    assert kalibrasi.shown(kalibrasi.Sum(100.0, 100.0, 100)) == "100,0 (> 97,0)"
    assert kalibrasi.shown(kalibrasi.Sum()) == "–"


def test_an_interval_without_limits_is_no_miss() -> None:
    assert kalibrasi.covers(Estimate(1.0), 1.0) is None
    assert kalibrasi.covers(Estimate(1.0, 0.5, 1.5), 1.5) == 1
    assert kalibrasi.covers((0.5, 1.5), 1.6) == 0


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([0.95, 0.96], "memenuhi"),
        ([0.95, 0.90], "**terlalu sempit**"),
        ([0.97, 0.93], "**terlalu sempit di sebagian kisi**"),
        ([0.98, 0.99], "hati-hati (lebih lebar)"),
    ],
)
def test_the_verdict_follows_mean_and_lowest_cell(shares: list[float], said: str) -> None:
    cells = [(str(s), kalibrasi.Sum(s, 0.0, 1, exact=True)) for s in shares]
    assert kalibrasi.verdict("Wilson", kalibrasi.Coverage(cells)) == said


def test_an_exact_interval_may_not_fall_below_its_level() -> None:
    for share, said in ((0.9501, "memenuhi"), (0.949, "di bawah nominal")):
        cells = [("satu", kalibrasi.Sum(share, 0.0, 1, exact=True)), ("dua", kalibrasi.Sum(0.99, 0.0, 1, exact=True))]
        assert kalibrasi.verdict(kalibrasi.CLOPPER, kalibrasi.Coverage(cells)) == said


def test_false_findings_are_counted_among_the_findings() -> None:
    counts = [kalibrasi.FacilityCounts(*row) for row in (
        ("turun, berubah", 100, 1000, 20, 1000), ("turun, tidak berubah", 100, 1000, 20, 1000),
        ("sama", 50, 1000, 50, 1000), ("naik, berubah", 20, 1000, 100, 1000),
    )]  # fmt: skip
    tally = kalibrasi.new_tally()
    kalibrasi.judged(tally, "", kalibrasi.share_changes(counts), [True, False, True, True], up=False)
    # three findings, of which the second did not change and the fourth went the other way; one of three changed found
    assert _share(tally, "", "temuan keliru di antara temuan") == pytest.approx(2 / 3)
    assert _share(tally, "", "yang berubah ditemukan") == pytest.approx(1 / 3)


# Everything runs --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outcome() -> Any:
    """A draw or two of one cell of every task; of every label where rows are made of labels."""
    return {
        (i, j): kalibrasi.run_cell((i, j), 2)
        for i, task in enumerate(TASKS)
        for j in range(len(task.cells))
        if task.section != kalibrasi.POWER and (j == 0 or task.section != kalibrasi.COVERAGE)
    }


def test_every_task_counts_something(outcome: Any) -> None:
    assert {i for i, _ in outcome} == {i for i, task in enumerate(TASKS) if task.section != kalibrasi.POWER}
    for tally in outcome.values():
        assert tally
        assert all(s.of + s.missing > 0 for s in tally.values())
        assert all(0 <= s.share <= 1 for s in tally.values() if s.of)


def test_a_cell_has_its_own_stream_and_can_be_repeated() -> None:
    place = next((i, 0) for i, task in enumerate(TASKS) if task.title == "perubahan rata-rata bagian")
    first, again, other = (kalibrasi.run_cell(p, 40) for p in (place, place, (place[0], 1)))
    assert first == again
    assert first != other


def test_the_document_names_every_row(outcome: Any) -> None:
    text = (DOCS / "kalibrasi.md").read_text(encoding="utf-8")
    names = kalibrasi.row_names(outcome)
    assert len(names) > 100
    assert [name for name in names if f"\n| {name} | " not in text] == []
    headings = [f"### {task.title}" for task in TASKS if task.section != kalibrasi.COVERAGE]
    assert [h for h in headings if f"\n{h}\n" not in text] == []
    methods = list(kalibrasi.coverages(outcome))
    picture = re.search(r"\(gambar/(\S+\.svg)\)", text)
    assert picture is not None
    assert (DOCS / "gambar" / picture[1]).is_file()
    assert {"Wilson", "Hodges–Lehmann", "selisih dari selisih"} <= set(methods)


def test_what_falls_short_is_said(outcome: Any) -> None:
    text = (DOCS / "kalibrasi.md").read_text(encoding="utf-8")
    short = re.findall(r"(?m)^\| ([^|]+) \|.*\| (?!memenuhi)[^|–]*(?:sempit|nominal|hati-hati)[^|]*\|$", text)
    assert short
    assert [method for method in short if f"\n- **{method}**: " not in text] == []


def test_the_simulated_district_is_read_as_a_report_reads_it() -> None:
    found = dict(kalibrasi.findings_of(kalibrasi.report_tables(kalibrasi.drawn_table(7, effects=True))))
    text = (DOCS / "kalibrasi.md").read_text(encoding="utf-8")
    assert [name for name in found if f"\n| {name} | " not in text] == []
    assert all(value is None or 0 <= value <= 1 for value in found.values())
    # 12 of 19 facilities at 55 % of what they were: the total cannot be missed
    assert found["RRNS: nilai gabungan turun (Holm)"] == 1


def test_the_drawings_differ_with_the_seed_and_effects_can_be_left_out() -> None:
    first, other, null = (kalibrasi.drawn_table(*key) for key in ((7, True), (8, True), (7, False)))
    assert not first["contacts"].equals(other["contacts"])
    differ = first["nonspecialist_referrals"] != null["nonspecialist_referrals"]
    assert set(first.loc[differ, "facility_code"]) == set(kalibrasi.planted()["RRNS"])
    assert first.loc[differ, "month"].min() >= pd.Period("2025-10", "M")


# Times ------------------------------------------------------------------------------------------------------------


def test_times_add_up_to_the_whole_and_functions_are_put_back() -> None:
    before = dict(vars(results_compute))
    measured = ukur.measure(ukur.TINY, repeats=1)
    assert dict(vars(results_compute)) == before
    assert sum(measured.sections.values()) == pytest.approx(measured.processor)
    assert set(measured.sections) == {*ukur.SECTIONS.values(), ukur.OTHERS}
    assert all(seconds >= 0 for seconds in measured.sections.values())


def test_the_document_of_times_has_every_row_and_size() -> None:
    text = (DOCS / "ukuran-statistik.md").read_text(encoding="utf-8")
    assert [name for name in (*ukur.SECTIONS.values(), ukur.OTHERS) if f"\n| {name} | " not in text] == []
    heads = next(line for line in text.splitlines() if line.startswith("| bagian |"))
    assert heads.count("FKTP") == len(ukur.SIZES)


def test_sections_are_functions_that_the_computation_calls() -> None:
    assert [name for name in ukur.SECTIONS if not callable(getattr(results_compute, name, None))] == []


def test_an_invented_province_keeps_the_contract() -> None:
    table, facilities = ukur.province(12)
    assert table["facility_code"].nunique() == len(facilities) == 12
    assert table.groupby("facility_code").size().eq(24).all()
    assert table["contacts"].isna().any()
