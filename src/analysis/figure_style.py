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
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from analysis import formats as fmt
from analysis.figure_text import TEXTS, Drawing
from analysis.fonts import register_matplotlib

INK, MUTED, GRID = "#222222", "#6b6b6b", "#d9d9d9"
BLUE, ORANGE, GREEN, GREY = "#0072b2", "#d55e00", "#007a5e", "#9a9a9a"
SPAN_FILL = {"pembanding": "#efefef", "ini": "#dcebf5"}
TARGET_DASH = (0, (5, 3))
WIDTH = 7.0
"""Width of every figure in inches: the text width of an upright A4 page."""
SIMULATED = "DATA SIMULASI"
SIZE = 9.0
"""Size in points of the labels of axes and ticks."""
SMALL = 8.0
"""Size in points of labels inside figures."""
LEGEND_SIZE = 8.5
MARK_SIZE = 7.0
"""Size in points of the simulated mark and the labels of panels."""
MOST_ROWS = 35
"""Most facilities in one figure: a taller one would be shrunk to fit an A4 page."""
FAR_FROM_ZERO = 0.4
"""Share of the largest value below which the smallest is close enough to zero for an axis from zero."""
POINTS_PER_INCH = 72.0
LINE_HEIGHT = 1.25
"""Height of a line of text in its size."""
EDGE = 3.0
"""Free points along the edges of a figure."""
TICK_LENGTH = TICK_PAD = 3.5
LABEL_PAD = 4.0
TITLE_PAD = 3.0
WIDEST_ROW_NAME = 0.5 * WIDTH * POINTS_PER_INCH
"""Most points that the name of a row takes from the width of a figure."""
SIDE_MOVED = 12.0
"""Distance in points of a label beside the axes that was moved up or down from its line."""
CENTRE = 0.25
"""Height of the middle of a line above the foot of its letters, in its size."""
STEPS = (1, 2, 2.5, 5, 10)
"""Round steps between the numbers of an axis."""


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
        "font.size": SIZE,
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
        # titles stand where they are told to: to look for room they would measure all that is drawn
        "axes.titley": 1.0,
        # a name such as "$x$" is text, not a formula
        "text.parse_math": False,
    }
    with mpl.rc_context(style):
        yield Figure(figsize=(WIDTH, height), layout="constrained")


@contextmanager
def canvas(height: float, simulated: bool, mark_pad: float = TITLE_PAD) -> Iterator[tuple[Figure, Axes]]:
    """Give a figure of the report's width with one pair of axes; height in inches.

    Where the axes lie is what ``place`` says, or else what matplotlib finds by drawing the figure, which takes long.
    """
    with sheet(height) as figure:
        axes = figure.subplots()
        if simulated:
            _mark_simulated(axes, mark_pad)
        yield figure, axes


def place(axes: Axes, *, left: float, below: float, above: float, right: float = 0.0, legend: float = 0.0) -> None:
    """Place the axes so that all words around them have room, and their labels outside of those of their ticks.

    left, below: what ticks and their labels take up beside and below the axes. above, right: what words there take up.
    legend: height of the legend at the foot. All in points. Call when the labels of the axes are set.
    """
    figure: Any = axes.get_figure()
    wide, high = figure.get_size_inches() * POINTS_PER_INCH
    x_label, y_label = axes.xaxis.label, axes.yaxis.label
    from_left = EDGE + left + (LABEL_PAD + float(y_label.get_fontsize()) if y_label.get_text() else 0.0)
    from_foot = EDGE + legend + below + (LABEL_PAD + float(x_label.get_fontsize()) if x_label.get_text() else 0.0)
    width, height = wide - from_left - right - EDGE, high - from_foot - above - EDGE
    figure.set_layout_engine(None)
    axes.set_position((from_left / wide, from_foot / high, width / wide, height / high))
    axes.xaxis.set_label_coords(0.5, -(below + LABEL_PAD) / height)
    axes.yaxis.set_label_coords(-(left + LABEL_PAD) / width, 0.5)


