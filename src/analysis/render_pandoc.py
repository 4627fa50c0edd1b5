"""The renderer that needs no program of its own: pandoc for HTML and Typst for PDF, both from wheels."""

from __future__ import annotations

import base64
import re
from functools import partial
from pathlib import Path
from typing import Final

import typst

from analysis.document import FIGURES, FONTS, LAYOUT, PAGE, TEMPLATES, DocumentInfo
from analysis.errors import RenderError

PDF_STANDARD: Final = "ua-1"
_STYLE = re.compile(r'<link rel="stylesheet" href="[^"]*">')
_PICTURE = re.compile(rf'(?P<before><img\s+src=")(?P<file>{FIGURES}/[a-z0-9-]+\.svg)"')


def render_html(source: Path, out: Path) -> Path:
    """Write report.html into ``out``: the page that pandoc wrote, with its style and figures inside."""
    folder = source.parent
    page = (folder / PAGE).read_text(encoding="utf-8")
    style = (folder / TEMPLATES / "report.css").read_text(encoding="utf-8")
    page = _STYLE.sub(lambda _: f"<style>\n{style}</style>", page, count=1)
    target = out / "report.html"
    target.write_text(_PICTURE.sub(partial(_inside, folder), page), encoding="utf-8", newline="\n")
    return target


def _inside(folder: Path, picture: re.Match[str]) -> str:
    """The beginning of an image with its figure written into it; text cannot hold it, for its quotes are escaped."""
    figure = base64.b64encode((folder / picture["file"]).read_bytes()).decode("ascii")
    return f'{picture["before"]}data:image/svg+xml;base64,{figure}"'


def render_pdf(source: Path, info: DocumentInfo, out: Path) -> Path:
    """Write report.pdf (PDF/UA-1) into ``out``; the same input gives the same bytes, for its moment is ``info.epoch``.

    Raises RenderError for anything Typst complains about, an unknown font above all.
    """
    folder = source.parent
    try:
        data, warnings = typst.compile_with_warnings(
            str(folder / LAYOUT),
            format="pdf",
            root=str(folder),
            font_paths=[str(folder / FONTS)],
            ignore_system_fonts=True,
            timestamp=int(info.epoch.timestamp()),
            pdf_standards=[PDF_STANDARD],
        )
    except typst.TypstError as error:
        raise RenderError("Typst tidak dapat membuat PDF:", [_explained(str(error), folder)]) from None
    if warnings:
        complaints = [_without_folder(str(getattr(w, "message", w)), folder) for w in warnings]
        raise RenderError("Typst memberi peringatan; PDF tidak diterbitkan:", complaints)
    target = out / "report.pdf"
    target.write_bytes(data)
    return target


def _explained(message: str, folder: Path) -> str:
    """What Typst says, without the folder of this machine; for a sign that the font lacks, what to do."""
    plain = _without_folder(message, folder)
    missing = re.search(r'the text `"(.+?)"` could not be displayed with font', plain)
    if missing is None:
        return plain
    codes = " ".join(f"U+{ord(sign):04X}" for sign in missing[1])
    return (
        f"tanda “{missing[1]}” ({codes}) tidak ada di huruf laporan; "
        "perbaiki nama itu di berkas asal atau lewat pemetaan nama di district.yml"
    )


def _without_folder(message: str, folder: Path) -> str:
    return re.sub(r"\s+", " ", message.replace(str(folder), "…")).strip()
