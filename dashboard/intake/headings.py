"""Recognise what a sheet is and which column is which, from its headings; pure.

What is recognised can be written to a mapping file, corrected by hand and used again.
"""

import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dashboard.contract.fields import Field, Table
from dashboard.contract.problem import Problem
from dashboard.contract.tables import (
    ATTENDANCE,
    NAMED,
    PROPOSAL,
    TABLES,
    activity_kind,
    community_code,
    held_on,
    programme,
)
from dashboard.contract.tables import tier as tier_field
from dashboard.contract.words import Words
from dashboard.intake.gazetteer import SYSTEMS, Towns, system_named
from dashboard.intake.messages import CellError, cell_error, message
from dashboard.intake.personal import IDENTITY, personal_heading
from dashboard.intake.reading import GUIDE_SHEETS, Cell, Sheet
from dashboard.intake.stated import (
    HEADING,
    Constant,
    lacks_only_year,
    months_in,
    months_stated,
    places_of,
    towns_stated,
)
from dashboard.intake.titles import PLACE, labelled, says_signing, signed_name
from dashboard.intake.values import (
    declared_unit,
    is_blank,
    option_key,
    squeeze,
    tidy,
    unit_fits,
    wanted_unit,
)
from dashboard.intake.vocabulary import VOCABULARY

# The towns are fixed by law, the control totals are ours; all the rest may be brought.
FIXED = frozenset(("town", "control_total"))
LOADABLE: tuple[Table, ...] = tuple(table for table in TABLES if table.name not in FIXED)
# Not in the contract, but needed to read a row: which system its coordinates are in.
COORDINATES = "coordinate_system"
COORDINATES_LABEL = Words("坐标系", "Coordinate system")
# What a hotline writes of a proposal; it says no day, so it is held against the days that are there.
SETTLED, REOPENED, LEFT_OUT = "settled", "reopened", "left_out"
proposal_state = Field(
    "proposal_state", "text", Words("办理状态", "State of handling"),
    Words("与日期相核对，不入库。", "Held against the days; not stored."),
    allowed={
        "waiting": Words("待受理", "Waiting"), "open": Words("办理中", "Open"),
        SETTLED: Words("已办结", "Settled"), REOPENED: Words("重办", "Reopened"),
        LEFT_OUT: Words("退回或撤销，不计", "Returned or withdrawn, not counted"),
    },
)  # fmt: skip
activity_name = Field(
    "activity_name", "text", Words("活动名称", "Name of the activity"),
    Words("只用来认活动，不入库。", "Tells which activity it is; not stored."),
)  # fmt: skip
# Which activity a row of attendances is of, where there is no code: not in the contract either.
TOLD_BESIDE: Mapping[str, tuple[Field, ...]] = {
    ATTENDANCE.name: (held_on, community_code, activity_name, activity_kind, programme),
    PROPOSAL.name: (proposal_state,),
}
# What may stand in several columns, from the general to the particular.
_LEVELLED = frozenset(("proposal_category",))

# Where people say what a sheet or a column is.
POINT_OUT = message("advice.column")
POINT_OUT_SHEET = message("advice.sheet")

_SEARCHED_ROWS = 30
_HEADING_ROWS = 3
_LEAST = 2
_LEADING = 6  # so many cells of a row may say that it is a total

