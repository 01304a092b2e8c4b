"""Write a briefing as Word, in the layout of official papers: progress, problems, suggestions.

A4, margins, typefaces and spacing follow GB/T 9704; where a typeface is not installed, the
document itself names the next best one.
"""

import io
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from dashboard.brief.slides import Brief, Figures, Slide, Table
from dashboard.language import Say

TITLE, HEADING, SUBHEADING, BODY = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
FALLBACKS = {TITLE: "宋体", SUBHEADING: "楷体", BODY: "仿宋", HEADING: "SimHei"}
LATIN = "Times New Roman"
TITLE_SIZE, BODY_SIZE, TABLE_SIZE, LINE = 22, 16, 10.5, 28
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
        texts = [brief.cover.note, f"{brief.source} {brief.version}"]
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
            cells = native.rows[0].cells if number == 0 else native.add_row().cells
            for cell, text, width in zip(cells, texts, widths, strict=True):
                cell.width = width
                face = HEADING if number == 0 else BODY
                self._run(cell.paragraphs[0], text, face, TABLE_SIZE)

    def _heading(self, text: str) -> None:
        paragraph = self.document.add_heading(level=1)
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


def _name_fallbacks(document: Any) -> None:
    """Name for each typeface the one to take where it is not installed."""
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>'
        for name, other in FALLBACKS.items()
    )
    part._blob = part.blob.decode().replace("</w:fonts>", f"{fonts}</w:fonts>").encode()
