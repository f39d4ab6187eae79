"""How many clicks the daily acts take, counted where the page receives them; typing is not counted."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from collab.samples.people import PASSWORD
from tests.browser.loaded import AGREES, LIAISON, MOMENT, OTHER_HEAD, OWNER, Loaded
from tests.browser.office import Office, fill, send, submit

pytestmark = pytest.mark.browser
SIGN, REPORT, CONFIRM, PUBLISH, RISK_FORMS, TO_TASK = 3, 2, 1, 3, 1, 2
COUNT = "addEventListener('pointerdown', event => event.isTrusted && window.tallied(), true)"
ABOUT_STORES = "华北铺货进度碰头会"


class Clicks:
    """Pointer presses that arrive on the pages of one person."""

    def __init__(self, page: Page) -> None:
        self.page, self.count, self.forms, self.visits = page, 0, 0, 0
        page.expose_function("tallied", self._tally)
        page.add_init_script(COUNT)
        page.on("request", self._note)

    def begin(self) -> None:
        """From My desk on."""
        self.page.goto("/", wait_until="networkidle")
        self.count = self.forms = self.visits = 0

    def _tally(self) -> None:
        self.count += 1

    def _note(self, request: Any) -> None:
        self.forms += request.method == "POST"
        self.visits += request.is_navigation_request()


@pytest.fixture(scope="module")
def at_desk(desks: Office) -> Callable[[str], Clicks]:
    """A person at My desk, whose clicks are counted from here on."""
    counted: dict[str, Clicks] = {}

    def sit_down(name: str) -> Clicks:
        clicks = counted.get(name) or counted.setdefault(name, Clicks(desks.page(name)))
        clicks.begin()
        return clicks

    return sit_down


def test_a_director_signs_from_the_desk(at_desk: Callable[[str], Clicks]) -> None:
    clicks = at_desk(OTHER_HEAD)
    page = clicks.page
    page.locator("#desk-sign").get_by_role("link", name=re.compile("跨部门协作备忘录")).click()
    page.locator("#sign [name=password]").click()
    page.keyboard.type(PASSWORD)
    submit(page, page.locator("#sign form").first.get_by_role("button", name="签署"))
    expect(page.locator("#slots .is-signed", has_text=OTHER_HEAD)).to_be_visible()
    assert clicks.count == SIGN


def test_progress_of_a_task_is_reported_from_the_desk(at_desk: Callable[[str], Clicks]) -> None:
    clicks = at_desk(OWNER)
    row = clicks.page.locator("#desk-report .desk-row", has_text="华北区铺货")
    row.locator("[name=done]").click()
    clicks.page.keyboard.type("12")
    send(clicks.page, row.get_by_role("button", name="填报"))
    expect(row).to_contain_text("已填报")
    assert (clicks.count, clicks.visits) == (REPORT, 0)


def test_a_risk_is_acted_on_in_one_form_on_the_desk(at_desk: Callable[[str], Clicks]) -> None:
    clicks = at_desk(LIAISON)
    row = clicks.page.locator("#desk-answer .desk-row", has_text="华北区铺货")
    row.get_by_role("link", name="原因与措施").click()
    fill(row.locator("form"), cause="资源不足", measure="抽调华东2名业务代表支援10天", due_on="2026-08-01")
    send(clicks.page, row.get_by_role("button", name="保存"))
    expect(row).to_contain_text("已保存")
    assert (clicks.forms, clicks.visits) == (RISK_FORMS, 0)
    assert clicks.count == 2  # open it, save it: the rest is typed or chosen by keyboard


def test_what_a_meeting_came_to_is_a_task_in_two_clicks_from_the_desk(at_desk: Callable[[str], Clicks]) -> None:
    clicks = at_desk(LIAISON)
    page = clicks.page
    row = page.locator("#desk-answer .desk-row", has_text=ABOUT_STORES)
    row.get_by_role("link", name="写纪要").click()
    page.locator("#id_action-text").press_sequentially("@销售部 下周五前 补铺 20 家")
    page.keyboard.press("Enter")
    action = page.locator("#action-list li", has_text="补铺 20 家")
    send(page, action.get_by_role("button", name="转为任务"))
    expect(action.get_by_role("link", name="任务")).to_be_visible()
    assert clicks.count == TO_TASK


def test_minutes_go_out_and_are_confirmed(at_desk: Callable[[str], Clicks]) -> None:
    clicks = at_desk(LIAISON)
    page = clicks.page
    row = page.locator("#desk-answer .desk-row", has_text=ABOUT_STORES)
    row.get_by_role("link", name="写纪要").click()
    page.locator("#summary textarea").press_sequentially("华北增派两名业务代表。")
    expect(page.locator("#summary .save-state")).to_have_text(re.compile("已保存"))
    page.locator(".minutes-bar").get_by_role("link", name="分发").click()
    submit(page, page.get_by_role("button", name="立即分发"))
    expect(page.locator("#readers")).to_be_visible()
    assert clicks.count == PUBLISH

    reader = at_desk(OWNER)
    row = reader.page.locator("#desk-confirm .desk-row", has_text=ABOUT_STORES)
    send(reader.page, row.get_by_role("button", name="确认"))
    expect(row).to_contain_text("已确认")
    assert (reader.count, reader.visits) == (CONFIRM, 0)


def test_the_weekly_meeting_and_a_deviation_are_there_without_a_click(desks: Office, loaded: Loaded) -> None:
    page = desks.page(LIAISON)
    page.goto(reverse("project_meetings", args=[loaded.running.uid]))
    expect(page.locator(".meeting-line", has_text="周例会").first).to_be_visible()
    page.goto(reverse("board", args=[loaded.running.uid]))
    expect(page.locator(".task-card", has_text="华北区铺货")).to_contain_text("偏差")


def test_the_agenda_of_the_weekly_meeting_is_filled_without_a_click(desks: Office, loaded: Loaded) -> None:
    page = desks.page(LIAISON)
    coming = loaded.meeting(kind="weekly", state="planned", starts_at__gt=MOMENT)
    page.goto(coming.get_absolute_url())
    expect(page.locator("#content")).to_contain_text("华北区铺货")  # what is behind stands on it
    assert {row.user.name for row in coming.attendees.select_related("user")} >= {LIAISON, AGREES}
