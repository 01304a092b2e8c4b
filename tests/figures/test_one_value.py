"""A figure is one value: page, answer, file and command line take the same, for every figure there is."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from dashboard.asking.questions import Asking
from dashboard.cli.main import main
from dashboard.contract.rounding import MISSING, rounded
from dashboard.contract.words import Language
from dashboard.figures.address import Address
from dashboard.figures.figure import Figure, drawn
from dashboard.figures.files import figure_as_csv, figure_as_xlsx
from dashboard.figures.page import Page
from dashboard.figures.written import figure_as_dict, page_as_dict
from dashboard.language import Say
from dashboard.subjects.answers import asked
from dashboard.subjects.pages import PAGES, make_page
from dashboard.ui.assets import lay_out_assets
from dashboard.ui.context import Context
from dashboard.views import show_view
from dashboard.warehouse.store import Warehouse

ADDRESSES: tuple[tuple[Language, str], ...] = (
    ("zh", ""), ("en", "town=310112103"), ("zh", "community=310112112-048"),
    ("en", "map=turnover&shape=tiles&from=2025-01&tier=bed"),
)  # fmt: skip
EXPLORED = tuple(
    f"view={view}&map=reach"
    for view in ("scatter", "bivariate", "ranking", "trend", "multiples", "distribution", "table")
)
CASES = [
    *((page, language, query) for page in PAGES for language, query in ADDRESSES),
    *(("explore", "zh", query) for query in EXPLORED),
    ("scenario", "zh", "rule=advice&against=siting"),
    ("siting", "en", "weigh=need&sites=One@121.46000,31.04000"),
]
pytestmark = pytest.mark.slow  # Every figure of every page, in every form.
every_page = pytest.mark.parametrize(("page", "language", "query"), CASES)
Made = Callable[[str, Language, str], tuple[Asking, Address, Page]]


@pytest.fixture
def made(warehouse: Warehouse) -> Made:
    def make(page: str, language: Language, query: str) -> tuple[Asking, Address, Page]:
        address = f"{page}?lang={language}&{query}"
        _, read, ask = asked(warehouse, address, lay_out_assets().maps)
        return ask, read, make_page(ask, page, read.chosen)

    return make


def plain(value: Any) -> Any:
    """Take a value through JSON, as whoever receives it does."""
    return json.loads(json.dumps(value, default=str))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """Note what the browser is sent, to a session that knows no part yet."""
    noted: list[dict[str, Any]] = []

    def note(*, data: bytes, **_: Any) -> dict[str, Any]:
        noted.append(json.loads(data))
        return {}

    monkeypatch.setattr("dashboard.ui.page._component", lambda: note)
    yield noted


SHOWN: list[Callable[[], None]] = []


def show_in_streamlit(show: Callable[[], None]) -> None:
    def script() -> None:
        from tests.figures.test_one_value import SHOWN

        SHOWN[-1]()

    SHOWN.append(show)
    ran = AppTest.from_function(script, default_timeout=60).run()
    assert not ran.exception, ran.exception


@every_page
def test_a_page_shows_the_value(
    page: str, language: Language, query: str, made: Made, sent: list[dict[str, Any]],
    warehouse: Warehouse,
) -> None:  # fmt: skip
    ask, read, value = made(page, language, query)
    context = Context(warehouse, read, Say(language), lay_out_assets(), page=page)
    show_in_streamlit(lambda: show_view(context, []))
    [message] = sent
    tree, parts = message["tree"], message["parts"]
    placed = {part["figure"]: part["ids"] for part in parts_of(tree) if "figure" in part}
    assert list(placed) == [figure.key for figure in value.figures]
    for figure in value.figures:
        shown, caption = (
            {**parts[placed[figure.key][0]], **parts[placed[figure.key][1]]},
            figure.caption,
        )
        drawing = drawn(ask, figure).as_dict()
        assert {name: shown[name] for name in drawing} == plain(drawing)
        said = (shown["headline"], shown["note"], shown["asOf"], shown["source"])
        source = context.source_of(figure.counted.columns)
        assert said == (caption.headline, caption.note, caption.as_of, source)
    told = page_as_dict(context, value)
    assert (tree["state"], tree["change"]) == tuple(told["headline"].values())
    numbers: list[dict[str, Any]] = []
    if tree["tiles"]:
        names, values = (parts[id] for id in tree["tiles"])
        pairs = zip(names["names"], values["values"], strict=True)
        numbers = [name | number for name, number in pairs]
    assert numbers == [
        {name: each[name] for name in each if name != "value"} for each in told["tiles"]
    ]


def parts_of(tree: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for row in tree["rows"] for column in row["columns"] for part in column]


@every_page
def test_the_command_line_writes_the_value(
    page: str, language: Language, query: str, made: Made, warehouse: Warehouse
) -> None:
    ask, _, value = made(page, language, query)
    address = f"{page}?lang={language}&{query}".rstrip("&")
    told = run("page", address, "--warehouse", str(warehouse.path))
    assert json.loads(told) == plain(page_as_dict(ask, value))


@pytest.mark.parametrize("page", PAGES)
def test_one_figure_on_the_command_line_is_that_of_the_page(
    page: str, made: Made, warehouse: Warehouse
) -> None:
    ask, _, value = made(page, "en", "town=310112103")
    for figure in value.figures:
        settings = ("--set", "town=310112103", "--set", "lang=en")
        words = ("figure", f"{page}/{figure.key}", *settings, "--warehouse", str(warehouse.path))
        assert json.loads(run(*words)) == plain(figure_as_dict(ask, figure))
        told = run(*words, "--as", "csv").splitlines()
        assert told == figure_as_csv(ask, figure).decode("utf-8-sig").splitlines()


def run(*words: str) -> str:
    ran = CliRunner().invoke(main, words)
    assert ran.exit_code == 0, ran.output
    return ran.stdout


@every_page
def test_files_hold_the_values_that_are_drawn(
    page: str, language: Language, query: str, made: Made
) -> None:
    ask, _, value = made(page, language, query)
    for figure in value.figures:
        text = figure_as_csv(ask, figure).decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text)))
        for line, held in zip(sheet_lines(figure_as_xlsx(ask, figure)), lines, strict=True):
            assert line == pytest.approx([as_number(cell) for cell in held]), figure.key
        if figure.drawing.kind in ("plot", "map"):
            hold_the_counted_values(figure, lines)
        elif figure.drawing.kind == "table" and figure.drawing.empty is None:
            hold_the_drawn_numbers(figure, lines)


def hold_the_counted_values(figure: Figure, lines: list[list[str]]) -> None:
    """Find the values that the figure was drawn of in one column of the file, in their order."""
    counted = figure.counted.measured
    if len(counted.indicators) != 1 or counted.rows.empty:
        return
    values = counted.rows["value"].astype("float64").to_numpy()
    columns = [[as_number(cell) for cell in column] for column in zip(*lines[1:], strict=True)]
    numbers = [
        np.array([cell if isinstance(cell, float) else np.nan for cell in column])
        for column in columns
    ]
    assert any(np.allclose(column, values, equal_nan=True) for column in numbers), figure.key


def hold_the_drawn_numbers(figure: Figure, lines: list[list[str]]) -> None:
    """Find each line's drawn cells in the file's line, where they are numbers: unrounded there."""
    for row, held in zip(figure.drawing.body["rows"], lines[1:], strict=True):
        for text, cell in zip(row["cells"], held, strict=False):
            number = as_number(text.rstrip("%").replace(",", "").replace("−", "-"))
            if isinstance(number, float):
                decimals = len(text.rstrip("%").partition(".")[2])
                assert isinstance(as_number(cell), float), (figure.key, text, cell)
                assert rounded(float(cell), decimals) == number, (figure.key, text, cell)


def as_number(cell: Any) -> str | float | None:
    """Read a cell as a spreadsheet does: what is a number is one, what is missing is nothing."""
    if cell in (None, "", MISSING):
        return None
    try:
        return float(cell)
    except ValueError:
        return cell


def sheet_lines(content: bytes) -> list[list[str | float | None]]:
    """Read a workbook's lines; months and dates as they are written in it."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    forms = {"yyyy-mm": "%Y-%m", "yyyy-mm-dd": "%Y-%m-%d"}
    return [
        [
            f"{cell.value:{forms[cell.number_format]}}" if cell.is_date else as_number(cell.value)
            for cell in line
        ]
        for line in sheet.iter_rows()
    ]
