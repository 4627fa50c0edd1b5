"""Spellings of one facility are one name; facilities that only resemble each other stay two."""

from __future__ import annotations

import csv
from collections import defaultdict
from itertools import combinations

import pytest

from analysis.names import NameIndex, facility_name
from analysis.workspace import PROJECT


def reference() -> dict[str, list[str]]:
    """District → the names of its puskesmas in the ministry's list."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    with (PROJECT / "data" / "reference" / "puskesmas.csv").open(encoding="utf-8") as file:
        for record in csv.DictReader(file):
            found[record["nama_kabkota"]].append(record["nama_puskesmas"])
    return found


@pytest.mark.parametrize(
    "spellings",
    [
        ("PUSKESMAS SANGA-SANGA", "UPTD Puskesmas Sangasanga", "PKM Sanga Sanga", "Pusk. SANGA–SANGA"),
        ("PUSKESMAS MARANG KAYU", "UPTD Puskesmas Marangkayu", "BLUD UPT Puskesmas Marang Kayu"),
        ("Puskesmas Long Boy", "PUSKESMAS UPT. PUSKESMAS LONG BOY", "U.P.T.D. PKM Long Boy"),
        ("PUSKESMAS LANGSA TIMUR", "PUSKESMAS UPT LANGSA TIMUR", "Langsa Timur"),
        ("Puskesmas Sindanglaut", "UPT Puskesmas DTP Sindanglaut", "Puskesmas Rawat Inap Sindang Laut"),
        ("PUSKESMAS SEBULU I", "Sebulu 1", "SEBULU-I", "Puskesmas Sebulu I Kec. Sebulu", "UPT PUSKESMAS SEBULU 01"),
        ("PUSKESMAS BELANGIN 3", "Belangin III", "PKM BELANGIN  III (Kab. Sanggau)"),
        ("Puskesmas Tambak II", "II TAMBAK", "Puskesmas 2 Tambak"),
        ("PUSKESMAS 11 ILIR", "PKM XI Ilir", "7. PUSKESMAS 11 ILIR"),
        ("PUSKESMAS MELIAU", "1. PUSKESMAS MELIAU", "12) PKM Meliau", "3.Meliau"),
        ("PUSKESMAS BONTI", "UPT Dinas Kesehatan Kab. Sanggau Puskesmas Bonti", "PUSKESMAS BONTI (Kota X)"),
        ("KLINIK PRATAMA BHAYANGKARA", "Klinik Bhayangkara"),
        ("RUMAH SAKIT KELAS D PRATAMA SERUKAM", "RSUD Pratama Serukam"),
        ("dr. SITI", "Praktik Mandiri Dokter Siti", "DPP SITI"),
    ],
)
def test_spellings_of_one_facility_are_one_name(spellings: tuple[str, ...]) -> None:
    first, *others = map(facility_name, spellings)
    assert [
        text for text, name in zip(spellings[1:], others, strict=True) if not (first.same(name) and name.same(first))
    ] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tambak I", "Tambak II"),
        ("1. Tambak I", "1. Tambak II"),
        ("PUSKESMAS 5 ULU", "PUSKESMAS 7 ULU"),
        ("5 ULU", "7 ULU"),
        ("PUSKESMAS SEBULU", "PUSKESMAS SEBULU I"),
        ("SEBULU", "SEBULUI"),
        ("Klinik Melati", "Puskesmas Melati"),
        ("Puskesmas Pembantu Melati", "Puskesmas Melati"),
        ("dr. Melati", "drg. Melati"),
        ("Klinik Utama Melati", "Klinik Pratama Melati"),
        ("PUSKESMAS SUKAJADI KEC. BALAI", "PUSKESMAS SUKAJADI KEC. TAYAN"),
        ("PUSKESMAS SUKAJADI (Kab. Sanggau)", "PUSKESMAS SUKAJADI (Kab. Landak)"),
        ("PKM KEC CAKUNG", "PKM KEL CAKUNG"),
        ("PUSKESMAS MELATI (NON RAWAT INAP)", "PUSKESMAS DTP MELATI"),
        ("PUSKESMAS 1 ULU", "PUSKESMAS 11 ULU"),
        ("PUSKESMAS", "UPT"),
        ("PUSKESMAS PERAWATAN", "PUSKESMAS"),
    ],
)  # fmt: skip
def test_facilities_that_resemble_each_other_stay_two(one: str, other: str) -> None:
    assert not facility_name(one).same(facility_name(other))
    assert not facility_name(other).same(facility_name(one))


def test_no_two_puskesmas_of_a_district_share_a_name() -> None:
    districts = reference()
    assert sum(map(len, districts.values())) == 446
    alike = [
        (a, b)
        for names in districts.values()
        for a, b in combinations(names, 2)
        if facility_name(a).same(facility_name(b))
    ]
    assert alike == []


@pytest.mark.parametrize(
    "decorated",
    [
        "UPTD PUSKESMAS {}", "PKM {}", "BLUD UPT. PUSKESMAS {}", "PUSKESMAS UPT PUSKESMAS {}", "UPT Puskesmas DTP {}",
        "PUSKESMAS RAWAT INAP {}", "{}", "Puskesmas {} Kec. Contoh", "PUSKESMAS {} (Kab. Contoh)", "PUSKESMAS  {} ",
    ],
)  # fmt: skip
def test_every_official_name_is_known_in_each_usual_dress_and_as_no_other(decorated: str) -> None:
    for names in reference().values():
        index = NameIndex((name, str(number)) for number, name in enumerate(names))
        dressed = [decorated.format(name.removeprefix("PUSKESMAS ")) for name in names]
        assert [index.only(text) for text in dressed] == [str(number) for number in range(len(names))]


def test_a_name_that_two_facilities_bear_belongs_to_neither() -> None:
    index = NameIndex([("PUSKESMAS MELATI", "A1"), ("KLINIK MELATI", "B1"), ("UPT Puskesmas Melati Kec. Balai", "C1")])
    assert index.only("Klinik Melati") == "B1"
    assert index.codes("PKM Melati") == {"A1", "C1"}
    assert index.only("PKM Melati") == index.only("Melati") == index.only("") == ""
    assert index.only("Puskesmas Melati Kec. Tayan") == "A1"
