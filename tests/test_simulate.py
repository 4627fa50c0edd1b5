"""The simulated workbooks: same bytes, honest truth, planted effects, real layouts, documented dirt."""

from __future__ import annotations

import csv
import hashlib
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from real_headings import CSV, TABEL, WORKBOOK

from analysis import contract, simulate
from analysis.district import load_district, load_facilities
from analysis.errors import ConfigurationError, DataError, ParameterError
from analysis.file_names import MANIFEST
from analysis.periods import parse_period
from analysis.simulate_settings import NEEDS
from analysis.workspace import PROJECT, Workspace, simulations

REFERENCE = PROJECT / "data" / "reference"
SLUG = "sanggau"
DOCUMENT = (PROJECT / "docs" / "data-simulasi.md").read_text(encoding="utf-8")
COUNTS = [c for c in contract.COUNTS if not c.startswith("prolanis")]

Rows = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    return simulate.true_table(REFERENCE, SLUG)


@pytest.fixture(scope="module")
def dirt() -> pd.DataFrame:
    return simulate.expected_dirt(REFERENCE, SLUG)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("root")
    simulate.write_simulation(REFERENCE, SLUG, root / "data" / "raw" / SLUG)
    return root


@pytest.fixture(scope="module")
def folder(root: Path) -> Path:
    return root / "data" / "raw" / SLUG


@pytest.fixture(scope="module")
def sheets(folder: Path) -> dict[tuple[str, str], Rows]:
    """Rows of every sheet and CSV of the folder, values as stored."""
    found: dict[tuple[str, str], Rows] = {}
    for path in folder.glob("*.csv"):
        if path.name != "facilities.csv":
            with path.open(encoding="utf-8", newline="") as stream:
                found[path.name, ""] = [tuple(row) for row in csv.reader(stream, delimiter=";")]
    for path in folder.glob("[!~]*.xlsx"):
        book = openpyxl.load_workbook(path, data_only=True)
        for sheet in book.worksheets:
            found[path.name, sheet.title] = list(sheet.iter_rows(values_only=True))
    return found


def of_period(table: pd.DataFrame, code: str) -> pd.DataFrame:
    return table[table["month"].isin(parse_period(code).months)]


def ratio(table: pd.DataFrame, top: str, bottom: str, scale: int) -> float:
    """Ratio of sums."""
    return float(table[top].sum()) / float(table[bottom].sum()) * scale


def by_facility(table: pd.DataFrame, top: str, bottom: str, scale: int) -> pd.Series:
    sums = table.groupby("facility_code")[[top, bottom]].sum().astype(float)
    return sums[top] / sums[bottom] * scale


def puskesmas(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["facility_type"] == "puskesmas"]


def test_lists_the_simulations_and_names_the_nearest_for_an_unknown_one() -> None:
    assert simulations(REFERENCE) == [SLUG]
    with pytest.raises(ParameterError, match="Maksud Anda “sanggau”"):
        simulate.true_table(REFERENCE, "sangau")


# Bytes


def test_same_bytes_twice_also_in_another_time_zone_and_hash_order(folder: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from analysis import simulate; "
        "simulate.write_simulation(Path(sys.argv[1]), 'sanggau', Path(sys.argv[2]))"
    )
    again = tmp_path / SLUG
    environment = os.environ | {"TZ": "Asia/Jakarta", "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", program, str(REFERENCE), str(again)], check=True, env=environment)
    first = {p.name: p.read_bytes() for p in folder.iterdir()}
    assert first == {p.name: p.read_bytes() for p in again.iterdir()}
    assert len(first) > 40


def test_the_random_streams_have_not_changed(folder: Path) -> None:
    """Fails when parameters change or another release of numpy draws differently: both change every report."""
    digest = hashlib.sha256((folder / "kbk_jan23.csv").read_bytes()).hexdigest()
    assert digest == "efdeda543ca086ff5ba0b7cd2b2c2b02ef0b338d1f29acb254679c6eb5eeb08b"


def test_checksums_cover_every_file(folder: Path) -> None:
    lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
    listed = {name: checksum for checksum, name in (line.split("  ", 1) for line in lines)}
    assert list(listed) == sorted(listed)
    assert set(listed) | {MANIFEST} == {p.name for p in folder.iterdir()}
    for name, checksum in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == checksum


