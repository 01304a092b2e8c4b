"""Hold all that is known of a figure when it is published, in both languages where they are known."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

import pandas as pd

from dashboard.asking.questions import Asking, QueryResult, Questions, sql_with_parameters
from dashboard.contract.filters import FILTERS
from dashboard.contract.measures import FIELDS
from dashboard.contract.origins import INKS, LEGEND, Shown, signed
from dashboard.contract.privacy import OF_PERSONS
from dashboard.contract.rounding import rounded
from dashboard.contract.words import Language, Words
from dashboard.draw.drawing import Drawing
from dashboard.draw.inks import inked
from dashboard.figures.listing import interval_words
from dashboard.language import Say
from dashboard.warehouse.catalogue import NamedQuery
from dashboard.warehouse.store import Warehouse, named_query


@dataclass(frozen=True)
class Caption:
    """Say what a figure shows: a headline, a line on how it is counted, and its as-of.

    ``spoken_only`` hides the headline where the control above the figure already says it.
    ``method`` names tests and limits: it goes into files and what is published, not under the figure.
    """

    headline: str
    note: str
    as_of: str
    spoken_only: bool = False
    method: str = ""


# What a click on a mark chooses; a profile or a peer is shown in the place of what is chosen. A
# community is added to the plan in the address, or taken out of it.
Click = Literal["town", "community", "profile", "peer", "adds", "takes_out"]


@dataclass(frozen=True)
class Figure:
    """Hold one figure in one language: what is drawn, what is said of it, what it rests on.

    ``click`` is what a click on one of its marks chooses; where ``opens_profile``, its lines lead
    to the communities' profiles instead. ``marked`` are marks that stand out as chosen, where they
    are neither towns nor communities. ``origin`` is what its values rest on, where that is not what
    its columns do.
    """

    key: str
    drawing: Drawing
    caption: Caption
    counted: QueryResult
    click: Click | None = None
    opens_profile: bool = False
    marked: tuple[str, ...] = ()
    origin: Shown | None = None


@dataclass(frozen=True)
class PublishedFigure:
    """Hold one figure of a page: what it shows, what it rests on, and where it stands.

    ``told`` begins with the reader's own language; a language in which the page does not show
    the figure is missing. ``address`` is the page's, with its query, below the ``site`` where
    everybody finds the dashboard, if there is one; ``taken_on`` the day on which it is taken away.
    """

    key: str
    told: Mapping[Language, Figure]
    asking: Questions
    address: str
    taken_on: date
    site: str = ""

    @property
    def url(self) -> str:
        """Where everybody finds the view; empty where only this machine or network does."""
        return f"{self.site.rstrip('/')}/{self.address}" if self.site else ""

    @property
    def own(self) -> Figure:
        return self.told[self.asking.say.language]

    @cached_property
    def counted(self) -> QueryResult:
        """The rows behind the figure; of one indicator, its values are among them."""
        return self.own.counted.measured

    @property
    def drawing(self) -> Drawing:
        return drawn(self.asking, self.own)

    @property
    def query(self) -> NamedQuery:
        return named_query(self.counted.query)

    @property
    def parameters(self) -> dict[str, object]:
        """The values of those parameters that the query takes."""
        return {each.name: self.counted.parameters[each.name] for each in self.query.parameters}

    @property
    def warehouse(self) -> Warehouse:
        return self.asking.warehouse

    @property
    def built_on(self) -> date:
        return self.warehouse.built_on

    @property
    def digest(self) -> str:
        """Name the query's text and parameters in eight letters."""
        return hashlib.sha256(sql_with_parameters(self.counted).encode()).hexdigest()[:8]

    @property
    def name(self) -> str:
        return file_name(self.asking, self.key, self.counted)

    @property
    def is_sample(self) -> bool:
        return self.asking.shows_sample(self.counted.columns)

    def source_said(self, language: Language) -> str:
        """Say where its data come from, and where they are a sample."""
        say = Say(language)
        source = self.in_language(language).source_of(self.counted.columns)
        told = say("示例数据：{source}", source=source) if self.is_sample else source
        return signed(origin_of(self.asking, self.own), told)

    def in_language(self, language: Language) -> Asking:
        """Ask the same in a language."""
        return self.asking.spoken(language)


