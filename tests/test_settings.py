"""district.yml, facilities.csv and the reference data: nothing is read otherwise than it was written, faults are told."""

from __future__ import annotations

import datetime as dt
import errno
import re
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pytest
import yaml
from pydantic import Field, TypeAdapter

from analysis.district import FACILITY_COLUMNS, District, load_district, load_facilities
from analysis.errors import ConfigurationError
from analysis.extract_layouts import ExtractLayouts
from analysis.findings import FindingKind
from analysis.indicators import Indicator
from analysis.layouts import Layouts
from analysis.methods import Methods
from analysis.payment import Tariff, load_tariffs
from analysis.people import Personal
from analysis.quality import Check
from analysis.reference import Strict, load_record, load_yaml
from analysis.rules import Rule
from analysis.simulate_settings import Simulation
from analysis.workspace import PROJECT, Workspace

REFERENCE = PROJECT / "data" / "reference"
SHAPES: dict[str, Any] = {
    "extracts.yml": ExtractLayouts,
    "findings.yml": dict[str, FindingKind],
    "indicators.yml": dict[str, Indicator],
    "layouts.yml": Layouts,
    "methods.yml": Methods,
    "privacy.yml": Personal,
    "quality.yml": dict[str, Check],
    "tariffs.yml": list[Tariff],
    "rules": Rule,
    "simulations": Simulation,
    "raw": District,
}
FILES = sorted([*REFERENCE.rglob("*.yml"), *(PROJECT / "data" / "raw").glob("*/district.yml")])


def shape_of(path: Path) -> Any:
    return next(shape for key, shape in SHAPES.items() if key in (path.name, *path.parts[-3:-1]))


def yml(folder: Path, text: str, name: str = "district.yml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# YAML


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_file_of_the_project_means_what_plain_yaml_means(path: Path) -> None:
    shape = shape_of(path)
    plain = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert load_record(path, shape) == TypeAdapter(shape).validate_python(plain)


@pytest.mark.parametrize(
    "written", ["61.10", "01140201", "2025-09-18", "1_000", "0x1A", "1e5", "12:30", "yes", "no", "on", ".5", "=", "<<"]
)
def test_a_scalar_keeps_what_was_written(tmp_path: Path, written: str) -> None:
    assert load_yaml(yml(tmp_path, f"a: {written}\n")) == {"a": written}


@pytest.mark.parametrize(
    ("written", "value"),
    [("", None), ("~", None), ("null", None), ("true", True), ("False", False), ('"true"', "true")],
)
def test_only_null_true_and_false_are_no_text(tmp_path: Path, written: str, value: object) -> None:
    assert load_yaml(yml(tmp_path, f"a: {written}\n")) == {"a": value}


def test_codes_without_quotes_reach_the_district_whole(tmp_path: Path) -> None:
    text = (
        "name: Kota Contoh\nlevel: kota\nsimulated: yes\ncodes: {kemendagri: 61.10, bps: 6110}\n"
        "names:\n  PKM SATU: 01140201\n  12: 0114E005\nevents:\n  - {date: 2025-09-18, label: Pembinaan}\n"
    )
    yml(tmp_path / "data" / "raw" / "contoh", text)
    district = load_district(Workspace(tmp_path), "contoh")
    assert (district.codes.kemendagri, district.codes.bps, district.simulated) == ("61.10", "6110", True)
    assert {name: [e.code for e in entries] for name, entries in district.names.items()} == {
        "PKM SATU": ["01140201"],
        "12": ["0114E005"],
    }
    assert district.events[0].date == dt.date(2025, 9, 18)


def test_keys_written_twice_are_told_with_their_lines(tmp_path: Path) -> None:
    text = "name: A\nlevel: kota\nnames:\n  PKM A: x\n  PKM B: y\n  PKM A: z\nlevel: kabupaten\n"
    with pytest.raises(ConfigurationError) as caught:
        load_record(yml(tmp_path, text), District)
    assert sorted(caught.value.problems) == [
        "baris 6: kunci “PKM A” sudah tertulis di baris 4",
        "baris 7: kunci “level” sudah tertulis di baris 2",
    ]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PermissionError(errno.EACCES, "denied"), "berkas tidak boleh dibaca; tutup di Excel bila sedang dibuka"),
        (OSError(errno.EIO, "disk"), f"tidak dapat dibuka (kode galat {errno.EIO})"),
    ],
)
def test_settings_that_the_system_does_not_give_are_told_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, told: str
) -> None:
    folder = tmp_path / "data" / "raw" / "bantul"
    for name in ("district.yml", "facilities.csv"):
        yml(folder, "", name)

    def refuse(*_: object, **__: object) -> str:
        raise error

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(ConfigurationError, match=re.escape(f"Berkas district.yml: {told}")):
        load_district(Workspace(tmp_path), "bantul")
    with pytest.raises(ConfigurationError, match=re.escape(f"Berkas facilities.csv: {told}")):
        load_facilities(folder)


