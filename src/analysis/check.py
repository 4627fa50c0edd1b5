"""The answer of ``kbk check``: what the files hold and what is wrong with them, as tables for the terminal."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from analysis import formats as fmt
from analysis import wording
from analysis.clean import Cleaned, clean_district
from analysis.district import load_district
from analysis.findings import FindingKind, load_kinds
from analysis.results import finding_counts
from analysis.steps import ensure_data
from analysis.store import save_cleaned
from analysis.workspace import Workspace

SHOWN = 30
"""Findings listed in the terminal; all of them are in ledger.csv."""
_COLOURS = {"galat": "red", "peringatan": "yellow", "catatan": "cyan"}


def check_district(workspace: Workspace, slug: str, progress: Callable[[str], None]) -> list[RenderableType]:
    """Read and judge a district's files and return what to show; the ledger is written to data/processed.

    Raises UserError with every problem when nothing can be used.
    """
    ensure_data(workspace, slug)
    district = load_district(workspace, slug)
    if district.kind != "kbk":
        from analysis.published import read_published  # noqa: PLC0415

        read_published(workspace.raw_of(slug), district.kind)
        return [f"{escape(district.name)}: angka terbitan terbaca, tidak ada kesalahan."]
    cleaned = clean_district(workspace, slug, progress)
    folder = workspace.processed_of(slug)
    save_cleaned(cleaned, folder)
    kinds = load_kinds(workspace.reference)
    return [_files(cleaned), *_findings(cleaned, kinds), *_unmatched(cleaned), _closing(cleaned, slug)]


def _files(cleaned: Cleaned) -> Table:
    table = Table(title="Berkas", title_justify="left", box=None)
    for heading in ("Berkas", "Tata letak", "Bulan pelayanan", "Baris"):
        table.add_column(heading, justify="right" if heading == "Baris" else "left")
    for file in cleaned.files:
        months = [str(m) for m in file.months]
        span = fmt.MISSING if not months else months[0] if len(months) == 1 else f"{months[0]} – {months[-1]}"
        table.add_row(escape(file.name), escape(str(file.layout or fmt.MISSING)), span, fmt.number(file.rows))
    return table


def _findings(cleaned: Cleaned, kinds: dict[str, FindingKind]) -> list[RenderableType]:
    counts = finding_counts(cleaned.ledger, kinds)
    if counts.empty:
        return ["Tidak ada temuan."]
    summary = Table(title="Temuan menurut jenis", title_justify="left", box=None)
    for heading in ("Tingkat", "Jenis", "Banyaknya", "Yang dapat dilakukan"):
        summary.add_column(heading, justify="right" if heading == "Banyaknya" else "left", overflow="fold")
    for row in counts.itertuples(index=False):
        level = f"[{_COLOURS[row.level]}]{wording.LEVEL_NAMES[row.level]}[/]"
        summary.add_row(level, escape(row.title), fmt.number(row.findings), escape(row.advice))
    level_of = counts.set_index("kind")["level"]
    serious = cleaned.ledger[cleaned.ledger["kind"].map(level_of) != "catatan"]
    listing = Table(title=f"Galat dan peringatan ({len(serious)})", title_justify="left", box=None)
    for heading in ("Tempat", "FKTP, bulan", "Terbaca", "Yang dilakukan"):
        listing.add_column(heading, overflow="fold")
    for row in serious.head(SHOWN).itertuples(index=False):
        listing.add_row(*(escape(cell) for cell in _cells(row)))
    more = [f"… dan {len(serious) - SHOWN} lagi di ledger.csv"] if len(serious) > SHOWN else []
    return [summary, listing, *more]


def _cells(row: object) -> tuple[str, str, str, str]:
    get = row._asdict()  # type: ignore[attr-defined]
    place = [get["file"], get["sheet"], "" if pd.isna(get["row"]) else f"baris {get['row']}", get["column"]]
    who = [fmt.facility(get["facility_name"] or get["facility_code"]), get["month"]]
    return ", ".join(p for p in place if p), ", ".join(w for w in who if w), get["read"], get["done"]


def _unmatched(cleaned: Cleaned) -> list[RenderableType]:
    if not cleaned.unmatched:
        return []
    names = "\n".join(f"  {escape(name)}" for name in cleaned.unmatched)
    return [f"Nama yang belum dikenali; tambahkan di bagian names pada district.yml:\n{names}"]


def _closing(cleaned: Cleaned, slug: str) -> str:
    table = cleaned.table
    return (
        f"{fmt.number(table['facility_code'].nunique())} FKTP, {table['month'].nunique()} bulan "
        f"({table['month'].min()} – {table['month'].max()}), {fmt.number(len(table))} baris. "
        f"Semua temuan: {escape(f'data/processed/{slug}/ledger.csv')}"
    )
