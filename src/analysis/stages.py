"""The stages of one report: notebooks, document, renderer, manifest; what a notebook gave before is not made again."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import formats as fmt
from analysis import texts
from analysis.basis import Basis
from analysis.chosen_periods import choose_periods
from analysis.demonstration import ensure_data
from analysis.district import District, load_district, load_facilities
from analysis.document import DocumentInfo, assemble, clean_notebook
from analysis.errors import DataError, PublishError, RenderError
from analysis.periods import Period, parse_period
from analysis.privacy import Texts, check_reports, texts_in
from analysis.private_folders import clear_leftovers
from analysis.provenance import Provenance
from analysis.publish import Published, publish, work_folder
from analysis.render import render
from analysis.renderers import RendererChoice, choose_renderer
from analysis.report_data import add_data
from analysis.request import Request
from analysis.results import Results, keep_results, whole_facts
from analysis.run_notebooks import run_notebook
from analysis.standing import remember_report
from analysis.step_store import Kept, Parts, StepStore, kept_of
from analysis.store import DOCTORS, FILES, PLACE, checksum, keep_cleaned, load_table
from analysis.workspace import Workspace

PUBLISHED_KINDS = {"published_shares": "03_published_shares", "published_zones": "03_published_zones"}
"""Kind of a district with published figures and the notebook that presents it."""
_TOLD = {
    "01_clean": "Pembacaan berkas",
    "01_published": "Pembacaan angka terbitan",
    "02_trends": "Penghitungan indikator",
}
_MOST = {"01_clean": 2, "01_published": 2, "02_trends": 4}
"""Records of each step that are kept for one district: of 02_trends those of several periods."""


@dataclass(frozen=True)
class _Made:
    """What a notebook gave in this run, to be kept when the report is published: only then has it passed the scan."""

    step: str
    parts: Parts
    kept: Kept
    files: dict[str, Path]


@dataclass(frozen=True)
class _Run:
    """One run. workspace: as asked; own: with the run's own data/processed. basis: None where nothing is comparable.

    fresh: run every notebook, whatever was kept. made: what the notebooks gave.
    """

    workspace: Workspace
    own: Workspace
    slug: str
    work: Path
    basis: Basis | None
    fresh: bool
    progress: Callable[[str], None]
    made: list[_Made] = field(default_factory=list)

    @property
    def notebooks(self) -> Path:
        """Folder of the executed notebooks as they may be published."""
        return self.work / "notebooks"

    @property
    def store(self) -> StepStore:
        return StepStore(self.workspace.processed_of(self.slug))

    def notebook(self, name: str, asked: dict[str, str], folder: Path, doing: str, before: str = "") -> str:
        """Run a notebook unless what it gave before still holds; return the fingerprint of its data.

        folder: where the notebook writes. doing: what the analyst is told when it runs. before: fingerprint of the
        data of the step before; default none.
        """
        if self.basis is None:
            self._executed(name, asked, doing)
            return ""
        parts = self.basis.parts([name], asked, before)
        if not self.fresh and (kept := self._taken(name, parts, folder)):
            self.progress(f"{_TOLD[name]} ({name}) dilewati: berkas dan semua yang menentukannya tidak berubah.")
            return kept.fingerprint("data")
        book = self._executed(name, asked, doing + self._why(name, parts))
        files = {f"data/{path.name}": path for path in sorted(folder.iterdir()) if path.is_file()}
        # The workbook about doctors has one place and no copy: only its checksum is noted.
        doctors = files.pop(f"data/{DOCTORS}", None)
        facts = {} if doctors is None else {"doctors": checksum(doctors.read_bytes())}
        files[f"notebooks/{book.name}"] = book
        kept = kept_of(files, facts)
        self.made.append(_Made(name, parts, kept, files))
        return kept.fingerprint("data")

    def _why(self, name: str, parts: Parts) -> str:
        """Why a notebook runs again, as the end of a line; empty where it never ran or was asked to run."""
        changed = None if self.fresh or self.basis is None else self.store.changed(name, parts)
        if self.basis is None or changed is None:
            return ""
        return f" (berubah: {self.basis.told(changed)})" if changed else " (hasil yang tersimpan tidak utuh)"

    def _taken(self, name: str, parts: Parts, folder: Path) -> Kept | None:
        kept = self.store.look(name, parts)
        if kept is None:
            return None
        if wanted := kept.facts.get("doctors"):
            try:
                content = (self.workspace.processed_of(self.slug) / DOCTORS).read_bytes()
            except OSError:
                return None
            if checksum(content) != wanted:
                return None
            folder.mkdir(parents=True, exist_ok=True)
            (folder / DOCTORS).write_bytes(content)
        return self.store.take(name, parts, {"data": folder, "notebooks": self.notebooks})

    def _executed(self, name: str, asked: dict[str, str], doing: str) -> Path:
        self.progress(doing)
        return self.published(run_notebook(self.own, name, asked, self.work / "executed", html=False))

    def published(self, executed: Path) -> Path:
        """Write an executed notebook as it may be published, and return where."""
        self.notebooks.mkdir(exist_ok=True)
        target = self.notebooks / executed.name
        target.write_bytes(clean_notebook(executed, places=[self.workspace.root]))
        return target


def run_stages(
    workspace: Workspace, request: Request, renderer: RendererChoice, progress: Callable[[str], None]
) -> Published:
    """Run what has to run, and publish; arguments, result and errors as in ``pipeline.make_report``."""
    slug = request.district
    if made := ensure_data(workspace, slug):
        progress(f"Menyiapkan {made} untuk {slug}")
    district = load_district(workspace, slug)
    _clear_processed(workspace.processed_of(slug))
    with work_folder(workspace.reports) as work:
        own = workspace.apart(work / "processed")
        run = _Run(workspace, own, slug, work, Basis.now(workspace, slug), request.again, progress)
        if district.kind == "kbk":
            presenting, period, compare, facilities = _analyse(run, request)
        else:
            presenting, period, compare = _read_published(run, request, district)
            facilities = set()  # published figures name none
        asked = {"district": slug, "period": period.code, "compare": compare}
        results = Results.load(own.results_of(slug, period.code))
        require_asked(results.facts, asked)
        info = document_info(district, period, results)
        present = partial(_present, run, presenting, info=info, results=results)
        try:
            known = present(period.code, renderer)
            used = renderer
        except RenderError as error:
            if request.renderer != "auto" or renderer.name != "quarto":
                raise
            progress(f"Quarto gagal ({'; '.join([error.message, *error.problems])}); dipakai pembuat bawaan")
            used = choose_renderer("pandoc")
            known = present(period.code, used)
        progress("Memeriksa data perorangan")
        presented = whole_facts(own.results_of(slug, period.code))
        require_asked(presented, asked | {k: results.facts.get(k) for k in ("compare", "inputs")})
        out = work / "out"
        check_reports(out, workspace, slug, facilities, known)
        progress("Menerbitkan")
        manifest = Provenance.load(own, slug, results.facts, used.shown).manifest()
        manifest |= {
            "title": info.title,
            "district_label": district.name,
            "period_label": info.period_label,
            "simulated": info.simulated,
        }
        published = publish(out, workspace.reports_of(slug, period.code), manifest)
        kept = _keep(own, workspace, slug, period.code, progress)
        if kept and used == renderer:
            _remember(run, request, renderer, published)
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


def _keep(own: Workspace, workspace: Workspace, slug: str, period: str, progress: Callable[[str], None]) -> bool:
    """Put what the run cleaned and computed where a notebook opened by hand looks for it; return whether it is there.

    The report is published by now: where this fails the analyst is told, and the run counts as done.
    """
    try:
        if own.processed_of(slug).joinpath(FILES).is_file():
            keep_cleaned(own.processed_of(slug), workspace.processed_of(slug))
        keep_results(own.results_of(slug, period), workspace.results_of(slug, period))
    except PublishError as error:
        progress(f"Laporan terbit, tetapi {PLACE} (untuk notebook yang dibuka sendiri) tidak diperbarui: {error}")
        return False
    return True


def _remember(run: _Run, request: Request, renderer: RendererChoice, published: Published) -> None:
    """Keep the steps of a run and the report for the next one, unless something changed while it went on."""
    if run.basis is None or run.basis != Basis.now(run.workspace, run.slug):
        return
    cleaned, results = (
        {path.name: checksum(path.read_bytes()) for path in place.iterdir() if path.is_file()}
        for place in (run.own.processed_of(run.slug), run.own.results_of(run.slug, published.path.parent.name))
    )
    try:
        for made in run.made:
            run.store.put(made.step, made.parts, made.kept, made.files, most=_MOST[made.step])
        remember_report(
            run.workspace, request, renderer, run.basis, published=published, cleaned=cleaned, results=results
        )
    except PublishError as error:
        run.progress(f"Laporan terbit; kali berikut semua langkah dijalankan lagi: {error}")


def _clear_processed(folder: Path) -> None:
    """Remove what runs that were killed left in a district's folder of cleaned data and results."""
    for place in [folder, *folder.glob("*/")]:
        clear_leftovers(place)


