"""Offer station siting on the command line: with own candidates, travel times, weights and capacities."""

import json
import sys
from collections.abc import Callable
from concurrent.futures import Future, wait
from functools import partial
from math import isfinite
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import click

from dashboard.cli.options import language_option, warehouse_option
from dashboard.contract.problem import Problem
from dashboard.contract.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.asking.questions import Asking
    from dashboard.figures.siting import Located

T = TypeVar("T")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--stations", type=int, help="How many stations to add.")
@click.option(
    "--share", type=click.FloatRange(0, 100), help="Instead: the fewest that reach so many percent."
)
@click.option(
    "--within",
    type=float,
    required=True,
    metavar="METRES",
    help="Who is reached; with --matrix in its unit.",
)
@click.option(
    "--aim",
    type=click.Choice(["cover", "median"]),
    default="cover",
    show_default=True,
    help="Reach most, or be nearest on average.",
)
@click.option(
    "--who",
    type=click.Choice(["grid", "all"]),
    default="grid",
    show_default=True,
    help="Residents outside committee governance, or all.",
)
@click.option(
    "--town",
    "towns",
    multiple=True,
    metavar="CODE",
    help="For this town; may be given several times.",
)
@click.option(
    "--candidates",
    type=_FILE,
    help="CSV of code, name, lon, lat: stations may stand there instead of in communities.",
)
@click.option(
    "--system",
    type=click.Choice(["WGS-84", "GCJ-02", "BD-09"], case_sensitive=False),
    default="WGS-84",
    show_default=True,
    help="The coordinate system of --candidates.",
)
@click.option(
    "--matrix",
    type=_FILE,
    help="CSV of travel times: a line a community, a column a site (all standing stations too), by their codes.",
)
@click.option(
    "--weigh",
    type=click.Choice(["residents", "need"]),
    default="residents",
    show_default=True,
    help="Need: proposals open at the month's end, each counting one.",
)
@click.option("--weights", type=_FILE, help="CSV of code, weight: your own instead.")
@click.option(
    "--capacity",
    type=click.FloatRange(min=0, min_open=True),
    help="How many each station serves at most.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    help="How long the solver may take.",
)
@click.option(
    "--as", "form", type=click.Choice(["json", "geojson"]), default="json", show_default=True
)
@language_option
@warehouse_option
def site(
    stations: int | None,
    share: float | None,
    within: float,
    aim: str,
    who: str,
    towns: tuple[str, ...],
    candidates: Path | None,
    system: str,
    matrix: Path | None,
    weigh: str,
    weights: Path | None,
    capacity: float | None,
    seconds: float,
    form: str,
    lang: str,
    warehouse: Path,
) -> None:
    """Say where the next stations go, whom they reach, and how sure that is: "site --stations 5 --within 1000"."""
    from dashboard.contract.indicators import as_share
    from dashboard.figures.siting import outcome_of
    from dashboard.insight.siting import cover, fewest, median
    from dashboard.subjects.answers import asked
    from dashboard.subjects.siting.written import Meant, answer_as_dict, answer_as_geojson
    from dashboard.ui.assets import lay_out_assets
    from dashboard.warehouse.store import Store

    if (stations is None) == (share is None) or (aim == "median" and share is not None):
        raise Problem(
            Words(
                "请给 --stations（站数）或 --share（覆盖百分比）之一；--aim median 只能配 --stations。",
                "Give either --stations or --share; --aim median goes with --stations alone.",
            )
        )
    if weigh == "need" and (weights or capacity) is not None:
        raise Problem(
            Words(
                "--weigh need 不能与 --weights 或 --capacity 同用：容量按居民计，权重只取其一。",
                "--weigh need goes with neither --weights nor --capacity: capacity is of residents, and "
                "only one of the weights counts.",
            )
        )
    _check_finite(
        {"--within": within, "--share": share, "--capacity": capacity, "--seconds": seconds}
    )
    if stations is not None and stations < 1:
        raise Problem(
            Words(
                f"要建的站数为 {stations}：请给 1 以上的整数。",
                f"{stations} stations are asked for: give a whole number from 1 on.",
            )
        )
    address = f"siting?lang={lang}" + (f"&town={','.join(towns)}" if towns else "")
    _, _, ask = asked(Store(warehouse).current(), address, lay_out_assets().maps)
    if weigh == "need" and "proposal" in ask.not_loaded:
        raise Problem(
            Words(
                "未载入“提案”表，不知道需求：请载入，或用 --weigh residents。",
                "No proposals were loaded, so that need is not known: load them, or give --weigh residents.",
            )
        )
    here = _located(ask, who, candidates, system, matrix, weights or weigh, capacity)
    if share is not None:
        least = as_share(share)
        found = _told(lambda: fewest(here.setting, least, within, seconds=seconds), seconds)
        siting, extra = (
            found.siting,
            {"fewest": len(found.siting.chosen), "at_least": found.at_least},
        )
    else:
        assert stations is not None
        solve = (
            partial(cover, here.setting, stations, within, seconds=seconds)
            if aim == "cover"
            else partial(median, here.setting, stations, seconds=seconds)
        )
        siting = _told(solve, seconds)
        extra = {}
    outcome = outcome_of(here, siting, within)
    meant = Meant(who, is_in_metres=matrix is None, weigh=weigh if weights is None else "own")
    answer = (
        answer_as_geojson(ask, outcome, meant)
        if form == "geojson"
        else {**answer_as_dict(ask, outcome, meant), **extra}
    )
    if weights is not None and len(here.left_out):
        count = len(here.left_out)
        click.echo(
            f"{count} 个社区在 {weights.name} 里没有权重或缺位置、覆盖类型，未计入（left_out）。\n"
            f"Left out, without a weight in {weights.name}, a position or a coverage type: {count} (left_out).",
            err=True,
        )
    click.echo(json.dumps(answer, ensure_ascii=False, indent=1, default=float))  # fmt: skip


