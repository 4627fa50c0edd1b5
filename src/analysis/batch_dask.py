"""Reports of many districts on a cluster: Dask gives each to a worker, which makes it in a process of its own.

The workers see the same folder as this computer, at the same path, and run the same program; both is looked at before
anything starts and again before each report. A worker that is lost in the middle costs nothing but time: Dask gives
its reports to others.
"""

from __future__ import annotations

import atexit
import logging
import multiprocessing
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from analysis.batch import Display, Interrupts, interruptible, list_reports, met_full_disk, not_begun
from analysis.batch_process import GRACE_SECONDS, Outcome, ReportProcess
from analysis.errors import KernelError, ParameterError, UserError
from analysis.fingerprints import code_fingerprint, reference_fingerprint
from analysis.private_folders import private_folder
from analysis.renderers import choose_renderer
from analysis.request import Request
from analysis.workspace import Workspace

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_SECONDS = 15.0
"""How long the scheduler may take to answer, and the first worker to be there."""
LOOK_SECONDS = 0.5
"""How often a worker looks whether a report is to be stopped, and this computer whether one has ended."""
_SIGN = "tanda"
_PACKAGE = "kbk-analysis"
_MISSING = (
    "Dask belum terpasang. Pasang dengan “make setup DASK=1” (tanpa make: py src/setup_env.py --dask), di komputer ini "
    "dan di setiap komputer klaster."
)


@dataclass(frozen=True)
class Standing:
    """What has to be the same everywhere for a report to come out the same, byte for byte.

    sign: what the file of that name in the shared folder holds; empty where it is not seen.
    """

    sign: str
    code: str
    reference: str
    python: str
    packages: tuple[str, ...]
    renderer: str


@dataclass(frozen=True)
class Ticket:
    """What a worker has to know beside the request.

    batch: name of the batch. limit: seconds that one report may take. sign: file in the shared folder.
    expected: how it stands on the computer that asks.
    """

    batch: str
    workspace: Workspace
    limit: float
    sign: Path
    expected: Standing


_TITLES = {
    "sign": "tidak melihat folder kerja yang sama, {root}",
    "code": "versi programnya lain; sesudah program diperbarui, mulai ulang pekerjanya",
    "reference": "data acuannya (data/reference) lain",
    "python": "versi Python-nya lain ({theirs}; di sini {ours})",
    "packages": "versi paketnya lain ({theirs}; di sini {ours})",
    "renderer": "pembuat dokumennya lain ({theirs}; di sini {ours})",
}
"""What is told of a worker for each difference."""

_WORKING = ("init", "running", "paused")
"""States of a Dask worker that does not close."""
_running: dict[str, set[str]] = {}
"""On a worker: batch → districts that are being made."""
_stopped: set[str] = set()
"""On a worker: batches that are to start nothing any more."""
_leaving: list[ReportProcess] = []
"""On a worker: processes that must not outlive it."""


def make_reports_on(
    scheduler: str, workspace: Workspace, requests: Sequence[Request], display: Display, *, limit: float
) -> None:
    """Make reports on the workers of a Dask scheduler; a failed one does not stop the others.

    scheduler: address such as ``tcp://10.0.0.5:8786``. display: told of each step and outcome.
    limit: seconds that one report may take. Raises ParameterError where Dask is missing or the scheduler or its workers
    do not answer or do not fit; KeyboardInterrupt when interrupted, after all that ran has been stopped.
    """
    with _connected(scheduler) as client, interruptible() as interrupts:
        workspace.reports.mkdir(parents=True, exist_ok=True)
        try:
            with private_folder(workspace.reports) as shared:
                sign = shared / _SIGN
                sign.write_text(secrets.token_hex(16), encoding="ascii")
                shared.chmod(0o755)
                ours = standing(workspace, sign, requests[0].renderer)
                require_alike(ours, _standings(client, workspace, sign, requests[0].renderer), workspace)
                name = f"kbk-{secrets.token_hex(8)}"
                _Batch(client, Ticket(name, workspace, limit, sign, ours)).run(requests, display, interrupts)
        finally:
            list_reports(workspace, display)


