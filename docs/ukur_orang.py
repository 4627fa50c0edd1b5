# ruff: noqa: PLC0415 - what is measured is imported in its own process
"""Measure the look for names and numbers of participants before a report is published; writes docs/ukuran-orang.md.

Usage: python docs/ukur_orang.py [millions …]   (default 1 10 50)
The visits are those of ukur_kunjungan.py, but that each participant has a name of four words. The texts of the guides
stand for a report. Each size runs in a process of its own.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ukur_kunjungan import MOST_MEMORY, ROOT, generate, verdict, words

from analysis import formats as fmt

TARGET = ROOT / "docs" / "ukuran-orang.md"
SYLLABLES = "adi ayu budi cahya dewi eka fitri gita hadi indah jaya kartika lestari mulya nur putra ratna sari tri wati"
TEXT = """# Ukuran: mencari nama dan nomor peserta sebelum terbit

Ditulis oleh `docs/ukur_orang.py` (`make bench-visits`); jangan diubah dengan tangan.

Sebelum laporan terbit, setiap nama dan nomor di kolom perorangan berkas daerah dibandingkan dengan teks laporan
(bagian 18 [panduan](panduan.md)). Berkas dibaca blok demi blok dan tidak disimpan. Di sini berkas kunjungan karangan
yang sama dengan [ukuran-kunjungan.md](ukuran-kunjungan.md), tetapi tiap peserta bernama empat kata, dibandingkan dengan
teks panduan. Impor pustaka tidak termasuk.

| juta kunjungan | nama berbeda | detik | detik prosesor | memori puncak (GB) |
|---:|---:|---:|---:|---:|
"""


def name_of(person: str) -> str:
    """Return the SQL of a name of four words, another one for each number below 64 million."""
    listed = "[" + ", ".join(f"'{word}'" for word in SYLLABLES.split()) + "]"
    digits = [f"{listed}[1 + (({person} // {20**place}) % 20)::INT]" for place in range(6)]
    return " || ' ' || ".join([f"{digits[0]} || {digits[4]}", f"{digits[1]} || {digits[5]}", *digits[2:4]])


def one(folder: Path) -> None:
    """Measure the look in this process and print the result."""
    from analysis.people import load_personal
    from analysis.privacy import Candidates
    from analysis.raw_people import people_among

    texts = {line for page in (ROOT / "docs").glob("*.md") for line in page.read_text(encoding="utf-8").splitlines()}
    asked = Candidates(texts, load_personal(ROOT / "data" / "reference"))
    start, processor = time.perf_counter(), time.process_time()
    people_among(folder, asked)
    seconds, used = time.perf_counter() - start, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    print(json.dumps([seconds, used, peak]))  # noqa: T201


def main(millions: list[int]) -> None:
    """Measure and write the page."""
    rows: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in millions:
            path = Path(folder) / "kunjungan.csv"
            generate(path, number * 1_000_000, name_of)
            command = [sys.executable, __file__, "--one", folder]
            done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
            seconds, used, peak = json.loads(done.stdout.splitlines()[-1])
            persons = fmt.number(number * 1_000_000 // 12)
            rows.append(f"| {number} | {persons} | {words(seconds)} | {words(used)} | {words(peak)} |")
            path.unlink()
            goal = f"Memori puncak pada {number} juta kunjungan paling banyak {words(MOST_MEMORY)} GB"
            machine = f"Diukur pada komputer {os.cpu_count()} inti; detik bergantung pada beban komputer."
            lines = [*rows, "", f"{goal}: {verdict(peak <= MOST_MEMORY)}.", machine, ""]
            TARGET.write_text(TEXT + "\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(Path(sys.argv[2]))
    else:
        main([int(word) for word in sys.argv[1:]] or [1, 10, 50])
