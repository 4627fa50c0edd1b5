"""nbformat and nbclient, imported without a grammar that takes a second to build and that no notebook needs.

Both import jsonschema, which offers a check of internationalised web addresses wherever the package ``rfc3987_syntax``
is installed (it comes with jupyterlab) and builds its grammar at once. The schema of notebooks asks for no such check.
"""

import sys

_GRAMMAR = "rfc3987_syntax"
_missing = _GRAMMAR not in sys.modules
if _missing:
    # how Python marks a module that is not to be had
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment]
try:
    import nbformat
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
finally:
    if _missing:
        del sys.modules[_GRAMMAR]

__all__ = ["CellTimeoutError", "DeadKernelError", "nbformat"]
