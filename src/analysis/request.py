"""What an analyst asks for, refused before anything starts when a word means nothing here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.extract_engine import known_engine
from analysis.periods import parse_period
from analysis.workspace import Workspace, known_district


@dataclass(frozen=True)
class Request:
    """One report: district, period and comparison (empty: chosen from the data), renderer (auto, quarto, pandoc).

    engine: what counts visits of single participants (duckdb, spark).
    again: run every step, whatever was kept of earlier runs.
    """

    district: str
    period: str = ""
    compare: str = ""
    renderer: str = "auto"
    engine: str = "duckdb"
    again: bool = False

    def checked(self, workspace: Workspace) -> Request:
        """Return the request with its periods in their proper writing; raise ParameterError for unknown words."""
        known_district(self.district, workspace.known_districts())
        return self.checked_words()

    def checked_words(self) -> Request:
        """Return the request as ``checked`` does, whatever its district: one for many districts."""
        period, compare = (parse_period(word).code if word else "" for word in (self.period, self.compare))
        return replace(self, period=period, compare=compare, engine=known_engine(self.engine))
