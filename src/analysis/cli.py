"""The command ``kbk``: parses words, calls the steps, tells what happened; no logic of its own.

Slow imports stand inside the commands, so that help and refused words answer at once.
"""

from __future__ import annotations

import datetime as dt
import gc
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from traceback import format_exception
from types import TracebackType
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from analysis.errors import ParameterError, UserError, nearest
from analysis.identifiers import hidden
from analysis.workspace import (
    PROJECT,
    Workspace,
    checked_slug,
    known_district,
    known_simulation,
    shown,
    simulations,
)

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # brings a Markdown reader, for which the help would have to wait
    help="Laporan evaluasi Kapitasi Berbasis Kinerja (KBK) dari berkas BPJS Kesehatan.",
)
console = Console(highlight=False, soft_wrap=True, emoji=False)
problems = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


class RendererName(StrEnum):
    """Renderers that can be asked for."""

    auto = "auto"
    quarto = "quarto"
    pandoc = "pandoc"


class EngineWord(StrEnum):
    """Engines that can be asked for."""

    duckdb = "duckdb"
    spark = "spark"


Root = Annotated[
    Path, typer.Option("--root", help="Folder kerja yang memuat data/ dan reports/.", show_default="folder proyek")
]
PeriodWord = Annotated[
    str, typer.Option(help="2025, 2025-S1, 2025-T3, atau 2025-03.", show_default="semester lengkap terakhir")
]
CompareWord = Annotated[str, typer.Option(help="Periode pembanding.", show_default="setahun sebelumnya")]
Renderer = Annotated[RendererName, typer.Option(help="Pembuat HTML dan PDF.")]
Engine = Annotated[EngineWord, typer.Option(help="Mesin penghitung berkas kunjungan; spark untuk klaster.")]
Again = Annotated[
    bool, typer.Option("--again", help="Jalankan lagi semua langkah, juga yang masukannya tidak berubah.")
]
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
def _progress(lines: bool = True) -> Iterator[Callable[[str], None]]:
    """Show the step under way with a spinner in a terminal, as plain lines elsewhere; a sentence is no step.

    lines: whether each step leaves a line; False for many small steps, which then only move the spinner.
    """
    if not console.is_terminal:
        yield lambda text: console.print(_under_way(text)) if lines else None
        return
    with console.status("Mulai …") as status:

        def tell(text: str) -> None:
            if lines:
                console.print(f"[green]•[/] {escape(text)}")
            status.update(_under_way(text))

        yield tell


def _under_way(text: str) -> str:
    return escape(text) if text.endswith(".") else f"{escape(text)} …"


def _workspace(root: Path) -> Workspace:
    return Workspace(root.resolve())


@app.command()
def report(
    district: DistrictName,
    period: PeriodWord = "",
    compare: CompareWord = "",
    renderer: Renderer = RendererName.auto,
    *,
    engine: Engine = EngineWord.duckdb,
    again: Again = False,
    root: Root = PROJECT,
) -> None:
    """Buat laporan HTML dan PDF satu kabupaten/kota."""
    with _told():
        workspace = _workspace(root)
        from analysis.request import Request  # noqa: PLC0415

        request = Request(district, period, compare, renderer.value, engine.value, again).checked(workspace)
        with _progress() as progress:
            from analysis.pipeline import make_report  # noqa: PLC0415

            published = make_report(workspace, request, progress)
        state = "Laporan baru" if published.new else "Tidak ada yang berubah; laporan yang terbit tetap berlaku"
        console.print(f"[bold]{state}:[/] {escape(shown(published.path))}")
        for name in ("report.html", "report.pdf"):
            console.print(f"  {escape(shown(published.path / name))}")
        console.print(f"Daftar semua laporan: {escape(shown(workspace.reports / 'index.html'))}")


