"""The browser is sent what it lacks and no more, in as few bytes as UTF-8 takes."""

import json

import pytest
import streamlit as st

from dashboard.ui.component import forget, sent


@pytest.fixture(autouse=True)
def session(monkeypatch):
    monkeypatch.setattr(st, "session_state", {})


FRAME, BODY = {"words": "数据"}, {"kind": "list", "body": {"items": []}}


def read(data):
    return json.loads(data.decode())


def test_both_parts_are_sent_once():
    first = read(sent(FRAME, BODY, chosen=("a",)))
    assert first["chosen"] == ["a"]
    assert [first["parts"][each] for each in first["ids"]] == [FRAME, BODY]
    again = read(sent(FRAME, BODY))
    assert again == {"chosen": [], "ids": first["ids"]}


def test_a_new_body_goes_without_the_frame():
    first = read(sent(FRAME, BODY))
    other = read(sent(FRAME, {**BODY, "alt": "x"}))
    assert other["ids"][0] == first["ids"][0]
    assert list(other["parts"]) == [other["ids"][1]]


def test_what_did_not_arrive_is_sent_again():
    first = read(sent(FRAME, BODY))
    forget(first["ids"][1:])
    assert list(read(sent(FRAME, BODY))["parts"]) == first["ids"][1:]


def test_chinese_is_sent_as_it_is_written():
    assert "数据".encode() in sent(FRAME, BODY)


def test_numbers_that_no_browser_reads_are_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        sent(FRAME, {"value": float("nan")})
