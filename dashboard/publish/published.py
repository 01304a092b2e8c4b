"""Gather what is known of a figure of a page when it is taken away: in both languages."""

from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from dashboard.asking.questions import Questions
from dashboard.contract.words import Language
from dashboard.figures.address import Address
from dashboard.figures.figure import Figure, PublishedFigure
from dashboard.paths import public_address
from dashboard.subjects.pages import make_page

LANGUAGES: tuple[Language, Language] = ("zh", "en")


def figures_of(ask: Questions, page: str, address: Address) -> dict[str, Figure]:
    """Give the figures of a page by their keys."""
    return {each.key: each for each in make_page(ask, page, address.chosen).figures}


def published(ask: Questions, page: str, address: Address, own: Figure) -> PublishedFigure:
    """Gather what is known of a figure on a page."""
    (other,) = (each for each in LANGUAGES if each != ask.say.language)
    told: dict[Language, Figure] = {ask.say.language: own}
    spoken = replace(address, language=other)
    translated = figures_of(ask.spoken(other), page, spoken).get(own.key)
    if translated is not None:
        told[other] = translated
    # Months stand in it even where they are the usual ones, which change as time goes on.
    months = {"from": ask.filters.start_month, "to": ask.filters.end_month}
    query = urlencode(
        {
            **address.written(ask.warehouse.months),
            **{name: f"{month:%Y-%m}" for name, month in months.items()},
        }
    )
    return PublishedFigure(
        key=own.key,
        told=told,
        asking=ask,
        address=f"{page}?{query}",
        taken_on=date.today(),
        site=public_address(),
    )
