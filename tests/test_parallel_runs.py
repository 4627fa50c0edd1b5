"""Whole runs at the same time, and after one that was killed: each publishes what it was asked for."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import small_district

from analysis import stages
from analysis.clean import Cleaned
from analysis.contract import facility_months
from analysis.errors import DataError, PublishError
from analysis.findings import load_kinds
from analysis.ledger import ledger_table
from analysis.pipeline import make_report
from analysis.request import Request
from analysis.results import Results
from analysis.stages import require_asked
from analysis.store import load_cleaned, save_cleaned
from analysis.workspace import Workspace

PATIENCE = 900
"""Seconds; a run takes half a minute where nothing else goes on."""
COMPARED = {"2024-S1": "Semester I 2024", "2024-T2": "Triwulan II 2024"}


def start(root: Path, temporary: Path, compare: str = "2024-S1") -> subprocess.Popen[str]:
    """Start a report in a process of its own, with its own folder of temporary files."""
    temporary.mkdir(exist_ok=True)
    command = "from analysis.cli import main; main()"
    words = [small_district.SLUG, "--root", str(root), "--renderer", "pandoc", "--period", "2025-S1"]
    return subprocess.Popen(
        [sys.executable, "-c", command, "report", *words, "--compare", compare],
        env={**os.environ, "TMPDIR": str(temporary), "TEMP": str(temporary), "TMP": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def hidden(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob(".*"))


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


@pytest.mark.slow
def test_two_runs_of_one_district_at_once_publish_each_its_own_comparison(tmp_path: Path) -> None:
    root = tmp_path / "root"
    small_district.write(root)
    runs = [start(root, tmp_path / "temporary", compare) for compare in COMPARED]
    for run in runs:
        told, _ = run.communicate(timeout=PATIENCE)
        assert run.returncode == 0, told

    versions = sorted((root / "reports" / small_district.SLUG / "2025-S1").iterdir())
    assert [v.name for v in versions] == ["v001", "v002"]
    published = {read(v / "manifest.json")["parameters"]["compare"]: v for v in versions}
    assert set(published) == set(COMPARED)
    for code, label in COMPARED.items():
        (other,) = set(COMPARED.values()) - {label}
        page = (published[code] / "report.html").read_text(encoding="utf-8")
        assert f"dibanding {label}" in page
        assert f"ibanding {other}" not in page  # its history may name it as an earlier period
        assert read(published[code] / "data" / "facts.json")["compare"] == code
        for name in ("02_trends", "03_report"):
            book = (published[code] / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
            assert f"ibanding {other}" not in book
            assert (COMPARED.keys() - {code}).isdisjoint(book.replace("'", '"').split('"'))

    index = (root / "reports" / "index.html").read_text(encoding="utf-8")
    assert "v001" in index
    assert "v002" in index
    workspace = Workspace(root)
    kept = Results.load(workspace.results_of(small_district.SLUG, "2025-S1"))
    stored = load_cleaned(workspace.processed_of(small_district.SLUG))
    assert kept.facts["compare"] in COMPARED
    assert kept.facts["inputs"] == stored.inputs
    assert hidden(root) == []


@pytest.mark.slow
def test_a_killed_run_leaves_nothing_harmful_and_the_next_one_clears_it_away(tmp_path: Path) -> None:
    root, temporary = tmp_path / "root", tmp_path / "temporary"
    small_district.write(root)
    run = start(root, temporary)
    until = time.monotonic() + PATIENCE
    while not list(root.glob(f"reports/.work-*/processed/{small_district.SLUG}/files.json")):
        assert run.poll() is None, run.communicate()
        assert time.monotonic() < until
        time.sleep(0.02)
    run.kill()
    run.wait()
    assert [name for name in hidden(root) if name.startswith(".work-")]
    assert [p.name for p in (root / "reports").iterdir() if not p.name.startswith(".")] == []
    assert not (root / "data" / "processed").exists()

    run = start(root, temporary)
    told, _ = run.communicate(timeout=PATIENCE)
    assert run.returncode == 0, told
    assert [p.name for p in (root / "reports" / small_district.SLUG / "2025-S1").iterdir()] == ["v001"]
    assert hidden(root) == []
    assert [p.name for p in temporary.iterdir() if p.name.startswith("kbk-")] == []


def test_a_run_that_fails_changes_nothing_in_data_processed(tmp_path: Path) -> None:
    small_district.write(tmp_path)
    kept = tmp_path / "data" / "processed" / small_district.SLUG
    kept.mkdir(parents=True)
    (kept / "catatan.txt").write_text("milik analis", encoding="utf-8")
    with pytest.raises(DataError, match="periode laporan"):
        make_report(Workspace(tmp_path), Request(small_district.SLUG, period="2019-S1", renderer="pandoc"))
    assert [p.name for p in kept.rglob("*")] == ["catatan.txt"]
    assert list((tmp_path / "reports").iterdir()) == []


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    small_district.write(tmp_path)
    monkeypatch.setattr("analysis.stages.run_notebook", full)
    with pytest.raises(PublishError, match="Disk penuh"):
        make_report(Workspace(tmp_path), Request(small_district.SLUG, renderer="pandoc"))
    assert list((tmp_path / "reports").iterdir()) == []


def test_what_the_run_made_is_kept_and_where_it_cannot_be_that_is_told(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    run = workspace.apart(tmp_path / "own")
    made = Cleaned(facility_months(small_district.table()), ledger_table([]), [], [])
    save_cleaned(made, run.processed_of(small_district.SLUG), load_kinds(run.reference))
    results = Results({"period": "2025-S1", "compare": "2024-S1"}, {"a": pd.DataFrame({"x": [1]})})
    said: list[str] = []
    results.save(run.results_of(small_district.SLUG, "2025-S1"))
    assert stages._keep(run, workspace, small_district.SLUG, "2025-S1", said.append)
    kept = workspace.processed_of(small_district.SLUG)
    assert load_cleaned(kept).inputs == load_cleaned(run.processed_of(small_district.SLUG)).inputs
    assert Results.load(kept / "2025-S1" / "results").facts == results.facts
    assert said == []

    shutil.rmtree(workspace.processed)
    workspace.processed.write_text("bukan folder", encoding="utf-8")
    assert not stages._keep(run, workspace, small_district.SLUG, "2025-S1", said.append)
    assert len(said) == 1
    assert said[0].startswith("Laporan terbit, tetapi data/processed")


ASKED = {"district": "sanggau", "period": "2025-S1", "compare": "2024-S1"}


def test_results_that_were_asked_for_are_taken() -> None:
    require_asked(ASKED | {"rule": "x"}, ASKED)
    require_asked(ASKED, ASKED | {"compare": ""})


@pytest.mark.parametrize(
    ("key", "said", "told"),
    [
        ("district", "sekadau", "kabupaten/kota: diminta sanggau, tersusun sekadau"),
        ("period", "2025-T1", "periode: diminta 2025-S1, tersusun 2025-T1"),
        ("compare", "2023-S1", "pembanding: diminta 2024-S1, tersusun 2023-S1"),
        ("compare", "", "pembanding: diminta 2024-S1, tersusun tidak ada"),
    ],
)
def test_results_of_another_request_are_refused(key: str, said: str, told: str) -> None:
    with pytest.raises(DataError, match="bukan yang diminta") as refused:
        require_asked(ASKED | {key: said}, ASKED)
    assert refused.value.problems == [told]
