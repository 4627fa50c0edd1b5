"""One report from files to publication: notebooks, document, renderer, manifest, index."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import formats as fmt
from analysis import texts
from analysis.csv_files import write_csv
from analysis.demonstration import ensure_data
from analysis.district import District, load_district, load_facilities
from analysis.document import DocumentInfo, assemble, clean_notebook
from analysis.errors import DataError, PublishError, RenderError
from analysis.findings import load_kinds, readable_ledger
from analysis.indicators import load_indicators
from analysis.periods import Period, parse_period
from analysis.privacy import check_reports
from analysis.private_folders import DISK_FULL, clear_leftovers, is_disk_full
from analysis.provenance import Provenance
from analysis.publish import Published, publish, work_folder, write_index
from analysis.quality import load_checks
from analysis.render import render
from analysis.renderers import RendererChoice, choose_renderer
from analysis.request import Request
from analysis.results import Results
from analysis.rules import load_rules
from analysis.run_notebooks import run_notebook
from analysis.small_numbers import publishable, publishing
from analysis.steps import choose_periods
from analysis.store import FILES, PLACE, keep_cleaned, load_table
from analysis.wording_quality import SIGNAL_HEADINGS, readable_signals
from analysis.workspace import Workspace

Progress = Callable[[str], None]
PUBLISHED_KINDS = {"published_shares": "03_published_shares", "published_zones": "03_published_zones"}
"""Kind of a district with published figures and the notebook that presents it."""


def make_report(
    workspace: Workspace, request: Request, progress: Progress = lambda text: None, *, index: bool = True
) -> Published:
    """Make and publish one report; return where it is and whether it is new.

    index: whether to write the list of all reports too; default yes. One of many leaves it to the end of all.
    The run works in folders of its own; only when the report is published do its cleaned data and results go to
    data/processed, for notebooks opened by hand. Other runs, of the same district too, may go on at the same time.
    Raises UserError for everything that the analyst can mend; every earlier report stays as it was.
    """
    try:
        published = _make_report(workspace, request, progress)
    except OSError as error:
        if is_disk_full(error):
            raise PublishError(f"{DISK_FULL} Tidak ada yang diterbitkan.") from None
        raise
    if index:
        write_index(workspace.reports)
    return published


def _make_report(workspace: Workspace, request: Request, progress: Progress) -> Published:
    slug = request.district
    renderer = choose_renderer(request.renderer)
    if made := ensure_data(workspace, slug):
        progress(f"Menyiapkan {made} untuk {slug}")
    district = load_district(workspace, slug)
    _clear_processed(workspace.processed_of(slug))
    with work_folder(workspace.reports) as work:
        executed = work / "notebooks"
        run = workspace.apart(work / "processed")
        if district.kind == "kbk":
            presenting, period, compare = _analyse(run, request, executed, progress)
        else:
            presenting, period, compare = _read_published(run, request, district, executed, progress)
        asked = {"district": slug, "period": period.code, "compare": compare}
        results = Results.load(run.results_of(slug, period.code))
        require_asked(results.facts, asked)
        info = document_info(district, period, results)
        present = partial(_present, run, presenting, slug=slug, info=info, work=work, progress=progress)
        try:
            present(period.code, renderer)
        except RenderError as error:
            if request.renderer != "auto" or renderer.name != "quarto":
                raise
            progress(f"Quarto gagal ({'; '.join([error.message, *error.problems])}); dipakai pembuat bawaan")
            renderer = choose_renderer("pandoc")
            present(period.code, renderer)
        progress("Memeriksa data perorangan")
        presented = Results.load(run.results_of(slug, period.code)).facts
        require_asked(presented, asked | {k: results.facts.get(k) for k in ("compare", "inputs")})
        out = work / "out"
        _add_data(workspace, results, executed, out)
        check_reports(out, workspace, slug, _facility_names(run, workspace, slug))
        progress("Menerbitkan")
        manifest = Provenance.load(run, slug, results.facts, _shown(renderer)).manifest()
        manifest |= {
            "title": info.title,
            "district_label": district.name,
            "period_label": info.period_label,
            "simulated": info.simulated,
        }
        published = publish(out, workspace.reports_of(slug, period.code), manifest)
        _keep(run, workspace, slug=slug, results=results, progress=progress)
    return published


def require_asked(facts: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    """Raise DataError when results are not those of the district, period and comparison asked for.

    facts: of the results. asked: what they have to be; an empty value means that any will do.
    """
    other = {k: v for k, v in asked.items() if v and facts.get(k) != v}
    if other:
        names = {"district": "kabupaten/kota", "period": "periode", "compare": "pembanding", "inputs": "berkas (sidik)"}
        raise DataError(
            "Hasil yang tersusun bukan yang diminta; laporan tidak diterbitkan. Jalankan sekali lagi, dan jangan ubah "
            "berkas di reports/ selama laporan dibuat.",
            [f"{names.get(k, k)}: diminta {v}, tersusun {facts.get(k) or 'tidak ada'}" for k, v in other.items()],
        )


def _facility_names(run: Workspace, workspace: Workspace, slug: str) -> set[str]:
    """Names of facilities in the cleaned data and in facilities.csv; none for published figures."""
    if not run.processed_of(slug).joinpath(FILES).is_file():
        return set()
    listed = load_facilities(workspace.raw_of(slug))["name"].dropna()
    return {*map(str, listed), *map(str, load_table(run.processed_of(slug))["facility_name"].unique())}


def _keep(run: Workspace, workspace: Workspace, *, slug: str, results: Results, progress: Progress) -> None:
    """Put what the run cleaned and computed where a notebook opened by hand looks for it.

    The report is published by now: where this fails the analyst is told, and the run counts as done.
    """
    try:
        if run.processed_of(slug).joinpath(FILES).is_file():
            keep_cleaned(run.processed_of(slug), workspace.processed_of(slug))
        results.save(workspace.results_of(slug, results.facts["period"]))
    except PublishError as error:
        progress(f"Laporan terbit, tetapi {PLACE} (untuk notebook yang dibuka sendiri) tidak diperbarui: {error}")


def _clear_processed(folder: Path) -> None:
    """Remove what runs that were killed left in a district's folder of cleaned data and results."""
    for place in [folder, *folder.glob("*/")]:
        clear_leftovers(place)


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