SHEET_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "community": (
        "社区基本信息",
        "社区名单",
        "社区清单",
        "项目清单",
        "项目台账",
        "社区台账",
        "新型居住社区",
    ),
    "governance": ("治理", "治理覆盖", "治理模式", "覆盖情况"),
    "organisation": ("组织", "站点", "党组织", "社工站", "阵地", "组织站点"),
    "occupancy": ("入住", "入住情况", "入住月报", "月报", "房源", "房源与入住", "住房月报"),
    "activity": ("活动清单", "活动台账", "活动记录"),
    "attendance": ("签到", "签到表", "参与记录", "参加人员", "报名表", "参与人次"),
    "proposal": (
        "社区提案",
        "提案台账",
        "提案清单",
        "诉求",
        "工单",
        "12345工单",
        "热线工单",
        "热线",
        "12345热线",
        "市民热线",
        "诉求工单",
        "工单明细",
        "工单列表",
    ),
    "space": ("空间", "公共空间", "空间清单", "空间台账"),
    "space_vote": ("表决", "投票", "空间投票", "投票结果"),
    "club": ("社团清单", "社团台账", "社群", "兴趣小组"),
    "monthly_record": ("月度记录", "服务个案", "技能与就业", "党团员"),
    "belonging_survey": ("归属感", "满意度调查", "问卷调查"),
    "committee": ("居委会", "村委会", "居村委", "居村"),
    "supply_target": ("供应目标",),
    "target": ("目标", "工作目标", "年度目标", "指标目标", "目标任务", "目标清单"),
}
# Other headings of a field, wherever the field stands.
FIELD_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "town_code": (
        "街镇", "所属街镇", "所在街镇", "镇", "街道", "街道镇", "镇街", "属地", "属地街镇", "街镇名称",
        "town", "subdistrict",
    ),
    "community_code": (
        "社区编码", "社区编号", "社区", "社区名称", "项目", "项目名称", "小区", "小区名称", "所属社区",
        "公寓名称", "机构名称", "点位名称", "举办社区", "community", "community name",
    ),
    "name_zh": ("中文名称", "中文名"),
    "aliases": ("别称", "又名", "曾用名"),
    "operator": ("运营单位", "运营企业", "运营主体", "管理单位", "运营方名称"),
    "community_kind": ("社区类别", "项目类型", "房源类型", "类型", "类别", "住房类型"),
    "is_home": ("是否建管家", "建管之家", "是否为建管家"),
    "opened_on": ("开业时间", "入住日期", "投运日期", "启用日期", "开业"),
    "closed_on": ("关闭日期", "退出时间"),
    "resident_profile": ("居民类型", "人群"),
    "youth_share": ("青年比例", "青年占比%", "青年居民占比"),
    "neighbour_committee": ("邻近居委会", "邻近居村委", "相邻居村", "相邻居委会", "就近居村", "最近居村"),
    "is_inside_boundary": ("是否在居村辖区内", "是否在辖区内", "居村辖区内", "在居委会辖区内", "在辖区内"),
    "neighbour_household_count": ("邻近居村户数", "居村户数", "相邻居村户数", "所属居委会户数"),
    "lon": ("lng", "long", "经度坐标", "x坐标"),
    "lat": ("纬度坐标", "y坐标"),
    "valid_from": (
        "开始日期", "起始时间", "生效日期", "成立日期", "设立日期", "纳入日期", "开始时间", "纳入时间", "纳入治理时间", "纳入治理日期",
        "覆盖时间", "覆盖日期", "起始年月", "纳入年月",
    ),
    "valid_to": ("结束日期", "终止时间", "失效日期", "撤销日期", "结束时间"),
    "coverage_type": ("覆盖方式", "覆盖情况", "覆盖", *VOCABULARY["yes"]["coverage_type"]["committee"]),
    "mode": ("模式", "治理方式", "五种模式"),
    "leading_organisation": ("牵头组织", "牵头单位", "党组织"),
    "organisation_code": ("组织编号", "站点编号", "站点代码"),
    "organisation_kind": ("组织类别", "站点类型", "站点类别"),
    "floor_area_m2": ("面积", "使用面积", "站点面积"),
    "month": ("月", "年月", "统计月份", "数据月份", "报告期", "所属月份", "时间"),
    "tier": ("层次", "房源类别", "房型", "供应层次", "计量单位", "计数单位"),
    "dwelling_count": (
        "房源数", "房源套数", "房源总数", "房源数量", "套间数", "套数", "总套数", "总房源",
        "房源总量", "房源总套数", "房源总间数", "总间数", "总房间数", "房间总数",
    ),
    "supply_count": ("建成", "建成数", "供应", "供应数", "建成房源"),
    "available_count": (
        "可租数", "可供", "可出租", "可租房源", "可供出租", "可供房源", "可供房源数", "可供房源总数", "可租房源数", "可供租赁",
    ),
    "let_count": ("已租数", "已出租", "出租", "在租", "已租房源", "出租数"),
    "capacity_count": ("可住", "容量", "最多可住", "核定人数", "最大容纳人数"),
    "resident_count": (
        "居民数", "入住人数", "居住人数", "实际入住", "实际入住人数", "常住人数", "居民", "入住", "在住人数", "在住居民", "现住人数", "实住人数",
        "期末居民", "期末居民数", "月末居民数", "期末在住人数", "月末在住人数", "居住人口", "入住人口",
    ),
    "move_in_count": (
        "迁入人数", "新入住", "搬入", "入住数", "本月入住", "本月新入住", "本月迁入", "本月新增入住", "新增入住", "当月入住", "新入住人数",
    ),
    "move_out_count": (
        "迁出人数", "退租人数", "搬出", "退出人数", "本月退租", "本月退房", "本月迁出", "本月搬离", "退租", "退房", "搬离", "当月退租",
    ),
    "activity_name": ("活动", "活动主题", "主题", "活动内容", "课程", "课程名称"),
    "activity_code": ("活动编号", "活动编码", "活动id", "activity id"),
    "held_on": ("活动日期", "举办时间", "活动时间", "日期", "开展日期", "date"),
    "activity_kind": ("活动类型", "活动种类"),
    "domain": ("领域", "服务类别"),
    "aspect": ("方面", "服务内容"),
    "need": ("需求", "青年需求类型"),
    "programme": ("品牌", "品牌活动"),
    "is_online": ("是否线上", "线上活动"),
    "child_count": ("其中儿童", "其中儿童人数", "儿童", "儿童数", "孩子人数", "到场儿童", "儿童人次"),
    "participant_code": ("假名", "参与者", "参与者代码"),
    "is_resident": ("是否居民", "是否本社区居民", "本社区居民", "居民与否"),
    "target_indicator": ("指标名称", "考核指标", "目标指标"),
    "target_place": ("范围", "适用范围", "考核对象", "适用对象"),
    "target_bound": ("方向",),
    "target_value": ("目标", "指标值", "目标数值", "目标任务数"),
    "due_month": ("到期", "期限", "完成期限", "完成时限", "到期时间", "截止月份"),
    "set_by": ("制定部门", "下达单位", "考核单位", "提出单位"),
    "target_basis": ("目标依据", "依据文件", "文件依据"),
    "rent_cny": ("租金", "月租", "每月租金"),
    "organiser": ("组织方", "主办", "主办方", "谁组织"),
    "partner_kind": ("合作方", "合作单位类型"),
    "space_code": ("空间编号",),
    "space_kind": ("空间", "空间名称", "空间用途", "功能"),
    "space_area_m2": ("面积", "使用面积"),
    "voted_on": ("投票日期", "表决时间", "投票时间"),
    "vote_question": ("议题", "投票事项"),
    "vote_option": ("方案",),
    "vote_count": ("票数", "得票数"),
    "voter_count": ("参与投票人数", "投票总人数"),
    "club_code": ("社团编号",),
    "club_kind": ("社团", "社团类型"),
    "club_leader": ("牵头人", "带头人", "负责人类型"),
    "club_member_count": ("成员", "成员数", "成员人数", "社团人数"),
    "record_kind": ("计数项", "记录项目"),
    "record_count": ("人数", "人次", "数量", "计数"),
    "surveyed_on": ("调查时间",),
    "answered_count": ("回收", "有效问卷", "答卷"),
    "mean_score": ("得分", "均分", "平均得分", "平均分"),
    "score_scale": ("量表", "最高分"),
    "channel": ("渠道", "来源渠道", "提案渠道", "工单来源", "诉求来源", "受理渠道"),
    "outcome_text": ("处理结果", "办结结果"),
    "is_replied": ("是否回访", "是否回复", "已回复", "是否反馈"),
    "proposal_code": ("提案编号", "提案编码", "工单编号", "工单号", "工单流水号", "诉求编号", "受理编号", "案件编号"),
    "proposal_category": (
        "提案类型", "诉求类别", "提案分类", "诉求分类", "诉求类型", "工单分类", "工单类别", "问题分类", "问题类别", "事项分类",
        "一级分类", "二级分类", "三级分类", "诉求分类一级", "诉求分类二级", "诉求分类三级", "诉求一级分类", "诉求二级分类",
        "一级诉求分类", "二级诉求分类", "一级类别", "二级类别", "诉求大类", "诉求小类", "问题大类", "问题小类", "大类", "小类",
    ),
    "proposal_state": ("状态", "工单状态", "处理状态", "当前状态", "办理进度", "办结状态", "办结情况", "办理情况状态"),
    "raised_on": ("来电时间", "来电日期", "诉求时间", "诉求日期", "反映时间", "登记时间", "创建时间", "提出时间", "提交日期", "提交时间", "提案日期"),
    "accepted_on": ("受理时间", "派单时间", "派单日期", "转办时间", "签收时间", "接单时间", "分派时间"),
    "proposal_text": ("工单内容", "来电内容", "反映内容", "问题描述", "诉求描述", "内容", "提案描述", "诉求内容", "具体内容", "事项"),
    "settled_on": ("结案时间", "结案日期", "办毕时间", "办结时间", "办结", "完成日期", "完成时间", "关闭时间"),
    "stage": ("阶段", "进度", "办理阶段"),
    "is_reopened": ("是否重启", "重新办理"),
    "responsible_unit": ("主办单位", "处置单位", "责任主体", "承办部门", "责任部门", "办理单位", "承办单位"),
}  # fmt: skip
# In the table itself, the community's name is its name and no reference.
_OWN_NAME = (
    "社区",
    "社区名称",
    "项目",
    "项目名称",
    "小区",
    "小区名称",
    "公寓名称",
    "机构名称",
    "community name",
)
_COORDINATES_SYNONYMS = ("坐标系", "坐标系统", "坐标类型", "coordinate system", "crs", COORDINATES)

_BRACKETS = re.compile(r"[(（\[【〔<].*?[)）\]】〕>]")
_MARKS = re.compile(r"[*＊:：#?？]+")
_TOTAL = re.compile(
    r"[\u3400-\u9fff]{0,10}?(合计|小计|总计|共计|累计|(?<!\w)(?:sub|grand )?total)", re.IGNORECASE
)
_REMARK = re.compile(
    r"(注|备注|说明|附注|填表|填报|制表|审核|复核|单位负责|数据来源|来源|联系|统计口径|截至|note|source|remark|"
    r"打印|导出(时间|日期|人)|第 ?\d+ ?页|共 ?\d+ ?[页条]|页码|以下空白|以下无|page \d|print|export)",
    re.IGNORECASE,
)


@dataclass
class Column:
    """Say what one column was taken as: a field, personal data to drop, or nothing known."""

    number: int
    heading: str
    field: str | None = None
    personal: str | None = None
    # The power of ten of the unit that its heading or the title gives.
    scale: int = 0


@dataclass(frozen=True)
class Answer:
    """Hold one answer to a question: how it is told, and what a mapping then says of the sheet."""

    told: Words
    said: Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """Say which field could not be read from the headings without a guess, at which column, and what
    may be answered."""

    field: str
    column: int
    refused: CellError
    answers: tuple[Answer, ...] = ()


@dataclass
class Recognised:
    """Say what one sheet was taken as."""

    sheet: Sheet
    table: Table | None
    heading_row: int = 0
    body_row: int = 0
    columns: list[Column] = field(default_factory=list)
    coordinates: str | None = None
    is_mapped: bool = False
    questions: list[Question] = field(default_factory=list)
    remarks: list[Words] = field(default_factory=list)
    # What is stated once for all its rows: in a title, the sheet's name or its file's.
    constants: dict[str, Constant] = field(default_factory=dict)
    # What a mapping says that words mean: by field, each word's key and its option's code.
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    # The columns that say the same more generally than a field's own, from the general on.
    levels: dict[str, list[int]] = field(default_factory=dict)
    # The same headings again, further to the right.
    again: list["Recognised"] = field(default_factory=list)
    # Where its sheet holds several tables in each row: those that stand beside this one, and the
    # columns of which one has to hold something for a row to be of this table.
    beside: list["Recognised"] = field(default_factory=list)
    own: frozenset[int] = frozenset()
    is_beside: bool = False
    # What a mapping says of its sheet.
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def unread(self) -> list[Column]:
        """The columns that no table reads and that hold nothing personal."""
        read = {c.number for each in (self, *self.beside) for c in each.columns if c.field}
        read.update(number for numbers in self.levels.values() for number in numbers)
        return [c for c in self.columns if c.number not in read and not c.personal]

    @property
    def fields(self) -> dict[str, Column]:
        return {column.field: column for column in self.columns if column.field}

    @property
    def title(self) -> str:
        return f"{self.sheet.file} {self.sheet.name}"


