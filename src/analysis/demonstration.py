"""Putting in place what ships with the project: simulated workbooks and published figures."""

from __future__ import annotations

import shutil

from analysis.simulate import write_simulation
from analysis.workspace import PROJECT, Workspace, shipped, simulations


def ensure_data(workspace: Workspace, slug: str) -> str:
    """Put demonstration data or shipped figures in place when the district's folder is missing or empty.

    Returns what was put there, in words for the analyst; empty when nothing was.
    """
    folder = workspace.raw_of(slug)
    if folder.exists() and any(folder.iterdir()):
        return ""
    if slug in simulations(workspace.reference):
        write_simulation(workspace.reference, slug, folder)
        return "data simulasi"
    if slug in shipped():
        shutil.copytree(PROJECT / "data" / "raw" / slug, folder, dirs_exist_ok=True)
        return "angka terbitan"
    return ""
