"""Rows of an extract that are no visits, or none that took place; columns that stand twice or change places."""

from pathlib import Path

import pytest
from test_extracts import count, counts_of, kinds, only
from visit_files import HEADINGS, A, B, card, referral, visit, whole_month, write_csv

from analysis.extract_engine import EngineName

TITLE = dict(zip(HEADINGS, HEADINGS, strict=True))


def usual() -> list[dict[str, str]]:
    """Persons 1 and 2 at A in March 2024, one non-specialist referral of person 1."""
    return [*whole_month(), visit(nokapst=card(2)), referral()]


def assert_usual(folder: Path, engine: EngineName = "duckdb") -> None:
    found = count(folder, engine)
    assert (counts_of(found)["contacts"], counts_of(found)["referrals"]) == (2, 1)
    assert "extract_losses" not in kinds(found)
    assert "visits_without_card" not in kinds(found)


@pytest.mark.parametrize(
    "row",
    [
        TITLE,
        {},
        {"nokapst": "TOTAL", "nmpst": "5"},
        {"nmpst": "Jumlah", "no_kunjungan": "5", "sistole": "125"},
        {"nokapst": " ", "tgl_kunjungan": " "},
    ],
)
def test_rows_of_headings_sums_and_blanks_are_passed_over_and_told(tmp_path: Path, row: dict[str, str]) -> None:
    first, *rest = usual()
    write_csv(tmp_path / "raw" / "a.csv", [first, row, *rest, row, row])
    assert_usual(tmp_path / "raw")
    assert only(count(tmp_path / "raw"), "extract_rows_passed") == "3 baris"
    assert count(tmp_path / "raw").files[0].rows == 5


@pytest.mark.parametrize(
    "lines", ["Total,5", "Sumber: P-Care\nDicetak tanggal 03/04/2024", '"Jumlah",5', "(5 rows)", "---+---", "\0\0\0\0"]
)
def test_sums_and_notes_below_the_table_are_no_broken_rows(tmp_path: Path, lines: str) -> None:
    path = write_csv(tmp_path / "raw" / "a.csv", usual())
    path.write_text(f"{path.read_text()}{lines}\n")
    assert_usual(tmp_path / "raw")
    assert only(count(tmp_path / "raw"), "extract_rows_passed") == f"{lines.count(chr(10)) + 1} baris"


@pytest.mark.parametrize("line", ["00099900", "0009990000001,PESERTA", "Totalindo,5"])
def test_a_row_that_was_cut_off_is_broken(tmp_path: Path, line: str) -> None:
    path = write_csv(tmp_path / "raw" / "a.csv", usual())
    path.write_text(f"{path.read_text()}{line}\n")
    assert only(count(tmp_path / "raw"), "extract_losses").startswith("1 baris rusak")


@pytest.mark.parametrize(("lacking", "named"), [("tgl_kunjungan", "nokapst"), ("ppkpeserta", "kdppkkunjungan")])
def test_an_export_appended_with_its_columns_in_another_order_is_refused(
    tmp_path: Path, lacking: str, named: str
) -> None:
    # The second headings stand in the file; what is below them would be read under the first.
    moved = {**TITLE, lacking: named, named: lacking}
    away = [visit(nokapst=card(7), ppkpeserta=A, kdppkkunjungan=B)]
    rows = [*usual(), moved, *({**row, lacking: row[named], named: row[lacking]} for row in away)]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert found.table.empty
    assert only(found, "extract_columns").startswith("baris judul lain di tengah berkas")


def test_headings_of_another_export_that_this_file_does_not_have_are_told_too(tmp_path: Path) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*usual(), {"tgl_kunjungan": "Nomor Kartu Peserta", "nokapst": "x"}])
    assert "extract_columns" in kinds(count(tmp_path / "raw"))


@pytest.mark.parametrize(("word", "contacts"), [("Datang", 3), ("Sudah Dilayani", 3), ("", 3), ("Batal", 2),
                                                ("TIDAK HADIR", 2), ("Belum dilayani", 2), ("Dibatalkan", 2)])  # fmt: skip