def size_of(axes: Axes) -> tuple[float, float]:
    """Return width and height of placed axes in points."""
    figure: Any = axes.get_figure()
    box, inches = axes.get_position(), figure.get_size_inches()
    return box.width * inches[0] * POINTS_PER_INCH, box.height * inches[1] * POINTS_PER_INCH


def title_room(axes: Axes, pad: float = TITLE_PAD) -> float:
    """Return the points that the simulated mark and the label of a panel take up above the axes; pad: as they have."""
    return pad + MARK_SIZE * LINE_HEIGHT if axes.get_title(loc="left") or axes.get_title(loc="right") else 0.0


def legend_room(entries: int, columns: int, size: float = LEGEND_SIZE) -> float:
    """Return the height in points of a legend at the foot of a figure, with what keeps it off the words above it."""
    rows = math.ceil(entries / columns)
    return size * (0.5 + 0.8 + rows + 0.5 * (rows - 1)) + EDGE


def set_layout(figure: Figure, **options: Any) -> None:
    """Set options of the layout (see matplotlib's ConstrainedLayoutEngine.set)."""
    engine: Any = figure.get_layout_engine()
    engine.set(**options)


def svg_text(figure: Figure) -> str:
    """Return a figure as SVG text without date and maker."""
    engine: Any = figure.get_layout_engine()
    if engine is not None:
        # laid out here and not by savefig, which draws the whole figure twice to do so
        dpi = figure.dpi
        FigureCanvasSVG(figure)
        engine.execute(figure)
        figure.set_dpi(dpi)
        figure.set_layout_engine(None)
    buffer = io.StringIO()
    resolution, wide, high = figure.dpi, *(figure.get_size_inches() * POINTS_PER_INCH)
    figure.set_dpi(POINTS_PER_INCH)
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    drawing = Drawing(wide, high, buffer, image_dpi=resolution, metadata=nothing)
    figure.draw(drawing)
    drawing.finalize()  # type: ignore[no-untyped-call]
    return buffer.getvalue()


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
        figure.suptitle(words, x=0.995, ha="right", fontsize=MARK_SIZE, color=MUTED)


def _mark_simulated(axes: Axes, pad: float) -> None:
    axes.set_title(SIMULATED, loc="right", fontsize=MARK_SIZE, color=MUTED, pad=pad)


# Axes -------------------------------------------------------------------------------------------------------------


def decimals_of(values: Sequence[float]) -> int:
    """Return the decimals of an axis: none from 20 on, else one."""
    return 0 if max(values, default=0) >= 20 else 1


def number_ticks(
    axes: Axes, which: str, ends: tuple[float, float], steps: int = 9, decimals: int | None = None
) -> list[str]:
    """Set the ends and the round numbers of an axis ('x' or 'y') and return the numbers as they are written.

    steps: most of them; default 9. decimals: default as many as the numbers need.
    """
    low, high = ends
    ticks = [float(t) for t in MaxNLocator(steps, steps=STEPS).tick_values(low, high)]
    step = ticks[1] - ticks[0]
    if decimals is None:
        decimals = next((d for d in range(4) if abs(round(step, d) - step) < step * 1e-6), 4)
    inside = [t for t in ticks if low - step * 1e-6 <= t <= high + step * 1e-6]
    words = [fmt.number(t, decimals) for t in inside]
    axis = getattr(axes, f"{which}axis")
    axis.set_ticks(inside, words)
    getattr(axes, f"set_{which}lim")(low, high)
    return words


def value_axis(axes: Axes, low: float, high: float, unit: str, steps: int = 6) -> float:
    """Set the y axis: limits, unit, round numbers with as many decimals as they need, light lines.

    Returns the points that ticks and numbers take up beside the axes.
    """
    words = number_ticks(axes, "y", (low, high), steps)
    axes.set_ylabel(unit)
    axes.set_axisbelow(True)
    axes.grid(axis="y")
    return widest(words, SIZE) + TICK_PAD + TICK_LENGTH


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
    width, _, _ = TEXTS.get_text_width_height_descent(text, properties, ismath=False)
    return float(width)


