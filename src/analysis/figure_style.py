"""What all figures share: colours, canvas, SVG text, axes, labels that keep clear of each other, panels."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from analysis import formats as fmt
from analysis.fonts import register_matplotlib

INK, MUTED, GRID = "#222222", "#6b6b6b", "#d9d9d9"
BLUE, ORANGE, GREEN, GREY = "#0072b2", "#d55e00", "#007a5e", "#9a9a9a"
SPAN_FILL = {"pembanding": "#efefef", "ini": "#dcebf5"}
TARGET_DASH = (0, (5, 3))
WIDTH = 7.0
"""Width of every figure in inches: the text width of an upright A4 page."""
SIMULATED = "DATA SIMULASI"
SMALL = 8.0
"""Size in points of labels inside figures."""
LEGEND_SIZE = 8.5
MOST_ROWS = 35
"""Most facilities in one figure: a taller one would be shrunk to fit an A4 page."""
FAR_FROM_ZERO = 0.4
"""Share of the largest value below which the smallest is close enough to zero for an axis from zero."""
POINTS_PER_INCH = 72.0
LINE_HEIGHT = 1.25
"""Height of a line of text in its size."""


Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Event:
    """A dated event to mark on a monthly figure."""

    month: pd.Period
    label: str


@dataclass(frozen=True)
class SideLabel:
    """Words beside the right end of the axes at the height of a value."""

    value: float
    text: str
    colour: str


# Canvas and SVG ---------------------------------------------------------------------------------------------------


@contextmanager
def sheet(height: float) -> Iterator[Figure]:
    """Give an empty figure of the report's width with the style of all figures; height in inches."""
    family = register_matplotlib()
    style: dict[Any, Any] = {
        "font.family": family,
        "font.size": 9,
        "svg.fonttype": "path",
        "svg.hashsalt": "kbk",
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "text.color": INK,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "grid.color": GRID,
        "grid.linewidth": 0.5,
        "axes.unicode_minus": True,
        # a name such as "$x$" is text, not a formula
        "text.parse_math": False,
    }
    with mpl.rc_context(style):
        yield Figure(figsize=(WIDTH, height), layout="constrained")


@contextmanager
def canvas(height: float, simulated: bool, mark_pad: float = 3) -> Iterator[tuple[Figure, Axes]]:
    """Give a figure of the report's width with one pair of axes; height in inches."""
    with sheet(height) as figure:
        axes = figure.subplots()
        if simulated:
            _mark_simulated(axes, mark_pad)
        yield figure, axes


def set_layout(figure: Figure, **options: Any) -> None:
    """Set options of the layout (see matplotlib's ConstrainedLayoutEngine.set)."""
    engine: Any = figure.get_layout_engine()
    engine.set(**options)


def svg_text(figure: Figure) -> str:
    """Return a figure as SVG text without date and maker."""
    # laid out here and not by savefig, which draws the whole figure twice to do so
    dpi = figure.dpi
    FigureCanvasSVG(figure)
    _lay_out(figure)
    figure.set_dpi(dpi)
    figure.set_layout_engine(None)
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return buffer.getvalue()


def _lay_out(figure: Figure) -> None:
    engine: Any = figure.get_layout_engine()
    engine.execute(figure)


def empty_figure(reason: str, simulated: bool) -> str:
    """Return a low figure that says why there is nothing to draw."""
    with canvas(0.9, simulated) as (figure, axes):
        axes.set_axis_off()
        axes.text(0.5, 0.5, reason, ha="center", va="center", color=MUTED)
        return svg_text(figure)


def mark_sheet(figure: Figure, label: str, simulated: bool) -> None:
    """Write the label of a panel and the simulated mark above a figure of several axes; nothing where there is none."""
    words = " · ".join(part for part in (label, SIMULATED if simulated else "") if part)
    if words:
        figure.suptitle(words, x=0.995, ha="right", fontsize=7, color=MUTED)


def _mark_simulated(axes: Axes, pad: float) -> None:
    axes.set_title(SIMULATED, loc="right", fontsize=7, color=MUTED, pad=pad)


# Axes -------------------------------------------------------------------------------------------------------------


def decimals_of(values: Sequence[float]) -> int:
    """Return the decimals of an axis: none from 20 on, else one."""
    return 0 if max(values, default=0) >= 20 else 1


