"""TACC comes from its file alone: its codes, names and reasons decide what a referral is taken for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from test_extracts import count
from visit_files import referral, whole_month, write_csv

from analysis.errors import ConfigurationError
from analysis.extract_tacc import load_tacc
from analysis.workspace import PROJECT

REFERENCE = PROJECT / "data" / "reference"


def written(folder: Path, *rows: str) -> Path:
    (folder / "tacc.csv").write_text("\n".join(["kdTacc,nmTacc,alasanTacc", *rows, ""]), encoding="utf-8")
    return folder


def test_the_file_that_ships_has_the_four_codes_and_the_reasons_of_pcare() -> None:
    # The choices of alasanTacc in the bridging guide of P-Care: three spans of days, six of age.
    found = load_tacc(REFERENCE)
    assert found.names == {1: "Time", 2: "Age", 3: "Complication", 4: "Comorbidity"}
    assert set(found.reasons) == {
        "< 3 Hari", ">= 3 - 7 Hari", ">= 7 Hari", "< 1 Bulan", ">= 1 Bulan s/d < 12 Bulan",
        ">= 1 Tahun s/d < 5 Tahun", ">= 5 Tahun s/d < 12 Tahun", ">= 12 Tahun s/d < 55 Tahun", ">= 55 Tahun",
    }  # fmt: skip


def test_a_code_and_a_reason_that_are_added_to_the_file_are_taken(tmp_path: Path) -> None:
    reference = shutil.copytree(REFERENCE, tmp_path / "reference")
    rows = [*whole_month(), referral(kdtacc="5", alasantacc="Rujuk balik"), referral(kdtacc="1", alasantacc="bebas")]
    write_csv(tmp_path / "raw" / "a.csv", rows)

    def told() -> dict[int, str]:
        found = count(tmp_path / "raw", reference=reference)
        assert found.referrals is not None
        return {int(row.tacc): str(row.reason) for row in found.referrals.cases.itertuples()}

    assert told() == {9: "lainnya", 1: "lainnya"}  # 9: not in the list
    written(reference, "-1,Tanpa TACC,", "1,Time,< 3 Hari", "5,Lain,Rujuk balik")
    assert told() == {5: "Rujuk balik", 1: "lainnya"}


@pytest.mark.parametrize("rows", [(), ("a,Time,",), ("9,Lain,",), ("1,Time,", "1,Age,"), ("1,,",), ("-1,Tanpa TACC,",)])
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, rows: tuple[str, ...]) -> None:
    with pytest.raises(ConfigurationError, match=r"tacc\.csv"):
        load_tacc(written(tmp_path, *rows))
