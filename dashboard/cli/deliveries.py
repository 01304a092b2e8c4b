"""Offer on the command line who delivered what: the board, returns, locks, reminders."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashboard.cli.options import warehouse_option
from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.paths import DATA, own_path, user_name

if TYPE_CHECKING:
    from dashboard.intake.deliveries import Board
    from dashboard.intake.faults import Check
    from dashboard.intake.loading import Places
    from dashboard.intake.returning import Said

_tables = click.option("--table", "tables", multiple=True, help="Which table; several times.")
_by = click.option("--by", help="Who does this; by default nobody is named.")


@click.command()
@click.option("--month", help="Which month; by default the last that has ended.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="As of which day; today.")
@click.option("--as", "form", type=click.Choice(["text", "csv", "json"]), default="text")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="A workbook .xlsx.")
@click.option("--remind", is_flag=True, help="Write the reminder of each town that owes something.")
@click.option("--due-day", type=click.IntRange(1, 28), help="From now on due on this day.")
@click.option("--expect", multiple=True, metavar="TABLE", help="From now on these are expected.")
@click.option(
    "--scope", type=click.Choice(["all", "own"]), help="Of all towns, or those that came."
)
@click.option("--since", help="The first month that is asked for.")
@click.option("--nothing", is_flag=True, help="The town has nothing of the table in the month.")
@click.option("--withdraw", is_flag=True, help="Take back that something was returned.")
@click.option("--town", "towns", multiple=True, help="Whose, for --nothing and --withdraw.")
@_tables
@_by
@warehouse_option
def deliveries(
    month: str | None,
    day: datetime | None,
    form: str,
    to: Path | None,
    remind: bool,
    due_day: int | None,
    expect: tuple[str, ...],
    scope: Any,
    since: str | None,
    nothing: bool,
    withdraw: bool,
    towns: tuple[str, ...],
    tables: tuple[str, ...],
    by: str | None,
    warehouse: Path,
) -> None:
    """Show which towns delivered which tables for a month, and change what is agreed of it."""
    from dashboard.intake import returning
    from dashboard.intake.deliveries import (
        month_after,
        month_of,
        reminders,
        rows_of,
        today,
        usual_month,
    )
    from dashboard.intake.loading import known_towns
    from dashboard.warehouse.delivery_log import Event, Kind, now

    places, who = _places(warehouse), _who(by)
    if due_day or expect or scope or since:
        agreed = _known_tables(expect) or None
        event = Event(
            "agreed", now(), who, due_day=due_day, expected=agreed, scope=scope, since=_month(since)
        )
        returning.record(places, event)
    if nothing or withdraw:
        said = _said(places, towns, tables, month or "")
        kind: Kind = "withdrawn" if withdraw else "nothing"
        usual = said.month or month_after(month_of(today()), -1)
        returning.record(places, returning.stated(kind, said, usual, who))
    board = _board(places, day.date() if day else today())
    shown, names = _month(month) or usual_month(board), known_towns(places)
    if to:
        from dashboard.intake.deliveries_book import book
        from dashboard.language import Say

        to.write_bytes(book(board, board.months or [shown], names, Say("zh")))
        click.echo(f"已写入 / Written: {to}", err=True)
    elif remind:
        for text in reminders(board, names).values():
            click.echo(f"{text.zh}\n\n{text.en}\n")
    elif form == "json":
        click.echo(json.dumps(rows_of(board, [shown], names), ensure_ascii=False, indent=1))
    elif form == "csv":
        import pandas as pd

        from dashboard.figures.tables import neutral

        rows = neutral(pd.DataFrame(rows_of(board, [shown], names)))
        click.echo(rows.to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        _tell(board, shown, names)


def _tell(board: "Board", month: str, names: dict[str, Words]) -> None:
    """Print a month's board: a line a town, what is in order together."""
    from dashboard.contract.tables import NAMED
    from dashboard.intake.deliveries import cell_words

    agreed = board.agreed
    click.echo(
        f"{month}　截至 / as of {board.day}　每月 {agreed.due_day} 日前 / due on the {agreed.due_day}."
    )
    if not board.tables:
        click.echo("还没有报送。\nNothing has been delivered yet.")
    for town in board.expected_towns:
        click.echo(f"{names[town].zh} {names[town].en}")
        for table in board.tables:
            cell = board.cell(town, table, month)
            words, label = cell_words(cell), NAMED[table].label
            rows = f"　{cell.received_on}，{cell.rows} 行 / rows" if cell.received_on else ""
            click.echo(f"  {label.zh} {label.en}：{words.zh} / {words.en}{rows}")


