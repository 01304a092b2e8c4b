"""Offer a page's figures on the command line: the package that redoes one of them."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import click

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.paths import PUBLIC_VARIABLE, WAREHOUSE, WAREHOUSE_VARIABLE

if TYPE_CHECKING:
    from dashboard.ui.context import Context


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
@click.option(
    "--warehouse",
    type=click.Path(dir_okay=False, path_type=Path),
    default=WAREHOUSE,
    envvar=WAREHOUSE_VARIABLE,
)
def reproduce(
    address: str, figure: str | None, to: Path | None, public_address: str, warehouse: Path
) -> None:
    """Pack FIGURE of the page at ADDRESS, with its data, query and a script that redraws it.

    ADDRESS is the page's, as the browser shows it, without the host: "housing?town=310112103&lang=en".
    Without FIGURE it lists the page's figures.
    """
    from dashboard.brief.files import put
    from dashboard.publish.reproduce import reproduction
    from dashboard.ui.assets import geometry_of
    from dashboard.ui.offscreen import figure_of, recorded

    context = _context(address, warehouse)
    figures = recorded(context, context.say.language)
    if figure is None:
        for key, told in figures.items():
            click.echo(f"{key}\t{told.drawing.kind}\t{told.caption.headline}")
        return
    if figure not in figures:
        there = ", ".join(figures) or "-"
        raise Problem(
            Words(
                f"“{address}”上没有名为“{figure}”的图；现有：{there}。",
                f"There is no figure “{figure}” at “{address}”; there are: {there}.",
            )
        )
    published = replace(figure_of(context, figure, figures[figure]), site=public_address)
    to = to or Path(f"{published.name}.zip")
    put(to, reproduction(published, geometry=geometry_of(published.drawing)))
    click.echo(f"已写入 / Written: {to}", err=True)


def _context(address: str, warehouse: Path) -> "Context":
    """Read an address as a page does; what is wrong with it is a Problem here, all at once."""
    from dashboard.language import Say
    from dashboard.ui.address import read_address
    from dashboard.ui.assets import lay_out_assets
    from dashboard.ui.context import Context
    from dashboard.views import VIEWS
    from dashboard.warehouse.store import Store

    path, _, query = address.partition("?")
    page = path.strip("/") or "overview"
    if page not in VIEWS:
        there = ", ".join(VIEWS)
        raise Problem(
            Words(
                f"没有“{page}”这一页；现有：{there}。",
                f"There is no page “{page}”; there are: {there}.",
            )
        )
    served = Store(warehouse).current()
    read, notices = read_address(
        dict(parse_qsl(query)),
        months=served.months,
        town_codes=served.town_codes,
        community_codes=served.community_codes,
        choices=getattr(VIEWS[page], "CHOICES", ()),
    )
    if notices:
        raise Problem(notices)
    return Context(
        served, read, Say(read.language), lay_out_assets(), page=page, show=VIEWS[page].show
    )
