"""What the fork server imports before anything is forked from it; imported there alone, for its effects.

Nothing here may start a thread of Python or choose a backend of matplotlib: what it leaves behind, every process forked
from it begins with. ``matplotlib_inline.backend_inline`` is missing on purpose, for it ties itself to the running shell
when it is imported.
"""

import atexit
import os
from importlib import import_module

from analysis.fork_server import clear_away, ignore_interrupts
from analysis.unswept import unswept

ignore_interrupts()
atexit.register(clear_away, os.getpid())
# Read by the debugger when it is imported; without it a warning about frozen modules goes to the terminal.
os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
_before = dict(os.environ)

MODULES = (
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
    "seaborn",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "analysis.report",
    "analysis.published_results",
    "analysis.published_shares_report",
    "analysis.published_zones_report",
)
"""In the order in which the notebooks of a report need them."""

# Nothing of it is looked at by later collections: the memory stays shared with the processes forked from this one.
with unswept():
    for _name in MODULES:
        import_module(_name)
    # Looks for backends in every installed package, once.
    import_module("matplotlib.backends").backend_registry.list_all()

ADDED = {name: value for name, value in os.environ.items() if name not in _before}
"""Environment variables that the imports set, as they do in a kernel that imports for itself."""
