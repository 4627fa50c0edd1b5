"""What stands inside the SVG of a figure: groups, marks, texts and where they are (points, from the upper left)."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from analysis.figure_style import text_width

SVG = "{http://www.w3.org/2000/svg}"
_TEXT = re.compile(
    r"<!-- (?P<words>.*?) -->\s*<g [^>]*?transform=\"translate\((?P<x>[-\d.]+) (?P<y>[-\d.]+)\)"
    r"(?: rotate\((?P<turn>[-\d.]+)\))? scale\((?P<scale>[\d.]+)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Text:
    """A text with the box that its letters take up, a little less than their lines."""

    words: str
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Text) -> bool:
        across = self.left < other.right - 0.5 and other.left < self.right - 0.5
        return across and self.top < other.bottom - 0.5 and other.top < self.bottom - 0.5


def size(svg: str) -> tuple[float, float]:
    """Width and height of the picture."""
    _, _, width, height = ET.fromstring(svg).attrib["viewBox"].split()  # noqa: S314  (made here)
    return float(width), float(height)


def group(svg: str, gid: str) -> ET.Element | None:
    """The group of this name, or None."""
    return next((g for g in ET.fromstring(svg).iter(f"{SVG}g") if g.get("id") == gid), None)  # noqa: S314


def marks(svg: str, gid: str) -> list[tuple[float, float]]:
    """Where the marks of a group stand."""
    found = group(svg, gid)
    return [] if found is None else [(float(u.attrib["x"]), float(u.attrib["y"])) for u in found.iter(f"{SVG}use")]


def path(svg: str, gid: str) -> list[list[tuple[float, float]]]:
    """The lines of the first path of a group, each as its places."""
    found = group(svg, gid)
    assert found is not None, gid
    data = next(found.iter(f"{SVG}path")).attrib["d"]
    lines = [re.findall(r"([-\d.]+) ([-\d.]+)", part) for part in data.split("M")[1:]]
    return [[(float(x), float(y)) for x, y in line] for line in lines]


def texts(svg: str) -> list[Text]:
    """All texts in their order."""
    result = []
    for match in _TEXT.finditer(svg):
        # a comment must not hold two hyphens in a row
        words = html.unescape(match["words"]).replace("- -", "--")
        x, y, points = float(match["x"]), float(match["y"]), float(match["scale"]) * 100
        long, up, down = text_width(words, points), points * 0.72, points * 0.15
        if match["turn"] is None:
            result.append(Text(words, x, y - up, x + long, y + down))
        else:
            assert float(match["turn"]) == -90
            result.append(Text(words, x - up, y - long, x + down, y))
    return result


def words(svg: str) -> list[str]:
    """The words of all texts."""
    return [text.words for text in texts(svg)]


def faults(svg: str) -> list[str]:
    """Texts and marks that are not wholly in the picture, and texts that lie over each other."""
    width, height = size(svg)
    shown = texts(svg)
    assert len(shown) == svg.count("<!-- "), "a text was not understood"
    problems = [
        f"{t.words!r} outside"
        for t in shown
        if t.left < -0.5 or t.top < -0.5 or t.right > width + 0.5 or t.bottom > height + 0.5
    ]
    problems += [f"{a.words!r} over {b.words!r}" for i, a in enumerate(shown) for b in shown[i + 1 :] if a.overlaps(b)]
    uses = re.findall(r"<use [^>]*? x=\"([-\d.]+)\" y=\"([-\d.]+)\"", svg)
    problems += [f"mark at {x} {y}" for x, y in uses if not (0 <= float(x) <= width and 0 <= float(y) <= height)]
    return problems
