"""Private folders: they go with the process that made them, and never while it lives."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from analysis import private_folders
from analysis.errors import PublishError
from analysis.private_folders import clear_leftovers, private_folder, replace_folder, told

HOLD = """
import sys
from pathlib import Path
from analysis.private_folders import private_folder
with private_folder(Path(sys.argv[1])) as folder:
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "isi.txt").write_text("isi")
    print(folder.name, flush=True)
    sys.stdin.read()
"""


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_it_goes_with_its_lock_whatever_happens(tmp_path: Path) -> None:
    def interrupted() -> None:
        with private_folder(tmp_path) as folder:
            (folder / "a").mkdir()
            assert names(tmp_path) == [folder.name, f"{folder.name}.lock"]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert names(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_only_its_maker_can_read_it(tmp_path: Path) -> None:
    with private_folder(tmp_path) as folder:
        assert folder.stat().st_mode & 0o077 == 0


def test_that_of_a_living_process_stays_and_that_of_a_killed_one_goes(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout
    name = holder.stdout.readline().strip()
    both = [name, f"{name}.lock"]
    clear_leftovers(tmp_path)
    with private_folder(tmp_path):
        pass
    assert names(tmp_path) == both
    holder.kill()
    holder.wait()
    assert names(tmp_path) == both
    clear_leftovers(tmp_path, "other-")
    assert names(tmp_path) == both
    with private_folder(tmp_path) as folder:
        assert names(tmp_path) == [folder.name, f"{folder.name}.lock"]
    holder.communicate()


def test_what_nobody_locked_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".work-lain").mkdir()
    (tmp_path / "x.lock").touch()
    clear_leftovers(tmp_path)
    clear_leftovers(tmp_path / "tidak ada")
    assert names(tmp_path) == [".work-lain", "x.lock"]


def test_where_the_disk_knows_no_locks_all_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".work-1").mkdir()
    (tmp_path / ".work-1.lock").touch()

    def refuse(_: object) -> bool:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(private_folders, "_locked", refuse)
    with private_folder(tmp_path) as folder:
        assert folder.is_dir()
    assert names(tmp_path) == [".work-1", ".work-1.lock"]


def test_many_at_once_never_take_one_that_is_in_use(tmp_path: Path) -> None:
    gate = threading.Barrier(8)

    def work(_: int) -> bool:
        gate.wait()
        kept = True
        for _ in range(60):
            with private_folder(tmp_path) as folder:
                (folder / "a").touch()
                clear_leftovers(tmp_path)
                kept &= (folder / "a").is_file()
        return kept

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))
    assert names(tmp_path) == []


def filled(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True)
    for name in ("a", "b"):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def contents(folder: Path) -> set[str]:
    return {(folder / name).read_text(encoding="utf-8") for name in ("a", "b")}


def test_a_folder_takes_the_place_of_another(tmp_path: Path) -> None:
    target = tmp_path / "results"
    replace_folder(filled(tmp_path / "1", "satu"), target, tmp_path / "x1")
    assert contents(target) == {"satu"}
    (target / "c").touch()
    replace_folder(filled(tmp_path / "2", "dua"), target, tmp_path / "x2")
    assert contents(target) == {"dua"}
    assert names(target) == ["a", "b"]


def test_many_replacements_at_once_leave_one_whole_folder(tmp_path: Path) -> None:
    target = tmp_path / "results"
    new = [filled(tmp_path / str(n), str(n)) for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: replace_folder(new[n], target, tmp_path / f"x{n}"), range(6)))
    assert len(contents(target)) == 1
    assert not any(folder.exists() for folder in new)


@pytest.mark.parametrize("error", [OSError(errno.EACCES, "no"), KeyboardInterrupt()])
def test_a_refused_replacement_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    target = filled(tmp_path / "results", "lama")
    new, rename = filled(tmp_path / "new", "baru"), os.rename

    def refuse(source: Path, place: Path) -> None:
        if Path(source) == new:
            raise error
        rename(source, place)

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(type(error)):
        replace_folder(new, target, tmp_path / "x")
    assert contents(target) == {"lama"}


@pytest.mark.parametrize(
    ("code", "said"), [(errno.ENOSPC, "Disk penuh"), (errno.EROFS, "izin folder itu"), (errno.EIO, "error")]
)
def test_what_the_disk_refuses_is_told_with_the_place(code: int, said: str) -> None:
    with pytest.raises(PublishError, match=said) as caught, told("Data bersih", "data/processed"):
        raise OSError(code, os.strerror(code))
    assert str(caught.value).startswith("Data bersih tidak dapat ditulis.")
    assert ("data/processed" in str(caught.value)) == (code == errno.EROFS)
