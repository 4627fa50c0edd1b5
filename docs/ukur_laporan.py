"""Measure how long reports take, alone and in a batch, and write docs/ukuran-laporan.md with its figure.

Usage: python docs/ukur_laporan.py [--districts 20 100] [--no-growth]
The districts are simulated in a folder of their own, in the layout of the monthly CSV export, each with its own
numbers. The ordinary way is what the tools give without this program: one ``papermill`` command for each notebook, then
one command that runs the renderer, on the same notebooks and the same computer, in turns.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import psutil
import yaml

from analysis.file_names import MANIFEST
from analysis.formats import number
from analysis.raw_folder import file_sha256
from analysis.simulate import write_simulation
from analysis.workspace import PROJECT, ROOT_VARIABLE

mpl.use("agg")
import matplotlib.pyplot as plt

TARGET = PROJECT / "docs" / "ukuran-laporan.md"
FIGURE = PROJECT / "docs" / "gambar" / "ukuran-laporan.svg"
CORES = 2
PERIOD, COMPARE = "2025-S1", "2024-S1"
FACILITIES, MONTHS = 20, 24
LAST, MONTH_WORD = "2025-06", "jun"
STOCK_DISTRICTS = 4
"""Districts that the ordinary way makes for a batch, as many at a time as there are cores."""
GROWTH_FACILITIES, GROWTH_MONTHS = (10, 30, 100, 300, 1000), (12, 60, 120)
ROUNDS = 3
"""How often one report is made in each way; the middle one counts."""
KBK = str(Path(sys.executable).with_name("kbk"))


@dataclass
class Run:
    """Seconds of a command, peak memory of it and its descendants (GB), and what it printed when."""

    seconds: float
    peak: float
    lines: list[tuple[float, str]] = field(default_factory=list)


def run(command: Sequence[str], root: Path, **environment: str) -> Run:
    """Run a command and measure it with all its descendants; stop with its output where it fails."""
    env = {**os.environ, ROOT_VARIABLE: str(root), "PYTHONPATH": str(PROJECT / "src"), **environment}
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=PROJECT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    memory = Memory(process.pid)
    lines = []
    for line in process.stdout or []:
        lines.append((time.perf_counter() - start, line.rstrip()))
    code = process.wait()
    seconds = time.perf_counter() - start
    if code:
        raise SystemExit("\n".join([" ".join(command), *(line for _, line in lines)]))
    return Run(seconds, memory.peak(), lines)


class Memory:
    """Peak memory of a process and its descendants, what they share counted once (Linux); looked at once a second."""

    def __init__(self, pid: int) -> None:
        self._pid, self._peak, self._over = pid, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(1):
            try:
                root = psutil.Process(self._pid)
                family = [root, *root.children(recursive=True)]
            except psutil.Error:
                return
            total = 0
            for process in family:
                try:
                    total += process.memory_full_info().pss
                except (psutil.Error, AttributeError):
                    continue
            self._peak = max(self._peak, total / 1e9)

    def peak(self) -> float:
        """Return the peak, GB, once the process has ended."""
        self._over.set()
        self._thread.join()
        return self._peak


# The districts ------------------------------------------------------------------------------------------------------


def simulation(number_of: int, facilities: int, months: int) -> dict[str, Any]:
    """Return the parameters of a simulated district without dirt; each number gives other figures."""
    span = pd.period_range(end=LAST, periods=months, freq="M")
    first, last = str(span[0]), str(span[-1])
    return {
        "seed": 20_250_000 + number_of,
        "first": first,
        "last": last,
        "anchor": first,
        "growth": 0.01,
        "jitter": 5,
        "district": {
            "name": f"Kabupaten Uji {number_of:03}",
            "level": "kabupaten",
            "simulated": True,
            "bulan_kapitasi": "pelayanan",
            "aliases": [f"KAB. UJI {number_of:03}"],
        },
        "printed": {"district": f"KAB. UJI {number_of:03}", "types": {"puskesmas": "Puskesmas"}},
        "layouts": [{"layout": "kbk_csv", "first": first, "last": last, "file": "kbk_{mon}{yy}.csv"}],
        "course": {name: {first: 1.0, last: 1.1} for name in ("AK", "referrals", "RRNS", "RPPT", "chronic")},
        "season": dict.fromkeys(range(1, 13), 1.0),
        "holidays": {},
        "noise": {"AK": 0.04, "referrals": 0.08, "RRNS": 0.12, "RPPT": 0.1},
        "facilities": [
            {
                "code": f"{number_of:04}{place:04}",
                "type": "puskesmas",
                "name": f"PUSKESMAS UJI {number_of:03} {place:04}",
                "registered": 6000 + 370 * (place % 50) + number_of,
                "AK": 110 + place * 7 % 60,
                "referrals": 9 + place % 5,
                "RRNS": 1 + place % 4,
                "DM": 2 + place % 4,
                "HT": 2 + place % 3,
                "dm_share": 1.6,
                "ht_share": 5.5,
                "doctors": 3,
                "dentists": 1,
                "since": "2014-01-01",
            }
            for place in range(1, facilities + 1)
        ],
        "effects": [],
        "dirt": [],
    }


def new_root(folder: Path, districts: int, facilities: int = FACILITIES, months: int = MONTHS) -> list[str]:
    """Make a folder with the raw files of simulated districts, and return their names."""
    reference = folder / "data" / "reference"
    shutil.copytree(PROJECT / "data" / "reference", reference)
    shutil.rmtree(reference / "simulations")
    (reference / "simulations").mkdir()
    names = []
    for number_of in range(1, districts + 1):
        name = f"uji-{number_of:03}"
        content = simulation(number_of, facilities, months)
        (reference / "simulations" / f"{name}.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
        write_simulation(reference, name, folder / "data" / "raw" / name)
        names.append(name)
    return names


def change_one_cell(root: Path, district: str) -> None:
    """Correct one puskesmas' contacts and the ratio beside them in the last month's file."""
    month = pd.Period(LAST, "M")
    path = root / "data" / "raw" / district / f"kbk_{MONTH_WORD}{month:%y}.csv"
    table = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)
    contacts, registered = int(table.loc[0, "Jumlah Kontak"].replace(".", "")) + 1, table.loc[0, "Peserta Terdaftar"]
    table.loc[0, "Jumlah Kontak"] = str(contacts)
    table.loc[0, "Angka Kontak"] = f"{1000 * contacts / int(registered.replace('.', '')):.2f}".replace(".", ",")
    before = file_sha256(path)
    table.to_csv(path, sep=";", index=False)
    listed = path.with_name(MANIFEST)  # a simulated file that was changed by hand is refused
    listed.write_text(listed.read_text(encoding="utf-8").replace(before, file_sha256(path)), encoding="utf-8")


# The ways -----------------------------------------------------------------------------------------------------------


def ours(root: Path, district: str) -> Run:
    """One report by this program."""
    return run([KBK, "report", f"--root={root}", f"--period={PERIOD}", "--", district], root)


def batch(root: Path, districts: Sequence[str], jobs: int = CORES) -> Run:
    """All reports by this program."""
    command = [KBK, "reports", f"--root={root}", f"--period={PERIOD}", f"--jobs={jobs}"]
    return run([*command, "--", *districts], root)


def warm(root: Path, districts: Sequence[str]) -> float:
    """Seconds of one report after another in processes that have their imports: the middle of those after the first."""
    one_by_one = batch(root, districts, jobs=1)
    ends = [when for when, text in one_by_one.lines if text.startswith("[")]
    return sorted(end - start for start, end in pairwise(ends))[(len(ends) - 1) // 2]


def ordinary(root: Path, district: str) -> Run:
    """One report by the tools alone: a papermill command for each notebook, then the renderer."""
    folder = root / "biasa" / district
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    place = {"KBK_PROCESSED": str(folder / "processed")}
    asked = {
        "01_clean": {"district": district},
        "02_trends": {"district": district, "period": PERIOD, "compare": COMPARE},
        "03_report": {"district": district, "period": PERIOD},
    }
    runs = []
    for name, parameters in asked.items():
        words = [word for key, value in parameters.items() for word in ("-p", key, value)]
        book = str(PROJECT / "notebooks" / f"{name}.ipynb")
        command = [sys.executable, "-m", "papermill", book, str(folder / f"{name}.ipynb"), *words]
        extra = ["--kernel", "python3", "--cwd", str(PROJECT / "notebooks"), "--no-progress-bar"]
        runs.append(run([*command, *extra], root, **place))
    runs.append(run([sys.executable, __file__, "--render", district, str(folder)], root, **place))
    return Run(sum(one.seconds for one in runs), max(one.peak for one in runs))


def render_alone(district: str, folder: Path) -> None:
    """Render an executed notebook to HTML and PDF in this process."""
    from analysis.district import load_district  # noqa: PLC0415
    from analysis.document import assemble  # noqa: PLC0415
    from analysis.periods import parse_period  # noqa: PLC0415
    from analysis.render import render  # noqa: PLC0415
    from analysis.renderers import choose_renderer  # noqa: PLC0415
    from analysis.results import Results  # noqa: PLC0415
    from analysis.stages import document_info  # noqa: PLC0415
    from analysis.workspace import Workspace  # noqa: PLC0415

    workspace = Workspace.current()
    results = Results.load(workspace.results_of(district, PERIOD))
    info = document_info(load_district(workspace, district), parse_period(PERIOD), results)
    render(
        choose_renderer("pandoc"), assemble(folder / "03_report.ipynb", info, folder / "document"), info, folder / "out"
    )


def middle(runs: Sequence[Run]) -> Run:
    """The run whose time is the middle one."""
    return sorted(runs, key=lambda one: one.seconds)[len(runs) // 2]


# The measurements ---------------------------------------------------------------------------------------------------


@dataclass
class Found:
    """All that was measured.

    warm: seconds of a report in a process that has its imports. batches: by number of districts.
    growth: facilities, months, run. refused: facilities, and why there is no report.
    """

    cold: Run
    warm: float
    unchanged: Run
    cell: Run
    stock: Run
    stock_batch: tuple[int, float]
    batches: dict[int, Run]
    growth: list[tuple[int, int, Run]]
    refused: list[tuple[int, str]] = field(default_factory=list)


def measure(work: Path, districts: Sequence[int], growth: bool) -> Found:
    """Run everything, in turns where ways are set against each other."""
    root = work / "satu"
    names = new_root(root, ROUNDS)
    cold, unchanged, cell, stock = [], [], [], []
    for name in names:
        cold.append(ours(root, name))
        stock.append(ordinary(root, name))
        unchanged.append(ours(root, name))
        change_one_cell(root, name)
        cell.append(ours(root, name))
    many = work / "banyak"
    names = new_root(many, max(districts))
    warmed = warm(many, names[: 1 + ROUNDS])
    clear(many)
    start = time.perf_counter()
    with ThreadPoolExecutor(CORES) as pool:
        list(pool.map(lambda name: ordinary(many, name), names[:STOCK_DISTRICTS]))
    stock_batch = STOCK_DISTRICTS, time.perf_counter() - start
    batches = {}
    for count in districts:
        batches[count] = batch(many, names[:count])
        check_own_figures(many, names[:count])
        clear(many)
    found = Found(middle(cold), warmed, middle(unchanged), middle(cell), middle(stock), stock_batch, batches, [])
    write(found)
    # the largest last: what was measured before it stands on the page already
    sizes = [(FACILITIES, n) for n in GROWTH_MONTHS] + [(n, MONTHS) for n in GROWTH_FACILITIES]
    for facilities, months in sizes if growth else []:
        place = work / f"{facilities}-{months}"
        [name] = new_root(place, 1, facilities, months)
        try:
            found.growth.append((facilities, months, ours(place, name)))
        except SystemExit as refusal:
            reasons = [line for line in str(refusal).splitlines() if line.lstrip().startswith("•")]
            found.refused.append((facilities, "; ".join(reason.strip("• ") for reason in reasons)))
        shutil.rmtree(place)
    return found


def clear(root: Path) -> None:
    """Remove all that was made of the raw files."""
    shutil.rmtree(root / "reports")
    shutil.rmtree(root / "data" / "processed")


def check_own_figures(root: Path, names: Sequence[str]) -> None:
    """Stop unless every district has a report that holds its own name and facilities and nobody else's."""
    for name in names:
        page = (root / "reports" / name / PERIOD / "v001" / "report.html").read_text(encoding="utf-8")
        others = sorted({f"uji-{found}" for found in re.findall(r"U(?:ji|JI) (\d{3})", page)})
        if others != [name]:
            raise SystemExit(f"the report of {name} names {others}")


