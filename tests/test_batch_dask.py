"""The same reports on a cluster: real scheduler and workers as processes of their own, one of them killed in the middle."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import small_district
from test_batch_runs import ENDING, PATIENCE, Batch, files, hidden, published

from analysis import batch_dask
from analysis.batch_dask import Standing, differences, make_reports_on, require_alike, standing
from analysis.batch_progress import BatchProgress
from analysis.errors import ParameterError
from analysis.pipeline import make_report
from analysis.request import Request
from analysis.workspace import PROJECT, Workspace

OURS = Standing("x", "kode", "acuan", "3.12", ("numpy 2.4", "pandas 3.0"), "pandoc 3.9")
PLACE = Workspace(Path("/kerja"))
with_dask = pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="Dask is not installed")
posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        ({}, []),
        ({"sign": "", "code": "lain"}, ["tidak melihat folder kerja yang sama, /kerja"]),
        ({"code": "lain"}, ["versi programnya lain; sesudah program diperbarui, mulai ulang pekerjanya"]),
        ({"reference": "lain"}, ["data acuannya (data/reference) lain"]),
        (
            {"packages": ("numpy 2.4", "pandas 3.1"), "python": "3.11"},
            ["versi Python-nya lain (3.11; di sini 3.12)", "versi paketnya lain (pandas 3.1; di sini pandas 3.0)"],
        ),
        ({"packages": ("numpy 2.4",)}, ["versi paketnya lain (tidak ada; di sini pandas 3.0)"]),
        ({"renderer": "quarto 1.10"}, ["pembuat dokumennya lain (quarto 1.10; di sini pandoc 3.9)"]),
    ],
)
def test_what_is_different_on_a_worker_is_named(theirs: dict[str, Any], told: list[str]) -> None:
    assert differences(OURS, Standing(**{**vars(OURS), **theirs}), PLACE) == told


def test_every_worker_that_does_not_fit_is_named() -> None:
    fitting: dict[str, Standing | BaseException] = {"tcp://a:1": OURS}
    require_alike(OURS, fitting, PLACE)
    with pytest.raises(ParameterError, match="tidak satu laporan pun dimulai") as refused:
        require_alike(
            OURS,
            {**fitting, "tcp://c:1": ModuleNotFoundError("analysis"), "tcp://b:1": Standing("", "", "", "", (), "")},
            PLACE,
        )
    assert refused.value.problems == [
        "tcp://b:1: tidak melihat folder kerja yang sama, /kerja",
        "tcp://c:1: program ini tidak dapat dijalankan di sana (ModuleNotFoundError: analysis)",
    ]


def test_a_folder_that_is_not_shared_is_seen_by_its_sign(tmp_path: Path) -> None:
    sign = tmp_path / "tanda"
    assert standing(Workspace(tmp_path), sign, "pandoc").sign == ""
    sign.write_text("abc", encoding="ascii")
    found = standing(Workspace(tmp_path), sign, "pandoc")
    assert found.sign == "abc"
    assert any(re.fullmatch(r"pandas [0-9.]+", package) for package in found.packages)
    assert found.renderer.startswith("pandoc ")


def test_missing_dask_is_told_with_the_way_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ParameterError, match="make setup DASK=1"):
        ask("tcp://127.0.0.1:1", tmp_path)


@with_dask
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "bukan alamat"])
def test_a_scheduler_that_does_not_answer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(batch_dask, "CONNECT_SECONDS", 1.0)
    with pytest.raises(ParameterError, match="tidak menjawab"):
        ask(address, tmp_path)


def ask(address: str, root: Path) -> None:
    from rich.console import Console

    make_reports_on(address, Workspace(root), [Request("bantul")], BatchProgress(Console(), 1), limit=60)


class Cluster:
    """A scheduler and its workers on this computer, each a program of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs: list[subprocess.Popen[bytes]] = []
        self.file = folder / "penjadwal.json"
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0")
        until = time.monotonic() + PATIENCE
        while not self.file.is_file():
            assert time.monotonic() < until
            time.sleep(0.1)
        self.address: str = json.loads(self.file.read_text(encoding="utf-8"))["address"]

    def start(self, kind: str, *words: str, path: Path | None = None) -> subprocess.Popen[bytes]:
        number = len(self.programs)
        environment = {**os.environ, "DASK_TEMPORARY_DIRECTORY": str(self.folder)}
        if path is not None:
            environment["PYTHONPATH"] = str(path)
        with (self.folder / f"{kind}-{number}.log").open("wb") as log:
            program = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--no-dashboard",
                 "--scheduler-file", str(self.file), *words],
                env=environment, stdout=log, stderr=log, cwd=self.folder,
            )  # fmt: skip
        self.programs.append(program)
        return program

    def worker(self, *words: str, path: Path | None = None) -> psutil.Process:
        return psutil.Process(self.start("worker", "--nthreads", "1", *words, path=path).pid)

    def wait_for(self, workers: int) -> None:
        import distributed

        with distributed.Client(self.address, timeout=PATIENCE) as client:
            client.wait_for_workers(workers, timeout=PATIENCE)

    def close(self) -> None:
        for program in reversed(self.programs):
            children = psutil.Process(program.pid).children(recursive=True) if program.poll() is None else []
            program.terminate()
            try:
                program.wait(ENDING)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
            for child in psutil.wait_procs(children, timeout=ENDING)[1]:
                child.kill()


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("klaster"))
    yield made
    made.close()


