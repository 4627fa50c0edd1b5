"""Running the notebooks with papermill: parameters checked before a kernel starts, errors told without a traceback."""

from __future__ import annotations

import json
import logging
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from analysis.errors import ParameterError, nearest
from analysis.notebook_errors import (
    Place,
    SilentKernelError,
    cell_failed,
    cell_seconds,
    cell_too_slow,
    kernel_gone,
    kernel_silent,
)
from analysis.notebook_tools import CellTimeoutError, DeadKernelError, nbformat
from analysis.private_folders import KERNEL_FOLDER, SOCKET_NAME_LIMIT, private_folder
from analysis.unswept import unswept
from analysis.warm_kernels import chosen, specification
from analysis.workspace import PROCESSED_VARIABLE, ROOT_VARIABLE, Workspace

START_SECONDS = 120
"""How long a kernel may take to start on an old laptop."""
KERNEL = "python3"
"""Name of the kernel in the notebooks; each run has its own specification of it."""
CLIENT = "analysis.kernel_client.PromptClient"
AT_THE_END = "immediate"
"""A kernel whose cells have run has nothing left to do; of those asked to end one in ten waits seconds for a thread."""
_KERNEL_SETTINGS = "c.IPKernelApp.log_level = 50\nc.HistoryManager.enabled = False\n"
_NO_HTML = "c.HTMLFormatter.enabled = False\n"
END_FILE = "end"
"""File that holds the exit code of a kernel that has ended."""


def declared_parameters(notebook: Path) -> list[str]:
    """Return the names assigned in the one cell tagged ``parameters``.

    Raises ValueError when there is none or more than one: values would be ignored without a word.
    """
    content: Any = nbformat.reads(notebook.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    cells = [c for c in content.cells if "parameters" in c.metadata.get("tags", [])]
    if len(cells) != 1:
        raise ValueError(f"{notebook.name} has {len(cells)} cells tagged parameters, not one")
    return re.findall(r"^([a-z_]+)\s*(?::[^=]+)?=", cells[0].source, re.MULTILINE)


def check_parameters(notebook: Path, parameters: dict[str, Any]) -> None:
    """Raise ParameterError for parameters that the notebook does not declare, with the nearest valid name."""
    declared = declared_parameters(notebook)
    unknown = [p for p in parameters if p not in declared]
    if unknown:
        raise ParameterError(
            f"Notebook {notebook.name} tidak mengenal parameter:", [f"{p}.{nearest(p, declared)}" for p in unknown]
        )


def run_notebook(workspace: Workspace, name: str, parameters: dict[str, str], out: Path, *, html: bool = True) -> Path:
    """Run a notebook and return the executed copy.

    name: notebook without ending; out: folder for the executed copy. html: whether tables of data are shown as HTML
    beside plain text, which takes long and is not published; default yes.
    Raises the UserError that the notebook met, rebuilt with its message; NotebookError with the traceback for any other
    error of a cell; KernelError when the kernel does not answer, dies, or a cell takes longer than it may.
    """
    # slow to import, and only this step needs them
    with unswept():
        import papermill as pm  # noqa: PLC0415
        from traitlets.config import Config  # noqa: PLC0415

    source = workspace.notebooks / f"{name}.ipynb"
    check_parameters(source, parameters)
    chosen()
    seconds = cell_seconds()
    out.mkdir(parents=True, exist_ok=True)
    target = out / source.name
    place = Place(source.name, parameters.get("district", ""))
    # what nbclient logs of a dead kernel is told better below
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    with _environment(workspace, html=html) as private:
        # sockets in a private folder: no port that another program may hold, none that a firewall may close
        connection = {**_connection(private), "connection_file": str(private / "connection.json")}
        config = Config({"KernelManager": {**connection, "client_class": CLIENT}})
        try:
            # the copy is written once, at the end: after each cell it would be the whole notebook again and again
            pm.execute_notebook(
                source, target, parameters=parameters, cwd=str(workspace.notebooks), progress_bar=False,
                log_output=False, kernel_name=KERNEL, start_timeout=START_SECONDS, execution_timeout=seconds,
                config=config, request_save_on_cell_execute=False, on_cell_execute=place, shutdown_kernel=AT_THE_END,
            )  # fmt: skip
        except pm.exceptions.PapermillExecutionError as error:
            raise cell_failed(place, error) from None
        except CellTimeoutError:
            raise cell_too_slow(place, seconds) from None
        except SilentKernelError:
            raise kernel_silent(place, START_SECONDS) from None
        except (RuntimeError, DeadKernelError) as error:
            raise kernel_gone(place, private / END_FILE, str(error)) from None
    return target


def _connection(private: Path) -> dict[str, str]:
    """Sockets in the private folder where the system has such and takes their names, else local ports."""
    address = private / "kernel"
    if os.name == "nt" or not hasattr(socket, "AF_UNIX") or len(f"{address}-5") > SOCKET_NAME_LIMIT:
        return {"transport": "tcp"}
    return {"transport": "ipc", "ip": str(address)}


@contextmanager
def _environment(workspace: Workspace, *, html: bool) -> Iterator[Path]:
    """A kernel that sees the run's folders and none of the user's own IPython start-up files or kernel specs."""
    with private_folder(Path(gettempdir()), KERNEL_FOLDER) as private:
        profile = private / "ipython" / "profile_default"
        profile.mkdir(parents=True)
        settings = _KERNEL_SETTINGS if html else _KERNEL_SETTINGS + _NO_HTML
        (profile / "ipython_kernel_config.py").write_text(settings, encoding="utf-8")
        kernel = private / "jupyter" / "kernels" / KERNEL
        kernel.mkdir(parents=True)
        (kernel / "kernel.json").write_text(json.dumps(specification(private / END_FILE)), encoding="utf-8")
        wanted = {
            ROOT_VARIABLE: str(workspace.root),
            PROCESSED_VARIABLE: str(workspace.processed),
            "IPYTHONDIR": f"{private}/ipython",
            "JUPYTER_DATA_DIR": f"{private}/jupyter",
            "JUPYTER_CONFIG_DIR": f"{private}/config",
            "JUPYTER_PATH": "",
            "JUPYTER_PREFER_ENV_PATH": "0",
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }
        before = {k: os.environ.get(k) for k in wanted}
        os.environ.update(wanted)
        try:
            yield private
        finally:
            for key, value in before.items():
                if value is None:
                    os.environ.pop(key, None)
                else:
                    os.environ[key] = value
