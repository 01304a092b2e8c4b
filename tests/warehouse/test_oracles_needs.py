"""Hold the queries on needs against slow, obvious oracles, straight from the tables."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from dashboard.contract.filters import Filters
from dashboard.contract.tables import NAMED_ASPECTS
from dashboard.warehouse.store import Warehouse
from tests.warehouse.plainly import (
    LAST,
    Raw,
    Row,
    ask,
    chosen_codes,
    chosen_states,
    end_of,
    every,
    grouped,
    holds,
    is_open,
    known_total,
    month_of,
    months_from,
    open_codes,
    records,
    told_total,
    total,
)
from tests.warehouse.test_oracles import proposal, tiny_community

DATA_END = date(2025, 12, 31)
FILTERS = {
    "everything, three months": Filters(date(2025, 10, 1), LAST),
    "every month": Filters(date(2023, 11, 1), LAST),
    "one town under committees, a year": Filters(
        date(2024, 11, 1), date(2025, 10, 1), ("310112112",), ("committee",)
    ),
    "two communities, two years": Filters(
        date(2024, 1, 1), LAST, community_codes=("310112112-005", "310112114-001")
    ),
    "Homes, two months": Filters(date(2024, 9, 1), date(2024, 10, 1), is_home=True),
    "no Homes, with some that closed": Filters(
        date(2025, 6, 1), date(2025, 11, 1), ("310112101", "310112114"), is_home=False
    ),
}


def within(day: date, filters: Filters) -> bool:
    return filters.start_month <= month_of(day) <= filters.end_month


def cohort(raw: Raw, filters: Filters) -> list[Row]:
    """List the proposals raised in the chosen months, with what became of each."""
    codes = chosen_codes(raw, filters)
    return [
        {**row, **outcome(row, raw.community[row["community_code"]])}
        for row in every(raw.proposal)
        if row["community_code"] in codes and within(row["raised_on"], filters)
    ]


def outcome(row: Row, community: Row) -> Row:
    closed = community["closed_on"]
    end = min(DATA_END, closed - timedelta(days=1)) if closed else DATA_END
    settled = row["settled_on"]
    is_settled = settled is not None and settled <= end and not row["is_reopened"]
    accepted = row["accepted_on"]
    return {
        "town_code": community["town_code"],
        "is_settled": is_settled,
        "days": accepted and ((settled if is_settled else end) - accepted).days,
        "is_followed": accepted is not None and (end - accepted).days >= 14,
    }


# The queries, once more ------------------------------------------------------------------


def counts(rows: list[Row]) -> Row:
    accepted = [row for row in rows if row["accepted_on"]]
    followed = [row for row in accepted if row["is_followed"]]
    return {
        "proposal_count": len(rows),
        "accepted_count": len(accepted),
        "prompt_count": sum((r["accepted_on"] - r["raised_on"]).days <= 3 for r in accepted),
        "followed_count": len(followed),
        "in_time_count": sum(r["is_settled"] and r["days"] <= 14 for r in followed),
        "self_service_count": sum(row["stage"] == "self_service" for row in rows),
    }


def proposals_by_town(raw: Raw, filters: Filters) -> list[Row]:
    return [
        {"town_code": town, **counts(rows)}
        for (town,), rows in grouped(cohort(raw, filters), "town_code")
    ]


def proposals_by_category(raw: Raw, filters: Filters) -> list[Row]:
    return [
        {"proposal_category": name, **counts(rows)}
        for (name,), rows in grouped(cohort(raw, filters), "proposal_category")
    ]


def proposals_by_month(raw: Raw, filters: Filters) -> list[Row]:
    rows = [{**row, "month": month_of(row["raised_on"])} for row in cohort(raw, filters)]
    return [{"month": month, **counts(mine)} for (month,), mine in grouped(rows, "month")]


def proposals_by_town_and_month(raw: Raw, filters: Filters) -> list[Row]:
    rows = [{**row, "month": month_of(row["raised_on"])} for row in cohort(raw, filters)]
    return [
        {"town_code": town, "month": month, **counts(mine)}
        for (town, month), mine in grouped(rows, "town_code", "month")
    ]


def proposals_by_stage(raw: Raw, filters: Filters) -> list[Row]:
    found = Counter(row["stage"] for row in cohort(raw, filters))
    return [{"stage": name, "proposal_count": found[name]} for name in sorted(found)]


def proposal_days(raw: Raw, filters: Filters) -> list[Row]:
    found = Counter(
        (
            row["town_code"],
            row["proposal_category"],
            (raw.states[row["community_code"], filters.end_month] or {"coverage_type": "none"})[
                "coverage_type"
            ],
            row["days"],
            row["is_settled"],
        )
        for row in cohort(raw, filters)
        if row["accepted_on"]
    )
    names = ("town_code", "proposal_category", "coverage_type", "day_count", "is_settled")
    return [
        {**dict(zip(names, key, strict=True)), "proposal_count": found[key]}
        for key in sorted(found)
    ]


def open_proposals(raw: Raw, filters: Filters) -> list[Row]:
    end, there = end_of(filters.end_month), set(open_codes(raw, filters))
    rows = []
    for row in every(raw.proposal):
        accepted, settled = row["accepted_on"], row["settled_on"]
        if row["community_code"] not in there or accepted is None or accepted > end:
            continue
        if settled is None or settled > end or row["is_reopened"]:
            community = raw.community[row["community_code"]]
            names = ("name_zh", "name_en", "town_code", "origin")
            kept = (
                "proposal_code", "community_code", "proposal_category", "accepted_on", "stage",
                "is_reopened", "responsible_unit",
            )  # fmt: skip
            rows.append(
                {
                    **{name: row[name] for name in kept},
                    **{name: community[name] for name in names},
                    "open_day_count": (end - accepted).days,
                }
            )
    return sorted(rows, key=lambda r: (r["is_reopened"], -r["open_day_count"], r["proposal_code"]))


def overdue_by_town(raw: Raw, filters: Filters) -> list[Row]:
    codes, rows = chosen_codes(raw, filters), []
    for month in sorted({row["month"] for row in raw.occupancy["310112112-001"]}):
        if not filters.start_month <= month <= filters.end_month:
            continue
        end = end_of(month)
        there = [code for code in codes if is_open(raw.community[code], end)]
        late: Counter[str] = Counter()
        for row in every(raw.proposal):
            settled = row["settled_on"]
            is_unsettled = not row["is_reopened"] and (settled is None or settled > end)
            if row["accepted_on"] and (end - row["accepted_on"]).days > 14 and is_unsettled:
                late[row["community_code"]] += 1
        for town in {raw.community[code]["town_code"] for code in there}:
            mine = [code for code in there if raw.community[code]["town_code"] == town]
            rows.append(
                {"town_code": town, "month": month, "overdue_count": sum(late[c] for c in mine)}
            )
    return sorted(rows, key=lambda row: (row["town_code"], row["month"]))


def activities(raw: Raw, filters: Filters) -> list[Row]:
    codes = chosen_codes(raw, filters)
    return [
        r
        for r in every(raw.activity)
        if r["community_code"] in codes and within(r["held_on"], filters)
    ]


def services(raw: Raw, filters: Filters) -> list[Row]:
    return [
        {
            "domain": domain,
            "aspect": name,
            "activity_count": len(rows),
            "attendance_count": sum(raw.attendances[row["activity_code"]] for row in rows),
            "served_community_count": len({row["community_code"] for row in rows}),
        }
        for (domain, name), rows in grouped(activities(raw, filters), "domain", "aspect")
    ]


def youth_needs(raw: Raw, filters: Filters) -> list[Row]:
    asked = Counter(row["need"] for row in cohort(raw, filters) if row["need"])
    held = dict(grouped([r for r in activities(raw, filters) if r["need"]], "need"))
    return [
        {
            "need": name,
            "proposal_count": asked[name],
            "activity_count": len(held.get((name,), [])),
            "attendance_count": sum(
                raw.attendances[row["activity_code"]] for row in held.get((name,), [])
            ),
        }
        for name in sorted({*asked, *(name for (name,) in held)})
    ]


def breadth(raw: Raw, codes: list[str], held: list[Row]) -> Row:
    pairs = {(row["community_code"], row["aspect"]) for row in held}
    return {
        "delivered_aspect_count": sum(
            code in codes and name in NAMED_ASPECTS for code, name in pairs
        ),
        "possible_aspect_count": len(NAMED_ASPECTS) * len(codes),
    }


def towns_at_end(raw: Raw, filters: Filters) -> list[tuple[str, list[str]]]:
    rows = [raw.community[code] for code in open_codes(raw, filters)]
    return [
        (town, [row["community_code"] for row in mine])
        for (town,), mine in grouped(rows, "town_code")
    ]


def service_breadth_by_town(raw: Raw, filters: Filters) -> list[Row]:
    held = activities(raw, filters)
    return [
        {"town_code": town, **breadth(raw, codes, held)}
        for town, codes in towns_at_end(raw, filters)
    ]


def micros_by_town(raw: Raw, filters: Filters) -> list[Row]:
    end, held, raised = end_of(filters.end_month), activities(raw, filters), cohort(raw, filters)
    chosen, rows = chosen_codes(raw, filters), []
    months = months_from(filters.start_month, filters.end_month)
    standing = dict(towns_at_end(raw, filters))
    for town in sorted({raw.community[code]["town_code"] for code in chosen}):
        codes = standing.get(town, [])
        mine = {code for code in chosen if raw.community[code]["town_code"] == town}
        flows = [flow for c in mine for m in months if (flow := raw.flows[c, m])]
        if not flows:
            continue
        there = [s for code in codes for s in raw.organisation[code] if holds(s, end)]
        states = chosen_states(raw, filters, filters.end_month)
        at_end = [state for state in states if state["town_code"] == town]
        rows.append(
            {
                "town_code": town,
                "community_count": len(codes),
                "own_branch_community_count": total(at_end, "has_own_branch"),
                "effective_community_count": known_total(at_end, "is_effective"),
                "service_station_community_count": total(at_end, "has_service_station"),
                "resident_count": total(at_end, "resident_count"),
                **space(raw, codes, there, filters.end_month),
                **counts([row for row in raised if row["town_code"] == town]),
                "activity_count": total(flows, "activity_count"),
                "resident_month_count": told_total(flows, "resident_month_count"),
                **breadth(raw, codes, held),
            }
        )
    return rows


def space(raw: Raw, codes: list[str], spans: list[Row], month: date) -> Row:
    """Add up floor areas and residents where no station's floor area is unknown."""
    areas: dict[str, list[float | None]] = {code: [] for code in codes}
    for span in spans:
        if span["organisation_kind"] != "party_branch":
            areas[span["community_code"]].append(span["floor_area_m2"])
    known = {code: each for code, each in areas.items() if None not in each}
    return {
        "measured_resident_count": sum(
            row["resident_count"]
            for code in known
            for row in raw.occupancy[code]
            if row["month"] == month
        ),
        "station_area_m2": sum(area or 0 for each in known.values() for area in each),
    }


