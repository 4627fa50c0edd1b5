"""Which facilities a name that fits no code may mean: proposals by similarity, for a person to confirm, never used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from analysis.names import FacilityName, facility_name

LIMIT = 5
"""Proposals for one name."""
LEAST = 60.0
"""Score below which a name is not proposed."""
_SHORT = {
    "sei": "sungai", "sgi": "sungai", "tj": "tanjung", "tg": "tanjung", "tjg": "tanjung", "kp": "kampung",
    "kamp": "kampung", "ma": "muara", "bkt": "bukit", "pd": "padang", "pdg": "padang", "sp": "simpang",
    "spg": "simpang", "kt": "kota", "pkl": "pangkalan", "lb": "lubuk", "lbk": "lubuk", "gn": "gunung", "pl": "pulau",
}  # fmt: skip
"""Short forms in names of places, and the word that they most often stand for."""
_OTHER_NUMBER, _ONE_NUMBER, _OTHER_KIND, _OTHER_PLACE = 25.0, 10.0, 20.0, 10.0
_PART = 0.85
"""Weight of a name that holds the other one whole."""
_LIKE_CODE = 15.0


@dataclass(frozen=True)
class Proposal:
    """A facility that a name may mean.

    name: its spelling that comes nearest; known: where that stands. score: 0 to 100, how alike the names are.
    cautions: what to look at before it is chosen; Indonesian.
    """

    code: str
    name: str
    known: str
    score: float
    cautions: tuple[str, ...] = ()


def proposals(name: str, codes: Sequence[str], spellings: Mapping[str, Mapping[str, str]]) -> list[Proposal]:
    """Return the facilities that a name may mean, the likeliest first.

    codes: texts in the column of codes beside the name, which could not be used.
    spellings: code → its names → where each is known from.
    """
    asked = facility_name(name)
    found = []
    for code, names in spellings.items():
        like = next((text for text in codes if Levenshtein.distance(_plain(text), code, score_cutoff=1) <= 1), "")
        best = max(
            (_proposal(asked, code, text, known) for text, known in names.items()),
            key=lambda proposal: proposal.score,
            default=None,
        )
        if best is None and like:
            best = Proposal(code, "", "", 0.0)
        if best is not None and (best.score >= LEAST or like):
            weight = best.score + (_LIKE_CODE if like else 0)
            found.append((weight, _with(best, f"kode di berkas ({like}) mirip kode ini") if like else best))
    ordered = [proposal for _, proposal in sorted(found, key=lambda pair: (-pair[0], pair[1].code))]
    tied = [proposal for proposal in ordered if proposal.score == ordered[0].score]
    if len(tied) > 1:
        ordered = [_with(p, "sama miripnya dengan calon lain") if p in tied else p for p in ordered]
    return ordered[:LIMIT]


def _with(proposal: Proposal, caution: str) -> Proposal:
    return replace(proposal, cautions=(*proposal.cautions, caution))


def nearest_spelling(name: str, official: Iterable[str]) -> str:
    """Return the official spelling that comes nearest to a name; empty where none is near."""
    asked = facility_name(name)
    rated = [(_proposal(asked, "", text, "").score, text) for text in official]
    score, text = max(rated, default=(0.0, ""))
    return text if score >= LEAST else ""


def _plain(code: str) -> str:
    return "".join(code.upper().split())


def _proposal(asked: FacilityName, code: str, text: str, known: str) -> Proposal:
    name = facility_name(text)
    score = _alike(asked, name)
    cautions = []
    if asked.contradicts(name):
        score -= _OTHER_NUMBER
        cautions.append("nomornya berbeda")
    elif asked.numbers != name.numbers:
        score -= _ONE_NUMBER
        cautions.append("hanya salah satunya bernomor")
    if asked.kind and name.kind and asked.kind != name.kind:
        score -= _OTHER_KIND
        cautions.append("jenis fasilitasnya berbeda")
    places = ((asked.subdistrict, name.subdistrict), (asked.district, name.district))
    if any(a and b and a != b for a, b in places):
        score -= _OTHER_PLACE
        cautions.append("kecamatan atau kabupatennya berbeda")
    return Proposal(code, text, known, round(max(score, 0.0), 1), tuple(cautions))


def _alike(a: FacilityName, b: FacilityName) -> float:
    """Return 0 to 100: how alike the letters are, in any order of the words, short forms written out."""
    if a.base == b.base:
        return 100.0
    one, other = ([_SHORT.get(word, word) for word in name.words] for name in (a, b))
    spaced = " ".join(one), " ".join(other)
    whole = max(fuzz.ratio("".join(one), "".join(other)), fuzz.token_sort_ratio(*spaced))
    return min(99.0, max(whole, _PART * fuzz.token_set_ratio(*spaced)))
