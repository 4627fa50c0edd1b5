"""Looks over this computer and says, line by line, what is in order and what to do about the rest."""

from __future__ import annotations

import os
import platform
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from analysis import __version__
from analysis.errors import UserError
from analysis.workspace import PROJECT

State = Literal["ok", "perhatian", "gagal"]

OLDEST, NEWEST = (3, 11), (3, 13)
LOW_DISK_BYTES = 2_000_000_000
NAMES_SHOWN = 5
SECONDS = 20
FONT_FILES = ("Regular", "Bold", "It", "BoldIt")
SETUP = "Jalankan: make setup"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")


@dataclass(frozen=True)
class Check:
    """One thing looked at.

    name: what it is, for the first column.
    state: ok, perhatian (works, but read the advice) or gagal (a report cannot be made like this).
    text: what was found.
    advice: next step; empty when the state is ok.
    """

    name: str
    state: State
    text: str
    advice: str = ""


def examine(root: Path) -> list[Check]:
    """Look at Python, packages, renderers, fonts, folders and programs; never raises and changes nothing.

    root: folder that holds ``data/`` and ``reports/``.
    """
    examinations: list[tuple[str, Callable[[], Check]]] = [
        ("Python", lambda: python_check(sys.version_info[:3], struct.calcsize("P") * 8)),
        ("Versi proyek", package_check),
        ("Paket", lambda: lock_check(PROJECT / "requirements.lock")),
        ("Pembuat laporan", renderer_check),
        ("Pandoc", pandoc_check),
        ("Typst", typst_check),
        ("Quarto", quarto_check),
        ("Huruf", font_check),
        ("Ruang disk", lambda: disk_check(root)),
        ("Folder data", lambda: folder_check("Folder data", root / "data")),
        ("Folder reports", lambda: folder_check("Folder reports", root / "reports")),
        ("Kernel Jupyter", kernel_check),
        ("Kernel siap pakai", warm_kernel_check),
        ("Chromium", chromium_check),
    ]
    return [_guarded(name, look) for name, look in examinations]


def python_check(version: tuple[int, ...], bits: int) -> Check:
    """Whether the running Python is one the project is made for.

    version: major, minor, micro.
    bits: width of a pointer.
    """
    text = f"Python {'.'.join(map(str, version))}, {bits}-bit, {platform.system()} {platform.machine()}"
    if OLDEST <= version[:2] <= NEWEST and bits == 64:
        return Check("Python", "ok", text)
    return Check(
        "Python", "gagal", text, "Pasang Python 3.11, 3.12, atau 3.13 (64-bit), lalu jalankan: make clean setup"
    )


def package_check() -> Check:
    """Version of the project, and whether the code that runs is the code of this folder."""
    try:
        metadata.version("kbk-analysis")
    except metadata.PackageNotFoundError:
        return Check(
            "Versi proyek", "perhatian", f"kbk-analysis {__version__}, belum dipasang di lingkungan ini", SETUP
        )
    return Check("Versi proyek", "ok", f"kbk-analysis {__version__} di {PROJECT}")


def locked_versions(lock: str) -> dict[str, str]:
    """Return the versions the lock wants on this computer: canonical name -> version.

    Lines whose marker is for another system or Python are left out.
    """
    versions = {}
    for line in lock.splitlines():
        if not line or line[0] in "# \t":
            continue
        try:
            requirement = Requirement(line.rstrip("\\ "))
        except InvalidRequirement:
            continue
        if requirement.marker is None or requirement.marker.evaluate():
            pins = [pin.version for pin in requirement.specifier if pin.operator == "=="]
            versions.update({str(canonicalize_name(requirement.name)): pin for pin in pins})
    return versions


