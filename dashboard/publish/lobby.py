"""Set what was answered to a community's residents as one A4 sheet for its lobby, in both languages."""

import json
from pathlib import Path
from typing import Any

from dashboard.contract.words import Language
from dashboard.figures.figure import PublishedFigure
from dashboard.publish.typeset import compiled

ANSWERED = "profile-answered"
# So many lines fit on the sheet at its size of type, an outcome being a sentence.
MOST_LINES = 11
_TEMPLATE = Path(__file__).with_name("lobby.typ")


def lobby_sheet(figure: PublishedFigure) -> bytes:
    """Set the proposals that a community's profile lists as settled, the latest first."""
    sheet = [told(figure, language) for language in ("zh", "en")]
    return compiled(_TEMPLATE, "pdf", {"sheet": json.dumps(sheet, ensure_ascii=False)})


def told(figure: PublishedFigure, language: Language) -> dict[str, Any]:
    """Give the template what it sets in one language."""
    asking, drawing = figure.in_language(language), figure.told[language].drawing
    say, rows = asking.say, drawing.body.get("rows", []) if not drawing.empty else []
    left = len(rows) - MOST_LINES
    return {
        "lang": language,
        "title": say("您提的，办了"),
        "place": asking.community_names[asking.filters.community_codes[0]],
        "span": asking.as_of(window=True),
        "columns": [column["text"] for column in drawing.body["columns"]] if rows else [],
        "rows": [row["cells"] for row in rows[:MOST_LINES]],
        "left": say("另有 {count} 件也已办结", count=left) if left > 0 else "",
        "empty": drawing.empty,
        "note": say("天数自受理起；不列姓名。有新的想法，请告诉社区工作人员。"),
        "sample": say("示例数据，不得张贴") if figure.is_sample else "",
        "source": figure.source_said(language),
    }
