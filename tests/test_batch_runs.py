"""Whole batches in processes of their own: interrupted, killed, side by side; nothing half made and no process is left."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import small_district
from pypdf import PdfReader

from analysis.pipeline import make_report
from analysis.request import Request
from analysis.workspace import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")]

PATIENCE = 900
"""Seconds; a report takes a few where nothing else goes on."""
ENDING = 30
"""Seconds in which processes whose starter is gone have to end."""


class Batch:
    """The command ``kbk reports``, and every process that was seen under it."""

    def __init__(self, root: Path, *words: str, **environment: str) -> None:
        self.temporary = root / "sementara"
        self.temporary.mkdir(exist_ok=True)
        command = "from analysis.cli import main; main()"
        self.run = subprocess.Popen(
            [sys.executable, "-c", command, "reports", "--root", str(root), "--renderer", "pandoc", *words],
            env={**os.environ, "TMPDIR": str(self.temporary), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self.seen: set[psutil.Process] = set()

    def below(self) -> list[psutil.Process]:
        """All processes under it now."""
        try:
            found = list(psutil.Process(self.run.pid).children(recursive=True))
        except psutil.NoSuchProcess:
            return []
        self.seen.update(found)
        return found

    def until(self, met: Callable[[], bool]) -> None:
        """Wait until something is the case while the batch runs."""
        end = time.monotonic() + PATIENCE
        while not met():
            self.below()
            assert self.run.poll() is None, self.run.communicate()
            assert time.monotonic() < end
            time.sleep(0.05)

    def making(self) -> list[psutil.Process]:
        """The processes that make reports: what the server forked."""
        return [process for process in self.below() if "forkserver" in _words_of_parent(process)]

    def ended(self, patience: float = PATIENCE) -> tuple[int, str]:
        """Wait for its end; return exit code and what it told."""
        told, _ = self.run.communicate(timeout=patience)
        return self.run.returncode, told

    def left(self) -> list[psutil.Process]:
        """Processes that were seen under it and live on."""
        _, alive = psutil.wait_procs(list(self.seen), timeout=ENDING)
        return list(alive)


def _words(process: psutil.Process | None) -> str:
    """The command of a process; empty for one that is gone."""
    try:
        return " ".join(process.cmdline()) if process else ""
    except psutil.NoSuchProcess:
        return ""


def _words_of_parent(process: psutil.Process) -> str:
    try:
        return _words(process.parent())
    except psutil.NoSuchProcess:
        return ""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for slug in ("bantul", "sleman", "wonosari"):
        small_district.write(tmp_path, slug=slug)
    return tmp_path


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob(".*"))


def published(root: Path) -> dict[str, list[str]]:
    return {
        district.name: sorted(path.name for path in district.glob("*/*"))
        for district in sorted((root / "reports").iterdir())
        if district.is_dir()
    }


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def index(root: Path) -> str:
    return (root / "reports" / "index.html").read_text(encoding="utf-8")


def test_an_interrupt_stops_what_runs_and_the_next_run_makes_the_rest(root: Path) -> None:
    run = Batch(root, "--jobs", "1")
    run.until(lambda: (root / "reports" / "bantul").is_dir() and bool(list(root.glob("reports/.work-*/notebooks/*"))))
    os.killpg(run.run.pid, signal.SIGINT)  # as a terminal does: to all of the foreground
    code, told = run.ended()
    assert code == 130, told
    assert "Dihentikan" in told
    assert run.left() == []
    assert hidden(root) == []
    assert [p.name for p in run.temporary.iterdir() if p.name.startswith("kbk-")] == []
    done = published(root)
    assert done["bantul"] == ["v001"]
    assert "wonosari" not in done
    assert 'href="bantul/' in index(root)
    before = files(root / "reports" / "bantul")

    run = Batch(root)
    code, told = run.ended()
    assert code == 0, told
    assert "bantul: tidak berubah" in told
    assert "wonosari: laporan baru" in told
    assert published(root) == {name: ["v001"] for name in ("bantul", "sleman", "wonosari")}
    assert files(root / "reports" / "bantul") == before
    assert run.left() == []


def test_a_killed_process_fails_its_district_alone_and_takes_its_kernel_along(root: Path) -> None:
    run = Batch(root, "--jobs", "1")
    run.until(lambda: bool(list(root.glob("reports/.work-*/notebooks"))) and len(run.below()) > 2)
    run.making()[0].kill()
    code, told = run.ended()
    assert code == 9, told
    assert "bantul: Proses pembuat laporan berhenti mendadak (SIGKILL)." in told
    assert "sleman: laporan baru" in told
    assert published(root) == {"sleman": ["v001"], "wonosari": ["v001"]}
    assert run.left() == []
    assert hidden(root) == []


def test_when_the_batch_itself_is_killed_no_process_lives_on(root: Path) -> None:
    run = Batch(root, "--jobs", "2")
    run.until(lambda: bool(list(root.glob("reports/.work-*/notebooks"))) and len(run.making()) >= 2)
    run.below()
    run.run.kill()
    run.run.wait()
    assert run.left() == []


def test_where_no_process_can_be_forked_a_batch_does_the_same(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """As on Windows and macOS: workers and kernels are started afresh."""
    system = tmp_path_factory.mktemp("sistem")
    told_to_all = "from analysis import fork_server\n\nfork_server.available = lambda: False\n"
    (system / "sitecustomize.py").write_text(told_to_all, encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(system), os.environ.get("PYTHONPATH")]))

    run = Batch(root, "--jobs", "1", PYTHONPATH=path)
    run.until(lambda: (root / "reports" / "bantul").is_dir() and bool(list(root.glob("reports/.work-*/notebooks/*"))))
    words = [_words(process) for process in run.below()]
    assert any("spawn_main" in line for line in words), words
    assert not any("forkserver" in line for line in words), words
    os.killpg(run.run.pid, signal.SIGINT)
    code, told = run.ended()
    assert code == 130, told
    assert run.left() == []
    assert hidden(root) == []

    run = Batch(root, "--jobs", "2", PYTHONPATH=path)
    code, told = run.ended()
    assert code == 0, told
    assert "bantul: tidak berubah" in told
    assert run.left() == []
    alone = tmp_path_factory.mktemp("sendiri")
    shutil.copytree(root / "data" / "raw" / "sleman", alone / "data" / "raw" / "sleman")
    make_report(Workspace(alone), Request("sleman", renderer="pandoc"))
    assert files(root / "reports" / "sleman") == files(alone / "reports" / "sleman")


def test_two_batches_at_once_publish_each_report_once(root: Path) -> None:
    runs = [Batch(root, "--jobs", "1", "bantul sleman") for _ in range(2)]
    ends = [run.ended() for run in runs]
    assert [code for code, _ in ends] == [0, 0], ends
    assert published(root) == {"bantul": ["v001"], "sleman": ["v001"]}
    assert hidden(root) == []
    assert all(f'href="{name}/' in index(root) for name in ("bantul", "sleman"))


def test_reports_of_a_batch_are_those_made_alone(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    code, told = Batch(root).ended()
    assert code == 0, told
    alone = tmp_path_factory.mktemp("sendiri")
    shutil.copytree(root / "data" / "raw" / "sleman", alone / "data" / "raw" / "sleman")
    make_report(Workspace(alone), Request("sleman", renderer="pandoc"))
    assert files(root / "reports" / "sleman") == files(alone / "reports" / "sleman")


def test_a_hundred_districts_hold_each_its_own_figures_inside_its_own_files(tmp_path: Path) -> None:
    numbers = range(100)
    for number in numbers:
        small_district.write(tmp_path, slug=f"daerah-{number:03}", name=f"Kabupaten Daerah {number:03}", more=number)
    code, told = Batch(tmp_path).ended(4 * PATIENCE)
    assert code == 0, told

    pictures = set()
    for number in numbers:
        (version,) = tmp_path.glob(f"reports/daerah-{number:03}/2025-S1/v*")
        page = (version / "report.html").read_text(encoding="utf-8")
        # three puskesmas, 6,000 participants, 160 + 420 + 310 contacts and ``number`` more at each
        contact_rate = (160 + 420 + 310 + 3 * number) / 6
        shown = f"{contact_rate:.1f}".replace(".", ",")
        assert f"{shown} per mil" in page
        stored = next(
            csv.DictReader(io.StringIO((version / "data" / "district.csv").read_text("utf-8-sig")), delimiter=";")
        )
        assert (stored["group"], stored["indicator"], stored["span"]) == ("utama", "AK", "ini")
        assert float(stored["value"].replace(",", ".")) == pytest.approx(contact_rate)
        pdf = " ".join("".join(sheet.extract_text() for sheet in PdfReader(version / "report.pdf").pages).split())
        assert shown in pdf
        texts = [
            pdf,
            *(
                path.read_text(encoding="utf-8")
                for path in version.rglob("*")
                if path.suffix != ".pdf" and path.is_file()
            ),
        ]
        assert {name for text in texts for name in re.findall(r"Daerah\s+(\d{3})\b", text)} == {f"{number:03}"}
        (picture,) = re.findall(rf'<img src="([^"]+)"\s+alt="Grafik garis AK[^"]*terakhir {shown}\.[^"]*"', page)
        pictures.add(picture)
    assert len(pictures) == len(numbers)
    assert index(tmp_path).count("report.html") == len(numbers)


@pytest.fixture(autouse=True)
def _nothing_goes_on() -> Iterator[None]:
    """Whatever a failed test left is ended: processes in this session's children."""
    yield
    for child in psutil.Process().children(recursive=True):
        if "forkserver" in _words(child) or " reports " in _words(child):
            child.kill()
