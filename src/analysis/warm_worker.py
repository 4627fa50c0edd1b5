"""What the fork server does once for all workers of a batch: what takes long the first time; imported there alone."""

from contextlib import suppress

from jupyter_client.provisioning.factory import KernelProvisionerFactory

from analysis.fonts import font_css
from analysis.notebook_tools import nbformat
from analysis.unswept import unswept


def _use_once() -> None:
    """Build both checks of notebooks, look for the kinds of kernels, read the fonts for pages."""
    output = nbformat.v4.new_output("stream")  # type: ignore[no-untyped-call]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])])  # type: ignore[no-untyped-call]
    nbformat.validate(book)
    KernelProvisionerFactory.instance()
    font_css()


# what fails here fails again where it is needed, and is told there
with suppress(Exception), unswept():
    _use_once()
