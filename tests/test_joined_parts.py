"""Rows of tables of single indicators are joined by facility and month; every count keeps the place it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import pytest

from analysis.headings import Headings
from analysis.joined_parts import NAMES, joined, of_each_kind, place_of, usable
from analysis.layouts import NEEDED, load_layouts
from analysis.ledger import Finding
from analysis.number_cells import Count, read_ratio
from analysis.parted_rows import without_lists
from analysis.printed import settle
from analysis.rows import Row, numbers_columns
from analysis.values import Code
from analysis.workspace import PROJECT

AK, RRNS = ("contacts", "registered"), ("nonspecialist_referrals", "referrals")
DM, HT = ("dm_controlled", "dm_registered"), ("ht_controlled", "ht_registered")
FIGURES = dict(zip((*AK, *RRNS, *DM, *HT), (1748, 12350, 2, 160, 15, 200, 18, 310), strict=True))
"""A facility-month, made by hand."""


def row(
    *roles: str, file: str = "KBK.xlsx", sheet: str = "", number: int = 5, code: str = "0114A026", month: str = "2024-01",
    part: bool = True, ratios: dict[str, str] | None = None, changed: Mapping[str, int] | None = None,
) -> Row:  # fmt: skip
    """A row of a table with some columns; changed: counts that differ from FIGURES."""
    figures = {role: {**FIGURES, **(changed or {})}[role] for role in roles}
    printed = ratios or {}
    names = (*roles, *printed)
    when = pd.Period(month, "M")
    return Row(
        file, sheet or roles[0], number, "per_indikator", {role: role.upper() for role in names}, "", Code(code), code,
        f"PKM {code}", "", when, when, {**figures, **printed}, {role: 2 + place for place, role in enumerate(names)}, 4,
        counts={role: Count(value) for role, value in figures.items()},
        ratios={role: read_ratio(text) for role, text in printed.items()},
        part=part,
    )  # fmt: skip


def four(**changed: int) -> list[Row]:
    """One row of each indicator's table."""
    return [row(*roles, number=5 + place, changed=changed) for place, roles in enumerate((AK, RRNS, DM, HT))]


def values(one: Row) -> dict[str, int | None]:
    return {role: count.value for role, count in one.counts.items()}


def kinds(findings: list[Finding]) -> list[str]:
    return [finding.kind for finding in findings]


# Which are used


def test_parts_are_used_where_they_hold_every_indicator_between_them() -> None:
    parts = four()
    assert usable(parts, parts) == {place_of(part) for part in parts}
    assert usable(parts[:3], parts[:3]) == set()


def test_parts_of_several_months_complete_each_other() -> None:
    parts = [row(*AK), row(*RRNS, month="2024-02"), row(*DM, *HT)]
    assert len(usable(parts, parts)) == 3


def test_parts_beside_a_whole_row_of_the_same_facility_and_month_are_not_used() -> None:
    whole = row(*FIGURES, file="rekap.xlsx", part=False)
    assert usable([whole, *four()], [whole, *four()]) == set()
    other = [replace(part, code=Code("0114A027")) for part in four()]
    assert usable([whole, *other], [whole, *other]) == {place_of(part) for part in other}


def test_names_that_fit_no_facility_yet_count_in_months_without_whole_rows() -> None:
    parts = four()
    assert usable(parts, []) == {place_of(part) for part in parts}
    whole = row(*FIGURES, file="rekap.xlsx", part=False, code="0114A027")
    assert usable([whole, *parts], [whole]) == set()


# Joining


def test_the_parts_of_a_facility_month_make_one_row_with_the_places_of_each_count() -> None:
    (one,), findings = joined(four())
    assert values(one) == FIGURES
    assert kinds(findings) == ["tables_joined"]
    assert findings[0].read.startswith(
        "AK: KBK.xlsx lembar “contacts”; RRNS: KBK.xlsx lembar “nonspecialist_referrals”"
    )
    told = one.finding("negative", "ht_registered", read="", done="")
    assert (told.sheet, told.row, told.cell, told.column) == ("ht_controlled", 8, "D8", "HT_REGISTERED")
    told = one.column_finding("column_moved", "referrals", read="", done="")
    assert (told.sheet, told.cell) == ("nonspecialist_referrals", "D4")


def test_facilities_and_months_are_never_mixed() -> None:
    others = [replace(part, code=Code("0114A027"), counts={r: Count(7) for r in part.counts}) for part in four()]
    later = [row(*roles, month="2024-02", changed=dict.fromkeys(roles, 9)) for roles in (AK, RRNS, DM, HT)]
    rows, _ = joined([*later, *others, *four()])
    found = {(one.code.value, str(one.month)): set(values(one).values()) for one in rows}
    assert found == {
        ("0114A026", "2024-01"): set(FIGURES.values()),
        ("0114A027", "2024-01"): {7},
        ("0114A026", "2024-02"): {9},
    }