# The page -----------------------------------------------------------------------------------------------------------

TEXT = """# Ukuran: waktu membuat laporan

Ditulis oleh `docs/ukur_laporan.py` (`make bench`); jangan diubah dengan tangan.

Daerah simulasi dengan {facilities} puskesmas dan {months} bulan, satu berkas CSV tiap bulan, dan angka yang berlainan
tiap daerah. **Cara biasa** adalah yang diberikan alatnya sendiri: satu perintah `papermill` untuk tiap notebook, lalu
satu perintah yang menjalankan pembuat dokumen bawaan; notebook, komputer, dan berkasnya sama, bergantian dengan program
ini. Satu laporan diukur {rounds} kali dan yang di tengah dicatat. Cara biasa tidak memeriksa data perorangan, tidak
menulis data dan notebook di samping laporan, dan tidak menerbitkan versi.

| yang diukur | program ini (detik) | cara biasa (detik) | kali lebih cepat | sasaran |
|---|---:|---:|---:|---|
"""


def page(found: Found) -> str:
    """Return the text of the page."""
    stock = found.stock.seconds
    of_stock = found.stock_batch[1] / found.stock_batch[0]
    of_full = found.cell.seconds / found.cold.seconds
    rows = [
        line(
            "satu laporan (HTML dan PDF), pertama dalam prosesnya", found.cold.seconds, stock,
            ("≤ 10 detik", found.cold.seconds <= 10), ("≥ 4 kali", stock / found.cold.seconds >= 4),
        ),
        line("satu laporan sesudahnya, satu demi satu", found.warm, stock),
        line("tidak ada yang berubah", found.unchanged.seconds, None, ("≤ 0,4 detik", found.unchanged.seconds <= 0.4)),
        line(
            f"satu sel berubah ({words(100 * of_full, 0)} % dari yang penuh)", found.cell.seconds, stock,
            ("≤ 40 %", of_full <= 0.4),
        ),
    ]  # fmt: skip
    for count, one in found.batches.items():
        each = one.seconds / count
        rows.append(
            line(
                f"tiap laporan dari {count} daerah, {CORES} inti", each, of_stock,
                ("≤ 2,5 detik", each <= 2.5), ("≥ 10 kali", of_stock / each >= 10),
            )
        )  # fmt: skip
    text = TEXT.format(facilities=FACILITIES, months=MONTHS, rounds=ROUNDS) + "\n".join(rows) + "\n"
    text += (
        f"\nCara biasa dengan {CORES} inti: {found.stock_batch[0]} daerah, {CORES} sekaligus, "
        f"{words(found.stock_batch[1])} detik.\n"
    )
    if whole := found.batches.get(514):
        text += (
            f"\n514 daerah selesai dalam {words(whole.seconds / 60)} menit dengan puncak memori {words(whole.peak)} GB "
            f"(sasaran ≤ 22 menit dan ≤ 3 GB: {verdict(whole.seconds <= 22 * 60 and whole.peak <= 3)}).\n"
        )
    else:
        biggest = max(found.batches)
        text += (
            f"\n514 daerah belum dijalankan; menurut {biggest} daerah: sekitar "
            f"{words(514 * found.batches[biggest].seconds / biggest / 60)} menit (sasaran ≤ 22 menit; perkiraan, bukan "
            "hasil ukur).\n"
        )
    text += obstacles(found)
    text += "\n## Memori\n\nPuncak semua proses bersama-sama; yang dipakai bersama dihitung satu kali.\n\n"
    text += "| | GB |\n|---|---:|\n"
    text += f"| satu laporan | {words(found.cold.peak)} |\n| satu laporan, cara biasa | {words(found.stock.peak)} |\n"
    text += "".join(f"| {count} daerah | {words(one.peak)} |\n" for count, one in found.batches.items())
    text += "\n## Langkah demi langkah\n\nSatu laporan, pertama dalam prosesnya.\n\n| langkah | detik |\n|---|---:|\n"
    text += "".join(f"| {name} | {words(seconds)} |\n" for name, seconds in steps(found.cold))
    if found.growth:
        text += "\n## Biaya menurut besarnya daerah\n\n![Waktu menurut FKTP dan bulan](gambar/ukuran-laporan.svg)\n\n"
        text += "| FKTP | bulan | detik | memori puncak (GB) |\n|---:|---:|---:|---:|\n"
        text += "".join(
            f"| {number(facilities)} | {months} | {words(one.seconds)} | {words(one.peak)} |\n"
            for facilities, months, one in found.growth
        )
    for facilities, why in found.refused:
        text += f"\nLaporan dengan {number(facilities)} FKTP dalam satu daerah tidak diterbitkan: {why}.\n"
    machine = f"Diukur pada komputer {os.cpu_count()} inti (Linux) dengan Python {platform.python_version()}"
    return f"{text}\n{machine}; detik bergantung pada beban komputer dan pada cara Python itu dibangun.\n"


