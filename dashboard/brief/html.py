"""Write a briefing as one HTML file that needs nothing else and opens offline: a report that
prints on A4 and tells how it was counted, or a show of its pages, full screen."""

import json

from markupsafe import Markup

from dashboard.asking.questions import command_line
from dashboard.brief.looks import OWN_LOOK
from dashboard.brief.properties import title_of
from dashboard.brief.screen import screens, style_of
from dashboard.brief.slides import Brief
from dashboard.brief.web import filled_of
from dashboard.language import Say
from dashboard.paths import ROOT

_SHOW = ROOT / "dashboard" / "static" / "briefing"


def as_html(brief: Brief) -> bytes:
    """Write the report."""
    say, pages = Say(brief.language), zip(screens(brief), (None, *brief.slides), strict=True)
    style = Markup(style_of(OWN_LOOK))
    return filled_of(
        "report.html",
        brief,
        title=title_of(brief),
        style=style,
        pages=[(Markup(page), slide) for page, slide in pages],
        more=say("口径与查询"),
        command_line=command_line,
    ).encode()


def as_presentation(brief: Brief) -> bytes:
    """Write the show; keys, a clicker or a finger turn its pages."""
    say = Say(brief.language)
    # In a script only "</" could end it.
    pages, words = (
        Markup(json.dumps(content, ensure_ascii=False).replace("</", "<\\/"))
        for content in (screens(brief), show_words(say))
    )
    script = Markup(asset("show.js").replace("export class", "class"))
    style = Markup(style_of(OWN_LOOK) + asset("show.css"))
    return filled_of(
        "show.html",
        brief,
        title=title_of(brief),
        style=style,
        script=script,
        words=words,
        pages=pages,
    ).encode()


def show_words(say: Say) -> dict[str, str]:
    """Name the controls of the show."""
    return {
        "show": say("放映"),
        "back": say("上一页"),
        "next": say("下一页"),
        "fill": say("全屏"),
        "leave": say("结束放映"),
    }


def asset(name: str) -> str:
    """Read one of the files that the show and the preview share."""
    return (_SHOW / name).read_text(encoding="utf-8")
