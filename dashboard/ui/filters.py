"""Let the user choose months and communities. What is chosen lives in the page's address."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard.contract.filters import DESCRIBING, Filter, add_months, default_filters
from dashboard.contract.protection import WINDOWS
from dashboard.figures.address import (
    Address,
    toggled,
    with_filters,
)
from dashboard.ui.context import Context
from dashboard.ui.notices import plain

# Months up to the last that are offered at one click.
USUAL_SPANS = (3, 12)


def go_to(address: Address, months: list[date]) -> None:
    """Write an address into the browser's."""
    st.query_params.from_dict(address.written(months))


def choose_town(context: Context, *, take_back: bool = True) -> Callable[[str | None, bool], None]:
    """Make the answer to a click on a town: choose it, add it, or (``take_back``) undo it."""

    def clicked(key: str | None, add: bool) -> None:
        chosen = context.chosen_towns
        if not take_back and (key is None or key in chosen):
            return
        towns = toggled(chosen, key, add=add and not context.warehouse.is_protected)
        go_to(
            with_filters(context.address, town_codes=towns, community_codes=()),
            context.warehouse.months,
        )

    return clicked


def choose_community(context: Context) -> Callable[[str | None, bool], None]:
    """Make the answer to a click on a community: choose it, add it, or undo it.

    Undoing the last one leads back to its town, from which the path leads to the district.
    """

    def clicked(key: str | None, add: bool) -> None:
        chosen = context.filters.community_codes
        if key is None and not chosen:
            return
        communities = toggled(chosen, key, add=add and not context.warehouse.is_protected)
        towns = () if communities else context.chosen_towns
        go_to(
            with_filters(context.address, town_codes=towns, community_codes=communities),
            context.warehouse.months,
        )

    return clicked


def go_to_town(context: Context, code: str) -> None:
    """Show a town in a community's stead."""
    go_to(
        with_filters(context.address, town_codes=(code,), community_codes=()),
        context.warehouse.months,
    )


def profile_of(context: Context) -> str:
    """Write the address of a community's profile, up to its code: what a line of a list opens."""
    address = with_filters(context.address, town_codes=(), community_codes=())
    kept = replace(address, choices=()).written(context.warehouse.months)
    return f"profile?{urlencode({**kept, 'community': ''})}"


def show_path(context: Context) -> None:
    """Show where one is, from the district down to one community, and let one go back up."""
    say, filters = context.say, context.filters
    towns, communities = context.chosen_towns, filters.community_codes
    # The place is kept while there is no path, so that nothing below it is made anew.
    place = st.container(horizontal=True, key="path", gap="xsmall", vertical_alignment="center")
    if not towns:
        return
    back: list[tuple[str, dict[str, Any]]] = [(say("全区"), {"town_codes": ()})]
    here = _summary(context, context.town_names(short=False), towns)
    if communities:
        back.append((here, {"town_codes": towns}))
        here = _summary(context, context.communities["name"].to_dict(), communities)
    months = context.warehouse.months
    for number, (name, changes) in enumerate(back):
        place.button(
            f"{name} ›", key=f"path-{number}", type="tertiary", on_click=go_to,
            args=(with_filters(context.address, **changes, community_codes=()), months),
        )  # fmt: skip
    place.markdown(f"**{plain(here)}**", width="content")
    if "profile" in context.pages and len(communities or towns) == 1:
        place.page_link(
            context.pages["profile"], label=say("查看画像"),
            query_params=replace(context.address, choices=()).written(months),
        )  # fmt: skip


def show_filters(context: Context, *, describing: bool = True) -> None:
    """Show the filters as small buttons that say what is chosen: months, towns, communities.

    Without ``describing`` those that describe communities are left out.
    """
    say, filters = context.say, context.filters
    with st.container(horizontal=True, key="filters", gap="xsmall", horizontal_alignment="right"):
        _months(context)
        names = context.town_names(short=False)
        chosen = context.chosen_towns
        with _popover(_summary(context, names, chosen) or say("全部街镇"), "towns", bool(chosen)):
            _several(context, "town_codes", say("街镇"), names, chosen, community_codes=())
        if describing and not context.warehouse.is_protected:
            _communities(context)
        if filters != default_filters(context.warehouse.months):
            st.button(say("清除"), key="clear", type="tertiary", on_click=_clear, args=(context,))


def _communities(context: Context) -> None:
    """Offer the filters that describe communities, in one place."""
    say, filters = context.say, context.filters
    offered = [(each, say.names(each.offered or {})) for each in DESCRIBING]
    chosen = [_summary(context, names, each.codes(filters)) for each, names in offered]
    label = " · ".join(text for text in chosen if text)
    with _popover(label or say("全部社区"), "communities", bool(label)):
        for each, names in offered:
            if each.takes_several:
                _several(context, each.name, say.words(each.label), names, each.codes(filters))
            else:
                _yes_or_no(context, each, names)


def _popover(label: str, name: str, is_chosen: bool) -> Any:
    return st.popover(label, key=f"choose-{name}", type="primary" if is_chosen else "secondary")


