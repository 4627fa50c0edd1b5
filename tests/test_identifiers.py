"""Numbers of persons are told by their form; other numbers are left alone. All numbers here are made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import identifiers as forms
from analysis.errors import DataError
from analysis.identifiers import CARD, HIDDEN, NIK, NIP, PHONE, VISIT, hidden, identifiers
from analysis.ledger import Finding
from analysis.values import read_code, visible

PERSONAL = [
    ("0001234567890", CARD),
    ("0001 2345 6789 0", CARD),
    ("6103014107900001", NIK),
    ("61.03.01.410790.0001", NIK),
    ("610301 410790 0001", NIK),
    ("198001012005012001", NIP),
    ("19800101 200501 2 001", NIP),
    ("081234567890", PHONE),
    ("0812-3456-7890", PHONE),
    ("0812 3456 7890", PHONE),
    ("+62 812-3456-7890", PHONE),
    ("6281234567890", CARD),
    ("(0564) 21234", PHONE),
    ("0114A0260124P000123", VISIT),
]
ORDINARY = [
    "0399A014", "1.234.567.890.123", "Rp62.812.345.678", "3,8251366120218577", "2.9573547340774357", "7,62413337280855e-05",
    "20240131235959", "2026-11-26 00:00:00", "08120001 150 230", "5221000", "62812345678", "12.161.353.100",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "0821 12 345", "M 0,5 L 1.2345678901234 2", "baris 5, 6, 7, 8, 9, 10, 11",
]  # fmt: skip
PUBLICATIONS = ["10.1016/0895435691900001", "ISBN 9780306406157"]


@pytest.mark.parametrize(("number", "kind"), PERSONAL)
def test_a_number_of_a_person_is_found_and_named_by_its_kind(number: str, kind: str) -> None:
    assert identifiers(f"Ket.: {number}, lanjut") == {kind: 1}
    assert hidden(f"Ket.: {number}, lanjut") == f"Ket.: {HIDDEN}, lanjut"


@pytest.mark.parametrize("text", ORDINARY + PUBLICATIONS)
def test_an_ordinary_number_is_left_alone(text: str) -> None:
    assert not identifiers(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_number_is_quoted_as_it_stands(text: str) -> None:
    assert hidden(text) == text


@pytest.mark.parametrize("number", [number for number, _ in PERSONAL])
def test_letters_that_touch_a_number_do_not_keep_it_from_being_hidden(number: str) -> None:
    assert number not in hidden(f"HP{number}x")


def test_two_numbers_are_counted_and_hidden_each() -> None:
    text = "0001234567890 / 6103014107900001 / 081234567890"
    assert identifiers(text) == {CARD: 1, NIK: 1, PHONE: 1}
    assert hidden(text) == f"{HIDDEN} / {HIDDEN} / {HIDDEN}"


def test_what_is_hidden_once_stays_as_it_is() -> None:
    once = hidden("kartu 0001234567890")
    assert hidden(once) == once


def test_a_finding_an_error_and_a_file_name_never_hold_the_number() -> None:
    finding = Finding("not_a_number", "pasien_0001234567890.xlsx", "081234567890", 5, "NIK 6103014107900001",
                      read="198001012005012001", done="dari 0001234567890")  # fmt: skip
    error = DataError("Sel berisi 0001234567890.", ["baris 3: 081234567890"])
    for text in (str(finding), str(error), repr(error), error.message, *error.problems, visible("a_0001234567890.csv")):
        assert "0001234567890" not in text
        assert "081234567890" not in text
        assert "198001012005012001" not in text


def test_a_telephone_number_is_no_facility_code() -> None:
    assert read_code("081234567890").doubt == "code_unreadable"


@given(st.sampled_from([*forms._FORMS.values(), forms._LONG.pattern]).flatmap(st.from_regex))
def test_the_quick_look_passes_over_no_number(text: str) -> None:
    assert forms._MAYBE.search(text)