def decimal_axis(axes: Axes, which: str, decimals: int = 0) -> None:
    """Write the numbers of an axis ('x' or 'y') with decimal comma and thousands dots."""
    formatter = FuncFormatter(lambda value, _: fmt.number(value, decimals))
    getattr(axes, f"{which}axis").set_major_formatter(formatter)


def value_axis(axes: Axes, low: float, high: float, unit: str, steps: int = 6) -> None:
    """Set the y axis: limits, unit, round numbers with as many decimals as they need, light lines."""
    axes.set_ylim(low, high)
    axes.yaxis.set_major_locator(MaxNLocator(steps, steps=[1, 2, 2.5, 5, 10]))
    ticks = [float(t) for t in axes.yaxis.get_major_locator().tick_values(low, high)]
    step = ticks[1] - ticks[0]
    decimals = next((d for d in range(4) if abs(round(step, d) - step) < step * 1e-6), 4)
    decimal_axis(axes, "y", decimals)
    axes.set_ylabel(unit)
    axes.set_axisbelow(True)
    axes.grid(axis="y")


def value_range(values: Sequence[float], room: float = 0.06) -> tuple[float, float]:
    """Return lower and upper end of an axis for values; from zero unless all of them are far from it.

    room: free share of the range at the ends; default 0.06. Missing values do not count.
    """
    known = [float(v) for v in values if not pd.isna(v)]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    if 0 <= low < high * FAR_FROM_ZERO or low == high == 0:
        return 0.0, high * (1 + room) or 1.0
    width = (high - low) or abs(high)
    return low - width * room, high + width * room


def month_axis(axes: Axes, months: Sequence[pd.Period]) -> None:
    """Set the x axis: one place per month, named ticks at every month, quarter, half year or year."""
    step = next((s for s, most in ((1, 12), (3, 36), (6, 84)) if len(months) <= most), 12)
    ticks = [i for i, m in enumerate(months) if (m.month - 1) % step == 0]
    axes.set_xticks(ticks, [fmt.month_short(months[i]) for i in ticks])
    axes.set_xlim(-0.5, len(months) - 0.5)
    axes.set_xlabel("")


def shade_span(axes: Axes, months: Sequence[pd.Period], first: pd.Period, last: pd.Period, colour: str) -> None:
    """Shade the part of a span that the months hold; nothing where they hold none of it."""
    inside = [i for i, month in enumerate(months) if first <= month <= last]
    if inside:
        axes.axvspan(inside[0] - 0.5, inside[-1] + 0.5, color=colour, lw=0, zorder=0, gid=f"rentang-{first}")


def lonely(values: Floats) -> NDArray[np.bool_]:
    """Return which values stand between two missing ones: as part of a line they would not be seen."""
    bare = np.isnan(np.concatenate([[np.nan], values, [np.nan]]))
    return np.asarray(bare[:-2] & bare[2:] & ~bare[1:-1])


# Labels -----------------------------------------------------------------------------------------------------------


@cache
def text_width(text: str, size: float) -> float:
    """Return the width of a text in points at a size in points."""
    properties = FontProperties(family=register_matplotlib(), size=size)
    width, _, _ = text_to_path.get_text_width_height_descent(text, properties, ismath=False)
    return float(width)


def shortened(text: str, size: float, width: float) -> str:
    """Return a text that is at most ``width`` points wide, its end replaced by '…' where it is wider."""
    if text_width(text, size) <= width:
        return text
    fitting = (text[:n].rstrip() + "…" for n in range(len(text) - 1, 0, -1))
    return next((cut for cut in fitting if text_width(cut, size) <= width), "…")