def test_what_is_no_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"district\.yml, baris 2 kolom \d+ bukan YAML yang benar"):
        load_yaml(yml(tmp_path, "name: A\n\tlevel: kota\n"))


class Inner(Strict):
    date: dt.date
    unit: Literal["AK", "RRNS", ""] = ""


class Sample(Strict):
    title: str = Field(default="x", min_length=1)
    level: Literal["kota", "kabupaten", "provinsi"] = "kota"
    amount: int = 1
    share: float = Field(default=0.5, gt=0, le=1)
    ready: bool = False
    month: str = Field(default="2025-01", pattern=r"^20\d\d-(0[1-9]|1[0-2])$")
    words: list[str] = Field(default_factory=lambda: ["a"], min_length=1)
    names: dict[str, str] = Field(default_factory=dict)
    inner: list[Inner] = Field(default_factory=list)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("level: negara", "level: isi harus kota, kabupaten, atau provinsi (tertulis: “negara”)."),
        ("inner: [{date: 2025-01-01, unit: XX}]", "inner, butir 1, unit: isi harus AK, RRNS, atau kosong"),
        ("amount: lima", "amount: harus bilangan bulat tanpa titik ribuan, misalnya 5000 (tertulis: “lima”)."),
        ("amount: 2.5", "amount: harus bilangan bulat"),
        ("amount:", "amount: harus bilangan bulat tanpa titik ribuan, misalnya 5000 (kosong)."),
        ("share: 0,5", "share: tulis angka dengan titik desimal, misalnya 0.12 (tertulis: “0,5”)."),
        ("share: 2", "share: harus 1.0 atau kurang (tertulis: “2”)."),
        ("share: 0", "share: harus lebih besar dari 0.0"),
        ("ready: mungkin", "ready: tulis true atau false (tertulis: “mungkin”)."),
        ("inner: [{date: 18/09/2025}]", "inner, butir 1, date: tulis tahun-bulan-tanggal, misalnya 2025-09-18"),
        ("inner: [{date: 20250918}]", "inner, butir 1, date: tulis tahun-bulan-tanggal, misalnya 2025-09-18"),
        ("month: 2025-13", "month: tulis tahun-bulan, misalnya 2025-09"),
        ("words: satu", "words: tulis daftar"),
        ("words: []", "words: tidak boleh kosong."),
        ("names: satu", "names: tulis pasangan kunci: isi"),
        ("inner: [satu]", "inner, butir 1: tulis pasangan kunci: isi"),
        ("title: [a, b]", "title: tulis teks"),
        ("title: ''", "title: tidak boleh kosong (kosong)."),
        ("title: true", "title: tulis teks pada baris itu juga, bila perlu dalam tanda kutip (tertulis: “true”)."),
        ("inner: [{unit: AK}]", "inner, butir 1, date: wajib diisi."),
        ("inner: [{dat: 2025-01-01}]", "inner, butir 1, dat: kunci tidak dikenal. Maksud Anda “date”?"),
        ("titel: x", "titel: kunci tidak dikenal. Maksud Anda “title”?"),
        ("satu", "(seluruh berkas): tulis pasangan kunci: isi"),
    ],
)
def test_a_wrong_setting_is_one_indonesian_sentence(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_record(yml(tmp_path, text + "\n"), Sample)
    assert any(told.startswith(problem) for told in caught.value.problems), caught.value.problems
    assert not re.search(r"\[\w+\]|_type|_parsing|Input should", str(caught.value))


# facilities.csv

HEAD = "code,name,type,doctors,dentists,special_tariff,network_exempt,cooperating_since,latitude,longitude"


def csv(folder: Path, *lines: str, head: str = HEAD, encoding: str = "utf-8-sig") -> Path:
    (folder / "facilities.csv").write_text("\r\n".join([head, *lines]) + "\r\n", encoding=encoding)
    return folder


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load_facilities(folder)
    return caught.value.problems


def test_commas_and_semicolons_give_the_same_table(tmp_path: Path) -> None:
    commas = "0114a026,PUSKESMAS SATU,Klinik Pratama,3,1.0,,ya,2014-01-02,-0.125,109.5"
    one = load_facilities(csv(tmp_path, commas))
    semicolons = commas.replace(",", ";").replace("-0.125;109.5", "-0,125;109,5")
    pd.testing.assert_frame_equal(load_facilities(csv(tmp_path, semicolons, head=HEAD.replace(",", ";"))), one)
    assert {c: str(t) for c, t in one.dtypes.items()} == FACILITY_COLUMNS
    row = one.iloc[0]
    assert (row["code"], row["type"], row["doctors"], row["dentists"]) == ("0114A026", "klinik_pratama", 3, 1)
    assert (row["network_exempt"], row["latitude"], row["longitude"]) == (True, -0.125, 109.5)
    assert row["cooperating_since"] == pd.Timestamp(2014, 1, 2)
    assert pd.isna(row["special_tariff"])


def test_blank_cells_short_rows_and_blank_rows_are_missing(tmp_path: Path) -> None:
    table = load_facilities(csv(tmp_path, "0114A026", ",,,,,,,,,", "0114A027,B,,,,,,,,"))
    assert table["code"].tolist() == ["0114A026", "0114A027"]
    assert table["doctors"].isna().all()


@pytest.mark.parametrize(
    ("column", "text", "advice"),
    [
        ("cooperating_since", "01/02/2014", "tulis 2014-02-01 (tahun-bulan-tanggal)"),
        ("cooperating_since", "1-2-2014", "tulis 2014-02-01 (tahun-bulan-tanggal)"),
        ("cooperating_since", "12/31/2014", "tulis 2014-12-31 (tahun-bulan-tanggal)"),
        ("cooperating_since", "2014-02-30", "tulis misalnya 2014-02-01 (tahun-bulan-tanggal)"),
        ("cooperating_since", "dulu", "tulis misalnya 2014-02-01 (tahun-bulan-tanggal)"),
        ("doctors", "2.5", "tulis bilangan bulat"),
        ("dentists", "-1", "tulis bilangan bulat"),
        ("special_tariff", "8.000", "tulis 8000 (tanpa tanda ribuan)"),
        ("network_exempt", "sulit", "tulis ya atau tidak"),
        ("type", "apotek", "tulis puskesmas, klinik_pratama, rs_d_pratama, dokter_mandiri, atau dokter_gigi"),
        ("latitude", '"0,5"', "tulis angka dengan titik desimal"),
        ("code", "1140201", "kemungkinan nol di depan hilang di Excel; tulis 01140201"),
        ("code", "1.14E+07", "Excel mengubahnya menjadi bilangan berpangkat"),
    ],
)
def test_a_wrong_cell_is_told_with_row_column_and_what_to_write(
    tmp_path: Path, column: str, text: str, advice: str
) -> None:
    names = ["code", "name", column] if column != "code" else ["name", "code"]
    cells = {"code": "0114A026", "name": "SATU", column: text}
    good = {"code": "0114A027", "name": "DUA", **({} if column == "code" else {column: ""})}
    lines = [",".join(row[n] for n in names) for row in (good, cells)]
    (problem,) = problems_of(csv(tmp_path, *lines, head=",".join(names)))
    text = text.strip('"')
    assert problem.startswith(f"baris 3, kolom {column}: “{text}” tidak dapat dipakai; {advice}")


def test_closing_date_is_read_and_cannot_lie_before_the_opening(tmp_path: Path) -> None:
    head = "code,cooperating_since,closed_since"
    table = load_facilities(csv(tmp_path, "0114A026,2014-01-01,2025-09-15", "0114A027,,2025-01-01", head=head))
    assert table["closed_since"].tolist() == [pd.Timestamp(2025, 9, 15), pd.Timestamp(2025, 1, 1)]
    assert problems_of(csv(tmp_path, "0114A026,2014-01-02,2014-01-01", head=head)) == [
        "baris 2: closed_since lebih awal daripada cooperating_since"
    ]


def test_all_problems_are_told_at_once_by_row(tmp_path: Path) -> None:
    found = problems_of(csv(tmp_path, "A1,dua", ",1", "a1,x", head="code,doctors"))
    assert [p.partition(":")[0] for p in found] == [
        "baris 2, kolom doctors", "baris 2", "baris 3", "baris 4, kolom doctors", "baris 4",
    ]  # fmt: skip
    assert "kode A1 tertulis lebih dari sekali" in found[1]
    assert "kode kosong" in found[2]


def test_wrong_headings_are_told_with_the_nearest(tmp_path: Path) -> None:
    found = problems_of(csv(tmp_path, "A1,1,1", head="kode,doctor,doctor"))
    assert any("“doctor” tidak dikenal. Maksud Anda “doctors”?" in p for p in found)
    assert any("“doctor” tertulis lebih dari sekali" in p for p in found)
    assert any("“code” (Kode PPK) wajib ada" in p for p in found)


def test_a_row_with_too_many_cells_is_told(tmp_path: Path) -> None:
    assert problems_of(csv(tmp_path, "0114A026,KLINIK A, B", head="code,name")) == [
        "baris 2: ada 3 sel, padahal 2 kolom; apit teks berisi “,” dengan tanda kutip"
    ]


@pytest.mark.parametrize("content", [b"", b"\r\n", "code,name\r\n0114A026,é\r\n".encode("latin-1")])
def test_a_file_that_is_no_csv_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "facilities.csv").write_bytes(content)
    with pytest.raises(ConfigurationError, match="CSV UTF-8"):
        load_facilities(tmp_path)


