"""Find which communities a sheet is of where no heading says so, by the names that are known; pure."""

import re
from collections.abc import Sequence

from dashboard.contract.tables import ATTENDANCE, COMMUNITY, OCCUPANCY, community_code
from dashboard.intake.gazetteer import Register
from dashboard.intake.headings import Column, Question, Recognised, take_stated, texts_of
from dashboard.intake.laid import LaidOut
from dashboard.intake.messages import CellError, cell_error, message
from dashboard.intake.signing import community_of
from dashboard.intake.stated import FILE, FOLDER, SHEET, TITLE, Constant, places_of, says_nothing
from dashboard.intake.values import is_blank, option_key, plain_cell, tidy

_CODE = community_code.name
# So many of a column's cells have to name communities, and so many different ones.
_SHARE, _LEAST = 0.8, 2
_AND_OTHERS = ("等", "及", "和", "与", "、", "周边")
_SHORTEST = 3  # a name of two letters may stand in any title
# What makes of a community's name that of another one, or of a part of it.
_OTHER = re.compile(r"第?[一二三四五六七八九十\d]+(?:期|号楼|号院|幢|栋|店)|[东南西北]区|分店")
# What a title calls the community that a sheet is of; 填报单位 may be an office as well.
_REPORTS = re.compile(
    r"(?:(?:填报|报送|上报|报表)单位|(?:社区|项目|小区|公寓)名称)(?:\([^)]*\))?\s*[:\s]\s*([\u3400-\u9fff][^\s:]*)(?!\S)"
)
_OFFICE = re.compile(
    r"公司|集团|中心|政府|街道|区$|镇$|局$|办$|委$|所$|部$|科$|单位|盖章|日期|负责人"
)
_OF_ALL = re.compile(r"汇总|合计|总计|总表|全区|全镇|全街道")


def locate(found: Recognised, communities: Register) -> None:
    """Take the column whose cells name communities, or the one that a title names, where a sheet says
    by no heading which communities it is of."""
    if not _is_of_communities(found) or _CODE in found.fields:
        return
    stated = found.constants.get(_CODE)
    if stated is not None and (
        _CODE in found.said.get("constants", {}) or _is_known(stated, communities)
    ):
        return
    sheet = found.sheet
    if _is_of_one(found) and (unknown := _unknown_above(found, communities)):
        found.constants[_CODE] = unknown  # and so it is refused, with what may be meant
        return
    if isinstance(sheet, LaidOut) and sheet.headed:
        column = _column_of_heads(found, sheet.headed, communities)
    else:
        column = None if stated else _column_of_names(found, communities)
    if column is not None:
        column.field = _CODE
        told = message("sheet.column_of_names", title=found.title, heading=column.heading)
        found.remarks.append(told)
        return
    if isinstance(sheet, LaidOut) and sheet.headed:
        refused = cell_error("layout.headed", names="、".join(sheet.headed))
        found.questions.append(Question(_CODE, 0, refused))
    elif named := _named_around(found, communities):
        take_stated(found, community_code, named)
    elif _is_of_one(found):
        found.questions.append(Question(_CODE, 0, cell_error("layout.place", name=sheet.name)))


def is_of_all(found: Recognised) -> bool:
    """Tell whether a sheet that is of one place sums up those of communities, by its name."""
    is_said = _CODE in found.said.get("constants", {})
    return _is_of_one(found) and not is_said and bool(_OF_ALL.search(found.sheet.name))


def _is_of_one(found: Recognised) -> bool:
    return isinstance(found.sheet, LaidOut) and found.sheet.is_of_one


def _is_of_communities(found: Recognised) -> bool:
    if found.table is None or found.table is COMMUNITY:
        return False
    if found.table is ATTENDANCE:  # of which a code of the activity tells
        return "activity_code" not in found.fields
    return any(column.name == _CODE for column in found.table.columns)


