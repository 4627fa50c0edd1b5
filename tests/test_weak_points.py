"""What a report could get wrong without any other test noticing: columns, periods, marks, notes and thresholds."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
import small_district
import svg_reading as svg
from small_report import FACILITIES, INDICATORS, RULES, report

from analysis import figures, texts
from analysis.bands import Band
from analysis.figure_style import BLUE, ORANGE
from analysis.finding_counts import finding_counts
from analysis.findings import load_kinds
from analysis.indicators import KBK_INDICATORS
from analysis.ledger import LEVELS, Finding, ledger_table
from analysis.markdown import FigureBlock
from analysis.periods import parse_period
from analysis.report import Report
from analysis.results_indicators import facility_indicators
from analysis.results_parts import Scope, facility_span
from analysis.results_quality import completeness
from analysis.results_shares import adjust_for_number, target_shares
from analysis.results_steps import allowed_nonspecialist, needed_contacts, rrns_attention, steps_to_target
from analysis.workspace import PROJECT

REFERENCE = PROJECT / "data" / "reference"
A, B, C = "0101A001", "0101A002", "0101A003"


@pytest.fixture(scope="module")
def plain() -> Report:
    return report(small_district.table())


@pytest.fixture(scope="module")
def special() -> Report:
    """A has no referral in 2025; B is exempt."""
    table = small_district.table()
    none = (table["facility_code"] == A) & (table["month"] >= pd.Period("2025-01", "M"))
    table = table.assign(**{c: table[c].mask(none, 0) for c in ("referrals", "nonspecialist_referrals")})
    return report(table, facilities=FACILITIES.assign(network_exempt=(FACILITIES["code"] == B).astype("boolean")))


def cells(markdown: str) -> list[list[str]]:
    """The cells of the first table: headings, then rows, as they are read."""
    lines = [line for line in markdown.replace("\\", "").splitlines() if line.startswith("|")]
    rows = [[re.sub(r"\*\*|\[|\]\{\..*?\}", "", cell).strip() for cell in line.strip("|").split("|")] for line in lines]
    return [rows[0], *rows[2:]]


def one_row(markdown: str, *begins: str) -> dict[str, str]:
    head, *rows = cells(markdown)
    (row,) = (row for row in rows if row[: len(begins)] == list(begins))
    return dict(zip(head, row, strict=True))


def drawn(figure: object) -> str:
    assert isinstance(figure, FigureBlock)
    return figure.svg


def scope(
    table: pd.DataFrame, period: str = "2025-S1", compare: str = "2024-S1", others: tuple[str, ...] = ()
) -> Scope:
    """What the analyses work on; others: codes of the facilities that are not of the leading group."""
    rule = next(r for r in RULES if r.id == "perban-7-2019")
    group = table["facility_code"].map(lambda code: "lainnya" if code in others else "utama")
    names = list(KBK_INDICATORS)
    return Scope(table.assign(group=group), INDICATORS, names, rule, parse_period(period), parse_period(compare))


def changed(code: str, first: str, last: str, **values: int | None) -> pd.DataFrame:
    """The small district with other counts of one facility in some months."""
    table = small_district.table()
    here = (table["facility_code"] == code) & table["month"].between(pd.Period(first, "M"), pd.Period(last, "M"))
    return table.assign(**{c: table[c].mask(here, pd.NA if v is None else v) for c, v in values.items()})


def without_months(table: pd.DataFrame, code: str, *months: str) -> pd.DataFrame:
    return table[~((table["facility_code"] == code) & table["month"].astype(str).isin(months))]


# Money ------------------------------------------------------------------------------------------------------------
# Worked out in test_results: five months are priced; under "atau" B lacks 1,890,000 and C 700,000 a month, under "dan"
# nothing, because all have fewer than 5,000 participants.

ATAU, DAN = "Tidak dibayarkan, bacaan “atau”", "Tidak dibayarkan, bacaan “dan”"


def test_each_reading_of_the_condition_stands_under_its_name(plain: Report) -> None:
    row = one_row(plain.cost().markdown, "Semester I 2025", "Puskesmas")
    assert (row["Kapitasi bruto"], row[ATAU], row[DAN]) == ("Rp199.500.000", "Rp12.950.000*", "Rp0*")
    assert row["Bulan-FKTP terhitung"] == "15/18"
    markdown = plain.cost_by_facility().markdown
    row = one_row(markdown, "Bukit Tinggi")
    assert (row["Kapitasi bruto"], row[ATAU], row[DAN], row["Bulan"]) == (
        "Rp94.500.000", "Rp9.450.000*", "Rp0*", "5/6",
    )  # fmt: skip
    row = one_row(markdown, "Jumlah")
    assert (row[ATAU], row[DAN], row["Bulan"]) == ("Rp12.950.000*", "Rp0*", "15/18")


# Figures ----------------------------------------------------------------------------------------------------------


def test_the_score_map_shows_the_months_of_the_period(plain: Report) -> None:
    # 2025: A 4.0; B 4·2 + 5·2 + 2 = 2.0; C 4·4 + 5·4 + 2 = 3.8. In 2024 A has 4·2 + 5·2 + 4 = 2.2 and B 1.1
    drawing = drawn(plain.score_map())
    words = svg.words(drawing)
    assert [w for w in words if re.fullmatch(r"\w{3} \d\d", w)] == [
        "Jan 25", "Feb 25", "Mar 25", "Apr 25", "Mei 25", "Jun 25",
    ]  # fmt: skip
    scores, percents = (re.findall(rf'id="{kind}-(\d+)"', drawing) for kind in ("nilai", "persen"))
    assert sorted(scores) == ["20", "38", "40"]
    assert sorted(percents) == ["1000", "900", "950"]
    for score, percent in (("40", "1000"), ("20", "900"), ("38", "950")):
        row = [sorted(svg.marks(drawing, gid)) for gid in (f"nilai-{score}", f"persen-{percent}")]
        assert [len(marks) for marks in row] == [6, 6]
        assert {y for marks in row for _, y in marks} == {row[0][0][1]}


def test_figures_of_very_many_facilities_say_where_each_of_them_stands(
    plain: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {"Air Jernih", "Bukit Tinggi", "Cahaya"} <= set(svg.words(drawn(plain.facilities("RRNS"))))
    # as if three puskesmas were too many to be named
    monkeypatch.setattr(figures, "MOST_NAMED", 2)
    scores, facilities = plain.score_map(), plain.facilities("RRNS")
    assert isinstance(scores, FigureBlock)
    assert isinstance(facilities, FigureBlock)
    assert "data/scores.csv" in re.sub(r"\\(.)", r"\1", scores.caption)
    # 4.0, 2.0 and 3.8 in each month
    assert [w for w in svg.words(scores.svg) if "(" in w] == ["1 (33,3 %)"] * 18
    assert "data/facility.csv" in re.sub(r"\\(.)", r"\1", facilities.caption)
    assert not {"Air Jernih", "Bukit Tinggi", "Cahaya"} & set(svg.words(facilities.svg))


def marks_of(drawing: str, gid: str) -> tuple[str, bool]:
    """Colour of a group's marks and whether they are round."""
    group = svg.group(drawing, gid)
    assert group is not None, gid
    shape = next(group.iter(f"{svg.SVG}path")).attrib["d"]
    return _fill(next(group.iter(f"{svg.SVG}use"))), "C" in shape


