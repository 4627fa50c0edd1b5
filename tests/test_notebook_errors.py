"""What stops a notebook is told with district, notebook and cell; no kernel and no server is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from test_run_notebooks import Elsewhere, notebook

from analysis import fork_server, run_notebooks, warm_kernels
from analysis.errors import KernelError, NotebookError, ParameterError, UserError
from analysis.notebook_errors import CELL_LIMIT, CELL_MINUTES, cell_seconds
from analysis.private_folders import KERNEL_FOLDER
from analysis.run_notebooks import run_notebook

PATIENCE = 180
"""Seconds; a warm kernel takes half a second where nothing else goes on, the server's imports some more."""
ENDING = 15
"""Seconds in which everything has to be gone after its program is."""
posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


def slow(*values: Any) -> Any:
    """A case that begins with a server of its own and shows what a quicker one shows as well."""
    return pytest.param(*values, marks=pytest.mark.slow)


def told_of(root: Path, *cells: str) -> UserError:
    """Run a notebook whose cells come after the cell of parameters, and return the error."""
    notebook(root / "a.ipynb", ("district = 'x'", ["parameters"]), *[(cell, []) for cell in cells])
    with pytest.raises(UserError) as told:
        run_notebook(Elsewhere(root), "a", {"district": "sekadau"}, root / "out")
    return told.value


@pytest.fixture(params=["warm", pytest.param("ordinary", marks=pytest.mark.slow)])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "ordinary":
        monkeypatch.setenv(fork_server.CHOICE, fork_server.ORDINARY)


def start_kernels_by(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """Let a shell start kernels, as on a computer that is slow: words before the kernel's own command ("$@")."""
    usual = warm_kernels.specification
    slow_start = ["sh", "-c", words, "sh"]
    monkeypatch.setattr(
        run_notebooks, "specification", lambda file: (own := usual(file)) | {"argv": [*slow_start, *own["argv"]]}
    )


@posix
def test_a_kernel_that_takes_seconds_to_start_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start_kernels_by(monkeypatch, 'sleep 2.5; exec "$@"')
    monkeypatch.setattr(run_notebooks, "START_SECONDS", PATIENCE)
    notebook(tmp_path / "a.ipynb", ("district = 'x'", ["parameters"]), ("print(district)", []))
    done = run_notebook(Elsewhere(tmp_path), "a", {"district": "sekadau"}, tmp_path / "out")
    assert "sekadau" in done.read_text(encoding="utf-8")


@posix
def test_a_kernel_that_never_answers_is_told_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start_kernels_by(monkeypatch, f'echo $$ > "{tmp_path}/number"; exec sleep 600')
    monkeypatch.setattr(run_notebooks, "START_SECONDS", 1)
    told = told_of(tmp_path)
    assert type(told) is KernelError
    assert told.message.startswith(
        "Notebook a.ipynb untuk sekadau tidak dapat dijalankan: kernel Python tidak menjawab dalam 1 detik."
    )
    assert not psutil.pid_exists(int((tmp_path / "number").read_text()))


@pytest.mark.usefixtures("either")
def test_an_error_names_district_notebook_and_cell_and_keeps_its_traceback(tmp_path: Path) -> None:
    told = told_of(tmp_path, "y = 1", "\n# bagi\nz = y / 0", "y")
    assert type(told) is NotebookError
    start = "Notebook a.ipynb untuk sekadau berhenti pada sel ke-3 (“# bagi”): ZeroDivisionError: division by zero."
    assert told.message.startswith(start)
    (trace,) = told.problems
    assert "z = y / 0" in trace
    assert "\x1b" not in trace


def test_a_person_in_an_error_is_hidden(tmp_path: Path) -> None:
    told = told_of(tmp_path, "raise ValueError('NIK 3201234567890123')")
    assert "3201234567890123" not in str(told)


@posix
@pytest.mark.usefixtures("either")
@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("os._exit(3)", "berakhir sendiri dengan kode 3"),
        (
            "os.kill(os.getpid(), signal.SIGKILL)",
            "dihentikan paksa (SIGKILL), biasanya oleh sistem karena memori habis",
        ),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "berhenti mendadak (SIGSEGV)"),
    ],
)
def test_a_kernel_that_dies_is_told_with_the_reason(
    tmp_path: Path, code: str, how: str, capfd: pytest.CaptureFixture[str]
) -> None:
    told = told_of(tmp_path, "import os, signal", code)
    assert type(told) is KernelError
    assert told.message.startswith(
        f"Notebook a.ipynb untuk sekadau berhenti pada sel ke-3 (“{code}”): kernel Python {how}."
    )
    assert capfd.readouterr() == ("", "")