def test_rows_with_all_counts_come_back_as_they_are() -> None:
    whole = row(*FIGURES, part=False)
    assert joined([whole]) == ([whole], [])


def test_a_part_that_contradicts_a_whole_row_changes_nothing_and_is_told() -> None:
    whole = row(*FIGURES, file="rekap.xlsx", part=False)
    rows, findings = joined([whole, *four(contacts=1700)])
    assert rows == [whole]
    assert kinds(findings) == ["part_differs"]
    assert findings[0].read == "CONTACTS 1.700 dan 1.748"
    assert joined([whole, *four()]) == ([whole], [])


def test_an_indicator_that_lacks_is_missing_and_its_table_is_named() -> None:
    other = [replace(part, code=Code("0114A027"), counts={r: Count(7) for r in part.counts}) for part in four()]
    rows, findings = joined([*other, *four()[:3]])
    one = next(one for one in rows if one.code.value == "0114A026")
    assert values(one) == {role: FIGURES[role] for role in (*AK, *RRNS, *DM)}
    assert settle(one)[0].get("ht_registered") is None
    told = next(finding for finding in findings if finding.kind == "facility_not_in_table")
    assert told.read == "PKM 0114A026 tidak ada pada KBK.xlsx lembar “ht_controlled”"
    assert kinds(findings).count("tables_joined") == 1


def test_a_month_without_a_table_of_an_indicator_is_told_once() -> None:
    parts = [*four(), *(row(*roles, code=code, month="2024-02") for roles in (AK, DM, HT) for code in ("A1", "A2"))]
    _, findings = joined(parts)
    told = [finding for finding in findings if finding.kind == "indicator_without_table"]
    assert [(one.read, one.month) for one in told] == [("RRNS Februari 2024: tidak ada tabelnya", "2024-02")]


# Counts that stand twice


def test_two_tables_of_an_indicator_that_differ_leave_that_count_out() -> None:
    (one,), findings = joined([*four(), row(*AK, sheet="AK baru", changed={"contacts": 1999})])
    assert values(one) == FIGURES | {"contacts": None}
    told = next(finding for finding in findings if finding.kind == "rows_differ")
    assert told.read == "CONTACTS 1.748 dan 1.999"
    assert told.done.endswith("baris pembanding: KBK.xlsx lembar “AK baru” baris 5")


def test_two_tables_of_an_indicator_that_agree_are_one() -> None:
    (one,), findings = joined([*four(), row(*AK, sheet="AK cetak")])
    assert values(one) == FIGURES
    assert sorted(kinds(findings)) == ["rows_equal", "tables_joined"]


def test_a_revision_replaces_the_table_of_its_indicator_alone() -> None:
    (one,), findings = joined([*four(referrals=150), row(*RRNS, file="RRNS REVISI.xlsx")])
    assert values(one) == FIGURES
    told = next(finding for finding in findings if finding.kind == "figures_replaced")
    assert told.read == "REFERRALS 150 menjadi 160"


def test_participants_that_stand_beside_another_indicator_must_agree() -> None:
    beside = row(*RRNS, "registered", changed={"registered": 12351})
    (one,), findings = joined([row(*AK), beside, row(*DM, *HT)])
    assert values(one) == FIGURES | {"registered": None}
    assert "rows_differ" in kinds(findings)
    (one,), findings = joined([row(*AK), row(*RRNS, "registered"), row(*DM, *HT)])
    assert values(one) == FIGURES
    assert kinds(findings) == ["tables_joined"]


def test_participants_beside_another_indicator_are_never_those_of_the_contacts() -> None:
    whole = [replace(part, code=Code("0114A027")) for part in four()]
    rows, _ = joined([*whole, row(*RRNS, "registered"), row(*DM, *HT)])
    one = next(one for one in rows if one.code.value == "0114A026")
    assert "registered" not in one.counts


def test_the_mean_of_both_shares_is_compared_where_one_table_holds_both() -> None:
    mean = {"rppt_printed": "6,65"}
    (one,), _ = joined([row(*AK), row(*RRNS), row(*DM, *HT, ratios=mean)])
    assert one.cells["rppt_printed"] == "6,65"
    (one,), _ = joined([row(*AK), row(*RRNS), row(*DM, ratios={"rppt_printed": "7,5"}), row(*HT)])
    assert "rppt_printed" not in one.cells


def test_more_patients_than_participants_are_told_where_the_patients_stand() -> None:
    (one,), _ = joined(four(dm_registered=99_999))
    counts, findings = settle(one)
    assert kinds(findings) == ["part_above_registered"]
    assert (findings[0].sheet, findings[0].cell) == ("dm_controlled", "D7")
    assert counts["dm_registered"] is None


# What only the whole row shows


