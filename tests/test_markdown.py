from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import HOSTILE

from analysis import pandoc
from analysis.markdown import Block, FigureBlock, box, escape, status, table


def html(markdown: str) -> str:
    return pandoc.run(["-f", "markdown", "-t", "html5", "--wrap=none"], Path.cwd(), text=markdown)


def plain_text(markdown: str) -> str:
    tree = json.loads(pandoc.run(["-f", "markdown", "-t", "json"], Path.cwd(), text=markdown))
    kinds = {kind for kind, _ in pandoc.elements(tree["blocks"])}
    assert kinds <= {"Para", "Str", "Space"}, kinds
    return "".join(
        c if kind == "Str" else " " for kind, c in pandoc.elements(tree["blocks"]) if kind in {"Str", "Space"}
    )


def test_elements_of_a_document_come_in_its_order_without_words() -> None:
    text = "# Satu dua\n\n![Judul $x$](a.svg)\n\n- [tiga](#a) empat\n"
    document = pandoc.run(["-f", "markdown", "-t", "json"], Path.cwd(), text=text)
    # as in pandoc's -t native: the caption of a figure stands before the figure's own content
    expected = "Header Figure Plain Math InlineMath Plain Image Math InlineMath BulletList Plain Link"
    assert [kind for kind, _ in pandoc.elements_in(document)] == expected.split()
    every = [kind for kind, _ in pandoc.elements(json.loads(document)["blocks"])]
    assert [kind for kind in every if kind not in {"Str", "Space"}] == expected.split()
    assert every.count("Str") == 6  # Satu, dua, Judul twice, tiga, empat


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_name_is_only_text(name: str) -> None:
    assert plain_text(escape(name)) == name


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1).filter(str.strip))
def test_any_printable_text_comes_out_as_it_went_in(name: str) -> None:
    assert plain_text(escape(name)) == " ".join(name.split())


def test_no_shortcode_survives_escaping() -> None:
    assert "{{<" not in escape("{{< include x >}}")


def test_line_ends_and_marks_that_turn_the_writing_vanish() -> None:
    assert escape("a\nb\u202e\u200bc\x00") == "a bc"


def test_pipe_table_keeps_alignment_widths_label_and_caption() -> None:
    markdown = table(["Nama", "AK"], [["a\nb", "1,0"]], widths=[3, 1], label="tbl-x", caption="Judul")
    shown = html(markdown)
    assert "width: 7" in shown
    assert "width: 2" in shown
    assert '<td style="text-align: right;">1,0</td>' in shown
    assert '<td style="text-align: left;">a b</td>' in shown
    assert 'id="tbl-x"' in shown
    assert "<caption>Judul</caption>" in shown


def test_table_of_eight_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="7 columns"):
        table(["x"] * 8, [])


def test_ragged_rows_and_bad_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="cells"):
        table(["a", "b"], [["1"]])
    with pytest.raises(ValueError, match="label"):
        table(["a"], [["1"]], label="fig-x", caption="x")
    with pytest.raises(ValueError, match="caption"):
        table(["a"], [["1"]], label="tbl-x")
    with pytest.raises(ValueError, match="widths"):
        table(["a"], [["1"]], widths=[0])


def test_boxes_nest() -> None:
    shown = html(box("temuan", box("catatan", "isi")))
    assert shown.count("<div") == 2
    assert '<div class="temuan">\n<div class="catatan">' in shown


def test_unknown_box_and_status_are_refused() -> None:
    with pytest.raises(ValueError, match="box"):
        box("lain", "x")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="status"):
        status("x", "lain")  # type: ignore[arg-type]


def test_status_is_text_with_a_class() -> None:
    assert html(status("naik ]{.x}", "baik")) == '<p><span class="baik">naik ]{.x}</span></p>\n'


def test_display_objects_show_in_jupyter() -> None:
    assert Block("*a*")._repr_markdown_() == "*a*"
    data, metadata = FigureBlock("<svg/>", "fig-x", "Judul", "Teks")._repr_mimebundle_()
    assert data["image/svg+xml"] == "<svg/>"
    assert metadata == {"kbk": {"label": "fig-x", "caption": "Judul", "alt": "Teks"}}


def test_figure_without_alternative_text_is_refused() -> None:
    with pytest.raises(ValueError, match="alternative"):
        FigureBlock("<svg/>", "fig-x", "Judul", " ")


def test_default_widths_leave_room_for_the_longest_word() -> None:
    headers = ["Nama", "Bulan", "Semester", "Selisih", "Kekurangan", "Keadaan"]
    row = [
        "Semua puskesmas yang dapat dibandingkan",
        "6/6",
        "139,5",
        "−4,1",
        "cadangan 898",
        status("memenuhi", "baik"),
    ]
    rule = table(headers, [row]).split("\n")[1]
    shares = [len(cell.strip()) / len(rule.replace(" ", "")) for cell in rule.strip("|").split("|")]
    assert shares[-1] * 100 >= len("memenuhi") + 3
    assert shares[-2] * 100 >= len("Kekurangan") + 3