# Each table is tried on the same rows.
@lru_cache(maxsize=5_000)
def heading_key(text: str) -> str:
    """Reduce a heading to what it says: no brackets, marks, white space or case."""
    plain = _MARKS.sub("", _BRACKETS.sub("", tidy(text)))
    return option_key(plain) or option_key(text)


@cache
def fields_of(table_name: str) -> dict[str, Field]:
    """List the fields that a table's sheets may have columns of, coordinate systems aside."""
    table = NAMED[table_name]
    own = {column.name: column.field for column in table.columns}
    return {each.name: each for each in TOLD_BESIDE.get(table_name, ())} | own


@cache
def field_names(table_name: str) -> dict[str, str]:
    """List every heading that leads to a field of the table."""
    table, fields = NAMED[table_name], fields_of(table_name)
    names: dict[str, str] = {}
    for name in fields:
        for synonym in FIELD_SYNONYMS.get(name, ()):
            names.setdefault(heading_key(synonym), name)
    if table_name == "community":
        for synonym in _OWN_NAME:
            names[heading_key(synonym)] = "name_zh"
    for name, each in fields.items():
        for label in (*each.label, name):
            names[heading_key(label)] = name
    if any(column.name == "lon" for column in table.columns):
        for synonym in _COORDINATES_SYNONYMS:
            names[heading_key(synonym)] = COORDINATES
    return names


@cache
def table_names() -> dict[str, str]:
    """List every sheet name that leads to a table."""
    names: dict[str, str] = {}
    for table in LOADABLE:
        for name in (*SHEET_SYNONYMS.get(table.name, ()), *table.label, table.name):
            names[option_key(name)] = table.name
    return names


# Recognising ------------------------------------------------------------------------------


def recognise(sheet: Sheet, mapping: Mapping[str, Any] | None = None) -> Recognised | None:
    """Say what a sheet is; None for one that is no table (a guide, or an empty one)."""
    if option_key(sheet.name) in {option_key(name) for name in GUIDE_SHEETS}:
        return None
    if not any(texts_of(row) for row in sheet.rows[:_SEARCHED_ROWS]):
        return None
    said = said_of(sheet, mapping or {})
    wanted = said.get("table")
    if sheet.is_hidden and not wanted:
        return Recognised(sheet, None, is_mapped="table" in said)
    if wanted == "":
        return Recognised(sheet, None, is_mapped=True)
    tables = [NAMED[str(wanted)]] if wanted else LOADABLE
    if not wanted and isinstance(named := said.get("tables"), list) and named:
        tables = [NAMED[str(name)] for name in named]
    elif not wanted and getattr(sheet, "lacks_measure", False):
        tables = [NAMED["occupancy"]]
    filled, name = unmerged(sheet), _named_table(sheet)
    candidates = (
        _headings(table, number, filled, said, sheet)
        for table in tables
        for number in _heading_rows(said, filled)
    )
    known = [each for each in candidates if each.evidence]
    best = max(known, key=lambda each: each.score(name), default=None)
    if best is None and wanted:
        # None of its headings is known, but somebody has said what the sheet is.
        number = next(_heading_rows(said, filled))
        if not (said.get("heading_row") and 0 <= number < len(filled)):
            number = _fullest(filled)
        best = _Headings(tables[0], number, {}, number)
    if best is None or (best.evidence < _LEAST and not wanted):
        return Recognised(sheet, None)
    return _described(sheet, filled, best, said)


def _names(table: Table, said: Mapping[str, Any]) -> dict[str, str]:
    """List the headings that lead to a field, with those that the mapping adds."""
    corrections = _columns_said(table, said).items()
    return field_names(table.name) | {heading_key(name): to for name, to in corrections if to}


def _columns_said(table: Table, said: Mapping[str, Any]) -> dict[str, str]:
    """Give what a mapping says of the headings of one of the tables of a sheet."""
    fields = fields_of(table.name).keys() | {COORDINATES}
    place = "name_zh" if table.name == "community" else "community_code"
    columns: dict[str, str] = {}
    for heading, wanted in said.get("columns", {}).items():
        is_place = wanted in ("name_zh", "community_code") and place in fields
        columns[heading] = str(wanted) if wanted in fields else place if is_place else ""
    return columns


def said_of(sheet: Sheet, mapping: Mapping[str, Any]) -> dict[str, Any]:
    for name in (f"{sheet.file}:{sheet.key}", sheet.key, sheet.file, "*"):
        if isinstance(said := mapping.get(name), dict):
            return said
    return {}


def _named_table(sheet: Sheet) -> str | None:
    """Name the table that a sheet's name speaks of: 社区台账 may hold monthly occupancy all the same."""
    key = option_key(re.sub(r"[\d年月日.\-_()（）]+", "", sheet.name)) or option_key(sheet.name)
    return table_names().get(key) or table_names().get(option_key(sheet.name))


def _heading_rows(said: Mapping[str, Any], rows: Sequence[Sequence[Cell]]) -> Iterator[int]:
    if isinstance(row := said.get("heading_row"), int):
        yield row - 1
        return
    yield from range(min(len(rows), _SEARCHED_ROWS))


def _fullest(rows: Sequence[Sequence[Cell]]) -> int:
    """Find the first of the rows that hold most texts: headings nobody knows."""
    return max(range(len(rows)), key=lambda number: (len(texts_of(rows[number])), -number))


_OF_A_PLACE = frozenset(("community_code", "town_code", "month"))


@dataclass(frozen=True)
class _Headings:
    """Say in which rows a table's headings may stand, and which columns they name."""

    table: Table
    first: int
    fields: dict[int, str]
    last: int
    # How many other signs there are that the sheet is of this table.
    signs: int = 0

    @property
    def evidence(self) -> int:
        return len(self.fields) + self.signs

    def score(self, name: str | None) -> float:
        """Say how well they fit; ``name`` is the table that the sheet's name speaks of."""
        names = set(self.fields.values())
        required = {column.name for column in self.table.columns if not column.nullable}
        return (
            len(names)
            + self.signs
            + 0.5 * len(names & required) / len(required)
            # A name such as 月报 says little where no number of the table is there.
            + 5 * (self.table.name == name and bool(names - _OF_A_PLACE))
            - len(self.table.columns) / 1000
        )


def _headings(
    table: Table, number: int, rows: Sequence[Sequence[Cell]], said: Mapping[str, Any], sheet: Sheet
) -> _Headings:
    """Read the headings of a table at a row; those of attendances tell of persons."""
    fields, last = _read_headings(rows, number, _names(table, said))
    if table.name != ATTENDANCE.name or number >= len(rows):
        return _Headings(table, number, fields, last)
    there = set(fields.values())
    has_persons = bool(there & {"participant_code", "is_resident"}) or any(
        _of_who_came(cell) for row in rows[number : last + 1] for cell in row
    )
    if "activity_code" in there or not has_persons:
        beside = {each.name for each in TOLD_BESIDE[table.name]}
        corrected = set(said.get("columns", {}).values())
        fields = {c: name for c, name in fields.items() if name not in beside - corrected}
        return _Headings(table, number, fields, last)
    above = [cell for row in rows[:number] for cell in row if isinstance(cell, str)]
    told = any(labelled(row, n) for n, row in enumerate(rows[:number]))
    is_signing = any(map(says_signing, (*above, sheet.name)))
    return _Headings(table, number, fields, last, _LEAST if told or is_signing else 0)


def _of_who_came(cell: Cell) -> bool:
    """Tell whether a heading is of those who came, rather than of those who held something."""
    if not isinstance(cell, str) or personal_heading(cell) not in IDENTITY:
        return False
    return not re.search("负责|联系|联络|填|经办|主讲|讲师|老师|组织者|牵头|contact|leader", cell)


