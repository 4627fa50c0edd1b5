from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import platformdirs
import pytest
from fontTools.ttLib import TTFont

from analysis import fonts
from analysis.errors import RenderError


def web_fonts() -> list[TTFont]:
    found = re.findall(r"base64,([A-Za-z0-9+/=]+)", fonts.font_css())
    return [TTFont(io.BytesIO(base64.b64decode(data))) for data in found]


def test_web_fonts_hold_the_signs_of_reports() -> None:
    for font in web_fonts():
        assert {ord(c) for c in "aé0123456789,.‰≤≥–—×±√→▲▼“”‘’"} <= set(font.getBestCmap())


def test_web_fonts_are_small_and_need_nothing_from_outside() -> None:
    css = fonts.font_css()
    assert len(css) < 200_000
    assert "http" not in css
    assert css.count("@font-face") == 4


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder for caches, empty."""
    folder = tmp_path / "simpanan"
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: folder / name)
    return folder


def made_anew() -> str:
    fonts.font_css.cache_clear()
    return fonts.font_css()


def test_web_fonts_are_the_same_on_every_run(cache: Path) -> None:
    first = made_anew()
    kept = [path for path in cache.rglob("*") if path.is_file()]
    assert len(kept) == 1
    kept[0].unlink()
    assert made_anew() == first


def test_web_fonts_that_were_kept_are_taken_unless_they_were_damaged(cache: Path) -> None:
    first = made_anew()
    (kept,) = [path for path in cache.rglob("*") if path.is_file()]
    written = kept.stat().st_mtime_ns
    assert made_anew() == first
    assert kept.stat().st_mtime_ns == written
    for damaged in (b"", kept.read_bytes()[:-100], kept.read_bytes().replace(b"normal", b"italic", 1), b"\xff\xfe"):
        kept.write_bytes(damaged)
        assert made_anew() == first


def test_web_fonts_are_made_where_nothing_can_be_kept(cache: Path) -> None:
    cache.write_text("berkas, bukan folder", encoding="utf-8")
    assert made_anew().count("@font-face") == 4


def test_numbers_have_one_width_so_that_columns_align() -> None:
    for font in web_fonts():
        names = [font.getBestCmap()[ord(digit)] for digit in "0123456789"]
        assert len({font["hmtx"][name][0] for name in names}) == 1


def test_fonts_are_copied_with_their_licence(tmp_path: Path) -> None:
    copied = fonts.copy_fonts(tmp_path / "fonts")
    assert {path.name for path in copied} >= {"SourceSansPro-Regular.ttf", "SourceSansPro-Semibold.ttf"}
    assert (tmp_path / "fonts" / "LICENSE.txt").is_file()


def test_missing_font_file_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "_SOURCE", tmp_path)
    with pytest.raises(RenderError, match=r"SourceSansPro-Regular\.ttf"):
        fonts.font_files()


def test_matplotlib_draws_with_the_shipped_font() -> None:
    from matplotlib import font_manager

    family = fonts.register_matplotlib()
    assert Path(font_manager.findfont(family, fallback_to_default=False)).name == "SourceSansPro-Regular.ttf"
