"""Extracts and messages of P-Care in JSON: what programs leave out, round, nest, repeat or cut off."""

import itertools
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from test_extracts import count, counts_of, kinds, only
from visit_files import A, B, card, referral, visit, whole_month

from analysis import extract_files
from analysis.extract_shapes import VisitCounts


def rows(*more: dict[str, str]) -> list[dict[str, Any]]:
    """Persons 1 and 2 at A in March 2024, one non-specialist referral of person 1, and more."""
    return [
        {k: v for k, v in row.items() if k != "tgl_kunjungan"}
        | {"tgl_kunjungan": f"2024-03-{row['tgl_kunjungan'][3:5]}"}
        for row in [*whole_month(), visit(nokapst=card(2)), referral(), *more]
    ]


def count_texts(folder: Path, *texts: str | bytes) -> VisitCounts:
    (folder / "raw").mkdir()
    for number, text in enumerate(texts):
        content = text.encode() if isinstance(text, str) else text
        (folder / "raw" / f"{number}.json").write_bytes(content)
    return count(folder / "raw")


def assert_usual(found: VisitCounts) -> None:
    assert (counts_of(found)["contacts"], counts_of(found)["referrals"]) == (2, 1)
    assert counts_of(found)["nonspecialist_referrals"] == 1
    assert "messages_other" not in kinds(found)


@pytest.mark.parametrize("kind", [int, float])
def test_card_numbers_as_numbers_are_those_of_the_texts(tmp_path: Path, kind: type) -> None:
    found = [
        {**row, "nokapst": kind(row["nokapst"]) if place % 2 else row["nokapst"]} for place, row in enumerate(rows())
    ]
    assert_usual(count_texts(tmp_path, json.dumps(found)))


def test_card_numbers_that_a_program_rounded_are_nobody_s(tmp_path: Path) -> None:
    """9.99E+9 is all that is left of the numbers of several persons."""
    text = json.dumps(rows()).replace(f'"{card(1)}"', "9.99E+9").replace(f'"{card(2)}"', "9.99E+9")
    found = count_texts(tmp_path, text)
    assert counts_of(found)["contacts"] is None
    assert only(found, "visits_card_unreadable") == "5 baris"


def test_what_holds_nothing_is_blank_however_it_is_written(tmp_path: Path) -> None:
    empty: list[Any] = [None, float("nan"), [], {}, ""]
    found = [row | {"gdp": empty[place % 5], "obat": empty[(place + 2) % 5]} for place, row in enumerate(rows())]
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    assert_usual(count_texts(folders[0], json.dumps(found)))
    found.append(found[0] | {"nokapst": float("nan"), "no_kunjungan": None})
    counted = count_texts(folders[1], json.dumps(found))
    assert only(counted, "visits_without_card") == "1 baris"


def test_rows_whose_person_is_left_out_are_rows_all_the_same(tmp_path: Path) -> None:
    other = rows(referral(kd_diagnosa="H10.1"))
    for key in ("nokapst", "nmpst"):
        del other[-1][key]
    assert counts_of(count_texts(tmp_path, json.dumps(other)))["referrals"] == 2


@pytest.mark.parametrize("key", ["peserta", "pst"])
def test_what_stands_in_objects_is_read_as_if_it_stood_beside_them(tmp_path: Path, key: str) -> None:
    """A key that stands in two objects tells nothing of the row."""
    nested = [
        {k: v for k, v in row.items() if k not in {"nokapst", "nmpst", "kdppkrujukan"}}
        | {key: {"noKartu": row["nokapst"], "nama": row["nmpst"], "keluarga": {"nama": "PESERTA CONTOH"}}}
        | {"rujukan": {"kdppkrujukan": "0114R001"} if row["kdstatuspulang"] == "4" else None}
        for row in rows()
    ]
    assert_usual(count_texts(tmp_path, json.dumps(nested)))


def test_rows_with_the_code_of_the_home_under_the_key_of_p_care_are_rows(tmp_path: Path) -> None:
    """P-Care has an object there, and no visit beside it."""
    found = [{("kdProviderPst" if key == "ppkpeserta" else key): v for key, v in row.items()} for row in rows()]
    assert_usual(count_texts(tmp_path, json.dumps(found)))


def test_rows_that_hold_lists_are_not_left_out_one_by_one(tmp_path: Path) -> None:
    """Only the referred have one: without them the month would be one of no referral."""
    found = [row | {"rujukan": [{"kdppk": "0114R001"}] if row["kdstatuspulang"] == "4" else None} for row in rows()]
    counted = count_texts(tmp_path, json.dumps(found))
    assert counts_of(counted) == {}
    assert "bertingkat" in only(counted, "file_unreadable")


@pytest.mark.parametrize("wrapped", [{"data": rows()}, {"response": {"data": rows()}}])
def test_rows_are_found_in_what_servers_wrap_around_them(tmp_path: Path, wrapped: dict[str, Any]) -> None:
    assert_usual(count_texts(tmp_path, json.dumps(wrapped)))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_encodings_of_windows_are_read(tmp_path: Path, encoding: str) -> None:
    assert_usual(count_texts(tmp_path, json.dumps(rows()).encode(encoding)))


