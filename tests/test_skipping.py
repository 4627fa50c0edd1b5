"""What runs again after a change and what does not; the notebooks are stood in for by the calls that they make.

Whole reports, with kernels and renderers, are compared in ``test_skipping_whole``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
import small_district

from analysis import fingerprints, pipeline, stages, standing
from analysis.basis import Basis
from analysis.clean import Cleaned
from analysis.district import settings_of
from analysis.errors import PrivacyError, UserError
from analysis.findings import load_kinds
from analysis.ledger import ledger_table
from analysis.publish import Published
from analysis.raw_folder import file_sha256
from analysis.renderers import RendererChoice, choose_renderer
from analysis.request import Request
from analysis.results import Results
from analysis.sources import SourceFile
from analysis.step_store import FOLDER
from analysis.store import DOCTORS, load_cleaned, save_cleaned
from analysis.workspace import PROJECT, Workspace

SLUG = small_district.SLUG
REQUEST = Request(SLUG, period="2025-S1", renderer="pandoc")
KINDS = load_kinds(PROJECT / "data" / "reference")
STEPS = ["01_clean", "02_trends", "03_report"]


class Runs:
    """Reports of the small district, and what ran for each."""

    def __init__(self, root: Path, project: Path) -> None:
        self.workspace = Workspace(root)
        self.project = project
        self.ran: list[str] = []
        self.told: list[str] = []
        self.table = small_district.table()
        self.doctors = b""
        self.parameters: dict[str, dict[str, str]] = {}
        self.notebook: Callable[[Workspace, str, dict[str, str], Path], Path]

    def run(self, request: Request = REQUEST) -> Published:
        self.ran.clear()
        self.told.clear()
        return pipeline.make_report(self.workspace, request, self.told.append)

    @property
    def raw(self) -> Path:
        return self.workspace.raw_of(SLUG)

    @property
    def processed(self) -> Path:
        return self.workspace.processed_of(SLUG)


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    """The project's own files in a place where they can be changed, and stand-ins for kernels and renderers."""
    project = tmp_path / "proyek"
    for name in ("src/analysis", "notebooks", "data/reference"):
        shutil.copytree(PROJECT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(PROJECT / "requirements.lock", project / "requirements.lock")
    monkeypatch.setattr(fingerprints, "PROJECT", project)
    root = tmp_path / "kerja"
    made = Runs(root, project)
    made.raw.mkdir(parents=True)
    (made.raw / "district.yml").write_text("name: Kabupaten Contoh\nlevel: kabupaten\n", encoding="utf-8")
    for year in (2024, 2025):
        (made.raw / f"Capaian KBK {year}.xlsx").write_text(f"{year}: 160, 420, 310", encoding="utf-8")
    shutil.copytree(PROJECT / "data" / "reference", root / "data" / "reference")

    def run_notebook(
        workspace: Workspace, name: str, parameters: dict[str, str], out: Path, *, html: bool = True
    ) -> Path:
        made.ran.append(name)
        made.parameters[name] = parameters
        folder, reference = workspace.processed_of(SLUG), fingerprints.reference_fingerprint(workspace.reference)
        said = f"{name} {parameters} {reference} {fingerprints.program_fingerprint()} "
        said += fingerprints.notebook_fingerprint(name)
        if name == "01_clean":
            raw = workspace.raw_of(SLUG)
            files = [SourceFile(path.name, file_sha256(path), 1) for path in sorted(raw.iterdir())]
            cleaned = Cleaned(made.table, ledger_table([]), files, [], settings=settings_of(raw))
            save_cleaned(cleaned, folder, KINDS)
            if made.doctors:
                (folder / DOCTORS).write_bytes(made.doctors)
        elif name == "02_trends":
            facts = {"district": SLUG, "period": parameters["period"], "compare": parameters["compare"] or "2024-S1"}
            facts |= {"inputs": load_cleaned(folder).inputs, "said": said}
            Results(facts, {"satu": made.table}).save(workspace.results_of(SLUG, parameters["period"]))
        else:
            said += str(Results.load(workspace.results_of(SLUG, parameters["period"])).facts)
            said += fingerprints.code_fingerprint()
        cells = [nbformat.v4.new_markdown_cell(said, id="satu")]  # type: ignore[no-untyped-call]
        out.mkdir(parents=True, exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(cells=cells), out / f"{name}.ipynb")  # type: ignore[no-untyped-call]
        return out / f"{name}.ipynb"

    def render(choice: RendererChoice, source: Path, _: object, out: Path) -> None:
        out.mkdir(parents=True)
        (out / "report.html").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")

    def add_data(_: Workspace, results: Results, notebooks: Path, out: Path) -> None:
        out.mkdir()
        (out / "facts.json").write_text(json.dumps(results.facts), encoding="utf-8")
        shutil.copytree(notebooks, out / "notebooks")

    made.notebook = run_notebook
    monkeypatch.setattr(stages, "run_notebook", run_notebook)
    monkeypatch.setattr(stages, "assemble", lambda notebook, *_, **__: notebook)
    monkeypatch.setattr(stages, "render", render)
    monkeypatch.setattr("analysis.fork_server.warm_up", lambda: None)
    monkeypatch.setattr(stages, "check_reports", lambda *_: None)
    monkeypatch.setattr(stages, "add_data", add_data)
    return made


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def change_cell(runs: Runs) -> None:
    path = runs.raw / "Capaian KBK 2025.xlsx"
    path.write_bytes(path.read_bytes().replace(b"420", b"421"))


def scratch(runs: Runs, request: Request, elsewhere: Path) -> dict[str, bytes]:
    """The report of the same files where nothing was ever kept."""
    shutil.copytree(runs.workspace.root / "data" / "raw", elsewhere / "data" / "raw")
    shutil.copytree(runs.workspace.reference, elsewhere / "data" / "reference")
    return contents(pipeline.make_report(Workspace(elsewhere), request).path)


def test_nothing_runs_again_where_nothing_has_changed(runs: Runs) -> None:
    first = runs.run()
    assert (first.new, runs.ran) == (True, STEPS)
    before = contents(runs.workspace.root)
    again = runs.run()
    assert (again.path, again.new, runs.ran) == (first.path, False, [])
    assert len(runs.told) == 1
    assert "dilewati" in runs.told[0]
    assert contents(runs.workspace.root) == before


def touch_all(runs: Runs) -> None:
    for path in runs.workspace.root.rglob("*"):
        os.utime(path)


def open_in_excel(runs: Runs) -> None:
    (runs.raw / "~$Capaian KBK 2025.xlsx").write_bytes(b"analis")


def own_notes(runs: Runs) -> None:
    (runs.processed / "catatan.txt").write_text("milik analis", encoding="utf-8")


def index_gone(runs: Runs) -> None:
    (runs.workspace.reports / "index.html").unlink()


@pytest.mark.parametrize("change", [touch_all, open_in_excel, own_notes, index_gone])
def test_what_decides_nothing_makes_nothing_run(runs: Runs, change: Callable[[Runs], None]) -> None:
    runs.run()
    change(runs)
    assert (runs.run().new, runs.ran) == (False, [])
    assert (runs.workspace.reports / "index.html").is_file()


def settings(runs: Runs) -> None:
    with (runs.raw / "district.yml").open("a", encoding="utf-8") as file:
        file.write("events:\n  - {date: 2025-02-10, label: Pembinaan}\n")


def comment(runs: Runs) -> None:
    with (runs.raw / "district.yml").open("a", encoding="utf-8") as file:
        file.write("# hanya catatan\n")


def new_file(runs: Runs) -> None:
    (runs.raw / "Surat pengantar.docx").write_bytes(b"x")


def file_gone(runs: Runs) -> None:
    (runs.raw / "Capaian KBK 2024.xlsx").unlink()


def renamed(runs: Runs) -> None:
    (runs.raw / "Capaian KBK 2024.xlsx").rename(runs.raw / "Capaian 2024.xlsx")


def rule(runs: Runs) -> None:
    path = next(path for path in (runs.workspace.reference / "rules").glob("*2019*.yml"))
    path.write_text(path.read_text(encoding="utf-8") + "# ditinjau\n", encoding="utf-8")


def source(runs: Runs) -> None:
    path = runs.project / "src" / "analysis" / "wording.py"
    path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")


def lock(runs: Runs) -> None:
    path = runs.project / "requirements.lock"
    path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")


def change_notebook(runs: Runs, name: str) -> None:
    path = runs.project / "notebooks" / f"{name}.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    book["cells"][-1]["source"].append("\n# changed")
    path.write_text(json.dumps(book), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "ran", "why"),
    [
        (change_cell, STEPS, "Capaian KBK 2025.xlsx"),
        (settings, STEPS, "district.yml"),
        (comment, STEPS, "district.yml"),
        (new_file, STEPS, "Surat pengantar.docx"),
        (file_gone, STEPS, "1 berkas yang tidak ada lagi"),
        (renamed, STEPS, "Capaian 2024.xlsx, 1 berkas yang tidak ada lagi"),
        (rule, STEPS, "data acuan dan aturan"),
        (source, STEPS, "program"),
        (lock, STEPS, "program"),
        (lambda runs: change_notebook(runs, "01_clean"), ["01_clean", "03_report"], "notebook 01_clean"),
        (lambda runs: change_notebook(runs, "02_trends"), STEPS[1:], "notebook 02_trends"),
        (lambda runs: change_notebook(runs, "03_report"), STEPS[2:], ""),
    ],
)
def test_what_depends_on_a_change_runs_again_and_gives_what_a_first_run_gives(
    runs: Runs, tmp_path: Path, change: Callable[[Runs], None], ran: list[str], why: str
) -> None:
    runs.run()
    change(runs)
    published = runs.run()
    assert (published.version, published.new, runs.ran) == ("v002", True, ran)
    assert contents(published.path) == scratch(runs, REQUEST, tmp_path / "lain")
    assert any(f"(berubah: {why})" in line for line in runs.told) == bool(why)
    skipped = [name for name in STEPS[:2] if name not in ran]
    assert [name for name in STEPS if any(f"({name}) dilewati" in line for line in runs.told)] == skipped
    assert (runs.run().version, runs.ran) == ("v002", [])


