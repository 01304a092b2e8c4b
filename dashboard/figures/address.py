"""Keep what the user chose in the page's address: read it with care, write it short."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from dashboard.contract.filters import FILTERS, Filters, default_filters
from dashboard.contract.indicators import BY_TOWN
from dashboard.contract.protection import LISTED, as_listed
from dashboard.contract.words import Language, Words
from dashboard.figures.page import Choice as Choice
from dashboard.figures.page import Choices

# What every page reads in an address, in the order in which it is written.
SHARED_NAMES = ("lang", "from", "to", *(each.key for each in FILTERS), "map", "shape", "published")
_MOST_TOLD = 3
_MOST_LETTERS = 60


@dataclass(frozen=True)
class Address:
    """Hold everything that an address says: language, filters, how the map is shown, what was
    chosen of the page's own choices (only what is not the default), and whether what was published
    is shown alone."""

    language: Language
    filters: Filters
    indicator: str = "committee_coverage"
    tiles: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    published: bool = False

    @property
    def chosen(self) -> Choices:
        """What was chosen besides the filters."""
        return Choices(self.indicator, self.tiles, self.choices, self.published)

    def choice(self, choice: Choice) -> str:
        """Say what is chosen of one of the page's own choices."""
        return self.chosen.of(choice)

    def written(self, months: list[date]) -> dict[str, str]:
        """Write it as query parameters, leaving out what is as by default."""
        usual, own = default_filters(months), self.filters
        is_usual = (own.start_month, own.end_month) == (usual.start_month, usual.end_month)
        pairs = {
            "lang": "en" if self.language == "en" else "",
            # Both or neither: a link that names months means the same when newer ones come.
            "from": "" if is_usual else f"{own.start_month:%Y-%m}",
            "to": "" if is_usual else f"{own.end_month:%Y-%m}",
            **{each.key: ",".join(each.codes(own)) for each in FILTERS},
            **self.chosen.written(),
        }
        return {name: text for name, text in pairs.items() if text}


def read_address(
    parameters: Mapping[str, str],
    *,
    months: list[date],
    town_codes: Collection[str],
    community_codes: Collection[str] = (),
    choices: Iterable[Choice] = (),
    is_protected: bool = False,
) -> tuple[Address, list[Words]]:
    """Read query parameters; what is wrong or stale is left out and said in a sentence each, and so
    is what a protected instance does not list."""
    notices: list[Words] = []

    def listed(name: str, allowed: Collection[str]) -> tuple[str, ...]:
        texts = [text for text in dict.fromkeys(parameters.get(name, "").split(",")) if text]
        if unknown := [text for text in texts if text not in allowed]:
            notices.append(_not_known(name, unknown))
        return tuple(text for text in texts if text in allowed)

    def one(name: str, allowed: Collection[str]) -> str | None:
        text = parameters.get(name)
        if text and text not in allowed:
            notices.append(_not_known(name, [text]))
        return text if text in allowed else None

    def own(choice: Choice) -> str | None:
        if choice.allowed:
            return one(choice.name, choice.allowed)
        text = parameters.get(choice.name, "")
        if len(text) > choice.longest > Choice.longest:
            notices.append(_too_long(choice))
        if len(text) > choice.longest and choice.between:
            # Cut within an entry, it would be another.
            return text[: choice.longest + 1].rpartition(choice.between)[0]
        return text[: choice.longest]

    start, end = _read_months(parameters, months, notices)
    places = {"town_codes": town_codes, "community_codes": community_codes}
    chosen: dict[str, Any] = {}
    for each in FILTERS:
        allowed = places[each.name] if each.offered is None else each.offered
        if each.takes_several:
            codes = listed(each.key, allowed)
        else:
            code = one(each.key, allowed)
            codes = (code,) if code else ()
        chosen[each.name] = each.value(codes)
    filters = Filters(start, end, **chosen)
    if is_protected and (listed_filters := as_listed(filters)) != filters:
        filters = listed_filters
        notices.append(LISTED)
    address = Address(
        language="en" if one("lang", ["zh", "en"]) == "en" else "zh",
        filters=filters,
        indicator=one("map", [each.code for each in BY_TOWN]) or Address.indicator,
        tiles=one("shape", ["tiles", "map"]) == "tiles",
        choices=tuple(
            (choice.name, code)
            for choice in choices
            if (code := own(choice)) and code != choice.usual
        ),
        published=one("published", ["1", "0"]) == "1",
    )
    return address, notices


def unknown_names(parameters: Iterable[str], choices: Iterable[Choice]) -> list[Words]:
    """Say which names an address gives that no page reads; what others append to links is not ours."""
    known = (*SHARED_NAMES, *(each.name for each in choices))
    return [
        Words(
            f"网址里没有“{name}”这一项；可用：{'、'.join(known)}。",
            f"An address has no “{name}”; there are: {', '.join(known)}.",
        )
        for name in parameters
        if name not in known
    ]


def _read_months(
    parameters: Mapping[str, str], months: list[date], notices: list[Words]
) -> tuple[date, date]:
    usual = default_filters(months)
    first = _read_month(parameters, "from", months, notices)
    start = first or usual.start_month
    end = _read_month(parameters, "to", months, notices) or usual.end_month
    if start > end:
        if first:
            notices.append(
                Words(
                    f"起始月 {start:%Y-%m} 晚于终止月 {end:%Y-%m}，已改为终止月当月。",
                    f"The first month {start:%Y-%m} is after the last {end:%Y-%m}; "
                    "only the last is shown.",
                )
            )
        start = end
    return start, end


def _read_month(
    parameters: Mapping[str, str], name: str, months: list[date], notices: list[Words]
) -> date | None:
    text = parameters.get(name)
    if not text:
        return None
    try:
        month = datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        month = None
    if month in months:
        return month
    notices.append(
        Words(
            f"网址中的 {name}={_shortened(text)} 不在数据的月份之内（{months[0]:%Y-%m} 至 {months[-1]:%Y-%m}），已略过。",
            f"The address says {name}={_shortened(text)}, outside the months of the data "
            f"({months[0]:%Y-%m} to {months[-1]:%Y-%m}); it was left out.",
        )
    )
    return None


def _not_known(name: str, texts: list[str]) -> Words:
    """Say what is not known, in one sentence however much it is."""
    named = ",".join(_shortened(text) for text in texts[:_MOST_TOLD])
    others = len(texts) - _MOST_TOLD
    if others > 0:
        return Words(
            f"网址中的 {name}={named} 等 {others + _MOST_TOLD} 个值无法识别，已略过。",
            f"The address says {name}={named} and {others} more, which are not known; they were left out.",
        )
    return Words(
        f"网址中的 {name}={named} 无法识别，已略过。",
        f"The address says {name}={named}, which is not known; it was left out.",
    )


def _too_long(choice: Choice) -> Words:
    """Say that of a text that matters to its end not all was read."""
    return Words(
        f"网址中的 {choice.name} 超过 {choice.longest} 个字符，其余没有读：请改用方案文件，或分成几个方案。",
        f"The address says more than {choice.longest} letters as {choice.name}, of which no more was read: use a "
        "file instead, or several plans.",
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}…"


def with_filters(address: Address, **changes: object) -> Address:
    """Change some filters of an address."""
    return replace(address, filters=replace(address.filters, **changes))  # type: ignore[arg-type]


def with_choice(address: Address, choice: Choice, chosen: str) -> Address:
    """Choose one of a page's own choices."""
    return replace(address, choices=address.chosen.with_own(choice, chosen).own)
