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
    if say.language == "zh":  # A number before a name is no figure of it.
        names = {code: name.replace(" ", "\u3000") for code, name in names.items()}
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
    table = Table(
        say("社区与居民"),
        (
            Column(say("模式"), 0.35),
            Column(say("社区数"), 0.35, is_number=True),
            Column(say("居民"), 0.3, is_number=True),
        ),
        tuple(
            (
                names["none"] if row.mode == "none" else say("模式 {code}", code=row.mode),
                count_cell(row.community_count),
                count_cell(row.resident_count),
            )
            for row in sums.itertuples()
        )
        + (
            (
                say("合计"),
                count_cell(sums["community_count"].sum(skipna=False)),
                count_cell(sums["resident_count"].sum(skipna=False)),
            ),
        ),
    )
    return material.slide(
        modes_message(say, sums, plain),
        Stack((chart,), 0.54),
        Stack((table,), 0.46),
        indicators=("mode_share", "mode_resident_share"),
        counted=(counted,),
    )


PAGE = Page(
    "modes",
    modes,
    lambda say: say("五种模式"),
    SlidePlace("progress", row=1, column=0, width=132),
)
