"""Offer on the command line what turns people's own files into data: template, check, load, export."""

import getpass
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashboard.model.problem import Problem
from dashboard.model.words import Words
from dashboard.places import DATA, WAREHOUSE, WAREHOUSE_VARIABLE, own_path

if TYPE_CHECKING:
    from dashboard.intake.faults import Check
    from dashboard.intake.loading import Places

_files = click.argument(
    "files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
_mapping = click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What each sheet and column is, as --save-mapping wrote it.",
)
_annotated = click.option(
    "--annotated",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a copy of the workbook with the faults marked.",
)
_warehouse = click.option(
    "--warehouse",
    type=click.Path(dir_okay=False, path_type=Path),
    default=WAREHOUSE,
    envvar=WAREHOUSE_VARIABLE,
)


@click.command()
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), required=True)
def template(to: Path) -> None:
    """Write an empty workbook for your own data: one sheet per table."""
    from dashboard.intake.template import template as written

    to.write_bytes(written())
    click.echo(f"已写入 / Written: {to}", err=True)


@click.command()
@_files
@_mapping
@click.option(
    "--save-mapping",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was recognised, to be corrected by hand.",
)
@_annotated
@_warehouse
def check(
    files: tuple[Path, ...],
    mapping: Path | None,
    save_mapping: Path | None,
    annotated: Path | None,
    warehouse: Path,
) -> None:
    """Check your own files and say everything that is wrong; nothing is loaded."""
    from dashboard.intake.headings import read_mapping, written_mapping
    from dashboard.intake.loading import check as check_files
    from dashboard.intake.personal import pseudonym_key

    _refuse_none(files)
    found = check_files(
        files,
        _places(warehouse),
        today=date.today(),
        key=pseudonym_key,
        mapping=read_mapping(mapping) if mapping else None,
    )
    if save_mapping:
        save_mapping.write_text(written_mapping(found.recognised), encoding="utf-8")
        click.echo(f"已写入 / Written: {save_mapping}", err=True)
    _tell(found, files, annotated)
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
@click.option("--undo", is_flag=True, help="Bring back the state before the last load.")
@click.option("--by", default=getpass.getuser, show_default="you", help="Who loads.")
@_warehouse
def load(
    files: tuple[Path, ...],
    mapping: Path | None,
    annotated: Path | None,
    map_number: str | None,
    replace: tuple[str, ...],
    undo: bool,
    by: str,
    warehouse: Path,
) -> None:
    """Load your own files: all or nothing. The same file again changes nothing."""
    from dashboard.intake import loading
    from dashboard.intake.headings import read_mapping
    from dashboard.intake.personal import pseudonym_key

    places = _places(warehouse)
    with click.progressbar(length=1000, label="载入 / Loading", file=sys.stderr) as bar:
        if undo:
            batch = loading.undo(places, progress=advance(bar))
        else:
            _refuse_none(files)
            loaded = loading.load(
                files,
                places,
                who=by,
                today=date.today(),
                key=pseudonym_key,
                mapping=read_mapping(mapping) if mapping else None,
                map_number=map_number,
                replace=_tables(replace),
                progress=advance(bar),
            )
    if undo:
        click.echo(f"已撤销批次 {batch}\nUndone: batch {batch}")
        return
    if loaded.check.recognised:
        _tell(loaded.check, files, annotated)
    if loaded.is_refused:
        click.echo("没有载入任何数据。\nNothing was loaded.", err=True)
        raise click.exceptions.Exit(1)
    for words in loaded.lines():
        click.echo(f"{words.zh}\n{words.en}")


@click.command()
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option(
    "--exact",
    is_flag=True,
    help="As it is stored, to be loaded again: persons and few persons too. Not to be passed on.",
)
@_warehouse
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


COMMANDS: tuple[Any, ...] = (template, check, load, export)


def advance(bar: Any) -> Callable[[float, Words], None]:
    def progress(share: float, step: Words) -> None:
        bar.label = f"{step.zh} / {step.en}"
        bar.update(round(share * 1000) - bar.pos)

    return progress


def _refuse_none(files: tuple[Path, ...]) -> None:
    if not files:
        raise Problem(Words("请给出要读的文件。", "Name the files to be read."))


def _tables(names: tuple[str, ...]) -> tuple[str, ...]:
    from dashboard.intake.headings import LOADABLE

    there = [table.name for table in LOADABLE]
    if unknown := [name for name in names if name not in there]:
        raise Problem(
            Words(
                f"--replace：没有表 {'、'.join(unknown)}；可用：{'、'.join(there)}。",
                f"--replace: no table {', '.join(unknown)}; there are: {', '.join(there)}.",
            )
        )
    return names


def _places(warehouse: Path) -> "Places":
    from dashboard.intake.loading import Places

    return Places(DATA, own_path(), warehouse)


def _tell(found: "Check", files: tuple[Path, ...], annotated: Path | None) -> None:
    """Print the report in both languages; write the annotated copy where one is wanted."""
    from dashboard.intake.report import report

    for words in report(found):
        click.echo(f"{words.zh}\n{words.en}")
    if annotated and found.faults:
        from dashboard.intake.annotating import annotate

        for written in annotate(files, found, annotated):
            click.echo(f"已写入 / Written: {written}", err=True)
