"""Whole reports, made as an analyst makes them, with a look inside the finished files."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
from pathlib import Path

import pandas as pd
import pytest
import small_district
from pypdf import PdfReader

from analysis import formats as fmt
from analysis.errors import RenderError
from analysis.pipeline import make_report
from analysis.publish import Published
from analysis.request import Request
from analysis.results import Results
from analysis.simulate import true_table
from analysis.workspace import PROJECT, Workspace

NAME = 'Kabupaten <b>Contoh</b> {{< x >}} #box[$y$] "a|b" @tbl-ak'
PATH_OF_MACHINE = re.compile(r"/(?:home|root|tmp|Users|work)/")


class Made:
    """One report: its folder, the text of its pages, its results."""

    def __init__(self, root: Path, slug: str, period: str = "", compare: str = "") -> None:
        self.workspace = Workspace(root)
        self.published: Published = make_report(self.workspace, Request(slug, period, compare, "pandoc"))
        self.folder = self.published.path
        self.html = (self.folder / "report.html").read_text(encoding="utf-8")
        self.pages = [p.extract_text() for p in PdfReader(self.folder / "report.pdf").pages]
        self.results = Results.load(self.workspace.results_of(slug, self.folder.parent.name))

    @property
    def html_text(self) -> str:
        body = re.sub(r"<(style|script)\b.*?</\1>", " ", self.html, flags=re.DOTALL)
        return _even(html.unescape(re.sub(r"<[^>]+>", " ", body)))

    @property
    def pdf_text(self) -> str:
        return _even(" ".join(self.pages))


def _even(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00ad", "").replace("\u2060", ""))


@pytest.fixture(scope="module")
def sanggau(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("sanggau"), "sanggau")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Made:
    root = tmp_path_factory.mktemp("small")
    folder = small_district.write(root)
    settings = folder / "district.yml"
    quoted = json.dumps(NAME)
    settings.write_text(f"name: {quoted}\nlevel: kabupaten\naliases: [KABUPATEN CONTOH]\n", encoding="utf-8")
    return Made(root, small_district.SLUG)


FIGURES = 13
"""Completeness and scores; for each of three indicators its chart, facilities and periods; two funnels."""


def test_files_of_a_version(sanggau: Made) -> None:
    assert (sanggau.published.version, sanggau.folder.parent.name) == ("v001", "2026-S1")
    names = {p.name for p in sanggau.folder.iterdir()}
    assert names == {"report.html", "report.pdf", "manifest.json", "data", "notebooks"}
    assert {p.name for p in (sanggau.folder / "notebooks").iterdir()} == {
        "01_clean.ipynb",
        "02_trends.ipynb",
        "03_report.ipynb",
    }
    assert "sanggau/2026-S1/v001" in (sanggau.workspace.reports / "index.html").read_text(encoding="utf-8")


def test_every_puskesmas_value_of_the_results_stands_in_html_and_pdf(sanggau: Made) -> None:
    table = sanggau.results["facility"]
    rows = table[(table["group"] == "utama") & (table["span"] == "ini")]
    assert len(rows) == 3 * 19
    for row in rows.itertuples(index=False):
        name = fmt.facility(row.facility_name, short=True)
        limit = {"AK": 150.0, "RRNS": 2.0, "RPPT": 5.0}[row.indicator]
        value = fmt.against(row.value, limit, fmt.DECIMALS[row.indicator])
        assert re.search(rf"{re.escape(name)}\W.{{0,60}}?(?<![\d,.]){re.escape(value)}(?![\d])", sanggau.html_text), (
            name,
            value,
        )
        assert value in sanggau.pdf_text, (name, value)
        assert name in sanggau.pdf_text


def test_known_effect_is_found_with_the_right_sign_and_size(sanggau: Made) -> None:
    # the truth before any dirt, summed here without the code under test
    truth = true_table(PROJECT / "data" / "reference", "sanggau")
    truth = truth[truth["facility_type"] == "puskesmas"]
    ratios = []
    for year in (2025, 2026):
        span = truth[truth["month"].isin(pd.period_range(f"{year}-01", f"{year}-06", freq="M"))]
        ratios.append(span["nonspecialist_referrals"].sum() / span["referrals"].sum() * 100)
    change = sanggau.results["change"].query("indicator == 'RRNS' and group == 'utama'").iloc[0]
    assert change["value"] == pytest.approx(ratios[1] - ratios[0], abs=0.02)
    assert change["upper"] < 0
    assert change["p_adjusted"] < 0.01
    sentence = f"turun {fmt.number(abs(change['value']), 2)} poin persen (membaik"
    assert sentence in sanggau.html_text
    assert sentence in sanggau.pdf_text


def test_values_worked_out_by_hand_stand_in_the_report(small: Made) -> None:
    for before, after in small_district.SHOWN.values():
        for text in (small.html_text, small.pdf_text):
            assert before in text
            assert after in text
    assert "Bukit Tinggi" in small.pdf_text
    assert "36 dari 1.200" in small.html_text


def test_each_district_has_its_own_figures(sanggau: Made, small: Made) -> None:
    assert "Balai Karangan" in sanggau.html_text
    assert "Balai Karangan" not in small.html_text
    assert "Air Jernih" in small.html_text
    assert "Air Jernih" not in sanggau.html_text
    figures = [set(re.findall(r'src="(data:image/svg[^"]+)"', made.html)) for made in (sanggau, small)]
    assert len(figures[0]) == FIGURES
    assert figures[1]
    assert not figures[0] & figures[1]


def test_a_name_from_a_file_is_text_everywhere(small: Made) -> None:
    assert NAME in small.html_text
    assert "<b>Contoh</b>" not in small.html
    assert _even(NAME).replace(" ", "") in small.pdf_text.replace(" ", "")


def test_simulated_data_says_so_on_every_page_and_figure(sanggau: Made, small: Made) -> None:
    assert all("DATA SIMULASI" in page for page in sanggau.pages)
    assert "DATA SIMULASI" in sanggau.html_text
    assert not any("DATA SIMULASI" in page for page in small.pages)
    assert "DATA SIMULASI" not in small.html_text


def test_length_and_first_page(sanggau: Made) -> None:
    assert 25 <= len(sanggau.pages) <= 42
    first = _even(sanggau.pages[0])
    for words in ("RRNS 19 puskesmas", "AK 19 puskesmas", "RPPT 19 puskesmas", "tidak dibayarkan", "Tabel 1"):
        assert words in first


def test_every_figure_has_number_caption_and_alternative_text(sanggau: Made) -> None:
    images = re.findall(r"<img\b[^>]*>", sanggau.html)
    assert len(images) == FIGURES
    for image in images:
        alt = re.search(r'alt="([^"]{60,})"', image)
        assert alt, image[:200]
    numbers = re.findall(r"Gambar (\d+):", sanggau.html_text)
    assert numbers == [str(n) for n in range(1, FIGURES + 1)]
    assert re.findall(r"Gambar (\d+):", sanggau.pdf_text) == numbers
    assert re.findall(r"Tabel (\d+):", sanggau.html_text) == re.findall(r"Tabel (\d+):", sanggau.pdf_text)


def test_unconfirmed_values_are_marked_where_they_are_used(sanggau: Made) -> None:
    assert sanggau.html_text.count("belum dikonfirmasi") > 10
    assert re.search(r"Rp[\d.]+( sampai Rp[\d.]+)?\*", sanggau.html_text)


def test_nothing_is_loaded_from_outside(sanggau: Made) -> None:
    for attribute in ("src", "href", "data", "srcset", "poster", "action"):
        for value in re.findall(rf'\b{attribute}="([^"]*)"', sanggau.html):
            assert value.startswith(("data:", "#")), value[:80]
    assert "@import" not in sanggau.html
    assert not re.search(r"url\((?!['\"]?data:)", sanggau.html)
    assert "<script" not in sanggau.html


def test_no_times_and_no_places_of_the_machine_in_any_file(sanggau: Made) -> None:
    for path in sanggau.folder.rglob("*"):
        if path.is_file() and path.suffix != ".pdf":
            text = path.read_text(encoding="utf-8")
            assert not PATH_OF_MACHINE.search(text), path.name
            assert str(sanggau.workspace.root) not in text
            assert '"start_time"' not in text


def test_manifest_names_inputs_and_every_output_with_checksums(sanggau: Made) -> None:
    manifest = json.loads((sanggau.folder / "manifest.json").read_text(encoding="utf-8"))
    raw = sanggau.workspace.raw_of("sanggau")
    assert len(manifest["inputs"]) == 38
    for entry in [*manifest["inputs"], *manifest["settings"]]:
        assert hashlib.sha256((raw / entry["name"]).read_bytes()).hexdigest() == entry["sha256"]
    assert manifest["parameters"] == {"period": "2026-S1", "compare": "2025-S1"}
    assert (manifest["rule"], manifest["simulated"]) == ("perban-7-2019", True)
    text = json.dumps(manifest)
    for name in ("report.html", "report.pdf"):
        assert hashlib.sha256((sanggau.folder / name).read_bytes()).hexdigest() in text


def test_same_inputs_give_the_same_bytes_elsewhere_and_no_new_version_here(
    small: Made, tmp_path_factory: pytest.TempPathFactory
) -> None:
    again = make_report(small.workspace, Request(small_district.SLUG, renderer="pandoc", again=True))
    assert (again.new, again.version) == (False, "v001")
    root = tmp_path_factory.mktemp("elsewhere with blanks")
    (root / "data").mkdir()
    (small.workspace.root / "data" / "raw").rename(root / "data" / "raw")
    try:
        other = Made(root, small_district.SLUG)
    finally:
        (root / "data" / "raw").rename(small.workspace.root / "data" / "raw")
    for path in sorted(p for p in small.folder.rglob("*") if p.is_file()):
        assert (other.folder / path.relative_to(small.folder)).read_bytes() == path.read_bytes(), path.name


def test_changed_figure_becomes_a_new_version_and_leaves_the_old_one(small: Made) -> None:
    before = {p: p.read_bytes() for p in small.folder.rglob("*") if p.is_file()}
    report = make_report(
        small.workspace, Request(small_district.SLUG, period="2025-T1", compare="2024-T1", renderer="pandoc")
    )
    assert (report.version, report.path.parent.name) == ("v001", "2025-T1")
    assert {p: p.read_bytes() for p in small.folder.rglob("*") if p.is_file()} == before


@pytest.mark.skipif(os.name == "nt", reason="the stand-in program is a shell script")
def test_a_quarto_that_fails_leaves_the_report_to_the_built_in_renderer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "quarto"
    program.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo 1.10.19 && exit 0\necho "ERROR: rusak"; exit 1\n', encoding="utf-8"
    )
    program.chmod(0o755)
    monkeypatch.setenv("QUARTO_PATH", str(program))
    small_district.write(tmp_path)
    told: list[str] = []
    made = make_report(Workspace(tmp_path), Request(small_district.SLUG), told.append)
    assert any("Quarto gagal" in line and "ERROR: rusak" in line for line in told)
    manifest = json.loads((made.path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["renderer"].startswith("pandoc")
    assert "pandoc 3.9" in (made.path / "report.html").read_text(encoding="utf-8")
    with pytest.raises(RenderError, match="Quarto"):
        make_report(Workspace(tmp_path), Request(small_district.SLUG, renderer="quarto"))
    assert [p.name for p in made.path.parent.iterdir()] == ["v001"]


@pytest.mark.browser
def test_chromium_asks_for_nothing_from_outside(sanggau: Made) -> None:
    import shutil

    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto((sanggau.folder / "report.html").as_uri())
        shown = page.inner_text("body")
        loaded = page.evaluate("document.fonts.ready.then(f => [...f].filter(x => x.status == 'loaded').length)")
        widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complaints == []
    assert "Ringkasan" in shown
    assert loaded >= 2
    assert widths[0] <= widths[1]