def _analyse(workspace: Workspace, request: Request, executed: Path, progress: Progress) -> tuple[str, Period, str]:
    slug = request.district
    progress("Membaca dan memeriksa berkas")
    run_notebook(workspace, "01_clean", {"district": slug, "engine": request.engine}, executed)
    months = load_table(workspace.processed_of(slug))["month"]
    period, compare = choose_periods(months, request.period, request.compare)
    progress(f"Menghitung indikator {period.label} dibanding {compare.label}")
    asked = {"district": slug, "period": period.code, "compare": compare.code}
    run_notebook(workspace, "02_trends", asked, executed)
    return "03_report", period, compare.code


def _read_published(
    workspace: Workspace, request: Request, district: District, executed: Path, progress: Progress
) -> tuple[str, Period, str]:
    from analysis.published_results import published_periods  # noqa: PLC0415

    progress("Membaca angka terbitan")
    period = request.period or published_periods(workspace, request.district)[-1]
    asked = {"district": request.district, "period": period, "compare": request.compare}
    run_notebook(workspace, "01_published", asked, executed)
    return PUBLISHED_KINDS[district.kind], parse_period(period), request.compare


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


def _readable(workspace: Workspace, name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The tables that people read away from the report explain each row by itself."""
    if name == "ledger":
        return readable_ledger(table, load_kinds(workspace.reference))
    if name == "signals":
        return readable_signals(table, load_checks(workspace.reference)).rename(columns=SIGNAL_HEADINGS)
    return table


def _publishable(workspace: Workspace, results: Results) -> Results:
    """The results without small counts; published figures count facilities, which are not people."""
    district = load_district(workspace, results.facts["district"])
    if district.kind != "kbk":
        return results
    indicators, kinds = load_indicators(workspace.reference), load_kinds(workspace.reference)
    rule = next(rule for rule in load_rules(workspace.reference) if rule.id == results.facts["rule"])
    return publishable(results, publishing(district.small_numbers, rule, indicators, kinds))


def _add_data(workspace: Workspace, results: Results, executed: Path, out: Path) -> None:
    """Put the results, the ledger and the executed notebooks beside the report."""
    data = out / "data"
    data.mkdir(parents=True, exist_ok=True)
    shown = _publishable(workspace, results)
    for name, table in shown.tables.items():
        write_csv(_readable(workspace, name, table), data / f"{name}.csv")
    text = json.dumps(shown.facts, ensure_ascii=False, indent=1, sort_keys=True)
    (data / "facts.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    notebooks = out / "notebooks"
    notebooks.mkdir()
    for path in sorted(executed.glob("*.ipynb")):
        (notebooks / path.name).write_bytes(clean_notebook(path, places=[workspace.root]))