@pytest.mark.parametrize(
    ("request_", "ran"),
    [
        (replace(REQUEST, compare="2024-T2"), ["02_trends", "03_report"]),
        (replace(REQUEST, period="2025-T1"), ["02_trends", "03_report"]),
        (replace(REQUEST, again=True), STEPS),
    ],
)
def test_other_words_run_what_depends_on_them(runs: Runs, tmp_path: Path, request_: Request, ran: list[str]) -> None:
    runs.run()
    published = runs.run(request_)
    assert runs.ran == ran
    assert contents(published.path) == scratch(runs, request_, tmp_path / "lain")


def test_another_renderer_makes_the_document_again_and_nothing_else(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.run()
    other = RendererChoice("pandoc", "4.0 + typst 1.0", Path("pandoc"))
    monkeypatch.setattr(pipeline, "choose_renderer", lambda _: other)
    published = runs.run()
    assert (published.version, runs.ran) == ("v002", ["03_report"])
    assert "pandoc 4.0" in (published.path / "report.html").read_text(encoding="utf-8")


def test_another_python_package_makes_everything_run(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.run()
    (tmp_path / "paket" / "pandas-99.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path / "paket"))
    runs.run()
    assert runs.ran == STEPS
    assert any("paket atau setelan komputer" in line for line in runs.told)


def test_what_was_before_is_published_anew_when_it_comes_back(runs: Runs) -> None:
    """As without skipping: only the newest version can still hold."""
    before = (runs.raw / "Capaian KBK 2025.xlsx").read_bytes()
    first = runs.run()
    change_cell(runs)
    runs.run()
    (runs.raw / "Capaian KBK 2025.xlsx").write_bytes(before)
    third = runs.run()
    assert (third.version, third.new, runs.ran) == ("v003", True, ["03_report"])
    assert contents(third.path) == contents(first.path)
    kept = Results.load(runs.workspace.results_of(SLUG, "2025-S1"))
    assert kept.facts["inputs"] == json.loads((third.path / "facts.json").read_text(encoding="utf-8"))["inputs"]


def report_gone(runs: Runs) -> None:
    shutil.rmtree(runs.workspace.reports)


def report_changed(runs: Runs) -> None:
    page = runs.workspace.reports_of(SLUG, "2025-S1") / "v001" / "report.html"
    page.write_text("diubah", encoding="utf-8")


def manifest_changed(runs: Runs) -> None:
    path = runs.workspace.reports_of(SLUG, "2025-S1") / "v001" / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def results_gone(runs: Runs) -> None:
    shutil.rmtree(runs.workspace.results_of(SLUG, "2025-S1"))


def cleaned_changed(runs: Runs) -> None:
    (runs.processed / "ledger.csv").write_text("diubah", encoding="utf-8")


@pytest.mark.parametrize("harm", [report_gone, report_changed, manifest_changed, results_gone, cleaned_changed])
def test_what_is_no_longer_whole_is_made_again(runs: Runs, harm: Callable[[Runs], None]) -> None:
    first = runs.run()
    whole, kept = contents(first.path), contents(runs.processed)
    harm(runs)
    published = runs.run()
    assert runs.ran == ["03_report"]
    assert contents(published.path) == whole
    after = contents(runs.processed)
    assert {name: after[name] for name in kept if FOLDER not in name} == {
        name: content for name, content in kept.items() if FOLDER not in name
    }


def test_without_its_store_a_run_gives_the_same(runs: Runs) -> None:
    first = runs.run()
    shutil.rmtree(runs.processed / FOLDER)
    again = runs.run()
    assert (again.path, again.new, runs.ran) == (first.path, False, STEPS)


def test_a_damaged_store_is_told_and_made_whole(runs: Runs) -> None:
    runs.run()
    for path in (runs.processed / FOLDER).rglob("*"):
        if path.is_file() and path.name != "langkah.json":
            path.write_bytes(path.read_bytes()[:-1] + b"#")
    report_gone(runs)
    runs.run()
    assert runs.ran == STEPS
    assert sum("(hasil yang tersimpan tidak utuh)" in line for line in runs.told) == 2
    report_gone(runs)
    runs.run()
    assert runs.ran == ["03_report"]


def test_what_changes_while_a_run_goes_on_is_not_taken_for_what_was_read(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(workspace: Workspace, name: str, parameters: dict[str, str], out: Path, **how: bool) -> Path:
        done = runs.notebook(workspace, name, parameters, out, **how)
        if name == "02_trends":
            change_cell(runs)
        return done

    with monkeypatch.context() as patched:
        patched.setattr(stages, "run_notebook", late)
        first = runs.run()
    second = runs.run()
    assert runs.ran == STEPS
    assert (first.version, second.version) == ("v001", "v002")


def test_a_run_that_is_stopped_by_the_scan_keeps_nothing(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*_: object) -> None:
        raise PrivacyError("Laporan memuat data perorangan.")

    with monkeypatch.context() as patched:
        patched.setattr(stages, "check_reports", found)
        with pytest.raises(PrivacyError):
            runs.run()
    assert not runs.processed.exists()
    runs.run()
    assert runs.ran == STEPS


def test_names_of_files_stand_nowhere_in_the_store(runs: Runs) -> None:
    (runs.raw / "Surat Ratnadewi Kusumawati.docx").write_bytes(b"x")
    runs.run()
    for path in (runs.processed / FOLDER).rglob("langkah.json"):
        assert "ratnadewi" not in path.read_text(encoding="utf-8").lower()


def test_the_workbook_about_doctors_has_no_copy_and_without_it_the_files_are_read_again(runs: Runs) -> None:
    runs.doctors = b"rujukan menurut dokter"
    runs.run()
    place = runs.processed / DOCTORS
    assert place.read_bytes() == runs.doctors
    assert [p.name for p in runs.workspace.root.rglob("*") if p.is_file() and p.read_bytes() == runs.doctors] == [
        DOCTORS
    ]
    runs.run(replace(REQUEST, period="2025-T1"))
    assert (runs.ran, place.read_bytes()) == (STEPS[1:], runs.doctors)
    for harm in (place.unlink, lambda: place.write_bytes(b"dibuka dan diubah")):
        harm()
        runs.run()
        assert (runs.ran[0], place.read_bytes()) == ("01_clean", runs.doctors)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind here")
def test_where_a_file_cannot_be_read_nothing_is_skipped(runs: Runs) -> None:
    runs.run()
    (runs.raw / "Surat.docx").write_bytes(b"x")
    (runs.raw / "Surat.docx").chmod(0)
    assert Basis.now(runs.workspace, SLUG) is None
    runs.run()
    assert runs.ran == STEPS


def test_a_district_without_files_has_no_basis(tmp_path: Path) -> None:
    assert Basis.now(Workspace(tmp_path), "sanggau") is None


def test_links_count_by_where_they_lead(tmp_path: Path) -> None:
    folder = tmp_path / "raw"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "x.csv").write_text("1;2", encoding="utf-8")
    seen = []
    for target in ("a/x.csv", "a/y.csv", "../outside.csv"):
        (folder / "b.csv").unlink(missing_ok=True)
        (folder / "b.csv").symlink_to(folder / target)
        seen.append(fingerprints.raw_fingerprints(folder)["b.csv"])
    assert len(set(seen)) == 3


def test_the_quick_answer_needs_nothing_that_is_slow_to_import(runs: Runs) -> None:
    """Told by names of modules: times differ between machines."""
    code = (
        "import sys; from pathlib import Path; "
        "from analysis import fingerprints; fingerprints.PROJECT = Path(sys.argv[2]); "
        "from analysis.pipeline import make_report; from analysis.request import Request; "
        "from analysis.workspace import Workspace; "
        f"r = Request({SLUG!r}, period='2025-S1', renderer='pandoc'); w = Workspace(Path(sys.argv[1])); "
        "print(make_report(w, r.checked(w)).new, *({'pandas', 'numpy', 'pydantic', 'yaml', 'duckdb', 'papermill', "
        "'matplotlib', 'nbformat', 'openpyxl'} & set(sys.modules)))"
    )
    words = [str(runs.workspace.root), str(runs.project)]
    runs.run()
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout.split() == ["False"]


def test_a_district_with_its_first_months_alone_is_reported_too(runs: Runs) -> None:
    """The comparison that nobody asked for is not insisted on; one that was asked for is, where it is computed."""
    runs.table = runs.table.loc[runs.table["month"] >= "2025-01"]
    assert runs.run().new
    assert runs.parameters["02_trends"] == {"district": SLUG, "period": "2025-S1", "compare": ""}
    with pytest.raises(UserError, match="Semester I 2024"):
        runs.run(replace(REQUEST, compare="2024-S1"))


def test_the_record_of_a_report_leads_nowhere_else(runs: Runs) -> None:
    """A record that was written by hand to name another place is no answer."""
    published = runs.run()
    renderer = choose_renderer("pandoc")
    basis = Basis.now(runs.workspace, SLUG)
    assert basis is not None
    outside = runs.workspace.root.parent / "luar" / "v001"
    shutil.copytree(published.path, outside)
    standing.remember_report(
        runs.workspace, REQUEST, renderer, basis,
        published=Published(runs.workspace.reports / ".." / ".." / "luar" / "v001", "v001", new=True),
        cleaned={}, results={},
    )  # fmt: skip
    assert standing.standing_report(runs.workspace, REQUEST, renderer, basis) is None


def test_an_unknown_district_is_told_before_anything_is_looked_at(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="tidak ditemukan"):
        Request("sangau").checked(Workspace(tmp_path))
