"""Figure of the funnel: facilities by size around the overall ratio, those beyond the outer limits named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from analysis import formats as fmt
from analysis.figure_style import (
    BLUE,
    INK,
    LEGEND_SIZE,
    LINE_HEIGHT,
    MUTED,
    ORANGE,
    SIZE,
    SMALL,
    TARGET_DASH,
    TICK_LENGTH,
    TICK_PAD,
    Floats,
    SideLabel,
    canvas,
    empty_figure,
    legend_room,
    number_ticks,
    numbers,
    place,
    shortened,
    side_labels,
    side_room,
    size_of,
    svg_text,
    text_width,
    title_room,
    value_axis,
    value_range,
)
from analysis.funnel import BETWEEN, BEYOND, INSIDE

MOST_NAMES = 12
"""Most facilities that are named in the figure."""
FUNNEL_HEIGHT = 4.2
MARKER = 5.5
"""Diameter of a point in points."""
FAINT = "#b4b4b4"
WIDEST_NAME = 110.0
CURVES = {"lower95": 0.8, "upper95": 0.8, "lower998": 1.5, "upper998": 1.5}
"""Limits and the width of their lines."""
ADJUSTED = "_adjusted"
LEGEND_COLUMNS = 3
FILLS = {
    INSIDE: ("none", "di dalam batas 95 %"),
    BETWEEN: ("left", "antara batas 95 dan 99,8 %"),
    BEYOND: ("full", "di luar batas 99,8 %"),
}
"""Position of a facility to the filling of its point and its words in the legend."""
RADII = (4.0, 8.0, 13.0, 19.0, 26.0, 34.0, 44.0, 56.0)
DIRECTIONS = ((1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1), (0, 1), (0, -1))
"""Where a name may stand beside its point, the preferred places first."""
COVERED, DOUBTFUL = 8.0, 12.0
"""What speaks against a place on a line (for each 3 points of it) and near another point, in points of distance."""


@dataclass(frozen=True)
class Box:
    """A rectangle in points, the origin at the lower left."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Box) -> bool:
        """Whether the two have a common area."""
        across = self.left < other.right and other.left < self.right
        return across and self.bottom < other.top and other.bottom < self.top

    def holds(self, other: Box) -> bool:
        """Whether the other one lies inside."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.bottom <= other.bottom and other.top <= self.top

    def count(self, places: Floats) -> int:
        """Return how many places (rows x, y) lie inside."""
        x, y = places[:, 0], places[:, 1]
        return int(((x > self.left) & (x < self.right) & (y > self.bottom) & (y < self.top)).sum())


def funnel(
    points: pd.DataFrame,
    curves: pd.DataFrame,
    *,
    overall: float | None,
    overall_label: str,
    unit: str,
    size_label: str,
    target: float | None = None,
    target_label: str = "target",
    simulated: bool = False,
) -> str:
    """Return the funnel plot of facilities.

    points: columns name, denominator, value, position ('di dalam 95', 'antara 95 dan 99,8', 'di luar 99,8': against
    the main limits). Rows without value or denominator are left out.
    curves: columns denominator, lower95, upper95, lower998, upper998 and, where limits adjusted for overdispersion
    are given, the same with the ending _adjusted: those are then the main limits and the others drawn faintly.
    overall, target: unit of the values. overall_label, target_label: words beside their lines. unit: of the values.
    size_label: what the denominator counts, for example 'rujukan'.
    Facilities beyond the 99,8 % limits are named, the farthest first, at most 12, as far as names find room; the legend
    says how many are not named. The text in the names is never read as a formula.
    Reference: Spiegelhalter (2005), Stat Med 24:1185-1202.
    """
    known = points.dropna(subset=["value", "denominator"]).reset_index(drop=True)
    if known.empty or curves.empty or overall is None or pd.isna(overall):
        return empty_figure("tidak ada FKTP dengan angka yang dapat digambar", simulated)
    known = known.assign(denominator=numbers(known["denominator"]), value=numbers(known["value"]))
    adjusted = f"lower998{ADJUSTED}" in curves and bool(curves[f"lower998{ADJUSTED}"].notna().any())
    main = ADJUSTED if adjusted else ""
    curves = curves.sort_values("denominator")
    with canvas(FUNNEL_HEIGHT, simulated) as (figure, axes):
        if adjusted:
            _limits(axes, curves, "", FAINT, "tanpa-penyesuaian")
        _limits(axes, curves, main, MUTED, "batas")
        axes.axhline(overall, color=INK, lw=0.9, zorder=1.7, gid="tengah")
        labels = [SideLabel(overall, overall_label, INK)]
        if target is not None:
            axes.axhline(target, color=ORANGE, lw=1.5, ls=TARGET_DASH, zorder=1.8, gid="target")
            labels.append(SideLabel(target, target_label, ORANGE))
        levels = [label.value for label in labels]
        for position, (fill, _) in FILLS.items():
            own = known[known["position"] == position]
            axes.plot(own["denominator"], own["value"], zorder=3, gid=_gid(position), **_look(fill))
        left = _scales(axes, known, curves, main, levels)
        axes.set(xlabel=size_label, ylabel=unit)
        legend = _legend(figure, known, adjusted=adjusted, target=target is not None)
        place(
            axes, left=left, below=TICK_LENGTH + TICK_PAD + SIZE, above=title_room(axes), right=side_room(labels),
            legend=legend_room(len(legend.get_texts()), LEGEND_COLUMNS),
        )  # fmt: skip
        side_labels(axes, labels)
        named = _names(axes, known, _outlines(curves, main, levels))
        beyond = int((known["position"] == BEYOND).sum())
        if named < beyond:
            rest = fmt.number(beyond - named)
            legend.get_texts()[0].set_text(f"{FILLS[BEYOND][1]} ({fmt.number(beyond)}, {rest} tidak diberi nama)")
        return svg_text(figure)


def _look(fill: str) -> dict[str, Any]:
    return {
        "ls": "", "marker": "o", "markersize": MARKER, "color": BLUE, "fillstyle": fill, "markeredgewidth": 0.9,
        "markerfacecoloralt": "white",
    }  # fmt: skip


def _gid(position: str) -> str:
    return "fktp-" + position.replace(" ", "-").replace(",", "")


def _limits(axes: Axes, curves: pd.DataFrame, ending: str, colour: str, gid: str) -> None:
    for column, width in CURVES.items():
        heights = numbers(curves[column + ending])
        axes.plot(curves["denominator"], heights, color=colour, lw=width, zorder=1.5, gid=f"{gid}-{column}")


def _scales(axes: Axes, points: pd.DataFrame, curves: pd.DataFrame, ending: str, lines: list[float]) -> float:
    """Set the axes: sizes from zero, values as far as the points and the limits at the smallest of them reach.

    Returns the points that ticks and numbers take up beside the axes.
    """
    smallest = points["denominator"].min()
    ends = [
        float(np.interp(smallest, curves["denominator"], numbers(curves[c + ending]))) for c in ("lower998", "upper998")
    ]
    low, high = value_range([*points["value"], *lines, *ends])
    number_ticks(axes, "x", (0, points["denominator"].max() * 1.04), decimals=0)
    return value_axis(axes, low, high, "")


def _legend(figure: Figure, points: pd.DataFrame, *, adjusted: bool, target: bool) -> Any:
    """Draw the legend and return it; its first entry is that of the facilities beyond the outer limits."""
    counts = points["position"].value_counts()
    handles = [
        Line2D([], [], label=f"{words} ({fmt.number(counts.get(position, 0))})", **_look(fill))
        for position, (fill, words) in reversed(FILLS.items())
    ]
    handles.append(Line2D([], [], color=MUTED, lw=CURVES["lower998"], label="batas 99,8 %"))
    handles.append(Line2D([], [], color=MUTED, lw=CURVES["lower95"], label="batas 95 %"))
    if adjusted:
        handles.append(Line2D([], [], color=FAINT, lw=1.2, label="batas tanpa penyesuaian"))
    if target:
        handles.append(Line2D([], [], color=ORANGE, lw=1.5, ls=TARGET_DASH, label="target"))
    return figure.legend(
        handles=handles, loc="outside lower center", ncols=LEGEND_COLUMNS, frameon=False, fontsize=LEGEND_SIZE
    )


# Names ------------------------------------------------------------------------------------------------------------


def _outlines(curves: pd.DataFrame, ending: str, levels: Sequence[float]) -> list[tuple[Floats, Floats]]:
    """Return what names should not cover, as lines in the unit of the data: the main limits first, then the levels."""
    sizes = numbers(curves["denominator"])
    limits = [(sizes, numbers(curves[column + ending])) for column in CURVES]
    return limits + [(np.array([0.0, sizes[-1]]), np.full(2, level)) for level in levels]


def _names(axes: Axes, points: pd.DataFrame, lines: list[tuple[Floats, Floats]]) -> int:
    """Write the names of the facilities beyond the outer limits and return how many found room."""
    beyond = points[points["position"] == BEYOND]
    beyond = beyond.loc[_farness(beyond, lines).sort_values(ascending=False, kind="stable").index]
    (low_x, high_x), (low_y, high_y) = axes.get_xlim(), axes.get_ylim()
    width, height = size_of(axes)

    def at(x: Any, y: Any) -> Floats:
        """Places in points from the lower left corner of the axes."""
        across, up = (np.asarray(x) - low_x) / (high_x - low_x), (np.asarray(y) - low_y) / (high_y - low_y)
        return np.column_stack([across * width, up * height]).astype(float)

    area = Box(0, 0, width, height)
    anchors = at(beyond["denominator"], beyond["value"])
    words = [shortened(str(name), SMALL, WIDEST_NAME) for name in beyond["name"]]
    sizes = [(text_width(word, SMALL) + 2, SMALL * LINE_HEIGHT) for word in words]
    half = MARKER / 2 + 0.5
    marks = [Box(x - half, y - half, x + half, y + half) for x, y in at(points["denominator"], points["value"])]
    boxes = place_labels(anchors, sizes, area, marks, np.vstack([_dense(at(*line)) for line in lines]), most=MOST_NAMES)
    for row, word, (x, y), box in zip(beyond.index, words, anchors, boxes, strict=True):
        if box is None:
            continue
        centre = ((box.left + box.right) / 2 - x, (box.bottom + box.top) / 2 - y)
        near = _nearest(box, x, y)
        far = np.hypot(near[0] - x, near[1] - y) > RADII[1] + 1
        axes.annotate(
            word, (points.loc[row, "denominator"], points.loc[row, "value"]), xytext=centre,
            textcoords="offset points", ha="center", va="center", fontsize=SMALL, zorder=2.8, annotation_clip=False,
            gid=f"nama-{row}", bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 0.3},
        )  # fmt: skip
        if far:
            axes.plot(
                [x / width, near[0] / width], [y / height, near[1] / height], transform=axes.transAxes, color=MUTED,
                lw=0.5, zorder=2.9,
            )  # fmt: skip
    return sum(box is not None for box in boxes)


def _farness(points: pd.DataFrame, lines: list[tuple[Floats, Floats]]) -> pd.Series:
    """Distance from the middle of the outer limits in half widths."""
    (sizes, lower), (_, upper) = (lines[list(CURVES).index(column)] for column in ("lower998", "upper998"))
    low, high = (np.interp(points["denominator"], sizes, limit) for limit in (lower, upper))
    half = np.maximum((high - low) / 2, 1e-12)
    return pd.Series(np.abs(points["value"] - (high + low) / 2) / half, index=points.index)


def place_labels(
    anchors: Floats | Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    area: Box,
    marks: Sequence[Box],
    lines: Floats | None = None,
    *,
    most: int = MOST_NAMES,
) -> list[Box | None]:
    """Return a box for each label, or None where it finds no room, the first labels first.

    anchors: points that are labelled. sizes: width and height of each label. area: where labels may stand.
    marks: what labels must not cover. lines: places (rows x, y) that they should not cover. All in points.
    most: labels that get a box at most.
    A label lies inside the area, covers no mark and no other label, and no leader line runs through another label.
    """
    taken = list(marks)
    curve = np.empty((0, 2)) if lines is None else lines
    centres = np.array([((m.left + m.right) / 2, (m.bottom + m.top) / 2) for m in marks]).reshape(-1, 2)
    labels: list[Box] = []
    result: list[Box | None] = []
    for (x, y), size in zip(anchors, sizes, strict=True):
        best: tuple[float, Box, list[Box]] | None = None
        for preference, box in _candidates(x, y, size):
            if not area.holds(box) or any(box.overlaps(other) for other in taken):
                continue
            leader = _leader(x, y, box)
            if any(dot.overlaps(other) for dot in leader for other in labels):
                continue
            cost = preference + COVERED * min(box.count(curve), 6) + DOUBTFUL * _doubtful(box, x, y, centres)
            if best is None or cost < best[0]:
                best = cost, box, leader
        if best is None or len(labels) == most:
            result.append(None)
            continue
        _, box, leader = best
        labels.append(box)
        taken += [box, *leader]
        result.append(box)
    return result


def _candidates(x: float, y: float, size: tuple[float, float]) -> Iterator[tuple[float, Box]]:
    """Give the places for a label around its point with what speaks against each."""
    width, height = size
    for radius in RADII:
        for order, (across, up) in enumerate(DIRECTIONS):
            reach = radius if 0 in (across, up) else radius * 0.75
            left = x + across * reach - (0 if across > 0 else width if across < 0 else width / 2)
            bottom = y + up * reach - (0 if up > 0 else height if up < 0 else height / 2)
            yield radius + order * 0.4, Box(left, bottom, left + width, bottom + height)


def _nearest(box: Box, x: float, y: float) -> tuple[float, float]:
    return min(max(x, box.left), box.right), min(max(y, box.bottom), box.top)


def _doubtful(box: Box, x: float, y: float, centres: Floats) -> bool:
    """Whether another mark is about as near to a label as its own point."""
    near_x, near_y = (np.clip(centres[:, 0], box.left, box.right), np.clip(centres[:, 1], box.bottom, box.top))
    distances = np.hypot(near_x - centres[:, 0], near_y - centres[:, 1])
    others = np.hypot(centres[:, 0] - x, centres[:, 1] - y) > 1e-6
    to_x, to_y = _nearest(box, x, y)
    return bool((distances[others] < np.hypot(to_x - x, to_y - y) + 3).any())


def _leader(x: float, y: float, box: Box) -> list[Box]:
    """Return the way from a point to its label as small boxes, without its two ends."""
    to_x, to_y = _nearest(box, x, y)
    steps = int(np.hypot(to_x - x, to_y - y) / 2)
    way = [(x + (to_x - x) * k / steps, y + (to_y - y) * k / steps) for k in range(2, steps)]
    return [Box(a - 0.4, b - 0.4, a + 0.4, b + 0.4) for a, b in way]


def _dense(places: Floats) -> Floats:
    """Return a line with a place at least every 3 points or so, so that no label can stand between two of them."""
    length = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(places, axis=0).T))])
    at = np.linspace(0, length[-1], max(2, int(length[-1] / 3)))
    return np.column_stack([np.interp(at, length, places[:, i]) for i in range(2)])
