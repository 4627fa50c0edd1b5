"""The list of cases; each module of cases adds its own by the decorator ``case``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from corpus.folder import Folder


@dataclass(frozen=True)
class Case:
    """One case. name: its id. dirt: what is dirty, Indonesian, for the documentation. make: writes it into a folder."""

    name: str
    dirt: str
    make: Callable[[Folder], None]

    def build(self, root: Path) -> Folder:
        """Write the files of the case below ``root``."""
        folder = Folder(root)
        self.make(folder)
        return folder


CASES: dict[str, Case] = {}


def case(dirt: str) -> Callable[[Callable[[Folder], None]], Callable[[Folder], None]]:
    """Add a function to the cases under its own name."""

    def add(make: Callable[[Folder], None]) -> Callable[[Folder], None]:
        name = make.__name__
        if name in CASES:
            raise ValueError(f"two cases are named {name}")
        CASES[name] = Case(name, dirt, make)
        return make

    return add
