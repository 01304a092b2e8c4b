"""Check the workbook, the web page and what is changed by hand."""

import io
import re
import zipfile
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from pptx import Presentation

from dashboard.asking.questions import Asking
from dashboard.brief import content
from dashboard.brief.content import section_names
from dashboard.brief.docx import as_docx
from dashboard.brief.editing import edited, problem_table, reported_by
from dashboard.brief.files import FORMS, KINDS, Kind, put, writer_for
from dashboard.brief.html import as_html
from dashboard.brief.material import Material
from dashboard.brief.material import Page as BriefingPage
from dashboard.brief.official import official
from dashboard.brief.sentences import Message
from dashboard.brief.slides import (
    Brief,
    Chart,
    Column,
    Slide,
    SlidePlace,
    Stack,
    Table,
    TownMap,
)
from dashboard.brief.xlsx import SHEETS, as_xlsx_brief
from dashboard.contract.filters import default_filters
from dashboard.contract.indicators import INDICATORS
from dashboard.contract.measures import FIELDS
from dashboard.contract.problem import Problem
from dashboard.contract.words import Language
from dashboard.language import Say
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Warehouse
from tests.brief.conftest import Make

MAQIAO = "310112112"
# What stands in for a typeface that is not installed.
FALLBACKS = {
    "方正小标宋简体": "宋体", "楷体_GB2312": "楷体", "仿宋_GB2312": "仿宋", "黑体": "SimHei", "宋体": "SimSun",
}  # fmt: skip


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
        title = SHEETS[counted.query].in_language(brief.language)
        sheets = [book[name] for name in book.sheetnames if name.startswith(title[:28])]
        assert len(counted.rows) + 1 in {sheet.max_row for sheet in sheets}, counted.query
    texts = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    for slide in brief.slides:
        assert slide.headline in texts
    for counted in brief.counted:
        assert any(f"query {counted.query}" in str(text) for text in texts)
    for each in INDICATORS:
        assert official(each.formula.in_language(brief.language), brief.language) in texts


@pytest.mark.parametrize("town", ["", MAQIAO])
@pytest.mark.parametrize(("lang", "chance"), [("zh", "随机"), ("en", "chance")])
def test_a_briefing_of_complete_counts_has_no_interval_and_no_word_of_chance(
    make: Make, town: str, lang: Language, chance: str
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx_brief(make(town or None, lang=lang))))
    texts = [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
    ]
    assert not [text for text in texts if chance in text.lower()]
    for sheet in book:
        for column in sheet.iter_cols(values_only=True):
            if column and str(column[0]).startswith("95%"):
                assert any(value is not None for value in column[1:]), sheet.title
    coverage = book[SHEETS["coverage_by_town"].in_language("en" if lang == "en" else "zh")]
    assert not [cell.value for cell in coverage[1] if str(cell.value).startswith("95%")]


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
        first = [f"{n:%Y-%m}" if isinstance(n, datetime) else n for n in (row[0] for row in there)]
        assert tuple(first) == chart.categories
        for number, series in enumerate(chart.series, 1):
            assert [row[number] for row in there] == pytest.approx(list(series.values))
        if chart.is_by_month:
            assert all(isinstance(row[0], datetime) for row in there)


def test_figures_in_the_workbook_are_numbers_unrounded(make: Make, warehouse: Warehouse) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx_brief(make())))
    now = warehouse.run("district_by_month", default_filters(warehouse.months).parameters())
    now = now[now["month"] == now["month"].max()].iloc[0]
    share = now["committee_community_count"] / now["community_count"]
    for name in ("摘要", "2 一页结论"):
        rows = {row[0].value: row[1] for row in book[name].iter_rows(max_col=2)}
        assert rows["房源"].value == now["dwelling_count"] > 100_000
        assert rows["居村治理覆盖率"].value == pytest.approx(share, abs=1e-12)
        assert rows["居村治理覆盖率"].number_format == "0.0%"
    tiers = {row[0].value: row for row in book["5 入住与供给"].iter_rows()}["一间房"]
    assert tiers[4].value == pytest.approx(tiers[2].value / tiers[3].value, abs=1e-12)


def test_dates_in_the_workbook_are_dates(make: Make) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx_brief(make())))
    months = [cell.value for cell in book["逐月总数"]["A"][1:]]
    assert all(isinstance(month, datetime) for month in months)
    assert months == sorted(months)
    due = {cell.number_format for cell in book["8 问题清单"]["D"] if cell.data_type == "d"}
    assert due == {"yyyy-mm-dd"}


