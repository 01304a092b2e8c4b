"""Invent the truth that all registers are written from: communities, months and what was counted.

A row is known by its identity (``IDENTITY``), which names communities rather than codes; values are
as ``judging`` writes them: days ``2025-09-30``, months ``2025-09``, codes of allowed values.
"""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
# Rows of tables by identity.
Rows = dict[str, dict[tuple[Any, ...], Row]]

IDENTITY: dict[str, tuple[str, ...]] = {
    "community": ("name_zh",),
    "governance": ("community", "valid_from"),
    "organisation": ("community", "organisation_kind"),
    "occupancy": ("community", "month", "tier"),
    "activity": ("community", "held_on"),
    "attendance": ("community", "held_on", "is_resident"),
    "proposal": ("proposal_code",),
    "monthly_record": ("community", "month", "record_kind"),
}

TOWNS = {
    "莘庄镇": "310112101", "七宝镇": "310112102", "颛桥镇": "310112103", "华漕镇": "310112106", "虹桥镇": "310112107",
    "梅陇镇": "310112108", "吴泾镇": "310112110", "马桥镇": "310112112", "浦江镇": "310112114", "江川路街道": "310112001",
    "古美路街道": "310112006", "新虹街道": "310112008", "浦锦街道": "310112009", "莘庄工业区": "310112501",
}  # fmt: skip
_CENTRES = (
    (121.373, 31.114), (121.346, 31.156), (121.410, 31.053), (121.277, 31.229), (121.379, 31.181), (121.420, 31.109),
    (121.454, 31.048), (121.348, 31.021), (121.525, 31.054), (121.392, 31.012), (121.387, 31.147), (121.321, 31.200),
    (121.483, 31.089), (121.379, 31.068),
)  # fmt: skip
_NAMES = [
    "春和",
    "晨光",
    "都会",
    "北青",
    "虹锦",
    "梅馨",
    "紫竹",
    "旗忠",
    "联航",
    "沧源",
    "平吉",
    "申虹",
    "浦鸥",
    "申南",
    "莘松",
    "召楼",
]
_KINDS = {
    "long_rent_apartment": "公寓", "affordable_rental": "家园", "talent_apartment": "人才公寓",
    "worker_dormitory": "宿舍", "builders_home": "之家",
}  # fmt: skip
# By kind, what is let there.
_TIERS = {
    "long_rent_apartment": ("room",), "affordable_rental": ("flat",), "talent_apartment": ("flat", "room"),
    "worker_dormitory": ("bed",), "builders_home": ("room", "bed"),
}  # fmt: skip
PERSONS_A_PLACE = {"flat": 3, "room": 2, "bed": 1}
MONTHS = tuple(f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13))
COUNTS = ("dwelling_count", "supply_count", "available_count", "let_count", "capacity_count", "resident_count", "move_in_count", "move_out_count")  # fmt: skip


@dataclass(frozen=True)
class Community:
    name: str
    town: str
    kind: str
    lon: float
    lat: float

    @property
    def tiers(self) -> tuple[str, ...]:
        return _TIERS[self.kind]


def _communities() -> tuple[Community, ...]:
    towns = [*TOWNS, "莘庄镇", "浦江镇"]
    found = []
    for number, (name, town) in enumerate(zip(_NAMES, towns, strict=True)):
        lon, lat = _CENTRES[list(TOWNS).index(town)]
        kind = list(_KINDS)[number % len(_KINDS)]
        aside = 0.004 * (number >= len(TOWNS))
        found.append(Community(f"示例{name}{_KINDS[kind]}", town, kind, round(lon + aside, 4), lat))
    return tuple(found)


COMMUNITIES = _communities()
ROOMS_ALONE = tuple(each for each in COMMUNITIES if each.tiers == ("room",))
BEDS_ALONE = tuple(each for each in COMMUNITIES if each.tiers == ("bed",))
ONE_TIER = tuple(each for each in COMMUNITIES if len(each.tiers) == 1)


def by_town(communities: Iterable[Community] = COMMUNITIES) -> dict[str, list[Community]]:
    """Group communities by town, in the usual order of towns."""
    found: dict[str, list[Community]] = {}
    for each in sorted(communities, key=lambda one: list(TOWNS).index(one.town)):
        found.setdefault(each.town, []).append(each)
    return found


USUAL = 20250930


