"""Figures of charts, funnels, small multiples and shares: every mark is there, nothing is cut or covered."""

from __future__ import annotations

import string
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
import svg_reading as svg

from analysis import figures_chart, figures_funnel, spc
from analysis.figure_style import Event
from analysis.figures_funnel import Box, place_labels
from analysis.funnel import BETWEEN, BEYOND, INSIDE

FORMULA_FONT = "DejaVu"
"""Font in which a name read as a formula would be set."""
HOSTILE = "Dr. $x_1$ <b> & “A--B”"
SPAN = (pd.Period("2026-01", "M"), pd.Period("2026-06", "M"))


# Monthly chart ----------------------------------------------------------------------------------------------------


def points(count: int = 24, **changes: Any) -> pd.DataFrame:
    """A series around 3 with limits 2 and 4 that ends in June 2026."""
    months = pd.period_range(end="2026-06", periods=count, freq="M")
    table = pd.DataFrame(
        {
            "month": months, "value": 3 + 0.3 * np.sin(np.arange(count)), "lower": 2.0, "upper": 4.0, "mean": 3.0,
            "grade": spc.COMMON, "rule": "", "phase": 0, "trial": False,
        }
    )  # fmt: skip
    return table.assign(**changes)


def chart(table: pd.DataFrame, **changes: Any) -> str:
    arguments: dict[str, Any] = {
        "unit": "persen", "decimals": 2, "target": 2.5, "target_label": "target ≤ 2,5 %", "span": SPAN,
    }  # fmt: skip
    return figures_chart.chart(table, **{**arguments, **changes})


def test_points_are_drawn_by_their_grade() -> None:
    table = points()
    table.loc[[3, 4], "grade"] = spc.BETTER
    table.loc[[7], "grade"] = spc.WORSE
    table.loc[[9], "grade"] = ""
    table.loc[[10], "grade"] = None
    table.loc[[11], "value"] = np.nan
    drawn = chart(table)
    counts = {gid: len(svg.marks(drawn, gid)) for gid in ("perbaikan", "penurunan-mutu", "biasa", "tidak-dinilai")}
    assert counts == {"perbaikan": 2, "penurunan-mutu": 1, "biasa": 18, "tidak-dinilai": 2}
    assert {"tanda perbaikan", "tanda penurunan mutu", "variasi biasa", "tidak dinilai"} <= set(svg.words(drawn))


def test_grades_differ_by_shape_and_not_by_colour_alone() -> None:
    table = points()
    table.loc[3, "grade"], table.loc[7, "grade"] = spc.BETTER, spc.WORSE
    drawn = chart(table)
    shapes = []
    for gid in ("perbaikan", "penurunan-mutu"):
        found = svg.group(drawn, gid)
        assert found is not None
        shapes.append(next(found.iter(f"{svg.SVG}path")).attrib["d"])
    circle, diamond = shapes
    assert "C" in circle
    assert "C" not in diamond


@pytest.mark.parametrize("absent", [True, False])
def test_missing_months_are_gaps_whether_their_row_is_there_or_not(absent: bool) -> None:
    table = points()
    gaps = [5, 6, 15]
    table.loc[gaps, ["value", "grade"]] = [np.nan, ""]
    drawn = chart(table.drop(index=gaps) if absent else table)
    lengths = [len(line) for line in svg.path(drawn, "garis")]
    assert lengths == [5, 8, 8]
    # mean and limits hold in the months between
    assert len(svg.path(drawn, "upper-0")) == 1


def test_limits_that_differ_by_month_are_steps_with_gaps() -> None:
    upper = 4 + 0.1 * np.arange(24)
    table = points(upper=upper)
    table.loc[10, ["value", "lower", "upper"]] = np.nan
    drawn = chart(table)
    lines = svg.path(drawn, "upper-0")
    assert len(lines) == 2
    heights = {y for line in lines for _, y in line}
    assert len(heights) == 23
    (mean,) = svg.path(drawn, "mean-0")
    assert len({y for _, y in mean}) == 1