def _fill(mark: ET.Element) -> str:
    return str(re.findall(r"fill: (#\w+)", mark.attrib["style"])[0])


def test_colour_and_shape_tell_who_reached_the_target(plain: Report) -> None:
    # RRNS: A 1 and C 2 percent reach the target of at most 2, B 3 percent does not; lower is better: A, C, B
    drawing = drawn(plain.facilities("RRNS"))
    assert marks_of(drawing, "memenuhi") == (BLUE, True)
    assert marks_of(drawing, "belum") == (ORANGE, False)
    assert marks_of(drawing, "pembanding")[1]
    above, under = ([y for _, y in svg.marks(drawing, gid)] for gid in ("memenuhi", "belum"))
    assert len(above) == 2
    assert max(above) < min(under)


def test_the_legend_shows_each_mark_beside_its_words() -> None:
    rows = pd.DataFrame(
        {"name": ["A", "B"], "before": [1.0, 2.0], "after": [1.5, 3.0], "lower": [1.0, 2.5], "upper": [2.0, 3.5],
         "on_target": pd.array([True, False], dtype="boolean")}
    )  # fmt: skip
    labels = {"pembanding": "Semester I 2025", "ini": "Semester I 2026"}
    (drawing,) = figures.facilities(rows, target=2.0, target_label="t", unit="RRNS", labels=labels)
    legend = svg.group(drawing, "legend_1")
    assert legend is not None
    fills = [_fill(mark) for mark in legend.iter(f"{svg.SVG}use") if "fill: " in mark.attrib.get("style", "")]
    told = [w for w in svg.words(drawing) if w.startswith("Semester")]
    assert dict(zip(told, fills, strict=True)) == {
        "Semester I 2025": "#ffffff",
        "Semester I 2026, memenuhi target": BLUE,
        "Semester I 2026, belum memenuhi": ORANGE,
    }