def spread(wanted: Sequence[float], gap: float, lowest: float = -math.inf, highest: float = math.inf) -> list[float]:
    """Return positions at least ``gap`` apart, in the order of the wanted ones and as close to them as possible.

    Neighbours that are too close share the distance around their mean (pooling of adjacent violators, least squares).
    lowest, highest: ends that are kept as long as all fit between them.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    blocks: list[tuple[float, int]] = []
    for rank, i in enumerate(order):
        mean, size = wanted[i] - rank * gap, 1
        while blocks and blocks[-1][0] > mean:
            before, count = blocks.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        blocks.append((mean, size))
    top = max(highest - (len(order) - 1) * gap, lowest)
    places = [min(max(mean, lowest), top) for mean, size in blocks for _ in range(size)]
    result = [0.0] * len(wanted)
    for rank, (i, place) in enumerate(zip(order, places, strict=True)):
        result[i] = place + rank * gap
    return result


def side_labels(figure: Figure, axes: Axes, labels: Sequence[SideLabel], size: float = LEGEND_SIZE) -> None:
    """Write labels to the right of the axes, none over another; call when the scale of the y axis is set."""
    height = _size_of(figure, axes)[1]
    low, high = axes.get_ylim()
    heights = [(label.value - low) / (high - low) * height for label in labels]
    line = size * LINE_HEIGHT
    places = spread(heights, line, line / 2, height - line / 2)
    for label, at, place in zip(labels, heights, places, strict=True):
        moved = abs(place - at) > 2
        leader = {"arrowstyle": "-", "color": label.colour, "lw": 0.5, "shrinkA": 0, "shrinkB": 0, "relpos": (0, 0.5)}
        axes.annotate(
            label.text, (1, at / height), xycoords="axes fraction", xytext=(12 if moved else 4, place - at),
            textcoords="offset points", va="center", color=label.colour, fontsize=size, annotation_clip=False,
            arrowprops=leader if moved else None,
        )  # fmt: skip


def event_lines(figure: Figure, axes: Axes, events: Sequence[Event], months: Sequence[pd.Period]) -> None:
    """Mark events by dotted lines with their labels above the axes, none over another; call after side_labels.

    Events outside the months are left out.
    """
    inside = [(list(months).index(e.month), e) for e in sorted(events, key=lambda e: e.month) if e.month in months]
    width = _size_of(figure, axes)[0]
    rows: list[float] = []
    for position, event in inside:
        axes.axvline(position, color=INK, lw=0.8, ls=":", zorder=1.4, gid=f"peristiwa-{position}")
        text = shortened(event.label, SMALL, width)
        wide = text_width(text, SMALL)
        at = (position + 0.5) / len(months) * width
        left = min(max(at - wide / 2, 0.0), width - wide)
        row = next((n for n, end in enumerate(rows) if end + SMALL <= left), len(rows))
        rows[row:] = [left + wide, *rows[row + 1 :]]
        axes.annotate(
            text, (left / width, 1), xycoords="axes fraction", xytext=(0, 2 + row * SMALL * LINE_HEIGHT),
            textcoords="offset points", fontsize=SMALL, va="bottom", annotation_clip=False,
        )  # fmt: skip
    if rows and axes.get_title(loc="right"):
        _mark_simulated(axes, 4 + len(rows) * SMALL * LINE_HEIGHT)


def _size_of(figure: Figure, axes: Axes) -> tuple[float, float]:
    """Return width and height of the axes in points."""
    _lay_out(figure)
    box = axes.get_window_extent()
    return box.width / figure.dpi * POINTS_PER_INCH, box.height / figure.dpi * POINTS_PER_INCH


# Panels -----------------------------------------------------------------------------------------------------------


def split_rows(count: int, most: int = MOST_ROWS) -> list[slice]:
    """Return slices of ``count`` rows into the fewest panels of at most ``most`` rows, as equal as possible."""
    panels = max(1, math.ceil(count / most))
    ends = [round(n * count / panels) for n in range(panels + 1)]
    return [slice(ends[n], ends[n + 1]) for n in range(panels)]


def part_label(number: int, panels: int) -> str:
    """Return 'bagian 1 dari 3' for the first (number 1) of three panels; '' where there is only one."""
    return "" if panels <= 1 else f"bagian {number} dari {panels}"


def name_panel(axes: Axes, label: str, pad: float) -> None:
    """Write the label of a panel above the left end of the figure; nothing where it is ''."""
    if label:
        axes.set_title(label, loc="left", fontsize=7, color=MUTED, pad=pad)


def align_left(figure: Figure, names: Iterable[str], all_names: Iterable[str]) -> None:
    """Give a panel the left edge that the longest name of all panels asks for, so that scales have equal widths."""
    widest, here = (max((text_width(str(n), 9) for n in group), default=0.0) for group in (all_names, names))
    left = (widest - here) / POINTS_PER_INCH / WIDTH
    set_layout(figure, rect=(left, 0, 1 - left, 1))


def numbers(column: pd.Series[Any]) -> Floats:
    """Return a column as floats, missing ones as NaN."""
    return np.asarray(pd.to_numeric(column).astype("Float64").to_numpy(dtype=float, na_value=np.nan))
