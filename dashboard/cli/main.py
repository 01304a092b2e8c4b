"""Offer the product on the command line: serve the app, build, list and run queries."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from dashboard import __version__
from dashboard.cli.advice import advise
from dashboard.cli.deliveries import deliveries, lock
from dashboard.cli.figures import checked_address, figure, lobby, page, reproduce
from dashboard.cli.options import language_option, warehouse_option
from dashboard.cli.rollup import rollup
from dashboard.cli.scenario import read_scenarios, scenario
from dashboard.cli.siting import site
from dashboard.cli.uploads import COMMANDS, advance, there
from dashboard.contract.filters import default_filters
from dashboard.contract.problem import Problem
from dashboard.contract.words import Language, Words
from dashboard.paths import (
    ANSWERS_VARIABLE,
    CADDY_VARIABLE,
    DATA,
    EVERYBODY,
    LOADING_VARIABLE,
    NOBODY,
    OWN_MACHINE,
    PROTECTED_VARIABLE,
    PUBLIC_VARIABLE,
    ROLLUPS_VARIABLE,
    WAREHOUSE,
    WAREHOUSE_VARIABLE,
    own_path,
)


@contextmanager
def _in_chinese_too() -> Iterator[None]:
    """Say in Chinese that a command is written wrongly; click says how, in English."""
    try:
        yield
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "python -m dashboard"
        click.echo(f"命令写得不对，原因见下；用法：{command} --help", err=True)
        raise


class Sentences(click.Group):
    """Say a Problem, or what the system refuses, in both languages, and end with exit code 1."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        with _in_chinese_too():
            return super().parse_args(context, args)

    def invoke(self, context: click.Context) -> Any:
        try:
            with _in_chinese_too():
                return super().invoke(context)
        except Problem as problem:
            for words in problem.problems:
                click.echo(f"{words.zh}\n{words.en}", err=True)
            context.exit(1)
        except BrokenPipeError:
            raise  # whoever read the output has seen enough
        except OSError as error:
            place = error.filename or ""
            click.echo(
                f"无法读写 {place}（{error.strerror}）：请核对路径、权限与剩余空间。\n"
                f"Can't read or write {place} ({error.strerror}): check the path, its rights and the room left.",
                err=True,
            )
            context.exit(1)


@click.group(cls=Sentences, invoke_without_command=True)
@click.option("--port", default=8501, show_default=True, help="Port to serve on.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve on.")
@click.option(
    "--base-path", default="", help="Path prefix behind a reverse proxy, such as minhang."
)
@click.option(
    "--host-name",
    "host_names",
    multiple=True,
    metavar="NAME",
    help="Name by which others reach this server, such as minhang.example.cn; may be given "
    "several times. This machine's own names need none.",
)
@click.option("--browser/--no-browser", default=True, help="Open the browser.")
@click.option(
    "--loading/--no-loading",
    default=None,
    help="Let whoever opens the page load data, undo and build; without, only whoever sits at "
    "this machine, where nobody else can reach the server.",
)
@click.option(
    "--public-address",
    envvar=PUBLIC_VARIABLE,
    callback=checked_address,
    help="Where everybody finds the dashboard, such as https://data.example.org/minhang: "
    "stands in citations, which have no address without it.",
)
@click.option(
    "--warehouse",
    type=click.Path(dir_okay=False, path_type=Path),
    default=WAREHOUSE,
    envvar=WAREHOUSE_VARIABLE,
    help="Warehouse to serve; built when there is none.",
)
@click.option(
    "--answers/--no-answers",
    default=True,
    help="Answer choices over HTTP, without a rerun of the page; without, each is a rerun.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Processes that serve together, behind Caddy; one a processor without, four at most.",
)
@click.option(
    "--caddy",
    type=click.Path(path_type=Path),
    envvar=CADDY_VARIABLE,
    help="This machine's own Caddy (2.7 or newer), instead of the one that is installed along.",
)
@click.option(
    "--reload",
    is_flag=True,
    help="For developers: start anew when a source is saved. On this machine alone.",
)
@click.version_option(__version__)
@click.pass_context
def main(
    context: click.Context,
    port: int,
    host: str,
    base_path: str,
    host_names: tuple[str, ...],
    browser: bool,
    loading: bool | None,
    public_address: str,
    warehouse: Path,
    answers: bool,
    workers: int | None,
    caddy: Path | None,
    reload: bool,
) -> None:
    """闵行新型居住社区治理看板 · Dashboard of Minhang's new-type residential communities.

    Without a command it serves the app.
    """
    if context.invoked_subcommand is not None:
        return
    from dashboard.hosts import Hosts, is_loopback, named_hosts
    from dashboard.server import listen, serve
    from dashboard.warehouse.placing import newest
    from dashboard.warehouse.store import is_protected
    from dashboard.workers import Serving, serve_by_workers

    protected = is_protected()
    if protected and loading:
        raise Problem(
            Words(
                "受保护的版本供外人看，不能载入数据：请去掉 --loading。",
                "A protected instance is for outsiders, who don't load data: leave out --loading.",
            )
        )
    hosts = Hosts(host, named_hosts(host_names))
    # Behind a proxy this machine's address is everybody's.
    is_alone = is_loopback(host) and not base_path and not host_names
    os.environ[PUBLIC_VARIABLE] = public_address
    os.environ[ANSWERS_VARIABLE] = str(int(answers))
    if reload:
        _reload(is_alone)
        return
    front = _front(workers, caddy)
    sockets = listen(host, port)
    if newest(warehouse) is None:
        _build_with_bar(data=DATA, to=warehouse)
    is_owner = is_alone and not protected
    chosen = {True: EVERYBODY, False: NOBODY, None: OWN_MACHINE if is_owner else NOBODY}
    os.environ[LOADING_VARIABLE] = chosen[loading]
    if front is not None:
        serving = Serving(*front, hosts, base_path.strip("/"), warehouse)
        serve_by_workers(serving, sockets, open_browser=browser)
        return
    serve(
        sockets=sockets, hosts=hosts, base_path=base_path, open_browser=browser, warehouse=warehouse
    )