def _told(solve: Callable[[], T], seconds: float) -> T:
    """Solve, and tell at a console how long it has taken; Ctrl-C gives up."""
    solved: Future[T] = Future()

    def run() -> None:
        try:
            solved.set_result(solve())
        except Exception as error:
            solved.set_exception(error)

    # The solver does not heed signals: whoever gives up does not wait for it.
    Thread(target=run, daemon=True).start()
    started = monotonic()
    try:
        while not wait((solved,), timeout=1).done:
            if sys.stderr.isatty():
                so_far = f"{monotonic() - started:.0f} / {seconds:.0f} s"
                click.echo(f"\r求解 / Solving: {so_far}", nl=False, err=True)
    except KeyboardInterrupt:
        raise Problem(Words("已取消，没有结果。", "Given up: there is no result.")) from None
    return solved.result()


def _located(
    ask: "Asking",
    who: str,
    candidates: Path | None,
    system: str,
    matrix: Path | None,
    weigh: Path | str,
    capacity: float | None,
) -> "Located":
    from dashboard.figures import siting as places

    rows, sites = (
        places.to_reach(ask, who),
        places.sites_there(ask, is_placed=matrix is None),
    )
    known = places.everywhere(ask)["community_code"]
    if isinstance(weigh, str):
        rows = places.weighed(ask, rows, weigh)
    else:
        rows = rows.assign(resident_count=rows["community_code"].map(_weights(weigh, known)))
    if candidates is not None:
        own, standing = _candidates(candidates, system), sites[sites["is_open"]]
        _check_free(candidates, own["community_code"], standing["community_code"])
        sites = places.with_own(sites, own)
    if matrix is None:
        demand, lacking = places.parted(rows, who)
        return places.put_together(demand, sites, lacking, places.ways(demand, sites), capacity)
    times = _matrix(matrix, sites, known)
    demand, lacking = places.parted(rows, who, ("resident_count",))
    sites = sites.set_index("community_code").loc[times.columns]
    sites.index.name = "community_code"
    table = times.reindex(demand["community_code"]).to_numpy(float)
    return places.put_together(demand, sites.reset_index(), lacking, table, capacity)


def _check_finite(options: dict[str, float | None]) -> None:
    for name, value in options.items():
        if value is not None and not (isfinite(value) and value >= 0):
            raise Problem(
                Words(
                    f"{name} 为 {value}：请给不小于 0 的有限数。",
                    f"{name} is {value}: give a finite number from 0 on.",
                )
            )


def _weights(file: Path, known: "pd.Series[str]") -> "pd.Series[float]":
    """Read how much each community weighs, by its code."""
    rows = _read(file, ("code", "weight"))
    _check_codes(file, rows["code"])
    _check_known(file, rows["code"], known)
    weights = _numbers(rows["weight"])
    if weights.isna().any():
        line = int(weights.isna().to_numpy().argmax())
        raise Problem(
            Words(
                f"{file.name} 第 {line + 2} 行（{rows['code'][line]}）的 weight 不是数：请填不小于 0 的数，或删去这一行。",
                f"{file.name}, line {line + 2} ({rows['code'][line]}): weight is no number: give one from 0 on, or drop "
                "the line.",
            )
        )
    return weights.set_axis(rows["code"])


def _check_codes(file: Path, codes: "pd.Series[str]") -> None:
    """Raise Problem where a code is missing or there more than once."""
    is_blank = codes.isna() | codes.str.strip().eq("")
    if is_blank.any():
        line = int(is_blank.to_numpy().argmax()) + 2
        raise Problem(
            Words(
                f"{file.name} 第 {line} 行没有代码：请填上，或删去这一行。",
                f"{file.name}, line {line}, has no code: fill it in, or drop the line.",
            )
        )
    twice = codes[codes.duplicated()]
    if len(twice):
        code = twice.iloc[0]
        raise Problem(
            Words(
                f"{file.name} 里 {code} 有多行：每个地点只能有一行。",
                f"{file.name} has more than one line of {code}: give each place one.",
            )
        )


