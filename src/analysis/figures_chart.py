"""Figures of the monthly charts: one series with its limits, all facilities side by side, shares over periods."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis import formats as fmt
from analysis.figure_style import (
    BLUE,
    EDGE,
    GREY,
    INK,
    LABEL_PAD,
    LEGEND_SIZE,
    MUTED,
    ORANGE,
    POINTS_PER_INCH,
    SIZE,
    SMALL,
    SPAN_FILL,
    TARGET_DASH,
    TICK_LENGTH,
    TICK_PAD,
    WIDTH,
    Event,
    Floats,
    SideLabel,
    canvas,
    empty_figure,
    event_lines,
    legend_room,
    lonely,
    mark_sheet,
    month_axis,
    numbers,
    part_label,
    place,
    set_layout,
    shade_span,
    sheet,
    shortened,
    side_labels,
    side_room,
    size_of,
    split_rows,
    svg_text,
    title_room,
    value_axis,
    value_range,
    widest,
)
from analysis.spc import BETTER, COMMON, ONE_SIDE, OUTSIDE, TREND, TWO_OF_THREE, WORSE


@dataclass(frozen=True)
class Look:
    """How a kind of points is drawn: marker, area in square points, colours, name for readers, name of its group."""

    marker: str
    area: float
    fill: str
    edge: str
    name: str
    gid: str

    def draw(self, axes: Axes, x: Floats, y: Floats, *, gid: str = "", share: float = 1.0, zorder: float = 3) -> None:
        """Draw points; gid: name of the group, default the look's own; share: of the area."""
        # not clipped: half a marker at the edge would look like another one
        axes.scatter(
            x, y, marker=self.marker, s=self.area * share, facecolor=self.fill, edgecolor=self.edge, lw=0.8,
            zorder=zorder, gid=gid or self.gid, clip_on=False,
        )  # fmt: skip

    def handle(self, *, label: str = "", share: float = 1.0, line: str = "", width: float = 1.0) -> Line2D:
        """Return the entry of the legend; label: default the look's name; line: colour of a line through it."""
        return Line2D(
            [], [], ls="-" if line else "", color=line or self.edge, lw=width, marker=self.marker,
            markersize=math.sqrt(self.area * share), markerfacecolor=self.fill, markeredgecolor=self.edge,
            markeredgewidth=0.8, label=label or self.name,
        )  # fmt: skip


NO_GRADE = ""
LEGEND_ORDER = (BETTER, WORSE, COMMON, NO_GRADE)
LOOKS = {
    NO_GRADE: Look("o", 9, "white", GREY, "tidak dinilai", "tidak-dinilai"),
    COMMON: Look("o", 12, GREY, GREY, "variasi biasa", "biasa"),
    BETTER: Look("o", 34, BLUE, BLUE, "tanda perbaikan", "perbaikan"),
    WORSE: Look("D", 30, ORANGE, ORANGE, "tanda penurunan mutu", "penurunan-mutu"),
}
"""Grade of a point to its look, in the order of drawing."""
RULE_LETTERS = {OUTSIDE: "L", TREND: "T", TWO_OF_THREE: "D", ONE_SIDE: "S"}
LETTER_STRIP = 13.0
"""Height in points of the strip with the letters of the rules, above all values."""
CHART_HEIGHT = 3.3
TRIAL_DASH = (0, (3, 2))
COLUMNS_OF_SMALL = 3
MOST_SMALL = 30
"""Most facilities in one figure of small multiples."""
MOST_UPRIGHT = 14
"""Most periods whose names and counts have room side by side."""
SPARK, LAST = 0.2, 0.5
"""Areas of the marks in small multiples as shares of those in a chart."""
ROW_OF_SMALL = 0.76
"""Height of a row of small multiples in inches."""