def _front(asked: int | None, caddy: Path | None) -> tuple[int, Path] | None:
    """Say how many workers serve behind which Caddy; None where one process serves by itself.

    Raises Problem if several are asked for and there is no front for them.
    """
    from dashboard.workers import found_caddy, usual_count

    count = asked or usual_count()
    if count == 1:
        return None
    try:
        return count, found_caddy(caddy)
    except Problem as problem:
        if asked:
            raise
        for words in problem.problems:
            click.echo(
                f"以一个进程提供服务：{words.zh}\nServed by one process. {words.en}", err=True
            )
        return None


def _reload(is_alone: bool) -> None:
    from dashboard.cli.reload import serve_and_reload

    if not is_alone:
        raise Problem(
            Words(
                "--reload 供开发时在本机使用，不能与 --host、--host-name、--base-path 同用：请去掉其一。",
                "--reload is for developing on this machine, so not beside --host, --host-name or "
                "--base-path: leave out the one or the other.",
            )
        )
    options = [option for option in sys.argv[1:] if option != "--reload"]
    serve_and_reload([*options, "--workers", "1"])


@main.command()
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=DATA)
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), default=WAREHOUSE)
@click.option("--attendances", type=int, default=1_000_000, show_default=True)
@click.option("--seed", type=int, default=20241015, show_default=True)
@click.option(
    "--rollups",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar=ROLLUPS_VARIABLE,
    help="Folder that rollup made: stands for attendances and activities, whose rows stay elsewhere. "
    f"{ROLLUPS_VARIABLE} names it for every build, after each load too.",
)
def build(data: Path, to: Path, attendances: int, seed: int, rollups: Path | None) -> None:
    """Build the warehouse and put it in the old one's place."""
    _build_with_bar(data=data, to=to, attendances=attendances, seed=seed, rollups=rollups)


def _build_with_bar(**options: Any) -> None:
    from dashboard.intake.boundaries import boundaries_in_force
    from dashboard.intake.personal import pseudonym_key
    from dashboard.warehouse.build import build as build_warehouse
    from dashboard.warehouse.uploads import current_state

    options["own"] = current_state(own_path())
    options["boundaries"] = boundaries_in_force(options["data"], options["own"])
    options["secret"] = pseudonym_key() if options["own"] else None
    with click.progressbar(length=1000, label="构建 / Building", file=sys.stderr) as bar:
        placed = build_warehouse(**options, progress=advance(bar))
    click.echo(f"已建成 / Built: {placed}", err=True)


@main.command()
def queries() -> None:
    """List the named queries: parameters, columns and grain."""
    from dashboard.warehouse.catalogue import named_queries

    for query in named_queries().values():
        click.echo(f"{query.name}: {query.title}")
        click.echo(f"  grain: {query.grain}")
        for parameter in query.parameters:
            click.echo(f"  ${parameter.name} {parameter.type}: {parameter.meaning}")
        click.echo(f"  columns: {', '.join(query.columns)}\n")


_form_option = click.option(
    "--as", "form", type=click.Choice(["csv", "json", "parquet"]), default="csv", show_default=True
)


@main.command()
@click.argument("name")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A parameter.")
@_form_option
@warehouse_option
def query(name: str, settings: tuple[str, ...], form: str, warehouse: Path) -> None:
    """Run a named query; months default to the last three, places to all."""
    from dashboard.warehouse.parameters import read_settings
    from dashboard.warehouse.store import Store, named_query

    asked = named_query(name)
    served = Store(warehouse).current()
    parameters = read_settings(
        asked,
        settings,
        defaults=default_filters(served.months),
        known={"town_codes": served.town_codes, "community_codes": served.community_codes},
    )
    rows = served.run(name, parameters)
    left_out = len(served.run(name, parameters, named="whole")) - len(rows)
    if left_out:
        click.echo(
            f"示例中具名真实项目的 {left_out} 行为虚构，不列出。\n"
            f"{left_out} rows are of real, named projects: a sample invents them, so they are left out.",
            err=True,
        )
    _write(rows, form)


