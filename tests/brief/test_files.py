"""Check the workbook, the web page and what is changed by hand."""

import io
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn

from dashboard.brief.content import SECTIONS, section_names
from dashboard.brief.docx import FALLBACKS, as_docx
from dashboard.brief.editing import edited, problem_table
from dashboard.brief.files import FORMS, KINDS, put, writer_for
from dashboard.brief.html import as_html
from dashboard.brief.slides import Brief, Chart, Table, TownMap
from dashboard.brief.xlsx import as_xlsx_brief, read_figure
from dashboard.language import Say
from dashboard.model.indicators import INDICATORS
from dashboard.model.problem import Problem
from tests.brief.conftest import Make

MAQIAO = "310112112"


# The workbook ----------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "name"), [("zh", "问题清单（全部"), ("en", "Problem list (all")])
def test_workbook_holds_the_whole_problem_list(make: Make, lang: str, name: str) -> None:
    brief = make(lang=lang)
    (slide,) = [slide for slide in brief.slides if slide.key == "problems"]
    shown = problem_table(brief)
    assert shown is not None
    assert slide.listed is not None
    assert slide.listed.rows[: len(shown.rows)] == shown.rows
    assert str(len(slide.listed.rows)) in slide.headline
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx_brief(brief)))
    (sheet,) = [sheet for sheet in book if sheet.title.startswith(name)]
    rows = [row[:2] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert rows == [row[:2] for row in slide.listed.rows]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_workbook_holds_every_table_behind_the_briefing(make: Make, lang: str) -> None:
    brief = make(MAQIAO, "2025-06", lang)
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx_brief(brief)))
    assert len(set(book.sheetnames)) == len(book.sheetnames)
    assert all(len(name) <= 31 for name in book.sheetnames)
    for counted in brief.counted:
        sheets = [book[name] for name in book.sheetnames if name.startswith(counted.query[:28])]
        assert len(counted.rows) + 1 in {sheet.max_row for sheet in sheets}, counted.query
    texts = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    for slide in brief.slides:
        assert slide.headline in texts
    for counted in brief.counted:
        assert any(f"query {counted.query}" in str(text) for text in texts)
    for each in INDICATORS:
        assert each.formula.in_language(brief.language) in texts


def test_workbook_charts_draw_the_briefings_numbers(make: Make) -> None:
    brief = make()
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx_brief(brief)))
    charts = {slide.key: part for slide in brief.slides for part in slide.parts
              if isinstance(part, Chart)}  # fmt: skip
    assert len(charts) == 4
    names = section_names(Say("zh"))
    for key, chart in charts.items():
        (sheet,) = (sheet for sheet in book if sheet.title.endswith(f" {names[key]}"))
        assert len(sheet._charts) == 1
        rows = list(sheet.iter_rows(values_only=True))
        at = next(y for y, row in enumerate(rows) if row[1] == chart.series[0].name) + 1
        there = rows[at : at + len(chart.categories)]
        assert tuple(row[0] for row in there) == chart.categories
        for number, series in enumerate(chart.series, 1):
            assert [row[number] for row in there] == pytest.approx(list(series.values))


def test_figures_in_the_workbook_are_numbers() -> None:
    assert read_figure("23,362") == (23_362, "#,##0")
    assert read_figure("54.5%") == (0.545, "0.0%")
    assert read_figure("12.5") == (12.5, "0.0")
    # A change stays as it is written; so does what has a unit of its own.
    assert [read_figure(text) for text in ("+25", "-0.7 点", "13.8万", "—", "", "2024-12-31")] == [
        None
    ] * 6


def test_workbook_begins_with_all_on_one_sheet(make: Make) -> None:
    brief = make(MAQIAO, "2025-06")
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx_brief(brief)))
    summary = book.worksheets[0]
    assert summary.title == "摘要"
    cells = [cell for row in summary.iter_rows() for cell in row if cell.value is not None]
    texts = [cell.value for cell in cells]
    assert "居村治理覆盖率" in texts
    assert any(str(text)[:1] in "●▲■" for text in texts)
    links = [cell.hyperlink.location for cell in cells if cell.hyperlink]
    assert len(links) == len(brief.slides)
    assert all(link.split("!")[0].strip("'") in book.sheetnames for link in links)
    assert all(sheet.page_setup.orientation == "landscape" for sheet in book)
    assert all(sheet.sheet_properties.pageSetUpPr.fitToPage for sheet in book)


def test_workbook_runs_no_formula(make: Make) -> None:
    brief = edited(make(), sentences={"modes": ("=1+1", "@SUM(A1)")})
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx_brief(brief)))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


# The paper -------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_paper_tells_progress_problems_and_suggestions(make: Make, lang: str) -> None:
    brief = make(MAQIAO, "2025-06", lang)
    paper: Any = Document(io.BytesIO(as_docx(brief)))
    headings = [p.text for p in paper.paragraphs if p.style.name == "Heading 1"]
    assert len(headings) == 4
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    for slide in brief.slides:
        if slide.key not in ("case", "definitions"):
            assert slide.headline in text
            assert slide.conclusion in text
    assert brief.cover.note in text
    tables = [part for slide in brief.slides if slide.key in ("problems", "steps")
              for part in slide.parts if isinstance(part, Table)]  # fmt: skip
    native = [
        [tuple(cell.text for cell in row.cells) for row in each.rows] for each in paper.tables
    ]
    assert [rows[1:] for rows in native[:2]] == [list(table.rows) for table in tables]
    # The annex holds the numbers of every chart.
    charts = [part for slide in brief.slides for part in slide.parts if isinstance(part, Chart)]
    for chart in charts:
        rows = [
            (name, *("—" if s.values[at] is None else f"{s.values[at]:.1f}" for s in chart.series))
            for at, name in enumerate(chart.categories)
        ]
        assert any(each[1:] == rows for each in native), chart.title