def origin_of(asking: Questions, figure: Figure) -> Shown:
    """Tell what a figure's values rest on."""
    return figure.origin or asking.origin_of(figure.counted.columns)


def drawn(asking: Questions, figure: Figure) -> Drawing:
    """Give a figure's drawing in the ink of what it rests on."""
    return inked(figure.drawing, origin_of(asking, figure))


def origin_told(asking: Questions, figure: Figure) -> str:
    """Write what a figure's values rest on, after its sign; nothing of own data."""
    origin = origin_of(asking, figure)
    if origin == "own":
        return ""
    if origin == "mixed":
        return asking.say.words(LEGEND)
    if origin == "sample":
        return signed(origin, asking.say("示例数据"))
    return asking.say.words(INKS[origin].marked)


def file_name(asking: Questions, key: str, counted: QueryResult) -> str:
    """Name a file after its figure and month, and say in it when the data are a sample."""
    sample = "-sample" if asking.shows_sample(counted.columns) else ""
    return f"{key}-{asking.filters.end_month:%Y-%m}{sample}"


def missing_cells(rows: pd.DataFrame) -> dict[str, int]:
    """Count the missing values of each column of numbers that lacks some."""
    counts = rows.select_dtypes("number").isna().sum()
    return {str(name): int(count) for name, count in counts.items() if count}


def title_of(figure: PublishedFigure, language: Language) -> str:
    """Write the headline; it names the indicator, also where a control above the figure did."""
    headline = figure.told[language].caption.headline
    names = [each.name.in_language(language) for each in figure.counted.indicators]
    if len(names) != 1 or names[0].lower() in headline.lower():
        return headline
    say = Say(language)
    return say("{indicator}：{headline}", indicator=names[0], headline=headline)


def caption_lines(figure: PublishedFigure, language: Language) -> list[str]:
    """Write what stands below a figure in print, after its headline: one sentence a line."""
    asking, caption = figure.in_language(language), figure.told[language].caption
    say, rows = asking.say, figure.counted.rows
    lines = [
        caption.note,
        caption.method,
        *_definitions(figure, say),
        caption.as_of,
        say("范围：{places}", places=" · ".join(_places_said(asking))),
        _counts_said(figure, say),
        interval_said(figure, language),
        say("少于 {least} 人的数不显示", least=figure.warehouse.small_cell)
        if OF_PERSONS & set(rows.columns)
        else "",
        figure.source_said(language),
        say(
            "数据版本 {version}（{built} 建成），查询 {query}#{digest}",
            version=figure.warehouse.version,
            built=figure.built_on.isoformat(),
            query=figure.counted.query,
            digest=figure.digest,
        ),
    ]
    return [line for line in lines if line]


def _counts_said(figure: PublishedFigure, say: Say) -> str:
    """Say how many were observed, in how many rows, and what is missing."""
    rows, missing = figure.counted.rows, missing_cells(figure.counted.rows)
    number, what = observations(figure)
    grain = say.words(grain_words(figure))
    lacking = missing.get("value", 0) if "value" in rows else sum(missing.values())
    if what is ROWS:
        return say(
            "n = {count}（{grain}），缺失 {missing} 个值",
            count=number,
            grain=grain,
            missing=lacking,
        )
    return say(
        "n = {count:,}（{what}）；{rows} 行（{grain}），缺失 {missing} 个值",
        count=number, what=say.words(what), rows=len(rows), grain=grain, missing=lacking,
    )  # fmt: skip


