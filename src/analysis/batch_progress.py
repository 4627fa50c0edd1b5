"""How far many reports are: a live display in a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Table

from analysis.batch_process import Outcome
from analysis.workspace import shown

_SPEED_REPORTS = 20
"""So many of the last reports tell the speed: those that need no work go by at another speed than the others."""
_REFRESHES = 2
_LONGEST_LIST = 24
"""Districts under way that are shown at once."""


class BatchProgress:
    """Tells what is done, running, failed and left.

    console: where it is shown. total: number of reports.
    """

    def __init__(self, console: Console, total: int) -> None:
        self.total = total
        self.outcomes: list[Outcome] = []
        self._console = console
        self._times = deque([time.monotonic()], maxlen=_SPEED_REPORTS + 1)
        self._running: dict[str, tuple[float, str]] = {}
        self._bar = Progress(
            BarColumn(bar_width=30), TextColumn("{task.description}"), console=console, auto_refresh=False
        )
        self._task: TaskID = self._bar.add_task("", total=total)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Keep the display up; where there is no terminal, lines are all there is."""
        if not self._console.is_terminal:
            yield
            return
        with Live(get_renderable=self._live, console=self._console, refresh_per_second=_REFRESHES, transient=True):
            yield

    def step(self, district: str, text: str) -> None:
        """Note the step that a district is at; the first one starts it."""
        started, _ = self._running.get(district, (time.monotonic(), ""))
        self._running[district] = started, text

    def finished(self, outcome: Outcome) -> None:
        """Count a district that ended and leave a line about it."""
        self._running.pop(outcome.district, None)
        self.outcomes.append(outcome)
        self._times.append(time.monotonic())
        self._bar.update(self._task, advance=1)
        head = f"[{len(self.outcomes)}/{self.total}] {outcome.district}: {_ended(outcome)}"
        mark = "[red]✗[/]" if outcome.error is not None else "[green]•[/]"
        line = escape(f"{head} ({lasting(outcome.seconds)})" if outcome.seconds else head)
        self._console.print(f"{mark} {line}" if self._console.is_terminal else line + escape(f"; {self._left()}"))

    def _left(self) -> str:
        failed = sum(outcome.error is not None for outcome in self.outcomes)
        parts = [f"gagal {failed}"]
        left = self.total - len(self.outcomes)
        if left and self.outcomes:
            each = (time.monotonic() - self._times[0]) / (len(self._times) - 1)
            parts.append(f"sisa waktu sekitar {lasting(left * each)}")
        return ", ".join(parts)

    def _live(self) -> Group:
        done = len(self.outcomes)
        text = f"selesai {done} dari {self.total}, berjalan {len(self._running)}, {self._left()}"
        self._bar.update(self._task, description=escape(text))
        now = time.monotonic()
        rows = Table.grid(padding=(0, 1))
        for district, (started, step) in list(self._running.items())[:_LONGEST_LIST]:
            rows.add_row(" ", escape(district), escape(f"{step} …"), lasting(now - started))
        return Group(self._bar, rows)


def lasting(seconds: float) -> str:
    """Return a duration in words: '45 detik', '3 menit', '2 jam 5 menit'."""
    if seconds < 99.5:
        return f"{max(1, round(seconds))} detik"
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} jam" if hours else "", f"{rest} menit" if rest else "") if part)


def summary(outcomes: Sequence[Outcome], total: int) -> str:
    """Return one sentence about all reports: 'Selesai: 17 dari 17 laporan, 3 baru, 13 tidak berubah, 1 gagal.'"""
    published = [outcome.published for outcome in outcomes if outcome.published is not None]
    new = sum(report.new for report in published)
    failed = sum(outcome.error is not None for outcome in outcomes)
    counts = [f"{new} baru", f"{len(published) - new} tidak berubah", f"{failed} gagal"]
    rest = "" if len(outcomes) == total else " Jalankan perintah yang sama untuk melanjutkan."
    return f"Selesai: {len(outcomes)} dari {total} laporan, {', '.join(counts)}.{rest}"


def _ended(outcome: Outcome) -> str:
    if outcome.error is not None:
        return f"GAGAL. {outcome.error.message.rstrip(':')}"
    if outcome.published is None:
        return "selesai"
    state = "laporan baru" if outcome.published.new else "tidak berubah"
    return f"{state}, {shown(outcome.published.path)}"
