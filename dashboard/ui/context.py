"""Give a page what it stands on: the warehouse, the address, the language, the towns' names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboard.asking.questions import Maps, Questions
from dashboard.contract.filters import Filters
from dashboard.contract.words import Words
from dashboard.figures.address import Address, read_address
from dashboard.figures.page import Choice
from dashboard.language import Say
from dashboard.ui.assets import Assets, lay_out_assets
from dashboard.warehouse.store import Warehouse


@dataclass(frozen=True)
class Context(Questions):
    """Answer a page's questions for the filters in the address."""

    warehouse: Warehouse
    address: Address
    say: Say
    assets: Assets
    # This page's own name.
    page: str = ""

    @property
    def filters(self) -> Filters:
        return self.address.filters

    @property
    def written(self) -> dict[str, str]:
        """The address as it was read, as query parameters."""
        return self.address.written(self.warehouse.months)

    @property
    def maps(self) -> Maps:
        return self.assets.maps


def context_at(
    warehouse: Warehouse, page: str, parameters: Mapping[str, str], choices: Iterable[Choice]
) -> tuple[Context, list[Words]]:
    """Read a page's address; what is wrong or stale in it is left out and said in a sentence each."""
    address, notices = read_address(
        parameters,
        months=warehouse.months,
        town_codes=warehouse.town_codes,
        community_codes=warehouse.community_codes,
        is_protected=warehouse.is_protected,
        choices=choices,
    )
    return Context(warehouse, address, Say(address.language), lay_out_assets(), page), notices
