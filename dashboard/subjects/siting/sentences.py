"""Say what added stations bring, and how sure that is."""

from dataclasses import dataclass

from dashboard.contract.indicators import as_percent
from dashboard.contract.rounding import number_written, percent_written
from dashboard.insight.headline import Headline
from dashboard.insight.siting import Siting
from dashboard.language import Say
from dashboard.subjects.siting.drawings import Curve
from dashboard.subjects.siting.terms import terms

# In percent: a bar of this product, said as such.
NEARLY_ALL = 95.0


@dataclass(frozen=True)
class Brought:
    """Hold what a siting brings: residents reached besides, shares in percent and mean ways in metres,
    before and after; a way is infinite where the stations don't serve everybody."""

    added: float
    shares: tuple[float, float]
    ways: tuple[float, float]


def siting_headline(
    say: Say,
    siting: Siting,
    brought: Brought,
    *,
    who: str | None,
    within: float,
    place: str,
    weigh: str = "residents",
) -> Headline:
    """Write the headline: what so many stations bring, then whether that is the best there is; of
    own weights, which are of no residents, without ``who``."""
    told = (
        _weight_told(say, siting, brought, within)
        if who is None
        else _brought_told(say, siting, brought, terms(say, who, weigh).whom, within, weigh)
    )
    rest = say(
        "{sure}；{greedy}；距离是直线距离，走路更远。",
        sure=sure_told(say, siting),
        greedy=greedy_told(say, siting),
    )
    if (held := siting.setting.capacities) is not None and who is not None:
        most = number_written(float(held.max()))
        rest = say("每站至多服务 {most} 名居民：{rest}", rest=rest, most=most)
    return Headline(f"{place}{told}", rest)


def _brought_told(
    say: Say, siting: Siting, brought: Brought, whom: str, within: float, weigh: str
) -> str:
    count, metres = len(siting.chosen), number_written(within)
    if siting.objective == "cover":
        before, after = (percent_written(share) for share in brought.shares)
        if not brought.added:
            return say(
                "{metres} 米内已覆盖 {share} 的{whom}，再建站不增加",
                metres=metres, share=before, whom=whom,
            )  # fmt: skip
        if weigh == "need":
            return say(
                "再建 {count} 个站，{metres} 米内可多覆盖 {added} 件{whom}，由 {before} 升至 {after}",
                count=count, metres=metres, added=number_written(brought.added), whom=whom,
                before=before, after=after,
            )  # fmt: skip
        return say(
            "再建 {count} 个站，{metres} 米内可多覆盖 {added} 名{whom}，由 {before} 升至 {after}",
            count=count, metres=metres, added=number_written(brought.added), whom=whom,
            before=before, after=after,
        )  # fmt: skip
    before, after = (number_written(way) for way in brought.ways)
    to = say("最近站点") if siting.setting.capacities is None else say("有余量的站点")
    if brought.ways[0] == float("inf"):
        return say(
            "建 {count} 个站，{whom}到{to}平均 {after} 米",
            count=count,
            whom=whom,
            to=to,
            after=after,
        )
    return say(
        "再建 {count} 个站，{whom}到{to}的平均距离由 {before} 米缩短到 {after} 米",
        count=count, whom=whom, to=to, before=before, after=after,
    )  # fmt: skip


def _weight_told(say: Say, siting: Siting, brought: Brought, within: float) -> str:
    count, metres = len(siting.chosen), number_written(within)
    if siting.objective == "cover":
        before, after = (percent_written(share) for share in brought.shares)
        if not brought.added:
            return say(
                "{metres} 米内已覆盖 {share} 的权重，再建站不增加", metres=metres, share=before
            )
        return say(
            "再建 {count} 个站，{metres} 米内可多覆盖权重 {added}，由 {before} 升至 {after}",
            count=count, metres=metres, added=number_written(brought.added), before=before,
            after=after,
        )  # fmt: skip
    before, after = (number_written(way) for way in brought.ways)
    if brought.ways[0] == float("inf"):
        return say("建 {count} 个站，按权重到最近站点平均 {after} 米", count=count, after=after)
    return say(
        "再建 {count} 个站，按权重到最近站点的平均距离由 {before} 米缩短到 {after} 米",
        count=count, before=before, after=after,
    )  # fmt: skip


def sure_told(say: Say, siting: Siting) -> str:
    """Say whether no other choice is better, or by how much one might be."""
    if siting.is_exact:
        return say("已证明没有更好的选址")
    gap = percent_written(as_percent(siting.gap))
    return say("到时限为止找到的最好选址，最优解至多再好 {gap}", gap=gap)


def greedy_told(say: Say, siting: Siting) -> str:
    """Say what adding stations one by one would have lost."""
    if siting.greedy is None:
        return say("逐个添加不能让所有人都有站点可去")
    if siting.greedy == siting.value or siting.loss == 0:
        return say("逐个添加也能达到")
    loss = siting.loss
    if loss is None:
        # Nobody has any way to go, and of nothing there is no part.
        return say("逐个添加会更远")
    written = percent_written(as_percent(loss))
    if written == percent_written(0):
        written = say("不到 0.1%")
    if siting.objective == "cover":
        return say("逐个添加会少覆盖 {loss}", loss=written)
    return say("逐个添加会远 {loss}", loss=written)


def seconds_told(say: Say, siting: Siting) -> str:
    """Say how long it took, as roughly as it repeats."""
    if siting.seconds < 1:
        return say("不到 1 秒")
    return say("约 {seconds:.0f} 秒", seconds=siting.seconds)


def fewest_told(say: Say, held: Curve) -> str:
    """Say how few stations reach nearly all, where that is proved."""
    enough = [
        count for count, value in zip(held.counts, held.values, strict=True) if value >= NEARLY_ALL
    ]
    fewest, share = min(enough, default=None), percent_written(NEARLY_ALL)
    if fewest is None:
        is_proved = held.is_exact[-1]
        told = say("再建 {count} 个站也不到 {share}", count=held.counts[-1], share=share)
    else:
        # That fewer do not is proved where the best of each fewer is.
        is_proved = all(held.is_exact[: list(held.counts).index(fewest)])
        told = say("到 {share} 至少再建 {count} 个站", share=share, count=fewest)
    return told if is_proved and fewest != 0 else ""


def curve_told(say: Say, counts: int | None, most: int) -> str:
    """Say from which number of stations on each further one brings less."""
    if counts is None:
        return say("1 至 {most} 个站：没有明显的拐点", most=most)
    return say("拐点在 {count} 个站：此后每多一个站，增加得少", count=counts)
