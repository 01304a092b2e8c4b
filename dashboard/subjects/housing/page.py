"""Housing and occupancy (住房与入住): how full, how fast it turns over, how new places fill."""

from dashboard.asking.questions import Questions
from dashboard.contract.tables import stated_tiers
from dashboard.figures.page import Beside, Choices, Page, indicator_picker, row
from dashboard.figures.scope import nothing_here
from dashboard.language import Say
from dashboard.subjects.housing import communities, flows, places, summary, tiers
from dashboard.subjects.housing.measures import tiers_at_end, usual_indicator

OCCUPANCY = tuple(f"occupancy_{code}" for code in stated_tiers)
TILES = (*OCCUPANCY, "turnover", "mean_stay", "residents_per_dwelling")
INDICATORS = (
    *OCCUPANCY,
    "turnover",
    "annual_turnover",
    "mean_stay",
    "mean_stay_in",
    "residents_per_dwelling",
)
CHOICES = (communities.ORDER,)


def title(say: Say) -> str:
    return say("住房与入住")


def page(ask: Questions, choices: Choices) -> Page:
    if ask.has_none_open:
        return nothing_here(ask)
    if tiers_at_end(ask).empty:
        return _without_tiers(ask) if ask.lacking(["tier", "let_count"]) else nothing_here(ask)
    chosen = choices.indicator if choices.indicator in INDICATORS else usual_indicator(ask)
    towns, distribution = places.towns(ask, chosen), places.distribution(ask, chosen)
    return Page(
        summary.headline(ask),
        summary.tiles(ask, TILES),
        (
            row(
                (tiers.trend(ask), tiers.at_end(ask)),
                (
                    Beside((indicator_picker(ask.say, choices, INDICATORS, chosen),)),
                    towns or distribution,
                ),
            ),
            row(
                (distribution if towns else None, flows.fill_up(ask)),
                (places.operators(ask, chosen), flows.turnover(ask)),
            ),
            row(communities.faults(ask)),
            row(
                (
                    communities.order_picker(ask.say, choices),
                    communities.listed(ask, choices.of(communities.ORDER)),
                )
            ),
            row(tiers.supply(ask), (tiers.targets(ask), tiers.per_dwelling(ask))),
        ),
        note=summary.unstated_told(ask),
    )


def _without_tiers(ask: Questions) -> Page:
    """Show what there is of housing whose tiers nobody stated: dwellings, residents and moves."""
    return Page(
        summary.headline_without_tiers(ask),
        summary.tiles(ask, ("dwellings", "residents", "residents_per_dwelling", "turnover")),
        (
            row(tiers.per_dwelling(ask), places.towns(ask, "residents_per_dwelling")),
            row(flows.turnover(ask)),
        ),
        needs=("resident_count",),
    )
