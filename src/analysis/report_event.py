"""Pages on the effect of events, such as a pembinaan meeting."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from analysis import texts
from analysis.markdown import Block, escape
from analysis.wording_event import EventWords

if TYPE_CHECKING:
    from analysis.report import Report


@dataclass(frozen=True)
class EventPages:
    """What the presenting notebook calls for events; report: the report it belongs to."""

    report: Report

    @cached_property
    def words(self) -> EventWords:
        """The sentences of these pages."""
        return EventWords(self.report.sentences)

    def all(self) -> Block:
        """Every event up to the end of the period: its series, the invited against the others, what may explain it."""
        parts = [texts.EVENTS_LEAD]
        for ordinal, name, heading in self.words.events():
            said = [self.words.series(ordinal, name), *self.words.groups(ordinal, name)]
            parts.append(f"## {escape(heading)}\n\n" + "\n".join(f"- {escape(s)}" for s in said))
        if len(parts) == 1:
            return Block(texts.NO_EVENTS)
        return Block("\n\n".join(parts))
