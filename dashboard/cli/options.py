"""Declare the options that several commands take."""

from pathlib import Path

import click

from dashboard.paths import WAREHOUSE, WAREHOUSE_VARIABLE

warehouse_option = click.option(
    "--warehouse",
    type=click.Path(dir_okay=False, path_type=Path),
    default=WAREHOUSE,
    envvar=WAREHOUSE_VARIABLE,
)
language_option = click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True
)
