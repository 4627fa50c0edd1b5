"""Kernels forked from the fork server: as isolated as fresh ones, and the same to every program that uses them."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import small_district
from test_run_notebooks import Elsewhere, notebook

from analysis import fork_server
from analysis.document import clean_notebook
from analysis.errors import ParameterError
from analysis.run_notebooks import run_notebook
from analysis.warm_kernels import NAME, ForkedKernel, WarmProvisioner, forkable, specification
from analysis.workspace import PROJECT, Workspace

pytestmark = pytest.mark.skipif(not fork_server.available(), reason="no processes can be forked here")
PATIENCE = 120
"""Seconds; a warm kernel takes half a second where nothing else goes on, the server's imports some more."""

STATE = """
import json, multiprocessing, os, random, signal, sys, tempfile, threading, warnings
import matplotlib as mpl, numpy as np
out = {"JPY_PARENT_PID", "IPYTHONDIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "KBK_KERNELS", "JPY_SESSION_NAME"}
same = {
    "folder": os.getcwd(),
    "path": sys.path,
    "environment": {k: v for k, v in sorted(os.environ.items()) if k not in out},
    "program": sys.argv[:2],
    "main": sys.modules["__main__"].__dict__ is globals(),
    "test program": [m for m in sys.modules if m.startswith("pytest") or m == "__mp_main__"],
    "process": [multiprocessing.current_process().name, multiprocessing.current_process().daemon],
    "parent": multiprocessing.parent_process() is None,
    "children": multiprocessing.active_children(),
    "forked by": multiprocessing.forkserver.get_inherited_fds() if hasattr(multiprocessing, "forkserver") else None,
    "own group": os.getpgrp() == os.getpid() == os.getsid(0),
    "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    "signals": {s.name: str(signal.getsignal(s)) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE)},
    "matplotlib": {k: str(mpl.rcParams[k]) for k in mpl.rcParams},
    "backend": mpl.get_backend(),
    "temporary": tempfile.gettempdir(),
    "flags": str(sys.flags),
    "umask": os.umask(0o22),
}
own = {"warm": "analysis.warm_imports" in sys.modules, "numbers": [random.random(), float(np.random.random())]}
print(json.dumps([same, own]))
"""


def printed(root: Path, *cells: str) -> str:
    """Run a notebook of these cells and return what the last one wrote."""
    notebook(root / "a.ipynb", ("x = 1", ["parameters"]), *[(cell, []) for cell in cells])
    done = run_notebook(Elsewhere(root), "a", {}, root / "out")
    book: Any = nbformat.reads(done.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    return "".join(output["text"] for output in book.cells[-1].outputs)


@pytest.fixture
def ordinary(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    return lambda: monkeypatch.setenv(fork_server.CHOICE, fork_server.ORDINARY)


def test_a_warm_kernel_is_in_the_state_of_a_fresh_one(tmp_path: Path, ordinary: Callable[[], None]) -> None:
    state, own = json.loads(printed(tmp_path, STATE))
    _, again = json.loads(printed(tmp_path, STATE))
    ordinary()
    fresh, cold = json.loads(printed(tmp_path, STATE))
    assert state == fresh
    assert (own["warm"], again["warm"], cold["warm"]) == (True, True, False)
    drawn = [*own["numbers"], *again["numbers"], *cold["numbers"]]
    assert len(set(drawn)) == len(drawn)


def test_an_unknown_choice_of_kernels_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fork_server.CHOICE, "cepat")
    with pytest.raises(ParameterError, match="KBK_KERNELS “cepat” tidak dikenal"):
        printed(tmp_path, "1")


def test_figures_are_shown_after_a_cell_as_ever(tmp_path: Path) -> None:
    cells = ["import matplotlib.pyplot as plt", "plt.plot([1, 2]);"]
    notebook(tmp_path / "a.ipynb", ("x = 1", ["parameters"]), *[(cell, []) for cell in cells])
    done = run_notebook(Elsewhere(tmp_path), "a", {}, tmp_path / "out")
    book: Any = nbformat.reads(done.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    assert "image/png" in book.cells[-1].outputs[-1]["data"]


def test_libraries_with_threads_of_their_own_work(tmp_path: Path) -> None:
    asked = """
import duckdb, numpy as np, pandas as pd, pyarrow as pa
table = pd.DataFrame({"a": range(300_000), "b": [i % 7 for i in range(300_000)]})
table.to_parquet("t.parquet")
back = pd.read_parquet("t.parquet")
counted = duckdb.sql("select count(*), sum(a) from back where b = 3").fetchall()[0]
square = np.ones((600, 600)) @ np.ones((600, 600))
print(len(back), counted, square.sum(), pa.array(range(10)).to_pandas().sum())"""
    # every seventh number from 3 on; each of the 600 · 600 products of the matrices is 600
    rows = range(3, 300_000, 7)
    expected = f"300000 ({len(rows)}, {sum(rows)}) {600.0**3} 45\n"
    assert printed(tmp_path, asked) == expected


class Kernel:
    """A kernel under its manager, as JupyterLab has it."""

    def __init__(self, folder: Path) -> None:
        from jupyter_client.manager import KernelManager

        self.end_file = folder / "end"
        place = folder / "kernels" / "python3"
        place.mkdir(parents=True)
        (place / "kernel.json").write_text(json.dumps(specification(self.end_file)), encoding="utf-8")
        self.manager = KernelManager(kernel_name="python3")
        self.manager.kernel_spec_manager.kernel_dirs = [str(folder / "kernels")]
        self.manager.start_kernel()
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)

    @property
    def process(self) -> Any:
        provisioner: Any = self.manager.provisioner
        return provisioner.process

    def run(self, code: str) -> dict[str, Any]:
        """What the code answers."""
        reply: dict[str, Any] = self.client.execute_interactive(
            code, timeout=PATIENCE, user_expressions={"x": "x"}, output_hook=lambda message: None
        )
        content: dict[str, Any] = reply["content"]
        return content

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Kernel]:
    one = Kernel(tmp_path)
    yield one
    one.close()