def test_a_visit_that_did_not_take_place_is_no_contact(tmp_path: Path, word: str, contacts: int) -> None:
    rows = [{**row, "Status Kunjungan": "Datang"} for row in usual()]
    rows.append({**visit(nokapst=card(9)), "Status Kunjungan": word})
    write_csv(tmp_path / "raw" / "a.csv", rows, [*HEADINGS, "Status Kunjungan"])
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == contacts
    assert ("visits_cancelled" in kinds(found)) == (contacts == 2)


def test_a_file_whose_states_of_attendance_nobody_knows_is_refused(tmp_path: Path) -> None:
    rows = [{**row, "Status Kunjungan": "X1"} for row in usual()]
    write_csv(tmp_path / "raw" / "a.csv", rows, [*HEADINGS, "Status Kunjungan"])
    found = count(tmp_path / "raw")
    assert found.table.empty
    assert only(found, "extract_columns") == "5 baris dengan status kunjungan yang tidak dikenal"


def test_dates_with_day_and_month_exchanged_are_told_by_the_numbers_of_the_visits(tmp_path: Path) -> None:
    # Numbers of March (0324) with dates of 3 May and 3 July: 5 and 7 March, read day first by another program.
    swapped = [visit(nokapst=card(9), tgl_kunjungan=day, tglpulang="") for day in ("05/03/2024", "07/03/2024")]
    write_csv(tmp_path / "raw" / "a.csv", [*usual(), *swapped])
    found = count(tmp_path / "raw")
    assert found.table.empty
    assert only(found, "extract_dates") == "2 tanggal tertukar hari dan bulannya menurut nomor kunjungan"


def test_few_exchanged_dates_are_left_out_and_told(tmp_path: Path) -> None:
    rows = [*usual(), *(visit(nokapst=card(100 + n)) for n in range(200))]
    write_csv(tmp_path / "raw" / "a.csv", [*rows, visit(nokapst=card(9), tgl_kunjungan="05/03/2024")])
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 202
    assert only(found, "visits_date_swapped") == "1 baris"


def test_a_visit_entered_in_a_later_month_keeps_its_date(tmp_path: Path) -> None:
    # The number of April names neither the day (5) nor the month (3) of the date.
    write_csv(tmp_path / "raw" / "a.csv", [*usual(), visit(nokapst=card(9), no_kunjungan=f"{A}0424Y000001")])
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 3
    assert "visits_date_swapped" not in kinds(found)


@pytest.mark.parametrize(("other", "equal"), [(card(1), True), (f" {card(1)} ", True), (card(5), False), ("", False)])
def test_a_column_that_stands_twice_is_read_where_both_hold_the_same(tmp_path: Path, other: str, equal: bool) -> None:
    rows = [{**row, "noKartu": row["nokapst"]} for row in usual()]
    rows[0]["noKartu"] = other
    write_csv(tmp_path / "raw" / "a.csv", rows, [*HEADINGS, "noKartu"])
    found = count(tmp_path / "raw")
    if equal:
        assert counts_of(found)["contacts"] == 2
        assert only(found, "extract_columns_equal") == "noKartu"
    else:
        assert found.table.empty
        assert only(found, "extract_columns") == "kolom tertulis lebih dari sekali dengan isi berbeda: noKartu"


@pytest.mark.parametrize("written", ["125/75", "125 / 75"])
def test_blood_pressure_in_one_column_of_its_own_is_judged(tmp_path: Path, written: str) -> None:
    headings = [name for name in HEADINGS if name not in ("sistole", "diastole")]
    sick = {**visit(nokapst=card(8), nmjenisprolanis="HT"), "Tekanan Darah": written}
    write_csv(tmp_path / "raw" / "a.csv", [*usual(), sick], [*headings, "Tekanan Darah"])
    assert counts_of(count(tmp_path / "raw"))["ht_controlled"] == 1


@pytest.mark.parametrize("state", ["AKTIF", "Non Aktif", "PBI APBN", "Peserta", "Belum Kawin"])
def test_a_state_of_the_participant_tells_nothing_of_the_visit(tmp_path: Path, state: str) -> None:
    rows = [row | {"Status": state} for row in usual()]
    write_csv(tmp_path / "raw" / "a.csv", rows, [*HEADINGS, "Status"])
    assert_usual(tmp_path / "raw")


