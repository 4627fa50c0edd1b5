"""The pages on the quality of the data say what is missing, late or worth a question, and accuse nobody."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
import small_district
import svg_reading as svg
from small_report import FACILITIES, GROUNDS, INDICATORS, KINDS, RULES, TARIFFS
from small_report import report as whole_report

from analysis import figures
from analysis.ledger import Finding, ledger_table
from analysis.markdown import Block, FigureBlock
from analysis.periods import parse_period
from analysis.quality_population import Population
from analysis.report import Report
from analysis.results_compute import Inputs, compute_results

A, B, C = "0101A001", "0101A002", "0101A003"
HOSTILE = "PUSKESMAS <script>alert(1)</script> | {{< x >}}"


def month(text: str) -> pd.Period:
    return pd.Period(text, "M")


def arrived(table: pd.DataFrame, late: tuple[tuple[str, str], ...] = (), unknown: bool = False) -> pd.DataFrame:
    frame = table[["facility_code", "month"]].assign(arrival="pertama", file="kbk.xlsx")
    if unknown:
        frame["arrival"] = "tidak diketahui"
    for code, when in late:
        here = (frame["facility_code"] == code) & (frame["month"] == month(when))
        frame.loc[here, ["arrival", "file"]] = ["kemudian", "kbk | REVISI.xlsx"]
    return frame.astype({"arrival": "string", "file": "string"})


def made(
    table: pd.DataFrame,
    arrivals: pd.DataFrame | None = None,
    findings: tuple[Finding, ...] = (),
    population: Population | None = None,
) -> Report:
    usual = whole_report(table)
    inputs = Inputs(
        table=table, ledger=ledger_table(findings), kinds=KINDS, facilities=FACILITIES, indicators=INDICATORS,
        rules=RULES, tariffs=TARIFFS, arrivals=arrived(table) if arrivals is None else arrivals,
        grounds=replace(GROUNDS, population=population) if population else GROUNDS,
    )  # fmt: skip
    results = compute_results(inputs, parse_period("2025-S1"), parse_period("2024-S1"))
    return replace(usual, results=results)


def shown(block: Block | FigureBlock | object) -> str:
    assert isinstance(block, Block)
    return re.sub(r"\\(.)", r"\1", block.markdown)


def gaps() -> pd.DataFrame:
    """A has no contacts in March 2025 and no row in April 2025; all else is whole."""
    table = small_district.table()
    here = (table["facility_code"] == A) & (table["month"] == month("2025-03"))
    table.loc[here, "contacts"] = pd.NA
    return table[~((table["facility_code"] == A) & (table["month"] == month("2025-04")))].reset_index(drop=True)


def test_completeness_by_month_says_which_indicator_lacks() -> None:
    text = shown(made(gaps()).quality.completeness_by_month())
    rows = {
        line.split("|")[1].strip(): [c.strip() for c in line.split("|")[2:-1]]
        for line in text.splitlines()
        if "|" in line
    }
    #                        expected, rows, AK, RRNS, RPPT, complete
    assert rows["Februari 2025"] == ["3", "3", "3", "3", "3", "3 (100,0 %)"]
    assert rows["Maret 2025"] == ["3", "3", "2", "3", "3", "2 (66,7 %)"]
    assert rows["April 2025"] == ["3", "2", "2", "2", "2", "2 (66,7 %)"]
    assert rows["Januari 2024"] == ["3", "3", "3", "3", "3", "3 (100,0 %)"]


def test_of_very_many_facilities_those_are_drawn_that_lack_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "MOST_NAMED", 2)
    figure = made(gaps()).quality.completeness()
    assert isinstance(figure, FigureBlock)
    assert {"Air Jernih", "Bukit Tinggi", "Cahaya"} & set(svg.words(figure.svg)) == {"Air Jernih"}
    assert "yang digambar hanya 1 FKTP yang paling banyak bulan belum lengkapnya dari 3" in figure.caption
    whole = shown(made(small_district.table()).quality.completeness())
    assert whole == "Kelengkapan data menurut FKTP dan bulan, Semester I 2025: semua bulan-FKTP lengkap."


def test_a_facility_that_lacks_something_is_named_with_month_and_indicator() -> None:
    text = shown(made(gaps()).quality.incomplete())
    assert "| Puskesmas Air Jernih | 6/6 | 4/6 | Mar 25: AK; Apr 25: tidak ada barisnya |" in text
    assert "Bukit Tinggi" not in text
    assert shown(made(small_district.table()).quality.incomplete()) == "Semua FKTP lengkap pada kedua periode."


def test_timeliness_counts_late_replaced_absent_and_unknown() -> None:
    table = gaps()
    replaced = Finding("figures_replaced", "kbk.xlsx", facility_code=B, month="2025-02", read="x", done="y")
    text = shown(made(table, arrived(table, ((C, "2025-05"), (B, "2025-05"))), (replaced,)).quality.timeliness())
    assert "Semester I 2024: dari 18 bulan-FKTP, 18 ada sejak kiriman pertama bulannya." in text.replace("*", "")
    assert (
        "15 ada sejak kiriman pertama bulannya, 2 baru ada dalam kiriman yang lebih kemudian (terlambat), dan 1 belum ada."
        in text
    )
    assert "Angka 1 bulan-FKTP diganti oleh kiriman yang lebih kemudian." in text
    assert "| Puskesmas Cahaya | Mei 2025 | kbk | REVISI.xlsx |" in text
    unknown = shown(made(table, arrived(table, unknown=True)).quality.timeliness())
    assert "dari 18 bulan-FKTP, 17 tidak dapat dinilai" in unknown
    assert "terlambat)" not in unknown


def test_findings_say_where_the_whole_ledger_is() -> None:
    finding = Finding(
        "no_value_sign", "a.xlsx", "Mei", 3, "JUMLAH KONTAK", "-", "dianggap tidak tersedia", A, "", "2025-03"
    )
    pages = made(small_district.table(), findings=(finding,)).quality
    assert "data/ledger.csv" in shown(pages.findings())
    assert "Tanda tanpa nilai" in shown(pages.findings())
    assert "| a.xlsx, Mei | 3 | Tanda tanpa nilai |" in shown(pages.findings_of_period())


def test_what_is_worth_a_question_comes_with_an_innocent_explanation() -> None:
    """Every month of the small district repeats the one before: said once for each puskesmas, with a question."""
    pages = made(small_district.table()).quality
    text = shown(pages.signals())
    assert "| Puskesmas Air Jernih | Februari 2025 sampai Juni 2025 |" in text
    assert "Semua hitungan sama dengan bulan sebelumnya, 5 bulan berturut-turut" in text
    assert "Berkas bulan lalu terkirim lagi" in text
    assert "Apakah baris bulan itu sudah angka bulan itu" in text
    lead = shown(pages.checks())
    assert "Perlu dicek, bukan kesalahan." in lead
    # three puskesmas repeat their months in each of the two periods
    # 16 checks, without four that need extracts and the population, which is not known here
    assert "11 pemeriksaan dilakukan; pada kedua periode" in lead
    assert re.search(r"Bulan yang sama persis dengan bulan sebelumnya\*\* \|[^|]*\| 30 \| 6 \|", lead)
    assert "Tidak diperiksa: tidak ada berkas kunjungan yang memuat satu bulan seutuhnya." in lead
    assert "Tidak diperiksa: tidak ada berkas kunjungan dengan tekanan darah peserta Prolanis." in lead


@pytest.mark.parametrize("word", ["curang", "manipulasi", "rekayasa", "palsu", "menipu", "pelanggaran"])
def test_nobody_is_accused(word: str) -> None:
    pages = made(small_district.table()).quality
    said = "".join(shown(block) for block in (pages.checks(), pages.signals()))
    assert word not in said.lower().replace("alarm palsu", "")


def test_participants_are_told_against_the_population_or_why_not() -> None:
    """1.000 + 3.000 + 2.000 participants of 8.000 people are 75 percent."""
    text = shown(made(small_district.table(), population=Population(8000)).quality.population())
    assert (
        "Pada Juni 2025, 3 FKTP dalam berkas bersama-sama mempunyai 6.000 peserta terdaftar, yaitu 75,0 persen" in text
    )
    assert "Penduduk tidak dibandingkan: kode wilayah (codes) belum diisi" in shown(
        made(small_district.table()).quality.population()
    )


def test_names_from_files_stay_text() -> None:
    table = gaps().assign(facility_name=lambda t: t["facility_name"].mask(t["facility_code"] == A, HOSTILE))
    pages = made(table, arrived(table, ((A, "2025-05"),))).quality
    for block in (pages.incomplete(), pages.timeliness(), pages.signals()):
        assert re.search(r"(?<!\\)<script", block.markdown) is None
        assert re.search(r"(?<!\\)\{(?<!\\)\{", block.markdown) is None
        lines = [line for line in block.markdown.splitlines() if line.startswith("| Pus")]
        assert lines
        # an unescaped bar would make one more column
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines if "Pemeriksaan" not in line}) == 1


def test_no_table_is_wider_than_the_page() -> None:
    pages = made(gaps(), arrived(gaps(), ((C, "2025-05"),))).quality
    blocks = [pages.completeness_by_month(), pages.incomplete(), pages.timeliness(), pages.checks(), pages.signals()]
    for block in blocks:
        for line in block.markdown.splitlines():
            if line.startswith("|"):
                assert len(re.findall(r"(?<!\\)\|", line)) - 1 <= 7