def _check_free(file: Path, codes: "pd.Series[str]", standing: "pd.Series[str]") -> None:
    """Raise Problem where a candidate has the code of a community in which a station stands."""
    taken = codes[codes.isin(standing)]
    if len(taken):
        code = taken.iloc[0]
        raise Problem(
            Words(
                f"{file.name} 里的 {code} 已有现有站点：请删去这一行，或换一个代码。",
                f"{file.name}: a station stands at {code} already: drop the line, or give another code.",
            )
        )


def _check_known(file: Path, codes: "pd.Series[str]", known: "pd.Series[str]") -> None:
    """Raise Problem where lines are of no community."""
    unknown = codes[~codes.isin(known)]
    if len(unknown):
        raise Problem(
            Words(
                f"{file.name} 有 {len(unknown)} 行不在可选址的社区之中，第一个是 {unknown.iloc[0]}：请核对代码，或删去。",
                f"{file.name}: lines of no community that siting counts: {len(unknown)}, the first {unknown.iloc[0]}: check the "
                "codes, or drop the lines.",
            )
        )


def _candidates(file: Path, system: str) -> "pd.DataFrame":
    from dashboard.contract.tables import lat, lon
    from dashboard.figures.siting import own_sites
    from dashboard.intake.gazetteer import to_wgs84

    rows = _read(file, ("code", "name", "lon", "lat"))
    _check_codes(file, rows["code"])
    for field in (lon, lat):
        values = _numbers(rows[field.name])
        wrong = ~values.between(field.minimum, field.maximum)
        if wrong.any():
            line, code = int(wrong.to_numpy().argmax()) + 2, rows["code"][wrong].iloc[0]
            raise Problem(
                Words(
                    f"{file.name} 第 {line} 行（{code}）的 {field.name} 不在 {field.minimum}–{field.maximum} 之间：请填度数。",
                    f"{file.name}, line {line} ({code}): {field.name} does not lie within {field.minimum}–{field.maximum}: "
                    "give degrees.",
                )
            )
        rows = rows.assign(**{field.name: values})
    given = zip(rows["lon"], rows["lat"], strict=True)
    degrees = [to_wgs84(east, north, system) for east, north in given]
    return own_sites(rows.assign(lon=[e for e, _ in degrees], lat=[n for _, n in degrees]))


def _matrix(file: Path, sites: "pd.DataFrame", known: "pd.Series[str]") -> "pd.DataFrame":
    """Read travel times; raise Problem where a standing station lacks its column, a column is of no
    site, or a line of no community."""
    rows = _read(file, ())
    lines = rows.iloc[:, 0]
    _check_codes(file, lines)
    _check_known(file, lines, known)
    times = rows.iloc[:, 1:]
    strange = [name for name in times.columns if name not in set(sites["community_code"])]
    if strange:
        raise Problem(
            Words(
                f"{file.name} 有 {len(strange)} 列既不是现有站点也不是候选，第一个是 {strange[0]}：请删去，或用 --candidates 给出该地点。",
                f"{file.name}: columns of neither a station nor a candidate: {len(strange)}, the first {strange[0]}: "
                "drop them, or give the places by --candidates.",
            )
        )
    standing = sites["community_code"][sites["is_open"]]
    lacking = standing[~standing.isin(times.columns)]
    if len(lacking):
        raise Problem(
            Words(
                f"{file.name} 缺 {len(lacking)} 个现有站点的列，第一个是 {lacking.iloc[0]}：请补上，否则就算作没有这些站点。",
                f"{file.name}: columns of standing stations that are missing: {len(lacking)}, the first "
                f"{lacking.iloc[0]}: add them, or they would count as not there.",
            )
        )
    return times.apply(_numbers).set_axis(lines)


def _read(file: Path, columns: tuple[str, ...]) -> "pd.DataFrame":
    """Read a CSV as texts; raise Problem where it can't be read or lacks columns."""
    import pandas as pd

    try:
        rows = pd.read_csv(file, dtype=str, encoding="utf-8-sig")
    except (ValueError, UnicodeError) as error:
        raise Problem(
            Words(
                f"{file.name} 不是可读的 CSV（UTF-8）：请另存为 UTF-8 的 CSV。",
                f"{file.name} can't be read as CSV in UTF-8: save it as such.",
            )
        ) from error
    lacking = [name for name in columns if name not in rows.columns]
    if lacking:
        raise Problem(
            Words(
                f"{file.name} 缺列 {'、'.join(lacking)}：需要 {'、'.join(columns)}。",
                f"{file.name} lacks {', '.join(lacking)}: it needs {', '.join(columns)}.",
            )
        )
    return rows


def _numbers(values: "pd.Series[str]") -> "pd.Series[float]":
    import pandas as pd

    return pd.to_numeric(values, errors="coerce").astype("float64")
