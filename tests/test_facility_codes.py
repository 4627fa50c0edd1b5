"""Facilities that opened, closed or changed their code, names with dates, and codes that resemble each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from analysis.contract import expected_months
from analysis.district import FACILITY_COLUMNS, District, current_events, current_facilities
from analysis.identity import Identified, identify
from analysis.ledger import Finding
from analysis.rows import Row
from analysis.values import Code, read_code

OLD, NEW, OTHER = "01140201", "01140299", "0114A001"


def row(month: str, code: str = "", name: str = "PUSKESMAS ENTIKONG", number: int = 2) -> Row:
    return Row(
        file="a.xlsx", sheet="S", row=number, layout="kbk_wb", headings={"facility_code": "Kode PPK"}, district="",
        code=read_code(code) if code else Code(), code_text=code, name=name, type_word="",
        raw_month=pd.Period(month, "M"), month=pd.Period(month, "M"), counts={}, ratios={}, cells={},
    )  # fmt: skip


def district(**more: Any) -> District:
    return District.model_validate({"name": "Kabupaten Contoh", "level": "kabupaten", **more})


def listed(*records: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(records, columns=list(FACILITY_COLUMNS)).astype(FACILITY_COLUMNS)


def identified(rows: list[Row], settings: District, facilities: pd.DataFrame | None = None) -> Identified:
    table = listed() if facilities is None else facilities
    return identify(rows, settings, current_facilities(table, settings.code_changes))


def whose(found: Identified) -> list[tuple[str, str]]:
    return [(one.code.value, str(one.month)) for one in found.rows]


def only(found: Identified, kind: str) -> Finding:
    (finding,) = [f for f in found.findings if f.kind == kind]
    return finding


CHANGE = {"old": OLD, "new": NEW, "since": "2024-03", "why": "surat BPJS 12/2024"}


def test_a_changed_code_is_one_series_under_the_newest_and_each_row_is_noted() -> None:
    rows = [row("2024-01", OLD), row("2024-02", "1140201"), row("2024-03", NEW)]
    found = identified(rows, district(code_changes=[CHANGE]))
    assert whose(found) == [(NEW, "2024-01"), (NEW, "2024-02"), (NEW, "2024-03")]
    notes = [f for f in found.findings if f.kind == "code_changed"]
    assert [f.facility_code for f in notes] == [NEW, NEW]
    assert notes[0].done == f"dipakai sebagai {NEW} (berganti sejak Maret 2024: surat BPJS 12/2024)"


def test_an_old_code_after_its_change_is_not_used() -> None:
    found = identified([row("2024-03", OLD), row("2024-03", NEW)], district(code_changes=[CHANGE]))
    assert whose(found) == [(NEW, "2024-03")]
    assert only(found, "code_outdated").read == f"{OLD}; sejak Maret 2024 kodenya {NEW}"
    assert found.unknown == []


def test_changes_follow_each_other() -> None:
    again = {"old": NEW, "new": OTHER, "since": "2024-06", "why": "pindah cabang"}
    settings = district(code_changes=[again, CHANGE], names={"PKM TUA": OLD})
    rows = [row("2024-01", OLD), row("2024-04", NEW), row("2024-05", "", "PKM Tua"), row("2024-07", NEW)]
    found = identified(rows, settings)
    assert whose(found) == [(OTHER, "2024-01"), (OTHER, "2024-04"), (OTHER, "2024-05")]


def test_facilities_csv_goes_by_the_newest_code() -> None:
    settings = district(code_changes=[CHANGE])
    old, new = {"code": OLD, "name": "ENTIKONG", "doctors": 2}, {"code": NEW, "doctors": 3}
    assert current_facilities(listed(old), settings.code_changes)["code"].tolist() == [NEW]
    both = current_facilities(listed(old, new), settings.code_changes)
    assert both[["code", "doctors"]].to_numpy().tolist() == [[NEW, 3]]
    found = identified([row("2024-04", NEW)], settings, listed(old, new))
    assert found.findings == []


def test_events_name_facilities_by_their_newest_code() -> None:
    event = {"date": "2024-05-01", "label": "Pembinaan", "facilities": [OLD, OTHER]}
    (current,) = current_events(district(code_changes=[CHANGE], events=[event]))
    assert current.facilities == [NEW, OTHER]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ([CHANGE, {**CHANGE, "new": OTHER}], f"kode {OLD} tertulis dua kali sebagai old"),
        ([CHANGE, {**CHANGE, "old": OTHER}], f"kode {NEW} tertulis dua kali sebagai new"),
        ([CHANGE, {**CHANGE, "old": NEW, "new": OLD}], "baru berlaku sejak 2024-03"),
        ([{**CHANGE, "new": OLD}], "baru berlaku sejak 2024-03"),
        ([{**CHANGE, "new": "baru"}], "harus Kode PPK"),
    ],
)
def test_changes_that_cannot_be_are_refused(changes: list[dict[str, str]], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        district(code_changes=changes)


def test_a_name_stands_for_the_code_of_its_month() -> None:
    entries = [{"code": OLD, "until": "2024-02"}, {"code": NEW, "from": "2024-04"}]
    rows = [row(month, "", "PKM Entikong") for month in ("2023-12", "2024-02", "2024-03", "2024-04")]
    found = identified(rows, district(names={"PKM ENTIKONG": entries}))
    assert whose(found) == [(OLD, "2023-12"), (OLD, "2024-02"), (NEW, "2024-04")]
    gap = only(found, "facility_unmatched")
    assert gap.done.endswith("memuat nama ini, tetapi tidak untuk Maret 2024")
    assert [unknown.name for unknown in found.unknown] == ["PKM Entikong"]


@pytest.mark.parametrize(
    "entries",
    [
        [{"code": OLD}, {"code": NEW, "from": "2024-04"}],
        [{"code": OLD, "until": "2024-04"}, {"code": NEW, "from": "2024-04"}],
        [{"code": OLD, "from": "2024-04", "until": "2024-03"}],
    ],
)
def test_a_name_with_two_codes_in_one_month_is_refused(entries: list[dict[str, str]]) -> None:
    with pytest.raises(ValueError, match=r"dua kode pada bulan yang sama|lebih awal daripada from"):
        district(names={"PKM ENTIKONG": entries})


def test_a_reviewed_name_beside_another_code_is_doubtful() -> None:
    found = identified([row("2024-01", OTHER, "PKM Entikong")], district(names={"PKM Entikong": NEW}))
    assert found.rows == []
    assert only(found, "code_name_clash").read.endswith(f"menurut names di district.yml nama itu berkode {NEW}")


def test_a_number_that_contradicts_the_list_is_doubtful_and_a_missing_one_is_asked_about() -> None:
    facilities = listed({"code": NEW, "name": "PUSKESMAS TAMBAK I"})
    found = identified([row("2024-01", NEW, "Tambak II"), row("2024-02", NEW, "Tambak I")], district(), facilities)
    assert whose(found) == [(NEW, "2024-02")]
    assert "kode itu milik PUSKESMAS TAMBAK I" in only(found, "code_name_clash").read
    rows = [row("2024-01", NEW, "Tambak I"), row("2024-02", NEW, "Tambak I"), row("2024-03", NEW, "Tambak")]
    assert only(identified(rows, district(), facilities), "facility_renamed").read == "Tambak"


def test_a_code_with_a_letter_for_a_digit_is_asked_about_not_repaired() -> None:
    rows = [row("2024-01", OTHER), row("2024-02", OTHER), row("2024-03", "O114A001")]
    found = identified(rows, district())
    assert whose(found) == [(OTHER, "2024-01"), (OTHER, "2024-02")]
    doubt = only(found, "code_lookalike")
    assert doubt.read == f"O114A001, mirip {OTHER}"
    assert [(one.name, one.codes) for one in found.unknown] == [("PUSKESMAS ENTIKONG", ("O114A001",))]
    # a person confirms it by the name
    assert len(identified(rows, district(names={"PUSKESMAS ENTIKONG": OTHER})).rows) == 3


def test_codes_that_resemble_each_other_are_two_where_the_names_or_the_list_say_so() -> None:
    one, two = "01141001", "0114I001"
    rows = [row("2024-01", one), row("2024-01", two, "KLINIK BHAYANGKARA"), row("2024-02", one)]
    assert len(identified(rows, district()).rows) == 3
    alike = [row("2024-01", one), row("2024-01", two)]
    torn = identified(alike, district())
    assert torn.rows == []
    assert set(torn.spellings) == {one, two}
    assert len(identified(alike, district(), listed({"code": one}, {"code": two})).rows) == 2


def test_a_facility_with_another_code_on_the_table_of_one_indicator_is_no_second_facility() -> None:
    def on_table(first: str, second: str, *months: str) -> list[Row]:
        """Rows of one table of an indicator: two facilities."""
        columns = {"facility_code": 1}
        pairs = [(month, code, name) for month in months for code, name in ((first, "KLINIK A"), (second, "KLINIK B"))]
        rows = [row(month, code, name, number) for number, (month, code, name) in enumerate(pairs)]
        return [replace(one, part=True, columns=columns) for one in rows]

    contacts, referrals = on_table(OLD, OTHER, "2024-01", "2024-02"), on_table(NEW, OTHER, "2024-01")
    found = identified([*contacts, *referrals], district())
    assert sorted(whose(found)) == [(OLD, "2024-02"), (OTHER, "2024-01"), (OTHER, "2024-01"), (OTHER, "2024-02")]
    told = [f for f in found.findings if f.kind == "name_with_two_codes"]
    assert [f.read for f in told] == [f"KLINIK A: {OLD} dan {NEW}", f"KLINIK A: {NEW} dan {OLD}"]
    # two clinics of one name stand on each of the tables
    both = [on_table(OLD, NEW, "2024-01"), on_table(OLD, NEW, "2024-01")]
    rows = [replace(one, name="KLINIK A") for table in both for one in table]
    assert len(identified(rows, district()).rows) == 4


@pytest.mark.parametrize(
    ("code", "used"),
    [("11400000", False), ("114000", False), ("1140200", True), ("01140000", True), ("11402010", True)],
)
def test_a_number_of_few_digits_and_zeros_may_have_been_a_code_with_an_e(code: str, used: bool) -> None:
    found = identified([row("2024-01", code), row("2024-01", OTHER, "KLINIK C")], district())
    assert ((code, "2024-01") in whose(found)) is used
    assert [f.kind for f in found.findings if f.kind == "code_power_of_ten"] == ([] if used else ["code_power_of_ten"])
    assert len(identified([row("2024-01", code)], district(), listed({"code": code})).rows) == 1


# Facilities that open, and that are in no file


def months(facilities: pd.DataFrame, *present: tuple[str, str]) -> list[str]:
    table = pd.DataFrame(present, columns=["facility_code", "month"])
    table["month"] = pd.PeriodIndex(table["month"], freq="M")
    wanted = pd.period_range("2024-01", "2024-04", freq="M")
    return [f"{code} {month}" for code, month in expected_months(table, facilities, wanted) if code != OTHER]


DATA = ((OTHER, "2024-01"), (OTHER, "2024-04"))


@pytest.mark.parametrize(
    ("facility", "first_row", "expected"),
    [
        ({}, "2024-03", ["2024-03", "2024-04"]),
        ({"cooperating_since": "2024-02-01"}, "2024-03", ["2024-02", "2024-03", "2024-04"]),
        ({"cooperating_since": "2024-02-02"}, "2024-03", ["2024-03", "2024-04"]),
        ({"cooperating_since": "2024-04-01"}, "2024-03", ["2024-03", "2024-04"]),
        ({"cooperating_since": "2014-01-01"}, "2024-04", ["2024-01", "2024-02", "2024-03", "2024-04"]),
        ({}, None, ["2024-01", "2024-02", "2024-03", "2024-04"]),
        ({"cooperating_since": "2024-03-15"}, None, ["2024-04"]),
        ({"closed_since": "2024-03-15"}, None, ["2024-01", "2024-02"]),
        ({"closed_since": "2023-12-01"}, None, []),
        ({"type": "dokter_gigi"}, None, []),
    ],
)
def test_rows_are_expected_since_the_cooperation_or_the_first_row(
    facility: dict[str, str], first_row: str | None, expected: list[str]
) -> None:
    record = {k: pd.Timestamp(v) if k.endswith("since") else v for k, v in facility.items()}
    present = [] if first_row is None else [(NEW, first_row)]
    assert months(listed({"code": NEW, **record}), *DATA, *present) == [f"{NEW} {month}" for month in expected]


def test_a_listed_facility_without_rows_and_one_that_appears_late_are_told() -> None:
    facilities = listed(
        {"code": OLD, "name": "PUSKESMAS BONTI", "type": "puskesmas"},
        {"code": NEW, "name": "PUSKESMAS ENTIKONG", "cooperating_since": pd.Timestamp("2014-01-01")},
        {"code": "0114D009", "name": "drg. A", "type": "dokter_gigi"},
        {"code": "0114U009", "name": "KLINIK B", "closed_since": pd.Timestamp("2023-05-01")},
    )
    rows = [row("2024-01", OTHER, "KLINIK C"), row("2024-02", OTHER, "KLINIK C"), row("2024-02", NEW)]
    found = identified(rows, district(), facilities)
    never = only(found, "facility_never_seen")
    assert (never.facility_code, never.facility_name, never.month) == (OLD, "PUSKESMAS BONTI", "2024-01")
    assert never.done == "Januari 2024 sampai Februari 2024 dihitung sebagai data yang kurang"
    late = only(found, "facility_late_first_row")
    assert (late.facility_code, late.done) == (NEW, "Januari 2024 dihitung sebagai data yang kurang")


def test_codes_of_a_whole_file_without_their_zero_or_with_the_letter_o_are_told_and_used() -> None:
    rows = [row("2024-01", code, name) for code, name in (("114A026", "MELIAU"), ("O114A027", "SANGGAU"))]
    found = identified(rows, district())
    assert whose(found) == [("114A026", "2024-01"), ("O114A027", "2024-01")]
    told = only(found, "codes_unusual")
    assert (told.file, told.read, told.column) == ("a.xlsx", "114A026, O114A027", "Kode PPK")


def test_codes_of_the_usual_form_or_that_the_district_lists_are_not_told() -> None:
    rows = [row("2024-01", "0114A026", "MELIAU"), row("2024-01", "14010201", "SEKAYAM"), row("2024-01", "P610501", "A")]
    found = identified(rows, district(), listed({"code": "P610501", "name": "A"}))
    assert not [f for f in found.findings if f.kind == "codes_unusual"]
