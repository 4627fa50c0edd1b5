"""Every part of the report on odd data: words that say what is missing, never an exception, never 'nan'."""

from __future__ import annotations

import re
from typing import Any

import nbformat
import pandas as pd
import pytest
import small_district
import svg_reading as svg
from small_report import report

from analysis.chosen_periods import choose_periods
from analysis.contract import facility_months
from analysis.errors import ParameterError
from analysis.markdown import Block, FigureBlock, FigureBlocks
from analysis.workspace import PROJECT

UNSAID = re.compile(r"\b(?:Rp)?(?:nan|None|NaT|inf)\b|<NA>")
"""What a program prints for a missing number; never a word of a report."""


def calls() -> list[str]:
    book: Any = nbformat.reads((PROJECT / "notebooks" / "03_report.ipynb").read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    sources = [c.source.strip() for c in book.cells if c.cell_type == "code"]
    return [s for s in sources if s.startswith("laporan.")]


def odd(kind: str) -> tuple[pd.DataFrame, str, str]:  # noqa: PLR0911 - one line for each kind
    table = small_district.table()
    match kind:
        case "no comparison":
            return table[table["month"] >= pd.Period("2025-01", "M")], "2025-S1", "2024-S1"
        case "one month":
            return table, "2025-03", "2024-03"
        case "only clinics":
            return table.assign(facility_type="klinik_pratama"), "2025-S1", "2024-S1"
        case "types unknown":
            return table.assign(facility_type=pd.NA), "2025-S1", "2024-S1"
        case "one facility":
            return table[table["facility_code"] == "0101A001"], "2025-S1", "2024-S1"
        case "one indicator missing everywhere":
            return table.assign(contacts=pd.NA), "2025-S1", "2024-S1"
        case "no referrals":
            return table.assign(referrals=0, nonspecialist_referrals=0), "2025-S1", "2024-S1"
        case "a whole year":
            return table, "2025", "2024"
        case "old rule":
            month = table["month"] - 8 * 12
            return table.assign(month=month), "2017-S1", "2016-S1"
        case _:
            raise ValueError(kind)


KINDS = [
    "no comparison", "one month", "only clinics", "types unknown", "one facility", "one indicator missing everywhere",
    "no referrals", "a whole year", "old rule",
]  # fmt: skip

UNPRICED = ["types unknown", "one indicator missing everywhere", "old rule"]


def said(shown: Block | FigureBlock | FigureBlocks) -> str:
    if isinstance(shown, Block):
        return shown.markdown.replace("\\", "")
    panels = shown.panels if isinstance(shown, FigureBlocks) else (shown,)
    parts = [text for panel in panels for text in (panel.caption, panel.alt, *svg.words(panel.svg))]
    return " ".join(parts).replace("\\", "")


@pytest.mark.parametrize("words", ["(nan)", "Rpnan", "sebesar inf.", "None", "<NA> persen", "-inf", "NaT–NaT"])
def test_words_of_a_program_are_found_wherever_they_stand(words: str) -> None:
    assert UNSAID.search(words)


@pytest.mark.parametrize("kind", KINDS)
def test_odd_data_give_a_whole_report(kind: str) -> None:
    table, period, compare = odd(kind)
    laporan = report(facility_months(table), period, compare)
    assert laporan.results["cost"]["priced"].sum() > 0 or kind in UNPRICED
    for call in calls():
        shown = eval(call, {"laporan": laporan})  # noqa: S307 - the notebook's own calls
        assert isinstance(shown, Block | FigureBlock | FigureBlocks), call
        words = said(shown)
        if not words and ("funnel(" in call or "history(" in call):  # no figure: then the sentences say why
            words = said(eval(call.replace("(", "_words("), {"laporan": laporan}))  # noqa: S307
        assert words.strip(), call
        assert UNSAID.findall(words) == [], (call, words)


def test_first_office_without_a_year_before_still_gets_its_report() -> None:
    table, period, compare = odd("no comparison")
    text = report(facility_months(table), period, compare).summary().markdown.replace("\\", "")
    assert "tidak dapat dihitung: tidak ada FKTP yang dapat dipasangkan" in text
    assert "148,3 per mil" in text


def test_the_state_on_the_first_page_is_that_of_the_value_beside_it() -> None:
    # B has no figures of 2024. A and C: AK (160 + 310) / 3000 = 156,7; RRNS 3/200 = 1,50;
    # RPPT ((6 + 3)/200 + (6 + 6)/300) / 2 = 4,25. With B, which is not compared, AK is 148,3 and RRNS 2,25.
    table = small_district.table()
    alone = (table["facility_code"] == "0101A002") & (table["month"].dt.year == 2024)
    lines = report(table[~alone]).state().markdown.replace("\\", "").splitlines()
    told = {line.split("|")[1].split()[0]: line for line in lines if line.startswith("| ")}
    assert "156,7" in told["AK"]
    assert "1,50" in told["RRNS"]
    assert "4,25" in told["RPPT"]
    assert ["memenuhi" in told[name] for name in ("AK", "RRNS", "RPPT")] == [True, True, False]


def test_without_a_comparison_the_first_page_has_the_values_of_the_period() -> None:
    table, period, compare = odd("no comparison")
    made = report(facility_months(table), period, compare)
    text = made.state().markdown.replace("\\", "")
    assert "148,3" in text
    assert "Di mana tidak ada yang sama, nilai Semester I 2025 ialah nilai semua puskesmas." in text
    assert "0 dari 0" not in made.summary().markdown
    notes = made.reading_notes().markdown
    assert "Antara Semester I 2024 dan Semester I 2025 tidak ada yang dapat diuji." in notes
    assert "– uji" not in notes


def test_default_comparison_is_the_year_before_else_the_span_before() -> None:
    year = pd.Series(pd.period_range("2024-01", "2025-06", freq="M"))
    assert [p.code for p in choose_periods(year, "", "")] == ["2025-S1", "2024-S1"]
    assert [p.code for p in choose_periods(year[6:], "", "")] == ["2025-S1", "2024-S2"]
    assert [p.code for p in choose_periods(year[12:], "", "")] == ["2025-S1", "2024-S1"]


@pytest.mark.parametrize("compare", ["2025-S1", "2025", "2025-T1", "2025-06", "2025-T2", "2025-S2", "2026"])
def test_a_comparison_that_is_not_over_before_the_period_begins_is_refused(compare: str) -> None:
    months = pd.Series(pd.period_range("2024-01", "2026-12", freq="M"))
    with pytest.raises(ParameterError, match=r"tidak berakhir sebelum Semester I 2025 .* misalnya 2024-S1 "):
        choose_periods(months, "2025-S1", compare)
    assert choose_periods(months, "2025-S1", "2024-12")[1].code == "2024-12"