@click.command()
@click.argument("month")
@_tables
@click.option("--undo", is_flag=True, help="Unlock it.")
@click.option("--reason", default="", help="Why, as it is kept in the log.")
@_by
@warehouse_option
def lock(
    month: str, tables: tuple[str, ...], undo: bool, reason: str, by: str | None, warehouse: Path
) -> None:
    """Lock a month of all tables, or of some: from then on it changes only as a restatement."""
    from dashboard.intake import returning

    wanted, chosen = [str(_month(month))], _known_tables(tables)
    returning.lock(_places(warehouse), wanted, chosen, _who(by), reason=reason, is_undone=undo)
    if undo:
        click.echo(f"{month} 已解锁。\n{month} is unlocked.")
    else:
        click.echo(
            f"{month} 已锁定：改动须写明理由（load --restate 理由）。\n"
            f"{month} is locked: changes need a reason (load --restate REASON)."
        )


def return_files(
    files: Sequence[Path],
    found: "Check",
    places: "Places",
    towns: Sequence[str],
    tables: Sequence[str],
    month: str,
    by: str | None,
) -> None:
    """Record of each file with faults that it goes back, and say to whom."""
    from dashboard.intake import returning

    said = _said(places, towns, tables, month)
    register = returning.towns_register(places)
    faulty = {fault.file for fault in found.faults}
    for path in files:
        if path.name in faulty:
            _record_return(
                returning.returned(returning.of_file(found, path.name), register, said, _who(by)),
                places,
            )


def return_unread(
    files: Sequence[Path],
    problem: Problem,
    places: "Places",
    towns: Sequence[str],
    tables: Sequence[str],
    month: str,
    by: str | None,
) -> None:
    """Record that files which can't be read go back."""
    from dashboard.intake import returning

    said, register = _said(places, towns, tables, month), returning.towns_register(places)
    names = [path.name for path in files]
    _record_return(returning.unreadable(names, problem, register, said, _who(by)), places)


def _record_return(event: Any, places: "Places") -> None:
    from dashboard.contract.tables import NAMED
    from dashboard.intake import returning
    from dashboard.intake.loading import known_towns

    returning.record(places, event)
    names = known_towns(places)
    towns = [names[town] for town in sorted({cell.town for cell in event.held})]
    tables = [NAMED[name].label for name in NAMED if name in {cell.table for cell in event.held}]
    click.echo(
        f"已登记退回：{'、'.join(t.zh for t in towns)}（{'、'.join(t.zh for t in tables)}）。\n"
        f"Recorded as returned: {', '.join(t.en for t in towns)} ({', '.join(t.en for t in tables)})."
    )


def _board(places: "Places", day: date) -> "Board":
    from dashboard.intake.returning import board_of

    board, warnings = board_of(places, day)
    for words in warnings:
        click.echo(f"{words.zh}\n{words.en}", err=True)
    return board


def _said(places: "Places", towns: Sequence[str], tables: Sequence[str], month: str) -> "Said":
    from dashboard.intake.returning import Said, towns_register

    register = towns_register(places)
    codes = []
    for text in towns:
        code = text if text in register.titles else register.named_by(text)
        if code is None:
            raise Problem(
                Words(
                    f"--town：没有街镇“{text}”，请核对名称。",
                    f"--town: there is no town “{text}”; check its name.",
                )
            )
        codes.append(code)
    return Said(codes, _known_tables(tables), _month(month) or "")


def _known_tables(names: Sequence[str]) -> tuple[str, ...]:
    from dashboard.intake.months import DATINGS

    if unknown := [name for name in names if name not in DATINGS]:
        raise Problem(
            Words(
                f"没有表 {'、'.join(unknown)}；可用：{'、'.join(DATINGS)}。",
                f"There is no table {', '.join(unknown)}; there are: {', '.join(DATINGS)}.",
            )
        )
    return tuple(names)


def _month(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return f"{datetime.strptime(text, '%Y-%m'):%Y-%m}"
    except ValueError as error:
        raise Problem(
            Words(
                f"月份“{text}”不是年-月：请写成 2026-03。",
                f"“{text}” is no month: write it as 2026-03.",
            )
        ) from error


def _places(warehouse: Path) -> "Places":
    from dashboard.intake.loading import Places

    return Places(DATA, own_path(), warehouse)


def _who(by: str | None) -> str:
    from dashboard.warehouse.uploads import COMMAND

    return by or f"{user_name()}{COMMAND}"