def _is_known(stated: Constant, communities: Register) -> bool:
    try:
        return bool(community_of(stated.raw, communities))
    except CellError:
        return False


def _column_of_heads(
    found: Recognised, heads: tuple[str, ...], communities: Register
) -> Column | None:
    """Find the column of what headed the numbers of a sheet on its side, if any of it is a community."""
    is_known = any(communities.names.get(option_key(text)) for text in heads)
    return next((c for c in found.columns if c.number == 0), None) if is_known else None


def _column_of_names(found: Recognised, communities: Register) -> Column | None:
    """Find the one column that nobody reads and that holds names of communities."""
    rows = found.sheet.rows[found.body_row :]
    fitting = []
    for column in found.unread:
        cells = [row[column.number] for row in rows if column.number < len(row)]
        texts = [tidy(cell) for cell in cells if isinstance(cell, str) and not is_blank(cell)]
        known = [text for text in texts if len(communities.names.get(option_key(text), ())) == 1]
        if len(known) >= _SHARE * len(texts) and len(set(known)) >= _LEAST:
            fitting.append(column)
    return fitting[0] if len(fitting) == 1 else None


def _unknown_above(found: Recognised, communities: Register) -> Constant | None:
    """Find what a title says as its community and nobody knows: 填报单位：某某公寓, but no office or firm."""
    for number, row in enumerate(found.sheet.rows[: found.heading_row]):
        match = _REPORTS.search(" ".join(map(tidy, texts_of(row))))
        if match and not _OFFICE.search(match[1]) and not _names_in([match[1]], found, communities):
            return Constant(match[1], TITLE, (number, 0))
    return None


def _named_around(found: Recognised, communities: Register) -> list[Constant]:
    """List the one community that the nearest place names which names any, a venue that is another place
    aside, and the one that the sheet's name has instead of the title's."""
    stated = found.constants.get(_CODE)
    venue = tidy(plain_cell(stated.raw)) if stated else None
    named: dict[str, Constant] = {}
    for place in places_of(found.sheet, found.heading_row):
        if (
            place.where in (FILE, FOLDER)
            and _is_of_one(found)
            and not says_nothing(found.sheet.name)
        ):
            break  # among its sheets, this one is called otherwise
        texts = [text.replace(venue, " ") if venue else text for text in place.texts]
        keys = [option_key(text) for text in texts]
        longest = _names_in(texts, found, communities)
        codes = {code for name in longest for code in communities.names[name]}
        if (
            codes
            and not named
            and (len(codes) > 1 or _is_of_more(found, keys, longest, communities))
        ):
            return []
        for code in sorted(codes) if not named or place.where is SHEET else ():
            named.setdefault(code, Constant(communities.titles[code], place.where))
    return list(named.values())


def _names_in(texts: Sequence[str], found: Recognised, communities: Register) -> set[str]:
    """Find the names of communities in texts; a second phase, or one of its buildings, is not counted by
    a community's name."""
    skipped = _OTHER if found.table is OCCUPANCY else re.compile("(?!)")
    keys = [option_key(text) for text in texts]
    names = {
        name
        for name in communities.names
        if len(name) >= _SHORTEST
        and any(not skipped.match(rest) for key in keys for rest in key.split(name)[1:])
    }
    # A name within a longer one that is there says nothing.
    return {n for n in names if not any(n != other and n in other for other in names)}


def _is_of_more(found: Recognised, keys: list[str], names: set[str], communities: Register) -> bool:
    """Tell whether the place or the rows speak of other communities too: 甲公寓等六个社区."""
    if any(f"{name}{word}" in key for key in keys for name in names for word in _AND_OTHERS):
        return True
    others = {code for name in names for code in communities.names[name]}
    cells = {
        option_key(tidy(cell))
        for row in found.sheet.rows[found.body_row :]
        for column in found.unread
        if column.number < len(row) and isinstance(cell := row[column.number], str)
    }
    return any(communities.names.get(cell, others) - others for cell in cells if cell)