def below(process: psutil.Process) -> list[psutil.Process]:
    return list(process.children(recursive=True))


@with_dask
@posix
@pytest.mark.slow
def test_with_a_worker_killed_in_the_middle_all_reports_come_out_as_made_alone(
    tmp_path: Path, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path
    for slug in ("bantul", "sleman", "wonosari"):
        small_district.write(root, slug=slug)
    lost, kept = cluster.worker("--no-nanny"), cluster.worker("--nanny")
    cluster.wait_for(2)
    run = Batch(root, "--scheduler", cluster.address)
    run.until(lambda: len(list(root.glob("reports/.work-*/notebooks"))) >= 2)
    orphans = below(lost)
    assert len(orphans) >= 2
    lost.kill()
    code, told = run.ended()
    assert code == 0, told
    assert told.count("laporan baru") == 3
    assert published(root) == {name: ["v001"] for name in ("bantul", "sleman", "wonosari")}
    assert psutil.wait_procs(orphans, timeout=ENDING)[1] == []
    assert kept.is_running()

    alone = tmp_path_factory.mktemp("sendiri")
    shutil.copytree(root / "data" / "raw" / "sleman", alone / "data" / "raw" / "sleman")
    make_report(Workspace(alone), Request("sleman", renderer="pandoc"))
    assert files(root / "reports" / "sleman") == files(alone / "reports" / "sleman")


@with_dask
@posix
@pytest.mark.slow
def test_an_interrupt_stops_what_runs_on_the_cluster_and_leaves_the_workers(tmp_path: Path, cluster: Cluster) -> None:
    for slug in ("bantul", "sleman"):
        small_district.write(tmp_path, slug=slug)
    worker = cluster.worker("--no-nanny")
    cluster.wait_for(1)
    run = Batch(tmp_path, "--scheduler", cluster.address)
    run.until(lambda: bool(list(tmp_path.glob("reports/.work-*/notebooks"))))
    makers = [child for child in below(worker) if child.parent() != worker]
    assert makers
    os.killpg(run.run.pid, signal.SIGINT)
    code, told = run.ended()
    assert code == 130, told
    assert psutil.wait_procs(makers, timeout=ENDING)[1] == []
    assert worker.is_running()
    assert published(tmp_path) == {}
    assert hidden(tmp_path) == []


@with_dask
@posix
@pytest.mark.slow
def test_a_scheduler_that_is_lost_fails_what_it_had_with_a_clear_message(tmp_path: Path, cluster: Cluster) -> None:
    for slug in ("bantul", "sleman"):
        small_district.write(tmp_path, slug=slug)
    cluster.worker("--no-nanny", "--death-timeout", "10")
    cluster.wait_for(1)
    run = Batch(tmp_path, "--scheduler", cluster.address)
    run.until(lambda: bool(list(tmp_path.glob("reports/.work-*/notebooks"))))
    cluster.programs[0].kill()
    code, told = run.ended()
    assert code == 9, told
    assert told.count("Sambungan ke penjadwal Dask terputus") >= 2
    assert "Traceback" not in told


@with_dask
@pytest.mark.slow
def test_a_worker_with_another_version_of_the_program_is_refused(tmp_path: Path, cluster: Cluster) -> None:
    small_district.write(tmp_path, slug="bantul")
    other = cluster.folder / "lain" / "src"
    shutil.copytree(PROJECT / "src", other, ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "analysis" / "texts.py").open("a", encoding="utf-8") as file:
        file.write("\nOTHER = 1\n")
    cluster.worker("--no-nanny", path=other)
    cluster.wait_for(1)
    code, told = Batch(tmp_path, "--scheduler", cluster.address).ended()
    assert code == 2, told
    assert "versi programnya lain" in told
    assert published(tmp_path) == {}
