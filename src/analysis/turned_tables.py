"""Tables turned by a quarter: the names of their figures stand below each other, months or facilities side by side."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from analysis.blocks import FEWEST_HEADINGS, figure_names
from analysis.headings import Headings
from analysis.layouts import Layouts, Role
from analysis.number_cells import read_count
from analysis.rows import cell_at
from analysis.sheets import Origin, Sheet
from analysis.values import Cell, clean_text, is_blank, is_full_code, read_code

_MOST_HEADING_ROWS = 3
_FIGURES_OF_A_ROW = 2


def upright(sheet: Sheet, headings: Headings) -> tuple[Sheet, tuple[str, ...]] | None:
    """Return a sheet with its one turned table set upright, and the titles of sums and targets that it leaves out.

    Each month or facility has a row; None where that cannot be made for certain. What stands above the table keeps its
    place; notes below it follow. From here on, rows and columns are those of the upright table. A figure that stands
    twice makes two tables of it, which nobody can part for certain; so do other figures below.
    """
    for column, named in figure_names(sheet, headings):
        figures = {role for _, role in named}
        if len(figures) < FEWEST_HEADINGS:
            continue
        if len(figures) < len(named):
            return None
        first, last = named[0][0], named[-1][0]
        # Other figures below the known ones belong to the table as well; whoever signs it does not.
        below = range(last + 1, len(sheet.rows))
        end = next((i for i in below if not _names_figures(sheet.rows[i], column)), len(sheet.rows))
        titles = _titles(sheet.rows, first, column, headings.layouts)
        certain = bool(titles) and only_notes(sheet.rows[end:])
        return _set_up(sheet, column, titles, end, headings.layouts) if certain else None
    return None


def only_notes(rows: Sequence[Sequence[Cell]]) -> bool:
    """Return whether no row holds figures side by side, as one of a table does."""
    return all(sum(_is_figure(cells, place) for place in range(len(cells))) < _FIGURES_OF_A_ROW for cells in rows)


def _titles(rows: Sequence[Sequence[Cell]], first: int, column: int, layouts: Layouts) -> dict[int, str]:
    """The rows of months, names and codes above the figures, with the heading that each would have as a column."""
    titles: dict[int, str] = {}
    filled = [place for place in range(column + 1, len(rows[first])) if _is_figure(rows[first], place)]
    for index in reversed(range(max(0, first - _MOST_HEADING_ROWS), first)):
        if all(map(is_blank, rows[index])):
            break
        cells = [cell_at(rows[index], place) for place in filled]
        cells = [cell for cell in cells if not layouts.is_summary(clean_text(cell), area=False)]
        told = Counter(role for cell in cells if (role := _told(cell, layouts)))
        role, times = told.most_common(1)[0] if told else (None, 0)
        if role and 2 * times > len(cells) and layouts.labels[role] not in titles.values():
            titles[index] = layouts.labels[role]
    return titles


def _told(cell: Cell, layouts: Layouts) -> Role | None:
    """What the title of a column of a turned table tells: its month, or its facility; None for anything else."""
    text = clean_text(cell)
    if isinstance(cell, dt.date) or layouts.month_alone(text):
        return "month"
    if layouts.type_from_name(text) is not None:
        return "facility_name"
    return "facility_code" if isinstance(cell, str) and is_full_code(read_code(cell).value) else None


def _set_up(
    sheet: Sheet, column: int, titles: dict[int, str], end: int, layouts: Layouts
) -> tuple[Sheet, tuple[str, ...]]:
    rows, top = sheet.rows, min(titles)
    named = [rows[index] for index in range(top, end) if index not in titles]
    # Groups beside the names become groups above them; a column of numbers is left out.
    groups = [place for place in range(column) if any(_is_word(cell_at(cells, place)) for cells in named)]
    beside, sums = _beside(column, [rows[index] for index in titles], named, layouts)

    def cell(index: int, place: int) -> Origin:
        if index not in titles or place > column:
            return index, place
        return titles[index] if place == column else None

    turned = [[cell(index, place) for index in range(top, end)] for place in (*groups, column, *beside)]
    below = sheet.in_place(range(end, len(rows)))
    return sheet.rearranged([*sheet.in_place(range(top)), *turned, *below]), tuple(sums)


def _beside(
    column: int, titles: Sequence[Sequence[Cell]], named: Sequence[Sequence[Cell]], layouts: Layouts
) -> tuple[list[int], list[str]]:
    """The columns of months or facilities, and the titles of sums, means and targets; units and remarks are neither.

    titles: rows of months, names and codes. named: rows of figures and what stands among them.
    """
    columns, sums = [], []
    for place in range(column + 1, max(map(len, [*titles, *named]))):
        texts = [text for cells in titles if (text := clean_text(cell_at(cells, place)))]
        if summary := next((text for text in texts if layouts.is_summary(text, area=False)), ""):
            sums.append(summary)
        elif any(_told(cell_at(cells, place), layouts) for cells in titles) or any(
            _is_figure(cells, place) for cells in named
        ):
            columns.append(place)
    return columns, sums


def _names_figures(cells: Sequence[Cell], column: int) -> bool:
    named = not is_blank(cell_at(cells, column))
    return named and any(_is_figure(cells, place) for place in range(column + 1, len(cells)))


def _is_figure(cells: Sequence[Cell], place: int) -> bool:
    return read_count(cell_at(cells, place)).value is not None


def _is_word(cell: Cell) -> bool:
    return isinstance(cell, str) and any(map(str.isalpha, cell))