def obstacles(found: Found) -> str:
    """Say what stands in the way of the goals, from the steps that were measured."""
    parts = steps(found.cold)
    imports = sum(seconds for _, seconds in parts[:2])
    rest = found.cold.seconds - imports
    return f"""
## Yang menahan

- Dari {words(found.cold.seconds)} detik satu laporan, {words(imports)} detik ialah mulainya program dan impor pustaka;
  {words(rest)} detik ialah pekerjaannya, hampir seluruhnya satu langkah sesudah yang lain. Cara biasa mengimpor pustaka
  yang sama empat kali, tetapi pekerjaannya sama, jadi setiap percepatan pekerjaan juga mempercepat cara biasa.
- Satu sel yang berubah mengubah tabel bersih, semua hitungan kabupaten, gambar, dan dokumen, jadi ketiga notebook dan
  pembuat dokumen berjalan lagi, dan pustakanya diimpor lagi.
- Pada banyak daerah impor dibayar satu kali. Yang tersisa: menghitung dan menggambar (pandas dan matplotlib),
  pandoc dan Typst, dan pemeriksaan data perorangan. Kecuali yang terakhir, cara biasa mengerjakan hal yang sama.
"""


def line(name: str, seconds: float, stock: float | None, *goals: tuple[str, bool]) -> str:
    """One row of the first table; goals: what was wanted, and whether it is reached."""
    ordinary_seconds, ratio = ("–", "–") if stock is None else (words(stock), words(stock / seconds))
    told = "; ".join(f"{goal}: {verdict(reached)}" for goal, reached in goals) or "–"
    return f"| {name} | {words(seconds, 2)} | {ordinary_seconds} | {ratio} | {told} |"