@app.command()
def reports(
    districts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[KABUPATEN]...", help="Nama folder di data/raw.", show_default="semua yang mempunyai data"
        ),
    ] = None,
    period: PeriodWord = "",
    compare: CompareWord = "",
    renderer: Renderer = RendererName.auto,
    *,
    engine: Engine = EngineWord.duckdb,
    jobs: Annotated[
        int,
        typer.Option(
            min=0, help="Banyaknya laporan yang dibuat bersamaan.", show_default="menurut inti prosesor dan memori"
        ),
    ] = 0,
    limit: Annotated[float, typer.Option(min=0.1, help="Batas waktu satu laporan, dalam menit.")] = 30,
    scheduler: Annotated[
        str, typer.Option(help="Alamat penjadwal Dask, misalnya tcp://10.0.0.5:8786.", show_default="komputer ini saja")
    ] = "",
    again: Again = False,
    root: Root = PROJECT,
) -> None:
    """Buat laporan banyak kabupaten/kota sekaligus. Yang gagal disebut di akhir, yang lain tetap terbit."""
    with _told():
        workspace = _workspace(root)
        from analysis.batch import chosen_requests, default_jobs, make_reports, require_all  # noqa: PLC0415
        from analysis.batch_progress import BatchProgress, summary  # noqa: PLC0415
        from analysis.request import Request  # noqa: PLC0415

        asked = Request("", period, compare, renderer.value, engine.value, again).checked_words()
        requests, passed = chosen_requests(workspace, districts or [], asked)
        for sentence in passed:
            console.print(escape(sentence))
        processes = jobs or default_jobs()
        where = f"di klaster {scheduler}" if scheduler else f"paling banyak {min(processes, len(requests))} bersamaan"
        console.print(escape(f"{len(requests)} laporan, {where}"))
        display = BatchProgress(console, len(requests))
        try:
            with display.shown():
                if scheduler:
                    from analysis.batch_dask import make_reports_on  # noqa: PLC0415

                    make_reports_on(scheduler, workspace, requests, display, limit=limit * 60)
                else:
                    make_reports(workspace, requests, display, jobs=processes, limit=limit * 60)
        finally:
            console.print(f"[bold]{escape(summary(display.outcomes, len(requests)))}[/]")
            if (workspace.reports / "index.html").is_file():
                console.print(f"Daftar semua laporan: {escape(shown(workspace.reports / 'index.html'))}")
        require_all(display.outcomes)


@app.command()
def check(district: DistrictName, engine: Engine = EngineWord.duckdb, root: Root = PROJECT) -> None:
    """Periksa berkas satu kabupaten/kota tanpa membuat laporan."""
    with _told():
        workspace = _workspace(root)
        known_district(district, workspace.known_districts())
        with _progress(lines=False) as progress:
            from analysis.check import check_district  # noqa: PLC0415

            answer = check_district(workspace, district, progress, engine.value, today=dt.date.today())
        for renderable in answer:
            console.print(renderable)


@app.command()
def new(
    district: Annotated[
        str, typer.Argument(metavar="KABUPATEN", help="Nama folder baru: huruf kecil, angka, dan tanda hubung.")
    ],
    name: Annotated[str, typer.Option(help="Nama lengkap daerah.", show_default="menurut daftar wilayah")] = "",
    level: Annotated[
        str, typer.Option(help="kabupaten, kota, atau provinsi.", show_default="menurut daftar wilayah")
    ] = "",
    year: Annotated[int, typer.Option(help="Tahun pada buku kerja isian.", show_default="tahun ini")] = 0,
    root: Root = PROJECT,
) -> None:
    """Buat folder daerah baru. Isinya district.yml dan buku kerja isian bagi yang tidak memperoleh ekspor BPJS."""
    with _told():
        workspace = _workspace(root)
        checked_slug(district)
        from analysis.new_district import start_district  # noqa: PLC0415

        made = start_district(workspace, district, year or dt.date.today().year, name, level)
        for path in made:
            console.print(f"Dibuat: {escape(shown(path))}")
        if not made:
            console.print(f"Tidak ada yang dibuat; semuanya sudah ada di {escape(shown(workspace.raw_of(district)))}")
        console.print(
            "Langkah berikut: periksa district.yml, letakkan berkas BPJS di folder itu (atau isi buku kerja isian), "
            f"lalu jalankan kbk check {escape(district)}"
        )


@app.command()
def names(
    district: DistrictName,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            help="NAMA=KODE: simpan satu nama tanpa bertanya; boleh ditulis berkali-kali.", metavar="NAMA=KODE"
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Hanya tampilkan; jangan menulis apa pun.")] = False,
    root: Root = PROJECT,
) -> None:
    """Tampilkan nama FKTP yang belum dikenali. Kode yang Anda pilih disimpan di district.yml."""
    with _told():
        workspace = _workspace(root)
        known_district(district, workspace.known_districts())
        with _progress(lines=False) as progress:
            from analysis import name_review  # noqa: PLC0415

            found = name_review.review(workspace, district, progress, today=dt.date.today())
        if accept:
            answer = name_review.saved(found, name_review.accepted(found, accept), dry_run)
        elif dry_run or not found.names or not (console.is_terminal and sys.stdin.isatty()):
            answer = name_review.listing(found)
        else:
            chosen = name_review.asked(found, console.print, partial(console.input, markup=False))
            answer = name_review.saved(found, chosen, dry_run)
        for renderable in answer:
            console.print(renderable)


