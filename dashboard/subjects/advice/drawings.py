"""Draw how communities flow from what they have to what is advised, and where that is."""

from collections.abc import Iterable, Mapping, Sequence

from dashboard.contract.columns import names_of_most
from dashboard.contract.rounding import number_written
from dashboard.draw import parts
from dashboard.draw.drawing import Drawing, Height
from dashboard.draw.located import Group, Point
from dashboard.draw.theme import BLUE_PALE, CATEGORIES, INK_SOFT, POINT
from dashboard.insight.advice_table import KEEP
from dashboard.language import Say, tied

Flows = Sequence[tuple[str, str, int]]


def sankey(
    flows: Flows,
    left: Mapping[str, str],
    right: Mapping[str, str],
    say: Say,
    *,
    height: Height,
) -> Drawing:
    """Draw flows from the kinds on the left to the results on the right; ``flows`` are from, to and
    how many."""
    if not flows:
        return parts.no_data(say, height)
    kinds = [each for each in left if any(source == each for source, *_ in flows)]
    results = [each for each in right if any(target == each for _, target, _ in flows)]
    colours = colours_of(left)
    totals = [_total(flows, source=kind) for kind in kinds]
    totals += [_total(flows, target=result) for result in results]
    names = [*(left[kind] for kind in kinds), *(right[result] for result in results)]
    trace = {
        "type": "sankey",
        "arrangement": "snap",
        "hoverinfo": "none",
        "textfont": {"size": 12},
        "node": {
            "label": [f"{name} {number_written(total)}" for name, total in zip(names, totals, strict=True)],
            "color": [*(colours[kind] for kind in kinds), *(colours.get(each, POINT) for each in results)],
            "pad": 14,
            "thickness": 14,
            "line": {"width": 0},
            "hoverinfo": "none",
        },
        "link": {
            "source": [kinds.index(source) for source, *_ in flows],
            "target": [len(kinds) + results.index(target) for _, target, _ in flows],
            "value": [count for *_, count in flows],
            "color": [_pale(colours[source]) for source, *_ in flows],
            "hovertemplate": [
                f"{left[source]} → {right[target]} {number_written(count)}<extra></extra>"
                for source, target, count in flows
            ],
        },
    }  # fmt: skip
    counts = [count for *_, count in flows]
    ways = [
        say("从{source}到{target}", source=left[one], target=right[other])
        for one, other, _ in flows
    ]
    return parts.chart(
        [trace],
        height=height,
        margin=parts.margin(left=8, right=8, top=8, below=8),
        alt=say(
            "从现状到建议的流向图：最多的是{flows}，{count} 个。",
            flows=tied(say, names_of_most(ways, counts)),
            count=max(counts),
        ),
    )


def colours_of(kinds: Iterable[str]) -> dict[str, str]:
    """Give each way of governance its colour, by the order of all."""
    return dict(zip(kinds, (*CATEGORIES, POINT), strict=False))


def advised_group(
    result: str, name: str, places: Sequence[Point], hovers: Sequence[str], colour: str | None
) -> Group:
    """Draw communities of one result: what is kept small and grey, what has no advice hollow."""
    if colour is not None:
        # The palest colour is hardly seen on land without an edge.
        edge = {"color": POINT, "width": 1 if result == "grid" else 0}
        return Group(name, places, hovers, {"size": 8, "color": colour, "line": edge})
    if result == KEEP:
        return Group(name, places, hovers, {"size": 5, "color": POINT})
    hollow = {"color": "#FFFFFF", "line": {"color": INK_SOFT, "width": 1.5}}
    return Group(name, places, hovers, {"size": 8, **hollow})


def _total(flows: Flows, *, source: str = "", target: str = "") -> int:
    return sum(
        count for one, other, count in flows if source in ("", one) and target in ("", other)
    )


def _pale(colour: str) -> str:
    red, green, blue = (int((colour or BLUE_PALE)[at : at + 2], 16) for at in (1, 3, 5))
    # What is pale already would not be seen.
    return f"rgba({red},{green},{blue},{0.28 if min(red, green, blue) < 0xC0 else 0.6})"
