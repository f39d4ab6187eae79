"""The board in a browser: a drag across columns of a thousand cards; the whole board by keyboard alone."""

import json
import re
from collections import Counter
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.big import PASSWORD, Big, big_project
from tests.browser.hand import ALL, card, carry, way
from tests.servers import Web

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def opened(page: Page, web: Web, big: Big, query: str = "") -> None:
    """The board, signed in as the head."""
    page.goto(web.url)
    page.fill("[name=login]", big.head.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{web.url}/")
    page.goto(f"{web.url}/projects/{big.project.uid}/board/{query}")
    page.wait_for_load_state("networkidle")


def drag(page: Page, uid: Any, to: str) -> None:
    carry(page, *way(page, uid, to))


def costliest(trace: bytes) -> float:
    """Milliseconds of processor time of the costliest task of the page: how long it waited on a busy machine is not counted."""
    events = [one for one in json.loads(trace)["traceEvents"] if one.get("ph") == "X"]
    ((main, _times),) = Counter((one["pid"], one["tid"]) for one in events if one["name"] == "UpdateLayoutTree").most_common(1)
    return max(one.get("tdur", 0) for one in events if one["name"] == "RunTask" and (one["pid"], one["tid"]) == main) / 1000


@pytest.mark.timed
def test_a_card_is_dragged_among_a_thousand(page: Page, web: Web) -> None:
    """A frame is at most 50 ms of work, so are the answer and the event after it; the bench measures each drag by the clock.

    Judged by the median of five: the first on a page, which runs all for the first time, takes up to 55 ms; the bench tells it.
    """
    big = big_project(1_000)
    opened(page, web, big)
    assert page.evaluate(ALL) == 1_000
    page.evaluate("document.querySelector('.board-columns').scrollIntoView({behavior: 'instant'})")
    worked, browser = [], page.context.browser
    assert browser
    for _run in range(5):
        uid = page.locator("#cards-not_started .task-card").nth(1).get_attribute("data-uid")
        taken = way(page, uid, "in_progress")
        page.wait_for_timeout(500)
        browser.start_tracing(page=page, categories=["devtools.timeline", "disabled-by-default-devtools.timeline"])
        carry(page, *taken)
        page.wait_for_timeout(3_000)  # nothing is asked of the page while it answers
        worked.append(costliest(browser.stop_tracing()))
        expect(card(page, uid)).to_have_attribute("data-column", "in_progress")
    assert median(worked) <= 50, worked


def test_the_board_by_keyboard_alone(page: Page, web: Web) -> None:
    big = big_project(60, people=12)
    opened(page, web, big)
    talk, first = page.locator("#board-talk"), page.locator("#cards-not_started .task-card").first
    uid = first.get_attribute("data-uid")
    first.focus()
    page.keyboard.press("Space")
    expect(talk).to_contain_text("已拿起")
    page.keyboard.press("ArrowRight")
    expect(talk).to_contain_text("进行中")
    page.keyboard.press("Space")
    expect(card(page, uid)).to_have_attribute("data-column", "in_progress")
    expect(talk).to_contain_text(re.compile("已移到.进行中"))
    expect(page.locator("#count-not_started")).to_have_text("17")
    page.keyboard.press("Control+z")
    expect(card(page, uid)).to_have_attribute("data-column", "not_started")
    expect(page.locator("#count-not_started")).to_have_text("18")
    expect(card(page, uid)).to_be_focused()
    page.keyboard.press("m")
    page.locator("#card-dialog [name=edge][value=end]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cards-not_started .task-card").last).to_have_attribute("data-uid", str(uid))
    expect(card(page, uid)).to_be_focused()
    page.keyboard.press("r")
    expect(card(page, uid).locator("[name=done]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(card(page, uid).locator("form")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/tasks/{uid}/"))


def test_a_drag_to_done_reports_and_a_refused_one_goes_back_with_the_reason(page: Page, web: Web) -> None:
    big = big_project(60, people=12)
    opened(page, web, big)
    page.evaluate("document.querySelector('.board-columns').scrollIntoView({behavior: 'instant'})")
    uid = page.locator("#cards-in_progress .task-card").first.get_attribute("data-uid")
    drag(page, uid, "done")
    field = card(page, uid).locator("[name=done]")
    expect(field).to_be_visible()
    assert field.input_value() not in ("", "0")
    page.keyboard.press("Escape")
    expect(page.locator(f"#cards-in_progress #card-{uid}")).to_have_count(1)
    drag(page, uid, "awaiting_acceptance")  # nobody receives it
    expect(page.locator("#cards-awaiting_acceptance .drop-note")).to_be_visible()
    expect(page.locator(f"#cards-in_progress #card-{uid}")).to_have_count(1)
    page.locator(".drop-note [data-close]").click()
    drag(page, uid, "not_started")
    card(page, uid).locator("[name=reason]").fill("货未到")
    page.keyboard.press("Enter")
    expect(page.locator(f"#cards-not_started #card-{uid}")).to_have_count(1)
    expect(page.locator("#board-undo")).to_be_visible()