ORACLES: dict[str, Callable[[Raw, Filters], list[Row]]] = {
    oracle.__name__: oracle
    for oracle in (
        proposals_by_town,
        proposals_by_category,
        proposals_by_month,
        proposals_by_town_and_month,
        proposals_by_stage,
        proposal_days,
        open_proposals,
        overdue_by_town,
        services,
        youth_needs,
        service_breadth_by_town,
        micros_by_town,
    )
}


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("name", ORACLES)
def test_a_query_agrees_with_its_oracle(
    name: str, filters: Filters, raw: Raw, whole: Warehouse
) -> None:
    found = records(whole.run(name, filters.parameters(), named="whole"))
    assert found == ORACLES[name](raw, filters)
    assert found


def test_every_query_on_needs_has_an_oracle() -> None:
    from dashboard.warehouse.catalogue import named_queries

    assert {q.name for q in named_queries().values() if q.folder == "needs"} == ORACLES.keys()


def test_open_and_overdue_agree_with_the_district(whole: Warehouse) -> None:
    parameters = FILTERS["everything, three months"].parameters()
    listed = whole.run("open_proposals", parameters, named="whole")
    district = whole.run("district_by_month", parameters)
    dated = listed[~listed["is_reopened"].astype(bool)]
    assert (dated["open_day_count"] > 14).sum() == district["overdue_count"].iloc[-1]


