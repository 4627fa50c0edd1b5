"""The records of methods and deviations: whole, told apart, and about functions that exist; the pages show them all."""

from __future__ import annotations

import importlib
import re
from operator import attrgetter
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from test_docs import perbarui

from analysis.errors import ConfigurationError
from analysis.estimates import Estimate
from analysis.methods import Deviation, DeviationSection, Method, MethodSection, load_methods
from analysis.workspace import PROJECT

REFERENCE = PROJECT / "data" / "reference"
ALL = load_methods(REFERENCE)
RECORDS: list[Method | Deviation] = [*ALL.methods, *ALL.deviations]
SECTIONS = {Method: get_args(MethodSection), Deviation: get_args(DeviationSection)}


def page(name: str) -> str:
    return (PROJECT / "docs" / name).read_text(encoding="utf-8")


def written(folder: Path, **changes: Any) -> Path:
    """The folder of a methods.yml with one method, in which some fields are changed."""
    record = {
        "id": "a", "section": "bagian", "number": "angka", "method": "cara", "formula": "1 + 1",
        "reference": "Wilson (1927)", "module": "estimates.wilson", "agrees_with": "",
    } | changes  # fmt: skip
    text = yaml.safe_dump({"methods": [record], "deviations": []}, allow_unicode=True)
    (folder / "methods.yml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("method", ALL.methods, ids=lambda m: m.id)
def test_the_function_named_by_a_method_exists(method: Method) -> None:
    name, _, path = method.module.partition(".")
    assert callable(attrgetter(path)(importlib.import_module(f"analysis.{name}")))


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: f"{type(r).__name__}-{r.id}")
def test_every_text_is_one_plain_line(record: Method | Deviation) -> None:
    empty = {"agrees_with"}
    for name, text in record.model_dump().items():
        assert text == " ".join(text.split()), name
        assert text or name in empty, name
        # Markup would show as such in the PDF, where the same texts stand.
        assert not re.search(r"\*\*|`|\[.*\]\(|<\w+>", text), name
        # A number of Indonesian text has a decimal comma; versions, sections and code have points.
        assert not re.search(r"(?<![\d.])0\.\d+(?!\.?\d)", text), name


@pytest.mark.parametrize("kind", SECTIONS)
def test_every_section_has_records_and_they_stand_together(kind: type[Method] | type[Deviation]) -> None:
    sections = [r.section for r in RECORDS if isinstance(r, kind)]
    assert list(dict.fromkeys(sections)) == list(SECTIONS[kind])
    assert sections == sorted(sections, key=SECTIONS[kind].index)


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: f"{type(r).__name__}-{r.id}")
def test_every_record_stands_once_on_its_page(record: Method | Deviation) -> None:
    text = page("metode.md" if isinstance(record, Method) else "penyimpangan.md")
    first = record.number if isinstance(record, Method) else record.subject
    assert text.count(f"\n| {first} | ") == 1


def test_references_name_a_year_or_say_that_they_are_definitions() -> None:
    without = [
        m.id
        for m in ALL.methods
        if not re.search(r"\b(1[89]|20)\d\d\b", m.reference)
        and not m.reference.startswith(("definisi", "data/reference/", "NHS England", "Montgomery"))
    ]
    assert without == []


def test_files_named_as_references_exist() -> None:
    named = {path for m in ALL.methods for path in re.findall(r"data/reference/[\w./]*\w/?", m.reference)}
    assert named
    assert [path for path in sorted(named) if not (PROJECT / path).exists()] == []


def test_pages_cited_for_one_article_are_the_same_everywhere() -> None:
    # The same journal, volume and first page with two last pages, or one article with two volumes, is a slip.
    pages: dict[tuple[str, str], set[str]] = {}
    for record in ALL.methods:
        for journal, volume, first, last in re.findall(r"([A-Z][\w &]+?) (\d+):(\d+)–(\d+)", record.reference):
            assert int(first) < int(last)
            pages.setdefault((journal.strip(), f"{volume}:{first}"), set()).add(last)
    assert {key: ends for key, ends in pages.items() if len(ends) > 1} == {}