def test_where_memory_runs_out_a_kernel_goes_before_the_program(kernel: Kernel) -> None:
    scores = [int(Path(f"/proc/{pid}/oom_score_adj").read_text()) for pid in (kernel.process.pid, os.getpid())]
    assert scores[0] >= 500 > scores[1] or scores[0] == 1000


def test_the_entry_point_is_the_provisioner() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (named,) = project["entry-points"]["jupyter_client.kernel_provisioners"].items()
    assert named == (NAME, f"{WarmProvisioner.__module__}:{WarmProvisioner.__name__}")


def test_an_interrupt_stops_the_cell_and_not_the_kernel(kernel: Kernel) -> None:
    kernel.run("x = 5")
    # after an error ipykernel turns down what has come meanwhile, unless it is told not to
    asked = kernel.client.execute("import time\nwhile True: time.sleep(0.01)", stop_on_error=False)
    time.sleep(0.5)
    kernel.manager.interrupt_kernel()
    reply = kernel.client.get_shell_msg(timeout=PATIENCE)
    while reply["parent_header"]["msg_id"] != asked:
        reply = kernel.client.get_shell_msg(timeout=PATIENCE)
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert kernel.run("y = 1")["user_expressions"]["x"]["data"]["text/plain"] == "5"


def test_a_restarted_kernel_knows_nothing_of_the_former(kernel: Kernel) -> None:
    assert isinstance(kernel.process, ForkedKernel)
    former = kernel.process.pid
    kernel.run("x = 5")
    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=PATIENCE)
    assert kernel.process.pid != former
    assert kernel.run("1")["user_expressions"]["x"]["ename"] == "NameError"


@pytest.mark.parametrize(
    ("code", "ended"),
    [
        ("import os; os._exit(3)", 3),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", -signal.SIGSEGV),
    ],
)
def test_how_a_kernel_ended_is_known(kernel: Kernel, code: str, ended: int) -> None:
    kernel.client.execute(code)
    assert kernel.process.wait(PATIENCE) == ended
    assert not kernel.manager.is_alive()
    assert kernel.end_file.read_text(encoding="ascii") == str(ended)


def in_a_worker(answers: Any, folder: str) -> None:
    fork_server.belong_to_maker()
    environment = {**os.environ, "IPYTHONDIR": folder}
    kernel = ForkedKernel(["-f", f"{folder}/connection.json"], environment, folder)
    until = time.monotonic() + PATIENCE
    while not Path(folder, "connection.json").exists() and time.monotonic() < until:
        time.sleep(0.05)
    parent = Path(f"/proc/{kernel.pid}/stat").read_text(encoding="ascii").split()[3]
    answers.send((kernel.poll(), int(parent), os.getppid()))
    kernel.kill()
    answers.send(kernel.wait(PATIENCE))


