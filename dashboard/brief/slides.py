"""Hold a briefing as data: pages, each with its sentences and what it shows, before any file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Self

from dashboard.asking.questions import QueryResult
from dashboard.contract.rounding import number_written
from dashboard.language import Say
from dashboard.warehouse.geography import MapGeometry

ChartKind = Literal["bars", "columns", "lines"]
# What stands behind the words of a state column: how a target stands, or how pressing a problem is.
Mark = Literal["good", "watch", "late", "fault", "none"]


@dataclass(frozen=True)
class Series:
    """Hold one series of a chart; None is a gap."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """Describe a chart.

    ``marked`` names the categories that stand out, ``reference`` the one the others are held
    against.
    """

    kind: ChartKind
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    number_format: str
    marked: frozenset[str] = field(default_factory=frozenset)
    # Where an axis does not begin at nought, the title says so.
    least: float | None = None
    reference: str | None = None
    # The categories are months, written 2025-12.
    is_by_month: bool = False

    def written(self, value: float | None) -> str:
        """Write a value with the decimals of its format."""
        return number_written(value, len(self.number_format.partition(".")[2]))


@dataclass(frozen=True)
class Place:
    """Hold one town of a map: its class is a position among the legend's, None without a value."""

    code: str
    name: str
    label: str
    class_index: int | None
    is_marked: bool = False


@dataclass(frozen=True)
class TownMap:
    """Describe a map: the towns in classes of one colour, light to dark."""

    title: str
    geometry: MapGeometry
    places: tuple[Place, ...]
    fills: tuple[str, ...]
    legend: tuple[str, ...]
    note: str


class Cell(str):
    """Hold the text of a number or a date together with itself, and the form and unit in which a
    spreadsheet writes it."""

    value: float | date
    form: str
    unit: str

    def __new__(cls, text: str, value: float | date, form: str = "#,##0", unit: str = "") -> Self:
        cell = super().__new__(cls, text)
        cell.value, cell.form, cell.unit = value, form, unit
        return cell

    def written(self, text: str) -> "Cell":
        """Hold the same under another text."""
        return Cell(text, self.value, self.form, self.unit)


@dataclass(frozen=True)
class Column:
    """Describe a table's column: its share of the width, and whether it holds numbers or says
    how things stand."""

    heading: str
    width: float
    is_number: bool = False
    is_state: bool = False


@dataclass(frozen=True)
class Table:
    """Describe a table, all of it words as they are to be read; those of numbers are cells."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, title: str, columns: Mapping[Column, Iterable[str]]) -> Self:
        """Make a table of columns, each with what stands in it."""
        return cls(title, tuple(columns), tuple(zip(*columns.values(), strict=True)))


@dataclass(frozen=True)
class Figure:
    """Hold one of the large figures in a row."""

    name: str
    figure: str
    unit: str
    change: str


@dataclass(frozen=True)
class Figures:
    """Hold the row of large figures."""

    items: tuple[Figure, ...]


@dataclass(frozen=True)
class Sentence:
    """Say one thing instead of a figure: that there are no data, say."""

    text: str


Part = Chart | TownMap | Table | Figures | Sentence


@dataclass(frozen=True)
class Stack:
    """Hold parts that stand one under the other, over a share of the page's width."""

    parts: tuple[Part, ...]
    width: float = 1.0


@dataclass(frozen=True)
class SlidePlace:
    """Say in which part of a paper a page stands, and on the sheet in which row and column and
    over how many millimetres; a page may be on neither."""

    part: Literal["progress", "problems", "steps", ""] = ""
    row: int | None = None
    column: int = 0
    width: float = 0.0


@dataclass(frozen=True)
class Slide:
    """Hold one page: what it says, what it shows and where that comes from.

    ``place`` says where in papers and on the sheet it stands, ``notes`` are for the speaker: definitions and how to read the page. ``lack`` names the tables
    that are not loaded and without which numbers of the page are missing, and says what else keeps a number from being what one takes it for. ``listed`` is the whole
    list where the page shows the first of it.
    """

    headline: str
    conclusion: str
    stacks: tuple[Stack, ...]
    as_of: str
    key: str = ""
    name: str = ""
    place: SlidePlace = field(default_factory=SlidePlace)
    notes: tuple[str, ...] = ()
    counted: tuple[QueryResult, ...] = ()
    lack: str = ""
    listed: Table | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(part for stack in self.stacks for part in stack.parts)

    @property
    def says_states(self) -> bool:
        """Whether a table of it says how things stand."""
        tables = (part for part in self.parts if isinstance(part, Table))
        return any(column.is_state for table in tables for column in table.columns)


@dataclass(frozen=True)
class Cover:
    """Hold what the first page says."""

    title: str
    subtitle: str
    unit: str
    date: str
    mark: str
    note: str


@dataclass(frozen=True)
class Brief:
    """Hold a whole briefing in one language.

    ``unit`` is who reports; ``is_district``: whether it tells of all that the district is. ``states`` gives for the words of the tables' state columns what they
    mean, ``state_rules`` how they were judged.
    """

    cover: Cover
    slides: tuple[Slide, ...]
    place: str
    unit: str
    source: str
    caveat: str
    language: Literal["zh", "en"]
    version: str
    name: str
    states: Mapping[str, Mark] = field(default_factory=dict)
    state_rules: tuple[str, ...] = ()
    is_district: bool = True

    @property
    def total(self) -> int:
        """The number of pages, the cover included."""
        return len(self.slides) + 1

    def caveat_of(self, slide: Slide) -> str:
        """What a page's footer must say in red."""
        return " · ".join(filter(None, (slide.lack, self.caveat)))

    @property
    def counted(self) -> Sequence[QueryResult]:
        """List what was counted, each query with the same parameters once."""
        seen: dict[tuple[str, str], QueryResult] = {}
        for slide in self.slides:
            for each in slide.counted:
                seen.setdefault((each.query, repr(sorted(each.parameters.items()))), each)
        return tuple(seen.values())


def as_table(part: Part, say: Say) -> Table | None:
    """Write a part as the table of its numbers: a month, a place or an indicator a row."""
    if isinstance(part, Chart):
        heading = say("月份") if part.is_by_month else say("名称")
        columns: dict[Column, Iterable[str]] = {Column(heading, 0.4): part.categories}
        for each in part.series:
            texts = [part.written(value) for value in each.values]
            columns[Column(each.name, 0.3, is_number=True)] = texts
        return Table.of(part.title, columns)
    if isinstance(part, TownMap):
        places = [(place.name, place.label) for place in part.places]
        places.sort(key=lambda row: -getattr(row[1], "value", 0))
        headings = (Column(say("街镇"), 0), Column(part.title, 0, is_number=True))
        return Table(part.title, headings, tuple(places))
    if isinstance(part, Figures):
        return Table.of(
            say("关键数字"),
            {
                Column(say("指标"), 0): [each.name for each in part.items],
                Column(say("本期"), 0, is_number=True): [each.figure for each in part.items],
                Column(say("单位"), 0): [getattr(each.figure, "unit", "") for each in part.items],
                Column(say("变化"), 0): [each.change for each in part.items],
            },
        )
    return part if isinstance(part, Table) else None
