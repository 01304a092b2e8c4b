"""Write a briefing as one HTML file that needs nothing else: opens offline, prints on A4."""

from html import escape

from dashboard.asking.questions import command_line
from dashboard.brief.looks import STATE_MARKS
from dashboard.brief.screen import FONTS, LATIN_FONTS, figures, language_tag, table
from dashboard.brief.slides import Brief, Figures, Part, Sentence, Slide, Table
from dashboard.brief.svg import Canvas, drawing
from dashboard.draw.theme import BLUE, INK, INK_SOFT, RED, RULE
from dashboard.language import Say

CANVAS = Canvas(620, 420, 16)

_MARKS = "\n".join(
    f'.state-{state} {{ color: {colour}; font-weight: 700; white-space: nowrap; }} '
    f'.state-{state}::before {{ content: "{mark} "; }}'
    for state, (mark, colour) in STATE_MARKS.items()
    if mark
)  # fmt: skip
STYLE = f"""
:root {{ color-scheme: light; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: #EEF1F5; color: {INK}; font: 16px/1.5 {FONTS}; }}
:lang(en) body {{ font-family: {LATIN_FONTS}; }}
section {{ max-width: 1160px; margin: 18px auto; padding: 26px 34px 14px; background: #fff;
  border-top: 6px solid {RED}; }}
h1 {{ margin: 0; color: {RED}; font-size: 34px; line-height: 1.25; }}
h2 {{ margin: 0; color: {RED}; font-size: 27px; line-height: 1.3; }}
h3 {{ margin: 0 0 6px; font-size: 16px; }}
.conclusion {{ margin: 4px 0 14px; color: {BLUE}; font-size: 19px; }}
.stacks {{ display: flex; flex-wrap: wrap; gap: 26px; }}
.stack {{ flex: 1 1 380px; min-width: 0; display: grid; gap: 16px; align-content: start; }}
.figures {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; }}
.figures, .figures dd {{ margin: 0; }}
.figures div {{ padding: 8px 10px; background: #F3F6FA; border-top: 3px solid {BLUE}; }}
.figures .figure {{ color: {BLUE}; font-weight: 700; font-size: 28px; line-height: 1.3; }}
.figures small {{ font-size: 16px; }}
.figures dd:last-child {{ color: {INK_SOFT}; }}
table {{ width: 100%; border-collapse: collapse; }}
th {{ background: {BLUE}; color: #fff; text-align: left; }}
th, td {{ padding: 7px 9px; border-bottom: 1px solid {RULE}; vertical-align: top; }}
.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
.scroll {{ overflow-x: auto; }}
svg {{ display: block; width: 100%; height: auto; }}
footer {{ margin-top: 14px; padding-top: 6px; border-top: 1px solid {RULE}; color: {INK_SOFT};
  font-size: 13px; display: flex; justify-content: space-between; gap: 12px; }}
footer b, .mark {{ color: {RED}; }}
.mark {{ float: right; padding: 2px 14px; border: 2px solid {RED}; font-weight: 700; }}
.cover h1 {{ margin-top: 60px; }}
.cover p {{ font-size: 20px; margin: 6px 0; }}
{_MARKS}
details {{ margin-top: 10px; color: {INK_SOFT}; font-size: 13px; }}
code {{ overflow-wrap: anywhere; }}
@page {{ size: A4 landscape; margin: 9mm; }}
@media print {{
  body {{ background: #fff; font-size: 19px; -webkit-print-color-adjust: exact;
    print-color-adjust: exact; }}
  section {{ max-width: none; margin: 0; padding: 6mm 4mm 0; break-after: page; break-inside: avoid; }}
  section:last-of-type {{ break-after: auto; }}
  .stacks {{ flex-wrap: nowrap; }}
  .stack {{ flex-basis: 0; }}
  svg {{ max-height: 122mm; }}
  h3 {{ font-size: 19px; }}
  details {{ display: none; }}
}}
"""


def as_html(brief: Brief) -> bytes:
    """Write the whole briefing."""
    say, cover = Say(brief.language), brief.cover
    title = f"{cover.title} {brief.place} {cover.date}"
    pages = [_slide(slide, brief, n, say) for n, slide in enumerate(brief.slides, 2)]
    text = f"""<!doctype html>
<html lang="{language_tag(brief)}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><style>{STYLE}</style></head><body>
<section class="cover"><span class="mark">{escape(cover.mark)}</span>
<h1>{escape(cover.title)}</h1><p><b>{escape(cover.subtitle)}</b></p>
<p>{escape(cover.unit)}</p><p>{escape(cover.date)}</p>
<footer><span>{escape(cover.note or brief.source)}</span><span>{escape(brief.version)}</span></footer>
</section>
{"".join(pages)}</body></html>
"""
    return text.encode()


def _slide(slide: Slide, brief: Brief, number: int, say: Say) -> str:
    stacks = "".join(
        f'<div class="stack" style="flex-grow:{stack.width:g}">'
        f"{''.join(_part(part, brief, say) for part in stack.parts)}</div>"
        for stack in slide.stacks
    )
    notes = "".join(f"<li>{escape(note)}</li>" for note in slide.notes)
    commands = "".join(
        f"<li><code>{escape(command_line(each))}</code></li>" for each in slide.counted
    )
    told = brief.caveat_of(slide)
    caveat = f" · <b>{escape(told)}</b>" if told else ""
    source = " · ".join((brief.place, brief.source, slide.as_of))
    return f"""<section id="{slide.key}"><h2>{escape(slide.headline)}</h2>
<p class="conclusion">{escape(slide.conclusion)}</p><div class="stacks">{stacks}</div>
<details><summary>{escape(say("口径与查询"))}</summary><ul>{notes}{commands}</ul></details>
<footer><span>{escape(source)}{caveat}</span><span>{number} / {brief.total}</span></footer>
</section>
"""


def _part(part: Part, brief: Brief, say: Say) -> str:
    if isinstance(part, Figures):
        return f'<dl class="figures">{figures(part)}</dl>'
    if isinstance(part, Table):
        return _titled(part.title, f'<div class="scroll">{table(part, brief)}</div>')
    if isinstance(part, Sentence):
        return f"<p>{escape(part.text)}</p>"
    return _titled(part.title, drawing(part, CANVAS, say))


def _titled(title: str, body: str) -> str:
    heading = f"<h3>{escape(title)}</h3>" if title else ""
    return f"<div>{heading}{body}</div>"
