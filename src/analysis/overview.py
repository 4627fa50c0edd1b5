"""What each district has: kind of data, number of files, newest published report."""

from __future__ import annotations

from analysis.district import load_district
from analysis.errors import UserError
from analysis.workspace import Workspace, simulations

_KINDS = {"kbk": "KBK bulanan", "published_shares": "angka terbitan", "published_zones": "angka terbitan"}
_SETTINGS = {"district.yml", "facilities.csv", "README.txt", "SIMULASI.sha256"}


def overview(workspace: Workspace) -> list[tuple[str, str, str, str, str]]:
    """Return one row per district: folder, name, kind, number of data files, newest report; all as text."""
    return [_row(workspace, slug) for slug in workspace.known_districts()]


def _row(workspace: Workspace, slug: str) -> tuple[str, str, str, str, str]:
    newest = _newest(workspace, slug)
    folder = workspace.raw_of(slug)
    if not folder.is_dir():
        made = "simulasi" if slug in simulations(workspace.reference) else "angka terbitan"
        return slug, "", f"{made} (dibuat saat laporan diminta)", "0", newest
    files = sum(1 for p in folder.rglob("*") if p.is_file() and p.name not in _SETTINGS and not p.name.startswith("."))
    try:
        district = load_district(workspace, slug)
    except UserError:
        return slug, "", "district.yml belum ada atau salah", str(files), newest
    kind = _KINDS[district.kind] + (", simulasi" if district.simulated else "")
    return slug, district.name, kind, str(files), newest


def _newest(workspace: Workspace, slug: str) -> str:
    folder = workspace.reports / slug
    versions = sorted(p for p in folder.glob("*/v[0-9][0-9][0-9]*") if p.is_dir())
    return "/".join(versions[-1].parts[-2:]) if versions else "–"
