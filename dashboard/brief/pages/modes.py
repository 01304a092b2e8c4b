"""The five modes: which share of the communities and of the residents each has."""

from dashboard.brief.material import Material, Page, count_cell, numbers
from dashboard.brief.sentences import modes_message
from dashboard.brief.slides import Chart, Column, Series, Slide, SlidePlace, Stack, Table
from dashboard.contract.tables import mode
from dashboard.insight.governance import mode_shares, short_kind_names


def modes(material: Material) -> Slide:
    """Make the page."""
    asking, say = material.asking, material.asking.say
    counted = asking.count("modes_by_town", asking.filters.at_end)
    sums, names = mode_shares(counted.rows), short_kind_names(say)
    plain = {code: say.words(words) for code, words in mode.allowed.items()}
    chart = Chart(
        "bars",
        say("各模式占居村治理社区的比例（%）"),
        tuple(names[each] for each in sums["mode"]),
        (
            Series(say("按社区"), numbers(sums["community_share"])),
            Series(say("按居民"), numbers(sums["resident_share"])),
        ),
        "0.0",
    )
    communities, residents = (
        [count_cell(count) for count in (*counts, counts.sum(skipna=False))]
        for counts in (sums["community_count"], sums["resident_count"])
    )
    rows = [names[code] for code in sums["mode"]]
    table = Table.of(
        say("社区与居民"),
        {
            Column(say("模式"), 0.31): [*rows, say("合计")],
            Column(say("社区数"), 0.39, is_number=True): communities,
            Column(say("居民"), 0.3, is_number=True): residents,
        },
    )
    return material.slide(
        modes_message(say, sums, plain),
        Stack((chart,), 0.48),
        Stack((table,), 0.52),
        indicators=("mode_share", "mode_resident_share"),
        counted=(counted,),
    )


PAGE = Page(
    "modes",
    modes,
    lambda say: say("五种模式"),
    SlidePlace("progress", row=1, column=0, width=132),
)