def test_chinese_workbook_has_chinese_names_and_headings(make: Make) -> None:
    brief = make(MAQIAO)
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx_brief(brief)))
    assert all(re.search("[\u4e00-\u9fff]", name) for name in book.sheetnames)
    allowed = {code for field in FIELDS.values() for code in field.allowed if not code.isdigit()}
    for counted in brief.counted:
        sheet = book[SHEETS[counted.query].zh]
        headings = [cell.value for cell in sheet[1]]
        assert all(re.search("[\u4e00-\u9fff]", text) for text in headings), headings
        rows = counted.rows
        names = [n for n in rows if n not in ("low", "high") or rows[n].notna().any()]
        columns = dict(zip(names, sheet.iter_cols(min_row=2), strict=True))
        for name, cells in columns.items():
            if name in FIELDS and FIELDS[name].allowed:
                assert not allowed & {cell.value for cell in cells}, name


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
    assert len(headings) == 3
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    for slide in brief.slides:
        if slide.key not in ("case", "definitions"):
            assert slide.headline in text
            assert slide.conclusion in text
    assert brief.cover.note in text
    marked = re.compile("^[●▲■◆]\u00a0")
    tables = [part for slide in brief.slides if slide.key in ("problems", "steps")
              for part in slide.parts if isinstance(part, Table)]  # fmt: skip
    native = [
        [tuple(cell.text for cell in row.cells) for row in each.rows] for each in paper.tables
    ]
    assert [[marked.sub("", text) for row in rows[1:] for text in row] for rows in native[:2]] == [
        [text for row in table.rows for text in row] for table in tables
    ]
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
    grid = page._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "560")
    body = [p for p in paper.paragraphs if p.runs and p.runs[-1].font.size.pt == 16]
    closer = [p.runs[-1]._r.rPr.find(qn("w:spacing")).get(qn("w:val")) for p in body]
    assert {28 * (16 + int(each) / 20) <= (210 - 28 - 26) / 25.4 * 72 for each in closer} == {True}
    told = [p for p in body if len(p.text) > 60]
    assert told and all(p.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY for p in told)
    runs = [run for paragraph in paper.paragraphs for run in paragraph.runs]
    assert all(run._element.rPr.rFonts.get(qn("w:eastAsia")) in FALLBACKS for run in runs)
    package = zipfile.ZipFile(io.BytesIO(as_docx(make())))
    table = package.read("word/fontTable.xml").decode()
    for name, other in FALLBACKS.items():
        assert f'w:name="{name}"><w:altName w:val="{other}"/>' in table


def test_paper_says_first_what_it_is_worth_and_last_whose_it_is(make: Make) -> None:
    brief = reported_by(make(), "闵行区某某委员会")
    paper: Any = Document(io.BytesIO(as_docx(brief)))
    texts = [paragraph.text for paragraph in paper.paragraphs]
    assert texts[:2] == ["内部资料", brief.cover.note]
    assert "汇报单位" not in "".join(texts)
    signed = texts.index("闵行区某某委员会")
    assert re.fullmatch(r"\d{4}年\d+月\d+日", texts[signed + 1])
    assert paper.paragraphs[signed].alignment == WD_ALIGN_PARAGRAPH.RIGHT
    assert paper.paragraphs[signed].paragraph_format.right_indent.pt == 64
    assert "附件：主要数据" in texts[:signed] and texts.index("附件") > signed
    section = paper.sections[0]
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        assert footer.paragraphs[0].alignment == side
        assert {run.font.size.pt for run in footer.paragraphs[0].runs} == {14}


# All of them -----------------------------------------------------------------------------


def test_chinese_texts_have_no_gaps_around_figures(make: Make) -> None:
    for brief in (make(), make(MAQIAO, "2025-06")):
        # The titles of shapes set names and values apart.
        texts = re.sub("<title>.*?</title>", "", as_html(brief).decode())
        assert not re.search(r"[\u4e00-\u9fff] +\d|\d +[\u4e00-\u9fff]", texts)
        assert brief.cover.date == f"{brief.cover.date[:4]}年{brief.cover.date[5:7]}月"
    assert official("547 个社区 = 296 ÷ 2（ 1 ）", "zh") == "547个社区 = 296 ÷ 2（1）"
    assert official("[headline not read] 报道 [mirror; not read]", "zh") == "报道"