def _definitions(figure: PublishedFigure, say: Say) -> list[str]:
    """Define the indicators shown, those with the same formula together."""
    same: dict[tuple[Words, Words], list[str]] = {}
    for each in figure.counted.indicators:
        same.setdefault((each.formula, each.unit), []).append(say.words(each.name))
    return [
        say(
            "{name} = {formula}，单位：{unit}",
            name=say.listed(names),
            formula=say.words(formula),
            unit=say.words(unit),
        )
        for (formula, unit), names in same.items()
    ]


def caption_text(figure: PublishedFigure, language: Language) -> str:
    """Write the caption's sentences one after the other."""
    stop = {"zh": "。", "en": ". "}[language]
    return stop.join(caption_lines(figure, language)) + stop.strip()


ROWS = Words("行", "rows")
# Rows of these are groups of what was observed, which this column counts.
_CASES = {
    "activity_by_day": "activity_count",
    "activity_kinds": "activity_count",
    "attendance_spread": "participant_count",
    "modes_by_town": "community_count",
    "participation_cohorts": "participant_count",
    "proposal_days": "proposal_count",
    "proposals_by_stage": "proposal_count",
    "services": "activity_count",
    "youth_needs": "proposal_count",
}


def observations(figure: PublishedFigure) -> tuple[int, Words]:
    """Count what was observed, which may be fewer or more than the rows, and say what it is."""
    counted, rows = figure.counted, figure.counted.rows
    column = _CASES.get(counted.query)
    if column is not None:
        # Who is seen again in later months was counted in the first.
        first = rows["first_month"] == rows["month"] if "first_month" in rows else slice(None)
        return int(rows.loc[first, column].sum()), FIELDS[column].label
    if len(counted.indicators) == 1 and counted.indicators[0].uncertainty != "none":
        (indicator,) = counted.indicators
        if "month" not in rows or rows["month"].nunique() <= 1:
            label = FIELDS[indicator.denominator or indicator.numerator].label
            if indicator.mean_over_months:
                label = Words("同期平均居民", "mean residents")
            return int(rounded(rows["denominator"].sum())), label
    if "proposal_code" in rows:
        return len(rows), FIELDS["proposal_count"].label
    if "community_code" in rows:
        return rows["community_code"].nunique(), FIELDS["community_count"].label
    return len(rows), ROWS


def interval_said(figure: PublishedFigure, language: Language) -> str:
    """Say how the intervals that the data hold were made; nothing where they hold none."""
    rows, say = figure.counted.rows, Say(language)
    if "low" not in rows or rows["low"].isna().all():
        return ""
    return say("95% 区间：{method}", method=interval_words(figure.counted.indicators, say))


def grain_words(figure: PublishedFigure) -> Words:
    """Say what one row is, by the names of the key columns that the rows have."""
    keys = [key for key in figure.query.keys if key in figure.counted.rows.columns]
    labels = [FIELDS[key].label for key in keys]
    if not labels:
        return Words("合计", "in all")
    return Words(
        "每行：" + " × ".join(label.zh for label in labels),
        "each row: " + " × ".join(label.en.lower() for label in labels),
    )


def filters_said(asking: Questions) -> str:
    """Say in words which months and communities are chosen."""
    say, filters = asking.say, asking.filters
    months = say(
        "{start} 至 {end}", start=f"{filters.start_month:%Y-%m}", end=f"{filters.end_month:%Y-%m}"
    )
    return " · ".join([months, *_places_said(asking)])


def _places_said(asking: Questions) -> list[str]:
    say = asking.say
    places = {
        "town_codes": asking.town_names(short=False),
        "community_codes": asking.community_names,
    }
    chosen = []
    for each in FILTERS:
        names = places[each.name] if each.offered is None else say.names(each.offered)
        chosen.append(say.listed([names[code] for code in each.codes(asking.filters)]))
    return [text for text in chosen if text] or [say("全部社区")]
