"""The process that has imported everything already, from which kernels and workers are forked in an instant.

It is the fork server of ``multiprocessing``: one for each program that asks for it, started by :func:`warm_up`, with
the modules of ``warm_imports`` loaded, the last of them while it waits. It ends with the program that started it,
whatever that program's end.

A process forked from it may itself have processes forked, which come from the same server: :func:`start` sees to that
(the standard library would start a second server, python/cpython#86354), if the process is not daemonic. What is forked
ignores SIGINT until it says otherwise, so that Ctrl-C in a terminal reaches the command alone.
"""

from __future__ import annotations

import atexit
import ctypes
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing import connection, util
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any

from analysis.private_folders import SOCKET_NAME_LIMIT

if sys.platform == "linux":
    from multiprocessing import forkserver, resource_tracker

CHOICE = "KBK_KERNELS"
"""Environment variable that says how kernels start."""
ORDINARY = "biasa"
PRELOAD = "analysis.warm_imports"
_PR_SET_PDEATHSIG = 1
_SOCKET = "/pymp-12345678/listener-12345678"
"""How the name of the server's socket goes on after that of the folder for temporary files."""
_READ_EARLY = (
    "PYTHON", "LD_", "LANG", "LC_", "MATPLOTLIBRC", "MPLCONFIGDIR", "OMP_", "OPENBLAS_", "MKL_", "ARROW_",
)  # fmt: skip
"""Beginnings of environment variables that a program reads once, while it starts or imports."""

_starting = threading.Lock()


def available() -> bool:
    """Whether processes can be forked here: on Linux alone.

    macOS has fork as well, but not after its own numerical library has been loaded; Windows has none.
    """
    return sys.platform == "linux"


def is_forked() -> bool:
    """Whether this process was forked from a fork server."""
    return available() and forkserver.get_inherited_fds() is not None


def context() -> BaseContext:
    """Where processes come from: the fork server, or ordinary starts where there is none."""
    return multiprocessing.get_context("forkserver" if available() else "spawn")


def warm_up(*modules: str) -> None:
    """Start the fork server unless it runs, and go on at once while it imports; nothing where there is none.

    modules: what it imports beside ``warm_imports``, for workers; default none. The first call counts.
    At the end of this program the server goes, and with it what still runs of what was forked from it.
    """
    if not available() or is_forked():
        return
    forkserver.set_forkserver_preload([*modules, PRELOAD])
    _shorten_temporary()
    # not within the block: starting it ends by letting SIGINT through again
    resource_tracker.ensure_running()
    with _starting, _undisturbed(), _elsewhere():
        before = _server()._forkserver_pid
        forkserver.ensure_running()
    if before is None:
        atexit.register(_end_server, os.getpid())


def _shorten_temporary() -> None:
    """Let the server's socket lie in /tmp where the name of the usual folder is too long for one."""
    usual = tempfile.gettempdir()
    if len(usual + _SOCKET) > SOCKET_NAME_LIMIT:
        tempfile.tempdir = "/tmp"  # noqa: S108 - a folder with a random name is made in it
        try:
            util.get_temp_dir()
        finally:
            tempfile.tempdir = usual


def start(process: BaseProcess) -> None:
    """Start a process of :func:`context` without importing the caller's main program in it.

    Raises AssertionError in a daemonic process, as multiprocessing does.
    """
    if is_forked():
        _server().ensure_running = resource_tracker.ensure_running
    else:
        warm_up()
    with _starting, _hidden_main():
        process.start()


def belong_to_maker() -> None:
    """Make this forked process end when the one that asked for it ends, by whatever means, and take SIGINT as usual.

    Where the server goes as well the system kills this process even in the middle of a computation; where only the
    maker goes (a worker, killed), a thread sees it.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the server's own
    server = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:
        os._exit(1)
    maker = multiprocessing.parent_process()
    if maker is not None:
        threading.Thread(target=_end_after, args=(maker.sentinel,), name="maker", daemon=True).start()


def forget_server() -> None:
    """Make this process one from which nothing is forked through the server, as if it had been started afresh.

    The server then ends without waiting for this process.
    """
    server = _server()
    os.close(server._forkserver_alive_fd)
    vars(server).update(vars(type(server)()))


def as_it_stands(environment: Mapping[str, str]) -> tuple[dict[str, str], dict[str, int]]:
    """What a process that has imported everything cannot take over later, to be compared with :data:`SEEN`.

    environment: variables of the process to be forked. Returns those that are read early, and when each module of the
    package was last changed.
    """
    early = {name: value for name, value in environment.items() if name.startswith(_READ_EARLY)}
    return early, {path.name: path.stat().st_mtime_ns for path in Path(__file__).parent.glob("*.py")}


SEEN = as_it_stands(os.environ)
"""How it stood when this module was imported: before the server started, or in it."""


def clear_away(server: int) -> None:
    """In the server, at its end: remove the socket that it leaves in the folder of temporary files.

    server: number of the process that is the server; in any other nothing is done. The program that started it would
    do that, but has been killed where the server comes to its own end.
    """
    if os.getpid() == server:
        address = Path(_server()._forkserver_address)
        with suppress(OSError):
            address.unlink()
            address.parent.rmdir()


def ignore_interrupts() -> None:
    """In the server: ignore SIGINT from now on, instead of holding it back as it did while it started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _server() -> Any:
    return vars(forkserver)["_forkserver"]


def _end_server(maker: int) -> None:
    """Do not let a server that is still importing outlive the command."""
    server = _server()._forkserver_pid
    if server is not None and os.getpid() == maker:
        with suppress(OSError):
            os.kill(server, signal.SIGTERM)


def _end_after(sentinel: int) -> None:
    connection.wait([sentinel])
    os.killpg(os.getpgrp(), signal.SIGKILL) if os.getpgrp() == os.getpid() else os._exit(1)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C in the terminal reaches the server too, and must not end it before the kernels are told to end."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _elsewhere() -> Iterator[None]:
    """Start the server in a folder where nothing lies: it would import from there, and read matplotlibrc."""
    here = os.open(".", os.O_PATH)
    os.chdir("/")
    try:
        yield
    finally:
        os.fchdir(here)
        os.close(here)


@contextmanager
def _hidden_main() -> Iterator[None]:
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
