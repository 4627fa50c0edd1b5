"""Put a finished report in its place: versions never touched again, each with a manifest, and an index page."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analysis.errors import PublishError
from analysis.private_folders import private_folder, told
from analysis.raw_folder import file_sha256

MANIFEST = "manifest.json"
INDEX = "index.html"
_VERSION = re.compile(r"v(\d{3,})")
_TRIES = 1000


@dataclass(frozen=True)
class Published:
    """Where a report stands: folder, name of the version ('v003'), and whether this run made it."""

    path: Path
    version: str
    new: bool


@contextmanager
def work_folder(reports: Path) -> Iterator[Path]:
    """Give a private folder beside the reports, on the same file system, and remove it whatever happens.

    What runs that were killed left there goes first. Raises PublishError where disk or permissions refuse.
    """
    with ExitStack() as stack:
        with _told("Folder kerja"):
            reports.mkdir(parents=True, exist_ok=True)
            folder = stack.enter_context(private_folder(reports))
        yield folder


def publish(built: Path, target: Path, manifest: Mapping[str, Any]) -> Published:
    """Move the finished files in ``built`` to the next free version under ``target``, in one step.

    built: private folder on the same file system; gone afterwards. target: reports/<district>/<period>.
    manifest: what is to be said about the report; no times, no places of this machine. Checksums are added.

    A report equal to the newest version is not published again. Earlier versions are never touched.
    Raises PublishError where disk or permissions refuse; then nothing has changed.
    """
    with _told("Laporan"):
        written = hashlib.sha256(_write_manifest(built, manifest)).hexdigest()
        target.mkdir(parents=True, exist_ok=True)
        newest = versions(target)[-1:]
        if newest and is_whole(newest[0], written):
            shutil.rmtree(built)
            return Published(newest[0], newest[0].name, new=False)
        # A private folder is for its owner alone; a report is to be read by others.
        built.chmod(0o755)
        for path in built.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        number = _number(newest[0]) + 1 if newest else 1
        for candidate in range(number, number + _TRIES):
            place = target / f"v{candidate:03d}"
            if _moved(built, place):
                return Published(place, place.name, new=True)
            if is_whole(place, written):
                # Another run was quicker with the very same report.
                shutil.rmtree(built)
                return Published(place, place.name, new=False)
    raise PublishError(f"Tidak ada nomor versi yang bebas di {target.name}/. Hubungi pengelola folder reports.")


def versions(target: Path) -> list[Path]:
    """Folders of the published versions of one district and period, the oldest first."""
    if not target.is_dir():
        return []
    found = [path for path in target.iterdir() if path.is_dir() and _VERSION.fullmatch(path.name)]
    return sorted(found, key=_number)


def is_whole(version: Path, manifest: str) -> bool:
    """Whether a version has the manifest of this SHA-256, and files that fit the manifest."""
    try:
        written = (version / MANIFEST).read_bytes()
        if hashlib.sha256(written).hexdigest() != manifest:
            return False
        expected: dict[str, str] = json.loads(written)["files"]
        return all(file_sha256(version / name) == sum_ for name, sum_ in expected.items())
    except OSError:
        return False


def write_index(reports: Path) -> Path:
    """Write reports/index.html, the list of all published reports, in one step; equal reports give equal bytes."""
    with work_folder(reports) as work, _told("Daftar laporan"):
        new, page = work / INDEX, ""
        # A run that looked before this one and writes after it would take its line away: each looks once more.
        for _ in range(_TRIES):
            seen = _index_page(reports)
            if seen == page:
                break
            page = seen
            new.write_text(page, encoding="utf-8", newline="\n")
            new.chmod(0o644)
            new.replace(reports / INDEX)
    return reports / INDEX


def _write_manifest(built: Path, manifest: Mapping[str, Any]) -> bytes:
    files = {
        path.relative_to(built).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(built.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    if not files:
        raise PublishError("Folder laporan kosong; tidak ada yang diterbitkan. Jalankan “make report” lagi.")
    content = {**manifest, "files": files}
    written = (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
    (built / MANIFEST).write_bytes(written)
    return written


def _moved(built: Path, place: Path) -> bool:
    """Move ``built`` to ``place`` in one step; False where another run was there first."""
    # An empty folder would be replaced by rename on POSIX: it may be another's, so it counts as taken.
    if place.exists():
        return False
    try:
        os.rename(built, place)  # noqa: PTH104  (Path.rename says the same; os names the one step)
    except OSError as error:
        taken = {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR}
        if error.errno in taken or (isinstance(error, PermissionError) and place.exists()):
            return False
        raise
    return True


def _number(version: Path) -> int:
    match = _VERSION.fullmatch(version.name)
    return int(match[1]) if match else 0


def _told(what: str) -> AbstractContextManager[None]:
    return told(what, "reports", "Laporan sebelumnya tidak berubah.")


def _index_page(reports: Path) -> str:
    sections = []
    for district in _folders(reports):
        rows = []
        name = ""
        for period in _folders(district):
            for version in reversed(versions(period)):
                facts = _facts(version)
                name = name or str(facts.get("district_label") or facts.get("district") or "")
                rows.append(_row(version, period.name, facts, reports))
        if rows:
            heading = f"<h2>{escape(name or district.name)}</h2>"
            titles = "".join(f"<th>{title}</th>" for title in ("Periode", "Versi", "Judul", "Dibuat dengan", "Data"))
            head = f"<thead><tr>{titles}</tr></thead>"
            body = "".join(rows)
            sections.append(
                f'<section>{heading}\n<div class="gulir"><table>{head}<tbody>\n{body}</tbody></table></div></section>\n'
            )
    content = "".join(sections) or "<p>Belum ada laporan yang diterbitkan.</p>\n"
    return _INDEX_PAGE.replace("@ISI@", content)


def _row(version: Path, period: str, facts: Mapping[str, Any], reports: Path) -> str:
    title = facts.get("title")
    shown = escape(str(title)) if title else "<em>manifes tidak terbaca</em>"
    place = version.relative_to(reports).as_posix()
    links = [
        f'<a href="{quote(f"{place}/{file}")}">{label}</a>'
        for file, label in (("report.html", "HTML"), ("report.pdf", "PDF"))
        if (version / file).is_file()
    ]
    data = "" if not facts else "<strong>simulasi</strong>" if facts.get("simulated") else "nyata"
    cells = [
        escape(str(facts.get("period_label") or facts.get("period") or period)),
        " ".join([escape(version.name), *links]),
        shown,
        escape(str(facts.get("renderer") or "")),
        data,
    ]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n"


def _facts(version: Path) -> dict[str, Any]:
    """What the manifest of a version says; empty where it cannot be read or is not one of ours."""
    try:
        facts = json.loads((version / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return facts if isinstance(facts, dict) and isinstance(facts.get("title"), str) else {}


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return sorted(p for p in parent.iterdir() if p.is_dir() and not p.name.startswith((".", "_")))


_INDEX_PAGE = """\
<!DOCTYPE html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Laporan KBK</title>
<style>
body { margin: 0 auto; padding: 1.5rem; max-width: 60rem; color: #1b2329; }
body { font-family: "Source Sans Pro", sans-serif; line-height: 1.45; }
h1, h2 { color: #12436d; }
h1 { padding-top: 0.8rem; border-top: 4px solid #12436d; }
.gulir { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; border-top: 2px solid; border-bottom: 2px solid; }
th, td { padding: 0.35rem 0.6rem; text-align: left; vertical-align: top; border-bottom: 1px solid #e3e7eb; }
a { color: #0a4f8a; }
strong { color: #a33b00; }
td:nth-child(-n+2) { white-space: nowrap; }
</style>
</head>
<body>
<h1>Laporan KBK</h1>
<p>Semua laporan yang diterbitkan, menurut daerah dan periode; versi terbaru di atas.</p>
@ISI@</body>
</html>
"""