def test_a_kernel_that_dies_before_the_first_cell_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.run_notebooks._connection", lambda folder: {"transport": "ipc", "ip": "/nowhere/x"})
    told = told_of(tmp_path, "1")
    assert type(told) is KernelError
    assert "sebelum sel pertama: kernel Python berakhir sendiri dengan kode 1" in told.message


def test_memory_that_is_not_to_be_had_is_told_as_such(tmp_path: Path) -> None:
    told = told_of(tmp_path, "x = bytearray(10**17)")
    assert type(told) is KernelError
    assert "berhenti pada sel ke-2 (“x = bytearray(10**17)”): memori habis." in told.message


@pytest.mark.usefixtures("either")
@pytest.mark.parametrize("cell", ["import time; time.sleep(999)", "while True: pass"])
def test_a_cell_that_hangs_is_stopped_at_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cell: str) -> None:
    monkeypatch.setenv(CELL_LIMIT, "0,05")
    told = told_of(tmp_path, cell)
    assert type(told) is KernelError
    assert f"dihentikan pada sel ke-2 (“{cell}”): sel itu melewati batas 0.05 menit" in told.message
    assert f"{CELL_LIMIT}=0.1" in told.message
    assert kernels() == []


@pytest.mark.parametrize("word", ["satu", "0", "-5", "inf", "nan"])
def test_a_limit_that_is_no_number_of_minutes_is_told(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv(CELL_LIMIT, word)
    with pytest.raises(ParameterError, match=f"“{word}” bukan banyaknya menit"):
        cell_seconds()


def test_without_a_word_the_limit_is_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CELL_LIMIT, raising=False)
    assert cell_seconds() == 3600 == CELL_MINUTES * 60


# --- What is left behind --------------------------------------------------------------------------------------------


def words(process: psutil.Process) -> list[str]:
    """The command line of a process; empty for one that has ended."""
    try:
        found: list[str] = process.cmdline()
    except psutil.Error:
        return []
    return found


def kernels() -> list[psutil.Process]:
    """Kernels below this process, forked or not."""
    below = psutil.Process().children(recursive=True)
    servers = [process for process in below if "forkserver" in " ".join(words(process))]
    forked = [child for server in servers for child in server.children()]
    return [process for process in below if process in forked or "ipykernel_launcher" in words(process)]


