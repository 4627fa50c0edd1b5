"""The command ``kbk``: parses words, calls the steps, tells what happened; no logic of its own.

Slow imports stand inside the commands, so that help and refused words answer at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from analysis.errors import UserError
from analysis.workspace import PROJECT, Workspace, known_district, simulations

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Laporan evaluasi Kapitasi Berbasis Kinerja (KBK) dari berkas BPJS Kesehatan.",
)
console = Console(highlight=False, soft_wrap=True)
problems = Console(stderr=True, highlight=False, soft_wrap=True)


class RendererName(StrEnum):
    """Renderers that can be asked for."""

    auto = "auto"
    quarto = "quarto"
    pandoc = "pandoc"


Root = Annotated[
    Path, typer.Option("--root", help="Folder kerja yang memuat data/ dan reports/.", show_default="folder proyek")
]
PeriodWord = Annotated[
    str, typer.Option(help="2025, 2025-S1, 2025-T3, atau 2025-03.", show_default="semester lengkap terakhir")
]
CompareWord = Annotated[str, typer.Option(help="Periode pembanding.", show_default="setahun sebelumnya")]
DistrictName = Annotated[str, typer.Argument(metavar="KABUPATEN", help="Nama folder di data/raw, misalnya sanggau.")]


@contextmanager
def _told() -> Iterator[None]:
    """Turn a UserError into its message and exit code; anything else is a bug and keeps its traceback."""
    try:
        yield
    except UserError as error:
        problems.print(f"[bold red]Berhenti:[/] {escape(error.message)}")
        for problem in error.problems:
            problems.print(f"  • {escape(problem)}")
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        problems.print("Dihentikan. Laporan yang sudah terbit tidak berubah.")
        raise typer.Exit(130) from None


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Show the step under way with a spinner in a terminal, as plain lines elsewhere."""
    if not console.is_terminal:
        yield lambda text: console.print(escape(text) + " …")
        return
    with console.status("Mulai …") as status:

        def tell(text: str) -> None:
            console.print(f"[green]•[/] {escape(text)}")
            status.update(escape(text) + " …")

        yield tell


def _workspace(root: Path) -> Workspace:
    return Workspace(root.resolve())


@app.command()
def report(
    district: DistrictName,
    period: PeriodWord = "",
    compare: CompareWord = "",
    renderer: Annotated[RendererName, typer.Option(help="Pembuat HTML dan PDF.")] = RendererName.auto,
    root: Root = PROJECT,
) -> None:
    """Buat laporan HTML dan PDF satu kabupaten/kota."""
    with _told():
        workspace = _workspace(root)
        from analysis.request import Request  # noqa: PLC0415

        request = Request(district, period, compare, renderer.value).checked(workspace)
        with _progress() as progress:
            progress("Menyiapkan program")
            from analysis.pipeline import make_report  # noqa: PLC0415

            published = make_report(workspace, request, progress)
        state = "Laporan baru" if published.new else "Tidak ada yang berubah; laporan yang sama sudah terbit"
        console.print(f"[bold]{state}:[/] {escape(_shown(published.path, workspace))}")
        for name in ("report.html", "report.pdf"):
            console.print(f"  {escape(_shown(published.path / name, workspace))}")
        console.print(f"Daftar semua laporan: {escape(_shown(workspace.reports / 'index.html', workspace))}")


@app.command()
def check(district: DistrictName, root: Root = PROJECT) -> None:
    """Baca dan periksa berkas satu kabupaten/kota tanpa membuat laporan."""
    with _told():
        workspace = _workspace(root)
        known_district(district, workspace.known_districts())
        with _progress() as progress:
            from analysis.check import check_district  # noqa: PLC0415

            lines = check_district(workspace, district, progress)
        for renderable in lines:
            console.print(renderable)


@app.command("list")
def list_districts(root: Root = PROJECT) -> None:
    """Tampilkan kabupaten/kota dan apa yang ada untuk masing-masing."""
    with _told():
        workspace = _workspace(root)
        from analysis.overview import overview  # noqa: PLC0415

        rows = overview(workspace)
        if not rows:
            console.print("Belum ada kabupaten/kota. Letakkan berkas BPJS di data/raw/<kabupaten>/.")
            return
        table = Table(box=None, pad_edge=False)
        for heading in ("Kabupaten/kota", "Nama", "Isi", "Berkas", "Laporan terakhir"):
            table.add_column(heading)
        for row in rows:
            table.add_row(*(escape(cell) for cell in row))
        console.print(table)


@app.command()
def simulate(
    district: Annotated[str, typer.Argument(metavar="KABUPATEN", help="Kabupaten yang disimulasikan.")] = "sanggau",
    root: Root = PROJECT,
) -> None:
    """Buat data simulasi (selalu sama) untuk mencoba program."""
    with _told():
        workspace = _workspace(root)
        known_district(district, simulations(workspace.reference))
        from analysis.simulate import write_simulation  # noqa: PLC0415

        files = write_simulation(workspace.reference, district, workspace.raw_of(district))
        folder = _shown(workspace.raw_of(district), workspace)
        console.print(f"{len(files)} berkas data simulasi ditulis di {escape(folder)}")


@app.command()
def doctor(root: Root = PROJECT) -> None:
    """Periksa komputer ini: Python, pembuat dokumen, huruf, ruang disk."""
    with _told():
        from analysis.doctor import examine  # noqa: PLC0415

        colours = {"ok": "green", "perhatian": "yellow", "gagal": "red"}
        checks = examine(_workspace(root).root)
        for item in checks:
            console.print(f"[{colours[item.state]}]{item.state:9}[/] {escape(item.name)}: {escape(item.text)}")
            if item.advice:
                console.print(f"          {escape(item.advice)}")
        if any(item.state == "gagal" for item in checks):
            raise typer.Exit(1)


def _shown(path: Path, workspace: Workspace) -> str:
    """A path as short as it can be told: from the current folder, else from the root, else whole."""
    for base in (Path.cwd(), workspace.root):
        if path.is_relative_to(base):
            return str(path.relative_to(base))
    return str(path)


def main() -> None:
    """Entry point of the command ``kbk``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()
