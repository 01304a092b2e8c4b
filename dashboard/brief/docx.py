"""Write a briefing as Word, in the layout of official papers: progress, problems, suggestions.

A4, margins, typefaces and spacing follow GB/T 9704. The empty paper is a file beside this one, which
names the next best typeface where one is not installed.
"""

import io
import math
from datetime import date
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from dashboard.brief.layout import column_widths
from dashboard.brief.looks import STATE_MARKS
from dashboard.brief.official import official
from dashboard.brief.properties import own_properties
from dashboard.brief.slides import Brief, Chart, Figures, Slide, Table, as_table
from dashboard.insight.state import STATE_RULES
from dashboard.language import Say

TITLE, HEADING, SUBHEADING, BODY = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
LATIN = "Times New Roman"
TITLE_SIZE, BODY_SIZE, TABLE_SIZE, LINE = 22, 16, 10.5, 28
# The text's area on A4, and what it holds: 22 lines of 28 characters.
TEXT_WIDE, TEXT_CHARACTERS = 156, 28
# In parts of 20 of a point, between characters.
CLOSER = math.floor((Mm(TEXT_WIDE).pt / TEXT_CHARACTERS - BODY_SIZE) * 20)
CELL_SIDE_MM = 1.9
# In rows: a table as short as this stays on one page.
SHORT = 9
RED = "C00000"


def as_docx(brief: Brief) -> bytes:
    """Write the whole paper."""
    writer = _Paper(brief)
    writer.write()
    file = io.BytesIO()
    writer.document.save(file)
    return file.getvalue()