def test_returns_the_files_it_wrote_and_replaces_its_own(tmp_path: Path) -> None:
    target = tmp_path / SLUG
    first = simulate.write_simulation(REFERENCE, SLUG, target)
    (target / ".DS_Store").write_bytes(b"litter")
    (target / "kbk_jan23.csv").unlink()
    assert simulate.write_simulation(REFERENCE, SLUG, target) == first == sorted(target.iterdir())
    assert [p.name for p in tmp_path.iterdir()] == [SLUG]


def test_refuses_a_folder_with_foreign_or_changed_files_and_leaves_it_alone(tmp_path: Path) -> None:
    target = tmp_path / SLUG
    simulate.write_simulation(REFERENCE, SLUG, target)
    (target / "asli").mkdir()
    (target / "asli" / "kbk_jul26.csv").write_text("data asli", encoding="utf-8")
    (target / "district.yml").write_text("name: Kabupaten Sanggau", encoding="utf-8")
    with pytest.raises(DataError) as refused:
        simulate.write_simulation(REFERENCE, SLUG, target)
    assert len(refused.value.problems) == 2
    assert "asli/kbk_jul26.csv" in str(refused.value)
    assert "district.yml" in str(refused.value)
    assert (target / "asli" / "kbk_jul26.csv").read_text(encoding="utf-8") == "data asli"
    assert (target / "district.yml").read_text(encoding="utf-8") == "name: Kabupaten Sanggau"


def test_refuses_a_folder_that_was_never_simulated(tmp_path: Path) -> None:
    target = tmp_path / SLUG
    target.mkdir()
    (target / "kbk_jan23.csv").write_text("data asli", encoding="utf-8")
    with pytest.raises(DataError, match="kbk_jan23"):
        simulate.write_simulation(REFERENCE, SLUG, target)
    assert [p.name for p in target.iterdir()] == ["kbk_jan23.csv"]


# Truth


def test_truth_obeys_the_contract(truth: pd.DataFrame) -> None:
    assert list(truth.columns) == [c for c in contract.COLUMNS if not c.startswith("source_")]
    valid = contract.facility_months(truth.assign(source_file="", source_sheet=""))
    pd.testing.assert_frame_equal(valid[list(truth.columns)], truth)
    assert truth[COUNTS].notna().all().all()


def test_truth_covers_every_month_but_for_the_opened_and_the_closed(truth: pd.DataFrame) -> None:
    months = truth.groupby("facility_code")["month"].agg(["min", "max", "count"]).astype(str)
    assert len(months) == 28
    whole = months[months["count"] == "66"]
    assert len(whole) == 26
    assert set(whole["min"]) == {"2021-01"}
    assert months.loc["0399U005"].tolist() == ["2024-03", "2026-06", "28"]
    assert months.loc["03990004"].tolist() == ["2021-01", "2025-08", "56"]


def test_truth_has_the_sizes_that_are_told(truth: pd.DataFrame) -> None:
    total = truth.groupby("month")["registered"].sum()
    assert (total / 499_074).between(0.60, 0.75).all()
    recent = puskesmas(of_period(truth, "2025"))
    assert recent["facility_name"].nunique() == 19
    size = recent.groupby("facility_name")["registered"].mean()
    assert size.between(3_500, 46_000).all()
    assert (size < 5_000).sum() == 2
    for period in ("2025-S1", "2026-S1"):
        assert 120 <= ratio(of_period(truth, period), "contacts", "registered", 1000) <= 135
        contact_rates = by_facility(puskesmas(of_period(truth, period)), "contacts", "registered", 1000)
        assert (contact_rates >= 150).sum() in {4, 5}
        assert 8 <= ratio(of_period(truth, period), "referrals", "registered", 1000) <= 14
    assert ratio(of_period(truth, "2021"), "contacts", "registered", 1000) < 85


def test_invited_are_the_scored_puskesmas_above_two_percent(truth: pd.DataFrame) -> None:
    simulation = simulate.load_simulation(REFERENCE, SLUG)
    invited = next(e for e in simulation.effects if e.id == "pembinaan_rrns").facilities
    exempt = {f.code for f in simulation.facilities if f.network_exempt}
    rates = by_facility(puskesmas(of_period(truth, "2025-S1")), "nonspecialist_referrals", "referrals", 100)
    assert set(invited) == set(rates[rates > 2].index) - exempt


