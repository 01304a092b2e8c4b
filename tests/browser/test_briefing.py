"""The Briefing page: shows what will be taken along, and hands out the files."""

import io
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect
from pptx import Presentation

from tests.browser.conftest import Screen

MAQIAO = "310112112"


def test_a_town_is_seen_and_taken_along(visit: Callable[..., Screen]) -> None:
    screen = visit(f"briefing?town={MAQIAO}", figures=0)
    expect(screen.headline).to_contain_text("马桥镇汇报")
    preview = screen.page.frame_locator("iframe")
    headlines = preview.locator("h2").all_text_contents()
    assert len(headlines) == 9
    with screen.page.expect_download() as download:
        screen.page.locator(".st-key-briefing-pptx button").click()
    assert download.value.suggested_filename == f"briefing-{MAQIAO}-2025-12-sample-zh.pptx"
    deck = Presentation(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert [page.shapes.title.text_frame.text for page in deck.slides][1:] == headlines


def test_pages_are_left_out_by_hand(visit: Callable[..., Screen]) -> None:
    screen = visit("briefing?lang=en", figures=0)
    preview = screen.page.frame_locator("iframe")
    expect(preview.locator("h2")).to_have_count(9)
    screen.page.locator("summary").first.click()
    screen.page.get_by_role("button", name="Remove Case").click()
    expect(preview.locator("h2")).to_have_count(8)
    screen.page.get_by_label("Reported by").fill("Office of Examples")
    screen.page.get_by_label("Reported by").press("Enter")
    expect(preview.locator(".cover")).to_contain_text("Reported by: Office of Examples")
