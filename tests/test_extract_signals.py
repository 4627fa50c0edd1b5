"""Blood pressures and days of visits: counted as plain Python does, kept without rare ones, and seen by the checks."""

from collections import Counter
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console
from scipy import stats
from test_extracts import MARCH, REFERENCE, count
from test_visits_in_table import District
from visit_files import HEADINGS, A, B, card, random_visits, referral, visit, whole_month, write_csv

from analysis.check import check_district
from analysis.district import Codes
from analysis.extract_merge import Facilities, own_recorded
from analysis.extract_shapes import Recorded, VisitCounts, no_days, no_pressures
from analysis.findings import load_kinds
from analysis.quality_checks import signals
from analysis.quality_signals import NO_EXTRACT, extract_counts
from analysis.steps import analyse
from analysis.store import load_cleaned, save_cleaned
from analysis.workspace import ROOT_VARIABLE


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path)


def told(table: pd.DataFrame) -> Counter[tuple[object, ...]]:
    """Rows of counts as key → visits; months as text, null as None."""
    keys = [c for c in table if c != "visits"]
    rows = table.assign(month=table["month"].astype(str)).astype(object)
    plain = rows.where(rows.notna(), None)
    return Counter({tuple(row[c] for c in keys): row["visits"] for row in plain.to_dict("records")})


@pytest.mark.parametrize("seed", [1, 2])
def test_counts_are_those_of_plain_python(tmp_path: Path, seed: int) -> None:
    rows = random_visits(seed, 3000)
    write_csv(tmp_path / "raw" / "apa saja.csv", rows)
    found = count(tmp_path / "raw").recorded
    days, pressures = set(), set()
    for row in rows:
        month, day, year = row["tgl_kunjungan"].split("/")
        who = (row["kdppkkunjungan"], f"{year}-{month}", int(day), row["nokapst"])
        days.add(who)
        if row["nmjenisprolanis"]:
            pressures.add((*who, int(row["sistole"]), int(row["diastole"])))
    assert told(found.days) == Counter((place, month, day) for place, month, day, _ in days)
    assert told(found.pressures) == Counter((place, month, up, low) for place, month, _, _, up, low in pressures)


def test_a_visit_that_stands_in_two_files_counts_once(tmp_path: Path) -> None:
    rows = [*whole_month(), visit(nokapst=card(2), nmjenisprolanis="HT", sistole="120", diastole="80")]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    write_csv(tmp_path / "raw" / "b.csv", [*rows, visit(nokapst="")])
    found = count(tmp_path / "raw").recorded
    # person 1 on the 1st, 15th and 31st, person 2 on the 5th; the row without a card is of nobody
    assert told(found.days) == {(A, "2024-03", day): 1 for day in (1, 5, 15, 31)}
    assert told(found.pressures) == {(A, "2024-03", 120, 80): 1}


def test_pressures_are_those_of_members_that_were_measured(tmp_path: Path) -> None:
    cells = [("120/80", ""), ("120", "80"), ("120,0", "80"), ("121.5", "80"), ("99999", "80"), ("0", "0"), ("x", "80")]
    rows = [
        visit(nokapst=card(n), nmjenisprolanis="HT", sistole=upper, diastole=lower)
        for n, (upper, lower) in enumerate(cells, 2)
    ]
    rows.append(visit(nokapst=card(99), sistole="140", diastole="90"))  # no member of Prolanis
    write_csv(tmp_path / "raw" / "k.csv", rows)
    found = count(tmp_path / "raw").recorded
    # three spellings of 120/80; a fraction and five digits are no pair of whole numbers; not measured: 0/0 and x
    assert told(found.pressures) == {(A, "2024-03", 120, 80): 3, (A, "2024-03", None, None): 2}


def test_days_are_those_of_months_that_the_files_cover(tmp_path: Path) -> None:
    rows = [*whole_month(), visit(tgl_kunjungan="04/02/2024", tglpulang="04/02/2024")]
    write_csv(tmp_path / "raw" / "k.csv", rows)
    assert set(count(tmp_path / "raw").recorded.days["month"]) == {MARCH}


def test_a_file_of_referrals_alone_tells_no_days(tmp_path: Path) -> None:
    rows = [referral(nokapst=card(n), tgl_kunjungan=f"03/{day}/2024") for n, day in enumerate(("01", "15", "31"))]
    write_csv(tmp_path / "raw" / "r.csv", rows, [h for h in HEADINGS if h != "kdstatuspulang"])
    found = count(tmp_path / "raw")
    assert found.referrals is not None
    assert found.recorded.days.empty
    assert found.recorded.pressures.empty


def test_pairs_that_no_facility_has_often_are_kept_together_under_the_present_codes() -> None:
    """Least 5. Both codes of A have 120/80 five times together, though no more than three in one month."""
    april = MARCH + 1
    rows = [
        (A, MARCH, 120, 80, 3), ("OLD1", april, 120, 80, 2), (A, MARCH, 130, 85, 4), (A, MARCH, 212, 134, 1),
        ("114U002", MARCH, 120, 80, 1), ("114U002", MARCH, 130, 85, 3), ("114U002", MARCH, None, None, 2),
        ("0999X001", MARCH, 120, 80, 50),
    ]  # fmt: skip
    pressures = pd.DataFrame(rows, columns=list(no_pressures())).astype(
        {"systolic": "Int64", "diastolic": "Int64", "visits": "Int64"}
    )
    days = pd.DataFrame([("OLD1", MARCH, 3, 7), (A, MARCH, 3, 1), ("0999X001", MARCH, 3, 9)], columns=list(no_days()))
    table = pd.DataFrame({"facility_code": [A, B]})
    facts = Facilities("x", own=None, listed={}, types={}, renewed={"OLD1": A})  # type: ignore[arg-type]
    own = own_recorded(VisitCounts(recorded=Recorded(pressures, days)), table, facts, 5)
    assert told(own.pressures) == {
        (A, "2024-03", 120, 80): 3, (A, "2024-04", 120, 80): 2, (A, "2024-03", None, None): 5,
        (B, "2024-03", 120, 80): 1, (B, "2024-03", None, None): 5,
    }  # fmt: skip
    assert told(own.days) == {(A, "2024-03", 3): 8}
    assert told(own_recorded(VisitCounts(), table, facts, 5).pressures) == {}