def test_pembinaan_lowers_rrns_of_the_invited_only(truth: pd.DataFrame) -> None:
    simulation = simulate.load_simulation(REFERENCE, SLUG)
    invited = next(e for e in simulation.effects if e.id == "pembinaan_rrns").facilities
    recent = puskesmas(truth[truth["month"] >= pd.Period("2025-01", "M")])
    after = recent["month"] >= pd.Period("2025-10", "M")
    change = {}
    for group, rows in (("invited", True), ("others", False)):
        chosen = recent["facility_code"].isin(invited) == rows
        before_rate = ratio(recent[chosen & ~after], "nonspecialist_referrals", "referrals", 100)
        change[group] = ratio(recent[chosen & after], "nonspecialist_referrals", "referrals", 100) / before_rate
    # 9 months each: about 800 and 450 non-specialist cases of the invited, so 1.96·√(1/800 + 1/450) is 12 % of the
    # factor; about 130 and 130 of the others, 24 %. Variation between months adds a little: 15 % and 30 %.
    assert change["invited"] == pytest.approx(0.55, rel=0.15)
    assert change["others"] == pytest.approx(1, rel=0.30)


def test_comparison_of_semesters_shows_the_effect_clearly(truth: pd.DataFrame) -> None:
    sums, reached = [], []
    for period in ("2025-S1", "2026-S1"):
        rows = of_period(truth, period)
        sums.append((float(rows["nonspecialist_referrals"].sum()), float(rows["referrals"].sum())))
        reached.append(int((by_facility(puskesmas(rows), "nonspecialist_referrals", "referrals", 100) <= 2).sum()))
    (a, n), (b, m) = sums
    pooled = (a + b) / (n + m)
    assert (a / n - b / m) / math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m)) > 6
    assert reached[1] - reached[0] >= 5


def test_posyandu_raises_contacts_of_two_puskesmas(truth: pd.DataFrame) -> None:
    before = by_facility(of_period(truth, "2025-S1"), "contacts", "registered", 1000)
    after = by_facility(of_period(truth, "2026-S1"), "contacts", "registered", 1000)
    # Course and holidays alone give +1 ‰; 3.5 % of variation in 6 months of 2 facilities is a standard error of 1.75 ‰.
    change = (after - before)[["0399A008", "0399A012"]].mean()
    assert change == pytest.approx(26, abs=5)


def test_an_effect_changes_its_own_figures_and_nothing_else(truth: pd.DataFrame, tmp_path: Path) -> None:
    text = (REFERENCE / "simulations" / "sanggau.yml").read_text(encoding="utf-8")
    (tmp_path / "simulations").mkdir()
    shutil.copy(REFERENCE / "puskesmas.csv", tmp_path)
    without = text.replace("factor: 0.55", "factor: 1").replace("added: 25", "added: 0")
    (tmp_path / "simulations" / "sanggau.yml").write_text(without, encoding="utf-8")
    other = simulate.true_table(tmp_path, SLUG)
    untouched = [c for c in truth if c not in {"nonspecialist_referrals", "contacts"}]
    pd.testing.assert_frame_equal(truth[untouched], other[untouched])
    simulation = simulate.load_simulation(REFERENCE, SLUG)
    for effect, column, sign in zip(simulation.effects, ("nonspecialist_referrals", "contacts"), (-1, 1), strict=True):
        reach = truth["facility_code"].isin(effect.facilities) & (truth["month"] >= pd.Period(effect.first, "M"))
        difference = (truth[column] - other[column]).astype(int)
        assert (difference[~reach] == 0).all()
        assert (difference[reach] * sign >= 0).all()
        assert difference[reach].sum() * sign > 100


# Files


def test_settings_and_facilities_can_be_loaded(root: Path, folder: Path) -> None:
    district = load_district(Workspace(root), SLUG)
    assert district.simulated
    assert district.codes.kemendagri == "61.03"
    assert district.events[0].date.isoformat() == "2025-09-18"
    facilities = load_facilities(folder).set_index("code")
    assert len(facilities) == 29
    health_centres = facilities[facilities["type"] == "puskesmas"]
    assert health_centres["doctors"].isna().sum() == 1
    assert health_centres["network_exempt"].sum() == 1
    assert facilities["cooperating_since"].notna().all()
    # PRAKTIK DR. SIMULASI D has its last row in August 2025
    assert facilities["closed_since"].dropna().to_dict() == {"03990004": pd.Timestamp(2025, 9, 1)}
    assert "karangan" in (folder / "README.txt").read_text(encoding="utf-8")