@pytest.mark.parametrize("module", sorted(perbarui.EXAMPLES))
def test_examples_call_what_the_methods_name(module: str) -> None:
    called = {re.match(r"\w+", example.call)[0] for example in perbarui.EXAMPLES[module]}  # type: ignore[index]
    assert called <= set(vars(importlib.import_module(f"analysis.{module}")))


def test_every_statistical_function_among_the_methods_has_an_example() -> None:
    # What works on tables of a district cannot be called with a line of plain numbers.
    tables = {
        "indicators", "bands", "rules", "payment", "wording", "published_zones", "timeliness", "quality_jumps",
        "quality_repeats", "quality_signals", "quality_population", "extract_counts", "extract_coverage",
        "extract_diagnoses", "extract_judged",
    }  # fmt: skip
    # Parts of a chart or funnel that the example of the whole shows.
    parts = {
        "spc.marks", "spc.natural_limits", "spc_p.p_chart", "funnel.dispersion", "funnel.between_variance",
        "facility_changes.classify", "event_effects.trend_before_event", "event_effects.regression_to_the_mean",
    }  # fmt: skip
    shown = {
        f"{module}.{name}"
        for module, examples in perbarui.EXAMPLES.items()
        for example in examples
        for name in re.findall(r"\w+(?=\()", example.call)
    }
    modules = {m.module: m.module.partition(".")[0] for m in ALL.methods}
    named = {m for m, module in modules.items() if module not in tables and not module.startswith("results")}
    assert named - parts - shown == set()


def test_an_example_shows_what_the_function_returns() -> None:
    # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3: 15 of 148, 0.0624 to 0.1605
    line = "\nwilson(15, 148)\n# value=0.1014, lower=0.06239, upper=0.1605, n=148, method='interval skor Wilson'\n"
    assert line in page("metode.md")


@pytest.mark.parametrize(
    ("result", "names", "text"),
    [
        (0.123456, (), "0.1235"),
        ((1, 0.5, "a"), (), "(1, 0.5, 'a')"),
        (Estimate(1234.5678, n=3), (), "value=1235.0, n=3"),
        (Estimate(0.5, 0.25, 0.75), ("lower", "upper"), "lower=0.25, upper=0.75"),
        (Estimate(None, reason="penyebut nol"), (), "value=None, reason='penyebut nol'"),
    ],
)
def test_results_are_shown_shortly(result: object, names: tuple[str, ...], text: str) -> None:
    assert perbarui.shown(result, names) == text


def test_a_table_leaves_out_a_column_without_entries() -> None:
    assert "Cocok dengan" not in perbarui.methods_block("indikator")
    assert "| Cocok dengan |" in perbarui.methods_block("uji")
    assert perbarui.methods_block("uji").splitlines()[-1].endswith("| – |")


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"number": ""}, "tidak boleh kosong"),
        ({"number": "   "}, "tidak boleh kosong"),
        ({"section": "lain"}, "isi harus"),
        ({"module": "wilson"}, "bentuk tulisannya salah"),
        ({"formulas": "x"}, "kunci tidak dikenal"),
    ],
)
def test_a_wrong_record_is_refused(tmp_path: Path, changes: dict[str, str], word: str) -> None:
    assert len(load_methods(written(tmp_path)).methods) == 1
    with pytest.raises(ConfigurationError) as refused:
        load_methods(written(tmp_path, **changes))
    assert word in "\n".join([str(refused.value), *map(str, refused.value.args)])


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path) / "methods.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**content, "methods": content["methods"] * 2}), encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_methods(tmp_path)
    assert "id lebih dari satu kali: a" in "\n".join([str(refused.value), *map(str, refused.value.args)])


def test_records_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        ALL.methods[0].number = "lain"
