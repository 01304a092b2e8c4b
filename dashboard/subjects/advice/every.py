"""Make the figures of all communities' advice: flows, by town, what to ask, and how sure it is."""

from collections import Counter
from dataclasses import replace

from dashboard.asking.memo import remembered
from dashboard.asking.questions import QueryResult, Questions
from dashboard.contract.columns import as_floats
from dashboard.contract.filters import UNCLASSIFIED
from dashboard.contract.rounding import number_written
from dashboard.draw.located import groups_map
from dashboard.draw.rows import Item, Written, item_list, table
from dashboard.figures.advice import WhatIf, hidden_by_community, inputs_by_community, verdicts
from dashboard.figures.common import without_place
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.scope import place_named
from dashboard.insight.advice import advise, sensitivity
from dashboard.insight.advice_inputs import INPUTS
from dashboard.insight.advice_table import BLOCKER, KEEP
from dashboard.insight.advice_told import asked_told, limit_number, limit_written, verdict_told
from dashboard.insight.governance import kind_names, kinds, short_kind_names
from dashboard.insight.headline import Headline
from dashboard.language import Say
from dashboard.subjects.advice.drawings import advised_group, colours_of, sankey
from dashboard.subjects.advice.sentences import all_headline, is_same

FLOWS_HEIGHT, LIST_HEIGHT, MAP_HEIGHT = 420, 420, 440
ASK_FIRST = "ask"


def _present(ask: Questions) -> dict[str, str]:
    rows = inputs_by_community(ask)[0].rows
    return dict(zip(rows["community_code"], kinds(rows), strict=True))


def _counted(ask: Questions) -> QueryResult:
    return replace(inputs_by_community(ask)[0], shown=("coverage_type", "mode"))


@remembered
def headline(ask: Questions, what_if: WhatIf) -> Headline:
    return all_headline(ask.say, verdicts(ask, what_if), _present(ask), place_named(ask))


@remembered
def flows(ask: Questions, what_if: WhatIf) -> Figure:
    """Draw how many go from what they have to what is advised."""
    say, present = ask.say, _present(ask)
    counts = Counter(
        (present[code], _first(each.results)) for code, each in verdicts(ask, what_if).items()
    )
    return Figure(
        "advice-flows",
        sankey(
            [(*pair, count) for pair, count in sorted(counts.items())],
            kind_names(say),
            _short_results(say),
            say,
            height=FLOWS_HEIGHT,
        ),
        Caption(
            say("从现状到建议"),
            ask.without_named(say("左为现状，右为建议，社区数，个 · 并列的按编号小的一种计")),
            ask.as_of(),
        ),
        _counted(ask),
    )


def _first(results: tuple[str, ...]) -> str:
    return results[0] if results else ASK_FIRST


def _short_results(say: Say) -> dict[str, str]:
    """Name results briefly, as legends do, in the order of what is there."""
    short = {code: name for code, name in short_kind_names(say).items() if code != UNCLASSIFIED}
    return {
        KEEP: say("保持"),
        **short,
        ASK_FIRST: say("要先问"),
        BLOCKER: say("先定牵头和网格"),
    }


@remembered
def asked_most(ask: Questions, what_if: WhatIf) -> Figure:
    """List what is to be asked, of whom, and for how many communities."""
    say, table_ = ask.say, what_if.table
    _, inputs, _ = inputs_by_community(ask)
    counts: Counter[str] = Counter()
    for code, found in verdicts(ask, what_if).items():
        if not found.is_told:
            advice = advise(table_, inputs[code], keep=what_if.keep is not False)
            counts.update(each.name for each in advice.questions)
    items = [
        Item(
            say("{count} 个社区", count=count),
            say(
                "{whom}：{question}",
                whom=say.words(INPUTS[name].whom),
                question=say.words(INPUTS[name].question),
            ),
        )
        for name, count in counts.most_common()
    ]
    return Figure(
        "advice-asked",
        item_list(items, alt=say("要先问的事，按社区数"), empty=say("没有要先问的。")),
        Caption(
            say("要先问的事") if items else say("都有建议，没有要先问的"),
            say("缺的不当作否；每个社区一次至多问两项，答后往往还要再问；一个社区可在两行"),
            ask.as_of(),
        ),
        _counted(ask),
    )


@remembered
def listed(ask: Questions, what_if: WhatIf) -> Figure:
    """List every community: what it has, what is advised, and why or what to ask; those that differ
    first."""
    say, present, table_ = ask.say, _present(ask), what_if.table
    counted, inputs, _ = inputs_by_community(ask)
    found, towns, hidden = verdicts(ask, what_if), ask.town_names(), hidden_by_community(ask)
    short, names = kind_names(say), counted.rows.set_index("community_code")
    keep = what_if.keep is not False

    def order(code: str) -> tuple[int, str]:
        each = found[code]
        if not each.is_told:
            return 1, code
        return (2 if is_same(each.results, present[code]) else 0), code

    codes = sorted(found, key=order)
    why = [
        say.words(found[code].row.reason)
        if found[code].is_told
        else say(
            "先问{asked}",
            asked=asked_told(
                say, advise(table_, inputs[code], keep=keep, hidden=hidden.get(code, ())).questions
            ),
        )
        for code in codes
    ]
    return Figure(
        "advice-list",
        table(
            {
                say("社区"): [names.at[code, f"name_{say.language}"] for code in codes],
                say("街镇"): [towns[names.at[code, "town_code"]] for code in codes],
                say("现状"): [short[present[code]] for code in codes],
                say("建议"): [verdict_told(say, found[code]) for code in codes],
                say("理由，或要先问什么"): why,
            },
            say,
            keys=codes,
            height=LIST_HEIGHT,
        ),
        Caption(
            say("逐个社区：现状与建议"),
            ask.without_named(say("与现状不同的在前 · 点一行看这个社区的理由")),
            ask.as_of(),
        ),
        counted=_counted(ask),
        click="community",
    )


