"""Offer to make the roll-ups on a cluster, or to write its statements for another engine."""

import os
import re
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.paths import (
    PSEUDONYM_KEY_VARIABLE,
    WAREHOUSE,
    WAREHOUSE_VARIABLE,
    pseudonym_key_file,
)
from dashboard.warehouse.rolled import ROLLUPS, Manifest, list_rollups, statements_version

if TYPE_CHECKING:
    from dashboard.rollups.dialects import Statement


def _settings(
    context: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    if any(not sign for _, sign, _ in pairs):
        raise click.BadParameter("KEY=VALUE")
    return {name: value for name, _, value in pairs}


def _months(
    context: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    for each in given:
        if each != "all" and not re.fullmatch(r"[12]\d{3}-(0[1-9]|1[0-2])", each):
            raise click.BadParameter("YYYY-MM")
    return given


@click.command()
@click.option("--on", "engine", type=click.Choice(["spark"]), default="spark", show_default=True)
@click.option(
    "--master", help="The cluster, such as yarn or spark://host:7077; spark-submit's own without."
)
@click.option("--attendances", metavar="URL", help="Parquet, .csv, or the name of a Hive table.")
@click.option("--activities", metavar="URL", help="Parquet, .csv, or the name of a Hive table.")
@click.option("--to", metavar="URL", help="Folder to write to; all of the cluster must reach it.")
@click.option(
    "--keep",
    metavar="URL",
    help="Folder on the cluster that keeps months, so that only new ones are read; it holds pseudonyms.",
)
@click.option(
    "--month",
    "months",
    multiple=True,
    metavar="YYYY-MM|all",
    callback=_months,
    help="A month whose rows these are, all of them: they take the place of those kept; repeatable.",
)
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Which column is which, as load --mapping takes it.",
)
@click.option(
    "--secret",
    metavar="FILE",
    help="The key's file, as each worker finds it; the usual one without.",
)
@click.option(
    "--given", is_flag=True, help="Participants bear pseudonyms P-… already: no key is read."
)
@click.option(
    "--conf",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    callback=_settings,
    help="A setting of Spark.",
)
@click.option(
    "--warehouse",
    type=click.Path(dir_okay=False, path_type=Path),
    default=WAREHOUSE,
    envvar=WAREHOUSE_VARIABLE,
    help="Its communities are those that activities may be of; unchecked where there is none.",
)
@click.option(
    "--print-sql", is_flag=True, help="Write the statements instead, to be run elsewhere."
)
@click.option(
    "--list",
    "to_list",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Write the manifest of a folder of roll-ups that the printed statements made.",
)
@click.option("--statements", metavar="VERSION", help="With --list: the version that was printed.")
@click.option(
    "--dialect", type=click.Choice(["spark", "hive", "starrocks", "doris"]), default="spark"
)
def rollup(
    print_sql: bool,
    to_list: Path | None,
    statements: str | None,
    dialect: Any,
    warehouse: Path,
    mapping: Path | None,
    **given: Any,
) -> None:
    """Make the roll-ups where attendances and activities lie, by the build's own statements.

    No row of a person comes home: build --rollups takes what this wrote. It is as confidential as a warehouse.
    """
    if print_sql:
        _print(dialect)
        return
    if to_list is not None:
        _list(to_list, statements)
        return
    from dashboard.intake.headings import read_mapping
    from dashboard.rollups.dialects import NOT_INSTALLED

    if find_spec("pyspark") is None:
        raise Problem(NOT_INSTALLED)
    from dashboard.rollups.on_spark import Job, roll_up_on_spark

    needed = {"attendances", "activities", "to"}
    if given["keep"] and not (given["attendances"] or given["activities"]):
        needed = {"to"}
    if given["months"]:
        needed |= {"keep", "attendances", "activities"}
    lacking = ", ".join(sorted(f"--{name}" for name in needed if not given[name]))
    if lacking:
        raise Problem(Words(f"请给出 {lacking}。", f"Give {lacking}."))
    if not given["given"] and not given["secret"] and os.environ.get(PSEUDONYM_KEY_VARIABLE):
        raise Problem(
            Words(
                f"密钥在环境变量 {PSEUDONYM_KEY_VARIABLE} 中，而工作节点只读文件：请把它按十六进制写入各节点上"
                "只有本人可读的文件，用 --secret 指出；参与者已是 P-… 假名时用 --given。",
                f"The key is in {PSEUDONYM_KEY_VARIABLE}, but workers read it from a file: write it in hexadecimal "
                "digits to a file of each, readable by its owner alone, and name that with --secret; or give "
                "--given where participants are pseudonyms P-… already.",
            )
        )
    job = Job(
        master=given["master"],
        attendances=given["attendances"],
        activities=given["activities"],
        to=given["to"],
        mapping=read_mapping(mapping) if mapping else {},
        secret=None if given["given"] else given["secret"] or str(pseudonym_key_file()),
        communities=_communities(warehouse),
        settings=given["settings"],
        today=date.today(),
        keep=given["keep"],
        months=given["months"],
    )
    made = roll_up_on_spark(job, lambda words: click.echo(f"{words.zh} / {words.en}", err=True))
    _tell_next(made, given["to"])


def _tell_next(made: Manifest, folder: str | Path) -> None:
    click.echo(
        f"已汇总 {made.attendances:,} 人次（{made.content}）：下一步把 {folder} 带回，运行 "
        "python -m dashboard build --rollups 文件夹\n"
        f"Rolled up {made.attendances:,} attendances ({made.content}): next, bring {folder} home and run "
        "python -m dashboard build --rollups FOLDER",
        err=True,
    )


def _list(folder: Path, version: str | None) -> None:
    if version != statements_version():
        raise Problem(
            Words(
                f"请用 --statements 给出所运行语句末尾写的版本；须为本版本的 {statements_version()}，"
                "不同则请重新 --print-sql 并运行。",
                "Give with --statements the version that stands at the end of the statements that were run; it must "
                f"be this one's, {statements_version()}: otherwise print them again and run those.",
            )
        )
    _tell_next(list_rollups(folder, "SQL"), folder)


def _communities(warehouse: Path) -> frozenset[str]:
    from dashboard.warehouse.placing import newest
    from dashboard.warehouse.store import Store

    return Store(warehouse).current().community_codes if newest(warehouse) else frozenset()


def _print(dialect: Any) -> None:
    from dashboard.rollups.dialects import RUN, statements

    tried = (
        "在 Spark 4.1 上运行过 / run on Spark 4.1"
        if dialect in RUN
        else "由 sqlglot 写成，未在该引擎上运行过，可能须改 / written by sqlglot, never run there: it may need changes"
    )
    click.echo(f"-- {dialect}: {tried}")
    for line in _HOW:
        click.echo(f"-- {line}")
    for each in statements(dialect):
        click.echo(f"create {_kind(each, dialect)} as\n{each.select};\n")
    click.echo(f"-- {', '.join(ROLLUPS)}")
    click.echo(
        "-- 各为 Parquet，放在 FOLDER/表名 中带回 / each as Parquet in FOLDER/its name, to be brought home, then:\n"
        f"-- python -m dashboard rollup --list FOLDER --statements {statements_version()}\n"
        "-- python -m dashboard build --rollups FOLDER"
    )


def _kind(statement: "Statement", dialect: str) -> str:
    """Say what a statement makes: on Spark the roll-ups lie as they are brought home."""
    if dialect != "spark":
        return f"table {statement.table}"
    if statement.is_temporary:
        return f"temporary view {statement.table}"
    return f"table {statement.table} using parquet location 'FOLDER/{statement.table}'"


# The tables that the statements are run over.
_HOW = (
    "activity: 数据字典中的各列 / its columns in the dictionary, typed as there",
    "attendance: activity_code, participant_code (bigint, 假名 / pseudonym), is_resident (boolean); "
    "每人每场一行 / one row a person and activity",
    "key_of: participant_code, participant_key = 0; 每名居民一行 / one row a participant who is a resident",
)
