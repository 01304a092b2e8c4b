"""Make the figures of a plan: what it changes, what it needs, by town, and its communities."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import pandas as pd

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.contract.columns import as_floats
from dashboard.contract.indicators import BY_CODE
from dashboard.contract.rounding import MISSING, number_written, percent_written
from dashboard.contract.tables import mode
from dashboard.draw.charts import gains
from dashboard.draw.drawing import Drawing
from dashboard.draw.located import Group, groups_map
from dashboard.draw.rows import Item, Written, item_list, table
from dashboard.figures.common import without_place
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.scope import place_named
from dashboard.figures.siting import left_out
from dashboard.insight.governance import GRID, UNKNOWN, kind_names
from dashboard.insight.headline import Headline
from dashboard.insight.scenario import IN_TWO, STATION_KINDS, WORKER, bundled_ratios
from dashboard.language import Say
from dashboard.subjects.scenario.drawings import LEFT, STANDS, marker
from dashboard.subjects.scenario.plan import (
    AGAINST,
    COUNTS,
    NO_SCENARIO,
    SHARES,
    Asked,
    Shared,
    advised_modes,
    change,
    communities,
    compared_rows,
    has_station,
    kinds_changed,
    needed,
    needs,
    plan,
    present,
    shared,
    town_rows,
)
from dashboard.subjects.scenario.sentences import (
    Told,
    compared_headline,
    empty_headline,
    plan_headline,
)

TOWNS_HEIGHT, LIST_HEIGHT, MAP_HEIGHT = 420, 420, 460
_MOST_LINES, _LONGEST_TITLE = 12, 14


def told(ask: Questions, asked: Asked) -> Told:
    """Give what is told of a plan in a sentence."""
    found, rows = change(ask, asked), plan(ask, asked)
    pairs = [
        (float(found.before[code].iloc[0]), float(found.after[code].iloc[0])) for code in SHARES
    ]
    new = int(rows["is_new"].sum())
    return Told(asked.name, new, len(rows), pairs[0], pairs[1], needed(needs(ask, asked)))


@remembered
def headline(ask: Questions, asked: Asked) -> Headline:
    place = place_named(ask)
    if len(plan(ask, asked.alone)):
        mine = plan_headline(ask.say, told(ask, asked.alone), place)
    else:
        left = sum(kind in (GRID, UNKNOWN) for kind in present(ask).values())
        is_chosen = asked.rule != Asked.rule
        mine = empty_headline(ask.say, asked.name, place, is_rule_chosen=is_chosen, left=left)
    if asked.against is None:
        return mine
    name, parts = titles(ask.say, asked)[1], shared(ask, asked)
    return compared_headline(
        ask.say, mine, told(ask, asked.against), name, *(len(getattr(parts, each)) for each in IN_TWO),
        is_same=parts.is_same,
    )  # fmt: skip


def titles(say: Say, asked: Asked) -> tuple[str, str]:
    """Name a plan and the one it is compared with as columns and groups do."""
    other = asked.against
    if other is None:
        return say("方案"), ""
    mine, theirs = (
        each.name if len(each.name) <= _LONGEST_TITLE else f"{each.name[: _LONGEST_TITLE - 1]}…"
        for each in (asked, other)
    )
    mine = mine or say("方案")
    is_rule = other.rule != Asked.rule and other == asked.by(other.rule)
    theirs = theirs or (rule_names(say)[other.rule] if is_rule else say("对照方案"))
    return mine, say("{name}（对照）", name=theirs) if theirs == mine else theirs


# What changes ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """Hold a number before and after, and after another plan; a share is in percent."""

    name: str
    before: float | None
    after: float
    other: float | None = None
    is_share: bool = False

    def written(self, value: float | None) -> str:
        return percent_written(value) if self.is_share else number_written(value)

    @property
    def gap(self) -> float:
        """Give by how much it changes, or differs from another plan's; what there is not yet counts as
        none."""
        return self.after - ((self.before if self.other is None else self.other) or 0)

    def changed(self, say: Say) -> str:
        """Write by how much it changes or differs; nothing where it does not."""
        gap = self.gap
        if not gap or pd.isna(gap):
            return "" if gap == 0 else MISSING
        if self.is_share:
            return say("{change:+.1f} 个百分点", change=gap)
        return number_written(gap, signed=True)


def change_lines(ask: Questions, asked: Asked) -> list[Line]:
    """List what a plan changes and needs, and beside it the one it is compared with."""
    say, names = ask.say, kind_names(ask.say)
    every = [_numbers(ask, each) for each in (asked.alone, asked.against) if each is not None]
    heads = {
        **{code: say.words(BY_CODE[code].name) for code in SHARES},
        COUNTS[0]: say("居村治理的社区"),
        COUNTS[2]: say("其中的居民"),
        STATION_KINDS[0]: say("新设社工站"),
        STATION_KINDS[1]: say("新设党群服务站"),
        WORKER: say("新站的社工"),
        **{kind: say("方式：{kind}", kind=names[kind]) for kind in names},
    }
    lines = []
    for code, name in heads.items():
        (before, after), *others = (each[code] for each in every)
        # A way of governance that stays as it is, and what is not needed, is not told.
        if code not in (*SHARES, COUNTS[0], COUNTS[2]) and {
            after,
            *(each for _, each in others),
        } <= {before or 0}:
            continue
        other = others[0][1] if others else None
        lines.append(Line(name, before, after, other, is_share=code in SHARES))
    return lines


def _numbers(ask: Questions, asked: Asked) -> dict[str, tuple[float | None, float]]:
    """Give each number before and after; of what is new there is none before."""
    found, (before, after) = change(ask, asked), kinds_changed(ask, asked)
    return {
        **{
            code: (float(found.before[code].iloc[0]), float(found.after[code].iloc[0]))
            for code in (*SHARES, COUNTS[0], COUNTS[2])
        },
        **{kind: (before[kind], after[kind]) for kind in kind_names(ask.say)},
        **{name: (None, count) for name, count in needed(needs(ask, asked)).items()},
    }


@remembered
def changes(ask: Questions, asked: Asked) -> Figure:
    """Set what there is beside what the plan makes of it, and what another would."""
    say, lines, (mine, theirs) = ask.say, change_lines(ask, asked), titles(ask.say, asked)

    def column(values: Iterable[float | None]) -> Written:
        held = list(values)
        texts = [line.written(value) for line, value in zip(lines, held, strict=True)]
        return Written(texts, held)

    gaps = Written([line.changed(say) for line in lines], [line.gap for line in lines])
    columns = {
        say("项目"): [line.name for line in lines],
        say("现在"): column(line.before for line in lines),
        f"“{mine}”" if theirs else mine: column(line.after for line in lines),
    }
    if theirs:
        columns |= {f"“{theirs}”": column(line.other for line in lines), say("前者减后者"): gaps}
    else:
        columns |= {say("变化"): gaps}
    note = say("社区，个；居民，人；覆盖率按治理与居民已知的社区 · 只作加减，不是预测")
    return Figure(
        "scenario-change",
        table(columns, say),
        Caption(
            say("现在与两个方案之后") if theirs else say("现在与方案之后"), note, ask.as_of(),
            method=made_of(say, asked),
        ),
        communities(ask),
    )  # fmt: skip


def made_of(say: Say, asked: Asked) -> str:
    """Say by what a plan is chosen, for whoever has its numbers without its page."""
    rule = rule_names(say)[asked.rule]
    if asked.rule == "siting":
        rule = say(
            "{rule}（{stations} 个站，{metres} 米）",
            rule=rule, stations=asked.stations, metres=number_written(asked.within),
        )  # fmt: skip
    mine = say(
        "方案由来：{rule}，手工加入 {added} 个、取出 {out} 个",
        rule=rule, added=len(asked.added), out=len(asked.out),
    )  # fmt: skip
    if asked.against is None:
        return mine
    return say("{mine}；对照的{theirs}", mine=mine, theirs=made_of(say, asked.against))


def rule_names(say: Say) -> dict[str, str]:
    return {"none": say("不用规则"), "advice": say("按建议"), "siting": say("按选址")}


# What it needs, and what it does not know -------------------------------------------------


@remembered
def needs_table(ask: Questions, asked: Asked) -> Figure:
    """Say how many stations and social workers are needed, by which ratio, and on what that rests."""
    say, (mine, theirs) = ask.say, titles(ask.say, asked)
    every = {f"“{mine}”" if theirs else say("新增"): asked.alone, f"“{theirs}”": asked.against}
    counts = {name: needed(needs(ask, each)) for name, each in every.items() if each is not None}
    ratios, names = bundled_ratios().ratios, kind_names(ask.say)
    named = {
        STATION_KINDS[0]: say("社工站，个"),
        STATION_KINDS[1]: say("党群服务站，个"),
        WORKER: say("社工，名"),
    }
    bases = {"published": say("公开"), "partly": say("名称公开，数为假定"), "assumed": say("假定")}

    def how(name: str) -> str:
        modes = say.listed([names[code] for code in ratios[name].modes])
        value = number_written(ratios[name].value)
        if name == WORKER:
            return say("新社工站每 {value} 名居民 1 名", value=value)
        return say("{modes}的社区每个 {value} 个，已有的不计", modes=modes, value=value)

    columns = {
        say("需要"): list(named.values()),
        **{head: [each[name] for name in named] for head, each in counts.items()},
        say("比例"): [how(name) for name in named],
        say("依据"): [bases[ratios[name].basis] for name in named],
        say("理由"): [say.words(ratios[name].reason) for name in named],
    }
    note = say("已有同类站点的社区不再算，不详的按没有计；比例在 data/scenario.toml 里改")
    return Figure(
        "scenario-needs",
        table(columns, say),
        Caption(say("方案需要什么"), note, ask.as_of(), method=made_of(say, asked)),
        communities(ask),
    )


def not_known(ask: Questions, asked: Asked) -> list[str]:
    """Say, a sentence each, what the plan does not know, and so does not count, and what more the one
    that it is compared with does not."""
    if asked.against is not None:
        told = not_known(ask, asked.alone)
        more = [each for each in not_known(ask, asked.against) if each not in told]
        return [*told, *(ask.say("对照：{text}", text=each) for each in more)]
    say, rows, ratios = ask.say, plan(ask, asked), bundled_ratios()
    now, unknown = present(ask), (rows["present"] == UNKNOWN).sum()
    untold = int(rows["resident_count"].isna().sum())
    lines = []
    if untold:
        lines.append(
            say(
                "{count} 个社区的居民数没有记录，或人数少不显示：居民、按居民的覆盖率和社工都没有计入它们，只会少算。",
                count=untold,
            )
        )
    if unknown:
        lines.append(say("{count} 个社区现在如何治理不详，按未纳入计。", count=int(unknown)))
    for kind, name in ((STATION_KINDS[0], say("社工站")), (STATION_KINDS[1], say("党群服务站"))):
        is_unsure = rows["planned"].isin(ratios.ratios[kind].modes)
        is_unsure &= has_station(ask, rows, kind).isna()
        if is_unsure.any():
            lines.append(
                say(
                    "{count} 个社区现在有没有{station}不详，按没有计，只会多算。",
                    count=int(is_unsure.sum()), station=name,
                )
            )  # fmt: skip
    if asked.rule == "advice":
        grid = sum(kind == GRID for kind in now.values())
        left = grid - len(advised_modes(ask))
        if left:
            lines.append(
                say(
                    "{count} 个网格社区没有建议，或建议留在网格：不由规则纳入，可手工加入。",
                    count=left,
                )
            )
        if any(kind == UNKNOWN for kind in now.values()):
            lines.append(say("现状不详的社区不问建议。"))
    if asked.rule == "siting":
        count = len(left_out(ask, "grid"))
        if count:
            lines.append(say("{count} 个社区缺位置、居民数或覆盖类型，选址没有计入。", count=count))
        lines.append(say("假定：{reason}。", reason=say.words(ratios.reasons["siting"])))
    named = kinds_changed(ask, asked)[0][GRID] - sum(kind == GRID for kind in now.values())
    if named > 0 and ask.named_projects:
        lines.append(say("{count} 个由网格治理的具名项目计入合计，示例的方案里不列。", count=named))
    return lines


@remembered
def beside(ask: Questions, asked: Asked) -> Figure | None:
    """Say what the plan does not know, and lead to the briefing that shows it; None where there is
    nothing to say."""
    say = ask.say
    items = [Item(say("注意"), text) for text in not_known(ask, asked)]
    if len(plan(ask, asked.alone)):
        items.append(Item(say("带走"), say("放进汇报 ›"), leads="briefing", go=asked.written))
        items.append(
            Item(
                say("对照"),
                say("把现在的方案放在旁边，接着改"),
                go={AGAINST.name: urlencode(asked.alone.written)}, to="scenario-change",
            )
        )  # fmt: skip
        items.append(
            Item(
                say("保存"),
                say(
                    "网址就是方案；下面“方案里的社区”下载成 CSV 或 XLSX，就是方案文件，命令行 scenario FILE 读它。"
                ),
            )
        )
    if not items:
        return None
    return Figure(
        "scenario-beside",
        item_list(items, alt=say("方案不知道的，和怎样保存"), empty=""),
        Caption(say("要知道的，和怎样保存"), say("缺的不当作零"), ask.as_of()),
        communities(ask),
    )


# Where ------------------------------------------------------------------------------------


@remembered
def on_map(ask: Questions, asked: Asked) -> Figure | None:
    """Place the communities that are chosen, by both plans or one alone where two are compared, those
    that committees govern already, and those left; None where nobody gave a place."""
    say, parts, now = ask.say, shared(ask, asked), present(ask)
    every = communities(ask).rows
    rows = every[every[["lon", "lat"]].notna().all(axis=1)]
    if rows.empty:
        return None
    of_plan = {code: which for which in IN_TWO for code in getattr(parts, which)}
    if asked.against is None:
        of_plan = dict.fromkeys(parts.first, IN_TWO[0])
    names = {
        **(in_two_named(say, asked) if asked.against else {IN_TWO[0]: say("方案所选")}),
        LEFT: say("仍不在居村治理内"),
        STANDS: say("已在居村治理内"),
    }
    codes = rows["community_code"].tolist()
    which = [of_plan.get(code, LEFT if now[code] in (GRID, UNKNOWN) else STANDS) for code in codes]
    points = ask.maps.project(as_floats(rows["lon"]), as_floats(rows["lat"])).tolist()
    called = rows[f"name_{say.language}"].tolist()
    found = list(zip(which, map(tuple, points), called, strict=True))
    groups = [
        Group(
            name,
            [place for its, place, _ in found if its == each],
            [f"{called}\n{name}" for its, _, called in found if its == each],
            marker(each),
        )
        for each, name in names.items()
    ]
    drawing = groups_map(
        ask.maps.outlines, ask.town_names(), ask.chosen_towns, groups[::-1], say, height=MAP_HEIGHT
    )
    note = ask.without_named(say("一点一个社区 · 示意图，非法定界线"))
    return Figure(
        "scenario-map",
        replace(
            drawing, listed={say("社区"): called, say("方案"): [names[each] for each in which]}
        ),
        Caption(
            _map_told(say, asked, parts),
            without_place(say, note, len(every) - len(rows)),
            ask.as_of(),
            method=made_of(say, asked),
        ),
        communities(ask),
    )


def in_two_named(say: Say, asked: Asked) -> dict[str, str]:
    """Name which of two plans chooses a community."""
    alone = zip(IN_TWO[1:], titles(say, asked), strict=True)
    return {IN_TWO[0]: say("两者都有")} | {
        each: say("只在“{name}”", name=name) for each, name in alone
    }


def _map_told(say: Say, asked: Asked, parts: Shared) -> str:
    if asked.against is None:
        return say("方案在哪里") if parts.first else say("哪些社区还不在居村治理内")
    mine, theirs = titles(say, asked)
    return say(
        "两者都有 {both} 个，只在“{mine}”的 {first} 个，只在“{theirs}”的 {second} 个",
        mine=mine, theirs=theirs, both=len(parts.both), first=len(parts.first),
        second=len(parts.second),
    )  # fmt: skip


# By town ---------------------------------------------------------------------------------


@remembered
def by_town(ask: Questions, asked: Asked) -> Figure | None:
    """Draw each town's coverage before and after; None where towns are not compared."""
    say, rows = ask.say, town_rows(ask, asked)
    rows = rows[rows["before"].notna()]
    if not ask.scope.compares_towns or len(rows) < 2:
        return None
    hovers = [
        say(
            "{town}\n{before} → {after}\n新纳入 {count} 个社区", town=row.name,
            before=percent_written(row.before), after=percent_written(row.after),
            count=int(row.new),
        )
        for row in rows.itertuples(index=False)
    ]  # fmt: skip
    drawing = gains(
        rows, (say("现在"), say("方案新增")), hovers, height=TOWNS_HEIGHT,
        alt=say("{count} 个街镇方案前后居村治理覆盖率的条形图。", count=len(rows)),
    )  # fmt: skip
    gained = int((rows["new"] > 0).sum())
    return Figure(
        "scenario-towns",
        replace(drawing, listed=_towns_listed(say, asked, rows).listed),
        Caption(
            say("{count} 个街镇中，{gained} 个有新纳入的社区", count=len(rows), gained=gained),
            _of_towns(ask, say("居村治理覆盖率，%")),
            ask.as_of(),
            method=made_of(say, asked),
        ),
        communities(ask),
    )


