"""Warm kernels: a real ipykernel forked from the fork server, behind the extension point of jupyter_client.

A forked kernel is as isolated as a fresh one: its own process group, folder, environment, random numbers and
matplotlib backend. Only its imports are done already. What cannot be forked rightly starts the ordinary way: on other
systems, for another Python, after a change of the package's code, or with variables that a program reads while it
starts.
"""

from __future__ import annotations

import asyncio
import atexit
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Unicode

from analysis import fork_server
from analysis.errors import ParameterError

NAME = "warm-provisioner"
"""The provisioner's name in kernel specifications and among the entry points."""
_LAUNCHER = ["-m", "ipykernel_launcher"]
_INLINE_BACKEND = "module://matplotlib_inline.backend_inline"
_OOM_SCORE = "500"
"""Where memory runs out the system ends a kernel first, not the command or the desktop."""
_END_SECONDS = 0.005
"""How often a kernel that is to end is looked at."""
_SYS_PATH = [place for place in sys.path if place]


class ForkedKernel:
    """A kernel forked from the fork server, with the face of ``subprocess.Popen``.

    arguments: words after the program's name. environment: all variables. folder: working folder.
    May be made in a process that was itself forked from the server, if that one is not daemonic.
    """

    stdin = stdout = stderr = None

    def __init__(self, arguments: list[str], environment: Mapping[str, str], folder: str | None) -> None:
        self.args = arguments
        self._process: BaseProcess = fork_server.context().Process(  # type: ignore[attr-defined]
            target=run_kernel, args=(arguments, dict(environment), folder or str(Path.cwd())), daemon=True
        )
        fork_server.start(self._process)
        self.pid: int = self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        """Exit code, negative for a signal; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """The same as ``returncode``."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the end and return the exit code; raise TimeoutExpired after ``timeout`` seconds."""
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)


class WarmProvisioner(LocalProvisioner):
    """Starts kernels of this very Python by forking, and all others the ordinary way.

    end_file: file that takes the exit code of a kernel that has ended; default none.
    """

    end_file = Unicode("")

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel and return how to connect to it."""
        given = self._scrub_kwargs(kwargs)
        arguments = forkable(cmd, given)
        if arguments is None:
            return await super().launch_kernel(cmd, **kwargs)
        # in a thread, for the first kernel waits until the server has its imports
        self.process: Any = await asyncio.to_thread(ForkedKernel, arguments, given["env"], given.get("cwd"))
        self.pid = self.pgid = self.process.pid
        self.cwd = given.get("cwd") or Path.cwd()
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the end and return the exit code; looked at more often than in jupyter_client, for it comes soon."""
        while isinstance(self.process, ForkedKernel) and self.process.poll() is None:
            await asyncio.sleep(_END_SECONDS)
        return await super().wait()

    async def poll(self) -> int | None:
        """The exit code of the kernel, None while it runs."""
        code = await super().poll()
        if code is not None and self.has_process and self.end_file:
            Path(self.end_file).write_text(str(code), encoding="ascii")
        return code


def forkable(command: list[str], given: Mapping[str, Any]) -> list[str] | None:
    """Return the arguments for a forked kernel, or None where the kernel has to start the ordinary way.

    command: of the kernel specification, filled. given: keywords for Popen; ``env`` among them.
    """
    program, *words = command
    if words[:1] == ["-Xfrozen_modules=off"]:
        del words[0]
    fitting = (
        fork_server.available()
        and chosen()
        and words[:2] == _LAUNCHER
        and Path(program).absolute() == Path(sys.executable).absolute()
        and set(given) <= {"env", "cwd"}
        and not multiprocessing.current_process().daemon
        and fork_server.as_it_stands(given["env"]) == fork_server.SEEN
    )
    return words[2:] if fitting else None


def chosen() -> bool:
    """Whether kernels are to be forked: yes, unless KBK_KERNELS is 'biasa'.

    Raises ParameterError where it holds another word.
    """
    word = os.environ.get(fork_server.CHOICE, "").strip().casefold()
    if word not in {"", fork_server.ORDINARY}:
        raise ParameterError(f"Isi {fork_server.CHOICE} “{word}” tidak dikenal. Yang ada: {fork_server.ORDINARY}.")
    return not word


def specification(end_file: Path) -> dict[str, Any]:
    """Return a kernel specification for this very Python behind the warm provisioner.

    end_file: file that takes the exit code of a kernel that has ended.
    """
    # Known even where the installation of the project is older than this module.
    known = KernelProvisionerFactory.instance().provisioners
    known.setdefault(NAME, EntryPoint(NAME, f"{__name__}:{WarmProvisioner.__name__}", "jupyter_client"))
    return {
        "argv": [sys.executable, *_LAUNCHER, "-f", "{connection_file}"],
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "metadata": {"kernel_provisioner": {"provisioner_name": NAME, "config": {"end_file": str(end_file)}}},
    }


def run_kernel(arguments: list[str], environment: dict[str, str], folder: str) -> None:
    """Turn this process, just forked, into what ``python -m ipykernel_launcher`` would be, and serve until the end.

    arguments: words after the program's name. environment: all variables. folder: working folder.
    """
    os.setsid()
    fork_server.belong_to_maker()
    fork_server.forget_server()
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")
    added = _added()
    os.environ.clear()
    os.environ.update({**added, **environment, "JPY_PARENT_PID": str(os.getppid())})
    os.chdir(folder)
    _forget_parent()
    launcher = find_spec(_LAUNCHER[1])
    sys.argv = [str(launcher and launcher.origin), *arguments, f"--IPKernelApp.parent_handle={os.getppid()}"]
    try:
        _launch()
    finally:
        # a process of multiprocessing ends without them; IPython saves and closes there
        atexit._run_exitfuncs()


def _forget_parent() -> None:
    """Take back what was settled while importing or forking and is another's: paths, time zone, random numbers."""
    import numpy as np  # noqa: PLC0415

    sys.path[:] = _SYS_PATH
    tempfile.tempdir = None
    time.tzset()
    np.random.seed()
    if mpl := sys.modules.get("matplotlib"):
        mpl.rcParams["backend"] = os.environ.get("MPLBACKEND") or _INLINE_BACKEND
    process = multiprocessing.current_process()
    process.name, process.daemon = "MainProcess", False
    vars(multiprocessing.process)["_parent_process"] = None


def _added() -> dict[str, str]:
    # in the server alone; empty where it could not import
    warm = sys.modules.get(fork_server.PRELOAD)
    return {} if warm is None else dict(warm.added())


def _launch() -> None:
    from ipykernel.kernelapp import launch_new_instance  # noqa: PLC0415

    launch_new_instance()
