"""Demonstration data are put in place once and whole, whoever else does the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from analysis.demonstration import ensure_data
from analysis.workspace import PROJECT, Workspace

SHIPPED = PROJECT / "data" / "raw" / "jakarta-timur"


def workspace(root: Path) -> Workspace:
    return Workspace(root)


def content(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_shipped_figures_are_put_in_place_once(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    assert ensure_data(place, "jakarta-timur") == "angka terbitan"
    assert content(place.raw_of("jakarta-timur")) == content(SHIPPED)
    assert ensure_data(place, "jakarta-timur") == ""
    assert [p.name for p in (tmp_path / "data" / "raw").iterdir()] == ["jakarta-timur"]


def test_an_empty_folder_is_filled_and_a_filled_one_left_alone(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    place.raw_of("jakarta-timur").mkdir(parents=True)
    assert ensure_data(place, "jakarta-timur") == "angka terbitan"
    own = place.raw_of("sumatera-selatan")
    own.mkdir()
    (own / "district.yml").write_text("name: milik sendiri\n")
    assert ensure_data(place, "sumatera-selatan") == ""
    assert list(content(own)) == ["district.yml"]


def test_first_runs_at_once_leave_one_whole_folder(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda _: ensure_data(place, "jakarta-timur"), range(4)))
    assert "angka terbitan" in said
    assert content(place.raw_of("jakarta-timur")) == content(SHIPPED)
    assert [p.name for p in (tmp_path / "data" / "raw").iterdir()] == ["jakarta-timur"]


def test_an_unknown_district_gets_nothing(tmp_path: Path) -> None:
    assert ensure_data(workspace(tmp_path), "antah-berantah") == ""
    assert not (tmp_path / "data").exists()
