"""Hold a page as a value: what it says and shows for its filters and choices, in one language."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dashboard.contract.indicators import BY_CODE
from dashboard.figures.figure import Figure
from dashboard.figures.quoted import Quoted
from dashboard.figures.tiles import Tile
from dashboard.insight.headline import Headline
from dashboard.language import Say


@dataclass(frozen=True)
class Choice:
    """Declare what a page lets one choose besides the filters: its name in the address and what
    is allowed there, the first by default. Where nothing is named, any text of at most so many
    letters is, and none by default; of a list, what stands ``between`` its entries."""

    name: str
    allowed: tuple[str, ...]
    longest: int = 60
    between: str = ""

    @property
    def usual(self) -> str:
        return self.allowed[0] if self.allowed else ""


@dataclass(frozen=True)
class Choices:
    """Hold what was chosen on a page besides the filters.

    ``own`` are the page's own choices by name, only those that are not the default. ``published``
    is what was published alone.
    """

    indicator: str = "committee_coverage"
    tiles: bool = False
    own: tuple[tuple[str, str], ...] = ()
    published: bool = False

    def of(self, choice: Choice) -> str:
        """Say what is chosen of one of the page's own choices."""
        return dict(self.own).get(choice.name, choice.usual)

    def with_own(self, choice: Choice, chosen: str) -> "Choices":
        """Choose one of the page's own choices; the usual is not kept."""
        others = tuple((name, text) for name, text in self.own if name != choice.name)
        is_usual = chosen == choice.usual
        return replace(self, own=others if is_usual else (*others, (choice.name, chosen)))

    def written(self) -> dict[str, str]:
        """Write them as query parameters, leaving out what is as by default."""
        pairs = {
            "map": self.indicator if self.indicator != Choices.indicator else "",
            "shape": "tiles" if self.tiles else "",
            "published": "1" if self.published else "",
            **dict(self.own),
        }
        return {name: text for name, text in pairs.items() if text}


@dataclass(frozen=True)
class Picker:
    """Let one choose something of the page: each option is named and leads to other choices, or says
    what it changes in the address.

    ``key`` names the control. Options stand side by side, or in a list where they are many.
    """

    key: str
    title: str
    options: tuple[tuple[str, str, Choices | Mapping[str, str]], ...]
    chosen: str
    side_by_side: bool = True


@dataclass(frozen=True)
class Search:
    """Let one type what is to be found; ``name`` is its place in the address."""

    name: str
    title: str
    placeholder: str
    text: str


def indicator_picker(say: Say, choices: Choices, indicators: Iterable[str], chosen: str) -> Picker:
    """Let one choose the indicator of the figures below."""
    options = tuple(
        (code, say.words(BY_CODE[code].name), replace(choices, indicator=code))
        for code in indicators
    )
    return Picker("map-indicator", say("指标"), options, chosen, side_by_side=False)


def shape_picker(say: Say, choices: Choices) -> Picker:
    """Let one choose the schematic map or tiles."""
    options = (
        ("map", say("示意图"), replace(choices, tiles=False)),
        ("tiles", say("方格图"), replace(choices, tiles=True)),
    )
    return Picker("shape", say("图形"), options, "tiles" if choices.tiles else "map")


def choice_picker(
    choices: Choices,
    choice: Choice,
    title: str,
    names: Mapping[str, str],
    *,
    side_by_side: bool = True,
) -> Picker:
    """Let one choose one of the page's own choices, by name."""
    options = tuple((code, name, choices.with_own(choice, code)) for code, name in names.items())
    return Picker(f"choice-{choice.name}", title, options, choices.of(choice), side_by_side)


@dataclass(frozen=True)
class Beside:
    """Set parts beside each other in one line of a column."""

    parts: tuple[Picker, ...]


Part = Figure | Picker | Beside | Search


@dataclass(frozen=True)
class Row:
    """Set columns of parts side by side; ``widths`` are in proportion, equal without."""

    columns: tuple[tuple[Part, ...], ...]
    widths: tuple[float, ...] = ()


@dataclass(frozen=True)
class Page:
    """Hold a page; one without a headline has no communities to tell of, and nothing else.

    ``needs`` are the counted columns without which the headline has nothing to say. ``empty`` says
    what to do where there is nothing, if the usual words don't fit. Without ``describing`` the
    filters that describe communities are left out. ``controls`` stand above the rows, with a
    ``note`` on what gave way to what can be shown. ``quoted`` are published
    numbers in the place of tiles.
    """

    headline: Headline | None
    tiles: tuple[Tile, ...] = ()
    rows: tuple[Row, ...] = ()
    needs: tuple[str, ...] = ()
    empty: Headline | None = None
    describing: bool = True
    controls: tuple[Picker, ...] = ()
    note: str = ""
    quoted: tuple[Quoted, ...] = ()

    @property
    def key_numbers(self) -> tuple[Tile | Quoted, ...]:
        """Give the key numbers: what is counted, then what was published."""
        return (*self.tiles, *self.quoted)

    def changed(self, figure: Callable[[Figure], Figure], tile: Callable[[Tile], Tile]) -> "Page":
        """Give the page with its figures and tiles changed, one by one."""

        def of(part: Part) -> Part:
            return figure(part) if isinstance(part, Figure) else part

        rows = tuple(
            replace(row, columns=tuple(tuple(map(of, column)) for column in row.columns))
            for row in self.rows
        )
        return replace(self, tiles=tuple(map(tile, self.tiles)), rows=rows)

    @property
    def figures(self) -> Iterator[Figure]:
        """Give the figures in reading order."""
        for row in self.rows:
            for column in row.columns:
                yield from (part for part in column if isinstance(part, Figure))


NOTHING = Page(None)


def row(*columns: Part | None | tuple[Part | None, ...], widths: tuple[float, ...] = ()) -> Row:
    """Set columns side by side; a part that there is nothing to show of is left out, and so is a
    column without parts, where no ``widths`` are given."""
    several = (each if isinstance(each, tuple) else (each,) for each in columns)
    filled = tuple(tuple(part for part in each if part) for each in several)
    return Row(filled if widths else tuple(filter(None, filled)), widths)
