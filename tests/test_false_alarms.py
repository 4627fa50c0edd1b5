"""A clean district has next to nothing that is worth a question, and the document says how often it does."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import pytest
from small_report import GROUNDS

from analysis.quality import NEEDED
from analysis.quality_signals import NO_EXTRACT
from analysis.workspace import PROJECT

sys.path.append(str(PROJECT / "docs"))  # it takes the draws of one script there and the tables of another
alarm_palsu: Any = importlib.import_module("alarm_palsu")


@pytest.mark.slow
def test_clean_districts_raise_next_to_no_alarm() -> None:
    """Seeds that the document does not use."""
    signals, _, touched = alarm_palsu.false_alarms(8, GROUNDS, first=5000)
    assert touched <= 3
    assert signals.total() <= 3


@pytest.mark.slow
def test_what_is_planted_is_found_nearly_always() -> None:
    found = alarm_palsu.found_again(4, GROUNDS, first=5000)
    assert set(found) >= set(alarm_palsu.PLANTED)
    assert all(found[kind] >= 3 for kind in alarm_palsu.PLANTED)


@pytest.mark.slow
def test_clean_visits_raise_no_alarm_and_what_is_planted_in_them_is_found() -> None:
    found = alarm_palsu.visit_alarms(4, GROUNDS, first=5000)
    assert found.index.tolist() == ["tekanan_sama", "akhir_bulan"]
    assert (found["tested"] >= 4 * 20).all()
    assert (found["signals"] <= 1).all()
    assert (found["found"] >= 3).all()


def test_the_document_tells_the_false_alarms_of_every_check_that_can_be_made() -> None:
    text = (PROJECT / "docs" / "mutu-data.md").read_text(encoding="utf-8")
    told = text.partition("<!-- mulai: alarm-palsu -->")[2].partition("<!-- selesai: alarm-palsu -->")[0]
    kinds = [kind for kind in NEEDED if kind not in NO_EXTRACT] + list(alarm_palsu.PLANTED_VISITS)
    titles = [GROUNDS.checks[kind].title for kind in kinds]
    assert [title for title in titles if f"| {title} | " not in told] == []
    assert f"Pada {alarm_palsu.SEEDS} kabupaten bersih" in told
