"""Whether the report that was published last still is what a run would give, told without running anything."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.basis import Basis
from analysis.errors import ParameterError
from analysis.fingerprints import NOTEBOOKS
from analysis.periods import parse_period
from analysis.publish import MANIFEST, Published, is_whole, versions
from analysis.raw_folder import file_sha256
from analysis.renderers import RendererChoice
from analysis.request import Request
from analysis.step_store import Kept, StepStore
from analysis.workspace import Workspace

REPORT = "laporan"
MOST = 16
"""Reports of one district that are remembered: periods, comparisons and renderers that were asked for last."""


def standing_report(workspace: Workspace, request: Request, renderer: RendererChoice, basis: Basis) -> Published | None:
    """Return the published report that a run would give again; None where only a run can tell.

    It has to be decided by the same files, settings, rules, program, tools and words, to be the newest of its period,
    and whole; and data/processed has to hold the data and results that it was made from.
    """
    kept = StepStore(workspace.processed_of(request.district)).look(REPORT, report_parts(request, renderer, basis))
    if kept is None:
        return None
    try:
        period = parse_period(kept.facts["period"]).code
        newest = versions(workspace.reports_of(request.district, period))[-1:]
        if not newest or newest[0].name != kept.facts["version"] or not is_whole(newest[0], kept.facts["manifest"]):
            return None
        places = (workspace.processed_of(request.district), workspace.results_of(request.district, period))
        for place, sums in zip(places, (kept.facts["cleaned"], kept.facts["results"]), strict=True):
            if any(file_sha256(place / Path(name).name) != sum_ for name, sum_ in sums.items()):
                return None
    except (OSError, LookupError, TypeError, ValueError, ParameterError):
        return None
    return Published(newest[0], newest[0].name, new=False)


def remember_report(
    workspace: Workspace,
    request: Request,
    renderer: RendererChoice,
    basis: Basis,
    *,
    published: Published,
    cleaned: Mapping[str, str],
    results: Mapping[str, str],
) -> None:
    """Note that a report was published, so that ``standing_report`` finds it; raises PublishError.

    cleaned, results: name → SHA-256 of the files that were put in data/processed for the district and the period.
    """
    facts: dict[str, Any] = {
        "period": published.path.parent.name,
        "version": published.version,
        "manifest": hashlib.sha256((published.path / MANIFEST).read_bytes()).hexdigest(),
        "cleaned": {**cleaned},
        "results": {**results},
    }
    store = StepStore(workspace.processed_of(request.district))
    store.put(REPORT, report_parts(request, renderer, basis), Kept(facts=facts), {}, most=MOST)


def report_parts(request: Request, renderer: RendererChoice, basis: Basis) -> dict[str, str]:
    """Return everything that decides the whole report."""
    asked = {"period": request.period, "compare": request.compare, "engine": request.engine, "renderer": renderer.shown}
    return basis.parts(NOTEBOOKS, asked)
