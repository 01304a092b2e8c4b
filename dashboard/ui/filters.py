"""Write where one is and what may be chosen: months, towns, communities. What is chosen lives in
the page's address alone."""

from datetime import date
from typing import Any

from dashboard.asking.questions import Questions
from dashboard.asking.scope import scope_named
from dashboard.contract.filters import DESCRIBING, FILTERS, add_months, default_filters
from dashboard.contract.protection import WINDOWS

# Months up to the last that are offered at one click.
USUAL_SPANS = (3, 12)
_NO_PLACE = {"town": "", "community": ""}


def path(ask: Questions) -> dict[str, Any]:
    """Write the way from all that was loaded down to here, and what each step back sets in the address."""
    say, communities, towns = ask.say, ask.filters.community_codes, ask.chosen_towns
    if not towns:
        return {}
    here = _summary(say.listed, ask.town_names(short=False), towns)
    # Where one town alone was loaded, it is all there is.
    is_all = len(ask.scope.towns) == 1
    back: list[tuple[str, dict[str, str]]] = []
    if communities or not is_all:
        back.append((scope_named(ask), _NO_PLACE))
    if communities and not is_all:
        back.append((here, {"town": ",".join(towns), "community": ""}))
    if communities:
        here = _summary(say.listed, ask.community_names, communities)
    is_one = len(communities or towns) == 1
    return {"back": back, "here": here, "profile": say("查看画像") if is_one else ""}


def chosen(ask: Questions) -> dict[str, Any]:
    """Write what is chosen: the codes, and the sentence that each filter's button says."""
    say, own, usual = ask.say, ask.filters, default_filters(ask.warehouse.months)
    span = (own.start_month, own.end_month)
    towns, names = ask.chosen_towns, ask.town_names(short=False)
    described = [
        _summary(say.listed, say.names(each.offered or {}), each.codes(own)) for each in DESCRIBING
    ]
    about = " · ".join(text for text in described if text)
    return {
        "labels": {
            "months": _span_name(*span),
            "towns": _summary(say.listed, names, towns) or _every_town(ask),
            "communities": about or say("全部社区"),
        },
        "narrowed": [
            name
            for name, is_narrowed in (
                ("months", span != (usual.start_month, usual.end_month)),
                ("towns", bool(towns)),
                ("communities", bool(about)),
            )
            if is_narrowed
        ],
        "from": f"{own.start_month:%Y-%m}",
        "to": f"{own.end_month:%Y-%m}",
        "codes": {
            **{each.key: each.codes(own) for each in DESCRIBING if each.codes(own)},
            "town": towns,
        },
        "clears": own != usual,
    }


def offered(ask: Questions, *, describing: bool) -> dict[str, Any]:
    """Write what may be chosen; without ``describing`` the filters that describe communities are
    left out, and what is chosen by them is dropped from the address. To outsiders one place is
    offered at a time, over the spans that they are given."""
    say, months, is_protected = ask.say, ask.warehouse.months, ask.warehouse.is_protected
    describing = describing and not is_protected
    usual = default_filters(months)
    return {
        "months": [] if is_protected else [f"{month:%Y-%m}" for month in reversed(months)],
        "single": is_protected,
        "usual": [f"{usual.start_month:%Y-%m}", f"{usual.end_month:%Y-%m}"],
        "spans": [
            [name, f"{start:%Y-%m}", f"{end:%Y-%m}"] for name, (start, end) in _spans(ask).items()
        ],
        "towns": [
            (code, name)
            for code, name in ask.town_names(short=False).items()
            if code in ask.scope.towns
        ],
        "describing": [
            {
                "key": each.key,
                "label": say.words(each.label),
                "several": each.takes_several,
                "options": list(say.names(each.offered or {}).items()),
            }
            for each in (DESCRIBING if describing else ())
        ],
        "dropped": [] if describing else [each.key for each in DESCRIBING],
        "words": {
            "filters": say("筛选"),
            "from": say("起始月"),
            "to": say("终止月"),
            "compared": say("变化与紧接在前、同样长的一段时间比较。"),
            "town": say("街镇"),
            "any": say("不限"),
            "clear": say("清除"),
        },
        "cleared": {"from": "", "to": "", **{each.key: "" for each in FILTERS}},
    }


def _every_town(ask: Questions) -> str:
    """Say on the towns' button that none is chosen; where part of the district was loaded, which."""
    return ask.say("全部街镇") if ask.scope.is_district else scope_named(ask)


def _span_name(start: date, end: date) -> str:
    return f"{end:%Y-%m}" if start == end else f"{start:%Y-%m} – {end:%Y-%m}"


def _summary(listed: Any, names: dict[str, str], codes: tuple[str, ...]) -> str:
    text: str = listed([names[code] for code in codes[:2]])
    return text if len(codes) <= 2 else f"{text} +{len(codes) - 2}"


def _spans(ask: Questions) -> dict[str, tuple[date, date]]:
    say, months = ask.say, ask.warehouse.months
    if ask.warehouse.is_protected:
        return _listed_spans(ask)
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


def _listed_spans(ask: Questions) -> dict[str, tuple[date, date]]:
    """Offer the lengths that are given to outsiders up to the month shown, and a month or a year
    earlier and later."""
    say, months, filters = ask.say, ask.warehouse.months, ask.filters
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
