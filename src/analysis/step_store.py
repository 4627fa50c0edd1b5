"""What a step gave before, kept under the fingerprints of all that decided it, and looked at before it is used again.

A record stands in ``data/processed/<district>/langkah/<step>/<key>/``: the files that the step gave, and langkah.json
with the fingerprints that decided them, their own checksums and a few facts. A record comes into its place as a whole;
one that is damaged, incomplete or changed by hand counts as none. Removing the folder costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.private_folders import private_folder, replace_folder, told

FOLDER = "langkah"
RECORD = "langkah.json"
_FORM = "1"
"""Raised whenever records of an earlier program must not be used by a later one."""

Parts = Mapping[str, str]
"""What decides a step: name of a part, and its fingerprint or value."""


@dataclass(frozen=True)
class Kept:
    """What a step gave.

    outputs: name of each file, with slashes, and its SHA-256. facts: single values of the step, as JSON takes them.
    """

    outputs: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def fingerprint(self, place: str) -> str:
        """Return one SHA-256 of the files in a place, the first part of their names, and of the facts."""
        within = {name: sum_ for name, sum_ in self.outputs.items() if name.startswith(f"{place}/")}
        return _checksum([within, self.facts])


class StepStore:
    """The kept steps of one district.

    processed: the district's folder under data/processed.
    """

    def __init__(self, processed: Path) -> None:
        self.folder = processed / FOLDER

    def look(self, step: str, parts: Parts) -> Kept | None:
        """Return the record of a step that was decided by the same parts; None where there is none that is whole."""
        folder = self._place(step, parts)
        try:
            content = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            whole = content.pop("sha256") == _checksum(content) and content["parts"] == {**parts}
            kept = Kept(content["outputs"], content["facts"])
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return None
        if not whole:
            return None
        with suppress(OSError):
            os.utime(folder)  # used last: goes last when room is made
        return kept

    def take(self, step: str, parts: Parts, places: Mapping[str, Path]) -> Kept | None:
        """Copy what a step gave to its places, and return its record; None, and nothing copied, where it is not whole.

        places: first part of the files' names → folder that takes the rest.
        """
        kept, folder = self.look(step, parts), self._place(step, parts)
        if kept is None:
            return None
        found: dict[Path, bytes] = {}
        try:
            for path in folder.rglob("*"):
                name = path.relative_to(folder)
                if name.as_posix() != RECORD and not path.is_dir():
                    found[name] = path.read_bytes()
        except OSError:
            return None
        if {name.as_posix(): hashlib.sha256(content).hexdigest() for name, content in found.items()} != kept.outputs:
            return None
        for name, content in found.items():
            target = places[name.parts[0]].joinpath(*name.parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return kept

    def put(self, step: str, parts: Parts, kept: Kept, files: Mapping[str, Path], *, most: int) -> None:
        """Keep what a step gave in place of any record of the same parts, and of the oldest ones beyond ``most``.

        files: those named in ``kept``, each where it lies. Raises PublishError where disk or permissions refuse; then
        nothing is kept.
        """
        target = self._place(step, parts)
        with told("Hasil langkah", f"data/processed/{self.folder.parent.name}/{FOLDER}"):
            target.parent.mkdir(parents=True, exist_ok=True)
            with private_folder(target.parent) as private:
                new = private / "new"
                new.mkdir()
                for name, path in files.items():
                    place = new.joinpath(*name.split("/"))
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, place)
                content = {"parts": {**parts}, "outputs": kept.outputs, "facts": kept.facts}
                text = json.dumps(content | {"sha256": _checksum(content)}, ensure_ascii=False, indent=1)
                (new / RECORD).write_text(text + "\n", encoding="utf-8")
                replace_folder(new, target, private / "old")
            self._make_room(target.parent, most)

    def changed(self, step: str, parts: Parts) -> set[str] | None:
        """Return the names of the parts that are others than when the step was last kept; None where it never was."""
        for folder in self._newest_first(step):
            try:
                before: dict[str, str] = json.loads((folder / RECORD).read_text(encoding="utf-8"))["parts"]
                return {name for name in parts.keys() | before.keys() if parts.get(name) != before.get(name)}
            except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
                continue
        return None

    def _place(self, step: str, parts: Parts) -> Path:
        return self.folder / step / _checksum([_FORM, step, {**parts}])[:32]

    def _newest_first(self, step: str) -> list[Path]:
        found = []
        with suppress(OSError):
            for path in (self.folder / step).iterdir():
                if not path.name.startswith("."):
                    found.append((path.stat().st_mtime_ns, path))
        return [path for _, path in sorted(found, reverse=True)]

    def _make_room(self, folder: Path, most: int) -> None:
        for path in self._newest_first(folder.name)[most:]:
            shutil.rmtree(path, ignore_errors=True)


def kept_of(files: Mapping[str, Path], facts: Mapping[str, Any] | None = None) -> Kept:
    """Return the record of what a step gave. files: name, with slashes → where it lies. facts: default none."""
    return Kept({name: _sha256(path) for name, path in files.items()}, {**(facts or {})})


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _checksum(content: object) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
