"""What each district has: kind of data, number of files, months read last, newest published report."""

from __future__ import annotations

from pathlib import Path

from analysis.district import load_district
from analysis.errors import ParameterError, UserError
from analysis.periods import MONTH_NAMES, Period, parse_period
from analysis.publish import versions
from analysis.sources import data_files
from analysis.workspace import Workspace, simulations

_KINDS = {"kbk": "KBK bulanan", "published_shares": "angka terbitan", "published_zones": "angka terbitan"}
TABLE = "facility_months.parquet"
"""As in ``store``, which needs pandas; a test keeps the two equal."""
_NONE = "–"
_UNREAD = "belum dibaca"

Row = tuple[str, str, str, str, str, str]


def overview(workspace: Workspace) -> list[Row]:
    """Return one row per district: folder, name, kind, number of data files, months read, newest report."""
    return [_row(workspace, slug) for slug in workspace.known_districts()]


def _row(workspace: Workspace, slug: str) -> Row:
    newest = _newest(workspace.reports / slug)
    folder = workspace.raw_of(slug)
    if not folder.is_dir():
        simulated = slug in simulations(workspace.reference)
        made = "simulasi" if simulated else "angka terbitan"
        return slug, "", f"{made} (dibuat saat laporan diminta)", "0", _UNREAD if simulated else _NONE, newest
    files = str(len(data_files(folder)[0]))
    try:
        district = load_district(workspace, slug)
    except UserError:
        unknown = "district.yml belum ada atau salah"
        return slug, "", unknown, files, _months(workspace.processed_of(slug)), newest
    kind = _KINDS[district.kind] + (", simulasi" if district.simulated else "")
    months = _months(workspace.processed_of(slug)) if district.kind == "kbk" else _NONE
    return slug, district.name, kind, files, months, newest


def _months(processed: Path) -> str:
    """First and last month of the cleaned table, of which nothing else is read."""
    path = processed / TABLE
    if not path.is_file():
        return _UNREAD
    # Not read_table: that brings pandas, for which the list would have to wait.
    from pyarrow import ArrowException, parquet  # noqa: PLC0415

    try:
        with parquet.ParquetFile(path) as file:
            found = file.read(columns=["month"]).to_pydict().get("month", [])
    except (OSError, ArrowException):
        return _UNREAD
    months = [str(month) for month in found if month]
    return month_span(min(months), max(months)) if months else _UNREAD


def month_span(first: str, last: str) -> str:
    """Return 'Jan 21 – Des 22' for the months 2021-01 and 2022-12, 'Jan 21' for one month."""
    # As formats.month_short writes a month, without pandas; a test keeps the two equal.
    ends = [f"{MONTH_NAMES[int(month[5:7]) - 1][:3]} {month[2:4]}" for month in dict.fromkeys((first, last))]
    return " – ".join(ends)


def _newest(reports: Path) -> str:
    """The last version of the period that ends last, as '2026-S1/v004'."""
    found = [(period, newest) for period, folder in _periods(reports) for newest in versions(folder)[-1:]]
    if not found:
        return _NONE
    _, path = max(found, key=lambda one: (one[0].year, one[0].first + one[0].length, one[0].length))
    return f"{path.parent.name}/{path.name}"


def _periods(reports: Path) -> list[tuple[Period, Path]]:
    periods = []
    for folder in sorted(reports.iterdir()) if reports.is_dir() else []:
        try:
            periods.append((parse_period(folder.name), folder))
        except ParameterError:
            continue
    return periods
