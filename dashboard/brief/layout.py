"""Lay the parts of a page out: on a page of our own, 960 by 540 points, or in a template's frame.

PowerPoint and the screen take the same boxes, so that one sees each page as it will be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field

from dashboard.brief.fit import LINE, line_count, longest_word, text_width
from dashboard.brief.slides import Cell, Figure, Figures, Part, Slide, Stack, Table

WIDTH, HEIGHT = 960.0, 540.0
MARGIN = 40.0
BODY_BOTTOM = 492.0
# The least room that the sentence and the parts below it take.
BODY_WIDE, BODY_HIGH = WIDTH - 2 * MARGIN, 418.0
CONCLUSION, CONCLUSION_GAP = 46.0, 8.0
SOURCE = 22.0
GAP = 18.0
TEXT = 18.0
HEADLINE_SIZES = (30.0, 28.0, 26.0, 24.0)
CONCLUSION_SIZES = (20.0, 19.0, 18.0)
COVER_SIZES = (44.0, 40.0, 36.0, 32.0)
# The lines below the cover's title: the place, who reports, when; smaller where they are long.
COVER_TEXTS = (32.0, 22.0, 22.0)
COVER_SHARES = (1.0, 0.9, 0.8, 0.7, 0.6)
# Above each of them, in its size.
COVER_GAP = 0.3
CELL_SIDE, CELL_TOP = 5.0, 2.5
PART_TITLE = 28.0
# A large figure with its unit; its name stands above and its change below, in one line or more.
FIGURE, FIGURE_GAP, FIGURE_SIDE = 38.0, 8.0, 3.0
FIGURE_HIGH = 30.0
FIGURE_SIZES = (26.0, 24.0, 22.0, 20.0, TEXT)
ROOMY_ROW = 46.0

# What a user's template says is judged by these.
Side = Annotated[float, Field(allow_inf_nan=False)]
Size = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Box = tuple[Side, Side, Side, Side]  # left, top, width, height


@dataclass(frozen=True)
class Frame:
    """Hold where things stand on a page, in a unit of which plain text takes ``TEXT``.

    ``scale`` is that unit in points; the body holds the conclusion and what is shown below it.
    """

    width: Size
    height: Size
    scale: Size
    title: Box
    body: Box
    footer: Box
    cover_title: Box
    cover_text: Box

    @property
    def conclusion(self) -> Box:
        left, top, width, _ = self.body
        return left, top, width, CONCLUSION

    @property
    def parts(self) -> Box:
        left, top, width, height = self.body
        used = CONCLUSION + CONCLUSION_GAP
        return left, top + used, width, height - used


OWN_FRAME = Frame(
    WIDTH, HEIGHT, 1.0,
    title=(MARGIN, 12, BODY_WIDE, 62),
    body=(MARGIN, BODY_BOTTOM - BODY_HIGH, BODY_WIDE, BODY_HIGH),
    footer=(MARGIN, HEIGHT - 34, BODY_WIDE - 60, SOURCE),
    cover_title=(MARGIN + 20, 120, 840, 100),
    cover_text=(MARGIN + 20, 246, 840, 182),
)  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """Hold a part, its box with the part's title, and the height of that; a table's rows' heights."""

    part: Part
    box: Box
    title: float = 0.0
    rows: tuple[float, ...] = ()


def placed(slide: Slide, box: Box) -> Iterator[Placed]:
    """Place all parts of a page in a box: stacks side by side, in each its parts from the top."""
    left, top, width, height = box
    room = width - GAP * (len(slide.stacks) - 1)
    for stack in slide.stacks:
        wide = room * stack.width / sum(each.width for each in slide.stacks)
        yield from _stacked(stack, (left, top, wide, height))
        left += wide + GAP


def _stacked(stack: Stack, box: Box) -> Iterator[Placed]:
    """Give tables and figures what they need; charts and maps share the rest."""
    left, top, width, height = box
    needs = [needed_height(part, width) for part in stack.parts]
    rest = height - sum(need for need in needs if need) - GAP * (len(needs) - 1)
    free = sum(need is None for need in needs)
    rows = sum(len(part.rows) + 1 for part in stack.parts if isinstance(part, Table))
    spare = max(0.0, rest) / rows if rows and not free else 0.0
    for part, need in zip(stack.parts, needs, strict=True):
        high = rest / free if need is None else need
        title, heights = title_height(part, width), tuple[float, ...]()
        if isinstance(part, Table):
            heights = tuple(
                max(each, min(each + spare, ROOMY_ROW)) for each in row_heights(part, width)
            )
            high = sum(heights) + title
        yield Placed(part, (left, top, width, high), title, heights)
        top += high + GAP


def needed_height(part: Part, width: float) -> float | None:
    """Say how high a part must be; None for what takes the room there is."""
    if isinstance(part, Figures):
        names, changes = (figure_lines(part, width, each) for each in ("name", "change"))
        return FIGURE + (names + changes) * TEXT * LINE
    if isinstance(part, Table):
        return sum(row_heights(part, width)) + title_height(part, width)
    return None


def fits(table: Table) -> bool:
    """Tell whether a table fits a page of its own."""
    *_, wide, high = OWN_FRAME.parts
    return (needed_height(table, wide) or 0) <= high