def world(seed: int = USUAL) -> Rows:
    """Make all rows that are true; what is no row of it, or says else, is wrong.

    Another seed gives other counts of the same communities: few, none, or very many.
    """
    dice = random.Random(seed)
    rows: Rows = {table: {} for table in IDENTITY}
    for number, each in enumerate(COMMUNITIES):
        opened = f"{2019 + number % 5}-{1 + number * 5 % 12:02}-01"
        # fmt: off
        add(rows, "community", name_zh=each.name, town_code=TOWNS[each.town], operator=f"示例{_NAMES[number // 4]}运营",
            community_kind=each.kind, opened_on=opened, closed_on=None, lon=each.lon, lat=each.lat,
            resident_profile=("young", "family", "worker", "mixed")[number % 4], youth_share=0.4 + number % 5 / 10)
        in_grid = number % 3 == 0
        mode = None if in_grid else ("1", "2", "3", "4", "5")[number % 5]
        add(rows, "governance", community=each.name, valid_from=f"{2023 + number % 2}-{1 + number % 12:02}-15",
            valid_to=None, coverage_type="grid" if in_grid else "committee", mode=mode,
            leading_organisation=("community", "block", "park", "village")[number % 4])
        for kind in ("party_branch", "service_station", "social_work_station")[: 1 + number % 3]:
            area = None if kind == "party_branch" else 80 + 10 * number
            add(rows, "organisation", community=each.name, organisation_kind=kind, valid_from=f"2023-{1 + number % 12:02}-20",
                valid_to=None, floor_area_m2=area)
        # fmt: on
        for tier in each.tiers:
            supply = dice.randrange(120, 900, 4)
            if seed != USUAL:
                supply = dice.choice((12, 100, 1_200, 14_800, 2_024 * 4))
            for month in MONTHS:
                add(rows, "occupancy", **_occupancy(dice, each.name, month, tier, supply))
        for month in MONTHS:
            for kind, most in (("party_members", 60), ("league_members", 90), ("certificates", 9), ("case_counselling", 12), ("case_youth_guidance", 15)):  # fmt: skip
                add(rows, "monthly_record", community=each.name, month=month, record_kind=kind, record_count=dice.randint(1, most))  # fmt: skip
    _participation(rows, dice)
    _proposals(rows, dice)
    return rows


def _participation(rows: Rows, dice: random.Random) -> None:
    kinds = ("course", "talk", "parent_child", "arts", "sport", "festival")
    for number, each in enumerate(COMMUNITIES):
        # A dozen and more held in September 2025, one a day.
        known_by = {"community": each.name, "held_on": f"2025-09-{5 + number:02}"}
        kind = kinds[number % len(kinds)]
        children = dice.randint(1, 9) if kind == "parent_child" else 0
        # fmt: off
        add(rows, "activity", **known_by, activity_kind=kind, domain="empowerment", aspect="participation", is_online=False,
            child_count=children, need=None, programme=None, organiser="station", partner_kind=None)
        # fmt: on
        for is_resident in (True, False):
            add(rows, "attendance", **known_by, is_resident=is_resident, persons=dice.randint(2, 6))


def _proposals(rows: Rows, dice: random.Random) -> None:
    about = {
        "transport": "希望增加早高峰短驳班车", "facilities": "三号楼电梯经常停运", "environment": "夜间施工噪声影响休息",
        "safety": "楼道堆放杂物堵塞消防通道", "services": "希望就近办理居住证", "community_life": "希望周末开放活动室",
    }  # fmt: skip
    units = ("operator", "town", "committee", "station", "department")
    for number in range(18):
        category = list(about)[number % len(about)]
        raised = 1 + number
        settled = None if number % 4 == 3 else f"2025-09-{raised + 6:02}"
        # fmt: off
        add(rows, "proposal", proposal_code=f"SL2025{number + 1:04}", community=COMMUNITIES[number % 16].name,
            proposal_category=category, need=None, raised_on=f"2025-09-{raised:02}", accepted_on=f"2025-09-{raised + 1:02}",
            settled_on=settled, stage="self_service" if settled else "resource_matched", is_reopened=False,
            responsible_unit=units[number % 5], proposal_text=about[category], channel="hotline", outcome_text=None,
            is_replied=settled is not None)
        # fmt: on


def _occupancy(
    dice: random.Random, community: str, month: str, tier: str, supply: int
) -> dict[str, Any]:
    available = supply - dice.randint(1, 9)
    let = max(0, available - dice.randint(5, 60))
    capacity = supply * PERSONS_A_PLACE[tier]
    # fmt: off
    return {"community": community, "month": month, "tier": tier, "dwelling_count": supply // 4 if tier == "bed" else supply,
            "supply_count": supply, "available_count": available, "let_count": let, "capacity_count": capacity,
            "resident_count": max(0, let * PERSONS_A_PLACE[tier] - dice.randint(0, 40)),
            "move_in_count": dice.randint(1, 30), "move_out_count": dice.randint(1, 30), "rent_cny": 100 * dice.randint(8, 45)}
    # fmt: on


def identity(table: str, row: Row) -> tuple[Any, ...]:
    """Say by what a row is known."""
    return tuple(row.get(field) for field in IDENTITY[table])


def add(rows: Rows, table: str, **values: Any) -> None:
    """Add to a row of a table, or start it."""
    rows.setdefault(table, {}).setdefault(identity(table, values), {}).update(values)


WORLD = world()


@contextmanager
def another_world(seed: int) -> Iterator[None]:
    """Let another world be true for a while."""
    try:
        WORLD.update(world(seed))
        yield
    finally:
        WORLD.update(world())


def governance_of(community: str) -> Row:
    """Give a community's one span of governance."""
    return next(row for key, row in WORLD["governance"].items() if key[0] == community)
