"""A card says what to do here: what it tells is counted again in plain Python."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.tseries.offsets import MonthEnd

from dashboard.asking.questions import Asking
from dashboard.brief.material import Material
from dashboard.brief.pages.card import card as page_of_card
from dashboard.brief.slides import Table
from dashboard.contract.filters import default_filters
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.contract.tables import mode
from dashboard.figures.advice import inputs_by_community, verdicts
from dashboard.figures.common import chosen_concerns
from dashboard.figures.figure import Figure
from dashboard.figures.page import Page
from dashboard.insight.attention import RULES
from dashboard.insight.card import NEAR, SHORTFALLS
from dashboard.insight.changes import difference_shown
from dashboard.insight.decomposition import Parts, rounded_parts
from dashboard.insight.governance import kinds
from dashboard.language import Say
from dashboard.subjects.profile.card import _states as states
from dashboard.subjects.profile.card import community_lines, what_it_did
from dashboard.subjects.profile.gap import COUNTED, COVERAGE, gap_of, town_lines
from dashboard.subjects.profile.gap import _parts_told as parts_told
from dashboard.subjects.profile.peers import similar_to
from dashboard.ui.assets import lay_out_assets
from dashboard.warehouse.store import Warehouse
from tests.views.test_not_loaded import BASIS, make, own_warehouse

TOWN = "310112106"


def card(page: Page) -> Figure | None:
    return next((each for each in page.figures if each.key == "profile-card"), None)


def items(page: Page) -> list[dict[str, Any]]:
    made = card(page)
    assert made is not None
    found: list[dict[str, Any]] = made.drawing.body["items"]
    return found


def asking(warehouse: Warehouse, month: date, town: str) -> Asking:
    months = [each for each in warehouse.months if each <= month]
    filters = replace(default_filters(months), town_codes=(town,))
    return Asking(warehouse, Say("zh"), filters, lay_out_assets().maps)


def open_in_2025(opened_on: pd.Timestamp) -> int:
    return 12 * (2026 - opened_on.year) - opened_on.month + 1


# Of a community --------------------------------------------------------------------------


@pytest.mark.parametrize("at", range(0, 500, 83))
def test_the_example_is_the_nearest_that_does_well_and_none_that_is_real(
    warehouse: Warehouse, at: int
) -> None:
    everything, _ = make(warehouse, "profile")
    rows = everything.count("communities").rows.set_index("community_code")
    code = str(rows.index[at])
    ask, page = make(warehouse, "profile", community=code)
    urgent = {each.community_code for each in chosen_concerns(everything) if each.level != "watch"}
    year = everything.on(everything.filters.over_year)
    reach = measure(year.count("participation_by_community").rows, BY_CODE["reach"])
    reach = reach.set_index("community_code")
    district = year.district_value(BY_CODE["reach"])
    assert district is not None
    held = everything.warehouse.table("activity", exact=True)
    held = held[pd.to_datetime(held["held_on"]) >= pd.Timestamp("2025-01-01")]
    count = held["community_code"].value_counts()
    well = {
        other
        for other in rows.index
        if rows.at[other, "is_effective"]
        and other not in urgent
        and rows.at[other, "overdue_count"] == 0
        and count.get(other, 0)
        >= 6 * min(12, max(3, open_in_2025(rows.at[other, "opened_on"]))) / 12
        and reach.at[other, "low"] >= district
    }
    near = [other for other, far in similar_to(ask, code, None).items() if far <= NEAR]
    mine = reach.at[code, "value"]
    better = [each for each in near if each in well and not reach.at[each, "value"] <= mine]
    kind = dict(zip(rows.index, kinds(rows), strict=True))
    results = verdicts(everything)[code].results
    wanted = {kind[code] if each == "keep" else each for each in results}
    expected = next((each for each in better if kind[each] in wanted), next(iter(better), None))
    if code in well:
        expected = None
    assert expected is None or expected not in ask.named_projects
    assert [item["key"] for item in items(page) if "key" in item] == [expected] * bool(expected)
    (told,) = [item["text"] for item in items(page) if item["title"] == "相似而做得好的"]
    assert ("本社区按同一规则已做得好" in told) == (code in well)
    if expected is not None:
        assert ("治理方式与建议不同" in told) == (
            bool(wanted) and "keep" not in results and kind[expected] not in wanted
        )
        spans = everything.warehouse.table("governance", exact=True)
        mine = spans[(spans["community_code"] == expected) & spans["valid_to"].isna()]
        assert f"{mine['valid_from'].iloc[0]:%Y-%m-%d} 起如此" in told
        opened = pd.Timestamp(rows.at[expected, "opened_on"])
        first = max(opened, pd.Timestamp("2025-01-01"))
        assert f"{first:%Y-%m} 至 2025-12 办活动 {count[expected]} 场" in told


def test_an_example_is_held_to_the_months_on_record(warehouse: Warehouse) -> None:
    first, last = warehouse.months[0], warehouse.months[6]
    ask, _ = make(warehouse, "profile", **{"from": f"{last:%Y-%m}", "to": f"{last:%Y-%m}"})
    rows = ask.count("communities").rows
    held = warehouse.table("activity", exact=True)
    days = pd.to_datetime(held["held_on"])
    count = held[days < pd.Timestamp(last) + MonthEnd() + pd.Timedelta(days=1)]
    count = count["community_code"].value_counts()
    state, found = states(ask), set()
    for code, opened in zip(rows["community_code"], rows["opened_on"], strict=True):
        months = 7 - max(0, 12 * (opened.year - first.year) + opened.month - first.month)
        enough = count.get(code, 0) / max(3, months) >= 6 / 12
        assert ("activities" in state(code).shortfalls) is not enough
        found.add((enough, count.get(code, 0) < 6))
    assert {(True, True), (False, True), (True, False)} <= found


def test_steps_have_days_and_stand_in_columns_of_files(warehouse: Warehouse) -> None:
    rows = make(warehouse, "profile")[0].count("communities").rows
    for code in rows["community_code"].iloc[::60]:
        _, page = make(warehouse, "profile", community=code, **{"to": "2025-06", "from": "2025-04"})
        made = card(page)
        if made is None:
            continue
        listed = made.drawing.listed
        assert listed is not None
        who, days, what = (list(listed[name]) for name in ("牵头（建议）", "时限（建议）", "内容"))
        steps = [at for at, each in enumerate(days) if each]
        assert len(steps) >= 3
        for at in steps:
            assert what[at].endswith(f"（{who[at]}，{days[at]}）") and who[at]
        within = [int(days[at].split(" ")[0]) for at in steps]
        assert (
            within == sorted(within) and within[0] >= 14 and "从印发之日起算" in made.caption.note
        )


def test_steps_say_what_is_so_here(warehouse: Warehouse) -> None:
    """Whatever is told of a community its steps answer; counted again from the tables."""
    everything, _ = make(warehouse, "profile")
    rows = everything.count("communities").rows.set_index("community_code")
    year = everything.on(everything.filters.over_year)
    held = year.count("participation_by_community").rows.set_index("community_code")
    reach = measure(held.reset_index(), BY_CODE["reach"]).set_index("community_code")
    whole = year.district_value(BY_CODE["reach"])
    assert whole is not None
    waiting = everything.count("waiting_proposals").rows.groupby("community_code")
    reopened, unaccepted = (
        waiting["is_reopened"].sum(),
        waiting["accepted_on"].apply(lambda s: s.isna().sum()),
    )
    concerns = {each.community_code: each for each in chosen_concerns(everything)}
    seen: set[str] = set()
    for code in rows.index.difference(sorted(everything.named_projects))[::6]:
        ask = everything.on(replace(everything.filters, community_codes=(code,)))
        told = {line.item.title: line.item.text for line in community_lines(ask, code)}
        steps = " ".join(text for title, text in told.items() if title.startswith("第"))
        count, here = held["activity_count"].get(code, 0), rows.loc[code]
        assert f"办活动 {count:.0f} 场" in told["现状"]
        works = here["coverage_type"] == "committee" and here["is_effective"]
        rule = concerns[code].rule if code in concerns else ""
        if not rule and works and count < 6:
            assert f"办活动 {count:.0f} 场：先排出" in steps
            seen.add("few")
        if not rule and not here["overdue_count"] and unaccepted.get(code) and not reopened[code]:
            assert f"先受理 {unaccepted[code]} 件" in steps
            seen.add("accept")
        if reopened.get(code) and not rule:
            assert "书面答复提案（" in steps and f"重启 {reopened[code]} 件" in told["未办结提案"]
            seen.add("reopened")
        if "超出偶然" in (ailing := told.get("需要关注", "")):
            low = -difference_shown(reach["value"][code], whole, BY_CODE["reach"])
            assert reach["high"][code] < whole and f"低 {low:.1f} 个百分点" in ailing
            assert "试办一场" in steps or "为什么不来" in steps or "先排出" in steps
            seen.add("low")
        if rule in ("empty", "full"):
            assert ("出租安排" if rule == "empty" else "站") in steps
            seen.add(rule)
        example = told["相似而做得好的"]
        if "问清它的活动" in steps:
            assert f"联系{example.split('（')[0]}，" in steps
            seen.add("learn")
        if "最相似的一个" in example:
            assert any(words.zh in example for words in SHORTFALLS.values()) or "不高于" in example
            seen.add("nearest")
        if "不论多少都如此" in told["模式选择"]:
            assert not works and "补上" in steps and "先问" not in steps
            seen.add("moot")
        elif "还说不清" in told["模式选择"]:
            assert told["模式选择"].count("：") >= 3
            assert "答复填进" in steps
            seen.add("asked")
    assert {"few", "accept", "reopened", "nearest", "moot", "asked", "low", "learn"} <= seen


def test_open_proposals_are_told_and_the_oldest_comes_first(warehouse: Warehouse) -> None:
    everything, _ = make(warehouse, "profile")
    rows = everything.count("communities").rows.set_index("community_code")
    waiting = everything.count("waiting_proposals").rows
    counts = waiting["community_code"].value_counts()
    unaccepted = set(waiting["community_code"][waiting["accepted_on"].isna()])
    late = [code for code in counts.index if rows.at[code, "overdue_count"] or code in unaccepted]
    assert late
    for code in late[:3]:
        told = {
            each["title"]: each["text"]
            for each in items(make(warehouse, "profile", community=code)[1])
        }
        mine = waiting[waiting["community_code"] == code]
        there = mine[~mine["is_reopened"].astype(bool)]
        days = there["open_day_count"].max()
        oldest = (
            f"受理 {days:.0f} 天"
            if days == days
            else f"{(there if len(there) else mine)['raised_on'].min():%Y-%m-%d} 提出"
        )
        assert f"{counts[code]} 件" in told["未办结提案"]
        pressing = chosen_concerns(make(warehouse, "profile", community=code)[0])
        assert pressing or "但请留意" in told["需要关注"]
        assert oldest in told["未办结提案"]
        assert "已做得好" not in told["相似而做得好的"] or not rows.at[code, "overdue_count"]
        if not {each.rule for each in pressing} & {"quiet", "over_let"}:
            assert oldest in told["第 1 步"]


def test_a_card_begins_with_how_it_is_and_starts_no_mode_anew(warehouse: Warehouse) -> None:
    everything, _ = make(warehouse, "profile")
    rows, told = everything.count("communities").rows, verdicts(everything)
    present = dict(zip(rows["community_code"], kinds(rows), strict=True))
    inputs = inputs_by_community(everything)[1]
    names = mode.allowed
    seen = set()
    for code, found in told.items():
        result = found.results[0] if len(found.results) == 1 else ""
        case = "same" if result == present[code] != "grid" else (present[code], result)
        # One that manages on trust is near: it is not asked whether there is any.
        assert present[code] not in ("2", "3") or inputs[code]["has_neighbour"].value
        assert result != "grid" or present[code] == "grid"
        if case in seen:
            continue
        seen.add(case)
        first, advice, *others = items(make(warehouse, "profile", community=code)[1])
        assert first["title"] == "现状" and not first["text"].startswith("—")
        steps = " ".join(item["text"] for item in others if item["title"].startswith("第"))
        if case == "same":
            assert f"模式已是“{names[result].zh}”，但不算有效覆盖" in advice["text"]
            assert "商定怎样补上" in steps
        if case == ("2", "3"):
            assert "议定代管" not in steps and "派驻社工站" in steps
        if result == "3":
            assert "本社区：" in advice["text"]
        if result == "keep" and present[code] in names and found.row.number == 1:
            pressed = len(others) > 5 or present[code] == "2"
            assert "议定下一步：" in steps or pressed
        assert "{" not in steps and "先问街镇" not in steps
    assert {"same", ("2", "3")} <= seen


def test_a_short_record_says_so(warehouse: Warehouse) -> None:
    first = f"{warehouse.months[3]:%Y-%m}"
    rows = make(warehouse, "profile", to=first, **{"from": first})[0].count("communities").rows
    code = str(rows["community_code"].iloc[100])
    made = card(make(warehouse, "profile", community=code, to=first, **{"from": first})[1])
    assert made is not None and "按有记录的 4 个月，不满一年" in made.caption.note
    made = card(make(warehouse, "profile", community=code)[1])
    assert made is not None and "按最近 12 个月" in made.caption.note


def test_what_a_place_held_begins_with_its_opening(warehouse: Warehouse) -> None:
    ask, _ = make(warehouse, "profile")
    rows = ask.count("communities").rows
    opened = pd.to_datetime(rows["opened_on"])
    rows = rows[(opened >= "2025-02-01") & (rows["activity_count"] > 0)]
    row = next(rows.itertuples())
    told = what_it_did(ask, row.community_code, row.opened_on)
    assert f"{row.opened_on:%Y-%m} 至 2025-12" in told[-1]


def test_what_ails_a_place_names_its_rule(warehouse: Warehouse) -> None:
    everything, _ = make(warehouse, "profile")
    concerns = chosen_concerns(everything)
    rules = {rule.code: rule for rule in RULES}
    for concern in {each.rule: each for each in concerns}.values():
        _, page = make(warehouse, "profile", community=concern.community_code)
        (told,) = [item for item in items(page) if item.get("badge")]
        assert told["title"] == rules[concern.rule].condition.zh
        assert concern.reason in told["text"] and rules[concern.rule].bar.zh in told["text"]
    caught = {each.community_code for each in concerns}
    rows = everything.count("communities").rows
    caught |= set(everything.count("waiting_proposals").rows["community_code"])
    quiet = next(code for code in rows["community_code"] if code not in caught)
    texts = [item["text"] for item in items(make(warehouse, "profile", community=quiet)[1])]
    assert "没有触发关注规则。" in texts


def test_a_real_project_s_card_holds_no_invented_number(warehouse: Warehouse) -> None:
    ask, _ = make(warehouse, "profile")
    for code in sorted(ask.named_projects):
        _, page = make(warehouse, "profile", community=code)
        if page.empty is None:
            advice, *others = items(page)
            assert advice["leads"] == "advice"
            assert {item["text"] for item in others} <= {"有（公开）", "未公布"}


def test_without_activities_nobody_is_said_to_do_well(warehouse: Warehouse, tmp_path: Path) -> None:
    own = own_warehouse(tmp_path, {name: warehouse.table(name, exact=True) for name in BASIS})
    rows = make(own, "profile")[0].count("communities").rows
    code = str(rows["community_code"].iloc[40])
    _, page = make(own, "profile", community=code)
    (told,) = [item["text"] for item in items(page) if item["title"] == "相似而做得好的"]
    assert "都说不清（未载入“活动、参与”表）" in told
    assert any("未检查" in item["text"] for item in items(page))


# Of a town -------------------------------------------------------------------------------


def test_parts_add_up_to_the_gap_that_the_page_tells(warehouse: Warehouse) -> None:
    """Of two hundred towns and months and more: parts, and who would close the gap."""
    seen = 0
    for month in warehouse.months[2::2]:
        for town in warehouse.town_codes:
            ask = asking(warehouse, month, town)
            for chosen in (COVERAGE, "own_branch"):
                check_gap(ask, town, chosen)
                seen += 1
    assert seen >= 200


@pytest.mark.parametrize("chosen", COUNTED)
def test_each_share_that_counts_communities_is_taken_apart(
    warehouse: Warehouse, chosen: str
) -> None:
    month = warehouse.months[-1]
    told = [
        check_gap(asking(warehouse, month, town), town, chosen) for town in warehouse.town_codes
    ]
    assert any(told) and not all(told)


def check_gap(ask: Asking, town: str, chosen: str) -> bool:
    indicator = BY_CODE[chosen]
    rows = ask.by_town(indicator).rows.set_index("key")
    value, of = rows.at[town, "value"], rows.at[town, "denominator"]
    whole = ask.district_value(indicator)
    gap = gap_of(ask, town, chosen)
    if whole is None or pd.isna(value):
        assert gap is None
        return False
    lacking = of * (whole - value) / 100
    if gap is None:
        assert abs(lacking) < 1 + 1e-9
        return False
    assert abs(lacking) >= 1 - 1e-9
    assert gap.parts.gap * 100 == pytest.approx(value - whole, abs=1e-9)
    parts = [100 * each for each in (gap.parts.size, gap.parts.mix, gap.parts.rest)]
    # As they are written they add up to the gap as it is written.
    assert round(sum(gap.points), 1) == difference_shown(value, whole, indicator)
    assert gap.points == pytest.approx(parts, abs=0.1 + 1e-9)
    assert gap.count == rows.at[town, "numerator"] and gap.of == of
    assert len(set(gap.closing)) == len(gap.closing) <= gap.needed[1]
    assert not set(gap.closing) & ask.named_projects
    if lacking > 0:
        for n, more in ((gap.needed[0], 0), (gap.needed[1], gap.needed[1])):
            assert (gap.count + n) / of >= (gap.whole_count + more) / gap.whole_of - 1e-12
        n = gap.needed[1] - 1
        assert (gap.count + n) / of < (gap.whole_count + n) / gap.whole_of
    else:
        assert gap.needed == (0, 0) and gap.closing == ()
    return True


def test_those_that_close_the_gap_lack_it_and_come_by_the_rule(warehouse: Warehouse) -> None:
    ask, page = make(warehouse, "profile", town=TOWN, map="service_station")
    gap = gap_of(ask, TOWN, "service_station")
    if gap is not None:
        rows = ask.count("communities").rows
        lacks = rows[~rows["has_service_station"]].sort_values(
            ["resident_count", "community_code"], ascending=[False, True]
        )
        assert list(gap.closing) == lacks["community_code"].tolist()[: gap.needed[1]]
    ask, page = make(warehouse, "profile", town=TOWN)
    gap = gap_of(ask, TOWN, COVERAGE)
    assert gap is not None and gap.needed[1] == len(gap.closing)
    made = card(page)
    assert made is not None and made.drawing.listed is not None
    parts = [each for each in made.drawing.listed["百分点"] if each is not None]
    assert parts == [100 * each for each in (gap.parts.size, gap.parts.mix, gap.parts.rest)]
    (told,) = [item for item in items(page) if "追平" in item["title"]]
    assert told["title"] == f"再纳入 {gap.needed[1]} 个社区就追平全区"
    for code in gap.closing:
        assert ask.communities.at[code, "name"] in told["text"]
    short = gap.of * gap.whole_count / gap.whole_of - gap.count
    # The reckoning stands beneath, not in what is said.
    reckoned = f"按现比例差 {short:.2f} 个；追平的是随之升高的比例，要 {gap.needed[1]} 个"
    assert reckoned in made.caption.method and f"{short:.2f}" not in told["text"]
    assert page.headline is not None and "个百分点" not in page.headline.state


def test_a_town_s_card_tells_residents_the_pace_and_whom_advice_passed_over(
    warehouse: Warehouse,
) -> None:
    """Each is counted again from the tables, of every town below the district's share."""
    differing = set()
    spans, end = warehouse.table("governance", exact=True), pd.Timestamp(warehouse.months[-1])
    seen = set()
    for town in warehouse.town_codes:
        ask, page = make(warehouse, "profile", town=town)
        gap = gap_of(ask, town, COVERAGE)
        if gap is None or not gap.closing:
            continue
        told = items(page)
        assert len(told) <= 9 and "相当于" not in told[0]["text"]
        # The table and the card tell one number, or say which is which.
        (table,) = [each for each in page.figures if each.key == "profile-standings"]
        listed = table.drawing.listed
        assert listed is not None
        judged = dict(zip(listed["指标"], listed["判断"], strict=True))["居村治理覆盖率，%"]
        (closing,) = [each["text"] for each in told if "追平" in each["title"]]
        named = re.findall("按现比例少 ([0-9]+) 个", closing) or [str(gap.needed[1])]
        assert judged == f"按现比例少 {named[0]} 个社区"
        differing.add(named[0] != str(gap.needed[1]))
        rows = ask.by_town(BY_CODE["resident_coverage"]).rows.set_index("key")
        assert f"按居民：{rows.at[town, 'value']:.1f}%，比全区" in told[0]["text"]
        # Of those open at both ends: governed then, and now.
        here = ask.communities[ask.communities["town_code"] == town]
        state = []
        for day in (end - pd.DateOffset(months=11) - pd.Timedelta(days=1), end + MonthEnd(0)):
            held = spans[(spans["valid_from"] <= day) & ~(spans["valid_to"] < day)]
            held = held[held["community_code"].isin(here.index)]
            state.append(held.set_index("community_code")["coverage_type"] == "committee")
        both = pd.concat(state, axis=1, join="inner")
        count = int(both.iloc[:, 1].sum() - both.iloc[:, 0].sum())
        (level,) = [item["text"] for item in told if "追平" in item["title"]]
        assert f"近 12 个月由网格净转入 {count} 个" in level
        # With an answer that led to a mode they would come before the last that is named.
        advice, residents = verdicts(ask), ask.count("communities").rows
        residents = residents[residents["coverage_type"] == "grid"]
        residents = residents.set_index("community_code")["resident_count"]
        last = residents[gap.closing[-1]]
        has_mode = set(advice[gap.closing[-1]].results) & set(mode.allowed)
        waiting = {
            code
            for code in residents.index
            if not advice[code].is_told and code not in gap.closing
            and (not has_mode or (-residents[code], code) < (-last, gap.closing[-1]))
        }  # fmt: skip
        assert set(gap.passed) == waiting
        passed = [item for item in told if "要先问清" in item["title"]]
        assert len(passed) == bool(waiting)
        for item in passed:
            assert item["title"] == f"另有 {len(waiting)} 个要先问清"
            most = sorted(waiting, key=lambda code: (-residents[code], code))[:3]
            names = [ask.communities.at[code, "name"] for code in most]
            assert [item["text"].count(name) for name in names] == [1] * len(names)
        seen.add(bool(waiting))
    assert seen == differing == {True, False}


