"""Find which communities a sheet is of where no heading says so, by the names that are known; pure."""

from dashboard.contract.tables import ATTENDANCE, COMMUNITY, community_code
from dashboard.intake.gazetteer import Register
from dashboard.intake.headings import Column, Recognised
from dashboard.intake.messages import CellError, message
from dashboard.intake.reading import plain_cell
from dashboard.intake.signing import community_of
from dashboard.intake.stated import Constant, places_of
from dashboard.intake.values import is_blank, option_key, tidy

_CODE = community_code.name
# So many of a column's cells have to name communities, and so many different ones.
_SHARE, _LEAST = 0.8, 2
_AND_OTHERS = ("等", "及", "和", "与", "、", "周边")
_SHORTEST = 3  # a name of two letters may stand in any title


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
    column = None if stated else _column_of_names(found, communities)
    if column is not None:
        column.field = _CODE
        told = message("sheet.column_of_names", title=found.title, heading=column.heading)
    elif named := _named_around(found, communities):
        found.constants[_CODE] = named
        told = message(
            "sheet.stated", title=found.title, label=community_code.label, value=str(named.raw),
            where=named.where,
        )  # fmt: skip
    else:
        return
    found.remarks.append(told)


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


def _named_around(found: Recognised, communities: Register) -> Constant | None:
    """Find the one community that the nearest place names which names any, a venue that is another place
    aside."""
    stated = found.constants.get(_CODE)
    venue = tidy(plain_cell(stated.raw)) if stated else None
    for place in places_of(found.sheet, found.heading_row):
        texts = [text.replace(venue, " ") if venue else text for text in place.texts]
        keys = [option_key(text) for text in texts]
        names = {
            name
            for name in communities.names
            if len(name) >= _SHORTEST and any(name in key for key in keys)
        }
        # A name within a longer one that is there says nothing.
        longest = {n for n in names if not any(n != other and n in other for other in names)}
        codes = {code for name in longest for code in communities.names[name]}
        if codes:
            is_one = len(codes) == 1 and not _is_of_more(found, keys, longest, communities)
            return Constant(communities.titles[codes.pop()], place.where) if is_one else None
    return None


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
