"""Pages on methods: how every kind of number is made, and where that differs from a cited practice."""

from __future__ import annotations

import re

from analysis import texts
from analysis.markdown import Block, escape, table
from analysis.methods import Methods

HEADS = ("Angka", "Cara", "Rumus", "Rujukan")
_PLAIN = str.maketrans("ᵢⱼₘₜ₋₀₁₂₃", "ijmt−0123")
_SUBSCRIPT = re.compile("[ᵢⱼₘₜ₋₀₁₂₃]+")
ELSEWHERE = ("terbitan",)
"""Sections of the methods that belong to reports of another kind."""


def formula_text(formula: str) -> str:
    """Return a formula as markdown: subscript letters, which few fonts hold, become ordinary letters set low."""
    return _SUBSCRIPT.sub(lambda found: f"~{found[0].translate(_PLAIN)}~", escape(formula))


def methods_block(methods: Methods) -> Block:
    """Return method, formula and reference of every kind of number that a report holds."""
    rows = [
        [escape(m.number), escape(m.method), formula_text(m.formula), escape(m.reference)]
        for m in methods.methods
        if m.section not in ELSEWHERE
    ]
    return Block(
        table(
            HEADS,
            rows,
            align=["left", "left", "left", "left"],
            widths=[17, 23, 28, 32],
            label="tbl-metode",
            caption=escape(texts.METHODS_CAPTION),
        )
    )


def deviations_block(methods: Methods) -> Block:
    """Return where this project differs from a cited practice, or chooses where the rules are silent, and why."""
    rows = [[escape(d.subject), escape(d.practice), escape(d.here), escape(d.why)] for d in methods.deviations]
    return Block(
        table(
            ["Hal", "Kebiasaan", "Di sini", "Alasan"],
            rows,
            align=["left", "left", "left", "left"],
            widths=[14, 28, 27, 31],
            label="tbl-penyimpangan",
            caption=escape(texts.DEVIATIONS_CAPTION),
        )
    )
