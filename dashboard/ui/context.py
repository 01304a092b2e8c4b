"""Give a page what it stands on: the warehouse, the address, the language, the towns' names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from streamlit.navigation.page import StreamlitPage

from dashboard.asking.questions import Maps, Questions
from dashboard.contract.filters import Filters
from dashboard.figures.address import Address
from dashboard.language import Say
from dashboard.ui.assets import Assets
from dashboard.warehouse.store import Warehouse


@dataclass(frozen=True)
class Context(Questions):
    """Answer a page's questions for the filters in the address."""

    warehouse: Warehouse
    address: Address
    say: Say
    assets: Assets
    # The other pages by name, for links to them.
    pages: Mapping[str, StreamlitPage] = field(default_factory=dict)
    # This page's own name.
    page: str = ""

    @property
    def filters(self) -> Filters:
        return self.address.filters

    @property
    def maps(self) -> Maps:
        return self.assets.maps
