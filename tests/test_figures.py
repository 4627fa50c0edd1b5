"""Figures of the report: what is drawn, where panels begin, and that nothing is cut or covered."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import svg_reading as svg
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure

from analysis import figure_style as style
from analysis import figures
from analysis.fonts import font_files

HOSTILE = "Dr. $x_1$ <b> & “A--B”"


def rows(count: int, name: Callable[[int], str] = "Puskesmas {}".format) -> pd.DataFrame:
    after = np.linspace(0.5, 4, count)
    return pd.DataFrame(
        {
            "name": [name(i) for i in range(count)], "before": after + 0.4, "after": after, "lower": after - 0.3,
            "upper": after + 0.9, "on_target": pd.array(after <= 2, dtype="boolean"),
        }
    )  # fmt: skip


def facilities(table: pd.DataFrame, **changes: Any) -> list[str]:
    labels = {"pembanding": "Semester I 2025", "ini": "Semester I 2026"}
    arguments: dict[str, Any] = {"target": 2.0, "target_label": "target ≤ 2 %", "unit": "RRNS", "labels": labels}
    return figures.facilities(table, **{**arguments, **changes})


# Panels -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "most", "sizes"),
    [(0, 35, [0]), (1, 35, [1]), (35, 35, [35]), (36, 35, [18, 18]), (71, 35, [24, 23, 24]), (120, 35, [30] * 4)],
)
def test_panels_are_few_and_even(count: int, most: int, sizes: list[int]) -> None:
    parts = style.split_rows(count, most)
    assert [p.stop - p.start for p in parts] == sizes
    assert [i for p in parts for i in range(count)[p]] == list(range(count))


def test_label_of_a_panel() -> None:
    assert [style.part_label(1, 1), style.part_label(1, 3), style.part_label(3, 3)] == [
        "", "bagian 1 dari 3", "bagian 3 dari 3",
    ]  # fmt: skip


@pytest.mark.parametrize(("count", "panels"), [(1, 1), (5, 1), (19, 1), (35, 1), (36, 2), (120, 4)])
def test_every_facility_stands_in_one_panel(count: int, panels: int) -> None:
    drawn = facilities(rows(count), simulated=True)
    assert len(drawn) == panels
    names = [w for d in drawn for w in svg.words(d) if w.startswith("Puskesmas")]
    assert names == [f"Puskesmas {i}" for i in range(count)]
    assert sum(len(svg.marks(d, "memenuhi")) + len(svg.marks(d, "belum")) for d in drawn) == count
    for number, one in enumerate(drawn, 1):
        assert (f"bagian {number} dari {panels}" in svg.words(one)) == (panels > 1)
        assert svg.faults(one) == []


@pytest.mark.parametrize("count", [201, 600])
def test_more_facilities_than_can_be_named_stand_in_one_figure(count: int) -> None:
    table = rows(count)
    (drawn,) = facilities(table, simulated=True)
    assert not [w for w in svg.words(drawn) if w.startswith("Puskesmas")]
    reached = int(table["on_target"].sum())
    assert [len(svg.marks(drawn, g)) for g in ("memenuhi", "belum", "pembanding")] == [reached, count - reached, count]
    assert svg.faults(drawn) == []
    assert len(drawn) < 300_000


def test_scores_of_very_many_facilities_are_counted_by_month() -> None:
    months = pd.period_range("2026-01", periods=2, freq="M")
    # January: 100 at 1.0, 60 at 2.9, 40 at 4.0; February: 1.9 for 1, the other 199 not judged
    january, february = [10] * 100 + [29] * 60 + [40] * 40, [19] + [pd.NA] * 199
    scores = pd.DataFrame(dict(zip(months, (january, february), strict=True)), dtype="Int64")
    drawn = figures.score_shares(scores, simulated=True)
    words = svg.words(drawn)
    assert [w for w in words if "(" in w] == ["100 (50,0 %)", "60 (30,0 %)", "40 (20,0 %)", "199 (99,5 %)"]
    assert {"nilai 1,0–1,9", "nilai 4,0", "tidak dinilai", "Januari 2026", "Februari 2026"} <= set(words)
    assert svg.faults(drawn) == []
    assert "tidak dinilai" not in svg.words(figures.score_shares(scores[months[:1]]))


def test_panels_have_one_scale_in_value_and_in_width() -> None:
    table = rows(70, lambda i: "Nama yang sangat panjang sekali" if i == 69 else "A")
    first, second = facilities(table)
    at = [next(t.left for t in svg.texts(one) if t.words == "target ≤ 2 %") for one in (first, second)]
    assert at[0] == pytest.approx(at[1], abs=1)
    ticks = [
        [(t.words, round(t.left)) for t in svg.texts(d) if t.words in ("0,0", "2,0", "4,0")] for d in (first, second)
    ]
    assert ticks[0] == ticks[1]
    assert len(ticks[0]) == 3


def test_marks_say_on_which_side_of_the_target_a_facility_is() -> None:
    table = rows(6)
    table.loc[0, ["after", "on_target"]] = pd.NA
    (drawn,) = facilities(table)
    reached = int(table["on_target"].fillna(False).sum())
    assert len(svg.marks(drawn, "memenuhi")) == reached
    assert len(svg.marks(drawn, "belum")) == 5 - reached
    assert len(svg.marks(drawn, "pembanding")) == 6


def test_facilities_without_values_say_so() -> None:
    table = rows(3)
    table[["before", "after", "lower", "upper"]] = np.nan
    assert svg.words(facilities(table)[0]) == ["tidak ada FKTP dengan nilai"]


@pytest.mark.parametrize(("count", "panels"), [(5, 1), (30, 1), (35, 2), (120, 4)])
def test_score_map_holds_every_cell(count: int, panels: int) -> None:
    months = pd.period_range("2026-01", periods=6, freq="M")
    index = pd.Index([f"P{i}" for i in range(count)])
    scores = pd.DataFrame(40, index=index, columns=months).astype("Int64")
    percents = scores * 25
    scores.iloc[0, 0], percents.iloc[0, 1] = pd.NA, 975
    drawn = figures.score_map(scores, percents)
    assert len(drawn) == panels
    gids = ("nilai-40", "persen-1000", "persen-975", "tanpa-nilai")
    cells = {gid: sum(len(svg.marks(d, gid)) for d in drawn) for gid in gids}
    assert cells == {"nilai-40": count * 6 - 1, "persen-1000": count * 6 - 2, "persen-975": 1, "tanpa-nilai": 1}
    name = next(t for t in svg.texts(drawn[0]) if t.words == "P0")
    (missing,), (lower,) = (svg.marks(drawn[0], gid) for gid in ("tanpa-nilai", "persen-975"))
    assert [missing[1], lower[1]] == pytest.approx([(name.top + name.bottom) / 2] * 2, abs=2)
    # the score stands to the left of its percent
    score = next(x for x, y in svg.marks(drawn[0], "nilai-40") if y == lower[1])
    assert missing[0] < score < lower[0] - 10
    assert [f for d in drawn for f in svg.faults(d)] == []


@pytest.mark.parametrize(("count", "panels"), [(5, 1), (35, 1), (36, 2), (120, 4)])
def test_completeness_map_marks_every_doubtful_cell(count: int, panels: int) -> None:
    months = pd.period_range("2026-01", periods=12, freq="M")
    states = pd.DataFrame("lengkap", index=[f"P{i}" for i in range(count)], columns=months)
    states.iloc[count - 1, :3] = ["sebagian", "kosong", "tidak ada"]
    drawn = figures.completeness_map(states, simulated=True)
    assert len(drawn) == panels
    marks = {gid: [m for d in drawn for m in svg.marks(d, gid)] for gid in ("sebagian", "kosong", "tidak-ada")}
    assert [len(m) for m in marks.values()] == [1, 1, 1]
    across = [x for ((x, _),) in marks.values()]
    assert across == sorted(across)
    name = next(t for t in svg.texts(drawn[-1]) if t.words == f"P{count - 1}")
    assert [y for ((_, y),) in marks.values()] == pytest.approx([(name.top + name.bottom) / 2] * 3, abs=2)
    assert [f for d in drawn for f in svg.faults(d)] == []


def test_words_in_a_cell_are_as_wide_as_their_letters_and_in_its_middle() -> None:
    months = pd.period_range("2026-01", periods=6, freq="M")
    one = pd.DataFrame(40, index=["P"], columns=months).astype("Int64")
    (drawn,) = figures.score_map(one, one * 25)
    for gid, words in (("nilai-40", "4,0"), ("persen-1000", "(100 %)")):
        found = svg.group(drawn, gid)
        assert found is not None
        form = next(found.iter(f"{svg.SVG}path")).attrib["d"]
        across = [float(x) for x in re.findall(r"([-\d.]+) [-\d.]+", form)]
        assert max(across) - min(across) == pytest.approx(style.text_width(words, style.SMALL), abs=2)
        assert max(across) == pytest.approx(-min(across), abs=1)


def test_no_figure_is_higher_than_a_page() -> None:
    # text area of the PDF: 297 mm less 28 mm and 22 mm, 168 of 177.8 mm wide; a caption of five lines needs 25 mm
    months = pd.period_range("2026-01", periods=6, freq="M")
    scores = pd.DataFrame(40, index=[f"P{i}" for i in range(120)], columns=months).astype("Int64")
    maps = [d for n in (30, 35, 120) for d in figures.score_map(scores.head(n), scores.head(n))]
    for drawn in (*maps, *facilities(rows(120)), *facilities(rows(35))):
        millimetres = svg.size(drawn)[1] / 72 * 25.4 * 168 / 177.8
        assert millimetres <= 297 - 28 - 22 - 25


# Texts ------------------------------------------------------------------------------------------------------------


def test_a_name_is_text_and_never_a_formula() -> None:
    (drawn,) = facilities(rows(3, lambda i: HOSTILE if i == 1 else f"A{i}"))
    assert HOSTILE in svg.words(drawn)
    assert "DejaVu" not in drawn  # the font of formulas
    assert "<b>" not in drawn
    assert "<text" not in drawn


def test_the_same_table_gives_the_same_bytes() -> None:
    table = rows(40)
    assert facilities(table, simulated=True) == facilities(table, simulated=True)


def test_width_of_a_text_is_the_sum_of_its_letters() -> None:
    font = TTFont(next(f for f in font_files() if f.name == "SourceSansPro-Regular.ttf"))
    letters, advances, unit = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    text = "Balai Karangan 3"
    expected = sum(advances[letters[ord(c)]][0] for c in text) / unit * 9
    # pairs of letters are moved a little
    assert style.text_width(text, 9) == pytest.approx(expected, rel=0.03)


def test_a_text_is_cut_only_where_it_is_too_wide() -> None:
    assert style.shortened("Meliau", 8, 100) == "Meliau"
    cut = style.shortened("Klinik Pratama Kapuas Medika", 8, 60)
    assert cut.endswith("…")
    assert style.text_width(cut, 8) <= 60 < style.text_width("Klinik Pratama Kapuas Medika", 8)


@pytest.mark.parametrize(
    ("wanted", "gap", "ends", "expected"),
    [
        ([0, 100], 10, (-np.inf, np.inf), [0, 100]),
        ([50, 50], 10, (-np.inf, np.inf), [45, 55]),
        ([52, 50, 0], 10, (-np.inf, np.inf), [56, 46, 0]),  # 50 and 52 keep their mean, 51
        ([99, 98, 97], 10, (0, 100), [100, 90, 80]),
        ([1, 2], 10, (0, 100), [0, 10]),
        ([], 10, (0, 100), []),
    ],
)
def test_spread(wanted: list[float], gap: float, ends: tuple[float, float], expected: list[float]) -> None:
    assert style.spread(wanted, gap, *ends) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ([1, 10], 0, 10.6),
        ([90, 100], 89.4, 100.6),
        ([-1, 1], -1.12, 1.12),
        ([5, 5], 4.7, 5.3),
        ([0, 0], 0, 1),
        ([np.nan], 0, 1),
    ],
)
def test_range_of_an_axis(values: list[float], low: float, high: float) -> None:
    assert style.value_range(values) == pytest.approx((low, high))


def test_lonely_values() -> None:
    values = np.array([1, np.nan, 2, np.nan, 3, 4, np.nan, 5])
    assert style.lonely(values).tolist() == [True, False, True, False, False, False, False, True]


def test_words_kept_from_other_figures_are_drawn_as_matplotlib_draws_them() -> None:
    def drawn(write: Callable[[Figure], str]) -> list[str]:
        texts = []
        for weight in ("normal", "bold"):
            with style.canvas(2.0, simulated=True) as (figure, axes):
                style.place(axes, left=30, below=20, above=20)
                axes.set_xticks([0, 1], ["Tayan Hilir", "$x$ é fi AV"])
                axes.text(0.2, 0.3, "Tayan Hilir", weight=weight, rotation=30)
                axes.text(0.2, 0.6, "Tayan Hilir", size=6, style="italic")
                axes.imshow([[0, 1], [2, 3]])
                texts.append(write(figure))
        return texts

    def by_matplotlib(figure: Figure) -> str:
        buffer = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(buffer, format="svg", metadata=nothing)
        return buffer.getvalue()

    expected = drawn(by_matplotlib)
    for _ in range(2):
        assert drawn(style.svg_text) == expected
