"""One report in a process of its own: watched, limited in time, stopped with all that it started.

The processes are forked from one server that has imported the program already, and each makes a single report. So
imports are paid once, memory goes back to the system after each district, and what one district breaks stays with it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from pickle import UnpicklingError
from tempfile import gettempdir
from threading import Thread
from typing import Any

import psutil

from analysis import fork_server
from analysis.errors import KernelError, NotebookError, UserError
from analysis.private_folders import KERNEL_FOLDER, clear_leftovers
from analysis.publish import Published
from analysis.request import Request
from analysis.workspace import Workspace

GRACE_SECONDS = 10.0
"""How long a report that is told to stop may take to clear up before its processes are killed."""
_PRELOADED = (
    "analysis.batch_process", "analysis.stages", "papermill", "typst", "pypdfium2", "fontTools.subset",
    "pandas.io.formats.csvs", "pandera.backends.pandas.builtin_checks",
    "pandera.strategies.pandas_strategies", "analysis.warm_worker",
)  # fmt: skip
"""What a process needs beside its notebooks."""


@dataclass(frozen=True)
class Outcome:
    """How the report of one district ended: published, or the error that stopped it.

    seconds: how long it took.
    """

    district: str
    seconds: float
    published: Published | None = None
    error: UserError | None = None


class ReportProcess:
    """A report being made in a process of its own.

    limit: seconds that it may take; then it is stopped.
    ``receiver`` is ready (``multiprocessing.connection.wait``) when there is something to hear.
    """

    def __init__(self, workspace: Workspace, request: Request, limit: float) -> None:
        self.request = request
        self.limit = limit
        self.started = time.monotonic()
        fork_server.warm_up(*_PRELOADED)
        context: Any = fork_server.context()
        self.receiver, sender = context.Pipe(duplex=False)
        self._process: BaseProcess = context.Process(target=_work, args=(sender, workspace, request), daemon=False)
        fork_server.start(self._process)
        sender.close()

    def heard(self) -> Iterator[str | Outcome]:
        """Yield what the process has said since last asked: its steps, at the end its outcome.

        A process that died, or whose time is over, has an outcome too.
        """
        try:
            while self.receiver.poll():
                said = self.receiver.recv()
                if isinstance(said, Outcome):
                    self.stop()
                yield said
                if isinstance(said, Outcome):
                    return
        except (EOFError, OSError, UnpicklingError):
            self.stop()
            yield self._failed(_died(self._process.exitcode))
            return
        if time.monotonic() - self.started > self.limit:
            self.ask_to_stop()
            self.stop()
            yield self._failed(
                KernelError(
                    f"Melewati batas waktu {self.limit / 60:.0f} menit, lalu dihentikan. Bila datanya memang banyak, "
                    "naikkan batasnya (LIMIT=… atau --limit …)."
                )
            )

    def ask_to_stop(self) -> None:
        """Let the process clear up and end."""
        with suppress(ProcessLookupError):
            if self._process.is_alive():
                os.kill(self.pid, signal.SIGINT if os.name != "nt" else signal.SIGTERM)

    @property
    def pid(self) -> int:
        """Number of the process."""
        return int(self._process.pid or 0)

    def stop(self, grace: float | None = None) -> None:
        """End the process, and all that it started, if it has not ended by itself within ``grace`` seconds."""
        grace = GRACE_SECONDS if grace is None else grace
        self._process.join(grace)
        if self._process.exitcode is None:
            descendants = _descendants(self.pid)
            self._process.kill()
            for process in descendants:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            self._process.join()
        if os.name != "nt" and self.pid:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        self.receiver.close()
        if self._process.exitcode != 0:
            # what it left among the temporary files
            clear_leftovers(Path(gettempdir()), KERNEL_FOLDER)

    def _failed(self, error: UserError) -> Outcome:
        return Outcome(self.request.district, time.monotonic() - self.started, error=error)


def _work(sender: Connection, workspace: Workspace, request: Request) -> None:
    """Make one report and tell its steps and its outcome; the life of a process."""
    _apart()
    begin = time.monotonic()
    published: Published | None = None
    error: UserError | None = None
    try:
        from analysis.pipeline import make_report  # noqa: PLC0415  (the server has it)

        published = make_report(workspace, request, sender.send, index=False)
    except NotebookError as bug:
        error = NotebookError(bug.message, [f"Jejaknya tampak dengan “kbk report {request.district}”."])
    except UserError as told:
        error = told
    except Exception as bug:
        error = _of_bug(bug, request)
    with suppress(BrokenPipeError):
        sender.send(Outcome(request.district, time.monotonic() - begin, published, error))


def _apart() -> None:
    """Make the process the leader of a group of its own, quiet, and ended when the one that started it is gone."""
    if os.name != "nt":
        os.setsid()
    if fork_server.is_forked():
        fork_server.belong_to_maker()
    else:
        Thread(target=_end_with_maker, daemon=True).start()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)


def _end_with_maker() -> None:
    maker = multiprocessing.parent_process()
    if maker is not None:
        maker.join()
        os._exit(1)


def _of_bug(bug: Exception, request: Request) -> UserError:
    """What is told of a bug, whose whole traceback the single report shows."""
    lines = str(bug).strip().splitlines()
    return UserError(
        f"Kesalahan program ({type(bug).__name__}); bukan kesalahan Anda. Jejak lengkapnya tampak dengan “kbk report "
        f"{request.district}”; sampaikan kepada pengelola proyek.",
        lines[-1:],
    )


def _died(exitcode: int | None) -> KernelError:
    how = f"kode {exitcode}"
    with suppress(ValueError):
        how = signal.Signals(-(exitcode or 0)).name
    return KernelError(
        f"Proses pembuat laporan berhenti mendadak ({how}). SIGKILL biasanya berarti memori habis: tutup program lain "
        "atau kurangi laporan yang dibuat bersamaan (JOBS=1), lalu ulangi."
    )


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []
