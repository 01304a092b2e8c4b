"""The Briefing page: shows what will be taken along, presents it, and hands out the files."""

import io
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, TimeoutError, expect
from pptx import Presentation
from pptx.util import Pt

from dashboard.brief.layout import HEIGHT, WIDTH
from dashboard.paths import OWN_VARIABLE
from tests.bench.serving import dashboard_command, free_port, served
from tests.browser.conftest import DESKTOP, LAPTOP, PHONE, Screen

MAQIAO = "310112112"
Visit = Callable[..., Screen]


def headlines(screen: Screen) -> Locator:
    return screen.page.locator(".pages h2")


def downloaded(screen: Screen, name: str) -> tuple[str, bytes]:
    with screen.page.expect_download() as download:
        screen.page.locator(f".st-key-briefing-{name} button").click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def deck_titles(content: bytes) -> list[str]:
    deck: Any = Presentation(io.BytesIO(content))
    return [page.shapes.title.text_frame.text for page in deck.slides]


def no_longer_shown(screen: Screen) -> None:
    screen.page.wait_for_function("!location.search.includes('present')")
    screen.settle(figures=0)


def open_changes(screen: Screen) -> None:
    screen.page.locator("summary").first.click()


def type_into_table(screen: Screen, text: str) -> None:
    """Type into the problem list's first cell: a canvas, which takes a double click only once it is
    laid out."""
    table = screen.page.get_by_test_id("stDataFrame").locator(".dvn-scroller")
    editor = screen.page.locator("#portal textarea")
    for _ in range(10):
        table.scroll_into_view_if_needed()
        table.dblclick(position={"x": 110, "y": 52})
        with suppress(TimeoutError):
            editor.wait_for(timeout=3_000)
            break
    editor.fill(text)
    editor.press("Enter")


# Preview and files -----------------------------------------------------------------------


def test_a_town_is_seen_and_taken_along(visit: Visit) -> None:
    screen = visit(f"briefing?town={MAQIAO}", figures=0)
    expect(screen.headline).to_contain_text("马桥镇汇报")
    expect(headlines(screen)).to_have_count(10)
    name, content = downloaded(screen, "pptx")
    assert name == "马桥镇汇报-2025-12-示例.pptx"
    assert deck_titles(content)[1:] == headlines(screen).all_text_contents()


@pytest.mark.parametrize(
    ("name", "file", "start"),
    [
        ("docx", "闵行区汇报-2025-12-示例.docx", b"PK"),
        ("xlsx", "闵行区汇报-2025-12-示例.xlsx", b"PK"),
        ("report", "闵行区汇报-2025-12-示例.html", b"<!doctype html>"),
        ("a3", "闵行区汇报-2025-12-示例-a3.html", b"<!doctype html>"),
        ("show", "闵行区汇报-2025-12-示例-show.html", b"<!doctype html>"),
    ],
)
def test_each_kind_of_file_is_handed_out(visit: Visit, name: str, file: str, start: bytes) -> None:
    screen = visit("briefing", figures=0)
    called, content = downloaded(screen, name)
    assert called == file
    assert content.startswith(start)


def test_pages_are_left_out_by_hand(visit: Visit) -> None:
    screen = visit("briefing?lang=en", figures=0)
    expect(headlines(screen)).to_have_count(9)
    open_changes(screen)
    screen.page.get_by_role("button", name="Remove Case").click()
    expect(headlines(screen)).to_have_count(8)
    screen.page.get_by_label("Reported by").fill("Office of Examples")
    screen.page.get_by_label("Reported by").press("Enter")
    cover = screen.page.locator('.pages [data-key="cover"]')
    expect(cover).to_contain_text("Reported by: Office of Examples")
    # What was changed is still there after the show, and in it.
    screen.page.get_by_role("button", name="Present", exact=True).click()
    shown = screen.page.locator("dialog[open]")
    expect(shown.locator("output")).to_have_text("1 / 9")
    expect(shown).to_contain_text("Reported by: Office of Examples")
    screen.page.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    expect(headlines(screen)).to_have_count(8)
    expect(cover).to_contain_text("Reported by: Office of Examples")


def headline_field(screen: Screen, label: str = "一页结论：标题") -> Locator:
    return screen.page.get_by_label(label, exact=True)


def type_headline(screen: Screen, text: str) -> None:
    headline_field(screen).fill(text)
    headline_field(screen).press("Enter")
    expect(headlines(screen).first).to_have_text(text)


def test_what_was_changed_is_there_again(
    visit: Visit, another: Callable[[], Screen], server: Any
) -> None:
    address = f"briefing?town={MAQIAO}"
    screen = visit(address, figures=0)
    open_changes(screen)
    original = headlines(screen).first.inner_text()
    type_headline(screen, "我们写的标题")
    screen.page.get_by_label("汇报单位").fill("示例单位")
    screen.page.get_by_label("汇报单位").press("Enter")
    screen.page.get_by_role("button", name="Remove 案例").click()
    expect(headlines(screen)).to_have_count(9)
    expect(screen.page.get_by_text("修改已保存于")).to_be_visible()

    def is_there(screen: Screen) -> None:
        expect(headlines(screen)).to_have_count(9)
        expect(headlines(screen).first).to_have_text("我们写的标题")
        expect(screen.page.locator('.pages [data-key="cover"]')).to_contain_text("示例单位")

    # Another page and back, by link and by the browser's button.
    screen.links.filter(has_text="总览").click()
    screen.settle(figures=4)
    screen.page.go_back()
    is_there(screen)
    # The page anew.
    screen.page.reload()
    is_there(screen)
    # Another language, whose sentences are its own, and back.
    screen.page.goto(f"{server.address}/{address}&lang=en")
    expect(headlines(screen)).to_have_count(9)
    expect(headlines(screen).first).not_to_have_text("我们写的标题")
    screen.page.goto(f"{server.address}/{address}")
    is_there(screen)
    # Somebody else, and another place.
    theirs = another()
    theirs.page.goto(f"{server.address}/{address}")
    is_there(theirs)
    theirs.page.goto(f"{server.address}/briefing")
    expect(headlines(theirs)).to_have_count(9)
    # The way back.
    open_changes(screen)
    screen.page.get_by_role("button", name="恢复原文").click()
    screen.page.get_by_role("button", name="放弃修改").click()
    expect(headlines(screen).first).to_have_text(original)
    expect(headlines(screen)).to_have_count(10)
    screen.page.reload()
    expect(headlines(screen).first).to_have_text(original)


def test_who_changes_nothing_overwrites_nobody(
    visit: Visit, another: Callable[[], Screen], server: Any
) -> None:
    mine, theirs = visit("briefing", figures=0), another()
    theirs.page.goto(f"{server.address}/briefing")
    expect(headlines(theirs)).to_have_count(9)
    open_changes(mine)
    type_headline(mine, "先写的标题")
    theirs.page.get_by_text("A3 预览").click()
    expect(theirs.page.locator(".a3")).to_be_visible()
    mine.page.reload()
    expect(headlines(mine).first).to_have_text("先写的标题")
    # The last to change wins.
    theirs.page.goto(f"{server.address}/briefing")
    open_changes(theirs)
    type_headline(theirs, "后写的标题")
    mine.page.reload()
    expect(headlines(mine).first).to_have_text("后写的标题")


def test_a_changed_problem_list_is_there_again(visit: Visit) -> None:
    screen = visit("briefing", figures=0)
    open_changes(screen)
    type_into_table(screen, "某社区")
    problems = screen.page.locator('.pages [data-key="problems"]')
    expect(problems).to_contain_text("某社区")
    rows = problems.locator("tr").count()
    for _ in range(2):
        screen.page.reload()
        expect(problems).to_contain_text("某社区")
        expect(problems.locator("tr")).to_have_count(rows)


@pytest.mark.typefaces
def test_a_headline_that_is_too_long_is_told_beside_its_field(visit: Visit) -> None:
    screen = visit("briefing", figures=0)
    open_changes(screen)
    type_headline(screen, "长" * 31)
    told = screen.page.get_by_text("太长：31 字，放得下 28 字。")
    field, said = headline_field(screen).bounding_box(), told.bounding_box()
    assert field is not None
    assert said is not None
    assert 0 < said["y"] - field["y"] < 80
    type_headline(screen, "短")
    expect(told).to_have_count(0)


def test_a_server_that_keeps_nothing_says_so_and_keeps_it_while_one_stays(
    warehouse_file: Path,
    tmp_path: Path,
    another: Callable[[], Screen],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(OWN_VARIABLE, str(tmp_path / "own"))
    port = free_port()
    command = [*dashboard_command(warehouse_file, port), "--no-loading"]
    with served(command, port=port, log=tmp_path / "log.txt") as server:
        screen = another()
        screen.page.goto(f"{server.address}/briefing")
        expect(headlines(screen)).to_have_count(9)
        open_changes(screen)
        type_headline(screen, "只在这里")
        expect(screen.page.get_by_text("此服务器不保存修改")).to_be_visible()
        screen.links.filter(has_text="总览").click()
        screen.settle(figures=4)
        screen.page.go_back()
        expect(headlines(screen).first).to_have_text("只在这里")
        screen.page.reload()
        expect(headlines(screen)).to_have_count(9)
        expect(headlines(screen).first).not_to_have_text("只在这里")
    assert not (tmp_path / "own").exists()


def test_two_people_do_not_disturb_each_other(
    visit: Visit, another: Callable[[], Screen], server: Any
) -> None:
    mine, theirs = visit("briefing?lang=en", figures=0), another()
    theirs.page.goto(f"{server.address}/briefing?lang=en&town={MAQIAO}&present=1")
    expect(theirs.page.locator("dialog[open] output")).to_have_text("1 / 11")
    open_changes(mine)
    mine.page.get_by_role("button", name="Remove Case").click()
    expect(headlines(mine)).to_have_count(8)
    theirs.page.keyboard.press("End")
    expect(theirs.page.locator("dialog[open] output")).to_have_text("11 / 11")
    expect(headlines(theirs)).to_have_count(10)
    assert len(deck_titles(downloaded(mine, "pptx")[1])) == 9


def test_the_own_template_is_taken_or_refused_in_a_sentence(visit: Visit, tmp_path: Path) -> None:
    screen = visit("briefing", figures=0)
    open_changes(screen)
    upload = screen.page.locator('.st-key-briefing-template input[type="file"]')
    broken = tmp_path / "broken.pptx"
    broken.write_bytes(b"nothing")
    upload.set_input_files(broken)
    expect(screen.alerts).to_contain_text("模板不是可用的 PowerPoint 文件")
    template: Any = Presentation()
    template.slide_width, template.slide_height = Pt(WIDTH), Pt(HEIGHT)
    template.slide_layouts[5].name = "我们的版式"
    good = tmp_path / "good.pptx"
    template.save(str(good))
    upload.set_input_files(good)
    expect(screen.alerts).to_contain_text("已采用模板 good.pptx")
    deck: Any = Presentation(io.BytesIO(downloaded(screen, "pptx")[1]))
    assert "我们的版式" in [layout.name for layout in deck.slide_layouts]


# Presenting ------------------------------------------------------------------------------


def test_keys_and_a_clicker_turn_the_pages(visit: Visit) -> None:
    screen = visit("briefing?present=1", figures=0)
    shown = screen.page.locator("dialog[open]")
    counter = shown.locator("output")
    expect(counter).to_have_text("1 / 10")
    for key, at in (
        ("ArrowRight", 2), ("PageDown", 3), ("Space", 4), ("ArrowDown", 5), ("Enter", 6),
        ("PageUp", 5), ("ArrowLeft", 4), ("Shift+Space", 3), ("End", 10), ("ArrowRight", 10),
        ("Home", 1), ("ArrowLeft", 1),
    ):  # fmt: skip
        screen.page.keyboard.press(key)
        expect(counter).to_have_text(f"{at} / 10")
    screen.page.keyboard.press("b")
    expect(shown.locator(".page")).to_be_hidden()
    screen.page.keyboard.press("b")
    expect(shown.locator(".page")).to_be_visible()
    screen.page.keyboard.press("Escape")
    expect(screen.page.locator("dialog[open]")).to_have_count(0)
    no_longer_shown(screen)


def test_the_button_fills_the_screen_and_esc_gives_it_back(visit: Visit) -> None:
    screen = visit(f"briefing?town={MAQIAO}", figures=0)
    screen.page.get_by_role("button", name="放映", exact=True).click()
    screen.page.wait_for_function("document.fullscreenElement !== null")
    expect(screen.page.locator("dialog[open] h1")).to_be_visible()
    screen.page.keyboard.press("Escape")
    screen.page.wait_for_function("document.fullscreenElement === null")
    no_longer_shown(screen)
    screen.in_address(f"town={MAQIAO}", figures=0)
    # And again.
    screen.page.get_by_role("button", name="放映", exact=True).click()
    expect(screen.page.locator("dialog[open] output")).to_have_text("1 / 11")
    screen.page.locator('dialog[open] [data-do="leave"]').click()
    no_longer_shown(screen)


_TEXTS = """dialog => [...dialog.querySelectorAll(".page *")]
  .filter(each => [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim())
    && each.tagName !== "title")
  .map(each => {
    const scale = each.ownerSVGElement
      ? each.ownerSVGElement.getBoundingClientRect().width / each.ownerSVGElement.viewBox.baseVal.width : 1;
    return [parseFloat(getComputedStyle(each).fontSize) * scale, each.textContent];
  })"""
_CUT = """dialog => [...dialog.querySelectorAll(".at")]
  .filter(each => each.scrollHeight > each.clientHeight + 2 || each.scrollWidth > each.clientWidth + 2)
  .map(each => each.textContent.slice(0, 60))"""


@pytest.mark.typefaces
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [LAPTOP, DESKTOP])
def test_pages_are_large_and_whole(visit: Visit, size: tuple[int, int], language: str) -> None:
    screen = visit(f"briefing?present=1&town={MAQIAO}&lang={language}", figures=0, size=size)
    shown = screen.page.locator("dialog[open]")
    for number in range(1, 12):
        expect(shown.locator("output")).to_have_text(f"{number} / 11")
        box = shown.locator(".page .screen").bounding_box()
        assert box is not None
        assert box["width"] == pytest.approx(min(size[0], size[1] * 16 / 9), abs=2)
        assert box["height"] <= size[1] + 1
        assert shown.evaluate(_CUT) == []
        least = 32 * box["width"] / 1920
        small = [text for high, text in shown.evaluate(_TEXTS) if high < 0.87 * least]
        # Only notes under a map may be a little smaller.
        assert small == []
        screen.page.keyboard.press("PageDown")
    # Nothing of the page around shows through.
    for x, y in ((1, 1), (size[0] - 1, 1), (1, size[1] - 1), (size[0] - 1, size[1] - 1)):
        assert screen.page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).closest('[data-testid=stBidiComponentRegular], .st-key-briefing-preview') !== null",
            [x, y],
        )


@pytest.mark.typefaces
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_shows_pages_as_they_flow(visit: Visit, language: str) -> None:
    screen = visit(f"briefing?present=1&lang={language}", figures=0, size=PHONE)
    shown = screen.page.locator("dialog[open]")
    for _ in range(10):
        stage = shown.locator(".stage")
        assert stage.evaluate("each => each.scrollWidth <= each.clientWidth")
        sizes = shown.evaluate(
            """dialog => [...dialog.querySelectorAll(".page h1, .page h2, .page td, .page p")]
              .map(each => parseFloat(getComputedStyle(each).fontSize))"""
        )
        assert min(sizes) >= 14
        cut = shown.evaluate(
            """dialog => [...dialog.querySelectorAll(".page :is(th, td)")]
              .filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.textContent)"""
        )
        assert cut == []
        shown.locator('[data-do="next"]').click(force=True)
    expect(shown.locator("output")).to_have_text("10 / 10")


# The sheet -------------------------------------------------------------------------------


@pytest.mark.typefaces
def test_the_sheet_is_seen_in_the_page(visit: Visit) -> None:
    screen = visit(f"briefing?town={MAQIAO}", figures=0)
    screen.page.get_by_text("A3 预览").click()
    screen.in_address("form=a3", figures=0)
    sheet = screen.page.locator(".a3")
    expect(sheet).to_contain_text("马桥镇")
    assert sheet.locator("svg").count() == 5
    assert sheet.evaluate(_CUT) == []