def _present(
    run: _Run, presenting: str, period: str, renderer: RendererChoice, *, info: DocumentInfo, results: Results
) -> Texts:
    """Run the presenting notebook, render it into work/out, and put the data there too; return the texts of the data.

    The report names the renderer that made it.
    """
    run.progress("Menyusun laporan")
    asked = {"district": run.slug, "period": period, "renderer": renderer.shown}
    notebook = run_notebook(run.own, presenting, asked, run.work / "executed")
    run.published(notebook)
    run.progress(f"Membuat HTML dan PDF dengan {renderer.shown}")
    document, out, data = (run.work / name for name in ("document", "out", "data"))
    for folder in (document, out, data):
        shutil.rmtree(folder, ignore_errors=True)
    # pandoc, Typst and Quarto work outside of Python: the data are written and read over meanwhile
    with ThreadPoolExecutor(1) as beside:
        known = beside.submit(_written_data, run, results, data)
        render(renderer, assemble(notebook, info, document, forms=renderer.name == "pandoc"), info, out)
    texts_of_data = known.result()
    for part in data.iterdir():
        part.rename(out / part.name)
    return texts_of_data


def _written_data(run: _Run, results: Results, folder: Path) -> Texts:
    add_data(run.workspace, results, run.notebooks, folder)
    return texts_in(folder)