def widest(texts: Iterable[str], size: float) -> float:
    """Return the width of the widest text in points; 0 for none."""
    return max((text_width(text, size) for text in texts), default=0.0)


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


def side_labels(axes: Axes, labels: Sequence[SideLabel], size: float = LEGEND_SIZE) -> None:
    """Write labels to the right of placed axes, none over another; call when the scale of the y axis is set."""
    height = size_of(axes)[1]
    low, high = axes.get_ylim()
    heights = [(label.value - low) / (high - low) * height for label in labels]
    line = size * LINE_HEIGHT
    places = spread(heights, line, line / 2, height - line / 2)
    for label, at, shown_at in zip(labels, heights, places, strict=True):
        moved = abs(shown_at - at) > 2
        leader = {"arrowstyle": "-", "color": label.colour, "lw": 0.5, "shrinkA": 0, "shrinkB": 0, "relpos": (0, 0.5)}
        axes.annotate(
            label.text, (1, at / height), xycoords="axes fraction", xytext=(SIDE_MOVED if moved else 4, shown_at - at),
            textcoords="offset points", va="center", color=label.colour, fontsize=size, annotation_clip=False,
            arrowprops=leader if moved else None,
        )  # fmt: skip


def event_lines(axes: Axes, events: Sequence[Event], months: Sequence[pd.Period]) -> float:
    """Mark events by dotted lines with their labels above placed axes, none over another.

    Events outside the months are left out. Returns the points that the labels take up above the axes.
    """
    inside = [(list(months).index(e.month), e) for e in sorted(events, key=lambda e: e.month) if e.month in months]
    width = size_of(axes)[0]
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
    if not rows:
        return 0.0
    height = len(rows) * SMALL * LINE_HEIGHT
    if axes.get_title(loc="right"):
        _mark_simulated(axes, 4 + height)
    return 1 + height


def side_room(labels: Iterable[SideLabel], size: float = LEGEND_SIZE) -> float:
    """Return the points that ``side_labels`` takes up to the right of the axes."""
    return SIDE_MOVED + widest((label.text for label in labels), size)


def write_many(axes: Axes, words: str, x: NDArray[Any], y: NDArray[Any], *, colour: str = INK, gid: str) -> None:
    """Write the same words centred at many places: as marks of one form, which the SVG holds once.

    gid: name of the group of marks.
    """
    form = TextPath((0, 0), words, size=SMALL, prop=FontProperties(family=register_matplotlib()))
    centred = form.vertices - (text_width(words, SMALL) / 2, SMALL * CENTRE)
    outline = Path(np.round(centred, 2), form.codes)
    # a marker is scaled so that its farthest point lies half its size from its place
    size = 2 * np.abs(outline.vertices).max()
    axes.plot(x, y, ls="", marker=outline, markersize=size, color=colour, markeredgewidth=0, zorder=3, gid=gid)


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Write the names of rows at 0, 1, 2 … beside placed axes; as labels of ticks each would be five artists."""
    axes.set_yticks([])
    left = -TICK_PAD / size_of(axes)[0]
    for row, name in enumerate(names):
        axes.text(left, row, name, ha="right", va="center_baseline", transform=axes.get_yaxis_transform())


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
        axes.set_title(label, loc="left", fontsize=MARK_SIZE, color=MUTED, pad=pad)


def row_names(names: Iterable[object]) -> list[str]:
    """Return the names of rows beside the axes, none so long that it leaves no room for what they name."""
    return [shortened(str(name), SIZE, WIDEST_ROW_NAME) for name in names]


def numbers(column: pd.Series[Any]) -> Floats:
    """Return a column as floats, missing ones as NaN."""
    return np.asarray(pd.to_numeric(column).astype("Float64").to_numpy(dtype=float, na_value=np.nan))
