"""Putting in place what ships with the project: simulated workbooks and published figures."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from analysis.private_folders import private_folder
from analysis.workspace import PROJECT, Workspace, shipped, simulations


def ensure_data(workspace: Workspace, slug: str) -> str:
    """Put demonstration data or shipped figures in place when the district's folder is missing or empty.

    They are made apart and put in place as a whole, so that of two first runs neither reads half of the other's.
    Returns what was put there, in words for the analyst; empty when nothing was.
    """
    folder = workspace.raw_of(slug)
    if _filled(folder):
        return ""
    simulated = slug in simulations(workspace.reference)
    if not simulated and slug not in shipped():
        return ""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with private_folder(folder.parent) as private:
        new = private / slug
        if simulated:
            from analysis.simulate import write_simulation  # noqa: PLC0415 - slow to import, and hardly ever needed

            write_simulation(workspace.reference, slug, new)
        else:
            shutil.copytree(PROJECT / "data" / "raw" / slug, new)
        with suppress(OSError):
            folder.rmdir()  # an empty folder stands in the way on Windows
        try:
            new.rename(folder)
        except OSError:
            if not _filled(folder):
                raise
            return ""  # another run was faster
    return "data simulasi" if simulated else "angka terbitan"


def _filled(folder: Path) -> bool:
    return folder.exists() and any(folder.iterdir())