@pytest.mark.parametrize("heading", ["Status", "Status Kunjungan"])
def test_a_visit_that_was_cancelled_is_none_whichever_column_tells(tmp_path: Path, heading: str) -> None:
    rows = [row | {heading: "Sudah dilayani"} for row in usual()]
    rows.append(visit(nokapst=card(3)) | {heading: "Batal"})
    write_csv(tmp_path / "raw" / "a.csv", rows, [*HEADINGS, heading])
    assert_usual(tmp_path / "raw")
    assert only(count(tmp_path / "raw"), "visits_cancelled") == "1 baris"


def test_a_state_of_the_participant_is_unknown_as_one_of_the_visit(tmp_path: Path) -> None:
    """An active place in a queue is a visit that has not taken place."""
    rows = [row | {"Status Antrean": "Aktif"} for row in usual()]
    write_csv(tmp_path / "raw" / "a.csv", rows, [*HEADINGS, "Status Antrean"])
    assert "status kunjungan yang tidak dikenal" in only(count(tmp_path / "raw"), "extract_columns")


@pytest.mark.parametrize("heading", [True, False])
def test_files_joined_with_their_marks_of_encoding_are_read(tmp_path: Path, heading: bool) -> None:
    path = write_csv(tmp_path / "raw" / "a.csv", usual())
    lines = path.read_text().splitlines()
    second = [lines[0], *lines[3:]] if heading else lines[3:]
    path.write_text(
        "\n".join(["\ufeff" + lines[0], *lines[1:3], "\ufeff" + second[0], *second[1:], ""]), encoding="utf-8"
    )
    assert_usual(tmp_path / "raw")


@pytest.mark.parametrize(
    "state",
    [
        "Sudah dipanggil, tidak ada", "Pulang tanpa dilayani", "SUDAH DAFTAR", "Baru daftar",
        "Datang, tidak sempat dilayani", "Selesai (blm. bayar)", "UMUM",
    ],
)  # fmt: skip
def test_a_state_that_leaves_the_visit_open_is_not_taken_for_one_that_took_place(tmp_path: Path, state: str) -> None:
    rows = [*usual(), visit(nokapst=card(3)) | {"status kunjungan": state}]
    write_csv(tmp_path / "raw" / "a.csv", rows, [*HEADINGS, "status kunjungan"])
    found = count(tmp_path / "raw")
    assert counts_of(found) == {}
    assert only(found, "extract_columns").startswith("1 baris dengan status kunjungan yang tidak dikenal")


@pytest.mark.parametrize("state", ["TDK. HADIR", "blm dilayani", "Dibatalkan"])
def test_abbreviated_states_of_visits_that_did_not_take_place_are_known(tmp_path: Path, state: str) -> None:
    rows = [*usual(), visit(nokapst=card(3)) | {"status kunjungan": state}]
    write_csv(tmp_path / "raw" / "a.csv", rows, [*HEADINGS, "status kunjungan"])
    assert_usual(tmp_path / "raw")


@pytest.mark.parametrize("state", ["-", "NULL", "BPJS"])
def test_a_state_that_says_nothing_is_as_a_blank(tmp_path: Path, state: str) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [row | {"Status": state} for row in usual()], [*HEADINGS, "Status"])
    assert_usual(tmp_path / "raw")


def complaints(folder: Path, changes: dict[int, str]) -> Path:
    """200 persons at A in March 2024, each with a complaint; changes: line → complaint as it stands there."""
    rows = [*whole_month(), *(visit(nokapst=card(number)) for number in range(2, 201))]
    path = write_csv(folder / "raw" / "a.csv", [row | {"keluhan": "pusing"} for row in rows], [*HEADINGS, "keluhan"])
    lines = path.read_text().splitlines()
    for line, complaint in changes.items():
        lines[line] = lines[line].removesuffix("pusing") + complaint
    path.write_text("\n".join([*lines, ""]))
    return path


@pytest.mark.parametrize(
    ("changes", "swallowed"),
    [({50: '"pusing', 150: 'batuk"'}, 100), ({50: '"pusing', 150: '"batuk"'}, 100), ({50: '"pusing'}, 152)],
)
def test_rows_within_a_quote_that_is_not_closed_are_lost(
    tmp_path: Path, changes: dict[int, str], swallowed: int
) -> None:
    """203 lines with the headings: what stands behind line 50 is one cell, up to the next quote or the end."""
    complaints(tmp_path, changes)
    found = count(tmp_path / "raw")
    assert counts_of(found) == {}
    assert f"({swallowed} di antaranya di dalam tanda kutip yang tidak ditutup)" in only(found, "extract_losses")


