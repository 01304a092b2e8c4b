"""Name what communities weigh: residents, or open proposals."""

from dataclasses import dataclass

from dashboard.contract.rounding import number_written
from dashboard.language import Say


@dataclass(frozen=True)
class Terms:
    """Name what communities weigh: residents, or where needs weigh their open proposals; ``column``,
    ``newly``, ``nearest``, ``before`` and ``after`` head columns."""

    whom: str
    column: str
    newly: str
    nearest: str
    before: str
    after: str


def terms(say: Say, who: str, weigh: str) -> Terms:
    """Name what weighs of those who are asked for."""
    if weigh == "need":
        return Terms(
            say("未纳入居村治理社区的未办结提案") if who == "grid" else say("未办结提案"),
            say("未办结提案"), say("新覆盖提案"), say("以此为最近站的提案"),
            say("原已覆盖提案"), say("新增后覆盖提案"),
        )  # fmt: skip
    return Terms(
        say("未纳入居村治理的居民") if who == "grid" else say("居民"),
        say("居民"), say("新覆盖居民"), say("以此为最近站的居民"),
        say("原已覆盖居民"), say("新增后覆盖居民"),
    )  # fmt: skip


def counted_told(say: Say, weigh: str, count: float) -> str:
    """Say how many residents, or how many open proposals."""
    written = number_written(count)
    if weigh == "need":
        return say("{count} 件未办结提案", count=written)
    return say("{count} 名居民", count=written)
