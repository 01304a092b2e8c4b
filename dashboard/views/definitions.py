"""Data and definitions (数据与口径): formulas, dictionary, published figures, downloads."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.contract.fields import Field, Table
from dashboard.contract.indicators import INDICATORS, Span, Uncertainty
from dashboard.contract.measures import COUNTING
from dashboard.contract.protection import PROTECTED
from dashboard.contract.tables import (
    NAMED,
    TABLES,
    confidence,
    is_of_persons,
    outcome_text,
    proposal_text,
    qualifier,
)
from dashboard.figures.address import with_choice
from dashboard.figures.page import Choice
from dashboard.figures.tables import as_csv
from dashboard.insight.attention import rules_table
from dashboard.insight.headline import Headline
from dashboard.insight.limits import RULES as LIMIT_RULES
from dashboard.insight.occupancy import RULES as HOUSING_RULES
from dashboard.insight.published import conflicting
from dashboard.insight.targets import STATE_RULE
from dashboard.language import Say
from dashboard.ui.context import Context
from dashboard.ui.page import go_to, page_at
from dashboard.ui.rights import is_own_machine
from dashboard.ui.shown import OWN_DATA
from dashboard.warehouse.rolled import ROLLED_TABLES

LARGE_TABLE_ROWS = 200_000
_OWN_TAB = "own"
TAB = Choice("tab", ("indicators", "dictionary", "published", _OWN_TAB))
CHOICES = (TAB,)
_TABS = "data-tabs"


def title(say: Say) -> str:
    return say("数据与口径")


def headline(context: Context) -> Headline:
    say, about = context.say, context.warehouse.about
    return Headline(
        say("每个数字只定义一次"),
        say(
            "数据版本 {version}（{built} 建成） · 参与记录 {attendances:,} 条",
            version=context.warehouse.version,
            built=context.warehouse.built_on.isoformat(),
            attendances=int(about["attendances"]),
        ),
    )


def show(context: Context) -> None:
    """Show what stands below the headline."""
    say = context.say
    if context.address.choice(TAB) == _OWN_TAB and not context.warehouse.is_protected:
        # Own data stood here once: links to them are still about.
        kept = with_choice(context.address, TAB, "").written(context.warehouse.months)
        st.switch_page(page_at(OWN_DATA), query_params=kept)
    if context.is_sample:
        st.info(
            say(
                "除公开的控制总数与具名项目外，社区、月度、活动、参与与提案均为示例，纯属虚构；"
                "街镇合计未曾公布，请勿引用。"
            )
            + say(
                "示例中埋有三处可供发现，都不是发现：示例运营方戊的社区自 2025 年 4 月起办结逐渐变慢；"
                "一处示例社区 2025 年 3 月开设社工站，此后参与上升；"
                "2025 年 7 月起示例社区改变可租床位的口径，床位入住率在该月断开。"
            )
        )
    if not context.warehouse.is_protected:
        st.page_link(
            page_at(OWN_DATA),
            label=say("载入您的数据、看已载入了什么，在“您的数据”页 ›"),
            query_params=with_choice(context.address, TAB, "").written(context.warehouse.months),
        )
    indicators, dictionary, published = _tabs(context)
    with indicators:
        _indicators(context)
    with dictionary:
        _dictionary(context)
    with published:
        _published(context)


def _tabs(context: Context) -> Sequence[DeltaGenerator]:
    """Lay out the tabs; which one is open stands in the address, to be sent to others."""
    say = context.say
    every = (say("指标"), say("数据字典与下载"), say("公开数字"))
    named = dict(zip(TAB.allowed, every, strict=False))
    labels = list(named.values())

    def opened() -> None:
        codes = {label: code for code, label in named.items()}
        address = with_choice(context.address, TAB, codes[st.session_state[_TABS]])
        go_to(context, address)

    chosen = named.get(context.address.choice(TAB), labels[0])
    if st.session_state.get(_TABS) not in labels:
        st.session_state.pop(_TABS, None)
    # A key keeps the chosen tab when what stands above it changes, as it does after a load.
    return st.tabs(labels, key=_TABS, default=chosen, on_change=opened)


def _indicators(context: Context) -> None:
    say = context.say
    spans: dict[Span, str] = {
        "month_end": say("月末"), "window": say("所选月份"), "year": say("近 12 个月"),
    }  # fmt: skip
    intervals: dict[Uncertainty, str] = {
        "none": "—",
        "decided": say("无：全数统计"),
        "binomial": "95% Wilson",
        "persons": say("95% 泊松（Byar）"),
    }
    st.table(
        pd.DataFrame(
            {
                say("指标"): [say.words(each.name) for each in INDICATORS],
                say("算法"): [say.words(each.formula) for each in INDICATORS],
                say("单位"): [say.words(each.unit) for each in INDICATORS],
                say("时间"): [spans[each.span] for each in INDICATORS],
                say("区间"): [intervals[each.uncertainty] for each in INDICATORS],
                say("查询"): [each.query for each in INDICATORS],
                say("说明"): [say.words(each.caveat) if each.caveat else "" for each in INDICATORS],
            }
        ),
        hide_index=True,
    )
    st.subheader(say("筛选的含义"), anchor=False)
    st.markdown(
        say(
            "筛选选择的是整个社区，不在社区内部切分；覆盖类型、模式与房源层次以终止月月末为准，"
            "趋势回看同一批社区。月末的数与所选月份之前的月末比较，写明是哪个月末；"
            "所选月份内的数与“上期”即紧接在前、同样长的一段时间比较；份额说百分点，数目说数与百分比；"
            "有季节性的指标（参与、活动与流动）只与上年同期比较，没有上年数据的不比较；所选为整两年、整三年的才与上期比较。"
        )
    )
    st.subheader(say("需要关注的规则"))
    st.table(rules_table(say), hide_index=True)
    st.caption(say("一个社区只列一次，按最先触发的一条；同一条里最突出的在前。"))
    rules = (*HOUSING_RULES, STATE_RULE, *LIMIT_RULES)
    for heading, lines in (
        (say("计数的约定"), map(say.words, COUNTING)),
        (say("隐去的数"), _hidden(context)),
        (say("受保护的版本（给外人看）"), map(say.words, PROTECTED)),
        (say("状态与比较的规则（住房界限为本系统假定）"), map(say.words, rules)),
    ):
        st.subheader(heading, anchor=False)
        st.markdown("\n".join(f"- {line}" for line in lines))


def _hidden(context: Context) -> list[str]:
    """Say what does not leave the warehouse, and what that can't prevent."""
    say = context.say
    lines = [
        say(
            "少于 {least} 人（人次）的数不给出，0 照给；页面、查询、表、下载与文件都经同一道关。",
            least=context.warehouse.small_cell,
        ),
        say(
            "能由合计推出的一并隐去：同一合计里的下一个较小的数，居民隐去之处的居民月数，相伴的迁入与迁出，"
            "以及剩下的人过少的部分。"
        ),
        say(
            "挡不住的：能自由选择筛选的人，比较几次不同的选择（几个社区与少一个的，相叠的两段月份），"
            "仍能推出一些隐去的数。不该知道这些数的人，请勿让其打开本系统。"
        ),
        say("每行是一个人的表（参与）不在此下载；原样的表只在命令行以 --exact 给出。"),
    ]
    if context.named_projects:
        lines.append(
            say(
                "示例中真实具名项目的数多为虚构：它们不进名单、排名、图、表与文件，只计入合计，"
                "并在各自的画像里标明“公开”与“估计”。"
            )
        )
    return lines