def test_the_part_that_no_mix_explains_is_told_in_percent_as_printed(
    warehouse: Warehouse,
) -> None:
    gap = gap_of(asking(warehouse, warehouse.months[-1], TOWN), TOWN, COVERAGE)
    assert gap is not None
    whole = gap.parts.gap
    for part, told in ((0.5, "占差距的"), (1.25, "另两项合计抵去 2.6 个百分点"), (-0.5, "")):
        one = replace(gap, parts=Parts(whole * (1 - part), 0.0, whole * part))
        size, mix, rest = one.points
        *_, (title, _, _, why) = parts_told(Say("zh"), one, "全区")
        assert title == "不因规模或类型" and told in why and ("差距" in why) == (told == "占差距的")
        if part == 0.5:
            assert f"占差距的 {rest / (size + mix + rest):.0%}" in why


def test_the_chosen_share_is_taken_apart_by_modes_and_another_not_at_all(
    warehouse: Warehouse,
) -> None:
    for chosen, title in (("own_branch", "治理方式构成"), ("reach", "类型构成")):
        for town in warehouse.town_codes:
            _, page = make(warehouse, "profile", town=town, map=chosen)
            titles = [item["title"] for item in items(page)]
            if any(each.startswith("不因规模或") for each in titles):
                assert title in titles
                break
        else:
            pytest.fail(f"no town has a card for {chosen}")


