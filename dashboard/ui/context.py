"""Give a page what it stands on: the warehouse, the address, the language, the towns' names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from streamlit.navigation.page import StreamlitPage

from dashboard.asking.questions import Questions
from dashboard.contract.filters import Filters
from dashboard.language import Say
from dashboard.ui.address import Address
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
    # This page's own name, and what shows it.
    page: str = ""
    show: Callable[["Context"], None] = lambda _: None

    @property
    def filters(self) -> Filters:
        return self.address.filters
