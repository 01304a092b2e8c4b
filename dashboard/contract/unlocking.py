"""Say what a table unlocks, and who usually has it."""

from collections.abc import Mapping

from dashboard.contract.fields import Table
from dashboard.contract.indicators import INDICATORS, Indicator
from dashboard.contract.lineage import source_tables
from dashboard.contract.words import Words

_HOUSING = Words("区、街镇房管部门", "the housing offices of district and towns")
_GOVERNANCE = Words("街镇、区社建部门", "the towns and the district's department of community work")
_OPERATOR = Words("运营方", "the operators")
_STATION = Words("社工站", "the social-work stations")
_RECORDED = Words("社工站、居村委", "the social-work stations and committees")
_HELD_BY: Mapping[str, Words] = {
    "committee": Words("街镇、民政部门", "the towns and the civil affairs office"),
    "community": _HOUSING,
    "governance": _GOVERNANCE,
    "organisation": _GOVERNANCE,
    "occupancy": _OPERATOR,
    "activity": _STATION,
    "attendance": _STATION,
    "proposal": Words("社工站、12345 热线", "the social-work stations and the 12345 hotline"),
    "space": _OPERATOR,
    "space_vote": _RECORDED,
    "club": _RECORDED,
    "monthly_record": _STATION,
    "belonging_survey": _STATION,
}


def held_by(table: Table) -> Words | None:
    """Say who usually has a table, where that is known."""
    return _HELD_BY.get(table.name)


def unlocks(*tables: Table) -> tuple[Indicator, ...]:
    """List the indicators that rest on any of the tables, and so are missing without them."""
    names = {table.name for table in tables}
    return tuple(each for each in INDICATORS if names & _source_tables(each))


def _source_tables(indicator: Indicator) -> frozenset[str]:
    return source_tables(filter(None, (indicator.numerator, indicator.denominator)))
