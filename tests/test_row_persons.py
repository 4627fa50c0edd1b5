"""A person's name in the column of facilities is told, and stands in nothing that leaves the reading. Names are made up."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus.folder import Folder
from corpus.sheets import Table, line, tabel, workbook
from corpus.truth import BELANGIN, KARANGAN, MELIAU, SANGGAU, counts

from analysis.clean import Cleaned, clean_district
from analysis.people import load_personal
from analysis.workspace import PROJECT, Workspace

PERSONAL = load_personal(PROJECT / "data" / "reference")
HEAD = "dr. Bramantyo Wicaksono"
MAR = "2024-03"


@pytest.mark.parametrize(
    "name",
    [
        HEAD, "DR BRAMANTYO WICAKSONO", "drg.Yolandari", "Hj. Yolandari", "H. Suryanegara", "Bramantyo Wicaksono, S.Kep",
        "Bramantyo Wicaksono, Sp. PD", "Yolandari, A.Md.Keb", "YOLANDARI SKM, M.Kes", "Yolandari S.Kep", "Ns. Yolandari",
        "dr. Bramantyo Wicaksono, Sp.OG",
    ],
)  # fmt: skip
def test_a_title_or_a_degree_tells_a_person(name: str) -> None:
    assert PERSONAL.is_titled(name)


@pytest.mark.parametrize(
    "name",
    [
        "PUSKESMAS MELIAU", "KLINIK dr. BRAMANTYO", "Puskesmas H. Suryanegara", "RSUD DR. SOEDARSO", "MELIAU", "BELANGIN 3",
        "Praktik dr. Bramantyo", "H MELIAU", "SEI. AWAN", "Drupadi", "Puskesmas Meliau, Kec. Meliau", "TAYAN HILIR, SANGGAU",
        "NANGA MAHAP", "",
    ],
)  # fmt: skip
def test_names_of_facilities_and_places_are_no_persons(name: str) -> None:
    assert not PERSONAL.is_titled(name)


def _read(root: Path, table: Table, *more: str) -> Cleaned:
    folder = Folder(root / "kerja")
    if more:
        folder.facilities(*more)
    folder.xlsx("kbk mar 24.xlsx", table.sheet("Sheet 1"))
    return clean_district(Workspace(folder.root), "sanggau")


def _everything(cleaned: Cleaned) -> str:
    return f"{cleaned.table.to_csv()}{cleaned.ledger.to_csv()}{cleaned.rows}{cleaned.unmatched}".casefold()


def _named(name: str) -> Table:
    return tabel(line(MELIAU, MAR, name=name), line(SANGGAU, MAR), line(BELANGIN, MAR), line(KARANGAN, MAR))


@pytest.mark.parametrize("name", [HEAD, "Bramantyo Wicaksono, S.Kep", "H. Bramantyo Wicaksono"])
def test_the_code_of_a_row_with_a_persons_name_stands_and_the_name_is_kept_nowhere(tmp_path: Path, name: str) -> None:
    cleaned = _read(tmp_path, _named(name))
    own = cleaned.table[cleaned.table["facility_code"] == MELIAU.code].iloc[0]
    assert own["facility_name"] == MELIAU.code
    assert own["contacts"] == counts(MELIAU, MAR)["contacts"]
    told = cleaned.ledger[cleaned.ledger["kind"] == "person_for_facility"].iloc[0]
    assert (told["row"], told["facility_code"], told["cell"]) == (2, MELIAU.code, "C2")
    assert "wicaksono" not in _everything(cleaned)


def test_a_persons_name_without_a_code_is_not_used_and_not_shown(tmp_path: Path) -> None:
    table = tabel(line(MELIAU, MAR, name=HEAD, code=None), line(SANGGAU, MAR))
    cleaned = _read(tmp_path, table)
    assert cleaned.table["facility_code"].tolist() == [SANGGAU.code]
    assert {"person_for_facility", "facility_unmatched"} <= set(cleaned.ledger["kind"])
    assert "wicaksono" not in _everything(cleaned)


def test_a_name_is_the_name_of_a_practice_where_its_type_says_so(tmp_path: Path) -> None:
    table = workbook(line(MELIAU, MAR, name=HEAD, type="Dokter Praktik Perorangan"), line(SANGGAU, MAR))
    cleaned = _read(tmp_path, table)
    assert HEAD in cleaned.table["facility_name"].tolist()
    assert "person_for_facility" not in set(cleaned.ledger["kind"])


@pytest.mark.parametrize("listed", [f"{MELIAU.code},{HEAD},", f"{MELIAU.code},,dokter_mandiri"])
def test_a_name_is_the_name_of_a_practice_where_facilities_csv_lists_it(tmp_path: Path, listed: str) -> None:
    cleaned = _read(tmp_path, _named(HEAD), listed)
    assert HEAD in cleaned.table["facility_name"].tolist()
    assert "person_for_facility" not in set(cleaned.ledger["kind"])


def test_the_name_of_the_facility_in_another_row_takes_the_place_of_a_persons(tmp_path: Path) -> None:
    both = workbook(line(MELIAU, "2024-02"), line(MELIAU, MAR, name=HEAD), line(SANGGAU, MAR), line(BELANGIN, MAR))
    cleaned = _read(tmp_path, both)
    mine = cleaned.table[cleaned.table["facility_code"] == MELIAU.code]
    assert set(mine["facility_name"]) == {MELIAU.name}
