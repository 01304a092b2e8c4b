"""Write a briefing as Word, in the layout of official papers: progress, problems, suggestions.

A4, margins, typefaces and spacing follow GB/T 9704. The empty paper is a file beside this one, which
names the next best typeface where one is not installed; ``web/paper.xml`` is what is put into it.
"""

import io
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from docx import Document
from docx.oxml import parse_xml
from docx.shared import Mm, Pt

from dashboard.brief.layout import column_widths
from dashboard.brief.official import official
from dashboard.brief.properties import own_properties
from dashboard.brief.slides import Brief, Chart, Figures, Slide, Table, as_table
from dashboard.brief.web import filled_of
from dashboard.language import Say

TITLE, HEADING, SUBHEADING, BODY = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
LATIN = "Times New Roman"
TITLE_SIZE, BODY_SIZE, TABLE_SIZE, LINE = 22, 16, 10.5, 28
# The text's area on A4, and what it holds: 22 lines of 28 characters.
TEXT_WIDE, TEXT_CHARACTERS = 156, 28
# In parts of 20 of a point, between characters: 156 mm hold 28 of 16 points only when set closer.
CLOSER = math.floor((Mm(TEXT_WIDE).pt / TEXT_CHARACTERS - BODY_SIZE) * 20)
CELL_SIDE_MM = 1.9
# In rows: a table as short as this stays on one page.
SHORT = 9
RED = "C00000"


@dataclass(frozen=True)
class Line:
    """Hold a paragraph: a text, what is said ``more`` in plain type, and how it is set.

    ``before`` is in parts of 20 of a point; ``keeps`` says whether it stays with the next.
    """

    text: str
    face: str = BODY
    size: float = BODY_SIZE
    align: Literal["both", "center", "right"] = "both"
    is_indented: bool = True
    colour: str = "000000"
    is_heading: bool = False
    more: str = ""
    keeps: bool | None = None
    begins_page: bool = False
    before: int = 0

    @property
    def height(self) -> float:
        """Give the height of a line; small print stands closer."""
        return LINE + self.size - BODY_SIZE if self.size >= BODY_SIZE else 1.6 * self.size


GAP = Line("", is_indented=False)
_LOOK: dict[str, Any] = {
    "BODY": BODY, "HEADING": HEADING, "LATIN": LATIN, "BODY_SIZE": BODY_SIZE, "TABLE_SIZE": TABLE_SIZE,
    "CLOSER": CLOSER, "SHORT": SHORT, "official": official,
}  # fmt: skip


def as_docx(brief: Brief) -> bytes:
    """Write the whole paper."""
    # Page, grid, languages, footers and what stands in for a missing typeface are its own.
    document: Any = Document(str(Path(__file__).with_name(f"paper-{brief.language}.docx")))
    own_properties(document.part.package, document.core_properties, brief)
    blocks = list(_blocks(brief, Say(brief.language)))
    written = parse_xml(filled_of("paper.xml", brief, blocks=blocks, widths_of=_widths, **_LOOK))
    for each in list(written):
        document.element.body.sectPr.addprevious(each)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _widths(table: Table) -> list[int]:
    """Share the text's width out among a table's columns, in parts of 20 of a point."""
    points = column_widths(table, Mm(TEXT_WIDE).pt, size=TABLE_SIZE, side=Mm(CELL_SIDE_MM).pt)
    return [Pt(wide).twips for wide in points]


def _blocks(brief: Brief, say: Say) -> Iterator[Line | Table]:
    """List the paper's paragraphs and tables, from the mark on top to where it comes from."""
    progress = [slide for slide in brief.slides if slide.place.part == "progress"]
    for text in filter(None, (brief.cover.mark, brief.cover.note)):
        yield Line(text, HEADING, is_indented=False, colour=RED)
    title = say("{place}{title}", place=brief.place, title=brief.cover.title)
    yield from (GAP, GAP, _title(title), GAP, _heading(say("一、进展情况")))
    yield from _figures(brief, say)
    for slide in progress:
        yield from _said(slide, say)
    for part, heading in (("problems", say("二、存在问题")), ("steps", say("三、下一步建议"))):
        yield from _part(heading, [each for each in brief.slides if each.place.part == part], say)
    shown = (part for slide in progress for part in slide.parts)
    annex = [as_table(part, say) for part in shown if isinstance(part, Chart | Table)]
    if annex:
        yield from (GAP, Line(say("附件：主要数据")))
    # Who reports and when.
    day = date.today()
    day_said = say("{year} 年 {month} 月 {day} 日", year=day.year, month=day.month, day=day.day)
    yield from (GAP, GAP, _signed(brief.unit, keeps=True), _signed(day_said, keeps=False))
    yield from _annex(filter(None, annex), say)
    says_states = any(s.key == "conclusion" and s.says_states for s in brief.slides)
    rules = brief.state_rules if says_states else ()
    yield from (Line(text, SUBHEADING, TABLE_SIZE) for text in (*rules, brief.source))


def _title(text: str) -> Line:
    return Line(text, TITLE, TITLE_SIZE, "center", is_indented=False)


def _heading(text: str) -> Line:
    return Line(text, HEADING, is_heading=True)


def _signed(text: str, *, keeps: bool) -> Line:
    """Set a line of the signature, four characters in from the right."""
    return Line(text, align="right", is_indented=False, keeps=keeps)


def _figures(brief: Brief, say: Say) -> Iterator[Line]:
    parts = [part for slide in brief.slides for part in slide.parts]
    for figures in (part for part in parts if isinstance(part, Figures)):
        texts = [
            say(
                "{name} {figure}（{change}）",
                name=each.name,
                figure=f"{each.figure}{each.unit}",
                change=each.change,
            )
            for each in figures.items
        ]
        yield Line(say("{text}。", text=say.listed(texts)))


def _said(slide: Slide, say: Say) -> Iterator[Line]:
    if slide.lack:
        yield Line(slide.lack, SUBHEADING, TABLE_SIZE, colour=RED)
    gap = "" if say.language == "zh" else " "
    headline = say("{text}。", text=slide.headline)
    yield Line(headline, SUBHEADING, more=gap + slide.conclusion)


def _part(heading: str, slides: list[Slide], say: Say) -> Iterator[Line | Table]:
    if slides:
        yield _heading(heading)
    for slide in slides:
        yield from _said(slide, say)
        yield from (part for part in slide.parts if isinstance(part, Table))


def _annex(tables: Iterable[Table], say: Say) -> Iterator[Line | Table]:
    """Put the numbers behind the progress into tables, each with its title above."""
    for number, table in enumerate(tables, 1):
        if number == 1:
            yield Line(say("附件"), HEADING, is_indented=False, begins_page=True)
            yield from (GAP, _title(say("主要数据")))
        title = say("表 {number}　{title}", number=number, title=table.title)
        size = TABLE_SIZE + 1.5
        yield Line(title, HEADING, size, "center", is_indented=False, keeps=True, before=120)
        yield table