def test_files_have_the_headings_of_the_real_exports(sheets: dict[tuple[str, str], Rows], folder: Path) -> None:
    dotted = 0
    for (file, _), rows in sheets.items():
        if file.startswith("Capaian"):
            assert list(rows[0]) == WORKBOOK
        elif file.startswith("Tabel"):
            assert TABEL in [list(row) for row in rows[:5]]
        else:
            with_dots = rows[0][1] == "Kode.PPK"
            dotted += with_dots
            assert list(rows[0]) == [c.replace(" ", ".") if with_dots else c for c in CSV]
    assert 0 < dotted < 18
    files = {p.name for p in folder.iterdir()}
    assert {
        "kbk_jan23.csv",
        "kbk_mei23.csv",
        "kbk_agu23.csv",
        "kbk_okt23.csv",
        "kbk_des23.csv",
        "kbk_jun24.csv",
    } <= files
    assert {"Tabel Capaian_kbk jul 24.xlsx", "Tabel Capaian_kbk des 25.xlsx"} <= files
    months = [sheet for file, sheet in sheets if file == "Capaian KBK (JAN 21 - DES 22).xlsx"]
    assert {"Januari 21", "Mei", "Januari", "Maret 22", "Agustus 2022"} <= set(months)


def test_clean_rows_say_the_truth_in_every_layout(sheets: dict[tuple[str, str], Rows], truth: pd.DataFrame) -> None:
    def true_row(month: str, code: str) -> pd.Series:
        return truth[(truth["month"] == pd.Period(month, "M")) & (truth["facility_code"] == code)].iloc[0]

    def written(file: str, sheet: str, code: str) -> dict[str, Any]:
        rows = sheets[file, sheet]
        heading = next(i for i, row in enumerate(rows) if "Kode PPK" in row)
        place = rows[heading].index("Kode PPK")
        return dict(zip(rows[heading], next(r for r in rows if r[place] == code), strict=True))

    row, true = written("Capaian KBK (JAN 26 - JUN 26).xlsx", "Juni", "0399A003"), true_row("2026-06", "0399A003")
    assert row["Bulan Kapitasi"].strftime("%Y-%m-%d") == "2026-06-01"
    assert (row["PESERTA TERDAFTAR"], row["JUMLAH KONTAK"]) == (true["registered"], true["contacts"])
    assert row["TIPE FKTP"] == "Puskesmas"
    # RRNS 1.04 %, AK 112 ‰, RPPT 3.5 %: ratings 4, 1, 2, so (4·1 + 5·4 + 1·2) / 10.
    assert [row[c] for c in WORKBOOK[-5:]] == [2.6, "Tidak Tercapai", "Tercapai", "Tidak Tercapai", 1]

    row, true = written("Tabel Capaian_kbk jan 25.xlsx", "Sheet 1", "0399A003"), true_row("2025-01", "0399A003")
    assert row["Peserta Terdaftar"] == f"{true['registered']:,}".replace(",", ".")
    assert float(row["Angka Kontak"].replace(",", ".")) == pytest.approx(
        true["contacts"] / true["registered"] * 1000, abs=0.005 + 1e-9
    )
    row, true = written("kbk_jan23.csv", "", "0399A003"), true_row("2023-01", "0399A003")
    assert row["Jumlah Rujukan"] == str(true["referrals"])
    mean = (true["dm_controlled"] / true["dm_registered"] + true["ht_controlled"] / true["ht_registered"]) * 50
    assert float(row["RPPT"].replace(",", ".")) == pytest.approx(mean, abs=0.005 + 1e-9)


def test_tabel_merges_the_district(folder: Path) -> None:
    sheet = openpyxl.load_workbook(folder / "Tabel Capaian_kbk jan 25.xlsx").active
    assert [str(r) for r in sheet.merged_cells.ranges] == ["A2:A29"]


# Dirt


def test_every_kind_of_dirt_occurs_and_is_documented(dirt: pd.DataFrame) -> None:
    assert set(dirt["kind"]) == set(NEEDS)
    assert all(f"`{kind}`" in DOCUMENT for kind in NEEDS)
    assert 40 <= len(dirt) <= 80
    assert all(len(dirt[dirt["month"].isin(parse_period(p).months.astype(str))]) <= 4 for p in ("2025-S1", "2026-S1"))


