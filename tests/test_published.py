"""Published figures: what they allow, hand-checked, and refusals that say where and what next."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import DataError, ParameterError
from analysis.independent import independent_interval
from analysis.paired import mcnemar_exact
from analysis.published import printed_number, read_published
from analysis.published_report import PublishedReport, compute_published, p_between, p_text, published_periods
from analysis.published_shares import (
    ALWAYS,
    DEPENDS,
    NEVER,
    conclusion,
    denominators_with_remainder,
    fitting_denominators,
    implications,
    most_against_significant,
    paired_range,
    possible_counts,
)
from analysis.published_shares_report import SharesReport
from analysis.published_zones_report import ZonesReport
from analysis.workspace import PROJECT, ROOT_VARIABLE, Workspace

SHIPPED = PROJECT / "data" / "raw"
SUMSEL, JAKTIM = "sumatera-selatan", "jakarta-timur"
FITTING = [281, 295, 309, 323, 337, 351, 355, 365, 369, 379, 383, 393, 397]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    for slug in (SUMSEL, JAKTIM):
        shutil.copytree(SHIPPED / slug, tmp_path / "data" / "raw" / slug)
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    return Workspace(tmp_path)


def plain(markdown: str) -> str:
    """Markdown without the backslashes of escape()."""
    return re.sub(r"\\(.)", r"\1", markdown)


# Counts that fit a printed share ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "n", "counts"),
    [
        ("71,5", 344, [246]),  # 246/344 = 71.512
        ("71,5", 345, []),  # 246/345 = 71.304, 247/345 = 71.594
        ("78,6", 345, [271]),  # 271/345 = 78.551
        ("78,6", 154, [121]),  # 121/154 = 78.571
        ("53%", 195, [103, 104]),  # 102/195 = 52.31, 103/195 = 52.82, 104/195 = 53.33, 105/195 = 53.85
        ("0", 10, [0]),
        ("100,0", 10, [10]),
        ("50", 1, []),
        ("50", 0, []),
    ],
)
def test_possible_counts_by_hand(percent: str, n: int, counts: list[int]) -> None:
    assert possible_counts(percent, n) == counts


def test_a_value_between_two_printed_numbers_fits_both_ways_of_rounding() -> None:
    # 25/200 = 12.5: half up prints 13, half to even 12. 27/200 = 13.5: both print 14.
    assert 25 in possible_counts("13", 200)
    assert 25 in possible_counts("12", 200)
    assert 27 in possible_counts("14", 200)
    assert 27 not in possible_counts("13", 200)


def test_fitting_denominators_against_rounding_every_fraction_to_text() -> None:
    def fits(printed: str, n: int) -> bool:
        return any(f"{100 * k / n:.1f}" == printed for k in range(n + 1))

    brute = [n for n in range(1, 401) if fits("71.5", n) and fits("78.6", n)]
    assert fitting_denominators(["71,5", "78,6"], 400) == brute == FITTING


def test_each_share_alone_fits_many_more_numbers() -> None:
    assert len(fitting_denominators(["71,5"], 400)) == sum(
        any(f"{100 * k / n:.1f}" == "71.5" for k in range(n + 1)) for n in range(1, 401)
    )
    assert 345 in fitting_denominators(["78,6"], 400)
    assert 345 not in fitting_denominators(["71,5"], 400)


def test_only_154_leaves_33_off_target() -> None:
    assert denominators_with_remainder("78,6", 33, 400) == [154]
    assert 154 not in fitting_denominators(["71,5"], 400)


@pytest.mark.parametrize("text", ["", "tujuh", "7,1,5", "-3", "71,5 persen"])
def test_what_is_no_printed_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="71,5"):
        printed_number(text)


# Range of p values ------------------------------------------------------------------------------------------------


def test_range_of_jakarta_timur_against_r() -> None:
    unsafe, best = paired_range(195, 104, 85), paired_range(195, 39, 50)
    assert (unsafe.change, unsafe.most_against) == (-19, 85)
    assert unsafe.smallest == pytest.approx(2 * 0.5**19, rel=1e-12)
    # R: binom.test(85, 189)$p.value
    assert unsafe.largest == pytest.approx(0.190291484145911, rel=1e-9)
    assert (best.change, best.most_against) == (11, 39)
    # R: binom.test(0, 11)$p.value
    assert best.smallest == pytest.approx(0.0009765625, rel=1e-12)
    # R: binom.test(39, 89)$p.value
    assert best.largest == pytest.approx(0.28909608069606, rel=1e-9)


def test_range_of_sumatera_selatan_against_r() -> None:
    # R: binom.test(0, 20)$p.value; binom.test(60, 140)$p.value
    least = paired_range(281, 201, 221)
    assert (least.smallest, least.largest) == pytest.approx((1.9073486328125e-06, 0.107987629983553), rel=1e-9)
    # R: binom.test(85, 198)$p.value
    assert paired_range(397, 284, 312).largest == pytest.approx(0.0547338793521716, rel=1e-9)


def test_most_that_may_move_the_other_way_against_r() -> None:
    # R: binom.test(37, 94)$p.value is 0.0494500652531798, binom.test(38, 96)$p.value is 0.0519105221488384
    assert most_against_significant(281, 201, 221) == 37
    # R: binom.test(32, 83)$p.value is 0.047524889256532, binom.test(33, 85)$p.value is 0.0502508952933
    assert most_against_significant(195, 104, 85) == 32
    assert most_against_significant(20, 10, 12) is None


@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(0, n))))
def test_the_ends_bound_every_pairing(totals: tuple[int, int, int]) -> None:
    n, before, after = totals
    possible = [
        mcnemar_exact(rose, fell)
        for fell in range(before + 1)
        for rose in range(n - before + 1)
        if before - fell + rose == after
    ]
    limits = paired_range(n, before, after)
    assert limits.smallest == pytest.approx(min(possible))
    assert limits.largest == pytest.approx(max(possible))


def test_counts_outside_their_total_are_refused() -> None:
    with pytest.raises(ValueError, match="counts"):
        paired_range(10, 11, 3)


def test_independent_interval_against_r() -> None:
    # R: square-and-add of Wilson limits written out with qnorm(.975): 0.00718853668194 0.134537521059
    assert independent_interval(251, 351, 276, 351) == pytest.approx((0.00718853668194, 0.134537521059), rel=1e-8)


def test_conclusion_follows_the_whole_range() -> None:
    assert conclusion(0.001, 0.04) == ALWAYS
    assert conclusion(0.001, 0.05) == DEPENDS
    assert conclusion(0.05, 0.9) == NEVER


def test_implications_hold_one_row_per_fitting_number() -> None:
    table = implications(("71,5", "78,6"), 400)
    assert table["n"].tolist() == FITTING
    assert set(table["conclusion"]) == {DEPENDS}
    row = table.set_index("n").loc[351]
    assert (row["k_before"], row["k_after"], row["change"], row["most_against"]) == (251, 276, 25, 75)


def test_implications_of_shares_that_fit_no_number_together_are_empty() -> None:
    table = implications(("71,5", "78,6"), 100)
    assert table.empty
    assert "conclusion" in table


def test_p_values_never_look_equal_to_the_limit() -> None:
    assert p_text(0.05025) == "0,0503"
    assert p_text(0.0004) == "< 0,001"
    assert p_between(0.0001, 0.0002) == "< 0,001"


# Reading ----------------------------------------------------------------------------------------------------------


def edited(folder: Path, change: Callable[[str], str]) -> Path:
    path = folder / "published.csv"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


@pytest.fixture
def shares(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED / SUMSEL, tmp_path / SUMSEL))


@pytest.fixture
def zones(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED / JAKTIM, tmp_path / JAKTIM))


def test_every_fault_is_told_at_once_with_row_column_and_value(shares: Path) -> None:
    edited(shares, lambda t: t.replace("2021,RRNS", "2021-X,RNS").replace('"78,6",%,1', '"78,6",%,x'))
    with pytest.raises(DataError) as caught:
        read_published(shares, "published_shares")
    told = str(caught.value)
    assert "published.csv di sumatera-selatan/" in told
    assert "baris 2, kolom period: “2021-X” bukan periode" in told
    assert "baris 2, kolom indicator: “RNS” harus salah satu dari" in told
    assert "baris 3, kolom decimals: “x” harus bilangan bulat" in told
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"71,5",%,1', '"71,50",%,1', "baris 2: value “71,50” tidak mempunyai 1 desimal"),
        ('"71,5",%', '"171,5",%', "lebih dari 100 persen"),
        ('"71,5",%', '"71,5",orang', "unit tidak sesuai dengan measure"),
        ('"71,5"', "tujuh", "71,5"),
        ("puskesmas,,persen", "puskesmas,0,persen", "baris 2, kolom n: “0” di luar rentang"),
        ("2022-S1,RRNS,share", "2021,RRNS,share", "baris 2, 3: periode, indikator, dan ukuran yang sama"),
        ("2021,RRNS", "2021,AK", "satu berkas memuat satu indikator"),
        ("period,indicator", "periode,indicator", "kolom “periode” tidak dikenal. Maksud Anda “period”?"),
        ('"71,5"', "71,5", "baris 2: 13 sel, seharusnya 12"),
    ],
)
def test_a_faulty_share_is_refused(shares: Path, old: str, new: str, told: str) -> None:
    edited(shares, lambda t: t.replace(old, new, 1))
    with pytest.raises(DataError, match=re.escape(told)):
        read_published(shares, "published_shares")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("TIDAK AMAN,104", "TIDAK AMAN,105", "bulan 2017-01, kolom count: jumlah ketiga zona 196, tidak sama dengan"),
        ("TIDAK AMAN,104", "TIDAK AMAN,204", "baris 2: count 204 lebih besar daripada total 195"),
        ("2017-01,AK,TIDAK", "2017-13,AK,TIDAK", "baris 2, kolom month: “2017-13” bukan bulan"),
        ("TIDAK AMAN,104", "BURUK,104", "baris 2, kolom zone: “BURUK” harus salah satu dari"),
        ("104,53%,195", "104,53%,194", "bulan 2017-01, kolom total: berbeda-beda (194, 195)"),
        ("104,53%", "104,153%", "baris 2, kolom percent: “153%” di luar 0 sampai 100"),
        ("2017-01,AK,AMAN", "2017-01,AK,PRESTASI", "bulan 2017-01: zona AMAN tidak ada"),
    ],
)
def test_a_faulty_zone_is_refused(zones: Path, old: str, new: str, told: str) -> None:
    edited(zones, lambda t: t.replace(old, new, 1))
    with pytest.raises(DataError, match=re.escape(told)):
        read_published(zones, "published_zones")


def test_an_empty_or_absent_file_is_refused(shares: Path) -> None:
    edited(shares, lambda t: t.split("\n")[0] + "\n")
    with pytest.raises(DataError, match="belum ada satu baris pun"):
        read_published(shares, "published_shares")
    (shares / "published.csv").unlink()
    with pytest.raises(DataError, match="belum ada di sumatera-selatan"):
        read_published(shares, "published_shares")


def test_a_file_saved_by_excel_with_semicolons_reads_alike(shares: Path) -> None:
    before = read_published(shares, "published_shares")
    text = (shares / "published.csv").read_text(encoding="utf-8")
    swapped = "\n".join(
        ";".join(part.strip('"') for part in re.findall(r'(?:^|,)("[^"]*"|[^,]*)', line)) for line in text.splitlines()
    )
    (shares / "published.csv").write_text("\ufeff" + swapped + "\n", encoding="utf-8")
    assert read_published(shares, "published_shares").equals(before)


# Periods and results ----------------------------------------------------------------------------------------------


def test_published_periods_are_listed_oldest_first(workspace: Workspace) -> None:
    assert published_periods(workspace, SUMSEL) == ["2021", "2022-S1"]
    assert published_periods(workspace, JAKTIM) == ["2017-T1"]


def test_the_latest_period_is_the_default_and_results_are_saved(workspace: Workspace) -> None:
    facts = compute_published(workspace, SUMSEL).facts
    assert (facts["period"], facts["compare"], facts["rule"]) == ("2022-S1", "2021", "perban-7-2019")
    assert (workspace.results_of(SUMSEL, "2022-S1") / "implications.parquet").is_file()
    facts = compute_published(workspace, JAKTIM).facts
    assert (facts["period"], facts["compare"], facts["rule"]) == ("2017-T1", "", "perber-3-2016")


@pytest.mark.parametrize(
    ("slug", "period", "compare", "told"),
    [
        (SUMSEL, "2023", "", "Yang terbit: 2021 (Tahun 2021), 2022-S1 (Semester I 2022)"),
        (SUMSEL, "2021", "", "Tidak ada angka terbitan sebelum Tahun 2021"),
        (SUMSEL, "2022-S1", "2020", "pembanding Tahun 2020. Yang terbit: 2021 (Tahun 2021)."),
        (JAKTIM, "2017-T2", "", "Yang terbit: 2017-T1 (Triwulan I 2017)"),
        (JAKTIM, "2017-T1", "2016-T1", "Kosongkan --compare"),
    ],
)
def test_periods_that_are_not_published_are_refused(
    workspace: Workspace, slug: str, period: str, compare: str, told: str
) -> None:
    with pytest.raises(DataError, match=re.escape(told)):
        compute_published(workspace, slug, period, compare)


def test_published_figures_are_compared_with_earlier_ones_only(workspace: Workspace) -> None:
    for compare in ("2021", "2022-S1"):
        with pytest.raises(ParameterError, match="tidak berakhir sebelum Tahun 2021"):
            compute_published(workspace, SUMSEL, "2021", compare)


# Reports ----------------------------------------------------------------------------------------------------------


def test_the_first_page_of_sumatera_selatan_says_what_is_and_is_not_known(workspace: Workspace) -> None:
    compute_published(workspace, SUMSEL)
    text = plain(SharesReport.open(SUMSEL).summary().markdown)
    assert "71,5 persen puskesmas mencapai RRNS < 2 % pada Tahun 2021 dan 78,6 persen pada Semester I 2022" in text
    assert "Dari 71,5 ke 78,6 ialah +7,1 poin persen" in text
    assert "selisih sebenarnya +7,0 sampai +7,2" in text
    assert "Tanpa jumlah itu" in text
    assert "belum dapat disimpulkan" in text
    assert "hanya 13 jumlah" in text
    assert ", ".join(map(str, FITTING[:-1])) + ", dan 397" in text
    assert "345 puskesmas dalam daftar Kementerian Kesehatan September 2022 tidak termasuk" in text
    assert "cocok dengan 78,6 persen tetapi tidak dengan 71,5 persen" in text
    assert "nilai p < 0,001 bila tidak ada yang berubah berlawanan arah, dan 0,054 sampai 0,108" in text
    assert "sekurang-kurangnya 20 sampai 28 puskesmas" in text
    assert "sumber menulis “< 2 %” sedangkan target Perban 7/2019 ialah paling tinggi 2 persen" in text
    assert "Tahun 2021 (12 bulan) dibandingkan dengan Semester I 2022 (6 bulan)" in text


def test_the_report_of_sumatera_selatan_shows_each_number_and_the_unequal_case(workspace: Workspace) -> None:
    compute_published(workspace, SUMSEL)
    report = SharesReport.open(SUMSEL)
    table = plain(report.implication_table().markdown)
    assert "| 281 | 201 → 221 | +20 | < 0,001 sampai 0,108 | 37 dari 60 | bergantung | −0,04 sampai +14,18 |" in table
    assert "12 dari 13 jumlah" in report.implication_notes().markdown
    assert "mulai jumlah 407" in report.implication_notes().markdown
    assert "344 (246 mencapai target) cocok dengan Tahun 2021, dan 345 (271)" in report.unequal().markdown
    assert "hanya dapat 154, dan itu tidak cocok dengan 71,5 persen" in plain(report.invited().markdown)
    assert "13 dari 13" in report.range_figure().caption  # type: ignore[union-attr]


def test_shares_that_fit_no_common_number_are_said_so(workspace: Workspace) -> None:
    edited(workspace.raw_of(SUMSEL), lambda t: t.replace("%,1,< 2 %,puskesmas,,", "%,1,< 2 %,puskesmas,345,", 1))
    compute_published(workspace, SUMSEL)
    report = SharesReport.open(SUMSEL)
    assert "Tidak ada jumlah puskesmas sampai 400 yang cocok" in report.summary().markdown
    assert report.range_figure().markdown == ""  # type: ignore[union-attr]


def test_the_first_page_of_jakarta_timur_says_what_is_and_is_not_known(workspace: Workspace) -> None:
    compute_published(workspace, JAKTIM)
    text = plain(ZonesReport.open(JAKTIM).summary().markdown)
    assert "104 dari 195 FKTP (53,3 persen) pada Januari 2017 dan 85 (43,6 persen) pada Maret 2017" in text
    assert "selisih −9,7 poin persen" in text
    assert "39 dari 195 FKTP (20,0 persen)" in text
    assert "selisih +5,6 poin persen" in text
    assert "sekurang-kurangnya 19 FKTP keluar dari zona tidak aman" in text
    assert "sekurang-kurangnya 11 FKTP masuk ke zona prestasi" in text
    assert "p < 0,001 sampai 0,190 untuk zona tidak aman dan p < 0,001 sampai 0,289 untuk zona prestasi" in text
    assert "belum dapat disimpulkan" in text
    assert "104, 97, 85 FKTP" in text
    assert "Q Cochran" in text
    assert "pembayarannya tidak dapat diketahui" in text


def test_the_report_of_jakarta_timur_checks_the_printed_percents(workspace: Workspace) -> None:
    compute_published(workspace, JAKTIM)
    report = ZonesReport.open(JAKTIM)
    assert "Semua 9 persen tercetak sama" in plain(report.check().markdown)
    assert "Februari 2017 dan Maret 2017 berjumlah 101" in plain(report.check().markdown)
    # R: prop.test(104, 195, correct = FALSE)$conf.int is 0.463344 0.602035
    assert "| 104 | 53,3 | 46,3 sampai 60,2 | 53% |" in plain(report.zone_table().markdown)
    assert "| Tidak aman | 104 | 85 | −19 | < 0,001 sampai 0,190 | 32 dari 85 |" in plain(
        report.change_table().markdown
    )


def test_a_printed_percent_that_disagrees_is_named(workspace: Workspace) -> None:
    edited(workspace.raw_of(JAKTIM), lambda t: t.replace("104,53%", "104,58%"))
    compute_published(workspace, JAKTIM)
    text = plain(ZonesReport.open(JAKTIM).check().markdown)
    assert "1 dari 9 persen tercetak tidak sama" in text
    assert "Januari 2017, tidak aman (tercetak 58%, dihitung 53,3 persen)" in text


def test_a_change_in_the_number_of_facilities_leaves_no_range(workspace: Workspace) -> None:
    edited(workspace.raw_of(JAKTIM), lambda t: t.replace("2017-03,AK,AMAN,60,31%,195", "2017-03,AK,AMAN,61,31%,196").replace(
        "85,44%,195", "85,44%,196").replace("50,26%,195", "50,26%,196"))  # fmt: skip
    compute_published(workspace, JAKTIM)
    report = ZonesReport.open(JAKTIM)
    assert "jumlah FKTP tidak sama di semua bulan" in report.summary().markdown
    assert "jumlah FKTP tidak sama" in report.change_table().markdown
    assert "jumlah FKTP tidak sama" in report.change_notes().markdown
    assert report.methods().markdown


def test_a_report_of_the_wrong_kind_or_before_the_computation_is_refused(workspace: Workspace) -> None:
    with pytest.raises(ParameterError, match="published_zones"):
        SharesReport.open(JAKTIM)
    with pytest.raises(DataError, match="01_published"):
        SharesReport.open(SUMSEL)
    compute_published(workspace, SUMSEL)
    with pytest.raises(DataError, match="membandingkan dengan 2021, bukan 2020"):
        SharesReport.open(SUMSEL, compare="2020")


@pytest.mark.parametrize(("kind", "slug"), [(SharesReport, SUMSEL), (ZonesReport, JAKTIM)])
def test_shipped_figures_are_real_and_carry_their_source(
    workspace: Workspace, kind: type[PublishedReport], slug: str
) -> None:
    compute_published(workspace, slug)
    report = kind.open(slug)
    assert not report.district.simulated
    assert 4 <= len(report.sentences()) <= 6
    assert report.allowed_list()
    assert report.refused_list()
    assert "2022" in report.source().markdown or "https://id.scribd.com/" in report.source().markdown
    assert "published" in report.files().markdown
    assert "dikonfirmasi" in report.rule_table().markdown