def steps(one: Run) -> list[tuple[str, float]]:
    """What a run said it did, and how long each took."""
    told = [(when, text.removesuffix(" …")) for when, text in one.lines if text.endswith("…")]
    ends = [when for when, _ in told[1:]] + [one.seconds]
    return [("mulai", told[0][0]), *((text, end - when) for (when, text), end in zip(told, ends, strict=True))]


def verdict(reached: bool) -> str:
    """Return the word for a goal."""
    return "**tercapai**" if reached else "**belum tercapai**"


def words(value: float, decimals: int = 1) -> str:
    """Return a number with a decimal comma."""
    return number(value, decimals)


def draw(found: Found) -> None:
    """Draw the growth with size."""
    figure, places = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    for place, axis, label in ((0, places[0], "FKTP"), (1, places[1], "bulan")):
        other = 1 - place
        fixed = (FACILITIES, MONTHS)[other]
        points = sorted((row[place], row[2].seconds) for row in found.growth if row[other] == fixed)
        axis.plot(*zip(*points, strict=True), marker="o", color="#1f4e79")
        axis.set(xlabel=label, ylabel="detik", ylim=(0, None), xlim=(0, None))
        axis.spines[["top", "right"]].set_visible(False)
    plt.rcParams["svg.hashsalt"] = "kbk"
    figure.savefig(FIGURE, metadata={"Date": None})


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--districts", type=int, nargs="+", default=[20, 100])
    parser.add_argument("--no-growth", action="store_true")
    parser.add_argument("--render", nargs=2, metavar=("DISTRICT", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.render:
        render_alone(asked.render[0], Path(asked.render[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        write(measure(Path(folder), asked.districts, not asked.no_growth))


def write(found: Found) -> None:
    """Write the page, and its figure where there is something to draw."""
    if found.growth:
        draw(found)
    TARGET.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
