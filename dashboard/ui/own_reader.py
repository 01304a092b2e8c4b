"""Say who brings data, as the address has it: it decides the sheet, the scope and the first page."""

from dataclasses import dataclass, replace

from dashboard.figures.page import Choice
from dashboard.ui.context import Context

WHO = Choice("who", ("", "district", "town", "operator", "researcher"))
# Which table is to be brought: a link from where it is missing says so.
RUNG = Choice("rung", ())
_FIRST_PAGES = {"operator": "housing", "researcher": "explore"}


@dataclass(frozen=True)
class Reader:
    """Hold who one is, the towns one speaks for, and where one goes once data are loaded."""

    role: str
    towns: tuple[str, ...]

    @property
    def first_page(self) -> str:
        return _FIRST_PAGES.get(self.role, "overview")


def reader_of(context: Context) -> Reader:
    """Read who one is; whoever comes from a town's page speaks for that town."""
    towns = context.filters.town_codes
    role = context.address.choice(WHO) or ("town" if towns else "")
    return Reader(role, towns if role == "town" else ())


def query_of(context: Context, reader: Reader) -> dict[str, str]:
    """Write the address of one's own first page: the language, and one's town."""
    filters = replace(context.filters, town_codes=reader.towns, community_codes=())
    address = replace(context.address, filters=filters, choices=(), published=False)
    return {
        name: text
        for name, text in address.written(context.warehouse.months).items()
        if name in ("lang", "town")
    }