def unmerged(sheet: Sheet) -> list[list[Cell]]:
    """Fill the merged cells of the rows where headings may stand."""
    depth = _SEARCHED_ROWS + _HEADING_ROWS
    rows = [list(row) for row in sheet.rows[:depth]]
    for top, left, bottom, right in sheet.merged:
        if top >= depth or top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in range(top, min(bottom + 1, len(rows))):
            for column in range(left, min(right + 1, len(rows[row]))):
                rows[row][column] = value
    return rows


def _read_headings(
    rows: Sequence[Sequence[Cell]], number: int, names: Mapping[str, str]
) -> tuple[dict[int, str], int]:
    """Read headings from one row, or from several below each other; return the last one too."""
    if number >= len(rows):
        return {}, number
    found = _fields_in(rows[number], names)
    last = number
    if not found:
        return {}, number
    for below in range(number + 1, min(number + _HEADING_ROWS, len(rows))):
        upper = rows[below - 1]
        # What stands merged over several rows of headings is read once.
        lower = [c if n >= len(upper) or c != upper[n] else None for n, c in enumerate(rows[below])]
        texts = [cell for cell in lower if isinstance(cell, str) and cell.strip()]
        if not texts or any(_is_value(cell) for cell in lower):
            break
        if (
            len(set(texts)) == 1
            and any(months_in(texts[0]))
            and lower[min(found) :][:1] == texts[:1]
        ):
            break  # a line that says of which month the rows below it are
        if all(_may_qualify(text) for text in texts):
            for column, cell in enumerate(lower):
                if column not in found and cell not in (None, "") and column - 1 in found:
                    found[column] = found[column - 1]  # its heading was merged over both once
            last = below
            continue
        again = _fields_in(lower, names)
        joined = {
            column: names[key]
            for column in range(min(len(upper), len(lower)))
            if lower[column] not in (None, "")
            and (key := heading_key(f"{upper[column]}{lower[column]}")) in names
        }
        more = {**joined, **again}
        if not more and all(map(partial(_is_part, upper, names), range(len(lower)), lower)):
            # 一居室, 二居室: parts of what the heading over them names, which is none of them.
            found = {
                c: name
                for c, name in found.items()
                if c >= len(lower) or not lower[c] or name in HOUSING and total_word([lower[c]])
            }
            last = below
            break
        if len(more) * 2 < len(texts) or not more:
            break
        found = {
            **found,
            **{
                c: f
                for c, f in more.items()
                if c not in found or found[c] == f or list(found.values()).count(found[c]) > 1
            },
        }
        for column in [c for c in found if c not in more and c < len(lower)]:
            if _is_shared(rows[number], column) and not _may_qualify(lower[column]):
                del found[column]  # one part of what the heading over several columns names
        last = below
    return found, last


def _is_shared(row: Sequence[Cell], column: int) -> bool:
    """Tell whether a heading reaches over the column beside it too."""
    if column >= len(row) or row[column] in (None, ""):
        return False
    return row[column] in [row[n] for n in (column - 1, column + 1) if 0 <= n < len(row)]


def _is_part(upper: Sequence[Cell], names: Mapping[str, str], column: int, cell: Cell) -> bool:
    """Tell whether a cell is empty, or says which part it is of the heading over several columns."""
    if cell in (None, ""):
        return True
    of = names.get(heading_key(str(upper[column]))) if column < len(upper) else None
    return _is_shared(upper, column) and of not in _OF_A_ROW - {"tier"}


def _is_value(cell: Cell) -> bool:
    return (
        not isinstance(cell, str)
        and cell is not None
        or (isinstance(cell, str) and bool(re.fullmatch(r"[\d.,%/-]+", cell.strip())))
    )


def _fields_in(row: Sequence[Cell], names: Mapping[str, str]) -> dict[int, str]:
    return {
        number: names[key]
        for number, cell in enumerate(row)
        if isinstance(cell, str) and cell.strip() and (key := heading_key(cell)) in names
    }


def _described(
    sheet: Sheet, rows: Sequence[Sequence[Cell]], headings: _Headings, said: Mapping[str, Any]
) -> Recognised:
    corrections = _columns_said(headings.table, said)
    first, last = headings.first, headings.last
    width = max((len(row) for row in sheet.rows[: last + 2]), default=0)
    columns = []
    for column in range(width):
        texts = [
            tidy(str(rows[line][column]))
            for line in range(first, last + 1)
            if column < len(rows[line]) and rows[line][column] not in (None, "")
        ]
        heading = " ".join(dict.fromkeys(texts))
        name = headings.fields.get(column)
        for key in (heading, *texts, _letters(sheet, column)):
            if key in corrections:
                name = str(corrections[key]) or None
                break
        personal = None if name else next((k for t in texts if (k := personal_heading(t))), None)
        if heading or name:
            columns.append(Column(column, heading, name, personal))
    values = {
        name: {option_key(word): code for word, code in words.items()}
        for name, words in said.get("values", {}).items()
    }
    is_sign_in = headings.table.name == ATTENDANCE.name
    blocks = [
        Recognised(
            sheet, headings.table, first, last + 1, block, is_mapped=bool(said),
            coordinates=_declared(sheet, first, block, said), values=values, said=said,
        )
        for block in (_side_by_side(columns) if is_sign_in else [columns])
    ]  # fmt: skip
    for block in blocks:
        chosen = {c.number for c in block.columns if c.field and _named_in(corrections, c, sheet)}
        _settle(block, chosen)
        if is_sign_in:
            block.constants |= _activity_above(block)
    recognised, recognised.again = blocks[0], blocks[1:]
    if recognised.again:
        told = message("sheet.side_by_side", title=recognised.title, count=len(blocks))
        recognised.remarks.append(told)
    return recognised