def test_each_phase_has_limits_of_its_own_and_trial_limits_are_dashed() -> None:
    table = points()
    table.loc[18:, ["mean", "lower", "upper", "phase", "trial"]] = [2.0, 1.0, 3.0, 1, True]
    drawn = chart(table)
    dashed = []
    for gid in ("upper-0", "upper-1"):
        found = svg.group(drawn, gid)
        assert found is not None
        dashed.append("stroke-dasharray" in next(found.iter(f"{svg.SVG}path")).attrib["style"])
    assert dashed == [False, True]
    (first,), (second,) = svg.path(drawn, "mean-0"), svg.path(drawn, "mean-1")
    assert max(x for x, _ in first) == pytest.approx(min(x for x, _ in second))
    assert {"batas alami", "batas sementara", "batas atas 3,00", "rata-rata 2,00", "batas bawah 1,00"} <= set(
        svg.words(drawn)
    )


def test_months_before_the_judged_ones_have_no_limits() -> None:
    early = points(66).head(42)[["month", "value"]]
    drawn = chart(pd.concat([early, points(24)]))
    assert len(svg.marks(drawn, "tidak-dinilai")) == 42
    (mean,), (line,) = svg.path(drawn, "mean-0"), svg.path(drawn, "garis")
    step = (max(x for x, _ in line) - min(x for x, _ in line)) / 65
    assert max(x for x, _ in mean) - min(x for x, _ in mean) == pytest.approx(24 * step)


def test_a_series_without_limits_is_drawn_without_them() -> None:
    drawn = chart(points().drop(columns=["lower", "upper", "mean"]).assign(lower=None, upper=None, mean=None, grade=""))
    assert svg.group(drawn, "mean-0") is None
    assert len(svg.marks(drawn, "tidak-dinilai")) == 24
    assert not any(w.startswith(("batas", "rata-rata", "tanda")) for w in svg.words(drawn))
    assert svg.faults(drawn) == []


def test_rules_are_named_by_letters_above_all_values() -> None:
    table = points()
    table.loc[[3, 4], ["rule", "grade"]] = [spc.ONE_SIDE, spc.BETTER]
    table.loc[[9], ["value", "rule", "grade"]] = [9.0, spc.OUTSIDE, spc.WORSE]
    drawn = chart(table)
    letters = [t for t in svg.texts(drawn) if t.words in ("L", "T", "D", "S")]
    assert [t.words for t in letters] == ["S", "S", "L"]
    assert "L = di luar batas, S = satu sisi" in svg.words(drawn)
    highest = min(y for line in svg.path(drawn, "garis") for _, y in line)
    assert all(t.bottom < highest - 2.5 for t in letters)


EVENTS = (
    Event(pd.Period("2026-04", "M"), "pelatihan rujukan, Apr 26"),
    Event(pd.Period("2026-06", "M"), "aplikasi P-Care yang baru, Jun 26"),
    Event(pd.Period("2026-05", "M"), HOSTILE),
)


@pytest.mark.parametrize(
    ("count", "target"), [(3, None), (8, 3.0), (12, 4.0), (24, 9.0), (37, 3.0), (66, 4.0), (120, 2.1)]
)
def test_labels_are_beside_the_lines_and_never_cut(count: int, target: float | None) -> None:
    table = points(count)
    table.loc[count - 2 :, ["rule", "grade"]] = [spc.TREND, spc.WORSE]
    drawn = chart(table, target=target, events=EVENTS, simulated=True)
    assert svg.faults(drawn) == []
    ends = [x for line in svg.path(drawn, "garis") for x, _ in line]
    sides = [
        t for t in svg.texts(drawn) if t.words.startswith(("batas atas ", "batas bawah ", "rata-rata 3", "target ≤"))
    ]
    assert len(sides) == 3 + (target is not None)
    assert all(t.left > max(ends) for t in sides)
    assert svg.size(drawn)[0] == 7 * 72


def test_the_reported_period_is_shaded() -> None:
    assert svg.group(chart(points()), "rentang-2026-01") is not None
    assert svg.group(chart(points(), span=None), "rentang-2026-01") is None