def _summary(context: Context, names: dict[str, str], chosen: tuple[str, ...]) -> str:
    text = context.say.listed([names[code] for code in chosen[:2]])
    return text if len(chosen) <= 2 else f"{text} +{len(chosen) - 2}"


def _clear(context: Context) -> None:
    months = context.warehouse.months
    go_to(with_filters(context.address, **vars(default_filters(months))), months)


def _change(context: Context, read: Callable[[], dict[str, Any]]) -> Callable[[], None]:
    def changed() -> None:
        go_to(with_filters(context.address, **read()), context.warehouse.months)

    return changed


def _months(context: Context) -> None:
    """Offer the months: spans that are often asked for, and the first and the last by lists."""
    say, filters, months = context.say, context.filters, context.warehouse.months
    span = (filters.start_month, filters.end_month)
    label = f"{span[0]:%Y-%m} – {span[1]:%Y-%m}" if span[0] != span[1] else f"{span[1]:%Y-%m}"
    usual = default_filters(months)
    with _popover(label, "months", span != (usual.start_month, usual.end_month)):
        with st.container(horizontal=True, key="spans", gap="xsmall"):
            for number, (name, (start, end)) in enumerate(_spans(context).items()):
                address = with_filters(context.address, start_month=start, end_month=end)
                st.button(
                    name, key=f"span-{number}", on_click=go_to, args=(address, months),
                    disabled=span == (start, end),
                )  # fmt: skip
        if context.warehouse.is_protected:
            return
        for place, name, title in zip(
            st.columns(2), ("start_month", "end_month"), (say("起始月"), say("终止月")), strict=True
        ):
            key = f"filter-{name}"
            st.session_state[key] = getattr(filters, name)
            place.selectbox(
                title, months[::-1], format_func=lambda month: f"{month:%Y-%m}", key=key,
                on_change=_change(context, partial(_changed_months, name)),
            )  # fmt: skip
        st.caption(say("变化与紧接在前、同样长的一段时间比较。"))


def _changed_months(name: str) -> dict[str, date]:
    """Read the months chosen; where the first is after the last, the other one gives way."""
    chosen = {each: st.session_state[f"filter-{each}"] for each in ("start_month", "end_month")}
    if chosen["start_month"] > chosen["end_month"]:
        return dict.fromkeys(chosen, chosen[name])
    return chosen


def _spans(context: Context) -> dict[str, tuple[date, date]]:
    say, months = context.say, context.warehouse.months
    if context.warehouse.is_protected:
        return _listed_spans(context)
    return {
        **{
            say("近 {count} 个月", count=count): (months[-count], months[-1])
            for count in USUAL_SPANS
            if count <= len(months)
        },
        **{
            say("{year} 年", year=year): (mine[0], mine[-1])
            for year in range(months[-1].year, months[0].year - 1, -1)
            if (mine := [month for month in months if month.year == year])[0].month == 1
        },
    }


def _listed_spans(context: Context) -> dict[str, tuple[date, date]]:
    """Offer the lengths that are given to outsiders up to the month shown, and a month or a year
    earlier and later."""
    say, months, filters = context.say, context.warehouse.months, context.filters
    end = filters.end_month
    offered = {
        say("{count} 个月，至 {month}", count=count, month=f"{end:%Y-%m}"): (
            add_months(end, 1 - count),
            end,
        )
        for count in WINDOWS
    }
    for step in (-12, -1, 1, 12):
        start, end = (add_months(each, step) for each in (filters.start_month, filters.end_month))
        offered[say("至 {month}", month=f"{end:%Y-%m}")] = (start, end)
    return {
        name: span
        for name, span in offered.items()
        if months[0] <= span[0] and span[1] <= months[-1]
    }


def _several(
    context: Context,
    name: str,
    title: str,
    options: dict[str, str],
    chosen: tuple[str, ...],
    **others: Any,
) -> None:
    """Offer several to choose from; choosing sets the ``others`` too."""
    key = f"filter-{name}"

    def read() -> dict[str, Any]:
        picked = st.session_state[key] or ()
        return {name: (picked,) if isinstance(picked, str) else tuple(picked), **others}

    # To outsiders one place is offered at a time.
    is_one = context.warehouse.is_protected
    st.session_state[key] = next(iter(chosen), None) if is_one else list(chosen)
    st.pills(
        title, list(options), selection_mode="single" if is_one else "multi",
        format_func=options.__getitem__, key=key, on_change=_change(context, read),
    )  # fmt: skip


def _yes_or_no(context: Context, offered: Filter, names: dict[str, str]) -> None:
    """Offer to choose what has or lacks something, or not to choose by it."""
    key = f"filter-{offered.name}"
    options = {"": context.say("不限"), **names}
    st.session_state[key] = "".join(offered.codes(context.filters))
    st.radio(
        context.say.words(offered.label), list(options), format_func=options.__getitem__,
        key=key, horizontal=True,
        on_change=_change(
            context, lambda: {offered.name: offered.value([*st.session_state[key]])}
        ),
    )  # fmt: skip
