import csv
from pathlib import Path

import pytest
import yaml

from analysis.contract import COUNTS, FACILITY_TYPES
from analysis.errors import ConfigurationError
from analysis.headings import Headings
from analysis.layouts import COUNT_ROLES, FacilityType, Layouts, load_layouts
from analysis.plain_words import heading_key, words
from analysis.values import NamedMonth
from analysis.workspace import PROJECT

REFERENCE = PROJECT / "data" / "reference"
# Headings of the three real exports, in their order, misspellings included.
REAL = {
    "kbk_wb": "Bulan Kapitasi;KAB/KOTA;Kode PPK;NAMA FKTP;TIPE FKTP;JUMLAH KONTAK;PESERTA TERDAFTAR;"
    "Kasus Non Spesialistik;Jumlah Rujukan;Prolanis DM Terkendali;Peserta Diangnosa DM;Prolanis HT Terkendali;"
    "Peserta Diangnosa HT;Capaian KBK BI;Keterangan AK;Keterangan RNS;Keterangan RPPT;Jumlah indikator tercapai",
    "kbk_tabel": "Dati2;Kode PPK;Faskes;Jumlah Kontak;Peserta Terdaftar;Angka Kontak;Kasus Non Spesialistik;"
    "Jumlah Rujukan;RRNS;Prolanis DM Terkendali;Peserta Diangnosa DM;RPPT DM;Prolanis HT Terkendali;"
    "Peserta Diangnosa HT;RPPT HT;RPPT",
    "kbk_csv": "Dati2;Kode PPK;Faskes;Angka Kontak;Jumlah Kontak;Jumlah Rujukan;Kasus Non Spesialistik;"
    "Peserta Diangnosa DM;Peserta Diangnosa HT;Peserta Terdaftar;Prolanis DM Terkendali;Prolanis HT Terkendali;"
    "RPPT DM;RPPT HT;RPPT",
}


@pytest.fixture(scope="module")
def layouts() -> Layouts:
    return load_layouts(REFERENCE)


@pytest.mark.parametrize("layout", list(REAL))
def test_the_headings_of_each_real_export_are_known_and_name_its_layout(layouts: Layouts, layout: str) -> None:
    headings = next(csv.reader([REAL[layout]], delimiter=";"))
    roles = Headings(layouts).roles(headings)
    assert len(roles) == len(headings)
    found = layouts.match(set(roles.values()), "csv" if layout == "kbk_csv" else "xlsx")
    assert found is not None
    assert found.id == layout


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Kode.PPK", "facility_code"), ("kode_fktp", "facility_code"), ("KDPPK", "facility_code"),
        ("nmdati2", "district"), ("KAB / KOTA", "district"), ("KAB.KOTA", "district"), ("nmppk", "facility_name"),
        ("Jumlah.Kontak", "contacts"), ("Peserta Diagnosa DM", "dm_registered"), ("Jenis Fktp", "facility_type"),
        ("nmtypeppk", "facility_type"), ("Kode dan Nama FKTP", "code_and_name"), ("Angka Kontak (‰)", "ak_printed"),
        ("Peserta\nTerdaftar", "registered"), ("Prolanis Rutin Berkunjung", "prolanis_visited"),
    ],
)  # fmt: skip
def test_a_heading_is_known_in_every_writing_of_it(layouts: Layouts, heading: str, role: str) -> None:
    assert Headings(layouts).roles([heading]) == {0: role}


def test_no_column_with_persons_is_known(layouts: Layouts) -> None:
    persons = ["nokapst", "nmpst", "tgllhrpst", "No Kartu", "NIK", "Nama Peserta", "keluhan", "No HP"]
    assert Headings(layouts).roles(persons) == {}


def test_missing_columns_are_named_as_the_analyst_knows_them(layouts: Layouts) -> None:
    roles = set(Headings(layouts).roles(REAL["kbk_wb"].split(";")).values()) - {
        "registered",
        "facility_code",
        "facility_name",
    }
    assert layouts.match(roles, "xlsx") is None
    assert layouts.missing(roles) == ["Kode PPK atau NAMA FKTP", "Peserta Terdaftar"]


def test_every_count_of_the_contract_has_a_role() -> None:
    assert set(COUNT_ROLES) == set(COUNTS)
    assert set(FacilityType.__args__) == set(FACILITY_TYPES)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("PUSKESMAS ENTIKONG", "puskesmas"), ("UPT. PUSKESMAS BONTI", "puskesmas"), ("UPTD Puskesmas X", "puskesmas"),
        ("PKM KEMBAYAN", "puskesmas"), ("KLINIK BHAYANGKARA", "klinik_pratama"), ("DR. SITI", "dokter_mandiri"),
        ("dr.Budi", "dokter_mandiri"), ("DRG. RINA", "dokter_gigi"), ("RSUD PRATAMA BALAI", "rs_d_pratama"),
        ("RS D PRATAMA SERUKAM", "rs_d_pratama"), ("RSUD SANGGAU", None), ("DRAMA SEHAT", None),
    ],
)  # fmt: skip
def test_the_first_words_of_a_name_tell_the_type(layouts: Layouts, name: str, kind: str | None) -> None:
    assert layouts.type_from_name(name) == kind


def test_summaries_and_recaps_are_told_from_facilities(layouts: Layouts) -> None:
    assert all(layouts.is_summary(t) for t in ("TOTAL", "Grand Total", "RATA-RATA", "Target 150", "KABUPATEN SANGGAU"))
    assert not layouts.is_summary("TOTALINDO MEDIKA")
    assert not layouts.is_summary("KAB. SANGGAU", area=False)
    assert layouts.is_recap("REKAP 2024")
    assert not layouts.is_recap("Maret 2024")


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("KBK Mei 38 FKTP 2024", [(5, None)]), ("KBK Mei 20 Puskesmas", [(5, None)]), ("kbk_mei_15_fktp", [(5, None)]),
        ("KBK Mei 2024 Puskesmas", [(5, 2024)]), ("kbk 2024-12 puskesmas", [(12, 2024)]), ("kbk mei 24", [(5, 2024)]),
    ],
)  # fmt: skip
def test_how_many_facilities_is_no_year(layouts: Layouts, text: str, months: list[tuple[int, int | None]]) -> None:
    assert layouts.months_in(text) == tuple(NamedMonth(*month) for month in months)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("KBK s.d. 15 Mei 2024", ("15", "mei", "2024")), ("KBK SAMPAI DENGAN TGL 15-05-2024", ("15", "05", "2024")),
        ("Posisi tanggal 3 Juli 2024", ("3", "juli", "2024")), ("KBK Mei 2024", None), ("rasio 5 per 12 2024", None),
    ],
)  # fmt: skip
def test_the_day_up_to_which_figures_reach(layouts: Layouts, text: str, told: tuple[str, str, str] | None) -> None:
    assert layouts.told_until(text) == told


def test_an_unknown_key_or_a_heading_with_two_meanings_is_refused(tmp_path: Path) -> None:
    content = yaml.safe_load((REFERENCE / "layouts.yml").read_text(encoding="utf-8"))
    content["columns"][0]["headings"].append("Faskes")
    content["tambahan"] = 1
    (tmp_path / "layouts.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="tambahan"):
        load_layouts(tmp_path)
    del content["tambahan"]
    (tmp_path / "layouts.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="Faskes"):
        load_layouts(tmp_path)


def test_headings_and_names_are_compared_without_marks() -> None:
    assert heading_key(" KAB/KOTA ") == heading_key("kab.kota") == "kabkota"
    assert words("  UPT. Puskesmas Bonti ") == "upt puskesmas bonti"