class _Paper:
    """Write into one document."""

    def __init__(self, brief: Brief) -> None:
        # Page, grid, languages, footers and what stands in for a missing typeface are its own.
        paper = Path(__file__).with_name(f"paper-{brief.language}.docx")
        self.document: Any = Document(str(paper))
        self._brief, self.say = brief, Say(brief.language)
        own_properties(self.document.part.package, self.document.core_properties, brief)

    def write(self) -> None:
        brief, say = self._brief, self.say
        progress = [slide for slide in brief.slides if slide.place.part == "progress"]
        shown = (part for slide in progress for part in slide.parts)
        tables = (as_table(part, say) for part in shown if isinstance(part, Chart | Table))
        annex = [table for table in tables if table is not None]
        self._line(brief.cover.mark, HEADING, BODY_SIZE, indent=False, colour=RED)
        if brief.cover.note:
            self._line(brief.cover.note, HEADING, BODY_SIZE, indent=False, colour=RED)
        self._gap(2)
        title = say("{place}{title}", place=brief.place, title=brief.cover.title)
        self._line(title, TITLE, TITLE_SIZE, indent=False, align=WD_ALIGN_PARAGRAPH.CENTER)
        self._gap(1)
        self._heading(say("一、进展情况"))
        self._figures()
        for slide in progress:
            self._said(slide)
        for part, heading in (("problems", say("二、存在问题")), ("steps", say("三、下一步建议"))):
            self._part(heading, [slide for slide in brief.slides if slide.place.part == part])
        if annex:
            self._gap(1)
            self._line(say("附件：主要数据"), BODY, BODY_SIZE)
        self._signed()
        self._write_annex(annex)
        says_states = any(slide.key == "conclusion" for slide in brief.slides)
        rules = [say.words(words) for words in STATE_RULES] if says_states else []
        for text in (*rules, brief.source):
            self._line(text, SUBHEADING, TABLE_SIZE)

    def _gap(self, lines: int) -> None:
        for _ in range(lines):
            self._line("", BODY, BODY_SIZE, indent=False)

    def _signed(self) -> None:
        """Say who reports and when, four characters in from the right."""
        self._gap(2)
        for text in (self._brief.unit, _day_written(date.today(), self.say)):
            paragraph = self._line(
                text, BODY, BODY_SIZE, indent=False, align=WD_ALIGN_PARAGRAPH.RIGHT
            )  # fmt: skip
            paragraph.paragraph_format.right_indent = Pt(4 * BODY_SIZE)
            paragraph.paragraph_format.keep_with_next = text == self._brief.unit

    def _figures(self) -> None:
        parts = [part for slide in self._brief.slides for part in slide.parts]
        for figures in (part for part in parts if isinstance(part, Figures)):
            texts = [
                self.say(
                    "{name} {figure}（{change}）",
                    name=each.name,
                    figure=f"{each.figure}{each.unit}",
                    change=each.change,
                )
                for each in figures.items
            ]
            self._line(self.say("{text}。", text=self.say.listed(texts)), BODY, BODY_SIZE)

    def _said(self, slide: Slide) -> None:
        if slide.lack:
            self._line(slide.lack, SUBHEADING, TABLE_SIZE, colour="C00000")
        headline = self.say("{text}。", text=slide.headline)
        paragraph = self._line(headline, SUBHEADING, BODY_SIZE)
        gap = "" if self._brief.language == "zh" else " "
        self._run(paragraph, gap + slide.conclusion, BODY, BODY_SIZE)

    def _part(self, heading: str, slides: list[Slide]) -> None:
        for slide in slides:
            if slide is slides[0]:
                self._heading(heading)
            self._said(slide)
            for part in slide.parts:
                if isinstance(part, Table):
                    self._table(part)

    def _write_annex(self, tables: list[Table]) -> None:
        """Put the numbers behind the progress into tables, each with its title above."""
        if not tables:
            return
        paragraph = self._line(self.say("附件"), HEADING, BODY_SIZE, indent=False)
        paragraph.paragraph_format.page_break_before = True
        self._gap(1)
        self._line(
            self.say("主要数据"), TITLE, TITLE_SIZE, indent=False, align=WD_ALIGN_PARAGRAPH.CENTER
        )  # fmt: skip
        for number, table in enumerate(tables, 1):
            title = self.say("表 {number}　{title}", number=number, title=table.title)
            paragraph = self._line(
                title, HEADING, TABLE_SIZE + 1.5, indent=False, align=WD_ALIGN_PARAGRAPH.CENTER
            )  # fmt: skip
            paragraph.paragraph_format.keep_with_next = True
            paragraph.paragraph_format.space_before = Pt(6)
            self._table(table)

    def _table(self, table: Table) -> None:
        native = self.document.add_table(rows=1, cols=len(table.columns))
        native.style = "Table Grid"
        native.autofit = False
        native.alignment = WD_TABLE_ALIGNMENT.CENTER
        points = column_widths(table, Mm(TEXT_WIDE).pt, size=TABLE_SIZE, side=Mm(CELL_SIDE_MM).pt)
        widths = [Pt(wide) for wide in points]
        for column, width in zip(native.columns, widths, strict=True):
            column.width = width
        # A heading that is said again on each page.
        native.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        headings = tuple(column.heading for column in table.columns)
        for number, texts in enumerate((headings, *table.rows)):
            row = native.rows[0] if number == 0 else native.add_row()
            # A row stays on one page.
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for cell, text, width, column in zip(
                row.cells, texts, widths, table.columns, strict=True
            ):
                cell.width = width
                if number == 0:
                    shade = f'<w:shd {nsdecls("w")} w:val="clear" w:fill="E8EDF3"/>'
                    cell._tc.get_or_add_tcPr().append(parse_xml(shade))
                cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
                paragraph = cell.paragraphs[0]
                form = paragraph.paragraph_format
                form.space_before = form.space_after = Pt(2)
                off = parse_xml(f'<w:snapToGrid {nsdecls("w")} w:val="0"/>')
                paragraph._p.pPr.find(qn("w:spacing")).addprevious(off)
                form.keep_with_next = number < len(table.rows) and len(table.rows) < SHORT
                if column.is_number:
                    form.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                if number and column.is_state and text in self._brief.states:
                    text = f"{STATE_MARKS[self._brief.states[text]][0]}\u00a0{text}".strip()
                self._run(paragraph, text, HEADING if number == 0 else BODY, TABLE_SIZE)

    def _heading(self, text: str) -> None:
        paragraph = self.document.add_heading(level=1)
        self._laid_out(paragraph, indent=True, align=WD_ALIGN_PARAGRAPH.JUSTIFY, line=LINE)
        self._run(paragraph, text, HEADING, BODY_SIZE)

    def _line(
        self,
        text: str,
        face: str,
        size: float,
        *,
        indent: bool = True,
        align: Any = WD_ALIGN_PARAGRAPH.JUSTIFY,
        colour: str = "000000",
    ) -> Any:
        paragraph = self.document.add_paragraph()
        self._laid_out(paragraph, indent=indent, align=align, line=_line_of(size))
        self._run(paragraph, text, face, size, colour=colour)
        return paragraph

    def _laid_out(self, paragraph: Any, *, indent: bool, align: Any, line: float) -> None:
        form = paragraph.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
        form.first_line_indent = Pt(2 * BODY_SIZE) if indent else None
        form.alignment = align

    def _run(
        self, paragraph: Any, text: str, face: str, size: float, *, colour: str = "000000"
    ) -> None:
        run = paragraph.add_run(official(text, self._brief.language))
        run.font.size, run.font.name = Pt(size), LATIN
        run.font.bold = False
        run.font.color.rgb = RGBColor.from_string(colour)
        if size == BODY_SIZE and self._brief.language == "zh":
            # 156 mm hold 28 characters of 16 points only when set closer.
            closer = parse_xml(f'<w:spacing {nsdecls("w")} w:val="{CLOSER}"/>')
            run._element.rPr.find(qn("w:sz")).addprevious(closer)
        fonts = run._element.rPr.rFonts
        fonts.set(qn("w:eastAsia"), face)
        fonts.set(qn("w:cs"), LATIN)


def _day_written(day: date, say: Say) -> str:
    return say("{year} 年 {month} 月 {day} 日", year=day.year, month=day.month, day=day.day)


def _line_of(size: float) -> float:
    """Give the height of a line of a type size; small print stands closer."""
    return LINE + size - BODY_SIZE if size >= BODY_SIZE else 1.6 * size