@pytest.mark.parametrize("table", [points(0), points(5, value=np.nan)])
def test_a_chart_without_values_says_so(table: pd.DataFrame) -> None:
    assert svg.words(chart(table)) == ["tidak ada bulan dengan nilai"]


# Small multiples --------------------------------------------------------------------------------------------------


def monthly(facilities: int, months: int = 24) -> pd.DataFrame:
    frames = [
        pd.DataFrame(
            {
                "facility_code": f"K{i:03d}", "name": f"Puskesmas {i}",
                "month": pd.period_range(end="2026-06", periods=months, freq="M"),
                "value": pd.array(1 + (np.arange(months) * (i + 3)) % 5, dtype="Float64"),
                "on_target": pd.array([True] * (months - 1) + [i % 2 == 0], dtype="boolean"),
            }
        )
        for i in range(facilities)
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def small(table: pd.DataFrame, **changes: Any) -> list[str]:
    arguments: dict[str, Any] = {
        "target": 2.0, "target_label": "target ≤ 2 %", "unit": "RRNS, persen", "decimals": 1, "span": SPAN,
    }  # fmt: skip
    return figures_chart.small_multiples(table, **{**arguments, **changes})


@pytest.mark.parametrize(("count", "panels"), [(1, 1), (5, 1), (30, 1), (31, 2)])
def test_every_facility_has_its_small_figure(count: int, panels: int) -> None:
    drawn = small(monthly(count), simulated=True)
    assert len(drawn) == panels
    assert [w for d in drawn for w in svg.words(d) if w.startswith("Puskesmas")] == [
        f"Puskesmas {i}" for i in range(count)
    ]
    assert [f for d in drawn for f in svg.faults(d)] == []
    heads = (
        [f"bagian {n} dari {panels} · DATA SIMULASI" for n in range(1, panels + 1)] if panels > 1 else ["DATA SIMULASI"]
    )
    assert [w for d in drawn for w in svg.words(d) if "SIMULASI" in w] == heads


def test_the_last_value_is_marked_by_whether_it_reaches_the_target() -> None:
    table = monthly(2)
    table.loc[table.index[-1], "value"] = pd.NA  # the second one ends a month earlier, on target
    table["value"] = table["value"] + 0.04
    (drawn,) = small(table)
    ends = [svg.marks(drawn, f"akhir-{i}") for i in (0, 1)]
    lines = [max(x for line in svg.path(drawn, f"garis-{i}") for x, _ in line) for i in (0, 1)]
    assert [len(e) for e in ends] == [1, 1]
    assert [e[0][0] for e in ends] == pytest.approx(lines)
    last = table.dropna(subset=["value"]).groupby("facility_code")["value"].last()
    assert {f"{v:.1f}".replace(".", ",") for v in last} <= set(svg.words(drawn))


def test_all_small_figures_have_one_scale() -> None:
    table = monthly(3)
    table.loc[table["facility_code"] == "K001", "value"] = 50
    (drawn,) = small(table)
    flat, high = (svg.path(drawn, f"garis-{i}")[0] for i in (0, 1))
    assert max(y for _, y in high) < min(y for _, y in flat)


def test_a_missing_month_is_a_gap_and_a_month_alone_a_dot() -> None:
    table = monthly(1, 8)
    table.loc[[2, 4], "value"] = pd.NA
    (drawn,) = small(table)
    assert [len(line) for line in svg.path(drawn, "garis-0")][-1] == 3
    whole = small(monthly(1, 8))[0]
    assert drawn.count("<use") == whole.count("<use") + 1


def test_marked_months_of_a_facility() -> None:
    table = monthly(1).assign(grade=spc.COMMON)
    table.loc[[3, 4], "grade"], table.loc[[9], "grade"] = spc.BETTER, spc.WORSE
    (drawn,) = small(table)
    assert [len(svg.marks(drawn, gid)) for gid in ("perbaikan-0", "penurunan-mutu-0")] == [2, 1]
    assert {"tanda perbaikan", "tanda penurunan mutu"} <= set(svg.words(drawn))


def test_long_and_hostile_names_of_facilities() -> None:
    table = monthly(4, 66)
    names = {"K000": HOSTILE, "K001": "Klinik Pratama Simulasi Kapuas Medika dan Kebun Sawit"}
    table["name"] = table["facility_code"].map(names).fillna("A")
    (drawn,) = small(table)
    assert HOSTILE in svg.words(drawn)
    assert FORMULA_FONT not in drawn
    assert any(w.startswith("Klinik Pratama") and w.endswith("…") for w in svg.words(drawn))
    assert svg.faults(drawn) == []


def test_small_multiples_without_values_say_so() -> None:
    assert svg.words(small(monthly(2).assign(value=np.nan))[0]) == ["tidak ada bulan dengan nilai"]


# Shares over periods ----------------------------------------------------------------------------------------------


def periods(count: int) -> pd.DataFrame:
    reached = [*((i * 7) % 20 for i in range(count - 1)), 19]
    value = np.array(reached) / 19
    table = pd.DataFrame(
        {
            "label": [f"{'I' if i % 2 == 0 else 'II'} {2021 + i // 2}" for i in range(count)], "reached": reached,
            "n": 19, "value": value, "lower": np.maximum(value - 0.2, 0), "upper": np.minimum(value + 0.2, 1),
            "span": "",
        }
    )  # fmt: skip
    table.loc[count - 1, "span"] = "ini"
    table.loc[count - 3, "span"] = "pembanding"
    return table


def shares(table: pd.DataFrame, **changes: Any) -> str:
    labels = {"ini": "Semester I 2026", "pembanding": "Semester I 2025"}
    return figures_chart.shares_over_periods(table, unit="persen puskesmas", labels=labels, **changes)


@pytest.mark.parametrize("count", [3, 11, 14, 22])
def test_each_period_has_its_count_and_the_two_periods_stand_out(count: int) -> None:
    table = periods(count)
    drawn = shares(table, simulated=True)
    assert [w for w in svg.words(drawn) if w.endswith("/19")] == [f"{r}/19" for r in table["reached"]]
    sizes = [len(svg.marks(drawn, f"periode-{span}")) for span in ("ini", "pembanding", "lain")]
    assert sizes == [1, 1, count - 2]
    assert svg.faults(drawn) == []


def test_a_share_stands_at_its_height_with_its_interval() -> None:
    table = periods(3).assign(value=[0.0, 0.5, 1.0], lower=[0.0, 0.25, 0.8], upper=[0.2, 0.75, 1.0])
    drawn = shares(table)
    (low,), (middle,), (high,) = (svg.marks(drawn, f"periode-{s}") for s in ("pembanding", "lain", "ini"))
    assert middle[1] == pytest.approx((low[1] + high[1]) / 2, abs=0.01)
    bar = [y for _, y in svg.path(drawn, "interval")[0]]
    assert max(bar) - min(bar) == pytest.approx(0.2 * (low[1] - high[1]), abs=0.01)


def test_a_period_without_value_keeps_its_place() -> None:
    table = periods(5)
    table.loc[1, ["value", "lower", "upper", "reached", "n"]] = np.nan
    drawn = shares(table)
    assert len([w for w in svg.words(drawn) if w.endswith("/19")]) == 4
    assert svg.words(drawn).count("–") == 1
    assert "II 2021" in svg.words(drawn)
    assert svg.words(shares(periods(3).assign(value=np.nan))) == ["tidak ada periode dengan nilai"]


# Funnel -----------------------------------------------------------------------------------------------------------


def curves(overall: float = 3.0, largest: float = 3000, adjusted: bool = False) -> pd.DataFrame:
    """Normal limits of a percentage, the adjusted ones half as wide again."""
    sizes = np.linspace(30, largest, 120)
    error = np.sqrt(overall * (100 - overall) / sizes)
    table = pd.DataFrame({"denominator": sizes})
    for ending, share in (("", 1.0), ("_adjusted", 1.5))[: 2 if adjusted else 1]:
        for level, z in (("95", 1.96), ("998", 3.09)):
            table[f"lower{level}{ending}"] = np.maximum(overall - z * share * error, 0)
            table[f"upper{level}{ending}"] = overall + z * share * error
    return table


def facilities(count: int, seed: int = 1, far: float = 0.3) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    position = random.choice([INSIDE, BETWEEN, BEYOND], size=count, p=[0.9 - far, 0.1, far])
    return pd.DataFrame(
        {
            "name": [f"Puskesmas {i}" for i in range(count)],
            "denominator": random.uniform(100, 2800, count),
            "value": np.where(position == BEYOND, random.choice([0.4, 7.0], count), 3.0) + random.uniform(-0.3, 0.3, count),
            "position": position,
        }
    )  # fmt: skip


def funnel(table: pd.DataFrame, limits: pd.DataFrame | None = None, **changes: Any) -> str:
    arguments: dict[str, Any] = {
        "overall": 3.0, "overall_label": "gabungan 3,00", "unit": "RRNS, persen", "size_label": "rujukan", "target": 2.0,
        "target_label": "target ≤ 2 %",
    }  # fmt: skip
    return figures_funnel.funnel(table, curves() if limits is None else limits, **{**arguments, **changes})


GROUPS = {INSIDE: "fktp-di-dalam-95", BETWEEN: "fktp-antara-95-dan-998", BEYOND: "fktp-di-luar-998"}


@pytest.mark.parametrize("count", [5, 19, 35, 120])
@pytest.mark.parametrize("adjusted", [True, False])
def test_facilities_are_drawn_by_their_position(count: int, adjusted: bool) -> None:
    table = facilities(count)
    drawn = funnel(table, curves(adjusted=adjusted), simulated=True)
    for position, gid in GROUPS.items():
        # a half filled point is made of two halves
        halves = 2 if position == BETWEEN else 1
        assert len(svg.marks(drawn, gid)) == halves * int((table["position"] == position).sum())
    named = [w for w in svg.words(drawn) if w.startswith("Puskesmas")]
    beyond = set(table.loc[table["position"] == BEYOND, "name"])
    assert set(named) <= beyond
    assert len(named) <= 12
    (entry,) = [w for w in svg.words(drawn) if w.startswith("di luar batas 99,8 %")]
    left = len(beyond) - len(named)
    assert entry == f"di luar batas 99,8 % ({len(beyond)}" + (f", {left} tidak diberi nama)" if left else ")")
    assert svg.faults(drawn) == []


@pytest.mark.parametrize("seed", range(4))
def test_names_lie_on_no_point_and_no_other_name(seed: int) -> None:
    table = facilities(60, seed)
    drawn = funnel(table)
    marks = [place for gid in GROUPS.values() for place in svg.marks(drawn, gid)]
    names = [t for t in svg.texts(drawn) if t.words.startswith("Puskesmas")]
    assert len(names) >= 8
    assert not any(a.overlaps(b) for a, b in combinations(names, 2))
    for name in names:
        assert not any(name.left < x < name.right and name.top < y < name.bottom for x, y in marks)


def test_few_facilities_beyond_the_limits_are_all_named() -> None:
    table = facilities(19).assign(position=INSIDE, value=3.0)
    table.loc[[2, 7, 11], ["position", "value"]] = [BEYOND, 7.0]
    table.loc[2, "name"] = HOSTILE
    drawn = funnel(table)
    assert {HOSTILE, "Puskesmas 7", "Puskesmas 11"} <= set(svg.words(drawn))
    assert FORMULA_FONT not in drawn
    assert "di luar batas 99,8 % (3)" in svg.words(drawn)


def test_the_farthest_facilities_are_named_first() -> None:
    # in standard errors: 4 for the smallest facility, 9 for the largest; short names all find room
    table = facilities(20).assign(
        position=BEYOND, denominator=np.linspace(200, 2800, 20), name=list(string.ascii_uppercase[:20])
    )
    table["value"] = 3 + np.sqrt(3 * 97 / table["denominator"]) * np.linspace(4, 9, 20)
    named = [w for w in svg.words(funnel(table)) if len(w) == 1 and w.isalpha()]
    assert sorted(named) == list("IJKLMNOPQRST")


def test_adjusted_limits_are_the_main_ones() -> None:
    drawn = funnel(facilities(9), curves(adjusted=True))
    plain = funnel(facilities(9))
    assert "batas tanpa penyesuaian" in svg.words(drawn)
    assert "batas tanpa penyesuaian" not in svg.words(plain)
    middle = svg.path(drawn, "tengah")[0][0][1]
    main, faint = (svg.path(drawn, gid)[0][-1][1] for gid in ("batas-upper998", "tanpa-penyesuaian-upper998"))
    assert middle - main == pytest.approx(1.5 * (middle - faint), rel=0.01)
    assert svg.group(plain, "tanpa-penyesuaian-upper998") is None


def test_sizes_are_written_with_thousands_dots() -> None:
    assert {"0", "1.000", "2.000"} <= set(svg.words(funnel(facilities(19))))


def test_what_cannot_be_drawn_says_so_and_missing_values_are_left_out() -> None:
    table = facilities(5).astype({"value": "Float64", "denominator": "Float64"})
    table.loc[0, "value"] = pd.NA
    drawn = funnel(table.assign(position=INSIDE))
    assert len(svg.marks(drawn, GROUPS[INSIDE])) == 4
    reason = ["tidak ada FKTP dengan angka yang dapat digambar"]
    assert svg.words(funnel(table.assign(value=pd.NA))) == reason
    assert svg.words(funnel(table, curves().head(0))) == reason
    assert svg.words(funnel(table, overall=None)) == reason


# Placing names ----------------------------------------------------------------------------------------------------

AREA = Box(0, 0, 400, 200)


@pytest.mark.parametrize("seed", range(20))
def test_placed_labels_keep_clear_of_everything(seed: int) -> None:
    random = np.random.default_rng(seed)
    anchors = [
        (float(x), float(y)) for x, y in zip(random.uniform(5, 395, 25), random.uniform(5, 195, 25), strict=True)
    ]
    marks = [Box(x - 3, y - 3, x + 3, y + 3) for x, y in anchors]
    boxes = place_labels(anchors, [(60.0, 10.0)] * 25, AREA, marks, most=25)
    placed = [b for b in boxes if b is not None]
    assert len(placed) >= 15
    assert not any(a.overlaps(b) for a, b in combinations(placed, 2))
    assert not any(b.overlaps(m) for b in placed for m in marks)
    assert all(AREA.holds(b) for b in placed)


def test_a_label_stands_to_the_right_where_there_is_room_and_inside_at_the_edge() -> None:
    right, left = place_labels([(100, 50), (395, 150)], [(50.0, 10.0)] * 2, AREA, [])
    assert right is not None
    assert left is not None
    assert (right.left, right.right, right.bottom) == (104, 154, 45)
    assert left.right == 391


def test_a_label_leaves_a_line_free_where_it_can() -> None:
    line = np.column_stack([np.linspace(0, 400, 200), np.full(200, 50.0)])
    (box,) = place_labels([(100, 50)], [(50.0, 10.0)], AREA, [], line)
    assert box is not None
    assert box.count(line) == 0


def test_a_label_without_room_is_left_out_and_no_more_than_asked_are_placed() -> None:
    assert place_labels([(20, 5)], [(50.0, 10.0)], Box(0, 0, 40, 10), []) == [None]
    boxes = place_labels([(50, 20), (50, 100), (50, 180)], [(50.0, 10.0)] * 3, AREA, [], most=2)
    assert [b is None for b in boxes] == [False, False, True]


# All --------------------------------------------------------------------------------------------------------------


def test_the_same_tables_give_the_same_bytes() -> None:
    def draw() -> list[str]:
        return [
            chart(points(), events=EVENTS),
            funnel(facilities(35)),
            *small(monthly(5)),
            shares(periods(11)),
        ]

    assert draw() == draw()


def test_no_figure_holds_live_text_or_anything_from_outside() -> None:
    from analysis.document import tidy_svg

    table = facilities(5).assign(name=HOSTILE, position=BEYOND)
    for drawn in (chart(points(), events=EVENTS), funnel(table), shares(periods(4)), *small(monthly(2))):
        assert tidy_svg(drawn)[1] == []
        assert "<b>" not in drawn
