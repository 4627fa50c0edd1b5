"""Notebooks under papermill: parameters checked first, the analyst's errors told as such."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
import small_district

from analysis import run_notebooks
from analysis.errors import DataError, ParameterError
from analysis.run_notebooks import check_parameters, declared_parameters, run_notebook
from analysis.workspace import PROCESSED_VARIABLE, PROJECT, ROOT_VARIABLE, Workspace

V4: Any = nbformat.v4  # its functions carry no types


def notebook(path: Path, *cells: tuple[str, list[str]]) -> Path:
    book = V4.new_notebook(cells=[V4.new_code_cell(s, metadata={"tags": tags}) for s, tags in cells])
    book.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.write_text(nbformat.writes(book), encoding="utf-8")  # type: ignore[no-untyped-call]
    return path


class Elsewhere(Workspace):
    """A workspace whose notebooks lie in its own root."""

    @property
    def notebooks(self) -> Path:
        return self.root


@pytest.mark.parametrize("name", ["01_clean", "02_trends", "03_report"])
def test_notebooks_declare_their_parameters(name: str) -> None:
    assert "district" in declared_parameters(PROJECT / "notebooks" / f"{name}.ipynb")


def test_unknown_parameter_is_refused_with_the_nearest(tmp_path: Path) -> None:
    path = notebook(tmp_path / "a.ipynb", ("district = 'x'\nperiod = ''", ["parameters"]))
    with pytest.raises(ParameterError, match="Maksud Anda “period”"):
        check_parameters(path, {"district": "x", "periode": "2025"})


@pytest.mark.parametrize("tags", [[[]], [["parameters"], ["parameters"]]])
def test_a_notebook_without_exactly_one_parameters_cell_is_a_bug(tmp_path: Path, tags: list[list[str]]) -> None:
    path = notebook(tmp_path / "a.ipynb", *[("district = 'x'", t) for t in tags])
    with pytest.raises(ValueError, match="tagged parameters"):
        declared_parameters(path)


def test_an_error_of_the_analyst_comes_back_as_itself(tmp_path: Path) -> None:
    small_district.write(tmp_path)
    shutil.rmtree(tmp_path / "data" / "raw" / small_district.SLUG)
    with pytest.raises(DataError, match="Data bersih belum ada"):
        run_notebook(Workspace(tmp_path), "02_trends", {"district": small_district.SLUG}, tmp_path / "out")


def test_a_bug_keeps_its_own_error_and_the_environment_is_put_back(tmp_path: Path) -> None:
    notebook(tmp_path / "a.ipynb", ("x = 1", ["parameters"]), ("1 / 0", []))
    before = dict(os.environ)
    with pytest.raises(Exception, match="division by zero"):
        run_notebook(Elsewhere(tmp_path), "a", {}, tmp_path / "out")
    assert dict(os.environ) == before


def test_kernel_sees_the_root_and_no_start_up_file_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    startup = tmp_path / "home" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("spoiled = True\n", encoding="utf-8")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "home"))
    monkeypatch.delenv(ROOT_VARIABLE, raising=False)
    monkeypatch.setenv(PROCESSED_VARIABLE, "tempat lain")
    asked = f"""import os