def chart(
    points: pd.DataFrame,
    *,
    unit: str,
    decimals: int,
    target: float | None = None,
    target_label: str = "target",
    span: tuple[pd.Period, pd.Period] | None = None,
    events: Sequence[Event] = (),
    simulated: bool = False,
) -> str:
    """Return the monthly chart of a series with mean, natural limits and the marks of special causes.

    points: columns month (Period), value, lower, upper, mean, grade ('perbaikan', 'penurunan mutu', 'biasa', '' where
    not judged), rule, phase, trial; one row per month at most, in any order. Months without row or value leave a gap.
    Limits and mean are steps, which end where the phase ends; limits from few months (trial) are dashed.
    unit: on the axis. decimals: of the numbers beside the lines. target: unit of the values; default none.
    span: first and last month to shade, the reported period; default none. events: dotted lines with labels.
    Reference: NHS England, Making Data Count (the look: grey, blue for improvement, orange for concern).
    """
    if points.empty or points["value"].notna().sum() == 0:
        return empty_figure("tidak ada bulan dengan nilai", simulated)
    months = pd.period_range(points["month"].min(), points["month"].max(), freq="M")
    table = points.set_index("month").reindex(months)
    ruled = table["rule"].fillna("").ne("").any()
    with canvas(CHART_HEIGHT, simulated) as (figure, axes):
        if span is not None:
            shade_span(axes, months, *span, SPAN_FILL["ini"])
        trial = _limit_lines(axes, table)
        _points(axes, table)
        labels = _line_labels(table, decimals)
        if target is not None:
            axes.axhline(target, color=ORANGE, lw=1.5, ls=TARGET_DASH, zorder=1.8, gid="target")
            labels.append(SideLabel(target, target_label, ORANGE))
        month_axis(axes, months)
        if ruled:
            axes.set_xlabel(_rule_key(table), fontsize=SMALL, color=MUTED)
        known = [*table["value"], *table["lower"], *table["upper"], *table["mean"]]
        ends = value_range([*known, *([] if target is None else [target])])
        around = {
            "left": value_axis(axes, *ends, unit),
            "below": TICK_LENGTH + TICK_PAD + SIZE,
            "right": side_room(labels),
            "legend": _legend(figure, table, trial=trial, target=target is not None, span=span is not None),
        }
        place(axes, above=title_room(axes), **around)
        words_above = event_lines(axes, events, months)
        place(axes, above=words_above + title_room(axes), **around)
        if ruled:
            _rule_letters(axes, table, ends)
        side_labels(axes, labels)
        return svg_text(figure)


def _limit_lines(axes: Axes, table: pd.DataFrame) -> set[bool]:
    """Draw mean and limits in steps of one month and return which kinds (trial or not) there are."""
    kinds: set[bool] = set()
    for number, part in enumerate(_stretches(table)):
        trial = bool(part["trial"].iloc[0])
        kinds.add(trial)
        start = table.index.get_loc(part.index[0])
        edges = np.arange(start, start + len(part) + 1) - 0.5
        for column, colour, width in (("mean", INK, 0.9), ("lower", MUTED, 0.9), ("upper", MUTED, 0.9)):
            heights = numbers(part[column])
            # a limit of all months of a phase alike holds in its months without value, too
            if len(set(heights[~np.isnan(heights)])) == 1:
                heights = np.full(len(part), heights[~np.isnan(heights)][0])
            axes.stairs(
                heights, edges, baseline=None, color=colour, lw=width, zorder=1.6,
                ls=TRIAL_DASH if trial and column != "mean" else "-", gid=f"{column}-{number}",
            )  # fmt: skip
    return kinds


