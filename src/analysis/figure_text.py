"""The words of figures: each is laid out once, in however many figures it stands; matplotlib does it in every one."""

from __future__ import annotations

from typing import Any

from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath


class LaidOutTexts(TextToPath):
    """Texts as matplotlib lays them out, kept under all that decides it: the letters, the font and what is asked."""

    def __init__(self) -> None:
        super().__init__()
        self._sizes: dict[Any, tuple[float, float, float]] = {}
        self._places: dict[Any, list[Any]] = {}
        self._forms: dict[str, Any] = {}

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """Return the size of a text in points; arguments as matplotlib has them."""
        if (s, prop, ismath) not in self._sizes:
            # a copy, for what a text looks like may be changed later
            self._sizes[s, prop.copy(), ismath] = super().get_text_width_height_descent(s, prop, ismath)
        return self._sizes[s, prop, ismath]

    def get_glyphs_with_font(
        self, font: Any, s: str, glyph_map: Any = None, return_new_glyphs_only: bool = False, **asked: Any
    ) -> tuple[list[Any], dict[str, Any], list[Any]]:
        """Return places of the letters of a text, and the forms of letters; arguments as matplotlib has them."""
        key = (font, s, *sorted(asked.items()))
        if key not in self._places:
            self._places[key], _, _ = super().get_glyphs_with_font(font, s, self._forms, **asked)
        places, known = self._places[key], glyph_map or {}
        new = {name: self._forms[name] for name, *_ in places if name not in known}
        return places, new if return_new_glyphs_only else {**known, **new}, []


TEXTS = LaidOutTexts()
"""All texts of this process."""


class Drawing(RendererSVG):
    """An SVG in the making, of which the words come from TEXTS."""

    def __init__(self, *size_and_target: Any, **options: Any) -> None:
        super().__init__(*size_and_target, **options)  # type: ignore[no-untyped-call]
        self._text2path = TEXTS