# Marks and notes --------------------------------------------------------------------------------------------------


def test_a_value_by_convention_is_marked_and_the_mark_explained(plain: Report, special: Report) -> None:
    markdown = special.facility_table("RRNS").markdown
    assert [row[0] for row in cells(markdown)[1:4]] == ["Air Jernih†", "Bukit Tinggi", "Cahaya"]
    assert texts.CONVENTION_NOTE in markdown
    for other in (special.facility_table("AK"), plain.facility_table("RRNS"), plain.state()):
        assert "†" not in other.markdown


@pytest.mark.parametrize("source", ["district", "change"])
def test_a_convention_in_the_total_is_marked_in_the_first_table(plain: Report, source: str) -> None:
    table = plain.results[source].copy()
    table.loc[(table["indicator"] == "RRNS") & (table["group"] == "utama"), "convention"] = True
    marked = replace(plain, results=replace(plain.results, tables={**plain.results.tables, source: table}))
    state = marked.state().markdown
    assert [row[-1].endswith("†") for row in cells(state)[1:]] == [False, True, False]
    assert texts.CONVENTION_NOTE in state


def test_exempt_facilities_are_named_and_no_other(plain: Report, special: Report) -> None:
    note = texts.EXEMPT_NOTE.format(names="Bukit Tinggi")
    for block in (special.facility_table("AK"), special.state()):
        assert note in block.markdown.replace("\\", "")
    assert "dikecualikan" not in plain.facility_table("AK").markdown + plain.state().markdown


# Thresholds and counts of the results -----------------------------------------------------------------------------


@pytest.mark.parametrize(("months", "comparable"), [(3, True), (2, False)])
def test_half_of_the_months_is_enough_to_compare(months: int, comparable: bool) -> None:
    # 3 of 6 is one half exactly
    gone = [f"2025-{m:02d}" for m in range(months + 1, 7)]
    place = scope(without_months(small_district.table(), B, *gone))
    row = facility_span(place, "AK", place.period).loc[B]
    assert (int(row["months"]), int(row["months_expected"]), bool(row["comparable"])) == (months, 6, comparable)
    told = facility_indicators(place).query(f"facility_code == '{B}' and span == 'ini' and indicator == 'AK'").iloc[0]
    assert told["reason"] == ("" if comparable else f"hanya {months} bulan yang dapat dipakai")


