"""Write a briefing as one HTML file that shows its pages full screen, without PowerPoint."""

import json
from functools import cache
from html import escape

from dashboard.brief.looks import OWN_LOOK
from dashboard.brief.screen import language_tag, screens, style_of
from dashboard.brief.slides import Brief
from dashboard.language import Say
from dashboard.paths import ROOT

FOLDER = ROOT / "dashboard" / "static" / "briefing"


def as_presentation(brief: Brief) -> bytes:
    """Write the whole show; keys, a clicker or a finger turn its pages."""
    say, cover = Say(brief.language), brief.cover
    title = escape(f"{cover.title} {brief.place} {cover.date}")
    # In a script only "</" could end it.
    pages, words = (
        json.dumps(content, ensure_ascii=False).replace("</", "<\\/")
        for content in (screens(brief), show_words(say))
    )
    script = _file("show.js").replace("export class", "class")
    text = f"""<!doctype html>
<html lang="{language_tag(brief)}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>body {{ margin: 0; background: #000; }}
{style_of(OWN_LOOK)}{show_style()}</style></head><body><script type="module">
{script}
new Show(document.body, {words}).open({pages});
</script></body></html>
"""
    return text.encode()


def show_style() -> str:
    return _file("show.css")


def preview_style() -> str:
    return _file("preview.css")


def show_words(say: Say) -> dict[str, str]:
    """Name the controls of the show."""
    return {
        "show": say("放映"),
        "back": say("上一页"),
        "next": say("下一页"),
        "fill": say("全屏"),
        "leave": say("结束放映"),
    }


@cache
def _file(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