def test_a_part_that_rounds_to_nothing_is_neither_more_nor_less(warehouse: Warehouse) -> None:
    gap = gap_of(asking(warehouse, warehouse.months[-1], TOWN), TOWN, COVERAGE)
    assert gap is not None
    for rest in (1e-5, -1e-5):
        parts = Parts(gap.parts.gap - rest, 0.0, rest)
        *_, (_, points, _, why) = parts_told(Say("zh"), replace(gap, parts=parts), "全区")
        assert str(points) == "0.0" and "相当" in why and "差距" not in why
    assert rounded_parts([0.25, 0.25, 0.5], 1.0) == [0.3, 0.2, 0.5]
    assert str(rounded_parts([-1e-9, 0.0, 0.3], 0.3)[0]) == "0.0"


def test_a_town_without_a_gap_to_tell_of_says_why(warehouse: Warehouse, tmp_path: Path) -> None:
    alike = []
    for town in warehouse.town_codes:
        ask, page = make(warehouse, "profile", town=town)
        if gap_of(ask, town, COVERAGE) is None:
            alike += [item["text"] for item in items(page)]
    assert alike and all("相差不到 1 个社区，不作分解" in each for each in alike)
    # Nobody has loaded which communities have a branch.
    own = own_warehouse(tmp_path, {name: warehouse.table(name, exact=True) for name in BASIS})
    ask, page = make(own, "profile", town=TOWN, map="own_branch")
    count = len(ask.count("communities", ask.everywhere).rows)
    assert [item["text"] for item in items(page)] == [f"全区有 {count} 个社区不详，分解不了"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_unknown_governance_is_told_and_leaves_no_certain_number(
    warehouse: Warehouse, tmp_path: Path, language: str
) -> None:
    tables = {name: warehouse.table(name, exact=True) for name in BASIS}
    spans = tables["governance"]
    lost = sorted({code for code in spans["community_code"] if code.startswith(TOWN)})[:2]
    tables["governance"] = spans[~spans["community_code"].isin(lost)]
    ask, _ = make(own_warehouse(tmp_path, tables), "profile", language, town=TOWN)
    gap = gap_of(ask, TOWN, COVERAGE)
    assert gap is not None and gap.unknown == (2, 2) and gap.needed[1]
    first, *others = town_lines(ask, TOWN, COVERAGE)
    told = (
        "这里 2 个，全区 2 个"
        if language == "zh"
        else "the district. Not counted: 2 unknown here, 2 in the district."
    )
    assert told in first.item.text
    level, known = ("追平", "按已知的") if language == "zh" else ("match", "Of those known")
    titles = [line.item.title for line in others if level in line.item.title]
    assert titles and all(each.startswith(known) for each in titles)
    slide = page_of_card(Material(ask))
    assert slide.headline.startswith(known)
    (table,) = slide.parts
    assert isinstance(table, Table) and len(table.rows) == 7


def test_a_sample_s_towns_say_so_and_few_towns_are_not_compared(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    _, page = make(warehouse, "profile", town=TOWN)
    made = card(page)
    assert made is not None and "未曾公布" in made.caption.note
    towns = (TOWN, "310112114")
    tables = {name: warehouse.table(name, exact=True) for name in BASIS}
    kept = tables["community"][tables["community"]["town_code"].isin(towns)]
    own = own_warehouse(
        tmp_path,
        {
            name: rows[rows["community_code"].isin(kept["community_code"])]
            for name, rows in tables.items()
        },
    )
    assert card(make(own, "profile", town=TOWN)[1]) is None
