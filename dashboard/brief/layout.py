"""Lay the parts of a page out on a 16:9 page of 960 by 540 points.

PowerPoint and the screen take the same boxes, so that one sees each page as it will be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboard.brief.fit import LINE, line_count, text_width
from dashboard.brief.slides import Figures, Part, Slide, Stack, Table

WIDTH, HEIGHT = 960.0, 540.0
MARGIN = 40.0
BODY_TOP, BODY_BOTTOM = 128.0, 492.0
GAP = 18.0
TEXT = 18.0
HEADLINE_SIZES = (30.0, 28.0, 26.0, 24.0)
CONCLUSION_SIZES = (20.0, 19.0, 18.0)
CELL_SIDE, CELL_TOP = 5.0, 3.0
PART_TITLE = 28.0
# A large figure, its unit and its change; its name stands above in one or two lines.
FIGURE, FIGURE_GAP, FIGURE_SIDE = 66.0, 8.0, 3.0
ROOMY_ROW = 46.0

Box = tuple[float, float, float, float]  # left, top, width, height


@dataclass(frozen=True)
class Placed:
    """Hold a part and its box, the part's title included; a table's rows and their heights."""

    part: Part
    box: Box
    rows: tuple[float, ...] = ()


def placed(slide: Slide) -> Iterator[Placed]:
    """Place all parts of a page: stacks side by side, in each its parts from the top."""
    left = MARGIN
    room = WIDTH - 2 * MARGIN - GAP * (len(slide.stacks) - 1)
    for stack in slide.stacks:
        width = room * stack.width / sum(each.width for each in slide.stacks)
        yield from _stacked(stack, left, width)
        left += width + GAP


def _stacked(stack: Stack, left: float, width: float) -> Iterator[Placed]:
    """Give tables and figures what they need; charts and maps share the rest."""
    top, height = BODY_TOP, BODY_BOTTOM - BODY_TOP
    needs = [needed_height(part, width) for part in stack.parts]
    rest = height - sum(need for need in needs if need) - GAP * (len(needs) - 1)
    free = sum(need is None for need in needs)
    rows = sum(len(part.rows) + 1 for part in stack.parts if isinstance(part, Table))
    spare = max(0.0, rest) / rows if rows and not free else 0.0
    for part, need in zip(stack.parts, needs, strict=True):
        high = rest / free if need is None else need
        heights: tuple[float, ...] = ()
        if isinstance(part, Table):
            heights = tuple(
                max(each, min(each + spare, ROOMY_ROW)) for each in row_heights(part, width)
            )
            high = sum(heights) + (PART_TITLE if part.title else 0)
        yield Placed(part, (left, top, width, high), heights)
        top += high + GAP


def needed_height(part: Part, width: float) -> float | None:
    """Say how high a part must be; None for what takes the room there is."""
    if isinstance(part, Figures):
        return FIGURE + name_lines(part, width) * TEXT * LINE
    if isinstance(part, Table):
        return sum(row_heights(part, width)) + (PART_TITLE if part.title else 0)
    return None


def figure_width(figures: Figures, width: float) -> float:
    count = len(figures.items)
    return (width - FIGURE_GAP * (count - 1)) / count


def name_lines(figures: Figures, width: float) -> int:
    """Reckon how many lines the longest name of a row of figures takes."""
    room = figure_width(figures, width) - 2 * FIGURE_SIDE
    return max(line_count(each.name, TEXT, room) for each in figures.items)


def column_widths(table: Table, width: float) -> list[float]:
    """Share a width out among a table's columns."""
    whole = sum(column.width for column in table.columns)
    return [width * column.width / whole for column in table.columns]


def row_heights(table: Table, width: float) -> list[float]:
    """Reckon the height of the heading and of each row."""
    rooms = [each - 2 * CELL_SIDE for each in column_widths(table, width)]
    return [
        max(
            line_count(text, TEXT, room) for text, room in zip(texts, rooms, strict=True)
        ) * TEXT * LINE + 2 * CELL_TOP
        for texts in written_rows(table)
    ]  # fmt: skip


def written_rows(table: Table) -> list[tuple[str, ...]]:
    """List a table's heading and rows as they are written: states with a mark before them."""
    headings = tuple(column.heading for column in table.columns)
    rows = [
        tuple(
            f"■ {text}" if column.is_state else text
            for text, column in zip(row, table.columns, strict=True)
        )
        for row in table.rows
    ]
    return [headings, *rows]


def fitting(text: str, width: float, sizes: Sequence[float]) -> float:
    """Take the largest size at which a text stands on one line; the least if at none."""
    return next((size for size in sizes if text_width(text, size) <= width), sizes[-1])


def headline_size(text: str) -> float:
    return fitting(text, WIDTH - 2 * MARGIN - 2 * CELL_SIDE, HEADLINE_SIZES)


def conclusion_size(text: str) -> float:
    return fitting(text, WIDTH - 2 * MARGIN - 2 * CELL_SIDE, CONCLUSION_SIZES)
