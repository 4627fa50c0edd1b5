import datetime as dt

import pytest

import analysis.extents
import analysis.xml_workbooks
from analysis.ledger import Finding
from analysis.sheets import Document, Sheet
from analysis.sources import open_document
from analysis.values import FORMULA_WITHOUT_VALUE, Cell, Fault

START = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40">'
)


def book(*sheets: str) -> str:
    return f"{START}{''.join(sheets)}</Workbook>"


def sheet(rows: str, name: str = "Mei", more: str = "") -> str:
    return f'<Worksheet ss:Name="{name}"><Table ss:ExpandedColumnCount="9">{rows}</Table>{more}</Worksheet>'


def cell(content: str, kind: str = "String", **attributes: object) -> str:
    written = "".join(f' ss:{name}="{value}"' for name, value in attributes.items())
    return f'<Cell{written}><Data ss:Type="{kind}">{content}</Data></Cell>'


def opened(content: str | bytes, name: str = "kbk.xls") -> tuple[list[Sheet], list[Finding]]:
    return open_document(Document(name, content if isinstance(content, bytes) else content.encode()))


def rows(content: str) -> list[list[Cell]]:
    (found,), findings = opened(book(sheet(content)))
    assert findings == []
    return found.rows


def problem(content: str) -> str:
    sheets, findings = opened(content)
    assert sheets == []
    assert [f.kind for f in findings] == ["file_unreadable"]
    return findings[0].read


def test_every_type_of_cell_keeps_its_value() -> None:
    found = rows(
        "<Row>" + cell("000123456789012345") + cell("1234", "Number") + cell("0.1457", "Number")
        + cell("2024-03-01T00:00:00.000", "DateTime") + cell("2024-03-01T13:05:00.000", "DateTime") + cell("1", "Boolean")
        + cell("#DIV/0!", "Error", Formula="=1/0") + '<Cell ss:Formula="=R1C1"/>' + "<Cell/>" + cell("a &lt;b&gt; &#201;") + "</Row>"
    )  # fmt: skip
    assert found == [
        ["000123456789012345", 1234, 0.1457, dt.date(2024, 3, 1), dt.datetime(2024, 3, 1, 13, 5), True, "#DIV/0!",
         FORMULA_WITHOUT_VALUE, "", "a <b> É"],
    ]  # fmt: skip
    assert isinstance(found[0][6], Fault)


def test_rows_and_cells_stand_where_their_index_says_and_filtered_rows_count() -> None:
    found = rows(
        f'<Row ss:Span="1">{cell("a")}</Row><Row>{cell("b", Index=3)}{cell("c")}</Row>'
        f'<Row ss:Index="6" ss:Hidden="1">{cell("d")}</Row>'
    )
    assert found == [
        ["a", "", "", ""], [""] * 4, ["", "", "b", "c"], [""] * 4, [""] * 4, ["d", "", "", ""],
    ]  # fmt: skip


def test_merged_cells_are_filled_and_remembered() -> None:
    content = (
        f"<Row>{cell('A', MergeDown=1)}{cell('B', MergeAcross=1)}{cell('C')}</Row>"
        f"<Row>{cell('1', Index=2)}{cell('2')}{cell('3')}</Row>"
    )
    (found,), _ = opened(book(sheet(content)))
    assert found.rows == [["A", "B", "B", "C"], ["A", "1", "2", "3"]]
    assert found.merged == {(0, 0), (1, 0), (0, 1), (0, 2)}


def test_a_value_below_a_merged_cell_is_refused_and_not_guessed() -> None:
    content = f"<Row>{cell('A', MergeDown=1)}</Row><Row>{cell('1')}</Row>"
    assert "rusak" in problem(book(sheet(content)))


def test_comments_and_parts_in_bold_are_told_from_the_value() -> None:
    content = (
        '<Row><Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>Kode</B> PPK</ss:Data>'
        '<Comment ss:Author="x"><ss:Data ss:Type="Number">9</ss:Data></Comment></Cell></Row>'
    )
    assert rows(content) == [["Kode PPK"]]


def test_hidden_sheets_are_left_out_and_named() -> None:
    options = (
        '<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>{}</Visible></WorksheetOptions>'
    )
    row = f"<Row>{cell('a')}</Row>"
    sheets, findings = opened(
        book(
            sheet(row),
            sheet(row, "Lama", options.format("SheetHidden")),
            sheet(row, "X", options.format("SheetVeryHidden")),
        )
    )
    assert [s.name for s in sheets] == ["Mei"]
    assert [(f.kind, f.read) for f in findings] == [("sheet_hidden", "“Lama”, “X”")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["kbk.xml", "kbk.xls", "kbk.xlsx", "kbk.csv"])
def test_it_is_read_under_every_ending_and_encoding(name: str, encoding: str) -> None:
    (found,), _ = opened(book(sheet(f"<Row>{cell('É')}</Row>")).encode(encoding), name)
    assert found.rows == [["É"]]


def test_blanks_that_a_program_printed_before_it_do_no_harm() -> None:
    (found,), _ = opened("\n \n" + book(sheet(f"<Row>{cell('a')}</Row>")))
    assert found.rows == [["a"]]


def test_entities_that_grow_without_end_and_documents_from_elsewhere_are_refused() -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    content = book(sheet(f"<Row>{cell('&a9;')}</Row>"))
    for declared in (f'<!ENTITY a0 "aaaaaaaaaa">{levels}', '<!ENTITY a9 SYSTEM "file:///etc/passwd">'):
        assert "rusak" in problem(content.replace("<Workbook", f"<!DOCTYPE x [{declared}]><Workbook", 1))


def test_a_stray_value_is_named() -> None:
    far = f'<Row ss:Index="1048576">{cell("1", "Number", Index=16384)}</Row>'
    read = problem(book(sheet(f"<Row>{cell('a')}</Row>{far}")))
    assert read.startswith("sel XFD1048576 berisi")
    assert read.endswith("lalu simpan ulang")


def test_all_sheets_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis.extents, "LARGEST_BOOK", 1)
    row = f"<Row>{cell('a')}</Row>"
    assert "lebih dari 1 sel" in problem(book(sheet(row), sheet(row, "Juni")))


COVERING = '<Cell ss:MergeDown="1000000" ss:MergeAcross="5000"/>'


@pytest.mark.parametrize(
    "content",
    [
        book(sheet(f"<Row>{cell('x', 'Number')}</Row>")), book(sheet(f"<Row>{cell('1 Mei', 'DateTime')}</Row>")),
        book(sheet(f"<Row>{cell('a')}"))[:-20], book(sheet(f'<Row ss:Index="-1">{cell("a")}</Row>')),
        book(sheet(f'<Row ss:Index="5">{cell("a")}</Row><Row ss:Index="2">{cell("b")}</Row>')),
        book(sheet(f'<Row ss:Index="99999999999999999999">{cell("a")}</Row>')), book(sheet(""), sheet("")),
        f"{START}{'<a>' * 100_000}", book(sheet("<Row>" + cell("a", MergeDown=99999999) + "</Row>")),
book(sheet(f"<Row>{COVERING * 3}{cell('a', Index=16384)}</Row>" * 100)),
    ],
)  # fmt: skip
def test_a_damaged_workbook_is_refused(content: str) -> None:
    assert "rusak" in problem(content)


def test_other_xml_is_named_as_such() -> None:
    assert "XML" in problem('<?xml version="1.0"?><data><kode>1</kode></data>')
