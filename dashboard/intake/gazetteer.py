"""Find towns and communities by what people call them; turn coordinates into WGS-84. Pure."""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from rapidfuzz import fuzz, process

from dashboard.contract.tables import lat as lat_field
from dashboard.contract.tables import lon as lon_field
from dashboard.contract.words import Words
from dashboard.intake.messages import CellError, cell_error, message
from dashboard.intake.values import Parsed, option_key, parse_text, squeeze

_PREFIXES = ("上海市闵行区", "上海市", "闵行区", "闵行", "shanghai", "minhang")
_ENDINGS = ("人民政府", "政府", "办事处", "社区党群办", "党群办")
# “虹桥” may be the town or the business district that reaches over several towns.
AMBIGUOUS = {"虹桥": "hongqiao"}
# What many names end in says nothing of which is meant.
_COMMON = re.compile(
    r"(?:新型|居住|人才|青年|长租|蓝领|员工|职工|保租房|国际|租赁|公寓|社区|小区|家园|驿站|宿舍|之家|建管家|寓|苑|镇|街道"
    r"|apartments?|community|residences?|dormitory|town|subdistrict)+$"
)
NEAR, SHOWN = 50, 3
SAME_PLACE_METRES = 50


@dataclass
class Register:
    """Find a code by any name that leads to it, and say what else might have been meant."""

    kind: Words
    # What to do about a name that is like none.
    unknown: Words
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    titles: dict[str, str] = field(default_factory=dict)
    # The town of each community.
    town_of: dict[str, str] = field(default_factory=dict)

    def add(self, code: str, title: str, names: Iterable[str]) -> None:
        self.titles[code] = title
        for name in (title, *names):
            if name:
                self.names[option_key(name)].add(code)

    def add_all(self, communities: pd.DataFrame) -> None:
        for row in communities.itertuples():
            names = [row.name_en or "", *aliases_of(row.aliases)]
            self.add(row.community_code, row.name_zh, names)
            if isinstance(town := getattr(row, "town_code", None), str):
                self.town_of[row.community_code] = town

    def find(self, raw: Any, note: str) -> Parsed:
        """Return the code that a cell names; raises CellError with suggestions."""
        text = str(parse_text(raw).value)
        if text in self.titles:
            return Parsed(text)
        found = self._named(text)
        if len(found) == 1:
            return Parsed(next(iter(found)), (note,))
        if found:
            there = ", ".join(f"{self.titles[code]} {code}" for code in sorted(found)[:5])
            raise cell_error("ambiguous.name", kind=self.kind, there=there, codes=sorted(found)[:5])
        raise cell_error("unknown.name", kind=self.kind, advice=self._advice(text))

    def _named(self, text: str) -> set[str]:
        return self.names.get(option_key(text), set())

    def suggestions(self, text: str) -> list[str]:
        """List the codes whose names come nearest."""
        cores = {name: _COMMON.sub("", name) or name for name in self.names}
        plain = option_key(text)
        near = process.extract(
            _COMMON.sub("", plain) or plain, cores, scorer=fuzz.WRatio, limit=8, score_cutoff=NEAR
        )
        codes = [code for _, _, name in near for code in sorted(self.names[name])]
        return list(dict.fromkeys(codes))[:SHOWN]

    def _advice(self, text: str) -> Words:
        codes = self.suggestions(text)
        if not codes:
            return self.unknown
        there = "、".join(f"{self.titles[code]}（{code}）" for code in codes)
        return Words(f"是否指 {there}", f"did you mean {', '.join(codes)}")


class Towns(Register):
    """Find a town by code, full name, short name or alias."""

    def __init__(self, towns: pd.DataFrame) -> None:
        super().__init__(Words("街镇", "town"), Words("核对名称", "check the name"))
        for row in towns.itertuples():
            aliases = "" if pd.isna(row.aliases) else row.aliases
            names = [row.name_en, row.short_name_zh, row.short_name_en, *aliases.split(";")]
            self.add(row.town_code, row.name_zh, names)
            self.names[option_key(row.town_code[6:])].add(row.town_code)
        self.words = {row.town_code: Words(row.name_zh, row.name_en) for row in towns.itertuples()}

    def named_by(self, text: str) -> str | None:
        """Find the town whose name a text is, beyond doubt; numbers are no names."""
        key = self._bare(text)
        found = self._named(text) or self._named(key)
        return next(iter(found)) if len(found) == 1 and not key.isdecimal() else None

    def take(self, raw: Any) -> Parsed:
        """Return the code of the town that a cell names; raises CellError."""
        text = plain_code(str(parse_text(raw).value))
        bare = self._bare(text)
        if bare in AMBIGUOUS:
            raise cell_error(f"ambiguous.{AMBIGUOUS[bare]}")
        return self.find(text if self._named(text) or text in self.titles else bare, "town")

    def _bare(self, text: str) -> str:
        key = option_key(text)
        for prefix in _PREFIXES:
            if key.startswith(prefix) and len(key) > len(prefix):
                key = key.removeprefix(prefix)
        for ending in _ENDINGS:
            key = key.removesuffix(ending)
        return key


def plain_code(text: str) -> str:
    """Strip what spreadsheets and the statistical twelve-digit form add to a town code."""
    text = text.strip().removesuffix(".0")
    return text.removesuffix("000") if len(text) == 12 else text


def no_communities() -> Register:
    return Register(Words("社区", "community"), message("advice.new_community"))


def communities(rows: pd.DataFrame) -> Register:
    """Make the register of communities, to be found by code, name or alias."""
    register = no_communities()
    register.add_all(rows)
    return register


def aliases_of(text: Any) -> list[str]:
    return [] if pd.isna(text) else [name for name in re.split("[;；、,，]", text) if name.strip()]