def test_paper_is_laid_out_as_official_papers_are(make: Make) -> None:
    paper: Any = Document(io.BytesIO(as_docx(make())))
    page = paper.sections[0]
    sides = (page.page_width, page.page_height, page.top_margin, page.left_margin)
    assert [round(side.mm) for side in sides] == [210, 297, 37, 28]
    runs = [run for paragraph in paper.paragraphs for run in paragraph.runs]
    assert all(run._element.rPr.rFonts.get(qn("w:eastAsia")) in FALLBACKS for run in runs)
    package = zipfile.ZipFile(io.BytesIO(as_docx(make())))
    table = package.read("word/fontTable.xml").decode()
    for name, other in FALLBACKS.items():
        assert f'w:name="{name}"><w:altName w:val="{other}"/>' in table


# The web page ----------------------------------------------------------------------------


class Page(HTMLParser):
    """Collect the addresses that a page asks for, and its open elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.count: dict[str, int] = {}
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta",):
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


@pytest.mark.parametrize(("town", "month"), [(None, None), (MAQIAO, "2023-11")])
def test_web_page_needs_nothing_else(make: Make, town: str | None, month: str | None) -> None:
    brief = make(town, month)
    text = as_html(brief).decode()
    page = Page(text)
    assert page.addresses == []
    assert not re.search(r"https?://|@import|url\(|<script", text)
    assert page.count["section"] == 10
    drawn = [p for s in brief.slides for p in s.parts if isinstance(p, Chart | TownMap)]
    assert page.count["svg"] == len(drawn) == 5
    for slide in brief.slides:
        assert f"<h2>{slide.headline}</h2>" in text
    assert not re.search(r"\bnan\b", text)


def test_web_page_shows_every_number_of_its_charts(make: Make) -> None:
    brief = make()
    text = as_html(brief).decode()
    for slide in brief.slides:
        for part in slide.parts:
            if isinstance(part, Chart):
                for series in part.series:
                    for name, value in zip(part.categories, series.values, strict=True):
                        assert re.search(f"<title>{re.escape(name)}.* {value:.1f}</title>", text)


def test_typed_text_is_text(make: Make) -> None:
    brief = edited(make(), sentences={"modes": ("<script>alert(1)</script>", "a & b")})
    text = as_html(brief).decode()
    assert "<script" not in text
    assert "&lt;script&gt;" in text


# Changed by hand -------------------------------------------------------------------------


def test_pages_come_in_the_order_chosen(make: Make) -> None:
    brief = edited(make(), sections=["problems", "conclusion", "nothing"])
    assert [slide.key for slide in brief.slides] == ["problems", "conclusion"]
    assert len(edited(make(), sections=[]).slides) == len(SECTIONS)


def test_sentences_and_problems_are_changed(make: Make) -> None:
    before = make()
    row = ["某社区", "某问题", "某镇", "2026-02-28", "关注"]
    brief = edited(
        before, sentences={"case": ("新标题", ""), "steps": ("", "")}, problems=[row, [""] * 5]
    )
    table = problem_table(brief)
    assert table is not None
    assert table.rows == (tuple(row),)
    case = {slide.key: slide for slide in brief.slides}["case"]
    assert case.headline == "新标题"
    assert case.conclusion == {s.key: s for s in before.slides}["case"].conclusion
    assert all(kind.write(brief) for kind in KINDS)


# Files -----------------------------------------------------------------------------------


def test_a_file_is_put_whole_or_not_at_all(tmp_path: Path) -> None:
    to = tmp_path / "a.html"
    put(to, b"one")
    put(to, b"two")
    assert to.read_bytes() == b"two"
    folder = tmp_path / "folder.html"
    folder.mkdir()
    with pytest.raises(Problem, match="can't be written") as problem:
        put(folder, b"three")
    assert "无法写入" in problem.value.problems[0].zh
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.html", "folder.html"]


def test_the_ending_says_what_is_written(make: Make) -> None:
    brief: Brief = make()
    for kind in KINDS:
        assert writer_for(Path(f"x.{kind.ending.upper()}"))(brief)
    with pytest.raises(Problem, match=r"end the name with \.pptx, \.docx, \.xlsx, \.html"):
        writer_for(Path("x"))


def test_a_web_page_has_three_forms(make: Make) -> None:
    brief = make(lang="en")
    texts = {form: writer_for(Path("x.html"), form=form)(brief).decode() for form in FORMS}
    assert set(texts) == {"report", "a3", "show"}
    assert writer_for(Path("x.html"))(brief).decode() == texts["report"]
    assert "@page { size: 420mm 297mm" in texts["a3"]
    assert "new Show(" in texts["show"]
    assert "<script" not in texts["report"] + texts["a3"]


def test_what_does_not_go_together_is_told_all_at_once(make: Make) -> None:
    with pytest.raises(Problem) as problem:
        writer_for(Path("x.odp"), form="a3", template=b"")
    assert [words.zh for words in problem.value.problems] == [
        "不能写成“x.odp”：文件名请以.pptx、.docx、.xlsx、.html结尾。",
        "模板只用于 .pptx 文件。",
        "版式 a3 只用于 .html 文件。",
    ]


def test_what_is_typed_stays_text_in_every_form(make: Make) -> None:
    typed = "</script><script>alert(1)</script>"
    brief = edited(make(), sentences={"conclusion": (typed, typed)})
    for form in FORMS:
        text = writer_for(Path("x.html"), form=form)(brief).decode()
        assert typed not in text
        assert "<script>alert" not in text
        assert text.count("</script>") == (1 if form == "show" else 0)