@main.command()
@click.argument("name")
@_form_option
@click.option(
    "--exact",
    is_flag=True,
    help="As it is stored: few persons and a sample's real projects too. Not to be passed on.",
)
@warehouse_option
def table(name: str, form: str, exact: bool, warehouse: Path) -> None:
    """Write one table of the data model; few persons are hidden, unless it is --exact."""
    from dashboard.contract.tables import NAMED
    from dashboard.warehouse.store import Store

    if name not in NAMED:
        there = ", ".join(NAMED)
        raise Problem(
            Words(
                f"没有名为“{name}”的表；现有：{there}。",
                f"There is no table “{name}”; there are: {there}.",
            )
        )
    _write(Store(warehouse).current().table(name, exact=exact), form)


@main.command()
@click.option(
    "--to", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write."
)
@click.option("--town", help="Code of one town; all without.")
@click.option("--month", help="Last of three months, such as 2025-12; the latest without.")
@language_option
@click.option("--unit", help="Who reports; the place without.")
@click.option(
    "--as",
    "form",
    type=click.Choice(["report", "a3", "show"]),
    help="Form of an .html file: a report to print, one A3 sheet, a show of full-screen pages.",
)
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    callback=there,
    help="Your own .pptx to write over: its master and layouts are kept, its pages not.",
)
@click.option("--edited", is_flag=True, help="With the changes that were made on the page.")
@click.option(
    "--scenario",
    "scenario_files",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="With a page on the scenario in this file; given twice, on two beside each other.",
)
@warehouse_option
def brief(
    to: Path,
    town: str | None,
    month: str | None,
    lang: Language,
    unit: str | None,
    form: str | None,
    template: Path | None,
    edited: bool,
    scenario_files: tuple[Path, ...],
    warehouse: Path,
) -> None:
    """Write a briefing: the ending of the file says as what."""
    from dashboard.asking.questions import Asking
    from dashboard.brief.content import filters_for, make_brief
    from dashboard.brief.files import put, writer_for
    from dashboard.brief.keeping import Edits, apply, name_of, read
    from dashboard.language import Say
    from dashboard.subjects.scenario.plan import Asked
    from dashboard.ui.assets import lay_out_assets
    from dashboard.warehouse.store import Store

    write = writer_for(to, form=form, template=template.read_bytes() if template else None)
    served = Store(warehouse).current()
    filters = filters_for(served.months, served.town_codes, month=month, town=town)
    asking = Asking(served, Say(lang), filters, lay_out_assets().maps)
    if len(scenario_files) > 2:
        raise Problem(Words("--scenario 至多写两次。", "--scenario can be given twice at most."))
    asked = read_scenarios(asking, *scenario_files) if scenario_files else Asked()
    kept = read(own_path(), name_of(filters, asked)) if edited else Edits()
    kept = replace(kept, unit=unit or kept.unit)
    put(to, write(apply(make_brief(asking, asked), kept, asking.say)))
    click.echo(f"已写入 / Written: {to}", err=True)


def _write(frame: Any, form: str) -> None:
    """Write rows to standard output, as UTF-8 whatever the terminal's own encoding is."""
    if form == "parquet":
        frame.to_parquet(sys.stdout.buffer)
        return
    from dashboard.figures.tables import neutral, plain_dates

    frame = plain_dates(frame)
    if form == "json":
        text = frame.to_json(orient="records", force_ascii=False, indent=1) + "\n"
    else:
        text = neutral(frame).to_csv(index=False, lineterminator="\n")
    click.echo(text.encode(), nl=False)


@main.command()
@click.option(
    "--to", type=click.Path(dir_okay=False, path_type=Path), default=DATA / "DICTIONARY.md"
)
def dictionary(to: Path) -> None:
    """Write the data dictionary from the contract."""
    from dashboard.brief.dictionary import dictionary as written

    to.write_text(written(), encoding="utf-8", newline="\n")
    click.echo(f"已写入 / Written: {to}", err=True)


for command in (
    *COMMANDS,
    deliveries,
    lock,
    page,
    figure,
    reproduce,
    lobby,
    advise,
    site,
    scenario,
    rollup,
):
    main.add_command(command)


def _protect(context: click.Context, option: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        os.environ[PROTECTED_VARIABLE] = "1"


# On each of them, so that nobody need know where it goes.
for each in (main, *main.commands.values()):
    each.params.append(
        click.Option(
            ["--protected"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_protect,
            help="For outsiders: a fixed list of places and months, counts of persons off by up to 3, "
            f"other counts in fives. {PROTECTED_VARIABLE}=1 says the same.",
        )
    )