def _analyse(run: _Run, request: Request) -> tuple[str, Period, str, set[str]]:
    """Read and compute; return the notebook that presents, period, comparison, and the names of facilities."""
    slug, cleaned = run.slug, run.own.processed_of(run.slug)
    asked = {"district": slug, "engine": request.engine}
    before = run.notebook("01_clean", asked, cleaned, "Membaca dan memeriksa berkas")
    table = load_table(cleaned)
    months, listed = table["month"], load_facilities(run.workspace.raw_of(slug))["name"].dropna()
    period, compare = choose_periods(months, request.period, request.compare)
    # What was not asked for may be without data: then the notebook comes to the same period by itself.
    held = not set(months).isdisjoint(compare.months)
    asked = {"district": slug, "period": period.code, "compare": compare.code if held else ""}
    doing = f"Menghitung indikator {period.label} dibanding {compare.label}"
    run.notebook("02_trends", asked, run.own.results_of(slug, period.code), doing, before)
    return "03_report", period, compare.code, {*map(str, listed), *map(str, table["facility_name"].unique())}


def _read_published(run: _Run, request: Request, district: District) -> tuple[str, Period, str]:
    from analysis.published_results import published_periods  # noqa: PLC0415

    period = request.period or published_periods(run.workspace, run.slug)[-1]
    asked = {"district": run.slug, "period": period, "compare": request.compare}
    run.notebook("01_published", asked, run.own.results_of(run.slug, period), "Membaca angka terbitan")
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
