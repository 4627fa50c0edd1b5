"""Make the picture of a report page in the README from a published report, with pdftoppm (poppler-utils).

Run it after a change of the look of reports::

    .venv/bin/python docs/buat_gambar.py                                     newest report of sanggau
    .venv/bin/python docs/buat_gambar.py --root FOLDER                       the same from another root
    .venv/bin/python docs/buat_gambar.py reports/sanggau/2026-S1/v001/report.pdf

Only reports on simulated data may be shown: others are refused.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis.publish import MANIFEST, versions
from analysis.workspace import PROJECT, Workspace

PICTURE = PROJECT / "docs" / "gambar" / "laporan.png"
DISTRICT = "sanggau"
DOTS_PER_INCH = 80
LARGEST_BYTES = 200_000


def newest_report(root: Path) -> Path:
    """Return the PDF of the newest version of the newest period of the demonstration district.

    root: folder that holds ``reports/``. Raises FileNotFoundError when nothing has been published there.
    """
    periods = Workspace(root).reports / DISTRICT
    for period in sorted((p for p in periods.glob("*") if p.is_dir()), reverse=True):
        if found := versions(period):
            return found[-1] / "report.pdf"
    raise FileNotFoundError(f"Belum ada laporan di {periods}. Jalankan dahulu: make report DISTRICT={DISTRICT}")


def draw(report: Path, picture: Path) -> int:
    """Draw page 1 of a report as PNG and return its size in bytes.

    Raises ValueError when the report is not marked as simulated, or the picture is larger than LARGEST_BYTES.
    """
    manifest = json.loads((report.parent / MANIFEST).read_text(encoding="utf-8"))
    if manifest.get("simulated") is not True:
        raise ValueError(f"{report} bukan laporan data simulasi; angka daerah tidak boleh masuk dokumentasi.")
    draft = picture.with_suffix("")
    picture.parent.mkdir(parents=True, exist_ok=True)
    options = ["-png", "-singlefile", "-f", "1", "-l", "1", "-r", str(DOTS_PER_INCH)]
    subprocess.run(["pdftoppm", *options, str(report), str(draft)], check=True)
    size = picture.stat().st_size
    if size > LARGEST_BYTES:
        raise ValueError(f"{picture.name} berukuran {size} bita, lebih dari {LARGEST_BYTES}.")
    return size


def main(argv: Sequence[str]) -> int:
    """Parse the words, draw the picture and return the exit code."""
    parser = argparse.ArgumentParser(description="Gambar halaman pertama laporan untuk README.")
    parser.add_argument("report", nargs="?", type=Path, help="report.pdf yang sudah terbit")
    parser.add_argument("--root", type=Path, default=PROJECT, help="folder yang memuat reports/")
    asked = parser.parse_args(argv)
    if shutil.which("pdftoppm") is None:
        sys.stderr.write("Program pdftoppm tidak ada; pasang paket poppler-utils.\n")
        return 1
    try:
        report = asked.report or newest_report(asked.root)
        size = draw(report, PICTURE)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{PICTURE.relative_to(PROJECT).as_posix()}: {size} bita, dari {report}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
