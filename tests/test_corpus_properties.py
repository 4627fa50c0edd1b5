"""Clean files with random true counts and random dirt: the result is the truth, or a finding names the place."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from corpus import dirt_cells, dirt_sheets  # noqa: F401
from corpus.compose import DIRT, LAYOUTS, Layout, compose
from corpus.folder import Folder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import clean

LAYOUT = st.sampled_from(LAYOUTS)
SEED = st.integers(0, 2**32 - 1)
SOME_DIRT = st.lists(st.sampled_from(sorted(DIRT)), min_size=0, max_size=6, unique=True)


@pytest.fixture(autouse=True, scope="module")
def reference_read_once() -> Iterator[None]:
    """The reference data are the same for all files; reading them takes half of the time of a small file."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("load_kinds", "load_layouts"):
            patch.setattr(clean, name, cache(getattr(clean, name)))
        yield


SEARCH = settings(suppress_health_check=list(HealthCheck), print_blob=True)


def problems(layout: Layout, names: list[str], seed: int) -> list[str]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Folder(Path(temporary) / "kerja")
        compose(folder, layout, names, seed)
        return folder.problems()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_clean_files_are_read_exactly(layout: Layout) -> None:
    assert problems(layout, [], 1) == []


@pytest.mark.parametrize("name", sorted(DIRT))
def test_each_kind_of_dirt_alone_gives_the_truth_or_a_finding_at_its_place(name: str) -> None:
    for seed, layout in enumerate(DIRT[name].layouts):
        assert problems(layout, [name], seed) == []


@settings(SEARCH, max_examples=60)
@given(LAYOUT, SOME_DIRT, SEED)
def test_dirt_of_several_kinds_gives_the_truth_or_findings_at_its_places(
    layout: Layout, names: list[str], seed: int
) -> None:
    assert problems(layout, names, seed) == []


@pytest.mark.slow
@settings(SEARCH, max_examples=2500)
@given(LAYOUT, SOME_DIRT, SEED)
def test_thousands_of_dirty_files_give_the_truth_or_findings_at_its_places(
    layout: Layout, names: list[str], seed: int
) -> None:
    assert problems(layout, names, seed) == []
