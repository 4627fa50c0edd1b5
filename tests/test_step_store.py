"""What a step gave comes back exactly, or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from analysis.errors import PublishError
from analysis.step_store import FOLDER, RECORD, StepStore, kept_of

PARTS = {"program": "a1", "file x": "b2"}
FILES = {"data/a.txt": b"satu", "data/b.txt": b"dua", "notebooks/01.ipynb": b"{}"}


def made(folder: Path, contents: dict[str, bytes]) -> dict[str, Path]:
    """The files of a step as they lie in a run's folder."""
    files = {}
    for name, content in contents.items():
        files[name] = folder / name
        files[name].parent.mkdir(parents=True, exist_ok=True)
        files[name].write_bytes(content)
    return files


def put(
    tmp_path: Path,
    parts: dict[str, str] = PARTS,
    contents: dict[str, bytes] = FILES,
    *,
    step: str = "01",
    most: int = 3,
) -> StepStore:
    store, files = StepStore(tmp_path / "sanggau"), made(tmp_path / "made", contents)
    store.put(step, parts, kept_of(files, {"doctors": "x"}), files, most=most)
    return store


def taken(store: StepStore, into: Path, parts: dict[str, str] = PARTS) -> dict[str, bytes] | None:
    shutil.rmtree(into, ignore_errors=True)
    kept = store.take("01", parts, {"data": into / "data", "notebooks": into / "notebooks"})
    found = {p.relative_to(into).as_posix(): p.read_bytes() for p in into.rglob("*") if p.is_file()}
    assert kept is not None or found == {}, "nothing may be copied of a record that is not whole"
    return None if kept is None else found


def only_record(store: StepStore) -> Path:
    (folder,) = (store.folder / "01").iterdir()
    return folder


def test_what_was_put_is_taken_under_the_same_parts_only(tmp_path: Path) -> None:
    store = put(tmp_path)
    assert taken(store, tmp_path / "into") == FILES
    for other in (PARTS | {"program": "a2"}, PARTS | {"file y": ""}, {"program": "a1"}):
        assert taken(store, tmp_path / "into", other) is None
    assert store.look("02", PARTS) is None
    kept = store.look("01", PARTS)
    assert kept is not None
    assert kept.facts == {"doctors": "x"}


def test_the_fingerprint_of_what_a_step_gave_follows_names_contents_and_facts_of_one_place(tmp_path: Path) -> None:
    files = made(tmp_path, FILES)
    first = kept_of(files).fingerprint("data")
    prints = {first, kept_of(files, {"a": 1}).fingerprint("data"), kept_of(files).fingerprint("notebooks")}
    files["notebooks/01.ipynb"].write_bytes(b"{ }")
    assert kept_of(files).fingerprint("data") == first
    files["data/a.txt"].write_bytes(b"Satu")
    prints.add(kept_of(files).fingerprint("data"))
    renamed = {"data/c.txt" if name == "data/b.txt" else name: path for name, path in files.items()}
    prints.add(kept_of(renamed).fingerprint("data"))
    assert len(prints) == 5


def cut_short(folder: Path) -> None:
    (folder / "data" / "a.txt").write_bytes(b"sat")


def other_number(folder: Path) -> None:
    (folder / "data" / "a.txt").write_bytes(b"Satu")


def file_gone(folder: Path) -> None:
    (folder / "data" / "b.txt").unlink()


def file_more(folder: Path) -> None:
    (folder / "data" / "c.txt").write_bytes(b"")


def record_gone(folder: Path) -> None:
    (folder / RECORD).unlink()


def record_empty(folder: Path) -> None:
    (folder / RECORD).write_bytes(b"")


def record_of_another(folder: Path) -> None:
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    record["facts"] = {"doctors": "y"}
    (folder / RECORD).write_text(json.dumps(record), encoding="utf-8")


