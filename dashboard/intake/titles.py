"""Read what is written above a sign-in sheet, and between its blocks: which activity it is of. Pure.

活动名称：青年夜校·AI课　时间：2026年9月12日 19:00　地点：龙湖冠寓
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.intake.reading import Cell
from dashboard.intake.values import is_blank, option_key, tidy

# The place is read as its community, unless that is named too.
PLACE = "place"
_LABELS: Mapping[str, tuple[str, ...]] = {
    "activity_code": ("活动代码", "活动编号", "活动编码", "activity code"),
    "activity_name": ("活动名称", "活动主题", "课程名称", "课程", "主题", "活动", "activity"),
    "held_on": (
        "活动时间", "活动日期", "举办时间", "举办日期", "开展时间", "签到日期", "签到时间", "上课时间", "日期", "时间", "date", "time",
    ),
    "community_code": ("举办社区", "活动社区", "开展社区", "所属社区", "社区名称", "社区", "项目名称", "项目", "小区", "community"),
    PLACE: ("活动地点", "举办地点", "上课地点", "地点", "场地", "地址", "place", "venue"),
    "activity_kind": ("活动类别", "活动类型", "kind of activity"),
    "programme": ("活动品牌", "品牌", "programme"),
}  # fmt: skip
_FIELDS = {option_key(label): name for name, labels in _LABELS.items() for label in labels}
# A label stands at the start or behind a gap; what follows reaches to the next one.
_LABELLED = re.compile(
    r"(?:^|(?<=[\s；;，,。|]))(?P<label>[\u4e00-\u9fff]{1,8}|[A-Za-z][A-Za-z ]{2,18})\s*[:：]"
)
_BETWEEN = " \u3000\t\n；;，,。|"
_SIGNED = re.compile(
    r"(?P<name>.*?)(?:活动)?(?:人员|参加|参与|现场|学员|居民)*(?:签到|报名|签名)(?:表|册|簿|单|名单|登记表)?"
)
_BARE = frozenset(("", "活动", "会议", "现场", "人员", "居民", "学员"))


@dataclass(frozen=True)
class Labelled:
    """Hold what a label says, and at which cell: row and column from 0."""

    field: str
    raw: Cell
    row: int
    column: int


def labelled(row: Sequence[Cell], number: int) -> list[Labelled]:
    """List what the labels of a row say; the value stands behind the colon or in the next cell."""
    found: list[Labelled] = []
    filled = [(column, cell) for column, cell in enumerate(row) if not is_blank(cell)]
    for place, (column, cell) in enumerate(filled):
        if not isinstance(cell, str):
            continue
        alone = _FIELDS.get(option_key(cell))
        if alone is not None:
            following = filled[place + 1 : place + 2]
            for beside, value in following:
                if not (isinstance(value, str) and _is_label(value)):
                    found.append(Labelled(alone, value, number, beside))
            continue
        for name, text in _parts(cell):
            found.append(Labelled(name, text, number, column))
    return found


def read_title(row: Sequence[Cell], number: int) -> list[Labelled]:
    """Read a row within a table that says of which activity the rows below it are; [] for others."""
    filled = [(column, cell) for column, cell in enumerate(row) if not is_blank(cell)]
    if not any(isinstance(cell, str) for _, cell in filled):
        return []
    found = labelled(row, number)
    if not found and len(filled) == 1 and (name := signed_name(str(filled[0][1]))):
        return [Labelled("activity_name", name, number, filled[0][0])]
    has_colon = any(isinstance(cell, str) and ":" in tidy(cell) for _, cell in filled)
    cells = {each.column for each in found}
    is_all = len(filled) <= 2 * len(cells) + 1
    return found if is_all and (has_colon or len(found) > 1) else []


def signed_name(text: str) -> str | None:
    """Read an activity's name out of the title of its sheet: 青年夜校·AI课签到表."""
    match = _SIGNED.fullmatch(tidy(text))
    name = match["name"].strip(" -—_·:：") if match else ""
    return name if option_key(name) not in _BARE else None


def says_signing(text: str) -> bool:
    return bool(
        re.search("签到|报名表|报名册|参加人员|参与人员|sign.?in|attendance", text, re.IGNORECASE)
    )


def _is_label(text: str) -> bool:
    return option_key(text) in _FIELDS or bool(_parts(text))


def _parts(cell: str) -> list[tuple[str, str]]:
    """Take a text apart at its labels; those that nobody asked for end what stands before them."""
    matches = list(_LABELLED.finditer(cell))
    ends = [*(match.start() for match in matches[1:]), len(cell)]
    parts = [
        (_FIELDS.get(option_key(match["label"])), cell[match.end() : end].strip(_BETWEEN))
        for match, end in zip(matches, ends, strict=False)
    ]
    return [(name, text) for name, text in parts if name and text]
