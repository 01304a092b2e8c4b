"""Say what a briefing says: ask the pages' own questions, and lay the answers out as pages.

Nothing here knows a file format; the writers beside it make PPTX, XLSX and HTML of it.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from dashboard.brief.asking import Counted, Questions, columns_of
from dashboard.brief.slides import (
    Brief,
    Chart,
    Column,
    Cover,
    Figure,
    Figures,
    Part,
    Place,
    Sentence,
    Series,
    Slide,
    Stack,
    Table,
    TownMap,
)
from dashboard.draw.classes import class_edges, class_of, method_named
from dashboard.draw.theme import SEQUENCE
from dashboard.insight.attention import OVERDUE_PROPOSALS, RULES, Concern, concerns
from dashboard.insight.briefing import (
    STATES,
    Message,
    case_message,
    change_brief,
    conclusion_message,
    housing_message,
    modes_message,
    participation_message,
    points,
    problems_message,
    ranking_message,
    state_words,
    steps_message,
)
from dashboard.insight.housing import LOW_OCCUPANCY, by_community, occupancies
from dashboard.insight.limits import outside
from dashboard.insight.profile import community_facts, governed_how, report_text
from dashboard.model.filters import Filters, add_months, default_filters
from dashboard.model.indicators import (
    BY_CODE,
    Indicator,
    add_up,
    figure_of,
    measure,
    short_figure,
    written,
)
from dashboard.model.problem import Problem
from dashboard.model.tables import mode, target_kind, tier
from dashboard.model.words import Language, Words
from dashboard.warehouse.boundaries import DrawnTowns

KEY_FIGURES = (
    "communities", "dwellings", "residents", "committee_coverage", "bed_supply", "reach",
)  # fmt: skip
RESPONSE = ("reach", "attendances", "repeat_rate", "first_timers", "closing_rate", "overdue")
DEFINED = (
    "committee_coverage", "mode_share", "occupancy_room", "supply_completion", "reach",
    "repeat_rate", "closing_rate",
)  # fmt: skip
TREND_MONTHS = 13
SHOWN_PROBLEMS = 6
SHOWN_FACTS = 8
SECTIONS = (
    "conclusion", "ranking", "modes", "housing", "participation", "case", "problems", "steps",
    "definitions",
)  # fmt: skip


def filters_for(
    months: list[date], towns: Iterable[str], *, month: str | None, town: str | None
) -> Filters:
    """Choose the three months up to one, and a town; raises Problem for what there is not."""
    problems = []
    filters = default_filters(months)
    if month is not None:
        try:
            end = date.fromisoformat(f"{month}-01")
        except ValueError:
            end = None
        if end is None or end not in months:
            problems.append(
                Words(
                    f"没有月份“{month}”的数据：请在 {months[0]:%Y-%m} 至 {months[-1]:%Y-%m} 之间选择。",
                    f"There are no data for the month “{month}”: choose one from {months[0]:%Y-%m} "
                    f"to {months[-1]:%Y-%m}.",
                )
            )
        else:
            filters = default_filters(months[: months.index(end) + 1])
    codes = list(towns)
    if town is not None and town not in codes:
        problems.append(
            Words(
                f"没有代码为“{town}”的街镇；现有：{'、'.join(codes)}。",
                f"There is no town with the code “{town}”; there are: {', '.join(codes)}.",
            )
        )
    if problems:
        raise Problem(problems)
    return replace(filters, town_codes=(town,) if town else ())


def make_brief(asking: Questions, towns: DrawnTowns, *, unit: str | None = None) -> Brief:
    """Make the briefing for what is chosen. ``unit`` names who reports; else the place does."""
    return _Maker(asking, towns).brief(unit)


@dataclass(frozen=True)
class _Maker:
    asking: Questions
    towns: DrawnTowns

    # What several pages ask --------------------------------------------------------------

    @cached_property
    def months(self) -> Counted:
        return self.asking.district_months()

    @cached_property
    def participation(self) -> Counted:
        return self.asking.participation_months()

    @cached_property
    def tiers(self) -> Counted:
        counted = self.asking.count(
            "occupancy_by_month", start_month=self.asking.warehouse.months[0]
        )
        return replace(counted, rows=occupancies(counted.rows))

    @cached_property
    def tiers_now(self) -> pd.DataFrame:
        rows = self.tiers.rows[self.tiers.rows["month"] == pd.Timestamp(self.end)]
        return rows.set_index("tier").reindex([t for t in tier.allowed if t in set(rows["tier"])])

    @cached_property
    def communities(self) -> Counted:
        return self.asking.count("communities")

    @cached_property
    def judged(self) -> pd.DataFrame:
        """The communities that may be held up: what ails a real one in the sample is invented."""
        rows = self.communities.rows
        return rows[rows["origin"] != "published"] if self.asking.is_sample else rows

    @cached_property
    def found(self) -> list[Concern]:
        return concerns(self.judged, self.asking.say, not_loaded=self.asking.not_loaded)

    @cached_property
    def proposals(self) -> Counted:
        return self.asking.count("proposals_by_month", start_month=self.asking.warehouse.months[0])

    @property
    def end(self) -> date:
        return self.asking.filters.end_month

    @property
    def own(self) -> str:
        """The one town that the briefing is of, or nothing."""
        codes = self.asking.filters.town_codes
        return codes[0] if len(codes) == 1 else ""

    @property
    def is_whole(self) -> bool:
        return not self.asking.filters.town_codes and not self.asking.filters.is_narrowed

    @cached_property
    def is_empty(self) -> bool:
        rows = self.months.rows
        return rows.empty or rows["month"].iloc[-1] != pd.Timestamp(self.end)

    def values(self, code: str) -> pd.Series:
        """Measure an indicator of what is chosen for every month, by month."""
        indicator = BY_CODE[code]
        if code == "closing_rate":
            rows = self.windowed_proposals()
        elif code in ("reach", "attendances", "repeat_rate", "first_timers"):
            rows = self.participation.rows
        else:
            rows = self.months.rows
        return measure(rows, indicator).set_index("month")["value"]

    def windowed_proposals(self) -> pd.DataFrame:
        """Add up the proposals of the chosen months, and of as many before them."""
        filters, rows = self.asking.filters, self.proposals.rows
        ends = [self.end, self.asking.month_before]
        parts = []
        for last in ends:
            first = add_months(last, 1 - filters.window_months)
            chosen = rows[rows["month"].between(pd.Timestamp(first), pd.Timestamp(last))]
            if not chosen.empty:
                columns = ["followed_count", "in_time_count"]
                month = chosen.assign(month=pd.Timestamp(last))
                parts.append(add_up(month, ["month"], columns))
        return pd.concat(parts) if parts else rows

    def pair(self, code: str) -> tuple[float, float]:
        """Give an indicator's value now and in the period before."""
        values = self.values(code)
        now, before = pd.Timestamp(self.end), pd.Timestamp(self.asking.month_before)
        nan = float("nan")
        return float(values.get(now, nan)), float(values.get(before, nan))

    def place(self) -> str:
        say, names = self.asking.say, self.asking.town_names(short=False)
        codes = self.asking.filters.town_codes
        if len(codes) > 3:
            place = say("{count} 个街镇", count=len(codes))
        else:
            place = say.listed([names[code] for code in codes]) if codes else say("闵行区")
        if self.asking.filters.is_narrowed:
            return say("{place}所选社区", place=place)
        return place

    # The whole ---------------------------------------------------------------------------

    def brief(self, unit: str | None) -> Brief:
        asking, say = self.asking, self.asking.say
        makers: dict[str, Callable[[], Slide]] = {
            "conclusion": self.conclusion,
            "ranking": self.ranking,
            "modes": self.modes,
            "housing": self.housing,
            "participation": self.participated,
            "case": self.case,
            "problems": self.problems,
            "steps": self.steps,
        }
        slides = [self.nothing(key) if self.is_empty else make() for key, make in makers.items()]
        place = self.place()
        caveat = say("示例数据") if asking.is_sample else ""
        return Brief(
            cover=Cover(
                title=say("新型居住社区治理情况汇报"),
                subtitle=place,
                unit=say("汇报单位：{unit}", unit=unit or place),
                date=say("{year} 年 {month} 月", year=self.end.year, month=f"{self.end:%m}"),
                mark=say("内部资料"),
                note=say("示例数据：除注明公开来源者外，数值为按公开数字校准的示例，不得引用。")
                if asking.is_sample
                else "",
            ),
            slides=(*slides, self.definitions()),
            place=place,
            source=asking.source,
            caveat=caveat,
            language=say.language,
            version=asking.warehouse.version,
            name=self.file_name(),
        )

    def file_name(self) -> str:
        parts = ["briefing", *self.asking.filters.town_codes[:1], f"{self.end:%Y-%m}"]
        if self.asking.is_sample:
            parts.append("sample")
        return "-".join([*parts, self.asking.say.language])

    def slide(
        self,
        key: str,
        message: Message,
        *stacks: Stack,
        indicators: Iterable[str] = (),
        notes: Iterable[str] = (),
        counted: Iterable[Counted] = (),
        window: bool = False,
    ) -> Slide:
        say = self.asking.say
        definitions = []
        for code in indicators:
            each = BY_CODE[code]
            text = say(
                "{name} = {formula}", name=say.words(each.name), formula=say.words(each.formula)
            )
            definitions.append(text + (f" {say.words(each.caveat)}" if each.caveat else ""))
        return Slide(
            key,
            message.headline,
            message.conclusion,
            stacks,
            self.asking.as_of(window=window),
            (*definitions, *notes),
            tuple(counted),
        )

    def nothing(self, key: str) -> Slide:
        """Say on a page that there are no data for what is chosen."""
        say = self.asking.say
        message = Message(say("所选范围在这个月没有数据"), say("请另选月份或街镇。"))
        text = say("{month} 没有{place}的数据。", month=f"{self.end:%Y-%m}", place=self.place())
        return self.slide(key, message, Stack((Sentence(text),)), counted=(self.months,))

    # Page by page ------------------------------------------------------------------------

    @cached_property
    def coverage_towns(self) -> Counted:
        return self.asking.by_town(BY_CODE["committee_coverage"])

    def conclusion(self) -> Slide:
        asking, say = self.asking, self.asking.say
        coverage = BY_CODE["committee_coverage"]
        changes = asking.count("changes")
        district = asking.district_value(coverage)
        message = conclusion_message(
            say,
            now=self.months.rows.iloc[-1],
            changes=changes.rows.iloc[0] if asking.has_before else None,
            towns=self.coverage_towns.rows,
            district=district,
            is_whole=self.is_whole,
        )
        figures = []
        for code in KEY_FIGURES:
            now, before = self.pair(code)
            figure, unit = figure_of(now, BY_CODE[code], say.language)
            change = change_brief(now, before, BY_CODE[code], say)
            figures.append(
                Figure(
                    say.words(BY_CODE[code].name),
                    figure,
                    # In English the name tells the unit.
                    unit if say.language == "zh" or unit == "%" else "",
                    say("无上期数据") if change == "—" else say("比上期 {change}", change=change),
                )
            )
        states = state_words(say)
        lines = points(
            say,
            coverage=self.pair("committee_coverage"),
            is_below=self.is_below(district),
            tiers=self.tiers_now.reset_index(),
            reach=self.pair("reach"),
            closing=self.pair("closing_rate")[0],
            overdue=self.overdue(),
            has_late=bool((self.judged["overdue_count"] >= OVERDUE_PROPOSALS).any()),
        )
        table = Table(
            say("达标、关注、滞后按规则判定，规则见备注，界限为假定"),
            (
                Column(say("方面"), 0.15),
                Column(say("结论"), 0.71),
                Column(say("状态"), 0.14),
            ),
            tuple((line.subject, line.text, states[line.state]) for line in lines),
        )
        return self.slide(
            "conclusion",
            message,
            Stack((Figures(tuple(figures)), table)),
            indicators=(*KEY_FIGURES, "closing_rate", "overdue"),
            notes=[say.words(words) for words in STATES],
            counted=(self.months, self.participation, self.tiers, self.proposals, changes),
            window=True,
        )

    def overdue(self) -> float:
        """Count open proposals over their time; NaN where none were loaded."""
        return float(self.months.rows["overdue_count"].iloc[-1])

    def is_below(self, district: float | None) -> bool:
        rows = self.coverage_towns.rows
        mine = rows[rows["key"] == self.own]
        if mine.empty or district is None:
            return False
        return bool(outside(mine, district).iloc[0] and mine["value"].iloc[0] < district)

    def ranking(self) -> Slide:
        asking, say = self.asking, self.asking.say
        coverage = BY_CODE["committee_coverage"]
        rows = self.coverage_towns.rows
        district = asking.district_value(coverage)
        name = say.words(coverage.name)
        chart = self.town_chart(
            rows, coverage, district, say("{indicator}（%），与全区比较", indicator=name)
        )
        return self.slide(
            "ranking",
            ranking_message(say, rows, district=district, own=self.own),
            Stack((self.map(rows, coverage),), 0.5),
            Stack((chart,), 0.5),
            indicators=("committee_coverage",),
            notes=(
                say("“低于全区”“高于全区”指超出 95% 漏斗界限；其余差异属随机波动。"),
                *((say("街镇数为示例，未曾公布"),) if asking.is_sample else ()),
            ),
            counted=(self.coverage_towns,),
        )

    def town_chart(
        self, rows: pd.DataFrame, indicator: Indicator, district: float | None, title: str
    ) -> Chart:
        """Rank the towns and the district, the highest on top; words mark who differs."""
        say = self.asking.say
        known = rows.dropna(subset=["value"])
        if district is not None:
            known = known.assign(is_outside=outside(known, district))
        labels = {
            row.key: say("{town}（低于全区）", town=row.name)
            if row.is_outside and row.value < (district or 0)
            else say("{town}（高于全区）", town=row.name)
            if row.is_outside
            else row.name
            for row in known.itertuples(index=False)
        }
        bars = [(labels[row.key], float(row.value)) for row in known.itertuples(index=False)]
        if district is not None:
            bars.append((say("全区"), district))
        bars.sort(key=lambda bar: (-bar[1], bar[0]))
        marked = {labels[code] for code in self.asking.chosen_towns if code in labels}
        return Chart(
            "bars",
            title,
            tuple(name for name, _ in bars),
            (Series(say.words(indicator.name), tuple(value for _, value in bars)),),
            "0.0",
            frozenset(marked),
            reference=say("全区"),
        )

    def map(self, rows: pd.DataFrame, indicator: Indicator) -> TownMap | Sentence:
        say, names = self.asking.say, self.asking.town_names()
        known = rows.dropna(subset=["value"]).set_index("key")["value"]
        if known.empty:
            return Sentence(say("所选范围内没有数据。"))
        edges = class_edges(known, decimals=indicator.decimals)
        classes = {
            code: class_of(value, edges, decimals=indicator.decimals)
            for code, value in known.items()
        }
        texts = [short_figure(edge, indicator, say.language) for edge in edges]
        places = [
            Place(
                code,
                name,
                short_figure(known.get(code), indicator, say.language),
                classes.get(code),
                code in self.asking.chosen_towns,
            )
            for code, name in names.items()
        ]
        shown = [0, *(class_of(edge, edges, decimals=indicator.decimals) for edge in edges)]
        lowest = f"<{texts[0]}" if texts else short_figure(known.min(), indicator, say.language)
        steps = (lowest, *(f"≥{text}" for text in texts))
        legend: dict[int, str] = dict(zip(shown, steps, strict=True))
        method = say(
            "{method}，{unit}",
            method=method_named("quantiles", say),
            unit=say.words(indicator.unit),
        )
        return TownMap(
            say("{indicator}，按街镇", indicator=say.words(indicator.name)),
            self.towns.geometry,
            tuple(places),
            SEQUENCE,
            tuple(legend.get(number, "") for number in range(len(SEQUENCE))),
            "\n".join([method, *self.map_notes()]),
        )

    def map_notes(self) -> list[str]:
        """Say that the map is a schematic, or the number under which it was approved."""
        say = self.asking.say
        if self.towns.is_schematic:
            return [say("示意图，非法定界线")]
        number = self.towns.map_number
        return [say("审图号：{number}", number=number)] if number else []

    def modes(self) -> Slide:
        asking, say = self.asking, self.asking.say
        counted = asking.count("modes_by_town", asking.filters.at_end)
        covered = counted.rows[counted.rows["coverage_type"] == "committee"]
        sums = add_up(covered, ["mode"], ["community_count", "resident_count"])
        names = {
            "1": say("1 居委会"),
            "2": say("2 代管"),
            "3": say("3 代管加社工站"),
            "4": say("4 纳入"),
            "5": say("5 自治共治"),
            "none": say("未分类"),
        }
        sums = sums.set_index("mode").reindex([each for each in names if each in set(sums["mode"])])
        sums = sums.reset_index().assign(
            committee_community_count=sums["community_count"].sum(),
            committee_resident_count=sums["resident_count"].sum(),
        )
        sums = sums.assign(
            community_share=measure(sums, BY_CODE["mode_share"])["value"],
            resident_share=measure(sums, BY_CODE["mode_resident_share"])["value"],
        )
        plain = {code: say.words(words) for code, words in mode.allowed.items()}
        chart = Chart(
            "bars",
            say("各模式占居村治理社区的比例（%）"),
            tuple(names[each] for each in sums["mode"]),
            (
                Series(say("按社区"), _numbers(sums["community_share"])),
                Series(say("按居民"), _numbers(sums["resident_share"])),
            ),
            "0.0",
        )
        table = Table(
            say("社区与居民"),
            (
                Column(say("模式"), 0.35),
                Column(say("社区"), 0.35, is_number=True),
                Column(say("居民"), 0.3, is_number=True),
            ),
            tuple(
                (
                    names["none"] if row.mode == "none" else say("模式 {code}", code=row.mode),
                    _whole(row.community_count),
                    _whole(row.resident_count),
                )
                for row in sums.itertuples()
            ),
        )
        return self.slide(
            "modes",
            modes_message(say, sums, plain),
            Stack((chart,), 0.58),
            Stack((table,), 0.42),
            indicators=("mode_share", "mode_resident_share"),
            counted=(counted,),
        )

    def housing(self) -> Slide:
        asking, say = self.asking, self.asking.say
        people = asking.count("housing_by_community")
        beds = asking.count("occupancy_by_community", asking.filters.at_end)
        described = by_community(people.rows, beds.rows, self.end)
        before = self.tiers.rows[
            self.tiers.rows["month"] == pd.Timestamp(asking.month_before)
        ].set_index("tier")["value"]
        now = self.tiers_now
        table = Table(
            say("各层次房源（各以套、间、张计，不相加）"),
            (
                Column(say("层次"), 0.16),
                Column(say("建成"), 0.18, is_number=True),
                Column(say("已租"), 0.18, is_number=True),
                Column(say("入住率"), 0.24, is_number=True),
                Column(say("较上期"), 0.24, is_number=True),
            ),
            tuple(
                (
                    say.words(tier.allowed[str(row.Index)]),
                    _whole(row.supply_count),
                    _whole(row.let_count),
                    say("数据有误")
                    if row.is_fault
                    else written(row.value, BY_CODE[f"occupancy_{row.Index}"], say.language),
                    change_brief(
                        row.value,
                        before.get(row.Index, float("nan")),
                        BY_CODE[f"occupancy_{row.Index}"],
                        say,
                    ),
                )
                for row in now.itertuples()
            ),
        )
        months = self.last_months(self.tiers.rows["month"])
        wide = self.tiers.rows.pivot(index="month", columns="tier", values="value")
        wide = wide.reindex(months)
        chart = Chart(
            "lines",
            say("入住率逐月（%，纵轴不从 0 起）"),
            tuple(f"{month:%Y-%m}" for month in months),
            tuple(
                Series(say.words(words), _numbers(wide[code]))
                for code, words in tier.allowed.items()
                if code in wide
            ),
            "0.0",
            least=_floor(wide),
            is_by_month=True,
        )
        parts, counted = [table], [self.tiers, people, beds]
        if self.is_whole:
            targets = asking.count("supply_completion", asking.filters.at_end)
            counted.append(targets)
            parts.append(self.targets(targets.rows))
        else:
            parts.append(self.beside_district(now))
        return self.slide(
            "housing",
            housing_message(say, now.reset_index(), described),
            Stack((chart,), 0.46),
            Stack(tuple(parts), 0.54),
            indicators=("occupancy_room", "supply_completion"),
            notes=(say("{bar:.0f}% 为本系统假定的界限，以套间最多的层次计。", bar=LOW_OCCUPANCY),),
            counted=counted,
        )

    def beside_district(self, now: pd.DataFrame) -> Table:
        asking, say = self.asking, self.asking.say
        rows = []
        for code, mine in now["value"].items():
            indicator = BY_CODE[f"occupancy_{code}"]
            district = asking.district_value(indicator)
            whole = float("nan") if district is None else district
            rows.append(
                (
                    say.words(tier.allowed[str(code)]),
                    _cell(mine, indicator, say.language),
                    _cell(whole, indicator, say.language),
                    change_brief(mine, whole, indicator, say),
                )
            )
        return Table(
            say("入住率与全区比较"),
            (
                Column(say("层次"), 0.2),
                Column(self.place() if self.own else say("所选"), 0.4, is_number=True),
                Column(say("全区"), 0.2, is_number=True),
                Column(say("相差"), 0.2, is_number=True),
            ),
            tuple(rows),
        )

    def targets(self, rows: pd.DataFrame) -> Table:
        say, completion = self.asking.say, BY_CODE["supply_completion"]
        return Table(
            say("公开的“一张床”供应目标"),
            (
                Column(say("目标"), 0.22),
                Column(say("期限"), 0.28),
                Column(say("张数"), 0.25, is_number=True),
                Column(say("完成率"), 0.25, is_number=True),
            ),
            tuple(
                (
                    say.words(target_kind.allowed[row.target_kind]),
                    f"{row.due_on:%Y-%m-%d}",
                    _whole(row.target_count),
                    written(row.value, completion, say.language),
                )
                for row in measure(rows, completion).itertuples()
            ),
        )

    def participated(self) -> Slide:
        say, filters = self.asking.say, self.asking.filters
        reach = BY_CODE["reach"]
        values = self.values("reach").dropna()
        months = self.last_months(values.index.to_series())
        lacking = self.asking.lacking(columns_of(reach))
        chart: Part = Chart(
            "columns",
            say("活动参与率（%），各月为截至该月的 {months} 个月", months=filters.window_months),
            tuple(f"{month:%Y-%m}" for month in months),
            (Series(say.words(reach.name), _numbers(values.reindex(months))),),
            "0.0",
            frozenset({f"{self.end:%Y-%m}"}),
            is_by_month=True,
        )
        if lacking:
            chart = Sentence(self.asking.not_loaded_words(lacking))
        rows = []
        for code in RESPONSE:
            now, before = self.pair(code)
            rows.append(
                (
                    say.words(BY_CODE[code].name),
                    _cell(now, BY_CODE[code], say.language),
                    change_brief(now, before, BY_CODE[code], say),
                )
            )
        table = Table(
            say("参与和响应"),
            (
                Column(say("指标"), 0.42),
                Column(say("本期"), 0.32, is_number=True),
                Column(say("较上期"), 0.26, is_number=True),
            ),
            tuple(rows),
        )
        return self.slide(
            "participation",
            participation_message(
                say,
                reach=self.pair("reach"),
                months=filters.window_months,
                closing=self.pair("closing_rate")[0],
                overdue=self.overdue(),
            ),
            Stack((chart,), 0.5),
            Stack((table,), 0.5),
            indicators=RESPONSE,
            counted=(self.participation, self.proposals, self.months),
            window=True,
        )

    def last_months(self, months: "pd.Series[Any]") -> list[pd.Timestamp]:
        there = sorted(set(months[months <= pd.Timestamp(self.end)]))
        return there[-TREND_MONTHS:]

    # The case ----------------------------------------------------------------------------

    def case(self) -> Slide:
        """Show the named community with most published facts: of the place, else of the district."""
        asking, say = self.asking, self.asking.say
        counted = asking.count("communities")
        columns = asking.count("published_columns")
        reports = asking.count("project_reports")
        named = counted.rows[counted.rows["origin"] == "published"]
        is_here = not named.empty
        if not is_here:
            counted = asking.count("communities", asking.everywhere)
            named = counted.rows[counted.rows["origin"] == "published"]
        if named.empty:
            message = Message(say("没有公开报道的案例"), say("可由各街镇另行报送。"))
            text = say("这个月还没有公开报道过的社区。")
            return self.slide("case", message, Stack((Sentence(text),)), counted=(counted,))
        found = [(*self.facts(row, columns.rows, reports.rows), row) for row in named.itertuples()]
        known, told, row = max(
            found, key=lambda each: (len(each[0]) + len(each[1]), each[2].community_code)
        )
        told = told[: max(2, SHOWN_FACTS - len(known))]
        facts = [*known[: SHOWN_FACTS - len(told)], *told]
        name = row.name_zh if say.language == "zh" else row.name_en
        table = Table(
            say("{name}（{town}）", name=name, town=asking.town_names(short=False)[row.town_code]),
            (Column(say("项目"), 0.22), Column(say("公开的事实"), 0.62), Column(say("来源"), 0.16)),
            tuple(facts),
        )
        sources = reports.rows[reports.rows["community_code"] == row.community_code]
        return self.slide(
            "case",
            case_message(say, name=name, facts=len(facts), is_here=is_here),
            Stack((table,)),
            notes=(
                say("治理方式：{how}。", how=governed_how(row.coverage_type, row.mode, say)),
                *(
                    say(
                        "来源：{title}（{day}）",
                        title=each.source_title,
                        day=say("未注明日期") if pd.isna(each.published_on) else each.published_on,
                    )
                    for each in sources.itertuples()
                    if say.language == "zh"
                ),
            ),
            counted=(counted, columns, reports),
        )

    def facts(
        self, row: Any, columns: pd.DataFrame, reports: pd.DataFrame
    ) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
        """List what is published of a community: its columns, and its reports, latest first."""
        asking, say = self.asking, self.asking.say
        published = columns.set_index("community_code")["published_columns"]
        tiers = asking.count(
            "occupancy_by_community", asking.everywhere.at_end, community_codes=[row.community_code]
        )
        facts = [
            fact
            for fact in community_facts(
                row,
                tiers.rows.sort_values(
                    "tier", key=lambda codes: codes.map(list(tier.allowed).index)
                ),
                say,
                town=asking.town_names(short=False)[row.town_code],
                published=str(published.get(row.community_code, "")),
                is_sample=asking.is_sample,
            )
            if fact.proof == "published"
        ]
        names = {say.words(words) for words in tier.allowed.values()}
        # Each tier in its own unit, side by side.
        supply = [
            say("{tier} {share}", tier=fact.name, share=fact.text)
            for fact in facts
            if fact.name in names
        ]
        rest = [fact for fact in facts if fact.name not in names and fact.name != say("街镇")]
        known = [(fact.name, fact.text, say("公开报道")) for fact in rest]
        if supply:
            known.insert(
                0, (say.words(BY_CODE["dwellings"].name), say.listed(supply), say("公开报道"))
            )
        mine = reports[
            (reports["community_code"] == row.community_code)
            & (reports["confidence"] != "low")
            & (reports["published_on"].fillna("").str[:7] <= f"{self.end:%Y-%m}")
        ]
        told: dict[str, tuple[str, str, str]] = {}
        for each in mine.sort_values(
            "published_on", ascending=False, na_position="last"
        ).itertuples():
            text = report_text(each, say)
            if text and text not in told:
                is_part = "建管家" in each.name_zh and row.community_kind != "builders_home"
                name = say("报道（其中的建管家）") if is_part else say("报道")
                day = say("未注明日期") if pd.isna(each.published_on) else str(each.published_on)
                told[text] = (name, text, day)
        return known, [*told.values()]

    # Problems and next steps -------------------------------------------------------------

    def late(self) -> int:
        return sum(each.level in ("late", "fault") for each in self.found)

    def problems(self) -> Slide:
        asking, say = self.asking, self.asking.say
        names = asking.town_names(short=False)
        states = {"fault": say("数据有误"), **dict[str, str](state_words(say).items())}
        shown = self.found[:SHOWN_PROBLEMS]
        rows = tuple(
            (
                each.name,
                each.reason,
                say("{town}、运营方", town=names[each.town_code])
                if each.level in ("fault", "watch")
                else names[each.town_code],
                f"{month_end(add_months(self.end, 3 if each.level == 'watch' else 1)):%Y-%m-%d}",
                states[each.level],
            )
            for each in shown
        )
        part = (
            Table(
                "",
                (
                    Column(say("地点"), 0.2),
                    Column(say("问题"), 0.36),
                    Column(say("责任单位（建议）"), 0.19),
                    Column(say("期限（建议）"), 0.14),
                    Column(say("状态"), 0.11),
                ),
                rows,
            )
            if rows
            else Sentence(say("没有社区触发关注规则。"))
        )
        return self.slide(
            "problems",
            problems_message(say, count=len(self.found), late=self.late(), shown=len(shown)),
            Stack((part,)),
            notes=(
                *(say.words(rule) for rule in RULES),
                say("期限按规则建议：滞后与数据有误的一个月内，关注的三个月内。"),
                *((say("数据为示例，公开具名的真实项目不列入。"),) if asking.is_sample else ()),
            ),
            counted=(self.communities,),
        )

    def steps(self) -> Slide:
        say = self.asking.say
        steps = self.next_steps()
        table = Table(
            "",
            (
                Column(say("工作"), 0.58),
                Column(say("牵头（建议）"), 0.25),
                Column(say("时限（建议）"), 0.17),
            ),
            tuple(steps),
        )
        part = table if steps else Sentence(say("没有按规则提出的工作。"))
        return self.slide(
            "steps",
            steps_message(say, count=len(steps), late=self.late()),
            Stack((part,)),
            notes=(say("各项由前面各页的数字按规则提出，供修改。"),),
            counted=(self.months, self.communities, self.tiers),
        )

    def next_steps(self) -> list[tuple[str, str, str]]:
        """Propose work by rule from what the pages before say; nothing where nothing is due."""
        asking, say = self.asking, self.asking.say
        now = self.months.rows.iloc[-1]
        towns = self.place() if self.asking.filters.town_codes else say("各街镇")
        soon, later = (f"{month_end(add_months(self.end, count)):%Y-%m}" for count in (1, 3))
        steps = []
        if self.late():
            steps.append(
                (say("逐个核查 {count} 个滞后社区，按月销号", count=self.late()), towns, soon)
            )
        overdue = self.overdue()
        if overdue > 0:
            steps.append((say("办结 {count} 件超 14 天的提案", count=int(overdue)), towns, soon))
        grid = int(now["grid_community_count"])
        if grid:
            text = say("研究 {count} 个网格社区适用的模式，成熟的先纳入", count=grid)
            steps.append((text, say("社会工作部门、{towns}", towns=towns), later))
        rows = by_community(
            asking.count("housing_by_community").rows,
            asking.count("occupancy_by_community", asking.filters.at_end).rows,
            self.end,
        )
        low = int((rows["is_low"] & ~rows["is_filling"]).sum())
        if low:
            text = say("核查 {count} 个入住率不足 {bar:.0f}% 的社区", count=low, bar=LOW_OCCUPANCY)
            steps.append((text, say("房管部门、运营方"), later))
        quiet = self.without_activities()
        if quiet:
            text = say("为 {count} 个没有活动的社区安排首场活动", count=quiet)
            steps.append((text, say("社工站、{towns}", towns=towns), later))
        return steps

    def without_activities(self) -> int:
        """Count the communities without an activity in the chosen months."""
        if "activity" in self.asking.not_loaded:
            return 0
        rows = self.asking.count("participation_by_community").rows
        return int((rows["activity_count"] == 0).sum())

    def definitions(self) -> Slide:
        say = self.asking.say
        table = Table(
            "",
            (Column(say("指标"), 0.27), Column(say("算法"), 0.73)),
            tuple(
                (say.words(BY_CODE[code].name), say.words(BY_CODE[code].formula))
                for code in DEFINED
            ),
        )
        message = Message(
            say("附录：口径与页面一致，缺失不作 0"),
            say("先加后除；人数不跨月、跨地相加；1–4 人的数不显示。"),
        )
        return self.slide(
            "definitions",
            message,
            Stack((table,)),
            indicators=DEFINED,
            notes=[say.words(words) for words in (*STATES, *RULES)],
        )


def month_end(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def _numbers(values: "pd.Series[Any]") -> tuple[float | None, ...]:
    return tuple(None if pd.isna(value) else float(value) for value in values)


def _whole(value: Any) -> str:
    return "—" if pd.isna(value) else f"{value:,.0f}"


def _cell(value: float, indicator: Indicator, language: Language) -> str:
    """Write a value under a heading that tells its unit; a share keeps its sign."""
    if indicator.kind == "share" and pd.notna(value):
        return written(value, indicator, language)
    return short_figure(value, indicator, language)


def _floor(values: pd.DataFrame) -> float | None:
    """Begin an axis of shares at the ten below the least of them."""
    least = values.min().min()
    return None if pd.isna(least) else float(least // 10 * 10)
