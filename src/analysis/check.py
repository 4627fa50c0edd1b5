"""The answer of ``kbk check``: what the files hold and what is wrong with them, as tables for the terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

import pandas as pd
from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from analysis import formats as fmt
from analysis import texts
from analysis.annotate import write_annotated
from analysis.clean import Cleaned, clean_district
from analysis.demonstration import ensure_data
from analysis.district import load_district
from analysis.extract_engine import EngineName
from analysis.finding_counts import finding_counts
from analysis.findings import LEVEL_NAMES, FindingKind, load_kinds
from analysis.overview import month_span
from analysis.quality import Check
from analysis.quality_checks import signals
from analysis.quality_signals import extract_counts
from analysis.store import LEDGER_CSV, save_cleaned
from analysis.wording_quality import readable_signals
from analysis.workspace import Workspace, shown

SHOWN = 30
"""Findings listed in the terminal; all of them are in ledger.csv."""
_COLOURS = {"galat": "red", "peringatan": "yellow", "catatan": "cyan"}


def check_district(
    workspace: Workspace,
    slug: str,
    progress: Callable[[str], None],
    engine: EngineName = "duckdb",
    *,
    today: dt.date | None = None,
) -> list[RenderableType]:
    """Read and judge a district's files and return what to show; the ledger is written to data/processed.

    engine, today: as in ``clean.clean_district``.
    Raises UserError with every problem when nothing can be used.
    """
    ensure_data(workspace, slug)
    district = load_district(workspace, slug)
    if district.kind != "kbk":
        from analysis.published_results import published_figures  # noqa: PLC0415

        published_figures(workspace, slug)
        return [f"{escape(district.name)}: angka terbitan terbaca, tidak ada kesalahan."]
    cleaned = clean_district(workspace, slug, progress, engine, today=today)
    folder = workspace.processed_of(slug)
    kinds = load_kinds(workspace.reference)
    save_cleaned(cleaned, folder, kinds)
    banner = texts.BANNER if district.simulated else ""
    copies = write_annotated(cleaned.rows, cleaned.ledger, kinds, folder, banner)
    ledger = shown(folder / LEDGER_CSV)
    answer = [_files(cleaned), *_gaps(cleaned), *_findings(cleaned, kinds), *_unmatched(cleaned)]
    visits = extract_counts(cleaned.cases, cleaned.recorded)
    answer += _worth_asking(*signals(cleaned.table, workspace.reference, district.codes, visits))
    return [*answer, _closing(cleaned, ledger), *_copies(copies)]


def _files(cleaned: Cleaned) -> Table:
    table = Table(title="Berkas", title_justify="left", box=None)
    table.add_column("Berkas", overflow="fold")
    table.add_column("Tata letak")
    table.add_column("Bulan pelayanan", no_wrap=True)
    table.add_column("Baris", justify="right", no_wrap=True)
    # Files in which no month was found come last.
    for file in sorted(cleaned.files, key=lambda f: (f.months[:1] or ("9999",), f.name)):
        span = month_span(file.months[0], file.months[-1]) if file.months else fmt.MISSING
        table.add_row(escape(file.name), escape(file.layout or fmt.MISSING), span, fmt.number(file.rows))
    return table


def _gaps(cleaned: Cleaned) -> list[str]:
    """Say which months between the first and the last one stand in no file."""
    present = sorted({pd.Period(month, "M") for file in cleaned.files for month in file.months})
    spans = [month_span(str(before + 1), str(after - 1)) for before, after in pairwise(present) if after - 1 != before]
    return [f"Bulan tanpa berkas: {', '.join(spans)}"] if spans else []


def _findings(cleaned: Cleaned, kinds: dict[str, FindingKind]) -> list[RenderableType]:
    counts = finding_counts(cleaned.ledger, kinds)
    if counts.empty:
        return ["Tidak ada temuan."]
    summary = Table(title="Temuan menurut jenis", title_justify="left", box=None, expand=True)
    summary.add_column("Tingkat", no_wrap=True)
    summary.add_column("Jenis", ratio=2)
    summary.add_column("Banyaknya", justify="right", no_wrap=True)
    summary.add_column("Yang dapat dilakukan", ratio=3)
    for row in counts.itertuples(index=False):
        level = f"[{_COLOURS[row.level]}]{LEVEL_NAMES[row.level]}[/]"
        summary.add_row(level, escape(row.title), fmt.number(row.findings), escape(row.advice))
    level_of = counts.set_index("kind")["level"]
    serious = cleaned.ledger[cleaned.ledger["kind"].map(level_of) != "catatan"]
    if serious.empty:
        return [summary]
    more = [f"… dan {len(serious) - SHOWN} lagi di ledger.csv"] if len(serious) > SHOWN else []
    return [summary, *_listing(serious.head(SHOWN), len(serious)), *more]


def _listing(findings: pd.DataFrame, total: int) -> list[RenderableType]:
    """Findings under the name of their file: as a column of its own it would crowd out the rest at 80 columns."""
    title = Text(f"Galat dan peringatan ({total})", style="table.title")
    parts: list[RenderableType] = [title, _finding_table(header=True)]
    for file, rows in findings.groupby("file", sort=False):
        table = _finding_table()
        for row in rows.itertuples(index=False):
            table.add_row(*(escape(cell) for cell in _cells(row)))
        parts += [Text(str(file) or "Beberapa berkas", style="bold"), table]
    return parts


def _finding_table(header: bool = False) -> Table:
    """A table whose columns are as wide as those of every other one."""
    table = Table(box=None, expand=True, show_header=header)
    for heading, ratio in (("Tempat, FKTP, bulan", 8), ("Terbaca", 5), ("Yang dilakukan", 7)):
        table.add_column(heading, overflow="fold", ratio=ratio)
    return table


def _cells(row: object) -> tuple[str, str, str]:
    get = row._asdict()  # type: ignore[attr-defined]
    place = [get["sheet"], "" if pd.isna(get["row"]) else f"baris {get['row']}", get["column"]]
    month = month_span(get["month"], get["month"]) if get["month"] else ""
    who = [fmt.facility(get["facility_name"] or get["facility_code"]), month]
    lines = [", ".join(part for part in parts if part) for parts in (place, who)]
    return "\n".join(line for line in lines if line), get["read"], get["done"]


def _unmatched(cleaned: Cleaned) -> list[RenderableType]:
    if not cleaned.unmatched:
        return []
    names = "\n".join(f"  {escape(name)}" for name in cleaned.unmatched)
    return [f"Nama yang belum dikenali; pilih kodenya dengan kbk names:\n{names}"]


def _copies(copies: list[Path]) -> list[str]:
    """Say where the annotated copies are."""
    if not copies:
        return []
    where = escape(shown(copies[0].parent))
    return [
        f"Salinan beranotasi, tiap sel yang perlu diperiksa diwarnai dan diberi catatan: {where} ({len(copies)} berkas)"
    ]


def _worth_asking(found: pd.DataFrame, checks: Mapping[str, Check]) -> list[RenderableType]:
    """The newest of what is worth a question, each with the question."""
    if found.empty:
        return ["Tidak ada angka yang perlu dicek."]
    newest = found.sort_values("last", ascending=False, kind="stable").head(SHOWN)
    table = Table(title=f"Perlu dicek, bukan kesalahan ({len(found)})", title_justify="left", box=None, expand=True)
    for heading, ratio in (("FKTP, bulan", 3), ("Yang terlihat", 4), ("Yang ditanyakan", 4)):
        table.add_column(heading, overflow="fold", ratio=ratio)
    for row in readable_signals(newest, checks).itertuples(index=False):
        table.add_row(*(escape(cell) for cell in (f"{row.who}\n{row.months}", row.seen, row.question)))
    more = [f"… dan {len(found) - SHOWN} lagi pada bulan-bulan sebelumnya"] if len(found) > SHOWN else []
    return [table, *more]


def _closing(cleaned: Cleaned, ledger: str) -> str:
    table = cleaned.table
    return (
        f"{fmt.number(table['facility_code'].nunique())} FKTP, {table['month'].nunique()} bulan "
        f"({month_span(str(table['month'].min()), str(table['month'].max()))}), {fmt.number(len(table))} baris. "
        f"Semua temuan: {escape(ledger)}"
    )