def test_wilson_limits_of_a_facility_are_percent_of_referrals() -> None:
    # B 2025: 36 of 1,200 = 3 percent. Wilson by hand: z = 1.959964, z² = 3.841459;
    # centre (0.03 + z²/2400)/(1 + z²/1200) = 0.0314997; half z·√(0.03·0.97/1200 + z²/(4·1200²))/(1 + z²/1200) = 0.0097523
    facility = facility_indicators(scope(small_district.table()))
    row = facility.query(f"facility_code == '{B}' and span == 'ini' and indicator == 'RRNS'").iloc[0]
    assert (row["lower"], row["upper"]) == (pytest.approx(2.17475, abs=1e-5), pytest.approx(4.12521, abs=1e-5))
    assert facility.loc[facility["indicator"] != "RRNS", ["lower", "upper"]].isna().all(axis=None)


def test_steps_of_every_facility_by_hand() -> None:
    # AK needs 150 of 1,000 in six months: A 6,000 → 900, has 960; B 18,000 → 2,700, has 2,520; C 12,000 → 1,800, has 1,860
    # RRNS allows 2 percent: A 600 → 12, has 6; B 1,200 → 24, has 36; C 600 → 12, has 12
    place = scope(small_district.table())
    steps = steps_to_target(place, facility_indicators(place))
    columns = ["indicator", "facility_code", "months", "limit", "actual", "gap", "reserve"]
    assert sorted(map(tuple, steps[columns].to_numpy().tolist())) == [
        ("AK", A, 6, 900, 960, 0, 60), ("AK", B, 6, 2700, 2520, 180, 0), ("AK", C, 6, 1800, 1860, 0, 60),
        ("RRNS", A, 6, 12, 6, 0, 6), ("RRNS", B, 6, 24, 36, 12, 0), ("RRNS", C, 6, 12, 12, 0, 0),
    ]  # fmt: skip


def test_steps_use_the_limit_that_the_rule_has() -> None:
    assert (needed_contacts(1000, Band.parse("> 150")), needed_contacts(1001, Band.parse("> 150"))) == (151, 151)
    assert needed_contacts(1000, Band.parse("< 150")) == 0
    assert allowed_nonspecialist(10, Band.parse(">= 2")) == 10


def test_attention_counts_the_months_of_the_period_and_puts_the_worst_first() -> None:
    # B 2025: twice 2 and four times 6 of 200: 28 of 1,200 = 2.33 percent, 24 allowed, 4 too many, months 3 to 6;
    # A 2025: 5 of 100 every month: 30 of 600, 12 allowed, 18 too many. In 2024 B was above in every month.
    table = changed(B, "2025-01", "2025-02", nonspecialist_referrals=2)
    worse = (table["facility_code"] == A) & (table["month"] >= pd.Period("2025-01", "M"))
    table["nonspecialist_referrals"] = table["nonspecialist_referrals"].mask(worse, 5)
    place = scope(table)
    found = rrns_attention(place, facility_indicators(place))
    columns = ["facility_code", "nonspecialist_referrals", "referrals", "allowed", "excess", "months_used"]
    assert found[columns].to_numpy().tolist() == [[A, 30, 600, 12, 18, 6], [B, 28, 1200, 24, 4, 6]]
    assert [json.loads(m) for m in found["months_above"]] == [[1, 2, 3, 4, 5, 6], [3, 4, 5, 6]]
    elsewhere = scope(table, others=(A,))
    assert rrns_attention(elsewhere, facility_indicators(elsewhere))["facility_code"].tolist() == [B]


def shares(place: Scope, name: str = "AK") -> dict[str, pd.Series]:
    table = target_shares(place, facility_indicators(place))
    return {str(row["group"]): row for _, row in table[table["indicator"] == name].iterrows()}


def test_shares_of_each_group_by_hand() -> None:
    # AK at least 150: 2024 only C (150), 2025 A (160) and C (155); B is of the other group
    counts = ["both", "rose", "fell", "neither", "n"]
    found = shares(scope(small_district.table(), others=(B,)))
    assert {group: [int(row[c]) for c in counts] for group, row in found.items()} == {
        "utama": [1, 1, 0, 0, 2], "lainnya": [0, 0, 0, 1, 1], "semua": [1, 1, 0, 1, 3],
    }  # fmt: skip
    assert [found["semua"][c] for c in ("share_before", "share_after", "value")] == pytest.approx([1 / 3, 2 / 3, 1 / 3])
    assert found["semua"]["p_mid"] == 0.5  # one change: 2·0.5 − 0.5
    back = shares(scope(small_district.table(), "2024-S1", "2025-S1"))["utama"]
    assert [int(back[c]) for c in counts] == [1, 0, 1, 1, 3]
    assert (json.loads(back["rose_names"]), json.loads(back["fell_names"])) == ([], ["PUSKESMAS AIR JERNIH"])


