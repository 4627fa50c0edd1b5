"""What is kept under data/processed: whole, of one run, or known as neither."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import small_district
from small_report import KINDS

from analysis.clean import Cleaned
from analysis.contract import facility_months
from analysis.errors import DataError, PublishError
from analysis.ledger import Finding, ledger_table
from analysis.provenance import Provenance
from analysis.results import Results
from analysis.sources import SourceFile
from analysis.store import (
    ARRIVALS,
    CASES,
    DAYS,
    FILES,
    LEDGER,
    LEDGER_CSV,
    PRESSURES,
    TABLE,
    keep_cleaned,
    load_cleaned,
    load_files,
    load_table,
    save_cleaned,
)
from analysis.workspace import Workspace

ALL = {TABLE, LEDGER, LEDGER_CSV, ARRIVALS, CASES, PRESSURES, DAYS, FILES}


def source(name: str) -> SourceFile:
    return SourceFile(name=name, sha256=name * 8, size=1, layout="x", months=("2024-01",), rows=3)


def cleaned(name: str, contacts: int) -> Cleaned:
    """Data of a run that can be told from another by its contacts, its one finding and its one file."""
    ledger = ledger_table([Finding("no_value_sign", file=name, row=1)])
    table = facility_months(small_district.table().assign(contacts=contacts))
    return Cleaned(table, ledger, [source(name)], [])


def save(data: Cleaned, folder: Path) -> None:
    save_cleaned(data, folder, KINDS)


def told_apart(folder: Path) -> tuple[int, str, str]:
    stored = load_cleaned(folder)
    return int(stored.table["contacts"].iloc[0]), stored.ledger["file"].iloc[0], load_files(folder)[0]["name"]


OLD, NEW = (1, "lama", "lama"), (2, "baru", "baru")


def test_cleaned_data_come_back_as_they_were(tmp_path: Path) -> None:
    data = cleaned("lama", 1)
    save(data, tmp_path / "a")
    stored = load_cleaned(tmp_path / "a")
    pd.testing.assert_frame_equal(stored.table, data.table)
    assert stored.ledger.astype("string").equals(data.ledger.astype("string"))
    assert {p.name for p in (tmp_path / "a").iterdir()} == ALL
    keep_cleaned(tmp_path / "a", tmp_path / "b")
    assert told_apart(tmp_path / "b") == OLD
    assert load_cleaned(tmp_path / "b").inputs == stored.inputs
    save(cleaned("baru", 1), tmp_path / "b")
    assert load_cleaned(tmp_path / "b").inputs != stored.inputs


def test_data_that_were_never_cleaned_are_asked_for(tmp_path: Path) -> None:
    for load in (load_table, load_cleaned):
        with pytest.raises(DataError, match=r"belum ada\. Jalankan dahulu notebook 01_clean"):
            load(tmp_path)
    assert load_files(tmp_path) == []


@pytest.mark.parametrize("done", range(len(ALL) + 1))
def test_an_interruption_never_leaves_the_data_of_two_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    save(cleaned("lama", 1), tmp_path)
    replace, calls = Path.replace, 0

    def interrupted(path: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls > done:
            raise KeyboardInterrupt
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupted)
        if done < len(ALL):
            with pytest.raises(KeyboardInterrupt):
                save(cleaned("baru", 2), tmp_path)
        else:
            save(cleaned("baru", 2), tmp_path)
    if done in (0, 1, len(ALL)):
        assert told_apart(tmp_path) == (NEW if done == len(ALL) else OLD)
    else:
        with pytest.raises(DataError, match=r"tidak utuh.*Jalankan lagi notebook 01_clean"):
            load_cleaned(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == ALL
    save(cleaned("baru", 2), tmp_path)
    assert told_apart(tmp_path) == NEW


def test_a_ledger_that_is_open_elsewhere_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(cleaned("lama", 1), tmp_path)
    replace = Path.replace

    def refuse(path: Path, target: Path) -> Path:
        if path.suffix == ".csv":
            raise PermissionError(errno.EACCES, "Permission denied")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PublishError, match="tutup berkas di data/processed"):
        save(cleaned("baru", 2), tmp_path)
    assert told_apart(tmp_path) == OLD


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def of_another(path: Path) -> None:
    """Put the same file of another run there."""
    if path.parent.name == "results":
        results(2).save(path.parent.with_name("lain"))
        shutil.copyfile(path.parent.with_name("lain") / path.name, path)
    else:
        save(cleaned("baru", 2), path.parent / "lain")
        shutil.copyfile(path.parent / "lain" / path.name, path)


DAMAGES: list[Callable[[Path], Any]] = [
    Path.unlink,
    cut,
    of_another,
    lambda p: p.write_bytes(b""),
    lambda p: p.write_bytes(b"\xff\xfe rusak"),
]
BROKEN_JSON = ["[]", "null", "{}", "3", '"x"', '{"files": 1, "sha256": 2, "month_columns": []}', "[" * 100_000]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", [TABLE, LEDGER, FILES])
def test_damaged_cleaned_data_are_refused(tmp_path: Path, name: str, damage: Callable[[Path], Any]) -> None:
    save(cleaned("lama", 1), tmp_path)
    damage(tmp_path / name)
    with pytest.raises(DataError, match="notebook 01_clean"):
        load_cleaned(tmp_path)


@pytest.mark.parametrize("text", BROKEN_JSON)
def test_a_damaged_list_of_files_is_refused(tmp_path: Path, text: str) -> None:
    save(cleaned("lama", 1), tmp_path)
    (tmp_path / FILES).write_text(text, encoding="utf-8")
    for load in (load_table, load_cleaned, load_files):
        with pytest.raises(DataError, match="notebook 01_clean"):
            load(tmp_path)


# Results


def results(value: int) -> Results:
    month = pd.PeriodIndex(["2024-01"], freq="M")
    return Results({"period": "2024", "value": value}, {"a": pd.DataFrame({"month": month, "value": [value]})})


def value(folder: Path) -> int:
    loaded = Results.load(folder)
    assert loaded.facts["value"] == loaded["a"]["value"].iloc[0]
    assert loaded["a"]["month"].dtype == "period[M]"
    return int(loaded.facts["value"])


def test_results_replace_earlier_ones_as_a_whole(tmp_path: Path) -> None:
    folder = tmp_path / "2024" / "results"
    Results({"period": "2024"}, {"b": pd.DataFrame({"x": [1]})}).save(folder)
    results(2).save(folder)
    assert value(folder) == 2
    assert {p.name for p in folder.iterdir()} == {"a.parquet", "facts.json"}
    assert [p.name for p in folder.parent.iterdir()] == ["results"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
@pytest.mark.parametrize("place", ["table", "first rename", "second rename"])
def test_an_interrupted_save_leaves_the_earlier_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, error: BaseException
) -> None:
    folder = tmp_path / "results"
    results(1).save(folder)
    rename = os.rename

    def refuse(*asked: Any, **_: Any) -> None:
        if place == "second rename" and Path(asked[0]).name != "new":
            rename(*asked)
            return
        raise error

    with monkeypatch.context() as patch:
        if place == "table":
            patch.setattr(Path, "write_bytes", refuse)
        else:
            patch.setattr(os, "rename", refuse)
        expected = PublishError if isinstance(error, OSError) else KeyboardInterrupt
        with pytest.raises(expected):
            results(2).save(folder)
    assert value(folder) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["results"]
    results(3).save(folder)
    assert value(folder) == 3


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", ["a.parquet", "facts.json"])
def test_damaged_results_are_refused(tmp_path: Path, name: str, damage: Callable[[Path], Any]) -> None:
    folder = tmp_path / "results"
    results(1).save(folder)
    damage(folder / name)
    with pytest.raises(DataError, match=r"Jalankan .*notebook 02_trends"):
        Results.load(folder)


@pytest.mark.parametrize("text", BROKEN_JSON)
def test_damaged_facts_are_refused(tmp_path: Path, text: str) -> None:
    results(1).save(tmp_path / "results")
    (tmp_path / "results" / "facts.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="tidak utuh"):
        Results.load(tmp_path / "results")


def test_results_written_without_checksums_are_refused(tmp_path: Path) -> None:
    results(1).save(tmp_path / "results")
    path = tmp_path / "results" / "facts.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    del facts["sha256"]
    path.write_text(json.dumps(facts), encoding="utf-8")
    with pytest.raises(DataError, match="tidak utuh"):
        Results.load(tmp_path / "results")


def test_results_of_other_files_than_were_read_last_get_no_provenance(tmp_path: Path) -> None:
    small_district.write(tmp_path)
    workspace = Workspace(tmp_path)
    folder = workspace.processed_of(small_district.SLUG)
    save(cleaned("lama", 1), folder)
    facts = {"inputs": load_cleaned(folder).inputs}
    assert Provenance.load(workspace, small_district.SLUG, facts, "").files[0]["name"] == "lama"
    save(cleaned("baru", 1), folder)
    with pytest.raises(DataError, match="berkas lain"):
        Provenance.load(workspace, small_district.SLUG, facts, "")
