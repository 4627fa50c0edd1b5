"""How the workbooks that are written here come out of a printer."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

_A4 = 9


def fit_to_paper(sheet: Worksheet, *, wide: bool = True) -> None:
    """Print a sheet on A4, as wide as the page and as long as it is.

    wide: on the long side of the paper; default True.
    """
    sheet.set_paper(_A4)
    if wide:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
