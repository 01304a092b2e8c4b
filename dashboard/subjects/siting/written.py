"""Write where the next stations go as plain values: JSON for programs, GeoJSON for maps."""

from typing import Any

import pandas as pd

from dashboard.asking.questions import Questions
from dashboard.contract.rounding import rounded
from dashboard.subjects.siting.figures import brought, site_rows, town_rows
from dashboard.subjects.siting.places import Located, Outcome
from dashboard.subjects.siting.sentences import siting_headline

_DEGREES, _SHARE = 6, 2


def answer_as_dict(
    ask: Questions, found: Outcome, *, who: str, within: float, is_in_metres: bool = True
) -> dict[str, Any]:
    """Write the answer: the sentence, the sites, whom they reach and how sure it is; of own travel times
    there is no sentence, as their unit is not known."""
    siting, here = found.siting, found.located
    told = siting_headline(ask.say, siting, brought(found), who=who, within=within, place="")
    before, after = found.shares
    return {
        **({"headline": told.state, "how_sure": told.change} if is_in_metres else {}),
        "objective": siting.objective,
        "within": within,
        "who": who,
        "as_of": ask.as_of(),
        "source": ask.source,
        "is_sample": ask.is_sample,
        "residents": found.total,
        "reached_before": float(found.before.sum()),
        "reached_after": float(found.after.sum()),
        "share_before": rounded(before, _SHARE),
        "share_after": rounded(after, _SHARE),
        "stations": [
            {
                "code": row.code,
                **_told(here.sites.loc[row.code]),
                "newly_reached": row.residents,
                "newly_reached_communities": row.communities,
                "served": row.nearest,
            }
            for row in site_rows(found).itertuples(index=False)
        ],
        "served": [
            {
                "community": here.setting.demand[int(row)],
                "station": here.setting.sites[int(site)],
                "residents": amount,
                "distance": rounded(distance, 1),
            }
            for (row, site, amount), distance in zip(
                siting.flows.tolist(), siting.flow_distances.tolist(), strict=True
            )
        ],
        "towns": town_rows(ask, found).to_dict("records"),
        "solver": {
            "name": "HiGHS",
            "is_exact": siting.is_exact,
            "gap": siting.gap,
            "seconds": rounded(siting.seconds, 2),
            "value": siting.value,
            "bound": siting.bound,
        },
        "greedy": {
            "value": siting.greedy,
            "loss": siting.loss,
            "stations": [here.setting.sites[at] for at in siting.greedy_chosen],
        },
        "candidates": here.candidate_count,
        "standing": int(here.setting.is_open.sum()),
        "left_out": here.left_out["community_code"].tolist(),
    }


def answer_as_geojson(ask: Questions, found: Outcome) -> dict[str, Any]:
    """Write added and standing stations and the communities to be reached as points in WGS-84; a place
    of which nobody gave the position has no geometry."""
    siting, here = found.siting, found.located
    stations = site_rows(found).set_index("code")
    features = [
        _feature(here, code, {
            "role": "added", "newly_reached": stations.at[code, "residents"],
            "served": stations.at[code, "nearest"],
        })
        for code in siting.codes
    ]  # fmt: skip
    features += [
        _feature(here, code, {"role": "standing"})
        for code, is_open in zip(here.setting.sites, here.setting.is_open, strict=True)
        if is_open
    ]
    served = {
        here.setting.demand[int(row)]: here.setting.sites[int(site)]
        for row, site, _ in siting.flows.tolist()
    }
    weights = zip(here.setting.demand, here.setting.weights, found.before, found.after, strict=True)
    features += [
        {
            "type": "Feature",
            "geometry": _point(here.demand.loc[code]),
            "properties": {
                "role": "community", "code": code, **_named(here.demand.loc[code]),
                "residents": weight, "reached_before": before, "reached_after": after,
                "station": served.get(code),
            },
        }
        for code, weight, before, after in weights
    ]  # fmt: skip
    return {"type": "FeatureCollection", "source": ask.source, "features": features}


def _feature(here: Located, code: str, properties: dict[str, Any]) -> dict[str, Any]:
    row = here.sites.loc[code]
    told = {**properties, "code": code, **_named(row)}
    return {"type": "Feature", "geometry": _point(row), "properties": told}


def _told(row: "pd.Series[Any]") -> dict[str, Any]:
    point = _point(row)
    lon, lat = point["coordinates"] if point else (None, None)
    return {**_named(row), "lon": lon, "lat": lat}


def _named(row: "pd.Series[Any]") -> dict[str, Any]:
    names = ("name_zh", "name_en", "town_code")
    return {name: None if pd.isna(row[name]) else row[name] for name in names}


def _point(row: "pd.Series[Any]") -> dict[str, Any] | None:
    if pd.isna(row["lon"]) or pd.isna(row["lat"]):
        return None
    degrees = [rounded(float(row[name]), _DEGREES) for name in ("lon", "lat")]
    return {"type": "Point", "coordinates": degrees}