def _dictionary(context: Context) -> None:
    say = context.say
    labels = {table.name: f"{say.words(table.label)} · {table.name}" for table in TABLES}
    name = st.selectbox(say("表"), list(labels), format_func=labels.__getitem__)
    table = NAMED[name]
    st.markdown(
        say(
            "{row}  \n主键：{key} · 来源：{source} · {caveat}",
            row=say.words(table.row),
            key=", ".join(table.key),
            source=say.words(table.source),
            caveat=say.words(table.caveat),
        )
    )
    st.table(_fields(table, say), hide_index=True)
    if (rolled := context.warehouse.rolled_elsewhere) and name in ROLLED_TABLES:
        st.caption(
            say(
                "{table}的行不在此：汇总由 {engine} 于 {day} 做成，活动 {activities}，参与人次 {attendances}，版本 {content}。",
                table=say.words(table.label),
                engine=rolled["engine"],
                day=rolled["made_at"][:10],
                activities=f"{rolled['activities']:,}",
                attendances=f"{rolled['attendances']:,}",
                content=rolled["content"],
            )
        )
    rows, exact = context.warehouse.row_count(name), is_own_machine()
    is_shut = not exact and is_of_persons(table)
    st.download_button(
        say("下载 {table}（CSV）", table=say.words(table.label)),
        lambda: as_csv(_let_out(context, table, exact=exact)),
        f"{name}.csv",
        "text/csv",
        on_click="ignore",
        disabled=rows > LARGE_TABLE_ROWS or is_shut,
        help=say(
            "人数少的数已隐去。每行是一个人的表与更大的表，请在自己的机器上运行 "
            "python -m dashboard table {name} --exact。",
            name=name,
        ),
    )
    if not exact:
        st.caption(
            say(
                "从网页下载的表中，少于 {least} 人的数已隐去，不含提案原文与办理结果，也不给出每行一人的表；全表请在服务器上用命令行导出。",
                least=context.warehouse.small_cell,
            )
        )