class Program:
    """A program that runs a notebook, and every process that was seen below it."""

    SCRIPT = """
import signal
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_run_notebooks import Elsewhere
from analysis.fork_server import warm_up
from analysis.private_folders import KERNEL_FOLDER
from analysis.run_notebooks import run_notebook
# a shell may have started the tests in the background, and lets that ignore the terminal
signal.signal(signal.SIGINT, signal.default_int_handler)
warm_up()
root = Path({root!r})
try:
    run_notebook(Elsewhere(root), "a", {{}}, root / "out")
finally:
    print("selesai", flush=True)
"""

    def __init__(self, root: Path, *cells: str) -> None:
        self.mark = root / "mark"
        notebook(root / "a.ipynb", ("x = 1", ["parameters"]), *[(cell, []) for cell in cells])
        script = self.SCRIPT.format(tests=str(Path(__file__).parent), root=str(root))
        (root / "temporary").mkdir()
        self.temporary = root / "temporary"
        self.run = subprocess.Popen(
            [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True, env={**os.environ, "TMPDIR": str(self.temporary)},
        )  # fmt: skip
        self.seen: set[psutil.Process] = set()

    def until(self, met: Callable[[], bool]) -> None:
        """Wait until something is the case while the program runs."""
        end = time.monotonic() + PATIENCE
        while not met():
            self.look()
            assert self.run.poll() is None, self.run.communicate()
            assert time.monotonic() < end
            time.sleep(0.05)
        self.look()

    def look(self) -> None:
        try:
            self.seen.update(psutil.Process(self.run.pid).children(recursive=True))
        except psutil.NoSuchProcess:
            return

    def left(self) -> list[str]:
        """Processes that were seen below it and live on."""
        _, alive = psutil.wait_procs(list(self.seen), timeout=ENDING)
        return [" ".join(words(process)) for process in alive]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    begun: list[Program] = []

    def one(*cells: str) -> Program:
        begun.append(Program(tmp_path, *cells))
        return begun[-1]

    yield one
    for program in begun:
        for process in program.seen:
            if process.is_running():
                process.kill()
        program.run.kill()
        program.run.communicate()


MARK = "open('mark', 'w').close()"
SLEEP = "import time\ntime.sleep(999)"
BUSY = "import re\nre.match('(a+)+b', 'a' * 60)"
"""Holds the interpreter for centuries, so that no thread of Python runs beside it."""


@posix
@pytest.mark.usefixtures("either")
@pytest.mark.parametrize("cells", [("1 / 0",), slow(("1",)), slow(("import os; os._exit(1)",))])
def test_nothing_is_left_after_a_run_however_it_went(begin: Callable[..., Program], cells: tuple[str, ...]) -> None:
    program = begin(*cells)
    program.until(lambda: bool(program.seen))
    while program.run.poll() is None:
        program.look()
        time.sleep(0.05)
    out, error = program.run.communicate()
    assert "selesai" in out
    assert program.left() == []
    assert program.run.returncode == (0 if cells == ("1",) else 1), error
    assert list(program.temporary.iterdir()) == []


@posix
@pytest.mark.usefixtures("either")
@pytest.mark.parametrize("cell", [SLEEP, slow(BUSY)])
def test_after_an_interrupt_in_the_terminal_nothing_is_left(begin: Callable[..., Program], cell: str) -> None:
    program = begin(MARK, cell)
    program.until(program.mark.exists)
    time.sleep(0.5)
    program.look()
    os.killpg(program.run.pid, signal.SIGINT)  # as a terminal does: to all of the foreground
    out, error = program.run.communicate(timeout=PATIENCE)
    assert "selesai" in out
    assert error.count("KeyboardInterrupt") == 1, error
    assert program.left() == []
    assert list(program.temporary.iterdir()) == []


@posix
@pytest.mark.usefixtures("either")
@pytest.mark.parametrize(
    ("cell", "signum"),
    [(BUSY, signal.SIGKILL), slow(SLEEP, signal.SIGKILL), slow(SLEEP, signal.SIGTERM), slow(BUSY, signal.SIGTERM)],
)
def test_when_the_program_is_killed_its_processes_end(begin: Callable[..., Program], cell: str, signum: int) -> None:
    if cell == BUSY and os.environ.get(fork_server.CHOICE) == fork_server.ORDINARY:
        pytest.skip("an ordinary kernel looks for its parent in a thread of Python, which does not run then")
    program = begin(MARK, cell)
    program.until(program.mark.exists)
    time.sleep(0.5)
    program.look()
    os.kill(program.run.pid, signum)
    program.run.communicate(timeout=PATIENCE)
    assert len(program.seen) >= 1
    assert program.left() == []
    # the private folder of the run stays for the next run, which clears it away
    assert [path.name for path in program.temporary.iterdir() if not path.name.startswith(KERNEL_FOLDER)] == []


@posix
def test_an_interrupt_while_the_server_imports_leaves_nothing_and_says_it_once(begin: Callable[..., Program]) -> None:
    program = begin("1")
    program.until(lambda: any("forkserver" in " ".join(words(process)) for process in program.seen))
    os.killpg(program.run.pid, signal.SIGINT)
    _, error = program.run.communicate(timeout=PATIENCE)
    assert error.count("Traceback") == 1, error
    assert program.left() == []
