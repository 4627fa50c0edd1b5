"""How each kind of published number is made, and where that differs from the cited practice: records of methods.yml."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import StringConstraints, model_validator

from analysis.reference import Strict, load_record

MethodSection = Literal[
    "indikator", "kunjungan", "nilai", "langkah", "gabungan", "bagian", "tiap_fktp", "diagram", "corong", "waktu",
    "kegiatan", "uji", "kelengkapan", "terbitan",
]  # fmt: skip
"""Parts of the methods page, in its order."""
DeviationSection = Literal["angka", "statistik", "diagram", "hitungan", "kunjungan", "pembayaran"]
"""Parts of the page of deviations, in its order."""
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Method(Strict):
    """How one kind of published number is made; all texts are Indonesian and without markup.

    id: name of the record. section: where the methods page shows it.
    number: the published number or numbers. method: name of the method. formula: short, in Unicode.
    reference: literature or regulation; 'definisi' where the number is a plain count or a definition of this project.
    module: the function that computes it, below the package: 'estimates.wilson'.
    agrees_with: other programs or published tables that give the same, checked by the tests; empty where there is none.
    """

    id: Text
    section: MethodSection
    number: Text
    method: Text
    formula: Text
    reference: Text
    module: Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[A-Za-z_]+(\.[a-z_]+)?$")]
    agrees_with: str


class Deviation(Strict):
    """A choice that differs from the cited practice, or that the rules leave open; all texts are Indonesian.

    id: name of the record. section: where the page of deviations shows it. subject: what it is about.
    practice: the practice and its source. here: what this project does. why: the reason.
    """

    id: Text
    section: DeviationSection
    subject: Text
    practice: Text
    here: Text
    why: Text


class Methods(Strict):
    """Everything in methods.yml, each list in the order in which the pages show it."""

    methods: list[Method]
    deviations: list[Deviation]

    @model_validator(mode="after")
    def _told_apart(self) -> Methods:
        """Refuse an id that stands twice in a list."""
        for name, records in (("methods", self.methods), ("deviations", self.deviations)):
            ids = [record.id for record in records]
            if twice := sorted({i for i in ids if ids.count(i) > 1}):
                raise ValueError(f"{name}: id lebih dari satu kali: {', '.join(twice)}")
        return self


def load_methods(reference: Path) -> Methods:
    """Return the methods and deviations; raise ConfigurationError when the file is wrong.

    reference: folder of the reference data, which holds methods.yml.
    """
    return load_record(reference / "methods.yml", Methods)