@remembered
def town_table(ask: Questions, asked: Asked) -> Figure | None:
    """List what each town gains and needs, of two plans side by side; None where there is but one."""
    say, rows = ask.say, compared_rows(ask, asked)
    if len(rows) < 2:
        return None
    note = say("站点按其所在的街镇计 · 点一行只看这个街镇")
    if asked.against is not None:
        mine, theirs = titles(say, asked)
        note = say("每格：{mine} / {theirs} · {note}", mine=mine, theirs=theirs, note=note)
    return Figure(
        "scenario-town-table",
        _towns_listed(say, asked, rows),
        Caption(
            say("按街镇：新纳入多少，需要什么"),
            _of_towns(ask, note),
            ask.as_of(),
            method=made_of(say, asked),
        ),
        communities(ask),
        click="town",
    )


def _of_towns(ask: Questions, note: str) -> str:
    return ask.say("{note} · 街镇数为示例，未曾公布", note=note) if ask.is_sample else note


def _towns_listed(say: Say, asked: Asked, rows: pd.DataFrame) -> Drawing:
    """List towns; two plans' numbers share a cell, and have columns of their own in files."""
    shown: dict[str, Written | list[object]] = {
        say("街镇"): rows["name"].tolist(),
        say("社区数"): rows["communities"].tolist(),
        say("现在，%"): _written(rows["before"], 1),
    }
    if asked.against is not None:
        shown |= {name: _written(rows[each]) for each, name in in_two_named(say, asked).items()}
    in_file, titled = {**shown}, titles(say, asked)
    numbers = {
        say("方案，%"): "after",
        say("新纳入"): "new",
        say("新纳入的居民"): "residents",
        say("社工站"): STATION_KINDS[0],
        say("党群服务站"): STATION_KINDS[1],
        say("社工"): WORKER,
    }
    for head, name in numbers.items():
        decimals = 1 if name == "after" else 0
        shown[head] = in_file[head] = mine = _written(rows[name], decimals)
        if asked.against is not None:
            other = rows[f"{name}_other"]
            theirs = _written(other, decimals)
            pairs = [" / ".join(each) for each in zip(mine.texts, theirs.texts, strict=True)]
            shown[head], in_file[head] = Written(pairs, pairs), mine
            in_file[f"{head} · {titled[1]}"] = theirs
            in_file[f"{head} · {say('前者减后者')}"] = _written(rows[name] - other, decimals)
    return replace(table(shown, say, keys=rows["key"]), listed=table(in_file, say).listed)


