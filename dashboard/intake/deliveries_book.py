"""Write the board of deliveries as a workbook: each month, what is owed, and what happened."""

import io
from collections.abc import Iterable, Mapping
from typing import Any

import xlsxwriter

from dashboard.contract.tables import NAMED
from dashboard.contract.words import Words
from dashboard.intake.deliveries import Board, Standing, cell_words, day_of, reminders
from dashboard.intake.messages import message
from dashboard.language import Say
from dashboard.warehouse.delivery_log import Event
from dashboard.warehouse.uploads import loader

_AS_IT_IS: dict[str, Any] = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
}  # fmt: skip
# Beside the word, for whoever looks from afar.
_FILLS = {
    Standing.MISSING: "#F4D9D5", Standing.RETURNED: "#F7E6C4", Standing.LATE: "#F3F0E0",
    Standing.LOCKED: "#E6E9EC",
}  # fmt: skip
EVENTS: Mapping[str, Words] = {
    "received": Words("收到", "Received"),
    "restated": Words("锁定后更正", "Restated after the lock"),
    "returned": Words("退回", "Returned"),
    "withdrawn": Words("撤回退回", "Return withdrawn"),
    "nothing": Words("零报", "Nothing to report"),
    "locked": Words("锁定", "Locked"),
    "unlocked": Words("解锁", "Unlocked"),
    "agreed": Words("约定", "Agreed"),
    "undone": Words("撤销批次", "Load undone"),
}


def book(board: Board, months: Iterable[str], names: Mapping[str, Words], say: Say) -> bytes:
    """Write a sheet a month, then the reminders and the events, in one language."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, _AS_IT_IS) as workbook:
        head = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        fills = {each: workbook.add_format({"bg_color": ink}) for each, ink in _FILLS.items()}
        for month in months:
            sheet = workbook.add_worksheet(month)
            labels = [say.words(NAMED[table].label) for table in board.tables]
            sheet.write_row(0, 0, [say.words(message("deliveries.town")), *labels], head)
            for row, town in enumerate(board.expected_towns, start=1):
                sheet.write_string(row, 0, say.words(names[town]))
                for column, table in enumerate(board.tables, start=1):
                    cell = board.cell(town, table, month)
                    text = say.words(cell_words(cell))
                    sheet.write_string(row, column, text, fills.get(cell.standing))
            sheet.set_column(0, 0, 20)
            sheet.set_column(1, max(1, len(labels)), 18)
            sheet.freeze_panes(1, 1)
        _write(
            workbook.add_worksheet(say.words(message("deliveries.reminders"))),
            [(say.words(names[t]), say.words(text)) for t, text in reminders(board, names).items()],
            wrapped,
            (18, 90),
        )
        _write(
            workbook.add_worksheet(say.words(message("deliveries.events"))),
            [event_line(event, names, say) for event in reversed(board.events)],
            wrapped,
            (12, 18, 16, 90),
        )
    return file.getvalue()


def _write(sheet: Any, lines: Iterable[tuple[str, ...]], look: Any, widths: Iterable[int]) -> None:
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            sheet.write_string(row, column, text, look)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)


def event_line(event: Event, names: Mapping[str, Words], say: Say) -> tuple[str, str, str, str]:
    """Say in four texts when, what, by whom, and of what."""
    places = sorted({say.words(names[cell.town]) for cell in event.held if cell.town in names})
    tables = [name for name in NAMED if name in {*event.tables, *(c.table for c in event.held)}]
    months = sorted({*event.months, *(cell.month for cell in event.held if cell.month)})
    span = months if len(months) < 4 else [f"{months[0]} – {months[-1]}"]
    faults = [f"{say.words(fault.what)} {fault.cells}" for fault in event.faults]
    agreed = [str(each) for each in (event.due_day, event.scope, event.since) if each]
    labels = [say.words(NAMED[name].label) for name in tables]
    batch = [say.words(message("deliveries.batch", batch=event.batch))] if event.batch else []
    parts = (batch, places, labels, span, faults, agreed, list(event.files))
    text = " · ".join(say.listed(each) for each in parts if each)
    who = {"app": Words("网页", "Page"), "command line": Words("命令行", "Command line")}
    by = loader({"who": event.who})
    return (
        day_of(event.when).isoformat(),
        say.words(EVENTS[event.kind]),
        say.words(who[by]) if by in who else by,
        " · ".join(filter(None, [text, event.reason])),
    )