def peculiar_and_plain() -> list[dict[str, str]]:
    """March 2024. A: 80 of 120 visits on the last three days, 54 of 60 pressures 120/80. B: four visits a day from the
    1st to the 30th, ten pressures of each of six pairs."""
    pairs = [("120", "80"), ("130", "80"), ("118", "76"), ("142", "91"), ("125", "84"), ("137", "88")]
    rows = []
    for n in range(120):
        day = 29 + n % 3 if n < 80 else 5
        cells = {"nokapst": card(n), "tgl_kunjungan": f"03/{day:02d}/2024", "tglpulang": f"03/{day:02d}/2024"}
        upper, lower = pairs[0] if n < 54 else pairs[1 + n % 5]
        rows.append(visit(**cells, **_member(upper, lower) if n < 60 else {}))
        day = 1 + n % 30
        cells = {"nokapst": card(1000 + n), "tgl_kunjungan": f"03/{day:02d}/2024", "tglpulang": f"03/{day:02d}/2024"}
        cells |= {"ppkpeserta": B, "kdppkkunjungan": B, "nmppkkunjungan": "PUSKESMAS CONTOH B"}
        rows.append(visit(**cells, **_member(*pairs[n % 6]) if n < 60 else {}))
    return rows


def _member(upper: str, lower: str) -> dict[str, str]:
    return {"nmjenisprolanis": "HT", "sistole": upper, "diastole": lower}


def test_what_is_peculiar_in_one_facility_is_found_and_the_other_is_left_alone(district: District) -> None:
    district.recap(f"{A};PUSKESMAS CONTOH A;2024-03;120;1000;1;9", f"{B};PUSKESMAS CONTOH B;2024-03;120;1000;1;9")
    write_csv(district.folder / "2024.csv", peculiar_and_plain())
    cleaned = district.clean()
    folder = district.workspace.processed_of("sanggau")
    save_cleaned(cleaned, folder, load_kinds(REFERENCE))
    stored = load_cleaned(folder)
    pressures, days = stored.recorded.pressures, stored.recorded.days
    pd.testing.assert_frame_equal(pressures, cleaned.recorded.pressures)
    pd.testing.assert_frame_equal(days, cleaned.recorded.days)
    assert told(pressures)[A, "2024-03", 120, 80] == 54
    found, _ = signals(stored.table, REFERENCE, Codes(), extract_counts(stored.cases, stored.recorded))
    found = found[found["kind"].isin(["tekanan_sama", "akhir_bulan"])]
    columns = ["kind", "facility_code", "other", "times", "of"]
    assert found[columns].to_numpy().tolist() == [
        ["tekanan_sama", A, "120/80", 54, 60], ["akhir_bulan", A, "", 80, 120],
    ]  # fmt: skip
    # two facilities tried; B: 10 of 60 pressures, 8 of 120 visits on the 29th and 30th
    assert found["p"].tolist() == pytest.approx([2 * stats.binom.sf(53, 60, 0.5), 2 * stats.binom.sf(79, 120, 0.3)])
    assert found["expected"].tolist() == pytest.approx([100 / 6, 100 * 8 / 120])


def test_report_and_check_tell_what_was_found_and_what_was_not_looked_at(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ROOT_VARIABLE, str(district.workspace.root))
    district.recap(f"{A};PUSKESMAS CONTOH A;2024-03;120;1000;1;9", f"{B};PUSKESMAS CONTOH B;2024-03;120;1000;1;9")
    write_csv(district.folder / "2024.csv", peculiar_and_plain())
    screen = StringIO()
    console = Console(file=screen, width=1000)
    for part in check_district(district.workspace, "sanggau", lambda text: None):
        console.print(part)
    shown = " ".join(screen.getvalue().split())
    assert "Tekanan darah 120/80 mmHg pada kunjungan peserta Prolanis yang bertekanan darah: 54 dari 60 (90,0" in shown
    assert "Kunjungan pada 3 hari terakhir bulan: 80 dari 120 (66,7 persen; FKTP lain 6,7 persen" in shown
    results = analyse("sanggau", "2024-03")
    checks = results["checks"].set_index("kind")
    assert checks.loc[["tekanan_sama", "akhir_bulan"], ["tested", "in_period"]].to_numpy().tolist() == [[2, 1], [2, 1]]

    write_csv(district.folder / "2024.csv", peculiar_and_plain(), [h for h in HEADINGS if h != "sistole"])
    save_cleaned(district.clean(), district.workspace.processed_of("sanggau"), load_kinds(REFERENCE))
    checks = analyse("sanggau", "2024-03")["checks"].set_index("kind")
    assert checks.at["tekanan_sama", "reason"] == NO_EXTRACT["tekanan_sama"]
    assert checks.at["akhir_bulan", "reason"] == ""
