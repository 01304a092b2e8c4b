"""Say of numbers of real, named projects, which a sample invents, that they are estimated."""

from dataclasses import replace

from dashboard.asking.questions import Questions
from dashboard.figures.figure import Figure
from dashboard.figures.page import Page
from dashboard.figures.tiles import Tile
from dashboard.insight.headline import Headline


def say_estimated(ask: Questions, page: Page) -> Page:
    """Return the page without an estimate in its headline, and with the word beside all others,
    where nothing but named projects is chosen."""
    chosen = ask.filters.community_codes
    if not chosen or not ask.named_projects.issuperset(chosen):
        return page
    changed = page.changed(lambda figure: _figure(ask, figure), lambda tile: _tile(ask, tile))
    return replace(changed, headline=page.headline and _headline(ask))


def _headline(ask: Questions) -> Headline:
    say = ask.say
    names = say.listed([ask.communities.at[code, "name"] for code in ask.filters.community_codes])
    return Headline(
        say("{name}（具名项目，数字多为估计）", name=names),
        say("公开过的数字见其画像；这一页的数字由本系统估计，未曾公布，不作评判。"),
    )


def _figure(ask: Questions, figure: Figure) -> Figure:
    codes = figure.counted.parameters.get("community_codes")
    if not codes or not ask.named_projects.issuperset(codes):
        return figure
    headline = ask.say("估计：{headline}", headline=figure.caption.headline)
    return replace(figure, caption=replace(figure.caption, headline=headline), origin="estimated")


def _tile(ask: Questions, tile: Tile) -> Tile:
    told = ask.say("估计，未曾公布 · {note}", note=tile.comparison)
    return replace(tile, comparison=told, origin="estimated")
