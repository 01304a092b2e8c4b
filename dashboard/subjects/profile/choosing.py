"""Let one choose a town or a community, by name or on the map."""

import pandas as pd

from dashboard.asking.memo import remembered_for_all_towns
from dashboard.asking.questions import Questions
from dashboard.contract.indicators import BY_CODE
from dashboard.draw import maps
from dashboard.draw.rows import Item, item_list
from dashboard.figures.common import ground
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.page import Choice, Choices, Page, Search, row
from dashboard.insight.headline import Headline
from dashboard.subjects.profile.finding import Place, find

MOST_FOUND = 12
WIDTHS = (1.0, 1.15)
FIND = Choice("find", ())


def headline(ask: Questions) -> Headline:
    say = ask.say
    return Headline(
        say("选一个街镇或社区，看它的画像"), say("画像一次看一处，可直接打印：A4 纵向。")
    )


def page(ask: Questions, choices: Choices) -> Page:
    text, say = choices.of(FIND), ask.say
    search = Search(
        FIND.name,
        say("查找街镇或社区"),
        say("名称、别名、拼音或首字母，如：龙湖、youchao、ycmq"),
        text,
    )
    return Page(
        headline(ask),
        (),
        (row((search, found(ask, text)), towns(ask), widths=WIDTHS),),
        describing=False,
    )


@remembered_for_all_towns
def places(ask: Questions) -> list[Place]:
    """List what can be found: towns, named communities, then those of the sample."""
    towns, communities = ask.towns, ask.communities
    town_names = ["name_zh", "name_en", "short_name_zh", "short_name_en"]
    own = zip(
        communities.index,
        _names(communities.assign(code=communities.index), ["name_zh", "name_en", "code"]),
        communities["origin"] == "published",
        communities["closed_on"].notna(),
        strict=True,
    )
    return [
        *(
            Place(str(code), names, rank=1)
            for code, names in zip(towns.index, _names(towns, town_names), strict=True)
            if code in ask.scope.towns
        ),
        *(
            Place(str(code), names, rank=0 if is_named else 2, is_gone=is_gone)
            for code, names, is_named, is_gone in own
        ),
    ]


def _names(rows: pd.DataFrame, columns: list[str]) -> list[tuple[str, ...]]:
    """List all that each place is called, each name once."""
    texts = rows[[*columns, "aliases"]].fillna("").itertuples(index=False)
    every = ([*names, *aliases.split(";")] for *names, aliases in texts)
    return [tuple(dict.fromkeys(name for name in names if name)) for names in every]


def found(ask: Questions, text: str) -> Figure:
    """List what is found by a text; without one, the projects with public reports."""
    say = ask.say
    communities, towns = ask.communities, ask.towns
    if text.strip():
        every = places(ask)
        every_key = [place.key for place in find(text, every)]
        keys = every_key[:MOST_FOUND]
        headline = say("找到 {count} 处", count=len(every_key)) if keys else say("没有找到")
        note = ""
        if len(every_key) > len(keys):
            note = say(
                "列出前 {most} 处，另有 {more} 处：多打几个字可缩小范围",
                most=MOST_FOUND, more=len(every_key) - len(keys),
            )  # fmt: skip
        elif len(keys) == 1:
            note = say("按回车打开")
    else:
        keys = communities.index[communities["origin"] == "published"].tolist()
        headline = say("{count} 个有公开报道的项目", count=len(keys))
        note = say("示例社区请按名称或街镇查找")
    names = ask.town_names(short=False)

    def item(key: str) -> Item:
        if key in towns.index:
            return Item(names[key], say("街镇"), key)
        row = communities.loc[key]
        also = str(row["aliases"]).replace(";", "、") if say.language == "zh" else ""
        also = "" if pd.isna(row["aliases"]) else also
        gone = row["closed_on"]
        left = "" if pd.isna(gone) else say("{month} 退出", month=f"{gone:%Y-%m}")
        about = " · ".join(filter(None, (names[row["town_code"]], also, left)))
        return Item(row["name"], about, key)

    return Figure(
        "profile-found",
        item_list(
            [item(key) for key in keys],
            alt=headline,
            empty=say("换一个写法：名称、别名、拼音或首字母都可以。"),
        ),
        Caption(headline, note, ""),
        ask.count("community_names"),
        click="peer",
    )


@remembered_for_all_towns
def towns(ask: Questions) -> Figure:
    say, communities = ask.say, BY_CODE["communities"]
    counted = ask.by_town(communities)
    drawing = maps.town_map(counted.rows, communities, say, ground(ask), height=520)
    return Figure(
        "profile-towns",
        drawing,
        Caption(
            say("点一个街镇，看街镇画像"),
            say("数字为社区数，街镇数为示例，未曾公布 · 示意图，非法定界线")
            if ask.is_sample
            else say("数字为社区数"),
            ask.as_of(),
        ),
        counted,
        click="peer",
    )