@app.command("list")
def list_districts(root: Root = PROJECT) -> None:
    """Tampilkan kabupaten/kota dan apa yang ada untuk masing-masing."""
    with _told():
        workspace = _workspace(root)
        from rich.table import Table  # noqa: PLC0415

        from analysis.overview import overview  # noqa: PLC0415

        rows = overview(workspace)
        if not rows:
            console.print("Belum ada kabupaten/kota. Letakkan berkas BPJS di data/raw/<kabupaten>/.")
            return
        table = Table(box=None, padding=(0, 1, 0, 0))
        table.add_column("Folder", no_wrap=True)
        table.add_column("Nama", overflow="fold")
        table.add_column("Isi", overflow="fold")
        table.add_column("Berkas", justify="right")
        table.add_column("Bulan", no_wrap=True)
        table.add_column("Laporan", no_wrap=True)
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
        known_simulation(district, simulations(workspace.reference))
        from analysis.simulate import write_simulation  # noqa: PLC0415

        files = write_simulation(workspace.reference, district, workspace.raw_of(district))
        folder = shown(workspace.raw_of(district))
        console.print(f"{len(files)} berkas data simulasi ditulis di {escape(folder)}")


@app.command()
def doctor(root: Root = PROJECT) -> None:
    """Periksa komputer ini. Yang dilihat: Python, paket, pembuat laporan, huruf, dan ruang disk."""
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


_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
"""What a wrong command line raises; not the UsageError of the package click, since typer carries its own copy of it."""
_MISUSES = (
    (r"No such command '(.*?)'", "Perintah “{0}” tidak ada.{near} Yang ada: {known}."),
    (r"No such option: (\S+)", "Pilihan “{0}” tidak dikenal.{near}"),
    (r"Missing argument '(.*?)'", "{0} belum ditulis, misalnya: {command} sanggau."),
    (r"Invalid value for '(.*?)': .*?'(.*?)' is not one of (.*?)\.", "Isi {0} “{1}” tidak dikenal. Yang ada: {2}."),
    (r"Invalid value for '(.*?)'", "Isi {0} tidak dapat dipakai."),
    (r"unexpected extra argument\S* \((.*)\)", "Kata berlebih: {0}. Nama kabupaten/kota ditulis tanpa spasi."),
    (r"Option '(.*?)' requires", "Sesudah {0} harus ada isinya."),
    (r"Option '(.*?)' does not take", "Pilihan {0} tidak memakai isi."),
)
"""What click says of a wrong command line, and what the analyst is told instead."""


def misuse(error: Exception) -> str:
    """Return a usage error as an Indonesian sentence with the way to the help."""
    context: typer.Context | None = getattr(error, "ctx", None)
    command = context.command_path if context else "kbk"
    commands = list(getattr(context.command, "commands", [])) if context else []
    options = [name for parameter in context.command.params for name in parameter.opts] if context else []
    known = commands or options
    said: str = error.format_message() if hasattr(error, "format_message") else str(error)
    text = f"Perintah tidak dapat dipahami: {said}"
    for pattern, sentence in _MISUSES:
        if match := re.search(pattern, said, re.DOTALL):
            words = [word.replace("'", "") for word in match.groups()]
            near = nearest(words[0], known)
            text = sentence.format(*words, near=near, known=", ".join(known), command=command)
            break
    return f"{text} Bantuan: {command} --help"


def run(words: list[str]) -> int:
    """Run a command line and return its exit code; a wrong one is told in Indonesian."""
    try:
        code = app(args=words, prog_name="kbk", standalone_mode=False)
    except _USAGE_ERROR as error:
        if words:
            problems.print(f"[bold red]Berhenti:[/] {escape(misuse(error))}")
        else:
            console.print(escape(str(error)))  # the help
        return ParameterError.exit_code
    except typer.Abort:
        problems.print("Dihentikan.")
        return 130
    return code if isinstance(code, int) else 0


def main() -> None:
    """Entry point of the command ``kbk``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.excepthook = _tell_bug
    code = run(sys.argv[1:])
    # Python searches all memory for garbage before it ends, which takes half a second after a report.
    gc.freeze()
    sys.exit(code)


def _tell_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show the traceback of a bug without the numbers of persons that a value in it may hold."""
    sys.stderr.write(hidden("".join(format_exception(kind, error, trace))))
