"""Which districts a batch takes, how it is told, and what it does about the failing ones."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import psutil
import pytest
import small_district
from rich.console import Console

from analysis import batch, batch_process, batch_progress
from analysis.batch import chosen_requests, default_jobs, make_reports, require_all
from analysis.batch_process import Outcome, ReportProcess
from analysis.batch_progress import BatchProgress, lasting, summary
from analysis.errors import BatchError, DataError, KernelError, ParameterError, PublishError
from analysis.private_folders import DISK_FULL
from analysis.publish import Published
from analysis.request import Request
from analysis.workspace import PROJECT, Workspace

ASKED = Request("", period="2025-S1", renderer="pandoc")


def names(requests: list[Request]) -> list[str]:
    return [request.district for request in requests]


def workspace(root: Path, *districts: str) -> Workspace:
    for slug in districts:
        small_district.write(root, slug=slug)
    return Workspace(root)


def published(name: str, new: bool = True) -> Outcome:
    return Outcome(name, 2.0, Published(Path("reports") / name / "2025-S1" / "v001", "v001", new))


def told(width: int = 200, terminal: bool = False) -> tuple[Console, io.StringIO]:
    text = io.StringIO()
    return Console(file=text, width=width, force_terminal=terminal, highlight=False, soft_wrap=True), text


def test_all_districts_with_data_are_taken_and_the_others_named(tmp_path: Path) -> None:
    place = workspace(tmp_path, "bantul", "sleman")
    (place.raw / "kosong").mkdir()
    requests, passed = chosen_requests(place, [], ASKED)
    assert requests == [Request(name, "2025-S1", "", "pandoc", "duckdb") for name in ("bantul", "sleman")]
    assert passed == ["Dilewati, belum ada berkas data: kosong"]


@pytest.mark.parametrize("words", [["sleman bantul"], ["sleman,bantul"], ["sleman", "bantul", "sleman"]])
def test_districts_are_named_with_blanks_or_commas_and_keep_their_order(tmp_path: Path, words: list[str]) -> None:
    place = workspace(tmp_path, "bantul", "sleman", "kulon-progo")
    requests, passed = chosen_requests(place, words, ASKED)
    assert names(requests) == ["sleman", "bantul"]
    assert passed == []


def test_every_name_that_means_nothing_is_told_at_once(tmp_path: Path) -> None:
    place = workspace(tmp_path, "bantul", "sleman")
    with pytest.raises(ParameterError) as refused:
        chosen_requests(place, ["bantull sleman", "../lain"], ASKED)
    assert len(refused.value.problems) == 2
    assert "Maksud Anda “bantul”?" in refused.value.problems[0]
    assert "../lain" in refused.value.problems[1]


def test_nothing_to_report_is_told(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="Belum ada daerah"):
        chosen_requests(Workspace(tmp_path), [], ASKED)


def test_published_figures_are_passed_over_where_they_lack_the_period_unless_named(tmp_path: Path) -> None:
    place = workspace(tmp_path, "bantul")
    shutil.copytree(PROJECT / "data" / "raw" / "jakarta-timur", place.raw / "jakarta-timur")
    requests, passed = chosen_requests(place, [], ASKED)
    assert names(requests) == ["bantul"]
    assert passed == ["Dilewati, angka terbitannya tidak memuat 2025-S1: jakarta-timur"]
    assert names(chosen_requests(place, [], Request(""))[0]) == ["bantul", "jakarta-timur"]
    assert names(chosen_requests(place, [], Request("", "2017-T1"))[0]) == ["bantul", "jakarta-timur"]
    assert names(chosen_requests(place, ["jakarta-timur"], ASKED)[0]) == ["jakarta-timur"]


@pytest.mark.parametrize(("cores", "reports", "jobs"), [(2, 9.0, 2), (8, 3.5, 3), (4, 0.2, 1)])
def test_as_many_processes_as_cores_and_memory_allow(
    monkeypatch: pytest.MonkeyPatch, cores: int, reports: float, jobs: int
) -> None:
    monkeypatch.setattr(batch, "usable_cores", lambda: cores)
    monkeypatch.setattr(batch, "available_memory", lambda: int(reports * batch.REPORT_BYTES))
    assert default_jobs() == jobs


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 detik"),
        (59.6, "60 detik"),
        (99, "99 detik"),
        (100, "2 menit"),
        (3600, "1 jam"),
        (7500, "2 jam 5 menit"),
    ],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert lasting(seconds) == words


def test_without_a_terminal_each_end_is_a_line_with_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(batch_progress.time, "monotonic", lambda: clock[0])  # type: ignore[attr-defined]
    console, text = told()
    display = BatchProgress(console, 4)
    with display.shown():
        display.step("bantul", "Mulai")
        clock[0] = 60.0
        display.finished(published("bantul"))
        clock[0] = 120.0
        display.finished(Outcome("sleman", 1.0, error=DataError("Folder [red]kosong[/]:")))
    # two of four in 120 seconds: the other two need 120 more
    assert text.getvalue().splitlines() == [
        "[1/4] bantul: laporan baru, reports/bantul/2025-S1/v001 (2 detik); gagal 0, sisa waktu sekitar 3 menit",
        "[2/4] sleman: GAGAL. Folder [red]kosong[/] (1 detik); gagal 1, sisa waktu sekitar 2 menit",
    ]


def test_in_a_terminal_what_runs_is_shown_with_its_step() -> None:
    console, text = told(terminal=True)
    display = BatchProgress(console, 3)
    with display.shown():
        display.step("bantul", "Mulai")
        display.step("bantul", "Membaca [bold]berkas")
        display.finished(published("sleman", new=False))
    seen = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text.getvalue())
    assert "• [1/3] sleman: tidak berubah, reports/sleman/2025-S1/v001 (2 detik)" in seen
    assert "selesai 1 dari 3, berjalan 1, gagal 0, sisa waktu sekitar" in seen
    assert "Membaca [bold]berkas …" in seen


def test_the_end_counts_new_unchanged_and_failed() -> None:
    outcomes = [published("a"), published("b", new=False), Outcome("c", 1, error=DataError("x"))]
    assert summary(outcomes, 5) == (
        "Selesai: 3 dari 5 laporan, 1 baru, 1 tidak berubah, 1 gagal. Jalankan perintah yang sama untuk melanjutkan."
    )
    assert summary(outcomes, 3) == "Selesai: 3 dari 3 laporan, 1 baru, 1 tidak berubah, 1 gagal."


def test_failed_districts_are_listed_with_their_problems() -> None:
    require_all([published("a")])
    many = DataError("Semua lembar ditolak:", [f"lembar {n}" for n in range(8)])
    with pytest.raises(BatchError, match="2 dari 3 laporan") as failed:
        require_all([published("a"), Outcome("b", 1, error=many), Outcome("c", 1, error=KernelError("Kernel mati."))])
    assert failed.value.exit_code == 9
    assert failed.value.problems == [
        "b: Semua lembar ditolak:", *(f"b: lembar {n}" for n in range(5)), "b: … dan 3 lagi; lihat “kbk check b”",
        "c: Kernel mati.",
    ]  # fmt: skip


def test_where_none_could_be_made_that_is_said() -> None:
    with pytest.raises(BatchError, match="Tidak satu pun dari 1 laporan"):
        require_all([Outcome("b", 1, error=DataError("x"))])


class Script:
    """Stands for the process of a report: says what it was told to say for its district."""

    ends: dict[str, Outcome]
    started: list[str]

    def __init__(self, _workspace: Workspace, request: Request, _limit: float) -> None:
        self.request = request
        self.receiver, sender = Pipe(duplex=False)
        sender.send("siap")
        self.started.append(request.district)

    def heard(self) -> list[Outcome]:
        return [self.ends[self.request.district]]

    def ask_to_stop(self) -> None: ...

    def stop(self, grace: float = 0) -> None: ...


def run_script(monkeypatch: pytest.MonkeyPatch, root: Path, ends: list[Outcome]) -> tuple[list[str], list[Outcome]]:
    monkeypatch.setattr(Script, "ends", {end.district: end for end in ends}, raising=False)
    monkeypatch.setattr(Script, "started", [], raising=False)
    monkeypatch.setattr(batch, "ReportProcess", Script)
    display = BatchProgress(told()[0], len(ends))
    (root / "reports").mkdir()
    make_reports(Workspace(root), [Request(end.district) for end in ends], display, jobs=1, limit=60)
    return Script.started, display.outcomes


def test_a_failed_district_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ends = [published("a"), Outcome("b", 1, error=DataError("x")), published("c")]
    started, outcomes = run_script(monkeypatch, tmp_path, ends)
    assert started == ["a", "b", "c"]
    assert outcomes == ends
    assert (tmp_path / "reports" / "index.html").is_file()


def test_after_a_full_disk_no_more_is_started_and_the_rest_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    full = Outcome("b", 1, error=PublishError(f"Laporan tidak dapat ditulis. {DISK_FULL}"))
    started, outcomes = run_script(monkeypatch, tmp_path, [published("a"), full, published("c"), published("d")])
    assert started == ["a", "b"]
    assert [outcome.error is None for outcome in outcomes] == [True, False, False, False]
    assert all("Belum dikerjakan. Disk penuh" in str(outcome.error) for outcome in outcomes[2:])


def test_an_interrupt_is_heeded_between_two_steps_and_the_second_at_once() -> None:
    before = signal.getsignal(signal.SIGINT)
    with batch.interruptible() as interrupts:
        interrupts.heed()
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            interrupts.heed()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def outcome_of(place: Workspace, request: Request) -> Outcome:
    process = ReportProcess(place, request, limit=120)
    try:
        while True:
            process.receiver.poll(1)
            for said in process.heard():
                if isinstance(said, Outcome):
                    return said
    finally:
        process.stop()


def test_the_error_of_the_analyst_comes_back_from_the_process(tmp_path: Path) -> None:
    place = workspace(tmp_path, "bantul")
    (place.raw_of("bantul") / "district.yml").write_text("name: Bantul\nlevel: desa\n", encoding="utf-8")
    ended: Any = outcome_of(place, Request("bantul", renderer="pandoc"))
    assert type(ended.error).__name__ == "ConfigurationError"
    assert "level" in str(ended.error)


def test_a_bug_is_told_as_such_with_the_way_to_its_traceback(tmp_path: Path) -> None:
    wrong: Any = str(tmp_path)  # a root that is no Path is a bug, not a fault of the analyst
    ended: Any = outcome_of(Workspace(wrong), Request("bantul", renderer="pandoc"))
    assert ended.published is None
    assert "Kesalahan program (TypeError)" in ended.error.message
    assert "kbk report bantul" in ended.error.message


def test_a_process_that_hangs_is_ended_at_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_process, "GRACE_SECONDS", 0.5)
    process = ReportProcess(workspace(tmp_path, "bantul"), Request("bantul", renderer="pandoc"), limit=1)
    pid = process.pid
    os.kill(pid, signal.SIGSTOP)
    said: list[Any] = []
    while not said or isinstance(said[-1], str):
        process.receiver.poll(0.2)
        said += process.heard()
    assert "Melewati batas waktu" in said[-1].error.message
    assert not psutil.pid_exists(pid)


def test_a_process_that_is_killed_fails_its_district_with_a_clear_message(tmp_path: Path) -> None:
    process = ReportProcess(workspace(tmp_path, "bantul"), Request("bantul", renderer="pandoc"), limit=60)
    os.kill(process.pid, signal.SIGKILL)
    said: list[Any] = []
    while not said or isinstance(said[-1], str):
        process.receiver.poll(0.2)
        said += process.heard()
    assert said[-1].district == "bantul"
    assert "berhenti mendadak (SIGKILL)" in said[-1].error.message
