"""Check that words which nobody knows are asked about in the page, and the answers kept."""

from typing import Any

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from dashboard.contract.tables import mode
    from dashboard.intake.faults import Check, ValueQuestion
    from dashboard.intake.headings import recognise
    from dashboard.intake.reading import Sheet
    from dashboard.language import Say
    from dashboard.ui.own_correcting import corrected
    from dashboard.ui.own_questions import show_questions

    found = recognise(
        Sheet("a.xlsx", "治理", [["社区", "起始日期", "治理模式"], ["甲", "x", "托管"]])
    )
    assert found is not None
    asked = [
        ValueQuestion("a.xlsx", "治理", "mode", word, 7, dict(mode.allowed))
        for word in ("托管", "联管")
    ]
    show_questions(Say("zh"), Check(recognised=[found], questions=asked))
    st.json(corrected())


def test_an_answer_is_kept_as_a_mapping_has_it() -> None:
    app = AppTest.from_function(_page, default_timeout=60).run()
    first, second = app.selectbox
    assert "“托管”是哪一项？（7 行）" in first.label
    first.select("2").run()
    second = app.selectbox[1]
    second.select("5").run()
    said: dict[str, Any] = app.session_state["own-corrected"]
    assert said == {"a.xlsx:治理": {"values": {"mode": {"托管": "2", "联管": "5"}}}}
    assert not app.exception