def _written(values: "pd.Series[float]", decimals: int = 0) -> Written:
    return Written([number_written(each, decimals) for each in values], values.tolist())


# Communities ------------------------------------------------------------------------------


@remembered
def listed(ask: Questions, asked: Asked) -> Figure:
    """List the communities of the plan; its file is what the command line reads."""
    say, rows = ask.say, plan(ask, asked)
    return Figure(
        "scenario-plan",
        _walked(say, plan_columns(ask, rows), rows),
        Caption(
            say("方案里的社区（{count} 个）", count=len(rows)),
            say("点一行取出；下载的文件就是方案文件"),
            ask.as_of(),
            method=made_of(say, asked),
        ),
        communities(ask),
        click="takes_out",
    )


@remembered
def others(ask: Questions, asked: Asked) -> Figure:
    """List the communities that no committee governs and that the plan leaves out."""
    say, rows, advised = ask.say, communities(ask).rows, advised_modes(ask)
    now, names, towns = present(ask), kind_names(ask.say), ask.town_names()
    is_in = rows["community_code"].isin(plan(ask, asked)["community_code"])
    is_open = rows["community_code"].map(now).isin([GRID, UNKNOWN])
    rows = rows[~is_in & is_open].reset_index(drop=True)
    codes = rows["community_code"].tolist()
    rows = rows.assign(name=rows[f"name_{say.language}"])
    columns: dict[str, Sequence[object]] = {
        say("社区"): rows["name"].tolist(),
        say("街镇"): [towns[code] for code in rows["town_code"]],
        say("现状"): [names[now[code]] for code in codes],
        say("建议"): [names[advised[code]] if code in advised else None for code in codes],
        say("居民"): rows["resident_count"],
    }
    return Figure(
        "scenario-others",
        _walked(say, columns, rows, empty=say("没有可再加入的社区。")),
        Caption(
            say("还可加入的社区（{count} 个）", count=len(rows)),
            ask.without_named(say("点一行加入，模式按上面所选；居民多的在前")),
            ask.as_of(),
        ),
        communities(ask),
        click="adds",
    )


