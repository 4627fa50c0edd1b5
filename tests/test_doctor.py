"""The doctor names what is in order and gives a next step for the rest."""

from __future__ import annotations

import sys
import tempfile
import types
from importlib import metadata
from pathlib import Path

import pytest

from analysis import doctor
from analysis.doctor import Check
from analysis.workspace import PROJECT

LOCK = (
    "pandas==3.1.1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:01\n"
    "numpy==1.0 ; python_full_version < '3.0' \\\n    --hash=sha256:02\n"
    "Numpy==2.5 ; python_full_version >= '3.0' \\\n    --hash=sha256:03\n"
)


def _lock(tmp_path: Path) -> Path:
    file = tmp_path / "requirements.lock"
    file.write_text(LOCK, encoding="utf-8")
    return file


def test_every_examination_gives_one_line_with_a_known_state() -> None:
    checks = doctor.examine(PROJECT)
    names = [check.name for check in checks]
    assert len(names) == len(set(names))
    assert {"Python", "Paket", "Pembuat laporan", "Quarto", "Huruf", "Folder data", "Kernel Jupyter"} <= set(names)
    assert {check.state for check in checks} <= {"ok", "perhatian", "gagal"}
    assert all(check.text for check in checks)
    assert [check.name for check in checks if check.state == "gagal" and not check.advice] == []


def test_examining_leaves_no_files_behind(tmp_path: Path) -> None:
    doctor.examine(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_fault_in_one_examination_does_not_end_the_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken() -> Check:
        raise RuntimeError("rusak")

    monkeypatch.setattr(doctor, "typst_check", broken)
    checks = {check.name: check for check in doctor.examine(tmp_path)}
    assert checks["Typst"].state == "gagal"
    assert "rusak" in checks["Typst"].text
    assert checks["Python"].state == "ok"


def test_the_renderer_is_the_one_auto_would_take(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("analysis.renderers")
    choice = types.SimpleNamespace(name="pandoc", version="3.9", path=Path("/p/pandoc"))
    monkeypatch.setattr(module, "choose_renderer", lambda wanted: choice if wanted == "auto" else None, raising=False)
    monkeypatch.setitem(sys.modules, "analysis.renderers", module)
    assert doctor.renderer_check().text.startswith("pandoc 3.9")


@pytest.mark.parametrize(
    ("version", "bits", "state"),
    [((3, 11, 7), 64, "ok"), ((3, 13, 0), 64, "ok"), ((3, 14, 0), 64, "gagal"), ((3, 12, 1), 32, "gagal")],
)
def test_python_must_be_one_of_the_project(version: tuple[int, ...], bits: int, state: str) -> None:
    assert doctor.python_check(version, bits).state == state


def test_only_lines_of_the_lock_for_this_computer_count() -> None:
    assert doctor.locked_versions(LOCK) == {"pandas": "3.1.1", "numpy": "2.5"}


def test_packages_as_in_the_lock_are_fine(tmp_path: Path) -> None:
    check = doctor.lock_check(_lock(tmp_path), {"pandas": "3.1.1", "numpy": "2.5"}.__getitem__)
    assert check.state == "ok"
    assert check.text.startswith("2 paket")


def test_a_package_of_another_version_is_named_with_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    check = doctor.lock_check(_lock(tmp_path), {"pandas": "3.0.0", "numpy": "2.5"}.__getitem__)
    assert check.state == "perhatian"
    assert "pandas 3.0.0 (tercatat 3.1.1)" in check.text
    assert "make setup" in check.advice


def test_a_missing_package_fails(tmp_path: Path) -> None:
    def installed(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    check = doctor.lock_check(_lock(tmp_path), installed)
    assert check.state == "gagal"
    assert "pandas" in check.text


def test_a_missing_lock_is_said(tmp_path: Path) -> None:
    assert doctor.lock_check(tmp_path / "requirements.lock").state == "perhatian"


@pytest.mark.parametrize(("free", "state"), [(1_900_000_000, "perhatian"), (2_000_000_000, "ok")])
def test_little_disk_space_is_said(tmp_path: Path, free: int, state: str) -> None:
    check = doctor.disk_check(tmp_path / "belum" / "ada", free)
    assert check.state == state
    assert "," in check.text


def test_a_folder_that_can_be_made_is_fine(tmp_path: Path) -> None:
    check = doctor.folder_check("Folder reports", tmp_path / "reports")
    assert check.state == "ok"
    assert not (tmp_path / "reports").exists()


def test_a_folder_that_cannot_be_written_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    check = doctor.folder_check("Folder data", tmp_path)
    assert check.state == "gagal"
    assert check.advice


def test_no_quarto_is_no_fault() -> None:
    check = doctor.quarto_check(lambda _name: None)
    assert check.state == "ok"
    assert "pembuat bawaan" in check.text


def test_a_quarto_that_does_not_start_is_said(tmp_path: Path) -> None:
    check = doctor.quarto_check(lambda _name: str(tmp_path / "tidak-ada"))
    assert check.state == "perhatian"
    assert "RENDERER=pandoc" in check.advice


def test_a_missing_font_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.font_check().state == "ok"
    monkeypatch.setattr(doctor, "find_spec", lambda _name: None)
    assert doctor.font_check().state == "gagal"


def test_chromium_is_only_for_tests() -> None:
    assert doctor.chromium_check(lambda _name: None).state == "ok"
    assert "/x/chrome" in doctor.chromium_check(lambda name: "/x/chrome" if name == "chrome" else None).text


def test_the_kernel_of_the_notebooks_is_this_python() -> None:
    assert doctor.kernel_check().state == "ok"


def test_how_kernels_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KBK_KERNELS", raising=False)
    monkeypatch.setattr("analysis.fork_server.available", lambda: False)
    there = doctor.warm_kernel_check()
    assert there.state == "ok"
    assert "kernel dinyalakan dengan cara biasa" in there.text

    monkeypatch.setattr("analysis.fork_server.available", lambda: True)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [])
    assert doctor.warm_kernel_check().state == "perhatian"
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: ["warm-provisioner"])
    assert doctor.warm_kernel_check().text == "dipakai oleh make report dan make lab"

    monkeypatch.setenv("KBK_KERNELS", "biasa")
    assert "KBK_KERNELS=biasa" in doctor.warm_kernel_check().text
    monkeypatch.setenv("KBK_KERNELS", "cepat")
    refused = doctor.warm_kernel_check()
    assert refused.state == "gagal"
    assert "“cepat” tidak dikenal" in refused.text
    assert "KBK_KERNELS" in refused.advice