def _let_out(context: Context, table: Table, *, exact: bool) -> pd.DataFrame:
    """Give a table whole to whoever sits at the machine that holds it; to others without texts,
    and without counts of few persons."""
    rows = context.warehouse.table(table.name, exact=exact)
    return (
        rows
        if exact
        else rows.drop(columns=[proposal_text.name, outcome_text.name], errors="ignore")
    )


def _fields(table: Table, say: Say) -> pd.DataFrame:
    references = {key.column: key.table for key in table.foreign_keys}
    return pd.DataFrame(
        [
            {
                say("列"): column.name,
                say("名称"): say.words(column.field.label),
                say("类型"): say.words(column.field.form.words),
                say("单位"): say.words(column.field.unit) if column.field.unit else "",
                say("可空"): say("是") if column.nullable else "",
                say("含义"): say.words(column.field.description),
                say("取值"): say.listed(
                    [f"{code}={say.words(words)}" for code, words in column.field.allowed.items()]
                ),
                say("外键"): references.get(column.name, ""),
            }
            for column in table.columns
        ]
    )


def _published(context: Context) -> None:
    say = context.say
    figures = context.warehouse.run("published_figures", {})
    conflicts = conflicting(figures)
    st.markdown(
        say(
            "共 {count} 条，其中 {conflicts} 条与另一来源对同一事项的说法不同；两者都保留，并标出。",
            count=len(figures),
            conflicts=int(conflicts.sum()),
        )
    )
    st.dataframe(
        pd.DataFrame(
            {
                say("编号"): figures["figure_id"],
                say("对象"): figures["subject"].map(say.published),
                say("指标"): figures["published_measure"].map(say.published),
                say("公布值"): figures["published_value"],
                say("单位"): figures["published_unit"].map(say.published),
                say("限定"): _in_words(figures["qualifier"], qualifier, say),
                say("时点"): figures["as_of"],
                say("范围"): figures["place"].map(say.published),
                say("来源不一"): conflicts.map({True: say("是"), False: ""}),
                say("来源"): figures["source_title"],
                say("网址"): figures["source_url"],
                say("可信度"): _in_words(figures["confidence"], confidence, say),
                say("说明"): figures["note"],
            }
        ),
        hide_index=True,
        height=520,
        placeholder="—",
    )


def _in_words(codes: pd.Series, field: Field, say: Say) -> pd.Series:
    return codes.map({code: say.words(words) for code, words in field.allowed.items()})
