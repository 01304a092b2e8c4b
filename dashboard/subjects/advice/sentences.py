"""Say what the decision table advises, above the page and beside its figures."""

from collections.abc import Mapping, Sequence

from dashboard.insight.advice import Verdict
from dashboard.insight.governance import UNKNOWN
from dashboard.insight.headline import Headline
from dashboard.language import Say


def caution(say: Say) -> str:
    """Say what advice is, and what it is not."""
    return say("这是决策表的建议，由人决定；模式因规模与区位而定，差异是关联而非效果。")


def protected_note(say: Say) -> str:
    """Say what advice is worth that rests on protected numbers."""
    return say("数字受保护：靠近门槛的，建议可能与按原数得出的不同。")


def contradicting(say: Say, faults: Sequence[str]) -> Headline:
    return Headline(say("填写的几项互相矛盾"), " ".join(faults))


def all_headline(
    say: Say, verdicts: Mapping[str, Verdict], present: Mapping[str, str], place: str
) -> Headline:
    """Say for how many communities the table advises what they have, something else, or asks first."""
    told = {code: each.results for code, each in verdicts.items() if each.is_told}
    same = sum(is_same(results, present.get(code, "")) for code, results in told.items())
    unknown = sum(present.get(code, UNKNOWN) == UNKNOWN for code in told)
    untold = say("有建议的里，{count} 个的现状不详，算作另一种。", count=unknown) if unknown else ""
    return Headline(
        say(
            "{place}{count} 个社区中，{same} 个与现状一致，{other} 个建议另一种，{open} 个要先问",
            place=place,
            count=len(verdicts),
            same=same,
            other=len(told) - same,
            open=len(verdicts) - len(told),
        ),
        " ".join(filter(None, (untold, caution(say)))),
    )


def is_same(results: Sequence[str], present: str) -> bool:
    """Tell whether what is advised is what is there."""
    return present in results or "keep" in results