def test_a_separator_of_lines_in_a_text_cuts_no_message(tmp_path: Path) -> None:
    lines = [json.dumps(row | {"keluhan": "pusing\u2028mual"}, ensure_ascii=False) for row in rows()]
    assert_usual(count_texts(tmp_path, "\n".join(lines)))


def test_many_lines_that_are_cut_off_refuse_the_file(tmp_path: Path) -> None:
    lines = [json.dumps(row) for row in rows()]
    lines[1] = lines[1][:50]
    found = count_texts(tmp_path, "\n".join(lines))
    assert counts_of(found) == {}
    assert only(found, "file_unreadable").startswith("1 baris bukan JSON yang utuh, dari 5 baris")


def test_two_values_under_one_key_are_not_settled(tmp_path: Path) -> None:
    text = json.dumps(rows())
    same = text.replace(f'"nokapst": "{card(2)}"', f'"nokapst": "{card(2)}", "nokapst": "{card(2)}"')
    differing = text.replace(f'"nokapst": "{card(2)}"', f'"nokapst": "{card(2)}", "nokapst": "{card(1)}"')
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert_usual(count_texts(tmp_path / "a", same))
    assert "kunci yang sama dua kali" in only(count_texts(tmp_path / "b", differing), "file_unreadable")


def registration(number: int, day: str, home: str = A) -> dict[str, Any]:
    return {"kdProviderPeserta": home, "tglDaftar": day, "noKartu": card(number), "kunjSakit": True, "kdTkp": "10"}


def pcare(number: object, day: str) -> dict[str, Any]:
    return {"noKartu": number, "tglDaftar": day, "kdTkp": "10", "kdStatusPulang": "3", "kdTacc": -1}


def test_rows_and_messages_in_one_file_are_not_half_read(tmp_path: Path) -> None:
    found = count_texts(tmp_path, json.dumps([*rows(), registration(3, "07-03-2024")]))
    assert counts_of(found) == {}
    assert "bercampur" in only(found, "file_unreadable")


def test_rows_and_messages_in_two_files_are_counted_together(tmp_path: Path) -> None:
    messages = [registration(3, day) for day in ("01-03-2024", "29-03-2024")]
    assert counts_of(count_texts(tmp_path, json.dumps(rows()), json.dumps(messages)))["contacts"] == 3


def test_a_participant_who_moved_is_counted_where_the_month_says(tmp_path: Path) -> None:
    """Person 1 is registered at A in February and at B in March; the visit of March names no facility."""
    february, march = registration(1, "05-02-2024"), registration(1, "05-03-2024", B)
    others = [registration(2, day) for day in ("01-03-2024", "29-03-2024")]
    found = count_texts(tmp_path, json.dumps([february, march, pcare(card(1), "05-03-2024"), *others]))
    assert counts_of(found)["contacts"] == 1
    assert counts_of(found, B)["contacts"] == 1
    assert "contacts_several_homes" not in kinds(found)


def test_participants_told_twice_and_differently_tell_no_home(tmp_path: Path) -> None:
    told = [{"noKartu": card(2), "kdProviderPst": {"kdProvider": home}} for home in (A, B)]
    messages = [registration(1, day) for day in ("01-03-2024", "29-03-2024")]
    found = count_texts(tmp_path, json.dumps([*messages, *told, pcare(card(2), "15-03-2024")]))
    assert counts_of(found)["contacts"] == 1
    assert only(found, "visits_without_home") == "1 baris"


def test_a_participant_is_known_by_a_number_that_lost_its_zeros(tmp_path: Path) -> None:
    person = {"noKartu": int(card(2)), "kdProviderPst": {"kdProvider": A}}
    visits = [registration(1, "01-03-2024"), pcare(int(card(1)), "15-03-2024"), person, pcare(card(2), "29-03-2024")]
    assert counts_of(count_texts(tmp_path, json.dumps(visits)))["contacts"] == 2


def test_visits_with_the_mark_of_their_diagnosis_are_no_marks_alone(tmp_path: Path) -> None:
    visits = [pcare(card(1), day) | {"kdProviderPeserta": A} for day in ("01-03-2024", "15-03-2024", "29-03-2024")]
    found = count_texts(tmp_path, json.dumps([one | {"kdDiag": "I10", "nonSpesialis": True} for one in visits]))
    assert counts_of(found)["contacts"] == 1


@pytest.mark.parametrize(("pages", "told"), [((0, 3), True), ((0, 3, 5), False)])
def test_pages_of_a_reply_that_are_not_there_are_told(tmp_path: Path, pages: tuple[int, ...], told: bool) -> None:
    texts = [
        json.dumps({"response": {"count": 5, "list": rows()[first:last]}}) for first, last in itertools.pairwise(pages)
    ]
    found = count_texts(tmp_path, *texts)
    assert ("messages_page" in kinds(found)) is told
    if told:
        assert only(found, "messages_page") == "3 dari 5 pesan"


def test_a_file_of_messages_beyond_the_limit_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract_files, "LARGEST_MESSAGES", 100)
    found = count_texts(tmp_path, json.dumps(rows()))
    assert "400 MB" in only(found, "file_unreadable")
    assert pd.isna(found.table["contacts"]).all()
