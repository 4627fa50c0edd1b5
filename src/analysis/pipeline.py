"""One report from files to publication: notebooks, document, renderer, manifest, index."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from analysis import formats as fmt
from analysis import texts
from analysis.csv_files import write_csv
from analysis.demonstration import ensure_data
from analysis.district import District, load_district
from analysis.document import DocumentInfo, assemble, clean_notebook
from analysis.errors import RenderError
from analysis.periods import Period, parse_period
from analysis.provenance import Provenance
from analysis.publish import Published, publish, work_folder, write_index
from analysis.render import RendererChoice, choose_renderer, render
from analysis.request import Request
from analysis.results import Results
from analysis.run_notebooks import run_notebook
from analysis.steps import choose_periods
from analysis.store import load_table
from analysis.workspace import Workspace

Progress = Callable[[str], None]
PUBLISHED_KINDS = {"published_shares": "03_published_shares", "published_zones": "03_published_zones"}
"""Kind of a district with published figures and the notebook that presents it."""


def make_report(workspace: Workspace, request: Request, progress: Progress = lambda text: None) -> Published:
    """Make and publish one report; return where it is and whether it is new.

    Raises UserError for everything that the analyst can mend; every earlier report stays as it was.
    """
    slug = request.district
    renderer = choose_renderer(request.renderer)
    if made := ensure_data(workspace, slug):
        progress(f"Menyiapkan {made} untuk {slug}")
    district = load_district(workspace, slug)
    with work_folder(workspace.reports) as work:
        executed = work / "notebooks"
        if district.kind == "kbk":
            presenting, period = _analyse(workspace, request, executed, progress)
        else:
            presenting, period = _read_published(workspace, request, district, executed, progress)
        results = Results.load(workspace.results_of(slug, period.code))
        info = document_info(district, period, results)
        present = partial(_present, workspace, presenting, slug=slug, info=info, work=work, progress=progress)
        try:
            present(period.code, renderer)
        except RenderError as error:
            if request.renderer != "auto" or renderer.name != "quarto":
                raise
            progress(f"Quarto gagal ({'; '.join([error.message, *error.problems])}); dipakai pembuat bawaan")
            renderer = choose_renderer("pandoc")
            present(period.code, renderer)
        progress("Menerbitkan")
        out = work / "out"
        _add_data(workspace, results, executed, out)
        manifest = Provenance.load(workspace, slug, results.facts, _shown(renderer)).manifest()
        manifest |= {
            "title": info.title,
            "district_label": district.name,
            "period_label": info.period_label,
            "simulated": info.simulated,
        }
        published = publish(out, workspace.reports_of(slug, period.code), manifest)
    write_index(workspace.reports)
    return published


def _shown(renderer: RendererChoice) -> str:
    return f"{renderer.name} {renderer.version}"


def _present(
    workspace: Workspace,
    presenting: str,
    period: str,
    renderer: RendererChoice,
    *,
    slug: str,
    info: DocumentInfo,
    work: Path,
    progress: Progress,
) -> None:
    """Run the presenting notebook and render it into work/out; the report names the renderer that made it."""
    progress("Menyusun laporan")
    asked = {"district": slug, "period": period, "renderer": _shown(renderer)}
    notebook = run_notebook(workspace, presenting, asked, work / "notebooks")
    progress(f"Membuat HTML dan PDF dengan {_shown(renderer)}")
    for folder in (work / "document", work / "out"):
        shutil.rmtree(folder, ignore_errors=True)
    source = assemble(notebook, info, work / "document")
    render(renderer, source, info, work / "out")


def _analyse(workspace: Workspace, request: Request, executed: Path, progress: Progress) -> tuple[str, Period]:
    slug = request.district
    progress("Membaca dan memeriksa berkas")
    run_notebook(workspace, "01_clean", {"district": slug}, executed)
    months = load_table(workspace.processed_of(slug))["month"]
    period, compare = choose_periods(months, request.period, request.compare)
    progress(f"Menghitung indikator {period.label} dibanding {compare.label}")
    asked = {"district": slug, "period": period.code, "compare": compare.code}
    run_notebook(workspace, "02_trends", asked, executed)
    return "03_report", period


def _read_published(
    workspace: Workspace, request: Request, district: District, executed: Path, progress: Progress
) -> tuple[str, Period]:
    from analysis.published_results import published_periods  # noqa: PLC0415

    progress("Membaca angka terbitan")
    period = request.period or published_periods(workspace, request.district)[-1]
    asked = {"district": request.district, "period": period, "compare": request.compare}
    run_notebook(workspace, "01_published", asked, executed)
    return PUBLISHED_KINDS[district.kind], parse_period(period)


def document_info(district: District, period: Period, results: Results) -> DocumentInfo:
    """Return the title block of a report; its dates come from the data, never from the clock."""
    last = max((pd.Period(m, "M") for m in results.facts.get("months_with_data", [])), default=period.months[-1])
    epoch = dt.datetime.combine(last.end_time.date(), dt.time(), tzinfo=dt.UTC)
    return DocumentInfo(
        title=(texts.TITLE if district.kind == "kbk" else texts.PUBLISHED_TITLE).format(district=district.name),
        subtitle=texts.SUBTITLE.format(period=period.label, compare=_compare_label(results)).strip(),
        district=district.name,
        period_label=period.label,
        date_label=texts.DATE_LABEL.format(month=fmt.month(last)),
        epoch=epoch,
        simulated=district.simulated,
        banner=texts.BANNER if district.simulated else "",
        footer=texts.FOOTER.format(district=district.name, period=period.label),
    )


def _compare_label(results: Results) -> str:
    compare = results.facts.get("compare", "")
    return f"dibanding {parse_period(compare).label}" if compare else ""


def _add_data(workspace: Workspace, results: Results, executed: Path, out: Path) -> None:
    """Put the results, the ledger and the executed notebooks beside the report."""
    data = out / "data"
    data.mkdir(parents=True, exist_ok=True)
    for name, table in results.tables.items():
        write_csv(table, data / f"{name}.csv")
    text = json.dumps(results.facts, ensure_ascii=False, indent=1, sort_keys=True)
    (data / "facts.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    notebooks = out / "notebooks"
    notebooks.mkdir()
    for path in sorted(executed.glob("*.ipynb")):
        (notebooks / path.name).write_bytes(clean_notebook(path, places=[workspace.root]))
