"""Draw what is recorded besides: who organised, channels, rents, spaces, votes, clubs, counts, surveys.

All of it is invented, and for nameless communities alone: of a real, named project nothing is drawn
here. Only some communities record each, as not all would.
"""

import numpy as np
import pandas as pd
from numpy.random import Generator

from dashboard.contract.tables import (
    channel,
    club_kind,
    club_leader,
    organiser,
    partner_kind,
    record_kind,
    space_kind,
)
from data.sample.arrays import Bools, Floats, Texts
from data.sample.assumptions import LAST_DAY
from data.sample.draws import choose, draw_days
from data.sample.proposals import TEXTS
from data.sample.seasons import MONTHS

# What part of the nameless communities records each.
WITH_SPACES, WITH_VOTES, WITH_CLUBS = 0.42, 0.05, 0.3
WITH_RECORDS, WITH_SURVEY, WITH_RENTS = 0.35, 0.2, 0.5
# Residents themselves, station, operator, committee, department.
USUALLY_ORGANISED = (0.08, 0.32, 0.3, 0.22, 0.08)
ORGANISED = {
    "arts": (0.42, 0.16, 0.32, 0.08, 0.02), "sport": (0.38, 0.16, 0.36, 0.08, 0.02),
    "co_building": (0.34, 0.25, 0.26, 0.13, 0.02), "parent_child": (0.18, 0.36, 0.31, 0.13, 0.02),
}  # fmt: skip
SELF_ORGANISED_GROWTH = 0.5  # by the last month, of the odds in the first
WITHOUT_ORGANISER, WITH_PARTNER = 0.06, 0.3
CHANNELS = (0.12, 0.3, 0.16, 0.14, 0.1, 0.14, 0.04)
WITHOUT_CHANNEL, WITHOUT_REPLY_NOTED, REPLIED = 0.08, 0.1, 0.83
OUTCOMES: dict[str, tuple[str, str]] = {
    "transport": ("早晚高峰各加开两班", "划出三处停放点"),
    "facilities": ("桌椅已全部贴上毛毡垫", "洗衣机已换新"),
    "environment": ("22 点后停止搬运与装修", "空地已开出共建花园"),
    "safety": ("新装充电桩二十个", "楼道照明已补齐"),
    "services": ("每月第二个周六来办一次", "每季办一场面试辅导"),
    "community_life": ("每周六晚开一场", "房间已改作共享厨房"),
}
RENTS = {"flat": 4200, "room": 2300, "bed": 720}
BED_RENTS = (500, 1000)  # published of Homes: no more than 1,000 a month
SPACE_SHARES = (0.1, 0.18, 0.08, 0.08, 0.02, 0.02, 0.04, 0.14, 0.24, 0.08, 0.02)
SPACE_AREAS = (30, 80, 60, 40, 90, 20, 40, 60, 90, 200, 50)
# Of every 1,000 residents: at a month's end, or in a month.
PER_THOUSAND = {
    "party_members": 28.0, "league_members": 42.0, "certificates": 1.8, "courses_finished": 9.0,
    "jobs_found": 1.4, "case_government_services": 7.0, "case_counselling": 1.6,
    "case_youth_guidance": 2.6, "case_emergency": 0.5, "case_participation": 3.6,
}  # fmt: skip
STANDING = ("party_members", "league_members")
SURVEYED_ON, SURVEYED_IN = np.datetime64("2025-10-31"), np.datetime64("2025-10-01", "s")
QUESTIONS = (
    ("一层闲置房间作什么用", ("健身", "亲子阅读", "共享厨房")),
    ("屋顶平台要不要建花园", ("建", "不建")),
    ("活动室晚间开放到几点", ("21 点", "22 点", "23 点")),
)


