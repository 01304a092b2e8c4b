"""Offer to make the roll-ups on a cluster, or to write its statements for another engine."""

import re
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.paths import WAREHOUSE, WAREHOUSE_VARIABLE, pseudonym_key_file


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
    "--dialect", type=click.Choice(["spark", "hive", "starrocks", "doris"]), default="spark"
)
def rollup(
    print_sql: bool, dialect: Any, warehouse: Path, mapping: Path | None, **given: Any
) -> None:
    """Make the roll-ups where attendances and activities lie, by the build's own statements.

    No row of a person comes home: build --rollups takes what this wrote. It is as confidential as a warehouse.
    """
    if print_sql:
        _print(dialect)
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
    click.echo(
        f"已汇总 {made.attendances:,} 人次（{made.content}）：下一步 python -m dashboard build --rollups 文件夹\n"
        f"Rolled up {made.attendances:,} attendances ({made.content}): next, python -m dashboard build --rollups FOLDER",
        err=True,
    )


def _communities(warehouse: Path) -> frozenset[str]:
    from dashboard.warehouse.placing import newest
    from dashboard.warehouse.store import Store

    return Store(warehouse).current().community_codes if newest(warehouse) else frozenset()


def _print(dialect: Any) -> None:
    from dashboard.rollups.dialects import RUN, statements

    tried = (
        "在 Spark 4.1 上运行过 / run on Spark 4.1"
        if dialect in RUN
        else "只核对过语法，未运行过 / parsed only, never run"
    )
    click.echo(f"-- {dialect}: {tried}")
    click.echo(
        "-- activity, attendance: 已假名化 / pseudonymised already; key_of: participant_code, participant_key = 0"
    )
    for each in statements(dialect):
        kind = "temporary view" if each.is_temporary and dialect == "spark" else "table"
        click.echo(f"create {kind} {each.table} as\n{each.select};\n")