def renamed(row: Any, there: pd.DataFrame, named: Collection[str]) -> tuple[str, CellError | None]:
    """Find which known community a row without a code is under another name; "" if none.

    An alias that leads to one of the same town settles it; one at the same place that the file
    does not ``name`` otherwise is asked about.
    """
    mine = {option_key(name) for name in (row.name_zh, *aliases_of(row.aliases))}
    near = []
    for other in there[there["town_code"] == row.town_code].itertuples():
        if option_key(other.name_zh) in named:
            continue
        if mine & {option_key(name) for name in (other.name_zh, *aliases_of(other.aliases))}:
            return other.community_code, None
        if (
            not pd.isna(row.lon)
            and not pd.isna(row.lat)
            and _metres(row, other) <= SAME_PLACE_METRES
        ):
            near.append(other)
    if not near:
        return "", None
    code, name = near[0].community_code, near[0].name_zh
    return code, cell_error("renamed", name=name, code=code)


def _metres(one: Any, other: Any) -> float:
    east = (one.lon - other.lon) * 111_320 * math.cos(math.radians(one.lat))
    return math.hypot(east, (one.lat - other.lat) * 110_570)


# Coordinates ------------------------------------------------------------------------------

SYSTEMS = ("WGS-84", "GCJ-02", "BD-09")
_SYSTEM_NAMES = {
    "wgs84": "WGS-84", "gps": "WGS-84", "epsg4326": "WGS-84", "4326": "WGS-84", "cgcs2000": "WGS-84",
    "gcj02": "GCJ-02", "高德": "GCJ-02", "腾讯": "GCJ-02", "火星": "GCJ-02", "火星坐标系": "GCJ-02",
    "amap": "GCJ-02", "gaode": "GCJ-02", "bd09": "BD-09", "百度": "BD-09", "baidu": "BD-09", "bd09ll": "BD-09",
}  # fmt: skip

# The ellipsoid of the Krassovsky type that GCJ-02 is drawn on, and its eccentricity squared.
_A, _EE = 6378245.0, 0.00669342162296594323
_BD_PI = math.pi * 3000 / 180


def system_named(text: str) -> str | None:
    """Find which coordinate system a text names, if any."""
    key = option_key(text)
    for name, system in _SYSTEM_NAMES.items():
        if name in key:
            return system
    return None


_DEGREES = re.compile(
    r"(?:东经|北纬|[EN])?(\d{1,3})[°度](?:([0-5]?\d)[′'分](?:([0-5]?\d(?:\.\d+)?)(?:″|′′|''|\"|秒))?)?[EN]?",
    re.IGNORECASE,
)


def from_degrees(raw: Any) -> float | None:
    """Read degrees, minutes and seconds, such as 121°21′03.6″; None for anything else."""
    match = _DEGREES.fullmatch(squeeze(raw)) if isinstance(raw, str) else None
    if match is None:
        return None
    degrees, minutes, seconds = (float(each or 0) for each in match.groups())
    return round(degrees + minutes / 60 + seconds / 3600, 7)


def to_wgs84(lon: float, lat: float, system: str) -> tuple[float, float]:
    """Turn GCJ-02 or BD-09 into WGS-84, to well under a metre."""
    if system == "BD-09":
        lon, lat = _bd09_to_gcj02(lon, lat)
    return (lon, lat) if system == "WGS-84" else _gcj02_to_wgs84(lon, lat)


def wgs84_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """Shift WGS-84 as Chinese web maps do."""
    east, north = lon - 105.0, lat - 35.0
    d_lat = _shift_north(east, north)
    d_lon = _shift_east(east, north)
    radians = math.radians(lat)
    magic = 1 - _EE * math.sin(radians) ** 2
    root = math.sqrt(magic)
    d_lat = d_lat * 180 / ((_A * (1 - _EE)) / (magic * root) * math.pi)
    d_lon = d_lon * 180 / (_A / root * math.cos(radians) * math.pi)
    return lon + d_lon, lat + d_lat


def gcj02_to_bd09(lon: float, lat: float) -> tuple[float, float]:
    """Shift GCJ-02 on as Baidu does."""
    z = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BD_PI)
    theta = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BD_PI)
    return z * math.cos(theta) + 0.0065, z * math.sin(theta) + 0.006


def _bd09_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    guess = (lon - 0.0065, lat - 0.006)
    for _ in range(10):
        there = gcj02_to_bd09(*guess)
        guess = (guess[0] + lon - there[0], guess[1] + lat - there[1])
    return guess


def _gcj02_to_wgs84(lon: float, lat: float) -> tuple[float, float]:
    guess = (lon, lat)
    for _ in range(10):
        there = wgs84_to_gcj02(*guess)
        guess = (guess[0] + lon - there[0], guess[1] + lat - there[1])
    return guess


def _waves(x: float) -> float:
    return (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3


def _shift_north(x: float, y: float) -> float:
    shift = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    shift += _waves(x)
    shift += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    shift += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    return shift


def _shift_east(x: float, y: float) -> float:
    shift = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    shift += _waves(x)
    shift += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    shift += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    return shift


def place_fault(lon: float, lat: float) -> CellError | None:
    """Say whether a point lies outside Shanghai, or only with its two numbers swapped."""
    if _within(lon, lat):
        return None
    if _within(lat, lon):
        return cell_error("swapped")
    return cell_error(
        "outside",
        west=lon_field.minimum,
        east=lon_field.maximum,
        south=lat_field.minimum,
        north=lat_field.maximum,
    )


def _within(lon: float, lat: float) -> bool:
    return _between(lon, lon_field) and _between(lat, lat_field)


def _between(value: float, bounds: Any) -> bool:
    return bool(bounds.minimum <= value <= bounds.maximum)
