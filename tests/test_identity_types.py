"""Facilities of two types, and facilities that stop: what is used, and what the analyst is told."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis.district import FACILITY_COLUMNS, District
from analysis.facility_types import facility_types
from analysis.identity import identify
from analysis.layouts import load_layouts
from analysis.ledger import Finding
from analysis.rows import Row
from analysis.values import Code
from analysis.workspace import PROJECT

LAYOUTS = load_layouts(PROJECT / "data" / "reference")
A, B = "0101A001", "0101U002"
DISTRICT = District(name="Kabupaten Contoh", level="kabupaten")


def row(month: str, word: str = "Puskesmas", code: str = A, file: str = "a.xlsx", number: int = 2) -> Row:
    return Row(
        file=file, sheet="S", row=number, layout="kbk_wb", headings={"facility_type": "TIPE FKTP"}, district="",
        code=Code(code), code_text=code, name=f"FKTP {code}", type_word=word, raw_month=pd.Period(month, "M"),
        month=pd.Period(month, "M"), cells={"contacts": 120},
    )  # fmt: skip


def listed(**columns: object) -> pd.DataFrame:
    return pd.DataFrame([{"code": A, **columns}]).reindex(columns=list(FACILITY_COLUMNS)).astype(FACILITY_COLUMNS)


NOBODY = listed().iloc[:0]


def typed(rows: list[Row], facilities: pd.DataFrame = NOBODY) -> tuple[dict[str, str], list[Finding]]:
    types, findings = facility_types(rows, {A: "FKTP A"}, facilities, LAYOUTS)
    return {str(month): kind for (_, month), kind in types.items()}, findings


def clash(rows: list[Row], facilities: pd.DataFrame = NOBODY) -> tuple[dict[str, str], Finding]:
    types, (finding,) = typed(rows, facilities)
    assert finding.kind == "facility_type_clash"
    return types, finding


def test_one_type_everywhere_is_no_finding() -> None:
    rows = [row("2024-01"), row("2024-02", word="")]
    assert typed(rows, listed(type="puskesmas")) == ({"2024-01": "puskesmas", "2024-02": "puskesmas"}, [])


def test_the_files_go_before_the_list_and_both_are_named() -> None:
    types, finding = clash([row("2024-01"), row("2024-03", file="b.xlsx")], listed(type="klinik_pratama"))
    assert types == {"2024-01": "puskesmas", "2024-03": "puskesmas"}
    assert finding.read == (
        "puskesmas: Januari 2024 sampai Maret 2024 (a.xlsx dan 1 berkas lain); klinik_pratama: facilities.csv"
    )
    assert finding.done == "dipakai puskesmas (menurut berkas)"


def test_a_change_on_a_date_keeps_each_month_and_is_told() -> None:
    rows = [row("2024-01", "Klinik Pratama"), row("2024-02", "RS D Pratama", file="b.xlsx"), row("2024-03", "")]
    types, finding = clash(rows)
    assert types == {"2024-01": "klinik_pratama", "2024-02": "rs_d_pratama", "2024-03": "rs_d_pratama"}
    assert finding.read == "klinik_pratama: Januari 2024 (a.xlsx); rs_d_pratama: Februari 2024 (b.xlsx)"
    assert finding.done == (
        "tiap bulan memakai jenis menurut berkasnya; bulan tanpa jenis dan kelompok memakai rs_d_pratama"
    )
    assert (finding.file, finding.month, finding.column) == ("b.xlsx", "2024-02", "TIPE FKTP")


def test_a_change_that_the_list_confirms_is_no_finding_and_one_that_it_denies_is() -> None:
    rows = [row("2024-01", "Klinik Pratama"), row("2024-02", "RS D Pratama")]
    assert typed(rows, listed(type="rs_d_pratama"))[1] == []
    types, finding = clash(rows, listed(type="klinik_pratama"))
    assert types == {"2024-01": "klinik_pratama", "2024-02": "rs_d_pratama"}
    assert finding.read.endswith("; klinik_pratama: facilities.csv")


def test_to_and_fro_is_told_even_when_the_list_names_the_last() -> None:
    rows = [row("2024-01"), row("2024-02", "Klinik Pratama"), row("2024-03")]
    types, finding = clash(rows, listed(type="puskesmas"))
    assert types["2024-02"] == "klinik_pratama"
    assert finding.month == "2024-03"


@pytest.mark.parametrize(
    ("other_months", "in_list", "used"),
    [
        ([], None, "klinik_pratama"),  # nothing else is known: the row read last
        ([], "puskesmas", "puskesmas"),  # the list decides between the two
        ([], "rs_d_pratama", "klinik_pratama"),  # but not for a third
        (["2023-12"], None, "puskesmas"),  # what most months say
    ],
)
def test_two_types_in_one_month_are_settled_and_told(other_months: list[str], in_list: str | None, used: str) -> None:
    torn = [row("2024-01"), row("2024-01", "Klinik Pratama", file="b.xlsx")]
    facilities = NOBODY if in_list is None else listed(type=in_list)
    types, finding = clash([row(m) for m in other_months] + torn, facilities)
    assert types["2024-01"] == used
    assert "puskesmas: " in finding.read
    assert "klinik_pratama: Januari 2024 (b.xlsx)" in finding.read
    assert f"Januari 2024 memakai {used}" in finding.done


# Facilities that stop


def presence(rows: list[Row], facilities: pd.DataFrame = NOBODY) -> list[Finding]:
    found = identify(rows, DISTRICT, facilities).findings
    return [f for f in found if f.kind in ("facility_without_rows", "facility_closed_with_rows")]


BOTH = [row("2024-01"), row("2024-01", code=B), row("2024-04", code=B)]


def test_a_facility_that_stops_before_the_last_month_is_told() -> None:
    (finding,) = presence(BOTH)
    assert (finding.kind, finding.facility_code, finding.month) == ("facility_without_rows", A, "2024-02")
    assert finding.read == "baris terakhir Januari 2024"
    assert finding.done == "Februari 2024 sampai April 2024 dihitung sebagai data yang kurang"


@pytest.mark.parametrize(
    ("closed_since", "months"),
    [
        ("2024-02-20", None),  # the month of the date is outside
        ("2024-03-01", "Februari 2024"),
        ("2024-05-01", "Februari 2024 sampai April 2024"),
    ],
)
def test_a_closed_facility_lacks_only_the_months_before(closed_since: str, months: str | None) -> None:
    findings = presence(BOTH, listed(closed_since=pd.Timestamp(closed_since)))
    assert [f.done for f in findings] == ([] if months is None else [f"{months} dihitung sebagai data yang kurang"])


def test_rows_after_the_closing_are_told() -> None:
    (finding,) = presence(BOTH, listed(closed_since=pd.Timestamp("2024-01-31")))
    assert finding.kind == "facility_closed_with_rows"
    assert finding.read == "closed_since Januari 2024; baris terakhir Januari 2024 (a.xlsx)"


def blank(month: str) -> Row:
    """A row of a workbook that lists every facility in every month."""
    return replace(row(month), cells={"contacts": None})


def test_a_row_without_a_figure_is_none_before_the_opening_or_after_the_closing() -> None:
    open_months = listed(cooperating_since=pd.Timestamp("2024-02-01"), closed_since=pd.Timestamp("2024-04-10"))
    rows = [blank("2024-01"), row("2024-02"), row("2024-03"), blank("2024-04"), blank("2024-05")]
    assert presence(rows, open_months) == []
    (finding,) = presence([*rows, row("2024-05")], open_months)
    assert finding.kind == "facility_closed_with_rows"


def test_no_rows_no_findings() -> None:
    assert presence([]) == []