print(os.environ['{ROOT_VARIABLE}'], 'spoiled' in dir())
from analysis.workspace import Workspace
print(Workspace.current().processed)"""
    notebook(tmp_path / "a.ipynb", ("x = 1", ["parameters"]), (asked, []))
    workspace = Elsewhere(tmp_path)
    places = {workspace: tmp_path / "data" / "processed", workspace.apart(tmp_path / "own"): tmp_path / "own"}
    for place, processed in places.items():
        done = run_notebook(place, "a", {"x": "2"}, tmp_path / "out").read_text(encoding="utf-8")
        assert f"{tmp_path} False\\n" in done
        assert f"{processed}\\n" in done


def test_tables_of_data_are_shown_as_html_unless_told_otherwise(tmp_path: Path) -> None:
    asked = (
        "import pandas as pd\nfrom analysis.markdown import Block\ndisplay(Block('**Isi**'))\npd.DataFrame({'a': [1]})"
    )
    notebook(tmp_path / "a.ipynb", ("x = 1", ["parameters"]), (asked, []))
    kinds = {}
    for html in (True, False):
        done = run_notebook(Elsewhere(tmp_path), "a", {}, tmp_path / "out", html=html)
        outputs = json.loads(done.read_text(encoding="utf-8"))["cells"][-1]["outputs"]
        kinds[html] = [set(output["data"]) for output in outputs]
    plain = {"text/plain"}
    assert kinds == {
        True: [{"text/markdown", *plain}, {"text/html", *plain}],
        False: [{"text/markdown", *plain}, plain],
    }


def test_a_notebook_opened_by_hand_works_in_data_processed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (ROOT_VARIABLE, PROCESSED_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    assert Workspace.current() == Workspace(PROJECT)
    assert Workspace.current().processed == PROJECT / "data" / "processed"


@pytest.mark.parametrize(("folder", "kind"), [("/tmp/kbk-x", "ipc"), ("/tmp/" + "x" * 90, "tcp")])  # noqa: S108
def test_sockets_only_where_their_names_fit(folder: str, kind: str) -> None:
    assert run_notebooks._connection(Path(folder))["transport"] == kind


@pytest.mark.skipif(os.name == "nt", reason="no sockets in folders")
def test_two_runs_at_once_do_not_meet(tmp_path: Path) -> None:
    asked = "import json, ipykernel\nprint(json.load(open(ipykernel.get_connection_file()))['ip'])"
    places = set()
    for name in ("one", "two"):
        root = tmp_path / name
        root.mkdir()
        notebook(root / "a.ipynb", ("x = 1", ["parameters"]), (asked, []))
        text = run_notebook(Elsewhere(root), "a", {}, root / "out").read_text(encoding="utf-8")
        places |= set(re.findall(r'"(/[^"]*/kernel)\\n"', text))
        assert not list(root.glob("kernel-*"))
    assert len(places) == 2


@pytest.mark.parametrize(
    "names",
    [
        ({"01_clean": "", "02_trends": "", "03_report": ""}),
        ({"01_published": "", "03_published_shares": ""}),
        ({"01_published": "jakarta-timur", "03_published_zones": ""}),
    ],
)
def test_notebooks_opened_by_hand_run_with_their_defaults(tmp_path: Path, names: dict[str, str]) -> None:
    for name, district in names.items():
        done = run_notebook(Workspace(tmp_path), name, {"district": district} if district else {}, tmp_path / "out")
        book: Any = nbformat.reads(done.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
        code = [c for c in book.cells if c.cell_type == "code"]
        assert all(c.execution_count for c in code)
        assert sum(bool(c.outputs) for c in code) >= len(code) - 4


def test_notebooks_are_read_without_building_the_grammar_of_web_addresses() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, analysis.run_notebooks as r; print({*sys.modules} & {'lark', 'nbformat'})"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "{'nbformat'}"


@pytest.mark.skipif(os.name == "nt", reason="uses a POSIX program")
def test_what_a_cell_has_started_ends_with_its_notebook(tmp_path: Path) -> None:
    number = tmp_path / "number"
    cell = (
        "import pathlib, subprocess\nchild = subprocess.Popen(['sleep', '600'])\n"
        f"pathlib.Path({str(number)!r}).write_text(str(child.pid))"
    )
    notebook(tmp_path / "a.ipynb", ("district = 'x'", ["parameters"]), (cell, []))
    run_notebook(Elsewhere(tmp_path), "a", {"district": "x"}, tmp_path / "out")
    child = int(number.read_text())
    wait_until = time.monotonic() + 10
    while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < wait_until
        time.sleep(0.05)
