"""Rendering with the Quarto program: one private copy of the document for each format, and a log that is read."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from analysis.errors import RenderError
from analysis.pandoc import no_network

if TYPE_CHECKING:
    from analysis.document import DocumentInfo

Target = Literal["html", "typst"]
FINISHED: Mapping[Target, str] = {"html": "report.html", "typst": "report.pdf"}
TIMEOUT = 300.0

# Only these pass on: a variable of the user's shell (a profile, a log file, a font folder) must not change the report.
# The QUARTO_… names are those by which a conda environment tells Quarto where its parts are.
_PASSED_ON = (
    "PATH", "PATHEXT", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PROGRAMDATA", "PROGRAMFILES",
    "HOME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "XDG_CACHE_HOME", "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR", "TMPDIR", "TEMP", "TMP", "CONDA_PREFIX", "DENO_DOM_PLUGIN",
    "QUARTO_DENO", "QUARTO_DENO_DOM", "QUARTO_PANDOC", "QUARTO_TYPST", "QUARTO_TYPST_GATHER", "QUARTO_ESBUILD",
    "QUARTO_DART_SASS", "QUARTO_SHARE_PATH", "QUARTO_CONDA_PREFIX",
)  # fmt: skip

_COLORS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ALARMS = re.compile(
    r"^\s*(?:\[?(?:WARN(?:ING)?|ERROR|FATAL|CRITICAL)\b|(?:warning|error):)"
    r"|unable to resolve crossref|unresolved reference|unknown font family|could not (?:fetch|convert|find) "
    r"|shortcode '[^']*' not found|label `?<[^>]*>`? does not exist|file not found",
    re.IGNORECASE,
)
# Quarto asks for a checker of its own whenever a PDF standard is named; Typst keeps to the standard without it.
_HARMLESS = ("PDF standard validation requested but verapdf is not installed",)


def arguments(program: Path, source: str, target: Target) -> list[str]:
    """Command line of one rendering; all options of the formats stand in the document itself."""
    return [str(program), "render", source, "--to", target, "--no-execute"]


def environment(info: DocumentInfo | None) -> dict[str, str]:
    """Environment of Quarto: few variables of the caller, fixed language, no colours, no network, fixed moment."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    fixed = {
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "DENO_NO_UPDATE_CHECK": "1",
        "TYPST_IGNORE_SYSTEM_FONTS": "true",
        **no_network(),
    }
    if info is not None:
        fixed["SOURCE_DATE_EPOCH"] = str(int(info.epoch.timestamp()))
    return {**kept, **fixed}


def render(program: Path, source: Path, info: DocumentInfo, out: Path) -> list[Path]:
    """Write report.html and report.pdf into ``out`` and return their paths.

    Raises RenderError where Quarto fails, does not end, or complains: it ends well with an unresolved reference.
    """
    made: list[Path] = []
    problems: list[str] = []
    targets: Sequence[Target] = ("html", "typst")
    for target in targets:
        # Two formats in one folder delete each other's files, and a _quarto.yml above would be obeyed.
        with tempfile.TemporaryDirectory(prefix="kbk-quarto-") as name:
            private = Path(name) / "report"
            shutil.copytree(source.parent, private)
            log, code = _run(arguments(program, source.name, target), private, environment(info))
            found = scan_log(log)
            finished = private / FINISHED[target]
            if code:
                found = found or [line for line in _lines(log)[-5:] if line] or [f"kode keluar {code}"]
            elif not finished.is_file():
                found.append(f"{FINISHED[target]} tidak dibuat")
            problems += [f"{target}: {problem.replace(str(private), '…')}" for problem in found]
            if not found:
                made.append(Path(shutil.copyfile(finished, out / FINISHED[target])))
    if problems:
        raise RenderError(
            "Quarto tidak dapat membuat laporan tanpa cacat. Coba pembuat bawaan: “make report … RENDERER=pandoc”.",
            problems,
        )
    return made


def scan_log(text: str) -> list[str]:
    """Return the lines of a Quarto log that tell of a fault, without colours, each once.

    Quarto ends with code 0 also after an unresolved reference, a missing image, an unknown shortcode or a font that it
    replaced: only the log tells.
    """
    found = [line for line in _lines(text) if _ALARMS.search(line) and not any(known in line for known in _HARMLESS)]
    return list(dict.fromkeys(found))


def _lines(text: str) -> list[str]:
    return [_COLORS.sub("", line).strip() for line in re.split(r"[\r\n]+", text)]


def _run(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> tuple[str, int]:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RenderError(
            f"Quarto tidak selesai dalam {TIMEOUT:.0f} detik. Coba pembuat bawaan: “make report … RENDERER=pandoc”."
        ) from None
    except OSError as error:
        raise RenderError(
            f"Quarto tidak dapat dijalankan ({error.strerror}). Pasang ulang Quarto, atau pakai RENDERER=pandoc."
        ) from None
    return done.stdout, done.returncode
