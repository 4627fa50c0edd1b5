"""Sentences on charts, comparisons and events: graded by the evidence, one verdict for one number, nothing overclaimed."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from small_report import INDICATORS, RULES

from analysis import spc
from analysis.paired import change_of_values
from analysis.results import Results
from analysis.wording import Sentences
from analysis.wording_comparison import ComparisonWords
from analysis.wording_event import EventWords
from analysis.wording_trend import ASSURANCE, TrendWords, places_text
from analysis.wording_trend import RULES as MARK_RULES

RULE = next(r for r in RULES if "RPPT" in r.indicators)
NO = pd.NA


def base(period: str = "2025-S1", compare: str = "2024-S1", **tables: list[dict[str, Any]]) -> Sentences:
    frames = {
        n: pd.DataFrame([{"group": "utama", "indicator": "RRNS", **r} for r in rows]) for n, rows in tables.items()
    }
    return Sentences(Results({"period": period, "compare": compare, "leading": "puskesmas"}, frames), RULE, INDICATORS)


def change(p: float | None, value: float = -0.5, name: str = "RRNS") -> dict[str, Any]:
    known = p is not None
    return {"indicator": name, "value": value, "lower": -1.0 if known else NO, "upper": 0.1 if known else NO,
            "p_adjusted": NO if p is None else p, "n": 9, "reason": "" if known else "hanya satu FKTP"}  # fmt: skip


# Comparisons ----------------------------------------------------------------------------------------------------------


def value(p: float, size: float = -0.4, name: str = "RRNS") -> dict[str, Any]:
    return {"indicator": name, "value": size, "lower": -0.9, "upper": 0.1, "level": 0.95, "n": 9, "p_adjusted": p,
            "tests": 3, "reason": "", "note": ""}  # fmt: skip


def test_facilities_that_the_typical_change_leaves_out_are_told() -> None:
    before, after = [1.0, 2.0, 3.0, 2.5, 2.0, 1.0, 4.0, 3.0], [1.0, 2.0, 2.1, 2.0, 1.3, 0.6, 3.4, 2.8]
    made = change_of_values(before, after)
    row = value(0.2) | {"n": made.n, "note": made.note}
    text = ComparisonWords(base(value_change=[row], change=[change(0.2)])).value("RRNS")
    assert "atas 8 puskesmas; " in text
    assert "untuk 3 uji; 2 FKTP dengan selisih nol tidak diikutkan dalam uji dan penduga). " in text


@pytest.mark.parametrize(
    ("own", "main", "said"),
    [
        (0.2, 0.3, "Seperti pada angka utama, perubahannya belum dapat disimpulkan."),
        (0.05, 0.05, "Seperti pada angka utama, perubahannya belum dapat disimpulkan."),
        (
            0.001,
            0.2,
            "Uji ini menemukan selisih, tetapi kesimpulan tetap menurut angka utama (belum dapat disimpulkan).",
        ),
        (0.2, 0.001, "belum dapat menyimpulkan; kesimpulan tetap menurut angka utama (membaik, bukti jelas)."),
        (0.02, 0.03, "Ini sejalan dengan angka utama (membaik, bukti cukup)."),
        (0.02, 0.0099, "Ini sejalan dengan angka utama (membaik, bukti jelas)."),
        (0.2, None, "Angka utama tidak mempunyai interval, sehingga tidak ada kesimpulan yang dapat diperiksa."),
    ],
)
def test_a_check_never_draws_another_conclusion_than_the_headline(own: float, main: float | None, said: str) -> None:
    text = ComparisonWords(base(value_change=[value(own)], change=[change(main)])).value("RRNS")
    assert text.endswith(said)
    assert text.startswith("Perubahan khas RRNS satu puskesmas: −0,40 poin persen (penduga Hodges–Lehmann atas 9 puskesmas; "
                           "interval 95 persen −0,90 sampai +0,10; uji Wilcoxon, p\u00a0=\u00a0")  # fmt: skip


def test_a_check_against_the_headline_is_told() -> None:
    words = ComparisonWords(base(value_change=[value(0.001, size=0.4)], change=[change(0.001)]))
    assert "Arahnya berlawanan dengan angka utama (membaik, bukti jelas)" in words.value("RRNS")


@pytest.mark.parametrize(
    ("name", "up", "verdict"), [("RRNS", 0.5, "memburuk"), ("RPPT", 0.5, "membaik"), ("AK", -5, "memburuk")]
)
def test_direction_of_the_indicator_decides_what_is_better(name: str, up: float, verdict: str) -> None:
    words = ComparisonWords(base(value_change=[value(0.001, up, name)], change=[change(0.001, up, name)]))
    assert words.headline(name) == f"{verdict}, bukti jelas"
    assert words.value(name).endswith(f"Ini sejalan dengan angka utama ({verdict}, bukti jelas).")


def test_the_level_that_was_reached_is_told() -> None:
    told = value(0.2) | {"level": 0.9375}
    assert "interval 93,75 persen" in ComparisonWords(base(value_change=[told], change=[change(0.2)])).value("RRNS")


def test_no_value_or_no_interval_gives_the_reason() -> None:
    rows = [value(0.2) | {"value": NO, "reason": "tidak ada FKTP yang dapat dipasangkan"}]
    text = ComparisonWords(base(value_change=rows)).value("RRNS")
    assert text == "Perubahan khas RRNS satu puskesmas tidak dapat dihitung: tidak ada FKTP yang dapat dipasangkan."
    rows = [value(0.2) | {"lower": NO, "upper": NO, "reason": "semua sama"}]
    text = ComparisonWords(base(value_change=rows)).value("RRNS")
    assert text.endswith("−0,40 poin persen; intervalnya tidak dapat dihitung (semua sama).")


def month(number: int, p: float | None = 0.5, **more: Any) -> dict[str, Any]:
    return {"calendar_month": number, "value": -0.5, "lower": -1.0, "upper": 0.1, "matched": 54, "reason": "",
            "p_adjusted": NO if p is None else p, **more}  # fmt: skip


@pytest.mark.parametrize(("p", "verdict"), [(0.2, "belum dapat disimpulkan"), (0.02, "membaik, bukti cukup")])
def test_months_carry_the_verdict_of_the_headline(p: float, verdict: str) -> None:
    rows = [month(0, 0.0001), month(1, 0.04), month(2, 0.06), month(3, None)]
    text = ComparisonWords(base(month_change=rows, change=[change(p)])).months("RRNS")
    assert text.startswith("Bulan demi bulan, selisih RRNS −0,50 poin persen (interval 95 persen −1,00 sampai +0,10)")
    assert f"kesimpulan tetap menurut angka utama ({verdict})." in text
    assert text.endswith("Bulan yang berbeda, masing-masing sesudah disesuaikan untuk 2 bulan: Januari.")


def test_a_single_month_is_the_headline_itself() -> None:
    text = ComparisonWords(base(month_change=[month(0, 0.001), month(3, 0.001)], change=[change(0.2)])).months("RRNS")
    assert "Bulan yang berbeda" not in text
    assert "belum dapat disimpulkan" in text


def test_other_spans_still_hold_the_season() -> None:
    rows = [month(0) | {"indicator": "AK"}]
    assert "masih memuat musim" in ComparisonWords(base(month_change=rows)).months("RRNS")
    none = [month(0) | {"value": NO, "reason": "tidak ada FKTP yang dapat dipasangkan"}]
    assert "tidak dapat dibandingkan bulan demi bulan: tidak ada" in ComparisonWords(base(month_change=none)).months(
        "RRNS"
    )


def test_season_tells_its_doubt() -> None:
    rows = [
        {"calendar_month": m, "factor": f, "years": 3, "note": "hanya 3 tahun; musim belum dapat dibedakan dari kebetulan",
         "reason": ""}
        for m, f in ((1, 0.9), (2, 1.25), (3, 1.0))
    ]  # fmt: skip
    assert ComparisonWords(base(season=rows)).season("RRNS") == (
        "Pola setahun RRNS pada data 3 tahun, terhadap rata-rata setahun: terendah Januari (−10 persen) dan tertinggi "
        "Februari (+25 persen). Hanya 3 tahun; musim belum dapat dibedakan dari kebetulan."
    )
    none = [{"calendar_month": 0, "factor": NO, "years": 1, "note": "", "reason": "memerlukan 24 bulan"}]
    assert (
        ComparisonWords(base(season=none)).season("RRNS")
        == "Pola musiman RRNS belum dapat dihitung: memerlukan 24 bulan."
    )


def test_facilities_count_tested_and_untested_apart() -> None:
    rows = [
        {"facility_name": f"PUSKESMAS {n}", "verdict": v, "p_adjusted": p, "tests": 4}
        for n, v, p in (("AWAL", "naik", 0.01), ("BARU", "turun", 0.04), ("CERAH", "belum dapat disimpulkan", 0.3),
                        ("DAMAI", "belum dapat disimpulkan", 0.9), ("ELOK", "belum dapat disimpulkan", NO))
    ]  # fmt: skip
    text = ComparisonWords(base(facility_change=rows)).facilities("RRNS")
    assert text.startswith(
        "Dari 4 puskesmas yang diuji, RRNS naik (memburuk) pada 1 puskesmas (Awal), turun (membaik) pada 1 puskesmas "
        "(Baru), dan belum dapat disimpulkan pada 2 puskesmas. 1 puskesmas lain tidak dapat diuji; alasannya ada dalam "
        "tabel."
    )
    assert text.endswith("“Belum dapat disimpulkan” bukan berarti tidak berubah.")
    none = [r | {"tests": 0, "p_adjusted": NO} for r in rows]
    assert "tidak dapat diuji" in ComparisonWords(base(facility_change=none)).facilities("RRNS")


def test_many_facilities_are_named_up_to_twelve() -> None:
    rows = [{"facility_name": f"P{i:02d}", "verdict": "naik", "p_adjusted": 0.01, "tests": 14} for i in range(14)]
    assert "P10, P11, dan 2 lainnya)" in ComparisonWords(base(facility_change=rows)).facilities("RRNS")


# Charts ---------------------------------------------------------------------------------------------------------------


def head(**more: Any) -> dict[str, Any]:
    return {"kind": "XmR", "start": "2023-07", "end": "2025-06", "limits_from": "2023-07", "mean": 2.5, "lower": 1.0,
            "upper": 4.0, "trial": False, "assurance": "", "reason": "", **more}  # fmt: skip


def point(when: str, rule: str = "", direction: int = 0, grade: str = spc.COMMON) -> dict[str, Any]:
    return {"month": pd.Period(when, "M"), "rule": rule, "direction": direction, "grade": grade}


def chart(points: list[dict[str, Any]], **more: Any) -> list[str]:
    return TrendWords(base(chart=[head(**more)], chart_points=points)).chart("RRNS")


def test_chart_tells_level_limits_and_quiet_months() -> None:
    level, marks, assured = chart([point("2025-01"), point("2025-02"), point("2024-02", spc.OUTSIDE, 1, spc.WORSE)])
    assert level == (
        "Rata-rata bulanan RRNS puskesmas pada Juli 2023 sampai Juni 2025 ialah 2,50 persen dengan batas alami 1,00 "
        "sampai 4,00 (bagan XmR)."
    )
    assert marks.startswith("Tidak ada bulan bertanda pada Semester I 2025 (2 bulan dinilai)")  # 2024 is no month of it
    assert assured == ""


def test_limits_that_began_anew_say_since_when() -> None:
    level = chart([point("2025-01")], limits_from="2025-02", trial=True)[0]
    assert "pada Februari 2025 sampai Juni 2025" in level
    assert level.endswith("Batas ini sementara karena rentangnya kurang dari 12 bulan.")
    none = chart([point("2025-01", spc.OUTSIDE, 1, spc.WORSE)], limits_from="2025-06", reason="tersedia 1")
    assert none[0] == "Batas alami RRNS sejak Juni 2025 tidak dapat dihitung: tersedia 1."
    assert "Jan 25, tanda penurunan mutu (di atas batas alami)" in none[1]
    assert chart([], reason="tidak ada bulan") == ["Batas alami RRNS tidak dapat dihitung: tidak ada bulan."]


def test_marks_are_grouped_and_not_called_proof() -> None:
    points = [
        point("2025-01", spc.OUTSIDE, 1, spc.WORSE), point("2025-03", spc.ONE_SIDE, -1, spc.BETTER),
        point("2025-04", spc.ONE_SIDE, -1, spc.BETTER), point("2025-05"),
    ]  # fmt: skip
    text = chart(points)[1]
    assert (
        "Jan 25, tanda penurunan mutu (di atas batas alami); Mar 25 dan Apr 25, tanda perbaikan (bagian dari tujuh bulan "
        "atau lebih berturut-turut di bawah rata-rata)." in text
    )
    assert "jarang muncul dari naik-turun biasa, tetapi sebabnya tidak terbaca" in text


def test_months_without_limits_are_not_called_quiet() -> None:
    assert chart([point("2025-01", grade="")])[1] == (
        "Tidak satu bulan pun pada Semester I 2025 dapat dinilai terhadap batas alami."
    )


@pytest.mark.parametrize("said", [spc.ALWAYS, spc.NEVER, spc.SOMETIMES])
def test_assurance_is_a_forecast_on_a_condition(said: str) -> None:
    text = chart([point("2025-01")], assurance=said)[2]
    assert text.startswith("Selama prosesnya tetap seperti ini, target paling tinggi 2 persen ")
    assert set(ASSURANCE) == {spc.ALWAYS, spc.NEVER, spc.SOMETIMES}


def test_every_rule_has_words_both_ways() -> None:
    assert set(MARK_RULES) == {(rule, d) for rule in spc.PRECEDENCE for d in (1, -1)}


def test_few_cases_are_told_by_quarter() -> None:
    quarters = [
        {"label": "2025-T1", "value": 2.0, "lower": 0.5, "upper": 6.0, "grade": spc.COMMON},
        {"label": "2025-T2", "value": 12.0, "lower": 8.0, "upper": 17.0, "grade": spc.WORSE},
        {"label": "2024-T4", "value": 1.0, "lower": 0.5, "upper": 6.0, "grade": spc.COMMON},
    ]
    told = base(chart=[head(kind="triwulan eksak", mean=3.0)], chart_quarters=quarters)
    (text,) = TrendWords(told).chart("RRNS")
    assert "Triwulan I 2025 2,00 persen (interval 95 persen 0,50 sampai 6,00); Triwulan II 2025 12,00 persen" in text
    assert "8,00 sampai 17,00; tanda penurunan mutu, di luar batas 99,8 persen)" in text
    assert "2024" not in text.split("Nilai gabungan")[0]
    assert text.endswith("Nilai gabungan Juli 2023 sampai Juni 2025 3,00 persen.")


def test_facility_marks_warn_of_chance() -> None:
    rows = [{"facility_code": c, "rule": spc.OUTSIDE} for c in ("a", "a", "b")]
    words = TrendWords(base(facility_marks=rows, facility_charts=[{"n": 9}]))
    text = words.facility_marks("RRNS")
    assert text.startswith("Bagan RRNS dibuat untuk 9 puskesmas; 2 bertanda pada Semester I 2025.")
    assert text.endswith("tanda ialah ajakan untuk bertanya, bukan kesimpulan.")
    none = TrendWords(base(facility_marks=[r | {"indicator": "AK"} for r in rows], facility_charts=[{"n": 9}]))
    assert none.facility_marks("RRNS").endswith("tidak satu pun bertanda pada Semester I 2025.")


def test_places_of_marks() -> None:
    assert places_text('["2025-01", "2025-T2"]') == "Jan 25 dan Triwulan II 2025"


def funnel(phi: float, tau2: float) -> list[str]:
    rows = [
        {"facility_name": f"PUSKESMAS {n}", "position": p, "position_adjusted": a, "side": s, "reason": ""}
        for n, p, a, s in (("AWAL", "di luar 99,8", "di luar 99,8", "di atas"), ("BARU", "antara 95 dan 99,8", "di dalam 95", ""),
                           ("CERAH", "di dalam 95", "di dalam 95", ""))
    ]  # fmt: skip
    told = {"n": 3, "overall": 2.5, "phi": phi, "tau2": tau2, "spread": 0.8, "reason": ""}
    return TrendWords(base(funnel=[told], funnel_points=rows)).funnel("RRNS")


def test_funnel_tells_who_lies_outside_and_how_much_is_chance() -> None:
    who, spread, chance = funnel(4.0, 0.1)
    assert "Jelas berbeda dari nilai itu (di luar batas 99,8 persen): Awal (di atas)." in who
    assert "(antara batas 95 dan 99,8 persen): tidak ada." in who
    assert "tanpanya 2 dari 3 berada di luar batas 95 persen" in spread
    assert chance.endswith("Urutan di dalam corong tidak bermakna.")
    assert "sedikit melebihi kebetulan (φ = 1,5)" in funnel(1.5, 0.1)[1]
    assert "tidak melebihi yang dapat terjadi secara kebetulan (φ = 0,8)" in funnel(0.8, 0.0)[1]


# Several periods ------------------------------------------------------------------------------------------------------


def periods(known: int = 3) -> list[dict[str, Any]]:
    return [
        {"period": f"202{3 + i}-S1", "reached": 2 + i, "n": 9, "value": (2 + i) / 9 if i < known else NO}
        for i in range(3)
    ]


def history(q: dict[str, Any], known: int = 3) -> list[str]:
    tests = [
        {"kind": "q", "n": 9, "periods": 3, "tests": 6, "pairs": 3, "pairs_found": 0, "value": 4.0, **q},
        {"kind": "tren", "value": 0.1, "lower": 0.02, "upper": 0.18, "p_adjusted": 0.001, "tests": 6},
    ]
    return TrendWords(base(history=periods(known), history_test=tests)).history("RRNS")


@pytest.mark.parametrize(
    ("p", "found", "said"),
    [
        (0.2, 0, "perbedaan antarperiode belum dapat disimpulkan (Q Cochran, p\u00a0=\u00a00,200 sesudah disesuaikan untuk 6 uji)."),
        (0.03, 2, "bagian itu berbeda antarperiode (bukti cukup; Q Cochran, p\u00a0=\u00a00,030 sesudah disesuaikan untuk 6 uji); dari "
                  "3 pasangan periode, 2 berbeda sesudah disesuaikan."),
        (0.001, 0, "tetapi tidak satu pun dari 3 pasangan periode berbeda sesudah disesuaikan, sehingga periode mana yang "
                   "berbeda belum dapat disebut."),
    ],
)  # fmt: skip
def test_overall_test_is_graded(p: float, found: int, said: str) -> None:
    sentences = history({"p_adjusted": p, "pairs_found": found})
    assert sentences[0].startswith(
        "Yang memenuhi target RRNS: 2 dari 9 puskesmas (22,2 persen) pada Semester I 2023 dan 4 "
    )
    assert sentences[1].endswith(said)
    assert "petunjuk, bukan kesimpulan" in sentences[2]  # its test takes the periods as independent
    assert "p =" not in sentences[2]
    assert "bukti" not in sentences[2]


def test_nobody_moving_is_no_test() -> None:
    assert "tidak satu pun berpindah keadaan" in history({"p_adjusted": 1.0, "value": 0.0})[1]


@pytest.mark.parametrize(
    ("known", "said"), [(1, "baru diketahui untuk satu periode"), (0, "tidak diketahui untuk satu periode pun")]
)
def test_too_few_periods(known: int, said: str) -> None:
    (text,) = history({"p_adjusted": NO}, known)
    assert said in text


def years(p_adjusted: float, **more: Any) -> dict[str, Any]:
    return {"period_before": "2021", "period_after": "2022", "both": 1, "rose": 6, "fell": 1, "neither": 2, "n": 10,
            "value": 0.5, "lower": 0.05, "upper": 0.75, "p": 0.004, "p_adjusted": p_adjusted, "tests": 2, "reason": "",
            **more}  # fmt: skip


@pytest.mark.parametrize(
    ("p", "word"),
    [(0.0099, "bagian yang memenuhi target bertambah, bukti jelas."), (0.01, "bertambah, bukti cukup."),
     (0.05, ": belum dapat disimpulkan."), (0.2, ": belum dapat disimpulkan.")],
)  # fmt: skip
def test_year_pairs_are_graded(p: float, word: str) -> None:
    (text,) = TrendWords(base(year_pairs=[years(p)])).years("RRNS")
    assert text.startswith(
        "2021 ke 2022: puskesmas yang memenuhi target RRNS dari 20,0 persen (2 dari 10) menjadi 70,0 persen (7); 6 yang "
        "menjadi memenuhi, 1 yang tidak lagi memenuhi. Selisih +50,0 poin persen (interval 95 persen +5,0 sampai +75,0; "
        "McNemar eksak p\u00a0=\u00a00,004, p\u00a0=\u00a0"
    )
    assert text.endswith(word)
    assert "sesudah disesuaikan untuk 2 pasangan tahun)" in text


def test_the_years_of_the_report_have_the_verdict_of_its_main_comparison() -> None:
    share = {"p_adjusted": 0.24, "tests": 6}
    told = base("2022", "2021", year_pairs=[years(0.008)], share=[share])
    (text,) = TrendWords(told).years("RRNS")
    assert text.endswith("p\u00a0=\u00a00,240 sesudah disesuaikan untuk 6 uji utama laporan): belum dapat disimpulkan.")


def test_years_without_moves_or_facilities() -> None:
    still = years(1.0, rose=0, fell=0, both=3, neither=7, value=0.0)
    none = years(1.0, value=NO, reason="tidak ada FKTP yang dapat dipasangkan")
    one, two = TrendWords(base(year_pairs=[still, none])).years("RRNS")
    assert one.startswith("2021 ke 2022: puskesmas yang memenuhi target RRNS tetap 3 dari 10; tidak ada yang menjadi")
    assert two == "2021 ke 2022: tidak dapat dibandingkan (tidak ada FKTP yang dapat dipasangkan)."


# Events ---------------------------------------------------------------------------------------------------------------


def series(p: float | None, **more: Any) -> str:
    row = {"ordinal": 0, "value": -0.6, "lower": -1.1, "upper": -0.1, "p_adjusted": NO if p is None else p, "tests": 4,
           "months_before": 24, "months_after": 4, "first_after": "2025-03", "observed": 2.1, "expected": 2.7, "reason": "",
           **more}  # fmt: skip
    return EventWords(base(event_series=[row])).series(0, "RRNS")


@pytest.mark.parametrize(
    ("p", "verdict"),
    [(0.001, "deret menyimpang dari garis itu, bukti jelas"), (0.02, "bukti cukup"), (0.07, "belum dapat disimpulkan")],
)
def test_series_says_size_interval_verdict_and_limits(p: float, verdict: str) -> None:
    text = series(p)
    assert text.startswith(
        "Seluruh puskesmas: selisih RRNS terhadap kelanjutan garis sebelum kegiatan −0,60 poin persen (interval 95 persen "
        "−1,10 sampai −0,10; p\u00a0"
    )
    assert verdict in text
    assert text.endswith("Hal lain yang terjadi pada waktu yang sama tidak dapat dipisahkan dari kegiatan ini.")


def test_series_without_interval_or_value() -> None:
    assert "ketidakpastiannya tidak dapat dihitung (sisa nol)" in series(None, lower=NO, upper=NO, reason="sisa nol")
    assert series(None, value=NO, reason="terlalu pendek").endswith("tidak dapat dinilai: terlalu pendek.")


def groups(p: float | None = 0.2, **more: Any) -> list[str]:
    row = {"ordinal": 0, "value": -0.6, "lower": -1.1, "upper": -0.1, "p_adjusted": NO if p is None else p, "tests": 4,
           "months": 4, "invited": 3, "others": 6, "unknown_codes": "[]", "invited_before": 4.0, "invited_after": 3.0,
           "others_before": 3.0, "others_after": 2.6, "relative": 0.87, "relative_lower": 0.7, "relative_upper": 1.1,
           "placebo": 0.1, "placebo_lower": -0.4, "placebo_upper": 0.6, "picked": False, "history": -0.3,
           "history_lower": -0.8, "history_upper": 0.2, "remaining": -0.5, "remaining_lower": -0.9,
           "remaining_upper": -0.1, "remaining_reason": "", "reason": "", **more}  # fmt: skip
    return EventWords(base(event_groups=[row])).groups(0, "RRNS")


@pytest.mark.parametrize(
    ("p", "verdict"),
    [(0.001, "kedua kelompok berubah berbeda, bukti jelas"), (0.02, "bukti cukup"),
     (0.07, "perbedaan perubahan kedua kelompok belum dapat disimpulkan")],
)  # fmt: skip
def test_groups_are_graded_and_carry_their_assumption(p: float, verdict: str) -> None:
    effect, assumption = groups(p)
    assert effect.startswith(
        "Selisih perubahan yang ikut dan yang lain −0,60 poin persen (interval 95 persen −1,10 sampai"
    )
    assert verdict in effect
    assert effect.endswith(
        "RRNS 3 puskesmas yang ikut dari 4,00 menjadi 3,00 dan 6 puskesmas lain dari 3,00 menjadi 2,60."
    )
    assert "anggapan itu tidak dapat dibuktikan dari data" in assumption
    assert assumption.endswith("itu bukan bukti bahwa keduanya sejalan.")
    assert "sudah berbeda" in groups(p, placebo_lower=0.05)[1]


@pytest.mark.parametrize(
    ("p", "upper", "said"),
    [(0.001, -0.1, "sisanya tidak memuat nol."), (0.001, 0.1, "sisanya belum dapat disimpulkan."),
     (0.2, -0.1, "sisanya belum dapat disimpulkan.")],
)  # fmt: skip
def test_what_remains_never_says_more_than_the_effect(p: float, upper: float, said: str) -> None:
    text = groups(p, picked=True, remaining_upper=upper)[2]
    assert text.startswith("Puskesmas yang ikut termasuk yang hasilnya paling buruk sebelum kegiatan.")
    assert text.endswith(said)


def test_what_is_not_known_of_an_event_is_said() -> None:
    assert groups(picked=NO, remaining_reason="data tidak ada")[2] == (
        "Apakah yang ikut dipilih karena hasilnya buruk tidak dapat diperiksa: data tidak ada."
    )
    assert groups(picked=True, remaining=NO, remaining_reason="tidak ada rentang")[2].endswith(
        "Besarnya tidak dapat dikurangkan: tidak ada rentang."
    )
    unknown, none = groups(value=NO, unknown_codes='["X1"]', reason="daftar tidak ada")
    assert unknown == "Kode dalam daftar peserta kegiatan yang tidak dikenal: X1."
    assert none == "Puskesmas yang ikut tidak dapat dibandingkan dengan yang lain: daftar tidak ada."
    assert (
        "ketidakpastiannya tidak dapat dihitung (hanya satu)"
        in groups(None, lower=NO, upper=NO, reason="hanya satu")[0]
    )
    assert len(groups(placebo=NO)) == 2
