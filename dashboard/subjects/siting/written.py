"""Write where the next stations go as plain values: JSON for programs, GeoJSON for maps."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.asking.questions import Questions
from dashboard.contract.rounding import rounded
from dashboard.figures.siting import Located, Outcome
from dashboard.subjects.siting.figures import brought, site_rows, town_rows
from dashboard.subjects.siting.sentences import siting_headline, sure_told

_DEGREES, _SHARE = 6, 2


@dataclass(frozen=True)
class Meant:
    """Hold what an answer's numbers are of: whose they are, whether distances are metres (else own
    times, whose unit is not known), and what weighs: residents, need or one's own weights."""

    who: str
    is_in_metres: bool = True
    weigh: str = "residents"

    @property
    def measure(self) -> str:
        named = {"residents": "residents", "need": "open_proposals"}
        return named.get(self.weigh, "weight")


def answer_as_dict(ask: Questions, found: Outcome, meant: Meant) -> dict[str, Any]:
    """Write the answer: the sentence, the sites, whom they reach and how sure it is; of own travel times
    there is no sentence."""
    siting, here = found.siting, found.located
    before, after = found.shares
    towns = town_rows(ask, found).rename(columns={"residents": meant.measure})
    return {
        **_what_it_is(ask, found, meant),
        meant.measure: found.total,
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
                meant.measure: amount,
                "distance": rounded(distance, 1),
            }
            for (row, site, amount), distance in zip(
                siting.flows.tolist(), siting.flow_distances.tolist(), strict=True
            )
        ],
        "towns": towns.to_dict("records"),
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


def _what_it_is(ask: Questions, found: Outcome, meant: Meant) -> dict[str, Any]:
    """Say what is answered, of what data, and how sure that is."""
    siting = found.siting
    told = siting_headline(
        ask.say, siting, brought(found), who=None if meant.weigh == "own" else meant.who,
        within=found.within, place="", weigh=meant.weigh,
    )  # fmt: skip
    return {
        **({"headline": told.state} if meant.is_in_metres else {}),
        "how_sure": told.change if meant.is_in_metres else sure_told(ask.say, siting),
        "objective": siting.objective,
        "within": found.within,
        "who": meant.who,
        "as_of": ask.as_of(),
        "source": ask.source,
        "is_sample": ask.is_sample,
    }


def answer_as_geojson(ask: Questions, found: Outcome, meant: Meant) -> dict[str, Any]:
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
                meant.measure: weight, "reached_before": before, "reached_after": after,
                "station": served.get(code),
            },
        }
        for code, weight, before, after in weights
    ]  # fmt: skip
    told = _what_it_is(ask, found, meant)
    return {"type": "FeatureCollection", **told, "features": features}


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