def test_working_remarks_and_idle_sources_reach_no_file(make: Make) -> None:
    for month in ("2023-11", "2025-12"):
        brief = make(MAQIAO, month)
        case = next(slide for slide in brief.slides if slide.key == "case")
        assert "not read" not in repr(case.notes)
        sources = [note for note in case.notes if note.startswith("来源")]
        assert sources
        # Neither what was published later nor what told nothing.
        days = re.findall(r"（(\d{4}-\d\d)", "".join(sources))
        assert all(day <= month for day in days)
        assert not any("基础设施项目说明" in source for source in sources)
        package = zipfile.ZipFile(io.BytesIO(as_xlsx_brief(brief)))
        assert b"not read" not in package.read("xl/sharedStrings.xml")


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.ending != "html"], ids=lambda kind: kind.name
)
def test_properties_are_ours(make: Make, kind: Kind) -> None:
    brief = reported_by(make(), "某某委员会 & 某某局")
    before = datetime.now(UTC).replace(microsecond=0)
    package = zipfile.ZipFile(io.BytesIO(kind.write(brief)))
    core, app = (package.read(f"docProps/{n}.xml").decode() for n in ("core", "app"))
    assert f"<dc:title>{brief.cover.title} {brief.place} {brief.cover.date}</dc:title>" in core
    assert "<dc:creator>某某委员会 &amp; 某某局</dc:creator>" in core
    assert "<Company>某某委员会 &amp; 某某局</Company>" in app
    days = re.findall(r'W3CDTF">([^<]+)Z<', core)
    assert len(days) == 2
    assert all(datetime.fromisoformat(f"{day}+00:00") >= before for day in days)
    names = " ".join(package.namelist())
    assert not re.search("thumbnail|printerSettings", names)
    assert not re.search("Steve Canny|python-|Macintosh|4:3", core + app)
    if kind.name != "xlsx":
        assert "<dc:language>zh-CN</dc:language>" in core
    if kind.name == "pptx":
        presentation = package.read("ppt/presentation.xml").decode()
        assert "<p:notesMasterIdLst>" in presentation and "screen4x3" not in presentation
        assert "<PresentationFormat>16:9<" in app
    if kind.name == "docx":
        assert 'w:val="zh-CN" w:eastAsia="zh-CN"' in package.read("word/styles.xml").decode()


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
    assert page.count["section"] == brief.total
    drawn = [p for s in brief.slides for p in s.parts if isinstance(p, Chart | TownMap)]
    assert page.count["svg"] == len(drawn) == 5
    for slide in brief.slides:
        assert f">{slide.headline}</h2>" in text
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


# One page more -----


def test_a_page_that_is_declared_is_in_every_file(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def more(material: Material) -> Slide:
        table = Table("", (Column("甲", 1.0),), (("仅此一页",),))
        return material.slide(Message("多一页", "写在每种文件里"), Stack((table,)))

    place = SlidePlace("progress", row=2, column=2, width=100)
    page = BriefingPage("more", more, lambda say: "新页", place)
    monkeypatch.setattr(content, "PAGES", (*content.PAGES, page))
    brief = content.make_brief(
        Asking(warehouse, Say("zh"), default_filters(warehouse.months), lay_out_assets().maps)
    )
    deck, paper, book = (io.BytesIO(kind.write(brief)) for kind in KINDS[:3])
    assert [each.shapes.title.text_frame.text for each in Presentation(deck).slides][-1] == "多一页"
    assert "多一页。写在每种文件里" in [each.text for each in Document(paper).paragraphs]
    assert openpyxl.load_workbook(book).sheetnames[brief.total - 1] == f"{brief.total} 新页"
    for kind in KINDS[3:]:
        assert "多一页" in kind.write(brief).decode()


# Changed by hand -------------------------------------------------------------------------


def test_pages_come_in_the_order_chosen(make: Make) -> None:
    brief = edited(make(), sections=["problems", "conclusion", "nothing"])
    assert [slide.key for slide in brief.slides] == ["problems", "conclusion"]
    assert len(edited(make(), sections=[]).slides) == len(make().slides)


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


def test_dates_that_were_not_edited_stay_dates(make: Make) -> None:
    before = make()
    table = problem_table(before)
    assert table is not None
    typed = [[f"{text}" for text in row] for row in table.rows]
    typed[0][1] = "另一问题"
    brief = edited(before, problems=typed)
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx_brief(brief)))
    days = [cell for cell in book["8 问题清单"]["D"] if cell.data_type == "d"]
    assert len(days) == len(table.rows)


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


@pytest.mark.parametrize("sign", ["\x0b", "\x00", "\x1f", "\ufffe", "\ud83d"])
def test_what_office_files_cannot_hold_is_left_out_of_what_is_typed(make: Make, sign: str) -> None:
    """A line break that is pasted from a word processor is such a sign."""
    typed, plain = f"一{sign}二", "一 二"
    before = make()
    table = problem_table(before)
    assert table is not None
    rows = [[typed, *map(str, row[1:])] for row in table.rows]
    brief = reported_by(
        edited(before, sentences={"modes": (typed, typed)}, problems=rows), f"某{sign}局"
    )
    assert {slide.key: slide for slide in brief.slides}["modes"].headline == plain
    changed = problem_table(brief)
    assert changed is not None
    assert changed.rows[0][0] == plain
    assert all(kind.write(brief) for kind in KINDS)
