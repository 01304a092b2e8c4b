"""Write what a figure shows as the files that people open in their office programs."""

import json

from dashboard.asking.questions import Questions
from dashboard.figures.figure import Figure, filters_said, origin_told
from dashboard.figures.listing import Listing, listing
from dashboard.figures.tables import as_xlsx, listing_csv
from dashboard.warehouse.store import named_query


def figure_listing(ask: Questions, figure: Figure) -> Listing:
    """Give what the figure shows: a list's own lines, all of them, or what it is made of."""
    return listing(ask, figure.counted, figure.drawing)


def figure_as_csv(ask: Questions, figure: Figure) -> bytes:
    return listing_csv(figure_listing(ask, figure))


def figure_as_xlsx(ask: Questions, figure: Figure) -> bytes:
    say = ask.say
    about = {name: text for name, text in _about(ask, figure).items() if text}
    return as_xlsx(
        figure_listing(ask, figure), about=about, title=say("数据"), about_title=say("说明")
    )


def _about(ask: Questions, figure: Figure) -> dict[str, str]:
    """Say what a file shows, and where its rows come from."""
    say, counted, caption = ask.say, figure.counted, figure.caption
    taken = named_query(counted.query).parameter_names
    parameters = {name: value for name, value in counted.parameters.items() if name in taken}
    return {
        say("内容"): caption.headline,
        say("说明"): caption.note,
        say("方法"): caption.method,
        say("时点"): caption.as_of,
        say("范围"): filters_said(ask),
        say("来源"): ask.source_of(counted.columns),
        say("数据性质"): origin_told(ask, figure),
        say("查询"): counted.query,
        say("参数"): json.dumps(parameters, ensure_ascii=False, default=str),
        say("数据版本"): say(
            "{version}（{built} 建成）",
            version=ask.warehouse.version,
            built=ask.warehouse.built_on.isoformat(),
        ),
        say("注意"): say("示例数据：只宜说明方法，不得作为事实引用。")
        if ask.shows_sample(counted.columns)
        else "",
    }
