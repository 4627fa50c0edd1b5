"""Render the assembled document to HTML and PDF, with Quarto or the built-in renderer, and look into the results."""

from __future__ import annotations

from pathlib import Path

from analysis import finished, render_pandoc, render_quarto
from analysis.document import DocumentInfo
from analysis.renderers import RendererChoice


def render(choice: RendererChoice, source: Path, info: DocumentInfo, out: Path) -> list[Path]:
    """Write report.html and report.pdf into ``out`` and return their paths.

    source: report.qmd in the folder that ``document.assemble`` made.
    Raises RenderError where the renderer complains or a finished file holds a fault; then ``out`` has neither file.
    """
    out.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    try:
        if choice.name == "quarto":
            made += render_quarto.render(choice.path, source, info, out)
        else:
            made += [render_pandoc.render_html(source, out), render_pandoc.render_pdf(source, info, out)]
        finished.check(source, made)
    except BaseException:
        for name in ("report.html", "report.pdf"):
            (out / name).unlink(missing_ok=True)
        raise
    return made
