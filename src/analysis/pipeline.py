"""One report: nothing is done where the last one still holds, else the stages run from files to publication.

Only what answers at once is imported here; pandas, the notebooks and the renderers come with ``stages``.
"""

from __future__ import annotations

from collections.abc import Callable

from analysis.basis import Basis
from analysis.errors import PublishError
from analysis.private_folders import DISK_FULL, is_disk_full
from analysis.publish import Published, write_index
from analysis.renderers import RendererChoice, choose_renderer
from analysis.request import Request
from analysis.standing import standing_report
from analysis.unswept import unswept
from analysis.workspace import Workspace

Progress = Callable[[str], None]


def make_report(
    workspace: Workspace, request: Request, progress: Progress = lambda text: None, *, index: bool = True
) -> Published:
    """Make and publish one report; return where it is and whether it is new.

    index: whether to write the list of all reports too; default yes. One of many leaves it to the end of all.
    Where everything that decides the report is as it was, and the published one is whole, nothing runs. Else the run
    works in folders of its own; only when the report is published do its cleaned data and results go to
    data/processed, for notebooks opened by hand. Other runs, of the same district too, may go on at the same time.
    Raises UserError for everything that the analyst can mend; every earlier report stays as it was.
    """
    try:
        published = _make_report(workspace, request, progress)
    except OSError as error:
        if is_disk_full(error):
            raise PublishError(f"{DISK_FULL} Tidak ada yang diterbitkan.") from None
        raise
    if index:
        write_index(workspace.reports)
    return published


def unchanged_report(workspace: Workspace, request: Request, renderer: RendererChoice) -> Published | None:
    """Return the published report that a run would give again, at once; None where only a run can tell."""
    basis = None if request.again else Basis.now(workspace, request.district)
    return None if basis is None else standing_report(workspace, request, renderer, basis)


def _make_report(workspace: Workspace, request: Request, progress: Progress) -> Published:
    renderer = choose_renderer(request.renderer)
    if published := unchanged_report(workspace, request, renderer):
        progress("Semua langkah dilewati: berkas, pengaturan, aturan, program, dan pembuat dokumen tidak berubah.")
        return published
    progress("Menyiapkan program")
    from analysis.fork_server import warm_up  # noqa: PLC0415 - all that is slow to import comes from here on

    # first, so that it imports while this program does
    warm_up()
    with unswept():
        from analysis.stages import run_stages  # noqa: PLC0415

    return run_stages(workspace, request, renderer, progress)