def sums_made_to_fit(folder: Path) -> None:
    """As one who mends a figure by hand and its checksum in the record, but not the checksum of the record."""
    other_number(folder)
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    record["outputs"]["data/a.txt"] = kept_of({"a": folder / "data" / "a.txt"}).outputs["a"]
    (folder / RECORD).write_text(json.dumps(record), encoding="utf-8")


@pytest.mark.parametrize(
    "harm",
    [cut_short, other_number, file_gone, file_more, record_gone, record_empty, record_of_another, sums_made_to_fit],
)
def test_a_record_that_is_not_whole_counts_as_none_and_is_replaced(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    store = put(tmp_path)
    harm(only_record(store))
    assert taken(store, tmp_path / "into") is None
    put(tmp_path)
    assert taken(store, tmp_path / "into") == FILES


def test_what_lies_under_another_key_is_not_taken(tmp_path: Path) -> None:
    store = put(tmp_path)
    other = PARTS | {"program": "a2"}
    put(tmp_path, other)
    one, two = sorted((store.folder / "01").iterdir())
    shutil.rmtree(one)
    two.rename(one)
    assert [parts for parts in (PARTS, other) if taken(store, tmp_path / "into", parts)] == []


def test_the_newest_records_stay_and_use_keeps_one_young(tmp_path: Path) -> None:
    every = [PARTS | {"program": f"a{number}"} for number in range(4)]
    for number, parts in enumerate(every[:3]):
        store = put(tmp_path, parts, most=3)
        os.utime(store._place("01", parts), ns=(number * 10**9, number * 10**9))
    assert store.look("01", every[0]) is not None
    put(tmp_path, every[3], most=3)
    assert [store.look("01", parts) is not None for parts in every] == [True, False, True, True]
    put(tmp_path, every[3], step="02", most=1)
    assert store.look("01", every[0]) is not None


def test_changed_parts_are_told_by_the_record_of_last_time(tmp_path: Path) -> None:
    store = StepStore(tmp_path / "sanggau")
    assert store.changed("01", PARTS) is None
    put(tmp_path)
    assert store.changed("01", PARTS) == set()
    assert store.changed("01", {"program": "a2", "file y": "b2"}) == {"program", "file x", "file y"}
    (only_record(store) / RECORD).write_text("[", encoding="utf-8")
    assert store.changed("01", PARTS) is None


def test_a_full_disk_is_told_and_leaves_no_half_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    store = put(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("analysis.step_store.shutil.copyfile", full)
        with pytest.raises(PublishError, match="Disk penuh"):
            put(tmp_path, PARTS | {"program": "a2"})
    assert [p.name for p in (store.folder / "01").iterdir()] == [only_record(store).name]
    assert taken(store, tmp_path / "into") == FILES


def test_simultaneous_writers_and_readers_meet_whole_records_only(tmp_path: Path) -> None:
    store = put(tmp_path)
    files = made(tmp_path / "made", FILES)
    kept = kept_of(files)

    def write(_: int) -> None:
        store.put("01", PARTS, kept, files, most=3)

    def read(number: int) -> bool:
        return taken(store, tmp_path / f"into{number}") in (FILES, None)

    with ThreadPoolExecutor(8) as pool:
        writing = [pool.submit(write, number) for number in range(20)]
        assert all(pool.map(read, range(40)))
        for one in writing:
            one.result()
    assert taken(store, tmp_path / "into") == FILES
    assert [p.name for p in (store.folder / "01").iterdir()] == [only_record(store).name]


def test_a_folder_that_cannot_be_there_counts_as_no_record(tmp_path: Path) -> None:
    (tmp_path / "sanggau").mkdir()
    (tmp_path / "sanggau" / FOLDER).write_text("bukan folder", encoding="utf-8")
    store = StepStore(tmp_path / "sanggau")
    assert store.look("01", PARTS) is None
    assert store.changed("01", PARTS) is None
    with pytest.raises(PublishError, match="Hasil langkah"):
        put(tmp_path)