def test_no_file_gives_an_empty_table(tmp_path: Path) -> None:
    table = load_facilities(tmp_path)
    assert table.empty
    assert {c: str(t) for c, t in table.dtypes.items()} == FACILITY_COLUMNS


def test_thousands_dot_in_a_whole_number_is_refused_not_read_as_a_small_number(tmp_path: Path) -> None:
    text = (PROJECT / "data" / "reference" / "tariffs.yml").read_text(encoding="utf-8")
    (tmp_path / "tariffs.yml").write_text(text.replace("amount: 7000,", "amount: 7.000,", 1), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="tanpa titik ribuan"):
        load_tariffs(tmp_path)


def test_a_changed_copy_of_the_reference_data_is_read_as_exactly_as_settings_are(tmp_path: Path) -> None:
    copy = tmp_path / "data" / "reference" / "tariffs.yml"
    copy.parent.mkdir(parents=True)
    text = (REFERENCE / "tariffs.yml").read_text(encoding="utf-8")
    copy.write_text(text, encoding="utf-8")
    assert load_yaml(copy) == load_yaml(REFERENCE / "tariffs.yml")
    copy.write_text(f"{text}\nketerangan:\tdiubah\n", encoding="utf-8")  # libyaml alone would take the tab
    with pytest.raises(ConfigurationError, match=r"tariffs\.yml, baris \d+ kolom \d+ bukan YAML yang benar"):
        load_yaml(copy)


def test_reference_data_that_were_read_before_are_read_as_they_stand_now(tmp_path: Path) -> None:
    copy = tmp_path / "data" / "reference" / "tariffs.yml"
    copy.parent.mkdir(parents=True)
    text = (REFERENCE / "tariffs.yml").read_text(encoding="utf-8")
    copy.write_text(text, encoding="utf-8")
    first = load_record(copy, list[Tariff])
    whole = len(first)
    first.clear()  # a list of the caller's own
    assert len(load_record(copy, list[Tariff])) == whole
    copy.write_text(text.replace("amount: 7000,", "amount: 7001,", 1), encoding="utf-8")
    changed = load_record(copy, list[Tariff])
    assert "7001" in repr(changed)
    assert "7001" not in repr(load_record(REFERENCE / "tariffs.yml", list[Tariff]))