class _Batch:
    """The reports of one batch on a cluster, as this computer follows them."""

    def __init__(self, client: Client, ticket: Ticket) -> None:
        self.client, self.ticket = client, ticket
        self.steps: SimpleQueue[tuple[str, str]] = SimpleQueue()

    def run(self, requests: Sequence[Request], display: Display, interrupts: Interrupts) -> None:
        """Hand out the reports, tell of them, and see that nothing goes on when this ends."""
        from distributed import wait  # noqa: PLC0415  (only where it is asked for)

        self.client.subscribe_topic(self.ticket.batch, lambda event: self.steps.put(tuple(event[1])))
        pending: dict[Future, str] = {}
        try:
            for request in requests:
                key = f"{self.ticket.batch}-{request.district}"
                future = self.client.submit(report_on_worker, self.ticket, request, key=key)
                pending[future] = request.district
            while pending:
                interrupts.heed()
                with suppress(TimeoutError, CancelledError):  # cancelled: the scheduler is gone, as each future tells
                    wait(list(pending), timeout=LOOK_SECONDS, return_when="FIRST_COMPLETED")
                self._tell_steps(display)
                for future in [future for future in pending if future.done()]:
                    display.finished(_outcome(future, pending.pop(future)))
                if met_full_disk(display):
                    self._stop(list(pending))
                    for future in list(pending):
                        display.finished(not_begun(pending.pop(future)))
        finally:
            if pending:
                self._stop(list(pending))

    def _tell_steps(self, display: Display) -> None:
        with suppress(Empty):
            while True:
                display.step(*self.steps.get_nowait())

    def _stop(self, futures: list[Future]) -> None:
        """Take back what waits, stop what runs, and wait until the workers have cleared up."""
        until = time.monotonic() + GRACE_SECONDS + CONNECT_SECONDS
        with suppress(OSError, TimeoutError):
            self.client.cancel(futures, force=True)
            while time.monotonic() < until:
                if not any(self.client.run(stop_on_worker, self.ticket.batch, on_error="ignore").values()):
                    return
                time.sleep(LOOK_SECONDS)


def require_alike(ours: Standing, theirs: dict[str, Standing | BaseException], workspace: Workspace) -> None:
    """Raise ParameterError that names every worker on which reports would come out differently.

    ours: how it stands here. theirs: address of a worker → how it stands there, or why that cannot be said.
    """
    problems = []
    for address, found in sorted(theirs.items()):
        if isinstance(found, BaseException):
            problems.append(f"{address}: program ini tidak dapat dijalankan di sana ({type(found).__name__}: {found})")
            continue
        problems += [f"{address}: {text}" for text in differences(ours, found, workspace)]
    if problems:
        raise ParameterError(
            "Pekerja Dask tidak dapat dipakai; tidak satu laporan pun dimulai. Setiap pekerja harus melihat folder "
            "kerja di jalur yang sama dan menjalankan program, paket, dan pembuat dokumen dengan versi yang sama.",
            problems,
        )


def differences(ours: Standing, theirs: Standing, workspace: Workspace) -> list[str]:
    """Return what is different on a worker, in words; a folder that is not seen says all."""
    if ours.sign != theirs.sign:
        return [_TITLES["sign"].format(root=workspace.root)]
    told = []
    for name in (field.name for field in fields(Standing)):
        mine, other = getattr(ours, name), getattr(theirs, name)
        if mine == other:
            continue
        if isinstance(mine, tuple):
            mine, other = (", ".join(sorted(set(a) - set(b))) for a, b in ((mine, other), (other, mine)))
        told.append(_TITLES[name].format(root=workspace.root, ours=mine or "tidak ada", theirs=other or "tidak ada"))
    return told


def standing(workspace: Workspace, sign: Path, renderer: str) -> Standing:
    """Return how it stands with the program in this process.

    sign: file in the shared folder. renderer: as asked for.
    """
    try:
        seen = sign.read_text(encoding="ascii")
    except OSError:
        seen = ""
    return replace(_imported(renderer), sign=seen, reference=reference_fingerprint(workspace.reference))


@cache
def _imported(renderer: str) -> Standing:
    """What does not change in a process: a worker that has imported a program does not run one that replaced it."""
    try:
        shown = choose_renderer(renderer).shown
    except UserError as error:
        shown = error.message
    python = ".".join(str(part) for part in sys.version_info[:2])
    return Standing("", code_fingerprint(), "", python, tuple(_packages()), shown)


