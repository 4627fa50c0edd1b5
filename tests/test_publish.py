from __future__ import annotations

import errno
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from report_samples import HOSTILE, Page

from analysis.errors import PublishError
from analysis.publish import publish, versions, work_folder, write_index

MANIFEST = {"title": "Evaluasi KBK", "period_label": "Semester I 2026", "renderer": "pandoc 3.9", "simulated": True}


def make(reports: Path, text: str = "isi") -> Path:
    reports.mkdir(parents=True, exist_ok=True)
    built = reports / f".work-{len(list(reports.iterdir()))}-{text}"
    (built / "data").mkdir(parents=True)
    (built / "report.html").write_text(text, encoding="utf-8")
    (built / "data" / "angka.csv").write_text("a,b\n", encoding="utf-8")
    return built


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_first_report_becomes_v001_with_checksums(tmp_path: Path) -> None:
    built = make(tmp_path)
    done = publish(built, tmp_path / "sanggau" / "2026-S1", MANIFEST)
    assert (done.version, done.new, built.exists()) == ("v001", True, False)
    manifest = json.loads((done.path / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["files"]) == {"report.html", "data/angka.csv"}
    assert list(manifest) == sorted(manifest)


def test_equal_report_is_not_published_again(tmp_path: Path) -> None:
    target = tmp_path / "sanggau" / "2026-S1"
    publish(make(tmp_path), target, MANIFEST)
    before = contents(target)
    built = make(tmp_path)
    done = publish(built, target, MANIFEST)
    assert (done.version, done.new, built.exists()) == ("v001", False, False)
    assert contents(target) == before


def test_changed_report_becomes_the_next_version_and_leaves_the_first(tmp_path: Path) -> None:
    target = tmp_path / "sanggau" / "2026-S1"
    first = publish(make(tmp_path), target, MANIFEST).path
    before = contents(first)
    assert publish(make(tmp_path, "lain"), target, MANIFEST).version == "v002"
    assert publish(make(tmp_path), target, MANIFEST).version == "v003"
    assert contents(first) == before
    assert [path.name for path in versions(target)] == ["v001", "v002", "v003"]


def test_damaged_newest_version_is_not_taken_for_equal(tmp_path: Path) -> None:
    target = tmp_path / "x" / "2026"
    first = publish(make(tmp_path), target, MANIFEST).path
    (first / "report.html").write_text("rusak", encoding="utf-8")
    assert publish(make(tmp_path), target, MANIFEST).version == "v002"


def test_of_two_runs_with_the_same_report_at_once_one_publishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "reports" / "sanggau" / "2025"
    publish(make(tmp_path), target, MANIFEST)
    # the other run looked before this version was there
    monkeypatch.setattr("analysis.publish.versions", lambda _target: [])
    second = publish(make(tmp_path), target, MANIFEST)
    assert (second.path, second.new) == (target / "v001", False)
    assert publish(make(tmp_path, "lain"), target, MANIFEST).version == "v002"


def test_taken_numbers_are_passed_over(tmp_path: Path) -> None:
    target = tmp_path / "x" / "2026"
    (target / "v001").mkdir(parents=True)
    (target / "v002").write_text("berkas", encoding="utf-8")
    assert publish(make(tmp_path), target, MANIFEST).version == "v003"


def test_simultaneous_reports_all_find_a_place(tmp_path: Path) -> None:
    target = tmp_path / "x" / "2026"
    built = [make(tmp_path, f"isi-{n}") for n in range(12)]
    with ThreadPoolExecutor(12) as pool:
        done = list(pool.map(lambda folder: publish(folder, target, MANIFEST), built))
    assert sorted(d.version for d in done) == [f"v{n:03d}" for n in range(1, 13)]
    texts = {(d.path / "report.html").read_text(encoding="utf-8") for d in done}
    assert texts == {f"isi-{n}" for n in range(12)}


@pytest.mark.parametrize(
    ("code", "told"), [(errno.ENOSPC, "Disk penuh"), (errno.EACCES, "izin"), (errno.EXDEV, "disk yang sama")]
)
def test_what_the_disk_refuses_is_told_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, told: str
) -> None:
    target = tmp_path / "x" / "2026"
    publish(make(tmp_path), target, MANIFEST)
    before = contents(target)
    built = make(tmp_path, "lain")

    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(PublishError, match=told):
        publish(built, target, MANIFEST)
    assert contents(target) == before


def test_empty_folder_is_not_published(tmp_path: Path) -> None:
    with work_folder(tmp_path) as folder, pytest.raises(PublishError, match="kosong"):
        publish(folder, tmp_path / "x" / "2026", MANIFEST)


def test_published_files_can_be_read_by_others(tmp_path: Path) -> None:
    with work_folder(tmp_path) as folder:
        (folder / "report.html").write_text("isi", encoding="utf-8")
        done = publish(folder, tmp_path / "x" / "2026", MANIFEST)
    assert done.path.stat().st_mode & 0o055 == 0o055


def test_work_folder_goes_also_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), work_folder(tmp_path / "reports") as folder:
        (folder / "a" / "b").mkdir()
    assert list((tmp_path / "reports").iterdir()) == []


def test_work_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("berkas", encoding="utf-8")
    with pytest.raises(PublishError), work_folder(tmp_path / "reports"):
        pass


def test_index_lists_everything_and_is_the_same_twice(tmp_path: Path) -> None:
    for district, period in (("sekadau", "2025"), ("sanggau", "2026-S1"), ("sanggau", "2025")):
        publish(make(tmp_path), tmp_path / district / period, MANIFEST | {"district": district.title()})
    publish(make(tmp_path, "lain"), tmp_path / "sanggau" / "2025", MANIFEST | {"simulated": False})
    index = write_index(tmp_path)
    first = index.read_bytes()
    page = Page(first.decode())
    assert [a["href"] for a in page.all("a")] == [
        "sanggau/2025/v002/report.html",
        "sanggau/2025/v001/report.html",
        "sanggau/2026-S1/v001/report.html",
        "sekadau/2025/v001/report.html",
    ]
    assert page.text.count("simulasi") == 3
    assert page.text.count("nyata") == 1
    assert page.all("link") == page.all("script") == page.all("img") == []
    assert write_index(tmp_path).read_bytes() == first
    assert sorted(p.name for p in tmp_path.iterdir()) == ["index.html", "sanggau", "sekadau"]


@pytest.mark.parametrize("name", HOSTILE)
def test_index_shows_any_title_as_text(tmp_path: Path, name: str) -> None:
    publish(make(tmp_path), tmp_path / "x" / "2026", MANIFEST | {"title": name, "district": name, "renderer": name})
    page = Page(write_index(tmp_path).read_text(encoding="utf-8"))
    assert page.text.count(name) == 3
    assert page.all("script") == []


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"title": 3}', "\xff", "[" * 100_000])
def test_broken_manifest_is_shown_as_such(tmp_path: Path, broken: str) -> None:
    done = publish(make(tmp_path), tmp_path / "x" / "2026", MANIFEST)
    (done.path / "manifest.json").write_bytes(broken.encode("latin-1"))
    assert "manifes tidak terbaca" in write_index(tmp_path).read_text(encoding="utf-8")


def test_index_without_reports_says_so(tmp_path: Path) -> None:
    assert "Belum ada laporan" in write_index(tmp_path / "reports").read_text(encoding="utf-8")