def test_a_facility_is_left_out_only_of_the_indicator_that_it_lacks() -> None:
    place = scope(changed(B, "2025-02", "2025-06", contacts=None))
    assert [e["code"] for e in json.loads(shares(place)["utama"]["excluded_names"])] == [B]
    assert json.loads(shares(place)["lainnya"]["excluded_names"]) == []
    for name in ("RRNS", "RPPT"):
        assert json.loads(shares(place, name)["utama"]["excluded_names"]) == []
        assert int(shares(place, name)["utama"]["n"]) == 3


def test_all_tests_of_a_group_are_one_family() -> None:
    # Holm by hand: 0.01·3 = 0.03; 0.03·2 = 0.06; 0.04·1 is below 0.06, so 0.06; another group is a family of its own
    one = pd.DataFrame({"group": ["utama", "utama", "semua"], "p": pd.array([0.04, 0.01, 0.02], dtype="Float64")})
    two = pd.DataFrame({"group": ["utama", "utama"], "p": pd.array([0.03, pd.NA], dtype="Float64")})
    adjust_for_number(one, two)
    assert one["p_adjusted"].tolist() == pytest.approx([0.06, 0.03, 0.02])
    assert one["tests"].tolist() == [3, 3, 1]
    assert two["p_adjusted"].tolist()[0] == pytest.approx(0.06)
    assert two[["p_adjusted", "tests"]].isna().to_numpy().tolist() == [[False, False], [True, True]]


def test_a_month_is_whole_partial_or_empty() -> None:
    table = changed(A, "2025-02", "2025-02", contacts=None)
    everything = [c for c in small_district.table().columns if pd.api.types.is_integer_dtype(table[c])]
    empty = (table["facility_code"] == A) & (table["month"] == pd.Period("2025-03", "M"))
    table = table.assign(**{c: table[c].mask(empty, pd.NA) for c in everything if c != "source_row"})
    states = completeness(scope(table), FACILITIES)
    here = states[(states["facility_code"] == A) & (states["span"] == "ini")].sort_values("month")
    assert here["state"].tolist() == ["lengkap", "sebagian", "kosong", "lengkap", "lengkap", "lengkap"]
    assert (states.loc[states["facility_code"] != A, "state"] == "lengkap").all()


def test_findings_are_counted_most_serious_and_most_frequent_first() -> None:
    kinds = load_kinds(REFERENCE)
    by_level = {level: sorted(k for k, v in kinds.items() if v.level == level) for level in LEVELS}
    grave, warned, (noted, other, *_) = by_level["galat"][0], by_level["peringatan"][0], by_level["catatan"]
    entries: list[dict[str, Any]] = [
        {"kind": noted, "file": "a.xlsx", "facility_code": A}, {"kind": other, "file": "a.xlsx", "facility_code": A},
        {"kind": other, "file": "b.xlsx", "facility_code": A}, {"kind": other, "file": "b.xlsx", "facility_code": ""},
        {"kind": warned, "file": "a.xlsx", "facility_code": ""}, {"kind": grave, "file": "a.xlsx", "facility_code": B},
    ]  # fmt: skip
    found = finding_counts(ledger_table(Finding(**entry) for entry in entries), kinds)
    assert found[["kind", "level", "findings", "files", "facilities"]].to_numpy().tolist() == [
        [grave, "galat", 1, 1, 1], [warned, "peringatan", 1, 1, 0], [other, "catatan", 3, 2, 1],
        [noted, "catatan", 1, 1, 1],
    ]  # fmt: skip
