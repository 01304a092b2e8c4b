"""Make the usual month's pages before anyone asks, in time that nobody else wants."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dashboard.contract.problem import Problem

if TYPE_CHECKING:
    from dashboard.warehouse.store import Store, Warehouse

_LOOK_SECONDS = 0.05
_REST_SECONDS = 1.0
# A process that serves nobody uses less of its time than this.
_IDLE_SHARE = 0.1


@contextmanager
def making_ahead(store: "Store") -> Iterator[None]:
    """Meanwhile make the pages of each warehouse that is put in place, one at a time."""
    ended = threading.Event()
    making = threading.Thread(target=_keep_ahead, args=(store, ended), daemon=True)
    making.start()
    try:
        yield
    finally:
        ended.set()
        making.join()


def _keep_ahead(store: "Store", ended: threading.Event) -> None:
    made = ""
    while not ended.wait(_REST_SECONDS):
        try:
            warehouse = store.current()
            if warehouse.version != made:
                made = warehouse.version
                make_ahead(warehouse, lambda: _until_idle(ended))
        except Problem:
            continue  # There is none yet, which every page says.
        except Exception:
            logging.getLogger(__name__).exception("pages were not made ahead")


def make_ahead(warehouse: "Warehouse", may_go_on: Callable[[], bool]) -> None:
    """Make every page of figures as readers first meet it, of the district and of each town, for as
    long as it may go on; a page that can't be made is the log's business."""
    from dashboard.subjects.pages import PAGES
    from dashboard.ui.context import context_at
    from dashboard.views import shown_page

    for page, declared in PAGES.items():
        for given in ({}, *({"town": town} for town in warehouse.town_codes)):
            if not may_go_on():
                return
            try:
                context, _ = context_at(warehouse, page, given, declared.choices)
                shown_page(context, page, context.address.chosen)
            except Exception:
                logging.getLogger(__name__).exception("%s of %s was not made ahead", page, given)


def _until_idle(ended: threading.Event) -> bool:
    """Wait until this process works for nobody; false where it ends meanwhile."""
    is_idle = False
    while not is_idle and not ended.is_set():
        used = time.process_time()
        time.sleep(_LOOK_SECONDS)
        is_idle = time.process_time() - used < _IDLE_SHARE * _LOOK_SECONDS
    return not ended.is_set()
