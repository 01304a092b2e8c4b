"""Write what a scenario changes and needs as plain values for programs, and as text."""

from typing import Any
from urllib.parse import urlencode

import pandas as pd

from dashboard.asking.questions import Asking, Questions
from dashboard.contract.rounding import number_written, percent_written
from dashboard.figures.address import Address
from dashboard.figures.written import data_rows
from dashboard.insight.scenario import STATION_KINDS, WORKER, bundled_ratios
from dashboard.subjects.scenario.figures import (
    change_lines,
    headline,
    in_two_named,
    not_known,
    titles,
)
from dashboard.subjects.scenario.plan import (
    ADDED,
    AGAINST,
    COUNTS,
    LONGEST_QUERY,
    OUT,
    SHARES,
    Asked,
    change,
    kinds_changed,
    needed,
    needs,
    plan,
    shared,
    town_rows,
)
from dashboard.subjects.scenario.sentences import needs_told


def address_of(ask: Questions, asked: Asked) -> str | None:
    """Write where the page shows a scenario; None where an address can't say all of it."""
    texts = asked.written
    if any(len(texts.get(each.name, "")) > each.longest for each in (ADDED, OUT, AGAINST)):
        return None
    address = Address(ask.say.language, ask.filters, choices=tuple(texts.items()))
    query = urlencode(address.written(ask.warehouse.months))
    # Browsers encode what stands between communities.
    return f"scenario?{query}" if len(query.replace("~", "%7E")) <= LONGEST_QUERY else None


def scenario_as_dict(ask: Asking, asked: Asked) -> dict[str, Any]:
    """Write what is chosen, what it changes, in all and by town, and what it needs; of one that it is
    compared with the same, and which communities both choose."""
    if asked.against is not None:
        parts = shared(ask, asked)
        return {
            **scenario_as_dict(ask, asked.alone),
            "against": scenario_as_dict(ask, asked.against),
            "shared": {"is_same": parts.is_same, **vars(parts)},
            **_addressed(ask, asked),
        }
    told, found, rows = headline(ask, asked), change(ask, asked), plan(ask, asked)
    columns = ["community_count", *COUNTS, *SHARES]
    before, after = (data_rows(each[columns])[0] for each in (found.before, found.after))
    kinds = [dict(each) for each in kinds_changed(ask, asked)]
    listed = rows[
        ["community_code", "name", "town_code", "present", "planned", "resident_count", "by"]
    ]
    return {
        "headline": told.state,
        "caution": told.change,
        "name": asked.name,
        "as_of": ask.as_of(),
        "source": ask.source,
        "is_sample": ask.is_sample,
        "before": {**before, "communities_by_mode": kinds[0]},
        "after": {**after, "communities_by_mode": kinds[1]},
        "new_communities": int(rows["is_new"].sum()),
        "needs": needed(needs(ask, asked)),
        "ratios": {
            name: {
                "value": each.value, "modes": each.modes, "basis": each.basis,
                "reason": each.reason._asdict(),
            }
            for name, each in bundled_ratios().ratios.items()
        },
        "not_known": not_known(ask, asked),
        "towns": data_rows(town_rows(ask, asked)),
        "communities": data_rows(listed.reset_index(drop=True)),
        **_addressed(ask, asked),
    }  # fmt: skip


def _addressed(ask: Questions, asked: Asked) -> dict[str, str | None]:
    address = address_of(ask, asked)
    return {"address": address, "why_no_address": None if address else _no_address(ask)}


def as_text(ask: Questions, asked: Asked) -> str:
    """Write it to be read in a terminal."""
    say, told, (_, theirs) = ask.say, headline(ask, asked), titles(ask.say, asked)
    lines = [told.state, told.change, ask.as_of(), *not_known(ask, asked)]
    if ask.is_sample:
        lines.append(say("示例数据：只宜说明方法，不得作为事实引用。"))
    lines.append("")
    for one in change_lines(ask, asked):
        gap = one.changed(say)
        line = f"{one.name}  {one.written(one.before)} → {one.written(one.after)}"
        if theirs:
            line = say("{line}，对照 {other}", line=line, other=one.written(one.other))
        lines.append(f"{line}  ({gap})" if gap else line)
    for each, name in zip((asked.alone, asked.against), titles(say, asked), strict=True):
        if each is None:
            break
        lines += ["", say("按街镇，{name}", name=name) if theirs else say("按街镇")]
        lines += [_town_told(ask, row) for row in town_rows(ask, each).to_dict("records")]
    for which, name in in_two_named(say, asked).items() if theirs else ():
        named = [ask.community_names[code] for code in getattr(shared(ask, asked), which)]
        lines += ["", say("{which}（{count} 个）", which=name, count=len(named)), say.listed(named)]
    return "\n".join([*lines, "", address_of(ask, asked) or _no_address(ask)])


def _no_address(ask: Questions) -> str:
    return ask.say("方案太长，写不进网址：请留着方案文件，或分成几个方案。")


def _town_told(ask: Questions, row: dict[str, Any]) -> str:
    wanted = {name: row[name] for name in (*STATION_KINDS, WORKER)}
    share = percent_written(row["before"])
    if not row["new"] and not any(wanted.values()):
        return f"{row['name']}  {share}"
    told = ask.say(
        "{before} → {after}，新纳入 {count} 个社区",
        before=share, after=percent_written(row["after"]), count=int(row["new"]),
    )  # fmt: skip
    residents = row["residents"]
    who = "" if pd.isna(residents) else ask.say("居民 {count}", count=number_written(residents))
    parts = [told, who, needs_told(ask.say, wanted) if any(wanted.values()) else ""]
    return f"{row['name']}  {ask.say.listed([part for part in parts if part])}"