@remembered
def in_one_alone(ask: Questions, asked: Asked) -> Figure:
    """List the communities that only one of two plans brings in, or that they bring in otherwise."""
    say, names, parts = ask.say, titles(ask.say, asked), shared(ask, asked)
    plans = (plan(ask, asked.alone), plan(ask, asked.against or NO_SCENARIO))
    listed = [
        rows[rows["community_code"].isin({*its, *parts.other_modes})].assign(only=name)
        for rows, its, name in zip(plans, (parts.first, parts.second), names, strict=True)
    ]
    rows = pd.concat(listed, ignore_index=True)
    columns = {say("哪个方案"): rows["only"].tolist(), **plan_columns(ask, rows)}
    note = say("{count} 个社区两者都有而模式不同，两边都列", count=len(parts.other_modes))
    return Figure(
        "scenario-alone",
        table(
            columns,
            say,
            keys=rows["community_code"],
            empty=say("两者的社区与模式完全相同。"),
            height=LIST_HEIGHT if len(rows) > _MOST_LINES else None,
        ),
        Caption(say("两个方案不同的社区"), say("{note} · 点一行看画像", note=note), ask.as_of()),
        communities(ask),
        opens_profile=True,
    )


def plan_columns(ask: Questions, rows: pd.DataFrame) -> dict[str, Sequence[object]]:
    """Give a plan's communities as they are listed and as its file has them."""
    say, names, towns = ask.say, kind_names(ask.say), ask.town_names()
    by = {**rule_names(say), "hand": say("手工")}
    pairs = zip(rows["community_code"], rows["station"], strict=True)
    shared = [None if code == at else ask.community_names[at] for code, at in pairs]
    return {
        say("社区"): rows["name"].tolist(),
        say("街镇"): [towns[code] for code in rows["town_code"]],
        say("现状"): [names[kind] for kind in rows["present"]],
        say("计划模式"): [names[code] for code in rows["planned"]],
        say("居民"): rows["resident_count"],
        say("由来"): [by[each] for each in rows["by"]],
        **({say("社工站设在"): shared} if any(shared) else {}),
    }


def _walked(
    say: Say, columns: dict[str, Sequence[object]], rows: pd.DataFrame, *, empty: str = ""
) -> Drawing:
    """Draw communities as a table that keys walk as well."""
    drawing = table(
        columns,
        say,
        keys=rows["community_code"],
        empty=empty,
        height=LIST_HEIGHT if len(rows) > _MOST_LINES else None,
    )
    keys = zip(rows["community_code"], rows["name"], strict=True)
    return replace(drawing, keys=tuple((str(code), str(name)) for code, name in keys))


def modes_offered(say: Say) -> dict[str, str]:
    """Name the modes that what is added next may get."""
    names = kind_names(say)
    return {
        "advised": say("加入时按建议的模式"),
        **{code: say("加入为：{mode}", mode=names[code]) for code in mode.allowed},
    }
