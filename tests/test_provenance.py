"""The fingerprint of the program: the same for the same program, whatever lies beside it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis import fingerprints
from analysis.fingerprints import CODE_ENDINGS, NOTEBOOKS, REFERENCE_ENDINGS, code_fingerprint, reference_fingerprint
from analysis.workspace import PROJECT

NOTEBOOK = "notebooks/01_clean.ipynb"
CODE = "src/analysis/bands.py"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small copy of the project."""
    for name in (
        NOTEBOOK,
        CODE,
        "src/analysis/templates/report.css",
        "requirements.lock",
        "data/reference/layouts.yml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / name, tmp_path / name)
    monkeypatch.setattr(fingerprints, "PROJECT", tmp_path)
    return tmp_path


def book(project: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = project / NOTEBOOK
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")


def first_code(content: dict[str, Any]) -> dict[str, Any]:
    cell: dict[str, Any] = next(c for c in content["cells"] if c["cell_type"] == "code")
    return cell


def with_output(content: dict[str, Any]) -> None:
    cell = first_code(content)
    cell["execution_count"] = 7
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["123\n"]}]
    cell["metadata"]["collapsed"] = True
    content["metadata"]["language_info"]["version"] = "3.13"


def as_one_text(content: dict[str, Any]) -> None:
    for cell in content["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")


@pytest.mark.parametrize("change", [with_output, as_one_text])
def test_running_or_saving_a_notebook_does_not_change_the_program(
    project: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    before = code_fingerprint()
    book(project, change)
    assert code_fingerprint() == before


@pytest.mark.parametrize(
    "name",
    [
        f"{CODE}.bak", f"{CODE}~", "src/analysis/.bands.py.swp", "src/analysis/.#bands.py", "src/analysis/#bands.py#",
        "src/analysis/.ipynb_checkpoints/bands-checkpoint.py", "src/analysis/__pycache__/bands.py",
        "src/analysis/.DS_Store", "src/analysis/templates/report.css.orig", "src/analysis/catatan.txt",
        "notebooks/.ipynb_checkpoints/01_clean-checkpoint.ipynb", "notebooks/Untitled.ipynb",
        "notebooks/01_clean-Copy1.ipynb", "notebooks/01_clean.ipynb.bak", "data/reference/~$puskesmas.csv",
        "data/reference/layouts.yml.bak", "data/reference/.layouts.yml.swp",
    ],
)  # fmt: skip
def test_what_editors_leave_is_no_part_of_the_program(project: Path, name: str) -> None:
    reference = project / "data" / "reference"
    before = code_fingerprint(), reference_fingerprint(reference)
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text("{}", encoding="utf-8")
    assert (code_fingerprint(), reference_fingerprint(reference)) == before


@pytest.mark.parametrize("name", [CODE, "src/analysis/templates/report.css", "requirements.lock"])
def test_a_changed_file_is_another_program_but_line_ends_are_not(project: Path, name: str) -> None:
    before = code_fingerprint()
    content = (project / name).read_bytes()
    (project / name).write_bytes(content.replace(b"\n", b"\r\n"))
    assert code_fingerprint() == before
    (project / name).write_bytes(content + b"x")
    assert code_fingerprint() != before


@pytest.mark.parametrize(
    "change",
    [
        lambda b: first_code(b).update(source=["district = 'lain'"]),
        lambda b: first_code(b).update(cell_type="raw"),
        lambda b: first_code(b)["metadata"].update(tags=[]),
        lambda b: b["cells"].pop(),
        lambda b: b["cells"].reverse(),
    ],
)
def test_a_changed_cell_is_another_program(project: Path, change: Callable[[dict[str, Any]], object]) -> None:
    before = code_fingerprint()
    book(project, change)
    assert code_fingerprint() != before


def test_a_new_or_renamed_file_is_another_program(project: Path) -> None:
    prints = {code_fingerprint()}
    new = project / "src" / "analysis" / "deep" / "new.py"
    new.parent.mkdir()
    new.touch()
    prints.add(code_fingerprint())
    new.rename(new.with_name("other.py"))
    prints.add(code_fingerprint())
    assert len(prints) == 3


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": [{}]}', '{"cells": [3]}'])
def test_a_broken_notebook_counts_as_it_is(project: Path, text: str) -> None:
    before = code_fingerprint()
    (project / NOTEBOOK).write_text(text, encoding="utf-8")
    assert code_fingerprint() != before


def shipped(folder: str) -> list[Path]:
    if not shutil.which("git") or not (PROJECT / ".git").exists():
        pytest.skip("no git here")
    done = subprocess.run(["git", "ls-files", folder], cwd=PROJECT, capture_output=True, text=True, check=True)
    return [Path(line) for line in done.stdout.splitlines()]


def test_everything_that_is_shipped_counts() -> None:
    assert {p.suffix for p in shipped("src/analysis")} == CODE_ENDINGS
    assert {p.suffix for p in shipped("data/reference")} - {".md"} == REFERENCE_ENDINGS


def test_every_notebook_of_the_program_counts() -> None:
    assert sorted(p.stem for p in (PROJECT / "notebooks").glob("[0-9]*.ipynb") if "Copy" not in p.stem) == sorted(
        NOTEBOOKS
    )