def test_every_act_of_dirt_stands_in_its_file(
    dirt: pd.DataFrame, sheets: dict[tuple[str, str], Rows], folder: Path
) -> None:
    for act in dirt.to_dict("records"):
        if act["kind"] == "lock_file":
            assert (folder / act["file"]).is_file()
            continue
        rows = sheets[act["file"], act["sheet"]]
        if act["kind"] == "row_absent":
            assert not any(act["facility_code"] in row for row in rows), act
        elif act["kind"] == "hidden_sheet":
            assert openpyxl.load_workbook(folder / act["file"])[act["sheet"]].sheet_state == "hidden"
        elif act["kind"] == "title_block":
            assert rows[act["row"] - 1][0] == act["written_value"]
        else:
            heading = next(row for row in rows if act["column"] in row)
            cell = rows[act["row"] - 1][heading.index(act["column"])]
            assert str(cell) == act["written_value"], act
            if act["fields"] and act["kind"] not in {"double_row"}:
                assert act["written_value"] != act["true_value"], act


def test_dirt_leaves_all_other_cells_true(
    dirt: pd.DataFrame, sheets: dict[tuple[str, str], Rows], truth: pd.DataFrame
) -> None:
    """The printed participants of all rows, but for the registered dirt, are those of the truth."""
    reviewed = 0
    known = {
        (str(m), c): n for m, c, n in zip(truth["month"], truth["facility_code"], truth["registered"], strict=True)
    }
    dirty = {(a["month"], a["facility_code"]) for a in dirt.to_dict("records")}
    for (file, sheet), rows in sheets.items():
        if not file.startswith("Capaian") or "lama" in sheet:
            continue
        for row in rows[1:]:
            if row[0] is None or (key := (row[0].strftime("%Y-%m"), str(row[2]))) in dirty or row[2] is None:
                continue
            if key in known:
                assert row[6] == known[key]
                reviewed += 1
    assert reviewed > 750


def test_lost_thousands_are_numbers_where_the_rest_is_text(
    dirt: pd.DataFrame, sheets: dict[tuple[str, str], Rows]
) -> None:
    acts = dirt[(dirt["kind"] == "thousands_lost") & dirt["file"].str.startswith("Tabel")].to_dict("records")
    assert len(acts) == 3
    for act in acts:
        rows = sheets[act["file"], act["sheet"]]
        cell = rows[act["row"] - 1][TABEL.index(act["column"])]
        assert isinstance(cell, float)
        assert round(cell * 1000) == int(act["true_value"])


def test_dirt_that_hits_nothing_is_an_error(tmp_path: Path) -> None:
    text = (REFERENCE / "simulations" / "sanggau.yml").read_text(encoding="utf-8")
    (tmp_path / "simulations").mkdir()
    shutil.copy(REFERENCE / "puskesmas.csv", tmp_path)
    wrong = text.replace(
        'row_absent, month: "2025-11", code: 0399U003', 'row_absent, month: "2025-11", code: "03990004"'
    )
    assert wrong != text
    (tmp_path / "simulations" / "sanggau.yml").write_text(wrong, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="row_absent 2025-11 03990004"):
        simulate.expected_dirt(tmp_path, SLUG)


# Documentation


def test_documentation_names_effects_and_their_results(truth: pd.DataFrame) -> None:
    simulation = simulate.load_simulation(REFERENCE, SLUG)
    names = dict(zip(truth["facility_code"], truth["facility_name"], strict=True))
    for effect in simulation.effects:
        row = next(line for line in DOCUMENT.splitlines() if f"`{effect.id}`" in line)
        assert all(names[code].removeprefix("PUSKESMAS ") in row for code in effect.facilities)
        size = f"× {effect.factor}" if effect.factor != 1 else f"+ {effect.added:g} ‰"
        assert size.replace(".", ",") in row
    for period in ("2025-S1", "2026-S1"):
        rows = of_period(truth, period)
        shown = {
            "RRNS kabupaten": f"{ratio(rows, 'nonspecialist_referrals', 'referrals', 100):.2f} %",
            "RRNS 19 puskesmas": f"{ratio(puskesmas(rows), 'nonspecialist_referrals', 'referrals', 100):.2f} %",
            "Angka Kontak kabupaten": f"{ratio(rows, 'contacts', 'registered', 1000):.1f} ‰",
        }
        for label, value in shown.items():
            line = next(line for line in DOCUMENT.splitlines() if line.startswith(f"| {label}"))
            assert value.replace(".", ",") in line
