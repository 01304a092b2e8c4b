"""Say what serves the thirteen parts and the six strands, as it stands now, and what each lacks."""

from dataclasses import replace

from dashboard.asking.grains import query_at
from dashboard.asking.memo import remembered
from dashboard.asking.questions import QueryResult, Questions, columns_of
from dashboard.contract.indicators import BY_CODE, as_percent, written
from dashboard.contract.lineage import sources_of
from dashboard.contract.rounding import MISSING, number_written
from dashboard.draw.drawing import Values
from dashboard.draw.rows import Item, Written, item_list, table
from dashboard.figures.figure import Caption, Figure
from dashboard.figures.scope import whole_named
from dashboard.insight.headline import MOST_NAMES, Headline
from dashboard.insight.strands import Question, Serve, strands
from dashboard.insight.strategy import Part, Served, strategy
from dashboard.language import Say
from dashboard.subjects.research import scores


@remembered
def headline(ask: Questions) -> Headline:
    """Say how many parts have data, and how far ranks can be trusted, or why there are none."""
    say, every = ask.say, strategy().parts
    lacking = [say.words(part.name) for part in every if not _is_there(ask, part)]
    there = len(every) - len(lacking)
    if not lacking:
        state = say("三全四宜六向：{count} 个部分都有数据", count=there)
    elif len(lacking) <= MOST_NAMES:
        state = say(
            "三全四宜六向：{all} 个部分中 {there} 个有数据，{lacking} 个没有：{names}",
            all=len(every), there=there, lacking=len(lacking), names=say.listed(lacking),
        )  # fmt: skip
    else:
        state = say(
            "三全四宜六向：{all} 个部分中 {there} 个有数据，{lacking} 个没有",
            all=len(every), there=there, lacking=len(lacking),
        )  # fmt: skip
    assumed = say("公开的只有名称，指标、界限和权重都是本系统假定。")
    return Headline(state, say("{first}{second}", first=scores.told(ask), second=assumed))


def _is_there(ask: Questions, part: Part) -> bool:
    served = [BY_CODE[each.code] for each in part.served]
    # Some towns have it where others sent nothing of it.
    is_there = (
        ask.district_total(each) is not None or ask.silent_among(sources_of(each))
        for each in served
    )
    return bool(served) and all(is_there)


def _counted(ask: Questions, codes: tuple[str, ...]) -> QueryResult:
    """Give what figures of many indicators rest on; communities are always there."""
    every, first = [BY_CODE[code] for code in codes], ask.district_months()
    asked = {query_at(each, "month") or each.query: ask.spanning(each) for each in every}
    beside = tuple(ask.count(query, of) for query, of in asked.items() if query != first.query)
    return replace(first, shown=("community_count", *columns_of(*every)), beside=beside)


@remembered
def parts(ask: Questions) -> Figure:
    """Set out the composite: each part's indicators, goalposts, weight, present value, and what it lacks."""
    say, found = ask.say, strategy()
    lines = [(part, each) for part in found.parts for each in part.served or (None,)]
    values = [ask.district_total(BY_CODE[each.code]) if each else None for _, each in lines]
    is_first = [part.served[:1] in ((), (each,)) for part, each in lines]
    weights = as_percent(found.weights)

    def once(texts: list[str], whole: "Values | None" = None) -> Written:
        """Write a part's own texts in its first line alone; files repeat them."""
        shown = [
            text if first else say("同上") for text, first in zip(texts, is_first, strict=True)
        ]
        return Written(shown, whole or texts, is_text=whole is None)

    def posts(ends: list[float | None]) -> Written:
        """Write the goalposts at one end, whole numbers as such."""
        texts = [
            _goalpost(say, each, end) if each and end is not None else MISSING
            for end, (_, each) in zip(ends, lines, strict=True)
        ]
        return Written(texts, ends)

    drawing = table(
        {
            say("部分"): [
                say("{group} · {part}", group=say.words(found.groups[part.group]), part=say.words(part.name))
                for part, _ in lines
            ],
            say("权重，%"): once(
                [number_written(weights[part.code], 1) for part, _ in lines],
                [weights[part.code] for part, _ in lines],
            ),
            say("指标"): [
                say.words(BY_CODE[each.code].name) if each else say("没有指标") for _, each in lines
            ],
            say("0 分"): posts([each.worst if each else None for _, each in lines]),
            say("100 分"): posts([each.best if each else None for _, each in lines]),
            say("{whole}现值", whole=whole_named(ask)): Written(
                [
                    written(value, BY_CODE[each.code], say.language) if each else MISSING
                    for value, (_, each) in zip(values, lines, strict=True)
                ],
                values,
            ),
            say("理由"): once([say.words(part.reason) for part, _ in lines]),
            say("还缺"): once([say.words(part.lacks) if part.lacks else MISSING for part, _ in lines]),
        },
        say,
    )  # fmt: skip
    return Figure(
        "research-parts",
        drawing,
        Caption(
            say("三全四宜六向的十三个部分：由哪些指标组成，还缺什么"),
            say(
                "指标、界限、权重都是假定 · 部分得分为其指标得分的平均，界限之外截断 · 缺的权重超过 {most}% 不给总分 · 都写在一个文件里，可以改",
                most=number_written(as_percent(found.most_missing)),
            ),
            ask.as_of(window=True),
            method=say.words(found.reason),
        ),
        _counted(ask, found.codes),
    )  # fmt: skip


def _goalpost(say: Say, served: Served, end: float) -> str:
    indicator = BY_CODE[served.code]
    whole = replace(indicator, decimals=0) if end == int(end) else indicator
    return written(end, whole, say.language)


@remembered
def strand(ask: Questions, code: str) -> Figure:
    """List what serves a strand, with its values, each line leading to its page, then what is open."""
    say = ask.say
    found = next(each for each in strands() if each.code == code)
    name = say.words(found.name)
    items = [
        *(_serving(ask, each) for each in found.serves),
        *(_open(ask, each) for each in found.questions),
    ]
    figures = [
        " ".join(f"{each.page}/{figure}" for figure in each.figures) for each in found.serves
    ]
    listed = {
        say("名称"): [item.title for item in items],
        say("内容"): [item.text for item in items],
        say("图"): [*figures, *("" for _ in found.questions)],
    }
    return Figure(
        f"research-{code}",
        item_list(items, alt=name, empty=say("所选范围内没有数据。"), listed=listed),
        Caption(
            say("研究方向：{name}", name=name),
            say("{whole}现值 · 点一行看那一页", whole=whole_named(ask)),
            ask.as_of(window=True),
            method=say("公开的只有名称，由什么来看、还有什么问题，由本系统列出"),
        ),
        _counted(ask, found.indicators),
    )


def _serving(ask: Questions, serve: Serve) -> Item:
    """Say what a page shows of a strand, with its indicators as they stand."""
    say = ask.say
    values = [
        say(
            "{name} {value}",
            name=say.words(BY_CODE[code].name),
            value=written(ask.district_total(BY_CODE[code]), BY_CODE[code], say.language),
        )
        for code in serve.indicators
    ]
    told = " · ".join([*values, say("{count} 张图", count=len(serve.figures))])
    return Item(say.words(serve.what), told, leads=serve.page)


def _open(ask: Questions, question: Question) -> Item:
    say = ask.say
    told = say(
        "需要{data}；在{holder}手里。",
        data=say.words(question.data),
        holder=say.words(question.holder),
    )
    return Item(say.words(question.text), told, badge=say("待答"), level="lacking")