def _stretches(table: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the months of each phase that has limits, from its first to its last month with a mean."""
    limited = table[table["mean"].notna()]
    return [table.loc[own.index[0] : own.index[-1]] for _, own in limited.groupby("phase", sort=True)]


def _points(axes: Axes, table: pd.DataFrame) -> None:
    values = numbers(table["value"])
    x = np.arange(len(table))
    axes.plot(x, values, color=MUTED, lw=1.0, zorder=2, gid="garis")
    grades = table["grade"].fillna(NO_GRADE)
    for grade, look in LOOKS.items():
        own = (grades == grade).to_numpy() & ~np.isnan(values)
        look.draw(axes, x[own], values[own])


def _line_labels(table: pd.DataFrame, decimals: int) -> list[SideLabel]:
    """The numbers of the last month with limits."""
    names = {"upper": ("batas atas", MUTED), "mean": ("rata-rata", INK), "lower": ("batas bawah", MUTED)}
    labels = []
    for column, (name, colour) in names.items():
        known = table[column].dropna()
        if len(known):
            value = float(known.iloc[-1])
            labels.append(SideLabel(value, f"{name} {fmt.number(value, decimals)}", colour))
    return labels


def _rule_letters(axes: Axes, table: pd.DataFrame, ends: tuple[float, float]) -> None:
    """Write the letter of each marked month into a strip above all values."""
    height = size_of(axes)[1]
    low, high = ends
    axes.set_ylim(low, low + (high - low) * height / (height - LETTER_STRIP))
    for i, rule in enumerate(table["rule"].fillna("")):
        if rule:
            axes.annotate(
                RULE_LETTERS.get(rule, rule[0].upper()), (i, 1), xycoords=("data", "axes fraction"), xytext=(0, -2),
                textcoords="offset points", ha="center", va="top", fontsize=6.5 if len(table) > 36 else SMALL,
            )  # fmt: skip


def _rule_key(table: pd.DataFrame) -> str:
    present = set(table["rule"].dropna())
    return ", ".join(f"{letter} = {rule}" for rule, letter in RULE_LETTERS.items() if rule in present)


def _legend(figure: Figure, table: pd.DataFrame, *, trial: set[bool], target: bool, span: bool) -> float:
    """Draw the legend and return its height in points."""
    grades = set(table.loc[table["value"].notna(), "grade"].fillna(NO_GRADE))
    shown = [g for g in LEGEND_ORDER if g in grades or (g != NO_GRADE and trial)]
    handles: list[Any] = [LOOKS[g].handle(line=MUTED) for g in shown]
    if trial:
        handles.append(Line2D([], [], color=INK, lw=0.9, label="rata-rata"))
    if False in trial:
        handles.append(Line2D([], [], color=MUTED, lw=0.9, label="batas alami"))
    if True in trial:
        handles.append(Line2D([], [], color=MUTED, lw=0.9, ls=TRIAL_DASH, label="batas sementara"))
    if target:
        handles.append(Line2D([], [], color=ORANGE, lw=1.5, ls=TARGET_DASH, label="target"))
    if span:
        handles.append(Patch(facecolor=SPAN_FILL["ini"], label="periode laporan"))
    columns = min(4, len(handles))
    figure.legend(handles=handles, loc="outside lower center", ncols=columns, frameon=False, fontsize=LEGEND_SIZE)
    return legend_room(len(handles), columns)


# Small multiples --------------------------------------------------------------------------------------------------


def small_multiples(
    monthly: pd.DataFrame,
    *,
    target: float,
    target_label: str,
    unit: str,
    decimals: int,
    span: tuple[pd.Period, pd.Period] | None = None,
    simulated: bool = False,
) -> list[str]:
    """Return the monthly line of every facility in a grid, all with the same scale, 30 facilities a figure at most.

    monthly: columns facility_code, name, month (Period), value, on_target, and, if known, grade (as in ``chart``;
    marked months are drawn as there); facilities in the order in which their codes first stand.
    The last value stands beside its point: a circle where it reaches the target, a diamond where it does not.
    decimals: of the last values. span: months to shade, as in ``chart``.
    """
    known = monthly.dropna(subset=["value"])
    if known.empty:
        return [empty_figure("tidak ada bulan dengan nilai", simulated)]
    months = pd.period_range(monthly["month"].min(), monthly["month"].max(), freq="M")
    codes = list(dict.fromkeys(monthly["facility_code"]))
    ends = value_range([*known["value"], target], room=0.1)
    by_code = dict(iter(monthly.groupby("facility_code", sort=False)))
    parts = split_rows(len(codes), MOST_SMALL)
    figures = []
    for number, part in enumerate(parts, 1):
        own = codes[part]
        rows = -(-len(own) // COLUMNS_OF_SMALL)
        with sheet(0.75 + ROW_OF_SMALL * rows) as figure:
            grid = figure.subplots(rows, COLUMNS_OF_SMALL, sharex=True, sharey=True, squeeze=False)
            set_layout(figure, h_pad=0.025, hspace=0)
            mark_sheet(figure, part_label(number, len(parts)), simulated)
            for cell, axes in enumerate(grid.flat):
                if cell >= len(own):
                    axes.set_axis_off()
                    continue
                _spark(axes, by_code[own[cell]], months, target=target, decimals=decimals, place=cell)
                if span is not None:
                    shade_span(axes, months, *span, SPAN_FILL["ini"])
            _small_axes(grid, months, ends, unit, len(own))
            _small_legend(figure, known, target_label, span is not None)
            figures.append(svg_text(figure))
    return figures


def _spark(axes: Axes, rows: pd.DataFrame, months: pd.PeriodIndex, *, target: float, decimals: int, place: int) -> None:
    table = rows.set_index("month").reindex(months)
    values = numbers(table["value"])
    x = np.arange(len(months))
    axes.axhline(target, color=ORANGE, lw=0.9, ls=TARGET_DASH, zorder=1.8)
    axes.plot(x, values, color=MUTED, lw=0.8, zorder=2, gid=f"garis-{place}")
    alone = lonely(values)
    axes.plot(x[alone], values[alone], ls="", marker="o", markersize=1.8, color=MUTED, zorder=2)
    if "grade" in table:
        for grade in (BETTER, WORSE):
            own = (table["grade"].fillna(NO_GRADE) == grade).to_numpy() & ~np.isnan(values)
            LOOKS[grade].draw(axes, x[own], values[own], gid=f"{LOOKS[grade].gid}-{place}", share=SPARK, zorder=2.5)
    name = str(rows["name"].iloc[0])
    axes.set_title(shortened(name, SMALL, _small_width()), loc="left", fontsize=SMALL, pad=2, gid=f"nama-{place}")
    filled = np.flatnonzero(~np.isnan(values))
    if not len(filled):
        return
    last = int(filled[-1])
    reached = table["on_target"].iloc[last]
    look = LOOKS[NO_GRADE if pd.isna(reached) else BETTER if reached else WORSE]
    look.draw(axes, np.array([float(last)]), values[[last]], gid=f"akhir-{place}", share=LAST)
    axes.annotate(
        fmt.number(values[last], decimals), (last, values[last]), xytext=(4, 0), textcoords="offset points",
        fontsize=SMALL, va="center", annotation_clip=False,
    )  # fmt: skip


def _small_axes(grid: Any, months: pd.PeriodIndex, ends: tuple[float, float], unit: str, count: int) -> None:
    long = len(months) > 24
    ticks = [i for i, m in enumerate(months) if m.month == 1 or (not long and m.month == 7)]
    words = [str(months[i].year) if long else fmt.month_short(months[i]) for i in ticks]
    for number, axes in enumerate(grid.flat[:count]):
        value_axis(axes, *ends, "", steps=3)
        axes.set_xlim(-0.5, len(months) - 0.5)
        axes.set_xticks(ticks, words, fontsize=7)
        axes.tick_params(labelbottom=number + COLUMNS_OF_SMALL >= count, labelsize=7, length=2)
    grid.flat[0].figure.supylabel(unit, fontsize=SMALL)


def _small_legend(figure: Figure, rows: pd.DataFrame, target_label: str, span: bool) -> None:
    handles: list[Any] = [
        LOOKS[BETTER].handle(share=LAST, label="bulan terakhir memenuhi target"),
        LOOKS[WORSE].handle(share=LAST, label="bulan terakhir belum memenuhi"),
    ]
    grades = set(rows["grade"].dropna()) if "grade" in rows else set()
    handles += [LOOKS[g].handle(share=SPARK) for g in (BETTER, WORSE) if g in grades]
    handles.append(Line2D([], [], color=ORANGE, lw=0.9, ls=TARGET_DASH, label=target_label))
    if span:
        handles.append(Patch(facecolor=SPAN_FILL["ini"], label="periode laporan"))
    figure.legend(
        handles=handles, loc="outside lower center", ncols=min(4, len(handles)) if len(handles) != 5 else 3,
        frameon=False, fontsize=SMALL, handletextpad=0.3,
    )  # fmt: skip


def _small_width() -> float:
    """Width in points that a name has above its small figure."""
    return (WIDTH * POINTS_PER_INCH - 50) / COLUMNS_OF_SMALL - 6


# Shares over periods ----------------------------------------------------------------------------------------------


def shares_over_periods(
    periods: pd.DataFrame, *, unit: str, labels: dict[str, str], interval_label: str = "interval 95 %",
    simulated: bool = False,
) -> str:  # fmt: skip
    """Return the share of facilities on target over ordered periods, each with its interval and its counts.

    periods: columns label (short name of the period), reached, n, value, lower, upper (shares, 0 to 1) and span
    ('ini', 'pembanding' or ''); in the order of time. A period without value keeps its place with a dash.
    unit: on the axis, for example 'persen puskesmas memenuhi target'. labels: 'pembanding' and 'ini' to the names of
    the two periods that are highlighted, as in the figure of the facilities: open and filled.
    """
    values, lower, upper = (numbers(periods[c]) * 100 for c in ("value", "lower", "upper"))
    if np.isnan(values).all():
        return empty_figure("tidak ada periode dengan nilai", simulated)
    looks = {
        "": Look("o", 20, GREY, GREY, "periode lain", "periode-lain"),
        "pembanding": Look("o", 34, "white", INK, labels["pembanding"], "periode-pembanding"),
        "ini": Look("o", 38, BLUE, BLUE, labels["ini"], "periode-ini"),
    }
    spans = periods["span"].fillna("").to_numpy()
    x = np.arange(len(periods))
    with canvas(2.9, simulated) as (figure, axes):
        for span, colour in SPAN_FILL.items():
            for i in np.flatnonzero(spans == span):
                axes.axvspan(i - 0.5, i + 0.5, color=colour, lw=0, zorder=0)
        axes.vlines(x, lower, upper, color=[looks[span].edge for span in spans], lw=1.4, zorder=2, gid="interval")
        for span, look in looks.items():
            own = (spans == span) & ~np.isnan(values)
            look.draw(axes, x[own], values[own])
        axes.set_xlim(-0.5, len(periods) - 0.5)
        turned = len(periods) > MOST_UPRIGHT
        names = [str(v) for v in periods["label"]]
        axes.set_xticks(x, names, rotation=90 if turned else 0)
        axes.tick_params(axis="x", length=0, bottom=False)
        left = value_axis(axes, 0, 100, unit)
        axes.set_ylim(-2, 130 if turned else 113)
        _counts(axes, periods, values, upper, turned=turned)
        handles = [looks[span].handle() for span in ("ini", "pembanding", "") if span in set(spans)]
        handles.append(Line2D([], [], color=GREY, lw=1.4, label=interval_label))
        figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False, fontsize=LEGEND_SIZE)
        place(
            axes, left=left, below=TICK_PAD + (widest(names, SIZE) if turned else SIZE), above=title_room(axes),
            right=0 if turned else _beyond(names, left), legend=legend_room(len(handles), 4),
        )  # fmt: skip
        return svg_text(figure)


def _beyond(names: Sequence[str], left: float) -> float:
    """Return how far the last of upright names reaches beyond the axes, in points; left: room beside the axes."""
    place_of_one = (WIDTH * POINTS_PER_INCH - left - SIZE - LABEL_PAD - 2 * EDGE) / len(names)
    return max(0.0, (widest(names[-1:], SIZE) - place_of_one) / 2)


def _counts(axes: Axes, periods: pd.DataFrame, values: Floats, upper: Floats, *, turned: bool) -> None:
    """Write '12/19' above each interval; turned where the periods stand close together."""
    for i, (reached, n) in enumerate(zip(periods["reached"], periods["n"], strict=True)):
        if np.isnan(values[i]):
            axes.text(i, 0, fmt.MISSING, ha="center", va="bottom", color=MUTED)
            continue
        axes.annotate(
            f"{fmt.number(reached)}/{fmt.number(n)}", (i, np.fmax(values[i], upper[i])), xytext=(0, 5),
            textcoords="offset points", ha="center", va="bottom", fontsize=SMALL, rotation=90 if turned else 0,
        )  # fmt: skip
