"""Enter here: ``streamlit run dashboard/app.py``, or ``python -m dashboard`` for the quick way."""

import logging
import sys
from functools import partial
from pathlib import Path
from threading import Lock
from urllib.parse import unquote, urlsplit

if __name__ == "__main__":
    # Streamlit puts this file's folder on the path, not the one the package stands in.
    root = str(Path(__file__).resolve().parent.parent)
    if root not in sys.path:
        sys.path.insert(0, root)

import streamlit as st

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.language import Say
from dashboard.paths import DATA, ROOT, own_path, warehouse_path
from dashboard.ui.assets import lay_out_assets
from dashboard.ui.context import context_at
from dashboard.ui.notices import say_here, show_failure, show_problem
from dashboard.ui.rights import takes_loads
from dashboard.views import VIEWS, show_view
from dashboard.warehouse.placing import newest
from dashboard.warehouse.store import NoWarehouse, WarehouseInUse, shared_store


def main() -> None:
    say = say_here()
    st.set_page_config(
        page_title=say("闵行新型居住社区治理看板"),
        page_icon=str(ROOT / "dashboard/static/icon.svg"),
        layout="wide",
    )
    st.html(f"<style>@import url('app/static/{lay_out_assets().style}');</style>")
    pages = [
        st.Page(
            partial(show_page, name),
            title=view.title(say),
            url_path=name,
            default=name == "overview",
        )
        for name, view in VIEWS.items()
    ]
    st.navigation(pages, position="hidden").run()


def show_page(name: str) -> None:
    """Show one page for the address it was asked by."""
    say = say_here()
    try:
        warehouse = shared_store(warehouse_path()).current()
    except NoWarehouse as problem:
        if takes_loads():
            build_here(say)
        else:
            show_problem(problem, say)
        return
    except WarehouseInUse as problem:
        show_problem(problem, say)
        return
    except Problem as problem:
        show_problem(problem, say)
        if takes_loads() and st.button(say("重建示例数据仓库（旧文件另存）"), type="primary"):
            set_aside(newest(warehouse_path()))
            build_here(say)
        return
    context, notices = context_at(warehouse, name, st.query_params.to_dict(), VIEWS[name].choices)
    say = context.say
    try:
        show_view(context, [say.words(each) for each in (*unknown_page(), *notices)])
    except Problem as problem:
        show_problem(problem, say)
    except Exception:
        logging.getLogger(__name__).exception("the page %s failed", name)
        show_failure(say)
    if context.assets.problem:
        show_problem(context.assets.problem, say)


def unknown_page() -> list[Words]:
    """Say where the address names no page of ours: Streamlit says so in English alone."""
    path = unquote(urlsplit(st.context.url or "").path).strip("/")
    named = path.removeprefix(st.get_option("server.baseUrlPath").strip("/")).strip("/")
    if not named or named in VIEWS:
        return []
    named = named[:40]
    return [
        Words(
            f"没有“{named}”这一页，显示的是总览。",
            f"There is no page “{named}”; this is the Overview.",
        )
    ]


def build_here(say: Say) -> None:
    """Build the sample while the user watches, then start over."""
    from dashboard.intake.boundaries import boundaries_in_force
    from dashboard.intake.personal import pseudonym_key
    from dashboard.warehouse.build import build
    from dashboard.warehouse.uploads import current_state

    bar = st.progress(0.0, say("首次启动：正在构建示例数据，约需半分钟。"))

    def progress(share: float, step: Words) -> None:
        bar.progress(share, say.words(step))

    try:
        with build_lock():
            # Whoever came second finds the first one's.
            if newest(warehouse_path()) is None:
                own = current_state(own_path())
                shapes = boundaries_in_force(DATA, own)
                secret = pseudonym_key() if own else None
                build(
                    data=DATA, to=warehouse_path(), own=own, boundaries=shapes, secret=secret,
                    progress=progress,
                )  # fmt: skip
    except Problem as problem:
        show_problem(problem, say)
        return
    st.rerun()


@st.cache_resource
def build_lock() -> Lock:
    return Lock()


def set_aside(path: Path | None) -> None:
    """Rename a warehouse that can't be used, so that nothing is lost."""
    if path is not None:
        path.replace(path.with_suffix(".set-aside"))


main()