def that_fit(table: Table, *, stay: int = 0) -> Table:
    """Leave out the last rows of a table that a page of its own has no room for, but for the ``stay``
    at its end."""
    while len(table.rows) > stay + 1 and not fits(table):
        at = len(table.rows) - stay
        table = replace(table, rows=(*table.rows[: at - 1], *table.rows[at:]))
    return table


def title_height(part: Part, width: float) -> float:
    """Reckon the room for a part's title; none where it has no title."""
    title = getattr(part, "title", "")
    lines = line_count(title, TEXT, width - 2 * CELL_SIDE, bold=True)
    return PART_TITLE + (lines - 1) * TEXT * LINE if title else 0.0


def figure_width(figures: Figures, width: float) -> float:
    count = len(figures.items)
    return (width - FIGURE_GAP * (count - 1)) / count


def figure_lines(figures: Figures, width: float, kind: Literal["name", "change"]) -> int:
    """Reckon how many lines the longest name, or change, of a row of figures takes."""
    room = figure_width(figures, width) - 2 * FIGURE_SIDE
    return max(line_count(getattr(each, kind), TEXT, room) for each in figures.items)


def figure_size(figure: Figure, width: float) -> float:
    """Take the largest size at which a figure and its unit stand on one line of their tile."""
    room = width - 2 * FIGURE_SIDE - text_width(figure.unit, TEXT)
    fits = (size for size in FIGURE_SIZES if text_width(figure.figure, size, bold=True) <= room)
    return next(fits, FIGURE_SIZES[-1])


def column_widths(
    table: Table, width: float, *, size: float = TEXT, side: float = CELL_SIDE
) -> list[float]:
    """Share a width out among a table's columns, so that no column breaks a word while others
    have room to spare."""
    shares, least = [column.width for column in table.columns], least_widths(table, size, side)
    if sum(least) > width:
        return [width * each / sum(least) for each in least]
    widths = [width * share / sum(shares) for share in shares]
    for _ in widths:
        tight = [at for at, wide in enumerate(widths) if wide <= least[at]]
        others = sum(wide for at, wide in enumerate(widths) if at not in tight)
        room = width - sum(least[at] for at in tight)
        widths = [
            least[at] if at in tight else wide * room / others for at, wide in enumerate(widths)
        ]
    return widths


def least_widths(table: Table, size: float, side: float) -> list[float]:
    """Reckon for each column the width below which a text in it breaks a word."""
    heading, *rows = written_rows(table)
    return [
        2 * side + max(
            longest_word(heading[at], size, bold=True),
            *(_least(row[at], size, bold=column.is_state) for row in rows), 0.0,
        ) for at, column in enumerate(table.columns)
    ]  # fmt: skip


def _least(text: str, size: float, *, bold: bool) -> float:
    """Reckon the width below which a text breaks a word; a number is not broken at all."""
    whole = text_width if isinstance(text, Cell) else longest_word
    return whole(text, size, bold=bold)


def row_lines(
    table: Table, width: float, *, size: float = TEXT, side: float = CELL_SIDE
) -> list[int]:
    """Reckon how many lines the heading and each row take."""
    rooms = [each - 2 * side for each in column_widths(table, width, size=size, side=side)]
    bold = [column.is_state for column in table.columns]
    return [
        max(
            line_count(text, size, room, bold=number == 0 or is_bold)
            for text, room, is_bold in zip(texts, rooms, bold, strict=True)
        )
        for number, texts in enumerate(written_rows(table))
    ]


def row_heights(table: Table, width: float) -> list[float]:
    """Reckon the height of the heading and of each row."""
    return [lines * TEXT * LINE + 2 * CELL_TOP for lines in row_lines(table, width)]


def written_rows(table: Table) -> list[tuple[str, ...]]:
    """List a table's heading and rows as they are written: states with a mark before them."""
    headings = tuple(column.heading for column in table.columns)
    rows = [
        tuple(
            f"■\u00a0{text}" if column.is_state else text
            for text, column in zip(row, table.columns, strict=True)
        )
        for row in table.rows
    ]
    return [headings, *rows]


def fitting(text: str, box: Box, sizes: Sequence[float], *, bold: bool = False) -> float:
    """Take the largest size at which a text stands in a box, in a line or two; else the least."""
    room = box[2] - 2 * CELL_SIDE
    for size in sizes:
        count = line_count(text, size, room, bold=bold)
        if count == 1 or (count == 2 and count * size * LINE <= box[3]):
            return size
    return sizes[-1]


def headline_size(text: str, frame: Frame) -> float:
    return fitting(text, frame.title, HEADLINE_SIZES, bold=True)


def conclusion_size(text: str, frame: Frame) -> float:
    return fitting(text, frame.conclusion, CONCLUSION_SIZES)


def cover_sizes(texts: Sequence[str], box: Box) -> tuple[float, ...]:
    """Take for the lines below the cover's title the largest sizes at which all fit the box."""
    whole = [*COVER_TEXTS, *[TEXT] * len(texts)][: len(texts)]
    for share in COVER_SHARES:
        sizes = [share * size for size in whole]
        room = box[2] - 2 * CELL_SIDE
        lines = [
            line_count(t, s, room, bold=n == 0) * s
            for n, (t, s) in enumerate(zip(texts, sizes, strict=True))
        ]
        if sum(lines) * (LINE + COVER_GAP) <= box[3]:
            break
    return tuple(sizes)