def _side_by_side(columns: list[Column]) -> list[list[Column]]:
    """Part the columns where the same headings stand side by side, as on sheets of paper."""
    names = [column.heading for column in columns]
    for width in range(2, len(names) // 2 + 1):
        block = names[:width]
        if block * (len(names) // width) == names and any(map(_of_who_came, block)):
            return [columns[start : start + width] for start in range(0, len(names), width)]
    return [columns]


def _activity_above(found: Recognised) -> dict[str, Constant]:
    """Read from the title of a sign-in sheet of which activity it is."""
    sheet = found.sheet
    above = sheet.rows[: found.heading_row]
    constants: dict[str, Constant] = {}
    for number, row in enumerate(above):
        for each in labelled(row, number):
            constants.setdefault(each.field, _constant(sheet, each.raw, (each.row, each.column)))
    if "activity_name" not in constants:
        titles = [
            (cell, (n, c))
            for n, row in enumerate(above)
            for c, cell in enumerate(row)
            if isinstance(cell, str)
        ]
        for cell, place in titles:
            if name := signed_name(cell):
                constants["activity_name"] = _constant(sheet, name, place)
                break
        else:
            if name := signed_name(sheet.name):
                where = Words(f"工作表名“{sheet.name}”", f"the sheet's name “{sheet.name}”")
                constants["activity_name"] = Constant(name, where)
    if venue := constants.pop(PLACE, None):
        constants.setdefault(community_code.name, venue)
    return {name: each for name, each in constants.items() if name not in found.fields}


def _constant(sheet: Sheet, raw: Cell, cell: tuple[int, int]) -> Constant:
    name = sheet.cell(*cell)
    return Constant(raw, Words(f"表头上方 {name}", f"above the headings, {name}"), cell)


def _named_in(corrections: Mapping[str, Any], column: Column, sheet: Sheet) -> bool:
    return bool(corrections.get(column.heading) or corrections.get(_letters(sheet, column.number)))


# What a heading says beside its field -----------------------------------------------------

# What is never the month's own number, and what it is instead.
_OTHERWISE: tuple[tuple[Words, re.Pattern[str]], ...] = tuple(
    (words, re.compile(pattern, re.IGNORECASE))
    for words, pattern in (
        (Words("累计数", "cumulated"), r"累计|至今|年初|历年|\d{1,2}月?[-—–~至到]\d{1,2}月|cumul|\bytd\b|to date"),
        (Words("变化", "a change"), r"同比|环比|增减|增幅|增长|增速|变化|较上|比上|\byoy\b|\bmom\b|change|growth|increase"),
        (Words("上一期", "an earlier period"), r"上年|去年|上期|上月|上季|同期|前期|前年|往年|\blast\b|previous|prior|same period"),
        (Words("计划数", "a plan"), r"计划|规划|目标|预计|预估|预期|plan|target|forecast|expected|budget"),
        (
            Words("其中一部分", "a part"),
            r"其中|of which|^(?:新增|新建|在建|外来|来沪|青年|男|女|非?沪籍|非?户籍|流动|儿童|老年|老人|空置)(?:人口|人员|人数|人|性|户|数)?$",
        ),
    )
)  # fmt: skip
# What some fields are by themselves: a target is a plan, children are a part of those who came.
_MEANT = frozenset(
    (
        ("a part", "child_count"), ("a plan", "target_count"), ("a plan", "due_on"), ("a plan", "target_value"),
        ("a plan", "due_month"), ("a plan", "target_indicator"), ("a plan", "target_place"), ("a plan", "set_by"),
    )
)  # fmt: skip
_PRESENT = re.compile(
    r"本期|本月|本季|本年|当期|当月|当年|今年|实际|实有|实数|现有|current|actual|this (?:month|year|period)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d{2}年?(?:\d{1,2}月?)?")
_BRACKETED = re.compile(r"[(（\[【〔<](.*?)[)）\]】〕>]")
_TITLE_UNIT = re.compile(r"(?:(?<![\u4e00-\u9fff])单位|\bunits?)\s*[:：]\s*([^\s，,；;。()（）]{1,16}(?: (?:persons|people|units|rooms|beds))?)", re.IGNORECASE)  # fmt: skip
_TITLE_SCALE = re.compile(r"[(（]([十百千万亿](?:人|套|间|张|床|户|床位))[)）]")
# Several months at once in a title.
_MONTHS = re.compile(r"\d{1,2}\s*月?(?:份)?\s*[-—–~至到]\s*\d{1,2}\s*月|季度|半年")
# What flows through a month, and so may stand summed over several.
_FLOWS = frozenset(("move_in_count", "move_out_count"))
# Headings that may as well be of those who live there.
_STAYING = frozenset(("入住数", "本月入住", "当月入住"))
_MEASURED = frozenset(("integer", "number", "share", "date"))


def _may_qualify(cell: Cell) -> bool:
    """Tell whether a heading only says which period, plan or unit: 上年同期, 实际, 万人."""
    text = tidy(str(cell or ""))
    if not text:
        return True
    is_period = _PRESENT.search(text) or otherwise(text) or _YEAR.fullmatch(text)
    return len(text) <= 16 and bool(is_period or declared_unit(text))


def otherwise(text: str) -> Words | None:
    """Say what a heading holds instead of the month's own number, if it says so."""
    return next((words for words, pattern in _OTHERWISE if pattern.search(text)), None)


def _beside(found: Recognised, column: Column) -> list[str]:
    """List what a heading says beside the field's name: in brackets and in other rows."""
    assert found.table is not None
    names = field_names(found.table.name)
    rows = unmerged(found.sheet)[found.heading_row : found.body_row]
    texts = [tidy(str(row[column.number])) for row in rows if column.number < len(row)]
    within = [part for text in texts for part in _BRACKETED.findall(text)]
    return [*within, *(t for t in dict.fromkeys(texts) if t and heading_key(t) not in names)]


def _settle(found: Recognised, chosen: Collection[int]) -> None:
    """Let one column stand for each field, and say what was left; ask rather than guess.

    ``chosen``: the columns that somebody has named by hand.
    """
    assert found.table is not None
    fields = fields_of(found.table.name)
    title = title_of(found)
    for name in dict.fromkeys(column.field for column in found.columns):
        if name is None or (declared := fields.get(name)) is None:
            continue
        candidates = [column for column in found.columns if column.field == name]
        if by_hand := [column for column in candidates if column.number in chosen]:
            usable, others = by_hand, {}
        else:
            others = {
                column.number: words
                for column in candidates
                if (words := _unlike(found, column, declared, is_beside=len(candidates) > 1))
            }
            usable = [column for column in candidates if column.number not in others]
        if name in _LEVELLED and len(usable) > 1:
            _take_levels(found, declared, usable)
            usable = usable[-1:]
            by_hand = usable
        kept = _one_of(found, usable, declared)
        for column in candidates:
            column.field = name if column is kept else None
        if kept is None and declared.allowed and all(_is_counted(found.sheet.rows[found.body_row :], c.number) for c in candidates):  # fmt: skip
            continue  # numbers under such a heading are of something else
        if kept is None:
            found.questions.append(_which(found, declared, candidates, others))
            continue
        if len(candidates) > 1 and not by_hand:
            found.remarks.append(_chosen(found, declared, kept, candidates, others))
        _take_unit(found, kept, declared, title)


def _take_levels(found: Recognised, declared: Field, columns: Sequence[Column]) -> None:
    """Read several columns as one: its classes, from the general to the particular."""
    found.levels[declared.name] = [column.number for column in columns[:-1]]
    names = [_called(found, column) for column in columns]
    found.remarks.append(
        message("sheet.levels", title=found.title, label=declared.label, columns=names)
    )


def _unlike(found: Recognised, column: Column, declared: Field, *, is_beside: bool) -> Words | None:
    """Say what a column holds instead of the field that its heading names, if anything."""
    assert found.table is not None
    if declared.type not in _MEASURED:
        return None
    flows = [c for c in found.columns if c.field in _FLOWS]
    if heading_key(column.heading) in _STAYING and flows == [column]:
        # Without those who left beside it, it may as well be how many live there.
        return Words("在住的人数", "those who live there")
    for text in _beside(found, column):
        words = otherwise(text)
        is_meant = words and (words.en, declared.name) in _MEANT
        if words and not is_meant:
            return words
        unit = declared_unit(text)
        if is_beside and unit and unit.kind == "percent" and wanted_unit(declared) != "percent":
            return Words("百分比", "a percentage")
    return None


def _one_of(found: Recognised, usable: Sequence[Column], declared: Field) -> Column | None:
    """Choose the column of a field where that is no guess."""
    rows = found.sheet.rows[found.body_row :]
    if declared.allowed and len(usable) > 1:
        usable = [c for c in usable if not _is_counted(rows, c.number)]

    def values(column: Column) -> list[Cell]:
        return [row[column.number] if column.number < len(row) else None for row in rows]

    if len(usable) > 1:
        filled = [c for c in usable if any(v not in (None, "") for v in values(c))] or usable[:1]
        # In a single row two numbers may well be equal by chance.
        is_one = getattr(found.sheet, "is_of_one", False) and declared.type in _MEASURED
        if not is_one and all(values(column) == values(filled[0]) for column in filled):
            return filled[0]
        usable = filled
        if declared.type not in _MEASURED - {"date"}:
            labels = {heading_key(label) for label in (*declared.label, declared.name)}
            usable = [c for c in usable if heading_key(c.heading) in labels]
    return usable[0] if len(usable) == 1 else None


def _is_counted(rows: Sequence[Sequence[Cell]], column: int) -> bool:
    """Tell whether a column holds numbers where options are meant."""
    cells = [row[column] for row in rows if column < len(row) and row[column] not in (None, "")]
    numbers = sum(isinstance(cell, int | float) for cell in cells)
    return numbers > 0 and numbers * 5 >= len(cells) * 4


def _called(found: Recognised, column: Column) -> str:
    letters = _letters(found.sheet, column.number)
    cell = found.sheet.cell(found.heading_row, column.number)
    # Where it was laid out anew, it stands elsewhere in the file.
    place = letters if cell.rstrip("0123456789") == letters else cell
    return f"{place}（{column.heading}）"


def _which(
    found: Recognised, declared: Field, columns: Sequence[Column], others: Mapping[int, Words]
) -> Question:
    names = "、".join(_called(found, column) for column in columns)
    if len(columns) == 1:
        what = message(
            "advice.looks_like", label=declared.label, others=list(dict.fromkeys(others.values()))
        )
    else:
        what = message(
            "advice.several_columns", count=len(columns), label=declared.label, names=names
        )
    names_of = [column_name(found, column) for column in columns]
    answers = tuple(
        Answer(
            Words(_called(found, column), _called(found, column)),
            {"columns": {**dict.fromkeys(names_of, ""), column_name(found, column): declared.name}},
        )
        for column in columns
    )
    return Question(declared.name, columns[0].number, CellError("which", what, POINT_OUT), answers)


def _chosen(
    found: Recognised, declared: Field, kept: Column, columns: Sequence[Column],
    others: Mapping[int, Words],
) -> Words:  # fmt: skip
    def left(language: int) -> str:
        return "、".join(
            _called(found, c) + (f" {others[c.number][language]}" if c.number in others else "")
            for c in columns
            if c is not kept
        )

    return message(
        "sheet.column_chosen",
        title=found.title,
        label=declared.label,
        column=_called(found, kept),
        left=Words(left(0), left(1)),
    )


# Units ------------------------------------------------------------------------------------


def title_of(found: Recognised) -> str:
    """Join what stands above the headings."""
    rows = found.sheet.rows[: found.heading_row]
    return " ".join(tidy(str(cell)) for row in rows for cell in row if isinstance(cell, str))


def units_in(title: str) -> list[str]:
    """List the units that a title gives: 单位：万人, or （万人）."""
    return [*_TITLE_UNIT.findall(title), *_TITLE_SCALE.findall(title)]


def _take_unit(found: Recognised, column: Column, declared: Field, title: str) -> None:
    """Take the unit that the heading or the title gives a column; ask where it does not fit."""
    wanted = wanted_unit(declared)
    if wanted is None:
        return
    own = [unit for text in _beside(found, column) if (unit := declared_unit(text))]
    common = [
        unit
        for text in units_in(title)
        for part in re.split("[、和]", text)
        if (unit := declared_unit(part))
    ]
    # What a title says of another unit is no word on this column.
    units = own or [unit for unit in common if unit_fits(unit, declared) or unit.kind == "percent"]
    refused: CellError | None = None
    is_of_months = _MONTHS.search(title) and not any(c.field == "month" for c in found.columns)
    if declared.name in _FLOWS and ("累计" in title or is_of_months):
        refused = cell_error("unit.cumulated", advice=POINT_OUT)
    elif any(not unit_fits(unit, declared) for unit in units) or len(set(units)) > 1:
        label = declared.unit or Words("比例", "a share")
        refused = cell_error(
            "unit.heading", heading=column.heading, label=declared.label, unit=label
        )
    elif not own and any(unit.scale and unit.kind is None for unit in units):
        refused = cell_error("unit.title")
    if refused is not None:
        column.field = None
        found.questions.append(Question(declared.name, column.number, refused))
    elif units and units[0].scale:
        column.scale = units[0].scale
        found.remarks.append(
            message(
                "sheet.multiplied", title=found.title, label=declared.label, factor=10**column.scale
            )
        )


def _letters(sheet: Sheet, column: int) -> str:
    return sheet.cell(0, column)[:-1]


def _declared(
    sheet: Sheet, number: int, columns: Sequence[Column], said: Mapping[str, Any]
) -> str | None:
    """Find the coordinate system a sheet declares: in the mapping, a heading or a title."""
    if (text := said.get("coordinates")) and (system := system_named(str(text))):
        return system
    places = [c.heading for c in columns if c.field in ("lon", "lat")]
    titles = [str(cell) for row in sheet.rows[:number] for cell in row if isinstance(cell, str)]
    titles = [title for title in titles if "坐标" in title or "coordinate" in title.lower()]
    systems = {system for text in (*places, *titles) if (system := system_named(text))}
    return systems.pop() if len(systems) == 1 else sheet.coordinates


# Several tables in one row ----------------------------------------------------------------

# What offices keep in one line of a register.
_REGISTER = ("community", "governance", "occupancy")
# What a line must say for there to be a row of the table, beside which community it is of.
_SAYS: Mapping[str, tuple[frozenset[str], ...]] = {
    "community": (frozenset({"name_zh"}), frozenset({"town_code", "community_kind"})),
    "governance": (frozenset({"coverage_type"}),),
    "occupancy": (frozenset({"dwelling_count", "resident_count"}),),
}
HOUSING = frozenset(
    column.name
    for column in NAMED["occupancy"].columns
    if column.field.type in ("integer", "number")
)
_OF_A_ROW = frozenset(
    ("community_code", "name_zh", "name_en", "aliases", "town_code", "month", "tier")
)


def recognise_all(sheet: Sheet, mapping: Mapping[str, Any] | None = None) -> list[Recognised]:
    """Say what a sheet is, and which tables stand in the same rows beside it."""
    found = recognise(sheet, mapping)
    if found is None:
        return []
    said = said_of(sheet, mapping or {})
    _ask_of_layout(found)
    _take_calls(found)
    beside = list(_beside_in_rows(found, said))
    together = [found, *beside]
    if found.table is NAMED["occupancy"] and not beside:
        # A line without any number tells nothing of housing.
        found.own = frozenset(c.number for c in found.columns if c.field in HOUSING)
    for each in together:
        _ask_of_beds(each)
    for each in together if beside else ():
        others = {
            c.number for other in together if other is not each for c in other.columns if c.field
        }
        kept = {c.number for c in each.columns if c.field and c.field not in _OF_A_ROW}
        each.own = frozenset(kept if each.table is NAMED["community"] else kept - others)
        each.beside = [other for other in together if other is not each]
        for column in each.columns:
            # What another table counts, such as 居民, is nobody's name.
            column.personal = None if column.number in others else column.personal
        each.is_beside = each is not found
    return together


def _ask_of_beds(found: Recognised) -> None:
    """Ask what dwellings are where rows are counted in beds: of that tier they are the rooms."""
    tier, dwellings = found.fields.get("tier"), found.fields.get("dwelling_count")
    if dwellings is None or tier and "单位" not in tier.heading:
        return
    name = column_name(found, dwellings)
    if name in found.said.get("columns", {}):
        return
    rows = found.sheet.rows[found.body_row :] if tier else []
    cells = {row[tier.number] for row in rows if tier and tier.number < len(row)}
    cells |= set() if tier else set(_BRACKETED.findall(dwellings.heading))
    if any(_OF_TIERS.get(squeeze(str(cell))) == "bed" for cell in cells):
        refused = cell_error("beds", heading=dwellings.heading)
        dwellings.field = None
        fields = fields_of("occupancy")
        answers = tuple(
            Answer(fields[each].label, {"columns": {name: each}})
            for each in ("supply_count", "dwelling_count")
        )
        found.questions.append(Question("dwelling_count", dwellings.number, refused, answers))


def _take_calls(found: Recognised) -> None:
    """Let the time at which a hotline took a call, 受理时间, be that at which it was raised too, where an
    export has no other."""
    accepted = found.fields.get("accepted_on")
    has_orders = any("工单" in column.heading for column in found.columns)
    if found.table is not PROPOSAL or accepted is None or not has_orders:
        return
    if "raised_on" not in {*found.fields, *found.said.get("columns", {}).values()}:
        found.columns.append(Column(accepted.number, accepted.heading, "raised_on"))
        found.remarks.append(message("sheet.calls", title=found.title, heading=accepted.heading))


def _ask_of_layout(found: Recognised) -> None:
    """Ask for the year of months and the meaning of numbers that a sheet's headings leave open."""
    number = next((c.number for c in found.columns if c.field == "month"), 0)
    if getattr(found.sheet, "lacks_year", False):
        found.questions.append(Question("month", number, cell_error("layout.year")))
    if getattr(found.sheet, "lacks_measure", False):
        fields = fields_of("occupancy")
        answers = tuple(
            Answer(fields[name].label, {"measure": name})
            for name in ("resident_count", "let_count", "dwelling_count", "move_in_count")
        )
        refused = cell_error("layout.measure")
        found.questions.append(Question("resident_count", number, refused, answers))


def _beside_in_rows(found: Recognised, said: Mapping[str, Any]) -> Iterator[Recognised]:
    """Find the tables of which the same rows tell too: those the mapping names, else all they may hold."""
    named = said.get("tables")
    if found.table is None or found.table.name not in _REGISTER:
        return
    filled = unmerged(found.sheet)
    for name in named if isinstance(named, list) else _REGISTER:
        if name == found.table.name or name not in _REGISTER:
            continue
        table = NAMED[name]
        if said.get("table") and named is None and not _is_named(table, found.table, said):
            continue
        names = _names(table, said)
        if found.table.name == "community":
            # What names a community there is which one the rest of its line is of.
            names = {k: "community_code" for k, f in field_names("community").items() if f == "name_zh"} | names  # fmt: skip
        fields, last = _read_headings(filled, found.heading_row, names)
        headings = _Headings(table, found.heading_row, fields, last)
        if named is None and not _tells(headings, found):
            continue
        beside = _described(found.sheet, filled, headings, said)
        beside.body_row = max(beside.body_row, found.body_row)
        yield beside


def _is_named(table: Table, first: Table, said: Mapping[str, Any]) -> bool:
    """Tell whether a mapping names a column of a table that is not the sheet's first."""
    own = {column.name for column in table.columns} - {column.name for column in first.columns}
    return not own.isdisjoint(said.get("columns", {}).values())


_OF_GOVERNANCE = re.compile("治理|覆盖|纳入")


def is_left_out(found: Recognised, column: Column) -> bool:
    """Tell whether a column of a register that nobody reads is filled in and headed as what one says."""
    together = [found, *found.beside]
    if found.table is None or found.table.name not in _REGISTER or not column.heading:
        return False
    rows = found.sheet.rows[found.body_row :]
    if all(is_blank(row[column.number]) for row in rows if column.number < len(row)):
        return False
    keys = [heading_key(text) for text in (column.heading, *column.heading.split())]
    fields = {names[key] for names in map(field_names, _REGISTER) for key in keys if key in names}
    if not fields:
        return _OF_GOVERNANCE.search(column.heading) is not None
    known = {name for each in together for name in each.fields} | _OF_A_ROW
    known |= {question.field for each in together for question in each.questions}
    return not fields & known


def _tells(headings: _Headings, found: Recognised) -> bool:
    """Tell whether columns that the first table has no use for say what another needs."""
    fields = set(headings.fields.values())
    taken = {column.number for column in found.columns if column.field}
    left = {name for number, name in headings.fields.items() if number not in taken}
    if headings.table.name == "community":
        return _SAYS["community"][0] <= fields and bool(left & {"community_kind", "town_code"}) and "community_kind" in fields  # fmt: skip
    (wanted,) = _SAYS[headings.table.name]
    return bool(wanted & left) and "community_code" in fields


# What is stated once for all rows ---------------------------------------------------------


def take_constants(found: Recognised, towns: Towns, said: Mapping[str, Any]) -> None:
    """Take the month and the town that a sheet lacks a column of from what stands around it; ask where
    that says several."""
    if found.table is None:
        return
    places = places_of(found.sheet, found.heading_row)
    given = said.get("constants", {})
    for column in found.table.columns:
        name = column.name
        if name in found.fields:
            continue
        if name in given:
            found.constants[name] = Constant(given[name], Words("对照文件", "mapping"))
        elif name == "month":
            months = months_stated(places, said.get("year"))
            if not months and lacks_only_year(places):
                found.questions.append(Question(name, 0, cell_error("layout.year_of_month")))
            else:
                take_stated(found, column.field, months)
        elif name == "town_code" and not column.nullable:
            take_stated(found, column.field, towns_stated(places, towns))
        elif name == "tier":
            take_stated(found, column.field, _tiers_stated(found))
        elif name == "is_resident":
            found.questions.append(_whether_residents(column.field))
    for each in TOLD_BESIDE.get(found.table.name, ()):
        if each.name in given and each.name not in found.fields:
            found.constants[each.name] = Constant(given[each.name], Words("对照文件", "mapping"))


def _whether_residents(declared: Field) -> Question:
    """Ask once for a whole sheet whether those who signed live there."""
    told = (
        ("是", Words("都是本社区居民", "All are residents here")),
        ("否", Words("都不是", "None is")),
    )
    answers = tuple(Answer(words, {"constants": {declared.name: raw}}) for raw, words in told)
    return Question(declared.name, 0, cell_error("residents"), answers)


# Units of one tier alone; 套 is said of any dwelling.
_OF_ROOMS = re.compile("(?<!套)间数$|房间总数$")
_OF_TIERS = {"间": "room", "床": "bed", "床位": "bed", "张": "bed", "张床": "bed"}


def _tiers_stated(found: Recognised) -> list[Constant]:
    """Find the tier that the units in the headings of housing name, where they name one alone."""
    headings = [
        column.heading
        for column in found.fields.values()
        if column.field in ("dwelling_count", "supply_count", "available_count", "let_count")
    ]
    units = [squeeze(unit) for heading in headings for unit in _BRACKETED.findall(heading)]
    units += ["间" for heading in headings if _OF_ROOMS.search(heading_key(heading))]
    if getattr(found.sheet, "is_of_one", False):
        # 套/间 is said of any dwelling, and so beside a unit that tells: a community counts in that alone.
        units = [unit for unit in units if unit != "套/间"]
    tiers = {_OF_TIERS.get(unit, "") for unit in units}
    if len(tiers) != 1 or "" in tiers:
        return []
    return [Constant(tier_field.allowed[tiers.pop()].zh, HEADING)]


def take_stated(found: Recognised, declared: Field, stated: Sequence[Constant]) -> None:
    if len(stated) == 1:
        found.constants[declared.name] = stated[0]
        found.remarks.append(
            message(
                "sheet.stated",
                title=found.title,
                label=declared.label,
                value=str(stated[0].raw),
                where=stated[0].where,
            )
        )
    elif stated:
        there = [Words(f"{c.raw}（{c.where.zh}）", f"{c.raw} ({c.where.en})") for c in stated]
        refused = cell_error("stated", label=declared.label, there=there)
        answers = tuple(
            Answer(told, {"constants": {declared.name: each.raw}})
            for told, each in zip(there, stated, strict=True)
        )
        found.questions.append(Question(declared.name, 0, refused, answers))
    elif declared.name == "month" and found.table in (NAMED["occupancy"], NAMED["monthly_record"]):
        found.questions.append(Question("month", 0, cell_error("unstated", label=declared.label)))


# Rows that are no rows --------------------------------------------------------------------


def texts_of(row: Sequence[Cell]) -> list[str]:
    """List the texts of a row, as they are seen."""
    return [cell.strip() for cell in row if isinstance(cell, str) and cell.strip()]


def total_word(row: Sequence[Cell]) -> str | None:
    """Return the word that marks a row as a total (合计, 小计), if one does."""
    for cell in row[:_LEADING]:
        if isinstance(cell, str) and cell and (word := _total_word(cell)):
            return word
    return None


@lru_cache(maxsize=100_000)
def _total_word(cell: str) -> str | None:
    text = tidy(cell).rstrip(":： ")
    match = _TOTAL.fullmatch(text.replace(" ", "")) or _TOTAL.fullmatch(text)
    return match[1].lower() if match else None


def is_section_total(word: str) -> bool:
    return word in ("小计", "subtotal")


def is_remark(row: Sequence[Cell]) -> bool:
    """Tell whether a row is a remark under the table rather than a row of it."""
    filled = [cell for cell in row if cell not in (None, "") and str(cell).strip()]
    if not 0 < len(filled) <= 3 or not isinstance(filled[0], str):
        return False
    # A community may be called 联系公寓: numbers stand beside its name.
    has_numbers = any(isinstance(cell, int | float) for cell in filled[1:])
    return bool(_REMARK.match(tidy(filled[0]))) and not has_numbers


def numbers_columns(row: Sequence[Cell]) -> bool:
    """Tell whether a row only numbers the columns, as statistical forms do: 甲 乙 1 2 3."""
    cells = [
        str(cell).strip().strip("()（）").removesuffix(".0")
        for cell in row
        if cell is not None and str(cell).strip()
    ]
    signs = [cell for cell in cells if cell in "甲乙丙丁戊己庚辛"]
    numbers = [cell for cell in cells if cell not in signs]
    counted = [str(number + 1) for number in range(len(numbers))]
    return len(cells) > 2 and bool(signs or len(numbers) > 3) and numbers == counted


# Mapping files ----------------------------------------------------------------------------


def read_mapping(path: Path) -> dict[str, Any]:
    """Read a mapping from TOML or JSON; raises Problem naming what it can't mean."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        mapping = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0][:120]
        raise Problem(message("mapping.unreadable", file=path.name, reason=reason)) from error
    problems = [
        problem for name, said in mapping.items() for problem in _mapping_problems(path, name, said)
    ]
    if problems:
        raise Problem(problems)
    return dict(mapping)


# What a mapping says of how a sheet is laid out, beside its table and columns.
_OF_LAYOUT = ("layout", "year", "measure", "constants")


def _mapping_problems(path: Path, name: str, said: Any) -> Iterator[Words]:
    if not isinstance(said, dict) or not isinstance(said.get("columns", {}), dict):
        yield message("mapping.shape", file=path.name, name=name)
        return
    texts = [said.get("table", ""), said.get("coordinates", ""), *said.get("columns", {}).values()]
    row = said.get("heading_row", 1)
    if not all(isinstance(text, str) for text in texts) or type(row) is not int or row < 1:
        yield message("mapping.kinds", file=path.name, name=name)
        return
    table, tables = said.get("table", ""), said.get("tables", [])
    constants, year = said.get("constants", {}), said.get("year", 2000)
    if not isinstance(tables, list) or not isinstance(constants, dict) or type(year) is not int:
        yield message("mapping.layout", file=path.name, name=name)
        return
    for each in filter(None, (table, *tables)):
        if each not in {one.name for one in LOADABLE}:
            there = ", ".join(one.name for one in LOADABLE)
            yield message("mapping.table", file=path.name, name=name, table=each, there=there)
            return
    if table:
        known = {COORDINATES, ""}.union(*(fields_of(each) for each in (table, *_REGISTER)))
        for heading, wanted in said.get("columns", {}).items():
            if wanted not in known:
                yield message(
                    "mapping.column",
                    file=path.name,
                    name=name,
                    heading=heading,
                    table=table,
                    wanted=wanted,
                )
    yield from _value_problems(path, name, said.get("values", {}), tables or [table] * bool(table))
    system = said.get("coordinates")
    if system is not None and system_named(str(system)) is None:
        yield message("mapping.coordinates", file=path.name, name=name, systems=SYSTEMS)


def _fields_of_all(said: Mapping[str, Any]) -> dict[str, Field]:
    """List the fields of all tables that a mapping names for a sheet."""
    names = said.get("tables") or [str(said["table"])]
    return {name: each for table in names for name, each in fields_of(table).items()}


def _value_problems(path: Path, name: str, values: Any, tables: Sequence[str]) -> Iterator[Words]:
    """Say what is wrong with what a mapping says that words mean."""
    pairs = values.items() if isinstance(values, dict) else [("values", values)]
    fields = {n: f for each in LOADABLE for n, f in fields_of(each.name).items()}
    fields = {n: f for each in tables for n, f in fields_of(each).items()} if tables else fields
    for field_name, words in pairs:
        if not isinstance(words, dict) or not all(isinstance(c, str) for c in words.values()):
            yield message("mapping.values", file=path.name, name=name)
        elif field_name not in fields or not fields[field_name].allowed:
            there = ", ".join(n for n, each in fields.items() if each.allowed)
            yield message(
                "mapping.no_options", file=path.name, name=name, wanted=field_name, there=there
            )
        else:
            allowed = fields[field_name].allowed
            for word, code in words.items():
                if code and code not in allowed:
                    yield message(
                        "mapping.option", file=path.name, name=name, word=word, wanted=code,
                        field=field_name, there=", ".join(allowed),
                    )  # fmt: skip


def written_mapping(
    recognised: Sequence[Recognised],
    open_words: Mapping[str, Mapping[str, Collection[str]]] = MappingProxyType({}),
) -> str:
    """Write what was recognised as TOML, to be corrected by hand and used next month.

    ``open_words``: by sheet and field, the words that nobody knows: they are written to be answered.
    """
    lines = [
        "# 对照文件：哪张表是什么、哪一列是什么；改后在网页上传（“用上月的对照文件”），或用 --mapping 指定。空值表示不读。",
        "# Mapping: what each sheet and column is; correct it and upload it, or pass it with --mapping. Empty: not read.",
    ]
    for each in recognised:
        if each.is_beside:
            continue
        name, said = _quoted(_called_in(each, recognised)), as_mapped(each)
        columns, values = said.pop("columns", None), said.pop("values", {})
        constants = said.pop("constants", {})
        lines += ["", f"[{name}]", *(f"{key} = {_quoted(value)}" for key, value in said.items())]
        if constants:
            lines += [f"[{name}.constants]"]
            lines += [f"{_quoted(text)} = {_quoted(value)}" for text, value in constants.items()]
        if columns is not None:
            lines += [f"[{name}.columns]"]
            lines += [f"{_quoted(text)} = {_quoted(field)}" for text, field in columns.items()]
        asked = open_words.get(each.sheet.key, {})
        for field_name in dict.fromkeys((*values, *asked)):
            options = _fields_of_all(said)[field_name].allowed if asked else {}
            lines += [f"[{name}.values.{field_name}]"]
            lines += [
                f"{_quoted(word)} = {_quoted(code)}"
                for word, code in values.get(field_name, {}).items()
            ]
            if unknown := asked.get(field_name):
                there = "、".join(f"{code} {words.zh}" for code, words in options.items())
                lines += [f"# 请回答，去掉行首的 # / answer, and remove the #: {there}"]
                lines += [f'# {_quoted(word)} = ""' for word in unknown]
    return "\n".join(lines) + "\n"


def _called_in(found: Recognised, recognised: Sequence[Recognised]) -> str:
    """Name a sheet, with its file where sheets of several files are called the same."""
    files = {each.sheet.file for each in recognised if each.sheet.key == found.sheet.key}
    return found.sheet.key if len(files) == 1 else f"{found.sheet.file}:{found.sheet.key}"


def as_mapped(found: Recognised) -> dict[str, Any]:
    """Say of one sheet what a mapping file says: what it and each of its columns was taken as."""
    if found.table is None:
        return {"table": ""}
    together = [found, *found.beside]
    levels = {number: name for name, numbers in found.levels.items() for number in numbers}
    fields = {
        column.number: column.field
        for each in reversed(together)
        for column in reversed(each.columns)  # one read as two fields is named by its own
        if column.field
    }
    of_names = {c.number for each in together for c in each.columns if c.field == "name_zh"}
    fields |= dict.fromkeys(of_names, "name_zh")
    values = {name: words for each in reversed(together) for name, words in each.values.items()}
    asked = {number for each in together for number in _asked_of(each)}
    return {
        "table": found.table.name,
        **(
            {"tables": [each.table.name for each in together if each.table]} if found.beside else {}
        ),
        "heading_row": found.heading_row + 1,
        **({"coordinates": found.coordinates} if found.coordinates else {}),
        **{name: found.said[name] for name in _OF_LAYOUT if name in found.said},
        # Of a sheet laid out anew, what was said of its own headings; but nothing of columns still asked about.
        "columns": (found.said.get("columns", {}) if found.sheet.whole is not found.sheet else {})
        | {
            column_name(found, column): fields.get(column.number) or levels.get(column.number, "")
            for column in found.columns
            if column.number in fields or column.number not in asked
        },
        **({"values": values} if values else {}),
    }


def _asked_of(found: Recognised) -> Iterator[int]:
    """Give the columns of which it is open what they are."""
    for question in found.questions:
        if question.refused.code in ("which", "unit", "beds"):
            names = {name for each in question.answers for name in each.said["columns"]}
            yield question.column
            yield from (c.number for c in found.columns if column_name(found, c) in names)


def column_name(found: Recognised, column: Column) -> str:
    """Name a column by its heading, or by its letters where the heading does not tell it apart."""
    same = {each.number for each in found.columns if each.heading == column.heading}
    alone = column.heading and len(same) == 1
    return column.heading if alone else _letters(found.sheet, column.number)


def _quoted(value: str | int) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