def draw_records(
    rng: Generator, roster: pd.DataFrame, occupancy: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Draw the tables of what is recorded, by name."""
    places = roster[roster["origin"] == "sample"].reset_index(drop=True)
    stock = occupancy.groupby(["community_code", "month"], as_index=False)["resident_count"].sum()
    stock = stock[stock["community_code"].isin(places["community_code"])]
    return {
        "space": _spaces(rng, places),
        "space_vote": _votes(rng, places, stock),
        "club": _clubs(rng, places),
        "monthly_record": _monthly(rng, places, stock),
        "belonging_survey": _surveys(rng, stock),
    }


def with_organisers(rng: Generator, roster: pd.DataFrame, activity: pd.DataFrame) -> pd.DataFrame:
    """Say who organised each activity and with what kind of partner, where that was noted; ever
    more are organised by residents themselves."""
    shares = np.array(
        [ORGANISED.get(kind, USUALLY_ORGANISED) for kind in activity["activity_kind"]]
    )
    held = activity["held_on"].to_numpy().astype("M8[M]")
    since = (held - MONTHS[0]).astype(float) / (len(MONTHS) - 1)
    shares[:, 0] *= 1 + SELF_ORGANISED_GROWTH * since
    by = np.array(list(organiser.allowed), dtype=object)[choose(rng, shares)]
    partner = rng.choice(np.array(list(partner_kind.allowed), dtype=object), len(activity))
    is_told = _is_nameless(roster, activity) & (rng.random(len(activity)) >= WITHOUT_ORGANISER)
    return activity.assign(
        organiser=_where(is_told, by),
        partner_kind=_where(is_told & (rng.random(len(activity)) < WITH_PARTNER), partner),
    )


def with_channels(rng: Generator, roster: pd.DataFrame, proposal: pd.DataFrame) -> pd.DataFrame:
    """Say by which way each proposal came, what was done, and whether its resident was told."""
    count, is_nameless = len(proposal), _is_nameless(roster, proposal)
    done = {
        f"示例：{text}": f"示例：{outcome}"
        for name, texts in TEXTS.items()
        for text, outcome in zip(texts, OUTCOMES[name], strict=True)
    }
    is_settled = proposal["settled_on"].notna().to_numpy() & is_nameless
    came = rng.choice(np.array(list(channel.allowed), dtype=object), count, p=CHANNELS)
    is_noted = is_settled & (rng.random(count) >= WITHOUT_REPLY_NOTED)
    replied = pd.array(rng.random(count) < REPLIED, dtype="boolean")
    replied[~is_noted] = pd.NA
    return proposal.assign(
        channel=_where(is_nameless & (rng.random(count) >= WITHOUT_CHANNEL), came),
        outcome_text=_where(is_settled, proposal["proposal_text"].map(done).to_numpy()),
        is_replied=replied,
    )


def with_rents(rng: Generator, roster: pd.DataFrame, occupancy: pd.DataFrame) -> pd.DataFrame:
    """Give some communities a rent for each tier, the same in every month; a bed costs no more than
    was published of Homes."""
    chosen = roster[(roster["origin"] == "sample") & (rng.random(len(roster)) < WITH_RENTS)]
    pairs = occupancy[["community_code", "tier"]].drop_duplicates(ignore_index=True)
    usual = pairs["tier"].map(RENTS) * np.exp(rng.normal(0, 0.18, len(pairs)))
    usual = (usual / 10).round() * 10
    usual = usual.where(pairs["tier"] != "bed", usual.clip(*BED_RENTS))
    usual = usual.where(pairs["community_code"].isin(chosen["community_code"]))
    rents = pairs.assign(rent_cny=usual)
    with_rent = occupancy.merge(rents, on=["community_code", "tier"], how="left")
    return with_rent.assign(rent_cny=with_rent["rent_cny"].where(with_rent["supply_count"] > 0))


def _is_nameless(roster: pd.DataFrame, rows: pd.DataFrame) -> Bools:
    nameless = roster.loc[roster["origin"] == "sample", "community_code"]
    told: Bools = rows["community_code"].isin(nameless).to_numpy()
    return told


def _where(is_told: Bools, values: Texts) -> pd.Series:
    """Keep what is told of; nothing stands elsewhere."""
    return pd.Series(values, dtype="object").where(is_told, None)


def _some(rng: Generator, places: pd.DataFrame, share: float) -> pd.DataFrame:
    return places[rng.random(len(places)) < share].reset_index(drop=True)


def _several(rng: Generator, places: pd.DataFrame, most: int) -> pd.DataFrame:
    """Give each place one to ``most`` of something, numbered, begun while the place was open."""
    rows = places.loc[places.index.repeat(rng.integers(1, most + 1, len(places)))]
    rows = rows.assign(serial=rows.groupby("community_code").cumcount() + 1).reset_index(drop=True)
    opened, closed = (rows[name].to_numpy().astype("M8[D]") for name in ("opened_on", "closed_on"))
    last = np.where(np.isnat(closed), LAST_DAY, closed - 1)
    began = draw_days(rng, len(rows), opened, np.maximum(opened, last))
    ended = np.where(np.isnat(closed), np.datetime64("NaT", "D"), closed - 1)
    return rows.assign(valid_from=began.astype("M8[s]"), valid_to=ended.astype("M8[s]"))


def _spaces(rng: Generator, places: pd.DataFrame) -> pd.DataFrame:
    rows = _several(rng, _some(rng, places, WITH_SPACES), 4)
    kind = rng.choice(len(SPACE_SHARES), len(rows), p=SPACE_SHARES)
    area: Floats = np.array(SPACE_AREAS)[kind] * np.exp(rng.normal(0, 0.4, len(rows)))
    return rows.assign(
        space_code=rows["community_code"] + rows["serial"].map("-S{:02d}".format),
        space_kind=np.array(list(space_kind.allowed))[kind],
        space_area_m2=np.where(rng.random(len(rows)) < 0.1, np.nan, area.round()),
    )


def _clubs(rng: Generator, places: pd.DataFrame) -> pd.DataFrame:
    rows = _several(rng, _some(rng, places, WITH_CLUBS), 4)
    leaders = np.array(list(club_leader.allowed))
    return rows.assign(
        club_code=rows["community_code"] + rows["serial"].map("-C{:02d}".format),
        club_kind=rng.choice(np.array(list(club_kind.allowed)), len(rows)),
        club_leader=rng.choice(leaders, len(rows), p=(0.2, 0.25, 0.2, 0.35)),
        club_member_count=rng.integers(6, 40, len(rows)),
    )


def _votes(rng: Generator, places: pd.DataFrame, stock: pd.DataFrame) -> pd.DataFrame:
    last = stock[stock["month"] == MONTHS[-1].astype("M8[s]")]
    there = last.merge(places[["community_code", "opened_on"]], on="community_code")
    chosen = _some(rng, there[there["resident_count"] >= 100], WITH_VOTES)
    frames = []
    for place in chosen.itertuples():
        question, options = QUESTIONS[rng.integers(len(QUESTIONS))]
        voters = int(place.resident_count * rng.uniform(0.12, 0.4))
        shares = rng.dirichlet(np.full(len(options) + 1, 3.0))
        day = np.datetime64("2025-03-01") + rng.integers(0, 300).astype("m8[D]")
        rows = {
            "community_code": place.community_code,
            "voted_on": max(day.astype("M8[s]"), np.datetime64(place.opened_on, "s")),
            "vote_question": f"示例：{question}",
            "vote_option": options,
            "vote_count": rng.multinomial(voters, shares)[:-1],
            "voter_count": voters,
        }
        frames.append(pd.DataFrame(rows))
    return pd.concat(frames, ignore_index=True)


def _monthly(rng: Generator, places: pd.DataFrame, stock: pd.DataFrame) -> pd.DataFrame:
    """Draw counts in proportion to residents; who is a member mostly was one a month before."""
    codes = _some(rng, places, WITH_RECORDS)["community_code"]
    rows = stock[stock["community_code"].isin(codes)].reset_index(drop=True)
    level = pd.Series(np.exp(rng.normal(0, 0.35, len(codes))), index=codes.to_numpy())
    expected = rows["resident_count"] / 1000 * rows["community_code"].map(level)
    frames = []
    for kind in record_kind.allowed:
        mean: Floats = (expected * PER_THOUSAND[kind]).to_numpy()
        count = np.rint(mean) if kind in STANDING else rng.poisson(mean)
        frames.append(rows.assign(record_kind=kind, record_count=count.astype("int64")))
    return pd.concat(frames, ignore_index=True)


def _surveys(rng: Generator, stock: pd.DataFrame) -> pd.DataFrame:
    """Draw one survey each in autumn 2025, on a scale of five, or of ten in some."""
    chosen = _some(rng, stock[stock["month"] == SURVEYED_IN], WITH_SURVEY)
    answered = rng.binomial(np.minimum(chosen["resident_count"], 120), 0.55)
    scale = np.where(rng.random(len(chosen)) < 0.2, 10, 5)
    share = np.clip(rng.normal(0.66, 0.07, len(chosen)), 0, 1)
    rows = chosen.assign(
        surveyed_on=SURVEYED_ON.astype("M8[s]"),
        answered_count=answered,
        mean_score=(1 + share * (scale - 1)).round(2),
        score_scale=scale,
    )
    return rows[answered >= 10]
