"""Several extracts of one month: later exports, gaps between them, the same referrals under other numbers."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from test_extracts import count, counts_of, kinds, only
from visit_files import HEADINGS, A, card, referral, visit, whole_month, write_csv

from analysis.extract_shapes import VisitCounts

Rows = Sequence[Mapping[str, str]]
REFERRALS = (
    "nokapst", "nmpst", "ppkpeserta", "kdppkkunjungan", "no_kunjungan", "tgl_kunjungan", "kd_diagnosa", "kdppkrujukan",
    "nmppkrujukan", "poli_rujuk", "spesialistik", "kdtacc", "kdtkp",
)  # fmt: skip


def on(day: int, **values: str) -> dict[str, str]:
    return visit(tgl_kunjungan=f"03/{day:02}/2024", tglpulang=f"03/{day:02}/2024", **values)


def usual() -> list[dict[str, str]]:
    """Persons 1 to 3 at A in March 2024."""
    return [*whole_month(), visit(nokapst=card(2)), visit(nokapst=card(3))]


def count_files(folder: Path, *files: Rows, headings: Sequence[str] = HEADINGS) -> VisitCounts:
    for number, rows in enumerate(files):
        write_csv(folder / "raw" / f"{number}.csv", rows, headings)
    return count(folder / "raw")


def test_exports_that_each_lack_what_the_other_holds_decide_nothing(tmp_path: Path) -> None:
    """The card of one visit was corrected: the wrong one is no fourth person."""
    earlier, later = usual(), usual()
    later[0:3] = earlier[0:3]
    later[3:] = [dict(row) for row in earlier[3:]]
    later[4] |= {"nokapst": card(77)}
    found = count_files(tmp_path, earlier, later)
    assert counts_of(found)["contacts"] is None
    assert only(found, "contacts_not_counted").startswith("1 FKTP, 2 kunjungan")


@pytest.mark.parametrize("lacking", [3, 4])
def test_an_export_that_only_lacks_visits_is_told(tmp_path: Path, lacking: int) -> None:
    rows = usual()
    found = count_files(tmp_path, rows, [row for place, row in enumerate(rows) if place != lacking])
    assert counts_of(found)["contacts"] == 3
    assert only(found, "visits_files_differ").startswith("1 FKTP, 1 kunjungan")


def test_exports_of_two_kinds_of_visits_are_no_versions_of_each_other(tmp_path: Path) -> None:
    """Person 1 came twice on the same days, sick and well; others only once."""
    well = [on(day) | {"kunjsakit": "false"} for day in (1, 15, 31)]
    found = count_files(tmp_path, usual(), [*well, on(5, nokapst=card(4))])
    assert counts_of(found)["contacts"] == 4
    assert not kinds(found) & {"visits_files_differ", "contacts_not_counted"}


def test_a_gap_between_two_exports_gives_no_figure(tmp_path: Path) -> None:
    """1 to 10 and 20 to 31 March 2024: from Wednesday 13 to Tuesday 19 all are working days, 11 and 12 are holidays."""
    found = count_files(tmp_path, [on(1), on(5), on(10)], [on(20), on(22), on(31)])
    assert counts_of(found)["contacts"] is None
    reads = {finding.read for finding in found.findings if finding.kind == "extract_month_incomplete"}
    assert reads == {"Maret 2024 tanpa 13-03-2024 sampai 19-03-2024: 1 FKTP"}


@pytest.mark.parametrize("second", [range(11, 32), range(8, 32)])
def test_exports_that_meet_or_overlap_leave_no_gap(tmp_path: Path, second: range) -> None:
    """9 and 10 March 2024 are a weekend."""
    found = count_files(tmp_path, [on(1), on(8)], [on(second[0], nokapst=card(2)), on(31)])
    assert counts_of(found)["contacts"] == 2


def test_referrals_under_other_numbers_in_another_file_are_not_counted_twice(tmp_path: Path) -> None:
    """A referral keeps person, day and place; its number may have the letter of referral."""
    referred = [referral(tgl_kunjungan=day, tglpulang=day) for day in ("03/01/2024", "03/07/2024", "03/29/2024")]
    write_csv(tmp_path / "raw" / "kunjungan.csv", [*whole_month(), *referred])
    numbered = [row | {"no_kunjungan": row["no_kunjungan"].replace("Y", "P")} for row in referred]
    write_csv(tmp_path / "raw" / "rujukan.csv", numbered, REFERRALS)
    found = count(tmp_path / "raw")
    assert counts_of(found)["referrals"] is None
    assert only(found, "referrals_doubtful") == "6 rujukan"


def test_two_referrals_of_a_day_that_both_files_hold_are_two(tmp_path: Path) -> None:
    days = ("03/01/2024", "03/29/2024", "03/29/2024")
    referred = [
        referral(tgl_kunjungan=day, tglpulang=day, poli_rujuk=clinic)
        for day, clinic in zip(days, ("INT", "MAT", "BED"), strict=True)
    ]
    write_csv(tmp_path / "raw" / "kunjungan.csv", [*whole_month(), *referred])
    write_csv(tmp_path / "raw" / "rujukan.csv", referred, REFERRALS)
    assert counts_of(count(tmp_path / "raw"))["referrals"] == 3


def test_a_zero_lost_in_one_file_is_restored_from_another(tmp_path: Path) -> None:
    rows = usual()
    short = [row | {"ppkpeserta": A[1:], "kdppkkunjungan": A[1:]} for row in rows]
    headings = [heading for heading in HEADINGS if heading != "no_kunjungan"]
    found = count_files(tmp_path, rows[:3], short, headings=headings)
    assert counts_of(found)["contacts"] == 3
    assert set(found.table["facility_code"]) == {A}


@pytest.mark.parametrize(("written", "read"), [("05/03/2024", False), ("04/01/2024", True)])
def test_dates_exchanged_by_hand_fall_on_one_day_of_another_month(tmp_path: Path, written: str, read: bool) -> None:
    """In a file of March that is month first, 5 March written day first is 3 May; 1 April may be one."""
    headings = [heading for heading in HEADINGS if heading != "no_kunjungan"]
    found = count_files(tmp_path, [*usual(), visit(nokapst=card(4), tgl_kunjungan=written)], headings=headings)
    if read:
        assert counts_of(found)["contacts"] == 3
    else:
        assert "mungkin tertukar" in only(found, "extract_dates")
