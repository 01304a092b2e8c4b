"""Write a briefing as Word, in the layout of official papers: progress, problems, suggestions.

A4, margins, typefaces and spacing follow GB/T 9704; where a typeface is not installed, the
document itself names the next best one.
"""

import io
from typing import Any

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from dashboard.brief.slides import Brief, Chart, Column, Figures, Part, Slide, Table
from dashboard.insight.state import STATE_RULES
from dashboard.language import Say

TITLE, HEADING, SUBHEADING, BODY = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
FALLBACKS = {TITLE: "宋体", SUBHEADING: "楷体", BODY: "仿宋", HEADING: "SimHei"}
LATIN = "Times New Roman"
TITLE_SIZE, BODY_SIZE, TABLE_SIZE, LINE = 22, 16, 10.5, 28
# In rows: a table as short as this stays on one page.
SHORT = 9
PROGRESS = ("conclusion", "ranking", "modes", "housing", "participation")


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
        self.document: Any = Document()
        self._brief, self.say = brief, Say(brief.language)
        page = self.document.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.top_margin, page.bottom_margin = Mm(37), Mm(35)
        page.left_margin, page.right_margin = Mm(28), Mm(26)
        self.document.core_properties.title = f"{brief.cover.title} {brief.place}"
        self.document.core_properties.author = brief.place
        _name_fallbacks(self.document)

    def write(self) -> None:
        brief, say = self._brief, self.say
        self._line(brief.cover.mark, HEADING, BODY_SIZE, indent=False, colour="C00000")
        self._line(
            say("{place}{title}", place=brief.place, title=brief.cover.title), TITLE, TITLE_SIZE,
            indent=False, centred=True,
        )  # fmt: skip
        for text in (brief.cover.unit, brief.cover.date):
            self._line(text, SUBHEADING, BODY_SIZE, indent=False, centred=True)
        by_key = {slide.key: slide for slide in brief.slides}
        self._heading(say("一、进展情况"))
        self._figures(by_key)
        for slide in (by_key[key] for key in PROGRESS if key in by_key):
            self._said(slide)
        self._part(say("二、存在问题"), by_key.get("problems"))
        self._part(say("三、下一步建议"), by_key.get("steps"))
        self._annex(by_key)
        rules = [say.words(words) for words in STATE_RULES] if "conclusion" in by_key else []
        texts = [*rules, brief.cover.note, f"{brief.source} {brief.version}"]
        for text in filter(None, texts):
            self._line(text, SUBHEADING, TABLE_SIZE)
        self._page_number()

    def _figures(self, by_key: dict[str, Slide]) -> None:
        parts = [part for slide in by_key.values() for part in slide.parts]
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

    def _part(self, heading: str, slide: Slide | None) -> None:
        if slide is None:
            return
        self._heading(heading)
        self._said(slide)
        for part in slide.parts:
            if isinstance(part, Table):
                self._table(part)

    def _annex(self, by_key: dict[str, Slide]) -> None:
        """Put the numbers behind the progress into tables, each with its title above."""
        tables = [
            table
            for key in PROGRESS
            if key in by_key
            for part in by_key[key].parts
            if (table := _as_table(part)) is not None
        ]
        if not tables:
            return
        self._heading(self.say("附：主要数据"), on_new_page=True)
        for number, table in enumerate(tables, 1):
            title = self.say("表 {number}　{title}", number=number, title=table.title)
            paragraph = self._line(title, HEADING, TABLE_SIZE + 1.5, indent=False, centred=True)
            paragraph.paragraph_format.keep_with_next = True
            paragraph.paragraph_format.space_before = Pt(6)
            self._table(table)

    def _table(self, table: Table) -> None:
        native = self.document.add_table(rows=1, cols=len(table.columns))
        native.style = "Table Grid"
        native.autofit = False
        whole = sum(column.width for column in table.columns)
        widths = [Mm(156 * column.width / whole) for column in table.columns]
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
                cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
                paragraph = cell.paragraphs[0]
                form = paragraph.paragraph_format
                form.space_before = form.space_after = Pt(2)
                form.keep_with_next = number < len(table.rows) and len(table.rows) < SHORT
                if column.is_number:
                    form.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                if number == 0:
                    shade = f'<w:shd {nsdecls("w")} w:val="clear" w:fill="E8EDF3"/>'
                    cell._tc.get_or_add_tcPr().append(parse_xml(shade))
                self._run(paragraph, text, HEADING if number == 0 else BODY, TABLE_SIZE)

    def _heading(self, text: str, *, on_new_page: bool = False) -> None:
        paragraph = self.document.add_heading(level=1)
        paragraph.paragraph_format.page_break_before = on_new_page
        self._laid_out(paragraph, indent=True, centred=False, line=LINE)
        self._run(paragraph, text, HEADING, BODY_SIZE)

    def _line(
        self,
        text: str,
        face: str,
        size: float,
        *,
        indent: bool = True,
        centred: bool = False,
        colour: str = "000000",
    ) -> Any:
        paragraph = self.document.add_paragraph()
        self._laid_out(paragraph, indent=indent, centred=centred, line=LINE + max(0, size - 16))
        self._run(paragraph, text, face, size, colour=colour)
        return paragraph

    def _laid_out(self, paragraph: Any, *, indent: bool, centred: bool, line: float) -> None:
        form = paragraph.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
        form.first_line_indent = Pt(2 * BODY_SIZE) if indent else None
        form.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT

    def _run(
        self, paragraph: Any, text: str, face: str, size: float, *, colour: str = "000000"
    ) -> None:
        run = paragraph.add_run(text)
        run.font.size, run.font.name = Pt(size), LATIN
        run.font.bold = False
        run.font.color.rgb = RGBColor.from_string(colour)
        fonts = run._element.rPr.rFonts
        fonts.set(qn("w:eastAsia"), face)
        fonts.set(qn("w:cs"), LATIN)

    def _page_number(self) -> None:
        paragraph = self.document.sections[0].footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(paragraph, "— ", BODY, 14)
        paragraph._p.append(
            parse_xml(
                f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:rPr><w:sz w:val="28"/></w:rPr>'
                "<w:t>1</w:t></w:r></w:fldSimple>"
            )
        )
        self._run(paragraph, " —", BODY, 14)


def _as_table(part: Part) -> Table | None:
    """Take a table as it is, and a chart as the table of its numbers, a month or place a row."""
    if isinstance(part, Table):
        return part
    if not isinstance(part, Chart):
        return None
    columns = (Column("", 0.4), *(Column(s.name, 0.3, is_number=True) for s in part.series))
    rows = [
        (category, *("—" if s.values[at] is None else f"{s.values[at]:.1f}" for s in part.series))
        for at, category in enumerate(part.categories)
    ]
    return Table(part.title, columns, tuple(rows))


def _name_fallbacks(document: Any) -> None:
    """Name for each typeface the one to take where it is not installed."""
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>'
        for name, other in FALLBACKS.items()
    )
    part._blob = part.blob.decode().replace("</w:fonts>", f"{fonts}</w:fonts>").encode()
