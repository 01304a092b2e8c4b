"""The HTTP answer to a page's address: the page's value, packed, revalidated, refused in sentences."""

import asyncio
import gzip
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from dashboard import answering
from dashboard.answering import Answers
from dashboard.subjects.answers import asked
from dashboard.ui.assets import lay_out_assets
from dashboard.views import shown_page
from dashboard.warehouse.store import Store, Warehouse
from tests.bench.serving import Server, dashboard_command, free_port, served

ADDRESS = "housing?town=310112103&lang=en"


@pytest.fixture(scope="module")
def server(warehouse_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    port, log = free_port(), tmp_path_factory.mktemp("answers") / "log.txt"
    with served(dashboard_command(warehouse_file, port), port=port, log=log) as server:
        yield server
    assert "Traceback" not in log.read_text(encoding="utf-8")


def get(server: Server, address: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    with closing(HTTPConnection(urlsplit(server.address).netloc, timeout=30)) as connection:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        connection.request("GET", f"/answers/{address}", headers=named)
        response = connection.getresponse()
        return response, response.read()


def test_an_answer_is_the_value_of_its_page(server: Server, warehouse: Warehouse) -> None:
    response, content = get(server, ADDRESS)
    assert (response.status, response.getheader("Content-Type")) == (200, "application/json")
    page, read, ask = asked(warehouse, ADDRESS, lay_out_assets().maps)
    drawn = shown_page(ask, page, read.chosen)
    told = json.loads(content)
    assert told["tree"] == json.loads(drawn.tree)
    assert told["parts"] == {id: json.loads(text) for id, text in drawn.parts.items()}
    assert told["asked"] == {"town": "310112103", "lang": "en"}


def test_what_the_browser_holds_is_not_sent_again(server: Server) -> None:
    _, content = get(server, ADDRESS)
    whole = json.loads(content)
    elsewhere = "housing?town=310112101&lang=en"
    response, content = get(server, elsewhere, Parts_Held=",".join(whole["parts"]))
    told = json.loads(content)
    assert told["parts"].keys().isdisjoint(whole["parts"])
    _, content = get(server, elsewhere)
    every = json.loads(content)
    assert told["tree"] == every["tree"]
    assert every["parts"].items() >= told["parts"].items()
    assert whole["parts"].keys() & every["parts"].keys()
    assert "parts-held" in (response.getheader("Vary") or "")


def test_what_is_left_out_of_an_address_is_said_with_the_answer(server: Server) -> None:
    response, content = get(server, "housing?town=1&from=2031-01&lang=en&utm=2")
    told = json.loads(content)
    assert response.status == 200
    assert len(told["notices"]) == 2
    assert told["read"] == {"lang": "en"}
    assert "town=1" in " ".join(told["notices"])
    plain, _ = get(server, "housing?lang=en")
    assert plain.getheader("ETag") != response.getheader("ETag")


def test_it_goes_packed_to_who_takes_that_and_once_to_who_has_it(server: Server) -> None:
    plain, content = get(server, ADDRESS)
    packed, smaller = get(server, ADDRESS, Accept_Encoding="gzip")
    assert packed.getheader("Content-Encoding") == "gzip"
    assert gzip.decompress(smaller) == content
    assert len(smaller) < len(content) / 3
    tag = packed.getheader("ETag")
    assert tag == plain.getheader("ETag")
    again, nothing = get(server, ADDRESS, If_None_Match=tag or "")
    assert (again.status, nothing) == (304, b"")
    other, _ = get(server, "housing?town=310112101&lang=en", If_None_Match=tag or "")
    assert other.status == 200
    assert "private" in (packed.getheader("Cache-Control") or "")


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("nosuch", 400, ["There is no page “nosuch”"]),
        ("housing?town=" + "1," * 5_000, 414, ["too long"]),
    ],
)
def test_what_is_wrong_is_said_in_sentences_all_at_once(
    server: Server, address: str, status: int, said: list[str]
) -> None:
    response, content = get(server, address)
    problems = json.loads(content)["problems"]
    assert response.status == status
    assert len(problems) == len(said)
    assert all(text in " ".join(each["en"] for each in problems) for text in said)
    assert all(any(letter >= "\u4e00" for letter in each["zh"]) for each in problems)


def test_it_answers_no_stranger(server: Server) -> None:
    response, _ = get(server, ADDRESS, Host="evil.example")
    assert response.status == 403
    response, _ = get(server, ADDRESS, Origin="https://evil.example")
    assert response.status == 403


def request(page: str, query: str = "", **headers: str) -> Any:
    url = SimpleNamespace(query=query)
    return SimpleNamespace(path_params={"page": page}, url=url, headers=headers)


def test_more_than_can_wait_are_told_to_come_again(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is made and one waits while others come: these two are answered all the same, and at
    once whoever asks for a page that is there already."""
    monkeypatch.setattr(answering, "_AT_ONCE", 1)
    monkeypatch.setattr(answering, "_MOST_WAITING", 1)
    answers, goes_on, begun = Answers(Store(warehouse.path)), threading.Event(), threading.Event()
    answer = answering._Asked.answer

    def wait(asked: answering._Asked, held: str) -> Any:
        if not asked.is_made:
            begun.set()
            goes_on.wait(30)
        return answer(asked, held)

    async def all_of_them() -> list[Any]:
        made = await answers(request("explore"))
        monkeypatch.setattr(answering._Asked, "answer", wait)
        first = asyncio.create_task(answers(request("overview")))
        while not begun.is_set():
            await asyncio.sleep(0.01)
        second = asyncio.create_task(answers(request("needs")))
        await asyncio.sleep(0.1)
        refused = await answers(request("housing"))
        passed = await answers(request("explore", **{"parts-held": "none"}))
        assert not first.done()
        goes_on.set()
        return [made, await first, await second, refused, passed]

    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(asyncio.run, all_of_them()).result()
    assert [each.status_code for each in sent] == [200, 200, 200, 503, 200]


def test_a_long_search_holds_up_nobody_but_another(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, goes_on = Answers(Store(warehouse.path)), threading.Event()
    answer, begun = answering._Asked.answer, []

    def wait(asked: answering._Asked, held: str) -> Any:
        if asked.turn == "searched":
            begun.append(asked.given)
            goes_on.wait(30)
        return answer(asked, held)

    monkeypatch.setattr(answering._Asked, "answer", wait)

    async def all_of_them() -> list[Any]:
        long = [
            asyncio.create_task(answers(request("siting", f"search=60&stations={stations}")))
            for stations in (2, 3, 4)
        ]
        while not begun:
            await asyncio.sleep(0.01)
        others = [await answers(request(page)) for page in ("overview", "siting")]
        assert len(begun) == 1
        goes_on.set()
        return [*others, *await asyncio.gather(*long)]

    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(asyncio.run, all_of_them()).result()
    assert {each.status_code for each in sent} == {200}


def test_a_fault_is_told_and_logged(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answers = Answers(Store(warehouse.path))

    def fail(asked: answering._Asked, held: str) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(answering._Asked, "answer", fail)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(asyncio.run, answers(request("overview"))).result()
    assert answer.status_code == 500
    assert "the log says why" in json.loads(answer.body)["problems"][0]["en"]
    assert "ZeroDivisionError" in caplog.text


def test_without_a_warehouse_it_says_how_to_build_one(tmp_path: Path) -> None:
    answers = Answers(Store(tmp_path / "none.duckdb"))
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(asyncio.run, answers(request("overview"))).result()
    assert answer.status_code == 503
    assert "python -m dashboard build" in json.loads(answer.body)["problems"][0]["en"]
