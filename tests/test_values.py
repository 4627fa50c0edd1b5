import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.values import (
    Code,
    NamedMonth,
    clean_text,
    controls_in,
    months_in,
    read_code,
    split_code_and_name,
    visible,
    years_in,
)

NBSP = "\N{NO-BREAK SPACE}"


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading_of_a_cell(text: str) -> None:
    read_code(text)
    months_in(text)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("Tabel Capaian_kbk mar 24", [(3, 2024)]), ("kbk_des22", [(12, 2022)]), ("kbk_agu24", [(8, 2024)]),
        ("Kapitasi All_mar24", [(3, 2024)]), ("Capaian KBK (JAN 23 - APR 24)", [(1, 2023), (4, 2024)]),
        ("Mei", [(5, None)]), ("01 Januari 23", [(1, 2023)]), ("KBK 2024-03", [(3, 2024)]), ("kbk 202403", [(3, 2024)]),
        ("KBK_20240415", []), ("Maret Maret 2024", [(3, None), (3, 2024)]), ("Desa Marga", []), ("BULAN MARET TAHUN 2024", [(3, 2024)]), ("Agt'23", [(8, 2023)]), ("Febuari 24", [(2, 2024)]), ("Sheet 1", []),
        # A date and a day behind a month are not its year; two years leave two months.
        ("kbk desember 2025-01-15", [(12, None)]), ("kbk_desember_15-01-2025", [(12, None)]),
        ("kbk mei, 12 Juni 2024", [(5, None), (6, 2024)]),
        ("May 15, 2024", [(5, 2015), (5, 2024)]), ("May 24, 2024", [(5, 2024)]),
        ("kbk mei 24 rev 2", [(5, 2024)]), ("kbk maret 2023 2024", [(3, 2023), (3, 2024)]),
        ("Maret 2023 dan 2024", [(3, 2023), (3, 2024)]), ("Maret 2024 2024", [(3, 2024)]),
    ],
)  # fmt: skip
def test_months_in_names_of_files_and_sheets(text: str, months: list[tuple[int, int | None]]) -> None:
    assert months_in(text) == tuple(NamedMonth(*m) for m in months)


def test_the_date_of_printing_is_no_month_of_a_title() -> None:
    assert months_in("Dicetak 03 Juli 2024, Pukul 10:24", dates=False) == ()
    assert months_in("BULAN: MARET 2024", dates=False) == (NamedMonth(3, 2024),)
    assert years_in("Rekap 2023 dan 2024, kode 120245") == (2023, 2024)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("0114A018", "0114A018"), (" 0114a018 ", "0114A018"), ("'01140101", "01140101"), ("11400101.0", "11400101"),
        (11400101.0, "11400101"), (1140101, "1140101"), ("0114 A018", "0114A018"), ("0114E005", "0114E005"),
    ],
)  # fmt: skip
def test_blanks_case_apostrophe_and_decimals_of_a_code_do_not_matter(cell: str | float, code: str) -> None:
    assert read_code(cell) == Code(code)


@pytest.mark.parametrize(
    ("cell", "doubt"),
    [("1,14E+07", "code_power_of_ten"), ("1.14E+20", "code_power_of_ten"), (1.14e20, "code_power_of_ten"),
     ("TOTAL", "code_unreadable"), (12.5, "code_unreadable"), (True, "code_unreadable"), ("", "")],
)  # fmt: skip
def test_what_is_no_code_is_said(cell: str | float, doubt: str) -> None:
    assert read_code(cell) == Code(doubt=doubt)


def test_code_and_name_in_one_cell_are_split() -> None:
    assert split_code_and_name("0114A018 - PUSKESMAS SUNGAI AUR - 2") == (Code("0114A018"), "PUSKESMAS SUNGAI AUR - 2")
    assert split_code_and_name("TOTAL") == (Code(), "TOTAL")


def test_text_is_one_plain_line() -> None:
    assert clean_text(f" Puskesmas{NBSP}\n Entikong ") == "Puskesmas Entikong"


@pytest.mark.parametrize(
    ("cell", "text", "dropped"),
    [
        ("PUSKESMAS\tBALAI\r\nKARANGAN\x85X", "PUSKESMAS BALAI KARANGAN X", ()),
        ("PUS\x07KESMAS", "PUSKESMAS", ("U+0007",)), ("A\x00B\x1fC\x9fD\x00", "ABCD", ("U+0000", "U+001F", "U+009F")),
        ("KLINIK \u202eTAHES\u202c", "KLINIK TAHES", ("U+202E", "U+202C")), ("\u2066A\u2069", "A", ("U+2066", "U+2069")),
        ("A\ufffeB\uffffC\U0010ffffD", "ABCD", ("U+FFFE", "U+FFFF", "U+10FFFF")), ("A\ud800B", "AB", ("U+D800",)),
        ("A\u200b\ufeffB\u200e", "AB", ()), ("Klinik “É” – 1½", "Klinik “É” – 11⁄2", ()), (12.0, "12", ()), (None, "", ()),
    ],
)  # fmt: skip
def test_what_cannot_be_printed_is_dropped_and_told(
    cell: str | float | None, text: str, dropped: tuple[str, ...]
) -> None:
    assert clean_text(cell) == text
    assert controls_in(cell) == dropped


@given(st.text(st.characters(), max_size=20))
def test_clean_text_can_be_written_to_xml(text: str) -> None:
    # The characters that XML 1.0 allows (https://www.w3.org/TR/xml/#charsets), without line ends and tabs.
    for character in clean_text(text):
        code = ord(character)
        assert 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
        assert not 0x7F <= code <= 0x9F
        assert character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    assert controls_in(clean_text(text)) == ()
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("kbk mar 24.csv", "kbk mar 24.csv"), ("Fasé 1", "Fasé 1"), ("a\x07b", r"a\x07b"), ("a\nb", r"a\nb"),
     ("a\udcffb", r"a\udcffb"), ("a\u202eb", r"a\u202eb"), (f"a{NBSP}b", f"a{NBSP}b")],
)  # fmt: skip
def test_a_name_is_shown_with_codes_for_what_cannot_be_printed(name: str, shown: str) -> None:
    assert visible(name) == shown
