"""What the fork server imports before anything is forked from it, and in its idle moments; imported there alone.

The modules that reading files needs come first, and with them the server is ready: the first notebook of a report runs
while the rest is imported, one module at a time whenever nobody has asked for a process (an alarm calls it). A process
that is forked before all is there imports for itself what it needs.

Nothing here may start a thread of Python or choose a backend of matplotlib: what it leaves behind, every process forked
from it begins with. ``matplotlib_inline.backend_inline`` is missing on purpose, for it ties itself to the running shell
when it is imported.
"""

import atexit
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module

from analysis.fork_server import clear_away, ignore_interrupts
from analysis.unswept import unswept
from analysis.workspace import PROJECT

ignore_interrupts()
atexit.register(clear_away, os.getpid())
# Read by the debugger when it is imported; without it a warning about frozen modules goes to the terminal.
os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
_before = dict(os.environ)

FIRST = (
    "analysis.steps",
    "analysis.inspect_data",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
    "tornado.queues",
    "sqlite3",
    "analysis.warm_kernels",
    "pandera.backends.pandas.register",
    "pandera.backends.pandas.builtin_checks",
    "pandera.backends.pandas.builtin_hypotheses",
    "pyarrow.parquet",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
    "pandas.io.formats.html",
)
"""What a kernel needs, and the notebook that reads files."""
LATER = (
    "scipy.special",
    "scipy.optimize",
    "scipy.spatial",
    "scipy.stats",
    "statsmodels.regression.linear_model",
    "analysis.clustered",
    "analysis.results_compute",
    "matplotlib.figure",
    "seaborn",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "analysis.report",
    "analysis.published_results",
    "analysis.published_shares_report",
    "analysis.published_zones_report",
)
"""The rest, in the order in which the notebooks of a report need it; large packages in parts."""
_REFERENCE_DATA = {
    "rules": "load_rules",
    "layouts": "load_layouts",
    "extract_layouts": "load_extract_layouts",
    "findings": "load_kinds",
    "people": "load_personal",
    "indicators": "load_indicators",
    "payment": "load_tariffs",
    "quality": "load_checks",
    "methods": "load_methods",
}
"""Modules and what reads reference data there: ``reference.load_record`` keeps what it has read."""
_PAUSE = 0.002
"""Seconds between two modules, in which a process that was asked for is forked."""


def added() -> dict[str, str]:
    """Return the environment variables that the imports set, as they do in a kernel that imports for itself."""
    return {name: value for name, value in os.environ.items() if name not in _before}


def _import_next(*_signal: object) -> None:
    # What fails here fails again where it is needed, and is told there; the server goes on.
    # Nothing of it is looked at by later collections: the memory stays shared with the processes that are forked.
    with suppress(Exception), unswept():
        _later.pop()()
    if _later:
        signal.setitimer(signal.ITIMER_REAL, _PAUSE)


def _use_once() -> None:
    """Do what takes long the first time alone: look for backends and fonts."""
    import_module("matplotlib.backends").backend_registry.list_all()
    import_module("analysis.figure_style").empty_figure("–", simulated=False)


def _read_reference(module: str, load: str) -> None:
    getattr(import_module(f"analysis.{module}"), load)(PROJECT / "data" / "reference")


_later: list[Callable[[], object]] = [
    *(partial(_read_reference, *names) for names in reversed(_REFERENCE_DATA.items())),
    _use_once,
    *(partial(import_module, name) for name in reversed(LATER)),
]
"""What is still to be done, the next at the end."""

with unswept():
    for _name in FIRST:
        import_module(_name)
signal.signal(signal.SIGALRM, _import_next)
signal.setitimer(signal.ITIMER_REAL, _PAUSE)
