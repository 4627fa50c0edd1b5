"""Reports of many districts: chosen and checked first, made side by side, the failed ones told at the end."""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing.connection import wait
from types import FrameType
from typing import Protocol

from analysis.batch_process import Outcome, ReportProcess
from analysis.district import load_district
from analysis.errors import BatchError, ParameterError, UserError
from analysis.machine import available_memory, usable_cores
from analysis.pipeline import unchanged_report
from analysis.private_folders import DISK_FULL, clear_leftovers
from analysis.publish import write_index
from analysis.renderers import RendererChoice, choose_renderer
from analysis.request import Request
from analysis.sources import data_files
from analysis.workspace import Workspace, known_district

REPORT_BYTES = 700 * 1024**2
"""Memory of its own that one report takes with ordinary kernels; forked ones leave it about half of that."""
_LOOK_SECONDS = 1.0
"""How often time limits are looked at."""
_SHOWN_PROBLEMS = 5


class Display(Protocol):
    """What is told of the reports while they are made."""

    outcomes: list[Outcome]

    def step(self, district: str, text: str) -> None:
        """Note the step that a district is at."""

    def finished(self, outcome: Outcome) -> None:
        """Count a district that ended."""


def default_jobs() -> int:
    """Number of reports that this computer makes at a time: one for each core, fewer where memory is short."""
    return max(1, min(usable_cores(), available_memory() // REPORT_BYTES))


def chosen_requests(workspace: Workspace, words: Sequence[str], asked: Request) -> tuple[list[Request], list[str]]:
    """Return one request for each district, and sentences about folders that are passed over.

    words: districts, also several in one word with blanks or commas; none: all under data/raw that hold data.
    asked: what is asked of every district. Raises ParameterError that lists every word that means nothing.
    """
    named = list(dict.fromkeys(" ".join(words).replace(",", " ").split()))
    known = workspace.known_districts()
    problems = [problem for name in named if (problem := _unknown(name, known))]
    if problems:
        raise ParameterError("Daerah yang diminta tidak dapat dipakai:", problems)
    there = named or [name for name in workspace.districts() if data_files(workspace.raw_of(name))[0]]
    passed = []
    if not named:
        empty = [name for name in workspace.districts() if name not in there]
        passed += [f"Dilewati, belum ada berkas data: {', '.join(empty)}"] if empty else []
        if asked.period and (others := [name for name in there if _lacks_published(workspace, name, asked.period)]):
            there = [name for name in there if name not in others]
            passed.append(f"Dilewati, angka terbitannya tidak memuat {asked.period}: {', '.join(others)}")
    if not there:
        raise ParameterError(
            "Belum ada daerah yang dapat dilaporkan. Letakkan berkas BPJS di data/raw/<kabupaten>/, atau buat data "
            "contoh dengan “make simulate”."
        )
    return [replace(asked, district=name) for name in there], passed


def make_reports(
    workspace: Workspace, requests: Sequence[Request], display: Display, *, jobs: int, limit: float
) -> None:
    """Make reports side by side on this computer; a failed one does not stop the others.

    display: told of each step and outcome. jobs: number of processes; fewer run while memory is short.
    limit: seconds that one report may take. Raises KeyboardInterrupt when interrupted; the running ones are stopped
    then, and what is done stays. Reports that stand as they are start no process. The list of all reports is written
    once, at the end. Raises ParameterError or RenderError where the renderer asked for cannot be used.
    """
    left = deque(requests)
    running: list[ReportProcess] = []
    renderer = choose_renderer(requests[0].renderer)
    with interruptible() as interrupts:
        try:
            while running or (left and not met_full_disk(display)):
                while left and len(running) < jobs and not met_full_disk(display) and (not running or _fits()):
                    interrupts.heed()
                    request = left.popleft()
                    if (unchanged := _unchanged(workspace, request, renderer)) is not None:
                        display.finished(unchanged)
                        continue
                    display.step(request.district, "Mulai")
                    running.append(ReportProcess(workspace, request, limit))
                interrupts.heed()
                if running:
                    wait([process.receiver for process in running], _LOOK_SECONDS)
                for process in list(running):
                    for said in process.heard():
                        if isinstance(said, Outcome):
                            running.remove(process)
                            display.finished(said)
                        else:
                            display.step(process.request.district, said)
            for request in left:
                display.finished(not_begun(request.district))
        finally:
            _stop(running)
            list_reports(workspace, display)


def _unchanged(workspace: Workspace, request: Request, renderer: RendererChoice) -> Outcome | None:
    """The outcome of a report that stands as it is, found without starting anything; None where it has to be made."""
    begin = time.monotonic()
    with suppress(UserError, OSError):
        if (published := unchanged_report(workspace, request, renderer)) is not None:
            return Outcome(request.district, time.monotonic() - begin, published)
    return None


def list_reports(workspace: Workspace, display: Display) -> None:
    """Clear away what stopped reports left, and write the list of all reports where some are published."""
    clear_leftovers(workspace.reports)
    if any(outcome.published is not None for outcome in display.outcomes):
        write_index(workspace.reports)


def met_full_disk(display: Display) -> bool:
    """Whether a report met a full disk; what comes after it would meet it too."""
    return any(outcome.error is not None and DISK_FULL in outcome.error.message for outcome in display.outcomes)


def not_begun(district: str) -> Outcome:
    """The outcome of a district that was left out because of a full disk."""
    return Outcome(district, 0.0, error=UserError(f"Belum dikerjakan. {DISK_FULL}"))


def require_all(outcomes: Sequence[Outcome]) -> None:
    """Raise BatchError that names every district that failed, with its error."""
    failed = [(outcome.district, outcome.error) for outcome in outcomes if outcome.error is not None]
    if not failed:
        return
    lines = []
    for district, error in failed:
        more = len(error.problems) - _SHOWN_PROBLEMS
        lines += [f"{district}: {error.message}", *(f"{district}: {p}" for p in error.problems[:_SHOWN_PROBLEMS])]
        lines += [f"{district}: … dan {more} lagi; lihat “kbk check {district}”"] if more > 0 else []
    others = f"{len(failed)} dari {len(outcomes)} laporan tidak dapat dibuat; yang lain terbit"
    none = f"Tidak satu pun dari {len(outcomes)} laporan dapat dibuat"
    raise BatchError(
        f"{others if len(failed) < len(outcomes) else none}. Betulkan yang di bawah ini, lalu jalankan perintah yang "
        "sama sekali lagi.",
        lines,
    )


class Interrupts:
    """Whether someone asked to end: heeded where nothing is half done; who asks twice is not made to wait."""

    def __init__(self) -> None:
        self._asked = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """Handle a signal."""
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True

    def heed(self) -> None:
        """Raise KeyboardInterrupt where that was asked for."""
        if self._asked:
            raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[Interrupts]:
    """Take note of Ctrl+C, of a polite request to end, and of a terminal that is closed."""
    interrupts = Interrupts()
    wanted = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, interrupts) for number in wanted}
    try:
        yield interrupts
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(running: Sequence[ReportProcess]) -> None:
    """Stop all that still run, gently first; a second interrupt kills them at once."""
    try:
        for process in running:
            process.ask_to_stop()
        for process in running:
            process.stop()
    except KeyboardInterrupt:
        for process in running:
            process.stop(0)
        raise


def _fits() -> bool:
    return available_memory() > REPORT_BYTES


def _unknown(name: str, known: list[str]) -> str:
    """Why a name is no district; empty where it is one."""
    try:
        known_district(name, known)
    except ParameterError as error:
        return error.message
    return ""


def _lacks_published(workspace: Workspace, name: str, period: str) -> bool:
    """Whether a district has published figures only, and none of this period."""
    try:
        if load_district(workspace, name).kind == "kbk":
            return False
        from analysis.published_results import published_periods  # noqa: PLC0415  (slow to import)

        return period not in published_periods(workspace, name)
    except UserError:
        return False
