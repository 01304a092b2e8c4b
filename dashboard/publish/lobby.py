"""Set what was answered to a community's residents as one A4 sheet for its lobby, in both languages."""

import json
import re
from pathlib import Path
from typing import Any

from dashboard.contract.words import Language
from dashboard.figures.figure import PublishedFigure
from dashboard.publish.typeset import compiled

ANSWERED = "profile-answered"
# So many lines fit on the sheet at its size of type, an outcome being a short sentence.
MOST_LINES = 11
_PAGE = re.compile(rb"/Type\s*/Page\b")
_TEMPLATE = Path(__file__).with_name("lobby.typ")


def lobby_sheet(figure: PublishedFigure) -> bytes:
    """Set the proposals that a community's profile lists as settled, the latest first: as many as
    the one page holds."""
    for lines in range(MOST_LINES, 0, -1):
        sheet = [told(figure, language, lines) for language in ("zh", "en")]
        pdf = compiled(_TEMPLATE, "pdf", {"sheet": json.dumps(sheet, ensure_ascii=False)})
        if len(_PAGE.findall(pdf)) == 1:
            break
    return pdf


def told(figure: PublishedFigure, language: Language, lines: int = MOST_LINES) -> dict[str, Any]:
    """Give the template what it sets in one language."""
    asking, drawing = figure.in_language(language), figure.told[language].drawing
    say, rows = asking.say, drawing.body.get("rows", []) if not drawing.empty else []
    left = len(rows) - lines
    return {
        "lang": language,
        "title": say("您提的，办了"),
        "place": asking.community_names[asking.filters.community_codes[0]],
        "span": asking.as_of(window=True),
        "columns": [column["text"] for column in drawing.body["columns"]] if rows else [],
        "rows": [row["cells"] for row in rows[:lines]],
        "left": say("另有 {count} 件也已办结", count=left) if left > 0 else "",
        "empty": drawing.empty,
        "note": say("天数自受理起；不列姓名。有新的想法，请告诉社区工作人员。"),
        "sample": say("示例数据，不得张贴") if figure.is_sample else "",
        "source": figure.source_said(language),
    }
