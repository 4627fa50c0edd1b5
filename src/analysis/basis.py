"""Everything that decides a report, as fingerprints: taken before anything slow is imported, and again at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from analysis.fingerprints import (
    NOTEBOOKS,
    notebook_fingerprint,
    program_fingerprint,
    raw_fingerprints,
    reference_fingerprint,
    tools_fingerprint,
)
from analysis.values import visible
from analysis.workspace import Workspace

_FILE, _NOTEBOOK, _ASKED, _BEFORE = "file ", "notebook ", "asked ", "before"
_WORDS = {
    "reference": "data acuan dan aturan",
    "program": "program",
    "tools": "paket atau setelan komputer",
}
_MOST_NAMED = 3


@dataclass(frozen=True)
class Basis:
    """What decides a report, as it stands at one moment.

    files: name of a file in the district's folder → SHA-256. notebooks: name → fingerprint.
    reference: rules, indicators, layouts and the like. program: code, templates and lock. tools: Python and packages.
    """

    files: dict[str, str]
    notebooks: dict[str, str]
    reference: str
    program: str
    tools: str

    @classmethod
    def now(cls, workspace: Workspace, district: str) -> Basis | None:
        """Return the basis of a district's reports; None where something cannot be read, and so cannot be compared."""
        try:
            return cls(
                files=raw_fingerprints(workspace.raw_of(district)),
                notebooks={name: notebook_fingerprint(name) for name in NOTEBOOKS},
                reference=reference_fingerprint(workspace.reference),
                program=program_fingerprint(),
                tools=tools_fingerprint(),
            )
        except OSError:
            return None

    def parts(self, notebooks: Iterable[str], asked: Mapping[str, str], before: str = "") -> dict[str, str]:
        """Return what decides a step, by name of the part.

        notebooks: those that run in the step. asked: parameters of the step. before: fingerprint of what the step
        before gave; default none. Names of files could tell of persons, so only their checksums are among the parts.
        """
        return {
            **{_part_of(name): sum_ for name, sum_ in self.files.items()},
            **{_NOTEBOOK + name: self.notebooks[name] for name in notebooks},
            **{_ASKED + name: value for name, value in asked.items()},
            "reference": self.reference,
            "program": self.program,
            "tools": self.tools,
            _BEFORE: before,
        }

    def told(self, changed: Collection[str]) -> str:
        """Return which parts have changed, in words for the analyst: 'Capaian 2025.xlsx, data acuan dan aturan'."""
        names = [visible(name) for name in self.files if _part_of(name) in changed]
        gone = sum(part.startswith(_FILE) for part in changed) - len(names)
        named = names[:_MOST_NAMED]
        if more := len(names) - len(named):
            named.append(f"{more} berkas lain")
        if gone:
            named.append(f"{gone} berkas yang tidak ada lagi")
        named += [f"notebook {part.removeprefix(_NOTEBOOK)}" for part in sorted(changed) if part.startswith(_NOTEBOOK)]
        named += ["yang diminta"] * any(part.startswith(_ASKED) for part in changed)
        named += [words for part, words in _WORDS.items() if part in changed]
        return ", ".join(named) or "hasil langkah sebelumnya"


def _part_of(name: str) -> str:
    return _FILE + hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