# The fine points, one proposal each: the data end with June ------------------------------

JUNE = date(2025, 6, 1)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"settled_on": date(2025, 4, 16)}, (1, 1, 1, 14, True)),
        ({"settled_on": date(2025, 4, 17)}, (1, 1, 0, 15, True)),
        ({"settled_on": None}, (1, 1, 0, 89, False)),
        ({"settled_on": date(2025, 4, 5), "is_reopened": True}, (1, 1, 0, 89, False)),
        ({"settled_on": date(2025, 7, 1)}, (1, 1, 0, 89, False)),
        ({"accepted_on": date(2025, 6, 16), "settled_on": None}, (1, 1, 0, 14, False)),
        (
            {"accepted_on": date(2025, 6, 17), "settled_on": date(2025, 6, 18)},
            (1, 0, 0, 1, True),
        ),
    ],
    ids=[
        "on the 14th day", "on the 15th", "open", "reopened", "settled after the data",
        "followed 14 days", "settled, but not followed 14 days",
    ],
)  # fmt: skip
def test_fine_points_of_settling(dates: Row, expected: tuple[Any, ...]) -> None:
    row = {**proposal(proposal_category="safety", proposal_code="P"), **dates}
    parameters = Filters(date(2025, 4, 1), JUNE).parameters()
    with tiny_community({}, proposal=[row]) as connection:
        (town,) = ask(connection, "proposals_by_town", parameters)
        (days,) = ask(connection, "proposal_days", parameters)
    assert (
        town["accepted_count"], town["followed_count"], town["in_time_count"],
        days["day_count"], days["is_settled"],
    ) == expected  # fmt: skip


