"""The renderer that needs no program of its own: pandoc for HTML and Typst for PDF, both from wheels."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import typst

from analysis import pandoc
from analysis.document import FONTS, TEMPLATES, TREE, DocumentInfo
from analysis.errors import RenderError

PDF_STANDARD: Final = "ua-1"
_TYPST_SOURCE = "report.typ"


def html_arguments() -> list[str]:
    """Arguments of pandoc for the HTML page."""
    return [
        *_common_arguments(),
        *("--to", "html5", "--standalone", "--embed-resources", "--mathml"),
        *("--template", f"{TEMPLATES}/report.html", "--css", f"{TEMPLATES}/report.css"),
        *("--toc", "--toc-depth", "2", "--number-sections"),
    ]


def typst_arguments() -> list[str]:
    """Arguments of pandoc for the source of the PDF; it needs no file but those named, so it runs in its sandbox."""
    return [*_common_arguments(), "--to", "typst", "--standalone", "--template", f"{TEMPLATES}/report.typst"]


def render_html(source: Path, out: Path) -> Path:
    """Write report.html into ``out``."""
    page = pandoc.run([*html_arguments(), TREE], source.parent)
    target = out / "report.html"
    target.write_text(page, encoding="utf-8", newline="\n")
    return target


def render_pdf(source: Path, info: DocumentInfo, out: Path) -> Path:
    """Write report.pdf (PDF/UA-1) into ``out``; the same input gives the same bytes, for its moment is ``info.epoch``.

    Raises RenderError for anything Typst complains about, an unknown font above all.
    """
    folder = source.parent
    intermediate = folder / _TYPST_SOURCE
    intermediate.write_text(pandoc.run([*typst_arguments(), TREE], folder), encoding="utf-8", newline="\n")
    try:
        data, warnings = typst.compile_with_warnings(
            str(intermediate),
            format="pdf",
            root=str(folder),
            font_paths=[str(folder / FONTS)],
            ignore_system_fonts=True,
            timestamp=int(info.epoch.timestamp()),
            pdf_standards=[PDF_STANDARD],
        )
    except typst.TypstError as error:
        raise RenderError("Typst tidak dapat membuat PDF:", [_explained(str(error), folder)]) from None
    finally:
        intermediate.unlink(missing_ok=True)
    if warnings:
        complaints = [_without_folder(str(getattr(w, "message", w)), folder) for w in warnings]
        raise RenderError("Typst memberi peringatan; PDF tidak diterbitkan:", complaints)
    target = out / "report.pdf"
    target.write_bytes(data)
    return target


def _common_arguments() -> list[str]:
    filters = [f"--lua-filter={TEMPLATES}/{name}" for name in ("crossref.lua", "boxes.lua")]
    # the document was read when it was checked; to read its markdown again takes as long as to write it
    return ["--from", "json", *filters]


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