def lock_check(lock: Path, installed: Callable[[str], str] = metadata.version) -> Check:
    """Whether the installed packages are the ones of requirements.lock.

    lock: the lock file.
    installed: name -> installed version; default: this environment's.
    """
    try:
        wanted = locked_versions(lock.read_text(encoding="utf-8"))
    except OSError:
        return Check("Paket", "perhatian", f"{lock.name} tidak ditemukan, jadi versi paket tidak dapat diperiksa")
    missing, different = [], []
    for name, version in sorted(wanted.items()):
        try:
            found = installed(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
            continue
        if found != version:
            different.append(f"{name} {found} (tercatat {version})")
    if missing:
        return Check("Paket", "gagal", f"{len(missing)} paket belum terpasang: {_some(missing)}", SETUP)
    if different:
        conda = bool(os.environ.get("CONDA_PREFIX"))
        advice = "Wajar pada conda; angka dapat dibandingkan dengan lingkungan .venv." if conda else SETUP
        return Check("Paket", "perhatian", f"{len(different)} paket berbeda versi: {_some(different)}", advice)
    return Check("Paket", "ok", f"{len(wanted)} paket sama dengan {lock.name}")


def renderer_check() -> Check:
    """Which renderer ``auto`` takes."""
    # Imported here: this examination must also run where a package the renderers need is missing.
    from analysis.renderers import choose_renderer  # noqa: PLC0415

    try:
        choice = choose_renderer("auto")
    except UserError as error:
        return Check("Pembuat laporan", "gagal", str(error), SETUP)
    version = choice.version if choice.version.startswith(choice.name) else f"{choice.name} {choice.version}"
    return Check("Pembuat laporan", "ok", f"{version} ({choice.path})")


def pandoc_check() -> Check:
    """Version of the pandoc that comes with the environment."""
    import pypandoc  # noqa: PLC0415

    try:
        return Check("Pandoc", "ok", f"pandoc {pypandoc.get_pandoc_version()} ({pypandoc.get_pandoc_path()})")
    except OSError as error:
        return Check("Pandoc", "gagal", f"pandoc tidak dapat dijalankan: {error}", "Jalankan: make clean setup")


def typst_check() -> Check:
    """Whether Typst sets a page here, and its version."""
    import typst  # noqa: PLC0415

    typst.compile(b"Uji")
    return Check("Typst", "ok", f"typst {metadata.version('typst')}")


def quarto_check(which: Callable[[str], str | None] = shutil.which) -> Check:
    """Whether the Quarto program is there; without it the built-in renderer does the work.

    which: finds a program on PATH.
    """
    path = which("quarto")
    if path is None:
        return Check(
            "Quarto",
            "ok",
            "tidak ada; laporan dibuat dengan pembuat bawaan (pandoc dan Typst), isinya sama",
        )
    version = _first_line([path, "--version"])
    if not version:
        return Check(
            "Quarto",
            "perhatian",
            f"ada di {path} tetapi tidak dapat dijalankan",
            "Pasang ulang Quarto, atau pakai RENDERER=pandoc",
        )
    return Check("Quarto", "ok", f"quarto {version} ({path})")


def font_check() -> Check:
    """Whether the files of the report's font are there; a missing font would be replaced in silence."""
    spec = find_spec("font_source_sans_pro")
    folders = list(spec.submodule_search_locations or []) if spec else []
    files = [Path(folder) / "files" / f"SourceSansPro-{style}.ttf" for folder in folders for style in FONT_FILES]
    absent = [file.name for file in files if not file.is_file()]
    if not files or absent:
        text = f"berkas tidak ada: {_some(absent)}" if absent else "paket font-source-sans-pro belum terpasang"
        return Check("Huruf", "gagal", f"Source Sans Pro: {text}", "Jalankan: make clean setup")
    return Check("Huruf", "ok", f"Source Sans Pro, {len(files)} berkas")


def disk_check(root: Path, free_bytes: int | None = None) -> Check:
    """Whether there is room for reports.

    root: folder on the disk in question.
    free_bytes: free space; default: asked from the system.
    """
    free = shutil.disk_usage(_existing(root)).free if free_bytes is None else free_bytes
    text = f"{free / 1e9:.1f} GB kosong".replace(".", ",")
    if free < LOW_DISK_BYTES:
        return Check("Ruang disk", "perhatian", text, "Kosongkan sedikitnya 2 GB sebelum membuat laporan.")
    return Check("Ruang disk", "ok", text)


def folder_check(name: str, folder: Path) -> Check:
    """Whether files can be written in a folder, or the folder can be made.

    name: for the first column.
    folder: need not exist yet.
    """
    there = _existing(folder)
    try:
        # Asking for permission is not enough: on Windows and on shared folders only a written file tells.
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        advice = "Pindahkan proyek ke folder milik sendiri, atau minta izin tulis untuk folder ini."
        return Check(name, "gagal", f"tidak dapat menulis di {there}: {error.strerror or error}", advice)
    return Check(name, "ok", f"dapat ditulis: {folder}" if there == folder else f"belum ada, dapat dibuat: {folder}")


def kernel_check() -> Check:
    """Whether the kernel python3 that runs the notebooks is there and starts this very Python."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel  # noqa: PLC0415

    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return Check("Kernel Jupyter", "gagal", "kernel python3 tidak ditemukan", "Jalankan: make clean setup")
    program = str(spec.argv[0])
    same = program in {"python", "python3"} or Path(program).absolute() == Path(sys.executable).absolute()
    if not same:
        return Check(
            "Kernel Jupyter",
            "perhatian",
            f"kernel python3 memakai Python lain: {program}",
            f"Hapus folder {spec.resource_dir} (kernel lama), lalu jalankan lagi: make doctor",
        )
    if find_spec("ipykernel") is None:
        return Check("Kernel Jupyter", "gagal", "paket ipykernel belum terpasang", SETUP)
    return Check("Kernel Jupyter", "ok", f"python3 ({spec.resource_dir})")


def warm_kernel_check() -> Check:
    """Whether kernels are forked from a process that has imported everything, here and under JupyterLab."""
    from analysis.fork_server import CHOICE, available  # noqa: PLC0415
    from analysis.warm_kernels import NAME, chosen  # noqa: PLC0415

    name = "Kernel siap pakai"
    if not available():
        return Check(name, "ok", f"tidak ada di {platform.system()}; kernel dinyalakan dengan cara biasa, lebih lama")
    try:
        forked = chosen()
    except UserError as error:
        return Check(name, "gagal", str(error), f"Hapus variabel {CHOICE}, lalu jalankan lagi: make doctor")
    if not forked:
        return Check(name, "ok", f"tidak dipakai karena {CHOICE}={os.environ[CHOICE]}")
    if not metadata.entry_points(group="jupyter_client.kernel_provisioners", name=NAME):
        return Check(name, "perhatian", "dipakai oleh make report, belum terdaftar untuk JupyterLab", SETUP)
    return Check(name, "ok", "dipakai oleh make report dan make lab")


def chromium_check(which: Callable[[str], str | None] = shutil.which) -> Check:
    """Whether a Chromium is there; only tests of the pages use it.

    which: finds a program on PATH.
    """
    path = next((found for name in CHROMIUM_NAMES if (found := which(name))), None)
    if path is None:
        return Check(
            "Chromium", "ok", "tidak ada; hanya diperlukan oleh pengujian halaman, bukan untuk membuat laporan"
        )
    return Check("Chromium", "ok", f"{path} (hanya untuk pengujian)")


def _guarded(name: str, look: Callable[[], Check]) -> Check:
    """Run one examination; a fault in what it looks at is its finding, not the end of the others."""
    try:
        return look()
    except ImportError as error:
        return Check(name, "gagal", f"paket tidak dapat dimuat: {error}", SETUP)
    except Exception as error:
        return Check(name, "gagal", f"tidak dapat diperiksa: {error}", "Jalankan: make clean setup")


def _some(names: list[str]) -> str:
    more = len(names) - NAMES_SHOWN
    return ", ".join(names[:NAMES_SHOWN]) + (f", dan {more} lagi" if more > 0 else "")


def _existing(folder: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    return next(place for place in (folder, *folder.absolute().parents) if place.is_dir())


def _first_line(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = done.stdout.split("\n") if done.returncode == 0 else [""]
    return lines[0].strip()