def test_one_that_was_never_accepted_has_no_days() -> None:
    row = proposal(proposal_category="safety", accepted_on=None, settled_on=None)
    with tiny_community({}, proposal=[row]) as connection:
        parameters = Filters(date(2025, 4, 1), JUNE).parameters()
        (town,) = ask(connection, "proposals_by_town", parameters)
        assert ask(connection, "proposal_days", parameters) == []
    assert (town["proposal_count"], town["accepted_count"], town["followed_count"]) == (1, 0, 0)


def test_a_proposal_is_followed_no_longer_than_its_community() -> None:
    row = proposal(proposal_category="safety", settled_on=None)
    with tiny_community({"closed_on": date(2025, 4, 10)}, proposal=[row]) as connection:
        parameters = Filters(date(2025, 4, 1), JUNE).parameters()
        (town,) = ask(connection, "proposals_by_town", parameters)
        (days,) = ask(connection, "proposal_days", parameters)
    assert (town["followed_count"], days["day_count"], days["coverage_type"]) == (0, 7, "none")


def test_the_sample_asks_for_every_youth_need(whole: Warehouse) -> None:
    rows = whole.run("youth_needs", FILTERS["every month"].parameters())
    assert len(rows) == 4
    assert (rows["proposal_count"] > 50).all()
    assert pd.notna(rows).all(axis=None)


def test_a_proposal_speaks_of_a_youth_need_only_where_its_category_may(raw: Raw) -> None:
    spoken = {(row["proposal_category"], row["need"]) for row in every(raw.proposal) if row["need"]}
    assert {category for category, _ in spoken} == {"facilities", "services", "community_life"}
    assert ("facilities", "business") not in spoken


def test_some_stations_have_no_known_floor_area(raw: Raw) -> None:
    spans = [span for spans in raw.organisation.values() for span in spans]
    unknown = [span for span in spans if span["floor_area_m2"] is None]
    assert {span["organisation_kind"] for span in unknown} > {"party_branch"}