def report_on_worker(ticket: Ticket, request: Request) -> Outcome:
    """Make one report in a process of its own and return its outcome; runs on a worker."""
    from distributed import get_worker  # noqa: PLC0415  (only on workers)

    place = standing(ticket.workspace, ticket.sign, request.renderer)
    if told := differences(ticket.expected, place, ticket.workspace):
        return Outcome(request.district, 0.0, error=ParameterError("Pekerja Dask tidak dapat dipakai:", told))
    _may_have_children()
    worker = get_worker()
    making = _running.setdefault(ticket.batch, set())
    process = ReportProcess(ticket.workspace, request, ticket.limit)
    making.add(request.district)
    _leaving.append(process)
    try:
        worker.log_event(ticket.batch, (request.district, "Mulai"))
        while ticket.batch not in _stopped and worker.status.name in _WORKING:
            process.receiver.poll(LOOK_SECONDS)
            for said in process.heard():
                if isinstance(said, Outcome):
                    return said
                worker.log_event(ticket.batch, (request.district, said))
        process.ask_to_stop()
        return Outcome(request.district, 0.0, error=UserError("Dihentikan."))
    finally:
        process.stop()
        _leaving.remove(process)
        making.discard(request.district)


def stop_on_worker(batch: str) -> int:
    """Let nothing of a batch go on here, and return how many of its reports have not ended yet; runs on a worker."""
    _stopped.add(batch)
    return len(_running.get(batch, ()))


@atexit.register
def _leave() -> None:
    for process in list(_leaving):
        process.stop(0)


def _may_have_children() -> None:
    """Let a worker under a nanny start processes, which Python refuses to such; they end with it all the same."""
    vars(multiprocessing.current_process())["_config"]["daemon"] = False


def _packages() -> Iterator[str]:
    """Names and versions of the packages that the program stands on."""
    from packaging.requirements import Requirement  # noqa: PLC0415  (comes with Dask)

    for requirement in map(Requirement, requires(_PACKAGE) or []):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            with suppress(PackageNotFoundError):
                yield f"{requirement.name} {version(requirement.name)}"


@contextmanager
def _connected(scheduler: str) -> Iterator[Client]:
    """Connect to the scheduler; what Dask itself would write to the terminal is left out."""
    try:
        import distributed  # noqa: PLC0415
    except ImportError:
        raise ParameterError(_MISSING) from None
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, ValueError, TimeoutError, ImportError) as error:
        raise ParameterError(
            f"Penjadwal Dask {scheduler} tidak menjawab. Periksa alamatnya (misalnya tcp://10.0.0.5:8786) dan apakah "
            "“dask scheduler” berjalan di sana.",
            [str(error)],
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError:
            raise ParameterError(
                f"Penjadwal Dask {scheduler} belum mempunyai pekerja. Jalankan “dask worker {scheduler}” di komputer "
                "klaster."
            ) from None
        yield client


def _standings(client: Client, workspace: Workspace, sign: Path, renderer: str) -> dict[str, Standing | BaseException]:
    found: dict[str, Standing | BaseException] = client.run(standing, workspace, sign, renderer, on_error="return")
    return found


def _outcome(future: Future, district: str) -> Outcome:
    """How a report ended on the cluster."""
    if future.status == "finished":
        outcome: Outcome = future.result()
        return outcome
    if future.status != "error":
        return Outcome(
            district, 0.0, error=KernelError("Sambungan ke penjadwal Dask terputus; laporan ini belum selesai.")
        )
    error: Any = future.exception()
    if type(error).__name__ == "KilledWorker":
        told: UserError = KernelError(
            "Pekerja Dask yang membuat laporan ini berkali-kali mati; biasanya karena memori habis. Kurangi "
            "“--nthreads” pada “dask worker”, lalu ulangi."
        )
    elif isinstance(error, UserError):
        told = error
    else:
        told = UserError(f"Kesalahan program di pekerja Dask ({type(error).__name__}).", [str(error)[:300]])
    return Outcome(district, 0.0, error=told)