def test_the_sum_of_all_facilities_is_found_once_the_indicators_stand_together() -> None:
    numbers = {"A1": 100, "A2": 350, "SUM": 450}
    parts = [
        row(*roles, code=code, number=5 + place, changed={role: n * (1 + FIGURES[role] % 7) for role in roles})
        for place, (code, n) in enumerate(numbers.items())
        for roles in (AK, RRNS, DM, HT)
    ]
    rows, findings = joined(parts)
    assert [one.code.value for one in rows] == ["A1", "A2"]
    assert "row_is_sum" in kinds(findings)


def test_a_sum_on_the_table_of_one_indicator_alone_is_no_facility_that_lacks_the_others() -> None:
    figures = {"A1": 100, "A2": 350, "SUM": 450}
    parts = [
        row(*roles, code=code, number=5 + place, changed={role: n * (1 + FIGURES[role] % 7) for role in roles})
        for place, (code, n) in enumerate(figures.items())
        for roles in (AK, RRNS, DM, HT)
        if code != "SUM" or roles == RRNS
    ]
    shared = {roles: next(part.columns for part in parts if part.sheet == roles[0]) for roles in (AK, RRNS, DM, HT)}
    parts = [replace(p, columns=next(c for roles, c in shared.items() if p.sheet == roles[0])) for p in parts]
    rows, findings = joined(parts)
    assert [one.code.value for one in rows] == ["A1", "A2"]
    told = next(finding for finding in findings if finding.kind == "row_is_sum")
    assert (told.sheet, told.row, told.read) == ("nonspecialist_referrals", 7, "PKM SUM: jumlah baris 5, 6")
    # a facility that stands on every table is one, whatever its figures
    whole = [*parts, *(row(*roles, code="SUM", number=8) for roles in (AK, DM, HT))]
    assert len(joined(whole)[0]) == 3


def test_a_month_of_zeros_on_every_sheet_is_one_not_filled_in() -> None:
    idle = {role: 0 for role in FIGURES if not role.endswith("registered")}
    parts = [row(*roles, code=f"A{n}", number=n, changed=idle) for n in range(3) for roles in (AK, RRNS, DM, HT)]
    rows, findings = joined(parts)
    assert rows == []
    assert kinds(findings) == ["month_of_zeros"]


# Beside joining


def test_a_judge_sees_whole_rows_and_each_kind_of_part_apart() -> None:
    seen: list[int] = []

    def judge(rows: list[Row]) -> tuple[list[Row], list[Finding]]:
        seen.append(len(rows))
        return list(rows), []

    rows = [row(*FIGURES, part=False), row(*FIGURES, part=False), row(*AK), row(*RRNS), row(*AK)]
    kept, _ = of_each_kind(rows, judge)  # type: ignore[arg-type]
    assert seen == [2, 2, 1]
    assert len(kept) == len(rows)


def test_a_list_with_several_rows_for_each_facility_is_no_table() -> None:
    rows = [
        row(*RRNS, code=code, number=n, changed={"referrals": 10 * n})
        for n, code in enumerate(("A1", "A1", "A2", "A2", "A3"), 1)
    ]
    kept, findings = without_lists(rows)
    assert kept == []
    assert kinds(findings) == ["part_of_lists"]
    once = [
        row(*RRNS, code=code, number=n, changed={"referrals": 10 * n})
        for n, code in enumerate(("A1", "A1", "A2", "A3"), 1)
    ]
    assert without_lists(once) == (once, [])


@pytest.mark.parametrize(
    ("cells", "expected"),
    [(["(1)", "(2)", "(3)"], True), (["1", "2", "3"], True), (["PKM MELIAU", "2", "3"], False), (["1", "2"], False)],
)
def test_a_row_of_column_numbers_is_known_below_three_columns_too(cells: list[str], expected: bool) -> None:
    assert numbers_columns(cells, (0, 2)) is expected


@pytest.mark.parametrize(
    ("heading", "indicators"),
    [
        ("Target Jumlah Kontak", {"AK"}), ("Rujukan Lanjutan", {"RRNS"}), ("Penderita DM", {"RPPT DM"}),
        ("Kontak ‰", {"AK"}), ("Jumlah Peserta", set()), ("Terkendali", set()), ("Catatan Kepala", set()), ("", set()),
    ],
)  # fmt: skip
def test_words_of_one_indicator_in_a_heading_that_is_not_read_tell_it(heading: str, indicators: set[str]) -> None:
    headings = Headings(load_layouts(PROJECT / "data" / "reference"))
    assert {NAMES[share.printed] for share in headings.hints(heading)} == indicators


def test_the_needed_indicators_are_four() -> None:
    assert list(NAMES.values()) == ["AK", "RRNS", "RPPT DM", "RPPT HT"]
    assert len(NEEDED) == 4
