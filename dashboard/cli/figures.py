"""Offer pages and figures on the command line: as values, as data, and as what redoes them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import click

from dashboard.cli.options import warehouse_option
from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.paths import PUBLIC_VARIABLE

if TYPE_CHECKING:
    from dashboard.asking.questions import Asking
    from dashboard.figures.address import Address
    from dashboard.figures.figure import Figure


@click.command()
@click.argument("address", default="overview")
@warehouse_option
def page(address: str, warehouse: Path) -> None:
    """Write the page at ADDRESS as JSON: headline, tiles, layout, and every figure by name.

    ADDRESS is the page's, as the browser shows it, without the host: "housing?town=310112103".
    """
    from dashboard.figures.written import page_as_dict
    from dashboard.subjects.pages import make_page

    name, read, ask = _asked(address, warehouse)
    click.echo(_json(page_as_dict(ask, make_page(ask, name, read.chosen))))


@click.command()
@click.argument("figure")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="As in the address.")
@click.option("--as", "form", type=click.Choice(["json", "csv", "xlsx"]), default="json")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@warehouse_option
def figure(
    figure: str, settings: tuple[str, ...], form: str, to: Path | None, warehouse: Path
) -> None:
    """Write one FIGURE, named PAGE/FIGURE: "housing/tiers --set town=310112103 --as csv"."""
    name, _, key = figure.partition("/")
    query = urlencode({key: value for key, _, value in (each.partition("=") for each in settings)})
    page, read, ask = _asked(f"{name}?{query}", warehouse)
    found = _one_of(_figures(ask, page, read), key, name)
    content = _figure_as(form, ask, found)
    if to is not None:
        from dashboard.brief.files import put

        put(to, content)
    elif form == "xlsx":
        raise Problem(Words("请用 --to 指明要写的文件。", "Name the file to write with --to."))
    else:
        text = content.decode("utf-8-sig")
        click.echo(text, nl=not text.endswith("\n"))


def _figure_as(form: str, ask: "Asking", figure: "Figure") -> bytes:
    if form == "json":
        from dashboard.figures.written import figure_as_dict

        return _json(figure_as_dict(ask, figure)).encode()
    from dashboard.figures.files import figure_as_csv, figure_as_xlsx

    return (figure_as_csv if form == "csv" else figure_as_xlsx)(ask, figure)


def _json(values: object) -> str:
    return json.dumps(values, ensure_ascii=False, default=str, indent=1)


def checked_address(context: click.Context, option: click.Parameter, text: str | None) -> str:
    """Take an address that others can open."""
    parts = urlsplit(text or "")
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query):
        raise click.BadParameter(
            f"{text}：请给出完整的网址 / give the whole address: https://data.example.org/minhang"
        )
    return (text or "").rstrip("/")


@click.command()
@click.argument("address")
@click.argument("figure", required=False)
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Zip to write; named after the figure without.",
)
@click.option("--public-address", envvar=PUBLIC_VARIABLE, callback=checked_address)
@warehouse_option
def reproduce(
    address: str, figure: str | None, to: Path | None, public_address: str, warehouse: Path
) -> None:
    """Pack FIGURE of the page at ADDRESS, with its data, query and a script that redraws it.

    ADDRESS is the page's, as the browser shows it, without the host: "housing?town=310112103&lang=en".
    Without FIGURE it lists the page's figures.
    """
    from dashboard.brief.files import put
    from dashboard.publish.published import published
    from dashboard.publish.reproduce import reproduction
    from dashboard.ui.assets import geometry_of

    page, read, ask = _asked(address, warehouse)
    figures = _figures(ask, page, read)
    if figure is None:
        for key, found in figures.items():
            click.echo(f"{key}\t{found.drawing.kind}\t{found.caption.headline}")
        return
    found = _one_of(figures, figure, address)
    taken = replace(published(ask, page, read, found), site=public_address)
    to = to or Path(f"{taken.name}.zip")
    put(to, reproduction(taken, geometry=geometry_of(taken.drawing)))
    click.echo(f"已写入 / Written: {to}", err=True)


@click.command()
@click.argument("community")
@click.option("--month", help="YYYY-MM; the newest without.")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="PDF to write.")
@warehouse_option
def lobby(community: str, month: str | None, to: Path | None, warehouse: Path) -> None:
    """Write the lobby sheet of COMMUNITY, a code: what residents raised and what came of it in a month."""
    from dashboard.brief.files import put
    from dashboard.publish.lobby import ANSWERED, lobby_sheet
    from dashboard.publish.published import published

    asked = {"community": community, **({"from": month, "to": month} if month else {})}
    address = f"profile?{urlencode(asked)}"
    page, read, ask = _asked(address, warehouse)
    if not month:
        ask = ask.on(ask.filters.at_end)
    figures = _figures(ask, page, read)
    if ANSWERED not in figures:
        raise Problem(
            Words(
                f"{community} 不出大厅公示：居民过少，或是示例中的具名项目，或当月未开业。请另选社区或月份。",
                f"There is no lobby sheet of {community}: its residents are too few, it is a named "
                "project in a sample, or it was not open that month. Choose another community or month.",
            )
        )
    taken = published(ask, page, read, figures[ANSWERED])
    to = to or Path(f"{taken.name}-{community}.pdf")
    put(to, lobby_sheet(taken))
    click.echo(f"已写入 / Written: {to}", err=True)


def _figures(ask: "Asking", page: str, read: "Address") -> "dict[str, Figure]":
    from dashboard.publish.published import figures_of

    return figures_of(ask, page, read)


def _one_of(figures: "dict[str, Figure]", key: str, address: str) -> "Figure":
    if key not in figures:
        there = ", ".join(figures) or "-"
        raise Problem(
            Words(
                f"“{address}”上没有名为“{key}”的图；现有：{there}。",
                f"There is no figure “{key}” at “{address}”; there are: {there}.",
            )
        )
    return figures[key]


def _asked(address: str, warehouse: Path) -> "tuple[str, Address, Asking]":
    from dashboard.subjects.answers import asked
    from dashboard.ui.assets import lay_out_assets
    from dashboard.warehouse.store import Store

    return asked(Store(warehouse).current(), address, lay_out_assets().maps)