@remembered
def on_map(ask: Questions, what_if: WhatIf) -> Figure | None:
    """Place every community, coloured by what is advised for it."""
    say, found, names = ask.say, verdicts(ask, what_if), _short_results(ask.say)
    rows = inputs_by_community(ask)[0].rows
    rows = rows[rows[["lon", "lat"]].notna().all(axis=1)]
    if rows.empty:
        return None
    points = ask.maps.project(as_floats(rows["lon"]), as_floats(rows["lat"])).tolist()
    called = dict(zip(rows["community_code"], rows[f"name_{say.language}"], strict=True))
    told = {code: verdict_told(say, found[code]) for code in called}
    places = dict(zip(rows["community_code"], map(tuple, points), strict=True))
    by_result: dict[str, list[str]] = {each: [] for each in names}
    for code in places:
        by_result[_first(found[code].results)].append(code)
    colours = colours_of(kind_names(say))
    groups = [
        advised_group(each, names[each], [places[code] for code in codes],
                      [f"{called[code]}\n{told[code]}" for code in codes], colours.get(each))
        for each, codes in by_result.items()
    ]  # fmt: skip
    note = say(
        "一点一个社区，{same} 个保持现有安排 · 示意图，非法定界线", same=len(by_result[KEEP])
    )
    return Figure(
        "advice-map",
        replace(
            groups_map(
                ask.maps.outlines,
                ask.town_names(),
                ask.chosen_towns,
                groups,
                say,
                height=MAP_HEIGHT,
            ),
            listed={say("社区"): list(called.values()), say("建议"): list(told.values())},
        ),
        Caption(
            say("建议在哪里"),
            without_place(say, ask.without_named(note), len(found) - len(rows)),
            ask.as_of(),
        ),
        _counted(ask),
    )


@remembered
def by_town(ask: Questions, what_if: WhatIf) -> Figure:
    """Count what is advised town by town."""
    say, rows = ask.say, inputs_by_community(ask)[0].rows
    town_of = dict(zip(rows["community_code"], rows["town_code"], strict=True))
    counts: dict[str, Counter[str]] = {}
    for code, each in verdicts(ask, what_if).items():
        counts.setdefault(town_of[code], Counter())[_first(each.results)] += 1
    there = [code for code in _short_results(say) if any(each[code] for each in counts.values())]
    towns, names = sorted(counts, key=lambda code: -counts[code].total()), _short_results(say)
    town_names = ask.town_names()
    return Figure(
        "advice-by-town",
        table(
            {
                say("街镇"): [town_names[code] for code in towns],
                **{names[each]: [counts[code][each] for code in towns] for each in there},
            },
            say,
            keys=towns,
        ),
        Caption(
            say("建议，按街镇"),
            say("社区数，个 · 并列的按编号小的一种计 · 街镇数为示例，未曾公布")
            if ask.is_sample
            else say("社区数，个 · 并列的按编号小的一种计"),
            ask.as_of(),
        ),
        _counted(ask),
        click="town",
    )


@remembered
def sensitivity_of(ask: Questions, what_if: WhatIf) -> Figure:
    """Say how many advices change when each threshold is moved by a fifth."""
    say, table_ = ask.say, what_if.table
    _, inputs, _ = inputs_by_community(ask)
    moved = sensitivity(table_, list(inputs.values()), keep=what_if.keep is not False)
    order = sorted(moved, key=lambda name: -max(moved[name]))
    limits = [table_.thresholds[name] for name in order]
    # A threshold that no community has an input for moves nothing, and tells nothing either.
    there = {each for known in inputs.values() for each in known}
    is_asked = {name: bool(there & set(table_.inputs_beside(name))) for name in order}
    most = max((max(each) for each in moved.values()), default=0)
    return Figure(
        "advice-sensitivity",
        table(
            {
                say("门槛"): [say.words(each.label) for each in limits],
                say("表中"): Written([limit_written(say, table_, name) for name in order],
                                    [limit_number(table_, name) for name in order]),
                say("低 20%"): [moved[name][0] if is_asked[name] else None for name in order],
                say("高 20%"): [moved[name][1] if is_asked[name] else None for name in order],
            },
            say,
        ),
        Caption(
            say("门槛动两成，最多有 {most} 个社区的建议会变", most=number_written(most)),
            say("建议改变的社区数，个；门槛一次动一个 · 门槛可在下面改，写在网址里"),
            ask.as_of(),
        ),
        _counted(ask),
    )  # fmt: skip