def test_few_rows_within_a_quote_are_told(tmp_path: Path) -> None:
    complaints(tmp_path, {50: '"pusing', 51: 'batuk"'})
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 199
    assert only(found, "extract_rows_broken") == "1 baris"


def test_complaints_of_several_lines_with_many_commas_lose_no_row(tmp_path: Path) -> None:
    lines = 'sakit "lama"\n- ' + ", ".join(["batuk", "pilek", "mual"] * 7)
    rows = [visit(keluhan=lines, nokapst=card(number)) for number in range(1, 30)]
    write_csv(tmp_path / "raw" / "k.csv", [*whole_month(), *rows], [*HEADINGS, "keluhan"])
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 29
    assert "extract_losses" not in kinds(found)


def test_complaints_of_several_lines_lose_no_row(tmp_path: Path) -> None:
    complaints(tmp_path, {50: '"pusing\nmual, muntah, batuk\n\n""demam"""', 90: '"a\nb"'})
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 200
    assert not kinds(found) & {"extract_rows_broken", "extract_losses"}


WITH_COMPLAINT = [*HEADINGS[:5], "keluhan", *HEADINGS[5:]]


@pytest.mark.parametrize("end", [False, True])
@pytest.mark.parametrize("complaint", ["pusing\nmual", "pusing\r\n\r\n- mual\n- 2 hari", "a\nb\nc"])
def test_complaints_broken_without_quotes_are_joined(tmp_path: Path, complaint: str, end: bool) -> None:
    headings = [*HEADINGS, "keluhan"] if end else WITH_COMPLAINT
    rows = [*whole_month(), *(visit(nokapst=card(n)) for n in range(2, 6)), referral()]
    written = [[complaint if h == "keluhan" else row.get(h, "") for h in headings] for row in rows]
    path = tmp_path / "raw" / "k.csv"
    path.parent.mkdir()
    path.write_text("\n".join(";".join(cells) for cells in [headings, *written]) + "\nJumlah;8\n", newline="")
    found = count(tmp_path / "raw")
    assert (counts_of(found)["contacts"], counts_of(found)["referrals"]) == (5, 1)
    assert only(found, "visits_rejoined") == f"{complaint.count(chr(10)) * len(rows)} baris"
    assert "extract_rows_broken" not in kinds(found)


def test_exports_of_two_programs_in_one_file_may_end_their_lines_differently(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "raw" / "k.csv", [*whole_month(), visit(nokapst=card(2))])
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("".join(line + ("\r\n", "\n")[n % 2] for n, line in enumerate(lines)), newline="")
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 2
    assert "visits_rejoined" not in kinds(found)


@pytest.mark.parametrize(
    "cut",
    [
        ["0009990000009;PESERTA", "0009990000008;DUA;;;;;;"],  # two rows that were cut off, not one
        ["0009990000009;PESERTA;05/20/1960;;", f";{A};{A}"],  # ended in a column that counts
    ],
)
def test_rows_that_were_cut_off_are_not_joined(tmp_path: Path, cut: list[str]) -> None:
    rows = [*whole_month(), *(visit(nokapst=card(n)) for n in range(2, 202))]
    path = write_csv(tmp_path / "raw" / "k.csv", rows, delimiter=";")
    cells = ";" * (len(HEADINGS) - cut[0].count(";") - cut[1].count(";") - 1)
    path.write_text(path.read_text() + f"{cut[0]}\n{cut[1]}{cells}\n")
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 201
    assert only(found, "extract_rows_broken") == "2 baris"


@pytest.mark.parametrize("heading", [True, False])
def test_a_delimiter_too_many_is_no_column(tmp_path: Path, heading: bool) -> None:
    path = write_csv(tmp_path / "raw" / "a.csv", usual())
    first, *rest = path.read_text().splitlines()
    path.write_text("\n".join([first + "," * heading, *(line + "," * (not heading) for line in rest), ""]))
    assert_usual(tmp_path / "raw")
