"""Offer on the command line what turns people's own files into data: template, check, load, export."""

import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashboard.cli.options import warehouse_option
from dashboard.contract.problem import Problem
from dashboard.contract.tables import NAMED, TOWN
from dashboard.contract.words import Words
from dashboard.paths import DATA, own_path, rollups_path, user_name

if TYPE_CHECKING:
    from dashboard.intake.checking import Reading
    from dashboard.intake.faults import Check
    from dashboard.intake.loading import Places


def there(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """Refuse files that are not there, all at once."""
    named = [each for each in (value if isinstance(value, tuple) else (value,)) if each]
    if missing := [path for path in named if not path.is_file()]:
        name = parameter.opts[0] if parameter.opts[0].startswith("-") else ""
        raise Problem([_not_there(path, name) for path in missing])
    return value


def _not_there(path: Path, option: str = "") -> Words:
    return Words(
        f"{option} {path}：没有这个文件，请核对路径与文件名。".strip(),
        f"{option} {path}: there is no such file; check its path and name.".strip(),
    )


# What a folder is looked through for.
_READ = frozenset(
    (".xlsx", ".xls", ".ods", ".csv", ".txt", ".tsv", ".parquet", ".geojson", ".gpkg", ".zip")
)


def unfolded(context: click.Context, parameter: click.Parameter, value: tuple[Path, ...]) -> Any:
    """Take the files in place of a folder that holds them, as one load of all."""
    files: list[Path] = []
    problems: list[Words] = []
    for path in value:
        if path.is_dir():
            found = sorted(each for each in path.rglob("*") if _is_read(each))
            if not found:
                problems.append(_holds_nothing(path))
            files += found
        elif path.is_file():
            files.append(path)
        else:
            problems.append(_not_there(path))
    if problems:
        raise Problem(problems)
    return tuple(files)


def _holds_nothing(folder: Path) -> Words:
    return Words(
        f"{folder}：文件夹里没有可读的文件。",
        f"{folder}: the folder holds no file that can be read.",
    )


def _is_read(path: Path) -> bool:
    is_shown = not path.name.startswith((".", "~$"))
    return path.is_file() and is_shown and path.suffix.lower() in _READ


_files = click.argument("files", nargs=-1, type=click.Path(path_type=Path), callback=unfolded)
_mapping = click.option(
    "--mapping",
    type=click.Path(path_type=Path),
    callback=there,
    help="What each sheet and column is, as --save-mapping wrote it.",
)
_annotated = click.option(
    "--annotated",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a copy of the workbook with the faults marked.",
)


@click.command()
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--register", is_flag=True, help="One sheet of eight columns, enough to begin with.")
@click.option(
    "--for", "table", metavar="TABLE", help="One table's sheet, your own communities written in."
)
@click.option(
    "--town",
    "towns",
    multiple=True,
    help="Town, by code or name, of which the sheet is; may be given several times.",
)
def template(to: Path, register: bool, table: str | None, towns: tuple[str, ...]) -> None:
    """Write a workbook to fill in: one sheet per table, the register, or one table's sheet."""
    from dashboard.intake import sheets
    from dashboard.intake.template import template as written
    from dashboard.warehouse.uploads import current_state

    if (register and table) or (towns and not (register or table)):
        raise Problem(
            Words(
                "--register 与 --for 只能给一个；--town 须与其中之一同用。",
                "Give --register or --for, not both; --town goes with one of them.",
            )
        )
    if not (register or table):
        content = written()
    else:
        codes = _town_codes(towns)
        own = sheets.own_communities(current_state(own_path()), codes)
        month = sheets.next_month(own, date.today())
        if table:
            content = sheets.prefilled(NAMED[_tables((table,), "--for")[0]], own, month)
        else:
            content = sheets.register(own, codes, month)
    to.write_bytes(content)
    click.echo(f"已写入 / Written: {to}", err=True)


def _town_codes(given: tuple[str, ...]) -> list[str]:
    """Find the towns that are named; raises Problem naming those that are none."""
    from dashboard.intake.gazetteer import Towns
    from dashboard.warehouse.published import read_table

    known = Towns(read_table(DATA / "towns.csv", TOWN))
    codes: list[str] = []
    unknown: list[str] = []
    for text in given:
        code = text if text in known.words else known.named_by(text)
        (codes if code else unknown).append(code or text)
    if unknown:
        raise Problem(
            Words(
                f"--town：没有街镇 {'、'.join(unknown)}；请用九位代码或全称，如莘庄镇。",
                f"--town: no town {', '.join(unknown)}; give its nine digits or its full name, such as Xinzhuang Town.",
            )
        )
    return codes


@click.command()
@_files
@_mapping
@click.option(
    "--save-mapping",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was recognised, to be corrected by hand.",
)
@_annotated
@click.option(
    "--return",
    "is_returned",
    is_flag=True,
    help="Record of each file with faults that it goes back to its town.",
)
@click.option("--town", "towns", multiple=True, help="Whose the returned file is: name or code.")
@click.option("--table", "tables", multiple=True, help="Of which table it is, if it can't be told.")
@click.option("--month", default="", help="Of which month it is, if it can't be told.")
@click.option("--by", help="Who returns it; by default nobody is named.")
@warehouse_option
def check(
    files: tuple[Path, ...],
    mapping: Path | None,
    save_mapping: Path | None,
    annotated: Path | None,
    is_returned: bool,
    towns: tuple[str, ...],
    tables: tuple[str, ...],
    month: str,
    by: str | None,
    warehouse: Path,
) -> None:
    """Check your own files and say everything that is wrong; nothing is loaded."""
    from dashboard.cli.deliveries import return_files, return_unread
    from dashboard.intake.headings import written_mapping
    from dashboard.intake.loading import check as check_files

    _refuse_none(files)
    places, reading = _places(warehouse), _reading(mapping)
    said = (towns, tables, month, by)
    try:
        found = check_files(files, places, reading)
    except Problem as problem:
        if is_returned:
            return_unread(files, problem, places, *said)
        raise
    if save_mapping:
        save_mapping.write_text(
            written_mapping(found.recognised, found.open_words), encoding="utf-8"
        )
        click.echo(f"已写入 / Written: {save_mapping}", err=True)
    _tell(found, files, annotated)
    if is_returned:
        return_files(files, found, places, *said)
    if found.faults:
        raise click.exceptions.Exit(1)


@click.command()
@_files
@_mapping
@_annotated
@click.option("--map-number", help="Number under which a boundary file's map was approved.")
@click.option(
    "--replace",
    multiple=True,
    metavar="TABLE",
    help="Table of which these files are the whole truth for their towns and months: "
    "rows they no longer have are removed. May be given several times.",
)
@click.option(
    "--restate",
    default="",
    metavar="REASON",
    help="Why rows of locked months may change, by a load or by --undo.",
)
@click.option("--undo", is_flag=True, help="Bring back the state before the last load.")
@click.option("--by", help="Who loads, as everybody may see it; by default nobody is named.")
@warehouse_option
def load(
    files: tuple[Path, ...],
    mapping: Path | None,
    annotated: Path | None,
    map_number: str | None,
    replace: tuple[str, ...],
    restate: str,
    undo: bool,
    by: str | None,
    warehouse: Path,
) -> None:
    """Load your own files: all or nothing. The same file again changes nothing."""
    from dashboard.intake import loading
    from dashboard.warehouse.uploads import COMMAND

    places, who = _places(warehouse), by or f"{user_name()}{COMMAND}"
    with click.progressbar(length=1000, label="载入 / Loading", file=sys.stderr) as bar:
        if undo:
            batch = loading.undo(places, who=who, restate=restate, progress=advance(bar))
        else:
            _refuse_none(files)
            submission = loading.Submission(who, map_number, _tables(replace), restate)
            loaded = loading.load(
                files, places, _reading(mapping), submission, progress=advance(bar)
            )
    if undo:
        _print_both(loading.undone_lines(batch))
        return
    if loaded.check.recognised:
        _tell(loaded.check, files, annotated)
    if loaded.is_refused:
        click.echo("没有载入任何数据。\nNothing was loaded.", err=True)
        raise click.exceptions.Exit(1)
    _print_both(loaded.lines())
    if loaded.batch is not None:
        click.echo("撤销 / To undo: python -m dashboard load --undo")


@click.command()
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option(
    "--exact",
    is_flag=True,
    help="As it is stored, to be loaded again: persons and few persons too. Not to be passed on.",
)
@warehouse_option
def export(to: Path, exact: bool, warehouse: Path) -> None:
    """Write the whole warehouse as a folder of CSV and Parquet with a datapackage.json.

    Few persons are hidden and tables of persons left out, unless it is --exact.
    """
    from dashboard.intake.exporting import export as write_folder
    from dashboard.warehouse.store import Store

    write_folder(Store(warehouse).current(), to, exact=exact)
    click.echo(f"已写入 / Written: {to}", err=True)
    if not exact:
        click.echo(
            "人数过少的数已隐去，每行是一个人的表不在其中；原样导出（供再次载入）请加 --exact。\n"
            "Few persons are hidden and tables of persons are left out; to load it again, export --exact.",
            err=True,
        )


@click.command()
@click.option(
    "--participant",
    "participants",
    multiple=True,
    metavar="TEXT",
    help="Whose rows are deleted: an ID number, phone, WeChat id or name as it stood in the files, or a "
    "pseudonym P-…; - reads them from standard input, one a line. May be given several times.",
)
@click.option("--undone", is_flag=True, help="Delete the states that were undone.")
@warehouse_option
def forget(participants: tuple[str, ...], undone: bool, warehouse: Path) -> None:
    """Delete for good: a person's attendances from every state, or states that were undone."""
    from dashboard.intake import forgetting
    from dashboard.intake.personal import pseudonym_key

    names = [
        line.strip() for each in participants for line in (sys.stdin if each == "-" else [each])
    ]
    names = [name for name in names if name]
    if not names and not undone:
        raise Problem(
            Words(
                "请用 --participant 给出要删去的人，或用 --undone 删去已撤销的数据。",
                "Say with --participant who is to be forgotten, or delete undone states with --undone.",
            )
        )
    if undone:
        count = forgetting.purge(_places(warehouse))
        click.echo(f"已删去 {count} 份撤销过的数据。\nUndone states deleted: {count}.")
    if names:
        with click.progressbar(length=1000, label="删除 / Deleting", file=sys.stderr) as bar:
            rows = forgetting.forget(
                names, _places(warehouse), key=pseudonym_key, progress=advance(bar)
            )
        click.echo(
            f"已从全部载入中删去，现有数据少 {rows} 行。导出的文件、备份与原始文件不在其中，请另行删除；"
            "再次载入含此人的新文件会重新出现。\n"
            f"Deleted from every load; {rows} rows of the present one. Exported files, copies and the original "
            "files are not reached: delete them too. A new file that holds the person brings the rows back."
        )
        if (folder := rollups_path()) is not None:
            click.echo(
                f"现有数据的活动与参与来自 {folder} 中的汇总，此人仍计在其中：请在集群上删去，再重新汇总（用 --keep 时重做相关月份）。\n"
                f"Activities and attendances come from the roll-ups in {folder}, which count the person still: delete "
                "on the cluster and roll up again (with --keep, the months concerned)."
            )


COMMANDS: tuple[Any, ...] = (template, check, load, export, forget)


def advance(bar: Any) -> Callable[[float, Words], None]:
    def progress(share: float, step: Words) -> None:
        bar.label = f"{step.zh} / {step.en}"
        bar.update(round(share * 1000) - bar.pos)

    return progress


def _refuse_none(files: tuple[Path, ...]) -> None:
    if not files:
        raise Problem(Words("请给出要读的文件。", "Name the files to be read."))


def _tables(names: tuple[str, ...], option: str = "--replace") -> tuple[str, ...]:
    """Give the names of tables that may be loaded; raises Problem naming those that are none."""
    from dashboard.intake.headings import LOADABLE

    there = [table.name for table in LOADABLE]
    if unknown := [name for name in names if name not in there]:
        raise Problem(
            Words(
                f"{option}：没有表 {'、'.join(unknown)}；可用：{'、'.join(there)}。",
                f"{option}: no table {', '.join(unknown)}; there are: {', '.join(there)}.",
            )
        )
    return names


def _reading(mapping: Path | None) -> "Reading":
    from dashboard.intake.checking import Reading
    from dashboard.intake.headings import read_mapping
    from dashboard.intake.personal import pseudonym_key

    return Reading(date.today(), pseudonym_key, read_mapping(mapping) if mapping else None)


def _places(warehouse: Path) -> "Places":
    from dashboard.intake.loading import Places

    return Places(DATA, own_path(), warehouse)


def _print_both(lines: Iterable[Words]) -> None:
    for words in lines:
        click.echo(f"{words.zh}\n{words.en}")


def _tell(found: "Check", files: tuple[Path, ...], annotated: Path | None) -> None:
    """Print the report in both languages; write the annotated copy where one is wanted."""
    from dashboard.intake.report import report

    _print_both(report(found))
    if annotated and found.faults:
        from dashboard.intake.annotating import annotate

        for written in annotate(files, found, annotated):
            click.echo(f"已写入 / Written: {written}", err=True)
