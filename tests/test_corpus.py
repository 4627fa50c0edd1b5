"""Every dirty file of the corpus is read exactly or refused with the right reason; none is read wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus.cases import CASES, Case
from corpus.document import PAGE, page
from corpus.folder import Folder
from corpus.sheets import line, tabel, workbook
from corpus.truth import MELIAU, SANGGAU, Key


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_dirty_file_is_read_exactly_or_refused_with_the_right_reason(case: Case, tmp_path: Path) -> None:
    assert case.build(tmp_path / "kerja").problems() == []


# The judge itself


def _clean(tmp_path: Path) -> tuple[Folder, Key]:
    folder = Folder(tmp_path / "kerja")
    folder.xlsx("kbk.xlsx", workbook(line(MELIAU, "2024-01"), line(SANGGAU, "2024-01")).sheet())
    return folder, (MELIAU.code, "2024-01")


def test_a_clean_workbook_has_no_problems(tmp_path: Path) -> None:
    folder, _ = _clean(tmp_path)
    assert folder.problems() == []


def test_a_number_that_is_not_the_true_one_is_a_problem_however_sure_it_must_be(tmp_path: Path) -> None:
    folder, key = _clean(tmp_path)
    folder.expected[key, "contacts"].value = 1
    assert "1904 was read, 1 is true" in folder.problems()[0]
    folder.expect("either", key, "contacts")
    assert "1904 was read, 1 is true" in folder.problems()[0]
    folder.expect("missing", key, "contacts")
    assert "1904 was read where no number is certain" in folder.problems()[0]


def test_a_facility_month_that_nobody_wrote_is_a_problem(tmp_path: Path) -> None:
    folder, key = _clean(tmp_path)
    del folder.places[key]
    folder.expected = {place: one for place, one in folder.expected.items() if place[0] != key}
    assert folder.problems() == [f"{key}: a facility-month that is not true"]


def test_what_is_missing_needs_a_finding_of_the_right_kind_at_its_place(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "kerja")
    dirty = line(MELIAU, "2024-01", contacts=None, referrals="-")
    folder.xlsx("kbk.xlsx", workbook(dirty, line(SANGGAU, "2024-01")).sheet())
    folder.expect("missing", dirty.key, "referrals", kinds=["no_value_sign"])
    assert ["contacts: 1904 was not read" in fault for fault in folder.problems()] == [True]
    folder.expect("blank", dirty.key, "contacts")
    assert folder.problems() == []
    folder.expect("missing", dirty.key, "referrals", kinds=["negative"])
    assert ["missing without a finding (['negative'])" in fault for fault in folder.problems()] == [True]


def test_another_source_an_untold_finding_and_a_false_alarm_are_problems(tmp_path: Path) -> None:
    folder, key = _clean(tmp_path)
    folder.places[key] = [folder.places[key][0]._replace(row=9)]
    folder.tell("rows_equal", "kbk.xlsx")
    folder.put("rusak.xlsx", b"bukan buku kerja")
    faults = folder.problems()
    assert ["source" in faults[0], "no finding rows_equal" in faults[1], "a false alarm" in faults[2]] == [True] * 3
    assert len(faults) == 3


def test_nothing_read_at_all_is_a_problem_unless_the_reason_is_right(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "kerja")
    folder.xlsx("Tabel.xlsx", tabel(line(MELIAU, "2024-03")).sheet())
    assert "nothing was read" in folder.problems()[0]
    folder.refuse("Tabel.xlsx", kinds=["merged_count"])
    assert "without the place or the reason" in folder.problems()[0]
    folder.refuse("Tabel.xlsx", kinds=["sheet_month_unknown"])
    assert folder.problems() == []


# Its page


def test_the_page_about_the_corpus_is_in_step() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: PYTHONPATH=src:tests python -m corpus.document"


def test_the_corpus_has_at_least_a_hundred_cases() -> None:
    assert len(CASES) >= 100