def test_a_worker_has_its_kernels_forked_from_the_same_server(tmp_path: Path) -> None:
    here, there = multiprocessing.Pipe()
    context: Any = fork_server.context()
    worker = context.Process(target=in_a_worker, args=(there, str(tmp_path)))
    fork_server.start(worker)
    assert here.poll(PATIENCE)
    state, parent_of_kernel, parent_of_worker = here.recv()
    assert state is None
    assert parent_of_kernel == parent_of_worker
    assert here.poll(PATIENCE)
    assert here.recv() == -signal.SIGKILL
    worker.join(PATIENCE)
    assert worker.exitcode == 0


def test_where_nothing_can_be_forked_the_module_loads_and_does_nothing() -> None:
    asked = """import ctypes, multiprocessing.connection, sys
sys.platform = "win32"
sys.modules["multiprocessing.forkserver"] = None
from analysis import fork_server
fork_server.warm_up()
print(fork_server.available(), fork_server.is_forked())"""
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


PLAIN = [sys.executable, "-m", "ipykernel_launcher", "-f", "c.json"]


def test_what_cannot_be_forked_rightly_starts_the_ordinary_way(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = dict(os.environ)
    given = {"env": environment, "cwd": "/"}
    assert forkable(PLAIN, given) == ["-f", "c.json"]
    assert forkable([sys.executable, "-Xfrozen_modules=off", *PLAIN[1:]], given) == ["-f", "c.json"]
    assert forkable(["/usr/bin/python3", *PLAIN[1:]], given) is None
    assert forkable([sys.executable, "-m", "other"], given) is None
    assert forkable(PLAIN, {**given, "stderr": 3}) is None
    assert forkable(PLAIN, {"env": {**environment, "PYTHONHASHSEED": "7"}}) is None
    assert forkable(PLAIN, {"env": {**environment, "KBK_ROOT": "/x"}}) is not None
    early, changed = fork_server.SEEN
    monkeypatch.setattr(fork_server, "SEEN", (early, {**changed, "report.py": 1}))
    assert forkable(PLAIN, given) is None


@pytest.mark.slow
def test_the_notebooks_give_the_same_bytes_from_warm_and_ordinary_kernels(
    tmp_path: Path, ordinary: Callable[[], None]
) -> None:
    small_district.write(tmp_path)
    one = {"district": small_district.SLUG}
    runs: dict[str, list[tuple[str, dict[str, str]]]] = {
        "kbk": [("01_clean", one), ("02_trends", one), ("03_report", {**one, "period": "2025-S1"})],
        "shares": [("01_published", {}), ("03_published_shares", {})],
        "zones": [("01_published", {"district": "jakarta-timur"}), ("03_published_zones", {})],
    }

    def books(kind: str) -> dict[str, bytes]:
        workspace = Workspace(tmp_path).apart(tmp_path / "processed")
        made = {}
        for run, notebooks in runs.items():
            for name, asked in notebooks:
                done = run_notebook(workspace, name, asked, tmp_path / kind)
                made[f"{run} {name}"] = clean_notebook(done, places=[tmp_path])
        shutil.move(tmp_path / "processed", tmp_path / f"{kind}-processed")
        return made

    warm = books("warm")
    ordinary()
    assert books("ordinary") == warm
    kept = [tmp_path / f"{kind}-processed" for kind in ("warm", "ordinary")]
    results = [{p.relative_to(k).as_posix(): p.read_bytes() for p in k.rglob("*") if p.is_file()} for k in kept]
    assert results[0] == results[1]
    assert len(results[0]) > 20


def test_what_the_server_cannot_import_in_idle_moments_does_not_end_it() -> None:
    program = (
        "import sys, time; sys.modules['seaborn'] = None; import analysis.warm_imports as warm\n"
        "before = 'scipy.stats' in sys.modules\n"
        "while warm._later: time.sleep(0.01)\n"
        "print(before, 'scipy.stats' in sys.modules, 'analysis.published_zones_report' in sys.modules)\n"
        "import os; sys.stdout.flush(); os._exit(0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert (done.stdout.split(), done.returncode) == (["False", "True", "True"], 0), done.stderr
