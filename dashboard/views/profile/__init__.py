"""Profile (画像): all there is to know of one town or one community, on one or two sheets."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.contract.indicators import BY_CODE
from dashboard.draw.rows import Item, item_list
from dashboard.insight.finding import Place, find
from dashboard.insight.headline import Headline
from dashboard.language import Say
from dashboard.ui.address import with_filters
from dashboard.ui.context import Context
from dashboard.ui.figures import show_town_map
from dashboard.ui.filters import choose_community, choose_town
from dashboard.ui.frame import Caption, show_figure
from dashboard.ui.header import begin_page
from dashboard.views.profile.community import show_community
from dashboard.views.profile.town import show_town

MOST_FOUND = 12


def title(say: Say) -> str:
    return say("画像")


def show(context: Context) -> None:
    """Show the profile of the one community or the one town chosen; else let one choose."""
    communities, towns = context.filters.community_codes, context.filters.town_codes
    if len(communities) == 1:
        show_community(_whole(context), communities[0])
    elif not communities and len(towns) == 1:
        show_town(_whole(context), towns[0])
    else:
        _choose(context)


def _whole(context: Context) -> Context:
    """Leave out the filters that describe communities: a profile is of the whole place."""
    address = with_filters(context.address, coverage_types=(), modes=(), tiers=(), is_home=None)
    return context if address == context.address else replace(context, address=address)


def _choose(context: Context) -> None:
    say = context.say
    headline = Headline(
        say("选一个街镇或社区，看它的画像"), say("画像一次看一处，可直接打印：A4 纵向。")
    )
    begin_page(context, lambda: headline, describing=False)
    left, right = st.columns([1, 1.15], gap="medium")
    with left:
        # What was typed is there again when one comes back from a profile.
        if "profile-search" not in st.session_state:
            st.session_state["profile-search"] = st.session_state.get("profile-searched", "")
        text = st.text_input(
            say("查找街镇或社区"), key="profile-search", type="search", live=True,
            placeholder=say("名称、别名、拼音或首字母，如：龙湖、youchao、ycmq"),
        )  # fmt: skip
        st.session_state["profile-searched"] = text
        _found(context, text or "")
    with right:
        _towns(context)


def places(context: Context) -> list[Place]:
    """List what can be found: towns, named communities, then those of the sample."""
    towns = context.towns.fillna("")
    columns = ["name_zh", "name_en", "short_name_zh", "short_name_en"]
    communities = context.communities[["name_zh", "name_en", "aliases", "origin"]].fillna("")
    gone = context.communities["closed_on"].notna()
    return [
        *(
            Place(str(code), _names(row, columns), rank=1)
            for code, row in zip(towns.index, towns.to_dict("records"), strict=True)
        ),
        *(
            Place(
                str(code),
                (*_names(row, ["name_zh", "name_en"]), str(code)),
                rank=0 if row["origin"] == "published" else 2,
                is_gone=is_gone,
            )
            for code, row, is_gone in zip(
                communities.index, communities.to_dict("records"), gone, strict=True
            )
        ),
    ]


def _names(row: dict[str, str], columns: list[str]) -> tuple[str, ...]:
    names = [row[name] for name in columns] + row["aliases"].split(";")
    return tuple(dict.fromkeys(name for name in names if name))


def _found(context: Context, text: str) -> None:
    say = context.say
    communities, towns = context.communities, context.towns
    if text.strip():
        every = context.warehouse.remember("profile-places", lambda: places(context))
        every_key = [place.key for place in find(text, every)]
        keys = every_key[:MOST_FOUND]
        headline = say("找到 {count} 处", count=len(every_key)) if keys else say("没有找到")
        note = ""
        if len(every_key) > len(keys):
            note = say("列出前 {most} 处，多打几个字可缩小范围", most=MOST_FOUND)
    else:
        keys = communities.index[communities["origin"] == "published"].tolist()
        headline = say("{count} 个有公开报道的项目", count=len(keys))
        note = say("示例社区请按名称或街镇查找")
    names = context.town_names(short=False)

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

    def clicked(key: str | None, add: bool) -> None:
        if key is None:
            return
        choose = choose_town if key in towns.index else choose_community
        choose(_nothing_chosen(context))(key, False)

    show_figure(
        context,
        "profile-found",
        item_list(
            [item(key) for key in keys],
            alt=headline,
            empty=say("换一个写法：名称、别名、拼音或首字母都可以。"),
        ),
        Caption(headline, note, ""),
        context.count("community_names"),
        on_click=clicked,
    )


def _nothing_chosen(context: Context) -> Context:
    """Forget the several places chosen: a click here chooses one."""
    address = with_filters(context.address, town_codes=(), community_codes=())
    return replace(context, address=address)


def _towns(context: Context) -> None:
    say = context.say
    show_town_map(
        context,
        "profile-towns",
        BY_CODE["communities"],
        Caption(
            say("点一个街镇，看街镇画像"),
            say("数字为社区数，街镇数为示例，未曾公布 · 示意图，非法定界线")
            if context.is_sample
            else say("数字为社区数"),
            context.as_of(),
        ),
        tiles=False,
        height=520,
        on_click=choose_town(_nothing_chosen(context), take_back=False),
    )
